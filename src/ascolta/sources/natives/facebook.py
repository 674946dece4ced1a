"""A Facebook Page by the Graph API (v26.0): posts on its wall, comments, and what its webhook tells of both.

Who wrote something is told to those only who may know it; where it is not told, nobody is named. What the Page hid, or
what is for friends only, is not public.
"""

from collections.abc import Mapping
from typing import Any

from ascolta.core.post import Actor, Post
from ascolta.sources.natives.reading import UnreadableError, each, flag, known, number, text, time, within

NETWORK = "facebook"
COMMENT = "id,message,created_time,from{id,name},parent{id,from{id}},permalink_url,is_hidden,is_private,message_tags"
"""The fields of a comment that are asked for."""

POST = (
    "id,message,created_time,updated_time,from{id,name},permalink_url,is_hidden,is_published,privacy{value},"
    "message_tags"
)
"""The fields of a post that are asked for."""

EVERYONE = ("", "EVERYONE")


def post(said: Any) -> Post:
    """A post with its author. Raises UnreadableError if it is none."""
    found = known(said)
    hidden = flag(found.get("is_hidden")) or flag(found.get("is_published")) is False
    for_all = text(within(found, "privacy").get("value")) in EVERYONE
    return _post(found, is_public=for_all and not hidden)


def comment(said: Any) -> Post:
    """A comment with its author, in answer to another comment or else to nothing that it names. Raises the same."""
    found = known(said)
    hidden = flag(found.get("is_hidden")) or flag(found.get("is_private"))
    parent = within(found, "parent")
    return _post(found, is_public=not hidden, answers=number(parent.get("id")) or None)


def author(said: Any) -> str:
    """The id of whoever wrote something; empty where it is not told."""
    return number(within(known(said), "from").get("id"))


def parent_author(said: Any) -> str:
    """Who wrote the comment that a comment answers; empty if it answers none, or nobody tells."""
    return author(within(known(said), "parent"))


def tagged(said: Any) -> tuple[str, ...]:
    """The ids of those whom something names."""
    given = known(said).get("message_tags")
    if isinstance(given, Mapping):  # posts once had them by their place in the text
        given = [one for several in given.values() for one in each(several)]
    return tuple(number(known(one).get("id")) for one in each(given))


def _post(said: dict[str, Any], *, is_public: bool, answers: str | None = None) -> Post:
    given = number(said.get("id"))
    if not given:
        raise UnreadableError("it has no id")
    writer = within(said, "from")
    return Post(
        id=given,
        content=text(said.get("message")),
        network=NETWORK,
        published=time(said.get("created_time")),
        attributed_to=Actor(id=number(writer.get("id")), name=text(writer.get("name"))),
        in_reply_to=answers,
        url=text(said.get("permalink_url")) or None,
        visibility="public" if is_public else "private",
    )
