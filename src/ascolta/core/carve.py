"""Cutting folded texts into words and looking these up, in compiled loops (extra `fast`)."""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ascolta.core.block import Block, Folded
from ascolta.core.instructions import bits, eight, fetch, lowest
from ascolta.core.lists import Ids, Places
from ascolta.core.points import REST, SINGLE, WORD
from ascolta.core.table import FILTER, INLINE, MIX, READ, SPREAD, WHOLE, Keys, Lookup

_MIX, _SPREAD, _EMPTY = np.uint64(MIX), np.uint64(SPREAD), np.uint64(0)
_WORD, _SINGLE, _REST = np.uint8(WORD), np.uint8(SINGLE), np.uint8(REST)
_ALL, _FILTER = np.uint64(WHOLE), np.uint64(64 - FILTER)
_GATHER, _TOP, _ONE = np.uint64(0x0102040810204080), np.uint64(56), np.uint64(1)
"""Eight bytes that are 0 or 1, times this, have them as bits in the top byte."""


AHEAD = 16
"""So many words before a word is settled, its slot in the table is asked for."""


class Marked(NamedTuple):
    """Places in a block that are marked; by 64 bytes, flags as bits and how many places stand before."""

    flags: NDArray[np.uint8]
    places: Ids
    masks: Keys
    before: Ids


class Reader:
    """Cuts folded texts into words. Room to work in is kept, for fresh memory costs more than the work."""

    def __init__(self) -> None:
        self._starts = self._stops = _marked(0)
        self._terms = self._left = self._unsure = np.empty(0, np.int32)
        self._keys = np.empty(0, np.uint64)

    def read(self, folded: Folded, table: Lookup) -> tuple[Block, Ids, Ids]:
        """Folded texts cut into words, the number of each word or -1, and the words that have one.

        All of it holds until the next call.
        """
        size = len(folded.data)
        if len(self._terms) < size:
            self._starts, self._stops = _marked(2 * size), _marked(2 * size)
            self._terms, self._left, self._unsure = (np.empty(2 * size, np.int32) for _ in range(3))
            self._keys = np.empty(2 * size, np.uint64)
        first = np.empty(len(folded.rows) + 1, np.int64)
        count = _edges(folded.kinds, folded.ends, (self._starts, self._stops), first)
        starts, stops, terms = self._starts.places[:count], self._stops.places[:count], self._terms[:count]
        known = _look_up((folded.data, table), (starts, stops), terms, (self._left, self._keys, self._unsure))
        return Block(folded.data, starts, stops, first, folded.rows), terms, self._left[:known]


