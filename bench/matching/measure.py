"""One engine, one set of queries, one process: how long it takes, what it finds, how much memory it needs.

Times are of the processor, all threads and the program beside it included, so that they say the same on a machine on
which others work too. Where the system does not tell what a program beside has used, they are of the clock.
"""

import gc
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
from bench.matching.corpus import as_json
from bench.matching.engines import Engine, Kind

from ascolta.core.post import Post
from ascolta.core.query import Query

CHANGES = 15
"""So many queries are changed one by one."""

DECODED = 1_000
"""Posts in one call of the JSON decoder."""


@dataclass(frozen=True, slots=True)
class Material:
    """The same posts for all: as they were written, and folded with single spaces between the words."""

    raw: list[str]
    folded: list[str]
    batch: int
    seconds: float


@dataclass(slots=True)
class Result:
    """What was measured. Times are in seconds; `memory` in bytes, None where it cannot be told.

    `first` are the posts of the first batch, which is not timed; `found` what was found there, or only `counts` of it.
    `asked`: so many queries the engine could not say exactly.
    """

    name: str
    posts: int = 0
    took: float = 0.0
    ready: float = 0.0
    change: float = 0.0
    memory: int | None = None
    first: int = 0
    found: set[tuple[int, int]] = field(default_factory=set)
    counts: list[int | None] | None = None
    asked: int = 0
    failed: str = ""

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.posts / self.took if self.took else 0.0


def measure(kind: Kind, queries: Sequence[Query], material: Material) -> Result:
    """In a process of its own, which sees what is already made."""
    return _apart(kind.name, lambda: _measured(kind, queries, material))


def decoding(material: Material) -> Result:
    """JSON alone: lists of posts into Struct objects."""
    return _apart("JSON decoding alone", lambda: _decoded(material))


def pin() -> None:
    """Stay on one core, with everything that is started from here."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _apart(name: str, run: Callable[[], Result]) -> Result:
    gc.collect()
    gc.freeze()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(run, there))
    child.start()
    there.close()
    try:
        result: Result = here.recv()
    except EOFError:
        result = Result(name, failed="its program ended early")
    child.join()
    return result


def _run(run: Callable[[], Result], to: Connection) -> None:
    pin()
    to.send(run())


def _measured(kind: Kind, queries: Sequence[Query], material: Material) -> Result:
    texts = material.raw if kind.raw else material.folded
    size = min(material.batch, len(texts), max(1, kind.pairs // len(queries)) if kind.pairs else len(texts))
    before = _fresh_peak()
    result, engine = Result(kind.name, first=size), kind.make()
    clock = _Clock(engine)
    try:
        result.ready = clock.timed(lambda: engine.ready(queries))
        rows, places = engine.pairs(texts[:size])
        result.found = {(int(row), int(place)) for row, place in zip(rows, places, strict=True)}
        result.counts = engine.counts
        _keep_on(clock, texts, size, material.seconds, result)
        peak = _peak(engine.beside() or os.getpid())
        result.memory = None if peak is None else peak - (0 if engine.beside() else before)
        result.change = _change(clock, kind, queries, texts[:1])
    finally:
        engine.close()
    stored: Any = getattr(engine, "stored", None)
    result.asked = 0 if stored is None else len(queries) - sum(stored.exact)
    return result


class _Clock:
    """Tells how much time an engine uses."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def timed(self, run: Callable[[], object]) -> float:
        """How long something takes."""
        beside = self._beside()
        start, since = time.process_time(), time.perf_counter()
        run()
        here, clock = time.process_time() - start, time.perf_counter() - since
        after = self._beside()
        if after is None:
            return clock
        return here + after - (beside or 0.0)

    def _beside(self) -> float | None:
        program = self.engine.beside()
        return _used(program) if program else 0.0


def _keep_on(clock: _Clock, texts: Sequence[str], size: int, seconds: float, result: Result) -> None:
    """Batch after batch, from the second one on and from the start again, until the time is over."""
    for number in count(1):
        start = number * size % max(size, len(texts) - len(texts) % size)
        batch = texts[start : start + size]
        result.took += clock.timed(partial(clock.engine.pairs, batch))
        result.posts += len(batch)
        if result.took >= seconds:
            return


def _change(clock: _Clock, kind: Kind, queries: Sequence[Query], one: Sequence[str]) -> float:
    """To put another query in the place of one. Where that is worked in at the next match, a match more is timed."""
    engine = clock.engine
    match = partial(engine.pairs, one)
    alone = statistics.median(clock.timed(match) for _ in range(CHANGES)) if kind.settles else 0.0
    times = []
    for place in range(min(CHANGES, len(queries))):
        took = clock.timed(partial(engine.put, place, queries[place - 1]))
        times.append(took + (clock.timed(match) - alone if kind.settles else 0.0))
    return max(0.0, statistics.mean(times))


def _decoded(material: Material) -> Result:
    parts = [material.raw[start : start + DECODED] for start in range(0, len(material.raw), DECODED)]
    lines = [as_json(part) for part in parts]
    decoder = msgspec.json.Decoder(list[Post])
    result = Result("JSON decoding alone")
    while result.took < material.seconds:
        for line in lines:
            start = time.process_time()
            made = decoder.decode(line)
            result.took += time.process_time() - start
            result.posts += len(made)
    return result


def _used(program: int) -> float | None:
    """Seconds of the processor that a program has used, where the system tells."""
    stat = Path(f"/proc/{program}/stat")
    if not stat.exists():
        return None
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _fresh_peak() -> int:
    """Memory in use now; the highest use is counted from here on."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")
    return _peak(os.getpid()) or 0


def _peak(program: int) -> int | None:
    """The most memory that a program has used, where the system tells."""
    status = Path(f"/proc/{program}/status")
    if not status.exists():
        return None
    lines = [line.split() for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return int(lines[0][1]) * 1024 if lines else None
