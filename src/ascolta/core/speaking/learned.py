"""What was learned of replies: how much a sentence is like those that watch, presume, hurt, blame or promise.

The lists of phrases know the usual turns; people find others. So the sentences of many replies, good and bad, were
weighed (`ascolta.training.replies`): a logistic regression for each fault over the traits of a sentence, where of a
reply with a fault the sentence that shows it most is the one that is learned from (multiple-instance learning, after
Andrews, Tsochantaridis & Hofmann 2003). The same sentence in the same talk is always weighed the same.

A reply that weighs enough is blocked, though no rule has found anything in it. Where a rule that is often wrong has
found something and the reply weighs too little, the finding only warns.
"""

import math
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat
from operator import mul
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ascolta.core.saying import mark
from ascolta.core.speaking.families import families
from ascolta.core.speaking.grounded import NAME, PERSONAL, SPELLED, TIME
from ascolta.core.speaking.grounds import Grounds
from ascolta.core.speaking.manners import BLAME, LAUGHS, THREAT
from ascolta.core.speaking.promises import PROMISE, WHEN
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding, Severity
from ascolta.core.speaking.traits import Reader, Sentence, Trait
from ascolta.core.speaking.watching import WATCHING

FAULTS = ("watching", "personal-fact", "sensitive", "blame", "unapproved", "public-data", "asks-in-public")
"""What was learned; each by the name of the rule that it breaks."""

DOUBTED = {
    PERSONAL: 1.5, TIME: 2.0, NAME: 2.0, SPELLED: 1.0, PROMISE: 1.25, WHEN: 1.25, BLAME: 1.0, THREAT: 1.0, LAUGHS: 1.0,
    WATCHING: 4.0,
}  # fmt: skip
"""Findings for these reasons only warn where the reply weighs so much less than what would block it by itself; what is
found for any other reason is sure."""

FEWEST, SHORT = 6, 10
"""A sentence of fewer words is too short to be blocked by its weight alone; a reply of fewer to be cleared by it."""

_WHY = {
    "watching": mark(
        "the whole of it is like what shows that we watched; no list knows these words, so read them with care"
    ),
    "personal-fact": mark(
        "the whole of it is like what presumes something of the person that this talk has not said; "
        "no list knows these words, so read them with care"
    ),
    "sensitive": mark(
        "the whole of it is like what touches in public on a matter that is the person's own; "
        "no list knows these words, so read them with care"
    ),
    "blame": mark(
        "the whole of it is like what blames, doubts or mocks the person; "
        "no list knows these words, so read them with care"
    ),
    "unapproved": mark(
        "the whole of it is like what promises or states what no approved fact says; "
        "no list knows these words, so read them with care"
    ),
    "public-data": mark(
        "the whole of it is like what shows personal data in public; no list knows these words, so read them with care"
    ),
    "asks-in-public": mark(
        "the whole of it is like what asks for personal data where everybody can read the answer; "
        "no list knows these words, so read them with care"
    ),
}


class Weighed(NamedTuple):
    """How bad a reply is (above 0 it is rather bad), the sentence that weighs most, and the fault it shows most."""

    score: float
    sentence: int
    fault: str


_FIELDS = struct.Struct(f"<{len(FAULTS) + 2}q")
_WIDTH = 64
_ZEROS = sum(1 << _WIDTH * place + _WIDTH - 1 for place in range(len(FAULTS) + 2))
"""Whole numbers in one: how they are read, how many bits each has, and what is added so that none is below 0."""

_ONE = 1 << _WIDTH * (len(FAULTS) + 1)
"""A trait that is worth nothing, but counts."""

_FINE = 1 << 32
"""Parts of one in which signs are counted, so that they are whole numbers, too."""


