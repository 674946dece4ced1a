"""What brand.yaml says of time: when its desks work and how soon they answer, and when people are left to sleep."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ascolta.core.brand import Clock, Offset, Quiet
from ascolta.core.days import DAY, day_of
from ascolta.core.hours import ANSWERED, OTHER
from ascolta.files.public import public_days
from ascolta.files.reading import Value

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KINDS = (*ANSWERED, OTHER)
LONGEST_NIGHT = 16 * 3600
"""A shift over midnight that would be longer, in seconds, is taken for one that is written backwards."""

_WEEKS = 4
_TIMES = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DATE = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Shifts = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """By how many seconds the clocks of a time zone are ahead of UTC at a moment."""

    info: ZoneInfo

    def __call__(self, at: float) -> float:
        """At this moment, in seconds since 1970 UTC."""
        ahead = (_EPOCH + timedelta(seconds=at)).astimezone(self.info).utcoffset()
        return ahead.total_seconds() if ahead is not None else 0.0


def zone(name: str) -> Offset | None:
    """The clocks of a time zone of the tz database; None if there is none of this name."""
    try:
        return Zone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def load_desks(value: Value) -> tuple[Clock, ...]:
    """The desks that have a clock, as they stand. Raises FileError."""
    found = tuple(_desk(str(key.value), desk) for key, desk in value.pairs())
    if not found:
        value.fail("'desks' names none; write one, such as care: {zone: …, hours: …, answer: …}, or take it out")
    return found


def load_quiet(value: Value | None) -> Quiet | None:
    """When people are left to sleep: by night unless something else is said, or `none`. Raises FileError."""
    if value is None:
        return Quiet(zone=zone)
    if getattr(value.node, "value", None) == "none":
        return None
    keys = value.mapping(("from", "until"))
    begins, ends = _time(keys["from"]), _time(keys["until"])
    if begins == ends:
        value.fail("'quiet' begins and ends at the same time; write quiet: none to answer at any hour")
    return Quiet(zone=zone, begins=begins, ends=ends)


def _desk(name: str, value: Value) -> Clock:
    keys = value.mapping(("zone", "hours", "answer"), ("holidays", "country", "region"))
    week = _week(keys["hours"])
    once, yearly = _holidays(keys["holidays"]) if "holidays" in keys else (frozenset(), frozenset())
    if "region" in keys and "country" not in keys:
        keys["region"].fail("'region' is one of a country; name the country, too")
    public = public_days(keys["country"], keys.get("region")) if "country" in keys else frozenset()
    return Clock(
        desk=name,
        offset=_zone(keys["zone"]),
        week=week,
        answer=_answer(keys["answer"], sum(ends - begins for shifts in week for begins, ends in shifts)),
        closed=once | public,
        yearly=yearly,
        line=value.line,
    )


def _zone(value: Value) -> Offset:
    name = value.text()
    found = zone(name)
    if found is None:
        value.fail(f"there is no time zone '{name}'{_meant(name)}")
    return found


def _meant(name: str) -> str:
    """The time zones that somebody may have meant who wrote a name."""
    known = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in known}
    city = name.rpartition("/")[2].casefold().replace(" ", "_")
    near = [cities[one] for one in difflib.get_close_matches(city, cities, n=2, cutoff=0.75)]
    if not near:
        return "; write one as in Europe/Paris"
    return f", did you mean {' or '.join(dict.fromkeys(near))}?"


def _week(value: Value) -> tuple[Shifts, ...]:
    """The shifts of each day. Raises FileError where two overlap."""
    if getattr(value.node, "value", None) == "always":
        return (((0, DAY),),) * 7
    found: dict[str, tuple[Value, Shifts]] = {}
    for key, said in value.pairs():
        shifts = tuple(sorted(_shift(said, text) for text in said.texts()))
        for day in _days(said, str(key.value)):
            if day in found:
                said.fail(f"'{day}' has hours twice; keep one", key.start_mark.line + 1)
            found[day] = said, shifts
    if not found:
        value.fail("'hours' are empty; write them as in {mon-fri: 08:00-20:00}, or: always")
    for day, following in zip(DAYS, (*DAYS[1:], DAYS[0]), strict=True):
        if day in found:
            _refuse_overlap(day, *found[day], found.get(following, (value, ()))[1])
    return tuple(found[day][1] if day in found else () for day in DAYS)


def _days(value: Value, said: str) -> Sequence[str]:
    """The days that a key such as mon or mon-fri means."""
    first, dash, last = (part.strip() for part in said.partition("-"))
    for name in (first, last if dash else first):
        if name not in DAYS:
            close = difflib.get_close_matches(name.lower()[:3], DAYS, n=1, cutoff=0.6)
            hint = f", did you mean '{close[0]}'?" if close else ""
            value.fail(f"'{name}' is no day{hint}; days are {', '.join(DAYS)}, or from one to another as in mon-fri")
    begin, end = DAYS.index(first), DAYS.index(last if dash else first)
    if begin > end or (dash and begin == end):
        rest = last if last == DAYS[0] else f"{DAYS[0]}-{last}"
        value.fail(f"'{said}' runs backwards through the week; write two keys, such as {first}-sun and {rest}")
    return DAYS[begin : end + 1]


def _shift(value: Value, said: str) -> tuple[int, int]:
    """When a shift begins and ends, in seconds after midnight."""
    found = _TIMES.fullmatch(said)
    if found is None:
        value.fail(f"{value.what} must be times such as 08:00-20:00, or a list of them; it is '{said}'")
    hour, minute, until, past = (int(part) for part in found.groups())
    begins, ends = hour * 3600 + minute * 60, until * 3600 + past * 60
    if max(minute, past) > 59 or begins >= DAY or ends > DAY:
        value.fail(f"'{said}' is no time of day; they go from 00:00 to 24:00")
    if begins == ends:
        value.fail(f"'{said}' begins and ends at the same time; a whole day is 00:00-24:00")
    if ends < begins and ends + DAY - begins > LONGEST_NIGHT:
        hours = (ends + DAY - begins) / 3600
        value.fail(f"'{said}' would last {hours:g} hours over midnight; if that is meant, write two shifts")
    return begins, ends if ends > begins else ends + DAY


def _refuse_overlap(day: str, value: Value, shifts: Shifts, following: Shifts) -> None:
    """Raises FileError if a shift of a day begins before another has ended, be it on the day after."""
    next_day = tuple((begins + DAY, ends + DAY) for begins, ends in following)
    for one, other in zip((*shifts, *next_day), (*shifts, *next_day)[1:], strict=False):
        if one in shifts and other[0] < one[1]:
            value.fail(f"on {day}, {_written(one)} overlaps with {_written(other)}; let one begin where the other ends")


def _written(shift: tuple[int, int]) -> str:
    return "-".join(f"{at // 3600 % 24:02}:{at // 60 % 60:02}" if at != DAY else "24:00" for at in shift)


def _time(value: Value) -> int:
    found = _TIME.fullmatch(value.text())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        value.fail(f"{value.what} must be a time of day, such as 22:00")
    return int(found[1]) * 3600 + int(found[2]) * 60


def _holidays(value: Value) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    """Days since 1970-01-01, and pairs of month and day that are holidays every year."""
    once, yearly = set(), set()
    for said in value.texts():
        found = _DATE.fullmatch(said)
        try:
            if found is None:
                raise ValueError
            day = date(int(found[1] or 2000), int(found[2]), int(found[3]))
        except ValueError:
            value.fail(f"'{said}' is no day; write 2026-12-25, or 12-25 for every year")
        if found[1]:
            once.add(day_of(day.year, day.month, day.day))
        else:
            yearly.add((day.month, day.day))
    return frozenset(once), frozenset(yearly)


def _answer(value: Value, a_week: int) -> tuple[tuple[str, float], ...]:
    """Within how many seconds what is answered; `a_week` is for how many seconds the desk works in a week."""
    keys = value.mapping((), KINDS)
    if not keys:
        value.fail("'answer' is empty; write for example {complaint: 1 h, other: 8 h}")
    found = []
    for name, said in keys.items():
        seconds = said.seconds()
        if not 0 < seconds <= _WEEKS * a_week:
            said.fail(f"'{name}' must be longer than nothing and no longer than the desk works in {_WEEKS} weeks")
        found.append((name, seconds))
    return tuple(found)
