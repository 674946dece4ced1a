"""XRPC, the calls of the AT Protocol: JSON over HTTP, errors by name, and a session by an app password.

A session is kept in memory only: made once, renewed before it ends, and made anew where the network takes it no more.
"""

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from ascolta.core.budget import asked, budget
from ascolta.errors import SourceError
from ascolta.sources.asking import Answer, Asking, Fields, Unsent, refused
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives.reading import known, text
from ascolta.sources.times import seconds

JSON = {"Content-Type": "application/json"}
EARLY = 60.0
"""Seconds before its end at which a session is renewed."""

LASTS = 3_600.0
"""For how long, in seconds, a session is used that does not say when it ends."""

GONE = frozenset(
    ("RecordNotFound", "RepoNotFound", "RepoDeactivated", "RepoTakendown", "RepoSuspended", "AccountTakedown")
)
"""What a server says of a record, or of a whole repository, that it shows nobody any more."""


class DeclinedError(Unsent):
    """A request that a server understood and declined (status 400), for the reason that it calls by `name`."""

    def __init__(self, who: str, name: str) -> None:
        super().__init__(f"{who} answers with status 400", retry=False)
        self.name = name


def query(asking: Asking, method: str, fields: Fields) -> dict[str, Any]:
    """What a query answers. Raises SourceError."""
    return _object(asking, _answer(asking, "GET", _path(method, fields)))


def call(asking: Asking, method: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a procedure answers, in the session of the account. Raises SourceError."""
    return _object(asking, _answer(asking, "POST", _path(method, []), json.dumps(body).encode()))


def document(asking: Asking, path: str) -> dict[str, Any]:
    """A document in JSON. Raises SourceError."""
    return _object(asking, _answer(asking, "GET", path))


class Session:
    """What lets an account in (sources.chance.Bearer). `did` and `handle` are whose it is, once it was made."""

    def __init__(self, asking: Asking, account: str, password: str) -> None:
        self.asking, self.account, self._password = replace(asking, grant=None), account, password
        self.did = self.handle = ""
        self._access = self._refresh = ""
        self._until = 0.0

    def token(self) -> str:
        """A token that holds. Raises SourceError."""
        if self._access and self.asking.clock() < self._until - EARLY:
            return self._access
        if self._refresh:
            try:
                path = _path("com.atproto.server.refreshSession", [])
                return self._take(_answer(self.asking, "POST", path, b"", self._refresh))
            except Unsent as error:
                if error.retry:
                    raise
        body = json.dumps({"identifier": self.account, "password": self._password}).encode()
        return self._take(_answer(self.asking, "POST", _path("com.atproto.server.createSession", []), body))

    def again(self, refused: str) -> bool:
        """Another one, where the network takes this one no more. Raises SourceError."""
        if refused == self._access:
            self._access = ""
        return True

    def _take(self, answer: Answer) -> str:
        """Of what comes with it neither the address of the mailbox nor anything else is read."""
        said = _object(self.asking, answer)
        try:
            access, refresh = text(said.get("accessJwt")), text(said.get("refreshJwt"))
            did, handle = text(said.get("did")), text(said.get("handle"))
        except UnreadableError:
            access = refresh = did = handle = ""
        plain = all(one.isascii() and one.isprintable() for one in (access, refresh))
        if not (access and did.startswith("did:") and plain):
            raise SourceError(f"{self.asking.who} does not say whose the password is", retry=True)
        self._access, self._refresh, self.did, self.handle = access, refresh, did, handle
        self._until = _end(access) or self.asking.clock() + LASTS
        return access


def _answer(asking: Asking, method: str, path: str, body: bytes | None = None, bearer: str = "") -> Answer:
    """An answer that says yes. Raises DeclinedError for one that declines, SourceError for any other."""
    asking.require_leave()
    token = bearer or (asking.grant.token() if asking.grant is not None else "")
    found = asking.raw(method, path, _headers(token, body), body)
    if _is_worn_out(found) and not bearer and asking.grant is not None and asking.grant.again(token):
        found = asking.raw(method, path, _headers(asking.grant.token(), body), body)
    asking.budget = budget(found.headers, asking.clock(), seconds)
    if 200 <= found.status < 300:
        return found
    if found.status == 400:
        raise DeclinedError(asking.who, _name(found))
    raise refused(asking.who, found.status, asked(found.headers, asking.clock(), seconds))


def _headers(token: str, body: bytes | None) -> dict[str, str]:
    given = {"User-Agent": "Ascolta", "Accept-Encoding": "identity", "Accept": "application/json"}
    return {**given, **(JSON if body else {}), **({"Authorization": f"Bearer {token}"} if token else {})}


def _is_worn_out(found: Answer) -> bool:
    """Whether a session is over: this protocol says so with 400."""
    return found.status == 401 or (found.status == 400 and _name(found) in ("ExpiredToken", "InvalidToken"))


def _name(found: Answer) -> str:
    """The name of an error; empty where it has none."""
    try:
        return text(known(json.loads(found.body)).get("error"))
    except (ValueError, RecursionError):
        return ""


def _object(asking: Asking, answer: Answer) -> dict[str, Any]:
    said = asking.json(answer)
    if not isinstance(said, dict):
        raise SourceError(f"{asking.who} gave something else than an object", retry=True)
    return said


def _path(method: str, fields: Fields) -> str:
    return f"/xrpc/{method}{f'?{urlencode(fields)}' if fields else ''}"


def _end(token: str) -> float:
    """When a JSON Web Token (RFC 7519) ends, as it says itself; 0 if it does not."""
    try:
        part = token.split(".")[1]
        said = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return float(known(said).get("exp") or 0)
    except (ValueError, IndexError, TypeError, RecursionError):
        return 0.0
