"""What people speak of who speak of a brand, beside what they speak of who speak of its competitors, topic by topic.

Published figures only, so it spends nothing more. A topic is compared where a competitor has one of the same name:
which part of the authors of a day was counted in it. Bounds hold what was counted, not what is usual.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ascolta.core.cells import Kind
from ascolta.core.insight import CLEAR, Series, series
from ascolta.core.insight_bounds import Estimate, summed, times
from ascolta.core.ledger import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One topic of a brand beside that of another one: the part of the authors of each who were counted in it.

    `times` is how many times as large the brand's own part is; None where that cannot be said.
    """

    topic: str
    other: str
    own: Estimate
    others: Estimate
    times: Estimate | None

    @property
    def is_more(self) -> bool:
        """Whether the brand's own part is surely the larger one."""
        return self.times is not None and self.times.low > 1 + CLEAR

    @property
    def is_less(self) -> bool:
        """Whether it is surely the smaller one."""
        return self.times is not None and self.times.high < 1 - CLEAR


def beside(
    topics: Sequence[str], entries: Sequence[Entry], rivals: Mapping[str, Sequence[Entry]], now: range
) -> list[Beside]:
    """Every topic that a competitor has too, over those of the days on which both are known."""
    found = []
    own = {topic: series(entries, Kind.TOPIC, topic) for topic in topics}
    daily = series(entries, Kind.DAY)
    for other, theirs in rivals.items():
        there = series(theirs, Kind.DAY)
        for topic in topics:
            spoken = series(theirs, Kind.TOPIC, topic)
            parts = _parts(((own[topic], daily), (spoken, there)), now)
            if parts is not None:
                found.append(Beside(topic=topic, other=other, own=parts[0], others=parts[1], times=_times(*parts)))
    return found


def _parts(sides: Sequence[tuple[Series, Series]], now: range) -> tuple[Estimate, Estimate] | None:
    """Which part of the authors of each side was counted in its topic; None where that cannot be said."""
    days = [day for day in now if all(one.over([day]) for side in sides for one in side)]
    if not days:
        return None
    parts = [times(*(summed(one.over(days), one.epsilon, one.threshold) for one in side)) for side in sides]
    first, second = parts
    return (first, second) if first is not None and second is not None else None


def _times(own: Estimate, others: Estimate) -> Estimate | None:
    if not all(math.isfinite(one) for side in (own, others) for one in (side.most, side.high)):
        return None
    return times(own, others)
