"""The inner loops of matching, compiled by numba (extra `fast`). Same arrays in, same arrays out as the plain tier.

Compiled at the first use, then read from a cache on disk. Nothing else in Ascolta needs this file.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ascolta.core import spread as folding  # noqa: F401 - the vocabulary takes it from here
from ascolta.core.carve import Reader as Reader
from ascolta.core.carve import has_bit
from ascolta.core.instructions import fetch
from ascolta.core.lists import Ids, ListsArray, Places
from ascolta.core.phrases import LONGEST
from ascolta.core.sieve import CLOSEST
from ascolta.core.table import FILTER, MASK, SPREAD, Keys

_SPREAD, _FILTER, _HALF = np.uint64(SPREAD), np.uint64(64 - FILTER), np.uint64(32)
_MASK = MASK
STAMPS = 255
MORE = CLOSEST
"""Where a row of Asked tells whether it is not all."""

AHEAD = 8
"""So many words before a word is looked at, what stands by its term is asked for."""


class Many(NamedTuple):
    """Lists of numbers side by side, as ListsArray."""

    flat: Ids
    starts: Places
    sizes: Places


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
    """Queries by term. `has` tells of each term whether there are any, `spans` from which row on and how many.

    A row of `flat` holds a query, twice four terms of which it needs one besides, four of which none may stand there,
    and whether that is not all (core.sieve).
    """

    has: NDArray[np.bool_]
    spans: Ids
    flat: Ids


class Paired(NamedTuple):
    """Phrases by two words in them that stand side by side.

    `maybe` holds a bit for each hash of FILTER bits that some pair has; of a hash of `64 - shift` bits `starts` tells
    where its phrases begin. A row of `flat` holds a phrase: its LONGEST terms, how many there are, where the pair
    stands in it, and its number (core.phrases).
    """

    maybe: NDArray[np.uint8]
    shift: int
    starts: Ids
    flat: Ids


class Needed(NamedTuple):
    """What each query needs, as a list (core.sieve), and whether that is all."""

    asks: Many
    exact: NDArray[np.bool_]


class Stand(NamedTuple):
    """Where terms stand: of each word, and of patterns; which words have one, and which belong to which row."""

    terms: Ids
    known: Ids
    places: Places
    more: Ids
    first: Places
    rows: Places


class Room(NamedTuple):
    """Room to work in, kept from block to block: stamps of terms and of queries, and words to look at.

    A stamp is the number of a row, counted up to STAMPS and then anew, for small marks stay close at hand.
    """

    marks: NDArray[np.uint8]
    asked: NDArray[np.uint8]
    words: Ids


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
def telling(terms: Ids, known: Ids, has: NDArray[np.bool_], words: Ids) -> int:
    """Write down the words whose term has something; how many they are. Without branches."""
    count = 0
    for at in range(len(known)):
        words[count] = known[at]
        count += has[terms[known[at]]]
    return count


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _paired(terms: Ids, known: Ids, by: Paired, words: Ids) -> int:
    """Write down the words that may begin a pair of some phrase; how many they are. Without branches."""
    count = 0
    for at in range(len(known) - int(len(known) > 0 and known[-1] == len(terms) - 1)):
        word = np.int64(known[at])
        place = _hashed(terms[word], terms[word + 1]) >> _FILTER
        words[count] = word
        count += has_bit(by.maybe, place) & (terms[word + 1] >= 0)
    return count


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _hashed(left: int, right: int) -> np.uint64:
    """The hash of two terms, as core.phrases makes it."""
    return (np.uint64(left) << _HALF | np.uint64(right)) * _SPREAD


@numba.njit(cache=True, nogil=True, boundscheck=False)
def phrased(terms: Ids, words: tuple[Ids, Ids], first: Places, by: Paired) -> tuple[Places, Ids]:
    """Where phrases begin, and their numbers. `words` are those that have a term, and room for as many."""
    known, room = words
    places, numbers = np.empty(1024, np.int64), np.empty(1024, np.int32)
    count, segment = 0, 0
    for nth in range(_paired(terms, known, by, room)):
        word = np.int64(room[nth])
        bucket = _hashed(terms[word], terms[word + 1]) >> np.uint64(by.shift)
        while word >= first[segment + 1]:
            segment += 1
        for at in range(by.starts[bucket], by.starts[bucket + np.uint64(1)]):
            size, start = by.flat[at, LONGEST], word - by.flat[at, LONGEST + 1]
            if start < first[segment] or start + size > first[segment + 1]:
                continue
            step = 0
            while step < size and terms[start + step] == by.flat[at, step]:
                step += 1
            if step == size:
                if count == len(places):
                    places = np.concatenate((places, np.empty(count, np.int64)))
                    numbers = np.concatenate((numbers, np.empty(count, np.int32)))
                places[count], numbers[count] = start, by.flat[at, LONGEST + 2]
                count += 1
    return places[:count], numbers[:count]


def many(lists: ListsArray) -> Many:
    """Lists as the kernel takes them."""
    return Many(lists.flat, lists.starts, lists.sizes)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def sift(stand: Stand, asked_by: Asked, needed: Needed, room: Room) -> tuple[Places, Places]:
    """Pairs of a row and a query that holds there, and those that must be asked, each as one number."""
    found, exact = np.empty(1024, np.int64), np.empty(1024, np.bool_)
    words, stamp = room.words, STAMPS
    count, pattern, nth, known = 0, 0, 0, 0
    several = telling(stand.terms, stand.known, asked_by.has, words)
    for segment in range(len(stand.rows)):
        end = stand.first[segment + 1]
        last, until = pattern, nth
        while last < len(stand.places) and stand.places[last] < end:
            last += 1
        while until < several and words[until] < end:
            until += 1
        if until > nth or last > pattern:
            if stamp == STAMPS:
                stamp, room.marks[:], room.asked[:] = 0, 0, 0
            stamp += 1
            known = _mark(stand, (known, segment, pattern, last), stamp, room.marks)
        _fetch_ahead(stand.terms, words, (nth, until, several - 1), asked_by)
        for step in range(until - nth + last - pattern):
            term = stand.terms[words[nth + step]] if step < until - nth else stand.more[pattern + step - until + nth]
            begin = asked_by.spans[term, 0]
            for at in range(begin, begin + asked_by.spans[term, 1]):
                query = asked_by.flat[at, 0]
                if not _near(asked_by.flat, at, stamp, room.marks) or room.asked[query] == stamp:
                    continue
                room.asked[query] = stamp
                if asked_by.flat[at, MORE] == 0 or _may(query, stamp, needed, room.marks):
                    if count == len(found):
                        found = np.concatenate((found, np.empty(count, np.int64)))
                        exact = np.concatenate((exact, np.empty(count, np.bool_)))
                    found[count], exact[count] = stand.rows[segment] << 32 | query, needed.exact[query]
                    count += 1
        pattern, nth = last, until
    found, exact = found[:count], exact[:count]
    return found[exact], found[~exact]


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _fetch_ahead(terms: Ids, words: Ids, where: tuple[int, int, int], asked: Asked) -> None:
    """Ask for what stands by the terms of words after those of a row; `where` is its first, its end, and the last."""
    first, end, last = where
    for nth in range(first, end):
        fetch(asked.spans.ctypes.data + 8 * terms[words[min(nth + 2 * AHEAD, last)]])
        begin = asked.spans[terms[words[min(nth + AHEAD, last)]], 0]
        fetch(asked.flat.ctypes.data + 4 * asked.flat.shape[1] * begin)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _mark(stand: Stand, where: tuple[int, int, int, int], stamp: int, marks: NDArray[np.uint8]) -> int:
    """Stamp the terms of a row; behind its words that have one."""
    at, segment, pattern, last = where
    while at < len(stand.known) and stand.known[at] < stand.first[segment]:
        at += 1
    while at < len(stand.known) and stand.known[at] < stand.first[segment + 1]:
        marks[stand.terms[stand.known[at]]] = stamp
        at += 1
    for more in range(pattern, last):
        marks[stand.more[more]] = stamp
    return at


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _near(flat: Ids, at: int, stamp: int, marks: NDArray[np.uint8]) -> bool:
    """Whether one of each four terms in a row is stamped that it needs, and none that is barred. Without branches."""
    first = _one_of(flat, (at, 1), stamp, marks) | (flat[at, 1] < 0)
    second = _one_of(flat, (at, 5), stamp, marks) | (flat[at, 5] < 0)
    return bool(first & second & (not _one_of(flat, (at, 9), stamp, marks)))


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _one_of(flat: Ids, where: tuple[int, int], stamp: int, marks: NDArray[np.uint8]) -> bool:
    """Whether one of the four terms from a place on is stamped; -1 is the last mark, which never is."""
    at, column = where
    one, two = marks[flat[at, column]] == stamp, marks[flat[at, column + 1]] == stamp
    three, four = marks[flat[at, column + 2]] == stamp, marks[flat[at, column + 3]] == stamp
    return bool(one | two | three | four)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _may(query: int, stamp: int, needed: Needed, marks: NDArray[np.uint8]) -> bool:
    """Whether a term of every group stands in the row, and none that is barred."""
    asks = needed.asks.flat
    at = needed.asks.starts[query]
    groups = asks[at]
    for group in range(groups + 1):
        size = asks[at + 1]
        there = False
        for place in range(at + 2, at + 2 + size):
            if marks[asks[place]] == stamp:
                there = True
                break
        if there == (group == groups):
            return False
        at += 1 + size
    return True
