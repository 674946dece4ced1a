"""Answering on Reddit once, and asking it again how things stand: `POST /api/comment`, `GET /api/info`.

Reddit knows no key by which it could tell a second try from a first, so nothing is posted again while nobody knows, and
our own comments are looked through instead. What it says no to it says with a yes (200) and a word of its own.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ascolta.core.post import Actor, Post
from ascolta.core.reply import Reply
from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.sources.again import Ahead
from ascolta.sources.asking import Missing, Unsent
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import reddit as native
from ascolta.sources.reddit_asking import MANY, RedditAsking
from ascolta.sources.saying import SKEW, is_same, sent

MOST_BACK = 10
"""Pages of our own comments that are looked through."""

UNCALLED = "Reddit lets a brand speak only where it was called; nothing was answered"
Item = dict[str, Any]


class Answers:
    """A speaker and a lookup with the brand's account. `is_ours`: whether a subreddit is the brand's own."""

    network = "reddit"

    def __init__(self, asking: RedditAsking, is_ours: Callable[[str], bool]) -> None:
        self.asking, self.is_ours = asking, is_ours
        self._ahead = Ahead[Item | None](asking.clock)
        self._authors: dict[str, Actor] = {}

    def expect(self, post_ids: Sequence[str]) -> None:
        """Ask for things that will be asked for one by one in a moment, 100 at a time. Raises SourceError."""
        asked = [number for number in post_ids if native.is_fullname(number)]
        now, found = self.asking.clock(), self.asking.things(asked)
        self._ahead.clear()
        self._ahead.add(now, {number: found.get(number) for number in asked})
        self._authors = {}

    def again(self, post_id: str) -> Post | None:
        """A post or comment as it stands with its author; None if it was deleted or removed, or its author is gone."""
        ahead = self._ahead.take(post_id)
        item, authors = (self._thing(post_id), {}) if ahead is None else (ahead[0], self._authors)
        if item is None:
            return None
        try:
            if native.is_gone(item):
                return None
            known = native.by(item)
            if known.key not in authors:
                authors[known.key] = self.author(known)
            author = authors[known.key]
            return None if author.deleted else native.post(item, author)
        except UnreadableError:
            raise SourceError(f"{self.asking.who} gave a post that cannot be read", retry=False) from None

    def author(self, known: Actor) -> Actor:
        """An account with what its profile says; one that is not there is deleted. Raises SourceError."""
        if not native.is_name(known.handle):
            return Actor(id=known.id, handle=known.handle, unreadable=True)
        try:
            said = self.asking.get(f"/user/{known.handle}/about", [("raw_json", "1")])
        except Missing:
            return Actor(id=known.id, handle=known.handle, deleted=True)
        found = native.account(said)
        if found.unreadable:
            return Actor(id=known.id, handle=known.handle, unreadable=True)
        return Actor(
            id=known.id or found.id,
            handle=known.handle,
            name=found.name,
            summary=found.summary,
            noindex=found.noindex,
            suspended=found.suspended,
            blocked_by=known.blocked_by or found.blocked_by,
            bot=known.bot,
        )

    def say(self, reply: Reply) -> str:
        """Answer a post or comment in which we were called. Raises SourceError as Speaker.say does."""
        item = self._thing(reply.to_post)
        if item is None or _is_gone(item):
            raise Unsent(f"{self.asking.who} has the post no more, so it was not answered", retry=False)
        if native.is_closed(item):
            raise Unsent("its thread is closed on Reddit, so it was not answered", retry=False)
        if not self._calls_us(item):
            raise Unsent(UNCALLED, retry=False)
        fields = [("api_type", "json"), ("thing_id", reply.to_post), ("text", reply.text), ("raw_json", "1")]
        said = sent(lambda: self.asking.json(self.asking.answer("POST", "/api/comment", fields)))
        return self._number(said)

    def said(self, reply: Reply) -> str | None:
        """The id of our comment that says this in answer to that post, among those since it was approved."""
        path, after = f"/user/{self.asking.account}/comments", ""
        for _ in range(MOST_BACK):
            paging = [("after", after)] if after else []
            items, after = self.asking.listing(path, [("limit", str(MANY)), ("sort", "new"), *paging])
            for item in items:
                data = item["data"]
                if data.get("parent_id") == reply.to_post and _same(data.get("body"), reply.text):
                    return str(data.get("name"))
            if not after or all((native.written(item) or 0.0) < reply.approved - SKEW for item in items):
                return None
        raise SourceError(f"{self.asking.who}: our comments there are too many to be looked through", retry=True)

    def is_by_us(self, item: Item) -> bool:
        """Whether we wrote something."""
        author = item["data"].get("author")
        return isinstance(author, str) and fold(author) == fold(self.asking.account)

    def _calls_us(self, item: Item) -> bool:
        """Whether it names us, opens a thread in a subreddit of ours, or answers us."""
        try:
            post = native.post(item)
        except UnreadableError:
            return False
        if fold(self.asking.account) in {fold(handle) for handle in post.handles}:
            return True
        if post.in_reply_to is None:
            return self.is_ours(str(item["data"].get("subreddit")))
        parent = self._thing(post.in_reply_to)
        return parent is not None and self.is_by_us(parent)

    def _thing(self, post_id: str) -> Item | None:
        if not native.is_fullname(post_id):
            raise SourceError(f"{self.asking.who} knows no such id; name the source that heard it", retry=False)
        return self.asking.things([post_id]).get(post_id)

    def _number(self, said: Any) -> str:
        """The id of what was posted. Raises Unsent if Reddit says that it was not."""
        found = said.get("json") if isinstance(said, dict) else None
        if not isinstance(found, dict):
            raise SourceError(f"{self.asking.who} does not say whether it stands there", retry=False)
        if errors := found.get("errors"):
            raise self._refused(errors, found.get("ratelimit"))
        data = found.get("data")
        things = data.get("things") if isinstance(data, dict) else None
        thing = things[0].get("data") if isinstance(things, list) and things and isinstance(things[0], dict) else None
        return str(thing.get("name") or "") if isinstance(thing, dict) else ""

    def _refused(self, errors: Any, after: Any) -> Unsent:
        """Why nothing was posted, by Reddit's own word for it; only being too fast helps to try again."""
        first = errors[0] if isinstance(errors, list) and errors else None
        word = str(first[0] if isinstance(first, list) and first else "")
        if word == "RATELIMIT":
            wait = float(after) if isinstance(after, int | float) and not isinstance(after, bool) else 0.0
            return Unsent(f"{self.asking.who} takes no more answers for now", retry=True, after=max(0.0, wait))
        why = word if re.fullmatch(r"[A-Z_]{1,40}", word) else "no reason given"
        return Unsent(f"{self.asking.who} took no answer ({why})", retry=False)


def _is_gone(item: Item) -> bool:
    try:
        return native.is_gone(item)
    except UnreadableError:
        return True


def _same(said: Any, meant: str) -> bool:
    """Whether these are the same words; spaces and the signs of Markdown do not matter."""
    return isinstance(said, str) and is_same(said, meant)
