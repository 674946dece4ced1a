"""What a sentence of a reply is like, as the learned weights know it: traits, each a text or a pair of texts.

Traits are its words and their beginnings, whether the talk has said them, the kinds of its words in their order (`you`,
`your`, a new word, a number …), the families that they belong to (kin, illness, doubt …), and what the lists of phrases
and the rules have found in it. Kinds and families are the same in every language, so that what is learned in one holds
in the others.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain, combinations, pairwise
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec

from ascolta.core.speaking.families import Families, families
from ascolta.core.speaking.grounds import MARKS, NEW, STATED, TOLD, Grounds
from ascolta.core.speaking.kept import Kept
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding

Trait = str | tuple[str, str]
V = TypeVar("V")
Told = TypeVar("Told", covariant=True)

BEGINNING = 5
"""Letters by which words are taken for forms of the same."""

LONG = 5
"""Letters of words whose share that the talk has said is a trait."""

MOST_FAMILIES = 8
"""Families of one sentence that are paired."""

_WHY = 30
"""Letters of a finding's reason by which reasons are told apart."""

ORDER = 4
"""How many kinds of words in a row make a trait, at the most."""


class Sentence(msgspec.Struct, Generic[V], frozen=True):
    """A sentence by its first word and the one after its last, and its traits or what they are worth."""

    first: int
    stop: int
    traits: list[V]


class Worth(Protocol[Told]):
    """What traits are to somebody: to the training themselves, to the check what they weigh."""

    def each(self, traits: Iterable[Trait]) -> Iterable[Told]:
        """One by one."""

    def lot(self, traits: Iterable[Trait]) -> Told:
        """Together, as they always come together."""


class Word(NamedTuple, Generic[V]):
    """A word that stands so to the talk: what it is worth, its beginning, its kind, and its families with that mark.

    Where it is of no kind, the mark stands for one. The mark of a `long` word is counted; it is empty for others.
    """

    worth: V
    beginning: str
    kind: str
    families: tuple[tuple[str, str], ...]
    long: str


