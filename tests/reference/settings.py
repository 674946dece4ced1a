"""docs/reference/settings.md: every environment variable that the code reads. The words come from settings.yaml."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

WORDS = Path(__file__).parent / "settings.yaml"
SOURCE = ROOT / "src" / "ascolta"
TOP = """\
# Settings

What a brand is stands in [its files](files.md); what a machine is stands in the environment: addresses, secrets,
places. `ascolta run` shows at the desk, under *Settings*, which variables are set, and never what they hold. This page
is made from the code: `make reference`.
"""
HEADINGS = {
    "settings": "What Ascolta reads",
    "libraries": "What its libraries read",
    "developers": "For developers",
}
_NAME = re.compile(r"ASCOLTA_[A-Z]+(?:_[A-Z]+)*_?")
_ASKED = re.compile(r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"")


def page() -> str:
    """The page."""
    lines = [TOP]
    for section, heading in HEADINGS.items():
        lines += [f"## {heading}\n", "| variable | if it is not set | means |\n|---|---|---|"]
        lines += [
            f"| `{name.replace('*', '…')}` | {left} | {means} |" for name, (left, means) in words(section).items()
        ]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def words(section: str) -> dict[str, list[str]]:
    """What is said of each variable of a section."""
    return dict(_words()[section])


@cache
def read_by_ascolta() -> frozenset[str]:
    """The variables that the program names; a star ends those of which routes.yaml names the rest."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if "training" in path.parts:
            continue
        for name in _named(path):
            found |= _meant(path, name) if name.endswith("_") else {name}
    stars = tuple(name[:-1] for name in found if name.endswith("*"))
    return frozenset(name for name in found if name.endswith("*") or not name.startswith(stars))


def read_by_developers() -> frozenset[str]:
    """The variables that only tests, benches and training ask for."""
    paths = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py"), *(SOURCE / "training").rglob("*.py")]
    asked = frozenset(name for path in paths for name in _ASKED.findall(path.read_text(encoding="utf-8")))
    return asked - read_by_ascolta() - {"OBSEI_PSEUDONYM_SALT"}


def _named(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _NAME.findall(node.value)


def _meant(path: Path, prefix: str) -> set[str]:
    """The names in a module that begin with a prefix; the prefix with a star where there are none."""
    place = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
    held = vars(importlib.import_module(place)).values()
    found = {value for value in held if isinstance(value, str) and value.startswith(prefix) and value != prefix}
    return found or {prefix + "*"}


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return found
