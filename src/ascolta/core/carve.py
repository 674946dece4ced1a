"""Cutting folded texts into words and looking these up, in compiled loops (extra `fast`)."""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ascolta.core.block import REST, SINGLE, WORD, Block, Folded
from ascolta.core.lists import Ids, Places
from ascolta.core.table import FILTER, MASK, MIX, READ, SPREAD, Keys, Lookup, eights

_MIX, _SPREAD, _EMPTY = np.uint64(MIX), np.uint64(SPREAD), np.uint64(0)
_WORD, _SINGLE, _REST = np.uint8(WORD), np.uint8(SINGLE), np.uint8(REST)
_MASK, _FILTER = MASK, np.uint64(64 - FILTER)
_GATHER, _TOP = np.uint64(0x0102040810204080), np.uint64(56)
"""Eight bytes that are 0 or 1, times this, have them as bits in the top byte."""

_SET = np.array([[at for at in range(8) if byte >> at & 1] + [0] * (8 - byte.bit_count()) for byte in range(256)], "i4")
_COUNT = np.array([byte.bit_count() for byte in range(256)])
"""The bits that are set in a byte, and how many they are."""


class Marked(NamedTuple):
    """Places in a block that are marked, and how many of them stand before every eighth byte."""

    flags: NDArray[np.uint8]
    places: Ids
    before: Ids


class Reader:
    """Cuts folded texts into words. Room to work in is kept, for fresh memory costs more than the work."""

    def __init__(self) -> None:
        self._starts = self._stops = _marked(0)
        self._terms = self._left = np.empty(0, np.int32)
        self._keys = np.empty(0, np.uint64)

    def read(self, folded: Folded, table: Lookup) -> tuple[Block, Ids]:
        """Folded texts cut into words, and the number of each word or -1. Both hold until the next call."""
        size = len(folded.data)
        if len(self._starts.flags) < size + 8:
            self._starts, self._stops = _marked(2 * size), _marked(2 * size)
            self._terms, self._left = np.empty(2 * size, np.int32), np.empty(2 * size, np.int32)
            self._keys = np.empty(2 * size, np.uint64)
        first = np.empty(len(folded.rows) + 1, np.int64)
        if folded.kinds.max(initial=0) <= WORD:
            count = _turns(folded.kinds, folded.ends, self._starts, first)
            starts, stops = self._starts.places[:count:2], self._starts.places[1:count:2]
        else:
            count = _edges(folded.kinds, folded.ends, (self._starts, self._stops), first)
            starts, stops = self._starts.places[:count:1], self._stops.places[:count:1]
        terms = self._terms[: len(starts)]
        _look_up((eights(folded.data), folded.data), (starts, stops), table, terms, (self._left, self._keys))
        return Block(folded.data, starts, stops, first, folded.rows), terms


def _marked(size: int) -> Marked:
    return Marked(np.zeros(size + 8, np.uint8), np.empty(size + 16, np.int32), np.empty(size // 8 + 2, np.int32))


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _turns(kinds: NDArray[np.uint8], ends: Places, marked: Marked, first: Places) -> int:
    """Where words begin and end, by turns, where every byte is of a word or between words; how many places."""
    marked.flags[0] = 0
    for at in range(1, len(kinds)):
        marked.flags[at] = kinds[at] ^ kinds[at - 1]
    count = _gathered(marked, len(kinds))
    _rows(marked, ends, first)
    for row in range(len(first)):
        first[row] = (first[row] + 1) >> 1  # the last word of all may end where its text does, with nothing behind it
    return count


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _edges(kinds: NDArray[np.uint8], ends: Places, both: tuple[Marked, Marked], first: Places) -> int:
    """Where words begin, and where they end, for any kinds of bytes; how many words."""
    starts, stops = both
    starts.flags[0] = stops.flags[0] = 0
    for at in range(1, len(kinds)):
        now, before = kinds[at], kinds[at - 1]
        starts.flags[at] = (now == _SINGLE) | ((now == _WORD) & (before != _WORD))
        stops.flags[at] = ((before == _WORD) & (now != _WORD)) | ((before >= _SINGLE) & (now != _REST))
    count = _gathered(starts, len(kinds))
    _gathered(stops, len(kinds))
    _rows(starts, ends, first)
    return count


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _gathered(marked: Marked, size: int) -> int:
    """Write down the places of flags, eight bytes in one step and without branches (as simdjson does, 2019)."""
    for at in range(size, (size + 7) // 8 * 8):
        marked.flags[at] = 0
    eight = marked.flags[: (size + 7) // 8 * 8].view(np.uint64)
    count = 0
    for step in range(len(eight)):
        marked.before[step] = count
        bits = np.int64((eight[step] * _GATHER) >> _TOP)
        begin = np.int32(8 * step)
        for at in range(8):
            marked.places[count + at] = begin + _SET[bits, at]
        count += _COUNT[bits]
    marked.before[len(eight)] = count
    return count


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _rows(marked: Marked, ends: Places, first: Places) -> None:
    """How many places stand before the end of each row."""
    first[0] = 0
    for row in range(len(ends)):
        eight = ends[row] >> 3
        count = np.int64(marked.before[eight])
        for at in range(eight << 3, ends[row]):
            count += marked.flags[at]
        first[row + 1] = count


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _look_up(
    texts: tuple[Keys, NDArray[np.uint8]], words: tuple[Ids, Ids], table: Lookup, terms: Ids, room: tuple[Ids, Keys]
) -> None:
    """Write down the number of each word or -1. Most unknown words are told apart without a branch or a far look."""
    eight, data = texts
    starts, stops = words
    left, keys = room
    count = 0
    for word in range(len(starts)):
        start = np.int64(starts[word])
        size = stops[word] - start
        key = eight[start] & _MASK[min(size, 8)]
        if size > 8:
            key = _rest_of_key(eight, start, size, key)  # type: ignore[arg-type] # numba takes its own integers
        terms[word] = -1
        left[count], keys[count] = word, key
        place = np.int64((key * _SPREAD) >> _FILTER)
        count += (table.maybe[place >> 3] >> (place & 7)) & 1
    for at in range(count):
        word = left[at]
        terms[word] = _found(keys[at], starts[word], stops[word], table, data)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _rest_of_key(words: Keys, begin: int, size: int, key: np.uint64) -> np.uint64:
    """The key of a word of more than eight bytes, as core.table makes it, from that of its first eight."""
    done = 8
    while done < size and done < READ:
        key = (key * _MIX) ^ (words[begin + done] & _MASK[min(size - done, 8)])
        done += 8
    return np.uint64(key)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _found(key: np.uint64, begin: int, end: int, table: Lookup, data: NDArray[np.uint8]) -> int:
    """The number of one word; -1 where there is none. Words of more than eight bytes are compared byte by byte."""
    slot = np.int64((key * _SPREAD) >> np.uint64(table.shift))
    while table.slots[slot, 0] != key:
        if table.slots[slot, 0] == _EMPTY:
            return -1
        slot = (slot + 1) & (len(table.slots) - 1)
    known, size = np.int64(table.slots[slot, 1]), end - begin
    if known & 255 != min(size, 255):
        return -1
    number = known >> 8
    for step in range(size if size > 8 else 0):
        if data[begin + step] != table.flat[table.at[number] + step]:
            return -1
    return int(number)
