"""What kind of risk an alarm is about: what drives it, how fast it goes, whether it looks organised, who else rises.

Figures of the last hour, and what they mean; nothing about a post or an account. How grave that is say the brand's own
rules (core.grading).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ascolta.core.saying import Saying
from ascolta.core.watching.crowd import AUTHORS, Talk
from ascolta.core.watching.growth import Speed, Trend, speed

TOPIC = "topic:"
"""What the name of a stream of one topic begins with, as in the query language: `topic:refund`."""

DRIVERS, DRIVES, FEW = 3, 10, 3
"""Topics that are named as driving: so many at the most, with so many percent of the excess, and mentions, at least."""

COPIES, TOP, EACH = 20, 30, 6
"""Talk looks organised from so many percent of near-copies on, or of posts by the few who posted most, if each of them
posted so often in the hour: people who talk with a brand's service post two or three times."""

SEEN = 0.5
"""What is judged by less than this share of the talk is not judged."""

MANY, SHARE = 2, 4
"""Many brands rise where so many others do, and one in so many of those of which anything is said."""


class Organised(StrEnum):
    """Whether few speak in many voices."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A topic: how many more mentions than usual in the last hour, and their share of all that are more, in percent."""

    topic: str
    more: int
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who speaks, in rounded shares (core.watching.crowd.Talk); where nothing is known, `why` says why."""

    organised: Organised = Organised.UNKNOWN
    why: str = ""
    copies: int = 0
    top: int = 0
    apart: int = 100
    authors: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a vigil knows at a tick: of each stream the count of the last hour and what is usual; of one its ticks."""

    stream: str
    hours: Mapping[str, tuple[float, float]]
    ticks: tuple[float, ...]
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What kind of risk it is. `grade` is given by `rule`, because of `why`.

    `hour` and `more` are the mentions of the last hour and how many of them are more than usual; `complaints` and
    `negatives` are percent of them. `rising` of `others` watched brands rise in the same quarter of an hour.
    """

    grade: str = ""
    rule: str = ""
    why: str = ""
    hour: int = 0
    more: int = 0
    drivers: tuple[Driver, ...] = ()
    complaints: int = 0
    negatives: int = 0
    speed: Speed = field(default_factory=lambda: Speed(trend=Trend.EARLY))
    company: Company = Company()
    rising: int = 0
    others: int = 0

    @property
    def is_common(self) -> bool:
        """Whether many brands rise at once, so that it is about something larger than one of them."""
        return self.rising >= MANY and self.rising * SHARE >= self.others

    @property
    def apart(self) -> int:
        """The count of the last quarter of an hour where near-copies and one author's many posts count once."""
        return round(self.speed.now * self.company.apart / 100)


def assess(reading: Reading, talk: Talk | None, around: tuple[int, int]) -> Risk:
    """What kind of risk the figures of a tick tell of; `around` is how many of how many other brands rise, too."""
    count, usual = reading.hours["all"]
    more = max(0.0, count - usual)
    return Risk(
        hour=round(count),
        more=round(more),
        drivers=driving(reading, more),
        complaints=_percent(reading.hours.get("complaint", (0.0, 0.0))[0], count),
        negatives=_percent(reading.hours.get("negative", (0.0, 0.0))[0], count),
        speed=speed(reading.ticks, reading.usual),
        company=company(talk, count),
        rising=around[0],
        others=around[1],
    )


def driving(reading: Reading, more: float) -> tuple[Driver, ...]:
    """The topics that have most of what is more than usual, the largest first; a post may be of several."""
    beyond = [
        (stream.removeprefix(TOPIC), count - usual)
        for stream, (count, usual) in reading.hours.items()
        if stream.startswith(TOPIC)
    ]
    ranked = sorted(beyond, key=lambda one: (-one[1], one[0]))[:DRIVERS]
    found = (Driver(topic=topic, more=round(one), share=min(100, _percent(one, more))) for topic, one in ranked)
    return tuple(one for one in found if one.more >= FEW and one.share >= DRIVES)


UNHEARD = Saying("not known yet: an hour has to be heard first")
UNASKED = Saying("not asked: most of it was said where that is not allowed")
TOO_FEW = Saying("not told: fewer than %(num)s authors spoke in the last hour", num=AUTHORS)
UNKNOWN = {str(why): why for why in (UNHEARD, UNASKED, TOO_FEW)}
"""Why nobody knows whether talk is organised, by how it is kept."""


def company(talk: Talk | None, hour: float) -> Company:
    """Whether the talk of an hour with so many mentions looks organised."""
    if talk is None or talk.heard < SEEN * hour:
        return Company(why=str(UNHEARD))
    if talk.looked < SEEN * talk.heard:
        return Company(why=str(UNASKED))
    if not talk.authors:
        return Company(why=str(TOO_FEW))
    yes = talk.copies >= COPIES or (talk.top >= TOP and talk.each >= EACH)
    return Company(
        organised=Organised.YES if yes else Organised.NO,
        copies=talk.copies,
        top=talk.top,
        apart=talk.apart,
        authors=talk.authors,
    )


def _percent(part: float, whole: float) -> int:
    return round(100 * part / whole) if whole > 0 else 0
