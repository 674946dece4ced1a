"""A WordPress blog on this machine, after its REST API (`wp/v2/comments`, `wp/v2/users/me`) and its source (6.1).

It keeps comments, with what is held back, gives those of one kind by page, knows its account by application password
(RFC 7617), refuses what was said before or too soon, and fails as it is told to.
"""

import base64
import html
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.listening import listening
from tests.sources.answering import Answering, HttpTwin, Said, firsts
from tests.sources.battery import TOKEN

US, ACCOUNT = 7, "acme"
Json = dict[str, Any]


@dataclass
class WordPressTwin(HttpTwin):
    """What the blog knows. `refuses_with`: what it says with `refuses_posts`; `holds`: new comments wait.

    `moderates`: whether our account may let comments in; `writers`: accounts that wrote a post, of which it
    `tells_writers` or not, as security plug-ins have it.
    """

    refuses_with: Json = field(default_factory=dict)
    moderates: bool = True
    holds: bool = False
    tells_writers: bool = True
    writers: set[int] = field(default_factory=set)
    comments: dict[int, Json] = field(default_factory=dict)
    asked_as_us: list[str] = field(default_factory=list)
    numbers: int = 0

    def says(self, who: str, text: str, *, at: float | None = None, to: str = "", **more: Any) -> str:
        """Somebody comments, in answer to another comment perhaps; its id as a source gives it."""
        with self.lock:
            self.numbers += 1
            number, parent = self.numbers, int(to.rpartition("-")[2]) if to else 0
            self.comments[number] = {
                "id": number, "post": self.comments[parent]["post"] if parent else 1, "parent": parent, "author": 0,
                "author_name": who, "author_email": f"{who}-canary@example.com", "author_ip": "203.0.113.7",
                "author_url": "", "date_gmt": self._iso(at), "content": {"raw": text, "rendered": _shown(text)},
                "link": f"{self.url}/a-page/#comment-{number}", "status": "hold" if self.holds else "approved",
                "type": "comment", "author_avatar_urls": {"24": "https://avatar.example/1"}, "meta": [], **more,
            }  # fmt: skip
            return self.id(number)

    def id(self, number: int) -> str:
        """A comment as a source gives it."""
        return f"{urlsplit(self.url).netloc}#comment-{number}"

    def sets(self, number: str, **fields: Any) -> None:
        """Something is changed at the blog's back."""
        with self.lock:
            self.comments[int(number.rpartition("-")[2])].update(fields)

    def edits(self, number: str, text: str) -> None:
        """A comment is written anew."""
        self.sets(number, content={"raw": text, "rendered": _shown(text)})

    def deletes(self, number: str) -> None:
        """A comment is deleted."""
        with self.lock:
            del self.comments[int(number.rpartition("-")[2])]

    def said_by_us(self) -> list[str]:
        """What goes by our name, in words, oldest first."""
        return [one["content"]["raw"] for one in self.ours()]

    def ours(self) -> list[Json]:
        """What our account said, oldest first."""
        return [one for one in self.comments.values() if one["author"] == US]

    def _iso(self, at: float | None) -> str:
        return datetime.fromtimestamp(self.now + self.skew if at is None else at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@contextmanager
def wordpress_twin(now: float) -> Iterator[WordPressTwin]:
    """The blog, listening on this machine until the block ends."""
    state = WordPressTwin(now=now)
    with listening(state, _Answering) as state.url:
        yield state


class _Answering(Answering[WordPressTwin]):
    def answered(self, body: bytes | None) -> Said:
        with self.twin.lock:
            return self._found() if body is None else self._let(body)

    def as_told(self, status: int) -> Json:
        return self.twin.refuses_with if self.command == "POST" else {"code": "as_told"}

    def usual(self) -> Mapping[str, str]:
        return {"X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff", **super().usual()}

    def knows_us(self) -> bool:
        pair = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {pair}"

    def _found(self) -> Said:
        twin, parts = self.twin, urlsplit(self.path)
        asked = firsts(parts.query)
        if "Authorization" in self.headers and not self.knows_us():
            return 401, {"code": "incorrect_password"}, {}
        if parts.path == "/wp-json/wp/v2/users/me":
            said = {"id": US, "name": "Acme Air", "slug": "acme"}
            return (200, said, {}) if self.knows_us() else (401, {"code": "rest_not_logged_in"}, {})
        if parts.path == "/wp-json/wp/v2/users" and twin.tells_writers:
            numbers = {int(one) for one in asked["include"].split(",")}
            return 200, [{"id": one} for one in sorted(numbers & twin.writers)], {}
        if parts.path == "/wp-json/wp/v2/comments":
            return self._list(asked)
        return 404, {"code": "rest_no_route"}, {}

    def _let(self, body: bytes) -> Said:
        if not self.knows_us():
            return 401, {"code": "rest_comment_login_required"}, {}
        return *self._posted(firsts(body)), {}

    def _posted(self, form: dict[str, str]) -> tuple[int, Json]:
        twin, parent = self.twin, int(form["parent"])
        twin.asked_as_us.append(self.path)
        words = html.unescape(form["content"])
        same = [one for one in twin.ours() if one["content"]["raw"] == words and one["parent"] == parent]
        if same:
            return 409, {"code": "comment_duplicate"}
        last = max((one["date_gmt"] for one in twin.ours()), default="")
        if not twin.moderates and last > twin._iso(twin.now - 15):
            return 400, {"code": "comment_flood"}
        status = "approved" if twin.moderates else "hold"
        number = twin.says(
            "Acme Air", words, to=twin.id(parent), author=US, author_name="Acme Air", post=int(form["post"]),
            status=status,
        )  # fmt: skip
        return 201, self._seen(twin.comments[int(number.rpartition("-")[2])], {})

    def _list(self, asked: dict[str, str]) -> Said:
        """As WordPress lists: what it may not show it leaves out of a page after it was cut."""
        twin = self.twin
        if asked.get("context", "view") != "view" or not {"author", "status", "type"}.isdisjoint(asked):
            return 401, {"code": "rest_forbidden_param"}, {}
        found = [one for one in twin.comments.values() if one["status"] == "approved" and one["type"] == "comment"]
        after, before = asked.get("after", ""), asked.get("before", "")
        found = [one for one in found if one["date_gmt"] > after.removesuffix("Z")]
        found = [one for one in found if not before or one["date_gmt"] < before.removesuffix("Z")]
        for name, key in (("include", "id"), ("parent", "parent")):
            if name in asked:
                numbers = {int(one) for one in asked[name].split(",")}
                found = [one for one in found if one[key] in numbers]
        found.sort(key=lambda one: one["id"], reverse=asked.get("order", "desc") == "desc")
        size, page = int(asked.get("per_page", "10")), int(asked.get("page", "1"))
        assert 1 <= size <= 100
        cut = [one for one in found[size * (page - 1) : size * page] if not one.get("hidden")]
        pages = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(-(-len(found) // size))}
        return 200, [self._seen(one, asked) for one in cut], pages

    def _seen(self, comment: Json, asked: dict[str, str]) -> Json:
        """A comment in the context *view*, with the fields that are asked for."""
        whole = {name: said for name, said in comment.items() if name not in ("author_email", "author_ip", "hidden")}
        whole["content"] = {"rendered": comment["content"]["rendered"]} if comment["content"] else comment["content"]
        wanted = asked.get("_fields")
        names = wanted.split(",") if wanted else list(whole)  # 6.1 knows `content`, and gives nothing of it by part
        return {name: whole[name] for name in names if name in whole}


def _shown(text: str) -> str:
    """As WordPress sets what people type: paragraphs, curly quotation marks, and × between numbers."""
    said = html.escape(text, quote=False).replace("'", "&#8217;").replace(" -- ", " &#8212; ")
    return "".join(f"<p>{part}</p>\n" for part in said.split("\n\n"))
