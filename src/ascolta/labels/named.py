"""Sensitive matters that a text names by a phrase of our lists; many are too rare to be learned."""

from functools import lru_cache
from typing import NamedTuple

from ascolta.core.label import VOCABULARY
from ascolta.labels.features import listed
from ascolta.labels.words import MOST_KEPT, Said, normal, split

SPARED = "not_meant"
"""The section of phrases that look like a matter and are none: "my phone died"."""


NOTHING: frozenset[str] = frozenset()


class Phrase(NamedTuple):
    """A phrase by its words, looked for at its longest one; the last word may be open."""

    words: tuple[str, ...]
    anchor: int
    open_ended: bool
    section: str

    def stands(self, words: list[str], place: int) -> bool:
        """Whether the phrase stands among words, as they are written, where its anchor is at `place`."""
        start, last = place - self.anchor, len(self.words) - 1
        if start < 0 or start + last >= len(words):
            return False
        for step, meant in enumerate(self.words):
            said = normal(words[start + step])
            if said != meant and not (step == last and self.open_ended and said.startswith(meant)):
                return False
        return True


class _Anchored(dict[str, tuple[Phrase, ...]]):
    """The phrases that may stand at a word as it is written, found once for each word."""

    def __missing__(self, word: str) -> tuple[Phrase, ...]:
        whole, begun = _by_anchor()
        said = normal(word)
        found = (*whole.get(said, ()), *(one for one in begun.get(said[:2], ()) if said.startswith(one.words[-1])))
        if len(self) > MOST_KEPT:
            self.clear()
        self[word] = found
        return found


_anchored = _Anchored()


def named(said: Said) -> frozenset[str]:
    """The matters of which a phrase stands in a text, and SPARED."""
    words = said.words
    hits = list(map(_anchored.__getitem__, words))
    if not any(hits):
        return NOTHING
    return frozenset(one.section for place, here in enumerate(hits) for one in here if one.stands(words, place))


@lru_cache(maxsize=1)
def _by_anchor() -> tuple[dict[str, list[Phrase]], dict[str, list[Phrase]]]:
    """Phrases by their longest word; where that is an open one, by its first two letters."""
    whole: dict[str, list[Phrase]] = {}
    begun: dict[str, list[Phrase]] = {}
    for section in (*VOCABULARY["sensitive"], SPARED):
        for phrase in listed().get(section, ()):
            words, open_ended = tuple(split(phrase.rstrip("*"))), phrase.endswith("*")
            if not words:
                continue
            anchor = max(range(len(words)), key=lambda place: len(words[place]))
            made = Phrase(words, anchor, open_ended, section)
            if open_ended and anchor == len(words) - 1:
                begun.setdefault(words[anchor][:2], []).append(made)
            else:
                whole.setdefault(words[anchor], []).append(made)
    return whole, begun
