"""Starts the command as a user would, and holds what it said; `ascolta run` as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.conftest import ROOT

ACME = ROOT / "examples" / "acme"
DAY = ACME / "day.jsonl"
GOLDEN = json.loads((ROOT / "tests" / "data" / "demo.json").read_text(encoding="utf-8"))
"""What the demo tells of the example day."""

PATIENCE = 60.0
"""Seconds that a busy machine may take for anything."""


@dataclass(frozen=True, slots=True)
class Said:
    """Exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON lines on standard output."""
        return [json.loads(line) for line in self.out.split("\n") if line]


def ascolta(*words: str | Path, stdin: bytes = b"", cwd: Path | None = None) -> Said:
    """Run `ascolta` with these words; a traceback is never an answer."""
    command = [sys.executable, "-m", "ascolta", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", "PYTHONUTF8": "1"}
    ended = subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, env=environment, timeout=120)
    said = Said(ended.returncode, ended.stdout.decode("utf-8", "replace"), ended.stderr.decode("utf-8", "replace"))
    assert "Traceback" not in said.err, said.err
    return said


@dataclass(slots=True)
class Started:
    """A desk that runs: the folder of its brand, its process and port, its owner's link, and where it writes."""

    folder: Path
    program: "subprocess.Popen[bytes]"
    port: int
    link: str
    log: Path

    @property
    def home(self) -> str:
        """Where browsers find it."""
        return f"http://127.0.0.1:{self.port}"

    def answers(self, path: str) -> bool:
        """Whether what it says at a path is that all is well."""
        try:
            with urllib.request.urlopen(f"{self.home}{path}", timeout=30) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except OSError:
            return False

    def end(self) -> int:
        """Stop it in order; its exit code."""
        if self.program.poll() is None:
            os.kill(self.program.pid, signal.SIGTERM)
        return self.program.wait(PATIENCE)


Desk = TypeVar("Desk", bound=Started)


@contextmanager
def started(made: type[Desk], folder: Path, *options: str, cores: str = "") -> Iterator[Desk]:
    """`ascolta run` on a folder, from when it has told the link; `cores` that it may use, as `taskset` says them."""
    port, log = free_port(), folder.parent / f"{folder.name}.log"
    command = ["taskset", "-c", cores] if cores else []
    command += [sys.executable, "-m", "ascolta", "run", str(folder), "--port", str(port), "--log", "json", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with log.open("wb") as err:
        program = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=err, env=environment)
    try:
        assert program.stdout is not None
        line = program.stdout.readline()
        assert line, log.read_text(encoding="utf-8")
        yield made(folder, program, port, json.loads(line)["desk"], log)
    finally:
        program.terminate()
        try:
            program.wait(PATIENCE)
        finally:
            program.kill()
            if program.stdout is not None:
                program.stdout.close()


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def wait(until: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Until something is so."""
    limit = time.monotonic() + patience
    while not until():
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.05)
