"""The weekly brief: what was said to us, what we learnt, how we behaved; figures and the tables behind three pictures.

It is made of figures that were published and of counts of cases, so it spends nothing and names nobody. A count below
five is `None`, which is told as "few"; so is a share of fewer than five, or of which a part is that small.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ascolta.core.cells import Kind
from ascolta.core.days import DAY
from ascolta.core.insight import Change, Direction, Insight, compare, level, series
from ascolta.core.insight_bounds import Estimate, exact
from ascolta.core.insight_cases import FEW, Asked, Index, Said, asked, index
from ascolta.core.interval import Share
from ascolta.core.ledger import Entry
from ascolta.core.practice import Dealt, End, Practice
from ascolta.core.weekly import WEEK

BACK = 4
"""Weeks before, that the week is laid beside."""

TOPICS = 6
"""So many topics are told; of more, those that changed most surely and those of which most is asked."""


class What(StrEnum):
    """What a case is: said to us as a complaint or otherwise, or a complaint that was not said to us."""

    COMPLAINT = "complaint"
    OTHER = "other"
    OPEN = "open"


ENDS = (End.ANSWERED, End.WAITING, End.LEFT, End.GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the week: people who spoke of the brand, None where it was not published or too few to show."""

    day: int
    people: Estimate | None
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The cases of one kind, and what became of them in the order of ENDS; None where it is fewer than five."""

    what: What
    cases: int | None
    ends: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """One topic: how many times as many people spoke of it as before, and which share of its cases asks something."""

    topic: str
    change: Estimate | None = None
    direction: Direction = Direction.UNKNOWN
    asks: Estimate | None = None


class Conduct(StrEnum):
    """What is told of how the brand behaved, in order."""

    SPOKEN = "spoken"
    COMPLAINTS = "complaints"
    ALONE = "alone"
    UNINVITED = "uninvited"


EXPECTED = {
    Conduct.SPOKEN: "when-spoken-to",
    Conduct.COMPLAINTS: "answer-complaints",
    Conduct.ALONE: "unheard",
    Conduct.UNINVITED: "intrusive",
}
"""The figure of the study that stands beside each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaved:
    """One figure of practice; `share` is None where there are too few to say. `few`: there is something, but little."""

    what: Conduct
    share: Estimate | None
    few: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One week of one brand, from its Monday (days since 1970). `figures` is None where nothing of it was published.

    `speeds` is how many of those who spoke to us were answered within a quarter of an hour, an hour, five hours, a day,
    later, and not yet, as shares (None: few); empty where there are too few in all.
    """

    brand: str
    monday: int
    figures: Insight | None
    practice: Practice
    days: tuple[Day, ...]
    met: tuple[Met, ...]
    learnt: tuple[Learnt, ...]
    index: Index | None
    behaved: tuple[Behaved, ...]
    asked: tuple[Asked, ...] = ()
    speeds: tuple[float | None, ...] = ()

    @property
    def sunday(self) -> int:
        """The last day of the week."""
        return self.monday + WEEK - 1

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return self.figures is None and not self.practice.talks and not self.practice.around.mentions


def brief(
    brand: tuple[str, Sequence[str]],
    monday: int,
    entries: Iterable[Entry],
    acts: tuple[Sequence[Dealt], Practice],
    spoken: Sequence[Said],
) -> Brief:
    """The brief of a week: `brand` is its name and topics, `entries` its published days, `acts` the week's talks.

    `spoken` are the labels of cases; of these the four weeks to the week's end count.
    """
    (name, topics), (dealt, found), until = brand, acts, float((monday + WEEK) * DAY)
    lately = [one for one in spoken if until - BACK * WEEK * DAY <= one.at < until]
    figures, wants = insight_of((name, topics), monday, entries), tuple(asked(lately))
    return Brief(
        brand=name,
        monday=monday,
        figures=figures,
        practice=found,
        days=_days(figures, monday),
        met=_met(dealt),
        learnt=_learnt(figures.topics if figures is not None else (), wants),
        index=index(lately, until),
        behaved=_behaved(found),
        asked=wants,
        speeds=_speeds(found),
    )


def insight_of(brand: tuple[str, Sequence[str]], monday: int, entries: Iterable[Entry]) -> Insight | None:
    """What the figures say of exactly this week, beside the four before; None if no day of it was published."""
    (name, topics), sunday = brand, monday + WEEK - 1
    known = [entry for entry in entries if entry.day <= sunday]
    daily = series(known, Kind.DAY)
    empty = Insight(brand=name, last=sunday, weeks=BACK, series=daily, volume=Change(topic="", now=None, before=None))
    now, before = empty.now, empty.before
    if not any(day in daily.days for day in now):
        return None
    return replace(
        empty,
        volume=compare(daily, now, before),
        topics=[compare(series(known, Kind.TOPIC, topic), now, before, topic) for topic in topics],
        restarts=sum(len(entry.epochs) > 1 for entry in known if entry.day in now or entry.day in before),
        epsilon=max((entry.spent for entry in known if entry.day in now), default=empty.epsilon),
    )


def few(count: int) -> int | None:
    """A count, or None where it is so small that it is told as "few"; none at all is told."""
    return None if 0 < count < FEW else count


def shown(share: Share | None) -> Estimate | None:
    """A share with its bounds, from 0 to 1; None where there are too few to say."""
    if share is None or share.whole < FEW or few(share.part) is None or share.interval is None:
        return None
    return exact(share.part / share.whole, *share.interval)


def _days(figures: Insight | None, monday: int) -> tuple[Day, ...]:
    """The seven days as they were published; one that was heard in part only is none."""
    found = []
    for day in range(monday, monday + WEEK):
        one = level(figures.series, [day]) if figures is not None else None
        hidden = one is not None and one.hidden > 0
        found.append(Day(day=day, people=one.mean if one is not None and not hidden else None, hidden=hidden))
    return tuple(found)


def _met(dealt: Sequence[Dealt]) -> tuple[Met, ...]:
    counts = Counter((_what(one), one.end) for one in dealt if one.addressed or one.complaint)
    return tuple(
        Met(
            what=what,
            cases=few(sum(counts[what, end] for end in ENDS)),
            ends=tuple(few(counts[what, end]) for end in ENDS),
        )
        for what in What
    )


def _what(one: Dealt) -> What:
    if not one.addressed:
        return What.OPEN
    return What.COMPLAINT if one.complaint else What.OTHER


def _learnt(changes: Sequence[Change], wants: Sequence[Asked]) -> tuple[Learnt, ...]:
    """The topics of which something can be told: clear changes first, then those of which most is asked."""
    found = {one.topic: _changed(one) for one in changes}
    for one in wants:
        if one.topic:
            found[one.topic] = replace(found.get(one.topic, Learnt(topic=one.topic)), asks=one.asks)
    told = [one for one in found.values() if one.change is not None or one.asks is not None]
    return tuple(sorted(told, key=_rank)[:TOPICS])


def _changed(one: Change) -> Learnt:
    way = one.direction
    if way is Direction.UNCLEAR and math.isinf(one.seen):
        way = Direction.UNKNOWN
    return Learnt(topic=one.topic, change=one.told if way is not Direction.UNKNOWN else None, direction=way)


def _rank(one: Learnt) -> tuple[int, float, float, str]:
    """Those that surely rose most come first, then those that fell, then the others by how much they ask."""
    order = (Direction.MORE, Direction.FEWER)
    place = order.index(one.direction) if one.direction in order else len(order)
    low, high = (one.change.low, one.change.high) if one.change is not None else (0.0, 0.0)
    sure = -low if one.direction is Direction.MORE else high if one.direction is Direction.FEWER else 0.0
    return place, sure, -one.asks.value if one.asks is not None else 0.0, one.topic


def _behaved(found: Practice) -> tuple[Behaved, ...]:
    shares = (found.spoken.answered, found.complaints.answered, found.alone, found.uninvited)
    return tuple(
        Behaved(what=what, share=shown(share), few=share is not None and (share.whole > 0) and shown(share) is None)
        for what, share in zip(Conduct, shares, strict=True)
    )


def _speeds(found: Practice) -> tuple[float | None, ...]:
    """How fast those who spoke to us were answered, as shares."""
    whole, timed = found.spoken.answered.whole, found.spoken.speeds
    if whole < FEW or not timed:
        return ()
    counts = (*timed, whole - found.spoken.answered.part)
    return tuple(count / whole if few(count) is not None else None for count in counts)
