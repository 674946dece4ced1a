"""Patterns found by how a word begins or ends: wildcards and words with a slip."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ascolta.core.block import Block
from ascolta.core.lists import Ids, Lists, Places
from ascolta.core.table import MASK, Keys, Table, eights
from ascolta.core.word import fits

WIDE = 4
"""Ends of patterns are first looked for by so many bytes, and only what is found so by all of theirs."""


class Ends:
    """Patterns by how the words that fit begin, or end."""

    def __init__(self, *, at_start: bool) -> None:
        self.at_start = at_start
        self.wide = Table()
        self.wide_known: set[bytes] = set()
        self.tables: dict[int, Table] = {}
        self.groups: dict[bytes, int] = {}
        self.exact, self.asked = Lists(), Lists()
        self.kernel: Any = None
        self._arrays: Any = None

    def add(self, end: bytes, number: int, *, exact: bool) -> None:
        """A pattern, and how the words that fit begin or end; `exact` if that is all it asks for."""
        self._arrays = None
        short = end[:8] if self.at_start else end[-8:]
        wide = short[:WIDE] if self.at_start else short[-WIDE:]
        if len(short) >= WIDE and wide not in self.wide_known:
            self.wide_known.add(wide)
            self.wide.add(wide, 0)
        group = self.groups.get(short)
        if group is None:
            group = self.groups[short] = len(self.groups)
            self.tables.setdefault(len(short), Table()).add(short, group)
        (self.exact if exact and len(end) <= 8 else self.asked).add(group, number)
        (self.asked if exact and len(end) <= 8 else self.exact).add(group)

    def found(self, block: Block, patterns: list[str]) -> Iterator[tuple[Places, Ids]]:
        """Places of words and the patterns that they fit, in pieces."""
        if not self.tables:
            return
        if self.kernel is not None:
            places, groups = self.kernel.begun(eights(block.data), block.starts, block.stops, self._compiled())
            yield from self._pieces(block, places, groups, patterns)
            return
        words, sizes = eights(block.data), block.stops - block.starts
        wide = np.flatnonzero(sizes >= WIDE)
        wide = wide[self.wide.begin(self._keys(block, words, wide, WIDE)) >= 0] if len(self.wide) else wide[:0]
        for size, table in self.tables.items():
            near = wide if size >= WIDE else np.arange(len(sizes))
            near = near[sizes[near] >= size]
            groups = table.begin(self._keys(block, words, near, size))
            hits = np.flatnonzero(groups >= 0)
            yield from self._pieces(block, near[hits], groups[hits], patterns)

    def _compiled(self) -> Any:
        """The tables as the compiled loops take them."""
        if self._arrays is None:
            tables = {size: table.slots() for size, table in self.tables.items()}
            if len(self.wide):
                groups = np.array([self.groups.get(word, -1) for word in self.wide.words], np.int32)
                keys, slots, shift = self.wide.slots()
                tables[WIDE] = keys, np.where(slots >= 0, groups[self.wide.places], np.int32(-1)), shift
            made = [tables[size] for size in sorted(tables)]
            self._arrays = self.kernel.Ends(
                self.at_start,
                np.array(sorted(tables), np.int64),
                np.array([size == WIDE for size in sorted(tables)]),
                np.cumsum([0, *(len(keys) for keys, _, _ in made)]),
                np.array([shift for _, _, shift in made], np.int64),
                np.concatenate([keys for keys, _, _ in made]),
                np.concatenate([groups for _, groups, _ in made]),
            )
        return self._arrays

    def _keys(self, block: Block, words: Keys, places: Places, size: int) -> Keys:
        at = block.starts[places] if self.at_start else block.stops[places] - size
        found: Keys = words[at] & MASK[size]
        return found

    def _pieces(self, block: Block, places: Places, groups: Ids, patterns: list[str]) -> Iterator[tuple[Places, Ids]]:
        exact = self.exact.array()
        yield np.repeat(places, exact.sizes[groups]), exact.each(groups)
        asked = self.asked.array()
        some = np.flatnonzero(asked.sizes[groups])
        places, terms = np.repeat(places[some], asked.sizes[groups[some]]), asked.each(groups[some])
        pairs = zip(places.tolist(), terms.tolist(), strict=True)
        fitting = np.array([fits(patterns[term], block.word(place)) for place, term in pairs], bool)
        yield places[fitting], terms[fitting]
