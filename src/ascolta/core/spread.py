"""Folding in compiled loops (extra `fast`): what core.block does with a table of code points, in one pass."""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ascolta.core.block import (
    ALONE,
    MARK,
    MORE_ROOM,
    NEIGHBOURS,
    NEW_POINT,
    ORDERED,
    PAD,
    REST,
    RUN,
    SEPARATOR,
    SINGLE,
    SLOW,
    UNKNOWN,
    FoldTable,
)
from ascolta.core.lists import Places
from ascolta.core.text import EMOJI

_PICTURED = np.array([ord(char) for char in EMOJI if char != "-"])
JOINER, VARIANT = 0x200D, 0xFE0F


_A, _LOW_A, _UNDER, _SPACE = np.uint8(ord("A")), np.uint8(ord("a")), np.uint8(ord("_")), np.uint8(ord(" "))
_ZERO, _LETTERS, _DIGITS, _CASE = np.uint8(ord("0")), np.uint8(26), np.uint8(10), np.uint8(32)


class Four(NamedTuple):
    """Four bytes from every place of a text, and of what each byte is."""

    data: NDArray[np.uint32]
    kinds: NDArray[np.uint32]


@numba.njit(cache=True, nogil=True, boundscheck=False)
def plain(raw: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Folded bytes of ASCII text and what each byte is. Without branches, so that many bytes are done in one step."""
    data, kinds = np.empty_like(raw), np.empty_like(raw)
    for at in range(len(raw)):
        byte = raw[at]
        low = np.uint8(byte | _CASE) if np.uint8(byte - _A) < _LETTERS else byte
        said = (np.uint8(low - _LOW_A) < _LETTERS) | (np.uint8(low - _ZERO) < _DIGITS) | (low == _UNDER)
        data[at] = low if said else _SPACE
        kinds[at] = said
    return data, kinds


def spread(
    codes: NDArray[np.uint32], sizes: Places, table: FoldTable, room: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Places, NDArray[np.bool_], int]:
    """Folded bytes of texts given as code points, what each byte is, where each text ends, which must be folded alone.

    `sizes` counts the code points of each text and the separator after it; `room` is how many bytes may be written, at
    least four for a code point. The last value tells what was missing, if anything; then the rest is worth nothing.
    """
    data, kinds = np.empty(room, np.uint8), np.empty(room, np.uint8)
    four = Four(_fours(data), _fours(kinds))
    ends, hard = np.empty(len(sizes), np.int64), np.zeros(len(sizes), np.bool_)
    place, missing = _spread(codes, sizes, table, (data, kinds, four), (ends, hard))
    return data[: place + PAD], kinds[: place + PAD], ends, hard, missing


def _fours(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Four bytes from every place."""
    return np.ndarray((len(data) - 3,), "<u4", data.data, strides=(1,))


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _spread(
    codes: NDArray[np.uint32],
    sizes: Places,
    table: FoldTable,
    to: tuple[NDArray[np.uint8], NDArray[np.uint8], Four],
    rows: tuple[Places, NDArray[np.bool_]],
) -> tuple[int, int]:
    """How many bytes were written, and what was missing. Most rows need no branch that depends on the text."""
    data, kinds, four = to
    ends, hard = rows
    data[0], kinds[0], place, at = 32, SEPARATOR, 1, 0
    for row in range(len(sizes)):
        first, odd, unseen = place, np.uint8(0), 0
        until = min(at + sizes[row], len(codes))
        for at_point in range(at, until):
            code = codes[at_point]
            quick, step = table.quick[code], table.step[code]
            four.data[place] = np.uint32(quick)
            four.kinds[place] = np.uint32(quick >> np.uint64(32))
            odd |= step
            unseen += step == 0
            place += step & 7
        if odd & SLOW or unseen >= RUN:
            place, missing = _slowly(codes, (at, until), table, (data, kinds), first)
            if missing or place + 4 * (len(codes) - until) + PAD > len(data):
                return 0, missing or MORE_ROOM
            hard[row] = place < 0
            place = first if place < 0 else place
        at += sizes[row]
        ends[row] = place
    data[place : place + PAD], kinds[place : place + PAD] = 32, SEPARATOR
    return place, 0


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _slowly(
    codes: NDArray[np.uint32],
    span: tuple[int, int],
    table: FoldTable,
    to: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    place: int,
) -> tuple[int, int]:
    """One row with a look at each code point's neighbours: where it ends, or -1 if it must be folded alone."""
    data, kinds = to
    run, before, spaceless, emoji, joined = 0, ALONE, False, False, False
    for at in range(span[0], span[1]):
        point = table.point[codes[at]]
        kind, size, begin = point & 7, (point >> 4) & 255, point >> 24
        if place + size + PAD > len(data):
            return 0, MORE_ROOM
        between = codes[at] == JOINER and emoji and at + 1 < span[1]
        if kind == UNKNOWN or (between and table.point[codes[at + 1]] & 7 == UNKNOWN):
            return 0, NEW_POINT
        if between and _joins(codes[at - 1], codes[at + 1], table):
            data[place], data[place + 1], data[place + 2] = 0xE2, 0x80, 0x8D
            kinds[place : place + 3] = REST
            place += 3
            run, before, emoji, joined = run + 1, ALONE, False, True
            continue
        unseen = kind == ALONE and size == 0
        run = run + 1 if unseen or kind >= MARK else 0
        crowded = kind >= MARK and (spaceless or (kind == ORDERED and before == ORDERED))
        if kind == NEIGHBOURS or crowded or run >= RUN:
            return -1, 0
        if unseen:
            continue
        before, spaceless, emoji = kind, bool((point >> 3) & 1), _is_emoji(point)
        for step in range(size):
            data[place + step] = table.flat[begin + step]
            kinds[place + step] = table.byte_kind[begin + step]
        if joined:
            kinds[place], joined = REST, False
        place += size
    return place, 0


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _joins(before: int, after: int, table: FoldTable) -> bool:
    """Whether a joiner between two code points, the first of which became one emoji, makes one of them (core.text)."""
    return (before == VARIANT or _is_pictured(before)) and _is_pictured(after) and _is_emoji(table.point[after])


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _is_pictured(code: int) -> bool:
    """Whether a code point is of core.text.EMOJI."""
    for at in range(0, len(_PICTURED), 2):  # noqa: SIM110 - numba compiles loops
        if _PICTURED[at] <= code <= _PICTURED[at + 1]:
            return True
    return False


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _is_emoji(point: int) -> bool:
    """Whether a code point becomes one character that is a word by itself and of no script."""
    return bool(point & 15 == ALONE and (point >> 20) & 15 == SINGLE)
