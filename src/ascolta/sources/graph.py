"""Meta's Graph API (v26.0): each call proved with the app's secret, its errors read by their codes, its limits heeded.

Addresses that an answer holds, such as that of its next page, are not followed: a page is asked for by its cursor.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from ascolta.core.brand import Connection
from ascolta.core.budget import Budget, asked, budget
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import Answer, Asking, Fields, Missing, Unsent, refused
from ascolta.sources.chance import Secrets
from ascolta.sources.times import seconds

LIMIT = 100
"""Items of one page."""

MOST_PAGES = 50
MISSING = {(100, 33), (803, 0)}
"""Codes with their subcodes: there is nothing there, or it is not for us."""

LIMITED = {4, 17, 32, 341, 613, *range(80_000, 80_015)}
"""Codes: it was asked too often."""

PASSING, UNKNOWN_TOKEN = {1, 2}, {102, 190}
USAGE = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
COUNTS = ("call_count", "total_time", "total_cputime")
REGAIN = "estimated_time_to_regain_access"
WITHOUT_WORD = 600.0
"""Seconds for which nothing is asked where everything is used up and it is not said for how long."""

Item = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Graph(Asking):
    """The Graph API with the token of one Page or account. `secret` is the app's."""

    version: str
    secret: str = field(repr=False)

    def one(self, path: str, fields: str, more: Fields | None = None) -> Item:
        """An object by its id, with some of its fields. Raises SourceError; Missing if there is none for us."""
        found = self.get(path, [("fields", fields), *(more or [])])
        if not isinstance(found, dict):
            raise SourceError(f"{self.who} gave something else than an object", retry=True)
        return found

    def all(self, path: str, fields: str, more: Fields | None = None) -> Iterator[Item]:
        """The objects of a list, page by page. Raises SourceError."""
        after = ""
        for _ in range(MOST_PAGES):
            given = [("limit", str(LIMIT)), *(more or []), *([("after", after)] if after else [])]
            found = self.one(path, fields, given)
            items = found.get("data")
            if not isinstance(items, list):
                raise SourceError(f"{self.who} gave something else than a list", retry=True)
            yield from (item for item in items if isinstance(item, dict))
            after, before = following(found), after
            if not after or not items or after == before:
                return

    def make(self, path: str, fields: Fields) -> str:
        """Make something there; its id. Raises SourceError."""
        found = self.json(self.answer("POST", path, fields))
        return str(found["id"]) if isinstance(found, dict) and found.get("id") else ""

    def answer(
        self, method: str, path: str, fields: Fields | bytes | None = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        """An answer that says yes. Raises SourceError, as the code says that comes with a no."""
        self.require_leave()
        form = isinstance(fields, list)
        content = urlencode(fields).encode() if isinstance(fields, list) else fields
        found = self.raw(method, self._proved(path), self._headers(more or {}, form=form), content)
        self.budget = used(found.headers, self.clock())
        if 200 <= found.status < 300:
            return found
        raise self._no(found)

    def _proved(self, path: str) -> str:
        """The path of a call, with the proof that it comes from the app's own server."""
        proof = hmac.new(self.secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        return f"/{self.version}{path}{'&' if '?' in path else '?'}appsecret_proof={proof}"

    def _no(self, found: Answer) -> SourceError:
        code, subcode = _codes(found.body)
        after = asked(found.headers, self.clock(), seconds)
        said = f"{self.who} answers with status {found.status} and code {code}"
        if (code, subcode) in MISSING:
            return Missing(said, retry=False)
        if code in LIMITED:
            rest = max(after, self.budget.rest(self.clock()))
            return Unsent(f"{said}: it was asked too often", retry=True, after=rest)
        if code in UNKNOWN_TOKEN:
            return Unsent(f"{said}: it does not let us; its token is not good any more", retry=False)
        if code in PASSING:
            return SourceError(said, retry=True, after=after)
        return refused(self.who, found.status, after)


def graph(who: str, named: Connection, secrets: Secrets, clock: Any) -> Graph:
    """The Graph API as a brand named it. Raises AscoltaError."""
    version = named.said("version", "v26.0")
    if not (version.startswith("v") and version[1:].replace(".", "", 1).isdigit()):
        raise AscoltaError(f"'{who}': the version of the Graph API is written as v26.0")
    first = next(iter(secrets["secret"].split()), "")
    return Graph(who=who, url=named.address, clock=clock, token=secrets["token"], version=version, secret=first)


def path(number: str, edge: str = "") -> str:
    """The path of an object, or of what hangs on it."""
    return f"/{quote(number, safe='')}{f'/{edge}' if edge else ''}"


def following(found: Mapping[str, Any]) -> str:
    """The cursor of the page that follows; empty if none does."""
    paging = found.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) else None
    after = cursors.get("after") if isinstance(cursors, dict) and isinstance(paging, dict) and "next" in paging else ""
    return after if isinstance(after, str) else ""


def used(headers: Mapping[str, str], now: float) -> Budget:
    """What the headers say of how much was used, in percent; of other headers the same as of any network's."""
    told = [one for name in USAGE for one in _usages(headers.get(name, ""))]
    if not told:
        return budget(headers, now, seconds)
    most = max(_number(one.get(name)) for one in told for name in COUNTS)
    wait = max(_number(one.get(REGAIN)) for one in told) * 60.0
    left = max(0, 100 - most)
    return Budget(limit=100, left=left, until=now + (wait or WITHOUT_WORD) if left == 0 else 0.0)


def _usages(said: str) -> list[Mapping[str, Any]]:
    """The usages of a header: one, or lists of them by whose they are."""
    try:
        found = json.loads(said) if said else {}
    except (ValueError, RecursionError):
        return []
    if not isinstance(found, dict) or not found:
        return []
    lists = [value for value in found.values() if isinstance(value, list)]
    return [one for several in lists for one in several if isinstance(one, dict)] if lists else [found]


def _number(said: Any) -> int:
    return min(int(said), 1_000_000) if isinstance(said, int) and not isinstance(said, bool) and said > 0 else 0


def _codes(body: bytes) -> tuple[int, int]:
    """The code and the subcode of an error; 0 where none is told."""
    try:
        said = json.loads(body).get("error")
        return _number(said.get("code")), _number(said.get("error_subcode"))
    except (ValueError, RecursionError, AttributeError):
        return 0, 0
