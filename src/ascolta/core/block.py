"""Texts made comparable many at a time: folded to bytes, side by side, with the place of every word.

What `core.text` says of one text is done here for thousands in a few array operations, with the same outcome. A text of
plain ASCII needs one table of bytes. Any other text needs one of code points, filled as they arrive, for all whose
folding does not depend on their neighbours; the rest (combining marks, joined emoji, loose Hangul) is folded one by
one.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from operator import not_
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ascolta.core.lists import Ids, Places
from ascolta.core.text import EMOJI, MARKS, UNSPACED, fold, tokens
from ascolta.core.word import skeleton

Bytes = NDArray[np.uint8]

PAD = 16
"""Bytes after the last text, so that eight can be read from any place in it."""

SEPARATOR, WORD, SINGLE, REST = range(4)
"""What a byte is: between words, of a word, the first of a word of one character, or one that goes on with it."""

_SPACE = 32
UNKNOWN, ALONE, NEIGHBOURS, MARK, ORDERED = range(5)
"""What a code point is to folding: not met yet; folded by itself; in need of its neighbours; a mark that stays as it
is; a mark whose place among other marks may change."""

SLOW, MARKED, STEP = 128, 64, 7
"""The bit of a code point that needs more than up to four bytes put down, that of a mark, and those of the bytes."""

NEW_POINT, MORE_ROOM = 1, 2
"""What a compiled loop may miss."""

RUN = 9
"""So many marks in a row are cut by folding."""
_NOT_ALONE = frozenset(MARKS) | {"\u200d"}
_UNSPACED = re.compile(f"[{UNSPACED}]")
_EMOJI = re.compile(f"[{EMOJI}]")
_HANGUL = range(0xAC00, 0xD7A4)
_JAMO = range(0x1100, 0x1200)


@dataclass(frozen=True, slots=True)
class Block:
    """Texts side by side. `rows` says which text each segment holds; `first` its first word, and at last the end.

    `data` is UTF-8, padded; `starts` and `stops` are the places of each word in it.
    """

    data: Bytes
    starts: Places | Ids
    stops: Places | Ids
    first: Places
    rows: Places

    def word(self, place: int) -> str:
        """One word, folded."""
        said = self.data[self.starts[place] : self.stops[place]].tobytes()
        return said.decode("utf-8", "surrogatepass")


class Folded(NamedTuple):
    """Texts folded but not yet cut into words: bytes, what each byte is, where each text ends, and which it is."""

    data: Bytes
    kinds: Bytes
    ends: Places
    rows: Places


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


class Folder:
    """Folds texts. `then` is done to what `fold` gives, character by character: nothing, or `skeleton`."""

    def __init__(self, then: Callable[[str], str]) -> None:
        _keep_memory()
        self.then = then
        self.ascii = bytes(self._byte(code) for code in range(128)) + bytes(128 * [_SPACE])
        self.kind = np.zeros(0x110000, np.uint8)
        self.unspaced = np.zeros(0x110000, bool)
        self.start = np.zeros(0x110000, np.int32)
        self.size = np.zeros(0x110000, np.int32)
        self.point = np.zeros(0x110000, np.int64)
        self.quick = np.zeros(0x110000, np.uint64)
        self.step = np.full(0x110000, SLOW, np.uint8)
        self.flat = np.zeros(1, np.uint8)
        self.byte_kind = np.zeros(1, np.uint8)

    def block(self, texts: Sequence[str]) -> Block:
        """The texts as one block."""
        return cut(self.fold(texts))

    def fold(self, texts: Sequence[str], loops: Any = None) -> Folded:
        """The texts as folded bytes; their rows tell the order. `loops` are the compiled ones (core.spread)."""
        if loops is not None:
            return self._spread(list(texts), loops)  # a list that nobody else can change while it is read
        flags = list(map(str.isascii, texts))
        if all(flags):
            return self._plain(texts, np.arange(len(texts)))
        ascii_ = np.array(flags)
        parts = [self._plain(list(compress(texts, flags)), np.flatnonzero(ascii_))] if any(flags) else []
        return _joined([*parts, *self._others(list(compress(texts, map(not_, flags))), np.flatnonzero(~ascii_))])

    def _byte(self, code: int) -> int:
        char = self.then(chr(code).lower())
        return ord(char) if char.isalnum() or char == "_" else _SPACE

    def _plain(self, texts: Sequence[str], rows: Places) -> Folded:
        return _spaced("\n".join(texts).encode().translate(self.ascii), map(len, texts), rows)

    def _others(self, texts: list[str], rows: Places) -> list[Folded]:
        codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
        kinds = self.kind[codes]
        if (kinds == UNKNOWN).any():
            self._learn(np.unique(codes[kinds == UNKNOWN]))
            kinds = self.kind[codes]
        sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        ends = np.cumsum(sizes)
        hard = np.zeros(len(texts), bool)
        hard[np.searchsorted(ends, np.flatnonzero(kinds == NEIGHBOURS), "right")] = True
        marked = np.zeros(len(texts), bool)
        marked[np.searchsorted(ends, np.flatnonzero(kinds >= MARK), "right")] = True
        if marked.any():
            some = np.repeat(marked, sizes)[: len(codes)]
            bound = np.flatnonzero(self._crowded(codes[some], kinds[some]))
            hard[np.flatnonzero(marked)[np.searchsorted(np.cumsum(sizes[marked]), bound, "right")]] = True
        if not hard.any():
            return [self._alone(codes, sizes, rows)]
        parts = [self._one_by_one([texts[row] for row in np.flatnonzero(hard).tolist()], rows[hard])]
        if hard.all():
            return parts
        easy = codes[np.repeat(~hard, sizes)[: len(codes)]]
        return [self._alone(easy, sizes[~hard], rows[~hard]), *parts]

    def _spread(self, texts: list[str], loops: Any) -> Folded:
        """The same in one compiled loop; texts that must be folded alone stand last."""
        roomier, missing = 1, NEW_POINT
        while missing:
            table = FoldTable(self.point, self.flat, self.byte_kind, self.quick, self.step)
            data, kinds, ends, hard, missing = loops.spread(texts, table, plain=self.then is str, roomier=roomier)
            if missing == NEW_POINT:
                codes = np.unique(
                    np.frombuffer(" ".join([*texts, " "]).encode("utf-32-le", "surrogatepass"), np.uint32)
                )
                self._learn(codes[self.kind[codes] == UNKNOWN])
            elif missing == MORE_ROOM:
                roomier *= 2
        rows = np.arange(len(texts))
        if not hard.any():
            return Folded(data, kinds, ends, rows)
        alone = self._one_by_one([texts[row] for row in np.flatnonzero(hard).tolist()], rows[hard])
        return _joined([Folded(data, kinds, ends[~hard], rows[~hard]), alone])

    def _crowded(self, codes: NDArray[np.uint32], kinds: Bytes) -> NDArray[np.bool_]:
        """Where marks stand so that their neighbours matter: too many in a row, out of order, in unspaced scripts."""
        marks = kinds >= MARK
        unseen = (kinds == ALONE) & (self.size[codes] == 0)
        run = np.cumsum(marks | unseen)
        bound = np.zeros(len(codes), bool)
        bound[RUN:] = run[RUN:] - run[:-RUN] == RUN
        seen = np.flatnonzero(~unseen)
        bound[seen[1:]] |= (kinds[seen[1:]] == ORDERED) & (kinds[seen[:-1]] == ORDERED)
        bound[seen[1:]] |= marks[seen[1:]] & self.unspaced[codes[seen[:-1]]]
        return bound

    def _alone(self, codes: NDArray[np.uint32], sizes: Places, rows: Places) -> Folded:
        """Texts in which every character folds by itself, each with a separator after it but perhaps the last."""
        data, kinds, after = unfold(codes, self.start, self.size, self.flat, self.byte_kind)
        return Folded(data, kinds, after[np.minimum(np.cumsum(sizes), len(codes)) - 1] + 1, rows)

    def _one_by_one(self, texts: list[str], rows: Places) -> Folded:
        said = [encoded(self.then(" ".join(tokens(fold(text))))) for text in texts]
        return _spaced(b" ".join(said), map(len, said), rows)

    def _learn(self, codes: NDArray[np.uint32]) -> None:
        """Fill the table for code points that were not met before."""
        flat, kinds, place = [self.flat], [self.byte_kind], len(self.flat)
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
        self.flat, self.byte_kind = np.concatenate(flat), np.concatenate(kinds)
        self._point(codes)

    def _point(self, codes: NDArray[np.uint32]) -> None:
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


def _keep_memory() -> None:
    """Let the C library keep what is freed: otherwise each block's arrays are given back and fetched from the system.

    glibc (mallopt(3), M_MMAP_THRESHOLD) learns from the largest piece that was freed; this one is never written to.
    """
    np.empty(31 << 20, np.uint8)


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
        if _UNSPACED.match(char) or (_EMOJI.match(char) and not re.match(r"\w", char)):
            piece = encoded(char)
            kinds += [SINGLE, *([REST] * (len(piece) - 1))]
        elif re.match(r"\w", char):
            piece = encoded(char)
            kinds += [WORD] * len(piece)
        else:
            piece = b" "
            kinds.append(SEPARATOR)
        data += piece
    return data, kinds


def unfold(
    codes: NDArray[np.uint32], start: Ids, size: Ids, flat: Bytes, byte_kind: Bytes
) -> tuple[Bytes, Bytes, Places]:
    """Folded bytes of code points, what each byte is, and how many bytes there are up to each code point's end."""
    sizes = size[codes].astype(np.int64)
    after = np.cumsum(sizes)
    source = np.repeat(start[codes] - (after - sizes), sizes) + np.arange(after[-1] if len(after) else 0)
    data = np.full(1 + len(source) + PAD, _SPACE, np.uint8)
    kinds = np.zeros(1 + len(source) + PAD, np.uint8)
    data[1 : 1 + len(source)] = flat[source]
    kinds[1 : 1 + len(source)] = byte_kind[source]
    return data, kinds, after


