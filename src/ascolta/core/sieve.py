"""Pairs of posts and queries sifted by which terms stand in a post: most queries are decided here, all at once."""

import numpy as np
from numpy.typing import NDArray

from ascolta.core.lists import NONE, Ids, Lists, ListsArray, Places, four
from ascolta.core.needs import Group, Needs

CLOSEST = 13
"""Numbers that tell what a query needs: three times four terms, and whether there is more to ask."""

CELLS = 400_000_000
"""Posts times terms looked at together; one bit each."""


class Sieve:
    """What every query needs, by its place."""

    def __init__(self) -> None:
        self._numbers: dict[Group, int] = {}
        self._groups, self._terms, self._barred, self._asks = Lists(), Lists(), Lists(), Lists()
        self._exact: list[bool] = []
        self._closest = np.full((1, CLOSEST), -1, np.int32)
        self.changes = 0
        self._flags: NDArray[np.bool_] | None = None

    def put(self, place: int, asked: Needs, sure: Group) -> None:
        """What the query at a place needs; every pair that will be sifted is known to hold a term of `sure`."""
        for group in asked.groups:
            if group not in self._numbers:
                self._numbers[group] = len(self._numbers)
                self._terms.set(self._numbers[group], sorted(group))
        open_groups = [group for group in asked.groups if group != sure]
        self._groups.set(place, [number for _, number in sorted((len(one), self._numbers[one]) for one in open_groups)])
        if place >= len(self._closest):
            self._closest = np.concatenate([self._closest, np.full((place + 1, CLOSEST), -1, np.int32)])
        self._closest[place] = _closest(open_groups, asked.barred)
        self._barred.set(place, sorted(asked.barred))
        self._asks.set(place, _written([sorted(group) for group in sorted(open_groups, key=len)], sorted(asked.barred)))
        self._exact.extend(False for _ in range(place + 1 - len(self._exact)))
        self._exact[place], self._flags = asked.exact, None
        self.changes += 1

    def arrays(self) -> tuple[ListsArray, ListsArray, ListsArray, NDArray[np.bool_]]:
        """Groups of each query, terms of each group, what each query bars, and whether that is all it asks."""
        return self._groups.array(), self._terms.array(), self._barred.array(), self._whole()

    def asks(self) -> tuple[ListsArray, NDArray[np.bool_]]:
        """What each query needs and bars as one list (see `_written`), and whether that is all it asks."""
        return self._asks.array(), self._whole()

    def closest(self) -> Ids:
        """Of each query, by row, what `_closest` says of what it needs besides its anchor."""
        return self._closest

    def _whole(self) -> NDArray[np.bool_]:
        """Of each query whether its groups and what it bars are all that it asks."""
        if self._flags is None:
            self._flags = np.array(self._exact, bool)
        return self._flags

    def sift(self, rows: Places, places: Places, seen: "Seen") -> tuple[Places, NDArray[np.bool_]]:
        """The pairs that may hold, each as one number, and whether each surely does."""
        groups, terms, barred, exact = self.arrays()
        step = 0
        while True:
            asked = groups.sizes[places] > step
            some = np.flatnonzero(asked)
            if not len(some):
                break
            numbers = groups.flat[groups.starts[places[some]] + step]
            asked[some] = ~seen.any_of(rows[some], numbers, terms)
            rows, places = rows[~asked], places[~asked]
            step += 1
        some = np.flatnonzero(barred.sizes[places])
        away = np.zeros(len(places), bool)
        away[some] = seen.any_of(rows[some], places[some], barred)
        rows, places = rows[~away], places[~away]
        return rows << 32 | places, exact[places]


def _closest(groups: list[Group], barred: Group) -> list[int]:
    """The two smallest groups and what is barred, each as core.lists.four has it, and whether there is more to ask."""
    known = [found for found in map(four, sorted(map(sorted, groups), key=len)) if found != NONE]
    first, second = (*known[:2], NONE, NONE)[:2]
    away = four(sorted(barred))
    return [*first, *second, *away, int(len(groups) > len(known[:2]) or (bool(barred) and away == NONE))]


def _written(groups: list[list[int]], barred: list[int]) -> list[int]:
    """How many groups, and for each its size and its terms; then the same of what is barred."""
    return [len(groups), *(number for group in [*groups, barred] for number in (len(group), *group))]


class Seen:
    """Which terms stand in which rows of a block. A byte holds a term's bits in eight rows."""

    def __init__(self, height: int, terms: int) -> None:
        self.height, self.width = height, terms
        self._bytes = np.zeros((height // 8 + 1) * terms, np.uint8)
        self._marked = np.zeros(0, np.int64)

    def mark(self, rows: Places, terms: Ids) -> None:
        """Terms that stand in rows, in place of those marked before."""
        self._bytes[self._marked] = 0
        self._marked, bits = (rows >> 3) * self.width + terms, _bits(rows)
        for bit in range(8):  # where a place is named twice, it gets the same bit twice
            self._bytes[self._marked[bits == bit]] |= np.uint8(1 << bit)

    def any_of(self, rows: Places, lists: Ids | Places, terms: ListsArray) -> NDArray[np.bool_]:
        """Whether any term of a list stands in a row, for pairs of both; no list is empty."""
        sizes = terms.sizes[lists]
        if not len(sizes):
            return np.zeros(0, bool)
        there = self._bytes[np.repeat((rows >> 3) * self.width, sizes) + terms.each(lists)]
        every = np.bitwise_or.reduceat(there, np.cumsum(sizes) - sizes)
        found: NDArray[np.bool_] = (every >> _bits(rows) & np.uint8(1)).view(np.bool_)
        return found


def _bits(rows: Places) -> NDArray[np.uint8]:
    """Which bit of its byte each row has."""
    return (rows & 7).astype(np.uint8)
