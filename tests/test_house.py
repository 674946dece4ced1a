"""The house as a newcomer finds it: import contracts, the commands of the README, nothing that must not be there."""

import re
import subprocess
import sys
from pathlib import Path

from ascolta.cli.commands import COMMANDS
from tests.conftest import ROOT

PROSE = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_imports_run_one_way() -> None:
    """Import-linter finds every contract kept."""
    command = [str(Path(sys.executable).parent / "lint-imports")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout


def test_every_make_target_that_is_named_exists() -> None:
    """What README and docs tell to make, the Makefile makes."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {word for path in PROSE for word in re.findall(r"`?\bmake ([a-z]+)`", path.read_text(encoding="utf-8"))}
    assert named
    assert named <= targets


def test_every_command_that_is_named_exists() -> None:
    """What the docs call `ascolta …` is a command."""
    named = {word for path in PROSE for word in re.findall(r"`ascolta ([a-z]+)", path.read_text(encoding="utf-8"))}
    assert named
    assert named <= set(COMMANDS)


def test_links_in_the_docs_lead_somewhere() -> None:
    """Every relative link of the prose names a file that is there."""
    for path in PROSE:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
