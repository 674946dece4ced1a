"""Insight: who spoke of the brand and of what, what is asked of us, what moved the index; drawn, with the figures."""

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from fastapi import FastAPI, Request
from fastapi.responses import Response

from ascolta.core.brand import Brand
from ascolta.core.insight import LONGEST, WEEK, Change, Direction, Insight, Level, level
from ascolta.core.mention import Brands
from ascolta.ports import Ledger, Store
from ascolta.web import response, rising, say, sentences
from ascolta.web.findings import Findings, count, figured, own
from ascolta.web.response import Went, answered, nothing
from ascolta.web.rising import Told
from ascolta.web.tongue import dated, number
from ascolta.web.tongue import gettext as _

WIDTH, HEIGHT = 960, 220
BY_WEEK = 9
"""With more weeks than this, the picture shows weeks in place of days."""

WEEKS = (4, 12, 26, 52)
"""How far back the page offers to look."""

KEPT_FOR = 600
"""For so many seconds what was found stands, where it took many cases; the page says as of when it is."""

MANY = 2_000
"""From so many cases on, they are not counted anew for each look."""

Kept = tuple[Store, Ledger | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A day or a week of the picture: its first day, authors on an average day of it, and where it stands in pixels.

    `state` is shown, hidden (too small to show), partial (heard in part) or missing; `tall` is the height of the bar,
    `low` and `high` those of its bounds. A `minor` label is left out where there is little room.
    """

    day: int
    state: str
    x: float
    width: float
    value: float = 0.0
    bounds: tuple[float, float] = (0.0, 0.0)
    tall: float = 0.0
    low: float = 0.0
    high: float = 0.0
    label: str = ""
    minor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The bars, the highest figure, and whether they are weeks."""

    bars: Sequence[Bar]
    highest: int
    by_week: bool
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def gaps(self) -> set[str]:
        """What stands in the picture beside bars."""
        return {bar.state for bar in self.bars} - {"shown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A topic in the table: authors a day now and before, and the change in a few words; `clear` which way it went."""

    topic: str
    now: str
    bounds: str
    before: str
    change: str
    clear: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One brand on the page."""

    found: Findings
    at: float
    picture: Picture | None
    topics: Sequence[Row]
    words: Told | None = None


@dataclass(slots=True)
class Looks:
    """What was counted lately, by brand, so that many cases are not looked at again for each look and each period."""

    floor: tuple[Brands, Kept, Callable[[], float]]
    went: Went = nothing
    _counted: dict[str, tuple[float, Findings]] = field(default_factory=dict)
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def look(self, weeks: int) -> list[Shown]:
        """Every brand that is no other one's competitor here."""
        brands, (_store, ledger), clock = self.floor
        shown = []
        for brand in own(brands):
            at, found = self._count(brand)
            changed = answered(brand, ledger, self.went(brand.id), found.spoken, (clock(), weeks))
            figures, compared = figured(brand, brands, ledger, weeks)
            made = _shown(replace(found, figures=figures, responses=changed, beside=compared), at)
            shown.append(replace(made, words=rising.look(ledger.weeks(brand.id)) if ledger is not None else None))
        return shown

    def _count(self, brand: Brand) -> tuple[float, Findings]:
        """What the cases of a brand say, and as of when."""
        brands, (store, _ledger), clock = self.floor
        with self._alone:
            now, (at, found) = clock(), self._counted.get(brand.id, (0.0, None))
            if found is None or not 0 <= now - at < KEPT_FOR or found.looked < MANY:
                at, found = now, count(brand, brands, store, now)
                self._counted[brand.id] = at, found
            return at, found


def add_insight(
    app: FastAPI,
    floor: tuple[Brands, Kept, Callable[[], float]],
    page: Callable[..., Response],
    went: Went = nothing,
) -> None:
    """The route; `page` makes a page of a template and its values, `went` says which statements went out."""
    looks = Looks(floor, went)

    @app.get("/insight")
    def show_insight(request: Request, weeks: str = "") -> Response:
        back = (
            min(max(int(weeks), 1), LONGEST) if weeks.isascii() and weeks.isdecimal() and len(weeks) < 4 else WEEKS[0]
        )
        values = {"shown": looks.look(back), "weeks": back, "offered": WEEKS, "said": sentences, "after": response}
        return page(request, "insight.html", values)


def picture(found: Insight) -> Picture:
    """The figures of all days, or of weeks where there are many, as bars with their bounds."""
    by_week = found.weeks >= BY_WEEK
    step = WEEK if by_week else 1
    starts = list(range(found.before.start, found.last + 1, step))
    levels = [level(found.series, range(start, start + step)) for start in starts]
    highest = _even(max([one.mean.high for one in levels if one is not None and one.hidden < one.days] + [10.0]))
    wide = WIDTH / len(starts)
    bars = []
    for place, (start, one) in enumerate(zip(starts, levels, strict=True)):
        base = Bar(day=start, state="missing", x=round(place * wide + wide * 0.11, 1), width=round(wide * 0.78, 1))
        bars.append(_bar(base, found, one, HEIGHT / highest))
    return Picture(bars=_labelled(bars), highest=highest, by_week=by_week)


def _bar(base: Bar, found: Insight, one: Level | None, scale: float) -> Bar:
    if one is None:
        return replace(base, state="partial") if base.day in found.series.partial else base
    if one.hidden == one.days:
        return replace(base, state="hidden")
    mean = one.mean
    return replace(
        base,
        state="shown",
        value=mean.value,
        bounds=(mean.low, mean.high),
        tall=round(scale * mean.value, 1),
        low=round(scale * mean.low, 1),
        high=round(scale * mean.high, 1),
    )


def _even(highest: float) -> int:
    """A number for the top of the picture that halves well."""
    size = math.pow(10, math.floor(math.log10(highest / 2)))
    step = size / (4 if size >= 100 else 2)
    return round(2 * step * math.ceil(highest / 2 / step))


def _labelled(bars: Sequence[Bar]) -> list[Bar]:
    """Every seventh bar from the last one back says its day, as far as there is room."""
    every = WEEK if len(bars) > 2 * WEEK else 2
    return [
        replace(bar, label=_day(bar.day), minor=(len(bars) - 1 - place) // every % 2 == 1)
        if (len(bars) - 1 - place) % every == 0
        else bar
        for place, bar in enumerate(bars)
    ]


def _day(day: int) -> str:
    return dated(date.fromordinal(say.EPOCH + day), "medium")


def _shown(found: Findings, at: float) -> Shown:
    figures = found.figures
    if figures is None:
        return Shown(found=found, at=at, picture=None, topics=())
    return Shown(found=found, at=at, picture=picture(figures), topics=[_row(one) for one in figures.topics])


def _row(change: Change) -> Row:
    now, bounds = _level(change.now)
    before, _bounds = _level(change.before)
    way = change.direction
    clear = str(way) if way in (Direction.MORE, Direction.FEWER) else ""
    return Row(topic=change.topic, now=now, bounds=bounds, before=before, change=_change(change), clear=clear)


def _level(one: Level | None) -> tuple[str, str]:
    """Authors on an average day, and the bounds of that."""
    if one is None:
        return _("not known"), ""
    if 2 * one.hidden > one.days:
        return _("few"), _("at most %(high)s", high=number(one.mean.high))
    return number(one.mean.value), say.between(number(one.mean.low), number(one.mean.high))


def _change(change: Change) -> str:
    found = change.told
    if (
        found is None
        or change.direction is Direction.UNKNOWN
        or (change.direction is Direction.UNCLEAR and math.isinf(change.seen))
    ):
        return _("cannot be told")
    if change.direction is Direction.UNCLEAR:
        return _("no clear change")
    if math.isinf(found.high):
        return _("× %(low)s at least", low=number(found.low, 1))
    values = {"times": number(found.value, 1), "low": number(found.low, 1), "high": number(found.high, 1)}
    return _("× %(times)s (%(low)s to %(high)s)", **values)
