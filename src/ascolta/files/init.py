"""The files that a new brand begins with."""

import re
from importlib.resources import files
from pathlib import Path

import yaml

from ascolta.core.text import fold, term
from ascolta.errors import AscoltaError, FileError

TEMPLATES = ("brand.yaml", "queries.yaml", "etiquette.yaml", "plans/outage.yaml")


def new_brand(folder: Path, name: str, handle: str, *, dry: bool = False) -> list[Path]:
    """Write a brand's files and return their paths; `dry` only returns them. Raises FileError rather than overwrite."""
    words = term(name)
    handle = fold(handle).lstrip("@")
    if not words or not re.fullmatch(r"\w[\w.\-]*(@[\w.\-]+)?", handle):
        raise AscoltaError("a brand needs a name and an account, such as: --name 'Acme Air' --handle @acmeair")
    values = {
        "{brand}": re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "brand",
        "{name}": yaml.safe_dump(name.strip(), allow_unicode=True, width=1000).splitlines()[0],
        "{words}": " ".join(words),
        "{handle}": handle,
    }
    made = []
    for template in TEMPLATES:
        path = folder / template
        if path.exists():
            raise FileError(path, None, "stands already and is not overwritten; choose another folder")
        made.append(path)
    for path, template in zip(made if not dry else [], TEMPLATES, strict=False):
        text = (files("ascolta.files") / "default" / template).read_text(encoding="utf-8")
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return made
