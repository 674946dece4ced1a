"""The weekly brief in words: sentences that a manager can repeat, and the tables behind the three pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core.brief import BACK, ENDS, Behaved, Brief, Day, Learnt
from ascolta.core.brief import few as counted
from ascolta.core.insight import Direction
from ascolta.core.insight_bounds import Estimate
from ascolta.core.paper import Heading, Paper, Paragraph, Points, Table
from ascolta.core.paper import Part as Piece
from ascolta.web import say, sentences
from ascolta.web.called import conducts, count, ends, share, short, speeds, times, wants, weekday, whats
from ascolta.web.practice_notes import source
from ascolta.web.practised import span
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import number, percent

CHANGES, WANTS = 2, 1
"""So many sentences are told of topics that changed, and of what is asked: all of it is one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A third of the brief. `alternative` says what its picture shows, for whoever does not see it."""

    key: str
    heading: str
    said: Sequence[str]
    tables: Sequence[Table]
    alternative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All of it in words."""

    title: str
    parts: Sequence[Part]
    notes: Sequence[str]


def told(brief: Brief) -> Told:
    """The brief in the reader's language."""
    first, final = (say.until(day) for day in (brief.monday, brief.sunday))
    values = {"brand": short(brief.brand), "first": first, "last": final}
    return Told(
        title=_("%(brand)s: the week from %(first)s to %(last)s", **values),
        parts=[_said(brief), _learnt(brief), _behaved(brief)],
        notes=_notes(brief),
    )


def paper(found: Told) -> Paper:
    """The brief as one page, to pass on."""
    pieces: list[Piece] = []
    for part in found.parts:
        pieces += [Heading(text=part.heading), Points(items=tuple(part.said)), *part.tables]
    return Paper(title=found.title, parts=(*pieces, *(Paragraph(text=note) for note in found.notes)))


def text(found: Told) -> str:
    """The brief as plain text, without its title: for a terminal and for a mail."""
    lines = []
    for part in found.parts:
        lines += [part.heading.upper(), *(f"- {one}" for one in part.said), ""]
        for table in part.tables:
            lines += [*(_line(table.head, row) for row in table.rows), ""]
    return "\n".join([*lines, *found.notes])


def _line(head: Sequence[str], row: Sequence[str]) -> str:
    """A row of a table as a line: `Mon 16: 487 people a day (472 to 502)`."""
    told = [
        f"({cell})" if name == _("between") else _unit(cell, name) for name, cell in zip(head, row, strict=True) if cell
    ]
    return f"  {row[0]}: {', '.join(told[1:]).replace(', (', ' (')}"


def _unit(cell: str, name: str) -> str:
    """A figure with what it counts; one that says so itself stands alone."""
    return f"{cell} {name}" if name and (cell == _("few") or cell.lstrip("−+")[:1].isdigit()) else cell


def _said(brief: Brief) -> Part:
    figures, lines = brief.figures, []
    if figures is None:
        lines.append(_("No figure of this week was published."))
    else:
        lines += [sentences.headline(figures), sentences.changed(figures.volume, short(figures.brand))]
    lines += _cases(brief)
    days = [(weekday(one.day), _people(one), _span(one.people)) for one in brief.days]
    kinds = [(whats()[one.what], count(one.cases), *(count(end) for end in one.ends)) for one in brief.met]
    return Part(
        key="said",
        heading=_("What was said to us"),
        said=lines,
        tables=[
            Table(head=("", _("people a day"), _("between")), rows=tuple(days), right=(1,)),
            Table(head=("", _("cases"), *(ends()[end] for end in ENDS)), rows=tuple(kinds), right=(1, 2, 3, 4, 5)),
        ],
        alternative=_("Bars show how many people spoke of the brand on each day, with bounds; stacked bars show the"
                      " cases of each kind by what became of them."),
    )  # fmt: skip


def _cases(brief: Brief) -> list[str]:
    spoken = brief.practice.spoken
    whole = spoken.answered.whole + spoken.gone
    if not whole:
        return [_("Nobody spoke to us.")]
    if counted(whole) is None:
        return [_("Fewer than five posts were said to us.")]
    complaint = brief.practice.complaints
    return [
        _(
            "%(whole)s posts were said to us, %(complaints)s of them complaints; %(answered)s were answered and"
            " %(waiting)s still wait.",
            whole=number(whole), complaints=count(counted(complaint.answered.whole + complaint.gone)),
            answered=count(counted(spoken.answered.part)), waiting=count(counted(spoken.waiting)),
        )
    ]  # fmt: skip


def _learnt(brief: Brief) -> Part:
    rows = [(short(one.topic), _change(one), _bounds(one.change), _asks(one)) for one in brief.learnt]
    tables = [
        Table(head=("", _("change"), _("between"), _("ask something of us")), rows=tuple(rows), right=(1,)),
        Table(head=("", _("points"), _("between")), rows=tuple(_index(brief)), right=(1,)),
    ]
    return Part(
        key="learnt",
        heading=_("What we learnt"),
        said=_lessons(brief),
        tables=[table for table in tables if table.rows],
        alternative=_("Dots show for each topic how many times as many people spoke of it as before, and which share of"
                      " its cases asks something of us, each with bounds; below stands the reputation index."),
    )  # fmt: skip


