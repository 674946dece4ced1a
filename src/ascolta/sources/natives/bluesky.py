"""AT Protocol as Bluesky speaks it: views of its API, records, and the events of Jetstream.

Sources: lexicons `app.bsky.*`, `chat.bsky.actor.declaration`, `com.atproto.label.defs`; proposal 0008 (user intents).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ascolta.core.consent import refusals
from ascolta.core.post import Actor, Event, EventKind, Policy, Post
from ascolta.sources.natives.reading import UnreadableError, each, flag, known, text, time, words

NETWORK = "bluesky"
PROFILE = "app.bsky.actor.profile"
VISIBILITY = "app.bsky.actor.contentVisibilityDeclaration"
INTENTS = "org.user-intents.declaration"
CHAT = "chat.bsky.actor.declaration"
POST = "app.bsky.feed.post"
BLOCK = "app.bsky.graph.block"
THREADGATE = "app.bsky.feed.threadgate"
POSTGATE = "app.bsky.feed.postgate"
OWN = (PROFILE, VISIBILITY, INTENTS, CHAT)
"""The collections in which an account says about itself how it may be used, in one record called `self`."""

WANTED = (POST, *OWN, BLOCK, THREADGATE, POSTGATE)
"""The collections of a stream that may concern us."""
GATES = ("mentionRule", "followerRule", "followingRule", "listRule")
INTENT_NAMES = ("syntheticContentGeneration", "publicAccessArchive", "bulkDataset", "protocolBridging")

_SCHEME = re.compile(r"^https?://", re.IGNORECASE)

Records = Mapping[str, Any]
"""The records that an account keeps about itself, by collection."""


def profile(view: Any, records: Records | None = None, *, read: float | None = None) -> Actor:
    """An account from its profile view and its own records; one of them that cannot be read makes it refuse."""
    kept = records or {}
    try:
        return _profile(known(view), kept, read)
    except UnreadableError:
        return Actor(**_names(view), unreadable=True)


def post(view: Any, author: Actor | None = None) -> Post:
    """A post view with its author. `author` is who wrote it, where more is known than the view says.

    Raises UnreadableError if it is no post at all.
    """
    found = known(view)
    record = known(found.get("record"))
    who = profile(found.get("author")) if author is None else author
    return _post(text(found.get("uri")), record, who, _policy(found, record))


def said(uri: str, record: Any, author: Actor, policy: Policy | None = None) -> Post:
    """A post from its record, as a repository keeps it. Raises UnreadableError."""
    return _post(uri, known(record), author, policy)


def gates(uri: str, threadgate: Any, postgate: Any) -> Policy | None:
    """What the records of a thread and of a post say about answers and quotes; one that is unreadable forbids."""
    return _policy({"uri": uri, "threadgate": threadgate, "postgate": postgate}, {})


def root(record: Any) -> str:
    """The post that opens the thread in which a post answers; empty if it answers none. Raises UnreadableError."""
    reply = known(record).get("reply")
    return "" if reply is None else text(known(known(reply).get("root")).get("uri"))


def owner(uri: str) -> str:
    """Whose repository an address of a record lies in; empty if it is no such address."""
    return uri.removeprefix("at://").partition("/")[0] if uri.startswith("at://") else ""


def event(line: Any, us: str, who: Callable[[str], Actor]) -> Event | None:
    """An event of Jetstream; `us` is our own DID, `who` knows the profile behind a DID. None if it changes nothing.

    A record is only a part of a profile: it may withdraw consent, but only a whole profile gives it back.
    """
    found = known(line)
    did, kind = text(found.get("did")), found.get("kind")
    if kind == "account":
        return _account_event(did, known(found.get("account")))
    if kind != "commit":
        return None
    commit = known(found.get("commit"))
    collection, operation = text(commit.get("collection")), commit.get("operation")
    if collection == POST:
        uri = f"at://{did}/{POST}/{text(commit.get('rkey'))}"
        if operation == "delete":
            return Event(kind=EventKind.REMOVED, network=NETWORK, post_id=uri)
        happened = EventKind.EDITED if operation == "update" else EventKind.PUBLISHED
        made = _post(uri, known(commit.get("record")), who(did), None)
        return Event(kind=happened, network=NETWORK, post=made)
    return None if operation == "delete" else _record_event(did, collection, commit.get("record"), us)


def _profile(view: dict[str, Any], records: Records, read: float | None) -> Actor:
    viewer = known(view.get("viewer") or {})
    chat = known(known(view.get("associated") or {}).get("chat") or {})
    own = known(records.get(PROFILE) or {})
    return Actor(
        **_names(view),
        name=text(view.get("displayName")) or text(own.get("displayName")),
        summary=text(view.get("description")) or text(own.get("description")),
        labels=tuple(dict.fromkeys((*_labels(view), *_self_labels(own)))),
        type="Service" if "bot" in (*_labels(view), *_self_labels(own)) else "Person",
        hide_from_algorithmic_recommendations=_hides(records.get(VISIBILITY)),
        blocked_by=any(viewer.get(key) for key in ("blockedBy", "blocking", "blockingByList")) or None,
        followed_by=True if viewer.get("followedBy") else None,
        following=True if viewer.get("following") else None,
        allow_incoming=_incoming(records.get(CHAT)) or text(chat.get("allowIncoming")) or None,
        denied_intents=_denied(records.get(INTENTS)),
        read=read,
    )


def _names(view: Any) -> dict[str, Any]:
    if not isinstance(view, dict):
        return {}
    pairs = (("id", view.get("did")), ("handle", view.get("handle")))
    return {key: value for key, value in pairs if isinstance(value, str)}


def _labels(view: dict[str, Any]) -> tuple[str, ...]:
    """Labels that stand on the profile record; one that is negated later does not."""
    standing: dict[str, None] = {}
    for label in map(known, each(view.get("labels"))):
        if text(label.get("uri")).endswith(f"/{PROFILE}/self"):
            if label.get("neg") is True:
                standing.pop(text(label.get("val")), None)
            else:
                standing[text(label.get("val"))] = None
    return tuple(standing)


def _self_labels(record: dict[str, Any]) -> tuple[str, ...]:
    given = record.get("labels")
    return () if given is None else tuple(text(known(one).get("val")) for one in each(known(given).get("values")))


def _hides(record: Any) -> bool | None:
    return None if record is None else flag(known(record).get("hideFromAlgorithmicRecommendations"))


def _incoming(record: Any) -> str:
    return "" if record is None else text(known(record).get("allowIncoming"))


def _denied(record: Any) -> tuple[str, ...]:
    """The uses that a declaration denies, with or without the prefix of their names."""
    if record is None:
        return ()
    found = known(record)
    denied = []
    for name in INTENT_NAMES:
        given = found.get(name, found.get(f"org.user-intents.{name}"))
        if given is not None and flag(known(given).get("allow")) is False:
            denied.append(name)
    return tuple(denied)


def _post(uri: str, record: dict[str, Any], author: Actor, policy: Policy | None) -> Post:
    facets = [known(facet) for facet in each(record.get("facets"))]
    parts = [known(part) for facet in facets for part in each(facet.get("features"))]
    reply = record.get("reply")
    return Post(
        id=uri,
        content=_written_out(text(record.get("text")), facets),
        network=NETWORK,
        published=time(record.get("createdAt")),
        attributed_to=author,
        in_reply_to=None if reply is None else text(known(known(reply).get("parent")).get("uri")),
        language=next(iter(words(record.get("langs"))), None),
        tags=tuple(text(part["tag"]) for part in parts if "tag" in part),
        handles=tuple(text(part["did"]) for part in parts if "did" in part),
        policy=policy,
    )


def _written_out(said: str, facets: list[dict[str, Any]]) -> str:
    """A post's words with its links whole, which Bluesky's app shortens, such as acme.example/bags-and...

    Words of which the author made a link stay as they are; so does what a facet says of no place in the text.
    """
    data = said.encode()
    before = len(data)
    for start, end, address in sorted(_links(facets), reverse=True):
        if 0 <= start < end <= before:
            shown = _SCHEME.sub("", data[start:end].decode("utf-8", "replace").rstrip(".…"))
            if shown and _SCHEME.sub("", address).startswith(shown):
                data = data[:start] + address.encode() + data[end:]
                before = start
    return data.decode("utf-8", "replace")


def _links(facets: list[dict[str, Any]]) -> Iterator[tuple[int, int, str]]:
    """Where each link of a text begins and ends, in bytes, and where it leads."""
    for facet in facets:
        index = facet["index"] if isinstance(facet.get("index"), dict) else {}
        start, end = index.get("byteStart"), index.get("byteEnd")
        for part in map(known, each(facet.get("features"))):
            if type(start) is type(end) is int and isinstance(part.get("uri"), str):
                yield start, end, text(part["uri"])


def _policy(view: dict[str, Any], record: dict[str, Any]) -> Policy | None:
    """The gates of a post view: of its thread, as the view holds it, and of the post itself."""
    viewer = known(view.get("viewer") or {})
    try:
        gate, hidden = _threadgate(view.get("threadgate"), text(view.get("uri")))
        found = Policy(
            threadgate=() if viewer.get("replyDisabled") is True else gate,
            hidden=hidden or None,
            embedding_disabled=viewer.get("embeddingDisabled") is True or _postgate(view.get("postgate")) or None,
        )
    except UnreadableError:
        return Policy(unreadable=True)
    return None if found == Policy() else found


def _threadgate(view: Any, uri: str) -> tuple[tuple[str, ...] | None, bool]:
    """The rules by which a thread may be answered (None: by anyone), and whether its author hid this post."""
    if view is None:
        return None, False
    record = known(known(view).get("record", view))
    hidden = uri in words(record.get("hiddenReplies"))
    if record.get("allow") is None:
        return None, hidden
    rules = [text(known(rule).get("$type")).rpartition("#")[2] for rule in each(record["allow"])]
    return tuple(rule for rule in rules if rule in GATES), hidden


def _postgate(record: Any) -> bool:
    """Whether a post may not be quoted: by its rule, or because its author took it out of quotes before."""
    if record is None:
        return False
    found = known(record)
    rules = [text(known(rule).get("$type")) for rule in each(found.get("embeddingRules"))]
    return any(rule.endswith("#disableRule") for rule in rules) or bool(words(found.get("detachedEmbeddingUris")))


def _account_event(did: str, account: dict[str, Any]) -> Event | None:
    """What became of an account. That it is active again gives no consent: its profile has to be read first."""
    if account.get("active") is True:
        return None
    gone = account.get("status") == "deleted"
    actor = Actor(id=did, deleted=gone or None, suspended=None if gone else True)
    return Event(kind=EventKind.ACTOR, network=NETWORK, actor=actor)


def _record_event(did: str, collection: str, record: Any, us: str) -> Event | None:
    if collection == BLOCK:
        if text(known(record).get("subject")) != us:
            return None
        return Event(kind=EventKind.ACTOR, network=NETWORK, actor=Actor(id=did, blocked_by=True))
    if collection not in (PROFILE, VISIBILITY):
        return None
    found = profile({"did": did}, {collection: record})
    refused = refusals(found, NETWORK)
    return Event(kind=EventKind.ACTOR, network=NETWORK, actor=found) if refused else None
