"""Weeks as ISO 8601 counts them, and when a brief about the last one is due.

A week runs from Monday to Sunday in UTC, as the figures do; it is called by its year and number, such as 2026-W47.
"""

import re
from dataclasses import dataclass

from ascolta.core.brand import Brand, Offset
from ascolta.core.days import DAY, date_of, day_of

WEEK = 7
LATE = 6.0 * DAY
"""Seconds after which a brief that was due is not sent any more: the next one comes soon."""

_NAME = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """A brief that desks are sent once a week: `at` seconds after Monday began, as the clocks of `offset` show it.

    Without an offset, as those of the first of these desks that has a clock, or else of the brand's first one, or UTC.
    """

    desks: tuple[str, ...]
    at: float
    offset: Offset | None = None
    line: int = 0


def monday(said: str) -> int | None:
    """The first day (since 1970) of a week by its name; None if there is no such week."""
    found = _NAME.fullmatch(said.strip())
    if found is None:
        return None
    first = _first(int(found[1])) + WEEK * (int(found[2]) - 1)
    return first if named(first) == f"{found[1]}-W{found[2]}" else None


def named(first: int) -> str:
    """The name of the week that begins with a Monday: the year is the one of its Thursday."""
    year = date_of(first + 3)[0]
    return f"{year:04}-W{(first - _first(year)) // WEEK + 1:02}"


def last(at: float) -> int:
    """The Monday of the last week that was over at a time, in seconds since 1970 UTC."""
    return _monday(int(at // DAY)) - WEEK


def clock(weekly: Weekly, brand: Brand) -> Offset:
    """By which clocks the time of the week is meant."""
    if weekly.offset is not None:
        return weekly.offset
    near = [one.offset for one in brand.desks if one.desk in weekly.desks] or [one.offset for one in brand.desks]
    return near[0] if near else _utc


def due(at: float, weekly: float, offset: Offset) -> float | None:
    """When a brief was due last, `weekly` seconds after Monday began; None if that is too long ago to send it."""
    when = latest(at, weekly, offset)
    return when if at - when < LATE else None


def latest(at: float, weekly: float, offset: Offset) -> float:
    """The last moment until a time at which a brief was due, by the clocks on the wall."""
    ahead = offset(at)
    wanted = _monday(int((at + ahead) // DAY)) * DAY + weekly
    when = wanted - offset(wanted - ahead)
    if when <= at:
        return when
    wanted -= WEEK * DAY
    return wanted - offset(wanted - ahead)


def _utc(at: float) -> float:
    return 0.0


def _first(year: int) -> int:
    """The Monday of a year's first week, the one that holds 4 January."""
    return _monday(day_of(year, 1, 4))


def _monday(day: int) -> int:
    return day - (day + 3) % WEEK  # 1970-01-01 was a Thursday
