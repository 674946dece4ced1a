"""The REST API of one WordPress blog: who we are there, and its comments as everybody sees them, never *edit*.

Comments are read without our account, so that what is held back, or stands under a page that is not public, cannot
even be given to us. With the account are asked only who we are, and that an answer is posted.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from ascolta.core.post import Page
from ascolta.core.text import fold
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import AGENT, Answer, Asking, Fields
from ascolta.sources.comments import Comment, reserved, to_us
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import wordpress as native
from ascolta.sources.natives.reading import time

COMMENTS = "/wp-json/wp/v2/comments"
USERS = "/wp-json/wp/v2/users"
ME = f"{USERS}/me?_fields=id,name,slug"

LIMIT = 100
"""Comments of one page: the most that it gives."""

MOST_BACK = 50
"""Pages that are gone through at once; what is beyond is gone through next time."""

MOST_KNOWN = 10_000
"""Comments of which we know whether they are ours."""

Item = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Our account and its application password. Raises AscoltaError if they cannot be some."""

    who: str
    account: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        if ":" in self.account or not self.account.isprintable() or not self.password.isprintable():
            raise AscoltaError(f"{self.who}: the account or the token holds a character that none has; copy it anew")

    @property
    def header(self) -> dict[str, str]:
        """How it is shown (RFC 7617). WordPress takes no notice of the spaces in such a password."""
        said = f"{self.account}:{''.join(self.password.split())}"
        return {"Authorization": f"Basic {base64.b64encode(said.encode()).decode()}"}


@dataclass(frozen=True, slots=True)
class Me:
    """Our account there: its number, and how people may name it."""

    id: str
    names: tuple[str, ...]


