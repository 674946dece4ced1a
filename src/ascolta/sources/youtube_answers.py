"""Answering comments by YouTube's Data API v3, once: `comments.insert` has no key by which a second try is known.

So nothing is said again while nobody knows whether it stands there: the thread's answers are looked through. Comments
are asked for again here, too, with their authors' channels.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ascolta.core.post import Actor, Post
from ascolta.core.reply import Reply
from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.sources.asking import Missing, Unsent
from ascolta.sources.google import Google, items, mask
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import youtube as native
from ascolta.sources.natives.reading import known, text, time
from ascolta.sources.saying import SKEW, letters, sent

COMMENTS, CHANNELS = "/youtube/v3/comments", "/youtube/v3/channels"
COMMENT = (
    "id,snippet(authorChannelId/value,authorDisplayName,channelId,videoId,parentId,textDisplay,textOriginal,"
    "publishedAt,updatedAt,moderationStatus)"
)
"""What is asked for of a comment: neither pictures nor likes."""

LIST, OF_CHANNELS = "youtube#commentListResponse", "youtube#channelListResponse"

LIMIT, MOST_PAGES = 100, 10
"""Items of a page, and pages of one thread's answers, of which YouTube has 500 at the most."""

AT_ONCE = 50
"""Channels that can be asked for in one request."""

Item = dict[str, Any]


class Answers:
    """A speaker and a lookup with the channel that a token is for."""

    network = native.NETWORK

    def __init__(self, asking: Google, channel: str) -> None:
        self.asking, self.channel = asking, channel
        self._is_ours = False

    def owns(self, post_id: str) -> bool:
        """Whether a comment stands under a video of this channel."""
        return post_id.startswith(f"{self.channel}/")

    def say(self, reply: Reply) -> str:
        """Answer a comment in its thread. Raises SourceError as Speaker.say does."""
        self.require_ours()
        found = self._comment(reply.to_post)
        if found is None:
            raise Unsent(f"{self.asking.who} has the comment no more, so it was not answered", retry=False)
        snippet = {"parentId": _thread_of(found), "textOriginal": _naming(reply.text, found["snippet"])}
        said = sent(lambda: self.asking.post(f"{COMMENTS}?part=id,snippet&fields=id", {"snippet": snippet}))
        return f"{self.channel}/{said['id']}" if isinstance(said, dict) and said.get("id") else ""

    def said(self, reply: Reply) -> str | None:
        """The id of the channel's comment that says this in that thread, since it was approved."""
        found = self._comment(reply.to_post)
        if found is None:
            return None
        for item in self.answers_to(_thread_of(found)):
            if self._says(item, reply):
                return f"{self.channel}/{item['id']}"
        return None

    def again(self, post_id: str) -> Post | None:
        """A comment as it stands, with its author's channel as it is now."""
        found = self._comment(post_id)
        if found is None:
            return None
        try:
            post = native.comment(found, self.channel)
        except UnreadableError:
            raise SourceError(f"{self.asking.who} gave a comment that cannot be read", retry=False) from None
        number = post.attributed_to.id
        return with_author(post, channels(self.asking, [number] if number else []), self.asking.clock())

    def answers_to(self, thread: str) -> list[Item]:
        """All answers in a thread. Raises SourceError."""
        found: list[Item] = []
        token = ""
        for _ in range(MOST_PAGES):
            fields = [
                ("part", "id,snippet"), ("parentId", thread), ("maxResults", str(LIMIT)), ("textFormat", "plainText"),
                mask("kind", "nextPageToken", f"items({COMMENT})"), *([("pageToken", token)] if token else []),
            ]  # fmt: skip
            said = self.asking.get(COMMENTS, fields)
            found += [item for item in items(self.asking.who, said, kind=LIST) if isinstance(item, dict)]
            token = said.get("nextPageToken")
            if not isinstance(token, str) or not token:
                return found
        return found

    def require_ours(self) -> None:
        """Raises SourceError unless the token is the channel's: whoever else answered would be a stranger there."""
        if self._is_ours:
            return
        fields = [("part", "id"), ("mine", "true"), ("maxResults", str(AT_ONCE)), mask("kind", "items(id)")]
        said = items(self.asking.who, self.asking.get(CHANNELS, fields), kind=OF_CHANNELS)
        if self.channel not in [item.get("id") for item in said if isinstance(item, dict)]:
            raise Unsent(f"{self.asking.who}: the token is of another channel; connect the brand's own", retry=False)
        self._is_ours = True

    def _comment(self, post_id: str) -> Item | None:
        """A comment by its id; None if it is gone."""
        number = post_id.removeprefix(f"{self.channel}/")
        fields = [
            ("part", "id,snippet"),
            ("id", number),
            ("textFormat", "plainText"),
            mask("kind", f"items({COMMENT})"),
        ]
        try:
            said = items(self.asking.who, self.asking.get(COMMENTS, fields), kind=LIST)
        except Missing:
            return None
        found = [item for item in said if isinstance(item, dict) and item.get("id") == number]
        if said and not (found and isinstance(found[0].get("snippet"), dict)):
            raise SourceError(f"{self.asking.who} gave something else than the comment", retry=True)
        return found[0] if found else None

    def _says(self, item: Item, reply: Reply) -> bool:
        """Whether a comment is this reply of ours; spaces and whom it names do not matter."""
        try:
            snippet = known(item.get("snippet"))
            author, words = native.author_of(snippet), text(snippet.get("textOriginal") or snippet.get("textDisplay"))
        except UnreadableError:
            return False
        meant, at = letters(reply.text), time(snippet.get("publishedAt"))
        lately = at is None or at >= reply.approved - SKEW
        return author == self.channel and lately and bool(meant) and letters(words).endswith(meant)


def channels(asking: Google, numbers: Sequence[str]) -> dict[str, Actor]:
    """Channels by their ids, as many as there are. Raises SourceError."""
    found: list[Actor] = []
    for start in range(0, len(numbers), AT_ONCE):
        fields = [
            ("part", "id,snippet"), ("id", ",".join(numbers[start : start + AT_ONCE])), ("maxResults", str(AT_ONCE)),
            mask("kind", "items(id,snippet(title,description,customUrl))"),
        ]  # fmt: skip
        found += map(native.channel, items(asking.who, asking.get(CHANNELS, fields), kind=OF_CHANNELS))
    return {actor.id: actor for actor in found if actor.id}


def with_author(post: Post, read: Mapping[str, Actor], at: float | None = None) -> Post:
    """A comment with its author as their channel says; one whose channel was not there to be read refuses."""
    wrote, found = post.attributed_to, read.get(post.attributed_to.id)
    if found is None or found.unreadable:
        return post
    author = msgspec.structs.replace(
        found, handle=found.handle or wrote.handle, name=wrote.name or found.name, fields=(found.name,), read=at
    )
    return msgspec.structs.replace(post, attributed_to=author)


def _thread_of(found: Item) -> str:
    """The comment that a thread hangs on, which alone can be answered."""
    parent = found["snippet"].get("parentId")
    return parent if isinstance(parent, str) and parent else str(found["id"])


def _naming(words: str, snippet: Item) -> str:
    """The words, with the account that they answer if that wrote an answer itself, as YouTube does it."""
    name = snippet.get("authorDisplayName")
    if not (snippet.get("parentId") and isinstance(name, str) and name.startswith("@")):
        return words
    named = {word.rstrip(".,:;!?)") for word in fold(words).split()}
    return words if fold(name) in named else f"{name} {words}"
