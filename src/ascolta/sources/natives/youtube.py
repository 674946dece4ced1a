"""YouTube's Data API v3: comments and channels as it gives them (resources `comment` and `channel`)."""

import re
from typing import Any

from ascolta.core.post import Actor, Post
from ascolta.sources.natives.reading import UnreadableError, known, text, time

NETWORK = "youtube"
MOST_WORDS = 20_000
"""Characters of one comment; YouTube takes 10,000."""

_LED = re.compile(r"\s*@([\w.\-·]{1,60})")


def comment(said: Any, channel: str) -> Post:
    """A comment under a video of a channel. Raises UnreadableError if it is none.

    Its id begins with the channel's, as nothing else says to whom it was said. Nobody has read its author's channel.
    """
    found = known(said)
    number, snippet = text(found.get("id")), known(found.get("snippet"))
    if not number:
        raise UnreadableError("the comment has no id")
    content = (text(snippet.get("textDisplay")) or text(snippet.get("textOriginal")))[:MOST_WORDS]
    parent, led = text(snippet.get("parentId")), led_by(content)
    return Post(
        id=f"{channel}/{number}",
        content=content,
        network=NETWORK,
        published=time(snippet.get("publishedAt")),
        attributed_to=writer(snippet),
        in_reply_to=f"{channel}/{parent}" if parent else None,
        url=_url(text(snippet.get("videoId")), number),
        visibility=visibility(snippet),
        handles=(led,) if parent and led else (),
    )


def writer(snippet: dict[str, Any]) -> Actor:
    """Who wrote it, as far as the comment says. Their channel was not read, so nobody knows what it refuses."""
    try:
        name = text(snippet.get("authorDisplayName"))
        number = author_of(snippet)
    except UnreadableError:
        return Actor(unreadable=True)
    return Actor(id=number, handle=name.lstrip("@"), name=name, unreadable=True)


def author_of(snippet: dict[str, Any]) -> str:
    """The id of the channel of whoever wrote it; empty if it has none. Raises UnreadableError."""
    said = snippet.get("authorChannelId")
    return "" if said is None else text(known(said).get("value"))


def channel(said: Any) -> Actor:
    """A channel; one that cannot be read refuses."""
    try:
        found = known(said)
        snippet = known(found.get("snippet"))
        return Actor(
            id=text(found.get("id")),
            handle=text(snippet.get("customUrl")).lstrip("@"),
            name=text(snippet.get("title")),
            summary=text(snippet.get("description")),
        )
    except UnreadableError:
        number = said.get("id") if isinstance(said, dict) else None
        return Actor(id=number if isinstance(number, str) else "", unreadable=True)


def visibility(snippet: dict[str, Any]) -> str:
    """Public, unless it says that it is not published (it says nothing to who does not own the channel)."""
    return "public" if snippet.get("moderationStatus") in (None, "published") else "private"


def led_by(content: str) -> str:
    """The account whose name a comment begins with, as YouTube writes an answer to an answer; empty if none."""
    found = _LED.match(content)
    return found.group(1) if found else ""


def _url(video: str, number: str) -> str | None:
    safe = re.fullmatch(r"[\w-]{1,40}", video, re.ASCII) and re.fullmatch(r"[\w.-]{1,200}", number, re.ASCII)
    return f"https://www.youtube.com/watch?v={video}&lc={number}" if safe else None
