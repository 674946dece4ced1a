"""How rare is a count for this brand? A return period from the brand's own history, at three time scales.

Pure and causal: one value in, one score out, in constant time and memory. The method:

* the level (core.watching.level): a slow mean of clipped counts, times an hour-of-day profile; on the first two days,
  when there is no profile yet, at least the mean of the last hours, so that a morning is not taken for a crisis;
* three readings, each a log-ratio to that level: the 15-minute count, and trimmed counts of 30 and 90 minutes, which
  one spike cannot lift (a crisis is rare by persistence, not by height);
* for each, the maxima of half-day blocks over four weeks and their tail (core.watching.tail), shrunk to a tail as
  brands have it, so that a rise must be a considerable one;
* the largest of the three, or how seldom that is by its own maxima over eight weeks, whichever is rarer: the first
  knows how large a rise is, the second keeps its word about how often it speaks on streams that are calmer than most.

Counts may come every 10 seconds or once a week (core.watching.pace); the pace is told, or found from the first ones.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

from ascolta.core.watching.level import Level
from ascolta.core.watching.pace import DAY, FIVE_MINUTES, HOUR, TICK, Pace, pace
from ascolta.core.watching.tail import LN10, Tail

PSEUDO, PSEUDO_SHARE = 3.0, 0.15
"""Mentions, and a share of the slow level, added to both sides of a ratio to calm small counts."""

PERSISTENCE = 1.15
"""What a persistent rise counts more than a high one."""

BLOCKS, TOPS, PRIOR = 56, (0.7, 0.5, 0.45), (0.2, 4.0)
"""Blocks remembered of each scale; the log-ratio that an ordinary one reaches; the tail's prior excess, its weight."""

LONG_BLOCKS, LONG_TOP, LONG_PRIOR = 112, -0.3, (1 / LN10, 2.0)
"""The same of the largest score: log10 of half a day, and the tail that a score has which keeps its word."""

SCALES, BOTH, DOUBT = 0.25, 0.1, 0.4
"""log10 taken off: as the largest of three scales is exceeded more often than each; as the rarer of two readings is,
too; and at the start, fading over the first half day, while no block of the brand's own is known."""

FIRST = 6
"""Counts after which the pace is taken as known, where it was not told: the shortest step between them."""

LARGEST = 1e12
"""Counts are taken for no more than this."""


class Clock(Protocol):
    """Anything that can say when it is, as `datetime.datetime` and pandas' Timestamp."""

    def timestamp(self) -> float:
        """Seconds since 1970 UTC."""
        ...


