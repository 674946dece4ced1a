"""Instagram by its Graph API (v26.0): comments, captions that mention us, media under a hashtag.

Of media under a hashtag Instagram names no author, and none is looked for. What its owner hid is not public.
"""

from typing import Any

from ascolta.core.post import Actor, Post
from ascolta.sources.natives.reading import UnreadableError, flag, known, number, text, time, within

NETWORK = "instagram"
COMMENT = "id,text,timestamp,from{id,username},username,hidden,parent_id,media{id}"
"""The fields of a comment on our own media that are asked for."""

MENTIONED = "id,text,timestamp,username,media{id}"
"""The same of a comment elsewhere that mentions us."""

CAPTION = "id,caption,timestamp,username,permalink"
"""The fields of media that mention us."""

TAGGED = "id,caption,timestamp,permalink"
"""The fields of media under a hashtag."""


def comment(said: Any) -> Post:
    """A comment with its author. Raises UnreadableError if it is none."""
    found = known(said)
    writer = within(found, "from")
    name = text(writer.get("username")) or text(found.get("username"))
    return Post(
        id=_required(found),
        content=text(found.get("text")),
        network=NETWORK,
        published=time(found.get("timestamp")),
        attributed_to=Actor(id=number(writer.get("id")), handle=name),
        in_reply_to=number(found.get("parent_id")) or None,
        visibility="private" if flag(found.get("hidden")) else "public",
    )


def media(said: Any) -> Post:
    """What somebody wrote under a picture, with its author where one is named. Raises UnreadableError."""
    found = known(said)
    return Post(
        id=_required(found),
        content=text(found.get("caption")),
        network=NETWORK,
        published=time(found.get("timestamp")),
        attributed_to=Actor(handle=text(found.get("username"))),
        url=text(found.get("permalink")) or None,
    )


def _required(said: dict[str, Any]) -> str:
    found = number(said.get("id"))
    if not found:
        raise UnreadableError("it has no id")
    return found