@dataclass(frozen=True, slots=True)
class Weights:
    """By trait what it is `worth`: its rows in `table` (rows × FAULTS) and in `signs`, and one for itself.

    These are whole numbers of 64 bits in one long number, so that one sum adds all of them. A sentence's score of a
    fault is its sum in the table, times `scale`, by the root of how many traits it has, plus `bias`. A reply's is its
    highest scores, times `by_fault`, plus the sum of its signs, plus `start`.
    """

    worth: dict[Trait, int]
    table: npt.NDArray[np.int8]
    scale: tuple[float, ...]
    bias: tuple[float, ...]
    by_fault: tuple[float, ...]
    start: float

    def each(self, traits: Iterable[Trait]) -> Iterator[int]:
        """What each trait is worth."""
        return map(self.worth.get, traits, repeat(_ONE))

    def lot(self, traits: Iterable[Trait]) -> int:
        """What traits are worth together."""
        return sum(self.each(traits))

    def weigh(self, sentences: Sequence[Sentence[Trait]]) -> Weighed:
        """A reply of at least one sentence."""
        return self.judge([self.lot(one.traits) for one in sentences])

    def judge(self, sums: Sequence[int]) -> Weighed:
        """A reply by what the traits of its sentences are worth."""
        total, scores, scaled = self.start, list[list[float]](), tuple(zip(self.scale, self.bias, strict=True))
        for one in sums:
            *counted, signs, long = _FIELDS.unpack(((one + _ZEROS) ^ _ZEROS).to_bytes(_FIELDS.size, "little"))
            total += signs / _FINE
            root = 1 / math.sqrt(long)
            scores.append([count * scale * root + bias for count, (scale, bias) in zip(counted, scaled, strict=True)])
        highest = scores[0] if len(scores) == 1 else list(map(max, zip(*scores, strict=True)))
        counts = list(map(mul, highest, self.by_fault))
        fault = counts.index(max(counts))
        at = next(at for at, row in enumerate(scores) if row[fault] == highest[fault]) if len(scores) > 1 else 0
        return Weighed(total + sum(counts), at, FAULTS[fault])


def weighed(said: Said, ground: Grounds, found: list[Finding]) -> list[Finding]:
    """What was found, as the weights bear it out, and what they find beside it; not asked where all is sure."""
    sure = found and _blocks(one for one in found if one.why not in DOUBTED)
    sentences = [] if sure or len(said.words) < FEWEST else _reader(said.language).sentences(said, ground, found)
    if not sentences:
        return found
    score, at, rule = weights().judge([sum(one.traits) for one in sentences])
    if found and sentences[-1].stop >= SHORT:
        found = [_doubted(one, score) for one in found]
    weightiest = sentences[at]
    if score > 0 and weightiest.stop - weightiest.first >= FEWEST and not _blocks(found):
        start, end = said.back(weightiest.first, weightiest.stop)
        return [*found, Finding(rule=rule, start=start, end=end, why=_WHY[rule])]
    return found


def _doubted(one: Finding, score: float) -> Finding:
    """What was found, as a warning if the reply weighs too little for what is often wrong."""
    doubted = one.severity is Severity.BLOCK and score <= -DOUBTED.get(one.why, math.inf)
    return replace(one, severity=Severity.WARN) if doubted else one


def _blocks(found: Iterable[Finding]) -> bool:
    return any(one.severity is Severity.BLOCK for one in found)


WEIGHTS = Path(__file__).parent / "weights"


@lru_cache
def _reader(language: str) -> Reader[int]:
    return Reader(families(language), weights())


@lru_cache
def weights() -> Weights:
    """The weights that ship; replies.json beside them says where they come from."""
    with np.load(WEIGHTS / "replies.npz") as read:
        return unpacked({name: read[name] for name in read.files})


def unpacked(read: dict[str, npt.NDArray[Any]]) -> Weights:
    """Weights as `packed` by the training: traits as lines of UTF-8, the table in whole numbers of eight bits."""
    lines = bytes(read["traits"]).decode("utf-8").split("\n")
    signs = np.rint(read["signs"].astype(np.float64) * _FINE)
    worth: dict[Trait, int] = {}
    for line, row, sign in zip(lines, read["table"].tolist(), signs.tolist(), strict=True):
        first, tab, second = line.partition("\t")
        counts = (*row, int(sign), 1)
        worth[(first, second) if tab else first] = sum(count << _WIDTH * place for place, count in enumerate(counts))
    scale, bias, by_fault = (tuple(read[name].tolist()) for name in ("scale", "bias", "by_fault"))
    return Weights(worth, read["table"], scale, bias, by_fault, float(read["start"]))
