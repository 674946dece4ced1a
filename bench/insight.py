"""Insight against the truth: simulated years whose counts and expectations are known, told by `core/insight.py`.

Each year has one brand with six topics and two others. Days vary more than Poisson's law says (negative binomial), by
the day of the week, and by steps of level at random times; some topics are so small that most of their days are hidden.
Every figure is published with its noise by the code that publishes. Cases are drawn with known shares of tone and
intent. What is asked: how often bounds hold the truth, and how often a change goes the way that is said. Statements go
out on quiet days, and in storms in which a topic bursts and each day is off by a factor of its own.
"""

import argparse
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

import numpy as np
from rich.console import Console
from rich.table import Table

from ascolta.core.cells import Cell, Exact, Kind, Published, publish
from ascolta.core.days import DAY
from ascolta.core.insight import WEEK, Change, Direction, Insight, insight
from ascolta.core.insight_bounds import Estimate, portion
from ascolta.core.insight_cases import Said, index
from ascolta.core.insight_rivals import beside
from ascolta.core.insight_statements import Stated, responses
from ascolta.core.ledger import Entry
from ascolta.core.noise import Bits

YEARS, WEEKS, FIRST = 40, 4, 20_454
TOPICS = {"huge": 900.0, "large": 300.0, "middle": 120.0, "small": 60.0, "edge": 34.0, "tiny": 9.0}
BRANDS = {"acme": 2_000.0, "globex": 1_100.0, "initech": 90.0}
CONSOLE = Console(width=120)


@dataclass
class Held:
    """How often something was so."""

    tried: int = 0
    so: int = 0

    def note(self, is_so: bool) -> None:
        """One more."""
        self.tried, self.so = self.tried + 1, self.so + is_so

    @property
    def rate(self) -> float:
        """How often, from 0 to 1."""
        return self.so / self.tried if self.tried else math.nan


@dataclass
class Tally:
    """Everything that is asked of the years."""

    levels: Held = field(default_factory=Held)
    beside: Held = field(default_factory=Held)
    clearly: Held = field(default_factory=Held)
    counted: Held = field(default_factory=Held)
    usual: Held = field(default_factory=Held)
    plain: Held = field(default_factory=Held)
    above: Held = field(default_factory=Held)
    told: Held = field(default_factory=Held)
    shares: Held = field(default_factory=Held)
    portions: Held = field(default_factory=Held)
    indexes: Held = field(default_factory=Held)
    moves: Held = field(default_factory=Held)
    noisy: Held = field(default_factory=Held)
    after: Held = field(default_factory=Held)
    storms: Held = field(default_factory=Held)
    way: Held = field(default_factory=Held)
    by_topic: dict[str, Held] = field(default_factory=dict)

    @property
    def worst(self) -> tuple[str, Held]:
        """The series whose change in what was counted is held least often."""
        return min(self.by_topic.items(), key=lambda pair: pair[1].rate, default=("", Held()))


@dataclass(frozen=True)
class Truth:
    """What a series of days was expected to be, and what it was."""

    expected: np.ndarray
    counts: np.ndarray

    def ratio(self, now: range, before: range, *, of: str) -> float:
        """How many times as many on an average day."""
        values = getattr(self, of)
        here, there = (values[span.start - FIRST : span.stop - FIRST].mean() for span in (now, before))
        return float(here / there) if there else math.nan


Side = tuple[Truth, dict[str, Truth]]
"""A brand's authors, and those of its topics."""


