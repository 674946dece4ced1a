"""Crises in one topic only: real counts parted by chance into topics, and a surge that is added to one of them."""

import copy
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from bench.watching.brands import DAY, Array, Stream
from bench.watching.score import _places

from ascolta.core.alert import Vigil
from ascolta.core.risk import assess

SHARES = {"topic:a": 0.3, "topic:b": 0.1, "topic:c": 0.03}
"""Which share of what is said is of which topic."""

SIZES = (0.5, 1.0, 2.0, 5.0)
"""The height of a surge, as so many times what is said of the whole brand on the day before."""

DOUBLING, LASTS = 15.0, 36
"""Minutes in which it doubles at first, and ticks in which it has to be caught."""

SURGING = "topic:b"


@dataclass(frozen=True, slots=True)
class Caught:
    """A surge: whether it was caught on any stream, on its topic, on the whole, and whether its topic was named."""

    size: float
    by_any: bool
    by_topic: bool
    by_whole: bool
    named: bool


def parted(stream: Stream, seed: int) -> dict[str, Array]:
    """The counts of the whole and of each topic."""
    chance, whole = np.random.default_rng(seed), np.array(stream.counts, np.int64)
    return {"all": whole, **{topic: chance.binomial(whole, share) for topic, share in SHARES.items()}}


def alarms(streams: Sequence[Stream], topics: Sequence[str]) -> float:
    """Alarms a brand-week on the counts as they are, when so many topics are watched beside the whole."""
    found, weeks = 0, 0.0
    for seed, stream in enumerate(streams):
        counts, vigil = parted(stream, seed), Vigil(stream.name, topics=topics)
        for row, at in enumerate(stream.at):
            change = vigil.tick(at, {name: int(counts[name][row]) for name in ("all", *topics)})
            found += change is not None and change.begins and row >= stream.first
        weeks += stream.weeks
    return found / weeks


def surges(streams: Sequence[Stream]) -> Iterator[Caught]:
    """What became of each surge that was added to one topic."""
    for seed, stream in enumerate(streams):
        counts, vigil = parted(stream, seed), Vigil(stream.name, topics=list(SHARES))
        places = set(_places(stream, seed))
        for row, at in enumerate(stream.at):
            if row in places and not vigil.is_up:
                mean = max(float(counts["all"][row - DAY : row].mean()), 0.5)
                for size in SIZES:
                    yield _surge(stream, counts, copy.deepcopy(vigil), (row, size, size * mean))
            vigil.tick(at, {name: int(one[row]) for name, one in counts.items()})


def _surge(stream: Stream, counts: dict[str, Array], vigil: Vigil, what: tuple[int, float, float]) -> Caught:
    row, size, height = what
    growth = math.log(2) / (DOUBLING / 5)
    shape = height / (1 + np.exp(-growth * (np.arange(LASTS) - 10)))
    more = np.random.default_rng(row).poisson(shape)
    threshold, caught, named = vigil.threshold, {"any": False, SURGING: False, "all": False}, False
    for n in range(LASTS):
        extra = {"all": int(more[n]), SURGING: int(more[n])}
        here = {name: int(one[row + n]) + extra.get(name, 0) for name, one in counts.items()}
        change = vigil.tick(stream.at[row + n], here)
        for name in (SURGING, "all"):
            caught[name] |= vigil.scores[name] >= threshold
        if change is not None and change.begins:
            caught["any"] = True
            drivers = assess(vigil.reading(), None, (0, 0)).drivers
            named = change.stream == SURGING or any(one.topic == SURGING.removeprefix("topic:") for one in drivers)
    return Caught(size, caught["any"], caught[SURGING], caught["all"], named)
