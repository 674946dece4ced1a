"""A website on this machine with an Atom feed (RFC 4287), a page for each entry, a robots.txt, and ETags (RFC 9110)."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from html import escape
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

from tests.listening import Listening, listening


@dataclass
class FeedTwin:
    """What the site has. `fails`: how it answers from now on, status and headers; `body`: given instead of the feed."""

    url: str = ""
    now: float = 0.0
    skew: float = 0.0
    fails: tuple[int, dict[str, str]] | None = None
    body: bytes | None = None
    robots: str = ""
    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)
    visits: list[str] = field(default_factory=list)
    unchanged: int = 0
    over: Event = field(default_factory=Event)

    def says(self, who: str, text: str, *, at: float | None = None) -> str:
        """Somebody writes an entry; its address."""
        path = f"/{len(self.entries) + len(self.gone)}"
        self.entries[path] = {"who": who, "text": text, "at": self._iso(self.now + self.skew if at is None else at)}
        return self.url + path

    def edits(self, number: str, text: str) -> None:
        """An entry is written anew."""
        self.entries[number.removeprefix(self.url)]["text"] = text

    def deletes(self, number: str) -> None:
        """An entry and its page are taken away."""
        path = number.removeprefix(self.url)
        del self.entries[path]
        self.gone.add(path)

    def feed(self) -> bytes:
        """The whole feed, newest first."""
        rows = "".join(
            f"<entry><id>tag:{path}</id><title>{escape(one['text'])}</title><link href='{self.url}{path}'/>"
            f"<published>{one['at']}</published><updated>{one['at']}</updated>"
            f"<author><name>{escape(one['who'])}</name></author></entry>"
            for path, one in reversed(self.entries.items())
        )
        head = "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'><title>A blog</title>"
        return f"{head}{rows}</feed>".encode("utf-8", "replace")

    def _iso(self, at: float) -> str:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def feed_twin(now: float) -> Iterator[FeedTwin]:
    """The site, listening on this machine until the block ends."""
    state = FeedTwin(now=now)
    with listening(state, _Answering) as state.url:
        yield state


class _Answering(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        twin = self._twin()
        twin.visits.append(self.path)
        if self.path == "/robots.txt":
            self._say(200 if twin.robots else 404, twin.robots.encode(), {})
        elif twin.fails is not None:
            self._say(twin.fails[0], b"", twin.fails[1])
        elif self.path == "/feed":
            self._feed(twin)
        else:
            self._say(200 if self.path in twin.entries else 410, b"<p>a page</p>", {})

    def _feed(self, twin: FeedTwin) -> None:
        body = twin.feed() if twin.body is None else twin.body
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == tag:
            twin.unchanged += 1
            self._say(304, b"", {"ETag": tag})
            return
        self._say(200, body, {"ETag": tag, "Content-Type": "application/atom+xml", **twin.headers})

    def _twin(self) -> FeedTwin:
        assert isinstance(self.server, Listening)
        assert isinstance(self.server.state, FeedTwin)
        return self.server.state

    def _say(self, status: int, body: bytes, more: dict[str, str]) -> None:
        twin = self._twin()
        with suppress(OSError):
            self.send_response_only(status)
            self.send_header("Date", formatdate(twin.now + twin.skew, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
