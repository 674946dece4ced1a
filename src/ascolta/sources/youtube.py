"""Comments under the videos of the brand's own channel, by YouTube's Data API v3, and answers to them.

`commentThreads.list` gives all threads of a channel, the newest first, and nothing since a time: each time they are
gone through until a page holds nothing new, and now and then further back, for what was published late, for edits and
for answers in older threads. The authors' channels are read before their comments are told, for they may refuse there.
Every request costs units of a quota for a day, which are counted (sources/google.py); the last are kept for answers.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Event, Post
from ascolta.core.sourcing import Declared
from ascolta.core.text import fold
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.google import Allowance, Google, items, mask, midnight
from ascolta.sources.grants import Grant
from ascolta.sources.live import Page
from ascolta.sources.natives import UnreadableError
from ascolta.sources.remembering import Remembering, oldest_first
from ascolta.sources.youtube_answers import COMMENT, Answers, channels, with_author
from ascolta.sources.youtube_threads import Comment, Thread, first_of, is_said_to, thread

UNITS = 10_000
"""Units in a day that every project has."""

READING, WRITING = 1, 50
"""Units of one request."""

SPARE = 1_000
"""Units that are kept for answers, and for looking at a post before it is answered."""

LIMIT = 100
"""Items of one page."""

MOST_BACK = 250
"""Pages that are gone through for what is new."""

MOST_ANSWERS = 10
"""Pages of one thread's answers: YouTube shows 500."""

FURTHER = 900.0
"""Every so many seconds it is looked further back."""

WATCHED = 10
"""Pages of threads whose answers, and edits, are looked for then."""

HELD = 48
"""Hours after which a comment that was held back is not looked for any more."""

THREADS = "youtube#commentThreadListResponse"

