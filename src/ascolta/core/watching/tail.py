"""How seldom is a reading? The tail of the highest readings of past blocks, exponential above its start.

Block maxima after Gumbel 1958, "Statistics of Extremes"; the mean excess over a high one after Hill 1975, "A simple
general approach to inference about the tail of a distribution", shrunk to a prior while little is known.
"""

import math
from typing import Any

IMAGINED = (0, 5, 2, 7, 4, 1, 6, 3)
"""Ranks of the imagined block maxima that a new stream starts with; real ones push them out in this order."""

TOP = 12
"""Maxima in the tail; a third of those known, where that is less."""

DIGITS = 6
"""Digits to which a maximum is remembered."""

LN10 = math.log(10)


class Tail:
    """The highest readings of past blocks, and how seldom a reading is by them."""

    __slots__ = ("_block", "_blocks", "_spread", "_weight", "above", "maxima", "slope", "start", "top")

    def __init__(self, usual_top: float, prior: tuple[float, float], blocks: int, block: float) -> None:
        """`usual_top`: what an ordinary block of `block` days reaches, until blocks of the stream itself are known.

        `prior`: the mean excess of the tail, and of how many maxima it has the weight.
        """
        self._spread, self._weight = prior
        self._blocks, self._block = blocks, block
        count = len(IMAGINED)
        self.maxima = [usual_top - self._spread * math.log((rank + 0.5) / count) for rank in IMAGINED]
        self.top: float | None = None
        self._fit()

    def score(self, reading: float) -> float:
        """log10 of the days between blocks that reach this reading; the reading joins the running block."""
        if self.top is None or reading > self.top:
            self.top = reading
        return self.start + (reading - self.above) * self.slope

    def reading(self, score: float) -> float:
        """The reading that has this score."""
        return self.above + (score - self.start) / self.slope

    def close(self) -> None:
        """End the running block: from now on it is history."""
        if self.top is not None:
            self.maxima.append(round(self.top, DIGITS))
            del self.maxima[: -self._blocks]
            self.top = None
            self._fit()

    def state(self) -> list[Any]:
        """Its maxima and that of the running block, in JSON's own types."""
        return [list(self.maxima), self.top]

    def load(self, maxima: list[float], top: float | None) -> None:
        """Go on from saved maxima and the running block's maximum."""
        self.maxima, self.top = list(maxima), top
        self._fit()

    def _fit(self) -> None:
        """Hill's mean excess over the (k+1)-th highest maximum, shrunk to the prior."""
        ranked = sorted(self.maxima, reverse=True)
        size = len(ranked)
        top = min(TOP, max(2, size // 3))
        self.above = ranked[top]
        excess = sum(ranked[:top]) - top * self.above
        spread = (excess + self._weight * self._spread) / (top + self._weight)
        self.start = math.log10(size * self._block / top)
        self.slope = 1 / (spread * LN10)
