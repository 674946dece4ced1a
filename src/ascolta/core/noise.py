"""Exact samplers of discrete noise, in whole numbers only, after Canonne, Kamath and Steinke 2020 (arXiv:2004.00010).

Floating point has gaps that tell the number below the noise (Mironov 2012, doi:10.1145/2382196.2382264), so there is
none here. Randomness comes in as a function that gives so many random bits as one whole number, such as
`secrets.randbits`. How long a draw takes depends on the draw, not on the count it is added to.
"""

from collections.abc import Callable
from fractions import Fraction
from math import isqrt

Bits = Callable[[int], int]
"""Gives a whole number of so many random bits."""


def uniform(below: int, bits: Bits) -> int:
    """A whole number from 0 to `below` - 1, each as likely; what falls outside is drawn again."""
    width = (below - 1).bit_length()
    while True:
        found = bits(width) if width else 0
        if found < below:
            return found


def bernoulli_exp(over: int, under: int, bits: Bits) -> bool:
    """True with probability exp(-over/under), for over ≥ 0 and under > 0 (algorithm 1)."""
    while over > under:
        if not _within_one(1, 1, bits):
            return False
        over -= under
    return _within_one(over, under, bits)


def laplace(scale: Fraction, bits: Bits) -> int:
    """A whole number x with probability in proportion to exp(-|x| / scale) (algorithm 2)."""
    whole, parts = scale.numerator, scale.denominator
    while True:
        start = uniform(whole, bits)
        if not bernoulli_exp(start, whole, bits):
            continue
        turns = 0
        while _within_one(1, 1, bits):
            turns += 1
        size = (start + whole * turns) // parts
        below = bits(1) == 1
        if below and size == 0:
            continue  # zero must not be drawn on both sides
        return -size if below else size


def gaussian(variance: Fraction, bits: Bits) -> int:
    """A whole number x with probability in proportion to exp(-x² / 2 variance) (algorithm 3)."""
    above, below = variance.numerator, variance.denominator
    scale = isqrt(above // below) + 1
    under = 2 * above * below * scale * scale
    while True:
        found = laplace(Fraction(scale), bits)
        over = (abs(found) * scale * below - above) ** 2
        if bernoulli_exp(over, under, bits):
            return found


def _within_one(over: int, under: int, bits: Bits) -> bool:
    """True with probability exp(-over/under) where that fraction is at most 1: terms of its series, one by one."""
    term = 1
    while uniform(under * term, bits) < over:
        term += 1
    return term % 2 == 1
