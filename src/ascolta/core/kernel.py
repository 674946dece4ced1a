"""The inner loops of matching, compiled by numba (extra `fast`). Same arrays in, same arrays out as the plain tier.

Compiled at the first use, then read from a cache on disk. Nothing else in Ascolta needs this file.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ascolta.core.block import REST, SEPARATOR, SINGLE, WORD, Block, Folded
from ascolta.core.lists import ANY, Ids, ListsArray, Places
from ascolta.core.spread import spread as spread
from ascolta.core.table import MASK, MIX, READ, SPREAD, Keys, Lookup, eights

_MIX, _SPREAD = np.uint64(MIX), np.uint64(SPREAD)
_MASK, _ZERO = MASK, np.zeros(1, np.int64)
_ANY, _SHORT = np.uint64(ANY), np.uint64(0xFFFF)


class Many(NamedTuple):
    """Lists of numbers side by side, as ListsArray."""

    flat: Ids
    starts: Places
    sizes: Places


class Room(NamedTuple):
    """The bytes of a block eight at a time, and arrays to write words into."""

    words: Keys
    starts: Places
    stops: Places
    terms: Ids
    rest: Places


class Ends(NamedTuple):
    """Tables of beginnings, or of ends, by how many bytes they have, one behind the other.

    A table that is a gate lets through only words whose first (or last) four bytes it knows; its groups may be -1.
    """

    at_start: bool
    sizes: Places
    gates: NDArray[np.bool_]
    first: Places
    shifts: Places
    keys: Keys
    groups: Ids


class Asked(NamedTuple):
    """Lists of queries by term, and of each query four of the terms it needs besides, packed (core.lists.packed)."""

    flat: Ids
    starts: Places
    sizes: Places
    second: Keys


class Needed(NamedTuple):
    """What queries need: their groups, the terms of each group, what they bar, and whether that is all."""

    groups: Many
    terms: Many
    barred: Many
    exact: NDArray[np.bool_]


class Stand(NamedTuple):
    """Where terms stand: of each word, and of patterns; and which words belong to which row."""

    terms: Ids
    places: Places
    more: Ids
    first: Places
    rows: Places


class Reader:
    """Cuts folded texts into words. Room to work in is kept, for fresh memory costs more than the work."""

    def __init__(self) -> None:
        self._starts = self._stops = self._rest = np.empty(0, np.int64)
        self._terms = np.empty(0, np.int32)

    def read(self, folded: Folded, table: Lookup) -> tuple[Block, Ids]:
        """Folded texts cut into words, and the number of each word or -1."""
        most = len(folded.data) // 2 + 1 if folded.kinds.max(initial=0) <= WORD else len(folded.data)
        if len(self._starts) < most:
            self._starts, self._stops = np.empty(2 * most, np.int64), np.empty(2 * most, np.int64)
            self._terms, self._rest = np.empty(2 * most, np.int32), np.empty(2 * most, np.int64)
        room = Room(eights(folded.data), self._starts, self._stops, self._terms, self._rest)
        starts, stops, after, terms = cut(folded.data, folded.kinds, folded.ends, table, room)
        return Block(folded.data, starts, stops, np.concatenate((_ZERO, after)), folded.rows), terms


@numba.njit(cache=True, nogil=True, boundscheck=False)
def begun(words: Keys, starts: Places, stops: Places, ends: Ends) -> tuple[Places, Ids]:
    """Words that begin as some pattern asks, or end so, and the group of patterns that share that beginning or end."""
    places, groups = np.empty(1024, np.int64), np.empty(1024, np.int32)
    count = 0
    for word in range(len(starts)):
        size = stops[word] - starts[word]
        for table in range(len(ends.sizes)):
            wide = ends.sizes[table]
            if wide > size:
                break
            at = starts[word] if ends.at_start else stops[word] - wide
            key = words[at] & _MASK[wide]
            slot = ends.first[table] + np.int64((key * _SPREAD) >> np.uint64(ends.shifts[table]))
            met = ends.keys[slot]
            while met != key and met != np.uint64(0):
                slot = slot + 1 if slot + 1 < ends.first[table + 1] else ends.first[table]
                met = ends.keys[slot]
            if met == np.uint64(0):
                if ends.gates[table]:
                    break
                continue
            if ends.groups[slot] < 0:
                continue
            if count == len(places):
                places = np.concatenate((places, np.empty(count, np.int64)))
                groups = np.concatenate((groups, np.empty(count, np.int32)))
            places[count], groups[count] = word, ends.groups[slot]
            count += 1
    return places[:count], groups[:count]


@numba.njit(cache=True, nogil=True, boundscheck=False)
def phrased(terms: Ids, first: Places, by_word: Many, rows: NDArray[np.int64], longest: int) -> tuple[Places, Ids]:
    """Where phrases begin, and their numbers."""
    places, numbers = np.empty(1024, np.int64), np.empty(1024, np.int32)
    count, segment = 0, 0
    for word in range(len(terms)):
        while word >= first[segment + 1]:
            segment += 1
        term = terms[word]
        if term < 0 or term >= len(by_word.sizes):
            continue
        for at in range(by_word.starts[term], by_word.starts[term] + by_word.sizes[term]):
            row = by_word.flat[at]
            start = word - rows[row, longest + 1]
            size = rows[row, longest]
            if start < first[segment] or start + size > first[segment + 1]:
                continue
            same = True
            for step in range(size):
                if terms[start + step] != rows[row, step]:
                    same = False
                    break
            if same:
                if count == len(places):
                    places = np.concatenate((places, np.empty(count, np.int64)))
                    numbers = np.concatenate((numbers, np.empty(count, np.int32)))
                places[count], numbers[count] = start, rows[row, longest + 2]
                count += 1
    return places[:count], numbers[:count]


def many(lists: ListsArray) -> Many:
    """Lists as the kernel takes them."""
    return Many(lists.flat, lists.starts, lists.sizes)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def cut(
    data: NDArray[np.uint8], kinds: NDArray[np.uint8], ends: Places, table: Lookup, room: Room
) -> tuple[Places, Places, Places, Ids]:
    """Words of folded bytes: where each starts and stops, the first after every row, and the number of each or -1.

    The loops go on without branches that depend on the text, for a branch foretold wrongly costs more than a word.
    """
    words, starts, stops, terms = room.words, room.starts, room.stops, room.terms
    before, count, ended = np.uint8(SEPARATOR), 0, 0
    for at in range(len(kinds)):
        now = kinds[at]
        starts[count] = stops[ended] = at
        count += (now == SINGLE) | ((now == WORD) & (before != WORD))
        ended += ((before == WORD) & (now != WORD)) | ((before >= SINGLE) & (now != REST))
        before = now
    rest = room.rest
    left = 0
    for word in range(count):
        size = stops[word] - starts[word]
        key = words[starts[word]] & _MASK[min(size, 8)]
        slot = np.int64((key * _SPREAD) >> np.uint64(table.shift))
        met, known = table.keys[slot], table.known[slot]
        terms[word] = known >> 8 if (met == key) & (known & 255 == size) else -1
        rest[left] = word
        left += (size > 8) | ((met != key) & (met != np.uint64(0)))
    for at in range(left):
        word = rest[at]
        terms[word] = _found(words, starts[word], stops[word], table, data)
    first = np.searchsorted(starts[:count], ends)
    return starts[:count].copy(), stops[:count].copy(), first, terms[:count].copy()


@numba.njit(cache=True, nogil=True, boundscheck=False, inline="always")
def _key(words: Keys, begin: int, size: int) -> np.uint64:
    """The key of one word, as core.table makes it."""
    key = words[begin] & _MASK[min(size, 8)]
    done = 8
    while done < size and done < READ:
        key = (key * _MIX) ^ (words[begin + done] & _MASK[min(size - done, 8)])
        done += 8
    return np.uint64(key)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _found(words: Keys, begin: int, end: int, table: Lookup, data: NDArray[np.uint8]) -> int:
    """The number of one word; -1 where there is none. Words of more than eight bytes are compared byte by byte."""
    size = end - begin
    key = _key(words, begin, size)
    slot = np.int64((key * _SPREAD) >> np.uint64(table.shift))
    while table.keys[slot] != key:
        if table.keys[slot] == np.uint64(0):
            return -1
        slot = (slot + 1) & (len(table.keys) - 1)
    number = table.known[slot] >> 8
    if table.known[slot] & 255 != min(size, 255):
        return -1
    for step in range(size if size > 8 else 0):
        if data[begin + step] != table.flat[table.at[number] + step]:
            return -1
    return int(number)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def sift(
    stand: Stand, asked_by: Asked, needed: Needed, marks: NDArray[np.int64], asked: NDArray[np.int64]
) -> tuple[Places, Places]:
    """Pairs of a row and a query that holds there, and those that must be asked, each as one number.

    `marks` (one for each term) and `asked` (one for each query) are room to work in; both are zero before and after.
    """
    found, exact = np.empty(1024, np.int64), np.empty(1024, np.bool_)
    count, pattern = 0, 0
    light = np.zeros(1 << 16, np.uint8)
    for segment in range(len(stand.rows)):
        begin, end = stand.first[segment], stand.first[segment + 1]
        last = pattern
        while last < len(stand.places) and stand.places[last] < end:
            last += 1
        _light(stand, (begin, end, pattern, last), np.uint8(1), light)
        marked = False
        for word in range(begin, end + last - pattern):
            term = stand.terms[word] if word < end else stand.more[pattern + word - end]
            if term < 0:
                continue
            for at in range(asked_by.starts[term], asked_by.starts[term] + asked_by.sizes[term]):
                if not _lit(asked_by.second[at], light):
                    continue
                query = asked_by.flat[at]
                if asked[query] == segment + 1:
                    continue
                asked[query] = segment + 1
                if not marked:
                    _mark(stand, (begin, end, pattern, last), segment + 1, marks)
                    marked = True
                if _may(query, segment + 1, needed, marks):
                    if count == len(found):
                        found = np.concatenate((found, np.empty(count, np.int64)))
                        exact = np.concatenate((exact, np.empty(count, np.bool_)))
                    found[count], exact[count] = stand.rows[segment] << 32 | query, needed.exact[query]
                    count += 1
        _light(stand, (begin, end, pattern, last), np.uint8(0), light)
        pattern = last
    marks[:] = 0
    asked[:] = 0
    found, exact = found[:count], exact[:count]
    return found[exact], found[~exact]


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _light(stand: Stand, where: tuple[int, int, int, int], value: np.uint8, light: NDArray[np.uint8]) -> None:
    """Light up a small place for each term of a row, or put the lights out."""
    begin, end, pattern, last = where
    for word in range(begin, end):
        light[stand.terms[word] & 0xFFFF] = value
    for at in range(pattern, last):
        light[stand.more[at] & 0xFFFF] = value
    light[0xFFFF] = 0


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _mark(stand: Stand, where: tuple[int, int, int, int], stamp: int, marks: NDArray[np.int64]) -> None:
    """Stamp the terms of a row."""
    begin, end, pattern, last = where
    for word in range(begin, end):
        if stand.terms[word] >= 0:
            marks[stand.terms[word]] = stamp
    for at in range(pattern, last):
        marks[stand.more[at]] = stamp


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _lit(second: np.uint64, light: NDArray[np.uint8]) -> bool:
    """Whether one of up to four terms, packed into one number, may stand in the row."""
    if second == _ANY:
        return True
    return bool(
        light[second & _SHORT]
        | light[(second >> np.uint64(16)) & _SHORT]
        | light[(second >> np.uint64(32)) & _SHORT]
        | light[second >> np.uint64(48)]
    )


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _may(query: int, stamp: int, needed: Needed, marks: NDArray[np.int64]) -> bool:
    """Whether a term of every group stands in the row, and none that is barred."""
    for at in range(needed.groups.starts[query], needed.groups.starts[query] + needed.groups.sizes[query]):
        if not _any(needed.groups.flat[at], stamp, needed.terms, marks):
            return False
    return not _any(query, stamp, needed.barred, marks)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _any(place: int, stamp: int, lists: Many, marks: NDArray[np.int64]) -> bool:
    """Whether one of the terms in a list is stamped."""
    for at in range(lists.starts[place], lists.starts[place] + lists.sizes[place]):
        if marks[lists.flat[at]] == stamp:
            return True
    return False
