"""The catalogues of the desk's sentences: `python -m tests.translations` brings them up to date.

Sentences stand in templates, in `_()` and `ngettext()`, and where the core makes them: in `Saying`, `mark` and errors.
A sentence that is new has no translation yet, one that is gone is dropped, and nothing else changes.
"""

import ast
import io
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from ascolta.web import tongue

SOURCE = Path(tongue.__file__).parent.parent
TEMPLATE = tongue.LOCALES / "desk.pot"
LANGUAGES = tuple(lang for lang in tongue.LANGUAGES if lang != "en")

ELSEWHERE = ("cli", "training", "labels")
"""Folders that say nothing on the desk."""

ONE = {"_", "gettext", "mark", "Saying", "CaseError", "PeopleError", "ModelError", "EtiquetteError"}
TWO = {"ngettext", "marks", "of"}
BEGUN = datetime(2026, 11, 26, tzinfo=UTC)

Found = str | tuple[str, ...]


def sentences() -> Catalog:
    """All sentences of the desk, without a translation."""
    found: dict[Found, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE)
        if place.parts[0] not in ELSEWHERE:
            for one in _in_python(path.read_text(encoding="utf-8")):
                found.setdefault(one, set()).add(place.as_posix())
    for path in sorted((SOURCE / "web" / "templates").rglob("*.html")):
        for one in _in_template(path.read_bytes()):
            found.setdefault(one, set()).add(path.relative_to(SOURCE).as_posix())
    catalogue = Catalog(project="Ascolta", creation_date=BEGUN, revision_date=BEGUN, fuzzy=False)
    for one, places in found.items():
        catalogue.add(one, locations=[(place, 0) for place in sorted(places)])
    return catalogue


def updated(lang: str, template: Catalog) -> Catalog:
    """A language's catalogue with the sentences of the template and the translations that it has."""
    path = tongue.LOCALES / f"{lang}.po"
    old = _read(path.read_bytes(), lang) if path.is_file() else Catalog(locale=lang)
    new = Catalog(
        locale=lang, project="Ascolta", creation_date=BEGUN, revision_date=BEGUN, fuzzy=False,
        last_translator="Ascolta", language_team=tongue.LANGUAGES[lang],
    )  # fmt: skip
    for message in template:
        if message.id:
            before = old.get(message.id)
            string = before.string if before is not None and _same_kind(before, message) else None
            new.add(message.id, string, locations=message.locations)
    return new


def written(catalogue: Catalog) -> bytes:
    """A catalogue as a file: in the order of the sentences, without line numbers."""
    file = io.BytesIO()
    write_po(file, catalogue, width=120, sort_output=True, include_lineno=False)
    return file.getvalue()


def read(lang: str) -> Catalog:
    """The catalogue of a language as it lies there."""
    return _read((tongue.LOCALES / f"{lang}.po").read_bytes(), lang)


def strings(message: Message) -> tuple[str, ...]:
    """The translations of a sentence, one for each of its forms."""
    return tuple(message.string) if isinstance(message.string, list | tuple) else (str(message.string or ""),)


def forms(message: Message) -> tuple[str, ...]:
    """How a sentence reads in English: for one, and for more."""
    return tuple(message.id) if isinstance(message.id, list | tuple) else (str(message.id),)


def _read(content: bytes, lang: str) -> Catalog:
    return read_po(io.BytesIO(content), locale=lang)


def _same_kind(one: Message, other: Message) -> bool:
    return one.pluralizable == other.pluralizable and bool(one.pluralizable) == isinstance(one.string, tuple)


def _in_python(source: str) -> Iterator[Found]:
    tree = ast.parse(source)
    names = {alias.asname: alias.name for alias in _imported(tree) if alias.asname}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _said(node, names)


def _imported(tree: ast.Module) -> Iterator[ast.alias]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from node.names


def _said(call: ast.Call, names: dict[str, str]) -> Iterator[Found]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    name = names.get(name, name)
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in ONE and texts[:1] and texts[0].strip():
        yield texts[0]
    if name in TWO and len(texts) >= 2:
        yield tuple(texts[:2])


def _in_template(source: bytes) -> Iterator[Found]:
    options: dict[str, object] = {"encoding": "utf-8", "newstyle_gettext": "true", "silent": "false"}
    keywords: Sequence[str] = ("_", "gettext", "ngettext")
    for _line, _name, found, _notes in babel_extract(io.BytesIO(source), keywords, (), options):
        texts = tuple(one for one in (found if isinstance(found, tuple) else (found,)) if isinstance(one, str))
        if texts and texts[0].strip():
            yield texts if len(texts) > 1 else texts[0]


def main() -> None:
    """Bring the template and all languages up to date."""
    template = sentences()
    tongue.LOCALES.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(written(template))
    for lang in LANGUAGES:
        catalogue = updated(lang, template)
        (tongue.LOCALES / f"{lang}.po").write_bytes(written(catalogue))
        missing = sum(not all(strings(one)) for one in catalogue if one.id)
        sys.stdout.write(f"{lang}: {len(catalogue)} sentences, {missing} without a translation\n")


if __name__ == "__main__":
    main()
