"""Do several brands rise at the same moment? Then it is the network, or the trade, that is the news."""

from collections.abc import Mapping

from ascolta.core.watching.pace import DAY, HALF, PROMPT, TICK

BEFORE = DAY + HALF
"""Seconds of counts that this takes."""

FEW = 5
"""Of a brand of which fewer mentions are made in a quarter of an hour, nothing is told either way."""

MORE = 1.25
"""A brand rises with so many times its largest quarter of an hour of the day before, and a few more."""


def rises(counts: Mapping[int, int], at: float) -> bool | None:
    """Whether more is said in the quarter of an hour until `at` than in any of the day before; None: hardly anything.

    `counts` are those of five minutes by their start, as in a store; the half hour before `at` is no part of the day
    before, for a rise may have begun in it.
    """
    ticks = int(PROMPT // TICK)
    last = int(at // TICK)
    now = _sum(counts, last - ticks, last)
    if now < FEW:
        return None
    start, end = last - int(BEFORE // TICK), last - int(HALF // TICK)
    highest = max(_sum(counts, here, here + ticks) for here in range(start, end - ticks + 1))
    return now > MORE * highest + ticks


def _sum(counts: Mapping[int, int], first: int, last: int) -> int:
    return sum(counts.get(int(place * TICK), 0) for place in range(first, last))
