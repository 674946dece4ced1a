"""Words looked up thousands at a time: an open hash table over keys of eight bytes.

The first eight bytes of a word are its key as they are; longer words mix in the rest, and are compared again when
found, so that the answer is exact and rests on no luck. The method is linear probing (Knuth, TAOCP 3, 6.4), in array
steps.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ascolta.core.block import Block
from ascolta.core.lists import Ids, Places
from ascolta.core.points import PAD

Keys = NDArray[np.uint64]

WHOLE = (1 << 64) - 1
MASK = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
MIX = 0x9E3779B97F4A7C15
SPREAD = 0xD6E8FEB86659FD93
INLINE = 16
"""Bytes of words that are told apart by their slot alone."""

READ = 64
"""Bytes of a word that its key is made of; words that agree so far are told apart by comparing them."""


def eights(data: NDArray[np.uint8]) -> Keys:
    """Eight bytes from every place of a block's data."""
    return np.ndarray((len(data) - PAD + 8,), "<u8", data.data, strides=(1,))


def keys(words: Keys, starts: Places | Ids, sizes: Places | Ids) -> Keys:
    """The key of every word that begins at `starts` and has `sizes` bytes."""
    found: Keys = words[starts] & MASK[np.minimum(sizes, 8)]
    rest = np.flatnonzero(sizes > 8)
    done = 8
    while len(rest) and done < READ:
        piece = words[starts[rest] + done] & MASK[np.minimum(sizes[rest] - done, 8)]
        found[rest] = (found[rest] * np.uint64(MIX)) ^ piece
        done += 8
        rest = rest[sizes[rest] > done]
    return found


def key(word: bytes) -> int:
    """The key of one word, as `keys` makes it."""
    found = int.from_bytes(word[:8], "little")
    for done in range(8, min(len(word), READ), 8):
        found = (found * MIX & WHOLE) ^ int.from_bytes(word[done : done + 8], "little")
    return found


FILTER = 17
"""Bits of a key's hash by which most words that are not in a table are told apart without looking at it."""


def _filtered(found: Keys) -> Keys:
    """FILTER bits of each key's hash."""
    hashed: Keys = (found * np.uint64(SPREAD)) >> np.uint64(64 - FILTER)
    return hashed


class Lookup(NamedTuple):
    """A table as arrays.

    By slot four numbers: a key; `id << 8 | size` (at most 255); the second eight bytes, which with the key tell a word
    of up to INLINE bytes from all others; and where all its bytes are in `flat`, which is padded. `maybe` holds a bit
    for each hash of FILTER bits that some key has.
    """

    slots: Keys
    shift: int
    maybe: NDArray[np.uint8]
    flat: NDArray[np.uint8]


