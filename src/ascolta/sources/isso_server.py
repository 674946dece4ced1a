"""One server of Isso (0.14): the latest comments of all pages, those under one page, and a comment of ours.

`GET /latest` gives comments that answer none before all that answer one, whatever their time (its order is by parent
first), and its limit cuts the older of the first before any of the second. So it is asked for more until it goes back
far enough, and has to be switched on there (`latest-enabled`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from ascolta.core.post import Post
from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.sources.asking import AGENT, Answer, Asking, Missing
from ascolta.sources.comments import Comment, reserved, to_us
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import isso as native
from ascolta.sources.natives.reading import plain

LEAST, MORE, MOST = 100, 4, 25_600
"""Comments that are asked for first, how many times more then, and at the most."""

Item = dict[str, Any]


class Server:
    """One server, on which a brand goes by a name. Nobody has an account there: who uses that name is taken for us."""

    def __init__(self, asking: Asking, name: str, brand: str) -> None:
        self.asking, self.name, self.brand = asking, name, brand
        parts = urlsplit(asking.url)
        self.where = parts.netloc + parts.path.rstrip("/")
        self._limit = LEAST

    def latest(self, since: float) -> list[Comment]:
        """The comments that everybody sees, from a time on at least. Raises SourceError."""
        while True:
            items, answer = self._latest(self._limit)
            first = [one for one in items if not one.get("parent")]
            if len(items) < self._limit or any(at_of(one) <= since for one in first):
                return self.comments(items, answer)
            if self._limit * MORE > MOST:
                raise SourceError(f"{self.asking.who} has more comments than can be gone through", retry=False)
            self._limit *= MORE

    def thread(self, page: str) -> tuple[list[Item], Answer]:
        """All comments under a page, those that answer one too; none where there is no such page."""
        answer = self.asking.answer("GET", f"/?{urlencode([('uri', page)])}")
        said = self.asking.json(answer)
        given = said.get("replies") if isinstance(said, dict) else None
        if not isinstance(given, list):
            raise SourceError(f"{self.asking.who} gave something else than comments", retry=True)
        first = [one for one in given if isinstance(one, dict)]
        more = [two for one in first for two in one.get("replies") or () if isinstance(two, dict)]
        return [{**one, "uri": page} for one in (*first, *more)], answer

    def standing(self, page: str) -> list[Comment]:
        """The comments under a page that everybody sees. Raises SourceError."""
        return self.comments(*self.thread(page))

    def post(self, page: str, said: Mapping[str, object]) -> Answer:
        """What it answers to a comment of ours, whatever that is. Raises SourceError if it does not answer."""
        headers = {
            "User-Agent": AGENT, "Accept": "application/json", "Accept-Encoding": "identity",
            "Content-Type": "application/json",
        }  # fmt: skip
        return self.asking.raw("POST", f"/new?{urlencode([('uri', page)])}", headers, json.dumps(said).encode())

    def is_ours(self, item: Item) -> bool:
        """Whether a comment goes by our name."""
        author = item.get("author")
        return isinstance(author, str) and fold(plain(author)) == fold(self.name)

    def comments(self, items: Sequence[Item], answer: Answer) -> list[Comment]:
        """Items as comments. What is not for everybody is left out, as if it was not there."""
        page = reserved(self.asking.url, answer)
        posts = {_number(item): self._post(item) for item in items}
        ours = {_number(item) for item in items if self.is_ours(item)}
        found: list[Comment] = []
        for item in items:
            number, parent = _number(item), item.get("parent")
            post = posts[number]
            if number == 0 or (post is not None and post.visibility != "public"):
                continue
            if post is None or number in ours:
                found.append(Comment(number=number, at=at_of(item), unreadable=post is None))
                continue
            above = posts.get(parent) if isinstance(parent, int) else None
            post = msgspec.structs.replace(post, page=page, in_reply_to=above.id if above else post.in_reply_to)
            post = to_us(post, self.brand, ours=post.in_reply_to is None or parent in ours, names=(fold(self.name),))
            found.append(Comment(number=number, at=at_of(item), post=post))
        return found

    def _post(self, item: Item) -> Post | None:
        try:
            page = item.get("uri")
            return native.comment(item, self.where, page) if isinstance(page, str) and page.startswith("/") else None
        except UnreadableError:
            return None

    def _latest(self, limit: int) -> tuple[list[Item], Answer]:
        try:
            answer = self.asking.answer("GET", f"/latest?limit={limit}")
        except Missing as error:
            raise Missing(
                f"{error}; it has to be told to give its latest comments: latest-enabled", retry=False
            ) from None
        found = self.asking.json(answer)
        if not isinstance(found, list):
            raise SourceError(f"{self.asking.who} gave something else than a list", retry=True)
        return [item for item in found if isinstance(item, dict)], answer


def newest_before(comments: Iterable[Comment], at: float) -> int:
    """The highest number of the comments before a time; 0 where there is none."""
    return max((one.number for one in comments if one.at < at), default=0)


def _number(item: Item) -> int:
    said = item.get("id")
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 < said < 1 << 63 else 0


def at_of(item: Item) -> float:
    """When a comment was written, in seconds since 1970 UTC; 0 if it does not say."""
    said = item.get("created")
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) and abs(said) < 1e12 else 0.0
