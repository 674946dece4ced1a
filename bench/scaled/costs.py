"""What each step costs on this machine, in seconds for one post, each measured by itself.

Up to judging it is time of the processor; keeping and counting wait for a disk as well.

The posts are those of `bench/listen.py`, made from a seed: 2 in 100 are about a brand. The best of some rounds counts.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, stdev
from typing import Any, NamedTuple, TypeVar

import msgspec
from bench.listening import world
from bench.scaled.simulation import Costs

from ascolta import bootstrap
from ascolta.core.consent import Known
from ascolta.core.mention import Brands, Heard, judge
from ascolta.engines.gathering import Gathering
from ascolta.engines.pieces import Part, Piece, pieces
from ascolta.engines.stretches import Stretch, told
from ascolta.engines.workers import Workers
from ascolta.sources import FileSource
from ascolta.sources.items import Items

T = TypeVar("T")
PIECES = 8
"""Pieces by whose time the spread is told."""


class Place(NamedTuple):
    """Brands' files and a file of so many posts, with the brands ready to hear."""

    folder: Path
    file: Path
    posts: int
    brands: Brands


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Seconds of keeping and of counting who speaks for one post; of a brand's day that begins in the ledger, each."""

    keep: float
    count: float
    begin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Costs with SQLite and, where there is one, with PostgreSQL; bytes of a post in the file.

    `share`: of the time that passed, how much the processor was ours; the rest others had.
    """

    sqlite: Costs
    postgres: Costs | None
    kept: Kept
    line: float
    share: float


@contextmanager
def place(queries: int, posts: int) -> Iterator[Place]:
    """A folder with brands and posts, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="ascolta-bench-") as made:
        folder = Path(made)
        here = world.world(queries)
        world.write_brands(here, folder / "brands")
        file = folder / "posts.jsonl"
        with file.open("wb") as written:
            written.writelines(world.lines(world.bodies(here, posts), posts))
        yield Place(folder, file, posts, bootstrap.brands(folder / "brands"))


def measured(where: Place, rounds: int, url: str) -> Measured:
    """Every step; `url`: an empty PostgreSQL database that may be written to, or nothing."""
    began, spent = time.perf_counter(), time.process_time()
    size = where.file.stat().st_size
    found = list(pieces(str(where.file), 0, size, where.brands, b"salt"))
    packed = msgspec.msgpack.encode(found)
    decode, _ = best(rounds, lambda: _decoded(where.file, size))
    whole, _ = best(rounds, lambda: list(pieces(str(where.file), 0, size, where.brands, b"salt")))
    pack, _ = best(rounds, lambda: msgspec.msgpack.encode(found))
    unpack, _ = best(rounds, lambda: told(packed))
    gather, findings = best(rounds, lambda: _gathered(where, found))
    judging, heard = best(rounds, lambda: [judge(one, where.brands, Known()) for one in findings])
    steps = (decode, whole - decode, pack, unpack, gather, judging)
    each = dict(zip(("decode", "find", "pack", "unpack", "gather", "judge"), steps, strict=True))
    more = {name: seconds / where.posts for name, seconds in each.items()}
    more |= {"bytes": len(packed) / where.posts, "start": _start(where), "spread": _spread(where, size)}
    here = _least([_kept(where, heard, f"store-{number}", "") for number in range(rounds)])
    server = _kept(where, heard, "store-server", url) if url else None
    return Measured(
        sqlite=Costs(**more, count=here.count, keep=here.keep),
        postgres=Costs(**more, count=here.count, keep=server.keep) if server else None,
        kept=here,
        line=size / where.posts,
        share=(time.process_time() - spent) / (time.perf_counter() - began),
    )


def best(rounds: int, act: Callable[[], T]) -> tuple[float, T]:
    """The least time of the processor that something took, and what came of it."""
    took, made = [], None
    for _ in range(rounds):
        start = time.process_time()
        made = act()
        took.append(time.process_time() - start)
    assert made is not None  # noqa: S101 - rounds are at least one
    return min(took), made


def _decoded(file: Path, size: int) -> list[Any]:
    part = Part(str(file), 0, size)
    lines = Items(str(file), {}, lambda said: None, table=False)
    made = list(lines.read(part.read, 0))
    part.close()
    return made


def _gathered(where: Place, found: Sequence[Piece]) -> list[Any]:
    return list(Gathering(FileSource(str(where.file), clock=None), "").findings(iter(found)))


def _kept(where: Place, heard: Sequence[Heard], name: str, url: str) -> Kept:
    """Keep all batches; of each step the middle one counts."""
    folder, brands = where.folder / name, list(where.brands)
    store = bootstrap.store(folder, url)
    figures, codes, voices = bootstrap.figures(folder, store.journal), bootstrap.codes(folder), bootstrap.voices()
    begin = _passed(lambda: figures.tick(heard[0].arrived, brands))
    keep, count = list[float](), list[float]()
    for one in heard:
        posts, known = max(1, one.tally.posts), codes.among(store.known(), one.arrived)
        asking = _passed(lambda one=one: codes.among(store.known(), one.arrived))  # type: ignore[misc]
        heeding = _passed(partial(codes.heed, one, known))
        keep.append((asking + heeding + _passed(partial(store.keep, "bench", one))) / posts)
        counting = _passed(partial(figures.count, one, brands)) + _passed(partial(voices.hear, one, where.brands.by_id))
        count.append(counting / posts)
    for opened in (store, figures, codes):
        opened.close()
    return Kept(keep=median(keep), count=median(count), begin=begin / len(brands))


def _passed(act: Callable[[], object]) -> float:
    """Seconds that passed, without those in which we waited for a core; waiting for a disk or a server counts."""
    start, waited = time.perf_counter(), _waited()
    act()
    return time.perf_counter() - start - (_waited() - waited)


def _waited() -> float:
    """Seconds in which this thread could have run and others did, where the system tells (Linux)."""
    told_of = Path("/proc/thread-self/schedstat")
    return int(told_of.read_text().split()[1]) / 1e9 if told_of.exists() else 0.0


def _least(some: Sequence[Kept]) -> Kept:
    """The least of each."""
    return Kept(**{name: min(getattr(one, name) for one in some) for name in Kept.__slots__})


def _start(where: Place) -> float:
    """Seconds of the processor until a worker is ready: what it imports, the brands' queries, its first line."""
    line = where.folder / "one.jsonl"
    with where.file.open("rb") as file:
        line.write_bytes(file.readline())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    engine = Workers(1)
    list(engine.find(FileSource(str(line), clock=None), where.brands, ""))
    engine.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _spread(where: Place, size: int) -> float:
    """How much the logarithm of what a stretch costs varies."""
    told_of, step = [], size // PIECES
    for begin in range(0, step * PIECES, step):
        one = Stretch(str(where.file), begin, begin + step)
        start = time.process_time()
        found = list(pieces(one.path, one.begin, one.end, where.brands, b"salt"))
        lines = sum(len(piece.kinds) for piece in found)
        told_of.append((time.process_time() - start) / lines)
    middle = sum(told_of) / len(told_of)
    return min(0.5, stdev(told_of) / middle)


def database() -> str:
    """The database that the environment names; empty if none."""
    return os.environ.get("ASCOLTA_DATABASE", "").strip()
