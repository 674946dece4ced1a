"""How well and how fast a risk is noticed: surges, known crises, false alarms, labelled windows, honesty, time, memory.

Takes the data folder from ASCOLTA_DATA; the counts of brands (Numenta's realTweets) and the airline posts are not part
of this repository. Peers are taken along where they are installed: `pip install river libspot`.

    python bench/watch.py [--plot docs/developer/watching.svg] [--only surges,honest,scale,airlines]
"""

import argparse
import copy
import json
import math
import os
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import chi2

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.watching import airlines
from bench.watching.brands import DAY, Array, Stream, brands
from bench.watching.peers import peers
from bench.watching.score import CRISES, Detector, at_budget, crises, scored, told, windows_left_out

from ascolta.core.detect import ReturnPeriod
from ascolta.core.watching.pace import TICK

BUDGET, LOOSER = 0.25, 0.5
"""False alarms per brand-week for surges, and for crises."""

PARTS = ("surges", "honest", "scale", "airlines")
STREAMS, ROUNDS = 10_000, 3

WANTED = (7, 14, 30)
"""Days of "once in N days" that are held against how often it came."""

LONG_DAYS, WARM_DAYS = 1_000, 14
"""Days of a stream that is long enough to tell, and the first of them, which are not counted."""

SURE = 0.9
"""How often the interval of a frequency holds the true one, were alarms to come by chance."""

