"""Kill -9 at any step of an incident: nothing is lost, and nothing is done, said or told twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

KILLS = int(os.environ.get("ASCOLTA_INCIDENT_KILLS", "20"))


@pytest.mark.slow
def test_an_incident_survives_being_killed_at_any_step(tmp_path: Path) -> None:
    """However often, every incident ends with each step done once, each post published once, nobody told twice."""
    command = [sys.executable, "-m", "tests.once.incidents", str(tmp_path), str(KILLS), "3"]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    ended = subprocess.run(command, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, timeout=900)
    assert ended.returncode == 0, ended.stderr.decode()[-2_000:]
    told = json.loads(ended.stdout)
    assert told["incidents"] >= 3
    assert (told["open"], told["steps_open"], told["acts_twice"], told["lines_twice"]) == (0, 0, 0, 0), told
    assert told["posts"] == told["postings"] == 3 * told["incidents"], told
    assert told["unsent"] == 0
    assert 1 <= told["messages"] <= 2 * (1 + told["days"] // 30)
    assert told["paused"]
    assert told["kills"] == KILLS
    assert len(told["where"]) >= 3, told
