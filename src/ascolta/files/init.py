"""The files that a new brand begins with."""

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import yaml

from ascolta.core.brand import FileSource
from ascolta.core.text import fold, term
from ascolta.errors import AscoltaError, FileError
from ascolta.files.assessments import assessment_of, template
from ascolta.files.brands import load_brand

TEMPLATES = ("brand.yaml", "queries.yaml", "etiquette.yaml", "risk.yaml", "plans/outage.yaml", "rehearsal.jsonl")
SHORT, LONGEST = 41, 100
"""How many characters a brand's short name has at the most, and its name."""

FIRST = "posts.csv"
"""The source that brand.yaml proposes in a comment, and whose assessment is laid out."""


def new_brand(folder: Path, name: str, handle: str, *, dry: bool = False) -> list[Path]:
    """Write a brand's files and return their paths; `dry` only returns them. Raises FileError rather than overwrite.

    Where that fails, nothing of it is left behind.
    """
    values = _values(folder, name, handle)
    made = [folder / written for written in (*TEMPLATES, assessment_of(FIRST))]
    for path in made:
        _refuse(path)
    if dry:
        return made
    there = {parent for path in made for parent in path.parents if parent.exists()}
    try:
        for path, shipped in zip(made, TEMPLATES, strict=False):
            text = (files("ascolta.files") / "default" / shipped).read_text(encoding="utf-8")
            for placeholder, value in values.items():
                text = text.replace(placeholder, value)
            _write(path, text)
        new_assessment(folder, FIRST)
    except BaseException:
        _take_away(made, there)
        raise
    return made


def _take_away(made: Sequence[Path], there: Collection[Path]) -> None:
    """Remove files, and the folders that were made for them."""
    with suppress(OSError):
        for path in made:
            path.unlink(missing_ok=True)
        new = {parent for path in made for parent in path.parents if parent not in there and parent.exists()}
        for parent in sorted(new, key=lambda each: -len(each.parts)):
            parent.rmdir()


def new_assessment(folder: Path, source: str, *, dry: bool = False) -> Path:
    """Lay out the assessment of a source of a brand; its path. Raises FileError rather than overwrite."""
    brand = load_brand(folder)
    known = next((one for one in brand.sources if one.path == source), None)
    found = known or FileSource(path=source, assessment=assessment_of(source))
    path = folder / found.assessment
    _refuse(path)
    if not dry:
        _write(path, template(brand, found))
    return path


def _values(folder: Path, name: str, handle: str) -> dict[str, str]:
    """What stands for each placeholder of the templates. Raises AscoltaError."""
    name = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    if len(name) > LONGEST:
        raise AscoltaError(f"--name: a brand's name has {LONGEST} characters at the most; it has {len(name):,}")
    words = term(name)
    handle = fold(handle.strip()).lstrip("@")
    if not words or not re.fullmatch(r"\w[\w.\-]*(@[\w.\-]+)?", handle):
        raise AscoltaError("a brand needs a name and an account, such as: --name 'Acme Air' --handle @acmeair")
    return {
        "{brand}": next(filter(None, map(_short, (name, folder.resolve().name, handle))), "brand"),
        "{name}": yaml.safe_dump(name, allow_unicode=True, width=1000).splitlines()[0],
        "{words}": " ".join(words),
        "{handle}": handle,
    }


def _short(said: str) -> str:
    """A brand's short name; empty if there is no letter or digit for it, as in names in other scripts."""
    return re.sub(r"[^a-z0-9]+", "-", fold(said)).strip("-")[:SHORT].strip("-")


def _refuse(path: Path) -> None:
    if path.exists():
        raise FileError(path, None, "stands already and is not overwritten; choose another folder or another source")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
