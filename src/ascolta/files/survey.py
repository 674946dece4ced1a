"""survey.yaml: whether a brand asks what people think of being listened to, and what it asks beside our questions."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from ascolta.core.days import day_of
from ascolta.core.study import AGES
from ascolta.core.survey import Margin, Question, Scale, Survey
from ascolta.files.reading import Value, read, write_new

FILE = "survey.yaml"
LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")
"""In which our questions are there, in the order in which the page offers them."""

WORDS = (
    "title", "lead", "adults", "facts", "views", "agree", "neither", "disagree", "yes", "no", "unsure", "age",
    "age.none", "kept", "kept.said", "kept.least", "kept.back", "send", "clear", "thanks", "thanks.said", "closed",
    "closed.said", "notice", "wrong", "wrong.empty", "wrong.unread", "wrong.often",
)  # fmt: skip
"""What a page says beside its questions."""

MAY = ("languages", "until", "questions", "without", "margins", "margins_from")
MOST, LONGEST = 30, 300
"""Questions that a survey may have, and characters that one may."""

SCALES = tuple(str(scale) for scale in Scale)
COUNTS = {Scale.AGREE: "agree", Scale.YES_NO: "yes"}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
TEMPLATE = """\
# A survey on being listened to. `ascolta run` serves it in public at /survey/{brand} as long as it is open; what it
# found stands at /survey on the desk, and `ascolta survey` shows it.
survey: {brand}
open: no # yes: everybody can answer it
# languages: [en, es] # all seven, unless you choose
# until: 2027-01-31 # the last day on which it takes answers
# without: [answer-praise] # questions of ours to leave out, by the names that `ascolta survey` shows
# questions: # of your own, in each language; answers are to be chosen, never written
#   - name: sundays
#     scale: agree # agree: I agree, neither, I disagree; yes_no: yes, no, not sure
#     says: want an answer on Sundays, too
#     ask: {{en: "A company should answer on Sundays, too."}}
# margins: # how your customers are made up, in percent, so that each group gets its due
#   age: {{18-24: 12, 25-34: 18, 35-44: 20, 45-54: 20, 55+: 30}}
# margins_from: who says so, and of when
"""
"""A file to begin with."""


def load_survey(folder: Path, brand: str) -> Survey:
    """The survey of a brand's folder; our questions, and shut, where it has no such file. Raises FileError."""
    path = folder / FILE
    ours = replace(shipped(), brand=brand)
    if not path.exists():
        return ours
    keys = read(path, "the survey").mapping(("survey", "open"), MAY)
    keys["survey"].text()
    languages = _languages(keys["languages"]) if "languages" in keys else ours.languages
    left = _without(keys["without"], ours) if "without" in keys else ours.questions
    own = _own(keys["questions"], ours, languages) if "questions" in keys else ()
    if not left and not own:
        keys["survey"].fail("the survey asks nothing; leave one of our questions in it, or add your own")
    asked = replace(ours, questions=(*left, *own))
    return replace(
        asked,
        words={lang: ours.words[lang] for lang in languages},
        is_open=keys["open"].yes(),
        margins=_margins(keys, asked) if "margins" in keys else (),
        until=_day(keys["until"]) if "until" in keys else None,
    )


def load_surveys(own: Mapping[str, Path]) -> dict[str, Survey]:
    """The survey of each brand, by the folder of each. Raises FileError."""
    return {brand: load_survey(folder, brand) for brand, folder in own.items()}


def new_survey(folder: Path, brand: str) -> Path:
    """Write a file to begin with. Raises FileError rather than overwrite."""
    return write_new(folder / FILE, TEMPLATE.format(brand=brand))


@cache
def shipped() -> Survey:
    """Our questions in all languages, of no brand and shut."""
    with as_file(files("ascolta.files") / "questionnaire") as place:
        asks, words = {}, {}
        for lang in LANGUAGES:
            keys = read(place / f"{lang}.yaml", "the language").mapping(("language", "questions", "words"))
            asks[lang] = {str(key.value): value.text() for key, value in keys["questions"].pairs()}
            words[lang] = {name: value.text() for name, value in keys["words"].mapping(WORDS).items()}
        top = read(place / "questions.yaml", "the questions").mapping(("questionnaire", "questions"))
        questions = tuple(_ours(item, asks) for item in top["questions"].items())
    return Survey(brand="", questions=questions, words=words)


def _ours(item: Value, asks: Mapping[str, Mapping[str, str]]) -> Question:
    keys = item.mapping(("name", "scale", "counts", "says"))
    name, scale = keys["name"].text(), Scale(keys["scale"].one_of(SCALES))
    return Question(
        name=name,
        scale=scale,
        counts=keys["counts"].one_of(scale.options),
        says=keys["says"].text(),
        ask={lang: said[name] for lang, said in asks.items()},
    )


def _own(value: Value, ours: Survey, languages: tuple[str, ...]) -> tuple[Question, ...]:
    """The questions that a brand adds."""
    found: dict[str, Question] = {}
    for item in value.items():
        keys = item.mapping(("name", "ask", "says"), ("scale",))
        name = keys["name"].text()
        if not _NAME.fullmatch(name):
            keys["name"].fail("'name' is a short name of small letters, digits and hyphens, such as sundays")
        if name in ("age", "month") or ours.named(name) or name in found:
            keys["name"].fail(f"another question is called '{name}' already; give this one another name")
        scale = Scale(keys["scale"].one_of(SCALES)) if "scale" in keys else Scale.AGREE
        ask = {lang: said.one_line(LONGEST) for lang, said in keys["ask"].mapping(languages, LANGUAGES).items()}
        says = keys["says"].one_line(LONGEST)
        found[name] = Question(name=name, scale=scale, counts=COUNTS[scale], says=says, ask=ask)
    if len(found) + len(ours.questions) > MOST:
        value.fail(f"{value.what} are too many: nobody answers more than {MOST}")
    return tuple(found.values())


def _without(value: Value, ours: Survey) -> tuple[Question, ...]:
    """Our questions but those that are named."""
    known = tuple(question.name for question in ours.questions)
    names = {item.one_of(known) for item in value.items()}
    return tuple(question for question in ours.questions if question.name not in names)


def _languages(value: Value) -> tuple[str, ...]:
    named = {item.one_of(LANGUAGES) for item in value.items()}
    if not named:
        value.fail("'languages' is empty; name at least one, such as [en]")
    return tuple(lang for lang in LANGUAGES if lang in named)


def _margins(keys: Mapping[str, Value], survey: Survey) -> tuple[Margin, ...]:
    """How the population is made up; each margin names all of its categories, and they make 100."""
    if "margins_from" not in keys:
        keys["margins"].fail("'margins' need 'margins_from': name who says so, and of when")
    source = keys["margins_from"].one_line(LONGEST)
    found = []
    names = tuple(question.name for question in survey.questions)
    for name, value in keys["margins"].mapping((), ("age", *names)).items():
        question = survey.named(name)
        known = AGES if question is None else question.scale.options[: 3 if question.scale is Scale.AGREE else 2]
        shares = {part: said.number(0.1, 99.9) for part, said in value.mapping(known).items()}
        if abs(sum(shares.values()) - 100) > 1:
            value.fail(f"'{name}' makes {sum(shares.values()):g} in all; shares are in percent, so they make 100")
        found.append(Margin(name=name, shares=shares, source=source))
    return tuple(found)


def _day(value: Value) -> int:
    try:
        found = date.fromisoformat(value.text())
    except ValueError:
        value.fail(f"{value.what} is not a day; write it as in 2027-01-31")
    return day_of(found.year, found.month, found.day)
