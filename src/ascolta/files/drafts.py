"""A brand's voice: its facts, its templates, and the settings of drafts in brand.yaml; and what is wrong with them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ascolta.core.brand import Brand
from ascolta.core.days import written
from ascolta.core.drafting.fact import SOON, Fact, Facts, Use
from ascolta.core.drafting.options import USES, Voice
from ascolta.core.drafting.template import Kind, Template
from ascolta.core.platform import ALSO
from ascolta.core.text import fold
from ascolta.files.brands import KEYS, load_brand
from ascolta.files.facts import FILE, load_facts
from ascolta.files.problem import Problem
from ascolta.files.reading import Value, read
from ascolta.files.templates import load_own

MODEL, ENDPOINT, KEY = "ASCOLTA_DRAFTS_MODEL", "ASCOLTA_DRAFTS_ENDPOINT", "ASCOLTA_DRAFTS_KEY"
"""Environment variables; the key of an endpoint stands nowhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which language model may choose among drafts, and where it is asked; both empty: none, as long as nobody says so.

    `leave`: networks whose leave is on file, and what it is.
    """

    model: str = ""
    endpoint: str = ""
    leave: tuple[tuple[str, str], ...] = ()


def load_settings(folder: Path, environment: Mapping[str, str]) -> Settings:
    """What brand.yaml says of drafts; the environment has the last word. Raises FileError."""
    top = read(folder / "brand.yaml", "the brand").mapping(("brand", "name"), KEYS)
    keys = top["drafts"].mapping((), ("model", "endpoint", "leave")) if "drafts" in top else {}
    return Settings(
        model=environment.get(MODEL, "").strip() or (keys["model"].text() if "model" in keys else ""),
        endpoint=environment.get(ENDPOINT, "").strip() or (keys["endpoint"].text() if "endpoint" in keys else ""),
        leave=_leave(keys["leave"]) if "leave" in keys else (),
    )


def load_voice(folder: Path, settings: Settings | None = None) -> Voice:
    """The facts and templates of a brand's folder; without a facts.yaml, no facts. Raises FileError."""
    path = folder / FILE
    brand = read(folder / "brand.yaml", "the brand").mapping(("brand", "name"), KEYS)
    return Voice(
        brand=brand["name"].text(),
        facts=load_facts(path) if path.exists() else Facts(),
        templates=load_own(folder),
        leave=tuple(network for network, _ in settings.leave) if settings else (),
        topics=tuple((topic.name, topic.words) for topic in load_brand(folder).topics),
    )


def _leave(value: Value) -> tuple[tuple[str, str], ...]:
    found = []
    for key, said in value.pairs():
        network = fold(str(key.value))
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,40}", network):
            value.fail("'leave' says for each network what its leave is, such as x: letter of 2026-03-01")
        found.append((ALSO.get(network, network), said.text()))
    return tuple(found)


def draft_problems(brand: Brand, folder: Path, today: date) -> Iterator[Problem]:
    """What a brand's author may not have meant with facts and templates. Nothing where there are none of its own.

    Raises FileError if a file cannot be used.
    """
    load_settings(folder, {})
    if not (folder / FILE).exists() and not (folder / "templates").is_dir():
        return
    voice = load_voice(folder)
    day = today.toordinal() - date(1970, 1, 1).toordinal()
    path = str(folder / FILE)
    for fact in voice.facts.facts:
        yield from _expiry(fact, day, path)
        yield from _topics(fact, brand, path)
        yield from _languages(fact, voice.facts, path)
    yield from _unfillable(voice, folder, day)
    yield from _unspoken(voice, path, day)


def _warn(path: str, line: int, message: str) -> Problem:
    return Problem(path=path, line=line, severity="warning", message=message)


def _expiry(fact: Fact, day: int, path: str) -> Iterator[Problem]:
    if fact.until is not None and fact.until < day:
        yield _warn(path, fact.line, f"the fact '{fact.id}' ended on {_date(fact.until)} and is not stated any more")
    elif fact.until is not None and fact.until - day <= SOON:
        left = fact.until - day
        when = "today" if left == 0 else f"in {left} day{'s' * (left > 1)}, on {_date(fact.until)}"
        yield _warn(path, fact.line, f"the fact '{fact.id}' ends {when}; approve it anew or prepare another")


def _topics(fact: Fact, brand: Brand, path: str) -> Iterator[Problem]:
    known = [topic.name for topic in brand.topics]
    for topic in fact.topics:
        if topic not in known:
            message = f"the fact '{fact.id}' is about '{topic}', which is no topic of brand.yaml; known are: "
            yield _warn(path, fact.line, message + (", ".join(known) or "none"))
    if fact.is_general and fact.use is Use.ANSWER:
        yield _warn(path, fact.line, f"the fact '{fact.id}' has neither topics nor words, so it answers no question")


def _languages(fact: Fact, facts: Facts, path: str) -> Iterator[Problem]:
    everywhere = dict.fromkeys(language for other in facts.facts for language in other.languages)
    lacking = [language for language in everywhere if language not in fact.languages]
    if lacking:
        yield _warn(path, fact.line, f"the fact '{fact.id}' is not stated in {', '.join(lacking)}, where others are")


def _unfillable(voice: Voice, folder: Path, day: int) -> Iterator[Problem]:
    """Templates of the brand's own with a slot that nothing fills."""
    for template in voice.templates:
        if Path(template.path).parent == folder / "templates":
            for name in template.needs:
                if not _fills(voice.facts, name, template, day):
                    what = "topic's name" if name == "topic" else f"fact with use: {USES[name]}"
                    message = f"the template '{template.id}' needs {{{name}}}, but no {what} in '{template.language}'"
                    yield _warn(template.path, template.line, f"{message} fills it today")


def _fills(facts: Facts, name: str, template: Template, day: int) -> bool:
    """Whether a slot can be filled for at least some post that a template answers."""
    language, topics = template.language, frozenset(template.topics)
    if name == "topic":
        return any(facts.called(topic, language) for topic, _ in facts.topics if not topics or topic in topics)
    if name == "name":
        return True
    return any(
        fact.use is USES[name]
        and fact.holds(day)
        and language in fact.languages
        and (not topics or not fact.topics or not topics.isdisjoint(fact.topics))
        for fact in facts.facts
    )


def _unspoken(voice: Voice, path: str, day: int) -> Iterator[Problem]:
    """Languages in which there are facts, but no complaint can be answered."""
    languages = dict.fromkeys(language for fact in voice.facts.facts for language in fact.languages)
    for language in languages:
        own = [one for one in voice.templates if one.language == language and Kind.COMPLAINT in one.kinds]
        if not any(all(_fills(voice.facts, name, one, day) for name in one.needs) for one in own):
            why = "no fact with use: channel holds in it today" if own else "there are no templates for one"
            yield _warn(path, 1, f"no complaint can be answered in '{language}': {why}")


def _date(day: int) -> str:
    return written("date", day)
