"""A server of Isso as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ascolta.core.brand import Connection
from tests.sources.battery import NOW, Place
from tests.sources.isso_twin import NAME, IssoTwin, isso_twin


class IssoServer(Place):
    """The comments of the brand's blog."""

    network = "isso"
    cannot: ClassVar = {"test_no_more_is_asked_where_nothing_is_left": "Isso tells nothing of its limits"}
    secrets: ClassVar = {}
    tries_again: ClassVar = frozenset({403, 429})
    twin: IssoTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["IssoServer"]:
        """With its twin."""
        with isso_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """The server, and the brand's name on it."""
        return Connection(network=self.network, address=self.twin.url, more=(("account", NAME),))

    def refuses(self) -> None:
        """By a header of the server."""
        self.twin.headers["TDM-Reservation"] = "1"
