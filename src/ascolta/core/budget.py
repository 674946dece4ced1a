"""How often a network may be asked: what it says of its limits, and how long to wait after a failure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

BASE, CAP = 1.0, 300.0
"""Seconds of the first pause at the most, and of any."""

MOST_DOUBLED = 16
"""Failures in a row beyond this make no pause longer."""

LONGEST = 86_400.0
"""A network that wants a longer rest, in seconds, is asked again after this."""

Read = Callable[[str], float]
"""Reads a date of a header as seconds since 1970 UTC; ValueError if it is none."""

_LEFT = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
_LIMIT = ("x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-limit")
_RESET = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
_EPOCH = 1e8
"""A reset above this is a time, below it a number of seconds: both are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a network said last: requests that are allowed and left, and when there are more again (seconds, UTC)."""

    limit: int | None = None
    left: int | None = None
    until: float = 0.0

    def rest(self, now: float) -> float:
        """For how many seconds nothing may be asked; 0 if it may."""
        return min(LONGEST, max(0.0, self.until - now)) if self.left == 0 else 0.0


def budget(headers: Mapping[str, str], now: float, read: Read) -> Budget:
    """What the headers of an answer say of limits (names in lower case). `now` is our clock.

    Times in them are by the network's clock, so they are taken as so long after its own `Date`.
    """
    left, limit = _number(_first(headers, _LEFT)), _number(_first(headers, _LIMIT))
    if left is None:
        return Budget(limit=limit)
    return Budget(limit=limit, left=left, until=now + _seconds(_first(headers, _RESET), headers, now, read))


def asked(headers: Mapping[str, str], now: float, read: Read) -> float:
    """For how many seconds an answer asks us to stay away: Retry-After (RFC 9110, 10.2.3), else until the reset."""
    said = headers.get("retry-after", "")
    found = _seconds(said, headers, now, read) if said else budget(headers, now, read).rest(now)
    return min(LONGEST, max(0.0, found))


def pause(failures: int, chance: float, after: float = 0.0) -> float:
    """How many seconds to wait after so many failures in a row, at least as long as the network asked (`after`).

    Exponential with full jitter (Brooker, "Exponential Backoff And Jitter", 2015): `chance` lies between 0 and 1.
    """
    longest = min(CAP, BASE * 2.0 ** min(failures, MOST_DOUBLED))
    return min(LONGEST, max(after, 0.0)) + chance * longest


def _first(headers: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((headers[name].strip() for name in names if headers.get(name, "").strip()), "")


def _number(said: str) -> int | None:
    """The first number of a value, as in `300` or `300;w=60`."""
    digits = said.partition(",")[0].partition(";")[0].strip()
    return int(digits[:9]) if digits.isascii() and digits.isdigit() else None


def _seconds(said: str, headers: Mapping[str, str], now: float, read: Read) -> float:
    """How long after now a header's time lies; 0 if it cannot be read."""
    number = said.partition(".")[0]
    if number.isascii() and number.isdigit() and float(number[:15]) < _EPOCH:
        return float(number[:15])
    there = _time(headers.get("date", ""), read)
    then = float(number[:15]) if number.isascii() and number.isdigit() else _time(said, read)
    return 0.0 if then is None else max(0.0, then - (now if there is None else there))


def _time(said: str, read: Read) -> float | None:
    try:
        return read(said) if said else None
    except ValueError:
        return None
