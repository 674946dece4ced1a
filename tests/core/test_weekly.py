"""Weeks of ISO 8601, and when the brief about the last one is due."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.brand import Clock
from ascolta.core.days import DAY
from ascolta.core.weekly import LATE, WEEK, Weekly, clock, due, last, latest, monday, named
from ascolta.files.hours import zone
from tests.conftest import ACME

EPOCH = date(1970, 1, 1).toordinal()
MONDAY = 9 * 3600.0


def paris(at: float) -> float:
    """By how much clocks are ahead in Paris."""
    found = zone("Europe/Paris")
    assert found is not None
    return found(at)


@given(st.dates(min_value=date(1970, 1, 8), max_value=date(2199, 12, 31)))
def test_weeks_are_those_of_the_calendar(day: date) -> None:
    """The name of a day's week is what Python's calendar says, and leads back to its Monday."""
    year, number, weekday = day.isocalendar()
    first = day.toordinal() - EPOCH - weekday + 1
    assert named(first) == f"{year:04}-W{number:02}"
    assert monday(named(first)) == first


@pytest.mark.parametrize("said", ["2026-W00", "2026-W54", "2025-W53", "2026-47", "W47", "2026-W7", "", "2026-W47-1"])
def test_what_is_no_week_is_none(said: str) -> None:
    """Names that no week has."""
    assert monday(said) is None


def test_the_last_week_is_one_that_is_over() -> None:
    """Until Sunday's end in UTC it is the one before."""
    monday_noon = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
    assert named(last(monday_noon)) == "2026-W47"
    assert named(last(monday_noon - 1)) == "2026-W46"


@given(st.integers(0, 366 * 24 * 12))
def test_it_is_due_by_the_clocks_on_the_wall(five_minutes: int) -> None:
    """Whenever it is asked in a year, it was due last on a Monday at nine in Paris, within six days, or is too old."""
    at = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + 300.0 * five_minutes
    found = due(at, MONDAY, paris)
    if found is None:
        local = datetime.fromtimestamp(at, ZoneInfo("Europe/Paris"))
        assert local.isoweekday() in (7, 1)
        return
    assert 0 <= at - found < LATE
    when = datetime.fromtimestamp(found, ZoneInfo("Europe/Paris"))
    assert (when.isoweekday(), when.hour, when.minute) == (1, 9, 0)


@given(st.integers(0, 366 * 24 * 12))
def test_the_next_one_is_told(five_minutes: int) -> None:
    """A week on, it was due last after now, on a Monday at nine in Paris."""
    at = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + 300.0 * five_minutes
    when = latest(at + WEEK * DAY, MONDAY, paris)
    assert at - 3600 < when <= at + WEEK * DAY
    local = datetime.fromtimestamp(when, ZoneInfo("Europe/Paris"))
    assert (local.isoweekday(), local.hour, local.minute) == (1, 9, 0)


def test_the_clock_is_that_of_the_desk_or_the_brand() -> None:
    """What the file says holds; else the clock of a desk that is sent it, else the brand's first, else UTC."""
    tokyo = zone("Asia/Tokyo")
    assert tokyo is not None
    clocks = tuple(
        Clock(desk=name, offset=one, week=((),) * 7, answer=()) for name, one in (("care", paris), ("pr", tokyo))
    )
    brand, weekly = replace(ACME, desks=clocks), Weekly(desks=("board", "pr"), at=MONDAY)
    assert clock(weekly, brand) is tokyo
    assert clock(replace(weekly, offset=paris), brand) is paris
    assert clock(replace(weekly, desks=("board",)), brand) is paris
    assert clock(weekly, ACME)(5.0) == 0


def test_no_week_is_due_twice_within_what_is_kept() -> None:
    """From the moment at which it is due until the next one, it is due for less than a week."""
    start, found = datetime(2026, 10, 19, 7, tzinfo=UTC).timestamp(), list[float]()
    for hour in range(21 * 24):
        at = start + 3600.0 * hour
        when = due(at, MONDAY, paris)
        if when is not None:
            found.append(when)
            assert at < when + WEEK * DAY - 3600
    assert len(set(found)) == 3
