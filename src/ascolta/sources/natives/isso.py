"""Comments of Isso (0.14) as it shows them to everybody: the latest of all pages, and those under one page."""

from typing import Any

from ascolta.core.post import Actor, Post
from ascolta.sources.natives.reading import UnreadableError, known, number, plain, text

NETWORK = "isso"
PUBLISHED = 1
"""The mode of a comment that everybody sees. Of one that waits it is 2, of one whose author took it back 4."""


def comment(said: Any, where: str, page: str) -> Post:
    """A comment under a page, on the server `where`, with its author. Raises UnreadableError if it is none.

    Nobody has an account: people are known by the name that they gave, on this server only. The server gives the number
    of a comment that was taken back to another one, so the time of writing is part of the id.
    """
    found = known(said)
    own, created = number(found.get("id")), found.get("created")
    if not own or isinstance(created, bool) or not isinstance(created, int | float):
        raise UnreadableError("this is no comment")
    parent = number(found.get("parent"))
    return Post(
        id=numbered(where, page, own, float(created)),
        content=plain(text(found.get("text")).replace("<br />\n", "<br />")),
        network=NETWORK,
        published=float(created),
        attributed_to=_author(found, own, where),
        in_reply_to=f"{where}{page}#isso-{parent}" if parent not in ("", "0") else None,
        visibility="public" if found.get("mode") == PUBLISHED else "private",
    )


def numbered(where: str, page: str, own: str, created: float) -> str:
    """The id of a comment, which no other server has, and no later comment here."""
    return f"{where}{page}#isso-{own}.{int(created * 1000)}"


def placed(where: str, post_id: str) -> tuple[str, str]:
    """The page of a comment and its number by its id; nothing for one of another server."""
    page, _, rest = post_id.removeprefix(where).rpartition("#isso-")
    return (page, rest.partition(".")[0]) if post_id.startswith(where) and page.startswith("/") else ("", "")


def _author(found: dict[str, Any], own: str, where: str) -> Actor:
    name = plain(text(found.get("author")))
    return Actor(handle=f"{name}@{where}", name=name) if name else Actor(id=f"isso-{own}@{where}")