class Blog:
    """One blog, and our account on it, which belongs to a brand."""

    def __init__(self, asking: Asking, login: Login, brand: str) -> None:
        self.asking, self.login, self.brand = asking, login, brand
        parts = urlsplit(asking.url)
        self.where = parts.netloc + parts.path.rstrip("/")
        self._me: Me | None = None
        self._ours: dict[str, bool] = {}
        self._writers: dict[str, bool] = {}

    def me(self, *, anew: bool = False) -> Me:
        """Who we are there. Raises SourceError."""
        if self._me is None or anew:
            said = self.asking.json(self.asking.answer("GET", ME, more=self.login.header))
            if not isinstance(said, dict) or not isinstance(said.get("id"), int):
                raise SourceError(f"{self.asking.who} does not say whose the token is", retry=True)
            names = (said.get("name"), said.get("slug"), self.login.account)
            self._me = Me(str(said["id"]), tuple(dict.fromkeys(fold(str(name)) for name in names if name)))
        return self._me

    def number(self, post_id: str) -> str | None:
        """The number of a comment by its id; None for one of another blog."""
        found = post_id.removeprefix(native.numbered(self.where, ""))
        return found if found != post_id and found.isascii() and found.isdigit() else None

    def last_before(self, at: float) -> int:
        """The highest number of the comments before a time; 0 where there is none. Raises SourceError."""
        fields = [("before", at_of(at)), ("orderby", "id"), ("order", "desc"), ("per_page", "1"), ("_fields", "id")]
        items, _ = self._list(fields)
        return max((number_of(item) for item in items), default=0)

    def after(self, at: float) -> Iterator[list[Comment]]:
        """The comments after a time, by pages, in the order of their numbers. Raises SourceError."""
        fields = [("after", at_of(at)), ("orderby", "id"), ("order", "asc"), ("per_page", str(LIMIT))]
        for page in range(1, MOST_BACK + 1):
            items, answer = self._list([*fields, ("page", str(page)), ("_fields", native.FIELDS)])
            yield self.comments(items, answer)
            pages = answer.headers.get("x-wp-totalpages", "")
            if page >= int(pages) if pages.isascii() and pages.isdigit() else len(items) < LIMIT:
                return

    def some(self, numbers: Sequence[str]) -> list[Comment]:
        """Those of some comments that everybody sees now, a hundred at a time. Raises SourceError."""
        found: list[Comment] = []
        for start in range(0, len(numbers), LIMIT):
            found += self.comments(*self.included(numbers[start : start + LIMIT], native.FIELDS))
        return found

    def included(self, numbers: Sequence[str], fields: str) -> tuple[list[Item], Answer]:
        """The same as they are given, a hundred at the most."""
        return self._list([("include", ",".join(numbers)), ("per_page", str(LIMIT)), ("_fields", fields)])

    def answers(self, number: str) -> Iterator[list[Item]]:
        """The comments that answer one, by pages, the newest first. Raises SourceError."""
        fields = [("parent", number), ("orderby", "id"), ("order", "desc"), ("per_page", str(LIMIT))]
        for page in range(1, MOST_BACK + 1):
            items, _ = self._list([*fields, ("page", str(page)), ("_fields", native.FIELDS)])
            if not items:
                return
            yield items

    def post(self, fields: Fields) -> Answer:
        """What it answers to a comment of ours, whatever that is. Raises SourceError if it does not answer."""
        headers = {
            "User-Agent": AGENT, "Accept": "application/json", "Accept-Encoding": "identity",
            "Content-Type": "application/x-www-form-urlencoded", **self.login.header,
        }  # fmt: skip
        return self.asking.raw("POST", COMMENTS, headers, urlencode(fields).encode())

    def comments(self, items: Sequence[Item], answer: Answer) -> list[Comment]:
        """Items as comments. What is not for everybody is left out, as if it was not there."""
        page = reserved(self.asking.url, answer)
        self._learn(items)
        found = (self._comment(item, page) for item in items)
        return [one for one in found if one is not None]

    def _comment(self, item: Item, page: Page | None) -> Comment | None:
        """One item; None if it is not for everybody. Pingbacks and trackbacks are no people, and not for us to hear."""
        me, number, at = self.me(), number_of(item), time(item.get("date_gmt")) or 0.0
        try:
            post = native.comment(item, self.where)
        except UnreadableError:
            return Comment(number=number, at=at, unreadable=item.get("type") in (None, "comment"))
        if post.visibility != "public":
            return None
        if self._is_ours(item):
            return Comment(number=number, at=at)
        answers_us = post.in_reply_to is None or self._ours.get(str(item.get("parent")), False)
        post = to_us(msgspec.structs.replace(post, page=page), self.brand, ours=answers_us, names=me.names)
        return Comment(number=number, at=at, post=post)

    def _learn(self, items: Sequence[Item]) -> None:
        """Learn which of the comments that these answer are ours."""
        if len(self._ours) > MOST_KNOWN:
            self._ours.clear()
        self._note(items)
        parents = {str(item["parent"]) for item in items if item.get("parent")}
        asked = sorted(one for one in parents if one not in self._ours and one.isascii() and one.isdigit())
        for start in range(0, len(asked), LIMIT):
            some = asked[start : start + LIMIT]
            given = self.included(some, "id,author")[0]
            self._ours.update(dict.fromkeys(some, False))
            self._note(given)

    def _note(self, items: Sequence[Item]) -> None:
        """Note which of some comments are ours, of those who wrote a post of the blog too: they speak for the brand."""
        authors = {str(item.get("author")) for item in items if item.get("author")}
        asked = sorted(one for one in authors if one not in self._writers and one.isascii() and one.isdigit())
        for start in range(0, len(asked), LIMIT):
            some = asked[start : start + LIMIT]
            writers = self._wrote(some)
            self._writers.update({one: one in writers for one in some})
        self._ours.update({str(item["id"]): self._is_ours(item) for item in items})

    def _is_ours(self, item: Item) -> bool:
        author = str(item.get("author"))
        return author == self.me().id or self._writers.get(author, False)

    def _wrote(self, accounts: Sequence[str]) -> set[str]:
        """Who of some accounts wrote a post that is published: of others nobody is told. None where that is hidden."""
        fields = [("include", ",".join(accounts)), ("per_page", str(LIMIT)), ("_fields", "id"), ("context", "view")]
        try:
            found = self.asking.get(f"{USERS}?{urlencode(fields, safe=',')}")
        except SourceError as error:
            if error.retry:
                raise
            return set()
        return {str(one.get("id")) for one in found if isinstance(one, dict)} if isinstance(found, list) else set()

    def _list(self, fields: Fields) -> tuple[list[Item], Answer]:
        answer = self.asking.answer("GET", f"{COMMENTS}?{urlencode([*fields, ('context', 'view')], safe=',')}")
        found = self.asking.json(answer)
        if not isinstance(found, list):
            raise SourceError(f"{self.asking.who} gave something else than a list", retry=True)
        return [item for item in found if isinstance(item, dict) and number_of(item)], answer


def number_of(item: Item) -> int:
    """The number of a comment; 0 if it has none."""
    said = item.get("id")
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 < said < 1 << 63 else 0


def at_of(at: float) -> str:
    """A time as it is asked for."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