class Table:
    """Ids of words. Words are added one by one and looked up in arrays."""

    _sizes: Places | None
    _numbers: Ids | None
    _begins: Places | None
    _flat: NDArray[np.uint8] | None
    _maybe: NDArray[np.bool_] | None
    _lookup: Lookup | None

    def __init__(self) -> None:
        self.words: list[bytes] = []
        self.ids: list[int] = []
        self._bits = 8
        self._forget()
        self._clear()

    def __len__(self) -> int:
        return len(self.words)

    def add(self, word: bytes, number: int) -> bool:
        """Give a word an id of 0 or more. False if it cannot be told from another of the same key and is left out."""
        if len(self.words) * 5 >= len(self.keys) * 2:
            self._bits += 1
            self._clear()
            for place, known in enumerate(self.words):
                self._put(key(known), place)
        if not self._put(key(word), len(self.words)):
            return False
        self.words.append(word)
        self.ids.append(number)
        self._forget()
        return True

    def find(self, block: Block) -> Ids:
        """The id of each word of a block; -1 where there is none."""
        words, sizes = eights(block.data), block.stops - block.starts
        asked = keys(words, block.starts, sizes)
        some = np.flatnonzero(self.maybe[_filtered(asked)])
        places = self._probe(asked[some])
        found = np.full(len(sizes), -1, np.int32)
        known = np.flatnonzero(places >= 0)
        at, hits = places[known], some[known]
        sizes = sizes[hits]
        same = sizes == self.sizes[at]
        begin, known_words, done = block.starts[hits], eights(self.flat), 8
        long = np.flatnonzero(same & (sizes > done))
        while len(long):
            differ = words[begin[long] + done] ^ known_words[self.begins[at[long]] + done]
            alike = differ & MASK[np.minimum(sizes[long] - done, 8)] == 0
            same[long] = alike
            done += 8
            long = long[alike & (sizes[long] > done)]
        found[hits[same]] = self.numbers[at[same]]
        return found

    def begin(self, looked_for: Keys) -> Ids:
        """The id of each key of at most eight bytes; -1 where there is none."""
        places = self._probe(looked_for)
        return np.where(places >= 0, self.numbers[places], -1)

    @property
    def maybe(self) -> NDArray[np.bool_]:
        """By hash of FILTER bits whether some key has it."""
        if self._maybe is None:
            self._maybe = np.zeros(1 << FILTER, bool)
            self._maybe[_filtered(self.keys[self.places >= 0])] = True
        return self._maybe

    @property
    def sizes(self) -> Places:
        """How many bytes each word has, by place."""
        if self._sizes is None:
            self._sizes = np.array([len(word) for word in self.words] or [0], np.int64)
        return self._sizes

    @property
    def flat(self) -> NDArray[np.uint8]:
        """The bytes of all words, padded."""
        if self._flat is None:
            self._flat = np.frombuffer(b"".join([*self.words, bytes(PAD)]), np.uint8)
        return self._flat

    @property
    def begins(self) -> Places:
        """Where in `flat` each word begins, by place."""
        if self._begins is None:
            self._begins = np.cumsum(self.sizes) - self.sizes
        return self._begins

    @property
    def numbers(self) -> Ids:
        """The id of each word, by place."""
        if self._numbers is None:
            self._numbers = np.array(self.ids or [-1], np.int32)
        return self._numbers

    def slots(self) -> tuple[Keys, Ids, int]:
        """By slot, keys and ids (-1 where it is empty), and the shift that gives a key's first slot."""
        return self.keys, np.where(self.places >= 0, self.numbers[self.places], np.int32(-1)), 64 - self._bits

    def lookup(self) -> Lookup:
        """The table as arrays."""
        if self._lookup is None:
            taken = self.places >= 0
            known = (self.numbers.astype(np.int64) << 8 | np.minimum(self.sizes, 255)).astype(np.uint64)
            second = eights(self.flat)[np.minimum(self.begins + 8, len(self.flat) - PAD)]
            second &= MASK[np.clip(self.sizes - 8, 0, 8)]
            slots = np.zeros((len(self.places), 4), np.uint64)
            each = np.column_stack([known, second, self.begins.astype(np.uint64)])
            slots[taken, 0], slots[taken, 1:] = self.keys[taken], each[self.places[taken]]
            maybe = np.packbits(self.maybe, bitorder="little")
            self._lookup = Lookup(slots, 64 - self._bits, maybe, self.flat)
        return self._lookup

    def _forget(self) -> None:
        """Make all arrays anew when they are asked for."""
        self._sizes = self._numbers = self._begins = self._flat = self._maybe = self._lookup = None

    def _clear(self) -> None:
        self.keys = np.zeros(1 << self._bits, np.uint64)
        self.places = np.full(1 << self._bits, -1, np.int32)

    def _put(self, key: int, place: int) -> bool:
        if not key:
            return False
        mask = len(self.keys) - 1
        slot = (key * SPREAD & WHOLE) >> (64 - self._bits)
        while self.places[slot] >= 0:
            if int(self.keys[slot]) == key:
                return False
            slot = (slot + 1) & mask
        self.keys[slot], self.places[slot] = key, place
        return True

    def _probe(self, looked_for: Keys) -> Ids:
        slots = ((looked_for * np.uint64(SPREAD)) >> np.uint64(64 - self._bits)).astype(np.int64)
        met = self.keys[slots]
        found: Ids = np.where(met == looked_for, self.places[slots], np.int32(-1))
        open_ = np.flatnonzero((met != looked_for) & (met != 0))
        while len(open_):
            at = (slots[open_] + 1) & (len(self.keys) - 1)
            slots[open_] = at
            met = self.keys[at]
            hit = met == looked_for[open_]
            found[open_[hit]] = self.places[at[hit]]
            open_ = open_[~hit & (met != 0)]
        return found
