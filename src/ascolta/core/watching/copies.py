"""Which posts are near-copies of each other? MinHash over pairs of words, in bounded memory.

A post is the set of its pairs of neighbouring words, folded, without links, accounts and numbers. The share of equal
minima of 24 hashes estimates how much of their pairs two posts have in common (Broder 1997, "On the resemblance and
containment of documents"); only those that agree in one of eight bands of three are compared (Indyk & Motwani 1998).
The hashes are keyed, so what is remembered of a post tells nothing to anybody without the key.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ascolta.core import text as words

HASHES, BANDS = 24, 12
"""Minima that are kept of a post, and in how many bands they lie."""

ALIKE = 0.4
"""The share of equal minima from which on two posts are near-copies."""

LEAST, MOST = 5, 120
"""A post of fewer different pairs is nobody's copy: many people say "thank you so much". Of more, the rest is left."""

_ACCOUNT = re.compile(r"@[\w.\-@]+")
_NUMBER = re.compile(r"\d+")

Minima = NDArray[np.uint64]


def _fixed(sign: bytes) -> Minima:
    """Odd numbers that are always the same."""
    drawn = (hashlib.blake2b(sign + bytes([n]), digest_size=8).digest() for n in range(HASHES))
    return np.array([int.from_bytes(one, "big") | 1 for one in drawn], np.uint64)


_TIMES, _PLUS = _fixed(b"times"), _fixed(b"plus")
"""Multiply-add hashing modulo 2^64 (Dietzfelbinger 1996)."""


def minima(text: str, key: bytes) -> Minima | None:
    """What is compared of a post; None for one that is too short."""
    folded = _NUMBER.sub("0", _ACCOUNT.sub(" ", words.fold(words.bare(text))))
    said = words.tokens(folded)
    pairs = dict.fromkeys(pairwise(said))
    if len(pairs) < LEAST:
        return None
    hashed = [
        hashlib.blake2b(f"{one} {other}".encode("utf-8", "surrogatepass"), digest_size=8, key=key).digest()
        for one, other in list(pairs)[:MOST]
    ]
    found = np.frombuffer(b"".join(hashed), np.uint64)
    least: Minima = (found[:, None] * _TIMES + _PLUS).min(axis=0)
    return least


@dataclass(slots=True)
class _Group:
    """Posts that are near-copies of the first of them: how many are left, its minima and where they are looked up."""

    first: Minima
    bands: list[bytes]
    left: int = 1


class Copies:
    """Groups of near-copies among the posts that are in sight. `key` (up to 64 bytes) is nobody else's."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._groups: dict[int, _Group] = {}
        self._bands: dict[bytes, int] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, text: str) -> int | None:
        """The number of the group that a post belongs to; None for one that is too short to be anybody's copy."""
        found = minima(text, self._key)
        if found is None:
            return None
        size = HASHES // BANDS
        bands = [bytes([n]) + found[size * n : size * (n + 1)].tobytes() for n in range(BANDS)]
        for number in dict.fromkeys(self._bands[band] for band in bands if band in self._bands):
            group = self._groups[number]
            if np.count_nonzero(group.first == found) >= ALIKE * HASHES:
                group.left += 1
                return number
        self._next += 1
        self._groups[self._next] = _Group(found, [band for band in bands if band not in self._bands])
        self._bands.update(dict.fromkeys(self._groups[self._next].bands, self._next))
        return self._next

    def leave(self, numbers: Iterable[int]) -> None:
        """Posts of these groups are out of sight."""
        for number in numbers:
            group = self._groups[number]
            group.left -= 1
            if not group.left:
                del self._groups[number]
                for band in group.bands:
                    del self._bands[band]
