"""Making scores probabilities on posts held out, and choosing where each label's line is drawn."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.metrics import f1_score

from ascolta.labels.features import Numbers
from ascolta.labels.judging import Bend, sigmoid, softmax
from ascolta.labels.scorer import Floats

BINS = 10
ALIKE = 0.005
"""Scores that differ by less are about the same."""

Group = tuple[Numbers, float]
"""Some rows, and how much they count."""


def bend_yes(numbers: Floats, yes: npt.NDArray[np.bool_]) -> Bend:
    """Platt's two numbers, found by least surprise."""

    def surprise(guess: npt.NDArray[np.float64]) -> float:
        found = np.clip(sigmoid(numbers * guess[0] + guess[1]), 1e-6, 1 - 1e-6)
        return float(-np.mean(np.where(yes, np.log(found), np.log(1 - found))) + 1e-3 * (guess[0] - 1) ** 2)

    best = minimize(surprise, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return Bend(np.array(best[:1], dtype=np.float32), np.array(best[1:], dtype=np.float32))


def bend_one(numbers: Floats, chosen: Numbers) -> Bend:
    """One slope and a shift for each value, found by least surprise."""

    def surprise(guess: npt.NDArray[np.float64]) -> float:
        found = softmax((numbers * guess[0] + guess[1:]).astype(np.float32))
        picked = np.clip(found[np.arange(len(chosen)), chosen], 1e-6, 1)
        return float(-np.log(picked).mean() + 1e-3 * (guess[1:] ** 2).mean())

    start = np.concatenate([[1.0], np.zeros(numbers.shape[1])])
    best = minimize(surprise, start, method="L-BFGS-B").x
    return Bend(np.full(numbers.shape[1], best[0], dtype=np.float32), best[1:].astype(np.float32))


def mean_f1(meant: npt.NDArray[Any], said: npt.NDArray[Any], groups: Sequence[Group]) -> float:
    """The mean over groups of macro F1."""
    scores = [f1_score(meant[rows], said[rows], average="macro") for rows, _ in groups]
    return float(np.average(scores, weights=[weight for _, weight in groups]))


def line(found: Floats, yes: npt.NDArray[np.bool_], groups: Sequence[Group]) -> float:
    """The probability from which on to say yes: of those with about the best mean over groups of macro F1, the highest.

    To take a post for what it is not makes the brand speak where it should not.
    """
    tries = np.arange(0.2, 0.71, 0.02)
    scores = [mean_f1(yes, found >= at, groups) for at in tries]
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return float(round(tries[np.flatnonzero(smooth >= smooth.max() - ALIKE)[-1]], 2))


def lift(found: Floats, chosen: Numbers, groups: Sequence[Group]) -> Floats:
    """By what to multiply each value's probability before the likeliest is taken: a power of its rarity."""
    share = np.bincount(chosen, minlength=found.shape[1]) / len(chosen)
    rare = (1 / np.maximum(share, 1e-3)).astype(np.float32)

    def score(power: float) -> float:
        return mean_f1(chosen, (found * rare**power).argmax(axis=1), groups)

    best = max(np.arange(0, 1.01, 0.1), key=score)
    made: Floats = rare ** np.float32(best)
    made /= made.mean()
    return made


def reliability(score: Floats, right: npt.NDArray[np.bool_]) -> tuple[float, list[tuple[float, float, int]]]:
    """The expected calibration error, and for each bin of scores: mean score, share that is right, how many."""
    bins = np.minimum((score * BINS).astype(int), BINS - 1)
    rows = [(float(score[bins == one].mean()), float(right[bins == one].mean()), int((bins == one).sum()))
            for one in range(BINS) if (bins == one).any()]  # fmt: skip
    return sum(abs(said - was) * count for said, was, count in rows) / len(score), rows
