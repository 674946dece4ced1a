"""The Mastodon API (4.3), as Mastodon, snac, GoToSocial and others serve it: mentions of our account, and hashtags.

Mentions come from `GET /api/v1/notifications`, talk by hashtag from `GET /api/v1/timelines/tag/…`, both since the place
that was reached (`since_id`). A post that names our account is taken from the notifications only, one with two of our
hashtags from the first only, so that none is told twice. `GET /api/v1/streaming/…` rings, and tells of edits and
removals at once.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Event, EventKind, Post
from ascolta.core.sourcing import Declared
from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.sources.asking import Asking, host
from ascolta.sources.chance import Chance, Secrets, Stream
from ascolta.sources.cursors import in_order, read
from ascolta.sources.live import Page
from ascolta.sources.mastodon_answers import Answers
from ascolta.sources.mastodon_channel import Channel
from ascolta.sources.mastodon_ids import happened, located
from ascolta.sources.mastodon_lists import MENTIONS, Item, Lists, relations, writer
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import mastodon as native
from ascolta.sources.streaming import Streaming

FIRST = 86_400.0
"""How far back, in seconds, a source is heard that was never heard before."""

DECLARED = Declared(
    network="mastodon",
    title="Mastodon API",
    hears="mentions of the account and public posts with its hashtags, every 30 seconds or when the stream rings",
    addressed="it answers the account, is a direct message to it, or names it and speaks to it by its words",
    edits="by the stream (`status.update`), and whenever a post is asked for again",
    deletions="by the stream (`delete`), and whenever a post is asked for again, at its author's own server too",
    reads=(
        "unreadable", "stale", "indexable", "indexable-missing", "discoverable", "noindex", "locked", "memorial",
        "suspended", "limited", "moved", "bot", "tag-nobot", "tag-nobots", "tag-noindex", "tag-nosearch",
        "tag-noarchive", "tag-nobridge", "tag-noai", "visibility", "can-quote", "block",
    ),
    streams=True,
    answers=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is heard there, and for which brand: `tags` are hashtags without #, folded."""

    brand: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Me:
    """Our own account there."""

    id: str
    name: str
    host: str

    @property
    def names(self) -> tuple[str, str]:
        """As people there write it."""
        return self.name, f"{self.name}@{self.host}"


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "Mastodon":
    """An account as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=DECLARED.network, address="")
    asking = Asking(who=source.path, url=named.address, clock=chance.clock, token=secrets["token"])
    streaming = replace(asking, url=named.streaming) if named.streaming else None
    return Mastodon(asking, Wanted(brand=brand, tags=named.tags), chance, streaming)


class Mastodon:
    """One account on one server. `streams`, if it has any, are read beside."""

    declared = DECLARED

    def __init__(self, asking: Asking, wanted: Wanted, chance: Chance, streaming: Asking | None = None) -> None:
        self.asking, self.wanted, self.chance = asking, wanted, chance
        self.set_aside = 0
        self.lists = Lists(asking)
        paths = ["/api/v1/streaming/user", *(f"/api/v1/streaming/hashtag?tag={quote(tag)}" for tag in wanted.tags)]
        self.streams: Sequence[Stream] = [Streaming(streaming, path, chance) for path in paths] if streaming else ()
        self._me: Me | None = None

    @property
    def budget(self) -> Budget:
        """What the server said last."""
        return self.asking.budget

    @property
    def findings(self) -> Sequence[str]:
        """What whoever runs it should know."""
        return self.lists.findings

    @property
    def lookup(self) -> Answers:
        """Who asks it again how a post stands."""
        return Answers(self.asking)

    @property
    def speaker(self) -> Answers:
        """Who answers there."""
        return Answers(self.asking)

    @property
    def publisher(self) -> Channel:
        """Who posts there."""
        return Channel(Answers(self.asking))

    def probe(self) -> None:
        """Ask who we are."""
        self._me = None
        self.me()

    def me(self) -> Me:
        """Our own account. Raises SourceError."""
        if self._me is None:
            said = self.asking.get("/api/v1/accounts/verify_credentials")
            if not isinstance(said, dict) or not said.get("id") or not said.get("acct"):
                raise SourceError(f"{self.asking.who} does not say whose the token is", retry=True)
            self._me = Me(str(said["id"]), fold(str(said["acct"])), host(self.asking.url))
        return self._me

    def pages(self, cursor: str) -> Iterator[Page]:
        """What is new in all lists together."""
        at, me, since = (read(self.asking.who, cursor, dict[str, str]) or {}), self.me(), self.chance.clock() - FIRST
        events: list[Event] = []
        for name in (MENTIONS, *self.wanted.tags):
            items, at[name] = self.lists.new(name, at[name]) if name in at else self.lists.lately(name, since)
            spoke = [writer(item.get("status")) for item in items] if name == MENTIONS else []
            known = relations(self.asking, spoke)
            events += [event for item in items for event in self._events(name, item, known, me)]
        if (now := json.dumps(at, sort_keys=True)) != cursor:
            yield Page(events=in_order(events), cursor=now)

    def rings(self, name: str) -> bool:
        """There is a notification, or a post with one of our hashtags."""
        return name in ("notification", "update")

    def event(self, name: str, data: str) -> Event | None:
        """A removal or an edit, unless it is of a post that is not for everybody and not to us."""
        event = native.event(name, data)
        me = self.me()
        if event is None or (event.post is not None and not self._concerns(event.post, me)):
            return None
        return happened(event, me.host)

    def _concerns(self, post: Post, me: Me) -> bool:
        return _is_public(post) or self._names(post, me)

    def _events(self, name: str, item: Item, known: dict[str, Item], me: Me) -> Iterator[Event]:
        """The event that an item of a list is, if it concerns us; `known` is what is said of its author and us."""
        kind = EventKind.PUBLISHED
        if name == MENTIONS:
            if item.get("type") not in ("mention", "update"):
                return
            kind = EventKind.EDITED if item["type"] == "update" else kind
            item = item["status"] if isinstance(item.get("status"), dict) else {}
        try:
            post = native.status(item, relationship=known.get(writer(item)))
        except UnreadableError:
            self.set_aside += 1
            return
        if post.attributed_to.id == me.id:
            return
        if name == MENTIONS:
            handles = tuple(dict.fromkeys((*post.handles, *me.names)))
            ours = str(item.get("in_reply_to_account_id") or "") == me.id
            post = msgspec.structs.replace(post, handles=handles, brand=self.wanted.brand, addressed=ours)
        elif not _is_public(post) or self._names(post, me) or self._is_of_an_earlier(name, post):
            return
        yield Event(kind=kind, network=DECLARED.network, post=located(post, me.host))

    def _names(self, post: Post, me: Me) -> bool:
        """Whether a post names our account, so that it is among the notifications."""
        named = {fold(handle).lstrip("@") for handle in post.handles}
        said = {word.rstrip(".,:;!?)") for word in fold(post.content).split() if word.startswith("@")}
        return not named.isdisjoint(me.names) or not said.isdisjoint(f"@{name}" for name in me.names)

    def _is_of_an_earlier(self, name: str, post: Post) -> bool:
        tags = {fold(tag) for tag in post.tags}
        return any(tag in tags for tag in self.wanted.tags[: self.wanted.tags.index(name)])


def _is_public(post: Post) -> bool:
    return post.visibility == "public"
