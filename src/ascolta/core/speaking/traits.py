"""What a sentence of a reply is like, as the learned weights know it: traits, each a text or a pair of texts.

Traits are its words and their beginnings, whether the talk has said them, the kinds of its words in their order (`you`,
`your`, a new word, a number …), the families that they belong to (kin, illness, doubt …), and what the lists of phrases
and the rules have found in it. Kinds and families are the same in every language, so that what is learned in one holds
in the others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from ascolta.core.speaking.families import Families, families
from ascolta.core.speaking.grounds import Grounds
from ascolta.core.speaking.lexicon import MOST_KNOWN
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding

Trait = str | tuple[str, str]

BEGINNING = 5
"""Letters by which words are taken for forms of the same."""

SMALL = 3
"""A word of no more letters is small: it is no matter by itself."""

LONG = 5
"""Letters of words whose share that the talk has said is a trait."""

MOST_FAMILIES = 8
"""Families of one sentence that are paired."""

_WHY = 30
"""Letters of a finding's reason by which reasons are told apart."""


class Sentence(NamedTuple):
    """A sentence by its first word and the one after its last, and its traits."""

    first: int
    stop: int
    traits: list[Trait]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as traits: itself, its beginning, that it is new; then its kind (empty: told by the talk) and families."""

    whole: str
    begins: str
    new: str
    beginning: str
    kind: str
    families: tuple[str, ...]


class Words:
    """The words of a language, made when they are first met."""

    def __init__(self, known: Families) -> None:
        self.families, self.met = known, dict[str, Word]()

    def word(self, said: str) -> Word:
        """One word; kept up to a bound."""
        found = self.met.get(said)
        if found is None:
            if len(self.met) >= MOST_KNOWN:
                self.met.clear()
            found = self.met[said] = self._meet("#" if said.isdigit() else said)
        return found

    def _meet(self, said: str) -> Word:
        kinds, begins = self.families.kinds.names(said), said[:BEGINNING]
        kind = "#" if said == "#" else kinds[0] if kinds else ""
        return Word(f"w:{said}", f"p:{begins}", f"u:{begins}", begins, kind, self.families.matters.names(said))


@lru_cache
def words_of(language: str) -> Words:
    """The words of one language, or of all seven."""
    return Words(families(language))


def traits(said: Said, ground: Grounds, found: Iterable[Finding]) -> list[Sentence]:
    """The sentences of a reply before its signature, each with what it is like."""
    made = [_sentence(said, ground, first, stop) for first, stop in _bounds(said)]
    if made:
        made[0].traits.append("first")
        made[-1].traits.append("last")
    _add_hits(said, made)
    places = [said.back(sentence.first, sentence.stop) for sentence in made]
    for one in found:
        for sentence, (start, end) in zip(made, places, strict=True):
            if one.start < end and one.end > start:
                sentence.traits.extend((f"r:{one.rule} {one.severity}", f"r:{one.why[:_WHY]}"))
    return made


def _bounds(said: Said) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end, in words; what is signed is none of them."""
    size = next((at for at, (start, _) in enumerate(said.spans) if start >= said.signed), len(said.words))
    first = 0
    for at in range(1, size + 1):
        if at == size or said.sentence[at] != said.sentence[first]:
            yield first, at
            first = at


def _sentence(said: Said, ground: Grounds, first: int, stop: int) -> Sentence:
    known, meet = words_of(said.language).met, words_of(said.language).word
    raw = said.words[first:stop]
    words = [known[word] if word in known else meet(word) for word in raw]
    found: list[Trait] = [word.whole for word in words]
    beginnings = [word.beginning for word in words]
    found += [word.begins for word in words]
    found += pairwise(beginnings)
    marks, matters = _told(raw, words, ground)
    found += [word.new for word, mark in zip(words, marks, strict=True) if mark == NEW]
    kinds = "^" + "".join([word.kind or mark for word, mark in zip(words, marks, strict=True)]) + "$"
    found += kinds
    for size in ORDERS:
        found += [kinds[at : at + size] for at in range(len(kinds) - size + 1)]
    if matters:
        found += _matters(matters, kinds)
    found += _shares(raw, marks)
    found += [f"thread {kind}" for kind in ground.kinds]
    if said.sentence[first] in said.asks:
        found.append("?")
    return Sentence(first, stop, found)


TOLD, STATED, NEW, LITTLE = "T", "F", "U", "."
"""How a word stands to the talk: the thread has it, a fact has it, neither; or it is too small to ask."""

ORDERS = (2, 3, 4)
"""How many kinds of words in a row make a trait."""


def _told(raw: Sequence[str], words: Sequence[Word], ground: Grounds) -> tuple[list[str], dict[str, str]]:
    """How each word stands to the talk, and each family by the last of its words."""
    both, thread = ground.both.has, ground.thread.has
    marks = [
        LITTLE if len(word) <= SMALL else NEW if not both(word) else TOLD if thread(word) else STATED for word in raw
    ]
    return marks, {name: mark for word, mark in zip(words, marks, strict=True) for name in word.families}


def _shares(raw: Sequence[str], marks: Sequence[str]) -> Iterator[Trait]:
    """How much of what is said the talk has said, and how long the sentence is."""
    long = [mark for word, mark in zip(raw, marks, strict=True) if len(word) >= LONG]
    if long:
        yield f"told {round(4 * long.count(TOLD) / len(long))}"
        yield f"stated {round(4 * long.count(STATED) / len(long))}"
    yield f"words {min(6, len(raw) // 4)}"


def _matters(matters: dict[str, str], kinds: str) -> Iterator[Trait]:
    """Families, whether the talk has named them, and two of them together or with whom is spoken of."""
    names = sorted(matters)[:MOST_FAMILIES]
    whom = [kind for kind in "YRW" if kind in kinds]
    for name in names:
        yield f"m:{name}"
        yield f"m:{name} {matters[name]}"
        for kind in whom:
            yield name, kind
    yield from combinations(names, 2)


def _add_hits(said: Said, made: Sequence[Sentence]) -> None:
    """What the lists of phrases have found, by the sentence in which it begins."""
    for kind, hits in said.hits.items():
        for hit in hits:
            for sentence in made:
                if sentence.first <= hit.first < sentence.stop:
                    sentence.traits.append(f"h:{kind}")
