"""How good a detector is: labelled windows, surges at a budget of false alarms, known crises, the time it takes.

The score for labelled windows is the one of Lavin & Ahmad 2015, "Evaluating Real-time Anomaly Detection Algorithms -
the Numenta Anomaly Benchmark", standard profile, with the threshold chosen on the other brands.
"""

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from bench.watching.brands import DAY, Array, Stream, flat

FALSE = 0.11
"""What an alarm outside every window costs."""

GAP = 3_600.0
"""Seconds in which a second alarm is the same one."""

IN_TIME, LATE = 3, 6
"""Counts after the onset in which an alarm is in time, and after the peak in which it is one at all."""

CRISES = ((5, 15), (5, 60), (10, 30))
"""Crises that are added: how many times the last day's mean they reach, and in how many minutes they double."""

Scores = list[Array]


class Detector(Protocol):
    """One stream's detector."""

    def update(self, at: float, count: float) -> float:
        """The higher, the more alarming."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Surges caught, in time, and false alarms per brand-week, at a threshold."""

    caught: int
    in_time: int
    false: float
    threshold: float


def scored(make: Callable[[], Detector], streams: Sequence[Stream]) -> tuple[Scores, float]:
    """Every count's score, and microseconds per count."""
    found, start = [], time.process_time()
    for stream in streams:
        update = make().update
        found.append(np.array([update(at, count) for at, count in zip(stream.at, stream.counts, strict=True)]))
    took = time.process_time() - start
    return [np.nan_to_num(one) for one in found], 1e6 * took / sum(len(stream.at) for stream in streams)


def windows_left_out(streams: Sequence[Stream], scores: Scores) -> tuple[float, float]:
    """The score for labelled windows with the best threshold for all, and with the one best for the others."""
    total = sum(len(stream.windows) for stream in streams)
    best = max(value for _, value in _curve(streams, scores))
    raw = 0.0
    for left in range(len(streams)):
        others = [n for n in range(len(streams)) if n != left]
        curve = _curve([streams[n] for n in others], [scores[n] for n in others])
        threshold = max(curve, key=lambda pair: pair[1])[0]
        raw += next(v for t, v in reversed(_curve([streams[left]], [scores[left]])) if t >= threshold)
    return 50 * (best + total) / total, 50 * (raw + total) / total


def at_budget(streams: Sequence[Stream], scores: Scores, budget: float) -> Found | None:
    """What is caught at the lowest threshold that keeps false alarms per brand-week within a budget."""
    steps = np.unique(flat([s[stream.first :] for stream, s in zip(streams, scores, strict=True)]))[::-1]
    low, high = 0, len(steps) - 1
    if caught(streams, scores, float(steps[0])).false > budget:
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if caught(streams, scores, float(steps[middle])).false <= budget:
            low = middle
        else:
            high = middle - 1
    return caught(streams, scores, float(steps[low]))


def caught(streams: Sequence[Stream], scores: Scores, threshold: float) -> Found:
    """Surges caught and false alarms at a threshold."""
    found = in_time = false = 0
    for stream, score in zip(streams, scores, strict=True):
        rows = np.flatnonzero(score >= threshold)
        rows = rows[rows >= stream.first]
        false += sum(not stream.spared[row] for row in told(stream.at, rows, GAP))
        for onset, peak in stream.surges:
            hits = rows[(rows >= onset - 2) & (rows <= peak + LATE)]
            found += len(hits) > 0
            in_time += len(hits) > 0 and hits[0] <= onset + IN_TIME
    weeks = sum(stream.weeks for stream in streams)
    return Found(caught=found, in_time=in_time, false=false / weeks, threshold=threshold)


def told(at: Sequence[float], rows: Array, gap: float) -> list[int]:
    """Rows of alarms of which each comes so many seconds after the last."""
    found: list[int] = []
    for row in map(int, rows):
        if not found or at[row] - at[found[-1]] >= gap:
            found.append(row)
    return found


