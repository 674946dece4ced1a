"""The list of planted bugs is in order, and the campaign tells a bug that is noticed from one that is not."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.planted.areas import AREAS
from tests.planted.bug import Area, Bug
from tests.planted.campaign import Ran, campaign, copied, planted, tried

BUGS = [(area, bug) for area in AREAS for bug in area.bugs]
QUIET = ("tests/core/test_noise.py::test_whole_numbers_are_drawn_evenly",)
QUICK = ("a commitment without its salt", "restarts are free", "the first account is always ours")


@pytest.mark.parametrize(("area", "bug"), BUGS, ids=lambda one: one.name)
def test_each_bug_can_be_planted_where_it_says(area: Area, bug: Bug) -> None:
    """Its line stands exactly once in the tree, the line with the bug is another, and its tests are there."""
    source = bug.path(ROOT).read_text(encoding="utf-8")
    assert bug.planted(source) != source
    compile(bug.planted(source), bug.file, "exec")
    for test in (*bug.tests, *area.wider):
        path, _, name = test.partition("[")[0].partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, test


def test_there_are_enough_bugs_of_every_kind() -> None:
    """Seven areas have eight bugs or more each, no two of one name, each with its harm in one sentence."""
    assert {area.name for area in AREAS} == {"consent", "keep", "erase", "redact", "noise", "journal", "risk"}
    assert all(len(area.bugs) >= 8 for area in AREAS)
    names = [bug.name for _, bug in BUGS]
    assert len(names) == len(set(names)) >= 48
    assert not [bug.name for _, bug in BUGS if not bug.harm or bug.harm[-1] in ".!" or "|" in bug.harm + bug.name]


def test_the_documentation_lists_every_bug() -> None:
    """docs/developer/bugs.md has one row a bug, in the order of the list, and no other."""
    said = (ROOT / "docs" / "developer" / "bugs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!bug \||-)(.+?) \| (.+?) \|", said, re.MULTILINE)
    assert rows == [(bug.name, bug.harm) for _, bug in BUGS]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which bugs can be planted."""
    return copied(ROOT, tmp_path_factory.mktemp("bugs") / "tree")


@pytest.mark.slow
def test_a_few_bugs_are_noticed(tree: Path) -> None:
    """Of three areas one bug each is noticed by the test that is named beside it."""
    wanted = [(area, [bug for bug in area.bugs if bug.name in QUICK]) for area in AREAS]
    said: list[str] = []
    found = campaign([tree], [(area, bugs) for area, bugs in wanted if bugs], said.append)
    assert len(found) == len({one.area for one in found}) == 3
    for one in found:
        assert one.noticed.startswith(one.bug.tests), one.said
        assert not one.wide
    assert len(said) == 6


@pytest.mark.slow
def test_a_change_that_nobody_notices_is_said_to_survive(tree: Path) -> None:
    """A comment in place of a comment survives, and the tree is afterwards as it was before."""
    area, bug = next((area, bug) for area, bug in BUGS if area.name == "noise")
    harmless = replace(bug, file="core/noise.py", old='"""Exact samplers', new='"""Samplers', tests=QUIET)
    verdict = tried(tree, replace(area, wider=QUIET), harmless, Ran())
    assert (verdict.noticed, verdict.odd, verdict.wide, verdict.said) == ("", "", True, "SURVIVED")
    assert (tree / "src/ascolta/core/noise.py").read_text() == (ROOT / "src/ascolta/core/noise.py").read_text()


@pytest.mark.slow
def test_a_test_that_fails_anyway_has_noticed_nothing(tree: Path) -> None:
    """A kill by a test that fails on the code as it is too is no kill."""
    area, bug = next((area, bug) for area, bug in BUGS if bug.name == "one number too many in a draw")
    failed = f"{QUIET[0]}[3]"
    verdict = tried(tree, area, replace(bug, tests=(failed,)), Ran(failed=(failed,)))
    assert (verdict.noticed, verdict.odd) == ("", f"{failed} fails without it too")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"tests": ("tests/core/test_noise.py::test_that_is_not_there",)}, "could not be run"),
        ({"new": "def broken("}, "could not be run"),
    ],
)
def test_what_cannot_be_told_is_no_kill(tree: Path, change: dict[str, object], why: str) -> None:
    """A test that is not there, or a bug that no Python can read, gives no verdict."""
    area, bug = next((area, bug) for area, bug in BUGS if area.name == "noise")
    verdict = tried(tree, area, replace(bug, **change), Ran())  # type: ignore[arg-type]
    assert verdict.noticed == ""
    assert why in verdict.odd


def test_a_line_that_is_not_there_once_is_refused(tmp_path: Path) -> None:
    """A line that is not there, or stands there twice, is refused and nothing is written."""
    path = tmp_path / "src" / "ascolta" / "a.py"
    path.parent.mkdir(parents=True)
    for text in ("one\n", "two two\n"):
        path.write_text(text)
        bug = Bug(name="x", file="a.py", old="two", new="three", harm="none", tests=())
        with pytest.raises(LookupError, match="plant the bug anew"), planted(tmp_path, bug):
            pass
        assert path.read_text() == text
