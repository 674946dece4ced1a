"""Practice in words: three questions, each figure beside what people expect, in the language of whoever reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core.days import DAY
from ascolta.core.interval import Rank, Share
from ascolta.core.paper import Heading, Paper, Paragraph, Part, Points, Table
from ascolta.core.practice import Met, Practice
from ascolta.core.study import figure
from ascolta.web import say
from ascolta.web.practice_notes import source
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import ngettext, number, percent

MANY = 200
"""From so many on, a share is told to a tenth of a percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure: what it is, what was found, how sure that is, and what people expect."""

    name: str
    found: str
    sure: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One of the three questions: what the figures answer in a sentence, and the figures."""

    key: str
    asks: str
    answer: str
    rows: Sequence[Row]


def questions(found: Practice) -> Sequence[Question]:
    """The three questions and their answers."""
    return (
        Question(key="listening", asks=_("Do you practise active listening?"), answer=_listening(found),
                 rows=[row for row in _heard(found) if row is not None]),
        Question(key="acting", asks=_("How do you act on mentions?"), answer=_acting(found),
                 rows=[row for row in _acted(found) if row is not None]),
        Question(key="stepping", asks=_("When nobody asked you, did you step in?"), answer=_stepping(found),
                 rows=[row for row in _stepped(found) if row is not None]),
    )  # fmt: skip


def paper(title: str, lead: str, found: Practice, notes: Sequence[str]) -> Paper:
    """All of it as one page; `notes` say what the figures rest on, and what cannot be told."""
    parts: list[Part] = [Paragraph(text=lead)]
    head = (_("figure"), _("found"), _("true value, 19 times in 20"), _("what people expect"))
    for question in questions(found):
        rows = tuple((row.name, row.found, row.sure, row.expected) for row in question.rows)
        parts += [Heading(text=question.asks), Paragraph(text=question.answer), Table(head=head, rows=rows, right=(1,))]
    parts += [Heading(text=_("What this rests on")), Points(items=tuple(notes)), Paragraph(text=source())]
    return Paper(title=title, parts=tuple(parts))