def main() -> None:
    """Simulate, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=YEARS)
    parser.add_argument("--seed", type=int, default=20_261_126)
    given = parser.parse_args()
    held = tally(given.years, given.seed)
    table = Table("what", "asked", "so", "stated", title=f"{given.years} years, {WEEKS} weeks before each week")
    for name, one, stated in rows(held):
        table.add_row(name, f"{one.tried:,}", f"{one.rate:.2%}", stated)
    CONSOLE.print(table)


def rows(held: Tally) -> list[tuple[str, Held, str]]:
    """What was asked, how often it was so, and what is claimed of it."""
    return [
        ("authors on an average day: bounds hold what was counted", held.levels, "95 %"),
        ("change: bounds for noise hold what was counted", held.counted, "95 %"),
        (f"the same, of the worst series ({held.worst[0]})", held.worst[1], "95 %"),
        ("changes of counts above the noise go the way that is said", held.noisy, "≥ 95 %"),
        ("change: bounds for noise and days hold what is usual", held.usual, "95 %"),
        ("that, where no level steps within the weeks", held.plain, "95 %"),
        ("changes above their stated size go the way that is said", held.above, "≥ 95 %"),
        ("changes that are told go the way that is told", held.told, "≥ 95 %"),
        ("share of voice: bounds hold the share of what was counted", held.shares, "95 %"),
        ("topics beside a competitor's: bounds hold what was counted", held.beside, "95 %"),
        ("topics that are told to be spoken of more often are", held.clearly, "≥ 95 %"),
        ("after a statement: bounds hold how many times as many were expected", held.after, "95 %"),
        ("that, in a storm", held.storms, "95 %"),
        ("changes after statements that are told go the way that is told", held.way, "≥ 95 %"),
        ("share of cases: bounds hold the share they are drawn from", held.portions, "95 %"),
        ("reputation index: bounds hold what it is drawn from", held.indexes, "95 %"),
        ("what moved the index: bounds hold the true move", held.moves, "95 %"),
    ]


def tally(years: int, seed: int) -> Tally:
    """All years, each with its weeks."""
    held = Tally()
    for year in range(years):
        draw, bits = np.random.default_rng([seed, year]), Random(seed * 1_000 + year).getrandbits
        brands = {name: truth(draw, base) for name, base in BRANDS.items()}
        topics = {name: truth(draw, base) for name, base in TOPICS.items()}
        entries = {
            name: list(published(name, one, topics if name == "acme" else {}, bits)) for name, one in brands.items()
        }
        apart, more = np.random.default_rng([seed, year, 1]), Random(seed * 1_000 + year + 500).getrandbits
        rival = {name: truth(apart, base * apart.uniform(0.3, 1.5)) for name, base in TOPICS.items()}
        there = list(published("globex", brands["globex"], rival, more))
        for end in range(WEEK * (WEEKS + 1), 365, WEEK):
            heard = {name: days[:end] for name, days in entries.items()}
            made = insight(
                ("acme", list(TOPICS)), heard["acme"], {"globex": heard["globex"], "initech": heard["initech"]}, WEEKS
            )
            if made is not None:
                ask(held, made, brands, topics)
                sides = ((brands["acme"], topics), (brands["globex"], rival))
                ask_beside(held, (heard["acme"], there[:end]), sides, made.now)
        cases(held, draw)
        statements(held, (entries["acme"], topics), draw)
        storms(held, draw, bits)
    return held


def truth(draw: np.random.Generator, base: float) -> Truth:
    """A year of days: a week's rhythm, two to five steps of level, and days that vary by up to four times Poisson."""
    days = np.arange(365)
    rhythm = 1 + draw.uniform(0, 0.25) * np.sin(2 * np.pi * (days + draw.integers(7)) / 7)
    level = np.ones(365)
    for at in draw.integers(20, 345, size=draw.integers(2, 6)):
        level[at:] *= math.exp(draw.normal(0, 0.35))
    expected = base * rhythm * np.clip(level, 0.3, 3.0)
    varies = draw.uniform(1.01, 4.0)
    counts = draw.negative_binomial(expected / (varies - 1), 1 / varies)
    return Truth(expected=expected, counts=counts)


def published(brand: str, daily: Truth, topics: dict[str, Truth], bits: Bits) -> Iterable[Entry]:
    """The year as the ledger holds it."""
    for place in range(365):
        day = FIRST + place
        parts = [(Kind.DAY, "", daily), *((Kind.TOPIC, name, one) for name, one in topics.items())]
        told: list[Published] = [
            publish(Cell(brand=brand, day=day, kind=kind, part=part), Exact(int(one.counts[place])), bits)
            for kind, part, one in parts
        ]
        yield Entry(brand=brand, day=day, epochs=(float(day * DAY),), published=tuple(told))


def ask(held: Tally, made: Insight, brands: dict[str, Truth], topics: dict[str, Truth]) -> None:
    """Whether what is told of one week is so."""
    now, before = made.now, made.before
    for change in (made.volume, *made.topics):
        real = topics[change.topic] if change.topic else brands["acme"]
        mean = float(real.counts[now.start - FIRST : now.stop - FIRST].mean())
        if change.now is not None:
            held.levels.note(change.now.mean.low <= mean <= change.now.mean.high)
        _ask_change(held, change, real, (now, before))
    means = {name: float(one.counts[now.start - FIRST : now.stop - FIRST].mean()) for name, one in brands.items()}
    for voice in made.voices:
        if voice.share is not None:
            held.shares.note(voice.share.low <= means[voice.brand] / sum(means.values()) <= voice.share.high)


def ask_beside(held: Tally, heard: tuple[list[Entry], list[Entry]], sides: tuple[Side, Side], now: range) -> None:
    """Whether what is told of topics beside a competitor's is so."""
    own, theirs = heard
    for one in beside(list(TOPICS), own, {"globex": theirs}, now):
        if one.times is None:
            continue
        parts = [
            side[one.topic].counts[now.start - FIRST : now.stop - FIRST].mean()
            / daily.counts[now.start - FIRST : now.stop - FIRST].mean()
            for daily, side in sides
        ]
        if parts[1] > 0:
            real = float(parts[0] / parts[1])
            held.beside.note(_holds(one.times, real))
            if one.is_more or one.is_less:
                held.clearly.note(one.is_more == (real > 1))