class Reader(Generic[V]):
    """Tells the traits of sentences in one language, or in any of the seven; what comes again is made but once."""

    def __init__(self, known: Families, worth: Worth[V]) -> None:
        self._families, self._worth = known, worth
        self._words: dict[str, Kept[str, Word[V]]] = {mark: Kept(partial(self._meet, mark)) for mark in MARKS}
        self._orders: Callable[[str], V] = Kept(self._order).__getitem__
        self._matters: Callable[[tuple[str, str, str]], V] = Kept(self._matter).__getitem__
        self._shares: Callable[[tuple[int, int, int, int]], V] = Kept(self._share).__getitem__
        self._lots: Callable[[tuple[str, ...]], V] = Kept(worth.lot).__getitem__
        self._hits: Callable[[str], V] = Kept(self._hit).__getitem__

    def sentences(self, said: Said, ground: Grounds, found: Sequence[Finding]) -> list[Sentence[V]]:
        """The sentences of a reply before its signature, each with what it is like."""
        made = [self._sentence(said, ground, first, stop) for first, stop in _bounds(said)]
        if made:
            made[0].traits.append(self._lots(("first",)))
            made[-1].traits.append(self._lots(("last",)))
        if ground.kinds:
            kinds = self._lots(tuple([f"thread {kind}" for kind in sorted(ground.kinds)]))
            for sentence in made:
                sentence.traits.append(kinds)
        if said.hits:
            self._add_hits(said, made)
        if found:
            self._add_found(said, made, found)
        return made

    def _meet(self, mark: str, said: str) -> Word[V]:
        long = mark if len(said) >= LONG else ""
        said = "#" if said.isdigit() else said
        kinds, begins = self._families.kinds.names(said), said[:BEGINNING]
        kind = "#" if said == "#" else kinds[0] if kinds else mark
        new = (f"u:{begins}",) if mark == NEW else ()
        named = tuple((name, mark) for name in self._families.matters.names(said))
        return Word(self._worth.lot((f"w:{said}", f"p:{begins}", *new)), begins, kind, named, long)

    def _hit(self, kind: str) -> V:
        return self._worth.lot((f"h:{kind}",))

    def _order(self, kinds: str) -> V:
        """One kind of word and those that follow on it, as far as an order goes."""
        return self._worth.lot(kinds[:size] for size in range(1, len(kinds) + 1))

    def _matter(self, matter: tuple[str, str, str]) -> V:
        """A family, whether the talk has named it, and with whom is spoken of it."""
        name, told, whom = matter
        return self._worth.lot((f"m:{name}", f"m:{name} {told}", *((name, kind) for kind in whom)))

    def _sentence(self, said: Said, ground: Grounds, first: int, stop: int) -> Sentence[V]:
        raw, marks, words = said.words[first:stop], ground.marks, self._words
        worths, beginnings, kind, named, told = zip(*[words[marks[word]][word] for word in raw], strict=True)
        kinds, long, matters = f"^{''.join(kind)}$", "".join(told), dict(chain.from_iterable(named))
        found = [
            *worths,
            *self._worth.each(pairwise(beginnings)),
            *map(self._orders, [kinds[at : at + ORDER] for at in range(len(kinds))]),
            self._shares((long.count(TOLD), long.count(STATED), len(long), len(raw))),
        ]
        if matters:
            whom = "".join([kind for kind in "YRW" if kind in kinds])
            names = sorted(matters)[:MOST_FAMILIES]
            found += [self._matters((name, matters[name], whom)) for name in names]
            found += self._worth.each(combinations(names, 2))
        if said.sentence[first] in said.asks:
            found.append(self._lots(("?",)))
        return Sentence(first, stop, found)

    def _share(self, counted: tuple[int, int, int, int]) -> V:
        """How much of what is said the talk has said, and how long the sentence is."""
        told, stated, long, words = counted
        shares = (f"told {round(4 * told / long)}", f"stated {round(4 * stated / long)}") if long else ()
        return self._worth.lot((*shares, f"words {min(6, words // 4)}"))

    def _add_hits(self, said: Said, made: Sequence[Sentence[V]]) -> None:
        """What the lists of phrases have found, by the sentence in which it begins."""
        by_number = {said.sentence[one.first]: one for one in made}
        for kind, hits in said.hits.items():
            lot = self._hits(kind)
            for _, first, _ in hits:
                sentence = by_number.get(said.sentence[first])
                if sentence is not None and first < sentence.stop:
                    sentence.traits.append(lot)

    def _add_found(self, said: Said, made: Sequence[Sentence[V]], found: Iterable[Finding]) -> None:
        """What the rules have found, by each sentence that it touches."""
        where = [(*said.back(one.first, one.stop), one.traits) for one in made]
        for one in found:
            for start, end, its in where:
                if one.start < end and one.end > start:
                    its.append(self._lots((f"r:{one.rule} {one.severity}", f"r:{one.why[:_WHY]}")))


class _Themselves:
    """Traits as they are."""

    def each(self, traits: Iterable[Trait]) -> Iterator[tuple[Trait, ...]]:
        """One by one."""
        return ((trait,) for trait in traits)

    def lot(self, traits: Iterable[Trait]) -> tuple[Trait, ...]:
        """Together."""
        return tuple(traits)


@lru_cache
def _reader(language: str) -> Reader[tuple[Trait, ...]]:
    return Reader(families(language), _Themselves())


def traits(said: Said, ground: Grounds, found: Iterable[Finding]) -> list[Sentence[Trait]]:
    """The sentences of a reply before its signature, each with what it is like."""
    return [
        Sentence(one.first, one.stop, [trait for lot in one.traits for trait in lot])
        for one in _reader(said.language).sentences(said, ground, tuple(found))
    ]


def _bounds(said: Said) -> Iterable[tuple[int, int]]:
    """Where sentences begin and end, in words; what is signed is none of them."""
    size = bisect_left(said.spans, (said.signed, 0))
    return pairwise([*(first for first in said.firsts if first < size), size])
