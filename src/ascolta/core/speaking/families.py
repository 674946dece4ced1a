"""Which kind of word a word is in a sentence, and which families of matters it belongs to.

Kinds are what grammar and service need (`you`, `your`, `see`, a negation …), from the classes of a language's lexicon.
Families are matters of life and of talk (kin, illness, debt, doubt, promise …), from `lexicons/families`, where a star
leaves a word open. Both have the same names in each language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ascolta.core.redact.normal import normal
from ascolta.core.speaking.lexicon import LANGUAGES, lexicon_file

SHORTEST = 3
"""Letters by which a word with an open end is looked up; an entry has as many before its star."""

CODES = {
    "we": "W", "you": "Y", "your": "R", "the": "t", "will": "w", "have": "h", "be": "b", "role": "O", "kin": "K",
    "event": "E", "see": "s", "saw": "S", "seen": "z", "posts": "P", "service": "v", "cash": "C", "colour": "c",
    "num": "n", "age": "a", "unit": "u", "aux": "x",
}  # fmt: skip
"""The letter that stands for a kind in the order of a sentence; of two kinds of a word the one that stands first."""

SETS = {"negations": "N", "things": "i", "ours": "o"}


@dataclass(slots=True)
class Open:
    """Names by whole words and by their beginnings."""

    whole: dict[str, list[str]] = field(default_factory=dict)
    stems: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, entries: Iterable[str], name: str) -> None:
        """Take in words that mean a name."""
        for entry in entries:
            word = normal(entry.rstrip("*")).plain
            if not entry.endswith("*"):
                self.whole.setdefault(word, []).append(name)
            elif len(word) >= SHORTEST:
                self.stems.setdefault(word[:SHORTEST], []).append((word, name))

    def names(self, word: str) -> tuple[str, ...]:
        """What a word means, each name once, in the order in which they were taken in."""
        found = dict.fromkeys(self.whole.get(word, ()))
        found.update((name, None) for stem, name in self.stems.get(word[:SHORTEST], ()) if word.startswith(stem))
        return tuple(found)


@dataclass(slots=True)
class Families:
    """What the words of a language, or of all seven, are and mean."""

    kinds: Open = field(default_factory=Open)
    matters: Open = field(default_factory=Open)


@lru_cache
def families(language: str) -> Families:
    """Of one language; of all seven where it is none of them."""
    made = Families()
    for code in (language,) if language in LANGUAGES else LANGUAGES:
        said = lexicon_file(code)
        for name, letter in CODES.items():
            made.kinds.add(_words(said["classes"], name), letter)
        for name, letter in SETS.items():
            made.kinds.add(said["sets"].get(name, ()), letter)
        for name, entries in lexicon_file("families", code).items():
            made.matters.add(entries, name)
    return made


def _words(classes: Mapping[str, str], name: str) -> list[str]:
    return [word for word in classes.get(name, "").split("|") if word and not word.startswith(("<", "*"))]
