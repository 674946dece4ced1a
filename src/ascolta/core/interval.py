"""Shares and quantiles with where the true ones lie, 19 times in 20.

Shares carry the interval of Wilson (J. Am. Stat. Assoc. 22, 1927). A quantile is a value that was really measured
(nearest rank), between the two that hold the true one whatever the distribution (order statistics; David and Nagaraja
2003, 7.1).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Z = 1.959963984540054
"""A standard normal value lies within this of 0 in 95 of 100 cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies, 19 times in 20; None of nothing."""
        return wilson(self.part / self.whole, self.whole) if self.whole else None


def wilson(share: float, count: float) -> tuple[float, float]:
    """Between which shares the true one lies, 19 times in 20, of so many drawn at random (Wilson 1927)."""
    middle = (share + Z * Z / (2 * count)) / (1 + Z * Z / count)
    reach = Z * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count)) / (1 + Z * Z / count)
    return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """A quantile that was measured, and the two values between which the true one lies 19 times in 20."""

    value: float
    low: float | None = None
    high: float | None = None


def quantile(values: Sequence[float], share: float) -> Rank | None:
    """The value at a share of sorted values (nearest rank), with its interval; None of nothing."""
    count = len(values)
    if not count:
        return None
    low, high = _ranks(count, share)
    return Rank(
        value=values[max(1, math.ceil(share * count)) - 1],
        low=values[low - 1] if low > 0 else None,
        high=values[high - 1] if high <= count else None,
    )


def _ranks(count: int, share: float) -> tuple[int, int]:
    """The ranks, from 1, of the two values that hold a quantile; 0 and `count` + 1 where there are too few for that."""
    below = _binomial(count, share)
    total, low, high = 0.0, 0, count + 1
    for rank in range(1, count + 1):
        total += below(rank - 1)
        if total <= 0.025:
            low = rank
        if total >= 0.975:
            high = rank
            break
    return low, high


def _binomial(count: int, share: float) -> Callable[[int], float]:
    """How probable it is that so many of `count` lie below the quantile."""
    whole, yes, no = math.lgamma(count + 1), math.log(share), math.log1p(-share)

    def probability(number: int) -> float:
        rest = count - number
        ways = whole - math.lgamma(number + 1) - math.lgamma(rest + 1)
        return math.exp(ways + number * yes + rest * no)

    return probability
