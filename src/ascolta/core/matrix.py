"""Running totals with little noise: the square-root factorisation of the matrix of ones below its diagonal.

Henzinger, Upadhyay and Upadhyay 2023 (arXiv:2211.05006); Fichtenberger, Henzinger and Upadhyay 2023 (arXiv:2202.11205):
both factors are the Toeplitz matrix C with c(0) = 1 and c(k) = c(k-1) (1 - 1/2k). What is measured is Cx plus discrete
Gaussian noise, and a total is C times what was measured, so it can be told without looking at the counts again.

All is whole numbers: C is taken at 2^40 and rounded, and its real column norm, after rounding, sets the noise. Rounding
therefore costs accuracy (some 10^-9 of a count) and no privacy.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ascolta.core.cells import Exact
from ascolta.core.noise import Bits, gaussian

SHIFT = 40
_GUARD = 24


@dataclass(frozen=True, slots=True)
class Running:
    """Totals over a fixed number of ticks, to one of which an author adds one; zCDP at `rho` for them all."""

    weights: tuple[int, ...]
    rho: Fraction

    @property
    def variance(self) -> Fraction:
        """Of the noise on what is measured, in units of 2^-40: squared column norm over 2 rho."""
        return Fraction(sum(weight * weight for weight in self.weights)) / (2 * self.rho)

    @property
    def spread(self) -> float:
        """Standard deviation of the error of the last total, which is the largest."""
        norm = sum(weight * weight for weight in self.weights)
        return math.sqrt(self.variance * norm) / 4.0**SHIFT

    def epsilon(self, delta: float) -> float:
        """The epsilon of the totals together, but for a chance of `delta` (Bun and Steinke 2016, proposition 1.3)."""
        return float(self.rho) + 2 * math.sqrt(float(self.rho) * math.log(1 / delta))

    def measure(self, counts: Sequence[Exact], bits: Bits) -> int:
        """What is kept of the last of `counts` (all so far, oldest first). Done once a tick; the counts may then go."""
        if len(counts) > len(self.weights):
            raise ValueError(f"the totals are fixed to {len(self.weights)} ticks; begin new ones")
        weighed = [count * weight for count, weight in zip(reversed(counts), self.weights, strict=False)]
        return sum(weighed, Exact(0)).noised(lambda: gaussian(self.variance, bits))

    def total(self, measured: Sequence[int]) -> int:
        """The running total at the last of what was `measured`, rounded to the nearest whole number."""
        found = sum(each * weight for each, weight in zip(reversed(measured), self.weights, strict=False))
        return (found + (1 << (2 * SHIFT - 1))) >> (2 * SHIFT)


def running(ticks: int, rho: Fraction) -> Running:
    """The factorisation for so many ticks."""
    weights, weight = [], 1 << (SHIFT + _GUARD)
    for tick in range(1, ticks + 1):
        weights.append(weight >> _GUARD)
        weight = weight * (2 * tick - 1) // (2 * tick)
    return Running(tuple(weights), rho)
