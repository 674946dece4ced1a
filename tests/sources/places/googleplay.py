"""An app in Google's store as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager

from ascolta.core.brand import Connection
from ascolta.sources.google import full_hour
from tests.sources.battery import NOW, VARIABLE, Place
from tests.sources.googleplay_twin import APP, PlayTwin, play_twin


class App(Place):
    """The brand's own."""

    network = "googleplay"
    twin: PlayTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["App"]:
        """With its twin."""
        with play_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """By its package name."""
        return Connection(network=self.network, address=self.twin.url, token=VARIABLE, more=(("app", APP),))

    def says(self, text: str, *, at: float | None = None) -> str:
        """Its id begins with whose it is."""
        return f"{APP}/{super().says(text, at=at)}"

    def edits(self, number: str, text: str) -> None:
        """As there is no other of that id here."""
        self.twin.edits(number.partition("/")[2], text)

    def deletes(self, number: str) -> None:
        """The same."""
        self.twin.deletes(number.partition("/")[2])

    def refuses(self) -> None:
        """In the name: an account says nothing else there."""
        self.twin.people["ann"] = "Ann #nobot"

    def left(self, requests: int) -> None:
        """The quota ends soon before it begins anew, and there are three pages to ask for."""
        for number in range(250):
            self.says(f"acme {number}")
        self.passes(full_hour(self.now) - 75 - self.now)
        self.twin.quota = requests