def _lessons(brief: Brief) -> list[str]:
    """What changed, what is asked and how the index stands, in sentences."""
    figures, lines = brief.figures, []
    changes = {one.topic: one for one in figures.topics} if figures is not None else {}
    clear = [one for one in brief.learnt if one.direction in (Direction.MORE, Direction.FEWER)]
    lines += [sentences.changed(changes[one.topic], short(one.topic)) for one in clear[:CHANGES]]
    if changes and not clear:
        lines.append(_("No topic clearly rose or fell."))
    asked = sorted((one for one in brief.asked if one.topic and one.asks), key=lambda one: -one.cases)
    lines += [sentences.wanted(one) for one in asked[:WANTS]]
    if brief.index is None:
        return [*lines, _("The reputation index takes 20 cases of two weeks; there were fewer.")]
    change = brief.index.change
    moved = change is not None and not change.low <= 0 <= change.high
    return [*lines, sentences.stands(brief.index), *(sentences.moved(brief.index)[:1] if moved else ())]


def _behaved(brief: Brief) -> Part:
    rows = [(conducts()[one.what], _told(one), _percents(one.share), wants(one.what)) for one in brief.behaved]
    speed = [
        (name, _("few") if value is None else percent(100 * value))
        for name, value in zip(speeds(), brief.speeds, strict=False)
    ]
    tables = [
        Table(head=("", _("of these"), _("between"), _("of people care")), rows=tuple(rows), right=(1, 3)),
        Table(head=(_("answered within"), ""), rows=tuple(speed), right=(1,)),
    ]
    return Part(
        key="behaved",
        heading=_("How we behaved"),
        said=_conduct(brief),
        tables=[table for table in tables if table.rows],
        alternative=_("Bars show what share was answered, left alone and stepped into, with bounds, beside the share of"
                      " people who care; columns show how fast those who spoke to us were answered."),
    )  # fmt: skip


def _conduct(brief: Brief) -> list[str]:
    spoken, complaints, alone, uninvited = brief.behaved
    lines = [_answered(brief, spoken)]
    if complaints.share is not None:
        values = {"share": share(complaints.share), "wants": wants(complaints.what)}
        lines.append(
            _("%(share)s of those who complained to us were answered; %(wants)s want complaints answered.", **values)
        )
    if alone.share is not None:
        values = {"share": share(alone.share), "wants": wants(alone.what)}
        lines.append(
            _("%(share)s of what was not said to us was left alone; %(wants)s want to talk unheard.", **values)
        )
    return [*lines, _stepped(brief, uninvited)]


def _answered(brief: Brief, spoken: Behaved) -> str:
    median, values = brief.practice.spoken.median, {"share": share(spoken.share), "wants": wants(spoken.what)}
    if spoken.share is None:
        return _(
            "Too few spoke to us to say which share was answered; %(wants)s want an answer then and only then.",
            **values,
        )
    if median is None:
        return _(
            "%(share)s of those who spoke to us were answered; %(wants)s want an answer then and only then.", **values
        )
    return _(
        "%(share)s of those who spoke to us were answered, half within %(time)s; %(wants)s want an answer then and only"
        " then.",
        time=span(median.value), **values,
    )  # fmt: skip


def _stepped(brief: Brief, found: Behaved) -> str:
    stepped, values = brief.practice.uninvited, {"wants": wants(found.what)}
    if stepped is None or not stepped.whole:
        return _("Nothing was heard into which we could have stepped; %(wants)s find listening intrusive.", **values)
    if not stepped.part:
        return _("We stepped in nowhere that nobody had asked us; %(wants)s find listening intrusive.", **values)
    if found.share is None:
        return _("We stepped in a few times where nobody had asked us; %(wants)s find listening intrusive.", **values)
    rate = number(1_000 * stepped.part / stepped.whole, 1)
    return _(
        "We stepped in %(rate)s times per thousand mentions where nobody had asked us; %(wants)s find listening"
        " intrusive.",
        rate=rate, **values,
    )  # fmt: skip


def _notes(brief: Brief) -> list[str]:
    figures = brief.figures
    lines = [
        _("Nobody can be seen in this: it is made of published figures and of counts. “Few” is fewer than five."),
        *(sentences.notes(figures) if figures is not None else ()),
        _("What is asked of us is counted from cases of %(weeks)s weeks, the index from those of two.", weeks=BACK),
    ]
    return [*lines, source()]


def _people(one: Day) -> str:
    if one.hidden:
        return _("few")
    return "–" if one.people is None else number(one.people.value)


def _span(found: Estimate | None) -> str:
    return "" if found is None else say.between(number(found.low), number(found.high))


def _change(one: Learnt) -> str:
    if one.change is None:
        return _("cannot be told")
    return times(one.change) if one.direction in (Direction.MORE, Direction.FEWER) else _("no clear change")


def _bounds(found: Estimate | None) -> str:
    return "" if found is None else say.between(*(_times(bound) for bound in (found.low, found.high)))


def _times(value: float) -> str:
    return "∞" if value == float("inf") else number(value, 1)


def _asks(one: Learnt) -> str:
    return "" if one.asks is None else share(one.asks)


def _index(brief: Brief) -> list[tuple[str, ...]]:
    found = brief.index
    if found is None:
        return []
    rows = ((_("reputation index"), found.now), (_("two weeks before"), found.before))
    return [
        (name, sentences.signed(one.value), say.between(sentences.signed(one.low), sentences.signed(one.high)))
        for name, one in rows
        if one is not None
    ]


def _told(one: Behaved) -> str:
    return share(one.share) if one.share is not None or one.few else "–"


def _percents(found: Estimate | None) -> str:
    if found is None:
        return ""
    places = int(found.high - found.low < 0.02)
    return say.between(percent(100 * found.low, places), percent(100 * found.high, places))