def crises(make: Callable[[], Detector], streams: Sequence[Stream], threshold: float) -> list[float]:
    """The share of known crises that is caught until an hour after the peak, for each kind."""
    hits: dict[tuple[int, int], list[bool]] = {kind: [] for kind in CRISES}
    for number, stream in enumerate(streams):
        counts, one, seed = np.array(stream.counts), make(), number
        places = set(_places(stream, seed))
        for row, count in enumerate(stream.counts):
            if row in places:
                for kind in CRISES:
                    more = _crisis(max(counts[row - DAY : row].mean(), 0.5), kind, row * 7 + seed)
                    twin = copy.deepcopy(one)
                    hits[kind].append(
                        any(
                            twin.update(stream.at[row + n], counts[row + n] + add) >= threshold
                            for n, add in enumerate(more)
                        )
                    )
            one.update(stream.at[row], count)
    return [100 * sum(one) / max(1, len(one)) for one in hits.values()]


def _places(stream: Stream, seed: int) -> list[int]:
    """Where nothing else happens, every two and a half days."""
    row, found = stream.first + 3 * DAY + int(np.random.default_rng(seed).integers(0, 700)), []
    while row < len(stream.at) - 320:
        clear = not stream.spared[row - 36 : row + 220].any()
        if clear:
            found.append(row)
        row += 700 if clear else 24
    return found


def _crisis(mean: float, kind: tuple[int, int], seed: int) -> list[int]:
    """Mentions that are added: logistic growth to the peak and an hour more."""
    times, doubling = kind
    growth = math.log(2) / (doubling / 5)
    peak = math.log(19) / growth * 2
    rows = np.arange(int(peak) + 13)
    fade = np.where(rows > int(peak), 0.5 ** ((rows - int(peak)) / 36), 1.0)
    shape = times * mean / (1 + np.exp(-growth * (rows - peak / 2))) * fade
    return [int(one) for one in np.random.default_rng(seed).poisson(shape)]


def _curve(streams: Sequence[Stream], scores: Scores) -> list[tuple[float, float]]:
    """The raw score for labelled windows at every threshold, from the highest down."""
    score, value, window = [], [], []
    count = 0
    for stream, one in zip(streams, scores, strict=True):
        worth, inside = _worth(stream)
        score.append(one[stream.first :])
        value.append(worth[stream.first :])
        window.append(np.where(inside >= 0, inside + count, -1)[stream.first :])
        count += len(stream.windows)
    scores_, values, windows = flat(score), flat(value), flat(window)
    best: dict[int, float] = {}
    total, curve = -float(count), [(math.inf, -float(count))]
    for row in np.argsort(-scores_, kind="stable").tolist():
        place, gain, threshold = int(windows[row]), float(values[row]), float(scores_[row])
        before = 0.0 if place < 0 else best.get(place, -1.0)
        if place < 0 or gain > before:
            total += gain - before
            best[place] = gain
        if curve[-1][0] == threshold:
            curve.pop()
        curve.append((threshold, total))
    return curve


def _worth(stream: Stream) -> tuple[Array, Array]:
    """What an alarm at each row earns or costs, and the window that it lies in."""
    size = len(stream.at)
    worth, inside = np.full(size, -FALSE), np.full(size, -1)
    highest = 2 / (1 + math.exp(-5)) - 1
    for number, (start, end) in enumerate(stream.windows):
        width = end - start + 1
        for row in range(start, end + 1):
            worth[row] = _sigmoid(-(end - row + 1) / width) / highest
            inside[row] = number
        after = stream.windows[number + 1][0] if number + 1 < len(stream.windows) else size
        for row in range(end + 1, after):
            worth[row] = FALSE * _sigmoid((row - end) / (width - 1))
    return worth, inside


def _sigmoid(place: float) -> float:
    return -1.0 if place > 3 else 2 / (1 + math.exp(5 * place)) - 1
