"""Ten thousand brands watched: how long one tick of all of them takes on a store in a file, and what that holds.

Each brand has three streams and its topics, three weeks of history in its detectors and a day of counts in the store.
Rows are measured one after the other on the same store: a tick in which nothing is unusual, the next batch of posts
within that tick, a tick in which one brand in a hundred is in an alert, one in which all of them are.

    python bench/ticking.py [--brands 10000] [--topics 3] [--year] [--profile]

`--year`: also what a brand costs that has a year of counts in the store, beside one that has a day of them.
"""

import argparse
import cProfile
import json
import pstats
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from ascolta.core.alert import ORDER, TOPIC, Vigil
from ascolta.core.brand import Brand
from ascolta.core.etiquette import Etiquette
from ascolta.core.label import Topic
from ascolta.core.watching.pace import TICK
from ascolta.stores import schema
from ascolta.stores.sql import SqlStore
from ascolta.watch import Around, watch

DAY, DAYS, KINDS, SEED = 288, 21, 16, 11
"""Ticks of a day; days of history; detectors that differ, of which each brand has one; where chance begins."""

START = 1_795_003_200
"""When what is measured begins, in seconds since 1970 UTC."""

RARE, FEW = 100, 10
"""One brand in so many rises, where some do; is spoken of, where few are."""

QUIET = 30
"""Ticks after which an alert is over, and a brand of which nobody speaks is left alone."""

MANY = 400
"""Mentions of a tick by which a brand rises whatever its history."""
TALK = 3
"""A day of counts has one tick in so many in which a brand is spoken of."""

AT_ONCE = 50_000
"""Rows that are written together."""

Rows = list[dict[str, object]]


class Row(NamedTuple):
    """What was measured: how many brands were in an alert, the seconds that all took, and those of the processor."""

    name: str
    up: int
    seconds: float
    spent: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="One tick of many brands on a real store.")
    parser.add_argument("--brands", type=int, default=10_000, help="how many brands are watched")
    parser.add_argument("--topics", type=int, default=3, help="topics of a brand, each a stream beside the three")
    parser.add_argument("--year", action="store_true", help="also one brand with a year of counts")
    parser.add_argument("--profile", action="store_true", help="where the time of a calm tick goes")
    options = parser.parse_args(arguments)
    console = Console(width=118)
    with tempfile.TemporaryDirectory(prefix="ascolta-bench-") as folder:
        store = SqlStore(Path(folder))
        brands = [brand(number, options.topics) for number in range(options.brands)]
        fill(store, brands)
        console.print(shown(measured(store, brands, profile=options.profile), store, brands))
        if options.year:
            console.print(_year(store, brands[0]))
        store.close()
    return 0


def brand(number: int, topics: int) -> Brand:
    """A brand with so many topics."""
    name = f"brand{number:05}"
    named = tuple(Topic(name=f"topic{place}") for place in range(topics))
    return Brand(id=name, name=name, topics=named, etiquette=Etiquette(brand=name, rules=()))


def streams_of(one: Brand) -> tuple[str, ...]:
    """The streams that are watched of a brand."""
    return (*ORDER, *(f"{TOPIC}{topic.name}" for topic in one.topics))


def fill(store: SqlStore, brands: Sequence[Brand]) -> None:
    """Give each brand its history: detectors that have seen three weeks, and a day of counts."""
    grown = [json.dumps({"seen": START, "vigil": state}) for state in _grown(brands[0])]
    chance = random.Random(SEED)
    with store.engine.begin() as db:
        states = [{"brand": one.id, "state": grown[place % KINDS]} for place, one in enumerate(brands)]
        db.execute(sa.insert(schema.vigils), states)
    days = ({"brand": one.id, "stream": "all", "tick": tick, "n": 1 + chance.randrange(4)}
            for one in brands for tick in _talked(chance))  # fmt: skip
    for some in some_of(days):
        with store.engine.begin() as db:
            db.execute(sa.insert(schema.counts), some)


def some_of(rows: Iterator[dict[str, object]]) -> Iterator[Rows]:
    """Rows, so many at a time."""
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _talked(chance: random.Random) -> Iterator[int]:
    """Ticks of the day before in which a brand is spoken of."""
    return (START - (place + 1) * int(TICK) for place in range(DAY + 6) if chance.randrange(TALK) == 0)


