"""RSS and Atom feeds (feedparser), asked for with ETag and Last-Modified (RFC 9110, 13), as the site's robots.txt lets.

The cursor holds a hash of 32 bits of each entry and of its words, with a salt of its own: enough to know one again that
was heard, and to see that it was edited. A feed says nothing of what was deleted: whoever asks again looks at the page.
"""

from collections.abc import Iterator

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Actor, Event, EventKind, Post
from ascolta.core.sourcing import Declared
from ascolta.errors import SourceError
from ascolta.sources.asking import Answer, Asking, host
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.cursors import in_order, read, short
from ascolta.sources.feed_entries import MOST_WORDS, REMEMBERED, Entry, Told, told
from ascolta.sources.feed_pages import FEEDS, Site, is_gone, stated
from ascolta.sources.live import Page
from ascolta.sources.natives.reading import plain, time

FIRST = 86_400.0
"""How old, in seconds, an entry may be when a feed is heard for the first time."""

MOST = 2 << 20
"""Bytes of a feed."""

DECLARED = Declared(
    network="rss",
    title="RSS and Atom",
    hears="the entries of a feed, whenever it changed",
    addressed="never by its form; only words that name the brand's account",
    edits="an entry whose words changed is told anew",
    deletions="whenever an entry is asked for again: its page is gone (404, 410)",
    reads=(
        "robots-txt", "robots-tag", "robots-tag-noai", "content-usage", "content-usage-search", "content-signal",
        "content-signal-search", "tdm-reservation", "rsl",
    ),
)  # fmt: skip


class _Place(msgspec.Struct, frozen=True):
    """A cursor: what the feed was called by when it came last, the salt, and what is known of each entry."""

    etag: str = ""
    modified: str = ""
    salt: str = ""
    seen: dict[str, str] = {}


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "Feed":
    """A feed as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=DECLARED.network, address="")
    return Feed(Asking(who=source.path, url=named.address, clock=chance.clock, most=MOST), chance)


class Feed:
    """One feed at one address."""

    declared = DECLARED
    speaker = None

    def __init__(self, asking: Asking, chance: Chance) -> None:
        self.asking, self.chance = asking, chance
        self.set_aside = 0
        self.site = Site(asking)

    @property
    def lookup(self) -> "Feed":
        """Itself."""
        return self

    @property
    def network(self) -> str:
        """What it is a source of."""
        return DECLARED.network

    @property
    def budget(self) -> Budget:
        """What its server said last."""
        return self.asking.budget

    def probe(self) -> None:
        """Ask for the feed as if for the first time."""
        self._given(_Place())

    def pages(self, cursor: str) -> Iterator[Page]:
        """The entries that are new or were edited; one page, since a feed has but one."""
        place = read(self.asking.who, cursor, _Place) or _Place()
        answer = self._given(place)
        if answer.status == 304:
            return
        salt = place.salt or f"{int(self.chance.draw() * (1 << 32)):08x}"
        seen, events, now = dict(place.seen), list[Event](), self.chance.clock()
        feed = self._read(answer)
        for entry in feed.entries:
            post = self._post(entry, answer, licensed=feed.licensed)
            if post is None:
                self.set_aside += 1
                continue
            key, words = short(salt, post.id), short(salt, post.content)
            before = seen.pop(key, None)
            seen[key] = words
            if before is None and (place.salt or (post.published or 0.0) >= now - FIRST):
                events.append(Event(kind=EventKind.PUBLISHED, network=DECLARED.network, post=post))
            elif before not in (None, words):
                events.append(Event(kind=EventKind.EDITED, network=DECLARED.network, post=post))
        kept = dict(list(seen.items())[-REMEMBERED:])
        etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        behind = _Place(etag=etag, modified=modified, salt=salt, seen=kept)
        yield Page(events=in_order(events), cursor=msgspec.json.encode(behind).decode())

    def again(self, post_id: str) -> Post | None:
        """An entry as the feed has it now; None if its page is gone. Raises SourceError if neither can be told."""
        if host(post_id) and is_gone(post_id, self.asking):
            return None
        answer = self._given(_Place())
        feed = self._read(answer)
        posts = (self._post(entry, answer, licensed=feed.licensed) for entry in feed.entries)
        found = next((post for post in posts if post is not None and post.id == post_id), None)
        if found is None:
            raise SourceError(
                "the feed does not hold this entry any more, so nobody can tell how it stands", retry=False
            )
        return found

    def _given(self, place: _Place) -> Answer:
        """The feed, or that it is as it was. Raises SourceError, also if the site does not let us."""
        self.site.require()
        more = {"If-None-Match": place.etag, "If-Modified-Since": place.modified}
        return self.asking.answer("GET", "", more={**FEEDS, **{name: said for name, said in more.items() if said}})

    def _read(self, answer: Answer) -> Told:
        """What a feed says. Raises SourceError if it is none, or cannot be read within seconds."""
        found = told(answer.body)
        if found is None:
            raise SourceError(f"{self.asking.who} gave a feed that takes too long to read", retry=True)
        if not found.is_feed:
            raise SourceError(f"{self.asking.who} gave something else than a feed", retry=True)
        return found

    def _post(self, entry: Entry, answer: Answer, *, licensed: bool) -> Post | None:
        """An entry as a post; None if nothing names it."""
        if not (entry.link or entry.id):
            return None
        link = entry.link if host(entry.link) else ""
        content = "\n".join(part for part in (plain(entry.title), plain(entry.body)) if part)
        return Post(
            id=link or entry.id,
            content=content[:MOST_WORDS],
            network=DECLARED.network,
            published=time(entry.at),
            attributed_to=self._author(entry),
            url=link or None,
            page=stated(link or self.asking.url, answer, self.site.robots, licensed=licensed),
        )

    def _author(self, entry: Entry) -> Actor:
        """Who wrote it, by their own page or by name on this site."""
        handle = f"{entry.author}@{host(self.asking.url)}" if entry.author else ""
        return Actor(id=entry.author_page, handle=handle, name=entry.author)
