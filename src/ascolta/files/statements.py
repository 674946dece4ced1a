"""statements/*.yaml: what the brand says on its own channels, written before anybody needs it."""

import re
from pathlib import Path

from ascolta.core.asking import LANGUAGES
from ascolta.core.platform import ALSO
from ascolta.core.statement import Statement, StatementKind
from ascolta.core.text import fold
from ascolta.files.reading import Value, read

FOLDER = "statements"
KINDS = tuple(str(kind) for kind in StatementKind)
MAY = ("corrects", "topic", "next_update", "not_before", "until")


def load_statements(folder: Path) -> dict[str, Statement]:
    """The statements of a brand's folder by name, in order of file name; none if there are none. Raises FileError."""
    found: dict[str, Statement] = {}
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        statement = load_statement(path)
        if statement.name in found:
            read(path, "a statement").fail(f"another statement is called '{statement.name}' too; give one another name")
        found[statement.name] = statement
    return found


def load_statement(path: Path) -> Statement:
    """The statement in a file. Raises FileError."""
    keys = read(path, "a statement").mapping(("statement", "kind", "where", "text"), MAY)
    name = keys["statement"].text()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name):
        keys["statement"].fail("'statement' is a short name of small letters, digits and hyphens, such as bags-late")
    text = keys["text"].mapping((), LANGUAGES)
    if not text:
        keys["text"].fail("'text' is empty; write it in at least one language, such as en: …")
    corrects = keys["corrects"].mapping((), LANGUAGES) if "corrects" in keys else {}
    return Statement(
        name=name,
        kind=StatementKind(keys["kind"].one_of(KINDS)),
        text={language: _plain(value) for language, value in text.items()},
        where=_where(keys["where"]),
        corrects={language: _plain(value) for language, value in corrects.items()},
        topic=keys["topic"].text() if "topic" in keys else "",
        next_update=keys["next_update"].seconds() if "next_update" in keys else 0.0,
        not_before=keys["not_before"].moment() if "not_before" in keys else None,
        until=keys["until"].moment() if "until" in keys else None,
        path=str(path),
        line=keys["kind"].line,
        lines={language: value.line for language, value in text.items()},
    )


def _plain(value: Value) -> str:
    """A text on one line, as YAML folds it; what would only be seen by a machine is refused."""
    said = " ".join(value.text().split())
    if any(not char.isprintable() for char in said):
        value.fail(f"{value.what} holds a character that nobody sees; take it out")
    return said


def _where(value: Value) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, languages in value.pairs():
        name = fold(str(key.value))
        network = ALSO.get(name, name)
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,40}", network):
            value.fail("'where' names networks by short names, such as x: [en, it]", key.start_mark.line + 1)
        said = tuple(dict.fromkeys(languages.texts()))
        for language in said:
            if language not in LANGUAGES:
                languages.fail(f"'{language}' is no language that is known here; known are {', '.join(LANGUAGES)}")
        found[network] = said
    return found