class ReturnPeriod:
    """Scores each count of one stream of one brand by how seldom the brand sees the like.

    After `update`, `expected` is the usual count of 15 minutes at this hour, `high` the count of the last 15 minutes,
    `score` the last score, and `minutes` and `count` the time scale that spoke loudest (15, 30 or 90) with the
    mentions counted in it. Where counts come seldom, the scales are longer; `minutes` tells.
    """

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds`: how often counts come; None: it is found from the first ones, which are scored as usual."""
        self.score, self.expected, self.minutes, self.count, self.high = -1.0, 0.0, 15, 0.0, 0.0
        self._last: float | None = None
        self._waiting: list[tuple[float, float | None]] | None = [] if seconds is None else None
        self._begin(FIVE_MINUTES if seconds is None else pace(seconds))

    def _begin(self, at_pace: Pace) -> None:
        self._pace = at_pace
        self._level = Level(at_pace)
        days = at_pace.block / DAY
        self._tails = tuple(Tail(top, PRIOR, BLOCKS, days) for top in TOPS)
        self._long = Tail(LONG_TOP, LONG_PRIOR, LONG_BLOCKS, days)
        self._length = at_pace.spans[2] * at_pace.fold
        self._block_length, self._young = at_pace.block, at_pace.young
        self._minutes = [round(span * at_pace.tick / 60) for span in at_pace.spans]
        self._window = [0.0] * self._length
        self._block, self._part = 0.0, 0

    def update(self, at: float | Clock, count: float, late: Sequence[float] = ()) -> float:
        """Take in the count at `at` (seconds since 1970 UTC, or with `timestamp()`); log10 of N days.

        `late`: what has come since of the counts before, the newest first. It is added to these as far back as the
        longest time scale goes, and learned with this count: of counts finer than a tick, only what is of the same
        tick. While the pace is not known, it is left out.

        1.0 means "once in 10 days for this brand". Counts left out, and such that are not numbers, are taken for
        usual ones; a clock that stands or goes back for the next tick; a negative count for none. In the first hour
        nothing is rarer than once a day.
        """
        now = float(at if isinstance(at, int | float) else at.timestamp())
        count = min(max(float(count), 0.0), LARGEST) if count == count else math.nan
        return self._take(now, count, late) if self._waiting is None else self._await(now, count)

    def _await(self, now: float, count: float) -> float:
        """Keep one of the first counts; when there are enough, find the pace and take them in."""
        waiting = self._waiting or []
        now = now if math.isfinite(now) else (waiting[-1][0] if waiting else 0.0) + TICK
        self._waiting = waiting = [*waiting, (now, count if count == count else None)]
        self.score = 0.0
        if len(waiting) == FIRST:
            times = [at for at, _ in waiting]
            steps = [there - here for here, there in pairwise(times) if there > here]
            self._waiting = None
            self._begin(pace(min(steps, default=TICK)))
            for at, one in waiting:
                self._take(at, math.nan if one is None else one)
        return self.score

    def _take(self, at: float, count: float, late: Sequence[float] = ()) -> float:
        level, fold = self._level, self._pace.fold
        for back, more in enumerate(late[: self._length], 1):
            self._window[-back] += more
        now, missing = self._step(at)
        rate = level.rate()
        factor = level.factor(now)
        usual = rate * factor
        if count != count:
            count = usual / fold
        window = self._window
        if missing:
            window.extend([usual / fold] * missing)
        window.append(count)
        del window[: -self._length]
        full, flat = level.usual(rate, factor)
        self.score = self._rarest(full, flat, rate)
        if fold == 1:
            level.learn(now, count + sum(late), usual)
        else:
            self._part += 1
            if self._part >= fold:
                self._part = 0
                level.learn(now, sum(window[-fold:]), usual)
        return self.score

    def _step(self, at: float) -> tuple[float, int]:
        """A usable time, and how many counts are missing before it; closes the blocks when their time is over."""
        last, seconds = self._last, self._pace.seconds
        now = at if math.isfinite(at) else (last or 0.0) + seconds
        step = seconds if last is None or now <= last else now - last
        self._last = now
        if self._block >= self._block_length:
            self._block = 0.0
            self._long.close()
            for tail in self._tails:
                tail.close()
        self._block += min(step, max(HOUR, seconds))
        return now, 0 if step == seconds else min(self._length, int(step / seconds - 0.5))

    def _rarest(self, full: float, flat: float, rate: float) -> float:
        """The largest of the three scales' scores, or how seldom that is; remembers which scale it was."""
        spans, fold, window = self._pace.spans, self._pace.fold, self._window
        span = spans[0]
        self.high = high = sum(window[-span * fold :])
        self.expected = span * full
        seen = self._level.seen
        if seen < spans[2]:
            self.minutes, self.count = self._minutes[0], high
            return 0.0
        ticks = window if fold == 1 else [sum(window[at : at + fold]) for at in range(0, self._length, fold)]
        pseudo = PSEUDO + PSEUDO_SHARE * span * rate
        usual = span * full + pseudo
        half = _trimmed(ticks[-spans[1] :]) * span
        hour = _trimmed(ticks) * span
        tails = self._tails
        score, scale = tails[0].score(math.log((high + pseudo) / (span * flat + pseudo))), 0
        if (other := PERSISTENCE * tails[1].score(math.log((half + pseudo) / usual))) > score:
            score, scale = other, 1
        if (other := PERSISTENCE * tails[2].score(math.log((hour + pseudo) / usual))) > score:
            score, scale = other, 2
        self.minutes = self._minutes[scale]
        self.count = high if scale == 0 else sum(ticks[-spans[scale] :])
        score -= SCALES if seen > self._young else SCALES + DOUBT * max(0.0, 1 - 4 * seen / self._young)
        other = self._long.score(score)
        return max(score, other) - BOTH

    @property
    def hourly(self) -> float:
        """The count of the last hour, or of one tick where ticks are longer."""
        return sum(self._window[-max(1, round(HOUR / self._pace.seconds)) :])

    @property
    def ticks(self) -> tuple[float, ...]:
        """The counts of the longest time scale, the newest last."""
        return tuple(self._window)

    @property
    def last(self) -> float:
        """When the last count was taken in, in seconds since 1970 UTC; 0.0 before the first."""
        return self._last or 0.0

    @property
    def expected_ticks(self) -> int:
        """Ticks of the shortest time scale, of which `expected` and `high` are counts."""
        return self._pace.spans[0]

    @property
    def shortest(self) -> int:
        """Minutes of the shortest time scale."""
        return self._minutes[0]

    @property
    def days(self) -> float:
        """Days of counts that it has seen."""
        return self._level.seen * self._pace.tick / DAY

    @property
    def seconds(self) -> float:
        """How often counts come."""
        return self._pace.seconds

    def reaches(self, score: float) -> float:
        """The count of the shortest time scale that would have had this score just now."""
        rate = self._level.rate()
        _, flat = self._level.usual(rate, self._level.factor(self._last or 0.0))
        span = self._pace.spans[0]
        pseudo = PSEUDO + PSEUDO_SHARE * span * rate
        inner = min(score + BOTH, self._long.reading(score + BOTH)) + SCALES
        return max(0.0, (span * flat + pseudo) * math.exp(min(self._tails[0].reading(inner), 50.0)) - pseudo)

    def state(self) -> dict[str, Any]:
        """All that it remembers, in JSON's own types; a few kilobytes."""
        return {
            "shown": [self.score, self.expected, self.minutes, self.count],
            "high": self.high,
            "seconds": self._pace.seconds,
            "waiting": None if self._waiting is None else [list(one) for one in self._waiting],
            "level": self._level.state(),
            "tails": [tail.state() for tail in self._tails],
            "long": self._long.state(),
            "window": list(self._window),
            "last": self._last,
            "block": self._block,
            "part": self._part,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "ReturnPeriod":
        """A detector that goes on exactly where `state()` was taken; a state of an older version goes on as well."""
        self = cls(state.get("seconds", TICK))
        self.score, self.expected, self.minutes, self.count = state["shown"]
        self.high = state.get("high", 0.0)
        if (waiting := state.get("waiting")) is not None:
            self._waiting = [(at, count) for at, count in waiting]
        self._level.load(state["level"])
        for tail, (maxima, top) in zip(self._tails, state["tails"], strict=True):
            tail.load(maxima, top)
        if "long" in state:
            self._long.load(*state["long"])
        window = list(state["window"])
        self._window = [sum(window) / len(window)] * (self._length - len(window)) + window
        self._last, self._block = state["last"], state["block"]
        self._part = state.get("part", 0)
        return self


def _trimmed(counts: list[float]) -> float:
    """The mean of the lower two thirds."""
    kept = len(counts) * 2 // 3
    return sum(sorted(counts)[:kept]) / kept
