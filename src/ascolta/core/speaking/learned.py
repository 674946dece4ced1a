"""What was learned of replies: how much a sentence is like those that watch, presume, hurt, blame or promise.

The lists of phrases know the usual turns; people find others. So the sentences of many replies, good and bad, were
weighed (`ascolta.training.replies`): a logistic regression for each fault over the traits of a sentence, where of a
reply with a fault the sentence that shows it most is the one that is learned from (multiple-instance learning, after
Andrews, Tsochantaridis & Hofmann 2003). The same sentence in the same talk is always weighed the same.

A reply that weighs enough is blocked, though no rule has found anything in it. Where a rule that is often wrong has
found something and the reply weighs too little, the finding only warns.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ascolta.core.saying import mark
from ascolta.core.speaking.grounded import NAME, PERSONAL, SPELLED, TIME
from ascolta.core.speaking.grounds import Grounds
from ascolta.core.speaking.manners import BLAME
from ascolta.core.speaking.promises import PROMISE, WHEN
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding, Severity
from ascolta.core.speaking.traits import Sentence, Trait, traits

FAULTS = ("watching", "personal-fact", "sensitive", "blame", "unapproved", "public-data", "asks-in-public")
"""What was learned; each by the name of the rule that it breaks."""

DOUBTED = {PERSONAL: 1.5, TIME: 1.5, NAME: 1.5, SPELLED: 1.0, PROMISE: 1.5, WHEN: 3.0, BLAME: 3.0}
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

Floats = npt.NDArray[np.float32]


class Weighed(NamedTuple):
    """How bad a reply is (above 0 it is rather bad), and the sentence and the fault that weigh most."""

    score: float
    sentence: int
    fault: str


@dataclass(frozen=True, slots=True)
class Weights:
    """By trait its row in `table` (rows × FAULTS) and in `signs` (rows); row 0 is of no trait.

    A sentence's score of a fault is the sum of its rows by the root of how many traits it has, plus `bias`. A reply's
    is its highest scores, times `by_fault`, plus the sum of its `signs`, plus `start`.
    """

    rows: dict[Trait, int]
    table: Floats
    bias: Floats
    signs: Floats
    by_fault: Floats
    start: float

    def weigh(self, sentences: Sequence[Sentence]) -> Weighed:
        """A reply of at least one sentence."""
        get, rows, starts = self.rows.get, list[int](), list[int]()
        for one in sentences:
            starts.append(len(rows))
            rows.append(0)
            rows.extend(filter(None, map(get, one.traits)))
        long = np.array([len(one.traits) for one in sentences], dtype=np.float32)
        scores = np.add.reduceat(self.table[rows], starts, axis=0) / np.sqrt(long)[:, None] + self.bias
        counted = scores * self.by_fault
        most = int(counted.argmax())
        total = scores.max(axis=0) @ self.by_fault + self.signs[rows].sum() + self.start
        return Weighed(float(total), most // len(FAULTS), FAULTS[most % len(FAULTS)])


def weighed(said: Said, ground: Grounds, found: Sequence[Finding]) -> Iterator[Finding]:
    """What was found, as the weights bear it out, and what they find beside it; not asked where all is sure."""
    sure = any(one.severity is Severity.BLOCK and one.why not in DOUBTED for one in found)
    sentences = [] if sure else traits(said, ground, found)
    if not sentences:
        yield from found
        return
    score, at, rule = weights().weigh(sentences)
    told = sentences[-1].stop >= SHORT
    blocked = False
    for one in found:
        if told and one.severity is Severity.BLOCK and score <= -DOUBTED.get(one.why, math.inf):
            yield replace(one, severity=Severity.WARN)
        else:
            blocked = blocked or one.severity is Severity.BLOCK
            yield one
    if score > 0 and not blocked and sentences[at].stop - sentences[at].first >= FEWEST:
        start, end = said.back(sentences[at].first, sentences[at].stop)
        yield Finding(rule=rule, start=start, end=end, why=_WHY[rule])


WEIGHTS = Path(__file__).parent / "weights"


@lru_cache
def weights() -> Weights:
    """The weights that ship; replies.json beside them says where they come from."""
    with np.load(WEIGHTS / "replies.npz") as read:
        return unpacked({name: read[name] for name in read.files})


def unpacked(read: dict[str, npt.NDArray[Any]]) -> Weights:
    """Weights as `packed` by the training: traits as lines of UTF-8, the table in whole numbers of eight bits."""
    lines = bytes(read["traits"]).decode("utf-8").split("\n")
    rows: dict[Trait, int] = {}
    for row, line in enumerate(lines, start=1):
        first, tab, second = line.partition("\t")
        rows[(first, second) if tab else first] = row
    table, signs = np.zeros((len(lines) + 1, len(FAULTS)), np.float32), np.zeros(len(lines) + 1, np.float32)
    table[1:] = read["table"].astype(np.float32) * read["scale"]
    signs[1:] = read["signs"]
    return Weights(rows, table, read["bias"], signs, read["by_fault"], float(read["start"]))