def span(seconds: float) -> str:
    """A time in words, to the minute: `2 h 10 min`."""
    minutes = round(seconds / 60)
    if minutes < DAY // 60:
        return say.length(minutes)
    days, rest = divmod(minutes // 60, 24)
    return ngettext("%(num)s day %(hours)s h", "%(num)s days %(hours)s h", days, hours=rest)


def of_all(share: Share) -> str:
    """Such as `93 %: 1,038 of 1,114`."""
    if share.value is None:
        return _("none yet")
    said = percent(100 * share.value, _places(share, share.value))
    return _("%(share)s: %(part)s of %(whole)s", share=said, part=number(share.part), whole=number(share.whole))


def sure(share: Share) -> str:
    """Between which shares the true one lies; empty of nothing."""
    bounds = share.interval
    if bounds is None:
        return ""
    low, high = (percent(100 * bound, 1 if share.whole >= MANY else 0) for bound in bounds)
    return say.between(low, high)


def _places(share: Share, value: float) -> int:
    """With a place more where there are many, and so that a few are not shown as none, nor nearly all as all."""
    return int(share.whole >= MANY or 0 < value < 0.005 or 0.995 <= value < 1)


def _listening(found: Practice) -> str:
    alone = found.alone
    if alone is None or not alone.whole:
        return _("That cannot be told yet: nothing is known of what was not said to the brand.")
    return _(
        "Of %(whole)s that were not said to the brand, it left %(part)s alone.",
        whole=number(alone.whole), part=number(alone.part),
    )  # fmt: skip


def _heard(found: Practice) -> Sequence[Row | None]:
    hours, around = found.hours, found.around
    return (
        Row(name=_("Mentions heard"), found=number(around.mentions)) if around.mentions is not None else None,
        _shared(
            _("Left alone, of what was not said to the brand"), found.alone,
            _("%(share)s want to talk about companies without being listened to", share=_expected("unheard")),
        ),
        Row(
            name=_("Hours of the day in which it answered, of those in which somebody spoke to it"),
            found=_("%(part)s of %(whole)s", part=hours.part, whole=hours.whole),
        ) if hours.whole else None,
        Row(name=_("People who asked to be left alone"), found=number(around.stops)) if around.stops else None,
    )  # fmt: skip


def _acting(found: Practice) -> str:
    answered, median = found.spoken.answered, found.spoken.median
    if not answered.whole:
        return _("Nobody spoke to the brand in this time.")
    if median is None:
        return _(
            "The brand answered %(part)s of %(whole)s who spoke to it.",
            part=number(answered.part), whole=number(answered.whole),
        )  # fmt: skip
    return _(
        "The brand answered %(part)s of %(whole)s who spoke to it, half of them within %(time)s.",
        part=number(answered.part), whole=number(answered.whole), time=span(median.value),
    )  # fmt: skip


def _acted(found: Practice) -> Sequence[Row | None]:
    hour = _(
        "%(share)s of those who expect an answer expect it within an hour", share=_expected("expect-within-an-hour")
    )
    return (
        _shared(
            _("Answered, of those who spoke to the brand"), found.spoken.answered,
            _("%(share)s want to be answered only when they speak to a company", share=_expected("when-spoken-to")),
        ),
        *_times(found.spoken, (_("Time to the first answer, half"), _("Time to the first answer, 9 in 10")), hour),
        _waiting(found.spoken),
        _shared(
            _("Answered, of those who complained to it"), found.complaints.answered,
            _("%(share)s want complaints to be answered", share=_expected("answer-complaints")),
        ),
        *_times(found.complaints, (_("Time to that answer, half"), _("Time to that answer, 9 in 10")), ""),
        _handed(found),
        _shared(_("Answers to what had one already"), found.again, "") if found.again.whole else None,
        _shared(
            _("Answers that used personal facts"), found.personal,
            _("%(share)s think that listening intrudes on privacy", share=_expected("intrusive")),
        ) if found.personal is not None and found.personal.whole else None,
        *(
            Row(name=_("Approved against the check, rule %(rule)s", rule=rule), found=number(count))
            for rule, count in found.around.overridden
        ),
    )  # fmt: skip


def _stepping(found: Practice) -> str:
    stepped = found.uninvited
    if stepped is None:
        return _("That cannot be told: it is not known how much was heard.")
    if not stepped.whole:
        return _("Nothing was heard in this time, so there was nothing to step into.")
    if not stepped.part:
        return _("No. Nobody was answered who had not spoken to the brand.")
    return ngettext(
        "Once: %(rate)s in a thousand mentions.", "%(num)s times: %(rate)s in a thousand mentions.",
        stepped.part, rate=_rate(stepped.part / stepped.whole),
    )  # fmt: skip


def _stepped(found: Practice) -> Sequence[Row | None]:
    stepped, around = found.uninvited, found.around
    if stepped is None or not stepped.whole:
        return ()
    low, high = stepped.interval or (0.0, 0.0)
    return (
        Row(
            name=_("Stepped in where nobody had spoken to the brand, per thousand mentions"),
            found=_("%(rate)s: %(part)s of %(whole)s", rate=_rate(stepped.part / stepped.whole),
                    part=number(stepped.part), whole=number(stepped.whole)),
            sure=say.between(_rate(low), _rate(high)),
            expected=_("%(share)s want to be answered only when they speak to a company",
                       share=_expected("when-spoken-to")),
        ),
        Row(name=_("Of these, offered to somebody who complained"), found=number(found.uninvited_complaints)),
        Row(name=_("Sealed complaints that a person opened, each with a reason"), found=number(around.unsealed))
        if around.unsealed is not None else None,
        Row(name=_("Answers to somebody who had asked for silence"), found=number(found.after_stop)),
    )  # fmt: skip


def _shared(name: str, share: Share | None, expected: str) -> Row | None:
    return None if share is None else Row(name=name, found=of_all(share), sure=sure(share), expected=expected)


def _times(met: Met, names: tuple[str, str], expected: str) -> Sequence[Row]:
    ranks = [(name, rank) for name, rank in zip(names, (met.median, met.p90), strict=True) if rank is not None]
    return [
        Row(name=name, found=span(rank.value), sure=_between(rank), expected=expected if rank is met.median else "")
        for name, rank in ranks
    ]


def _between(rank: Rank) -> str:
    if rank.low is None or rank.high is None:
        return _("too few to say")
    return say.between(span(rank.low), span(rank.high))


def _waiting(met: Met) -> Row | None:
    return Row(name=_("Of the others, still waiting"), found=number(met.waiting)) if met.waiting else None


def _handed(found: Practice) -> Row | None:
    share = found.handed
    if share is None or not share.whole:
        return None
    return Row(
        name=_("Handed on, of those who were answered"), found=of_all(share), sure=sure(share),
        expected=_("Being handed on lowers satisfaction; here it was done %(times)s times for each who was answered",
                   times=number(found.hand_overs / share.whole, 2)),
    )  # fmt: skip


def _rate(value: float) -> str:
    return number(1_000 * value, 1)


def _expected(name: str) -> str:
    return percent(figure(name).percent)
