"""Mastodon's REST API 4.3 (and 4.5 for quotes): accounts and statuses as its server gives them, and its streams."""

import json
from typing import Any

from ascolta.core.consent import PUBLIC, refusals
from ascolta.core.post import Actor, Event, EventKind, Policy, Post
from ascolta.sources.natives.reading import UnreadableError, each, flag, known, number, plain, text, time, words

NETWORK = "mastodon"


def account(said: Any, *, read: float | None = None, relationship: Any = None) -> Actor:
    """An account; one that cannot be read refuses. `relationship` is what the server says about it and us."""
    try:
        return _account(known(said), read, {} if relationship is None else known(relationship))
    except UnreadableError:
        return Actor(**_names(said), unreadable=True)


def status(said: Any, *, read: float | None = None, relationship: Any = None) -> Post:
    """A status with its author (see `account`). Raises UnreadableError if it is no status at all.

    The author of a boost is whoever wrote the words, for theirs is the say over them; unless who boosts refuses.
    """
    found = known(said)
    shared = found.get("reblog")
    inner = known(shared) if shared is not None else found
    author = account(found.get("account"), read=read, relationship=relationship)
    if shared is not None and not refusals(author, NETWORK):
        author = account(inner.get("account"), read=read)
    own = _visibility(found)
    return Post(
        id=_required(found, "id"),
        content=plain(text(inner.get("content"))),
        network=NETWORK,
        published=time(found.get("created_at")),
        attributed_to=author,
        in_reply_to=number(found.get("in_reply_to_id")) or None,
        language=text(inner.get("language")) or None,
        url=text(found.get("url")) or None,
        visibility=_visibility(inner) if own == "public" else own,
        repost=shared is not None,
        tags=tuple(text(known(tag).get("name")) for tag in each(inner.get("tags"))),
        handles=tuple(text(known(one).get("acct")) for one in each(inner.get("mentions"))),
        policy=_policy(inner),
    )


def event(name: str, payload: str) -> Event | None:
    """An event of the streaming API; None for those that are about no post. Raises UnreadableError."""
    if name == "delete":
        return Event(kind=EventKind.REMOVED, network=NETWORK, post_id=payload.strip())
    kind = {"update": EventKind.PUBLISHED, "status.update": EventKind.EDITED}.get(name)
    if kind is None:
        return None
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        raise UnreadableError("the event is not JSON") from None
    return Event(kind=kind, network=NETWORK, post=status(said))


def _account(said: dict[str, Any], read: float | None, relation: dict[str, Any]) -> Actor:
    lines = [known(line) for line in each(said.get("fields"))]
    return Actor(
        **_names(said),
        name=text(said.get("display_name")),
        summary=text(said.get("note")),
        fields=tuple(f"{text(line.get('name'))} {text(line.get('value'))}" for line in lines),
        indexable=flag(said.get("indexable")),
        discoverable=flag(said.get("discoverable")),
        noindex=flag(said.get("noindex")),
        locked=flag(said.get("locked")),
        bot=flag(said.get("bot")),
        memorial=flag(said.get("memorial")),
        suspended=flag(said.get("suspended")),
        limited=flag(said.get("limited")),
        moved=True if said.get("moved") else None,
        blocked_by=flag(relation.get("blocked_by")) or flag(relation.get("blocking")) or None,
        followed_by=flag(relation.get("followed_by")),
        following=flag(relation.get("following")),
        read=read,
    )


def _names(said: Any) -> dict[str, Any]:
    """Id and account name, as far as they can be read."""
    if not isinstance(said, dict):
        return {}
    pairs = (("id", said.get("id")), ("handle", said.get("acct")))
    return {key: str(value) for key, value in pairs if isinstance(value, str | int)}


def _required(said: dict[str, Any], key: str) -> str:
    value = number(said.get(key))
    if not value:
        raise UnreadableError("the status has no id")
    return value


def _visibility(said: dict[str, Any]) -> str:
    """As the status says; one that does not say is not taken for public."""
    value = said.get("visibility")
    return value if isinstance(value, str) and value else "private"


def _policy(said: dict[str, Any]) -> Policy | None:
    """Who may quote (4.5): `automatic` names those who need not ask."""
    given = said.get("quote_approval")
    if given is None:
        return None
    try:
        may = words(known(given).get("automatic"))
    except UnreadableError:
        return Policy(unreadable=True)
    return Policy(can_quote=tuple(PUBLIC if one == "public" else one for one in may))
