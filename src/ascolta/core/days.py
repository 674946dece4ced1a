"""Days of the calendar as numbers, how times are written, and the numbers that a query may ask about.

Days are counted from 1970-01-01 in UTC (proleptic Gregorian calendar; the method is Howard Hinnant's days_from_civil).
"""

import re

DAY = 86_400
NUMBERS = ("words", "handles", "hashtags", "hour", "date")
"""Words of the post, accounts and hashtags in it, the hour (0 to 23, UTC) and the day on which it was written."""

ALERT_NUMBERS = ("once_in_days", "count", "peak", "doubling", "complaints", "negatives", "copies")
"""Of an alert: how seldom it is, how many in a quarter of an hour and at the peak to come, in how many minutes it
doubles, and how many percent complain, are negative, are near-copies of each other."""

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day_of(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date."""
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date_of(day: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    moved = day + 719_468
    era = moved // 146_097
    of_era = moved - era * 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return (
        year + era * 400 + (month >= 10),
        month + (3 if month < 10 else -9),
        of_year - (153 * month + 2) // 5 + 1,
    )


def moment(at: float) -> str:
    """A time, to the minute: 2026-11-25 18:30 UTC."""
    day, minute = divmod(int(at // 60), 1_440)
    return f"{written('date', day)} {minute // 60:02}:{minute % 60:02} UTC"


def iso(at: float) -> str:
    """A time as RFC 3339 has it, to the second: 2026-11-25T18:30:59Z."""
    day, second = divmod(int(at // 1), DAY)
    return f"{written('date', day)}T{second // 3_600:02}:{second // 60 % 60:02}:{second % 60:02}Z"


def number(name: str, said: str) -> int:
    """The number that `said` gives for a name. Raises ValueError with what was expected."""
    if name != "date":
        if not re.fullmatch(r"[0-9]{1,6}", said):
            raise ValueError(f"a whole number, such as {name}:>=9")
        if name == "hour" and int(said) > 23:
            raise ValueError("an hour from 0 to 23 (UTC)")
        return int(said)
    found = _DATE.fullmatch(said)
    if found is None:
        raise ValueError("a date such as date:2026-10-15")
    year, month, day = (int(part) for part in found.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= _MONTHS[month - 1] + (month == 2 and leap):
        raise ValueError("a day that is in the calendar")
    return day_of(year, month, day)


def written(name: str, value: int) -> str:
    """A number as a query says it."""
    return "{:04}-{:02}-{:02}".format(*date_of(value)) if name == "date" else str(value)
