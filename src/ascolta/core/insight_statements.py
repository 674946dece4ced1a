"""What changed after the brand's own statements: the three days after one beside the three before it.

It is *after*, not *because of*: whatever else happened in these days is in the figures, too. The day on which a
statement went out belongs to neither side. All is made of published figures, so it spends nothing more. How much days
vary is read off the four weeks before, for three days do not tell it; louder days are taken to vary in proportion.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ascolta.core.cells import Kind
from ascolta.core.days import DAY
from ascolta.core.insight import WEEK, Change, Series, dispersion, level, series
from ascolta.core.insight_bounds import drawn, times
from ascolta.core.insight_cases import SPAN, Index, Said, compared
from ascolta.core.ledger import Entry
from ascolta.core.reply import ReplyState
from ascolta.core.statement import Posting, Statement

DAYS = 3
"""So many days before a statement are laid beside as many after it."""

KNOWN = 2
"""So many of the three must have been published."""

WEEKS = 4
"""From so many weeks before these days it is read how much days vary."""


class Stage(StrEnum):
    """How far a statement can be looked at.

    `early` until three days after it were published, `new` where too little is published to say how much days vary.
    """

    EARLY = "early"
    NEW = "new"
    UNPUBLISHED = "unpublished"
    TOLD = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One edition of a statement that went out: when, what kind it is and of which topic, empty if nobody knows."""

    name: str
    at: float
    kind: str = ""
    topic: str = ""

    @property
    def day(self) -> int:
        """The day on which it went out, since 1970."""
        return int(self.at // DAY)

    @property
    def before(self) -> range:
        """The days before it."""
        return range(self.day - DAYS, self.day)

    @property
    def after(self) -> range:
        """The days after it."""
        return range(self.day + 1, self.day + 1 + DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What changed after a statement: of the brand at all (no topic), of the statement's topic, and of the index.

    `beside` names the statements that went out in the same days, `restarts` counts the days on which the program was
    started again.
    """

    statement: Stated
    stage: Stage
    changes: Sequence[Change] = ()
    index: Index | None = None
    beside: Sequence[str] = ()
    restarts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How days vary: as a multiple of Poisson's law, at so many people a day, and how sure that is (`drawn`)."""

    varies: float
    mean: float
    steps: float

    def at(self, people: float) -> float:
        """The same of days with so many people: where there are more than usual, they vary in proportion."""
        return 1 + (self.varies - 1) * max(1.0, people / self.mean)


def stated(postings: Iterable[Posting], files: Mapping[str, Statement]) -> list[Stated]:
    """The editions that went out somewhere, oldest first, each since it first did; `files` say what they are."""
    first: dict[tuple[str, int], float] = defaultdict(lambda: math.inf)
    for one in postings:
        if one.state is ReplyState.SENT:
            first[one.statement, one.edition] = min(first[one.statement, one.edition], one.since)
    found = [_stated(name, at, files.get(name)) for (name, _edition), at in first.items()]
    return sorted(found, key=lambda one: (one.at, one.name))


def responses(
    brand: tuple[str, Sequence[str]], entries: Sequence[Entry], went_out: Sequence[Stated], since: int
) -> list[Response]:
    """What changed after each statement that went out since a day, newest first; `brand` is its name and topics."""
    _name, topics = brand
    daily = series(entries, Kind.DAY)
    if not daily.days:
        return []
    made = []
    for one in went_out:
        if one.day >= since:
            named = [one.topic] if one.topic in topics else []
            response = _response(one, daily, {topic: series(entries, Kind.TOPIC, topic) for topic in named})
            near = [entry for entry in entries if entry.day in one.before or entry.day in one.after]
            restarts = sum(len(entry.epochs) > 1 for entry in near)
            made.append(replace(response, beside=_beside(one, went_out), restarts=restarts))
    return made[::-1]


def indexed(response: Response, spoken: Sequence[Said], now: float) -> Response:
    """With the reputation index of the hours before and after, where there are cases enough and all are there yet."""
    at, span = response.statement.at, DAYS * DAY
    if at - span < now - 2 * SPAN * DAY or at + span > now:
        return response
    before = [one for one in spoken if at - span <= one.at < at]
    after = [one for one in spoken if at <= one.at < at + span]
    return replace(response, index=compared(after, before))


def usual(figures: Series, day: int) -> Usual | None:
    """How days vary in the weeks before a day; None where they do not say it."""
    start = day - WEEK * WEEKS
    varies = dispersion(figures, [range(start + WEEK * week, start + WEEK * (week + 1)) for week in range(WEEKS)])
    if varies is None:
        return None
    there = [value for value in figures.over(range(start, day)) if value is not None]
    return Usual(varies=varies[0], mean=sum(there) / len(there), steps=varies[1])


def changed(figures: Series, one: Stated, varies: Usual, topic: str = "") -> Change:
    """People a day after a statement beside those before it."""
    here, there = level(figures, one.after), level(figures, one.before)
    if here is None or there is None or min(here.days, there.days) < KNOWN:
        return Change(topic=topic, now=None, before=None)
    spans = [
        drawn(side.mean.scaled(side.days), varies.at(_loud(figures, days)), varies.steps).scaled(1 / side.days)
        for side, days in ((here, one.after), (there, one.before))
    ]
    return Change(topic=topic, now=here, before=there, counted=times(here.mean, there.mean), usual=times(*spans))


def _response(one: Stated, daily: Series, topics: Mapping[str, Series]) -> Response:
    if max(daily.days) < one.after[-1]:
        return Response(statement=one, stage=Stage.EARLY)
    varies = usual(daily, one.before.start)
    if varies is None:
        return Response(statement=one, stage=Stage.NEW)
    volume = changed(daily, one, varies)
    if volume.now is None:
        return Response(statement=one, stage=Stage.UNPUBLISHED)
    about = [
        changed(figures, one, usual(figures, one.before.start) or varies, topic) for topic, figures in topics.items()
    ]
    return Response(statement=one, stage=Stage.TOLD, changes=(volume, *about))


def _loud(figures: Series, days: range) -> float:
    """How many people a day, where the loudest of the days count most: what varies in proportion does so there."""
    there = [figures.threshold - 1 if value is None else value for value in figures.over(days)]
    return sum(value * value for value in there) / max(1, sum(there))


def _stated(name: str, at: float, file: Statement | None) -> Stated:
    if file is None:
        return Stated(name=name, at=at)
    return Stated(name=name, at=at, kind=str(file.kind), topic=file.topic)


def _beside(one: Stated, went_out: Sequence[Stated]) -> list[str]:
    near = range(one.before.start, one.after.stop)
    return sorted({other.name for other in went_out if other.day in near and other.name != one.name})
