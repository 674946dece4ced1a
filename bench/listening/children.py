"""Where the rows are measured: a temporary folder with posts and brands, and a process of its own for each row."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.listening import world

ROOT = Path(__file__).resolve().parents[2]
PEER = Path(__file__).with_name("obsei_peer.py")


class ChildFailed(Exception):
    """A row could not be measured."""


@dataclass(slots=True)
class Workplace:
    """A folder to work in. `tier` is what ASCOLTA_MATCH asks of the matcher; rows run on the last core we may use."""

    folder: Path
    queries: int
    texts: int
    tier: str = "auto"
    pool: list[bytes] = field(default_factory=list)
    brands: int = 0
    runs: int = 0

    def __post_init__(self) -> None:
        here = world.world(self.queries)
        self.brands = len(here.brands)
        self.pool = world.bodies(here, self.texts)
        world.write_brands(here, self.folder / "brands")
        world.write_everything_brand(self.folder / "everything")

    def write(self, name: str, count: int) -> None:
        """A file of so many posts."""
        with (self.folder / name).open("wb") as file:
            file.writelines(world.lines(self.pool, count))

    def measure(self, row: str, posts: str, *, interpreter: str = "") -> dict[str, Any]:
        """What one child says of one row. Raises ChildFailed with the last line of what it complained about."""
        task = json.dumps(self._task(row, posts))
        start = [interpreter, str(PEER), task] if interpreter else [sys.executable, "-m", "bench.listening.rows", task]
        try:
            ended = subprocess.run(
                start, capture_output=True, text=True, cwd=ROOT, env=self._environment(), check=False
            )
        except OSError as error:
            raise ChildFailed(f"{interpreter or sys.executable}: {error.strerror}") from error
        if ended.returncode:
            raise ChildFailed(next(reversed(ended.stderr.strip().splitlines()), f"exit code {ended.returncode}"))
        said: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        return said

    @contextmanager
    def child(self, row: str, *, step: int = 1_000_000) -> Iterator[subprocess.Popen[bytes]]:
        """A listener to write posts to, while we stay off its core."""
        cores = _cores()
        task = {**self._task(row, ""), "step": step}
        command = [sys.executable, "-m", "bench.listening.rows", json.dumps(task)]
        pipe = subprocess.PIPE
        _stay_on(cores[:-1] or cores)
        try:
            with subprocess.Popen(command, cwd=ROOT, env=self._environment(), stdin=pipe, stdout=pipe) as started:
                yield started
            if started.returncode:
                raise ChildFailed(f"the listener ended with exit code {started.returncode}")
        finally:
            _stay_on(cores)

    def _task(self, row: str, posts: str) -> dict[str, Any]:
        self.runs += 1
        return {
            "row": row,
            "posts": str(self.folder / posts),
            "brands": str(self.folder / ("everything" if row == "every" else "brands")),
            "store": str(self.folder / f"store-{self.runs}"),
            "core": _cores()[-1],
        }

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
        return {**os.environ, "PYTHONPATH": path, "ASCOLTA_MATCH": "" if self.tier == "auto" else self.tier}


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


def _stay_on(cores: list[int]) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(cores))