MADE_UP = (("quiet", 0.05, 0), ("quiet", 1, 0), ("quiet", 20, 0), ("bursting", 1, 2), ("bursting", 20, 2))
"""Streams that are known to be quiet: mean of a count, and the shape of the gamma law that makes it burst."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Noticing a risk in time: Ascolta beside its peers.")
    parser.add_argument("--plot", type=Path, help="write the airlines' picture to this SVG file")
    parser.add_argument("--only", default=",".join(PARTS), help=f"which parts, with commas: {', '.join(PARTS)}")
    options = parser.parse_args(arguments)
    parts, console = options.only.split(","), Console(width=120)
    data = os.environ.get("ASCOLTA_DATA")
    if not data:
        print("ASCOLTA_DATA is not set: the brands' counts and the airline posts are not here; only what needs none")
    if data and "surges" in parts:
        console.print(_surges(brands(Path(data) / "brand-volume")))
    if "honest" in parts:
        console.print(_honest(brands(Path(data) / "brand-volume") if data else []))
    if "scale" in parts:
        console.print(_scale())
    if data and "airlines" in parts:
        found = airlines.told(Path(data) / "airline.jsonl.gz")
        console.print(_airlines(found))
        if options.plot:
            options.plot.write_text(airlines.picture(found), encoding="utf-8")
    return 0


def _surges(streams: list[Stream]) -> Table:
    """Ours beside the peers, all in this run."""
    weeks, surges = sum(stream.weeks for stream in streams), sum(len(stream.surges) for stream in streams)
    named = [f"x{times}/{doubling}" for times, doubling in CRISES]
    head = ("detector", f"of {surges}", "in time", "false", *named, "windows", "µs")
    title = f"{len(streams)} brands, {weeks:.0f} brand-weeks; surges at no more than {BUDGET} false alarms a brand-week"
    table, missing = Table(*head, title=title), []
    for name, make, why in peers():
        if make is None:
            missing.append(f"{name}: {why}")
            continue
        scores, took = scored(make, streams)
        found, looser = at_budget(streams, scores, BUDGET), at_budget(streams, scores, LOOSER)
        best, left_out = windows_left_out(streams, scores)
        cells = ["–"] * 3 if found is None else [str(found.caught), str(found.in_time), f"{found.false:.2f}"]
        share = ["–"] * len(CRISES)
        if looser is not None:
            share = [f"{one:.0f} %" for one in crises(make, streams, looser.threshold)]
        table.add_row(name, *cells, *share, f"{best:.1f} / {left_out:.1f}", f"{took:.1f}")
    table.caption = (
        f"crises at no more than {LOOSER} false alarms a brand-week; windows: best threshold / left-one-brand-out"
    )
    return table


def _honest(streams: list[Stream]) -> Table:
    """How often "once in N days" came: on brands as they were, on their quiet days drawn again, on made-up streams."""
    title = f"How often it came: once in … days ({SURE:.0%} interval)"
    table = Table("stream", *(f"once in {days} days" for days in WANTED), title=title)
    for stream in streams:
        scores = scored(lambda: ReturnPeriod(TICK), [stream])[0][0]
        table.add_row(stream.name, *_often(stream.at, scores, stream.first))
        for onset, peak in stream.surges:
            scores[max(0, onset - 12) : peak + DAY // 2] = -1.0
        table.add_row(f"{stream.name}, surges aside", *_often(stream.at, scores, stream.first))
        days = quiet_days(stream)
        picked = np.random.default_rng(1).integers(0, len(days), LONG_DAYS)
        table.add_row(
            f"{stream.name}, {len(days)} quiet days drawn again", *_long([c for day in picked for c in days[day]])
        )
    for name, mean, shape in MADE_UP:
        rng = np.random.default_rng(1)
        rate = mean * (1 - 0.8 * np.cos(np.arange(LONG_DAYS * DAY) / DAY * 2 * np.pi))
        counts = rng.poisson(rate * (rng.gamma(shape, 1 / shape, len(rate)) if shape else 1))
        table.add_row(f"{name}, {mean} a count", *_long(counts.tolist()))
    return table


def quiet_days(stream: Stream) -> list[list[float]]:
    """The counts of each whole day, by UTC, on which no surge went on."""
    days: dict[int, list[float]] = {}
    for at, count in zip(stream.at, stream.counts, strict=True):
        days.setdefault(int(at // 86_400), []).append(count)
    loud = {
        int(stream.at[row] // 86_400)
        for onset, peak in stream.surges
        for row in range(max(0, onset - 12), min(len(stream.at), peak + DAY // 2))
    }
    return [counts for day, counts in days.items() if day not in loud and len(counts) == DAY]


def _long(counts: Sequence[float]) -> list[str]:
    one, at = ReturnPeriod(TICK), [n * TICK for n in range(len(counts))]
    scores = np.array([one.update(now, count) for now, count in zip(at, counts, strict=True)])
    return _often(at, scores, WARM_DAYS * DAY)


def _often(at: list[float], scores: Array, first: int) -> list[str]:
    days, said = (at[-1] - at[first]) / 86_400, []
    for once in WANTED:
        rows = np.flatnonzero(scores >= math.log10(once))
        alarms = len(told(at, rows[rows >= first], 43_200))
        low, high = interval(alarms, days)
        said.append(f"{days / alarms:.1f} ({low:.1f} to {high:.1f})" if alarms else f"none in {days:.0f}")
    return said


def interval(alarms: int, days: float) -> tuple[float, float]:
    """Days between alarms that so many alarms in so many days are compatible with.

    Garwood 1936, "Fiducial limits for the Poisson distribution".
    """
    most = float(chi2.ppf((1 + SURE) / 2, 2 * alarms + 2)) / 2
    least = float(chi2.ppf((1 - SURE) / 2, 2 * alarms)) / 2 if alarms else 0.0
    return days / most, days / least if least else math.inf


def _scale() -> Table:
    """Ten thousand streams on one core against a tick of five minutes; what one stream holds in memory."""
    rng = random.Random(1)
    grown = ReturnPeriod(TICK)
    for n in range(60 * DAY):
        grown.update(n * TICK, rng.randrange(12))
    saved = json.dumps(grown.state())
    size = _memory(lambda: ReturnPeriod.from_state(json.loads(saved)))
    many = [copy.deepcopy(grown) for _ in range(STREAMS)]
    start = time.process_time()
    for n in range(ROUNDS):
        for one in many:
            one.update((60 * DAY + n) * TICK, n)
    took = (time.process_time() - start) / ROUNDS
    table = Table("streams", "one tick of all", "share of 5 minutes", "memory a stream", title="One core")
    table.add_row(f"{STREAMS:,}", f"{took:.2f} s", f"{100 * took / TICK:.2f} %", f"{size / 1000:.1f} kB")
    return table


def _memory(make: Callable[[], Detector]) -> float:
    """Bytes that one more takes."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [make() for _ in range(20)]
    took = (tracemalloc.get_traced_memory()[0] - before) / len(kept)
    tracemalloc.stop()
    return took


def _airlines(found: list[airlines.Told]) -> Table:
    table = Table(
        "brand", "from, to (UTC)", "stream", "why", "topics of the hour before", title="Airlines, February 2015"
    )
    for one in found:
        for row in airlines.lines(one):
            table.add_row(*row)
    return table


if __name__ == "__main__":
    sys.exit(main())
