"""Asking one server of a network, one request at a time, within seconds and megabytes, by what it says of its limits.

No redirect is followed, no proxy of the environment used, nothing decompressed, and no network reached that is not
public (see `reaching`). What goes wrong is a SourceError that says which server, never a token and never what it said.
Needs the package httpx2, which the extra `networks` brings.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2

from ascolta.calling import client, ended, is_plain, is_private
from ascolta.core.budget import Budget, asked, budget
from ascolta.core.here import is_here
from ascolta.errors import AscoltaError, SourceError
from ascolta.reaching import Reached, reached
from ascolta.sources.chance import Bearer
from ascolta.sources.times import seconds

SECONDS = 20.0
"""For one request, everything together."""

MOST = 8 << 20
"""Bytes of one answer."""

MOST_REFUSED = 64 << 10
"""Bytes that are read of an answer that says no, which tells why."""

AGENT = "Ascolta"
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: its headers' names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Asking:
    """One server, by its plain address. `who` is how errors call it; `token` goes to it and nowhere else.

    `grant` instead gives a token that is renewed before it ends, and once more where it is refused (sources/grants.py).
    `foreign`: the address is somebody else's word, so it may not lead into this machine. Raises AscoltaError if the
    address or the token cannot be one.
    """

    who: str
    url: str
    clock: Callable[[], float]
    token: str = field(default="", repr=False)
    grant: Bearer | None = field(default=None, repr=False)
    foreign: bool = False
    within: float = SECONDS
    most: int = MOST
    budget: Budget = field(default_factory=Budget)

    def __post_init__(self) -> None:
        require_safe(self.who, self.url)
        if self.token and not (self.token.isascii() and self.token.isprintable() and " " not in self.token):
            raise AscoltaError(f"{self.who}: the token holds a character that no token has; copy it anew")

    def get(self, path: str, fields: Fields | None = None) -> Any:
        """What a path says in JSON. Raises SourceError."""
        said = f"?{urlencode(fields)}" if fields else ""
        return self.json(self.answer("GET", f"{path}{said}"))

    def found(self, path: str) -> Any | None:
        """The same, None if there is nothing there (404, 410). Raises SourceError."""
        try:
            return self.json(self.answer("GET", path))
        except Missing:
            return None

    def json(self, answer: Answer) -> Any:
        """An answer as JSON. Raises SourceError if it is none."""
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise SourceError(f"{self.who} gave an answer that is not JSON", retry=True) from None

    def answer(
        self, method: str, path: str, fields: Fields | bytes | None = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        """An answer that says yes (2xx, or 304 if that was asked for). Raises SourceError.

        `fields` go as a form; bytes go as they are, by the Content-Type that `more` names.
        """
        self.require_leave()
        form = isinstance(fields, list)
        content = urlencode(fields).encode() if isinstance(fields, list) else fields
        found = self._let_in(method, path, self._headers(more or {}, form=form), content)
        self.budget = budget(found.headers, self.clock(), seconds)
        if 200 <= found.status < 300 or (found.status == 304 and more is not None):
            return found
        raise refused(self.who, found.status, asked(found.headers, self.clock(), seconds))

    def require_leave(self) -> None:
        """Raises SourceError while nothing may be asked, as it was told."""
        if (rest := self.budget.rest(self.clock())) > 0:
            raise Unsent(f"{self.who} allows no more requests for now", retry=True, after=rest)

    def _let_in(self, method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        """An answer to a request with the token of the grant, if there is one; 401 did nothing and is tried anew."""
        if self.grant is None or "Authorization" in headers:
            return self.raw(method, path, headers, content)
        used = self.grant.token()
        found = self.raw(method, path, {**headers, "Authorization": f"Bearer {used}"}, content)
        if found.status != 401 or not self.grant.again(used):
            return found
        return self.raw(method, path, {**headers, "Authorization": f"Bearer {self.grant.token()}"}, content)

    def _headers(self, more: Mapping[str, str], *, form: bool) -> dict[str, str]:
        given = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Accept": "application/json"}
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        if form:
            given["Content-Type"] = "application/x-www-form-urlencoded"
        return {**given, **more}

    def raw(self, method: str, path: str, headers: Mapping[str, str], content: bytes | None = None) -> Answer:
        """An answer, whatever it says. Raises SourceError if there is none."""
        try:
            return ended(self._within_time(method, path, headers, content))
        except httpx2.ConnectError:
            raise Unsent(f"{self.who} cannot be reached", retry=True) from None
        except (TimeoutError, httpx2.TimeoutException):
            raise SourceError(f"{self.who} did not answer within {self.within:g} seconds", retry=True) from None
        except httpx2.HTTPError as error:
            raise SourceError(f"{self.who} cannot be understood ({type(error).__name__})", retry=True) from None
        except (OSError, ValueError, httpx2.InvalidURL):
            raise Unsent(f"{self.who} cannot be reached; look at its address", retry=True) from None

    async def _within_time(self, method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        async with asyncio.timeout(self.within):
            where, asking = await place(self.who, self.url + path, foreign=self.foreign), client(self.within)
            given, named = {"Host": where.host, **headers}, {"sni_hostname": where.name}
            async with (
                asking,
                asking.stream(method, where.url, content=content, headers=given, extensions=named) as found,
            ):
                good = 200 <= found.status_code < 300
                return Answer(
                    status=found.status_code,
                    headers={name.lower(): value for name, value in found.headers.items()},
                    body=await self._read(found) if good else await _why(found),
                )

    async def _read(self, found: httpx2.Response) -> bytes:
        if found.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise SourceError(f"{self.who} gave an answer that is compressed, which was not asked for", retry=True)
        body = bytearray()
        async for piece in found.aiter_raw():
            body += piece
            if len(body) > self.most:
                raise SourceError(f"{self.who} gave an answer of more than {self.most >> 20} MiB", retry=True)
        return bytes(body)


async def _why(found: httpx2.Response) -> bytes:
    """The beginning of an answer that says no; nothing where it is compressed. It is for reading, not for showing."""
    body = bytearray()
    if found.headers.get("content-encoding", "identity").strip().lower() == "identity":
        async for piece in found.aiter_raw():
            body += piece
            if len(body) >= MOST_REFUSED:
                break
    return bytes(body[:MOST_REFUSED])


class Missing(SourceError):
    """There is nothing there."""


class Unsent(SourceError):
    """Nothing was sent, so nothing was done there."""

    unsent = True


def refused(who: str, status: int, after: float) -> SourceError:
    """A status that is not a yes, as an error. Trying again can help after 429 and 5xx only."""
    said = f"{who} answers with status {status}"
    if status in (404, 410):
        return Missing(said, retry=False)
    if status == 429:
        return Unsent(f"{said}: it was asked too often", retry=True, after=after)
    if status >= 500:
        return SourceError(said, retry=True, after=after)
    if status in (401, 403):
        return Unsent(f"{said}: it does not let us; look at the token and what it allows", retry=False)
    if 300 <= status < 400:
        return Unsent(f"{said}: it sends us elsewhere, and we do not go; name its real address", retry=False)
    return Unsent(said, retry=False)


async def place(who: str, url: str, *, foreign: bool) -> Reached:
    """Where a request goes. Raises SourceError if it may not go there."""
    try:
        return await reached(url, foreign=foreign)
    except SourceError:
        raise Unsent(f"{who} lies in a network that is not public; it is not asked", retry=True) from None


def require_safe(who: str, url: str) -> None:
    """Raises AscoltaError, which does not say the address, unless it is a plain one that nobody can read along."""
    if not is_plain(url, query=True):
        raise AscoltaError(f"{who}: its address must be a plain one, such as https://social.example")
    if not is_private(url):
        raise AscoltaError(f"{who}: its address must begin with https://, or lie on this machine, as http://127.0.0.1")


def host(url: str) -> str:
    """The host of an address of the web, with its port; empty if it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""


def is_ours(url: str) -> bool:
    """Whether a URL names this machine outright."""
    return is_here(urlsplit(url).hostname or "")
