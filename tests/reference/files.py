"""docs/reference/files.md: every key of every YAML file. The keys come from the code, the words from files.yaml."""

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ascolta.files.connections import CONNECTIONS, Key
from ascolta.files.live import MOST_TAGS
from tests.reference.keys import Read

WORDS = Path(__file__).parent / "files.yaml"
NEEDED = "must be there"
TOP = """\
# Files

Every key of every file of a brand's folder. `ascolta init` lays them out with comments, `ascolta check` reads them all;
an unknown key is an error that names its line. This page is made from the code: `make reference`.

| type | is |
|---|---|
| short name | small letters, digits, hyphens, such as `acme-air` |
| texts, short names, days | a list such as `[one, two]`; one alone may stand without brackets |
| keys | names with values, indented below |
| list | items that begin with `- `, each with keys of its own |
| query | the [query language](../author/queries.md) |
| length of time | `90 s`, `15 min`, `2 h`, `30 d` |
| time, day, moment | `22:00`; `2027-06-30`; `2026-12-01T08:00:00+01:00`, UTC where no zone is given |
| languages | {languages} |
| variable | the name of an environment variable: see [Settings](settings.md) |
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table of keys: where it stands in which file, which code reads it, and what is said of each key."""

    file: str
    at: str
    code: tuple[str, ...]
    keys: Mapping[str, list[str]]
    covered: str = ""
    made: str = ""


@cache
def parts() -> tuple[Part, ...]:
    """All tables, in order."""
    return tuple(
        Part(
            file=file["file"],
            at=part["at"],
            code=tuple(part["code"]),
            keys={str(key): [str(said) for said in words] for key, words in part["keys"].items()},
            covered=part.get("covered", ""),
            made=part.get("made", ""),
        )
        for file in _words()["files"]
        for part in file["parts"]
    )


def faults(found: Mapping[str, Read]) -> list[str]:
    """What the words do not agree on with the places of the code that read keys, in sentences."""
    internal = dict(_words()["internal"])
    claimed = [place for part in parts() for place in part.code] + list(internal)
    said = [f"{place} reads keys that files.yaml does not describe" for place in found if place not in claimed]
    said += [f"files.yaml speaks of {place}, which reads no keys" for place in claimed if place not in found]
    for part in parts():
        needs = {key for key, words in part.keys.items() if len(words) == 2 and not key.startswith("<")}
        may = {key for key, words in part.keys.items() if len(words) == 3 and not key.startswith("<")}
        open_ = any(key.startswith("<") for key in part.keys)
        for place in part.code:
            one = found.get(place)
            if one is None:
                continue
            if (needs, may) != (set(one.needs), set(one.may)):
                differ = sorted((needs ^ set(one.needs)) | (may ^ set(one.may)))
                said.append(f"{part.file}, {part.at}: {place} and files.yaml differ in {', '.join(differ)}")
            if one.any_name and not (open_ or part.covered):
                said.append(f"{part.file}, {part.at}: {place} takes any name, and files.yaml has none in <>")
    return said


def page() -> str:
    """The page. Raises KeyError or AttributeError where a value that the words name is not in the code."""
    return "\n".join([TOP.format(languages=_values("files.survey:LANGUAGES")), *_files()]).rstrip() + "\n"


def _files() -> Iterator[str]:
    for file in _words()["files"]:
        yield f"## {file['file']}\n\n{file['says']}\n"
        for part in (part for part in parts() if part.file == file["file"]):
            yield from _table(part)
            if part.made == "networks":
                yield from _networks()


def _networks() -> Iterator[str]:
    """The keys that each network has of its own, from the table by which they are read."""
    for network, known in CONNECTIONS.items():
        yield f"### A source with `network: {network}`\n"
        yield "| key | type | if left out | means |\n|---|---|---|---|"
        for name, key in known.keys.items():
            left = f"**{NEEDED}**" if key.usual is None else _usual(key.usual)
            yield f"| `{name}` | {_kind(key)} | {left} | {_shown(key.says)} |"
        yield ""


def _kind(key: Key) -> str:
    """What may stand behind a key."""
    words = [f"`{word}`" for word in key.of]
    if key.variable:
        return "variable"
    if key.names:
        return "texts"
    if key.tags:
        return f"texts, {MOST_TAGS} at the most"
    if key.schemes:
        words.append("an address" if words else "address")
    elif not words:
        return "text" if key.spaces else "one word"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _usual(usual: str) -> str:
    """What holds without a key: words as they are, a value as it would be written."""
    return f"`{usual}`" if usual in ("yes", "no") or "://" in usual else usual or "nothing"


def _table(part: Part) -> Iterator[str]:
    if part.at != "At the top":
        yield f"### {part.at}: {part.file}\n" if _is_shared(part.at) else f"### {part.at}\n"
    yield "| key | type | if left out | means |\n|---|---|---|---|"
    for key, (kind, *otherwise, means) in part.keys.items():
        left = _shown(otherwise[0]) if otherwise else f"**{NEEDED}**"
        yield f"| `{key}` | {_shown(kind)} | {'–' if key.startswith('<') else left} | {_shown(means)} |"
    yield ""


def _is_shared(at: str) -> bool:
    """Whether several files have a table of this name."""
    return sum(part.at == at for part in parts()) > 1


def _shown(said: str) -> str:
    return re.sub(r"\{([a-z_.]+:[A-Za-z_.]+)\}", lambda found: _values(found[1]), said).replace("|", "\\|")


def _values(name: str) -> str:
    """What `module:NAME` holds, or the default of a field, `module:Class.field`."""
    where, _, what = name.partition(":")
    owner, _, attribute = what.partition(".")
    found: Any = getattr(importlib.import_module(f"ascolta.{where}"), owner)
    if attribute and is_dataclass(found):
        default = next(field.default for field in fields(found) if field.name == attribute)
        return f"{default:g}" if isinstance(default, int | float) else f"`{default}`"
    return ", ".join(f"`{value}`" for value in found)


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return found
