"""Kill -9 at random points of `listen`: no post is lost, none is counted twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME
from tests.conftest import ROOT

KILLS = int(os.environ.get("ASCOLTA_KILLS", "20"))
POSTS = 12_000


def written(path: Path) -> dict[str, int]:
    """A file of posts of every kind, with removals and repeats; what must come of it."""
    chance = random.Random(7)
    lines, cases, counted = [], set(), 0
    for number in range(POSTS):
        kind = chance.randrange(12)
        if kind < 3:
            text = f"@acmeair where is bag {number}?"
        elif kind < 6:
            text = f"flying acme air, seat {number}"
        else:
            text = f"nothing to do with it {number}"
        counted += kind < 6
        post = {"id": str(number), "text": text, "published": 1_792_000_000 + number, "lang": "en"}
        lines.append(post)
        if kind < 3:
            cases.add(number)
        if kind == 11:
            lines.append(lines[-1 - chance.randrange(min(50, len(lines)))])
        if kind == 0 and chance.random() < 0.3:
            lines.append({"event": "removed", "id": str(number)})
            cases.discard(number)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return {"cases": len(cases), "counted": counted}


@pytest.mark.slow
def test_kill_minus_nine_again_and_again(tmp_path: Path) -> None:
    """However often and wherever it is killed, in the end every post was counted once and every case is there."""
    day = tmp_path / "day.jsonl"
    expected = written(day)
    chance = random.Random(11)
    store = tmp_path / "store"
    command = [
        sys.executable,
        "-m",
        "ascolta",
        "listen",
        str(ACME),
        str(day),
        "--store",
        str(store),
        "--batch",
        "10",
        "--json",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    killed = 0
    for _ in range(KILLS):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
        _wait_for_start(store, running, chance.uniform(0.0, 0.12))
        if running.poll() is None:
            os.kill(running.pid, signal.SIGKILL)
            killed += 1
        _, err = running.communicate()
        assert running.returncode in (0, -signal.SIGKILL), err
    last = subprocess.run(command, capture_output=True, env=environment)
    assert last.returncode == 0, last.stderr
    kept = SqlStore(store)
    assert len(kept.cases()) == expected["cases"]
    assert sum(kept.counts("acme", "all", 0, 1 << 40).values()) == expected["counted"]
    kept.close()
    assert killed >= KILLS * 0.5


def _wait_for_start(store: Path, running: "subprocess.Popen[bytes]", more: float) -> None:
    """Until the write-ahead log was touched since the start, or the process ended; then a moment more."""
    began = time.time()
    log = store / "store.db-wal"
    while running.poll() is None and time.time() - began < 10:
        if log.exists() and log.stat().st_mtime >= began:
            break
        time.sleep(0.005)
    time.sleep(more)
