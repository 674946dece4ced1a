"""Starts the command as a user would, and holds what it said."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

ACME = ROOT / "examples" / "acme"
DAY = ACME / "day.jsonl"
GOLDEN = json.loads((ROOT / "tests" / "data" / "demo.json").read_text(encoding="utf-8"))
"""What the demo tells of the example day."""


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
