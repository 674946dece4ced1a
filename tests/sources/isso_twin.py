"""A server of Isso on this machine, after its API (0.14) and its source: `/latest`, `/?uri=`, `/new`, and its guard.

It gives what answers nothing before all that answers something, keeps the place of what was taken back while something
answers it, moves answers to answers up to the first level, gives numbers that are free away again, and fails as told.
"""

import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.listening import listening
from tests.sources.answering import Answering, HttpTwin, Said, firsts

NAME = "Acme Air"
Json = dict[str, Any]


@dataclass
class IssoTwin(HttpTwin):
    """What the server knows. `holds`: new comments wait; `latest`: whether it gives its latest."""

    holds: bool = False
    latest: bool = True
    comments: dict[int, Json] = field(default_factory=dict)

    def says(
        self, who: str | None, text: str, *, at: float | None = None, to: str = "", page: str = "/news/", mode: int = 1
    ) -> str:
        """Somebody comments, in answer to another comment perhaps; its id as a source gives it."""
        with self.lock:
            number, parent = max(self.comments, default=0) + 1, self._of(to)["id"] if to else None
            while parent is not None and self.comments[parent]["parent"] is not None:
                parent = self.comments[parent]["parent"]
            self.comments[number] = {
                "id": number, "parent": parent, "text": f"<p>{html.escape(text, quote=False)}</p>",
                "author": html.escape(who, quote=False) if who is not None else None, "website": None, "mode": mode,
                "created": self.now + self.skew + number / 1000 if at is None else at, "modified": None, "likes": 0,
                "dislikes": 0, "uri": self._of(to)["uri"] if to else page, "hash": "e644f6ee43c0", "notification": 0,
            }  # fmt: skip
            return self.id(number)

    def id(self, number: int) -> str:
        """A comment as a source gives it."""
        found = self.comments[number]
        return f"{urlsplit(self.url).netloc}{found['uri']}#isso-{number}.{int(found['created'] * 1000)}"

    def edits(self, number: str, text: str) -> None:
        """A comment is written anew."""
        with self.lock:
            self._of(number).update(text=f"<p>{html.escape(text, quote=False)}</p>", modified=self.now)

    def lets(self, number: str) -> None:
        """A comment that waited is shown."""
        with self.lock:
            self._of(number)["mode"] = 1

    def deletes(self, number: str) -> None:
        """A comment is taken back; its place is kept while something answers it."""
        with self.lock:
            found = self._of(number)
            if any(one["parent"] == found["id"] for one in self.comments.values()):
                found.update(text="", author=None, mode=4)
            else:
                del self.comments[found["id"]]

    def said_by_us(self) -> list[str]:
        """What goes by our name, in words, oldest first."""
        return [one["text"] for one in self.ours()]

    def ours(self) -> list[Json]:
        """What goes by our name, oldest first."""
        return [one for one in self.comments.values() if one["author"] == NAME]

    def _of(self, number: str) -> Json:
        return self.comments[int(number.rpartition("#isso-")[2].partition(".")[0])]


@contextmanager
def isso_twin(now: float) -> Iterator[IssoTwin]:
    """The server, listening on this machine until the block ends."""
    state = IssoTwin(now=now)
    with listening(state, _Answering) as state.url:
        yield state


class _Answering(Answering[IssoTwin]):
    def answered(self, body: bytes | None) -> Said:
        twin, parts = self.twin, urlsplit(self.path)
        asked = firsts(parts.query)
        with twin.lock:
            if body is not None:
                return self._taken(parts.path, asked, body)
            if parts.path == "/latest" and twin.latest:
                return 200, self._latest(int(asked["limit"])), {}
            if parts.path == "/" and "uri" in asked:
                return 200, self._thread(asked["uri"]), {}
        return 404, {"message": "Not Found"}, {}

    def as_told(self, status: int) -> Json:
        return {"message": "as told"}

    def _taken(self, path: str, asked: dict[str, str], body: bytes) -> Said:
        if path != "/new" or self.headers.get("Content-Type") != "application/json":
            return 403, {"message": "CSRF"}, {}
        number = self._posted(json.loads(body), asked["uri"])
        shown = {name: one for name, one in self.twin.comments[number].items() if name != "uri"}
        return 202 if shown["mode"] == 2 else 201, shown, {}

    def _posted(self, said: Json, page: str) -> int:
        twin = self.twin
        above = twin.comments.get(said["parent"] or 0)
        to = twin.id(above["id"]) if above is not None and above["uri"] == page else ""
        number = twin.says(said["author"], said["text"], to=to, page=page, mode=2 if twin.holds else 1)
        return int(number.rpartition("#isso-")[2].partition(".")[0])

    def _latest(self, limit: int) -> list[Json]:
        """By parent first, as its SQL orders: `CASE WHEN parent IS NOT NULL THEN created END, created`."""
        shown = [one for one in self.twin.comments.values() if one["mode"] == 1]
        shown.sort(key=lambda one: (one["parent"] is not None, one["created"]))
        return [{name: said for name, said in one.items() if name != "hash"} for one in shown[-limit:]]

    def _thread(self, page: str) -> Json:
        there = [one for one in self.twin.comments.values() if one["uri"] == page and one["mode"] in (1, 4)]
        there.sort(key=lambda one: float(one["created"]))
        seen = [{name: said for name, said in one.items() if name != "uri"} for one in there]
        first = [one for one in seen if one["parent"] is None]
        for one in first:
            one["replies"] = [two for two in seen if two["parent"] == one["id"]]
        return {"id": None, "total_replies": len(seen), "hidden_replies": 0, "replies": first, "config": {}}
