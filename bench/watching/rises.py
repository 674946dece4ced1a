"""Crises that are added to real counts, and the real counts' own alarms, as they look when the alarm is raised."""

import copy
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from bench.watching.brands import DAY, Array, Stream
from bench.watching.score import _places

from ascolta.core.alert import FEW, ONCE_IN_DAYS
from ascolta.core.detect import ReturnPeriod
from ascolta.core.watching.growth import TICKS
from ascolta.core.watching.pace import TICK

KINDS = ((3, 15), (3, 60), (5, 15), (5, 30), (5, 60), (10, 15), (10, 30), (10, 60), (20, 30))
"""How many times the last day's mean a crisis reaches, and in how many minutes it doubles at first."""

LATER = (0, 3, 6)
"""Ticks after the alarm at which it is looked at: at once, a quarter of an hour and half an hour later."""

ROUNDS = 3
"""Sets of places at which crises are added."""

AHEAD = 48
"""Ticks after an alarm in which its peak may come: four hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A rise at one moment: its last ticks, what is usual of one, and what is true of it.

    `rate` is the true growth a minute of the quarter of an hour before (None: not known), `peak` the largest quarter of
    an hour and `minutes` how long it took until then.
    """

    brand: str
    ticks: tuple[float, ...]
    usual: float
    rate: float | None
    peak: float
    minutes: float


def added(streams: Sequence[Stream]) -> Iterator[Rise]:
    """Every crisis that was added where nothing else happens and that raised an alarm."""
    for number, stream in enumerate(streams):
        places = {row for turn in range(ROUNDS) for row in _places(stream, number + 10 * turn)}
        counts, one = np.array(stream.counts), ReturnPeriod(TICK)
        for row, count in enumerate(stream.counts):
            if row in places:
                for kind in KINDS:
                    yield from _one(stream, counts, copy.deepcopy(one), (row, kind))
            one.update(stream.at[row], count)


def own(streams: Sequence[Stream]) -> Iterator[Rise]:
    """The alarms of the real counts, each looked at when it is raised."""
    for stream in streams:
        one, last, counts = ReturnPeriod(TICK), -DAY, np.array(stream.counts)
        for row, (at, count) in enumerate(zip(stream.at, stream.counts, strict=True)):
            if not _alarms(one, one.update(at, count)) or row < stream.first:
                continue
            if row - last > DAY // 2 and row + AHEAD < len(counts):
                quarters = np.convolve(counts[row - 2 : row + AHEAD], np.ones(3), "valid")
                yield Rise(
                    brand=stream.name,
                    ticks=tuple(map(float, counts[row - TICKS + 1 : row + 1])),
                    usual=one.expected / 3,
                    rate=None,
                    peak=float(quarters.max()),
                    minutes=5.0 * int(quarters.argmax()),
                )
            last = row


def _one(stream: Stream, counts: Array, one: ReturnPeriod, what: tuple[int, tuple[int, int]]) -> Iterator[Rise]:
    """A crisis of a kind at a row: logistic growth, then it falls by half every three hours."""
    row, (times, doubling) = what
    mean = max(float(counts[row - DAY : row].mean()), 0.5)
    growth = math.log(2) / (doubling / 5)
    top = math.log(19) / growth * 2
    rows = np.arange(int(top) + AHEAD // 2)
    fade = np.where(rows > int(top), 0.5 ** ((rows - int(top)) / 36), 1.0)
    shape = times * mean / (1 + np.exp(-growth * (rows - top / 2))) * fade
    total = counts[row : row + len(rows)] + np.random.default_rng(row * 7 + times).poisson(shape)
    quarters = np.convolve(total, np.ones(3), "valid")
    rose: int | None = None
    for n, count in enumerate(total):
        score = one.update(stream.at[row + n], float(count))
        if rose is None and _alarms(one, score) and n >= 2:
            rose = n
        if rose is not None and n - rose in LATER:
            before = np.concatenate([counts[row - TICKS : row], total[: n + 1]])[-TICKS:]
            share = 1 / (1 + math.exp(-growth * (n - 1.5 - top / 2)))
            yield Rise(
                brand=stream.name,
                ticks=tuple(map(float, before)),
                usual=one.expected / 3,
                rate=growth * (1 - share) / 5 if n - 1.5 <= top else -math.log(2) / 36 / 5,
                peak=float(quarters.max()),
                minutes=max(0.0, 5.0 * (int(quarters.argmax()) + 2 - n)),
            )


def _alarms(one: ReturnPeriod, score: float) -> bool:
    return score >= math.log10(ONCE_IN_DAYS) and one.count * 15 >= FEW * one.minutes
