"""Exactly once: senders killed at random points against a network that loses, drops, refuses and doubles."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

KILLS = int(os.environ.get("ASCOLTA_KILLS", "20"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["keyed", "plain"])
def test_nothing_is_lost_and_nothing_said_twice(tmp_path: Path, kind: str) -> None:
    """However often a sender is killed, in the end the network published each approved answer once."""
    command = [sys.executable, "-m", "tests.once", str(tmp_path / "store"), str(KILLS), "60", kind]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    ended = subprocess.run(command, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, timeout=900)
    assert ended.returncode == 0, ended.stderr.decode()[-2_000:]
    told = json.loads(ended.stdout)
    assert (told["lost"], told["twice"]) == (0, 0), told
    assert told["kills"] == KILLS
    assert {"dropped", "lost", "refused", "deaf"} <= told["faults"].keys()
