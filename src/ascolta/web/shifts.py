"""The desks of a brand as they work: their hours by day, whether they work now, how soon they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ascolta.core.brand import Brand, Clock, Quiet
from ascolta.core.days import DAY, date_of
from ascolta.core.hours import WEEK, worked
from ascolta.files.hours import Zone
from ascolta.web import say
from ascolta.web.tongue import dated, listed, ngettext
from ascolta.web.tongue import gettext as _
from ascolta.web.words import word

MONDAY = date(2024, 1, 1)
AHEAD = 366
"""Days that are looked through for the next holiday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """A desk with a clock. `now` is what its own clock shows, `said` whether it works; the rest is in words."""

    desk: str
    zone: str
    now: str
    works: bool
    said: str
    hours: Sequence[tuple[str, str]]
    answers: Sequence[tuple[str, str]]
    holiday: str
    line: int


def look(brand: Brand, now: float) -> tuple[list[Working], list[str]]:
    """The desks that have a clock, and the names of those that cases are handed to without one."""
    found = [_working(clock, now) for clock in brand.desks]
    timed = {clock.desk for clock in brand.desks}
    named = dict.fromkeys(rule.desk for rule in brand.etiquette.rules if rule.desk)
    return found, [name for name in named if name not in timed]


def quiet(found: Quiet | None) -> str:
    """When people are left to sleep, such as `22:00–07:00`; empty if never."""
    return "" if found is None else f"{_time(found.begins)}–{_time(found.ends)}"


def span(seconds: float) -> str:
    """A length of time as people say it, to the minute: `30 days`, `72 hours`, `90 minutes`."""
    minutes = round(seconds / 60)
    if minutes > 3 * 1440 and minutes % 1440 == 0:
        return ngettext("%(num)s day", "%(num)s days", minutes // 1440)
    if minutes and minutes % 60 == 0:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)


def about(seconds: float) -> str:
    """A length of time, roughly: in the largest unit of which it has two."""
    whole = int(seconds)
    if whole >= 2 * 86_400:
        return ngettext("%(num)s day", "%(num)s days", whole // 86_400)
    if whole >= 2 * 3_600:
        return ngettext("%(num)s hour", "%(num)s hours", whole // 3_600)
    if whole >= 2 * 60:
        return ngettext("%(num)s minute", "%(num)s minutes", whole // 60)
    return ngettext("%(num)s second", "%(num)s seconds", whole)


def _working(clock: Clock, now: float) -> Working:
    works, said = _stands(clock, now)
    zone = clock.offset.info.key if isinstance(clock.offset, Zone) else ""
    return Working(
        desk=clock.desk,
        zone=zone.replace("_", " "),
        now=datetime.fromtimestamp(now + clock.offset(now), UTC).strftime("%H:%M"),
        works=works,
        said=said,
        hours=_week(clock),
        answers=[(word(name), span(seconds)) for name, seconds in clock.answer],
        holiday=_holiday(clock, now),
        line=clock.line,
    )


def _stands(clock: Clock, now: float) -> tuple[bool, str]:
    """Whether a desk works now, and until when or from when on."""
    spans = list(worked(clock, now, now + WEEK))
    if spans and spans[0][0] <= now:
        end = spans[0][1]
        for begins, ends in spans[1:]:
            end = ends if begins <= end else end
        if end >= now + WEEK:
            return True, _("works around the clock")
        return True, _("works until %(clock)s", clock=say.clock(end))
    if spans:
        opens = spans[0][0]
        if say.day(opens) == say.day(now):
            return False, _("closed until %(clock)s", clock=say.clock(opens))
        return False, _("closed until %(when)s", when=say.on(opens))
    return False, _("closed for more than a week")


def _week(clock: Clock) -> list[tuple[str, str]]:
    """The week, days in a row with the same shifts together."""
    rows: list[tuple[int, int, str]] = []
    for day, shifts in enumerate(clock.week):
        said = listed([f"{_time(begins)}–{_time(ends)}" for begins, ends in shifts]) if shifts else _("closed")
        if rows and rows[-1][2] == said:
            rows[-1] = rows[-1][0], day, said
        else:
            rows.append((day, day, said))
    return [(_days(first, last), said) for first, last, said in rows]


def _days(first: int, last: int) -> str:
    names = [dated(MONDAY.replace(day=1 + day), "EEE") for day in (first, last)]
    return names[0] if first == last else f"{names[0]}–{names[1]}"


def _holiday(clock: Clock, now: float) -> str:
    """The next day on which no shift begins for its being a holiday; empty if there is none within a year."""
    today = int((now + clock.offset(now)) // DAY)
    closed = (day for day in range(today, today + AHEAD) if day in clock.closed or date_of(day)[1:] in clock.yearly)
    found = next(closed, None)
    return "" if found is None else dated(date(*date_of(found)))


def _time(seconds: int) -> str:
    """A time of day; what is beyond midnight belongs to the night after."""
    at = seconds if seconds == DAY else seconds % DAY
    return f"{at // 3600:02}:{at // 60 % 60:02}"
