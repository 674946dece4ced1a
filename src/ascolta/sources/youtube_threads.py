"""One thread of comments under a video, and whom each of them speaks to: the channel, or somebody else in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ascolta.core.post import Post
from ascolta.core.text import fold
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import youtube as native
from ascolta.sources.natives.reading import known, text, time


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as a post, who wrote it, under whose video, and when it was changed last."""

    post: Post
    author: str
    under: str
    changed: str


@dataclass(slots=True, kw_only=True)
class Thread:
    """What is known of a thread: whose it is and of when, how many answers it has, and those at hand."""

    id: str
    author: str
    at: float | None
    count: int
    public: bool
    top: Any
    answers: list[Any] = field(default_factory=list)

    def comments(self, channel: str) -> Iterator[Comment | None]:
        """Its comments; None for each that cannot be read."""
        for item in (self.top, *self.answers):
            try:
                yield comment(item, channel)
            except UnreadableError:
                yield None


def thread(item: Any) -> Thread:
    """A thread as YouTube gives it. Raises UnreadableError."""
    snippet = known(known(item).get("snippet"))
    top = known(snippet.get("topLevelComment"))
    wrote, count = known(top.get("snippet")), snippet.get("totalReplyCount", 0)
    answers = known(item.get("replies") or {}).get("comments") or []
    if not isinstance(answers, list) or not isinstance(count, int):
        raise UnreadableError("the thread's answers are no list")
    return Thread(
        id=text(item.get("id")),
        author=native.author_of(wrote),
        at=time(wrote.get("publishedAt")),
        count=count,
        public=snippet.get("isPublic") is True,
        top=top,
        answers=answers,
    )


def comment(item: Any, channel: str) -> Comment:
    """A comment under a video of a channel. Raises UnreadableError."""
    snippet = known(known(item).get("snippet"))
    return Comment(
        post=native.comment(item, channel),
        author=native.author_of(snippet),
        under=text(snippet.get("channelId")) or channel,
        changed=text(snippet.get("updatedAt")),
    )


def first_of(channel: str, found: list[Comment]) -> float | None:
    """When a channel first answered in a thread, as far as its comments are at hand."""
    ours = [one.post.published or 0.0 for one in found if one.author == channel and one.post.in_reply_to]
    return min(ours, default=None)


def is_said_to(channel: str, handle: str, one: Comment, author: str, since: float | None) -> bool:
    """Whether where a comment stands says that it speaks to a channel.

    `handle` is the channel's own, folded; `author` began the thread; `since` is when the channel first answered there.
    """
    if one.under != channel:
        return False
    if one.post.in_reply_to is None:
        return True
    led = fold(one.post.handles[0]) if one.post.handles else ""
    if led:
        return led == handle
    after = since is not None and (one.post.published or 0.0) >= since
    return author == channel or (after and bool(author) and one.author == author)
