"""Asking an API of Google: by a token or a key, in JSON, and within a quota that it counts and does not tell.

So what is spent is counted here, by the costs that are documented, until the quota begins anew. Of an answer that says
no only the reason is read (`quotaExceeded`, `rateLimitExceeded`), since Google says 403 both for what will never be
allowed and for what is allowed again tomorrow.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ascolta.core.budget import Budget, asked
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import Answer, Asking, Fields, Unsent, refused
from ascolta.sources.times import seconds

HOUR = 3600.0
ENDED = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
"""Reasons that hold until the quota begins anew."""

HURRIED = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
"""Reasons that hold for a moment."""


@dataclass(slots=True, kw_only=True)
class Allowance:
    """So many units until a time, which `ends` gives, and then anew."""

    limit: int
    ends: Callable[[float], float]
    used: int = 0
    until: float = 0.0

    def left(self, now: float) -> int:
        """Units that are left now."""
        if now >= self.until:
            self.used, self.until = 0, self.ends(now)
        return max(0, self.limit - self.used)

    def spend(self, units: int, now: float) -> None:
        """Units that a request costs."""
        self.used = self.limit - max(0, self.left(now) - units)

    def end(self, now: float) -> None:
        """Google says that nothing is left, for others spend of it too."""
        self.spend(self.left(now), now)

    def budget(self, now: float) -> Budget:
        """The same, as it is told."""
        return Budget(limit=self.limit, left=self.left(now), until=self.until)


@dataclass(slots=True, kw_only=True)
class Google(Asking):
    """An API of Google. `costs` says by the method of a request of which allowance it spends, and how many units.

    `key` is for what everybody may see, where there is no token. Raises AscoltaError as Asking does.
    """

    costs: Mapping[str, tuple[Allowance, int]]
    key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        # `super()` knows this class by the name that it had before it was made anew with slots.
        Asking.__post_init__(self)
        if self.key and not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise AscoltaError(f"{self.who}: the key holds a character that no key has; copy it anew")
        self.budget = self.costs["GET"][0].budget(self.clock())

    def require(self, spare: int) -> None:
        """Raises SourceError if no more than so many units are left for reading: they are kept for answers."""
        allowance, now = self.costs["GET"][0], self.clock()
        if allowance.left(now) <= spare:
            self.budget = allowance.budget(now)
            raise self._spent(allowance, now)

    def answer(
        self, method: str, path: str, fields: Fields | bytes | None = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        """An answer that says yes, if the quota allows to ask. Raises SourceError."""
        allowance, cost = self.costs[method]
        now, form = self.clock(), isinstance(fields, list)
        if allowance.left(now) < cost:
            raise self._spent(allowance, now)
        allowance.spend(cost, now)
        content = urlencode(fields).encode() if isinstance(fields, list) else fields
        key = {"X-Goog-Api-Key": self.key} if self.key and self.grant is None else {}
        found = self._let_in(method, path, {**self._headers(more or {}, form=form), **key}, content)
        error = None if 200 <= found.status < 300 else self._why(found, allowance)
        self.budget = self.costs["GET"][0].budget(self.clock())
        if error is not None:
            raise error
        return found

    def post(self, path: str, said: Mapping[str, Any]) -> Any:
        """What it says to something in JSON. Raises SourceError."""
        return self.json(self.answer("POST", path, json.dumps(said).encode(), {"Content-Type": "application/json"}))

    def _why(self, found: Answer, allowance: Allowance) -> SourceError:
        now, reasons = self.clock(), set(_reasons(found.body))
        hint = asked(found.headers, now, seconds)
        said = f"{self.who} answers with status {found.status}"
        if found.status in (403, 429) and reasons & ENDED:
            allowance.end(now)
            return Unsent(f"{said}: its quota is used up", retry=True, after=max(hint, allowance.until - now))
        if found.status == 403 and reasons & HURRIED:
            return Unsent(f"{said}: it was asked too often", retry=True, after=hint)
        return refused(self.who, found.status, hint)

    def _spent(self, allowance: Allowance, now: float) -> Unsent:
        after = allowance.until - now
        return Unsent(
            f"{self.who}: of its quota nothing is left for this until it begins anew", retry=True, after=after
        )


def midnight(now: float) -> float:
    """When the day ends by which Google counts: at midnight in California."""
    there = datetime.fromtimestamp(now, _pacific())
    day = there.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=1)
    return day.timestamp()


def full_hour(now: float) -> float:
    """When the hour ends."""
    return (now // HOUR + 1) * HOUR


def mask(*fields: str) -> tuple[str, str]:
    """Only these fields are asked for (partial response): no picture, no place, no device."""
    return "fields", ",".join(fields)


def items(who: str, said: Any, name: str = "items", kind: str = "") -> Sequence[Any]:
    """A list of an answer, left out where it is empty. Raises SourceError if it is none, or of another kind."""
    found = said.get(name, []) if isinstance(said, dict) and said.get("kind", "") == kind else None
    if not isinstance(found, list):
        raise SourceError(f"{who} gave something else than a list", retry=True)
    return found


def _pacific() -> tzinfo:
    try:
        return ZoneInfo("America/Los_Angeles")
    except (ZoneInfoNotFoundError, OSError):
        return timezone(timedelta(hours=-8))


def _reasons(body: bytes) -> list[str]:
    """The reasons that an error names."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return []
    error = said.get("error") if isinstance(said, dict) else None
    if not isinstance(error, dict):
        return []
    lists = [error.get(name) for name in ("errors", "details")]
    found = [one.get("reason") for some in lists if isinstance(some, list) for one in some if isinstance(one, dict)]
    return [reason for reason in found if isinstance(reason, str)]
