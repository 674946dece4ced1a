"""What every live source must do, as places on which it can be tried: each is a twin of its network that answers HTTP.

A new network adds a place here, and all tests of test_battery.py are run on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from ascolta.core.brand import Connection, FileSource
from ascolta.core.post import Batch, Event, EventKind, Post
from ascolta.errors import SourceError
from ascolta.sources import Chance, Live
from ascolta.sources.networks import live
from tests.sources.feed_twin import FeedTwin, feed_twin
from tests.sources.mastodon_twin import TOKEN, MastodonTwin, mastodon_twin

NOW = 1_795_003_200.0
VARIABLE = "ASCOLTA_TOKEN_TEST"


class Twin(Protocol):
    """What the twins of all networks can be told."""

    now: float
    skew: float
    fails: tuple[int, dict[str, str]] | None
    visits: list[str]


@dataclass
class Place:
    """A network on which a source is tried. `said`: what its source was asked to rest for."""

    network: str
    twin: MastodonTwin | FeedTwin
    now: float = NOW
    draw: float = 0.5
    streaming: bool = False
    said: list[float] = field(default_factory=list)
    opened: list[Live] = field(default_factory=list)

    def source(self) -> Live:
        """The source as a program that was just started has it."""
        chance = Chance(clock=lambda: self.now, draw=lambda: self.draw)
        if self.network == "rss":
            named = Connection(network="rss", address=f"{self.twin.url}/feed")
        else:
            named = Connection(network=self.network, address=self.twin.url, token=VARIABLE, tags=("acme", "air"))
            named = replace(named, streaming=self.twin.url if self.streaming else "")
        declared = FileSource(path=f"{self.network}:twin", networks=(self.network,), live=named)
        made = live(declared, "acme", {VARIABLE: TOKEN}, chance)
        self.opened.append(made)
        return made

    def says(self, text: str, *, at: float | None = None) -> str:
        """Somebody says something that the source brings."""
        return self.twin.says("ann", text if self.network == "rss" else f"{text} #acme", at=at)

    def passes(self, seconds: float) -> None:
        """Time goes by, here and there."""
        self.now += seconds
        self.twin.now += seconds

    def hear(self, source: Live, after: str = "") -> list[Batch]:
        """All that a source has for now."""
        self.passes(source.every)
        return list(source.batches(after))


def events(batches: list[Batch], kind: EventKind = EventKind.PUBLISHED) -> list[Event]:
    """The events of one kind, in order."""
    return [event for batch in batches for event in batch.events if event.kind is kind]


def ids(batches: list[Batch]) -> list[str]:
    """The posts that were published, in order."""
    return [event.post.id for event in events(batches) if event.post is not None]


def again(source: Live, number: str) -> Post | None:
    """How a post stands, asked again."""
    return source.network.lookup.again(number)


def failed(source: Live, after: str = "") -> SourceError:
    """How it fails to be heard."""
    try:
        for _ in source.batches(after):
            pass
    except SourceError as error:
        return error
    raise AssertionError("it did not fail")


@contextmanager
def place(network: str) -> Iterator[Place]:
    """A twin of a network, until the block ends."""
    with mastodon_twin(NOW) if network == "mastodon" else feed_twin(NOW) as twin:
        made = Place(network, twin)
        try:
            yield made
        finally:
            for source in made.opened:
                source.close()
