"""What each engine makes of the same file: posts a second, and posts a CPU second of all its programs together.

    python bench/scale.py                         one process, two processes, Spark, dask.distributed
    python bench/scale.py --growth                and how the cost grows with queries and brands

The whole flow is measured, from a file of posts to cases in a SQLite store, on made-up posts; each engine is warmed up
on a part of them first. Spark needs the extra `spark` and Java; dask.distributed, the yardstick, looks through the same
stretches by the same function, and is left out where it is not installed.
"""

import argparse
import importlib
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.listening.world import bodies, lines, world, write_brands

from ascolta import bootstrap
from ascolta.core.finding import Brands, Findings
from ascolta.engines import Engine, Workers, with_spark
from ascolta.engines.seed import Sown
from ascolta.engines.stretches import Stretch, looked_through
from ascolta.engines.workers import stretched
from ascolta.listen import listen
from ascolta.sources import FileSource

POSTS, WARM = 400_000, 60_000
QUERIES = 1_000
GROWTH = (100, 1_000, 10_000)
"""Queries, ten a brand, at which one process is measured."""

TICKS = os.sysconf("SC_CLK_TCK")


class Dask:
    """dask.distributed with so many processes of one thread, as an engine; stretches are its tasks."""

    def __init__(self, count: int, size: int) -> None:
        made: Any = importlib.import_module("distributed")
        self.count, self.size = count, size
        self._cluster = made.LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None, processes=True)
        self._client = made.Client(self._cluster)

    def find(self, source: FileSource, brands: Brands, after: str) -> Iterator[Findings]:
        """What is found in a file after a cursor."""
        packed = self._client.scatter(Sown(brands, bootstrap.labels()).packed(), broadcast=True)

        def submit(one: Stretch) -> Future[bytes]:
            asked: Future[bytes] = self._client.submit(looked_through, one, packed, b"bench", pure=False)
            return asked

        return stretched(source, after, self.size, submit, self.count)

    def close(self) -> None:
        """End it."""
        self._client.close()
        self._cluster.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Engines beside each other on one file.")
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--only", default="", help="engines whose names begin so, with commas between")
    parser.add_argument("--growth", action="store_true", help="also how the cost grows with queries and brands")
    options = parser.parse_args()
    said = Console()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _engines(said, place, options)
        if options.growth:
            _growth(said, place, options.posts // 4)


def _engines(said: Console, place: Path, options: argparse.Namespace) -> None:
    brands, warm, whole = written(place, options.queries, options.posts)
    table = Table("engine", "posts/s", "CPU s", "posts per CPU s", "of one process", "speed-up")
    first: tuple[float, float] | None = None
    for name, made in _made().items():
        if not name.startswith(tuple(options.only.split(","))):
            continue
        with _running(made) as engine:
            measured(engine, brands, warm, place)
            wall, spent = measured(engine, brands, whole, place)
        rate, each = options.posts / wall, options.posts / spent
        first = first or (rate, each)
        row = (f"{rate:,.0f}", f"{spent:.1f}", f"{each:,.0f}", f"{each / first[1]:.0%}", f"{rate / first[0]:.2f}")
        table.add_row(name, *row)
        said.print(f"{name}: done", style="dim")
    said.print(table)
    said.print(f"{options.posts:,} posts, {options.queries:,} queries, {os.cpu_count()} cores")


def _made() -> dict[str, Callable[[], Engine | None]]:
    """The engines that there are here, the one that the others are held against first."""
    found: dict[str, Callable[[], Engine | None]] = {
        "in process": lambda: None,
        "processes, 1": lambda: Workers(1),
        "processes, 2": lambda: Workers(2),
    }
    if importlib.util.find_spec("pyspark"):
        for master in ("local[1]", "local[2]", "local-cluster[2,1,1024]"):
            found[f"Spark {master}"] = lambda master=master: with_spark("spark").Spark(master)  # type: ignore[misc]
    if importlib.util.find_spec("distributed"):
        found["dask.distributed, 2"] = lambda: Dask(2, 4 << 20)
    return found


def written(place: Path, queries: int, posts: int) -> tuple[Path, Path, Path]:
    """A folder of brands, some posts to warm up on, and all of them."""
    here = world(queries)
    brands, warm, whole = place / f"brands-{queries}", place / f"warm-{queries}.jsonl", place / f"all-{queries}.jsonl"
    write_brands(here, brands)
    pool = bodies(here, posts)
    for path, count in ((warm, min(WARM, posts)), (whole, posts)):
        with path.open("wb") as file:
            file.writelines(lines(pool, count))
    return brands, warm, whole


def measured(engine: Engine | None, folder: Path, path: Path, place: Path) -> tuple[float, float]:
    """Seconds on the clock and of all processors that the whole flow takes, of all programs that we began."""
    brands = bootstrap.brands(folder)
    source = FileSource(str(path), clock=None, elsewhere=None if engine is None else engine.find)
    with tempfile.TemporaryDirectory(dir=place) as kept:
        store = bootstrap.store(Path(kept), "")
        before, start = _spent(), time.perf_counter()
        for _ in listen(source, brands, store):
            pass
        found = time.perf_counter() - start, _spent() - before
        store.close()
    return found


@contextmanager
def _running(made: Callable[[], Engine | None]) -> Iterator[Engine | None]:
    engine = made()
    try:
        yield engine
    finally:
        if engine is not None:
            engine.close()


def _growth(said: Console, place: Path, posts: int) -> None:
    table = Table("queries", "brands", "posts/s", "µs a post", "of the first")
    first = 0.0
    own = place / "growth"
    own.mkdir()
    for queries in GROWTH:
        folder, warm, whole = written(own, queries, posts)
        measured(None, folder, warm, place)
        wall, _ = measured(None, folder, whole, place)
        first = first or wall
        row = (f"{queries:,}", f"{queries // 10:,}", f"{posts / wall:,.0f}", f"{wall / posts * 1e6:.1f}")
        table.add_row(*row, f"{wall / first:.2f} ×")
    said.print(table)


def _spent() -> float:
    """Seconds of processors that we and all programs below us have used so far."""
    return sum(_of(pid) for pid in _tree(os.getpid()))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


if __name__ == "__main__":
    main()