def _marked(size: int) -> Marked:
    steps = size // 64 + 2
    return Marked(
        np.zeros(64 * steps, np.uint8),
        np.empty(size + 16, np.int32),
        np.empty(steps, np.uint64),
        np.empty(steps, np.int32),
    )


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
    first[0] = 0
    for row in range(len(ends)):
        step = ends[row] >> 6
        below = (_ONE << np.uint64(ends[row] & 63)) - _ONE
        first[row + 1] = starts.before[step] + bits(starts.masks[step] & below)
    return count


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _gathered(marked: Marked, size: int) -> int:
    """Write down the places of flags, 64 bytes in one step and eight places without a branch (as simdjson does)."""
    steps = (size + 63) >> 6
    for at in range(size, steps << 6):
        marked.flags[at] = 0
    flags = marked.flags[: steps << 6].view(np.uint64)
    count = 0
    for step in range(steps):
        mask = np.uint64(0)
        for at in range(8):
            mask |= ((flags[8 * step + at] * _GATHER) >> _TOP) << np.uint64(8 * at)
        marked.masks[step], marked.before[step] = mask, count
        until = count + bits(mask)
        while count < until:
            for at in range(8):
                marked.places[count + at] = 64 * step + lowest(mask)
                mask &= mask - _ONE
            count += 8
        count = until
    return count


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _look_up(
    by: tuple[NDArray[np.uint8], Lookup], words: tuple[Ids, Ids], terms: Ids, room: tuple[Ids, Keys, Ids]
) -> int:
    """Write down the number of each word or -1, and the words that have one; how many these are.

    Most unknown words are told apart without a branch or a far look.
    """
    texts, table = by
    starts, stops = words
    left, keys, unsure = room
    count, data = 0, texts.ctypes.data
    for word in range(len(starts)):
        start = np.int64(starts[word])
        size = np.int64(stops[word]) - start
        key = _piece(int(data + start), int(size))
        if size > 8:
            key = (key * _MIX) ^ _second(int(data + start), int(size))
            if size > INLINE:
                key = _rest_of_key(int(data + start), int(size), key)
        terms[word] = -1
        left[count], keys[count] = word, key
        place = (key * _SPREAD) >> _FILTER
        count += has_bit(table.maybe, place)
    return _settled(by, words, terms, (left[:count], keys, unsure))


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _settled(
    by: tuple[NDArray[np.uint8], Lookup], words: tuple[Ids, Ids], terms: Ids, room: tuple[Ids, Keys, Ids]
) -> int:
    """Of words that may be known, write down the numbers of those that are, and which these are; how many they are.

    A word of up to INLINE bytes whose key stands in its first slot is settled without a branch.
    """
    texts, table = by
    starts, stops = words
    left, keys, unsure = room
    data = texts.ctypes.data
    count, slots, shift = 0, table.slots.ctypes.data, np.uint64(table.shift)
    for at in range(len(left)):
        word = left[at]
        fetch(slots + 8 * table.slots.shape[1] * np.int64((keys[min(at + AHEAD, len(left) - 1)] * _SPREAD) >> shift))
        slot = (keys[at] * _SPREAD) >> shift
        met, known = table.slots[slot, 0], np.int64(table.slots[slot, 1])
        size = np.int64(stops[word]) - np.int64(starts[word])
        same = table.slots[slot, 2] == _second(int(data + starts[word]), int(size))
        sure = int(met == keys[at]) & int(known & 255 == size) & int(same) & int(size <= INLINE)
        terms[word] = sure * ((known >> 8) + 1) - 1
        unsure[count] = at
        count += (1 - sure) & int(met != _EMPTY)
    for nth in range(count):
        at = unsure[nth]
        begin, size = data + starts[left[at]], np.int64(stops[left[at]]) - np.int64(starts[left[at]])
        terms[left[at]] = _found(keys[at], int(begin), int(size), table)
    count = 0
    for at in range(len(left)):
        word = left[at]
        left[count] = word
        count += terms[word] >= 0
    return count


@numba.njit(cache=True, nogil=True, boundscheck=False)
def has_bit(flags: NDArray[np.uint8], place: np.uint64) -> int:
    """The bit at a place of eight in each byte."""
    return int(flags[place >> np.uint64(3)] >> (place & np.uint64(7))) & 1


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _piece(word: int, size: int) -> np.uint64:
    """Up to eight bytes of a word that has so many, at least one, as a number."""
    found: np.uint64 = eight(word) & (_ALL >> np.uint64(64 - 8 * min(size, 8)))
    return found


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _second(word: int, size: int) -> np.uint64:
    """The second eight bytes of a word of up to INLINE, 0 where it has no more than eight."""
    return _piece(word + 8, max(size - 8, 1)) * np.uint64(size > 8)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _rest_of_key(word: int, size: int, key: np.uint64) -> np.uint64:
    """The key of a word of more than INLINE bytes, as core.table makes it, from that of these."""
    for done in range(INLINE, min(size, READ), 8):
        key = (key * _MIX) ^ _piece(word + done, size - done)
    return key


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _found(key: np.uint64, word: int, size: int, table: Lookup) -> int:
    """The number of one word; -1 where there is none. Words of more than eight bytes are compared, eight at a time."""
    slot = np.int64((key * _SPREAD) >> np.uint64(table.shift))
    while table.slots[slot, 0] != key:
        if table.slots[slot, 0] == _EMPTY:
            return -1
        slot = (slot + 1) & (len(table.slots) - 1)
    known = np.int64(table.slots[slot, 1])
    if known & 255 != min(size, 255):
        return -1
    at = table.flat.ctypes.data + np.int64(table.slots[slot, 3])
    for step in range(0, size if size > 8 else 0, 8):
        if _piece(word + step, size - step) != _piece(int(at + step), size - step):
            return -1
    return int(known >> 8)
