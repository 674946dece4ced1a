"""Folding in compiled loops (extra `fast`): what core.block does with a table of code points, in one pass."""

from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from ascolta.core.lists import Places
from ascolta.core.points import (
    ALONE,
    JOINER,
    MARK,
    MARKED,
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
    STEP,
    UNKNOWN,
    VARIANT,
    FoldTable,
)
from ascolta.core.text import EMOJI

_PICTURED = np.array([ord(char) for char in EMOJI if char != "-"])
_SPACE = np.uint32(ord(" "))
_WIDE = 16
"""Characters of plain ASCII that are folded in one step."""

_item: Any = types.ExternalFunction("PyList_GetItem", types.intp(types.intp, types.intp))
_length: Any = types.ExternalFunction("PyUnicode_GetLength", types.intp(types.intp))
_copy: Any = types.ExternalFunction("PyUnicode_AsUCS4", types.intp(types.intp, types.intp, types.intp, types.intc))
_clear: Any = types.ExternalFunction("PyErr_Clear", types.void())
"""Of Python's stable ABI: an item of a list, the size of a text, its code points written to a place in memory, and to
forget an error. They need Python's lock, so these loops keep it."""


class Four(NamedTuple):
    """Four bytes from every place of a text, and of what each byte is."""

    data: NDArray[np.uint32]
    kinds: NDArray[np.uint32]


Spread = tuple[NDArray[np.uint8], NDArray[np.uint8], Places, NDArray[np.bool_], int]


def spread(texts: list[str], table: FoldTable, *, plain: bool, roomier: int = 1) -> Spread:
    """Folded bytes of texts, what each byte is, where each text ends, which must be folded alone, and what was missing.

    `plain`: ASCII folds as in `core.text`, so that it needs no table. Where something was missing (core.block), the
    rest is worth nothing; MORE_ROOM goes away where `roomier` is larger. Raises TypeError at what is no text.
    """
    total, longest = _sizes(id(texts), len(texts))
    if total < 0:
        raise TypeError("expected texts, each of which is a str")
    room = roomier * 4 * (total + len(texts)) + 4 * (PAD + _WIDE)
    data, kinds, codes = np.empty(room, np.uint8), np.empty(room, np.uint8), np.empty(longest + 2 * _WIDE, np.uint32)
    ends, hard = np.empty(len(texts), np.int64), np.zeros(len(texts), np.bool_)
    from_ = (id(texts), total + len(texts), plain)
    place, missing = _spread(from_, codes, table, (data, kinds, Four(_fours(data), _fours(kinds))), (ends, hard))
    return data[: place + PAD], kinds[: place + PAD], ends, hard, missing


def _fours(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Four bytes from every place."""
    return np.ndarray((len(data) - 3,), "<u4", data.data, strides=(1,))


@numba.njit(cache=True, boundscheck=False)
def _sizes(texts: int, count: int) -> tuple[int, int]:
    """How many characters the texts of a list have together, and how many the longest; -1 if one is no text."""
    total, longest = 0, 0
    for row in range(count):
        size = _length(_item(texts, row))
        if size < 0:
            _clear()
            return -1, -1
        total += size
        longest = max(longest, size)
    return total, longest


@numba.njit(cache=True, boundscheck=False)
def _spread(
    from_: tuple[int, int, bool],
    codes: NDArray[np.uint32],
    table: FoldTable,
    to: tuple[NDArray[np.uint8], NDArray[np.uint8], Four],
    rows: tuple[Places, NDArray[np.bool_]],
) -> tuple[int, int]:
    """How many bytes were written, and what was missing. Most rows need no branch that depends on the text."""
    texts, left, plain = from_
    data, kinds, four = to
    ends, hard = rows
    data[0], kinds[0], place = 32, SEPARATOR, 1
    codes_at, data_at, kinds_at = codes.ctypes.data, data.ctypes.data, kinds.ctypes.data
    for row in range(len(ends)):
        text = _item(texts, row)
        size = _length(text)
        _copy(text, codes_at, len(codes), 0)
        codes[size : size + _WIDE] = _SPACE
        left -= size + 1
        first, odd, unseen = place, np.uint8(0), 0
        for begin in range(0, size + 1, _WIDE):
            until = min(begin + _WIDE, size + 1)
            if plain and _ascii(codes_at + 4 * begin, data_at + place, kinds_at + place):
                place += until - begin
                continue
            for at in range(begin, until):
                quick, step = table.quick[codes[at]], table.step[codes[at]]
                four.data[place] = np.uint32(quick)
                four.kinds[place] = np.uint32(quick >> np.uint64(32))
                odd |= step
                unseen += step == 0
                place += step & STEP
        if odd & SLOW or unseen >= RUN or (odd & MARKED and _crowded(codes, size, table)):
            place, missing = _slowly(codes, (0, size + 1), table, (data, kinds), first)
            if missing or place + 4 * left + PAD + 2 * _WIDE > len(data):
                return 0, missing or MORE_ROOM
            hard[row] = place < 0
            place = first if place < 0 else place
        ends[row] = place
    data[place : place + PAD], kinds[place : place + PAD] = 32, SEPARATOR
    return place, 0


def _to_ascii(_: Any, codes: Any, data: Any, kinds: Any) -> Any:
    """Whether _WIDE code points are of ASCII; if so, their folded bytes and what each is are written down.

    All three are places in memory. Told to the compiler in steps of whole vectors, which it does not find by itself.
    """
    return types.boolean(types.intp, types.intp, types.intp), _ascii_steps


_ascii: Any = intrinsic(_to_ascii)


def _ascii_steps(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    wide, narrow = ir.VectorType(ir.IntType(32), _WIDE), ir.VectorType(ir.IntType(8), _WIDE)
    code = builder.load(builder.inttoptr(given[0], wide.as_pointer()), align=1)
    low = builder.icmp_unsigned("<", code, _all(wide, 128))
    byte = builder.trunc(code, narrow)
    upper = _within(builder, byte, ("A", 26))
    byte = builder.select(upper, builder.or_(byte, _all(narrow, 32)), byte)
    said = builder.or_(_within(builder, byte, ("a", 26)), _within(builder, byte, ("0", 10)))
    for at, what in ((given[1], builder.select(said, byte, _all(narrow, 32))), (given[2], builder.zext(said, narrow))):
        builder.store(what, builder.inttoptr(at, narrow.as_pointer()), align=1)
    bits = ir.IntType(_WIDE)
    return builder.icmp_unsigned("==", builder.bitcast(low, bits), ir.Constant(bits, (1 << _WIDE) - 1))


def _within(builder: Any, byte: Any, span: tuple[str, int]) -> Any:
    """Which of some bytes are one of so many from a character on."""
    first, count = span
    return builder.icmp_unsigned("<", builder.sub(byte, _all(byte.type, ord(first))), _all(byte.type, count))


def _all(kind: Any, number: int) -> Any:
    return ir.Constant(kind, [number] * _WIDE)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _crowded(codes: NDArray[np.uint32], size: int, table: FoldTable) -> bool:
    """Whether marks in a row of code points stand so that their neighbours matter (core.block)."""
    run, before, spaceless = 0, ALONE, False
    for at in range(size):
        point = table.point[codes[at]]
        kind = point & 7
        unseen = kind == ALONE and (point >> 4) & 255 == 0
        run = run + 1 if unseen or kind >= MARK else 0
        if run >= RUN or (kind >= MARK and (spaceless or (kind == ORDERED and before == ORDERED))):
            return True
        if not unseen:
            before, spaceless = kind, bool((point >> 3) & 1)
    return False


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
