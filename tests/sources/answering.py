"""What the twins of all networks have in common that answer by HTTP: what each can be told, and how it answers.

What a network knows is an `HttpTwin`, which an `Answering` tells; a twin has only what its own network does otherwise.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from threading import Event, RLock
from typing import Any, Generic, TypeVar, cast
from urllib.parse import parse_qs

from tests.listening import Listening
from tests.sources.battery import TOKEN

Told = tuple[int, dict[str, str]]
"""How it is to answer: status and headers."""

Said = tuple[int, Any, Mapping[str, str]]
"""An answer: status, what is said, and headers beside the usual ones."""


@dataclass
class HttpTwin:
    """What every network knows. `fails`: how it answers from now on; `skew`: by how many seconds its clock is wrong.

    `refuses_posts`: how it answers to what is posted; `fails_after_posting`: it posts, and says nothing; `garbage`:
    what it gives instead of what is asked for; `headers`: what it says in addition.
    """

    url: str = ""
    now: float = 0.0
    skew: float = 0.0
    fails: Told | None = None
    refuses_posts: Told | None = None
    fails_after_posting: bool = False
    garbage: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    visits: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    lock: AbstractContextManager[Any] = field(default_factory=RLock)


T = TypeVar("T", bound=HttpTwin)


class Answering(BaseHTTPRequestHandler, Generic[T]):
    """Answers one request by what its twin knows and was told."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Something is asked for."""
        self.meets(None)

    def do_POST(self) -> None:
        """Something is posted."""
        self.meets(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    @property
    def twin(self) -> T:
        """What it knows."""
        assert isinstance(self.server, Listening)
        return cast("T", self.server.state)

    def meets(self, body: bytes | None) -> None:
        """Answer, as it was told or as the network does, or let the connection go after something was posted."""
        twin, posts = self.twin, self.posts(body)
        twin.visits.append(self.path)
        told = self.told(posts=posts)
        if told is not None:
            self.says(told[0], self.as_told(told[0]), told[1])
            return
        said = self.answered(body)
        if said is not None and posts and said[0] < 300 and twin.fails_after_posting:
            self.close_connection = True
        elif said is not None:
            self.says(*said)

    def answered(self, body: bytes | None) -> Said | None:
        """What the network answers to this request, with its body if it is a POST; None if it did so by itself."""
        raise NotImplementedError

    def posts(self, body: bytes | None) -> bool:
        """Whether something of ours would stand there afterwards."""
        return body is not None

    def told(self, *, posts: bool) -> Told | None:
        """How it was told to answer this request, if it was."""
        return self.twin.refuses_posts if posts else self.twin.fails

    def as_told(self, status: int) -> Any:
        """What it says then."""
        return {"error": "as told"}

    def usual(self) -> Mapping[str, str]:
        """The headers of every answer."""
        return {"Content-Type": "application/json", **self.twin.headers}

    def knows_us(self) -> bool:
        """Whether the token that came with the request is ours (RFC 6750)."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return scheme.casefold() == "bearer" and token == TOKEN

    def says(self, status: int, said: Any, more: Mapping[str, str]) -> None:
        """Send it, at the network's own time; a header that is given replaces the usual one, however it is spelt."""
        twin = self.twin
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        if status == 200 and twin.garbage is not None:
            body = twin.garbage
        usual = {"Date": formatdate(twin.now + twin.skew, usegmt=True), "Content-Length": str(len(body))}
        given = {name.casefold(): (name, one) for name, one in (*usual.items(), *self.usual().items(), *more.items())}
        with suppress(OSError):
            self.send_response_only(status)
            for name, value in given.values():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)


def firsts(said: bytes | str) -> dict[str, str]:
    """The fields of a form, or of what is asked for in an address, the first of each name."""
    words = said.decode() if isinstance(said, bytes) else said
    return {name: values[0] for name, values in parse_qs(words, keep_blank_values=True).items()}
