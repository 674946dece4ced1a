"""What figures say, in sentences that a manager can repeat: each with from where to where the truth may be."""

import math
from collections.abc import Sequence

from ascolta.core.insight import Change, Direction, Insight
from ascolta.core.insight_bounds import Estimate, inverse
from ascolta.core.insight_cases import Asked, Index
from ascolta.core.insight_rivals import Beside
from ascolta.web import say
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import listed, ngettext, number, percent

NARROW, MANY = 1.25, 2.0
"""No clear change within so many times as much is told as none; from so many on, times are said and no percent."""

TWICE = (1.9, 2.1)
MOVERS = 3
"""So many topics are told that moved the index."""


def headline(found: Insight) -> str:
    """How many people spoke of a brand."""
    now, values = found.volume.now, {"brand": found.brand, "day": say.until(found.last)}
    if now is None:
        return _("Of the week to %(day)s no whole day of %(brand)s was published.", **values)
    if now.hidden == now.days:
        return _("In the week to %(day)s so few people spoke of %(brand)s that no day can be shown.", **values)
    return _(
        "About %(count)s people a day spoke of %(brand)s in the week to %(day)s, between %(low)s and %(high)s.",
        count=number(now.mean.value),
        low=number(now.mean.low),
        high=number(now.mean.high),
        **values,
    )


def changed(change: Change, what: str) -> str:
    """How something changed."""
    found, way = change.told, change.direction
    if change.before is None or change.now is None:
        return _("Of %(what)s too few days were published to compare.", what=what)
    if found is None or way is Direction.UNKNOWN:
        return _("Too few people spoke of %(what)s to compare with before.", what=what)
    if way is Direction.UNCLEAR:
        return _unclear(change, what, found)
    return _more(what, found) if way is Direction.MORE else _fewer(what, found)


def notes(found: Insight) -> list[str]:
    """What has to be known to read the figures."""
    told = [
        ngettext("Compared with the week before.", "Compared with the %(num)s weeks before.", found.weeks),
        _("People are authors: each counts once a day, and in two topics a day at most. Days are those of UTC."),
        _("All bounds hold 19 times in 20. They contain the noise that hides each author, and how days vary."),
    ]
    if found.volume.usual is None and found.volume.counted is not None:
        told.append(_("How days vary cannot be said yet: the bounds of changes contain the noise only."))
    if found.missing:
        told.append(
            ngettext(
                "%(num)s day was not published, or heard in part only; no average contains it.",
                "%(num)s days were not published, or heard in part only; no average contains them.",
                found.missing,
            )
        )
    if found.restarts:
        told.append(restarted(found.restarts))
    return told


def restarted(days: int) -> str:
    """On how many days some people may have been counted twice."""
    return ngettext(
        "On %(num)s day the program was started again, and an author may have been counted once more.",
        "On %(num)s days the program was started again, and an author may have been counted once more.",
        days,
    )


def voiced(found: Insight) -> list[str]:
    """Shares of voice."""
    told = [
        _(
            "Of all who spoke of one of these brands, %(share)s spoke of %(brand)s, between %(low)s and %(high)s.",
            brand=one.brand,
            **_percents(one.share, "share", 1),
        )
        for one in found.voices
        if one.share is not None and one.brand == found.brand
    ]
    if found.unheard:
        told.append(_("Nothing was published this week of %(brands)s.", brands=listed(list(found.unheard))))
    return told


def besides(found: Sequence[Beside], brand: str) -> list[str]:
    """Of what people speak more often who speak of a brand, or of one of its competitors, where that is clear."""
    more = [_oftener((brand, one.other), one.topic, one.times) for one in found if one.times and one.is_more]
    less = [_oftener((one.other, brand), one.topic, inverse(one.times)) for one in found if one.times and one.is_less]
    return more + less


def _oftener(brands: tuple[str, str], topic: str, found: Estimate) -> str:
    (one, other), values = brands, _times(found)
    if math.isinf(found.high) or math.isinf(found.most):
        return _(
            "People who spoke of %(one)s spoke of %(topic)s at least %(low)s times as often as people who spoke of "
            "%(other)s.",
            one=one,
            other=other,
            topic=topic,
            **values,
        )
    return _(
        "People who spoke of %(one)s spoke of %(topic)s about %(times)s times as often as people who spoke of "
        "%(other)s, between %(low)s and %(high)s times.",
        one=one,
        other=other,
        topic=topic,
        **values,
    )


