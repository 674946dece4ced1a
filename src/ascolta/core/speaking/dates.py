"""Months and weekdays, however a language writes them, so that `5 Dec`, `5/12` and `5 de diciembre` are one date."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ascolta.core.redact.normal import Normal
from ascolta.core.speaking.lexicon import shared_rows

_DATE = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})(?:\2(?:[0-9]{4}|[0-9]{2}))?(?![0-9/-]|[.,][0-9])")
_SIGNS = frozenset("0123456789.,/-")
_CLOCK = re.compile(r"(?<![\d.,])(\d{1,2})(?:(?::|\.| ?h ?|u)\d{2}\b(?![.,]\d)| ?(?:am|pm|uhr|uur|h)\b)")
_AT = re.compile(r"\b(?:alle|dalle|per le|entro le|a las|hasta las|sobre las|às|as) (\d{1,2})(?![\d:]|[.,]\d)")


@lru_cache
def codes() -> dict[str, str]:
    """A word for a month or a weekday, and its code: `m12`, `w5`; of all languages, as a thread may hold another."""
    known: dict[str, str] = {}
    for letter, name in (("m", "months"), ("w", "weekdays")):
        for number, words in enumerate(shared_rows(name), 1):
            known.update(dict.fromkeys(words, f"{letter}{number}"))
    return known


def dated(read: Normal) -> frozenset[str]:
    """The months and weekdays of a text, in words or in figures."""
    found = {codes()[word] for word in read.words & _words()}
    days = _days()
    for word in read.words:
        if word.startswith(days):
            found.update(codes()[day] for day in days if word.startswith(day))
    if read.digits > 1:
        for _, _, *parts in dates(read.plain):
            found.update(f"m{int(part)}" for part in parts if int(part) <= _MONTHS)
    return frozenset(found)


@lru_cache
def _words() -> frozenset[str]:
    return frozenset(codes())


@lru_cache
def _days() -> tuple[str, ...]:
    """Weekdays with which German and Dutch make longer words: `Dienstagskurs`, `zondagskrant`."""
    return tuple(word for word, code in codes().items() if code[0] == "w" and word.endswith(_DAY))


_DAY = ("tag", "mittwoch", "dag")
_MONTHS = 12


def dates(plain: str) -> list[tuple[int, int, str, str]]:
    """Where dates in figures stand, with both of their parts."""
    return [
        (found.start(), found.end(), found[1], found[3])
        for found in _DATE.finditer(plain)
        if plain[max(0, found.start() - 1)] not in _SIGNS or not found.start()
    ]


def hours(plain: str) -> Iterator[str]:
    """The hour of each time of day as the other clock of twelve or twenty-four counts it."""
    for found in _CLOCK.finditer(plain):
        hour = int(found[1])
        if _HALF < hour < 2 * _HALF:
            yield str(hour - _HALF)
        elif found[0].endswith("pm") and hour < _HALF:
            yield str(hour + _HALF)
    for found in _AT.finditer(plain):
        if _HALF < int(found[1]) < 2 * _HALF:
            yield str(int(found[1]) - _HALF)


_HALF = 12


def is_timed(plain: str) -> bool:
    """Whether a time of day is given."""
    return _CLOCK.search(plain) is not None or _AT.search(plain) is not None
