"""Phrases of plain words, found from the places of their words."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ascolta.core.block import Block
from ascolta.core.lists import Ids, Lists, ListsArray, Places, lined
from ascolta.core.table import FILTER, SPREAD

LONGEST = 8
"""Words of the longest phrase that is looked up so; longer ones are told by the exact check."""


class Phrases:
    """Phrases by the numbers of their words."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, ...], int] = {}
        self._by_word = Lists()
        self._rows: list[tuple[int, ...]] = []
        self.kernel: Any = None
        self._array = np.zeros((0, LONGEST + 3), np.int32)  # terms, how many, which is rare, the phrase's number
        self._room = np.zeros(0, np.int32)
        self._made: tuple[object, object] = (None, None)
        self._looked: Any = None

    def number(self, words: tuple[int, ...], new: int, rare: int) -> int:
        """The number of a phrase, which is `new` if it was not known; it is looked for by its word at `rare`."""
        known = self._numbers.setdefault(words, new)
        if known == new:
            self._by_word.add(words[rare], len(self._rows))
            self._rows.append((*words, *((-1,) * (LONGEST - len(words))), len(words), rare, new))
        return known

    def found(self, block: Block, read: tuple[Ids, Ids], vocabulary: int) -> Iterator[tuple[Places, Ids]]:
        """Where phrases begin, and their numbers, in words of which `read` tells as Hits does; so many terms exist."""
        if not self._rows:
            return
        if len(self._array) < len(self._rows):
            self._array = np.array(self._rows, np.int32)
        lists = self._by_word.array(vocabulary)
        terms, known = read
        if self.kernel is not None:
            if len(self._room) <= len(known):
                self._room = np.empty(2 * len(known) + 1, np.int32)
            yield self.kernel.phrased(terms, (known, self._room), block.first, self._ready(lists))
            return
        words = np.flatnonzero(lists.sizes[terms])
        places, words = lists.places(terms[words]), np.repeat(words, lists.sizes[terms[words]])
        step, beside = self._ready(lists)
        some = np.flatnonzero(terms[np.minimum(words + step[places], len(terms) - 1)] == beside[places])
        rows = self._array[lists.flat[places[some]]]
        starts = words[some] - rows[:, LONGEST + 1]
        ends = starts + rows[:, LONGEST]
        first = block.first
        segments = np.searchsorted(first, starts, "right") - 1
        good = (starts >= 0) & (ends <= first[np.clip(segments + 1, 0, len(first) - 1)])
        rows, starts = rows[good], starts[good]
        for step in range(LONGEST):
            there = terms[np.minimum(starts + step, len(terms) - 1)] == rows[:, step]
            same = there | (rows[:, step] < 0)
            rows, starts = rows[same], starts[same]
        yield starts, rows[:, LONGEST + 2].astype(np.int32)

    def _ready(self, lists: ListsArray) -> Any:
        """What phrases are looked up by, made anew where these or the tier have changed."""
        if self._made[0] is not lists or self._made[1] is not self.kernel:
            self._made = (lists, self.kernel)
            self._looked = self._beside(lists) if self.kernel is None else self._compiled()
        return self._looked

    def _beside(self, lists: ListsArray) -> tuple[Ids, Ids]:
        """Of each phrase a word beside the one by which it is looked for: one before or after it, and its term."""
        step, each = self._step(), np.arange(len(self._array))
        return step[lists.flat], self._array[each, self._array[:, LONGEST + 1] + step][lists.flat]

    def _step(self) -> Ids:
        """Of each phrase whether the word beside its rare one comes after it, 1, or before it, -1."""
        rare, size = self._array[:, LONGEST + 1], self._array[:, LONGEST]
        step: Ids = np.where(rare + 1 < size, 1, -1).astype(np.int32)
        return step

    def _compiled(self) -> Any:
        """Phrases as the compiled loop takes them, by their rare word and the one beside it, whichever comes first."""
        rows, each = self._array, np.arange(len(self._array))
        rare, step = rows[:, LONGEST + 1], self._step()
        left = rare + np.minimum(step, 0)
        hashed = (rows[each, left].astype(np.uint64) << np.uint64(32)) | rows[each, left + 1].astype(np.uint64)
        hashed *= np.uint64(SPREAD)
        maybe = np.zeros(1 << FILTER, bool)
        maybe[hashed >> np.uint64(64 - FILTER)] = True
        bits = len(rows).bit_length() + 1
        buckets = hashed >> np.uint64(64 - bits)
        order = np.argsort(buckets, kind="stable")
        starts = np.searchsorted(buckets[order], np.arange((1 << bits) + 1, dtype=np.uint64)).astype(np.int32)
        flat = lined(rows[order, : LONGEST + 1], left[order], rows[order, LONGEST + 2])
        return self.kernel.Paired(np.packbits(maybe, bitorder="little"), 64 - bits, starts, flat)
