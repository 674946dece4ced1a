"""A server of the Mastodon API on this machine, after its documentation (4.3): accounts, statuses, lists, streams.

It keeps what people say, tells whom it names, answers by pages, counts requests, and fails as it is told to.
"""

import html
import json
import queue
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.listening import listening
from tests.sources.answering import Answering, HttpTwin, Said, firsts

US = "acme"
OPEN = {"indexable": True, "discoverable": True, "noindex": False, "locked": False, "bot": False}
MANY = 20
"""Statuses that can be asked for at once."""

Json = dict[str, Any]


@dataclass
class MastodonTwin(HttpTwin):
    """What the server knows. `heeds_places`: whether it gives only what lies between the ids that are asked for."""

    left: int = 300
    heeds_places: bool = True
    accounts: dict[str, Json] = field(default_factory=dict)
    statuses: dict[str, Json] = field(default_factory=dict)
    notifications: list[Json] = field(default_factory=list)
    relations: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    streams: list[tuple[str, "queue.Queue[bytes | None]"]] = field(default_factory=list)
    opened: int = 0
    without: str = "-"

    def account(self, who: str, **fields: Any) -> Json:
        """Somebody's account, open to be heard unless `fields` say otherwise."""
        with self.lock:
            found = self.accounts.setdefault(
                who, {"id": str(1_000 + len(self.accounts)), "username": who, "acct": who, "note": "", **OPEN}
            )
            found.update(fields)
            return found

    def says(self, who: str, text: str, *, visibility: str = "public", at: float | None = None, **more: Any) -> str:
        """Somebody posts something; its id as those know it who know other servers too."""
        with self.lock:
            number = str((int(self.now * 1000) << 16) + len(self.statuses))
            tags = [{"name": tag, "url": f"{self.url}/tags/{tag}"} for tag in re.findall(r"#(\w+)", text)]
            names = [name for name in re.findall(r"@(\w+)", text) if name in self.accounts]
            mentions = [{"id": self.accounts[name]["id"], "username": name, "acct": name} for name in names]
            status = {
                "id": number, "uri": f"{self.url}/users/{who}/statuses/{number}", "created_at": self._iso(at),
                "content": _marked(text), "visibility": visibility, "account": self.account(who), "tags": tags,
                "mentions": mentions, "reblog": None, "in_reply_to_id": None, "language": "en", "edited_at": None,
                "url": f"{self.url}/@{who}/{number}", **more,
            }  # fmt: skip
            self.statuses[number] = status
            for tag in tags:
                self._push(f"hashtag:{tag['name'].casefold()}", "update", status)
            if US in names and who != US:
                notification = {
                    "id": str(len(self.notifications) + 1), "type": "mention", "created_at": status["created_at"],
                    "account": status["account"], "status": status,
                }  # fmt: skip
                self.notifications.append(notification)
                self._push("user", "notification", notification)
            return f"{urlsplit(self.url).netloc}/{number}"

    def status(self, known: str) -> Json:
        """A status, by its id here or everywhere."""
        return self.statuses[known.rpartition("/")[2]]

    def edits(self, known: str, text: str) -> None:
        """A status is written anew."""
        with self.lock:
            self.status(known).update(content=_marked(text), edited_at=self._iso(None))
            self._push("", "status.update", self.status(known))

    def deletes(self, known: str) -> None:
        """A status is taken back."""
        number = known.rpartition("/")[2]
        with self.lock:
            del self.statuses[number]
            self.notifications = [one for one in self.notifications if one["status"]["id"] != number]
            self._push("", "delete", number)

    def breaks(self) -> None:
        """Every stream is cut."""
        with self.lock:
            for _, events in self.streams:
                events.put(None)
            self.streams.clear()

    def said_by_us(self) -> list[str]:
        """What the brand's account said, oldest first."""
        return [one["content"] for one in self.statuses.values() if one["account"]["username"] == US]

    def _push(self, stream: str, name: str, said: Json | str) -> None:
        data = said if isinstance(said, str) else json.dumps(said)
        for path, events in self.streams:
            if not stream or path == stream:
                events.put(f"event: {name}\ndata: {data}\n\n".encode())

    def _iso(self, at: float | None) -> str:
        stamp = datetime.fromtimestamp(self.now + self.skew if at is None else at, UTC)
        return stamp.strftime("%Y-%m-%dT%H:%M:%S.000Z")


@contextmanager
def mastodon_twin(now: float) -> Iterator[MastodonTwin]:
    """The server, listening on this machine until the block ends; our account and three people have accounts there."""
    state = MastodonTwin(now=now)
    for who in (US, "ann", "bob", "eve"):
        state.account(who)
    with listening(state, _Answering) as state.url:
        yield state


