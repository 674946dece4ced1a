"""Answering on X once, and asking it again how posts stand: `POST /2/tweets`, `GET /2/tweets`, our own posts.

X knows no key by which it could tell a second try from a first, but takes the same words only once (403). So nothing is
posted again while nobody knows, and where it refuses, our own posts are looked through for the answer.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ascolta.core.post import Post
from ascolta.core.reply import Reply
from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.sources.again import Ahead
from ascolta.sources.asking import Unsent
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import x as native
from ascolta.sources.saying import SKEW, letters, sent
from ascolta.sources.x_asking import XAsking

WORDS = "created_at,display_text_range,entities,in_reply_to_user_id,note_tweet,referenced_tweets"
OWN_FIELDS = [("tweet.fields", WORDS)]
"""What is asked for of our own posts."""

FIELDS = [
    ("tweet.fields", f"{WORDS},author_id,edit_history_tweet_ids,lang,reply_settings,withheld"),
    ("expansions", "author_id"),
    ("user.fields", "connection_status,description,id,name,protected,username,withheld"),
]
"""What is asked for of others': whose it is, what it answers, and by what it may refuse; no figures, and no places."""

MANY = 100
"""Posts that are asked for at once."""

MOST_BACK = 10
"""Pages of our own posts that are looked through."""

FIRST = 1_288_834_975.0
"""Since when, in seconds since 1970 UTC, X can be asked for posts."""

GONE = frozenset({"resource-not-found", "not-authorized-for-resource"})
"""The problems that mean that a post is not there for us: deleted, or its author protected, suspended or gone."""

UNCALLED = "X takes a program's answer only where the account was named; answer this one by hand"
Item = dict[str, Any]
Given = tuple[Item, Mapping[str, Item]]
"""A post and the users that came with it, as X gave them."""


@dataclass(frozen=True, slots=True)
class Me:
    """Our own account there; `name` is folded."""

    id: str
    name: str

    def is_named(self, handles: Sequence[str]) -> bool:
        """Whether it is among accounts that are named."""
        return self.name in {fold(handle) for handle in handles}