def _grown(one: Brand) -> Iterator[dict[str, object]]:
    """What some detectors remember after three weeks of quiet talk."""
    chance, streams = random.Random(SEED), streams_of(one)
    for _ in range(KINDS):
        vigil, rate = Vigil(one.id, topics=streams[len(ORDER) :]), chance.choice((1, 2, 4))
        for place in range(DAYS * DAY):
            at = START - (DAYS * DAY - place - 1) * TICK
            vigil.tick(at, {stream: chance.randrange(rate + 1) for stream in streams})
        yield vigil.state()


def measured(store: SqlStore, brands: Sequence[Brand], *, profile: bool = False) -> list[Row]:
    """Each kind of tick, in turn."""
    around, tick, rows = Around(brands=brands), START, list[Row]()

    def one(name: str, ticks: int = 1, profile: cProfile.Profile | None = None) -> None:
        nonlocal tick
        tick += ticks * int(TICK)
        row = _round(store, brands, (name, float(tick)), around, profile)
        rows.extend([row] if name else [])
        print(name or "quiet", f"{row.seconds:.0f} s", file=sys.stderr, flush=True)

    _say(store, brands, tick)
    one("all are spoken of, as usual", profile=cProfile.Profile() if profile else None)
    one("the next batch, within that tick", ticks=0)
    for name in (f"one in {RARE} rises", "and is in an alert"):
        _say(store, brands, tick, many=RARE)
        one(name)
    for name in ("all rise at once", "and are in an alert"):
        _say(store, brands, tick, many=1)
        one(name)
    one("", QUIET)
    _say(store, brands[::FEW], tick)
    one(f"one in {FEW} is spoken of, the others not for hours")
    return rows


def _say(store: SqlStore, brands: Sequence[Brand], tick: int, many: int = 0) -> None:
    """Counts of one tick in every stream; one brand in so many has a great many (0: none has)."""
    rows: Rows = []
    for place, one in enumerate(brands):
        n = MANY if many and place % many == 0 else 1
        rows += [{"brand": one.id, "stream": stream, "tick": tick, "n": n} for stream in streams_of(one)]
    with store.engine.begin() as db:
        db.execute(sa.insert(schema.counts), rows)


def _round(
    store: SqlStore, brands: Sequence[Brand], what: tuple[str, float], around: Around, profile: cProfile.Profile | None
) -> Row:
    """Watch all of them once."""
    name, until = what
    start, spent, up = time.perf_counter(), time.process_time(), 0
    if profile is not None:
        profile.enable()
    for one in brands:
        up += bool(watch(store, one, until, around=around))
    took, spent = time.perf_counter() - start, time.process_time() - spent
    if profile is not None:
        profile.disable()
        pstats.Stats(profile).sort_stats("cumtime").print_stats(45)
    return Row(name, up, took, spent)


def shown(rows: Sequence[Row], store: SqlStore, brands: Sequence[Brand]) -> Table:
    """What was measured, as a table."""
    title = f"{len(brands):,} brands of {len(streams_of(brands[0]))} streams, one program, SQLite in a file"
    table = Table("", "changes", "all brands", "processor", "a brand", "share of 5 minutes", title=title)
    for name, up, took, spent in rows:
        each = 1_000 * spent / len(brands)
        table.add_row(
            name, f"{up:,}", f"{took:.2f} s", f"{spent:.2f} s", f"{each:.2f} ms", f"{100 * took / TICK:.1f} %"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with store.engine.connect() as db:
        kept = db.scalar(sa.select(sa.func.sum(sa.func.length(schema.vigils.c.state)))) or 0
    table.caption = (
        f"most memory {peak:,.0f} MiB, the filling of the store included; "
        f"detectors at rest {kept / len(brands) / 1024:.0f} KiB a brand"
    )
    return table


def _year(store: SqlStore, one: Brand) -> Table:
    """A brand with a year of counts in each stream beside itself with a day of them."""
    rounds = 20
    table = Table("counts in the store", "one brand's tick", title="The length of the history")
    tick = START + 20 * int(TICK)
    for name, days in (("a day of one stream", 0), ("a year of every stream", 365)):
        back = range(START - 2 * DAY * int(TICK) - days * 86_400, START - 2 * DAY * int(TICK), int(TICK))
        older = ({"brand": one.id, "stream": stream, "tick": at, "n": 1} for stream in streams_of(one) for at in back)
        for some in some_of(older):
            with store.engine.begin() as db:
                db.execute(sa.insert(schema.counts), some)
        start = time.perf_counter()
        for _ in range(rounds):
            tick += int(TICK)
            watch(store, one, float(tick), around=Around(brands=[one]))
        table.add_row(name, f"{1_000 * (time.perf_counter() - start) / rounds:.2f} ms")
    return table


if __name__ == "__main__":
    sys.exit(main())
