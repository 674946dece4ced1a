"""Meta's Graph API on this machine, after its documentation (v26.0), and the webhook that tells of what happens there.

It gives the fields that it is asked for and no others, answers by pages with cursors, counts what was used in percent,
tells errors by their codes, and takes no call without the app's proof. What people do is told as a signed push, too.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ascolta.sources.pushed import Inlet
from tests.listening import listening
from tests.sources.answering import Answering, HttpTwin, Said, firsts
from tests.sources.battery import TOKEN

SECRET, VERIFY = "app-secret-canary", "verify-canary"
VERSION = "v26.0"
Json = dict[str, Any]
Asked = Mapping[str, str]


class GraphError(Exception):
    """An error by its code and subcode."""

    def __init__(self, code: int, subcode: int = 0, status: int = 400) -> None:
        super().__init__(str(code))
        self.code, self.subcode, self.status = code, subcode, status


GONE = (100, 33)
"""There is nothing by this id, or it is not for us."""


@dataclass
class GraphTwin(HttpTwin):
    """What Meta knows. `error`: what it says to everything; `left`: percent that is left of what may be asked."""

    error: tuple[int, int, int] | None = None
    left: int = 100
    things: dict[str, Json] = field(default_factory=dict)
    pushes: list[bytes] = field(default_factory=list)
    number: int = 5_000

    def found(self, path: str, asked: Asked) -> Json:
        """What a GET gives."""
        raise NotImplementedError

    def made(self, path: str, form: Asked) -> str:
        """What a POST makes; its id."""
        raise NotImplementedError

    def thing(self, number: str) -> Json:
        """Something by its id."""
        if number not in self.things:
            raise GraphError(*GONE)
        return self.things[number]

    def new(self) -> str:
        """An id that nothing has yet."""
        self.number += 1
        return str(self.number)

    def stamp(self, at: float | None = None) -> str:
        """A time as Meta writes it."""
        return datetime.fromtimestamp(self.now + self.skew if at is None else at, UTC).strftime(
            "%Y-%m-%dT%H:%M:%S+0000"
        )

    def tells(self, kind: str, whose: str, name: str, value: Json) -> None:
        """A push that waits to be delivered."""
        entry = {"id": whose, "time": int(self.now), "changes": [{"field": name, "value": value}]}
        self.pushes.append(json.dumps({"object": kind, "entry": [entry]}).encode())

    def deliver(self, inlet: Inlet[Any], answer: Callable[[bool], None] = lambda kept: None) -> None:
        """Push everything that waits, as Meta signs it."""
        for body in self.pushes:
            inlet.push(signed(body), body, answer)
        self.pushes.clear()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The header of a push."""
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


T = TypeVar("T", bound=GraphTwin)


@contextmanager
def graph_twin(state: T) -> Iterator[T]:
    """The API, listening on this machine until the block ends."""
    with listening(state, _Answering) as state.url:
        yield state


def page(items: list[Json], asked: Asked, url: str) -> Json:
    """One page of a list, with the cursor of the next."""
    begin, limit = int(asked.get("after", "0")), int(asked.get("limit", "25"))
    part = [chosen(item, asked.get("fields", "id")) for item in items[begin : begin + limit]]
    if not part:
        return {"data": []}
    paging: Json = {"cursors": {"before": str(begin), "after": str(begin + len(part))}}
    if begin + limit < len(items):
        paging["next"] = f"{url}/never/followed"
    return {"data": part, "paging": paging}


def chosen(item: Json, fields: str) -> Json:
    """The fields of an object that are asked for; what it cannot have is an error, what it has not is left out."""
    found: Json = {}
    for name, inner in split(fields):
        if name not in item:
            raise GraphError(100)
        value = item[name]
        if isinstance(value, dict) and isinstance(value.get("data"), list):
            value = {**value, "data": [chosen(one, inner or "id") for one in value["data"]]}
        elif isinstance(value, dict) and inner:
            value = chosen({**dict.fromkeys(("id", "name", "username", "from", "value")), **value}, inner)
        if value is not None:
            found[name] = value
    return {"id": item.get("id"), **found} if item.get("id") else found


def split(fields: str) -> Iterator[tuple[str, str]]:
    """The names of fields with what is asked for within each, as `from{id},replies.limit(5){id}`."""
    depth, begin = 0, 0
    for place, char in enumerate(fields + ","):
        depth += (char in "{(") - (char in "})")
        if char == "," and not depth:
            one = fields[begin:place]
            name, _, inner = one.partition("{")
            yield name.partition(".")[0], inner.removesuffix("}")
            begin = place + 1


class _Answering(Answering[GraphTwin]):
    def answered(self, body: bytes | None) -> Said:
        twin, parts = self.twin, urlsplit(self.path)
        asked, path = firsts(parts.query), parts.path.removeprefix(f"/{VERSION}")
        try:
            self._let_in(asked)
            with twin.lock:
                return 200, twin.found(path, asked) if body is None else {"id": twin.made(path, firsts(body))}, {}
        except GraphError as error:
            return error.status, _error(error.code, error.subcode), {}

    def as_told(self, status: int) -> Json:
        return _error({429: 32}.get(status, 2 if status >= 500 else 100), 0)

    def usual(self) -> Mapping[str, str]:
        twin = self.twin
        twin.left = max(0, twin.left - 1)
        usage = {"call_count": 100 - twin.left, "total_cputime": 1, "total_time": 1, "type": "pages"}
        regain = {"estimated_time_to_regain_access": 0 if twin.left else 1}
        told = {"X-Business-Use-Case-Usage": json.dumps({"1": [{**usage, **regain}]})} if twin.left < 50 else {}
        return {**super().usual(), **told}

    def _let_in(self, asked: Asked) -> None:
        twin = self.twin
        if twin.error is not None:
            raise GraphError(*twin.error)
        if not self.path.startswith(f"/{VERSION}/"):
            raise GraphError(2500)
        if not self.knows_us():
            raise GraphError(190)
        proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
        if asked.get("appsecret_proof") != proof:
            raise GraphError(100)


def _error(code: int, subcode: int) -> Json:
    said = {"message": "as told", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return {"error": {**said, **({"error_subcode": subcode} if subcode else {})}}
