"""What is usual: a slow level times a profile of the day, learnt from clipped counts; all counts per tick."""

import math
from typing import Any

from ascolta.core.watching.pace import HOUR, Pace

VISITS, PROFILE_PRIOR = 7, 0.5
"""A part of the profile remembers as many visits, and starts with so much of one visit of a flat profile."""

CLIP, CLIP_MORE = 10.0, 3.0
"""A count teaches no more than CLIP x usual + CLIP_MORE."""

FLAT = 0.3
"""How much of the profile the shortest time scale is held against."""

LATELY, LATELY_TICKS = 3 * HOUR, 6
"""A young stream is compared with the mean of so many seconds, or ticks at least, as well."""

START = 0.5
"""Mentions a tick that a stream starts with, for as long as an hour would teach otherwise."""

KEPT = ("hours", "mean", "mean_weight", "recent", "seen", "slow", "slow_weight", "weights")
"""What a level remembers."""


class Level:
    """The usual count of a tick at any time."""

    __slots__ = (*KEPT, "_day", "_first", "_hourly", "_part", "_prior", "_recent", "_slots", "_slow", "_week", "_young")

    def __init__(self, pace: Pace) -> None:
        self.seen = 0
        self.slow_weight = HOUR / pace.tick
        self.slow = START * self.slow_weight
        self.mean, self.mean_weight = 0.0, 0.0
        self.hours, self.weights = [0.0] * pace.slots, [0.0] * pace.slots
        self.recent: list[float] = []
        self._slots, self._part = pace.slots, pace.cycle / pace.slots
        self._slow, self._week = pace.slow, pace.mean
        self._hourly, self._prior = 1 - 1 / (VISITS * pace.visit), PROFILE_PRIOR * pace.visit
        self._first, self._day, self._young = pace.spans[2], pace.young // 2, pace.young
        self._recent = max(LATELY_TICKS, round(LATELY / pace.tick))

    def rate(self) -> float:
        """The slow level."""
        return self.slow / self.slow_weight

    def factor(self, at: float) -> float:
        """How this time of the cycle compares with the whole; between the middles of two parts where ticks are fine."""
        mean = 0.001 + (self.mean / self.mean_weight if self.mean_weight else self.rate())
        if self._prior <= PROFILE_PRIOR:
            return self._hour(int(at // self._part) % self._slots, mean) / mean
        hour = at / self._part - 0.5
        first = math.floor(hour)
        share = hour - first
        here, there = self._hour(first % self._slots, mean), self._hour((first + 1) % self._slots, mean)
        return ((1 - share) * here + share * there) / mean

    def _hour(self, hour: int, mean: float) -> float:
        return (self.hours[hour] + self._prior * mean) / (self.weights[hour] + self._prior)

    def usual(self, rate: float, factor: float) -> tuple[float, float]:
        """The usual with the whole profile and with a flat one; while young, no less than the recent mean.

        On the first day no hour is known to be a quiet one.
        """
        if self.seen >= self._young:
            return rate * factor, rate * factor**FLAT
        if self.seen < self._day:
            factor = max(factor, 1.0)
        before = self.recent[:-3]
        share = min(1.0, (self._young - self.seen) / self._day)
        least = share * sum(before) / len(before) if len(before) > 3 else 0.0
        return max(rate * factor, least), max(rate * factor**FLAT, least)

    def learn(self, at: float, count: float, usual: float) -> None:
        """Take a tick's count in, clipped so that a crisis does not become usual at once."""
        if self.seen < self._young:
            self.recent.append(count)
            del self.recent[: -self._recent]
        self.seen += 1
        if self.seen > self._first:
            count = min(count, CLIP * usual + CLIP_MORE)
        hour = int(at // self._part) % self._slots
        self.slow, self.slow_weight = self.slow * self._slow + count, self.slow_weight * self._slow + 1
        self.mean, self.mean_weight = self.mean * self._week + count, self.mean_weight * self._week + 1
        self.hours[hour] = self.hours[hour] * self._hourly + count
        self.weights[hour] = self.weights[hour] * self._hourly + 1

    def state(self) -> dict[str, Any]:
        """All that it remembers, in JSON's own types."""
        return {name: _copy(getattr(self, name)) for name in KEPT}

    def load(self, state: dict[str, Any]) -> None:
        """Go on where `state()` was taken."""
        for name in KEPT:
            setattr(self, name, _copy(state[name]))


def _copy(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value
