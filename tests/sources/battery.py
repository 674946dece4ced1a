"""What every live source must do, as places on which it can be tried: each is a twin of its network on this machine.

A network has a file in tests/sources/places with a `Place` of its own, and its line in that folder's __init__.py; all
tests of test_battery.py are then run on it, and those of test_answers_battery.py if the brand may answer there.
"""

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol

from ascolta.core.brand import Connection, FileSource
from ascolta.core.post import Batch, Event, EventKind, Post
from ascolta.errors import SourceError
from ascolta.sources import Chance, Live
from ascolta.sources.networks import live

NOW = 1_795_003_200.0
VARIABLE = "ASCOLTA_TOKEN_TEST"
TOKEN = "token-canary-4711"


class Twin(Protocol):
    """What the twins of all networks can be told. `fails`: how it answers from now on, status and headers."""

    now: float
    skew: float
    fails: tuple[int, dict[str, str]] | None
    visits: list[str]


class Place:
    """A network on which a source is tried, by its twin; what differs between networks is in its own class.

    `cannot`: tests of the battery that do not fit this network, by name, each with the reason. `secrets`: what the
    variables of `connection` hold. `approval`: what the network gave that asks for its leave first. `tries_again`: with
    which statuses it refuses an answer that it may take later.
    """

    network: ClassVar[str]
    cannot: ClassVar[Mapping[str, str]] = {}
    tries_again: ClassVar[frozenset[int]] = frozenset({429})
    secrets: ClassVar[Mapping[str, str]] = {VARIABLE: TOKEN}
    approval: ClassVar[str] = ""
    draw = 0.5
    streaming = False

    def __init__(self, twin: Any) -> None:
        self.twin: Any = twin
        self.now = NOW
        self.opened: list[Live] = []

    @classmethod
    @abstractmethod
    def there(cls) -> AbstractContextManager["Place"]:
        """The place with its twin, until the block ends."""

    @abstractmethod
    def connection(self) -> Connection:
        """The network as brand.yaml names it."""

    def says(self, text: str, *, at: float | None = None) -> str:
        """Somebody says something that the source brings; the id of the post as the source gives it."""
        number: str = self.twin.says("ann", text, at=at)
        return number

    def edits(self, number: str, text: str) -> None:
        """It is written anew."""
        self.twin.edits(number, text)

    def deletes(self, number: str) -> None:
        """Its author takes it back."""
        self.twin.deletes(number)

    @abstractmethod
    def refuses(self) -> None:
        """From now on the author, or the site, says that it does not want to be heard."""

    def garbles(self, said: bytes) -> None:
        """From now on it answers with this."""
        self.twin.garbage = said

    def leaves(self, source: Live) -> None:
        """Nobody answers any more at the address of a source."""
        source.network.asking.url = "http://127.0.0.1:1"  # type: ignore[attr-defined]

    def left(self, requests: int) -> None:
        """From now on it allows so many requests."""
        self.twin.left = requests

    def said_by_us(self) -> list[str]:
        """What the brand's account answered, oldest first."""
        said: list[str] = self.twin.said_by_us()
        return said

    def refuses_posts(self, status: int, headers: dict[str, str]) -> None:
        """From now on it takes no answer, and says so by this."""
        self.twin.refuses_posts = (status, headers)

    def loses_the_response(self) -> None:
        """From now on what is posted stands there, but nobody is told."""
        self.twin.fails_after_posting = True

    def source(self) -> Live:
        """The source as a program that was just started has it."""
        chance = Chance(clock=lambda: self.now, draw=lambda: self.draw)
        declared = FileSource(
            path=f"{self.network}:twin", networks=(self.network,), live=self.connection(), approval=self.approval
        )
        made = live(declared, "acme", lambda name: self.secrets.get(name, ""), chance)
        self.opened.append(made)
        return made

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
