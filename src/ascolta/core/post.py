"""What a network hands us: posts, actors, and events about both, named as in ActivityStreams 2.0 (W3C, 2017)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec


class Actor(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """An account, with the fields by which it may refuse to be heard. None: the network did not say.

    `fields` are the profile's own lines; `read` is when the profile was read, in seconds since 1970 UTC (None: it came
    with the post). `blocked_by`: they block us, or we them. `followed_by`: they follow us, `following`: we them.
    `searchable_by` is what holds for posts that do not say (FEP-268d); `denied_intents` are the uses that
    `org.user-intents` denies; `allow_incoming` who may write to them.
    """

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
    fields: tuple[str, ...] = ()
    bot: bool | None = None
    read: float | None = None
    searchable_by: tuple[str, ...] | None = None
    hide_from_algorithmic_recommendations: bool | None = None
    blocked_by: bool | None = None
    followed_by: bool | None = None
    following: bool | None = None
    allow_incoming: str | None = None
    denied_intents: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The account id, which outlives a handle; the handle in lower case where no id is known."""
        return self.id or self.handle.lstrip("@").casefold()

    @property
    def keys(self) -> tuple[str, ...]:
        """Everything by which the account may be remembered: its id and its folded handle, whichever are known."""
        handle = self.handle.lstrip("@").casefold()
        return tuple(dict.fromkeys(key for key in (self.id, handle) if key))


class Policy(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What a post says about its own use; None and empty: nothing.

    `searchable_by` (FEP-268d), `can_quote` (FEP-044f) and `can_reply` (GoToSocial) hold who may without asking.
    `sec_gpc` and `x_robots_tag` are the signals of FEP-5e53. `threadgate` holds the rules of `app.bsky.feed.threadgate`
    by name (empty: nobody may answer), `hidden` says that the thread's author hid the post, `embedding_disabled` that
    a postgate forbids quoting.
    """

    searchable_by: tuple[str, ...] | None = None
    can_reply: tuple[str, ...] | None = None
    can_quote: tuple[str, ...] | None = None
    sec_gpc: bool | None = None
    x_robots_tag: tuple[str, ...] = ()
    threadgate: tuple[str, ...] | None = None
    hidden: bool | None = None
    embedding_disabled: bool | None = None
    unreadable: bool | None = None


class Page(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What a website says about the page on which a post stands; None and empty: nothing.

    `disallowed` by robots.txt (RFC 9309) for us; `robots` are the tokens of X-Robots-Tag and meta; `content_usage` and
    `content_signal` hold pairs such as `train-ai=n`; `tdm_reservation` is TDMRep's, `licensed` RSL's.
    """

    disallowed: bool | None = None
    robots: tuple[str, ...] = ()
    content_usage: tuple[str, ...] = ()
    content_signal: tuple[str, ...] = ()
    tdm_reservation: bool | None = None
    licensed: bool | None = None
    unreadable: bool | None = None


class Post(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A *Note*. `published` is in seconds since 1970 UTC; `brand` names the brand it is known to speak of, if any.

    `addressed`: where it stands says that it speaks to that brand: on its wall or blog, in its store, in answer to it.
    """

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
    addressed: bool = False
    repost: bool = False
    tags: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    policy: Policy | None = None
    page: Page | None = None


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


def written_at(published: float | None, arrived: float) -> float:
    """When a post was written, as far as that can be: the time of arrival for one without a time or from the future.

    Whoever posts says when they did; so nobody's clock puts ours forward.
    """
    if published is None or (arrived and published > arrived):
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