DECLARED = Declared(
    network="youtube",
    title="YouTube comments",
    hears="comments under the videos of the brand's own channel, every 30 seconds, and answers in older threads within "
    "15 minutes",
    addressed="it stands under a video of the channel and answers nobody else: a comment, an answer to the channel's "
    "own, one that begins with its handle, or its author's next word in the thread after the channel's",
    edits="a comment that was changed (`updatedAt`) is told anew for a day or two, and whenever it is asked for again",
    deletions="whenever a comment is asked for again",
    reads=(
        "unreadable", "tag-nobot", "tag-nobots", "tag-noindex", "tag-nosearch", "tag-noarchive", "tag-nobridge",
        "tag-noai", "visibility",
    ),
    answers=True,
)  # fmt: skip


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "YouTube":
    """A channel as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=DECLARED.network, address="")
    token, key = secrets.get("token", ""), secrets.get("key", "")
    if not (token or key):
        raise AscoltaError(f"{source.path}: name the variable of a token, or of a key, which can hear but not answer")
    units = named.said("units", str(UNITS))
    if not (units.isascii() and units.isdigit() and len(units) < 10 and int(units) > SPARE):
        raise AscoltaError(f"{source.path}: 'units' is how many units a day its project has, such as {UNITS}")
    allowance = Allowance(limit=int(units), ends=midnight)
    grant = Grant.of((source.path, DECLARED.network, named.address), secrets, chance.clock) if token else None
    asking = Google(
        who=source.path, url=named.address, clock=chance.clock, grant=grant, key=key,
        costs={"GET": (allowance, READING), "POST": (allowance, WRITING)},
    )  # fmt: skip
    return YouTube(asking, named.said("channel"), brand, chance)


class YouTube:
    """One channel."""

    declared = DECLARED

    def __init__(self, asking: Google, channel: str, brand: str, chance: Chance) -> None:
        self.asking, self.channel, self.brand, self.chance = asking, channel, brand, chance
        self.set_aside = 0
        self.lookup = Answers(asking, channel)
        self._handle: str | None = None
        self._further_at = 0.0

    @property
    def speaker(self) -> Answers | None:
        """Who answers there: nobody by a key alone."""
        return self.lookup if self.asking.grant is not None else None

    @property
    def budget(self) -> Budget:
        """Units that are left of the day, as far as we spent them."""
        return self.asking.budget

    def probe(self) -> None:
        """Ask for the channel, whether the token is its own, and for one comment."""
        self._handle = None
        self.own_handle()
        if self.speaker is not None:
            self.lookup.require_ours()
        self._threads("", 1)

    def own_handle(self) -> str:
        """The channel's own handle, folded, without @; empty if it has none. Raises SourceError."""
        if self._handle is None:
            found = channels(self.asking, [self.channel]).get(self.channel)
            if found is None:
                raise SourceError(f"{self.asking.who}: there is no such channel; look at 'channel'", retry=False)
            self._handle = fold(found.handle)
        return self._handle

    def pages(self, cursor: str) -> Iterator[Page]:
        """What is new in all threads together."""
        self.asking.require(SPARE)
        self.own_handle()
        now = self.chance.clock()
        place = Remembering(self.asking.who, cursor, now, self.chance.draw)
        further = now - self._further_at >= FURTHER
        answers = {} if further else dict(place.answers)
        events: list[Event] = []
        for number, threads in enumerate(self._walked()):
            new = 0
            for one in threads:
                met, found = self._heard(one, place)
                events.extend(found)
                new += met
                _count(answers, place.hash(one.id), one.count)
            old = all(place.is_of_old(one.at) for one in threads)
            if (old and number + 1 >= WATCHED) if further else (old or not new):
                break
        place.answers = answers
        events = self._with_authors(events)
        if further:
            self._further_at = now
        if (behind := place.behind(HELD)) != cursor:
            yield Page(events=oldest_first(events), cursor=behind)

    def _walked(self) -> Iterator[list[Thread]]:
        """The threads of the channel, page by page, the newest first."""
        token = ""
        for _ in range(MOST_BACK):
            threads, token = self._threads(token, LIMIT)
            yield threads
            if not token:
                return
            self.asking.require(SPARE)

    def _threads(self, token: str, limit: int) -> tuple[list[Thread], str]:
        """One page of threads, and what the next one is asked for by."""
        fields = [
            ("part", "id,snippet,replies"), ("allThreadsRelatedToChannelId", self.channel), ("order", "time"),
            ("maxResults", str(limit)), ("textFormat", "plainText"),
            mask("kind", "nextPageToken", f"items(id,snippet(isPublic,totalReplyCount,topLevelComment({COMMENT})),"
                 f"replies(comments({COMMENT})))"),
        ]  # fmt: skip
        said = self.asking.get("/youtube/v3/commentThreads", [*fields, *([("pageToken", token)] if token else [])])
        threads = [self._thread(item) for item in items(self.asking.who, said, kind=THREADS)]
        token = said.get("nextPageToken", "")
        return [one for one in threads if one is not None and one.public], token if isinstance(token, str) else ""

    def _thread(self, item: Any) -> Thread | None:
        try:
            return thread(item)
        except UnreadableError:
            self.set_aside += 1
            return None

    def _heard(self, one: Thread, place: Remembering) -> tuple[int, list[Event]]:
        """How much of a thread is new, and the events of it that are not our own."""
        before = place.answers.get(place.hash(one.id))
        of_old = before is None and place.fresh and place.is_of_old(one.at)
        if one.count not in (before, len(one.answers)) and not of_old:
            one.answers = self.lookup.answers_to(one.id)
        comments = [found for found in one.comments(self.channel) if found is not None]
        self.set_aside += len(one.answers) + 1 - len(comments)
        since, met, events = first_of(self.channel, comments), 0, list[Event]()
        for found in comments:
            if found.post.visibility != "public":
                continue
            kind = place.met(found.post.id, found.changed, found.post.published)
            met += kind is not None
            if kind is not None and found.author != self.channel:
                events.append(Event(kind=kind, network=DECLARED.network, post=self._placed(found, one.author, since)))
        return met, events

    def _placed(self, found: Comment, author: str, since: float | None) -> Post:
        if not is_said_to(self.channel, self.own_handle(), found, author, since):
            return found.post
        return msgspec.structs.replace(found.post, brand=self.brand, addressed=True)

    def _with_authors(self, events: list[Event]) -> list[Event]:
        """The same with their authors as their channels say; who has none that can be read refuses."""
        posts = [event.post for event in events if event.post is not None]
        numbers = list(dict.fromkeys(post.attributed_to.id for post in posts if post.attributed_to.id))
        read = channels(self.asking, numbers)
        return [msgspec.structs.replace(event, post=with_author(event.post, read)) for event in events if event.post]


def _count(answers: dict[str, int], key: str, count: int) -> None:
    answers.pop(key, None)
    if count:
        answers[key] = count
