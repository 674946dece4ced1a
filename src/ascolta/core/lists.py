"""Lists of numbers that grow one by one and are read in arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Ids = NDArray[np.int32]

NONE = (-1, -1, -1, -1)
"""Instead of four terms: none is asked for."""


@dataclass(frozen=True, slots=True)
class ListsArray:
    """Lists of numbers side by side: list i is `flat[starts[i] : starts[i] + sizes[i]]`."""

    flat: Ids
    starts: Places
    sizes: Places

    def each(self, lists: Ids | Places) -> Ids:
        """The numbers of some lists, one list after the other."""
        return self.flat[self.places(lists)]

    def places(self, lists: Ids | Places) -> Places:
        """Where in `flat` the numbers of some lists stand, one list after the other."""
        return ranges(self.starts[lists], self.sizes[lists])


class Lists:
    """Lists of numbers by place.

    In arrays, a list that changed is written again behind the others, and all of them only when half is waste, so that
    a change costs little however many lists there are.
    """

    def __init__(self) -> None:
        self.lists: list[list[int]] = []
        self._changed: set[int] = set()
        self._end = 0
        self._array = ListsArray(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))

    def add(self, place: int, *numbers: int) -> None:
        """Numbers for a list, which is made if it is not there yet."""
        self._grow(place + 1)
        self.lists[place].extend(numbers)
        self._changed.add(place)

    def set(self, place: int, numbers: list[int]) -> None:
        """A list in place of what was there."""
        self._grow(place + 1)
        self.lists[place] = numbers
        self._changed.add(place)

    def remove(self, place: int, number: int) -> None:
        """Take a number out of a list."""
        self.lists[place].remove(number)
        self._changed.add(place)

    def array(self, least: int = 0) -> ListsArray:
        """All lists as they are now, at least so many, and empty ones at the end."""
        if not self._changed and least + 1 < len(self._array.sizes):
            return self._array
        self._grow(least + 1)
        new = [self.lists[place] for place in self._changed]
        if len(self.lists) >= len(self._array.sizes) or sum(map(len, new)) > len(self._array.flat) - self._end:
            self._rewrite()
        elif new:
            self._append(new)
        self._changed.clear()
        return self._array

    def _grow(self, size: int) -> None:
        if size > len(self.lists):
            self.lists.extend([] for _ in range(size - len(self.lists)))

    def _append(self, new: list[list[int]]) -> None:
        flat, starts, sizes = self._array.flat, self._array.starts.copy(), self._array.sizes.copy()
        for place, numbers in zip(self._changed, new, strict=True):
            starts[place], sizes[place] = self._end, len(numbers)
            flat[self._end : self._end + len(numbers)] = numbers
            self._end += len(numbers)
        self._array = ListsArray(flat, starts, sizes)

    def _rewrite(self) -> None:
        """Write all lists anew, with as much room again for what will change."""
        count = len(self.lists) + len(self.lists) // 8 + 8
        sizes = np.zeros(count, np.int64)
        sizes[: len(self.lists)] = np.fromiter(map(len, self.lists), np.int64, len(self.lists))
        self._end = int(sizes.sum())
        flat = np.zeros(2 * self._end + 64, np.int32)
        flat[: self._end] = np.fromiter(chain.from_iterable(self.lists), np.int32, self._end)
        self._array = ListsArray(flat, np.cumsum(sizes) - sizes, sizes)


def ranges(starts: Places, sizes: Places) -> Places:
    """So many numbers from each start on."""
    after = np.cumsum(sizes)
    total = int(after[-1]) if len(after) else 0
    found: Places = np.repeat(starts - (after - sizes), sizes) + np.arange(total)
    return found


LINE = 16
"""Numbers on one line of the processor's cache, of 64 bytes."""


def lined(*columns: Ids) -> Ids:
    """Columns (one or more wide) side by side, each row on a line of its own."""
    count = len(columns[0])
    room = np.zeros((count + 1) * LINE, np.int32)
    begin = -room.ctypes.data % (4 * LINE) // 4
    rows = room[begin : begin + count * LINE].reshape(count, LINE)
    at = 0
    for column in columns:
        wide = column.reshape(count, -1)
        rows[:, at : at + wide.shape[1]] = wide
        at += wide.shape[1]
    return rows


def four(terms: Sequence[int]) -> tuple[int, int, int, int]:
    """Up to four terms as four of them; NONE if there are more, or none."""
    if not 1 <= len(terms) <= 4:
        return NONE
    first, *rest = terms
    second, third, fourth = (*rest, first, first, first)[:3]
    return first, second, third, fourth


def once(numbers: Places) -> Places:
    """Numbers of 0 or more in order, each once."""
    if len(numbers) < 2:
        return numbers
    numbers = np.sort(numbers)
    new = numbers[1:] != numbers[:-1]
    return numbers if new.all() else numbers[np.append(True, new)]
