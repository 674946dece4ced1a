"""Meta's Graph API on this machine, after its documentation (v26.0), and the webhook that tells of what happens there.

It gives the fields that it is asked for and no others, answers by pages with cursors, counts what was used in percent,
tells errors by their codes, and takes no call without the app's proof. What people do is told as a signed push, too.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from threading import Event, RLock
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from ascolta.sources.pushed import Inlet
from tests.listening import Listening, listening
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
class GraphTwin:
    """What Meta knows. `fails`: how it answers from now on; `left`: percent that is left of what may be asked."""

    url: str = ""
    now: float = 0.0
    skew: float = 0.0
    fails: tuple[int, dict[str, str]] | None = None
    error: tuple[int, int, int] | None = None
    fails_after_posting: bool = False
    refuses_posts: tuple[int, dict[str, str]] | None = None
    left: int = 100
    garbage: bytes | None = None
    visits: list[str] = field(default_factory=list)
    things: dict[str, Json] = field(default_factory=dict)
    pushes: list[bytes] = field(default_factory=list)
    number: int = 5_000
    over: Event = field(default_factory=Event)
    lock: RLock = field(default_factory=RLock)

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


class _Answering(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._answer({name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()})

    def _answer(self, form: Asked | None) -> None:
        twin, parts = self._twin(), urlsplit(self.path)
        twin.visits.append(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        told = twin.refuses_posts if form is not None else twin.fails
        if told is not None:
            code = {429: 32}.get(told[0], 2 if told[0] >= 500 else 100)
            self._say(told[0], _error(code, 0), told[1])
            return
        try:
            self._let_in(asked)
            with twin.lock:
                path = parts.path.removeprefix(f"/{VERSION}")
                said = twin.found(path, asked) if form is None else {"id": twin.made(path, form)}
        except GraphError as error:
            self._say(error.status, _error(error.code, error.subcode))
            return
        if form is not None and twin.fails_after_posting:
            self.close_connection = True
            return
        self._say(200, said)

    def _let_in(self, asked: Asked) -> None:
        twin = self._twin()
        if twin.error is not None:
            raise GraphError(*twin.error)
        if not self.path.startswith(f"/{VERSION}/"):
            raise GraphError(2500)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise GraphError(190)
        proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
        if asked.get("appsecret_proof") != proof:
            raise GraphError(100)

    def _twin(self) -> GraphTwin:
        assert isinstance(self.server, Listening)
        assert isinstance(self.server.state, GraphTwin)
        return self.server.state

    def _say(self, status: int, said: Any, more: Mapping[str, str] | None = None) -> None:
        twin = self._twin()
        body = json.dumps(said).encode() if twin.garbage is None or status != 200 else twin.garbage
        twin.left = max(0, twin.left - 1)
        usage = {"call_count": 100 - twin.left, "total_cputime": 1, "total_time": 1, "type": "pages"}
        regain = {"estimated_time_to_regain_access": 0 if twin.left else 1}
        given = {
            "Content-Type": "application/json", "Content-Length": str(len(body)), **(more or {}),
            **({"X-Business-Use-Case-Usage": json.dumps({"1": [{**usage, **regain}]})} if twin.left < 50 else {}),
        }  # fmt: skip
        with suppress(OSError):
            self.send_response_only(status)
            self.send_header("Date", formatdate(twin.now + twin.skew, usegmt=True))
            for name, value in given.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)


def _error(code: int, subcode: int) -> Json:
    said = {"message": "as told", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return {"error": {**said, **({"error_subcode": subcode} if subcode else {})}}
