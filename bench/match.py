"""Many stored queries against many posts: Ascolta beside its peers, in one run, on one core.

    python bench/match.py [--posts 100000] [--queries 100,1000,10000,real] [--engines ours,tantivy]
                          [--seconds 3] [--batch 20000] [--ascii] [--json] [--plot growth.svg]

All engines get the same posts and the same queries, and all must find the same pairs of post and query; otherwise this
ends with an error. Peers get posts folded and with single spaces between the words, made outside of their time; ours
gets them as they were written and folds them itself. `real` are 1,000 queries as analysts write them.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.matching import lucene, postgres, sqlite, tantivy_index
from bench.matching.corpus import World, posts, world
from bench.matching.engines import Each, Kind, Ours, Rarest, no_fast
from bench.matching.measure import Material, Result, decoding, measure
from bench.matching.picture import drawn
from bench.matching.queries import long, short

from ascolta.core.query import Query
from ascolta.core.text import fold, tokens

ALONE = dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
LONG = 1_000
MEASURE = "tantivy counts"
"""The engine that others are compared with."""


@dataclass(slots=True)
class Round:
    """What was measured for one set of queries. `matched`: the share of posts that some query finds."""

    title: str
    queries: int
    matched: float
    results: list[Result]


def kinds(sample: Sequence[str]) -> list[Kind]:
    """All engines, in the order of the table."""
    index = "index of each batch in memory, every query asked of it"
    return [
        Kind("ours", lambda: Ours("plain"), raw=True, settles=True),
        Kind("ours fast", lambda: Ours("fast"), no_fast, raw=True, settles=True),
        Kind(
            "ours on folded",
            lambda: Ours("fast"),
            no_fast,
            "tier fast, given the folded posts as peers are",
            settles=True,
        ),
        Kind(
            MEASURE, lambda: tantivy_index.Tantivy(counting=True), tantivy_index.missing, f"{index}; does not say which"
        ),
        Kind("tantivy", lambda: tantivy_index.Tantivy(counting=False), tantivy_index.missing, f"{index}"),
        Kind("sqlite", sqlite.Sqlite, sqlite.missing, f"FTS5, {index}"),
        Kind("lucene", lucene.Lucene, lucene.missing, "Lucene Monitor, spoken to through a pipe"),
        Kind("rarest", lambda: Rarest(sample), remark="Python: look up rarest words, evaluate what they lead to"),
        Kind("postgres", postgres.Postgres, postgres.missing, "stored tsquery joined with tsvector", pairs=2_000_000),
        Kind("each", Each, remark="Python: every query on every post", raw=True, pairs=200_000),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    options = _options(arguments)
    os.environ.update(ALONE)
    made_of = world()
    raw = posts(made_of, options.posts * (3 if options.ascii else 1))
    if options.ascii:
        raw = [text for text in raw if text.isascii()][: options.posts]
    material = Material(raw, [" ".join(tokens(fold(text))) for text in raw], options.batch, options.seconds)
    wanted = options.engines.split(",") if options.engines else []
    known = kinds(material.folded[:5_000])
    unknown = set(wanted) - {kind.name for kind in known}
    if unknown:
        print(f"unknown engine {', '.join(sorted(unknown))}; there are {', '.join(kind.name for kind in known)}")
        return 2
    chosen = [kind for kind in known if not wanted or kind.name in wanted]
    rounds = [_round(title, queries, chosen, material) for title, queries in _sets(options.queries, made_of)]
    told = _told(rounds, chosen, decoding(material), raw)
    print(json.dumps(told, indent=2)) if options.json else _print(told)
    if options.plot:
        options.plot.write_text(_picture(rounds), encoding="utf-8")
    wrong = [
        f"{one.title}: {result.name}: {result.failed}" for one in rounds for result in one.results if result.failed
    ]
    for said in wrong:
        print(said, file=sys.stderr)
    return 1 if wrong else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Many stored queries against many posts: Ascolta beside its peers.")
    parser.add_argument("--posts", type=_count, default=100_000, help="how many posts there are")
    said = "how many queries, with commas; real: long ones"
    parser.add_argument("--queries", type=_counts, default=["100", "1000", "10000", "real"], help=said)
    parser.add_argument("--engines", default="", help="which engines, with commas; all without this")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each engine runs for each set of queries")
    parser.add_argument("--batch", type=_count, default=20_000, help="how many posts an engine gets at a time")
    parser.add_argument("--ascii", action="store_true", help="only posts of plain ASCII")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--plot", type=Path, help="write the growth with the number of queries to this SVG file")
    return parser.parse_args(arguments)


def _count(said: str) -> int:
    """A number of posts."""
    if not said.isdecimal() or not int(said):
        raise argparse.ArgumentTypeError(f"expected a number of posts, such as 20000; not {said}")
    return int(said)


def _counts(said: str) -> list[str]:
    """Numbers of queries, and `real`."""
    counts = said.split(",")
    if not all(count == "real" or (count.isdecimal() and int(count)) for count in counts):
        raise argparse.ArgumentTypeError(f"expected numbers or real, with commas between, such as 100,real; not {said}")
    return counts


def _sets(named: Sequence[str], made_of: World) -> Iterator[tuple[str, list[Query]]]:
    """Each set of queries with its title; smaller sets are the beginning of larger ones."""
    for name in named:
        start = time.perf_counter()
        queries = long(made_of, LONG) if name == "real" else short(made_of, int(name))
        took = time.perf_counter() - start
        kind = "long queries" if name == "real" else "queries"
        yield f"{len(queries):,} {kind} (written and parsed in {took:.1f} s)", queries


def _round(title: str, queries: list[Query], chosen: Sequence[Kind], material: Material) -> Round:
    """One set of queries: first what is right, then every engine that is there."""
    meant = Kind("meant", lambda: Rarest(material.folded[:5_000]))
    right = measure(meant, queries, Material(material.raw, material.folded, material.batch, 0.0))
    if right.failed or not right.found:
        raise SystemExit(f"{title}: the reference found nothing; {right.failed or 'take more posts or queries'}")
    results = [measure(kind, queries, material) for kind in chosen if not kind.missing()]
    for result in results:
        result.failed = result.failed or _difference(result, right.found)
    return Round(title, len(queries), len({row for row, _ in right.found}) / right.first, results)


def _difference(result: Result, right: set[tuple[int, int]]) -> str:
    """What an engine found otherwise than the reference in its first batch, or nothing."""
    meant = {(row, place) for row, place in right if row < result.first}
    if result.counts is None:
        missed, more = len(meant - result.found), len(result.found - meant)
        return f"misses {missed} pairs of post and query and finds {more} that are none" if missed or more else ""
    by_query = Counter(place for _, place in meant)
    wrong = sum(count is not None and count != by_query[place] for place, count in enumerate(result.counts))
    return f"counts {wrong} queries otherwise" if wrong else ""


def _told(rounds: list[Round], chosen: Sequence[Kind], decoded: Result, raw: Sequence[str]) -> dict[str, object]:
    """Everything measured, as plain values."""
    return {
        "posts": len(raw),
        "bytes_per_post": round(sum(len(text.encode()) for text in raw) / len(raw), 1),
        "non_ascii": round(sum(not text.isascii() for text in raw) / len(raw), 3),
        "json_decoding_posts_per_second": round(decoded.rate),
        "left_out": {kind.name: reason for kind in chosen if (reason := kind.missing())},
        "rounds": [
            {
                "title": one.title,
                "queries": one.queries,
                "matched": round(one.matched, 4),
                "engines": [_row(result, one, chosen) for result in one.results],
            }
            for one in rounds
        ],
    }


def _row(result: Result, one: Round, chosen: Sequence[Kind]) -> dict[str, object]:
    base = next((other.rate for other in one.results if other.name == MEASURE), 0.0)
    kind = next(kind for kind in chosen if kind.name == result.name)
    said = [kind.remark, f"on {result.posts:,} posts in batches of {result.first:,}" if kind.pairs else ""]
    said.append(f"{result.asked:,} queries only find candidates, the reference decides" if result.asked else "")
    return {
        "engine": result.name,
        "posts_per_second": round(result.rate, 1),
        "times_tantivy": round(result.rate / base, 3) if base else None,
        "ready_seconds": round(result.ready, 4),
        "change_milliseconds": round(1_000 * result.change, 4),
        "memory_megabytes": None if result.memory is None else round(result.memory / 1e6, 1),
        "posts_measured": result.posts,
        "pairs_checked": None if result.counts else len(result.found),
        "agrees": not result.failed,
        "remark": "; ".join(part for part in said if part),
    }


def _print(told: dict[str, object]) -> None:
    console = Console(width=150)
    rounds, left_out = told["rounds"], told["left_out"]
    if not isinstance(rounds, list) or not isinstance(left_out, dict):
        raise TypeError("rounds are a list and what is left out is named")
    for one in rounds:
        title = f"{one['title']}; {100 * one['matched']:.1f} % of posts match"
        table = Table("engine", title=title, title_justify="left", title_style="bold")
        for name in ("posts/s", "× tantivy", "ready s", "change ms", "memory MB"):
            table.add_column(name, justify="right")
        table.add_column("remark")
        for row in one["engines"]:
            table.add_row(*_cells(row))
        table.add_row(
            "JSON alone", f"{told['json_decoding_posts_per_second']:,}", *[""] * 4, "msgspec, 1,000 posts a call"
        )
        console.print(table)
    console.print(
        f"{told['posts']:,} invented posts of {told['bytes_per_post']} bytes, "
        f"{100 * float(str(told['non_ascii'])):.0f} % of them not ASCII"
        "; times of one core; all that are listed agree, if not said otherwise"
    )
    for name, reason in left_out.items():
        console.print(f"left out: {name}: {reason}")


def _cells(row: dict[str, object]) -> list[str]:
    rate, times, memory = (row[name] for name in ("posts_per_second", "times_tantivy", "memory_megabytes"))
    remark = str(row["remark"]) if row["agrees"] else f"DISAGREES; {row['remark']}"
    cells = ["" if value is None else f"{value:,.{digits}f}" for value, digits in (
        (rate, 0), (times, 2), (row["ready_seconds"], 3), (row["change_milliseconds"], 3), (memory, 0)
    )]  # fmt: skip
    return [str(row["engine"]), *cells, remark]


def _picture(rounds: list[Round]) -> str:
    lines: dict[str, list[tuple[int, float]]] = {}
    for one in sorted((one for one in rounds if "long" not in one.title), key=lambda one: one.queries):
        for result in one.results:
            if result.rate:
                lines.setdefault(result.name, []).append((one.queries, 1e6 / result.rate))
    return drawn("Time for one post, by the number of stored queries", lines)


if __name__ == "__main__":
    sys.exit(main())
