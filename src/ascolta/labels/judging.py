"""From the scorer's numbers to probabilities, and from these to values: what the card says of each label."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ascolta.labels.features import Numbers
from ascolta.labels.outputs import SITUATED, SITUATIONS, columns
from ascolta.labels.scorer import Floats
from ascolta.labels.words import FLAGS

YES_NO = ("addressed", "complaint", "offensive")
ONE_OF = ("polarity", "intent", "language")

_LEADS, _ABSENT = FLAGS.index("leads"), FLAGS.index("no brand")


@dataclass(frozen=True, slots=True)
class Bend:
    """How a label's numbers become probabilities: each times a slope, plus a shift; set on posts held out."""

    slope: Floats
    shift: Floats

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Bend":
        """As a card says it."""
        return cls(np.array(said["slope"], dtype=np.float32), np.array(said["shift"], dtype=np.float32))

    def __call__(self, numbers: Floats) -> Floats:
        """The numbers bent."""
        return numbers * self.slope + self.shift


def situation(flags: Floats) -> Numbers:
    """The number of the situation that each post is in."""
    leads, absent = flags[:, _LEADS] > 0, flags[:, _ABSENT] > 0
    return np.where(leads, 0, np.where(absent, 2, 1))


def numbers_of(name: str, scores: Floats, flags: Floats) -> Floats:
    """The numbers of one label; of a situated one, those of the situation added to those for any."""
    found = scores[:, columns(name)]
    if name not in SITUATED:
        return found
    split = found.reshape(len(found), 1 + len(SITUATIONS), -1)
    total: Floats = split[:, 0] + split[np.arange(len(found)), 1 + situation(flags)]
    return total


def sigmoid(numbers: Floats) -> Floats:
    """From log-odds to probability."""
    return np.asarray(1 / (1 + np.exp(-np.clip(numbers, -30, 30))), dtype=np.float32)


def softmax(numbers: Floats) -> Floats:
    """From numbers to probabilities that add up to 1."""
    found: Floats = np.exp(numbers - numbers.max(axis=1, keepdims=True))
    found /= found.sum(axis=1, keepdims=True)
    return found


def probabilities(name: str, numbers: Floats, bend: Bend) -> Floats:
    """The probability of each value of a label; of yes-or-no labels and of those a post may have many of, of yes."""
    bent = bend(numbers)
    return softmax(bent) if name in ONE_OF else sigmoid(bent)
