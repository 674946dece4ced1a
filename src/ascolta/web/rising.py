"""The words of the week as they are told: what clearly rose in sentences, and all that many people said in a table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core.insight import Direction
from ascolta.core.rising import CLEAR, MOST, THRESHOLD, WEEK, Rise, Week, gathered, rises
from ascolta.web import say
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import listed, ngettext, number

ROWS, SENTENCES, BESIDES = 20, 5, 12
"""So many words stand in the table, so many rises are told in full, so many further words are named in a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A word in the table: how many said it, the bounds, the change in a few words; `clear` says which way it went."""

    term: str
    count: str
    bounds: str
    change: str
    clear: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The last week whose words were published; `more` words were shown than stand in the table."""

    sentences: Sequence[str]
    rows: Sequence[Row]
    more: int
    notes: Sequence[str]


def look(weeks: Sequence[Week]) -> Told | None:
    """What is told of the last of these weeks; None if there is none."""
    if not weeks:
        return None
    found = gathered(rises(weeks))
    return Told(
        sentences=_sentences(weeks[-1], found),
        rows=[_row(one) for one in found[:ROWS]],
        more=max(0, len(found) - ROWS),
        notes=notes(),
    )


def told(weeks: Sequence[Week]) -> list[str]:
    """The same in sentences alone, for a report; nothing if no week was published."""
    if not weeks:
        return []
    found = gathered(rises(weeks))
    named = {one.term for one in _risen(found)}
    rest = [one for one in found if one.term not in named][:BESIDES]
    said = _sentences(weeks[-1], found)
    if rest:
        counted = [_("“%(term)s” (about %(count)s)", term=one.term, count=number(one.now.value)) for one in rest]
        said.append(_("Said by many, without a clear rise: %(words)s.", words=listed(counted)))
    return [*said, *notes()]


def notes() -> list[str]:
    """What has to be known to read it."""
    return [
        _(
            "Words are counted by people, each once a day and with %(most)s words of it at most; "
            "they are shown from %(least)s on, after noise. Bounds hold 19 times in 20.",
            most=number(MOST),
            least=number(THRESHOLD),
        )
    ]


def _sentences(week: Week, found: Sequence[Rise]) -> list[str]:
    """What rose; why nothing can be told, where nothing can."""
    day = say.until(week.first + WEEK - 1)
    if not found:
        return [_("In the week to %(day)s no word was said by enough people to be shown.", day=day)]
    if not week.is_whole:
        return [_("The week to %(day)s was heard in part only, so its words are laid beside no other week's.", day=day)]
    if not found[0].weeks:
        return [_("The week to %(day)s is the first of its kind: there is none to lay it beside.", day=day)]
    risen = _risen(found)
    return [_rise(one, day) for one in risen] or [_("In the week to %(day)s no word clearly rose.", day=day)]


def _risen(found: Sequence[Rise]) -> list[Rise]:
    return [one for one in found if one.is_clear][:SENTENCES]


def _rise(one: Rise, day: str) -> str:
    values = {"term": one.term, "day": day, **_bounds(one)}
    if not one.shown:
        return ngettext(
            "“%(term)s” was said by about %(count)s people in the week to %(day)s, between %(low)s and %(high)s; "
            "in the week before too few said it to show it.",
            "“%(term)s” was said by about %(count)s people in the week to %(day)s, between %(low)s and %(high)s; "
            "in none of the %(num)s weeks before did enough say it to show it.",
            one.weeks,
            **values,
        )
    if one.times is None or math.isinf(one.times.high) or math.isinf(one.times.most):
        least = number(one.times.low, 1) if one.times is not None else ""
        return _(
            "“%(term)s” was said by about %(count)s people in the week to %(day)s, at least %(times)s times as many as "
            "in weeks before.",
            times=least,
            **values,
        )
    return _(
        "“%(term)s” was said by about %(count)s people in the week to %(day)s, about %(times)s times as many as in "
        "weeks before, between %(least)s and %(most)s times.",
        times=number(one.times.value, 1),
        least=number(one.times.low, 1),
        most=number(one.times.high, 1),
        **values,
    )


def _bounds(one: Rise) -> dict[str, str]:
    return {"count": number(one.now.value), "low": number(one.now.low), "high": number(one.now.high)}


def _row(one: Rise) -> Row:
    bounds = _bounds(one)
    return Row(
        term=one.term,
        count=bounds["count"],
        bounds=say.between(bounds["low"], bounds["high"]),
        change=_change(one),
        clear=str(_way(one)),
    )


def _way(one: Rise) -> Direction:
    """Which way it went, as far as the bounds say so."""
    if one.is_clear:
        return Direction.MORE
    return Direction.FEWER if one.times is not None and one.times.high < 1 - CLEAR else Direction.UNCLEAR


def _change(one: Rise) -> str:
    found = one.times
    if found is None or (not one.is_clear and math.isinf(found.high)):
        return _("cannot be told")
    if _way(one) is Direction.UNCLEAR:
        return _("no clear change")
    if not one.shown:
        return _("new")
    if math.isinf(found.high) or math.isinf(found.most):
        return _("× %(low)s at least", low=number(found.low, 1))
    values = {"times": number(found.value, 1), "low": number(found.low, 1), "high": number(found.high, 1)}
    return _("× %(times)s (%(low)s to %(high)s)", **values)
