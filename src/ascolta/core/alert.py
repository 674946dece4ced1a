"""The state of a brand's risk, and what changes it: one alarm an episode, in one plain sentence."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ascolta.core.detect import Clock, ReturnPeriod
from ascolta.core.risk import TOPIC as TOPIC
from ascolta.core.risk import Reading, Risk
from ascolta.core.watching.pace import DAY, HOUR, TICK

ONCE_IN_DAYS = 7.0
"""An alarm is as seldom as this by default; with it a brand hears of real surges and of little else."""

ORDER = ("complaint", "negative", "all")
"""Which stream is named where several rise at the same tick: the one that says most. Topics come before `all`."""

NOUNS = {"all": "mention", "negative": "negative mention", "complaint": "complaint"}

FEW = 5
"""Fewer mentions than this in 15 minutes are nobody's crisis, however quiet the brand is."""

CALM = 0.0
"""A score (log10 of days) below this is unremarkable: seen about daily."""

STILL = 2.0
"""An hour with more than this times what was usual before the episode is part of it, for a day at most. The score alone
would call it calm too early: a detector that learns takes a long crisis for usual."""

SHORT_HISTORY = 14 * DAY
"""Below this many seconds of history, an alarm says how little it is judged by."""

CEILING = 3.5
"""No alarm claims to be rarer than this score: nine years. History is two months long at most."""

NEWS = 0.74
"""Score at which the public detector's episode begins: a little less than an alarm takes."""

TIMES, HALF_LIFE = 2.0, 6.0
"""In an episode it is news when the count is so many times what was told, which halves in so many hours;"""

WORSE, FADE = 0.6, 0.2
"""or when the score is so much higher than what was told, of which so much wears off in an hour."""


class State(StrEnum):
    """How a brand stands: `calm`, or in an episode that was alarmed."""

    CALM = "calm"
    ALERT = "alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChange:
    """A change of a brand's state: by which stream, when (seconds since 1970 UTC, end of the tick), and why.

    `score` is log10 of `once_in_days`. `why` is one sentence with figures and never content; `risk` tells what kind of
    risk it is. From alert to alert it has become graver.
    """

    brand: str
    stream: str
    old: State
    new: State
    at: float
    score: float
    once_in_days: float
    why: str
    risk: Risk | None = None

    @property
    def begins(self) -> bool:
        """Whether an episode begins with it."""
        return self.old is State.CALM and self.new is State.ALERT


def up(changes: Sequence[AlertChange]) -> AlertChange | None:
    """Of all changes of a brand, oldest first, the one by which the alert that is up began, with the last told risk."""
    if not changes or changes[-1].new is State.CALM:
        return None
    began = next((change for change in reversed(changes) if change.begins), changes[-1])
    return replace(began, risk=changes[-1].risk)


class Once:
    """A detector that tells an episode once, and again only where it has become clearly worse than what was told."""

    def __init__(self, inner: ReturnPeriod) -> None:
        self.inner = inner
        self._score, self._count = CALM, 0.0
        self._last: float | None = None

    def update(self, at: float | Clock, count: float) -> float:
        """The inner score (log10 of days), or -1.0 where the episode's last telling was about as bad."""
        now = float(at if isinstance(at, int | float) else at.timestamp())
        score = self.inner.update(now, count)
        hours = (now - self._last) / HOUR if self._last is not None and now > self._last else 0.0
        self._last = now if math.isfinite(now) else self._last
        if hours > 0.0:
            self._count *= 0.5 ** (hours / HALF_LIFE)
            self._score = max(CALM, self._score - FADE * hours)
        if score < NEWS:
            return score
        if self.inner.high < TIMES * self._count and score < self._score + WORSE:
            return -1.0
        self._score, self._count = max(self._score, score), max(self._count, self.inner.high)
        return score

    def state(self) -> dict[str, Any]:
        """All that it remembers, in JSON's own types."""
        return {"inner": self.inner.state(), "told": [self._score, self._count], "last": self._last}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "Once":
        """A detector that goes on exactly where `state()` was taken."""
        self = cls(ReturnPeriod.from_state(state["inner"]))
        (self._score, self._count), self._last = state["told"], state["last"]
        return self


