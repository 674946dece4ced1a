"""The marks of all tests, collected by pytest without running any: a plug-in that writes them to a file, as JSON.

In a program of its own, so that it is the same whether it is asked for by hand or by a test.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import ROOT

FILE = "ASCOLTA_PROOFS"
"""The environment variable that names the file."""

PARAMETER = "it"
"""The parameter that names the network where the mark does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One test proves one thing of one network."""

    network: str
    what: str
    on: str
    test: str


@cache
def proofs() -> list[Proof]:
    """All that the tests prove, collected once. Raises RuntimeError where tests cannot be, or are left out."""
    files = sorted(str(path) for path in (ROOT / "tests").rglob("test_*.py") if "proves(" in path.read_text("utf-8"))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "proofs.json"
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "tests.proofs.collected", *files],
            cwd=ROOT, env={**os.environ, FILE: str(file)}, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        if ended.returncode != 0 or not file.exists():
            raise RuntimeError(f"the tests cannot be collected:\n{ended.stdout[-4_000:]}")
        found = json.loads(file.read_text(encoding="utf-8"))
    if found["left out"]:
        raise RuntimeError(f"tests say by fixtures what they miss, so that what they prove is known: {found}")
    return [Proof(**one) for one in found["proofs"]]


_left_out: list[str] = []


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a file that leaves itself out as a whole."""
    if report.skipped:
        _left_out.append(report.nodeid)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write what the tests say that they prove."""
    if FILE in os.environ:
        found = [asdict(proof) for item in session.items for proof in _of(item)]
        told = json.dumps({"proofs": found, "left out": _left_out})
        Path(os.environ[FILE]).write_text(told, encoding="utf-8")


def _of(item: pytest.Item) -> list[Proof]:
    made = []
    for mark in item.iter_markers("proves"):
        said = mark.kwargs
        call = getattr(item, "callspec", None)
        network = said["network"] or (call.params.get(PARAMETER, "") if call is not None else "")
        made += [Proof(network=str(network), what=what, on=said["on"], test=item.nodeid) for what in said["what"]]
    return made
