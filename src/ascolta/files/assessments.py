"""Assessments: before a source is heard, somebody weighs in writing whether the brand may listen to it at all.

The steps are those of the EDPB's Guidelines 1/2024 on legitimate interest (GDPR Art. 6(1)(f)): purpose, necessity,
balancing; then what protects people, and how they are told (Art. 13, 14 and 21).
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path, PurePosixPath

from ascolta.core.brand import Brand, FileSource
from ascolta.core.platform import platform
from ascolta.core.text import fold
from ascolta.errors import FileError
from ascolta.files.reading import Value, read_front

STEPS = ("Purpose", "Necessity", "Balancing", "Safeguards", "How people are told")
KEYS = ("source", "dated", "signed", "review")
LETTERS = 40
"""An answer with fewer letters than this says nothing."""

_HINTS = {
    "dated": "write the day on which it was weighed, such as 2026-11-25",
    "signed": "write who answers for it: a name or a function",
    "review": "write the day by which it is weighed again, such as 2027-11-25",
    "source": "write the file that it is about, as brand.yaml names it",
}


def assessment_of(source: str) -> str:
    """The file in which a source is weighed unless brand.yaml names another."""
    name = re.sub(r"[^\w-]+", "-", PurePosixPath(source.replace("\\", "/")).name.partition(".")[0]).strip("-")
    return f"assessments/{name or 'source'}.md"


def stays_inside(path: str) -> bool:
    """Whether a path stays within the folder from which it is followed."""
    parts = PurePosixPath(path.replace("\\", "/"))
    return not parts.is_absolute() and ".." not in parts.parts and ":" not in path and "\0" not in path


def require(folder: Path, source: FileSource, today: date) -> None:
    """Nothing, if a source may be heard today. Raises FileError with what is missing first."""
    for fault in faults(folder, source, today):
        raise fault


def faults(folder: Path, source: FileSource, today: date) -> Iterator[FileError]:
    """What keeps a source from being heard: a network's leave that is missing, an assessment that does not hold."""
    if source.rehearsal:
        return
    for network in source.networks:
        terms = platform(network)
        if terms.needs.value and not source.approval:
            message = (
                f"'{source.path}' brings posts of {network}, which is off until this is on file: {terms.needs.value}; "
                "once it is, write in 'approval' of this source what it is and of when"
            )
            yield FileError(folder / "brand.yaml", source.line, message)
    path = folder / source.assessment
    if not path.is_file():
        message = (
            f"there is no such file; '{source.path}' is heard only after it was weighed in writing: run `ascolta init "
            "FOLDER --assessment SOURCE` and fill in what it writes (where all posts are made up, `rehearsal: true`)"
        )
        yield FileError(path, None, message)
        return
    front, lines = read_front(path, f"{', '.join(KEYS)}")
    yield from _front(front.mapping((), KEYS), front, source, today)
    yield from _steps(path, lines)


def template(brand: Brand, source: FileSource) -> str:
    """An assessment to fill in, with what the brand's files say today."""
    text = _shipped()
    for placeholder, value in {
        "{source}": source.path,
        "{name}": brand.name,
        "{settings}": "\n".join(f"> - {line}" for line in _settings(brand, source)),
    }.items():
        text = text.replace(placeholder, value)
    return text


def _settings(brand: Brand, source: FileSource) -> Iterator[str]:
    kept, topics = brand.retention, ", ".join(topic.name for topic in brand.topics)
    yield f"heard: {source.path}, posts of {', '.join(source.networks) or 'networks that brand.yaml does not name yet'}"
    yield f"found by: {', '.join(query.name for query in brand.queries)} (queries.yaml)"
    yield f"told of each mention: what is said to the brand, complaint, polarity, intent, topics ({topics or 'none'})"
    yield (
        f"kept: open cases {kept.open_hours / 24:g} days, resolved ones {kept.resolved_hours / 24:g} days, sealed ones "
        f"{kept.sealed_hours:g} hours; of all else only counts"
    )
    yield f"said: at most {brand.limits.a_person_a_day} answers to one person in a day, each approved by a person"
    for network in source.networks:
        terms = platform(network)
        yield f"{network}: a deletion is applied within {terms.gone_within.value:g} hours; {terms.care.why}"


def _front(keys: dict[str, Value], front: Value, source: FileSource, today: date) -> Iterator[FileError]:
    """What is wrong with the values at the beginning."""
    said = {name: str(keys[name].node.value).strip("~ ") if name in keys else "" for name in KEYS}
    for name in KEYS:
        if not said[name]:
            message = f"'{name}' is {'empty' if name in keys else 'missing'}; {_HINTS[name]}"
            yield FileError(front.path, keys[name].line if name in keys else 1, message)
    if said["source"] and source.path not in keys["source"].texts():
        message = f"this assessment is not about '{source.path}'; weigh that source too, then add it to 'source'"
        yield FileError(front.path, keys["source"].line, message)
    days = {name: _day(keys[name]) for name in ("dated", "review") if said[name]}
    dated, review = days.get("dated"), days.get("review")
    if dated is not None and dated > today:
        yield FileError(front.path, keys["dated"].line, "'dated' lies in the future; write the day of signing")
    if review is not None and review < today:
        message = f"its review was due on {review}; weigh it again, then set 'dated' and 'review' anew"
        yield FileError(front.path, keys["review"].line, message)
    if dated is not None and review is not None and review <= dated:
        yield FileError(front.path, keys["review"].line, "'review' is not after 'dated'; write a later day")


def _day(value: Value) -> date:
    try:
        return date.fromisoformat(value.text())
    except ValueError:
        value.fail(f"{value.what} must be a day, written as 2026-11-25")


def _steps(path: Path, lines: list[str]) -> Iterator[FileError]:
    """Steps without a heading, and those below which no words of the author's own stand."""
    found = {fold(name): (number, answer) for name, number, answer in _sections(lines)}
    for number, step in enumerate(STEPS, 1):
        if fold(step) not in found:
            yield FileError(
                path, None, f"has no heading '## {number}. {step}'; write it, and what was weighed below it"
            )
            continue
        line, answer = found[fold(step)]
        if sum(char.isalnum() for char in answer) < LETTERS:
            message = f"the step '{step}' is not filled in; answer its questions below them, in words of your own"
            yield FileError(path, line, message)


def _sections(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """Each heading, its line, and the words below it that are neither questions, comments nor the template's."""
    ours = {fold(line.lstrip("> ")) for line in _shipped().splitlines() if line.strip()}
    heading, at, words = "", 0, list[str]()
    for number, line in enumerate([*_uncommented("\n".join(lines)), "## "], 1):
        begins = re.match(r"##\s+(?:\d+\.\s*)?(.*)$", line + " ")
        if begins is None:
            if not line.lstrip().startswith((">", "#")) and fold(line.strip()) not in ours:
                words.append(line)
            continue
        if at:
            yield heading, at, " ".join(words)
        heading, at, words = begins[1].strip(), number, []


def _uncommented(text: str) -> list[str]:
    """The lines of a text with its comments taken out; one that is never closed goes on to the end."""
    first, *rest = text.split("<!--")
    parts = [first]
    for piece in rest:
        comment, end, after = piece.partition("-->")
        parts.append("\n" * comment.count("\n") + (after if end else ""))
    return "".join(parts).split("\n")


@lru_cache(maxsize=1)
def _shipped() -> str:
    return (files("ascolta.files") / "default" / "assessment.md").read_text(encoding="utf-8")
