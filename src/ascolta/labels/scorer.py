"""The learned scorer at run time: words and pairs of words in, numbers for every label out. Needs numpy only.

A post's number for a label is the sum of the weights of its words, divided by their length as a vector, plus the same
for its pairs of words, plus the weights of its flags. A word's own sum is kept once made. What a row of the table means
is known by a 32-bit hash; a feature that was not seen in training has no row and adds nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ascolta.core.label import Ask
from ascolta.labels.features import NONE, Hashes, Numbers, features, pairs, word_hash
from ascolta.labels.outputs import WIDTH
from ascolta.labels.words import FLAGS, Said, cut

Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[Any]]

WEIGHTS = Path(__file__).parent / "weights"
MOST_WORDS = 200_000
"""Words whose sums are kept; when there are more, all are made anew."""

PAIRS_COUNT = 0.7
"""How long the vector of pairs is beside that of words."""

_BITS = 20
_MASK = np.uint64((1 << _BITS) - 1)
_FAR = np.uint64(12)


_EIGHT = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.float32)
_SQUARES: Floats = _EIGHT * np.abs(_EIGHT)
"""What each whole number of eight bits stands for: its square with its sign, so that small weights are told finely."""

AT_ONCE = 8_192
"""Rows of weights that are read together: to read all of them at once takes the room of all twice."""


@dataclass(frozen=True, slots=True)
class Index:
    """From a feature's hash to its row; row 0 stands for no feature."""

    hashes: Hashes
    near: npt.NDArray[np.int32]
    far: npt.NDArray[np.int32]

    @classmethod
    def of(cls, hashes: npt.NDArray[Any]) -> "Index":
        """The index of features whose rows are 1, 2, 3 … in the order of `hashes`."""
        known = np.concatenate([np.array([NONE + np.uint64(1)]), hashes.astype(np.uint64)])
        rows = np.arange(1, len(known), dtype=np.int32)
        near, far = np.zeros(1 << _BITS, dtype=np.int32), np.zeros(1 << _BITS, dtype=np.int32)
        near[known[1:] & _MASK] = rows
        missed = rows[near[known[1:] & _MASK] != rows]
        far[known[missed] >> _FAR & _MASK] = missed
        return cls(known, near, far)

    def rows(self, hashes: Hashes) -> Numbers:
        """The row of each feature, 0 for those that are not known."""
        found: Numbers = self.near[hashes & _MASK].astype(np.int64)
        wrong = np.flatnonzero(self.hashes[found] != hashes)
        other = self.far[hashes[wrong] >> _FAR & _MASK]
        found[wrong] = np.where(self.hashes[other] == hashes[wrong], other, 0)
        return found


class Words:
    """Words by number, each with its sum of weights, its squared length and its hash; made when a word is first met."""

    def __init__(self, index: Index, table: Floats) -> None:
        self.index, self.table = index, table
        self.forget()

    def forget(self) -> None:
        """Start anew with no words."""
        self.numbers: dict[str, int] = {}
        self.sums = np.zeros((1024, self.table.shape[1]), dtype=np.float32)
        self.hashes = np.zeros(1024, dtype=np.uint64)

    def number(self, texts: Sequence[Said]) -> tuple[Numbers, Numbers]:
        """The numbers of all words of some texts, end to end, and where each text starts."""
        if len(self.numbers) > MOST_WORDS:
            self.forget()
        sizes = np.array([len(said.words) for said in texts], dtype=np.int64)
        flat = [word for said in texts for word in said.words]
        found = list(map(self.numbers.get, flat))
        if None in found:
            self._learn(list(dict.fromkeys(word for word, number in zip(flat, found, strict=True) if number is None)))
            found = list(map(self.numbers.get, flat))
        return np.array(found, dtype=np.int64), np.cumsum(sizes) - sizes

    def _learn(self, new: list[str]) -> None:
        start = len(self.numbers)
        self._grow(start + len(new))
        known = [features(word) for word in new]
        sizes = np.array([len(found) for found in known], dtype=np.int64)
        rows = self.index.rows(np.array([one for found in known for one in found], dtype=np.uint64))
        place = slice(start, start + len(new))
        self.sums[place] = np.add.reduceat(self.table[rows], np.cumsum(sizes) - sizes, axis=0)
        self.hashes[place] = [word_hash(word) for word in new]
        self.numbers.update((word, start + count) for count, word in enumerate(new))

    def _grow(self, size: int) -> None:
        if size > len(self.sums):
            more = max(size, 2 * len(self.sums)) - len(self.sums)
            self.sums = np.concatenate([self.sums, np.zeros((more, self.sums.shape[1]), dtype=np.float32)])
            self.hashes = np.concatenate([self.hashes, np.zeros(more, dtype=np.uint64)])


class Scorer:
    """The weights, ready to read posts. The table's first column holds each feature's squared length."""

    def __init__(self, arrays: Arrays, card: dict[str, Any]) -> None:
        self.card = card
        self.index = Index.of(arrays["hashes"])
        self.flags, self.bias = arrays["flags"].astype(np.float32), arrays["bias"].astype(np.float32)
        self.table: Floats = np.zeros((len(arrays["hashes"]) + 1, len(self.bias) + 1), dtype=np.float32)
        for start in range(0, len(arrays["table"]), AT_ONCE):
            some = arrays["table"][start : start + AT_ONCE].view(np.uint8)
            self.table[start + 1 : start + 1 + len(some), 1:] = _SQUARES[some] * arrays["scale"]
        self.table[1:, 0] = arrays["rarity"].astype(np.float32) ** 2
        self.words = Words(self.index, self.table)

    def score(self, asks: Sequence[Ask]) -> Floats:
        """The numbers of each post, a column for each output."""
        return self.score_said([cut(ask) for ask in asks])

    def score_said(self, texts: Sequence[Said], width: int = WIDTH) -> Floats:
        """The numbers of texts that are already cut into words, for the first `width` outputs."""
        numbers, starts = self.words.number(texts)
        own = np.add.reduceat(self.words.sums[:, : width + 1][numbers], starts, axis=0)
        two = np.add.reduceat(self._pairs(numbers, starts, width + 1), starts, axis=0)
        scores: Floats = np.divide(own[:, 1:], np.sqrt(np.maximum(own[:, :1], 1e-6)), dtype=np.float32)
        scores += two[:, 1:] * (np.float32(PAIRS_COUNT) / np.sqrt(np.maximum(two[:, :1], 1e-6)))
        scores += told(texts) @ self.flags[:, :width]
        scores += self.bias[:width]
        return scores

    def _pairs(self, numbers: Numbers, starts: Numbers, width: int) -> Floats:
        """For each word, the sum of the rows of the pairs that begin with it."""
        near, *others = pairs(self.words.hashes[numbers], starts)
        table = self.table[:, :width]
        found: Floats = table[self.index.rows(near)]
        for other in others:
            rows = self.index.rows(other)
            known = np.flatnonzero(rows)
            found[known] += table[rows[known]]
        return found


def told(texts: Sequence[Said]) -> Floats:
    """The flags of texts as columns of 0 and 1."""
    bits = np.array([said.flags for said in texts], dtype=np.int64)
    return (bits[:, None] >> np.arange(len(FLAGS)) & 1).astype(np.float32)


def load(folder: Path, name: str = "words") -> Scorer:
    """The scorer in a folder: NAME.npz and its card NAME.json."""
    card: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        return Scorer(dict(arrays), card)


@lru_cache(maxsize=1)
def shipped() -> Scorer:
    """The scorer that ships beside this file."""
    return load(WEIGHTS)
