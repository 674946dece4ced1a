"""The X API v2: users and posts as it gives them, by the names of its documentation and by those of its newer schema.

Its documentation still says `referenced_tweets`, `note_tweet`, `edit_history_tweet_ids`; the schema of autumn 2026 says
`referenced_posts` and so on, and servers answer with either. A post that was edited is known by its first id.
"""

import html
import re
from collections.abc import Mapping
from typing import Any

from ascolta.core.post import Actor, Policy, Post
from ascolta.sources.natives.reading import UnreadableError, each, flag, known, number, text, time, words

NETWORK = "x"
Item = dict[str, Any]

_REPLY = {"everyone": None, "following": ("following",)}
"""Who may answer, by `reply_settings`: all others (mentionedUsers, subscribers, verified) may be others than we."""

_NO_LANGUAGE = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})
"""What X writes for a language where it knows none, or where there are no words."""

_PICTURE = re.compile(r"https?://(?:x|twitter)\.com/[^/]+/status/\d+/(?:photo|video)/\d+")


def user(said: Any, *, read: float | None = None) -> Actor:
    """An account; one that cannot be read refuses."""
    try:
        return _user(known(said), read)
    except UnreadableError:
        return Actor(**_names(said), unreadable=True)


def people(said: Any) -> dict[str, Item]:
    """The users of an answer, by id, as they were given."""
    found = said.get("includes") if isinstance(said, dict) else None
    given = found.get("users") if isinstance(found, dict) else None
    return {str(one["id"]): one for one in each(given) if isinstance(one, dict) and "id" in one}


def post(said: Any, users: Mapping[str, Item], us: str = "") -> Post:
    """A post with its author, who refuses where X does not give them. Raises UnreadableError if it is none.

    In front of an answer X writes the names of all who took part, and shows them to nobody: they are not what its
    author said, and are left out unless it answers the account whose id is `us`.
    """
    found = known(said)
    number_, author = _digits(found.get("id")), number(found.get("author_id"))
    given = users.get(author)
    actor = user(given) if given is not None else Actor(id=author, unreadable=True)
    hidden = 0 if us and answered(found) == us else _hidden(found)
    refers = {text(known(one).get("type")): number(known(one).get("id")) for one in each(_either(found, "referenced"))}
    language = text(found.get("lang"))
    return Post(
        id=versions(found)[0],
        content=_words(found, hidden),
        network=NETWORK,
        published=time(found.get("created_at")),
        attributed_to=actor,
        in_reply_to=refers.get("replied_to"),
        language=None if language in _NO_LANGUAGE else language or None,
        url=f"https://x.com/{actor.handle or 'i'}/status/{number_}",
        visibility=_visibility(found, given),
        repost="retweeted" in refers,
        tags=tuple(text(known(tag).get("tag")) for tag in each(_entities(found).get("hashtags"))),
        handles=named(found, hidden),
        policy=_policy(found),
    )


def versions(said: Item) -> tuple[str, ...]:
    """The ids of a post from the first to the newest, each of which was the newest once. Raises UnreadableError."""
    given = said.get("edit_history_tweet_ids", said.get("edit_history_post_ids"))
    found = tuple(_digits(one) for one in words(given) if one)
    return found or (_digits(said.get("id")),)


def answered(said: Item) -> str:
    """The id of the account that a post answers; empty if it is no answer. Raises UnreadableError."""
    return number(said.get("in_reply_to_user_id"))


def named(said: Item, hidden: int = 0) -> tuple[str, ...]:
    """The accounts that a post names, beyond so many characters at its beginning. Raises UnreadableError."""
    found = [known(one) for one in each(_entities(said).get("mentions"))]
    return tuple(dict.fromkeys(text(one.get("username")) for one in found if _start(one) >= hidden))


def _user(said: Item, read: float | None) -> Actor:
    status = said.get("connection_status")
    bound = words(status)
    return Actor(
        **_names(said),
        name=text(said.get("name")),
        summary=text(said.get("description")),
        locked=flag(said.get("protected")),
        blocked_by="blocking" in bound or None,
        followed_by="followed_by" in bound if status is not None else None,
        following="following" in bound if status is not None else None,
        read=read,
    )


def _names(said: Any) -> dict[str, Any]:
    """Id and account name, as far as they can be read."""
    if not isinstance(said, dict):
        return {}
    pairs = (("id", said.get("id")), ("handle", said.get("username")))
    return {key: str(value) for key, value in pairs if isinstance(value, str | int)}


def _either(said: Item, name: str) -> Any:
    """What stands behind a name of the documentation, or behind the one of the newer schema."""
    old, new = {"referenced": ("referenced_tweets", "referenced_posts"), "note": ("note_tweet", "note_post")}[name]
    return said.get(old, said.get(new))


def _entities(said: Item) -> Item:
    found = said.get("entities")
    return known(found) if found is not None else {}


def _hidden(said: Item) -> int:
    """How many characters at the beginning of an answer are names that X put there."""
    shown = each(said.get("display_text_range"))
    begin = shown[0] if shown else 0
    return begin if isinstance(begin, int) and not isinstance(begin, bool) and answered(said) else 0


def _words(said: Item, hidden: int) -> str:
    """What its author wrote, in full, with links as they were written."""
    content, entities = text(said.get("text")), _entities(said)
    before = content[:hidden]
    note = _either(said, "note")
    if note is not None:
        whole = text(known(note).get("text"))
        content, entities = whole or content, known(known(note).get("entities") or entities)
    content = content.removeprefix(before)
    for one in each(entities.get("urls")):
        link = known(one)
        short, long = text(link.get("url")), text(link.get("expanded_url"))
        if short:
            content = content.replace(short, "" if _PICTURE.fullmatch(long) else long or short)
    return html.unescape(content).strip()


def _visibility(said: Item, author: Item | None) -> str:
    """X withholds some posts and accounts, in one country or in all; those are heard in none."""
    if said.get("withheld") is not None or (author or {}).get("withheld") is not None:
        return "withheld"
    return "private" if (author or {}).get("protected") is True else "public"


def _policy(said: Item) -> Policy | None:
    settings = text(said.get("reply_settings"))
    if settings in ("", "everyone"):
        return None
    return Policy(can_reply=_REPLY.get(settings) or ())


def _start(said: Item) -> int:
    begin = said.get("start")
    return begin if isinstance(begin, int) and not isinstance(begin, bool) else 0


def _digits(value: Any) -> str:
    found = number(value)
    if not (found.isascii() and found.isdigit() and len(found) < 20):
        raise UnreadableError("the post has no id")
    return found
