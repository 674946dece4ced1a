"""What a network hands us: posts, actors, and events about both, named as in ActivityStreams 2.0 (W3C, 2017)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import msgspec


class Actor(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """An account, with the fields by which it may refuse to be heard. None: the network did not say."""

    id: str = ""
    handle: str = ""
    name: str = ""
    summary: str = ""
    type: str = "Person"
    indexable: bool | None = None
    discoverable: bool | None = None
    noindex: bool | None = None
    locked: bool | None = None
    memorial: bool | None = None
    suspended: bool | None = None
    limited: bool | None = None
    moved: bool | None = None
    deleted: bool | None = None
    unreadable: bool | None = None
    labels: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The account id, which outlives a handle; the handle in lower case where no id is known."""
        return self.id or self.handle.lstrip("@").casefold()


class Post(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A *Note*. `published` is in seconds since 1970 UTC; `brand` names the brand it is known to speak of, if any."""

    id: str
    content: str
    network: str = "file"
    brand: str | None = None
    published: float | None = None
    attributed_to: Actor = Actor()
    in_reply_to: str | None = None
    language: str | None = None
    url: str | None = None
    visibility: str = "public"
    repost: bool = False
    tags: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


class EventKind(StrEnum):
    """What can happen to a post or an actor."""

    PUBLISHED = "published"
    EDITED = "edited"
    REMOVED = "removed"
    ACTOR = "actor"


class Event(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One thing that happened on a network.

    `published` and `edited` carry a post, `removed` a post id, `actor` the account as it is now.
    `superseded` marks a post that was removed or edited before it reached us: it counts as said, and is not kept.
    """

    kind: EventKind
    network: str = "file"
    post: Post | None = None
    post_id: str = ""
    actor: Actor | None = None
    superseded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Events in the order in which they arrived.

    `after` and `cursor` are the source's places before and after the batch, `arrived` the time of reading
    in seconds since 1970 UTC.
    """

    events: tuple[Event, ...]
    after: str = ""
    cursor: str = ""
    arrived: float = 0.0

    @classmethod
    def of(cls, posts: Iterable[Post], *, arrived: float = 0.0) -> "Batch":
        """A batch in which each of `posts` was just published."""
        events = (Event(kind=EventKind.PUBLISHED, network=post.network, post=post) for post in posts)
        return cls(events=tuple(events), arrived=arrived)

    @property
    def texts(self) -> list[str]:
        """The words of every row, as one column; empty where a row carries no post."""
        return ["" if event.post is None else event.post.content for event in self.events]

    @property
    def named(self) -> list[int]:
        """The rows in which the network itself says whom the post names."""
        return [row for row, event in enumerate(self.events) if event.post is not None and event.post.handles]

    def beside(self, kinds: Collection[str]) -> Iterator[tuple[int, str, str]]:
        """What is known of posts beside their words: row, kind (handle, network or brand) and what is said there."""
        for row, event in enumerate(self.events):
            post = event.post
            if post is None:
                continue
            if "network" in kinds:
                yield row, "network", post.network
            if post.brand and "brand" in kinds:
                yield row, "brand", post.brand
            for handle in post.handles:
                yield row, "handle", handle

    def post(self, row: int) -> Post | None:
        """The post of one row, if it carries one."""
        return self.events[row].post
