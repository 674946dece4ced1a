"""Service-level clocks: until when a case must be answered, counted in the working time of its desk.

A desk works while the clock on its wall says so: a night shift is an hour shorter when clocks are put forward, and an
hour longer when they are put back. A shift belongs to the day on which it begins, so the night before a holiday is
worked to its end.
"""

from collections.abc import Iterator
from math import ceil, floor

from ascolta.core.brand import Brand, Clock, Offset
from ascolta.core.case import Case, CaseKind, Status
from ascolta.core.days import DAY, date_of

WEEK = 7 * DAY
FURTHEST = 60 * WEEK
"""No case lives longer than a month, so one that is not due within this time, in seconds, never is."""

ANSWERED = {"complaint": ("complaint", "yes"), "negative": ("polarity", "negative")}
"""What a desk may answer in a time of its own, and the label that tells it; all else is OTHER."""

OTHER = "other"

OPENED = (CaseKind.OPENED, CaseKind.UNSEALED)
ANSWERABLE = (Status.OPEN, Status.DRAFTED)

Span = tuple[float, float]


def due(case: Case, brand: Brand) -> float | None:
    """When a case must be answered, in seconds since 1970 UTC; None if no clock runs.

    It runs from when the case was opened, or opened anew by an edit of its post or by being unsealed.
    """
    clock = next((clock for clock in brand.desks if clock.desk == case.decision.desk), None)
    opened = next((event.at for event in reversed(case.events) if event.kind in OPENED), None)
    if clock is None or opened is None or case.status not in ANSWERABLE:
        return None
    within = allowed(clock, case)
    return None if within is None else after(clock, opened, within)


def allowed(clock: Clock, case: Case) -> float | None:
    """How many seconds of its working time a desk has for a case: the shortest time that holds for it."""
    times = dict(clock.answer)
    found = [times[name] for name, label in ANSWERED.items() if label in case.labels and name in times]
    return min(found) if found else times.get(OTHER)


def after(clock: Clock, at: float, seconds: float) -> float | None:
    """The moment by which a desk has worked for some seconds since `at`; None if that is not within a year."""
    left, since = seconds, at
    while since < at + FURTHEST:
        for begins, ends in worked(clock, since, since + WEEK):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        since += WEEK
    return None


def worked(clock: Clock, since: float, until: float) -> Iterator[Span]:
    """When a desk works within a time of at most a week, oldest first, in seconds since 1970 UTC."""
    for begins, ends, ahead in steady(since, until, clock.offset):
        for day in range(floor((begins + ahead) / DAY) - 1, floor((ends + ahead) / DAY) + 1):
            for opens, closes in _shifts(clock, day):
                span = max(begins, opens - ahead), min(ends, closes - ahead)
                if span[0] < span[1]:
                    yield span


def steady(since: float, until: float, offset: Offset) -> list[tuple[float, float, float]]:
    """A time of at most a week cut where clocks are changed: pieces that begin, end and are that much ahead of UTC.

    Within a week clocks are changed once at the most.
    """
    low, high = floor(since), ceil(until)
    before, later = offset(low), offset(high)
    if before == later:
        return [(since, until, before)]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    pieces = [(since, min(high, until), before), (max(high, since), until, later)]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _shifts(clock: Clock, day: int) -> Iterator[Span]:
    """The shifts that begin on a day, in seconds since 1970 as the desk's own clocks count them."""
    if day in clock.closed or (clock.yearly and date_of(day)[1:] in clock.yearly):
        return
    midnight = day * DAY
    for begins, ends in clock.week[(day + 3) % 7]:  # 1970-01-01 was a Thursday
        yield midnight + begins, midnight + ends
