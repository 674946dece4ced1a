"""Examples as rows of numbers, by the very features that the labeller reads at run time (labels/words.py)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ascolta.core.label import Ask
from ascolta.core.text import fold
from ascolta.labels.features import NONE, Hashes, Numbers, features, pairs, word_hash
from ascolta.labels.scorer import PAIRS_COUNT, Floats, told
from ascolta.labels.words import cut
from ascolta.training.examples import Example

Matrix = Any
"""A sparse matrix of scipy, which has no types."""

FLAGS_COUNT = 0.3
"""How much a flag counts beside a post's words, which have length 1 together."""

_LEADING = re.compile(r"[ .]*@(\w[\w.\-]*)")


@dataclass(frozen=True, slots=True)
class Features:
    """The features that have a row: their hashes, sorted, and how rare each is, from 0 (in every post) up."""

    hashes: Hashes
    rarity: Floats


@dataclass(frozen=True, slots=True)
class Counted:
    """Posts as counts of all their features, of words and of pairs, and their flags."""

    hashes: Hashes
    words: Matrix
    pairs: Matrix
    flags: Floats

    def choose(self, rows: Numbers, least: int, most: int) -> Features:
        """The features that stand in at least `least` of the posts in `rows`; the most common, if more than `most`."""
        here = _in_posts(self.words[rows]) + _in_posts(self.pairs[rows])
        if (here >= least).sum() > most:
            least = int(np.sort(here)[-most]) + 1
        kept = np.flatnonzero(here >= least)
        return Features(self.hashes[kept], np.log((len(rows) + 1) / here[kept]).astype(np.float32))

    def rows(self, chosen: Features) -> Matrix:
        """The posts by the chosen features alone, weighed by rarity and set to length, then their flags."""
        kept = np.searchsorted(self.hashes, chosen.hashes)
        words = _to_length(self.words[:, kept], chosen.rarity)
        two = _to_length(self.pairs[:, kept], chosen.rarity)
        return sparse.hstack([words + two * PAIRS_COUNT, sparse.csr_matrix(self.flags * FLAGS_COUNT)]).tocsr()


def ask(example: Example) -> Ask:
    """What the labeller would be asked; of a text without a brand, an account named first is taken for the brand's."""
    handles = example.handles
    leading = None if handles or example.names else _LEADING.match(example.text)
    if leading is not None:
        handles = (fold(leading[1]).rstrip(".-"),)
    return Ask(
        text=example.text,
        handles=handles,
        names=example.names,
        language=example.language,
        is_reply=example.is_reply,
    )


def count(examples: Sequence[Example]) -> Counted:
    """The features of examples, counted."""
    said = [cut(ask(example)) for example in examples]
    vocabulary: dict[str, int] = {}
    flat = np.array([vocabulary.setdefault(word, len(vocabulary)) for text in said for word in text.words])
    ends = np.concatenate([[0], np.cumsum([len(text.words) for text in said])])
    own = [features(word) for word in vocabulary]
    two, owners = _pairs_of(vocabulary, flat, ends)
    listed = np.fromiter(chain.from_iterable(own), dtype=np.uint64)
    hashes, places = np.unique(np.concatenate([listed, two]), return_inverse=True)
    starts = np.concatenate([[0], np.cumsum([len(found) for found in own])])
    by_word = _counts(places[: len(listed)], starts, len(hashes))
    by_text = sparse.csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=(len(said), len(own)))
    by_pair = (np.ones(len(owners), np.float32), (owners, places[len(listed) :]))
    found = sparse.csr_matrix(by_pair, shape=(len(said), len(hashes)))
    return Counted(hashes, (by_text @ by_word).tocsr(), found, told(said))


def _pairs_of(vocabulary: dict[str, int], flat: Numbers, ends: Numbers) -> tuple[Hashes, Numbers]:
    """The hash of each pair of words, and the number of the text in which it stands."""
    hashes = np.array([word_hash(word) for word in vocabulary], dtype=np.uint64)[flat]
    kinds = pairs(hashes, ends[:-1])
    owners = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    found, whose = np.concatenate(kinds), np.tile(owners, len(kinds))
    return found[found != NONE], whose[found != NONE]


def _counts(places: Numbers, starts: Numbers, width: int) -> Matrix:
    made = sparse.csr_matrix((np.ones(len(places), np.float32), places, starts), shape=(len(starts) - 1, width))
    made.sum_duplicates()
    return made


def _in_posts(counts: Matrix) -> npt.NDArray[np.int64]:
    return np.bincount(counts.indices[counts.data > 0], minlength=counts.shape[1])


def _to_length(counts: Matrix, rarity: Floats) -> Matrix:
    """Counts weighed by rarity, divided by the length that the labeller finds word by word."""
    length = np.sqrt(np.maximum(counts @ (rarity**2), 1e-6))
    return sparse.diags(1 / length) @ counts @ sparse.diags(rarity)
