"""Bluesky, and whatever else speaks the AT Protocol: all that is said in public, by a stream that has places.

Everything that everybody says comes by; what concerns no brand is dropped where it is read, before anybody is asked who
said it. What our account is named in, or that answers it, always concerns us. Removals and changes are heeded of those
whose posts concerned us, and of nobody else: the others leave no trace here. See sockets.py for the stream.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Actor, Event, EventKind, Post
from ascolta.core.sourcing import Declared
from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.ports import Lookup, Publisher, Speaker
from ascolta.sources.asking import Asking
from ascolta.sources.bluesky_answers import Again, Answers
from ascolta.sources.bluesky_channel import Channel
from ascolta.sources.bluesky_frames import form_of
from ascolta.sources.bluesky_people import GoneError, People
from ascolta.sources.bluesky_xrpc import Session, query
from ascolta.sources.chance import Chance, Said, Secrets
from ascolta.sources.cursors import unreadable
from ascolta.sources.live import Page
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import bluesky as native
from ascolta.sources.natives.reading import known, text
from ascolta.sources.sockets import Frame, Line, Placed

FIRST = 86_400.0
"""How far back, in seconds, a source is heard that was never heard before."""

BATCH = 500
"""Frames of one page."""

QUIET = 1.5
"""A stream that brings nothing for so many seconds has caught up."""

EVERY = 30.0
"""How often, in seconds, the place is kept where nothing concerns us."""

ARRIVED = "arrived"

STREAMS = {
    "firehose": "wss://bsky.network",
    "jetstream": "wss://jetstream2.us-east.bsky.network",
    "jetstream2": "wss://jetstream.us-east.bsky.network",
}
"""Where each kind of stream is public."""

SERVER = "https://bsky.social"
DIRECTORY = "https://plc.directory"
VIEWS = "https://public.api.bsky.app"

NO_LABEL = "the account does not say that a program is behind it; Bluesky wants the label `bot` on it"
LOST = "the place in the stream was lost {} times, and it was heard from the oldest there was; older talk was not heard"

DECLARED = Declared(
    network=native.NETWORK,
    title="Bluesky (AT Protocol)",
    hears="all that is said in public and concerns the brand, at once, by a stream that goes on where we stopped",
    addressed="it answers a post of the account; one that names the account (`facets`) speaks to it by its words",
    edits="by the stream (`update`), and whenever a post is asked for again at its author's own server",
    deletions="by the stream (`delete`, `account`), and whenever a post is asked for again at its author's own server",
    reads=(
        "unreadable", "stale", "deleted", "suspended", "no-unauthenticated", "hide-from-recommendations", "block",
        "allow-incoming", "synthetic-content-generation", "public-access-archive", "bot", "tag-nobot", "tag-nobots",
        "tag-noindex", "tag-nosearch", "tag-noarchive", "tag-nobridge", "tag-noai", "threadgate", "hidden-reply",
        "postgate", "unreadable-policy",
    ),
    streams=True,
    everything=True,
    answers=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Me:
    """Our own account; empty where there is none."""

    did: str
    handle: str

    @property
    def names(self) -> tuple[str, ...]:
        """As people write it, and as a brand may have it in its files."""
        handle = fold(self.handle)
        return (handle, handle.partition(".")[0]) if handle else ()


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "Bluesky":
    """The network as a brand named it, with or without an account. Raises AscoltaError."""
    named = source.live or Connection(network=DECLARED.network, address=SERVER)
    server = Asking(who=source.path, url=named.address or SERVER, clock=chance.clock)
    session = Session(server, named.said("account"), secrets["token"]) if named.token else None
    ours = replace(server, grant=session)
    directory = Asking(who="the directory", url=named.said("directory", DIRECTORY), clock=chance.clock)
    said = named.said("views", "yes")
    public = Asking(who=source.path, url=VIEWS if said == "yes" else said, clock=chance.clock) if said != "no" else None
    views = ours if said == "yes" and session is not None else public
    kind = named.said("form", "jetstream2")
    form = form_of(kind, source.path, chance.clock)
    stream = Placed(source.path, named.streaming or STREAMS[kind], form, chance)
    return Bluesky(People(ours, directory, views), stream, (brand, named.said("account"), kind), session, chance)


class Bluesky:
    """One stream, and the account for which it is heard: `named` are the brand, its account, and the kind of stream."""

    declared = DECLARED

    def __init__(
        self, people: People, stream: Placed, named: tuple[str, str, str], session: Session | None, chance: Chance
    ) -> None:
        self.people, self.stream, self.session, self.chance = people, stream, session, chance
        self.brand, self.account, self.kind = named
        self.asking = people.ours
        self.quiet = QUIET
        self.streams = (Arrivals(stream),)
        self._unread = 0
        self._me: Me | None = None
        self._says_bot = True
        self._at: str | None = None
        self._held: list[Frame] = []
        self._behind: Frame | None = None
        self._given: tuple[str, Frame] | None = None
        self._told = 0.0

    @property
    def set_aside(self) -> int:
        """How many posts and frames could not be read."""
        return self._unread + self.stream.unreadable

    @set_aside.setter
    def set_aside(self, number: int) -> None:
        self._unread = number - self.stream.unreadable

    @property
    def budget(self) -> Budget:
        """What our server said last."""
        return self.asking.budget

    @property
    def findings(self) -> Sequence[str]:
        """Whether the account lacks its label, and how often the stream could not go on where it was."""
        lost = [LOST.format(self.stream.lost)] if self.stream.lost else []
        return lost if self._says_bot else [NO_LABEL, *lost]

    @property
    def lookup(self) -> Lookup:
        """Who asks it again how a post stands."""
        return Again(self.people)

    @property
    def speaker(self) -> Speaker | None:
        """Who answers there; None without the password of an account."""
        return None if self.session is None else Answers(self.people, self.asking, self.session)

    @property
    def publisher(self) -> Publisher | None:
        """Who posts there; None without the password of an account."""
        return None if self.session is None else Channel(Answers(self.people, self.asking, self.session))

    def probe(self) -> None:
        """Ask who we are, and whether our profile says that a program is behind it."""
        self._me = None
        me = self.me()
        if me.did and self.session is not None:
            try:
                record = self.people.home(me.did).record(native.PROFILE)
            except GoneError:
                raise SourceError(f"{self.asking.who}: the account shows itself to nobody", retry=False) from None
            found = native.profile({}, {native.PROFILE: record.get("value")} if record else {})
            self._says_bot = found.type == "Service"

    def me(self) -> Me:
        """Our own account. Raises SourceError."""
        if self._me is None:
            if self.session is not None:
                self.session.token()
                self._me = Me(self.session.did, self.session.handle)
            elif self.account.startswith("did:") or not self.account:
                self._me = Me(self.account, "")
            else:
                fields = [("handle", self.account)]
                said = query(self.asking, "com.atproto.identity.resolveHandle", fields)
                self._me = Me(str(said.get("did") or ""), self.account)
        return self._me

    def rings(self, name: str) -> bool:
        """Something arrived."""
        return name == ARRIVED

    def event(self, name: str, data: str) -> Event | None:
        """Everything has a place in the stream, and comes by `pages`."""
        return None

    def pages(self, cursor: str) -> Iterator[Page]:
        """What was read behind a cursor, until nothing more waits. What is not taken is given once more."""
        after, since = self._place(cursor)
        self.me()
        self._go_to(cursor, after, since)
        while frames := self._next():
            events = self._events([line for frame in frames for line in frame.lines])
            behind = next((frame for frame in reversed(frames) if frame.place), self._behind)
            if events and behind is not None:
                yield self._give(events, behind)
            self._held, self._behind = [], behind
        if self._behind is not None and self._told + EVERY <= self.chance.clock():
            yield self._give([], self._behind)
        if self._given is not None:
            self._at, self._given = self._given[0], None

    def _go_to(self, cursor: str, after: str, since: float) -> None:
        """Read on at a cursor, unless the stream stands there."""
        if self._given is not None and self._given[0] == cursor:
            self._at, self._held, self._behind = cursor, [], self._given[1]
        self._given = None
        if self._at != cursor or not self.stream.reads:
            self._at, self._held, self._behind = cursor, [], None
            self.stream.start(after, since)

    def _give(self, events: list[Event], behind: Frame) -> Page:
        """A page. That it was kept is known when the next one is asked for."""
        if self._given is not None:
            self._at = self._given[0]
        page = Page(events=events, cursor=f"{self.kind} {behind.place} {int(behind.at or self.chance.clock())}")
        self._given, self._told = (page.cursor, behind), self.chance.clock()
        return page

    def _place(self, cursor: str) -> tuple[str, float]:
        """The place in the stream and its time; in another kind of stream only the time can be found again.

        Raises SourceError if the cursor is none of ours.
        """
        if not cursor:
            return "", self.chance.clock() - FIRST
        kind, place, at, *more = [*cursor.split(" "), "", ""]
        if kind not in STREAMS or not place or not at.isdigit() or any(more):
            raise unreadable(self.asking.who)
        return (place if kind == self.kind else ""), float(at)

    def _next(self) -> list[Frame]:
        """The next frames; those that were taken, and then not kept, come first. Raises SourceError."""
        while len(self._held) < BATCH:
            try:
                if not self.stream.has_more(self.quiet):
                    break
            except SourceError:
                if self._held:
                    break
                raise
            self._held += self.stream.take(BATCH - len(self._held))
        return self._held

    def _events(self, lines: Sequence[Line]) -> list[Event]:
        """What concerns us of some lines, in order, with who said it. Raises SourceError."""
        found: list[tuple[str, Event]] = []
        for line in lines:
            try:
                did, event = text(line.get("did")), self._event(line)
            except UnreadableError:
                self._unread += 1
                continue
            if event is not None:
                found.append((did, event))
        posts = [event.post for _, event in found if event.post is not None]
        concern = self._concerning(posts)
        actors = self.people.profiles([post.attributed_to.id for post in posts if post.id in concern], self._now())
        made = (self._known(did, event, concern, actors) for did, event in found)
        return [event for event in made if event is not None]

    def _known(self, did: str, event: Event, concern: Collection[str], actors: Mapping[str, Actor]) -> Event | None:
        """An event with who said it; None if it is of somebody whose posts do not concern us."""
        post = event.post
        if post is not None and post.id in concern:
            return msgspec.structs.replace(event, post=msgspec.structs.replace(post, attributed_to=actors[did]))
        blocks = event.actor is not None and event.actor.blocked_by is True
        if event.kind is EventKind.PUBLISHED or not (blocks or self.people.knows(did)):
            return None
        return self._again(event.post_id) if event.kind is EventKind.EDITED and post is None else event

    def _again(self, uri: str) -> Event | None:
        """A post of which its author changed what may be done with it. It is looked at before an answer anyway."""
        try:
            post = self.lookup.again(uri)
        except SourceError:
            return None
        return None if post is None else Event(kind=EventKind.EDITED, network=native.NETWORK, post=post)

    def _concerning(self, posts: Sequence[Post]) -> Collection[str]:
        """The addresses of posts that concern a brand: ours for certain, and those that a query finds."""
        rows = range(len(posts)) if self.chance.concerns is None else self.chance.concerns(posts)
        return {post.id for post in posts if post.brand is not None} | {posts[row].id for row in rows}

    def _event(self, line: Line) -> Event | None:
        """What a line says, if it may concern us; who said it is not looked up yet. Raises UnreadableError."""
        did, me = text(line.get("did")), self.me().did
        if did == me:
            return None
        commit = known(line.get("commit")) if line.get("kind") == "commit" else {}
        collection, rkey = text(commit.get("collection")), text(commit.get("rkey"))
        if collection in (native.THREADGATE, native.POSTGATE):
            return Event(kind=EventKind.EDITED, network=native.NETWORK, post_id=f"at://{did}/{native.POST}/{rkey}")
        if collection not in (native.POST, native.BLOCK):
            self.people.forget(did)
        event = native.event(line, me, _nobody)
        if event is None or event.post is None:
            return event
        return msgspec.structs.replace(event, post=self._to_us(event.post, commit.get("record")))

    def _to_us(self, post: Post, record: Any) -> Post:
        """A post with whether it speaks to us: in answer to our post, within our thread, or by naming our account."""
        me = self.me()
        if not me.did:
            return post
        answers = native.owner(post.in_reply_to or "") == me.did
        named = me.did in post.handles
        if not (answers or named or native.owner(native.root(record)) == me.did):
            return post
        handles = (*post.handles, *me.names) if named else post.handles
        return msgspec.structs.replace(post, brand=self.brand, addressed=answers, handles=handles)

    def _now(self) -> float:
        return self.chance.clock()


class Arrivals:
    """Whether anything arrived, as a stream that rings."""

    def __init__(self, stream: Placed) -> None:
        self.stream = stream

    def take(self) -> Iterator[Said]:
        """One event if something waits."""
        if self.stream.has_news:
            yield ARRIVED, ""

    def close(self) -> None:
        """Read no more."""
        self.stream.close()


def _nobody(did: str) -> Actor:
    """Somebody who was not looked up: such a one refuses."""
    return Actor(id=did, unreadable=True)
