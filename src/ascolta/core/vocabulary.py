"""The words and patterns that all queries ask for, each with a number, and where they stand in many texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from ascolta.core.block import Block, alike, cut, folder
from ascolta.core.ends import Ends
from ascolta.core.lists import Ids, Places, once
from ascolta.core.phrases import LONGEST, Phrases
from ascolta.core.points import encoded
from ascolta.core.table import Table
from ascolta.core.word import ALIKE, head, is_plain, skeleton, tail


@dataclass(frozen=True, slots=True)
class Hits:
    """Where terms stand.

    `terms` gives each word's own term or -1; `places` and `more` the patterns that fit a word and the phrases that
    begin with it. `known` are the words that have a term; only the compiled tier tells.
    """

    block: Block
    terms: Ids
    places: Places
    more: Ids
    known: Ids

    def rows(self, words: Places) -> Places:
        """The row of each of some words, and then of each pattern that fits one."""
        rows = np.repeat(self.block.rows, np.diff(self.block.first))
        return np.concatenate([rows[words], rows[self.places]])

    def each(self, segments: Places) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
        """For each segment its terms, word by word, and the patterns that fit, each with its word counted from 0."""
        begins, ends = self.block.first[segments], self.block.first[segments + 1]
        some, until = np.searchsorted(self.places, begins).tolist(), np.searchsorted(self.places, ends).tolist()
        for begin, end, at, stop in zip(begins.tolist(), ends.tolist(), some, until, strict=True):
            more = [(int(self.places[one]) - begin, int(self.more[one])) for one in range(at, stop)]
            yield self.terms[begin:end].tolist(), more


class Vocabulary:
    """Terms by number. A term is a pattern as in core.word."""

    def __init__(self) -> None:
        self._reader: Any = None
        self._loops: Any = None
        self.patterns: list[str] = []
        self._numbers: dict[str, int] = {}
        self._words, self._alike = Table(), Table()
        self._heads, self._tails = Ends(at_start=True), Ends(at_start=False)
        self._phrases = Phrases()

    def __len__(self) -> int:
        return len(self.patterns)

    def quicken(self, kernel: ModuleType) -> None:
        """From now on, read with the compiled loops."""
        self._reader = kernel.Reader()
        self._heads.kernel = self._tails.kernel = self._phrases.kernel = kernel
        self._loops = kernel.folding

    def number(self, pattern: str) -> int | None:
        """The number of a pattern, given when it is first asked for; None for one that cannot be looked up."""
        if pattern.startswith(ALIKE):
            pattern = ALIKE + skeleton(pattern.removeprefix(ALIKE))
        known = self._numbers.get(pattern)
        if known is not None:
            return known if known >= 0 else None
        number = len(self.patterns)
        if not self._add(pattern, number):
            self._numbers[pattern] = -1
            return None
        self.patterns.append(pattern)
        self._numbers[pattern] = number
        return number

    def phrase(self, words: tuple[str, ...]) -> int | None:
        """The number of words side by side, which stands where the first of them stands; None as for `number`."""
        if len(words) == 1:
            return self.number(words[0])
        numbers = [self.number(word) for word in words if is_plain(word)]
        known = tuple(number for number in numbers if number is not None)
        if len(known) < len(words) or len(known) > LONGEST:
            return None
        number = self._phrases.number(known, len(self.patterns), max(range(len(words)), key=lambda at: len(words[at])))
        if number == len(self.patterns):
            self.patterns.append(" ".join(words))
        return number

    def read(self, texts: Sequence[str]) -> Hits:
        """Where terms stand in texts."""
        block, terms, known = self._read(texts)
        found = [*self._heads.found(block, self.patterns), *self._tails.found(block, self.patterns)]
        if len(self._alike):
            there = cut(alike().fold(texts, self._loops))
            twins = self._alike.find(there)
            places = np.flatnonzero(twins >= 0)
            found.append((_moved(places, there, block), twins[places]))
        found += self._phrases.found(block, (terms, known), len(self))
        return Hits(block, terms, *_sorted(found), known)

    def _read(self, texts: Sequence[str]) -> tuple[Block, Ids, Ids]:
        if self._reader is not None:
            found: tuple[Block, Ids, Ids] = self._reader.read(folder().fold(texts, self._loops), self._words.lookup())
            return found
        block = folder().block(texts)
        return block, self._words.find(block), np.zeros(0, np.int32)

    def _add(self, pattern: str, number: int) -> bool:
        if is_plain(pattern):
            return self._words.add(encoded(pattern), number)
        if pattern.startswith(ALIKE):
            return self._alike.add(encoded(pattern.removeprefix(ALIKE)), number)
        first, last = head(pattern), tail(pattern)
        fuzzy = bool(first and last) and "*" not in pattern and "?" not in pattern
        if first and (fuzzy or len(first) >= len(last)):
            self._heads.add(encoded(first), number, exact=pattern == first + "*")
        if last and (fuzzy or len(first) < len(last)):
            self._tails.add(encoded(last), number, exact=pattern == "*" + last)
        return bool(first or last)


def _moved(words: Places, there: Block, here: Block) -> Places:
    """Where words of a block stand in another one of the same texts: each has its own texts that it folds at last."""
    if np.array_equal(there.rows, here.rows):
        return words
    begins = np.empty(len(here.rows), np.int64)
    begins[here.rows] = here.first[:-1]
    segments = np.searchsorted(there.first, words, "right") - 1
    moved: Places = begins[there.rows[segments]] + words - there.first[segments]
    return moved


def _sorted(found: list[tuple[Places, Ids]]) -> tuple[Places, Ids]:
    """Pieces as one, by place and then by term, each pair once."""
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int32)
    places = np.concatenate([place for place, _ in found])
    terms = np.concatenate([term for _, term in found])
    pairs = once(places << 32 | terms)
    return pairs >> 32, (pairs & 0xFFFFFFFF).astype(np.int32)
