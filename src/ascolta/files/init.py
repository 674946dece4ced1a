"""The files that a new brand begins with."""

import re
from importlib.resources import files
from pathlib import Path

import yaml

from ascolta.core.brand import FileSource
from ascolta.core.text import fold, term
from ascolta.errors import AscoltaError, FileError
from ascolta.files.assessments import assessment_of, template
from ascolta.files.brands import load_brand

TEMPLATES = ("brand.yaml", "queries.yaml", "etiquette.yaml", "risk.yaml", "plans/outage.yaml", "rehearsal.jsonl")
FIRST = "posts.csv"
"""The source that brand.yaml proposes in a comment, and whose assessment is laid out."""


def new_brand(folder: Path, name: str, handle: str, *, dry: bool = False) -> list[Path]:
    """Write a brand's files and return their paths; `dry` only returns them. Raises FileError rather than overwrite."""
    values = _values(name, handle)
    made = [folder / written for written in (*TEMPLATES, assessment_of(FIRST))]
    for path in made:
        _refuse(path)
    if dry:
        return made
    for path, shipped in zip(made, TEMPLATES, strict=False):
        text = (files("ascolta.files") / "default" / shipped).read_text(encoding="utf-8")
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        _write(path, text)
    new_assessment(folder, FIRST)
    return made


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


def _values(name: str, handle: str) -> dict[str, str]:
    """What stands for each placeholder of the templates. Raises AscoltaError."""
    words = term(name)
    handle = fold(handle).lstrip("@")
    if not words or not re.fullmatch(r"\w[\w.\-]*(@[\w.\-]+)?", handle):
        raise AscoltaError("a brand needs a name and an account, such as: --name 'Acme Air' --handle @acmeair")
    return {
        "{brand}": re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "brand",
        "{name}": yaml.safe_dump(name.strip(), allow_unicode=True, width=1000).splitlines()[0],
        "{words}": " ".join(words),
        "{handle}": handle,
    }


def _refuse(path: Path) -> None:
    if path.exists():
        raise FileError(path, None, "stands already and is not overwritten; choose another folder or another source")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
