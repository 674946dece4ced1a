"""The two ways of counting practice agree, on threads that are made up at random."""

import gzip
import json
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bench.practice import counted, recounted

from ascolta.core.practice import Around, practice
from ascolta.core.threads import Marks, Threads, dealings
from ascolta.sources.threads import Histories


def made(chance: random.Random, count: int = 400) -> list[dict[str, object]]:
    """Posts of some people and three accounts, in threads, in any order."""
    rows: list[dict[str, object]] = []
    for number in range(count):
        above = chance.randrange(number) if number and chance.random() < 0.75 else None
        ours = chance.random() < 0.4
        at = datetime.fromtimestamp(1_500_000_000 + 120 * number + chance.randrange(100), UTC)
        rows.append(
            {
                "id": str(number), "published": at.strftime("%a %b %d %H:%M:%S +0000 %Y"), "text": "words",
                "author": chance.choice("xyz" if ours else "abcdefgh"), "brand_account": ours,
                "in_reply_to": None if above is None else str(above),
            }
        )  # fmt: skip
    return chance.sample(rows, len(rows))


@pytest.mark.parametrize("seed", range(5))
def test_counted_twice_is_counted_alike(tmp_path: Path, seed: int) -> None:
    """Whatever the threads and the labels, the script that shares nothing with Ascolta gives the same figures."""
    chance, path = random.Random(seed), tmp_path / "threads.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, made(chance))).encode()))
    threads = Threads(list(Histories([str(path)], (), pytest.fail)))
    marks = [Marks(*(chance.random() < share for share in (0.4, 0.3, 0.05, 0.3, 0.2))) for _ in threads.posts]
    dealt = list(dealings(threads, marks))
    around = Around(mentions=sum(one.posts for one in dealt), quiet=sum(not one.addressed for one in dealt))
    mine, other = counted(practice(dealt, around)), recounted(path, threads.posts, marks, tmp_path)
    assert {name: other.get(name, 0) for name in mine} == mine
    assert Counter(mine)["after stop"] > 0
