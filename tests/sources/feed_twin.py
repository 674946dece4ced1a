"""A website on this machine with an Atom feed (RFC 4287), a page for each entry, a robots.txt, and ETags (RFC 9110)."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape

from tests.listening import listening
from tests.sources.answering import Answering, HttpTwin, Said, Told


@dataclass
class FeedTwin(HttpTwin):
    """What the site has. `body`: given instead of the feed; `headers`: what it says with the feed."""

    body: bytes | None = None
    robots: str = ""
    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    unchanged: int = 0

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


class _Answering(Answering[FeedTwin]):
    def told(self, *, posts: bool) -> Told | None:
        return None if self.path == "/robots.txt" else super().told(posts=posts)

    def answered(self, body: bytes | None) -> Said:
        twin = self.twin
        if self.path == "/robots.txt":
            return 200 if twin.robots else 404, twin.robots.encode(), {}
        if self.path == "/feed":
            return self._feed()
        return 200 if self.path in twin.entries else 410, b"<p>a page</p>", {}

    def as_told(self, status: int) -> bytes:
        return b""

    def usual(self) -> Mapping[str, str]:
        return {}

    def _feed(self) -> Said:
        twin = self.twin
        body = twin.feed() if twin.body is None else twin.body
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == tag:
            twin.unchanged += 1
            return 304, b"", {"ETag": tag}
        return 200, body, {"ETag": tag, "Content-Type": "application/atom+xml", **twin.headers}
