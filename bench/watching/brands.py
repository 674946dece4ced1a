"""Counts of real brands, and what happened to them: labelled windows, and surges found with full hindsight."""

import csv
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ascolta.sources.times import seconds

DAY = 288
"""Counts a day."""

PROBATION, PROBATION_MOST = 0.15, 750
"""The first part of each stream, which is not scored."""

STRONG, WEAK = 2.0, 1.15
"""A surge is a quarter of an hour with so many times the 99.5th percentile of the fortnight around it; from the second
value on it is at least nothing that a false alarm could be complained about."""

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(slots=True)
class Stream:
    """One brand's counts. `first`: the first row that is scored; `window`: the labelled window of each row, or -1."""

    name: str
    at: list[float]
    counts: list[float]
    windows: list[tuple[int, int]]
    first: int = 0
    surges: list[tuple[int, int]] = field(default_factory=list)
    spared: Array = field(default_factory=lambda: np.zeros(0, bool))

    def __post_init__(self) -> None:
        self.first = min(int(PROBATION * len(self.at)), PROBATION_MOST)
        self.surges, self.spared = _surges(self)

    @property
    def weeks(self) -> float:
        """Weeks that are scored."""
        return (self.at[-1] - self.at[self.first]) / (7 * 86_400)


def brands(folder: Path) -> list[Stream]:
    """The brands of a folder of `BRAND.csv.gz` with `labels.json`."""
    windows = json.loads((folder / "labels.json").read_text(encoding="utf-8"))["windows"]
    found = []
    for path in sorted(folder.glob("*.csv.gz")):
        name = path.name.split(".")[0]
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = list(csv.reader(lines))[1:]
        at = [seconds(row[0]) for row in rows]
        place = {one: n for n, one in reversed(list(enumerate(at)))}
        bounds = [(place[seconds(a.split(".")[0])], place[seconds(b.split(".")[0])]) for a, b in windows[name]]
        found.append(Stream(name, at, [float(row[1]) for row in rows], bounds))
    return found


def _surges(stream: Stream) -> tuple[list[tuple[int, int]], Array]:
    """Onset and peak of each surge, and the rows around anything unusual, where an alarm is no false one."""
    counts = np.array(stream.counts)
    quarter = np.convolve(counts, np.ones(3))[: len(counts)]
    ratio = quarter / np.maximum(_percentiles(quarter), 3.0)
    spared = np.zeros(len(counts), bool)
    for row in np.flatnonzero((ratio >= WEAK) & (quarter >= 6)):
        spared[max(0, row - 12) : row + 36] = True
    usual = _medians(counts)
    taken, found = np.zeros(len(counts), bool), []
    for peak in map(int, np.argsort(-ratio)):
        if ratio[peak] < STRONG:
            break
        if taken[peak] or quarter[peak] < 12 or peak < stream.first:
            continue
        taken[max(0, peak - DAY // 2) : peak + DAY // 2 + 1] = True
        onset = _onset(counts, usual[peak], peak)
        spared[max(0, onset - 12) : peak + 72] = True
        found.append((onset, peak))
    return sorted(found), spared


def _percentiles(quarter: Array) -> Array:
    """The 99.5th percentile of the week before and the week after, without the six hours around."""
    size, step, week, near = len(quarter), 36, 7 * DAY, 72
    found = np.empty(size)
    for start in range(0, size, step):
        middle = start + step // 2
        low, high = max(0, middle - week), min(size, middle + week)
        before = quarter[low : max(low, middle - near - step // 2)]
        after = quarter[min(high, middle + near + step // 2) : high]
        found[start : start + step] = np.percentile(np.concatenate([before, after]), 99.5)
    return found


def _medians(counts: Array) -> Array:
    """The median of the day before and the day after."""
    found = np.empty(len(counts))
    for row in range(len(counts)):
        found[row] = np.median(counts[max(0, row - DAY) : row + DAY + 1])
    return found


def _onset(counts: Array, usual: float, peak: int) -> int:
    """Back from the peak for as long as there is three times the usual, over gaps of a quarter of an hour."""
    least = max(3 * usual, usual + 3, 0.1 * counts[max(0, peak - 3) : peak + 1].max())
    onset = next((peak - n for n in (2, 1) if counts[peak - n] >= least), peak)
    row, gap = onset, 0
    while row > max(0, peak - 72) and gap <= 3:
        row -= 1
        if counts[row] >= least:
            onset, gap = row, 0
        else:
            gap += 1
    return onset


def flat(rows: Sequence[Array]) -> Array:
    """Several streams' scores in one row."""
    return np.concatenate(list(rows))