class Answers:
    """A speaker and a lookup with the account that a token is for. Each kind of request has a budget of its own."""

    network = "x"

    def __init__(self, asking: XAsking, me: Callable[[], Me]) -> None:
        self.asking, self.posting, self.own = replace(asking), replace(asking), replace(asking)
        self.me = me
        self._ahead = Ahead[Given | None](self.asking.clock)

    def expect(self, post_ids: Sequence[str]) -> None:
        """Ask for posts that will be asked for one by one in a moment, 100 at a time. Raises SourceError."""
        now, asked = self.asking.clock(), [number for number in post_ids if _is_id(number)]
        self._ahead.clear()
        for begin in range(0, len(asked), MANY):
            self._ahead.add(now, self._newest(asked[begin : begin + MANY]))

    def again(self, post_id: str) -> Post | None:
        """A post in its newest version; None if it is deleted, withheld, or by somebody protected or suspended."""
        ahead = self._ahead.take(post_id)
        given = self._given(post_id) if ahead is None else ahead[0]
        if given is None:
            return None
        try:
            post = native.post(*given, self.me().id)
        except UnreadableError:
            raise SourceError(f"{self.asking.who} gave a post that cannot be read", retry=False) from None
        return None if post.visibility == "withheld" else post

    def say(self, reply: Reply) -> str:
        """Answer the newest version of a post that named us. Raises SourceError as Speaker.say does."""
        given = self._given(reply.to_post)
        if given is None:
            raise Unsent(f"{self.asking.who} has the post no more, so it was not answered", retry=False)
        item, _ = given
        if not self._calls_us(item):
            raise Unsent(UNCALLED, retry=False)
        try:
            body = {"text": reply.text, "reply": {"in_reply_to_tweet_id": str(item["id"])}}
            return self.sent(body)
        except Unsent as error:
            return standing(error, lambda: self.said(reply))

    def sent(self, body: Item) -> str:
        """The id of what is posted. Raises SourceError as Speaker.say does."""
        said = sent(lambda: self.posting.sends("/2/tweets", body))
        data = said.get("data") if isinstance(said, dict) else None
        return str(data["id"]) if isinstance(data, dict) and data.get("id") else ""

    def said(self, reply: Reply) -> str | None:
        """The id of our post that says this in answer to that post, among those since it was approved."""
        given = self._given(reply.to_post)
        answered = {reply.to_post, *(native.versions(given[0]) if given is not None else ())}
        found = (item for item in self.lately(reply.approved - SKEW) if _says(item, answered, reply.text))
        return next((str(item["id"]) for item in found), None)

    def lately(self, since: float) -> Iterator[Item]:
        """Our own posts since a time, newest first. Raises SourceError if they are too many."""
        begin = datetime.fromtimestamp(max(FIRST, since), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields, token = [*OWN_FIELDS, ("max_results", str(MANY)), ("start_time", begin)], ""
        for _ in range(MOST_BACK):
            paging = [("pagination_token", token)] if token else []
            page = self.own.page(f"/2/users/{self.me().id}/tweets", [*fields, *paging])
            yield from (item for item in page.get("data") or () if isinstance(item, dict))
            token = str((page.get("meta") or {}).get("next_token") or "")
            if not token:
                return
        raise SourceError(f"{self.asking.who}: our posts there are too many to be looked through", retry=True)

    def _calls_us(self, item: Item) -> bool:
        """Whether a post answers us, or names us where people see it."""
        me = self.me()
        try:
            return native.answered(item) == me.id or me.is_named(native.post(item, {}, me.id).handles)
        except UnreadableError:
            return False

    def _given(self, post_id: str) -> Given | None:
        if not _is_id(post_id):
            raise SourceError(
                f"{self.asking.who} has no post by such an id; name the source that heard it", retry=False
            )
        return self._newest([post_id])[post_id]

    def _newest(self, post_ids: Sequence[str]) -> dict[str, Given | None]:
        """Posts in their newest versions, by the ids that they are known by; None: it is not there."""
        found = self._asked(post_ids)
        newer = {known: _newest(given[0]) for known, given in found.items() if given is not None}
        changed = {known: number for known, number in newer.items() if number != known}
        now = self._asked(tuple(changed.values())) if changed else {}
        return found | {known: now[number] for known, number in changed.items()}

    def _asked(self, post_ids: Sequence[str]) -> dict[str, Given | None]:
        """Posts by the very ids asked for. Raises SourceError if X says nothing of one, or that it cannot say."""
        said = self.asking.page("/2/tweets", [("ids", ",".join(post_ids)), *FIELDS])
        users = native.people(said)
        found: dict[str, Given | None] = {_value(one): None for one in said.get("errors") or () if _is_gone(one)}
        found |= {str(one.get("id")): (one, users) for one in said.get("data") or () if isinstance(one, dict)}
        if not all(number in found for number in post_ids):
            raise SourceError(f"{self.asking.who} does not say how a post stands", retry=True)
        return found


def standing(error: Unsent, said: Callable[[], str | None]) -> str:
    """What X refused, if it stands there already, for X takes no words twice."""
    if error.retry:
        raise error
    found = said()
    if found is None:
        raise Unsent(f"{error}; X also refuses words that were said before", retry=False) from None
    return found


def _is_id(post_id: str) -> bool:
    return post_id.isascii() and post_id.isdigit() and len(post_id) < 20


def _newest(item: Item) -> str:
    try:
        return native.versions(item)[-1]
    except UnreadableError:
        return str(item.get("id"))


def _is_gone(problem: Any) -> bool:
    """Whether X says outright that a post is not there for us."""
    kind = problem.get("type") if isinstance(problem, dict) else None
    return isinstance(kind, str) and kind.rpartition("/")[2] in GONE


def _value(problem: Item) -> str:
    return str(problem.get("resource_id") or problem.get("value") or "")


def _says(item: Any, answered: set[str], text: str) -> bool:
    """Whether a post of ours is this answer; links and signs do not matter, since X writes them in its own way."""
    try:
        post = native.post({**item, "author_id": ""}, {})
    except (UnreadableError, TypeError):
        return False
    said, meant = _letters(post.content), _letters(text)
    same = said.endswith(meant) if meant else post.content.strip() == text.strip()
    return post.in_reply_to in answered and same


def is_said(item: Item, text: str) -> bool:
    """Whether a post of ours says just this, answering nobody and passing nobody's words on."""
    try:
        post = native.post({**item, "author_id": ""}, {})
    except (UnreadableError, TypeError):
        return False
    said, meant = _letters(post.content), _letters(text)
    same = said == meant if meant else post.content.strip() == text.strip()
    return same and post.in_reply_to is None and not post.repost


def _letters(text: str) -> str:
    return letters(re.sub(r"https?://", "", text))
