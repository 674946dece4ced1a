"""A server of the Mastodon API as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager

from ascolta.core.brand import Connection
from tests.sources.battery import NOW, VARIABLE, Place
from tests.sources.mastodon_twin import MastodonTwin, mastodon_twin


class Server(Place):
    """The brand's account follows two hashtags there."""

    network = "mastodon"
    twin: MastodonTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["Server"]:
        """With its twin."""
        with mastodon_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """With its streams, where they are tried."""
        return Connection(
            network=self.network,
            address=self.twin.url,
            token=VARIABLE,
            tags=("acme", "air"),
            streaming=self.twin.url if self.streaming else "",
        )

    def says(self, text: str, *, at: float | None = None) -> str:
        """Under one of the hashtags."""
        return super().says(f"{text} #acme", at=at)

    def refuses(self) -> None:
        """In the account's own words."""
        self.twin.account("ann", note="#nobot")
