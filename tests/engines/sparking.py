"""Spark for tests: whether it is here, what it runs as, and a brand's day that comes in many files."""

import importlib.util
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta import bootstrap


def require_spark() -> None:
    """Where Spark or Java cannot be had the test is skipped, but in CI they must be there. It compiles little."""
    os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
    lacking = [] if importlib.util.find_spec("pyspark") else ["pyspark (pip install -e '.[spark]')"]
    lacking += [] if shutil.which("java") else ["Java 17 or newer"]
    if lacking and not os.environ.get("CI"):
        pytest.skip(f"{' and '.join(lacking)} is not here")


def day_in_parts(folder: Path, parts: int) -> Path:
    """The example's day as so many files in a new folder, one after the other."""
    folder.mkdir()
    lines = (bootstrap.example() / "day.jsonl").read_bytes().splitlines(keepends=True)
    each = -(-len(lines) // parts)
    for number in range(parts):
        path = folder / f"{number:03}.jsonl"
        path.write_bytes(b"".join(lines[number * each : (number + 1) * each]))
        os.utime(path, (1_792_000_000 + number, 1_792_000_000 + number))
    return folder


def below(pid: int) -> Iterator[tuple[int, bytes]]:
    """Every program that descends from one: its pid and how it was called."""
    for child in _children(pid):
        try:
            called = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        yield child, called
        yield from below(child)


def executors(pid: int) -> list[int]:
    """The executors of a Spark that a program began."""
    return [
        child for child, called in below(pid) if called.split(b"\0")[0].endswith(b"java") and b"CoarseGrained" in called
    ]


def end(pid: int) -> None:
    """Kill a program and all that descends from it, as an outage of its machine would."""
    for one in [pid, *(child for child, _ in below(pid))]:
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found
