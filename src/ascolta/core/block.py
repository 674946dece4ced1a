"""Texts made comparable many at a time: folded to bytes, side by side, with the place of every word.

What `core.text` says of one text is done here for thousands in a few array operations, with the same outcome. ASCII
needs one table of bytes. Any other character needs one of code points (core.points), filled as they arrive, for all
whose folding does not depend on their neighbours; texts with others (most combining marks, loose Hangul) are folded one
by one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ascolta.core.lists import Ids, Places
from ascolta.core.others import Others, put_down
from ascolta.core.points import MORE_ROOM, NEW_POINT, PAD, REST, SEPARATOR, SINGLE, SPACE, WORD, Bytes, Points, encoded
from ascolta.core.points import FoldTable as FoldTable  # loops that an earlier version compiled ask for it here
from ascolta.core.text import fold, tokens
from ascolta.core.word import skeleton


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


class Folder:
    """Folds texts. `then` is done to what `fold` gives, character by character: nothing, or `skeleton`."""

    def __init__(self, then: Callable[[str], str]) -> None:
        _keep_memory()
        self.then = then
        self.ascii = bytes(self._byte(code) for code in range(128)) + bytes(range(128, 256))
        self.points = Points(then)

    def block(self, texts: Sequence[str]) -> Block:
        """The texts as one block."""
        return cut(self.fold(texts))

    def fold(self, texts: Sequence[str], loops: Any = None) -> Folded:
        """The texts as folded bytes; their rows tell the order. `loops` are the compiled ones (core.spread)."""
        if loops is not None:
            return self._spread(list(texts), loops)  # a list that nobody else can change while it is read
        said = "\n".join(texts)
        folded = _spaced(encoded(said).translate(self.ascii), map(len, texts), np.arange(len(texts)))
        if said.isascii():
            return folded
        data, kinds, ends, odd = put_down(
            Others.of(said, folded.ends - 1, self.points), self.points, folded.data, folded.kinds
        )
        easy = Folded(data, kinds, ends, np.flatnonzero(~odd))
        return _joined([easy, self._one_by_one(texts, np.flatnonzero(odd))]) if odd.any() else easy

    def _byte(self, code: int) -> int:
        char = self.then(chr(code).lower())
        return ord(char) if char.isalnum() else SPACE

    def _spread(self, texts: list[str], loops: Any) -> Folded:
        """The same in one compiled loop; texts that must be folded alone stand last."""
        roomier, missing = 1, NEW_POINT
        while missing:
            table = self.points.table()
            data, kinds, ends, hard, missing = loops.spread(texts, table, plain=self.then is str, roomier=roomier)
            if missing == NEW_POINT:
                codes = " ".join([*texts, " "]).encode("utf-32-le", "surrogatepass")
                self.points.meet(np.frombuffer(codes, np.uint32))
            elif missing == MORE_ROOM:
                roomier *= 2
        rows = np.arange(len(texts))
        if not hard.any():
            return Folded(data, kinds, ends, rows)
        return _joined([Folded(data, kinds, ends[~hard], rows[~hard]), self._one_by_one(texts, rows[hard])])

    def _one_by_one(self, texts: Sequence[str], rows: Places) -> Folded:
        said = [encoded(self.then(" ".join(tokens(fold(texts[row]))))) for row in rows.tolist()]
        return _spaced(b" ".join(said), map(len, said), rows)


def _keep_memory() -> None:
    """Let the C library keep what is freed: otherwise each block's arrays are given back and fetched from the system.

    glibc (mallopt(3), M_MMAP_THRESHOLD) learns from the largest piece that was freed; this one is never written to.
    """
    np.empty(31 << 20, np.uint8)


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
    data = np.full(1 + len(said) + PAD, SPACE, np.uint8)
    data[1 : 1 + len(said)] = np.frombuffer(said, np.uint8)
    ends = np.cumsum(np.fromiter(sizes, np.int64, len(rows)) + 1) + 1
    return Folded(data, (data != SPACE).view(np.uint8), ends, rows)


def _joined(parts: list[Folded]) -> Folded:
    """Several foldings as one."""
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
