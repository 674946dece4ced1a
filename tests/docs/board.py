"""The message board of docs/developer/new-source.md: a server on this machine that keeps what people say."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.listening import Listening, listening

OURS = "acme"
TOKEN = "board-canary-4711"


@dataclass
class Board:
    """What stands on it."""

    now: float
    url: str = ""
    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    over: Event = field(default_factory=Event)
    said: int = 0
    loses_answers: bool = False

    def says(self, who: str, text: str, *, to: int | None = None, listed: bool = True) -> int:
        """Somebody says something; its number."""
        self.said += 1
        self.posts[self.said] = {
            "id": self.said, "at": self.now, "who": who, "text": text, "to": to, "listed": listed,
        }  # fmt: skip
        return self.said

    def by(self, who: str) -> list[str]:
        """What somebody said."""
        return [one["text"] for one in self.posts.values() if one["who"] == who]


@contextmanager
def board(now: float) -> Iterator[Board]:
    """The board, until the block ends."""
    state = Board(now=now)
    with listening(state, _Answering) as state.url:
        yield state


class _Answering(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        state, parts = self._state(), urlsplit(self.path)
        if not self._is_let():
            return
        if parts.path == "/posts":
            after = int(parse_qs(parts.query)["after"][0])
            self._say(200, [one for number, one in sorted(state.posts.items()) if number > after][:20])
            return
        found = state.posts.get(int(parts.path.removeprefix("/posts/")))
        self._say(200 if found else 404, found)

    def do_POST(self) -> None:
        state = self._state()
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if not self._is_let():
            return
        number = state.says(OURS, form["text"][0], to=int(form["to"][0]))
        if state.loses_answers:
            self.close_connection = True
            return
        self._say(201, {"id": number})

    def _is_let(self) -> bool:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._say(401, None)
            return False
        return True

    def _state(self) -> Board:
        assert isinstance(self.server, Listening)
        assert isinstance(self.server.state, Board)
        return self.server.state

    def _say(self, status: int, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
