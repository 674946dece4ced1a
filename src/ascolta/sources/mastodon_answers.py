"""Answering by the Mastodon API, once: `POST /api/v1/statuses` with an Idempotency-Key; our own posts looked through.

Not every server heeds that key (snac does not), so nothing is posted again while nobody knows whether it stands there.
Posts are asked for again here, too, at their author's own server where ours still has what was deleted there.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from ascolta.core.post import Post
from ascolta.core.reply import Reply
from ascolta.core.text import fold
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.again import Ahead
from ascolta.sources.asking import Asking, Fields, Missing, Unsent, host, is_ours
from ascolta.sources.mastodon_ids import located, own, told
from ascolta.sources.mastodon_lists import Item, relations, writer
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import mastodon as native
from ascolta.sources.natives.reading import plain, time
from ascolta.sources.saying import SKEW, letters, sent

STATUSES = "/api/v1/statuses"
LIMIT = 40
MOST_BACK = 10
"""Pages of our own posts that are looked through."""

MANY = 20
"""Posts that are asked for at once; Mastodon takes no more."""

ORIGIN = {"Accept": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}


class Answers:
    """A speaker and a lookup with the account that a token is for."""

    network = "mastodon"

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self._ahead = Ahead[tuple[Item, Item | None]](asking.clock)

    @property
    def server(self) -> str:
        """The name that stands before all that this server numbers."""
        return host(self.asking.url)

    def owns(self, post_id: str) -> bool:
        """Whether a post is on this server, as far as its id says."""
        return own(self.server, post_id) is not None

    def say(self, reply: Reply) -> str:
        """Answer a post, naming its author, for those whom the post is for. Raises SourceError as Speaker.say does."""
        number = own(self.server, reply.to_post)
        if number is None:
            raise Unsent(f"{self.asking.who} does not have the post, which is on another server", retry=False)
        status = self.asking.found(_path(number))
        if not isinstance(status, dict):
            raise Unsent(f"{self.asking.who} has the post no more, so it was not answered", retry=False)
        try:
            post = native.status(status)
        except UnreadableError:
            raise Unsent(
                f"{self.asking.who} gave a post that cannot be read, so it was not answered", retry=False
            ) from None
        fields = [("status", _naming(reply.text, post)), ("in_reply_to_id", post.id), ("visibility", _for_whom(post))]
        return self.made(fields, reply.key)

    def made(self, fields: Fields, key: str) -> str:
        """The id of what is posted, by its key. Raises SourceError as Speaker.say does."""
        said = sent(lambda: self.asking.json(self.asking.answer("POST", STATUSES, fields, {"Idempotency-Key": key})))
        return told(self.server, str(said["id"])) if isinstance(said, dict) and said.get("id") else ""

    def said(self, reply: Reply) -> str | None:
        """The id of our post that says this in answer to that post, among those since it was approved."""
        to = own(self.server, reply.to_post)
        found = next((item for item in self.lately(reply.approved - SKEW) if _says(item, reply, to)), None)
        return None if found is None else told(self.server, str(found["id"]))

    def lately(self, since: float) -> Iterator[dict[str, Any]]:
        """Our own posts back to a time, and some before it, newest first. Raises SourceError if they are too many."""
        last = ""
        for _ in range(MOST_BACK):
            items = self._own(last)
            yield from items
            if not items or (time(items[-1].get("created_at")) or 0.0) < since or str(items[-1]["id"]) == last:
                return
            last = str(items[-1]["id"])
        raise SourceError(f"{self.asking.who}: our posts there are too many to be looked through", retry=True)

    def expect(self, post_ids: Sequence[str]) -> None:
        """Ask for posts that will be asked for one by one in a moment, 20 at a time. Raises SourceError.

        A server that does not know this request (new in Mastodon 4.3) is asked one by one; so is what it leaves out.
        """
        now, items = self.asking.clock(), dict[str, Item]()
        asked = [number for number in (own(self.server, post_id) for post_id in post_ids) if number is not None]
        self._ahead.clear()
        for start in range(0, len(asked), MANY):
            fields = [("id[]", number) for number in asked[start : start + MANY]]
            try:
                found = self.asking.get(STATUSES, fields)
            except SourceError as error:
                if error.retry:
                    raise
                break
            items.update({str(one["id"]): one for one in _listed(found)})
        between = relations(self.asking, map(writer, items.values()))
        self._ahead.add(now, {number: (item, between.get(writer(item))) for number, item in items.items()})

    def again(self, post_id: str) -> Post | None:
        """A status as it stands, unless its author's own server has it no more though ours does."""
        number = own(self.server, post_id)
        if number is None:
            raise SourceError(f"{self.asking.who} does not have the post, which is on another server", retry=False)
        ahead = self._ahead.take(number)
        said = self.asking.found(_path(number)) if ahead is None else ahead[0][0]
        if said is None or self._is_gone_at_home(said):
            return None
        try:
            between = relations(self.asking, [writer(said)]).get(writer(said)) if ahead is None else ahead[0][1]
            post = native.status(said, read=self.asking.clock(), relationship=between)
            return msgspec.structs.replace(located(post, self.server), id=post_id)
        except UnreadableError:
            raise SourceError(f"{self.asking.who} gave a post that cannot be read", retry=False) from None

    def _own(self, last: str) -> list[dict[str, Any]]:
        """Our own posts, newest first, those before the last one seen."""
        me = self.asking.get("/api/v1/accounts/verify_credentials")
        number = str(me.get("id")) if isinstance(me, dict) else ""
        fields = [("limit", str(LIMIT)), *([("max_id", last)] if last else [])]
        found = self.asking.get(f"/api/v1/accounts/{quote(number, safe='')}/statuses", fields)
        return _listed(found)

    def _is_gone_at_home(self, said: Any) -> bool:
        """Whether its author's own server says outright that it has the status no more."""
        uri = said.get("uri") if isinstance(said, dict) else None
        if not isinstance(uri, str) or host(uri) in ("", host(self.asking.url)):
            return False
        try:
            home = Asking(who="its own server", url=uri, clock=self.asking.clock, foreign=not is_ours(self.asking.url))
            found = home.json(home.answer("GET", "", more=ORIGIN))
        except Missing:
            return True
        except (AscoltaError, ValueError):
            return False
        return isinstance(found, dict) and found.get("type") == "Tombstone"


def _listed(found: Any) -> list[dict[str, Any]]:
    """The items of a list that have an id."""
    return [item for item in found if isinstance(item, dict) and item.get("id")] if isinstance(found, list) else []


def _path(post_id: str) -> str:
    return f"{STATUSES}/{quote(post_id, safe='')}"


def _naming(text: str, post: Post) -> str:
    """The words with their author's account, by which it reaches them."""
    name = f"@{post.attributed_to.handle}"
    named = {word.rstrip(".,:;!?)") for word in fold(text).split()}
    return text if fold(name) in named else f"{name} {text}"


def _for_whom(post: Post) -> str:
    """Never for more people than the post is."""
    return post.visibility if post.visibility in ("public", "unlisted") else "direct"


def _says(item: dict[str, Any], reply: Reply, to: str | None) -> bool:
    """Whether a post of ours is this reply to that one; markup, spaces and the account that it names do not matter."""
    said, meant = letters(plain(str(item.get("content")))), letters(reply.text)
    return str(item.get("in_reply_to_id")) == to and bool(meant) and said.endswith(meant)
