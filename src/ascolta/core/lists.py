"""Lists of numbers that grow one by one and are read in arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Ids = NDArray[np.int32]

ANY = (1 << 64) - 1
"""Instead of four packed terms: whatever stands there."""


@dataclass(frozen=True, slots=True)
class ListsArray:
    """Lists of numbers side by side: list i is `flat[starts[i] : starts[i] + sizes[i]]`."""

    flat: Ids
    starts: Places
    sizes: Places

    def each(self, lists: Ids | Places) -> Ids:
        """The numbers of some lists, one list after the other."""
        sizes = self.sizes[lists]
        after = np.cumsum(sizes)
        total = int(after[-1]) if len(after) else 0
        return self.flat[np.repeat(self.starts[lists] - (after - sizes), sizes) + np.arange(total)]


class Lists:
    """Lists of numbers by place; reading them in arrays is quick as long as they do not change."""

    def __init__(self) -> None:
        self.lists: list[list[int]] = []
        self._array: ListsArray | None = None

    def add(self, place: int, *numbers: int) -> None:
        """Numbers for a list, which is made if it is not there yet."""
        if place >= len(self.lists):
            self.lists.extend([] for _ in range(place + 1 - len(self.lists)))
        self.lists[place].extend(numbers)
        self._array = None

    def set(self, place: int, numbers: list[int]) -> None:
        """A list in place of what was there."""
        self.add(place)
        self.lists[place] = numbers

    def remove(self, place: int, number: int) -> None:
        """Take a number out of a list."""
        self.lists[place].remove(number)
        self._array = None

    def array(self, least: int = 0) -> ListsArray:
        """All lists as they are now, at least so many, and an empty one at the end."""
        if self._array is None or len(self._array.sizes) <= least:
            self.lists.extend([] for _ in range(least + 1 - len(self.lists)))
            sizes = np.fromiter(map(len, self.lists), np.int64, len(self.lists))
            flat = np.fromiter(chain.from_iterable(self.lists), np.int32, int(sizes.sum()))
            self._array = ListsArray(flat, np.cumsum(sizes) - sizes, sizes)
        return self._array


def packed(terms: Sequence[int]) -> int:
    """Up to four terms as four times sixteen bits of one number; ANY if there are more, or none."""
    if not 1 <= len(terms) <= 4:
        return ANY
    short = [term & 0xFFFF for term in terms]
    if 0xFFFF in short:
        return ANY
    return sum(term << 16 * at for at, term in enumerate([*short, *[short[0]] * (4 - len(short))]))
