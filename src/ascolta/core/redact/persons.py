"""PERSON: a person who is named, by a title, by what that person is to someone, or by first and family name."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ascolta.core.redact.lists import listed, lists
from ascolta.core.redact.normal import Normal, normal

Hits = Iterator[tuple[int, int]]

_CAPITAL = (
    r"[A-ZÀ-ÖØ-Þ](?:[a-zß-ÿā-ž]{1,24}|'[A-Z][a-z]{1,24}|[a-z]{0,3}[A-Z][a-z]{1,24}|\.(?= ))"
    r"(?:-[A-ZÀ-Þ][a-zß-ÿ]{1,24})?"
)
_LINK = r"(?:de|da|do|dos|das|van|von|der|den|del|di|della|la|le|el|bin|al|ten|ter|y|zu) "
_NAME = re.compile(rf"{_CAPITAL}(?: (?:{_LINK}){{0,2}}{_CAPITAL}){{0,3}}")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:\.[a-z]{2,3}\b)?")
_DOT_GAP = re.compile(r"\.? ")
_GAP = re.compile(r" (?:(?:is|was|named|called|llamad[ao]|que se llama|namens|name is|genannt|nomm[ée]e?|di nome) )?")
_SMALL = listed("words", "small_titles")


@lru_cache
def words() -> dict[str, frozenset[str]]:
    """The lists of persons.toml, each as a set."""
    known = {name: frozenset(said) for name, said in lists("persons").items()}
    return {**known, "any": known["titles"] | known["roles"] | known["firsts"] | {"m"}}


@lru_cache
def first_words() -> frozenset[str]:
    """Words without one of which no name is told, as `plain` has them."""
    return normal(" ".join(words()["any"])).words - {"s", "ssa", "ra", "na"}


def find_person(read: Normal) -> Hits:
    """Names after a title or a role, and known first names with a family name."""
    if first_words().isdisjoint(read.words):
        return
    known, text, done = words()["any"], read.text, 0
    for found in _FIRST_WORD.finditer(text):
        if found[0].lower() in known and found.start() >= done:
            named = _told_at(read, found)
            if named and not _is_spare(text, *named):
                yield named
                done = named[1]


def _told_at(read: Normal, found: re.Match[str]) -> tuple[int, int] | None:
    """The person whom a word and what follows it name."""
    known, text, word = words(), read.text, found[0].lower()
    if word in known["titles"] or (word == "m" and text[found.end() : found.end() + 1] == "."):
        ends = text[found.end() : found.end() + 1] == "." and word not in _SHORTENED
        named = None if ends else _after(text, found.end(), 0)
        if named and _is_title(found[0]):
            return found.start(), named[1]
    if word in known["firsts"] and found[0][0].isupper():
        named = _named(text, found.start())
        if named and " " in text[named[0] : named[1]]:
            return named
    if word in known["roles"]:
        return _after(text, found.end(), 2 if read.language in ("de", "") else 1)
    return None


_SHORTENED = frozenset(
    ("mr", "mrs", "ms", "mx", "dr", "prof", "sr", "sra", "srta", "mme", "mlle", "sig", "sig.ra", "sig.na", "dott",
     "dott.ssa", "dra", "dhr", "mevr", "mw", "m")
)  # fmt: skip
"""Titles behind which a full stop ends no sentence."""


def _is_title(word: str) -> bool:
    """A title that is also a common word has a capital letter."""
    return word[0].isupper() or word in _SMALL


def _after(text: str, at: int, least: int) -> tuple[int, int] | None:
    """The name that follows a title (`least` 0) or a role; of fewer words than that, only with a known first name."""
    gap = (_GAP if least else _DOT_GAP).match(text, at)
    named = _named(text, gap.end()) if gap else None
    if named is None:
        return None
    said = text[named[0] : named[1]]
    first = said.partition(" ")[0].lower()
    return named if len(said.split()) >= least or first in words()["firsts"] else None


def _named(text: str, at: int) -> tuple[int, int] | None:
    """The name that begins at a place, without what cannot be a part of one."""
    found = _NAME.match(text, at)
    if found is None:
        return None
    never, end = words()["never"], at
    for part in re.finditer(r"\S+", found[0]):
        if part[0].lower() in never:
            break
        end = at + part.end()
    return (at, end) if end > at else None


def _is_spare(text: str, start: int, end: int) -> bool:
    said = text[start:end].lower().replace(".", "").split()
    return " ".join(said[:2]) in words()["spares"]
