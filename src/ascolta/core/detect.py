"""How rare is a count for this brand? A return period from the brand's own history, at three time scales.

Pure and causal: one value in, one score out, in constant time and memory. The method:

* the level: a slow mean of clipped counts, times an hour-of-day profile; on the first two days, when there is no
  profile yet, at least the mean of the last hours, so that a morning is not taken for a crisis;
* three readings, each a log-ratio to that level: the 15-minute count, and trimmed counts of 30 and 60 minutes, which
  one spike cannot lift (a crisis is rare by persistence, not by height);
* for each, the maxima of half-day blocks over two weeks, their tail taken as exponential in the log-ratio, that is
  Pareto in the ratio (Hill 1975, "A simple general approach to inference about the tail of a distribution"; block
  maxima after Gumbel 1958, "Statistics of Extremes"), shrunk to a prior while blocks are few.
"""

import math
from typing import Any, Protocol

TICK = 300.0
"""Seconds that one count covers."""

DAY, HOUR = 288, 12
"""Ticks of a day, and of an hour: the longest time scale."""

YOUNG, MEMORY = 2 * DAY, 36
"""So many values make a brand young; until then it is compared with the mean of so many of the last ones, too."""

SLOW, WEEK, HOURLY = 1 - 1 / (2 * DAY), 1 - 1 / (7 * DAY), 1 - 1 / (7 * HOUR)
"""What one tick leaves of the slow level (two days), of the mean under the profile, and of an hour of it (a week)."""

PROFILE_PRIOR, CLIP, CLIP_MORE = 6.0, 8.0, 3.0
"""Ticks of a flat profile that each hour starts with; a count teaches no more than CLIP x usual + CLIP_MORE."""

PSEUDO, PSEUDO_SHARE = 3.0, 0.45
"""Mentions, and mentions for each of the slow level per tick, added to both sides of a ratio to calm small counts."""

PERSISTENCE, FLAT = 1.15, 0.3
"""What a persistent rise counts more than a high one; how much of the profile a 15-minute count is held against."""

BLOCK, BLOCKS, TOP, SPREAD, SPREAD_WEIGHT = 0.5, 28, 8, 0.2, 12.0
"""Days of a block; blocks remembered; maxima in the tail; the tail's prior mean excess in log-ratio and its weight."""

IMAGINED = (0, 5, 2, 7, 4, 1, 6, 3)
"""Ranks of the imagined block maxima that a new brand starts with; real ones push them out in this order."""

SCALES, DOUBT = 0.25, 0.4
"""log10 taken off: always, as the largest of three scales is exceeded more often than each (measured on five brands);
and at the start, fading over the first half day, while no block of the brand's own is known."""


class Clock(Protocol):
    """Anything that can say when it is, as `datetime.datetime` and pandas' Timestamp."""

    def timestamp(self) -> float:
        """Seconds since 1970 UTC."""
        ...


class Tail:
    """The highest readings of past blocks, and how seldom a reading is by them."""

    __slots__ = ("above", "maxima", "slope", "start", "top")

    def __init__(self, usual_top: float) -> None:
        """`usual_top`: the log-ratio that an ordinary block reaches, until blocks of the brand itself are known."""
        count = len(IMAGINED)
        self.maxima = [usual_top - SPREAD * math.log((rank + 0.5) / count) for rank in IMAGINED]
        self.top: float | None = None
        self._fit()

    def score(self, ratio: float) -> float:
        """log10 of the days between blocks that reach this log-ratio; the reading joins the running block."""
        if self.top is None or ratio > self.top:
            self.top = ratio
        return self.start + (ratio - self.above) * self.slope

    def close(self) -> None:
        """End the running block: from now on it is history."""
        if self.top is not None:
            self.maxima.append(self.top)
            del self.maxima[:-BLOCKS]
            self.top = None
            self._fit()

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
        spread = (excess + SPREAD_WEIGHT * SPREAD) / (top + SPREAD_WEIGHT)
        self.start = math.log10(size * BLOCK / top) - SCALES
        self.slope = 1 / (spread * math.log(10))


