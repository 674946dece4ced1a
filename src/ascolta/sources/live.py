"""A network that is heard live: asked again and again, sooner where its stream rings, in batches with a cursor.

One file beside this one is one network: what follows a cursor, page by page, and what its stream says. All that the
networks share is here: when to ask again, how to wait after a failure, and that nothing is asked for before what came
last was kept. The stream is but a bell: every post comes by the cursor, so none is lost or told twice when it breaks.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ascolta.core.budget import Budget, pause
from ascolta.core.post import Batch, Event
from ascolta.core.sourcing import Declared
from ascolta.errors import SourceError
from ascolta.ports import Lookup, Publisher, Speaker
from ascolta.sources.chance import OPENED, Chance, Stream
from ascolta.sources.natives import UnreadableError

EVERY = 30.0
"""Seconds between two times of asking, unless a stream rings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Events that follow a cursor, oldest first, and the cursor behind them."""

    events: Sequence[Event]
    cursor: str


class Network(Protocol):
    """One network. `set_aside` counts what could not be read."""

    declared: Declared
    set_aside: int

    @property
    def budget(self) -> Budget:
        """What it said last of how often it may be asked."""
        ...

    def pages(self, cursor: str) -> Iterator[Page]:
        """What follows a cursor, until there is nothing more for now. Raises SourceError."""
        ...

    def probe(self) -> None:
        """Ask for as little as shows that it lets us. Raises SourceError."""
        ...

    @property
    def lookup(self) -> Lookup:
        """Who asks it again how a post stands."""
        ...

    @property
    def speaker(self) -> Speaker | None:
        """Who answers there; None where nobody can."""
        ...


@runtime_checkable
class Streamed(Protocol):
    """A network that tells at once, too."""

    @property
    def streams(self) -> Sequence[Stream]:
        """What tells; nothing of it is opened before it is asked."""
        ...

    def rings(self, name: str) -> bool:
        """Whether an event of a stream means that there is something new to ask for."""
        ...

    def event(self, name: str, data: str) -> Event | None:
        """An event of a stream that says itself what happened, such as a removal. Raises UnreadableError."""
        ...


@runtime_checkable
class Telling(Protocol):
    """A network that has something to say to whoever runs it: what could not be heard, or is set up badly."""

    @property
    def findings(self) -> Sequence[str]:
        """In sentences without a name of anybody; it is said as long as it holds."""
        ...


@runtime_checkable
class Publishing(Protocol):
    """A network on which the brand may post of its own accord, not only in answer to somebody."""

    @property
    def publisher(self) -> Publisher | None:
        """Who posts there; None where nobody can."""
        ...


class Live:
    """A source over a network. It gives batches as soon as it is asked for them, and none while it has to wait.

    `brands` are those whose account it is. `error` is why it could not be asked last, `trouble` why it has no stream.
    """

    def __init__(self, name: str, network: Network, chance: Chance, every: float = EVERY) -> None:
        self.name, self.network, self.chance, self.every = name, network, chance, every
        self.look_back = network.declared.look_back
        self.brands: set[str] = set()
        self.events = 0
        self.error: SourceError | None = None
        self.trouble: SourceError | None = None
        self._failures = 0
        self._due = self._not_before = 0.0
        self._rung = False
        self._facts: deque[Event] = deque()

    @property
    def set_aside(self) -> int:
        """How many posts could not be read."""
        return self.network.set_aside

    @property
    def streams(self) -> Sequence[Stream]:
        """What tells at once; few networks have any."""
        return self.network.streams if isinstance(self.network, Streamed) else ()

    @property
    def findings(self) -> Sequence[str]:
        """What whoever runs it should know, as its network says it; few networks say anything."""
        return self.network.findings if isinstance(self.network, Telling) else []

    def total(self) -> int | None:
        """How much there is to hear: nobody knows."""
        return None

    def heard(self, cursor: str) -> int:
        """How many events were heard so far, whatever the cursor."""
        return self.events

    def batches(self, after: str) -> Iterator[Batch]:
        """What came since the cursor, and what the stream told. Raises SourceError; the next time is later then."""
        self._take()
        cursor, failed = after, None
        now = self.chance.clock()
        if now >= self._not_before and (self._rung or now >= self._due):
            self._rung = False
            try:
                for page in self.network.pages(after):
                    if page.events or page.cursor != cursor:
                        yield self._batch(page.events, cursor, page.cursor)
                        cursor = page.cursor
                self._went_well()
            except SourceError as error:
                failed = self._failed(error)
        if self._facts:
            facts = tuple(self._facts)
            yield self._batch(facts, cursor, cursor)
            self._facts.clear()
        if failed is not None:
            raise failed

    def close(self) -> None:
        """Close its streams."""
        for stream in self.streams:
            stream.close()

    def _take(self) -> None:
        """What the streams told meanwhile. One that cannot be had leaves us with asking."""
        network = self.network
        if not isinstance(network, Streamed):
            return
        for stream in network.streams:
            try:
                for name, data in stream.take():
                    if name == OPENED or network.rings(name):
                        self._rung = True
                    else:
                        self._note(network, name, data)
            except SourceError as error:
                self.trouble = error

    def _note(self, network: Streamed, name: str, data: str) -> None:
        try:
            event = network.event(name, data)
        except UnreadableError:
            self.network.set_aside += 1
            return
        if event is not None:
            self._facts.append(event)

    def _batch(self, events: Sequence[Event], after: str, cursor: str) -> Batch:
        self.events += len(events)
        return Batch(events=tuple(events), after=after, cursor=cursor, arrived=self.chance.clock())

    def _went_well(self) -> None:
        self._failures, self.error = 0, None
        self._due = self.chance.clock() + self.every

    def _failed(self, error: SourceError) -> SourceError:
        """Wait before the next time, longer each time, and at least as long as the network asks."""
        self.error, self._rung = error, True
        self._not_before = self.chance.clock() + pause(self._failures, self.chance.draw(), error.after)
        self._failures += 1
        return error