class _Answering(Answering[MastodonTwin]):
    def answered(self, body: bytes | None) -> Said | None:
        twin, parts = self.twin, urlsplit(self.path)
        if not self.knows_us() and "activity" not in self.headers.get("Accept", ""):
            return 401, {"error": "The access token is invalid"}, {}
        if parts.path.startswith("/api/v1/streaming/"):
            self._stream(parts.path.rpartition("/")[2], firsts(parts.query))
            return None
        with twin.lock:
            return *self._found(parts.path, parse_qs(parts.query), None if body is None else firsts(body)), {}

    def usual(self) -> Mapping[str, str]:
        twin = self.twin
        twin.left = max(0, twin.left - 1)
        reset = datetime.fromtimestamp(twin.now + twin.skew + 60, UTC).isoformat().replace("+00:00", "Z")
        given = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": str(twin.left), "X-RateLimit-Reset": reset}
        return {**super().usual(), **given}

    def _found(self, path: str, asked: dict[str, list[str]], form: dict[str, str] | None) -> tuple[int, Any]:
        twin = self.twin
        if not twin.heeds_places:
            asked = {name: said for name, said in asked.items() if name not in ("since_id", "max_id")}
        if path == twin.without:
            return 404, {"error": "Not Found"}
        if path == "/api/v1/accounts/verify_credentials":
            return 200, twin.account(US)
        if path == "/api/v1/accounts/relationships":
            known = {one["id"]: who for who, one in twin.accounts.items()}
            return 200, [_relation(n, twin.relations.get(known[n], {})) for n in asked.get("id[]", []) if n in known]
        if path == "/api/v1/notifications":
            return 200, _page([one for one in twin.notifications if one["type"] in asked.get("types[]", [])], asked)
        if path.startswith("/api/v1/timelines/tag/"):
            tag = unquote(path.rpartition("/")[2])
            tagged = [one for one in twin.statuses.values() if tag in [t["name"].casefold() for t in one["tags"]]]
            return 200, _page(tagged, asked)
        if re.fullmatch(r"/api/v1/accounts/\d+/statuses", path):
            number = path.split("/")[4]
            return 200, _page([one for one in twin.statuses.values() if one["account"]["id"] == number], asked)
        if path == "/api/v1/statuses" and form is not None:
            return 200, self._posted(form)
        if path == "/api/v1/statuses":
            numbers = asked.get("id[]", [])
            found = [twin.statuses[number] for number in numbers if number in twin.statuses]
            return (200, found) if len(numbers) <= MANY else (422, {"error": "Too many statuses"})
        if "activity" in self.headers.get("Accept", ""):
            return 200, {"type": "Note", "id": path}
        status = twin.statuses.get(path.removeprefix("/api/v1/statuses/"))
        return (200, status) if status is not None else (404, {"error": "Record not found"})

    def _posted(self, form: dict[str, str]) -> Json:
        twin, key = self.twin, self.headers.get("Idempotency-Key", "")
        if key not in twin.keys:
            said = twin.says(
                US, form["status"], visibility=form["visibility"], in_reply_to_id=form.get("in_reply_to_id")
            )
            twin.keys[key] = said.rpartition("/")[2]
        return twin.statuses[twin.keys[key]]

    def _stream(self, name: str, asked: dict[str, str]) -> None:
        twin = self.twin
        events: queue.Queue[bytes | None] = queue.Queue()
        with twin.lock:
            twin.streams.append((f"hashtag:{asked['tag']}" if name == "hashtag" else name, events))
            twin.opened += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(b":)\n\n")
            while not twin.over.is_set():
                try:
                    said = events.get(timeout=0.05)
                except queue.Empty:
                    continue
                if said is None:
                    return
                self.wfile.write(said)


def _page(items: list[Json], asked: dict[str, list[str]]) -> list[Json]:
    """Newest first, of those between the ids that are asked for."""
    over, under = (int(asked.get(name, [str(none)])[0]) for name, none in (("since_id", -1), ("max_id", 1 << 100)))
    return [one for one in reversed(items) if over < int(one["id"]) < under][: int(asked.get("limit", ["20"])[0])]


def _relation(number: str, said: Json) -> Json:
    """A Relationship: what there is between an account and ours."""
    none = {"following": False, "followed_by": False, "blocking": False, "blocked_by": False, "muting": False}
    return {"id": number, **none, **said}


def _marked(text: str) -> str:
    """As Mastodon marks up what people type."""
    mention = r'<span class="h-card"><a href="/@\1" class="u-url mention">@<span>\1</span></a></span>'
    tag = r'<a href="/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>'
    said = re.sub(r"@(\w+)", mention, html.escape(text, quote=False))
    return f"<p>{re.sub(r'#([a-z]+)', tag, said)}</p>"
