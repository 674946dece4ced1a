"""A website with a feed as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ascolta.core.brand import Connection
from tests.sources.battery import NOW, Place
from tests.sources.feed_twin import FeedTwin, feed_twin


class Site(Place):
    """A blog."""

    network = "rss"
    cannot: ClassVar = {"test_no_more_is_asked_where_nothing_is_left": "a feed's server tells nothing of its limits"}
    twin: FeedTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["Site"]:
        """With its twin."""
        with feed_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """Its feed."""
        return Connection(network=self.network, address=f"{self.twin.url}/feed")

    def refuses(self) -> None:
        """By a header of the site."""
        self.twin.headers["TDM-Reservation"] = "1"

    def garbles(self, said: bytes) -> None:
        """The feed, which is XML, is this."""
        self.twin.body = said