def cut(folded: Folded) -> Block:
    """Folded texts cut into words."""
    now, before = folded.kinds[1:], folded.kinds[:-1]
    if folded.kinds.max(initial=SEPARATOR) == WORD:
        turns = np.flatnonzero(now != before) + 1
        starts, stops = turns[0::2], turns[1::2]
    else:
        starts = np.flatnonzero((now == SINGLE) | ((now == WORD) & (before != WORD))) + 1
        stops = np.flatnonzero(((before == WORD) & (now != WORD)) | ((before >= SINGLE) & (now != REST))) + 1
    first = np.zeros(len(folded.rows) + 1, np.int64)
    first[1:] = np.searchsorted(starts, folded.ends)
    return Block(folded.data, starts, stops, first, folded.rows)


def _spaced(said: bytes, sizes: Iterable[int], rows: Places) -> Folded:
    """Texts, each followed by a byte between words, of which every byte that is no space is of a word."""
    data = np.frombuffer(b" " + said + b" " * PAD, np.uint8)
    return Folded(data, (data != _SPACE).view(np.uint8), _ends(sizes, len(rows)), rows)


def _ends(sizes: Iterable[int], count: int) -> Places:
    """Where each of so many texts ends, with one byte before the first and one after each."""
    return np.cumsum(np.fromiter(sizes, np.int64, count) + 1) + 1


def _joined(parts: list[Folded]) -> Folded:
    """Several foldings as one."""
    if len(parts) == 1:
        return parts[0]
    shifts = np.cumsum([0, *(len(part.data) for part in parts)])
    return Folded(
        np.concatenate([part.data for part in parts]),
        np.concatenate([part.kinds for part in parts]),
        np.concatenate([part.ends + shift for part, shift in zip(parts, shifts, strict=False)]),
        np.concatenate([part.rows for part in parts]),
    )


@lru_cache(maxsize=1)
def folder() -> Folder:
    """Folds as `core.text.fold` does."""
    return Folder(str)


@lru_cache(maxsize=1)
def alike() -> Folder:
    """Folds, and then sees lookalikes as the letter that they look like."""
    return Folder(skeleton)
