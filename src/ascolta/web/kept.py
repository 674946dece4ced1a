"""Sentences that were kept in English, with figures in them, as a page says them to its reader.

What an alarm said, and what a step did by itself, is kept as it was said then. Here such a sentence is read back by the
template that it was made of, and said again in another language. What fits no template stays as it is.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from ascolta.core.saying import mark, marks
from ascolta.web.tongue import plain, plain_many
from ascolta.web.words import word

LONGEST = 1_000
"""Characters of a sentence that is read back; a longer one stays as it is."""

_ONE = (
    mark("Graver: %(grade)s became %(grade2)s. %(sentence)s"),
    mark("Over for an hour: %(now)s in the last hour, %(before)s an hour were usual before."),
    mark("%(figures)s: about once in %(often)s for this brand, with %(past)s of history."),
    mark("%(figures)s: about once in %(often)s for this brand."),
    mark("not enough history: %(left)s to go"),
    mark("%(count)s in %(span)s where hardly any is usual at this hour"),
    mark("an hour"),
    mark("All speaking is paused."),
    mark("The desk '%(desk)s' was told."),
    mark("An alarm is raised by what comes once a day, until this is over."),
    mark("An alarm is raised by what comes once in %(number)s days, until this is over."),
    mark("The statement '%(name)s' was released in %(places)s."),
    mark("%(people)s was briefed, %(number)s could not be reached."),
    mark("%(people)s were briefed, %(number)s could not be reached."),
    mark("%(people)s was briefed."),
    mark("%(people)s were briefed."),
    mark("'%(name)s' should have been done within %(term)s by %(who)s."),
)
_MANY = (
    marks(
        "%(count)s in %(span)s where %(num)s is usual at this hour",
        "%(count)s in %(span)s where %(num)s are usual at this hour",
    ),
    marks("%(num)s mention of %(topic)s", "%(num)s mentions of %(topic)s"),
    marks("%(num)s negative mention", "%(num)s negative mentions"),
    marks("%(num)s mention", "%(num)s mentions"),
    marks("%(num)s complaint", "%(num)s complaints"),
    marks("%(num)s place", "%(num)s places"),
    marks("%(num)s advocate", "%(num)s advocates"),
    marks("%(num)s minute", "%(num)s minutes"),
    marks("%(num)s hour", "%(num)s hours"),
    marks("%(num)s day", "%(num)s days"),
    marks("%(num)s year", "%(num)s years"),
)
_OURS = ("topic", "desk", "name", "who", "term", "number")
"""Places that hold what people call things, and numbers: they stay as they are."""


def kept(sentence: str) -> str:
    """A kept sentence in the reader's language."""
    if not sentence or len(sentence) > LONGEST:
        return sentence
    for pattern, one, many in _templates():
        if (found := pattern.fullmatch(sentence)) is not None:
            values = {name: _value(name, value) for name, value in found.groupdict().items()}
            template = plain_many(one, many, int(values["num"])) if many else plain(one)
            return template % values
    return f"{kept(sentence[:-1])}." if sentence.endswith(".") else sentence


def _value(name: str, value: str) -> str:
    if name.startswith("grade"):
        return word(value)
    return value if name in _OURS or value.isdecimal() else kept(value)


@lru_cache(maxsize=1)
def _templates() -> Sequence[tuple[re.Pattern[str], str, str]]:
    ones = [(_pattern(one), one, "") for one in _ONE]
    return ones + [(_pattern(form), one, many) for one, many in _MANY for form in (one, many)]


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", template)
    named = [rf"(?P<{part}>{r'[0-9]+' if part == 'num' else '.+?'})" for part in parts[1::2]]
    text = [re.escape(part) for part in parts[::2]]
    return re.compile(text[0] + "".join(map("".join, zip(named, text[1:], strict=True))), re.DOTALL)
