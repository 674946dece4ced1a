"""A cluster of two workers is killed in mid-stream: an executor, the driver, the database. Nothing is lost or doubled.

Every run leaves what Spark writes on disk behind to be searched: no word of a post is in it.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ascolta import bootstrap
from ascolta.stores.sql import SqlStore
from tests.conftest import ROOT
from tests.engines.sparking import day_in_parts, end, executors, require_spark
from tests.stores.server import Server, started

KILLS = int(os.environ.get("ASCOLTA_SPARK_KILLS", "1"))
PARTS = 6 + 6 * KILLS
CANARY = "zqcanaryzq"
MASTER = "local-cluster[2,1,1024]"
pytestmark = pytest.mark.slow


def play(place: Path, url: str) -> "subprocess.Popen[bytes]":
    """`ascolta stream`, one file of the day a batch, until all is heard; what Spark writes beside lies in `place`."""
    command = [sys.executable, "-W", "ignore", "-m", "ascolta", "stream", str(bootstrap.example()), str(place / "in")]
    command += ["--spark", MASTER, "--rehearsal", "--until-now", "--option", "maxFilesPerTrigger=1"]
    command += ["--store", str(place / "store"), "--json"]
    (place / "scratch").mkdir(exist_ok=True)
    (place / "work").mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "ASCOLTA_DATABASE": url,
        "SPARK_LOCAL_DIRS": str(place / "scratch"),
        "SPARK_WORKER_DIR": str(place / "work"),
    }
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=place)


def batches(place: Path) -> int:
    """How many batches Spark has written down as done."""
    return len(list((place / "store" / "streams" / "in" / "commits").glob("[0-9]*")))


def whole(place: Path, url: str) -> None:
    """After one more run, all is there as one process makes it of the same files, and nothing twice."""
    last = play(place, url)
    out, err = last.communicate(timeout=300)
    assert last.returncode == 0, err.decode()[-2_000:]
    assert json.loads(out)["posts"] >= 0
    alone = _alone(place)
    store = SqlStore(place / "store", url=url)
    try:
        assert _told(store) == alone
    finally:
        store.close()


def _alone(place: Path) -> tuple[Any, ...]:
    """What one process makes of the files, one after the other, as a whole day."""
    path = place / "day.jsonl"
    path.write_bytes(b"".join(part.read_bytes() for part in sorted((place / "in").iterdir())))
    command = [sys.executable, "-m", "ascolta", "listen", str(bootstrap.example()), str(path), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "ASCOLTA_DATABASE": ""}
    subprocess.run([*command, "--store", str(place / "alone")], check=True, capture_output=True, env=environment)
    store = SqlStore(place / "alone")
    found = _told(store)
    store.close()
    return found


def _told(store: SqlStore) -> tuple[Any, ...]:
    counts = {stream: store.counts("acme", stream, 0, 1 << 40) for stream in sorted(store.totals("acme"))}
    return counts, sorted((case.published, case.network, case.labels, repr(case.decision)) for case in store.cases())


def no_word_is_left(place: Path) -> None:
    """Whatever Spark wrote: scratch, what workers said, checkpoints."""
    searched = 0
    for folder in ("scratch", "work", "store/streams"):
        for path in (place / folder).rglob("*"):
            if path.is_file():
                searched += 1
                assert CANARY.encode() not in path.read_bytes(), path
    assert searched > PARTS


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The day in parts, a word in every post by which it would be known again."""
    require_spark()
    folder = day_in_parts(tmp_path / "in", PARTS)
    for path in folder.iterdir():
        stamp = path.stat().st_mtime
        lines = [json.loads(line) for line in path.read_bytes().splitlines()]
        for line in lines:
            if line.get("text"):
                line["text"] += f" {CANARY}"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        os.utime(path, (stamp, stamp))
    return tmp_path


def disturbed(place: Path, strikes: list[Callable[[int], bool]], url: str) -> int:
    """Begin it again and again until it was struck in each way in mid-stream, or all is heard; in how many ways."""
    chance, left = random.Random(4), strikes[::-1]
    while left and batches(place) < PARTS:
        running, before = play(place, url), batches(place)
        while running.poll() is None:
            if left and batches(place) > before:
                time.sleep(chance.uniform(0.0, 0.8))
                if left[-1](running.pid):
                    left.pop()
                before = batches(place)
            time.sleep(0.05)
        running.communicate()
    return len(strikes) - len(left)


def an_executor(pid: int) -> bool:
    """Another one takes its place, and the stream goes on by itself."""
    found = executors(pid)
    if found:
        os.kill(found[0], signal.SIGKILL)
    return bool(found)


def the_driver(pid: int) -> bool:
    """Begun again, it goes on where it was."""
    end(pid)
    return True


def test_whatever_is_killed_nothing_is_lost_or_doubled(place: Path) -> None:
    """An executor, the driver, PostgreSQL: in the end all is there once, and no word of a post in what Spark wrote."""
    server: Server = started()

    def the_database(pid: int) -> bool:
        """It recovers from its log, the stream ends with a sentence or goes on, and begun again it goes on."""
        server.kill()
        time.sleep(0.5)
        server.revive()
        return True

    try:
        url = server.empty(options="-csynchronous_commit=on")
        assert disturbed(place, [an_executor, the_driver, the_database] * KILLS, url) == 3 * KILLS
        whole(place, url)
        no_word_is_left(place)
    finally:
        server.close()
