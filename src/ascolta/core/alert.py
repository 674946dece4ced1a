"""The state of a brand's risk, and what changes it: one alarm an episode, in one plain sentence."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ascolta.core.detect import Clock, ReturnPeriod

ONCE_IN_DAYS = 7.0
"""An alarm is as seldom as this by default; with it a brand hears of real surges and of little else."""

ORDER = ("complaint", "negative", "all")
"""Which stream is named where several rise at the same tick: the one that says most."""

NOUNS = {"all": "mention", "negative": "negative mention", "complaint": "complaint"}

FEW = 5
"""Fewer mentions than this in 15 minutes are nobody's crisis, however quiet the brand is."""

CALM = 0.0
"""A score (log10 of days) below this is unremarkable: seen about daily."""

HOUR, DAY = 3_600.0, 86_400.0

STILL = 2.0
"""An hour with more than this times what was usual before the episode is part of it, for a day at most. The score alone
would call it calm too early: a detector that learns takes a long crisis for usual."""

SHORT_HISTORY = 14 * DAY
"""Below this many seconds of history, an alarm says how little it is judged by."""

CEILING = 3.5
"""No alarm claims to be rarer than this score: nine years. History is two weeks long."""

NEWS, WORSE, FADE = 0.65, 0.4, 0.4
"""Score at which an episode begins, how much worse is news in it, and how much of that wears off in an hour."""


class State(StrEnum):
    """How a brand stands: `calm`, or in an episode that was alarmed."""

    CALM = "calm"
    ALERT = "alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChange:
    """A change of a brand's state: by which stream, when (seconds since 1970 UTC, end of the tick), and why.

    `score` is log10 of `once_in_days`. `why` is one sentence with figures and never content.
    """

    brand: str
    stream: str
    old: State
    new: State
    at: float
    score: float
    once_in_days: float
    why: str


class Once:
    """A detector that tells an episode once, and again hourly at most while it is as bad, sooner if clearly worse."""

    def __init__(self, inner: ReturnPeriod) -> None:
        self.inner = inner
        self._told: float | None = None
        self._last: float | None = None

    def update(self, at: float | Clock, count: float) -> float:
        """The inner score (log10 of days), or -1.0 where the episode's last telling was about as bad."""
        now = float(at) if isinstance(at, int | float) else at.timestamp()
        score = self.inner.update(now, count)
        if self._told is not None and self._last is not None and now > self._last:
            self._told -= FADE * min((now - self._last) / HOUR, 3.0)
        self._last = now
        if score < NEWS:
            return score
        if self._told is not None and score < self._told + WORSE:
            return -1.0
        self._told = score
        return score


def detector() -> Once:
    """A fresh default detector of one stream: `update(at, count) -> score`, deep-copyable, in bounded memory."""
    return Once(ReturnPeriod())


class Vigil:
    """Watches one brand's streams and tells when an episode begins and when it is over."""

    def __init__(self, brand: str, *, once_in_days: float = ONCE_IN_DAYS) -> None:
        """`once_in_days`: how seldom, by the brand's own history, a tick must be to raise an alarm."""
        self.brand = brand
        self.threshold = math.log10(once_in_days)
        self._detectors = {stream: ReturnPeriod() for stream in ORDER}
        self._risen: str | None = None
        self._first: float | None = None
        self._remarkable = 0.0
        self._since, self._usual = 0.0, 0.0

    def tick(self, at: float, counts: Mapping[str, int]) -> AlertChange | None:
        """Take in the counts of the tick that ended at `at` (seconds since 1970 UTC); a stream left out counts 0."""
        if self._first is None:
            self._first = at
        scores = {stream: one.update(at, counts.get(stream, 0)) for stream, one in self._detectors.items()}
        if self._risen is None:
            risen = [stream for stream in ORDER if scores[stream] >= self.threshold and self._many(stream)]
            return self._raise(risen[0], at) if risen else None
        if at < self._remarkable or any(score >= CALM for score in scores.values()) or self._still(self._risen, at):
            self._remarkable = at
        return self._settle(self._risen, at) if at - self._remarkable >= HOUR else None

    def _many(self, stream: str) -> bool:
        """Whether there is enough to speak of, in the time scale that spoke."""
        found = self._detectors[stream]
        return found.count * 15 >= FEW * found.minutes

    def _still(self, stream: str, at: float) -> bool:
        """Whether there is much more talk than before the episode, though it may no longer rise."""
        return at - self._since < DAY and self._detectors[stream].hourly > STILL * self._usual + FEW

    def _raise(self, stream: str, at: float) -> AlertChange:
        self._risen, self._remarkable = stream, at
        found = self._detectors[stream]
        self._since, self._usual = at, 4 * found.expected
        days = 10 ** min(found.score, CEILING)
        why = f"{_figures(stream, found)}: about once in {_days(days)} for this brand{self._history(at)}."
        return self._change(stream, State.ALERT, at, why)

    def _settle(self, stream: str, at: float) -> AlertChange:
        self._risen = None
        now, before = round(self._detectors[stream].hourly), round(self._usual)
        why = f"Over for an hour: {_several(now, NOUNS[stream])} in the last hour, {before} an hour were usual before."
        return self._change(stream, State.CALM, at, why)

    def _change(self, stream: str, new: State, at: float, why: str) -> AlertChange:
        old = State.CALM if new is State.ALERT else State.ALERT
        score = min(self._detectors[stream].score, CEILING)
        return AlertChange(
            brand=self.brand, stream=stream, old=old, new=new, at=at, score=score, once_in_days=10**score, why=why
        )

    def _history(self, at: float) -> str:
        """What to add where the brand has not been watched for long."""
        seconds = at - (at if self._first is None else self._first)
        if seconds >= SHORT_HISTORY:
            return ""
        hours = max(1, round(seconds / HOUR))
        length = _several(hours, "hour") if hours < 72 else _several(hours // 24, "day")
        return f", with {length} of history"

    def state(self) -> dict[str, Any]:
        """All that it remembers, in JSON's own types."""
        return {
            "threshold": self.threshold,
            "risen": self._risen,
            "first": self._first,
            "remarkable": self._remarkable,
            "since": self._since,
            "usual": self._usual,
            "streams": {stream: one.state() for stream, one in self._detectors.items()},
        }

    @classmethod
    def from_state(cls, brand: str, state: dict[str, Any]) -> "Vigil":
        """A vigil over `brand` that goes on exactly where `state()` was taken."""
        self = cls(brand)
        self.threshold, self._risen = state["threshold"], state["risen"]
        self._first, self._remarkable = state["first"], state["remarkable"]
        self._since, self._usual = state["since"], state["usual"]
        self._detectors = {stream: ReturnPeriod.from_state(state["streams"][stream]) for stream in ORDER}
        return self


def _figures(stream: str, found: ReturnPeriod) -> str:
    """Such as `41 complaints in 15 minutes where 3 are usual at this hour`."""
    span = "an hour" if found.minutes == 60 else f"{found.minutes} minutes"
    usual = round(found.expected * found.minutes / 15)
    compared = f"{usual} {'is' if usual == 1 else 'are'} usual" if usual else "hardly any is usual"
    return f"{_several(round(found.count), NOUNS[stream])} in {span} where {compared} at this hour"


def _days(days: float) -> str:
    if days < 365:
        return _several(max(1, round(days)), "day")
    return _several(round(days / 365), "year")


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