class Level:
    """What is usual: a slow level times a profile of the day, learnt from clipped counts; all counts per tick."""

    __slots__ = ("hours", "mean", "mean_weight", "recent", "seen", "slow", "slow_weight", "weights")

    def __init__(self) -> None:
        self.seen = 0
        self.slow, self.slow_weight = 0.5 * HOUR, float(HOUR)
        self.mean, self.mean_weight = 0.0, 0.0
        self.hours, self.weights = [0.0] * 24, [0.0] * 24
        self.recent: list[float] = []

    def rate(self) -> float:
        """The slow level."""
        return self.slow / self.slow_weight

    def factor(self, at: float) -> float:
        """How this time of day compares with the whole day, between the middles of two hours."""
        hour = at / 3600 - 0.5
        first = math.floor(hour)
        share = hour - first
        mean = 0.001 + (self.mean / self.mean_weight if self.mean_weight else self.rate())
        return ((1 - share) * self._hour(first % 24, mean) + share * self._hour((first + 1) % 24, mean)) / mean

    def _hour(self, hour: int, mean: float) -> float:
        return (self.hours[hour] + PROFILE_PRIOR * mean) / (self.weights[hour] + PROFILE_PRIOR)

    def usual(self, rate: float, factor: float) -> tuple[float, float]:
        """The usual with the whole profile and with a flat one; while young, no less than the recent mean.

        On the first day no hour is known to be a quiet one.
        """
        if self.seen >= YOUNG:
            return rate * factor, rate * factor**FLAT
        if self.seen < DAY:
            factor = max(factor, 1.0)
        before = self.recent[:-3]
        least = min(1.0, (YOUNG - self.seen) / DAY) * sum(before) / len(before) if len(before) > 3 else 0.0
        return max(rate * factor, least), max(rate * factor**FLAT, least)

    def learn(self, at: float, count: float, usual: float) -> None:
        """Take a tick's count in, clipped so that a crisis does not become usual at once."""
        if self.seen < YOUNG:
            self.recent.append(count)
            del self.recent[:-MEMORY]
        self.seen += 1
        if self.seen > HOUR:
            count = min(count, CLIP * usual + CLIP_MORE)
        hour = int(at // 3600) % 24
        self.slow, self.slow_weight = self.slow * SLOW + count, self.slow_weight * SLOW + 1
        self.mean, self.mean_weight = self.mean * WEEK + count, self.mean_weight * WEEK + 1
        self.hours[hour] = self.hours[hour] * HOURLY + count
        self.weights[hour] = self.weights[hour] * HOURLY + 1


class ReturnPeriod:
    """Scores each 5-minute count of one stream of one brand by how seldom the brand sees the like.

    After `update`, `expected` is the usual count of 15 minutes at this hour, `score` the last score, and `minutes`
    and `count` the time scale that spoke loudest (15, 30 or 60) with the mentions counted in it.
    """

    def __init__(self) -> None:
        self.score, self.expected, self.minutes, self.count = -1.0, 0.0, 15, 0.0
        self._level = Level()
        self._tails = (Tail(0.7), Tail(0.5), Tail(0.45))
        self._window = [0.0] * HOUR
        self._last: float | None = None
        self._block = 0.0

    def update(self, at: float | Clock, count: float) -> float:
        """Take in the count of one tick at `at` (seconds since 1970 UTC, or with `timestamp()`); log10 of N days.

        1.0 means "once in 10 days for this brand". Ticks left out, and counts that are not numbers, are taken for
        usual ones; a clock that stands or goes back for the next tick; a negative count for none. In the first hour
        nothing is rarer than once a day.
        """
        level = self._level
        now, step = self._step(at if isinstance(at, int | float) else at.timestamp())
        rate = level.rate()
        factor = level.factor(now)
        usual = rate * factor
        count = min(max(float(count), 0.0), 1e12) if count == count else usual
        window = self._window
        window.extend([usual] * min(HOUR, int(step / TICK - 0.5)))
        window.append(count)
        del window[:-HOUR]
        full, flat = level.usual(rate, factor)
        self.expected = 3 * full
        self.score = self._rarest(3 * full, 3 * flat, PSEUDO + PSEUDO_SHARE * rate)
        level.learn(now, count, usual)
        return self.score

    def _step(self, at: float) -> tuple[float, float]:
        """A usable time, and the seconds since the last one; closes the block when its time is over."""
        last = self._last
        now = float(at) if math.isfinite(at) else (last or 0.0) + TICK
        step = TICK if last is None or now <= last else now - last
        self._last = now
        if self._block >= BLOCK * 86_400:
            self._block = 0.0
            for tail in self._tails:
                tail.close()
        self._block += min(step, 3600.0)
        return now, step

    def _rarest(self, usual: float, flat: float, pseudo: float) -> float:
        """The largest of the three scales' scores; remembers which it was."""
        window = self._window
        high = window[9] + window[10] + window[11]
        half = sum(sorted(window[6:])[:4]) * 0.75
        hour = sum(sorted(window)[:8]) * 0.375
        if self._level.seen < HOUR:
            self.minutes, self.count = 15, high
            return 0.0
        usual, flat = usual + pseudo, flat + pseudo
        tails = self._tails
        score, minutes = tails[0].score(math.log((high + pseudo) / flat)), 15
        if (other := PERSISTENCE * tails[1].score(math.log((half + pseudo) / usual))) > score:
            score, minutes = other, 30
        if (other := PERSISTENCE * tails[2].score(math.log((hour + pseudo) / usual))) > score:
            score, minutes = other, 60
        self.minutes, self.count = minutes, high if minutes == 15 else sum(window[-minutes // 5 :])
        return score - DOUBT * max(0.0, 1 - 2 * self._level.seen / DAY)

    @property
    def hourly(self) -> float:
        """The count of the last hour."""
        return sum(self._window)

    def state(self) -> dict[str, Any]:
        """All that it remembers, in JSON's own types; a few kilobytes."""
        return {
            "shown": [self.score, self.expected, self.minutes, self.count],
            "level": {name: _copy(getattr(self._level, name)) for name in Level.__slots__},
            "tails": [[list(tail.maxima), tail.top] for tail in self._tails],
            "window": list(self._window),
            "last": self._last,
            "block": self._block,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "ReturnPeriod":
        """A detector that goes on exactly where `state()` was taken."""
        self = cls()
        self.score, self.expected, self.minutes, self.count = state["shown"]
        for name in Level.__slots__:
            setattr(self._level, name, _copy(state["level"][name]))
        for tail, (maxima, top) in zip(self._tails, state["tails"], strict=True):
            tail.load(maxima, top)
        self._window, self._last, self._block = list(state["window"]), state["last"], state["block"]
        return self


def _copy(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value
