"""Answering on the AT Protocol, once: each answer has a record key of its own that is made of the answer's own key.

So a second try writes the same record at the same place, and whether an answer stands there is asked by its address.
Posts are asked for again at their authors' own servers, with what their thread lets us do.
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

from ascolta.core.length import too_long
from ascolta.core.post import Policy, Post
from ascolta.core.reply import Reply
from ascolta.errors import SourceError
from ascolta.sources.asking import Asking, Unsent
from ascolta.sources.bluesky_people import GoneError, Home, People
from ascolta.sources.bluesky_xrpc import DeclinedError, Session, call, query
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import bluesky as native
from ascolta.sources.natives.reading import known, text
from ascolta.sources.saying import sent

MOST_BYTES = 3_000
"""Bytes of the words of one post, beside 300 characters."""

_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,:;!?)\]}]")
_PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_NAME = re.compile(rf"(?<![\w@.])@((?:{_PART}\.)+[a-zA-Z][a-zA-Z0-9-]{{0,61}})(?![\w@-])")
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


class Again:
    """Who asks again how posts stand."""

    network = native.NETWORK

    def __init__(self, people: People) -> None:
        self.people = people

    def again(self, post_id: str) -> Post | None:
        """A post and its author as they are now, with the gates of its thread; None if one of them is gone."""
        did, (collection, rkey) = native.owner(post_id), _inside(post_id)
        if not did or collection != native.POST:
            raise SourceError("this is no address of a post on Bluesky", retry=False)
        self.people.remember(did)
        now = self.people.ours.clock()
        try:
            home = self.people.home(did)
            found = home.record(native.POST, rkey)
            if found is None:
                return None
            author = self.people.of(home, now)
        except GoneError:
            return None
        try:
            return native.said(post_id, found.get("value"), author, self.policy(home, post_id, found.get("value")))
        except UnreadableError:
            raise SourceError("a server gave a post that cannot be read", retry=False) from None

    def policy(self, home: Home, uri: str, record: Any) -> Policy | None:
        """What its own gate says of a post, and its thread's. Raises SourceError, and UnreadableError."""
        opens = native.root(record) or uri
        try:
            there = home if native.owner(opens) == home.did else self.people.home(native.owner(opens))
            thread = there.record(native.THREADGATE, _inside(opens)[1])
        except GoneError:
            thread = None
        own = home.record(native.POSTGATE, _inside(uri)[1])
        return native.gates(uri, *(None if one is None else one.get("value") for one in (thread, own)))


class Answers(Again):
    """A speaker by an account's session; what it says carries links and names as such."""

    def __init__(self, people: People, asking: Asking, session: Session) -> None:
        super().__init__(people)
        self.asking, self.session = asking, session

    def say(self, reply: Reply) -> str:
        """Answer a post at its place in the thread. Raises SourceError as Speaker.say does."""
        record = self._ready(reply)
        body = {"repo": self.session.did, "collection": native.POST, "rkey": _key(reply), "record": record}
        said = sent(lambda: call(self.asking, "com.atproto.repo.putRecord", body))
        return str(said.get("uri") or f"at://{self.session.did}/{native.POST}/{_key(reply)}")

    def said(self, reply: Reply) -> str | None:
        """The address of this reply if it stands there."""
        self.session.token()
        fields = [("repo", self.session.did), ("collection", native.POST), ("rkey", _key(reply))]
        try:
            found = query(self.asking, "com.atproto.repo.getRecord", fields)
        except DeclinedError as error:
            if error.name == "RecordNotFound":
                return None
            raise
        record = found.get("value")
        parent = record.get("reply", {}).get("parent", {}) if isinstance(record, dict) else {}
        return str(found.get("uri")) if parent.get("uri") == reply.to_post else None

    def _ready(self, reply: Reply) -> dict[str, Any]:
        """The record of an answer. Whatever goes wrong here, nothing was sent. Raises Unsent."""
        require_short(reply.text, "answer")
        try:
            self.session.token()
            home = self.people.home(native.owner(reply.to_post))
            parent = home.record(native.POST, _inside(reply.to_post)[1])
            if parent is None:
                raise GoneError
            return self._record(reply, parent)
        except GoneError:
            raise Unsent("the post is there no more, so it was not answered", retry=False) from None
        except UnreadableError:
            raise Unsent("a server gave a post that cannot be read, so it was not answered", retry=False) from None
        except SourceError as error:
            raise Unsent(str(error), retry=error.retry, after=error.after) from None

    def _record(self, reply: Reply, parent: dict[str, Any]) -> dict[str, Any]:
        here = {"uri": reply.to_post, "cid": parent.get("cid")}
        value = known(parent.get("value"))
        above = value.get("reply")
        root = above.get("root") if isinstance(above, dict) else None
        made = {
            "$type": native.POST,
            "text": reply.text,
            "createdAt": datetime.fromtimestamp(reply.approved, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "reply": {"root": root if isinstance(root, dict) else here, "parent": here},
        }
        return {**made, **self.marked(reply.text)}

    def marked(self, said: str) -> dict[str, Any]:
        """The links and names of some words as a part of their record; nothing where there are none."""
        facets = sorted([*_links(said), *self._names(said)], key=lambda one: one["index"]["byteStart"])
        return {"facets": facets} if facets else {}

    def _names(self, said: str) -> list[dict[str, Any]]:
        """The accounts that are named, where there are such."""
        found = []
        for piece in _NAME.finditer(said):
            try:
                did = text(query(self.asking, "com.atproto.identity.resolveHandle", [("handle", piece[1])]).get("did"))
            except (SourceError, UnreadableError):
                continue
            found.append(_facet(said, piece.span(), {"$type": "app.bsky.richtext.facet#mention", "did": did}))
        return found


def require_short(said: str, what: str) -> None:
    """Raises Unsent for words that no post can hold."""
    if over := too_long(said, native.NETWORK):
        raise Unsent(f"the {what} is {over} characters longer than Bluesky takes; shorten it", retry=False)
    if len(said.encode()) > MOST_BYTES:
        raise Unsent(f"the {what} is longer than Bluesky takes; shorten it", retry=False)


def _links(said: str) -> list[dict[str, Any]]:
    return [
        _facet(said, piece.span(), {"$type": "app.bsky.richtext.facet#link", "uri": piece[0]})
        for piece in _LINK.finditer(said)
    ]


def _facet(said: str, span: tuple[int, int], feature: dict[str, Any]) -> dict[str, Any]:
    """What a piece of the words is; its place is counted in bytes."""
    start, end = (len(said[:place].encode()) for place in span)
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def _key(reply: Reply) -> str:
    return rkey_of(reply.approved, reply.key)


def rkey_of(since: float, key: str) -> str:
    """A record key of the form that posts have (TID): the second since which it may be said, and a hash of a key."""
    rest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    moment = int(since) * 1_000_000 + rest % 1_000_000
    number = (moment & ((1 << 53) - 1)) << 10 | (rest >> 32) & 0x3FF
    return "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def _inside(uri: str) -> tuple[str, str]:
    """The collection and the key of a record's address."""
    collection, _, rkey = uri.removeprefix("at://").partition("/")[2].partition("/")
    return collection, rkey
