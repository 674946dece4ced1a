"""What a sentence of a reply is like, as the learned weights know it: traits, each a text or a pair of texts.

Traits are its words and their beginnings, whether the talk has said them, the kinds of its words in their order (`you`,
`your`, a new word, a number …), the families that they belong to (kin, illness, doubt …), and what the lists of phrases
and the rules have found in it. Kinds and families are the same in every language, so that what is learned in one holds
in the others.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Generic, NamedTuple, Protocol, TypeVar

from ascolta.core.speaking.families import Families, families
from ascolta.core.speaking.grounds import NEW, STATED, TOLD, Grounds
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


class Sentence(NamedTuple, Generic[V]):
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
    """A word: what it is worth, and what it is worth beside that where it is new; its beginning, kind and families.

    Its kind is empty where it is told by the talk; whether the talk has said a `long` one is counted.
    """

    worth: V
    new: V
    beginning: str
    kind: str
    families: tuple[str, ...]
    long: bool


class Reader(Generic[V]):
    """Tells the traits of sentences in one language, or in any of the seven; what comes again is made but once."""

    def __init__(self, known: Families, worth: Worth[V]) -> None:
        self._families, self._worth = known, worth
        self._words: Callable[[str], Word[V]] = Kept(self._meet).__getitem__
        self._orders: Callable[[str], V] = Kept(self._order).__getitem__
        self._matters: Callable[[tuple[str, str, str]], V] = Kept(self._matter).__getitem__
        self._shares: Callable[[tuple[int, int, int, int]], V] = Kept(self._share).__getitem__
        self._lots: Callable[[tuple[str, ...]], V] = Kept(worth.lot).__getitem__

    def sentences(self, said: Said, ground: Grounds, found: Iterable[Finding]) -> list[Sentence[V]]:
        """The sentences of a reply before its signature, each with what it is like."""
        made = [self._sentence(said, ground, first, stop) for first, stop in _bounds(said)]
        if made:
            made[0].traits.append(self._lots(("first",)))
            made[-1].traits.append(self._lots(("last",)))
        if ground.kinds:
            kinds = self._lots(tuple([f"thread {kind}" for kind in sorted(ground.kinds)]))
            for sentence in made:
                sentence.traits.append(kinds)
        self._add_hits(said, made)
        for one in found:
            for sentence in made:
                start, end = said.back(sentence.first, sentence.stop)
                if one.start < end and one.end > start:
                    sentence.traits.append(self._lots((f"r:{one.rule} {one.severity}", f"r:{one.why[:_WHY]}")))
        return made

    def _meet(self, said: str) -> Word[V]:
        long = len(said) >= LONG
        said = "#" if said.isdigit() else said
        kinds, begins = self._families.kinds.names(said), said[:BEGINNING]
        kind = "#" if said == "#" else kinds[0] if kinds else ""
        lot = self._worth.lot
        families_of_it = self._families.matters.names(said)
        return Word(lot((f"w:{said}", f"p:{begins}")), lot((f"u:{begins}",)), begins, kind, families_of_it, long)

    def _order(self, kinds: str) -> V:
        """One kind of word and those that follow on it, as far as an order goes."""
        return self._worth.lot(kinds[:size] for size in range(1, len(kinds) + 1))

    def _matter(self, matter: tuple[str, str, str]) -> V:
        """A family, whether the talk has named it, and with whom is spoken of it."""
        name, told, whom = matter
        return self._worth.lot((f"m:{name}", f"m:{name} {told}", *((name, kind) for kind in whom)))

    def _sentence(self, said: Said, ground: Grounds, first: int, stop: int) -> Sentence[V]:
        raw = said.words[first:stop]
        found, beginnings, kinds, long = list[V](), list[str](), "^", ""
        matters: dict[str, str] = {}
        for word, mark in zip(map(self._words, raw), map(ground.marks.__getitem__, raw), strict=True):
            worth, new, beginning, kind, families_of_it, is_long = word
            found.append(worth)
            if mark == NEW:
                found.append(new)
            beginnings.append(beginning)
            kinds += kind or mark
            for name in families_of_it:
                matters[name] = mark
            if is_long:
                long += mark
        kinds += "$"
        found += self._worth.each(pairwise(beginnings))
        found += map(self._orders, [kinds[at : at + ORDER] for at in range(len(kinds))])
        if matters:
            whom = "".join([kind for kind in "YRW" if kind in kinds])
            names = sorted(matters)[:MOST_FAMILIES]
            found += [self._matters((name, matters[name], whom)) for name in names]
            found += self._worth.each(combinations(names, 2))
        found.append(self._shares((long.count(TOLD), long.count(STATED), len(long), len(raw))))
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
            lot = self._lots((f"h:{kind}",))
            for hit in hits:
                sentence = by_number.get(said.sentence[hit.first])
                if sentence is not None and hit.first < sentence.stop:
                    sentence.traits.append(lot)


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


def _bounds(said: Said) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end, in words; what is signed is none of them."""
    size = bisect_left(said.spans, (said.signed, 0))
    first = 0
    for at in range(1, size + 1):
        if at == size or said.sentence[at] != said.sentence[first]:
            yield first, at
            first = at
