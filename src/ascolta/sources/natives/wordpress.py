"""Comments of WordPress as its REST API shows them to everybody (`wp/v2/comments`, context *view*)."""

from typing import Any

from ascolta.core.post import Actor, Post
from ascolta.sources.natives.reading import UnreadableError, known, number, plain, text, time

NETWORK = "wordpress"

FIELDS = "id,post,parent,author,author_name,date_gmt,content,link,status,type"
"""All that is asked for of a comment: no address, no picture, no website of anybody."""


def comment(said: Any, where: str) -> Post:
    """A comment on the blog `where` (its host and path) with its author. Raises UnreadableError if it is none.

    Whoever has an account there has a number; the others are known by the name that they gave, on this blog only.
    """
    found = known(said)
    own = number(found.get("id"))
    if not own or found.get("type") != "comment":
        raise UnreadableError("this is no person's comment")
    parent = number(found.get("parent"))
    return Post(
        id=numbered(where, own),
        content=plain(text(known(found.get("content")).get("rendered")).replace("<br />\n", "<br />")),
        network=NETWORK,
        published=time(found.get("date_gmt")),
        attributed_to=_author(found, own, where),
        in_reply_to=numbered(where, parent) if parent not in ("", "0") else None,
        url=text(found.get("link")) or None,
        visibility="public" if found.get("status") == "approved" else "private",
    )


def numbered(where: str, own: str) -> str:
    """The id of a comment, which no other blog has."""
    return f"{where}#comment-{own}"


def _author(found: dict[str, Any], own: str, where: str) -> Actor:
    account, name = number(found.get("author")), plain(text(found.get("author_name")))
    if account not in ("", "0"):
        return Actor(id=f"{account}@{where}", handle=f"{name}@{where}" if name else "", name=name)
    if name:
        return Actor(handle=f"{name}@{where}", name=name)
    return Actor(id=f"comment-{own}@{where}")