def _ask_change(held: Tally, change: Change, real: Truth, spans: tuple[range, range]) -> None:
    counted, usual = (real.ratio(*spans, of=of) for of in ("counts", "expected"))
    if change.counted is not None:
        held.counted.note(_holds(change.counted, counted))
        held.by_topic.setdefault(change.topic or "all", Held()).note(_holds(change.counted, counted))
        low, high = change.counted.low, change.counted.high
        if low > 0 and counted > 0 and abs(math.log(counted)) > math.log(high / low) / 2:
            held.noisy.note((change.counted.value > 1) == (counted > 1))
    if change.usual is not None:
        held.usual.note(_holds(change.usual, usual))
        if _is_level(real, spans):
            held.plain.note(_holds(change.usual, usual))
    real_change = usual if change.usual is not None else counted
    if change.told is None or not real_change > 0:
        return
    if abs(math.log(real_change)) > math.log(change.seen):
        held.above.note((change.told.value > 1) == (real_change > 1))
    if change.direction in (Direction.MORE, Direction.FEWER):
        held.told.note((change.direction is Direction.MORE) == (real_change > 1))


def statements(held: Tally, year: tuple[list[Entry], dict[str, Truth]], draw: np.random.Generator) -> None:
    """Two dozen statements of a year, each about one topic."""
    entries, topics = year
    for at in draw.integers(WEEK * WEEKS + 10, 355, size=24):
        topic = str(draw.choice(list(TOPICS)))
        _ask_statement(held, held.after, (entries, topics), Stated(name="s", at=float((FIRST + at) * DAY), topic=topic))


def storms(held: Tally, draw: np.random.Generator, bits: Bits) -> None:
    """Sixteen topics of which one day suddenly many speak, ebbing away, with a statement within the next days."""
    days = np.arange(365)
    for _ in range(16):
        base, burst, ebb = draw.uniform(8, 200), draw.uniform(3, 20), draw.uniform(1, 5)
        begun = int(draw.integers(60, 340))
        wave = np.where(days >= begun, burst * np.exp(-(days - begun) / ebb), 0)
        expected = base * (1 + wave)
        counts = draw.poisson(expected * draw.lognormal(0, draw.uniform(0.05, 0.3), size=365))
        topics = {"storm": Truth(expected=expected, counts=counts)}
        entries = list(published("acme", truth(draw, 2_000), topics, bits))
        at = float((FIRST + begun + int(draw.integers(-1, 5))) * DAY)
        _ask_statement(held, held.storms, (entries, topics), Stated(name="s", at=at, topic="storm"))


def _ask_statement(held: Tally, holds: Held, year: tuple[list[Entry], dict[str, Truth]], statement: Stated) -> None:
    """Whether what is told after a statement of its topic is so."""
    entries, topics = year
    [found] = responses(("acme", list(topics)), entries, [statement], FIRST)
    for change in found.changes:
        if not change.topic:
            continue
        real = topics[change.topic].ratio(statement.after, statement.before, of="expected")
        if change.usual is not None:
            holds.note(_holds(change.usual, real))
        if change.direction in (Direction.MORE, Direction.FEWER):
            held.way.note((change.direction is Direction.MORE) == (real > 1))


def _is_level(real: Truth, spans: tuple[range, range]) -> bool:
    """Whether the level is one and the same within each span, up to the rhythm of the week."""
    parts = [real.expected[span.start - FIRST : span.stop - FIRST] for span in spans]
    return all(np.allclose(part[:7].mean(), part[-7:].mean(), rtol=1e-6) for part in parts)


def _holds(bounds: Estimate, value: float) -> bool:
    return bounds.low <= value <= bounds.high


def cases(held: Tally, draw: np.random.Generator) -> None:
    """Two fortnights of cases with known shares, twelve times."""
    names, now = ["refunds", "bags", ""], 28 * DAY
    for _ in range(12):
        chances = [draw.dirichlet((3, 4, 2), size=3) for _ in range(2)]
        mixes = [draw.dirichlet((4, 3, 2)) for _ in range(2)]
        said, sizes = [], draw.integers(40, 600, size=2)
        for half in range(2):
            for topic in draw.choice(3, size=sizes[half], p=mixes[half]):
                tone = draw.choice(("negative", "neutral", "positive"), p=chances[half][topic])
                at = half * 14 * DAY + DAY if half == 0 else 20 * DAY
                topics = (names[topic],) if names[topic] else ()
                said.append(Said(at=at, topics=topics, intent="request", tone=str(tone)))
        found = index(said, now)
        if found is None:
            continue
        nets = [100 * float(mixes[half] @ (chances[half][:, 2] - chances[half][:, 0])) for half in range(2)]
        held.indexes.note(_holds(found.now, nets[1]))
        for one in found.moved:
            topic = names.index(one.topic)
            real = [100 * mixes[half][topic] * (chances[half][topic, 2] - chances[half][topic, 0]) for half in range(2)]
            held.moves.note(_holds(one.points, real[1] - real[0]))
        chance, whole = draw.uniform(0.03, 0.97), int(draw.integers(10, 400))
        bounds = portion(int(draw.binomial(whole, chance)), whole)
        held.portions.note(bounds is not None and _holds(bounds, chance))


if __name__ == "__main__":
    main()
