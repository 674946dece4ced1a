"""Reddit's Data API: posts (t3), comments (t1) and accounts (t2) as it gives them with `raw_json=1`.

What was deleted stays there without its words and author, and what a moderator removed keeps its author: neither may be
kept, and neither is a post.
"""

import re
from typing import Any

from ascolta.core.post import Actor, Policy, Post
from ascolta.sources.natives.reading import UnreadableError, flag, known, text, time

NETWORK = "reddit"
WEB = "https://www.reddit.com"
Item = dict[str, Any]

POST, COMMENT = "t3", "t1"

GONE = frozenset({"[deleted]", "[removed]", "[deleted by user]", "[removed by moderator]", "[ removed by reddit ]"})
"""What stands where the words, the title or the author were, in small letters."""

OPEN = frozenset({"public", "restricted", "archived", "user"})
"""Kinds of subreddits in which everybody may read."""

_NAMED = re.compile(r"(?<![\w/-])/?u/([A-Za-z0-9_-]{2,30})(?![\w/-])")


def account(said: Any, *, read: float | None = None) -> Actor:
    """An account, as `/user/NAME/about` gives it; one that cannot be read refuses.

    `hide_from_robots` is what Reddit calls "show up in search results", switched off.
    """
    try:
        found = known(known(said).get("data"))
        profile = known(found.get("subreddit") or {})
        number = text(found.get("id"))
        return Actor(
            id=f"t2_{number}" if number else "",
            handle=text(found.get("name")),
            name=text(profile.get("title")),
            summary=text(profile.get("public_description")),
            noindex=flag(found.get("hide_from_robots")),
            suspended=flag(found.get("is_suspended")),
            blocked_by=flag(found.get("is_blocked")) or None,
            read=read,
        )
    except UnreadableError:
        return Actor(unreadable=True)


def is_gone(said: Any) -> bool:
    """Whether an item of a list is but what was left of one. Raises UnreadableError."""
    found = known(known(said).get("data"))
    words = [text(found.get(key)).strip().casefold() for key in ("author", "body", "selftext", "title")]
    return not words[0] or not GONE.isdisjoint(words) or bool(found.get("removed_by_category"))


def post(said: Any, author: Actor | None = None) -> Post:
    """A post or a comment. Raises UnreadableError if it is neither. `author` is the account, where it was asked for."""
    kind, found = text(known(said).get("kind")), known(known(said).get("data"))
    if kind not in (POST, COMMENT):
        raise UnreadableError("this is neither a post nor a comment")
    content = _words(kind, found)
    return Post(
        id=fullname(said),
        content=content,
        network=NETWORK,
        published=written(said),
        attributed_to=author or by(said),
        in_reply_to=text(found.get("parent_id")) or None if kind == COMMENT else None,
        url=f"{WEB}{text(found.get('permalink'))}" if found.get("permalink") else None,
        visibility=_visibility(found),
        repost=bool(found.get("crosspost_parent")),
        handles=tuple(dict.fromkeys(_NAMED.findall(content))),
        policy=Policy(can_reply=()) if is_closed(said) else None,
    )


def by(said: Any) -> Actor:
    """Who wrote it, as far as the item says. AutoModerator is the one program that is everywhere."""
    found = known(known(said).get("data"))
    name = text(found.get("author"))
    blocked = flag(found.get("author_is_blocked")) or None
    bot = True if name == "AutoModerator" else None
    return Actor(id=text(found.get("author_fullname")), handle=name, blocked_by=blocked, bot=bot)


def fullname(said: Any) -> str:
    """By which an item is known there, such as `t1_k2x`. Raises UnreadableError if it has none."""
    found = text(known(known(said).get("data")).get("name"))
    if not is_fullname(found):
        raise UnreadableError("the item has no name")
    return found


def is_name(name: str) -> bool:
    """Whether an account can be called so."""
    return re.fullmatch(r"[A-Za-z0-9_-]{2,30}", name) is not None


def is_fullname(number: str) -> bool:
    """Whether this can be the name of a post or a comment."""
    return re.fullmatch(r"t[13]_[0-9a-z]{1,16}", number) is not None


def written(said: Any) -> float | None:
    """When an item was written. Raises UnreadableError if it is no item."""
    found = known(known(said).get("data"))
    return time(found.get("created_utc"))


def version(said: Any) -> str:
    """What changes when an item is edited. Raises UnreadableError if it is no item."""
    return str(known(known(said).get("data")).get("edited") or "")


def is_closed(said: Any) -> bool:
    """Whether nobody may answer it any more: its thread is locked, or too old."""
    found = known(known(said).get("data"))
    return found.get("locked") is True or found.get("archived") is True


def _words(kind: str, said: Item) -> str:
    if kind == COMMENT:
        return text(said.get("body")).strip()
    link = "" if said.get("is_self") is True else text(said.get("url"))
    parts = (text(said.get("title")), text(said.get("selftext")), link)
    return "\n".join(part.strip() for part in parts if part.strip())


def _visibility(said: Item) -> str:
    """As the subreddit is; one that does not say is not taken for public, and one in quarantine is not."""
    if said.get("quarantine") is True:
        return "unlisted"
    return "public" if text(said.get("subreddit_type")) in OPEN else "private"
