"""Posts from a pipeline of one's own: a stream that keeps what was put into it, in order, and is heard by its numbers.

Each entry holds one post, or what happened to one, in the plain post format (`plain.py`). The cursor is the number of
the last entry, kept by our store with what was heard, so nothing of ours is remembered by the server. What the pipeline
says twice is heard once, as with files (`once.py`). Entries that had gone before we came are counted and told, once.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import msgspec

from ascolta.core.budget import Budget
from ascolta.core.consent import SIGNALS
from ascolta.core.post import Event, EventKind
from ascolta.core.sourcing import Declared
from ascolta.errors import SourceError
from ascolta.ports import Lookup
from ascolta.sources import plain
from ascolta.sources.again import FileLookup
from ascolta.sources.bells import Bell, Ringing
from ascolta.sources.chance import Chance, Stream
from ascolta.sources.cursors import read, unreadable
from ascolta.sources.live import Page
from ascolta.sources.once import WINDOW, Once, Told, key_of

log = logging.getLogger("ascolta.sources")

FIRST = 86_400.0
"""How far back, in seconds, a stream is heard that was never heard before, unless from its start."""

PAGE = 150
"""Entries that are asked for at once."""

MOST_AGAIN = 250_000
"""Entries that are looked through for how one post stands."""

LONGEST = 4 << 20
"""Bytes of one entry; no post is so long."""

OURS = ("stop", "stopped-before", "refused-before", "gpc")
READS = tuple(signal.name for signal in SIGNALS if signal.name not in OURS)
"""The plain post format can carry whatever an account, a post or a page states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: its number, and its post as JSON; None if it has none."""

    number: int
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Entries that follow a number, and how the stream stood then.

    `at`: the number behind them; `more`: whether there are others. `first` and `last`: numbers of the stream's ends, 0
    and the last given out if it is empty. `made`: what tells this stream from another of its name. `counted`: how many
    entries there ever were up to `at`, `gone`: how many before the first that is there; None if the server cannot say.
    """

    entries: Sequence[Entry]
    at: int
    more: bool
    first: int
    last: int
    made: str = ""
    counted: int | None = None
    gone: int | None = None


class Reading(Ringing, Protocol):
    """A stream as it is read over one connection. All raise SourceError."""

    def since(self, at: float) -> int:
        """The number before the first entry since a time."""
        ...

    def follow(self, number: int, most: int) -> Found:
        """Entries that follow a number."""
        ...


