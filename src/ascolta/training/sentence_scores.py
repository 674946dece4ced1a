"""Calibration of the accurate tier on dev parts, its scores on test parts, and the card that tells both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ascolta.labels.sentence import Head, chances_of

Numbers = NDArray[np.float32]

DEV = {
    "addressed": ("corpus",),
    "complaint": ("corpus", "complaints"),
    "offensive": ("corpus", "tweeteval/offensive-train"),
    "polarity": ("corpus", "sentiment-semeval", "multilingual"),
    "intent": ("corpus",),
    "sensitive": ("corpus",),
}
"""The sources on whose dev parts a label is calibrated."""

BINS = 10


SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
"""How much the default tier may count."""


@dataclass(frozen=True, slots=True)
class Told:
    """Examples that state a label, what the network and the default tier gave them, and what is right."""

    network: Numbers
    others: Numbers
    right: NDArray[np.int64]

    def outputs(self, head: Head) -> Numbers:
        """Both tiers together, as the head has them."""
        return np.asarray(self.network + np.float32(head.share) * self.others, np.float32)

    def chances(self, head: Head) -> Numbers:
        """The probabilities that the head gives."""
        return chances_of(head, self.outputs(head))


def fitted(head: Head, known: Told) -> Head:
    """The head with that share, slope and (of a yes or no) shift under which the right answers are likeliest."""
    tried = [_bent(replace(head, share=share), known) for share in SHARES]
    return min(tried, key=lambda one: _surprise(one, known))


def _bent(head: Head, known: Told) -> Head:
    if head.values != ("no", "yes"):
        slopes = np.linspace(0.3, 1.8, 61)
        return min((_with(head, slope, head.shift) for slope in slopes), key=lambda one: _surprise(one, known))
    slope, shift = 1.0, 0.0
    given, want = known.outputs(head)[:, head.start].astype(np.float64), known.right
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(slope * given + shift, -30, 30)))
        weight, gap = chance * (1 - chance) + 1e-6, want - chance
        curve = np.array([[(weight * given**2).sum(), (weight * given).sum()], [(weight * given).sum(), weight.sum()]])
        pull = np.array([(gap * given).sum() - (slope - 0.8), gap.sum() - 0.1 * shift])
        step = np.linalg.solve(curve + np.diag([1.0, 0.1]), pull)
        step = np.clip(step, -0.2, 0.2)
        slope, shift = slope + step[0], shift + step[1]
    return _with(head, float(slope), (float(shift),))


def fitted_matters(head: Head, known: Told) -> Head:
    """The head of the sensitive matters: share, slope and shift as likeliest, and the threshold with the best F1.

    `known.right` has a column for each matter.
    """
    best, least = head, np.inf
    for share in SHARES:
        for slope in np.linspace(0.4, 1.6, 13):
            for shift in np.linspace(-3, 1.5, 19):
                tried = _with(replace(head, share=share), float(slope), (float(shift),) * len(head.values))
                chance = np.clip(known.chances(tried), 1e-6, 1 - 1e-6)
                surprise = -float(np.where(known.right == 1, np.log(chance), np.log1p(-chance)).mean())
                if surprise < least:
                    best, least = tried, surprise
    chances = known.chances(best)
    lines = np.linspace(0.15, 0.6, 19)
    scores = [f1(known.right, (chances >= line).astype(np.int64), 1) for line in lines]
    smooth = np.convolve(np.pad(scores, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    return replace(best, threshold=round(float(lines[int(smooth.argmax())]), 3))


def _with(head: Head, slope: float, shift: tuple[float, ...]) -> Head:
    return replace(head, slope=round(float(slope), 4), shift=tuple(round(one, 4) for one in shift))


def _surprise(head: Head, known: Told) -> float:
    chances = known.chances(head)
    if head.values == ("no", "yes"):
        chances = np.concatenate([1 - chances, chances], axis=1)
    return -float(np.log(np.clip(chances[np.arange(len(known.right)), known.right], 1e-7, 1)).mean())


def chosen(head: Head, known: Told) -> NDArray[np.int64]:
    """The place of the value that is told of each text."""
    chances = known.chances(head)
    if head.values == ("no", "yes"):
        return (chances[:, 0] >= head.threshold).astype(np.int64)
    return np.asarray((chances * np.asarray(head.lift, np.float32)).argmax(axis=1), np.int64)


def best_threshold(head: Head, known: Told) -> float:
    """The probability from which on *yes* gives the best macro F1, looked for near one half."""
    chances = known.chances(head)[:, 0]
    tried = np.linspace(0.3, 0.7, 41)
    scores = np.array([macro_f1(known.right, (chances >= one).astype(np.int64), 2) for one in tried])
    smooth = np.convolve(np.pad(scores, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return round(float(tried[int(smooth.argmax())]), 3)


def lifted(head: Head, known: Sequence[Told]) -> Head:
    """The head with that power of the values' rarity as their lift under which the mean of macro F1 is best."""
    width = len(head.values)
    share = np.mean([np.bincount(one.right, minlength=width) / len(one.right) for one in known], axis=0)
    rare = 1 / np.maximum(share, 1e-3)

    def tried(power: float) -> Head:
        lift = rare**power
        return replace(head, lift=tuple(round(float(one), 4) for one in lift / lift.mean()))

    def score(power: float) -> float:
        return float(np.mean([macro_f1(one.right, chosen(tried(power), one), width) for one in known]))

    return tried(max(np.arange(0, 0.61, 0.1).tolist(), key=score))


def f1(right: NDArray[Any], said: NDArray[Any], value: int) -> float:
    """F1 of one value."""
    hit = int(((right == value) & (said == value)).sum())
    total = int((right == value).sum() + (said == value).sum())
    return 2 * hit / total if total else 0.0


def macro_f1(right: NDArray[Any], said: NDArray[Any], width: int) -> float:
    """The mean of F1 over the values that occur."""
    return float(np.mean([f1(right, said, value) for value in range(width) if (right == value).any()]))


def macro_recall(right: NDArray[Any], said: NDArray[Any], width: int) -> float:
    """The mean of the recalls of the values."""
    found = [(said[right == value] == value).mean() for value in range(width) if (right == value).any()]
    return float(np.mean(found))


def calibration_error(head: Head, known: Told) -> float:
    """ECE: how far the probability of what is told lies from how often it is right, over ten bins."""
    chances = known.chances(head)
    if head.values == ("no", "yes"):
        chances = np.concatenate([1 - chances, chances], axis=1)
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == known.right
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(sure[places == bin_].mean() - right[places == bin_].mean())) * float((places == bin_).mean())
        for bin_ in range(BINS)
        if (places == bin_).any()
    ]
    return float(sum(gaps))


def trade(head: Head, known: Told, thresholds: Iterable[float] = (0.3, 0.5, 0.7, 0.9)) -> list[dict[str, float]]:
    """For each threshold: of posts said *yes*, the share that is wrong; of posts that are *yes*, the share missed."""
    chances = known.chances(head)[:, 0]
    found = []
    for threshold in thresholds:
        yes = chances >= threshold
        wrong = float((known.right[yes] == 0).mean()) if yes.any() else 0.0
        missed = float((~yes[known.right == 1]).mean())
        found.append({"threshold": threshold, "wrong": round(wrong, 3), "missed": round(missed, 3)})
    return found
