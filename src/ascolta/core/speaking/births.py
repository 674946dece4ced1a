"""Birth dates in a public reply, though the customer wrote them first."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ascolta.core.speaking.dates import codes
from ascolta.core.speaking.echoed import DATA
from ascolta.core.speaking.grounds import Grounds
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding

_BORN = re.compile(
    r"\b(?:birth(?:day|date)?s?|born|dob|nacimiento|naci|nacio|nacid[oa]|cumpleanos|naissance|nees?(?= (?:le|en))"
    r"|ne(?= (?:le|en) \d)|anniversaire|geburts\w*|geboren\w*|geb|nascimento|nasci|nascid[oa]|nasceu|nascita"
    r"|nat[oa](?= (?:il|l|nel|a|in) )|aniversario|compleanno|geboorte\w*|verjaardag)\b"
)
_YEAR = re.compile(r"(?<!\d)(?:19[2-9]\d|20[01]\d)(?!\d)")
_FIGURES = r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
_NEAR = 60
"""Characters between a word for birth and a year that is the one of the birth."""


def find_births(said: Said, ground: Grounds) -> Iterator[Finding]:
    """Dates beside a word for birth, and those that the thread has beside one; the facts may be said."""
    plain, years = said.read.plain, _years(ground.thread.text)
    born = [found.start() for found in _BORN.finditer(plain)]
    if not born and not years:
        return
    for found in _date().finditer(plain):
        year = _YEAR.search(found[0])
        shown = (year is not None and year[0] in years) or any(_same(plain, at, found.start()) for at in born)
        if shown and not said.within(found.start()) and not ground.facts.has_run(found[0]):
            start, end = said.read.back(*found.span())
            yield Finding(rule="public-data", start=start, end=end, why=DATA)


def _same(plain: str, born: int, date: int) -> bool:
    """Whether a word for birth and a date stand near each other in one sentence."""
    low, high = sorted((born, date))
    return high - low <= _NEAR and re.search(r"[.!?]\s", re.sub(r"\d\. ", "", plain[low:high])) is None


@lru_cache(maxsize=2)
def _years(text: str) -> frozenset[str]:
    """The years near a word for birth in the thread at hand."""
    near = (text[max(0, found.start() - _NEAR) : found.end() + _NEAR] for found in _BORN.finditer(text))
    return frozenset(year for part in near for year in _YEAR.findall(part))


@lru_cache
def _date() -> re.Pattern[str]:
    """A date in figures, with the name of its month, or of a year alone."""
    months = "|".join(sorted((word for word, code in codes().items() if code[0] == "m"), key=len, reverse=True))
    day = r"\d{1,2}(?:\.|st|nd|rd|th|er|º|°)?"
    return re.compile(
        rf"(?<![\d/.-])(?:{_FIGURES}|{day} (?:de |of )?(?:{months})\b\.?(?:,? (?:de |del )?\d{{4}})?"
        rf"|\b(?:{months}) {day}(?:,? \d{{4}})?|(?:19[2-9]\d|200\d))(?![\d/-])"
    )
