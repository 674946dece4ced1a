"""Times as networks and exports write them, made seconds since 1970 UTC."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SPACED_ZONE = re.compile(r"^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|[+-]\d\d:?\d\d)?$")
_TWITTER = re.compile(r"^(\w{3}) (\w{3}) (\d\d?) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})$")
MILLISECONDS = 1e11
"""Numbers above this are taken as milliseconds: as seconds they would lie beyond the year 5000."""
LAST = 253_402_300_799.0
MET = 1 << 16
"""A stream brings many posts of one second; so many times, as they were written, are remembered."""

_MET: dict[str | float | None, float | None] = {}


def seconds(said: str | float) -> float:
    """Seconds since 1970 UTC for ISO 8601, RFC 2822, Twitter's form, or a number; no zone means UTC.

    A leap second counts as the second before it. Raises ValueError for anything else.
    """
    try:
        value = _number(said) if isinstance(said, int | float) or _is_number(said) else _written(said.strip())
    except (ValueError, TypeError, OverflowError, IndexError):
        raise ValueError("this is not a time") from None
    if not math.isfinite(value) or not -LAST < value < LAST:
        raise ValueError("this is not a time that can be")
    return value


def known_times(said: Sequence[str | float | None]) -> list[float | None]:
    """`seconds` of each; None for what is None or empty. Raises ValueError, with what to write instead."""
    found = list(map(_MET.get, said))
    if None not in found:
        return found
    if len(_MET) > MET:
        _MET.clear()
    try:
        return [_met(one) if time is None else time for one, time in zip(said, found, strict=True)]
    except ValueError:
        raise ValueError("'published' is not a time; write it as in 2026-10-15T18:40:00Z") from None


def _met(said: str | float | None) -> float | None:
    if said is None or said == "":
        return None
    if not isinstance(said, str):
        return seconds(said)
    time = _MET.get(said)
    if time is None:
        time = _MET[said] = seconds(said)
    return time


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
