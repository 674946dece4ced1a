"""What code points become when they are folded, in tables that are filled as code points are met.

What `core.text` says of one text is said here of single code points, of all whose folding does not depend on their
neighbours.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ascolta.core.lists import Places
from ascolta.core.text import EMOJI, MARKS, UNSPACED, fold

Bytes = NDArray[np.uint8]
Codes = NDArray[np.uint32]

PAD = 16
"""Bytes after the last text, so that eight can be read from any place in it."""

SPACE = 32
SEPARATOR, WORD, SINGLE, REST = range(4)
"""What a byte is: between words, of a word, the first of a word of one character, or one that goes on with it."""

UNKNOWN, ALONE, NEIGHBOURS, MARK, ORDERED = range(5)
"""What a code point is to folding: not met yet; folded by itself; in need of its neighbours; a mark that stays as it
is; a mark whose place among other marks may change."""

SLOW, MARKED, KEPT, STEP = 128, 64, 32, 7
"""The bit of a code point that needs more than up to four bytes put down, that of a mark, that of what stays as it is
in a word, and those of the bytes."""

NEW_POINT, MORE_ROOM = 1, 2
"""What a compiled loop may miss."""

RUN = 9
"""So many marks in a row are cut by folding."""

JOINER, VARIANT = 0x200D, 0xFE0F
_NOT_ALONE = frozenset(MARKS) | {"\u200d"}
_UNSPACED = re.compile(f"[{UNSPACED}]")
_EMOJI = re.compile(f"[{EMOJI}]")
_HANGUL = range(0xAC00, 0xD7A4)
_JAMO = range(0x1100, 0x1200)


class FoldTable(NamedTuple):
    """What code points become, each told by one number.

    From the lowest bit: its kind (3 bits), whether it is unspaced (1), how many bytes it becomes (8), the first of them
    (8) and what that is (4), and from bit 24 on where they stand in `flat`. `quick` holds up to four bytes and, above
    them, what each is; `step` says how many they are (STEP) and whether it is a mark (MARKED), or SLOW where that is
    not enough to know.
    """

    point: Places
    flat: Bytes
    byte_kind: Bytes
    quick: NDArray[np.uint64]
    step: Bytes


class Points:
    """Code points as arrays by code point. `then` is done to what folding gives, character by character."""

    def __init__(self, then: Callable[[str], str]) -> None:
        self.then = then
        self.kind = np.zeros(0x110000, np.uint8)
        self.unspaced = np.zeros(0x110000, bool)
        self.start = np.zeros(0x110000, np.int32)
        self.size = np.zeros(0x110000, np.int32)
        self.point = np.zeros(0x110000, np.int64)
        self.quick = np.zeros(0x110000, np.uint64)
        self.step = np.full(0x110000, SLOW, np.uint8)
        self.flat = np.zeros(1, np.uint8)
        self.byte_kind = np.zeros(1, np.uint8)
        self.meet(np.arange(128, dtype=np.uint32))

    def table(self) -> FoldTable:
        """All that a compiled loop has to know."""
        return FoldTable(self.point, self.flat, self.byte_kind, self.quick, self.step)

    def meet(self, codes: Codes) -> None:
        """Learn of code points what is not known of them yet."""
        unknown = codes[self.kind[codes] == UNKNOWN]
        if len(unknown):
            self._learn(np.unique(unknown))

    def pictured(self, codes: Codes) -> NDArray[np.bool_]:
        """Which of some code points are of core.text.EMOJI and become one character that is a word by itself."""
        single = (self.point[codes] & 15 == ALONE) & (self.point[codes] >> 20 & 15 == SINGLE)
        emoji = np.array([_EMOJI.match(chr(code)) is not None for code in codes.tolist()], bool)
        found: NDArray[np.bool_] = single & emoji
        return found

    def _learn(self, codes: Codes) -> None:
        """Fill the tables for code points that were not met before."""
        flat, kinds, place, kept = [self.flat], [self.byte_kind], len(self.flat), []
        for code in codes.tolist():
            char = chr(code)
            mark = _mark(char)
            said = char if mark else self._folded(char)
            if said is None:
                self.kind[code] = NEIGHBOURS
                continue
            self.unspaced[code] = bool(said) and _UNSPACED.match(said[-1]) is not None
            data, kind = (encoded(char), [WORD] * len(encoded(char))) if mark else _bytes_of(said)
            self.kind[code], self.start[code], self.size[code] = mark or ALONE, place, len(data)
            flat.append(np.frombuffer(data, np.uint8))
            kinds.append(np.array(kind, np.uint8))
            place += len(data)
            if data == encoded(char) and set(kind) == {WORD}:
                kept.append(code)
        self.flat, self.byte_kind = np.concatenate(flat), np.concatenate(kinds)
        self._point(codes)
        self.step[kept] |= KEPT

    def _point(self, codes: Codes) -> None:
        """What FoldTable tells of code points."""
        start, size = self.start[codes].astype(np.int64), self.size[codes].astype(np.int64)
        first = np.minimum(start, len(self.flat) - 1)
        lead = self.flat[first].astype(np.int64) << 12 | self.byte_kind[first].astype(np.int64) << 20
        some = codes[(self.kind[codes] != NEIGHBOURS) & (self.size[codes] <= 4)]
        self.quick[some], self.step[some] = 0, self.size[some] | np.where(self.kind[some] >= MARK, MARKED, 0)
        for at in range(4):
            byte = np.minimum(self.start[some] + at, len(self.flat) - 1)
            there = (self.size[some] > at).astype(np.uint64)
            self.quick[some] |= there * self.flat[byte].astype(np.uint64) << np.uint64(8 * at)
            self.quick[some] |= there * self.byte_kind[byte].astype(np.uint64) << np.uint64(32 + 8 * at)
        unspaced = self.unspaced[codes].astype(np.int64) << 3
        self.point[codes] = start << 24 | np.where(size > 0, lead, 0) | size << 4 | unspaced | self.kind[codes]

    def _folded(self, char: str) -> str | None:
        """What a character becomes whatever stands beside it; None if that depends."""
        folded = fold(char)
        if not folded and char != "\u200d" and not "\u0300" <= char <= "\u036f":
            return ""
        apart = unicodedata.normalize("NFKD", char)
        loose = ord(char) not in _HANGUL and any(ord(part) in _JAMO for part in apart)
        marks = any(part in _NOT_ALONE or unicodedata.category(part)[0] == "M" for part in (char, apart[0], *folded))
        return None if loose or marks or unicodedata.combining(apart[0]) else self.then(folded)


def encoded(word: str) -> bytes:
    """A word as a block holds it."""
    return word.encode("utf-8", "surrogatepass")


def _mark(char: str) -> int:
    """MARK or ORDERED for a mark that folding leaves as it is and that never merges with what it follows; else 0."""
    safe = char in _NOT_ALONE and fold(char) == char and not "\u0300" <= char <= "\u036f" and char != "\u200d"
    if not safe or _UNSPACED.match(char) or char in _merging() or unicodedata.normalize("NFKD", char) != char:
        return 0
    return ORDERED if unicodedata.combining(char) else MARK


@lru_cache(maxsize=1)
def _merging() -> frozenset[str]:
    """Characters that, after some other one, become a single one with it (Unicode's canonical compositions)."""
    parts = (unicodedata.decomposition(chr(code)).split() for code in range(0xC0, 0x12000))
    return frozenset(chr(int(part[1], 16)) for part in parts if len(part) == 2 and not part[0].startswith("<"))


def _bytes_of(said: str) -> tuple[bytes, list[int]]:
    """Folded characters as bytes, and what each byte is."""
    data, kinds = b"", []
    for char in said:
        if _UNSPACED.match(char) or (_EMOJI.match(char) and not re.match(r"[^\W_]", char)):
            piece = encoded(char)
            kinds += [SINGLE, *([REST] * (len(piece) - 1))]
        elif re.match(r"[^\W_]", char):
            piece = encoded(char)
            kinds += [WORD] * len(piece)
        else:
            piece = b" "
            kinds.append(SEPARATOR)
        data += piece
    return data, kinds