def detector() -> Once:
    """A fresh default detector of one stream: `update(at, count) -> score`, deep-copyable, in bounded memory."""
    return Once(ReturnPeriod())


class Vigil:
    """Watches one brand's streams and tells when an episode begins and when it is over."""

    def __init__(self, brand: str, *, once_in_days: float = ONCE_IN_DAYS, topics: Sequence[str] = ()) -> None:
        """`once_in_days`: how seldom, by the brand's own history, a tick must be to raise an alarm.

        `topics`: streams that are watched beside the three, by their names in the counts: `topic:refund`.
        """
        self.brand = brand
        self.grade = ""
        self.threshold = math.log10(once_in_days)
        order = tuple(dict.fromkeys((*ORDER[:-1], *topics, ORDER[-1])))
        self._detectors = {stream: ReturnPeriod(TICK) for stream in order}
        self._risen: str | None = None
        self._first: float | None = None
        self._remarkable = 0.0
        self._since, self._usual = 0.0, 0.0

    @property
    def streams(self) -> tuple[str, ...]:
        """What it watches; the one that says most comes first."""
        return tuple(self._detectors)

    @property
    def to_go(self) -> float:
        """Days until the brand's history is as long as an alarm needs to be judged well; 0.0 when it is."""
        return max(0.0, SHORT_HISTORY / DAY - self._detectors["all"].days)

    @property
    def history(self) -> str:
        """How much it has to go by: `not enough history: 9 days to go`, or nothing where there is enough."""
        return told_history(self.to_go)

    @property
    def scores(self) -> dict[str, float]:
        """The last score of each stream, log10 of days."""
        return {stream: one.score for stream, one in self._detectors.items()}

    @property
    def is_up(self) -> bool:
        """Whether an episode is going on."""
        return self._risen is not None

    def reading(self) -> Reading:
        """The figures of the last tick of all streams, and of the one that was alarmed tick by tick."""
        stream = self._risen or "all"
        found = self._detectors[stream]
        hours = {name: (one.hourly, 4 * one.expected) for name, one in self._detectors.items()}
        return Reading(stream=stream, hours=hours, ticks=found.ticks, usual=found.expected / found.expected_ticks)

    def again(self) -> AlertChange:
        """The episode as it stands at the last tick, for the case that it has become graver."""
        stream = self._risen or "all"
        found = self._detectors[stream]
        told = self._change(stream, State.ALERT, found.last, f"{_figures(stream, found)}.")
        return replace(told, old=State.ALERT)

    def tick(
        self, at: float, counts: Mapping[str, int], late: Mapping[str, Sequence[int]] | None = None
    ) -> AlertChange | None:
        """Take in the counts of the tick that ended at `at` (seconds since 1970 UTC); a stream left out counts 0.

        `late`: by stream what has come since of ticks before, the newest first. That one is counted with this tick and
        those behind it with the ones before this: so what one source tells late is seen at once, and what it tells late
        of a long time is no sudden rise.
        """
        if self._first is None:
            self._first = at
        late, scores = late or {}, {}
        for stream, one in self._detectors.items():
            more = late.get(stream, (0,))
            scores[stream] = one.update(at, counts.get(stream, 0) + more[0], more[1:])
        if self._risen is None:
            risen = [stream for stream in self._detectors if scores[stream] >= self.threshold and self._many(stream)]
            return self._raise(risen[0], at) if risen else None
        seldom = any(score >= CALM and self._more(stream) for stream, score in scores.items())
        if at < self._remarkable or seldom or self._still(self._risen, at):
            self._remarkable = at
        return self._settle(self._risen, at) if at - self._remarkable >= HOUR else None

    def _many(self, stream: str) -> bool:
        """Whether there is enough to speak of, in the time scale that spoke."""
        found = self._detectors[stream]
        return found.count * 15 >= FEW * found.minutes

    def _more(self, stream: str) -> bool:
        """Whether there is more than usual at all: a topic that nobody speaks of is at its highest all the time."""
        found = self._detectors[stream]
        return found.count * 15 > found.expected * found.minutes

    def _still(self, stream: str, at: float) -> bool:
        """Whether there is much more talk than before the episode, though it may no longer rise."""
        return at - self._since < DAY and self._detectors[stream].hourly > STILL * self._usual + FEW

    def _raise(self, stream: str, at: float) -> AlertChange:
        self._risen, self._remarkable = stream, at
        found = self._detectors[stream]
        self._since, self._usual = at, 4 * found.expected
        days = 10 ** min(found.score, CEILING)
        why = f"{_figures(stream, found)}: about once in {_days(days)} for this brand{_with(found.days)}."
        return self._change(stream, State.ALERT, at, why)

    def _settle(self, stream: str, at: float) -> AlertChange:
        self._risen, self.grade = None, ""
        now, before = round(self._detectors[stream].hourly), round(self._usual)
        why = f"Over for an hour: {_several(now, _noun(stream))} in the last hour, {before} an hour were usual before."
        return self._change(stream, State.CALM, at, why)

    def _change(self, stream: str, new: State, at: float, why: str) -> AlertChange:
        old = State.CALM if new is State.ALERT else State.ALERT
        score = min(self._detectors[stream].score, CEILING)
        return AlertChange(
            brand=self.brand, stream=stream, old=old, new=new, at=at, score=score, once_in_days=10**score, why=why
        )

    def state(self) -> dict[str, Any]:
        """All that it remembers, in JSON's own types."""
        return {
            "threshold": self.threshold,
            "risen": self._risen,
            "first": self._first,
            "remarkable": self._remarkable,
            "since": self._since,
            "usual": self._usual,
            "grade": self.grade,
            "streams": {stream: one.state() for stream, one in self._detectors.items()},
        }

    @classmethod
    def from_state(cls, brand: str, state: dict[str, Any], *, topics: Sequence[str] | None = None) -> "Vigil":
        """A vigil over `brand` that goes on exactly where `state()` was taken.

        `topics`: the topics watched from now on; a new one starts without history. None: those watched before.
        """
        saved = state["streams"]
        self = cls(brand, topics=[one for one in saved if one not in ORDER] if topics is None else topics)
        self.threshold, self._risen = state["threshold"], state["risen"]
        self._first, self._remarkable = state["first"], state["remarkable"]
        self._since, self._usual = state["since"], state["usual"]
        self.grade = state.get("grade", "")
        for stream in self._detectors:
            if stream in saved:
                self._detectors[stream] = ReturnPeriod.from_state(saved[stream])
        if self._risen not in self._detectors:
            self._risen, self.grade = None, ""
        return self


