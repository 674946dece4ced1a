"""Exactly once with several programs on one PostgreSQL: two listeners, two desks, and the server, killed.

One program at a time is in test_once.py.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ascolta.core.mention import Brands
from ascolta.errors import StoreError
from ascolta.listen import listen
from ascolta.sources import FileSource
from ascolta.stores.sql import SqlStore
from tests.conftest import NOW, ROOT, foresee
from tests.once.__main__ import BRAND
from tests.once.together import written
from tests.stores.server import Server
from tests.stores.server import started as begun

KILLS = int(os.environ.get("ASCOLTA_KILLS", "20"))
POSTS = 30 + 3 * KILLS
"""Posts of each listener: so many that all the kills fall into the story."""

CERTAIN = "-csynchronous_commit=on"
"""The servers of the tests may lose what they said was kept; here that is not to be."""


@pytest.fixture
def mortal() -> Iterator[Server]:
    """A server of its own, to be killed."""
    made = begun()
    yield made
    made.close()


def play(folder: Path, url: str, kills: int, posts: int) -> "subprocess.Popen[bytes]":
    """Begin the story in a process of its own."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.once.together", str(folder), url, str(kills), str(posts)]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def ended(story: "subprocess.Popen[bytes]") -> Any:
    """What the story tells when it is over."""
    out, err = story.communicate(timeout=400)
    assert story.returncode == 0, err.decode()[-2_000:]
    return json.loads(out)


def undisturbed(folder: Path, posts: int) -> dict[str, Any]:
    """What one listener after the other keeps, in memory, with nobody killed."""
    folder.mkdir()
    store = SqlStore(None)
    for name in ("a", "b"):
        written(folder / f"{name}.jsonl", posts)
        source = FileSource(str(folder / f"{name}.jsonl"), clock=lambda: NOW)
        for _ in listen(source, Brands([BRAND], foresee), store):
            pass
    ticks = {str(tick): n for tick, n in store.counts("acme", "all", 0, 1 << 40).items()}
    told = {"cases": len(store.cases()), "totals": store.totals("acme"), "ticks": ticks}
    store.close()
    return told


def is_whole(told: dict[str, Any], expected: dict[str, Any]) -> None:
    """Nothing was lost and nothing doubled: cases, counts of every tick, answers."""
    assert {name: told[name] for name in expected} == expected, told
    assert (told["said"], told["twice"]) == (told["wanted"], 0), told
    assert told["sent"] == told["wanted"] == expected["cases"], told
    assert told["told twice"] == 0, told


@pytest.mark.slow
def test_two_desks_and_two_listeners_each_killed_lose_and_double_nothing(server: Server, tmp_path: Path) -> None:
    """However often one of the four is killed, each post is counted once and each answer published once."""
    told = ended(play(tmp_path / "killed", server.empty(options=CERTAIN), KILLS, POSTS))
    is_whole(told, undisturbed(tmp_path / "undisturbed", POSTS))
    assert sum(told["killed"].values()) >= 0.8 * KILLS, told
    assert {"dropped", "lost", "refused"} <= told["faults"].keys()


@pytest.mark.slow
def test_a_server_that_is_killed_loses_and_doubles_nothing(mortal: Server, tmp_path: Path) -> None:
    """PostgreSQL is killed in mid-stream and started again, three times: the totals are those of an undisturbed run."""
    chance, posts = random.Random(5), 75
    story = play(tmp_path / "killed", mortal.empty(options=CERTAIN), 0, posts)
    began = 0
    for _ in range(3):
        time.sleep(chance.uniform(0.8, 1.6))
        began += story.poll() is None
        mortal.kill()
        time.sleep(chance.uniform(0.0, 0.3))
        mortal.revive()
    is_whole(ended(story), undisturbed(tmp_path / "undisturbed", posts))
    assert began >= 2


def test_of_two_at_one_source_the_second_is_told(server: Server, tmp_path: Path) -> None:
    """Who hears what another one heard meanwhile is told, keeps nothing of it, and goes on there when begun anew."""
    url, path = server.empty(), tmp_path / "a.jsonl"
    wanted = written(path, 40)
    one, other = SqlStore(tmp_path / "store", url=url), SqlStore(tmp_path / "store", url=url)
    source = FileSource(str(path), clock=lambda: NOW, batch=5)
    first, second = (listen(source, Brands([BRAND], foresee), store) for store in (one, other))
    next(first)
    next(second)
    before = (one.cursor(source.name), len(one.cases()), one.totals("acme"))
    with pytest.raises(StoreError, match="was moved by another listener on this store; stop one of the two"):
        next(first)
    assert (one.cursor(source.name), len(one.cases()), one.totals("acme")) == before
    assert sum(1 for _ in second) == 6
    assert len(other.cases()) == wanted
    assert list(listen(source, Brands([BRAND], foresee), one)) == []
    for store in (one, other):
        store.close()
