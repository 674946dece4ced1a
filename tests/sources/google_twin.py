"""An API of Google on this machine: what all have in common, as its documentation says it.

Requests and answers are held against the discovery document (google_contract.py); a fault of ours in an answer is kept
and fails the test at its end. Tokens and keys, quotas, partial responses, and errors with reasons as Google words them.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from tests.listening import listening
from tests.sources.answering import Answering, HttpTwin, Said, Told, firsts
from tests.sources.battery import TOKEN
from tests.sources.google_contract import Asked, Contract, Json, only

KEY = "key-canary-4712"


class Refused(Exception):
    """An answer that says no: status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass
class GoogleTwin(HttpTwin):
    """What the API knows. `quota`: units that are left, `spent`: those that were spent; `why`: why it says no as told.

    `signers`: the public keys of service accounts by their addresses, which get a token for a signed word (RFC 7523);
    `asked_by`: the names of the headers of each request.
    """

    contract: ClassVar[Contract]
    quota: int = 10_000
    spent: int = 0
    why: str = "asTold"
    said: list[str] = field(default_factory=list)
    signers: dict[str, RSAKey] = field(default_factory=dict)
    asked_by: list[set[str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def costs(self, method: Json) -> int:
        """Units of a request."""
        return 1

    def answers(self, asked: Asked, body: Json, by_token: bool) -> Json:
        """What it answers to a request that is as it should be. Raises Refused."""
        raise NotImplementedError

    def time(self, at: float | None) -> float:
        """A moment by the API's own clock; now if it is not said."""
        return self.now + self.skew if at is None else at


@contextmanager
def serving(twin: GoogleTwin) -> Iterator[None]:
    """The API listens on this machine until the block ends; it must have answered as its document says."""
    with listening(twin, _Answering) as twin.url:
        yield
    assert twin.faults == []


def page(found: list[Any], given: dict[str, list[str]], names: tuple[str, str, str]) -> tuple[list[Any], str]:
    """One page of a list, and the token of the next; `names`: how many, the token, and how many without being told."""
    many, token, usual = names
    if given.get(token, ["T0"])[0][:1] != "T" or not given.get(token, ["T0"])[0][1:].isdigit():
        raise Refused(400, "invalidPageToken")
    start = int(given.get(token, ["T0"])[0][1:])
    end = start + int(given.get(many, [usual])[0])
    return found[start:end], f"T{end}" if end < len(found) else ""


def iso(at: float) -> str:
    """A moment as YouTube writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Answering(Answering[GoogleTwin]):
    def meets(self, body: bytes | None) -> None:
        self.twin.asked_by.append({name.lower() for name in self.headers})
        super().meets(body)

    def told(self, *, posts: bool) -> Told | None:
        if self.path == "/token":
            return None
        return super().told(posts=posts) or self.twin.fails

    def answered(self, body: bytes | None) -> Said:
        with self.twin.lock:
            try:
                said = self._granted((body or b"").decode()) if self.path == "/token" else self._found(body)
            except Refused as no:
                return no.status, _error(no.status, no.reason), {}
        return 200, said, {}

    def as_told(self, status: int) -> Json:
        return _error(status, self.twin.why)

    def posts(self, body: bytes | None) -> bool:
        return body is not None and self.path != "/token"

    def usual(self) -> Mapping[str, str]:
        return {**super().usual(), "Content-Type": "application/json; charset=UTF-8"}

    def _found(self, content: bytes | None) -> Json:
        twin, parts = self.twin, urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        asked = twin.contract.find(self.command, parts.path, query)
        if asked is None:
            raise Refused(404, "notFound")
        by_token = self._let_in(asked)
        cost = twin.costs(asked.method)
        if twin.quota < cost:
            raise Refused(403, "quotaExceeded")
        twin.quota, twin.spent = twin.quota - cost, twin.spent + cost
        if asked.wrong:
            raise Refused(400, "badRequest")
        said = twin.answers(asked, self._body(asked, content), by_token)
        twin.faults += twin.contract.breaks(asked.method["response"]["$ref"], said)
        return only(query["fields"][0], said) if "fields" in query else said

    def _granted(self, form: str) -> Json:
        """A token for a service account, if it signed for the very scope and this very address."""
        twin, given = self.twin, firsts(form)
        try:
            who = json.loads(urlsafe_b64decode(given["assertion"].split(".")[1] + "=="))["iss"]
            claims = jwt.decode(given["assertion"], twin.signers[who], algorithms=["RS256"]).claims
        except (KeyError, IndexError, ValueError, JoseError):
            raise Refused(400, "invalid_grant") from None
        scopes = twin.contract.document["auth"]["oauth2"]["scopes"]
        if claims["scope"] not in scopes or claims["aud"] != f"{twin.url}/token" or claims["exp"] < twin.now:
            raise Refused(400, "invalid_scope")
        return {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}

    def _body(self, asked: Asked, content: bytes | None) -> Json:
        if "request" not in asked.method:
            return {}
        try:
            body = json.loads(content or b"")
        except ValueError:
            raise Refused(400, "parseError") from None
        if not self.headers.get("Content-Type", "").startswith("application/json"):
            raise Refused(400, "parseError")
        if self.twin.contract.breaks(asked.method["request"]["$ref"], body):
            raise Refused(400, "invalid")
        assert isinstance(body, dict)
        return body

    def _let_in(self, asked: Asked) -> bool:
        """Whether by a token; a key shows but what everybody may see. Raises Refused."""
        if self.knows_us():
            return True
        key = self.headers.get("X-Goog-Api-Key", asked.given.get("key", [""])[0])
        if key != KEY or self.command != "GET" or "mine" in asked.given:
            raise Refused(401, "authError")
        return False


def _error(status: int, reason: str) -> Json:
    """An error as Google words it."""
    said = {"message": "as told", "domain": "global", "reason": reason}
    return {"error": {"code": status, "message": "as told", "errors": [said]}}
