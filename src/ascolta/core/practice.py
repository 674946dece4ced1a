"""Practice: how a brand really behaves when spoken to, on complaints, and where nobody asked, in plain figures.

Where the talks come from is not known here: the journal (core/conduct.py) or a public history (core/threads.py) has
told them before.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ascolta.core.days import DAY
from ascolta.core.interval import Rank, Share, quantile

HOUR = 3_600.0
SPEEDS = (900.0, HOUR, 5 * HOUR, float(DAY), math.inf)
"""Until when, in seconds, a first answer counts as how fast."""


class End(StrEnum):
    """What became of a talk. *Gone* is one that its author or the network took back before anybody answered."""

    ANSWERED = "answered"
    LEFT = "left"
    WAITING = "waiting"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """How one person's talk was dealt with.

    `addressed`: they had spoken to the brand before it answered; `asked` is since when, `said` when each answer was
    given, in seconds since 1970 UTC, None where that is not known. `again` are answers to what had one already,
    `handed` answers or acts that sent the person on, `personal` answers that used personal facts, `after_stop` answers
    to somebody who had asked for silence.
    """

    brand: str = ""
    addressed: bool = True
    complaint: bool = False
    end: End = End.LEFT
    asked: float | None = None
    said: tuple[float | None, ...] = ()
    again: int = 0
    handed: int = 0
    personal: int = 0
    after_stop: int = 0
    posts: int = 1

    @property
    def uninvited(self) -> bool:
        """Whether the brand stepped in."""
        return bool(self.said) and not self.addressed

    @property
    def waited(self) -> float | None:
        """Seconds until the first answer; None if there is none, or its time is not known."""
        first = self.said[0] if self.said else None
        return None if first is None or self.asked is None else max(0.0, first - self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known beside the talks: how many mentions, how many of them called for no answer, who asked to stop.

    None where it is not known. `overridden`: answers that went out against the check, by rule; `checked` is False where
    nobody looked at what the answers said.
    """

    mentions: int | None = None
    quiet: int | None = None
    stops: int = 0
    unsealed: int | None = None
    overridden: tuple[tuple[str, int], ...] = ()
    checked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How those of one kind were met. `timed` is of how many the time to the first answer is known."""

    answered: Share
    waiting: int
    gone: int
    timed: int
    median: Rank | None
    p90: Rank | None
    speeds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """The figures. `hours`: of the hours of the day in which somebody spoke to the brand, those in which it answered.

    `alone`: of what was not said to the brand, what it left alone; `uninvited`: where it stepped in, of all mentions.
    `handed` and `personal` are None where nobody looked at what the answers said.
    """

    talks: int
    spoken: Met
    complaints: Met
    alone: Share | None
    uninvited: Share | None
    uninvited_complaints: int
    again: Share
    handed: Share | None
    hand_overs: int
    personal: Share | None
    after_stop: int
    hours: Share
    around: Around = field(default_factory=Around)


def practice(dealt: Iterable[Dealt], around: Around) -> Practice:
    """The figures of some talks."""
    found = list(dealt)
    stepped = [one for one in found if one.uninvited]
    answers = sum(len(one.said) for one in found)
    spoken = [one for one in found if one.addressed]
    met = [one for one in found if one.said]
    return Practice(
        talks=len(found),
        spoken=_met(spoken),
        complaints=_met([one for one in spoken if one.complaint]),
        alone=_alone(around, len(stepped)),
        uninvited=_share(len(stepped), around.mentions),
        uninvited_complaints=sum(one.complaint for one in stepped),
        again=Share(part=sum(one.again for one in found), whole=answers),
        handed=Share(part=sum(one.handed > 0 for one in met), whole=len(met)) if around.checked else None,
        hand_overs=sum(one.handed for one in found),
        personal=Share(part=sum(one.personal for one in found), whole=answers) if around.checked else None,
        after_stop=sum(one.after_stop for one in found),
        hours=_hours(found),
        around=around,
    )


def _met(those: Sequence[Dealt]) -> Met:
    """How some were met; what was taken back before anybody answered asks for nothing any more."""
    heard = [one for one in those if one.end is not End.GONE]
    waits = sorted(one.waited for one in heard if one.waited is not None)
    bounds = (0.0, *SPEEDS)
    return Met(
        answered=Share(part=sum(bool(one.said) for one in heard), whole=len(heard)),
        waiting=sum(one.end is End.WAITING for one in heard),
        gone=len(those) - len(heard),
        timed=len(waits),
        median=quantile(waits, 0.5),
        p90=quantile(waits, 0.9),
        speeds=tuple(
            sum(low < wait <= high or wait == low == 0 for wait in waits)
            for low, high in zip(bounds, SPEEDS, strict=False)
        ),
    )


def _alone(around: Around, stepped: int) -> Share | None:
    """Of what was not said to us, what was left alone."""
    return None if around.quiet is None else Share(part=max(0, around.quiet - stepped), whole=around.quiet)


def _share(part: int, whole: int | None) -> Share | None:
    return None if whole is None else Share(part=min(part, whole), whole=whole)


def _hours(found: Sequence[Dealt]) -> Share:
    asked = {int(one.asked % DAY // HOUR) for one in found if one.addressed and one.asked is not None}
    told = {int(at % DAY // HOUR) for one in found for at in one.said if at is not None}
    return Share(part=len(asked & told), whole=len(asked))


def figures(found: Practice) -> dict[str, Any]:
    """The figures for scripts: shares in percent, times in seconds."""
    return {
        "talks": found.talks,
        "mentions": found.around.mentions,
        "addressed": _figures_of(found.spoken),
        "complaints": _figures_of(found.complaints),
        "left_alone": _figure(found.alone),
        "uninvited": _figure(found.uninvited),
        "uninvited_per_thousand": _per_thousand(found.uninvited),
        "uninvited_on_complaints": found.uninvited_complaints,
        "second_answers": _figure(found.again),
        "handed_on": _figure(found.handed),
        "hand_overs": found.hand_overs if found.handed is not None else None,
        "personal_facts": _figure(found.personal),
        "after_stop": found.after_stop,
        "asked_to_stop": found.around.stops,
        "unsealed": found.around.unsealed,
        "against_the_check": dict(found.around.overridden),
        "hours_of_the_day": _figure(found.hours),
    }


def _figures_of(met: Met) -> dict[str, Any]:
    return {
        "answered": _figure(met.answered),
        "waiting": met.waiting,
        "taken_back": met.gone,
        "timed": met.timed,
        "median_seconds": _rank(met.median),
        "p90_seconds": _rank(met.p90),
        "answered_within": dict(zip(("15min", "1h", "5h", "24h", "later"), met.speeds, strict=False)),
    }


def _figure(share: Share | None) -> dict[str, Any] | None:
    if share is None:
        return None
    value, interval = share.value, share.interval
    return {
        "part": share.part,
        "whole": share.whole,
        "percent": None if value is None else round(100 * value, 1),
        "interval": None if interval is None else [round(100 * bound, 1) for bound in interval],
    }


def _per_thousand(share: Share | None) -> float | None:
    return None if share is None or share.value is None else round(1_000 * share.value, 1)


def _rank(rank: Rank | None) -> dict[str, Any] | None:
    return None if rank is None else {"value": rank.value, "interval": [rank.low, rank.high]}
