"""What a network hands us: posts, actors, and events about both, named as in ActivityStreams 2.0 (W3C, 2017)."""

from collections.abc import Iterable, Sequence
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
class Columns:
    """What a source knows of all rows of a batch without making their events.

    `texts` holds the words of each row, empty where it carries no post; `special` the rows that are more than a post
    just published; `newest` the latest time of writing; `networks` where each comes from; `beside` what else is known
    by row: `brand`, or `handle` for each account that the network says is named.
    """

    texts: Sequence[str]
    special: Sequence[int]
    newest: float
    networks: Sequence[str]
    beside: Sequence[tuple[int, str, str]]

    @classmethod
    def of(cls, events: Sequence[Event], arrived: float) -> "Columns":
        """The columns of events that are there."""
        posts = [(row, event.post) for row, event in enumerate(events) if event.post is not None]
        beside: list[tuple[int, str, str]] = []
        for row, post in posts:
            if post.brand:
                beside.append((row, "brand", post.brand))
            beside += [(row, "handle", handle) for handle in post.handles]
        return cls(
            texts=["" if event.post is None else event.post.content for event in events],
            special=[row for row, event in enumerate(events) if event.kind is not EventKind.PUBLISHED],
            newest=max((written_at(post.published, arrived) for _, post in posts), default=0.0),
            networks=["" if event.post is None else event.post.network for event in events],
            beside=beside,
        )


LATE = 86_400
"""A post whose time of writing lies further in the future than this, in seconds, is counted when it arrived."""


def written_at(published: float | None, arrived: float) -> float:
    """When a post was written, as far as that can be: the time of arrival for one without a time or from the future."""
    if published is None or (arrived and published > arrived + LATE):
        return arrived
    return published


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Events in the order in which they arrived; a source may make them only when they are asked for.

    `after` and `cursor` are the source's places before and after the batch, `arrived` the time of reading
    in seconds since 1970 UTC.
    """

    events: Sequence[Event]
    after: str = ""
    cursor: str = ""
    arrived: float = 0.0
    known: Columns | None = None

    @classmethod
    def of(cls, posts: Iterable[Post], *, arrived: float = 0.0) -> "Batch":
        """A batch in which each of `posts` was just published."""
        events = (Event(kind=EventKind.PUBLISHED, network=post.network, post=post) for post in posts)
        return cls(events=tuple(events), arrived=arrived)

    @property
    def columns(self) -> Columns:
        """What is known of all rows."""
        return Columns.of(self.events, self.arrived) if self.known is None else self.known

    def post(self, row: int) -> Post | None:
        """The post of one row, if it carries one."""
        return self.events[row].post
