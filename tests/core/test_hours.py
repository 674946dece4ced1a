"""Service-level clocks, held against a desk that looks at its wall clock every minute."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.brand import Brand, Clock
from ascolta.core.case import Case, CaseEvent, CaseKind, Status
from ascolta.core.days import DAY, day_of
from ascolta.core.etiquette import Action, Decision
from ascolta.core.hours import after, due, worked
from ascolta.files.hours import zone

Week = tuple[tuple[tuple[int, int], ...], ...]

HOUR = 3600
OFFICE = (((9 * HOUR, 17 * HOUR),),) * 5 + ((), ())
NIGHT = (((20 * HOUR, 28 * HOUR),),) * 7
ALWAYS = (((0, DAY),),) * 7
ZONES = (
    "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "Africa/Casablanca",
    "Pacific/Apia", "Asia/Kathmandu",
)  # fmt: skip


def clock(week: Week = OFFICE, where: str = "Europe/Paris", **more: object) -> Clock:
    """A desk's clock."""
    offset = zone(where)
    assert offset is not None
    return Clock(desk="care", offset=offset, week=week, answer=(("other", 8 * HOUR),), **more)  # type: ignore[arg-type]


def moment(said: str, where: str = "Europe/Paris") -> float:
    """Seconds since 1970 UTC of a time as clocks there show it; the first of two."""
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(where)).timestamp()


def is_working(given: Clock, at: float, where: str) -> bool:
    """Whether the clock on the wall shows a working hour."""
    wall = datetime.fromtimestamp(at, ZoneInfo(where)).replace(tzinfo=None)
    for back in (0, 1):
        today = wall.date() - timedelta(days=back)
        holiday = (today - date(1970, 1, 1)).days in given.closed or (today.month, today.day) in given.yearly
        since = (wall - datetime.combine(today, datetime.min.time())).total_seconds()
        if not holiday and any(begins <= since < ends for begins, ends in given.week[today.weekday()]):
            return True
    return False


