"""Times as networks and exports write them, made seconds since 1970 UTC."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

_SPACED_ZONE = re.compile(r"^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|[+-]\d\d:?\d\d)?$")
_TWITTER = re.compile(r"^(\w{3}) (\w{3}) (\d\d?) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})$")
MILLISECONDS = 1e11
"""Numbers above this are taken as milliseconds: as seconds they would lie beyond the year 5000."""
LAST = 253_402_300_799.0
_SECONDS = {f"{second:02}": second for second in range(60)}


def seconds(said: str | float) -> float:
    """Seconds since 1970 UTC for ISO 8601, RFC 2822, Twitter's form, or a number; no zone means UTC.

    A leap second counts as the second before it. Raises ValueError for anything else.
    """
    if isinstance(said, str) and len(said) == 20 and said[16:17] == ":" and said[19] == "Z" and said[:16].isascii():
        two = said[17:19]
        if two in _SECONDS:
            return _minute(said[:16]) + _SECONDS[two]
    try:
        value = _number(said) if isinstance(said, int | float) or _is_number(said) else _written(said.strip())
    except (ValueError, TypeError, OverflowError, IndexError):
        raise ValueError("this is not a time") from None
    if not math.isfinite(value) or not -LAST < value < LAST:
        raise ValueError("this is not a time that can be")
    return value


@lru_cache(maxsize=4096)
def _minute(said: str) -> float:
    """A minute as in 2026-10-15T18:40, of which a stream brings many posts. Raises ValueError."""
    return seconds(said)


def iso(at: float) -> str:
    """A time as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_number(said: str) -> bool:
    return re.fullmatch(r"\d{9,14}(\.\d{1,9})?", said) is not None


def _number(said: str | float) -> float:
    value = float(said)
    return value / 1000 if value > MILLISECONDS else value


def _written(said: str) -> float:
    said = said.replace(":60", ":59") if said.count(":60") == 1 and ":60:" not in said else said
    spaced = _SPACED_ZONE.match(said)
    if spaced:
        day, time, zone = spaced.groups()
        zone = "+00:00" if zone in (None, "Z", "UTC") else zone
        return datetime.fromisoformat(f"{day}T{time}{zone}").timestamp()
    twitter = _TWITTER.match(said)
    if twitter:
        name, month, day, time, zone, year = twitter.groups()
        return parsedate_to_datetime(f"{name}, {day} {month} {year} {time} {zone}").timestamp()
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        found = parsedate_to_datetime(said)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