def wanted(one: Asked) -> str:
    """What part of the cases of a topic ask something of us; empty where it is too few to say."""
    if one.asks is None:
        return ""
    values = _percents(one.asks, "share")
    if not one.topic:
        return _("%(share)s of the cases without a topic ask something of us, between %(low)s and %(high)s.", **values)
    return _(
        "%(share)s of the cases about %(topic)s ask something of us, between %(low)s and %(high)s.",
        topic=one.topic,
        **values,
    )


def stands(found: Index) -> str:
    """How the reputation index stands."""
    now = found.now
    if now.low <= 0 <= now.high:
        return _("Good and bad ones of what was said to us balance: between %(low)s and %(high)s.", **_points(now))
    values = {"points": number(abs(now.value)), "low": number(abs(now.low)), "high": number(abs(now.high))}
    if now.value > 0:
        return _(
            "Of 100 cases that were said to us, %(points)s more are good than bad, between %(low)s and %(high)s.",
            **values,
        )
    return _(
        "Of 100 cases that were said to us, %(points)s more are bad than good, between %(high)s and %(low)s.", **values
    )


def moved(found: Index) -> list[str]:
    """Whether the index changed, and what moved it."""
    if found.change is None:
        return [_("The two weeks before have too few cases to compare.")]
    if found.change.low <= 0 <= found.change.high:
        told = [_("It did not clearly change from the two weeks before.")]
    else:
        values = _points(found.change)
        told = [_("From the two weeks before it moved by %(points)s, between %(low)s and %(high)s.", **values)]
    for one in [one for one in found.moved if one.is_clear][:MOVERS]:
        values = _points(one.points)
        if one.topic:
            values["topic"] = one.topic
            told.append(_("Cases about %(topic)s moved it by %(points)s, between %(low)s and %(high)s.", **values))
        else:
            told.append(_("Cases without a topic moved it by %(points)s, between %(low)s and %(high)s.", **values))
    return told


def signed(value: float) -> str:
    """A whole number with its sign, as the reader writes it."""
    rounded = round(value)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}{number(abs(rounded))}"


def _unclear(change: Change, what: str, found: Estimate) -> str:
    if found.low > 1 / NARROW and found.high < NARROW:
        return _(
            "About as many people a day spoke of %(what)s as before; %(seen)s more or fewer would have shown.",
            what=what,
            seen=percent(math.ceil(100 * (change.seen - 1))),
        )
    if math.isinf(found.high):
        return _("Too few people spoke of %(what)s to compare with before.", what=what)
    return _(
        "Whether more or fewer people spoke of %(what)s than before cannot be told: "
        "it may be from %(low)s to %(high)s times as many.",
        what=what,
        **_times(found),
    )


def _more(what: str, found: Estimate) -> str:
    values = {"what": what, **_times(found)}
    if math.isinf(found.high) or math.isinf(found.most):
        return _("At least %(low)s times as many people a day spoke of %(what)s as before.", **values)
    if TWICE[0] <= found.value < TWICE[1]:
        return _(
            "About twice as many people a day spoke of %(what)s as before, between %(low)s and %(high)s times.",
            **values,
        )
    if found.value >= MANY:
        return _(
            "About %(times)s times as many people a day spoke of %(what)s as before, "
            "between %(low)s and %(high)s times.",
            **values,
        )
    return _(
        "About %(more)s more people a day spoke of %(what)s than before, between %(low)s and %(high)s more.",
        what=what,
        more=percent(100 * (found.value - 1)),
        low=percent(100 * (found.low - 1)),
        high=percent(100 * (found.high - 1)),
    )


def _fewer(what: str, found: Estimate) -> str:
    values = {
        "what": what,
        "fewer": percent(100 * (1 - found.value)),
        "low": percent(100 * (1 - found.high)),
        "high": percent(100 * (1 - found.low)),
    }
    if found.low <= 0:
        return _("At least %(low)s fewer people a day spoke of %(what)s than before.", **values)
    return _(
        "About %(fewer)s fewer people a day spoke of %(what)s than before, between %(low)s and %(high)s fewer.",
        **values,
    )


def _times(found: Estimate) -> dict[str, str]:
    there = {"times": found.value, "low": found.low, "high": found.high}
    return {name: number(value, 1) if math.isfinite(value) else "∞" for name, value in there.items()}


def _points(found: Estimate) -> dict[str, str]:
    return {"points": signed(found.value), "low": signed(found.low), "high": signed(found.high)}


def _percents(found: Estimate, name: str, places: int = 0) -> dict[str, str]:
    there = {name: found.value, "low": found.low, "high": found.high}
    return {key: percent(100 * value, places) for key, value in there.items()}
