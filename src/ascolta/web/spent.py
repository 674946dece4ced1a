"""What the published figures spent, day by day against the budget: drawn as SVG, with a table behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ascolta.core.brand import Brand
from ascolta.core.cells import BUDGET, Kind, reach
from ascolta.core.days import DAY, date_of
from ascolta.core.ledger import Entry, learned, protects
from ascolta.ports import Ledger
from ascolta.web.tongue import dated, number
from ascolta.web.tongue import gettext as _

DAYS = 14
WIDTH, HEIGHT = 960, 150
_ORDER = (Kind.DAY, Kind.HOUR, Kind.TOPIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one kind of figures spent on a day, as a bar in pixels."""

    kind: Kind
    y: float
    tall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the ledger: what it spent of its budget, how often the program started, what became of its figures."""

    said: str
    short: str
    x: float
    pieces: Sequence[Piece] = ()
    spent: str = ""
    starts: int = 0
    shown: int = 0
    hidden: int = 0
    withheld: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published figure; `value` is None where it was too small to be shown, `give` how far it may be off."""

    kind: str
    part: str
    value: int | None
    give: int
    withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A brand's last days. `line` is where the budget stands on the picture, `top` what its upper edge means."""

    brand: Brand
    days: Sequence[Day]
    top: str
    budget: str
    line: float
    wide: float
    newest: str = ""
    protects: str = ""
    learned: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def told(self) -> Sequence[Day]:
        """The days of which something stands in the ledger, the newest first."""
        return [day for day in reversed(self.days) if day.starts]


def look(brand: Brand, ledger: Ledger, now: float) -> Spent:
    """The last two weeks of one brand. Raises StoreError."""
    today = int(now // DAY)
    found = {day: entry for day in range(today - DAYS + 1, today + 1) for entry in ledger.entries(brand.id, day)}
    most = max([BUDGET, *(entry.spent for entry in found.values())])
    step = WIDTH / DAYS
    days = [
        _day(day, found.get(day), place * step, float(most))
        for place, day in enumerate(range(today - DAYS + 1, today + 1))
    ]
    told = [found[day] for day in sorted(found) if found[day].spent]
    newest = told[-1] if told else None
    return Spent(
        brand=brand,
        days=days,
        top=number(float(most), 1),
        budget=number(float(BUDGET), 1),
        line=round(HEIGHT * (1 - float(BUDGET / most)), 1),
        wide=round(step * 0.6, 1),
        newest=dated(date(*date_of(newest.day))) if newest else "",
        protects=protects(newest) if newest else "",
        learned=learned(newest) if newest else (),
        figures=_figures(newest) if newest else (),
    )


def _day(day: int, entry: Entry | None, x: float, most: float) -> Day:
    when = date(*date_of(day))
    said, short = dated(when), f"{when.day}"
    if entry is None:
        return Day(said=said, short=short, x=round(x, 1))
    cells = entry.published
    return Day(
        said=said,
        short=short,
        x=round(x, 1),
        pieces=_pieces(entry, most),
        spent=number(float(entry.spent), 2),
        starts=len(entry.epochs),
        shown=sum(one.value is not None for one in cells),
        hidden=sum(one.value is None and not one.withheld for one in cells),
        withheld=sum(one.withheld for one in cells),
        open=entry.open,
    )


def _pieces(entry: Entry, most: float) -> list[Piece]:
    """The bars of a day, one on the other."""
    found, low = [], float(HEIGHT)
    for kind in _ORDER:
        tall = HEIGHT * float(entry.by_kind.get(kind, 0)) / most
        if tall:
            low -= tall
            found.append(Piece(kind=kind, y=round(low, 1), tall=round(tall, 1)))
    return found


def _figures(entry: Entry) -> list[Figure]:
    """What was published of a day: the whole of it first, then by hour, then by topic."""
    ranked = sorted(entry.published, key=lambda one: (_ORDER.index(one.cell.kind), one.cell.part))
    kinds = {Kind.DAY: _("All day"), Kind.HOUR: _("By hour"), Kind.TOPIC: _("By topic")}
    return [
        Figure(
            kind=kinds[one.cell.kind],
            part=f"{one.cell.part}:00" if one.cell.kind is Kind.HOUR else one.cell.part,
            value=one.value,
            give=reach(one.epsilon) if one.value is not None else 0,
            withheld=one.withheld,
        )
        for one in ranked
    ]
