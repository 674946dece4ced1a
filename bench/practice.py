"""How brands really behave in public: care threads of 76 accounts and talks with airlines, in aggregate.

Takes the data folder from ASCOLTA_DATA; neither set is part of this repository (both for measuring only). The figures
on the care threads are counted a second time, by bench/practice_check.py, which shares nothing with Ascolta but the
labels; any difference ends this with code 1.

    python bench/practice.py [--quick]
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rich.console import Console
from rich.table import Table

from ascolta import bootstrap
from ascolta.core.history import look
from ascolta.core.practice import Around, Dealt, Practice, practice
from ascolta.core.threads import Marks, Said, Threads, by_brand, dealings
from ascolta.sources.threads import Histories

CHECK = Path(__file__).with_name("practice_check.py")
FEW = 10
"""Talks of an account below which it is left out of what is said about accounts."""

MASKS = {"__company__": "@company", "__cust__": "@customer"}
"""What the talks with airlines have in place of accounts."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 if the two ways of counting differ."""
    parser = argparse.ArgumentParser(description="Practice of brands in public.")
    parser.add_argument("--quick", action="store_true", help="only the first 1,000 talks with airlines")
    options = parser.parse_args(arguments)
    console, data = Console(width=110), os.environ.get("ASCOLTA_DATA")
    if not data:
        print("ASCOLTA_DATA is not set: the care threads and the talks with airlines are not here")
        return 0
    care = Path(data) / "care-threads.jsonl.gz"
    threads = Threads(list(Histories([str(care)], (), lambda said: None)))
    marks = look(threads, bootstrap.labelling("default"), lambda count: None, checks=True).marks
    found = _practice(list(dealings(threads, marks)))
    with tempfile.TemporaryDirectory() as folder:
        other = recounted(care, threads.posts, marks, Path(folder))
    mine = counted(found)
    console.print(_table(found, f"Care threads, 76 accounts, measured on {datetime.now(UTC):%Y-%m-%d}"))
    console.print(_accounts(threads, marks))
    differing = {name: (mine[name], other.get(name, 0)) for name in mine if mine[name] != other.get(name, 0)}
    said = f"differ in {differing}" if differing else f"agree exactly in all {len(mine)} figures"
    console.print(f"Counted twice: the two {said}.\n")
    talks = Threads(list(_airlines(Path(data) / "dialogues-airlines.jsonl.gz", 1_000 if options.quick else None)))
    marks = look(talks, bootstrap.labelling("default"), lambda count: None, checks=True).marks
    console.print(_table(_practice(list(dealings(talks, marks))), "Talks with airlines; their times are not known"))
    return 1 if differing else 0


def recounted(care: Path, posts: Sequence[Said], marks: Sequence[Marks], folder: Path) -> Mapping[str, Any]:
    """What the other way of counting gives on the same labels."""
    path = folder / "marks.jsonl"
    rows = (json.dumps({"id": post.id, **mark._asdict()}) for post, mark in zip(posts, marks, strict=True))
    path.write_text("\n".join(rows), encoding="utf-8")
    ended = subprocess.run([sys.executable, CHECK, care, path], check=True, capture_output=True, text=True)
    told: Mapping[str, Any] = json.loads(ended.stdout)
    return told


def counted(found: Practice) -> Mapping[str, Any]:
    """The figures under the names that the other way of counting gives them."""
    counts: dict[str, Any] = {
        "talks": found.talks,
        "mentions": found.around.mentions,
        "quiet": found.around.quiet,
        "uninvited": found.uninvited.part if found.uninvited else None,
        "second answers": found.again.part,
        "answers": found.again.whole,
        "handed": found.handed.part if found.handed else None,
        "hand-overs": found.hand_overs,
        "personal": found.personal.part if found.personal else None,
        "after stop": found.after_stop,
        "hours asked": found.hours.whole,
        "hours answered": found.hours.part,
    }
    for kind, met in (("addressed", found.spoken), ("complaints", found.complaints)):
        counts |= {kind: met.answered.whole, f"{kind} answered": met.answered.part}
        counts |= {f"{kind} {name}": rank.value for name, rank in (("median", met.median), ("p90", met.p90)) if rank}
    return counts


def _practice(dealt: Sequence[Dealt]) -> Practice:
    posts, quiet = sum(one.posts for one in dealt), sum(not one.addressed for one in dealt)
    return practice(dealt, Around(mentions=posts, quiet=quiet))


def _airlines(path: Path, most: int | None) -> Iterator[Said]:
    """The talks, with accounts in place of their masks."""
    with tempfile.TemporaryDirectory() as folder:
        unmasked = Path(folder) / "talks.jsonl"
        with gzip.open(path, "rt", encoding="utf-8") as lines, unmasked.open("w", encoding="utf-8") as out:
            for number, line in enumerate(lines):
                if most is not None and number >= most:
                    break
                out.write(reduce(lambda said, mask: said.replace(*mask), MASKS.items(), line))
        yield from Histories([str(unmasked)], (), lambda said: None)


def _table(found: Practice, title: str) -> Table:
    table = Table("figure", "found", "19 times in 20", title=title)
    rows = (
        ("answered, of those who spoke to the brand", found.spoken.answered),
        ("answered, of those who complained to it", found.complaints.answered),
        ("left alone, of what was not said to it", found.alone),
        ("stepped in, of all mentions", found.uninvited),
        ("handed on, of those who were answered", found.handed),
        ("answers to what had one already", found.again),
        ("answers that used personal facts, by the check", found.personal),
        ("hours of the day", found.hours),
    )
    for name, share in rows:
        if share is not None and share.value is not None and share.interval is not None:
            low, high = share.interval
            value = f"{100 * share.value:.1f} %: {share.part:,} of {share.whole:,}"
            table.add_row(name, value, f"{100 * low:.1f} to {100 * high:.1f} %")
    for name, met in (("spoke to the brand", found.spoken), ("complained", found.complaints)):
        for part, rank in (("half", met.median), ("9 in 10", met.p90)):
            if rank is not None and rank.low is not None and rank.high is not None:
                between = f"{rank.low / 60:,.0f} to {rank.high / 60:,.0f} min"
                table.add_row(f"first answer, {part} of those who {name}", f"{rank.value / 60:,.0f} min", between)
    table.add_row("answers after somebody asked for silence", str(found.after_stop), "")
    return table


def _accounts(threads: Threads, marks: Sequence[Marks]) -> Table:
    """How accounts differ, without naming any."""
    enough = [_practice(own) for own in by_brand(threads, marks).values() if len(own) >= FEW]
    table = Table(
        "of each account", "a quarter below", "half below", "a quarter above", title=f"{len(enough)} accounts"
    )
    values = {
        "median time to the first answer, min": [one.spoken.median.value / 60 for one in enough if one.spoken.median],
        "stepped in, per thousand mentions": [1_000 * (one.uninvited.value or 0) for one in enough if one.uninvited],
        "handed on, %": [100 * (one.handed.value or 0) for one in enough if one.handed],
        "personal facts, %": [100 * (one.personal.value or 0) for one in enough if one.personal],
        "hours of the day": [float(one.hours.part) for one in enough],
    }
    for name, found in values.items():
        low, _, high = quantiles(found, n=4)
        table.add_row(name, f"{low:,.0f}", f"{median(found):,.0f}", f"{high:,.0f}")
    return table


if __name__ == "__main__":
    sys.exit(main())
