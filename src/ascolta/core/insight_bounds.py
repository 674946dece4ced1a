"""How sure a figure is that was made of published ones: sums of noise, shares, ratios and differences.

Noise adds up exactly: the discrete Laplace noises of several cells have a known law together, from the product of
their characteristic functions. Ratios and differences get their bounds from those of their two sides by the method of
variance estimates recovery (Donner and Zou 2012, doi:10.1177/0962280210383082), shares of cases by the score method
(Wilson 1927). A cell that was too small to be shown stands for anything from nothing to one less than its threshold.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from ascolta.core.cells import SURE
from ascolta.core.interval import Z, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure and from where to where the truth reaches, 19 times in 20.

    `least` and `most` are the figure itself if all that was too small to be shown is nothing, or as much as it can be.
    """

    least: float
    most: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """The figure, in the middle of what it may be."""
        return (self.least + self.most) / 2

    def scaled(self, by: float) -> "Estimate":
        """The same in another unit, such as per day."""
        return Estimate(least=self.least * by, most=self.most * by, low=self.low * by, high=self.high * by)


def exact(value: float, low: float, high: float) -> Estimate:
    """An estimate with nothing hidden in it."""
    return Estimate(least=value, most=value, low=low, high=high)


@lru_cache(maxsize=1024)
def spread(cells: int, epsilon: Fraction, sure: float = SURE) -> int:
    """How far the noise of so many cells goes together at most, so often; of one cell it is `core.cells.reach`."""
    if cells == 0:
        return 0
    decay = math.exp(-epsilon)
    deviation = math.sqrt(2 * decay * cells) / (1 - decay)
    size = 1 << math.ceil(math.log2(2 * (60 / float(epsilon) + 12 * deviation)))
    turns = 2 * np.pi * np.arange(size // 2 + 1) / size
    of_one = (1 - decay) ** 2 / (1 - 2 * decay * np.cos(turns) + decay**2)
    chances = np.fft.irfft(of_one**cells, size)
    within = np.cumsum(np.concatenate(([chances[0]], 2 * chances[1 : size // 2])))
    return int(np.searchsorted(within, sure - 1e-12))


def noise(cells: int, epsilon: Fraction) -> float:
    """The variance of the noise of so many cells together."""
    decay = math.exp(-epsilon)
    return cells * 2 * decay / (1 - decay) ** 2


def summed(values: Sequence[int | None], epsilon: Fraction, threshold: int) -> Estimate:
    """The sum of what cells counted, of which None was below the threshold after its noise."""
    there = sum(value for value in values if value is not None)
    hidden = sum(value is None for value in values)
    most = there + hidden * (threshold - 1)
    return Estimate(
        least=there,
        most=most,
        low=max(0.0, there - spread(len(values) - hidden, epsilon)),
        high=most + spread(len(values), epsilon),
    )


def drawn(count: Estimate, dispersion: float, steps: float = Z) -> Estimate:
    """A count's expectation: wider than the count by how counts vary, `dispersion` times as much as Poisson's do."""
    half = steps * steps * dispersion / 2
    down = steps * math.sqrt(dispersion * count.least + half * half / (steps * steps)) - half
    up = steps * math.sqrt(dispersion * count.most + half * half / (steps * steps)) + half
    return Estimate(
        least=count.least,
        most=count.most,
        low=max(0.0, count.least - math.hypot(count.least - count.low, down)),
        high=count.most + math.hypot(count.high - count.most, up),
    )


def times(one: Estimate, other: Estimate) -> Estimate | None:
    """How many times as much as the other one; None where nothing can be said. The upper bound may be infinite."""
    if other.most <= 0 or one.most <= 0:
        return None
    low = _lower((one.least, one.least - one.low), (other.most, other.high - other.most))
    turned = _lower((other.least, other.least - other.low), (one.most, one.high - one.most))
    high = 1 / turned if turned > 0 else math.inf
    return Estimate(
        least=one.least / other.most, most=one.most / other.least if other.least > 0 else math.inf, low=low, high=high
    )


def inverse(one: Estimate) -> Estimate:
    """How many times as much the other one is."""
    least, most, low, high = (
        1 / value if value > 0 else math.inf for value in (one.most, one.least, one.high, one.low)
    )
    return Estimate(least=least, most=most, low=low, high=high)


def _lower(over: tuple[float, float], under: tuple[float, float]) -> float:
    """The lower bound of a ratio: each side with how far it may be off, downward above and upward below."""
    (above, down), (below, up) = over, under
    room = above * above - down * down
    if room <= 0:
        return 0.0
    root = math.sqrt(max(0.0, (above * up) ** 2 + (below * down) ** 2 - (down * up) ** 2))
    return room / (above * below + root)


def less(one: Estimate, other: Estimate) -> Estimate:
    """By how much one is more than the other."""
    return Estimate(
        least=one.least - other.most,
        most=one.most - other.least,
        low=one.least - other.most - math.hypot(one.least - one.low, other.high - other.most),
        high=one.most - other.least + math.hypot(one.high - one.most, other.least - other.low),
    )


def together(parts: Sequence[Estimate]) -> Estimate:
    """The sum of estimates whose noises have nothing to do with each other."""
    least, most = sum(one.least for one in parts), sum(one.most for one in parts)
    down = math.sqrt(sum((one.least - one.low) ** 2 for one in parts))
    up = math.sqrt(sum((one.high - one.most) ** 2 for one in parts))
    return Estimate(least=least, most=most, low=max(0.0, least - down), high=most + up)


def share(part: Estimate, rest: Estimate) -> Estimate | None:
    """What part of a whole one is, from 0 to 1; None where nothing can be said."""
    found = times(part, rest)
    if found is None:
        return None
    bounds = (found.least, found.most, found.low, found.high)
    least, most, low, high = (1.0 if math.isinf(one) else one / (1 + one) for one in bounds)
    return Estimate(least=least, most=most, low=low, high=high)


def portion(some: int, whole: int) -> Estimate | None:
    """A share of cases, and where the share would lie if such cases went on to come (Wilson); None of nothing."""
    if whole <= 0:
        return None
    return exact(some / whole, *wilson(some / whole, whole))


def mean(scores: Sequence[float], times_each: Sequence[int]) -> Estimate | None:
    """The mean of scores from -1 to 1, each said so many times, with two more that cancel (Agresti and Coull 1998)."""
    whole = sum(times_each)
    if whole < 2:
        return None
    total = sum(score * n for score, n in zip(scores, times_each, strict=True))
    squares = sum(score * score * n for score, n in zip(scores, times_each, strict=True)) + 2
    middle = total / (whole + 2)
    half = Z * math.sqrt(max(0.0, squares / (whole + 2) - middle * middle) / (whole + 2))
    value = total / whole
    return exact(value, min(value, max(-1.0, middle - half)), max(value, min(1.0, middle + half)))
