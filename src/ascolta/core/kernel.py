"""The inner loops of matching, compiled by numba (extra `fast`). Same arrays in, same arrays out as the plain tier.

Compiled at the first use, then read from a cache on disk. Nothing else in Ascolta needs this file.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ascolta.core import spread as folding  # noqa: F401 - the vocabulary takes it from here
from ascolta.core.carve import Reader as Reader
from ascolta.core.lists import Ids, ListsArray, Places
from ascolta.core.table import MASK, SPREAD, Keys

_SPREAD = np.uint64(SPREAD)
_MASK = MASK
STAMPS = 255


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

    A row of `flat` holds a query, twice four terms of which it needs one besides, and whether that is not all
    (core.sieve).
    """

    has: NDArray[np.bool_]
    spans: Ids
    flat: Ids


class Looked(NamedTuple):
    """Phrases by the term by which they are looked for, as Asked.

    A row of `flat` tells first of a word beside that one: one before or after it, and its term; then as core.phrases.
    """

    has: NDArray[np.bool_]
    spans: Ids
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
def phrased(terms: Ids, words: tuple[Ids, Ids], first: Places, looked: Looked) -> tuple[Places, Ids]:
    """Where phrases begin, and their numbers. `words` are those that have a term, and room for as many."""
    known, room = words
    places, numbers = np.empty(1024, np.int64), np.empty(1024, np.int32)
    longest = looked.flat.shape[1] - 5
    count, segment = 0, 0
    for nth in range(telling(terms, known, looked.has, room)):
        word = np.int64(room[nth])
        begin, more = looked.spans[terms[word], 0], looked.spans[terms[word], 1]
        for at in range(begin, begin + more):
            row = looked.flat[at]
            beside = word + row[0]
            if beside < 0 or beside >= len(terms) or terms[beside] != row[1]:
                continue
            while word >= first[segment + 1]:
                segment += 1
            size, start = row[longest + 2], word - row[longest + 3]
            if start < first[segment] or start + size > first[segment + 1]:
                continue
            same = True
            for step in range(size):
                same &= terms[start + step] == row[2 + step]
            if same:
                if count == len(places):
                    places = np.concatenate((places, np.empty(count, np.int64)))
                    numbers = np.concatenate((numbers, np.empty(count, np.int32)))
                places[count], numbers[count] = start, row[longest + 4]
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
        for step in range(until - nth + last - pattern):
            term = stand.terms[words[nth + step]] if step < until - nth else stand.more[pattern + step - until + nth]
            begin = asked_by.spans[term, 0]
            for at in range(begin, begin + asked_by.spans[term, 1]):
                query = asked_by.flat[at, 0]
                if not (
                    _one_of(asked_by.flat, at, 1, (stamp, room.marks))
                    and _one_of(asked_by.flat, at, 5, (stamp, room.marks))
                ):
                    continue
                if room.asked[query] == stamp:
                    continue
                room.asked[query] = stamp
                if asked_by.flat[at, 9] == 0 or _may(query, stamp, needed, room.marks):
                    if count == len(found):
                        found = np.concatenate((found, np.empty(count, np.int64)))
                        exact = np.concatenate((exact, np.empty(count, np.bool_)))
                    found[count], exact[count] = stand.rows[segment] << 32 | query, needed.exact[query]
                    count += 1
        pattern, nth = last, until
    found, exact = found[:count], exact[:count]
    return found[exact], found[~exact]


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
def _one_of(asked: Ids, at: int, column: int, marked: tuple[int, NDArray[np.uint8]]) -> bool:
    """Whether one of the four terms in a row from a column on is stamped, or they are none."""
    stamp, marks = marked
    one, two = marks[asked[at, column]] == stamp, marks[asked[at, column + 1]] == stamp
    three, four = marks[asked[at, column + 2]] == stamp, marks[asked[at, column + 3]] == stamp
    return bool(one | two | three | four | (asked[at, column] < 0))


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
