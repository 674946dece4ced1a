"""How many posts a second SQLite and PostgreSQL keep, in the same run on the same disk.

    python bench/store.py [URL]

A batch is 4,000 posts, of which 80 open a case and 320 only count; it was heard beforehand, so that nothing but keeping
is timed. The two take turns, batch by batch, and the median of each tells. PostgreSQL is set up as it comes (a commit
waits for the disk) unless URL names another one. SQLite is as Ascolta sets it up (a commit does not).

Target: PostgreSQL keeps at least half as many.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from tests.stores.server import Server

from ascolta import bootstrap
from ascolta.core.consent import Known
from ascolta.core.mention import Brands, Heard, hear
from ascolta.core.post import Actor, Batch, Event, EventKind, Post
from ascolta.stores.sql import SqlStore

BATCH, CASE, COUNT = 4_000, 50, 10
"""Posts of a batch; of how many one opens a case, and of how many one is counted."""

BATCHES = 40
TARGET = 0.5
NOW, SPREAD = 1_790_000_000.0, 0.45
"""When the first post was published, and how far apart they are, in seconds."""

TALK = ("@acmeair where is bag {}?", "flying acme air, seat {}", "nothing to do with it, row {}")


def main() -> None:
    """Print one table; exit 1 if the target is missed."""
    server = None if len(sys.argv) > 1 else _patient()
    url = sys.argv[1] if server is None else server.empty()
    with tempfile.TemporaryDirectory() as place:
        stores = {
            "SQLite": SqlStore(Path(place) / "sqlite"),
            "PostgreSQL": SqlStore(Path(place) / "postgresql", url=url),
        }
        took = _kept(stores)
        kept = {name: len(store.cases()) for name, store in stores.items()}
        for store in stores.values():
            store.close()
    if server is not None:
        server.close()
    if set(kept.values()) != {BATCHES * BATCH // CASE}:
        sys.exit(f"cases are missing: {kept}")
    _told({name: statistics.median(times) for name, times in took.items()}, took)


def _patient() -> Server:
    """The server of the tests with the settings that PostgreSQL comes with: a commit waits for the disk."""
    made = Server()
    for name in ("fsync", "synchronous_commit", "autovacuum", "max_wal_size"):
        made.run(f"ALTER SYSTEM RESET {name}")
    made.run("SELECT pg_reload_conf()")
    return made


def _kept(stores: dict[str, SqlStore]) -> dict[str, list[float]]:
    """Keep each batch in each store; how long each took, in seconds."""
    took: dict[str, list[float]] = {name: [] for name in stores}
    for number, heard in enumerate(_heard(bootstrap.brands(bootstrap.example()))):
        for name in (list(stores), list(stores)[::-1])[number % 2]:
            start = time.perf_counter()
            stores[name].keep("bench", heard)
            took[name].append(time.perf_counter() - start)
    return took


def _heard(brands: Brands) -> Iterator[Heard]:
    for number in range(BATCHES):
        begin = number * BATCH
        events = tuple(_event(place) for place in range(begin, begin + BATCH))
        after, cursor = str(begin or ""), str(begin + BATCH)
        yield hear(Batch(events=events, after=after, cursor=cursor, arrived=NOW + begin), brands, Known())


def _event(place: int) -> Event:
    text = TALK[0] if place % CASE == 0 else TALK[1] if place % COUNT == 1 else TALK[2]
    post = Post(
        id=f"n{place}",
        content=text.format(place),
        network="x",
        published=NOW + place * SPREAD,
        attributed_to=Actor(id=f"u{place % 997}", handle=f"@h{place % 997}"),
    )
    return Event(kind=EventKind.PUBLISHED, network="x", post=post)


def _told(median: dict[str, float], took: dict[str, list[float]]) -> None:
    table = Table(
        "", "posts a second", "cases a second", "a batch, ms", "its slowest tenth, ms", "of SQLite",
        title=f"{BATCHES} batches of {BATCH:,} posts, 1 in {CASE} opens a case",
    )  # fmt: skip
    for name, one in median.items():
        late = statistics.quantiles(took[name], n=10)[-1]
        figures = (f"{BATCH / one:,.0f}", f"{BATCH / CASE / one:,.0f}", f"{1_000 * one:.1f}", f"{1_000 * late:.1f}")
        table.add_row(name, *figures, f"{median['SQLite'] / one:.0%}")
    Console(width=100).print(table)
    if median["SQLite"] / median["PostgreSQL"] < TARGET:
        sys.exit("the target was missed")


if __name__ == "__main__":
    main()