class Log(Protocol):
    """A stream at a server."""

    @property
    def who(self) -> str:
        """As errors call it."""
        ...

    def opened(self) -> AbstractContextManager[Reading]:
        """A connection, until the block ends. Raises SourceError."""
        ...


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cursor: the number that was reached, from which on to remember, what else is known of the stream there.

    Numbers are written as text, for those of Redis have 128 bits.
    """

    at: str
    since: str
    made: str = ""
    counted: int | None = None


class Intake:
    """A stream as a network. `missed` counts entries that had gone before they were heard."""

    speaker = None

    def __init__(self, declared: Declared, reads: Log, chance: Chance, *, start: bool, at_once: bool) -> None:
        self.declared, self.reads, self.chance, self.start = declared, reads, chance, start
        self.streams: Sequence[Stream] = (Bell(reads, chance),) if at_once else ()
        self.set_aside = self.missed = 0
        self._once, self._at = Once(WINDOW), -1

    @property
    def budget(self) -> Budget:
        """It says nothing of limits."""
        return Budget()

    @property
    def findings(self) -> Sequence[str]:
        """What was missed since the program began."""
        gone = f"{self.missed:,} posts had gone from {self.reads.who} before they were heard"
        return [f"{gone}; keep them there for longer"] if self.missed else []

    @property
    def lookup(self) -> Lookup:
        """Itself, for the posts that name no network; see networks.lookups for the others."""
        return FileLookup("file", (), (self,))

    def probe(self) -> None:
        """Ask for one entry."""
        with self.reads.opened() as reading:
            reading.follow(0, 1)

    def pages(self, cursor: str) -> Iterator[Page]:
        """What follows a cursor, as far as the stream goes now."""
        place = self._read(cursor)
        with self.reads.opened() as reading:
            if place is None:
                begin = 0 if self.start else reading.since(self.chance.clock() - FIRST)
                place = Place(at=str(begin), since=str(begin + 1))
            self._remember(reading, place)
            while True:
                place, found = self._follow(reading, place)
                events = [event for entry in found.entries if (event := self._event(entry)) is not None]
                since = min(self._once.oldest(found.at), found.at)
                counted = _counted(place, found)
                place = Place(at=str(found.at), since=str(since), made=found.made, counted=counted)
                self._at = found.at
                yield Page(events=events, cursor=msgspec.json.encode(place).decode())
                if not found.more:
                    return

    def told(self) -> Iterator[Event]:
        """All that the stream holds, from its first entry on. Raises SourceError, also if that is too much."""
        number, left = 0, MOST_AGAIN
        with self.reads.opened() as reading:
            while True:
                found = reading.follow(number, PAGE)
                number, left = found.at, left - len(found.entries)
                yield from filter(None, map(_decoded, found.entries))
                if not found.more:
                    return
                if left < 0:
                    raise SourceError(
                        f"{self.reads.who} holds too many posts to look one up; name its network as a source, too",
                        retry=False,
                    )

    def rings(self, name: str) -> bool:
        """Whatever the bell says: there is something new."""
        return True

    def event(self, name: str, data: str) -> Event | None:
        """Nothing is told beside the stream's entries."""
        return None

    def _follow(self, reading: Reading, place: Place) -> tuple[Place, Found]:
        """What follows a place, or where the stream is another one than it was, its beginning; gaps are told."""
        at, again = int(place.at), place
        found = reading.follow(at, PAGE)
        if place.made and found.made != place.made:
            again = Place(at="0", since="1")
        elif found.last < at:
            again = Place(at=str(found.last), since=str(found.last + 1), counted=found.counted)
        if again is not place:
            log.warning("a stream was made anew", extra={"said": {"source": self.reads.who}})
            self._once = Once(WINDOW)
            found = reading.follow(int(again.at), PAGE)
            return again, found
        if place.counted is not None and found.gone is not None and found.first > at:
            self._tell(found.gone - place.counted)
        return place, found

    def _tell(self, missed: int) -> None:
        """Say that posts had gone before they were heard. The cursor behind them keeps it from being said again."""
        if missed > 0:
            self.missed += missed
            said = {"source": self.reads.who, "missed": missed}
            log.warning("posts had gone from a stream before they were heard", extra={"said": said})

    def _remember(self, reading: Reading, place: Place) -> None:
        """Fill the memory again, by reading once more what it was filled with, unless it stands at this place."""
        at, number = int(place.at), int(place.since) - 1
        if at == self._at:
            return
        self._once, self._at = Once(WINDOW), at
        while number < at:
            found = reading.follow(number, PAGE)
            for entry in found.entries:
                if entry.number <= at and (event := _decoded(entry)) is not None:
                    self._admit(entry, event)
            if not found.more:
                return
            number = found.at

    def _event(self, entry: Entry) -> Event | None:
        """The event of an entry, if it is one and was not told before."""
        event = _decoded(entry)
        if event is None:
            self.set_aside += 1
            return None
        told = self._admit(entry, event)
        if told is Told.SUPERSEDED:
            return msgspec.structs.replace(event, superseded=True)
        return None if told is Told.REPEAT else event

    def _admit(self, entry: Entry, event: Event) -> Told:
        """Whether it was told before."""
        if event.kind is EventKind.ACTOR:
            return Told.NEW
        number = event.post_id if event.post is None else event.post.id
        return self._once.admit(key_of(event.network, number), event.kind, entry.number)

    def _read(self, cursor: str) -> Place | None:
        """The place of a cursor; None at the start. Raises SourceError if it is none of ours."""
        place = read(self.reads.who, cursor, Place)
        if place is not None:
            try:
                _ = int(place.at), int(place.since)
            except ValueError:
                raise unreadable(self.reads.who) from None
        return place


def _counted(place: Place, found: Found) -> int | None:
    """How many entries there ever were up to the end of what was found, as far as that can be known."""
    if found.counted is not None or place.counted is None:
        return found.counted
    return max(place.counted, found.gone or 0) + len(found.entries)


def _decoded(entry: Entry) -> Event | None:
    """The event of an entry; None if it holds none."""
    if entry.body is None or len(entry.body) > LONGEST:
        return None
    try:
        return plain.event(plain.decode(entry.body))
    except ValueError:
        return None
