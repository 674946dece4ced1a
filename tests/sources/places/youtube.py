"""A YouTube channel as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ascolta.core.brand import Connection
from ascolta.core.reply import Reply
from ascolta.sources.google import midnight
from ascolta.sources.youtube_answers import Answers
from tests.sources.battery import NOW, VARIABLE, Place
from tests.sources.youtube_twin import US, YouTubeTwin, youtube_twin


class Channel(Place):
    """The brand's own."""

    network = "youtube"
    keys: ClassVar = {"channel": US}
    token = VARIABLE
    twin: YouTubeTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["Channel"]:
        """With its twin."""
        with youtube_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """By its id, and by a token unless it is tried by a key."""
        more = tuple(sorted(self.keys.items()))
        return Connection(network=self.network, address=self.twin.url, token=self.token, more=more)

    def says(self, text: str, *, at: float | None = None) -> str:
        """Its id begins with whose it is."""
        return f"{US}/{super().says(text, at=at)}"

    def edits(self, number: str, text: str) -> None:
        """As there is no other of that id here."""
        self.twin.edits(number.partition("/")[2], text)

    def deletes(self, number: str) -> None:
        """The same."""
        self.twin.deletes(number.partition("/")[2])

    def refuses(self) -> None:
        """In the channel's own words."""
        self.twin.channel("ann", description="Please leave me be. #nobot")

    def left(self, requests: int) -> None:
        """The quota ends soon before it begins anew; somebody said something, so there is more to ask for."""
        self.says("acme")
        self.passes(midnight(self.now) - 75 - self.now)
        self.twin.quota = requests


def speaker(it: Place) -> Answers:
    """Who answers there."""
    found = it.source().network.speaker
    assert isinstance(found, Answers)
    return found


def answer(to: str, text: str = "We look into it.", approved: float = NOW) -> Reply:
    """An approved answer to a comment."""
    return Reply(
        key="k", case=1, brand="acme", network="youtube", to_post=f"{US}/{to}", to=b"t", text=text, approved=approved
    )
