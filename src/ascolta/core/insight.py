"""Insight: what the published figures of a brand say together, and how sure that is.

Everything here is made of figures that were published with noise, so it spends nothing more (post-processing: Dwork and
Roth 2014, proposition 2.1). The unit is *authors on an average day*: an author counts once a day. Two bounds go with
each change: one for what was counted, which holds the noise; and one for what is usual, which also holds how days vary.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from ascolta.core.cells import HOUR, TERMS, Kind
from ascolta.core.days import DAY
from ascolta.core.insight_bounds import Estimate, drawn, noise, share, summed, times, together
from ascolta.core.interval import Z
from ascolta.core.ledger import Entry

WEEK = 7
LONGEST = 52
"""Weeks that can be looked back."""

ENOUGH = 5
"""Days that are needed to say how days vary."""

HIDDEN = 0.25
"""Where more of the days than this are too small to show, nobody can say how they vary."""

CLEAR = 0.01
"""A change is told from one percent on, however sure it is."""


class Direction(StrEnum):
    """Which way something went: `unclear` is no change that can be told from chance, `unknown` that too little is."""

    MORE = "more"
    FEWER = "fewer"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The figures of one kind of cell by day (since 1970), None where too small to show. Other days are not known.

    `partial` are days that were heard only from some hour on; they stand for themselves and for no average.
    """

    days: Mapping[int, int | None]
    epsilon: Fraction
    threshold: int
    partial: frozenset[int] = frozenset()

    def over(self, days: Iterable[int]) -> list[int | None]:
        """The figures of the whole days among these that are known."""
        return [self.days[day] for day in days if day in self.days and day not in self.partial]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Authors on an average day: of so many days that were published, `hidden` of them too small to show."""

    mean: Estimate
    days: int
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How many spoke lately and before, of a `topic` or (empty) of the brand at all.

    `counted` is how many times as many were counted; `usual` how many times as many are usual now, given how days vary.
    """

    topic: str
    now: Level | None
    before: Level | None
    counted: Estimate | None = None
    usual: Estimate | None = None

    @property
    def told(self) -> Estimate | None:
        """By which of the two it is told: by the wider one, where days can be compared."""
        return self.usual or self.counted

    @property
    def direction(self) -> Direction:
        """Which way it went, as far as the bounds say so."""
        found = self.told
        if found is None or (found.low == 0 and math.isinf(found.high)):
            return Direction.UNKNOWN
        if found.low > 1 + CLEAR:
            return Direction.MORE
        return Direction.FEWER if found.high < 1 - CLEAR else Direction.UNCLEAR

    @property
    def seen(self) -> float:
        """From how many times as many on a change would show: its stated size. Infinite where none would."""
        found = self.told
        if found is None or found.low <= 0 or math.isinf(found.high):
            return math.inf
        return max(math.sqrt(found.high / found.low), 1 + CLEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A brand's part of all who spoke of it or of one of the others on the same days, from 0 to 1."""

    brand: str
    mean: Estimate
    share: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """What the figures of one brand say: of the seven days that end with `last`, beside `weeks` weeks before these."""

    brand: str
    last: int
    weeks: int
    series: Series
    volume: Change
    topics: Sequence[Change] = ()
    voices: Sequence[Voice] = ()
    unheard: Sequence[str] = ()
    restarts: int = 0
    epsilon: Fraction = Fraction(0)

    @property
    def now(self) -> range:
        """The days that are looked at."""
        return range(self.last - WEEK + 1, self.last + 1)

    @property
    def before(self) -> range:
        """The days beside which they are laid."""
        return range(self.last - WEEK * (self.weeks + 1) + 1, self.last - WEEK + 1)

    @property
    def missing(self) -> int:
        """How many of all these days are in no average: not published, or heard in part only."""
        days = [*self.before, *self.now]
        return len(days) - len(self.series.over(days))

    @property
    def rising(self) -> Sequence[Change]:
        """The topics of which more people speak than is usual, those that surely rose most first."""
        found = [one for one in self.topics if one.direction is Direction.MORE and one.told is not None]
        return sorted(found, key=lambda one: -(one.told.low if one.told else 0.0))


def series(entries: Sequence[Entry], kind: Kind, part: str = "") -> Series:
    """The figures of one kind of cell of a brand; what was withheld is left out, as if it had not been heard."""
    terms = TERMS[kind]
    found = {
        one.cell.day: one.value
        for entry in entries
        for one in entry.published
        if one.cell.kind is kind and one.cell.part == part and not one.withheld
    }
    partial = frozenset(entry.day for entry in entries if entry.epochs and entry.epochs[0] > entry.day * DAY + HOUR)
    return Series(days=found, epsilon=terms.epsilon, threshold=terms.threshold, partial=partial)


def level(figures: Series, days: Iterable[int]) -> Level | None:
    """Authors on an average one of these days; None if none of them is known."""
    there = figures.over(days)
    if not there:
        return None
    mean = summed(there, figures.epsilon, figures.threshold).scaled(1 / len(there))
    return Level(mean=mean, days=len(there), hidden=sum(value is None for value in there))


def compare(figures: Series, now: range, before: range, topic: str = "") -> Change:
    """What was counted on some days beside what was counted on others."""
    here, there = level(figures, now), level(figures, before)
    if here is None or there is None:
        return Change(topic=topic, now=here, before=there)
    counted, usual = times(here.mean, there.mean), None
    varies = dispersion(figures, (now, before))
    if varies is not None and counted is not None:
        spans = [drawn(one.mean.scaled(one.days), *varies).scaled(1 / one.days) for one in (here, there)]
        usual = times(*spans)
    return Change(topic=topic, now=here, before=there, counted=counted, usual=usual)


def dispersion(figures: Series, spans: Sequence[range]) -> tuple[float, float] | None:
    """How much days vary within spans, as a multiple of what Poisson's law says (1 at least), and how sure that is.

    The second is within how many standard deviations 19 of 20 draws fall (Student's t, approximately). The noise of the
    figures is taken off. None where the days do not say it.
    """
    squares, total, free, count, hidden = 0.0, 0.0, 0, 0, 0
    for span in spans:
        values = figures.over(span)
        shown = [value for value in values if value is not None]
        count, hidden = count + len(values), hidden + len(values) - len(shown)
        if not shown:
            continue
        mean = sum(shown) / len(shown)
        squares += sum((value - mean) ** 2 for value in shown)
        total, free = total + sum(shown), free + len(shown) - 1
    if free < ENOUGH or total <= 0 or hidden > HIDDEN * count:
        return None
    mean = total / (count - hidden)
    varies = max(1.0, (squares / free - noise(1, figures.epsilon)) / mean)
    return varies, Z + (Z**3 + Z) / (4 * free)


def insight(
    brand: tuple[str, Sequence[str]], entries: Sequence[Entry], rivals: Mapping[str, Sequence[Entry]], weeks: int
) -> Insight | None:
    """What the published figures of a brand (its name and topics) say; None if no day of it was published.

    `rivals` are the figures of other brands that are heard here, too.
    """
    name, topics = brand
    daily = series(entries, Kind.DAY)
    if not daily.days:
        return None
    made = Insight(
        brand=name, last=max(daily.days), weeks=weeks, series=daily, volume=Change(topic="", now=None, before=None)
    )
    now, before = made.now, made.before
    near = [entry for entry in entries if entry.day in now or entry.day in before]
    voices = _voices((name, daily), {other: series(found, Kind.DAY) for other, found in rivals.items()}, now)
    return replace(
        made,
        volume=compare(daily, now, before),
        topics=[compare(series(entries, Kind.TOPIC, topic), now, before, topic) for topic in topics],
        voices=voices,
        unheard=[other for other in rivals if other not in {one.brand for one in voices}],
        restarts=sum(len(entry.epochs) > 1 for entry in near),
        epsilon=max((entry.spent for entry in near), default=Fraction(0)),
    )


def _voices(own: tuple[str, Series], rivals: Mapping[str, Series], now: range) -> list[Voice]:
    """Each brand's part of the authors of those days on which all of them are known."""
    name, daily = own
    heard = {name: daily, **{other: found for other, found in rivals.items() if found.over(now)}}
    days = [day for day in now if all(found.over([day]) for found in heard.values())]
    if len(heard) < 2 or not days:
        return []
    means = {
        other: summed(found.over(days), found.epsilon, found.threshold).scaled(1 / len(days))
        for other, found in heard.items()
    }
    return [
        Voice(
            brand=other, mean=mean, share=share(mean, together([one for rest, one in means.items() if rest != other]))
        )
        for other, mean in means.items()
    ]
