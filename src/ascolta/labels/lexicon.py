"""Words and phrases of seven languages, written by us, and a quick way to find them in a text."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from ascolta.core.text import bare, fold, term, tokens

LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")
MAX_READ = 3_000
"""Characters of a text that are read."""


@dataclass(slots=True)
class Phrases:
    """One section of a lexicon: phrases by their first word, longest first."""

    by_first: dict[str, list[tuple[tuple[str, ...], bool]]] = field(default_factory=dict)
    stems: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Iterable[str]) -> "Phrases":
        """Phrases as written; a star at the end leaves the last word open."""
        made = cls()
        for phrase in said:
            words, prefix = term(phrase.rstrip("*")), phrase.endswith("*")
            if not words:
                continue
            if prefix and len(words) == 1:
                made.stems = (*made.stems, words[0])
            else:
                made.by_first.setdefault(words[0], []).append((words, prefix))
        for phrases in made.by_first.values():
            phrases.sort(key=lambda one: -len(one[0]))
        return made

    def find(self, said: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """Where phrases stand in a text: pairs of first and one past last word; they do not overlap."""
        found, free = [], 0
        for place in self._near(said):
            size = self._at(said, place) if place >= free else 0
            if size:
                free = place + size
                found.append((place, free))
        return tuple(found)

    def has(self, said: tuple[str, ...]) -> bool:
        """Whether any phrase stands there."""
        return any(self._at(said, place) for place in self._near(said))

    def _near(self, said: tuple[str, ...]) -> list[int]:
        """Where a phrase may begin."""
        first, stems = self.by_first, self.stems
        if stems:
            return [place for place, word in enumerate(said) if word in first or word.startswith(stems)]
        return [] if first.keys().isdisjoint(said) else [place for place, word in enumerate(said) if word in first]

    def starts(self, said: tuple[str, ...]) -> bool:
        """Whether a phrase stands at the very beginning."""
        return bool(said) and self._at(said, 0) > 0

    def _at(self, said: tuple[str, ...], place: int) -> int:
        """How many words a phrase takes that stands at a place; 0 if none does."""
        for words, prefix in self.by_first.get(said[place], ()):
            size = len(words)
            here = said[place : place + size]
            if here == words:
                return size
            if prefix and len(here) == size and here[:-1] == words[:-1] and here[-1].startswith(words[-1]):
                return size
        return int(bool(self.stems) and said[place].startswith(self.stems))


@lru_cache
def lexicon(language: str) -> dict[str, Phrases]:
    """The sections of one language, with what means the same in all; English where there is no lexicon of it."""
    own, shared = _read(language if language in LANGUAGES else "en"), _read("any")
    return {section: Phrases.of(dict.fromkeys([*said, *shared.get(section, [])])) for section, said in own.items()}


@lru_cache
def _read(name: str) -> dict[str, list[str]]:
    said: dict[str, list[str]] = tomllib.loads(
        (files("ascolta.labels") / "lexicons" / f"{name}.toml").read_text(encoding="utf-8")
    )
    return said


LIKELY, POSSIBLE = 1.0, 0.5
"""How much a common word of a language, and any other word of its lexicon, tells that a text is in it."""


@lru_cache
def telling() -> dict[str, dict[str, float]]:
    """For each known word, the languages that have it, each with a weight that is the less the more share the word."""
    found: dict[str, dict[str, float]] = {}
    for language in LANGUAGES:
        for section, phrases in lexicon(language).items():
            weight = LIKELY if section == "stopwords" else POSSIBLE
            for word in {word for listed in phrases.by_first.values() for words, _ in listed for word in words}:
                known = found.setdefault(word, {})
                known[language] = max(weight, known.get(language, 0.0))
    return {word: {code: weight / len(owners) for code, weight in owners.items()} for word, owners in found.items()}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as labellers read it: folded, without links, and in words; `lexicon` is that of its language."""

    text: str
    folded: str
    words: tuple[str, ...]
    lexicon: dict[str, Phrases]

    def count(self, section: str) -> int:
        """How many phrases of a section stand in the text."""
        return len(self.lexicon[section].find(self.words))

    def said(self, section: str) -> tuple[str, ...]:
        """The phrases of a section that stand in the text."""
        return tuple(" ".join(self.words[start:end]) for start, end in self.lexicon[section].find(self.words))

    def has(self, section: str) -> bool:
        """Whether any phrase of a section stands in the text."""
        return self.lexicon[section].has(self.words)


@lru_cache(maxsize=4096)
def read(text: str, language: str) -> Reading:
    """The reading of a text, up to MAX_READ characters, in a language."""
    short = text[:MAX_READ]
    folded = fold(bare(short)).replace("’", "'")
    return Reading(short, folded, tuple(tokens(folded)), lexicon(language))