def by_minutes(given: Clock, at: int, seconds: int, where: str) -> int:
    """When a desk has worked for some whole minutes, counted minute by minute."""
    left = seconds // 60
    while True:
        left -= is_working(given, at, where)
        at += 60
        if not left:
            return at


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Weeks with shifts by day and over midnight that do not overlap."""
    marks = draw(st.lists(st.integers(0, 7 * 96 - 1), min_size=2, max_size=16, unique=True).map(sorted))
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for begun, ends in zip(marks[::2], marks[1::2], strict=False):
        day, begins = divmod(begun, 96)
        week[day].append((begins * 900, min(ends - day * 96, begins + 64) * 900))
    return tuple(tuple(shifts) for shifts in week)


NEAR_CHANGES = [
    (where, changed)
    for where in ZONES
    for changed in (
        moment("2026-03-28 12:00"), moment("2026-10-24 12:00"), moment("2026-03-07 12:00"), moment("2026-10-31 12:00"),
        moment("2026-04-04 12:00"), moment("2011-12-29 00:00"), moment("2018-11-03 12:00"), moment("2026-02-14 12:00"),
    )
]  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(weeks(), st.sampled_from(NEAR_CHANGES), st.integers(-3 * 1440, 3 * 1440), st.integers(1, 1500), st.data())
def test_it_counts_as_a_desk_that_looks_at_its_wall_clock(
    week: Week,
    near: tuple[str, float],
    moved: int,
    minutes: int,
    data: st.DataObject,
) -> None:
    """Across nights, holidays and clocks put forward and back, working time is what a minute-by-minute count says."""
    where, changed = near
    at = int(changed) // 60 * 60 + moved * 60
    first = int(at // DAY)
    closed = data.draw(st.frozensets(st.integers(first - 1, first + 9), max_size=3))
    given_clock = clock(week, where, closed=closed)
    worked_weekly = sum(ends - begins for shifts in week for begins, ends in shifts)
    seconds = min(minutes * 60, worked_weekly // 60 * 60)
    assert after(given_clock, at, seconds) == by_minutes(given_clock, at, seconds, where)


@settings(max_examples=100, deadline=None)
@given(weeks(), st.sampled_from(NEAR_CHANGES), st.floats(0, 3 * DAY), st.floats(1, 6 * DAY))
def test_working_time_is_told_once_and_in_order(week: Week, near: tuple[str, float], moved: float, long: float) -> None:
    """The times of work lie one after the other within what was asked about, wherever it begins and ends."""
    since = near[1] + moved
    spans = list(worked(clock(week, near[0]), since, since + long))
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(since <= edge <= since + long for edge in edges)


@pytest.mark.parametrize(
    ("week", "since", "hours", "until"),
    [
        (OFFICE, "2026-11-25 10:00", 2, "2026-11-25 12:00"),
        (OFFICE, "2026-11-25 16:00", 2, "2026-11-26 10:00"),
        (OFFICE, "2026-11-27 16:30", 1, "2026-11-30 09:30"),
        (OFFICE, "2026-11-28 03:00", 8, "2026-11-30 17:00"),
        (OFFICE, "2026-12-24 16:00", 2, "2026-12-28 10:00"),
        (OFFICE, "2026-11-25 10:00", 80, "2026-12-09 10:00"),
        (ALWAYS, "2026-11-25 10:00", 480, "2026-12-15 10:00"),
        (NIGHT, "2026-11-25 02:00", 3, "2026-11-25 21:00"),
        (NIGHT, "2026-12-25 02:00", 3, "2026-12-26 21:00"),
        (NIGHT, "2026-03-28 23:00", 5, "2026-03-29 20:00+1"),
        (NIGHT, "2026-10-24 23:00", 6, "2026-10-25 04:00"),
        (ALWAYS, "2026-03-28 12:00", 24, "2026-03-29 13:00"),
        (ALWAYS, "2026-10-24 12:00", 24, "2026-10-25 11:00"),
    ],
)
def test_it_waits_for_the_desk_to_work(week: Week, since: str, hours: int, until: str) -> None:
    """Nights, weekends, a holiday and the hours that clocks skip or show twice count as they should."""
    until, _, more = until.partition("+")
    expected = moment(until) + int(more or 0) * HOUR
    christmas = frozenset({day_of(2026, 12, 25)})
    assert after(clock(week, closed=christmas), moment(since), hours * HOUR) == expected
    assert after(clock(week, yearly=frozenset({(12, 25)})), moment(since), hours * HOUR) == expected


def test_a_desk_that_never_works_is_never_late() -> None:
    """With a holiday every day nothing is ever due, and finding that out comes to an end."""
    every_day = frozenset(range(day_of(2026, 1, 1), day_of(2030, 1, 1)))
    assert after(clock(closed=every_day), moment("2026-11-25 10:00"), HOUR) is None


AT = moment("2026-11-25 10:00")
COMPLAINT, ANGRY = ("complaint", "yes"), ("polarity", "negative")


def case(*labels: tuple[str, str], status: Status = Status.OPEN, events: tuple[CaseEvent, ...] = ()) -> Case:
    """A case of the care desk that was opened at AT."""
    decision = Decision(action=Action.REPLY, rule="r", why="w", desk="care")
    opened = CaseEvent(kind=CaseKind.OPENED, at=AT)
    return Case(
        id=1, brand="acme", network="x", decision=decision, labels=labels, status=status, events=(opened, *events)
    )


def brand(*answer: tuple[str, float]) -> Brand:
    """A brand whose care desk answers in these times."""
    return Brand(id="acme", name="Acme", desks=(replace(clock(), answer=answer),))


@pytest.mark.parametrize(
    ("labels", "answer", "hours"),
    [
        ((COMPLAINT, ANGRY), {"complaint": 1, "negative": 2, "other": 4}, 1),
        ((COMPLAINT, ANGRY), {"complaint": 3, "negative": 2, "other": 4}, 2),
        ((ANGRY,), {"complaint": 1, "negative": 2, "other": 4}, 2),
        ((), {"complaint": 1, "negative": 2, "other": 4}, 4),
        ((COMPLAINT,), {"other": 4}, 4),
        ((COMPLAINT, ANGRY), {"negative": 2}, 2),
        ((), {"complaint": 1}, None),
    ],
)
def test_a_complaint_has_its_own_time(
    labels: tuple[tuple[str, str], ...], answer: dict[str, float], hours: int | None
) -> None:
    """The shortest time that holds for a case is its time; without one that holds, no clock runs."""
    found = due(case(*labels), brand(*((name, said * HOUR) for name, said in answer.items())))
    assert found == (None if hours is None else AT + hours * HOUR)


@pytest.mark.parametrize("status", list(Status))
def test_a_clock_runs_only_while_somebody_waits_for_a_person(status: Status) -> None:
    """What is sealed, snoozed, approved, sent or resolved is not due; what is open or drafted is."""
    found = due(case(status=status), brand(("other", HOUR)))
    assert (found is not None) is (status in (Status.OPEN, Status.DRAFTED))


@pytest.mark.parametrize("kind", list(CaseKind))
def test_an_edit_and_an_unsealing_start_the_clock_anew(kind: CaseKind) -> None:
    """The clock runs from the last opening: of the case, of the seal, or by an edit; nothing else moves it."""
    later = CaseEvent(kind=kind, at=AT + HOUR, by="Ann", note="n")
    anew = kind in (CaseKind.OPENED, CaseKind.UNSEALED)
    assert due(case(events=(later,)), brand(("other", HOUR))) == AT + HOUR + anew * HOUR


def test_a_desk_that_is_not_described_has_no_clock() -> None:
    """Without a clock for its desk a case is never due."""
    assert due(case(), Brand(id="acme", name="Acme")) is None
    other = replace(clock(), desk="people")
    assert due(case(), Brand(id="acme", name="Acme", desks=(other,))) is None


def test_the_clocks_of_every_zone_are_read_right() -> None:
    """What a zone says of its clocks is what the tz database says, long ago and long from now."""
    for where in ZONES:
        offset = zone(where)
        assert offset is not None
        for at in range(-DAY * 400, 70 * 366 * DAY, 37 * DAY + 17):
            told = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(where)).utcoffset()
            assert told is not None
            assert offset(at) == told.total_seconds()