def told_history(to_go: float) -> str:
    """How long it takes until history is long enough, said honestly; nothing where it is."""
    if to_go <= 0:
        return ""
    hours = math.ceil(to_go * 24)
    return f"not enough history: {_several(hours, 'hour') if hours < 48 else _several(math.ceil(to_go), 'day')} to go"


def _with(days: float) -> str:
    """What to add to an alarm where the stream has not been watched for long."""
    if days * DAY >= SHORT_HISTORY:
        return ""
    hours = max(1, round(days * 24))
    return f", with {_several(hours, 'hour') if hours < 72 else _several(hours // 24, 'day')} of history"


def _noun(stream: str) -> str:
    """What is counted in a stream: `mention of refund` for `topic:refund`."""
    return NOUNS.get(stream, f"mention of {stream.removeprefix(TOPIC)}")


def _figures(stream: str, found: ReturnPeriod) -> str:
    """Such as `41 complaints in 15 minutes where 3 are usual at this hour`."""
    span = "an hour" if found.minutes == 60 else f"{found.minutes} minutes"
    usual = round(found.expected * found.minutes / 15)
    compared = f"{usual} {'is' if usual == 1 else 'are'} usual" if usual else "hardly any is usual"
    return f"{_several(round(found.count), _noun(stream))} in {span} where {compared} at this hour"


def _days(days: float) -> str:
    if days < 365:
        return _several(max(1, round(days)), "day")
    return _several(round(days / 365), "year")


def _several(count: int, noun: str) -> str:
    one, of, rest = noun.partition(" of ")
    return f"{count} {one}{'' if count == 1 else 's'}{of}{rest}"
