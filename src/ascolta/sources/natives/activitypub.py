"""ActivityPub actors, objects and activities as JSON-LD, with the extensions by which people refuse.

Sources: ActivityStreams 2.0; FEP-5feb (indexable), FEP-268d (searchableBy),
FEP-5e53 (xRobotsTag, SPC, secGPC), FEP-044f (canQuote), GoToSocial (interactionPolicy).
"""

from typing import Any
from urllib.parse import urlsplit

from ascolta.core.consent import PUBLIC
from ascolta.core.post import Actor, Event, EventKind, Policy, Post
from ascolta.sources.natives.jsonld import ids, value, values
from ascolta.sources.natives.reading import UnreadableError, each, flag, known, plain, text, time

NETWORK = "activitypub"
PUBLICS = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})


def actor(said: Any, *, read: float | None = None) -> Actor:
    """An actor; one that cannot be read refuses."""
    try:
        return _actor(known(said), read)
    except UnreadableError:
        return Actor(**_names(said), unreadable=True)


def note(said: Any, author: Actor) -> Post:
    """An object that somebody wrote. Raises UnreadableError if it is none."""
    found = known(said)
    if not isinstance(found.get("id"), str):
        raise UnreadableError("the object has no id")
    marks = [known(tag) for tag in each(found.get("tag")) if isinstance(tag, dict)]
    return Post(
        id=found["id"],
        content=plain(text(found.get("content"))),
        network=NETWORK,
        published=time(found.get("published")),
        attributed_to=author,
        in_reply_to=ids(found.get("inReplyTo"))[0] if found.get("inReplyTo") else None,
        language=next(iter(found["contentMap"]), None) if isinstance(found.get("contentMap"), dict) else None,
        url=next(iter(ids(found.get("url"))), None),
        visibility=_visibility(found),
        tags=tuple(text(tag.get("name")).lstrip("#") for tag in marks if tag.get("type") == "Hashtag"),
        handles=tuple(text(tag.get("name")) for tag in marks if tag.get("type") == "Mention"),
        policy=_policy(found, author.id),
    )


def event(said: Any, author: Actor, us: str = "") -> Event | None:
    """An activity as an event; `author` is its actor as read, `us` our own id. None for kinds that do not concern us.

    A `Delete` of an actor by itself, a `Tombstone` and a `Move` are what becomes of an account. Raises UnreadableError.
    """
    found = known(said)
    what, kind = found.get("object"), found.get("type")
    target = next(iter(ids(what)), "")
    if kind == "Delete":
        if target == author.id:
            return Event(kind=EventKind.ACTOR, network=NETWORK, actor=Actor(id=author.id, deleted=True))
        return Event(kind=EventKind.REMOVED, network=NETWORK, post_id=target)
    if kind == "Move":
        return Event(kind=EventKind.ACTOR, network=NETWORK, actor=Actor(id=author.id, moved=True))
    if kind == "Block" and us and target == us:
        return Event(kind=EventKind.ACTOR, network=NETWORK, actor=Actor(id=author.id, blocked_by=True))
    if kind == "Update" and target == author.id:
        return Event(kind=EventKind.ACTOR, network=NETWORK, actor=actor(what))
    kinds = {"Create": EventKind.PUBLISHED, "Update": EventKind.EDITED}
    if kind not in kinds or not isinstance(what, dict):
        return None
    return Event(kind=kinds[kind], network=NETWORK, post=note(what, author))


def _actor(said: dict[str, Any], read: float | None) -> Actor:
    lines = [line for line in each(said.get("attachment")) if isinstance(line, dict)]
    kinds = each(said.get("type"))
    return Actor(
        **_names(said),
        name=text(said.get("name")),
        summary=text(said.get("summary")),
        fields=tuple(f"{text(line.get('name'))} {text(line.get('value'))}" for line in lines),
        type=next((text(kind) for kind in kinds if kind in ("Service", "Application")), "Person"),
        deleted="Tombstone" in kinds or None,
        indexable=flag(value(said, "indexable")),
        discoverable=flag(value(said, "discoverable")),
        locked=flag(value(said, "manuallyApprovesFollowers")),
        memorial=flag(value(said, "memorial")),
        suspended=flag(value(said, "suspended")),
        moved=True if value(said, "movedTo") else None,
        searchable_by=_may(said, "searchableBy", text(said.get("id"))),
        read=read,
    )


def _names(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        return {}
    number, name = said.get("id"), said.get("preferredUsername")
    host = urlsplit(number).netloc if isinstance(number, str) else ""
    handle = f"{name}@{host}" if isinstance(name, str) and name and host else name
    return {key: one for key, one in (("id", number), ("handle", handle)) if isinstance(one, str)}


def _visibility(said: dict[str, Any]) -> str:
    """Public if everybody is in `to`, quiet public if everybody is only in `cc`, otherwise for some."""
    if not PUBLICS.isdisjoint(ids(said.get("to"))):
        return "public"
    if not PUBLICS.isdisjoint(ids(said.get("cc"))):
        return "unlisted"
    followers = any(one.endswith("/followers") for one in (*ids(said.get("to")), *ids(said.get("cc"))))
    return "private" if followers else "direct"


def _policy(said: dict[str, Any], author: str) -> Policy | None:
    """What an object says about its own use; None where it says nothing."""
    try:
        rules = value(said, "interactionPolicy")
        rules = known(rules) if rules is not None else {}
        found = Policy(
            searchable_by=_may(said, "searchableBy", author),
            can_reply=_approved(rules, "canReply", said, author),
            can_quote=_approved(rules, "canQuote", said, author),
            sec_gpc=_signal(value(said, "secGPC")) or _signal(value(said, "SPC")),
            x_robots_tag=_tokens(values(said, "xRobotsTag")),
        )
    except UnreadableError:
        return Policy(unreadable=True)
    return None if found == Policy() else found


def _approved(rules: dict[str, Any], name: str, said: dict[str, Any], author: str) -> tuple[str, ...] | None:
    """Who needs not ask, of one part of an interaction policy. A part without a list lets nobody."""
    part = value(rules, name, said)
    if part is None:
        return None
    part = known(part)
    given = values(part, "automaticApproval", said)
    return _named(values(part, "always", said) if given is None else given, author)


def _may(said: dict[str, Any], name: str, author: str) -> tuple[str, ...] | None:
    given = values(said, name)
    return None if given is None else _named(given, author)


def _named(given: Any, author: str) -> tuple[str, ...]:
    """Ids of those who may, by the words that consent knows: public, followers, following; others are no matter."""
    found = []
    for one in ids(given):
        if one in PUBLICS:
            found.append(PUBLIC)
        else:
            kind = one.rpartition("/")[2]
            found.append(kind if kind in ("followers", "following") and one.startswith(author) else "some")
    return tuple(dict.fromkeys(found))


def _signal(value: Any) -> bool | None:
    """1 or true as FEP-5e53 has it. Raises UnreadableError."""
    if value in (1, "1", True):
        return True
    if value is None or value in (0, "0", False):
        return None
    raise UnreadableError("a privacy signal is neither 0 nor 1")


def _tokens(value: Any) -> tuple[str, ...]:
    return tuple(part.strip().lower() for one in each(value) for part in text(one).split(",") if part.strip())
