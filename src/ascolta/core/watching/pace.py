"""How often counts come, and what follows from it: the time scales, the cycle of the usual, how long is remembered."""

from dataclasses import dataclass

TICK = 300.0
"""Seconds that one count covers in Ascolta's own streams; counts that come more often are added up to as much."""

HOUR, DAY, WEEK = 3_600.0, 86_400.0, 7 * 86_400.0

SHORTEST, LONGEST = 10.0, WEEK
"""Seconds between two counts that a pace can be."""

PROMPT, HALF, LONG = 900.0, 1_800.0, 5_400.0
"""Seconds of the three time scales, where counts come often enough."""

FEW_TICKS = (1, 3, 6)
"""Ticks that each of the three scales has at least, where counts come seldom."""

COARSE = 6 * HOUR
"""Counts that cover more than this know no hour of the day; the day of the week is what they follow."""

BLOCK, BLOCK_TICKS = DAY / 2, 3
"""Seconds of a block of which the highest reading is remembered, and the ticks that it has at least."""

SLOW_DAYS, SLOW_TICKS = 5.0, 28.0
"""Memory of the slow level: days, and ticks at least."""

MEAN_DAYS, MEAN_TICKS = 7.0, 56.0
"""Memory of the mean under the profile: days, and ticks at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Counts that come every `seconds`; `fold` of them make a tick of `tick` seconds, on which the level is learnt.

    `spans` are the ticks of the three time scales. The usual follows a cycle of `cycle` seconds in `slots` parts.
    """

    seconds: float
    fold: int
    tick: float
    spans: tuple[int, int, int]
    cycle: float
    slots: int

    @property
    def block(self) -> float:
        """Seconds of a block."""
        return max(BLOCK, BLOCK_TICKS * self.tick)

    @property
    def young(self) -> int:
        """Ticks of two cycles; until then no part of the cycle is known well."""
        return int(2 * self.cycle / self.tick)

    @property
    def visit(self) -> float:
        """Ticks of one part of the cycle."""
        return max(1.0, self.cycle / self.slots / self.tick)

    @property
    def slow(self) -> float:
        """What one tick leaves of the slow level."""
        return 1 - 1 / max(SLOW_DAYS * DAY / self.tick, SLOW_TICKS)

    @property
    def mean(self) -> float:
        """What one tick leaves of the mean under the profile."""
        return 1 - 1 / max(MEAN_DAYS * DAY / self.tick, MEAN_TICKS)


def pace(seconds: float) -> Pace:
    """The pace of counts that come every so many seconds."""
    seconds = min(max(seconds, SHORTEST), LONGEST)
    fold = max(1, round(TICK / seconds))
    tick = seconds * fold
    most = zip((PROMPT, HALF, LONG), FEW_TICKS, strict=True)
    first, second, third = (max(least, round(span / tick)) for span, least in most)
    coarse = tick > COARSE
    return Pace(
        seconds=seconds,
        fold=fold,
        tick=tick,
        spans=(first, second, third),
        cycle=WEEK if coarse else DAY,
        slots=7 if coarse else 24,
    )


FIVE_MINUTES = pace(TICK)
"""The pace of Ascolta's own streams."""
