"""Published figures: fixed cells, exact counts that nobody can print, and the one step from these to a figure.

A cell's noise is discrete Laplace at scale 1/epsilon, for an author adds one to a cell at most.
What falls below a threshold after the noise is not shown; the exact count is never compared with anything.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, NoReturn

from ascolta.core.days import DAY, date_of
from ascolta.core.noise import Bits, laplace

HOUR = 3_600
SURE = 0.95
"""How often the interval around a figure holds the exact count."""


class Kind(StrEnum):
    """What a cell counts: authors by the hour in which they were first heard, by day, or by topic and day."""

    HOUR = "hour"
    DAY = "day"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a kind of cell costs each author in it, below which noised count it is not shown, in how many one may be."""

    epsilon: Fraction
    threshold: int
    most: int


TERMS = {
    Kind.HOUR: Terms(epsilon=Fraction(3, 10), threshold=26, most=1),
    Kind.DAY: Terms(epsilon=Fraction(1, 5), threshold=36, most=1),
    Kind.TOPIC: Terms(epsilon=Fraction(1, 4), threshold=30, most=2),
}
BUDGET = sum((terms.epsilon * terms.most for terms in TERMS.values()), Fraction(0))
"""What one author's day may cost for one brand while the program runs through: epsilon 1."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cell:
    """One fixed cell of a brand's day (days since 1970, UTC); `part` is the hour as two digits, or the topic."""

    brand: str
    day: int
    kind: Kind
    part: str = ""

    @property
    def ends(self) -> int:
        """When it is closed, in seconds since 1970."""
        return self.day * DAY + ((int(self.part) + 1) * HOUR if self.kind is Kind.HOUR else DAY)

    @property
    def name(self) -> str:
        """What it counts, for people."""
        date = "{:04}-{:02}-{:02}".format(*date_of(self.day))
        return {Kind.HOUR: f"{date} {self.part}:00", Kind.DAY: date, Kind.TOPIC: f"{date} {self.part}"}[self.kind]


def cells(brand: str, day: int, topics: Sequence[str]) -> tuple[Cell, ...]:
    """Every cell of a brand's day: fixed before anyone speaks, and the empty ones get noise like the others."""
    hours = [Cell(brand=brand, day=day, kind=Kind.HOUR, part=f"{hour:02}") for hour in range(24)]
    named = [Cell(brand=brand, day=day, kind=Kind.TOPIC, part=topic) for topic in dict.fromkeys(topics)]
    return (*hours, Cell(brand=brand, day=day, kind=Kind.DAY), *named)


class Exact:
    """A count as it is. It can be added to and noised; it cannot be printed, compared, converted, copied or encoded."""

    __slots__ = ("__n",)

    def __init__(self, n: int) -> None:
        self.__n = n

    def __add__(self, other: "Exact") -> "Exact":
        return Exact(self.__n + other.__n)

    def __mul__(self, weight: int) -> "Exact":
        return Exact(self.__n * weight)

    def noised(self, draw: Callable[[], int]) -> int:
        """The count plus one draw of noise."""
        return self.__n + draw()

    def at_rest(self) -> int:
        """The bare number, for the store of cells that are still open and for nothing else."""
        return self.__n

    def __repr__(self) -> str:
        return "Exact(not shown)"

    def _refuse(self, *_: Any) -> NoReturn:
        raise TypeError("an exact count is not shown, compared or encoded; publish it with noise")

    __str__ = __format__ = __bool__ = __int__ = __index__ = __float__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __reduce_ex__ = __getstate__ = __copy__ = __deepcopy__ = _refuse
    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A cell after noise. `value` is None where it was too small to be shown, or withheld after too many restarts."""

    cell: Cell
    value: int | None
    epsilon: Fraction
    withheld: bool = False

    @property
    def interval(self) -> tuple[int, int] | None:
        """From what to what the exact count reaches, 19 times in 20; None where nothing is shown."""
        if self.value is None:
            return None
        width = reach(self.epsilon)
        return max(0, self.value - width), self.value + width


def publish(cell: Cell, count: Exact, bits: Bits) -> Published:
    """The figure of a cell. To be done once for each cell: every further draw would cost its epsilon again."""
    terms = TERMS[cell.kind]
    noised = count.noised(lambda: laplace(1 / terms.epsilon, bits))
    shown = noised if noised >= terms.threshold else None
    return Published(cell=cell, value=shown, epsilon=terms.epsilon)


def withhold(cell: Cell) -> Published:
    """A cell of which nothing is told and nothing was spent."""
    return Published(cell=cell, value=None, epsilon=Fraction(0), withheld=True)


def reach(epsilon: Fraction, sure: float = SURE) -> int:
    """How far the noise goes at most, so often: the smallest w for which |noise| ≤ w has at least that probability."""
    decay = math.exp(-epsilon)
    return max(0, math.ceil(math.log((1 - sure) * (1 + decay) / 2) / -epsilon) - 1)
