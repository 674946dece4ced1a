"""Plants each bug in a copy of the tree and runs the tests that have to notice it."""

import compileall
import os
import queue
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

from tests.planted.bug import Area, Bug

PARTS = ("src", "tests", "bench", "examples", "pyproject.toml", "README.md", "constraints.txt")
LEFT = shutil.ignore_patterns("__pycache__", ".*", "*.db", "*.db-wal", "*.db-shm")
FIRST, LATER = 90.0, 400.0
"""Seconds that the narrow tests of a bug, and all tests of an area, may take."""

SETTINGS = {"CI": "1", "COLUMNS": "400", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": ""}
"""Hypothesis draws the same examples every time; no plug-in of pytest is loaded, which takes longer than most tests."""

_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How some tests ended: which failed, and why it cannot be told if it cannot; both empty if all passed."""

    seconds: float = 0.0
    failed: tuple[str, ...] = ()
    odd: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a planted bug: the test that noticed it, or why none can be named; both empty if it survived.

    `wide`: no test that is named beside the bug noticed it, but another of its area did.
    """

    bug: Bug
    area: str
    seconds: float
    noticed: str = ""
    odd: str = ""
    wide: bool = False

    @property
    def said(self) -> str:
        """The test, or what is wrong."""
        return self.noticed or self.odd or "SURVIVED"


def copied(root: Path, place: Path) -> Path:
    """A tree of its own, whose compiled files are checked by content: two bugs may be planted within one second."""
    for part in PARTS:
        if (root / part).is_dir():
            shutil.copytree(root / part, place / part, ignore=LEFT)
        elif (root / part).exists():
            place.mkdir(exist_ok=True)
            shutil.copy(root / part, place / part)
    compileall.compile_dir(place / "src", quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return place


@contextmanager
def planted(root: Path, bug: Bug) -> Iterator[None]:
    """The tree with a bug in it, and afterwards as it was. Raises LookupError if the bug's line is not there once."""
    path = bug.path(root)
    source = path.read_text(encoding="utf-8")
    path.write_text(bug.planted(source), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(source, encoding="utf-8")


def run(root: Path, tests: Sequence[str], limit: float, *words: str) -> Ran:
    """Run some tests of a tree."""
    command = [sys.executable, "-m", "pytest", *tests, *words, "--tb=no", "-p", "no:cacheprovider", "-m", "not slow"]
    environment = {**os.environ, **SETTINGS, "PYTHONPATH": str(root / "src")}
    began = time.monotonic()
    try:
        ended = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return Ran(seconds=limit, odd=f"no end within {limit:.0f} s")
    took, failed = time.monotonic() - began, tuple(_FAILED.findall(ended.stdout))
    if ended.returncode == 0 or (ended.returncode == 1 and failed):
        return Ran(seconds=took, failed=failed)
    last = (ended.stdout.strip() or ended.stderr.strip() or "nothing was said").splitlines()[-1]
    return Ran(seconds=took, odd=f"the tests could not be run: {last}")


def tried(root: Path, area: Area, bug: Bug, before: Ran) -> Verdict:
    """Plant one bug and see which test notices; one that fails without the bug too has noticed nothing."""
    with planted(root, bug):
        ran = run(root, bug.tests, FIRST, "-x")
        wide = not ran.failed and not ran.odd
        if wide:
            ran = run(root, area.wider, LATER, "-x")
    noticed, odd = (ran.failed or ("",))[0], ran.odd
    if noticed and (noticed in before.failed or (wide and run(root, [noticed], FIRST).failed)):
        noticed, odd = "", f"{noticed} fails without it too"
    if before.odd:
        noticed, odd = "", f"its tests cannot be run without it: {before.odd}"
    return Verdict(bug=bug, area=area.name, seconds=ran.seconds, noticed=noticed, odd=odd, wide=wide)


def campaign(
    roots: Sequence[Path], wanted: Sequence[tuple[Area, Sequence[Bug]]], tell: Callable[[str], None]
) -> list[Verdict]:
    """Try all bugs in their order, one in each tree at a time, once their tests were run on the code as it is."""
    trees: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for root in roots:
        trees.put(root)

    @contextmanager
    def tree() -> Iterator[Path]:
        root = trees.get()
        try:
            yield root
        finally:
            trees.put(root)

    def begun(area: Area, bugs: Sequence[Bug]) -> Ran:
        with tree() as root:
            ran = run(root, sorted({test for bug in bugs for test in bug.tests}), LATER)
        tell(f"{area.name} as it is: {ran.odd or ', '.join(ran.failed) or 'passes'} ({ran.seconds:.1f} s)")
        return ran

    def one(area: Area, bug: Bug, before: Ran) -> Verdict:
        with tree() as root:
            verdict = tried(root, area, bug, before)
        tell(f"{bug.name}: {verdict.said} ({verdict.seconds:.1f} s)")
        return verdict

    with ThreadPoolExecutor(len(roots)) as pool:
        starts = list(pool.map(begun, *zip(*wanted, strict=True)))
        rows = [(area, bug, before) for (area, bugs), before in zip(wanted, starts, strict=True) for bug in bugs]
        return list(pool.map(one, *zip(*rows, strict=True)))
