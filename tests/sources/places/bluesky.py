"""A network of the AT Protocol as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ascolta.core.brand import Connection
from ascolta.core.post import Batch
from ascolta.sources import Live
from tests.sources.battery import NOW, VARIABLE, Place
from tests.sources.bluesky_relay import bluesky_twin
from tests.sources.bluesky_twin import PROFILE, BlueskyTwin


class Network(Place):
    """The brand's account hears the stream of a relay. `form` is what kind of stream that is."""

    network = "bluesky"
    twin: BlueskyTwin
    form = "jetstream2"
    cannot: ClassVar = {
        "test_a_wrong_clock_does_no_harm": "an open stream asks nothing that could be refused; test_bluesky.py has it"
    }

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["Network"]:
        """With its twin."""
        with bluesky_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """With its account, and the twin as directory."""
        more = (("account", "acme.example"), ("directory", self.twin.url), ("form", self.form))
        return Connection(
            network=self.network, address=self.twin.url, token=VARIABLE, streaming=self.twin.streaming, more=more
        )

    def source(self) -> Live:
        """It waits longer for a stream that brings nothing than a twin ever takes."""
        made = super().source()
        made.network.quiet = 2.0  # type: ignore[attr-defined]
        return made

    def refuses(self) -> None:
        """By a label on the profile."""
        values = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
        self.twin.puts("ann", PROFILE, "self", {"$type": PROFILE, "labels": values})

    def hear(self, source: Live, after: str = "") -> list[Batch]:
        """All that a source has for now: a stream that is open brings it in its own time."""
        stream = source.network.stream  # type: ignore[attr-defined]
        if stream.reads and stream.error is None:
            stream.waits(lambda: stream.after.lstrip("c") == str(self.twin.seq))
        return super().hear(source, after)

    def leaves(self, source: Live) -> None:
        """Where it enters, too."""
        super().leaves(source)
        source.network.session.asking.url = source.network.asking.url  # type: ignore[attr-defined]

    def left(self, requests: int) -> None:
        """One to enter, and none to ask who said something."""
        self.says("acme")
        self.twin.left = requests - 1
