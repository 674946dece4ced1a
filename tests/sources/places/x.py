"""X as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager

from ascolta.core.brand import Connection
from tests.sources.battery import NOW, VARIABLE, Place
from tests.sources.x_twin import XTwin, x_twin


class Account(Place):
    """The brand's account is named there, and its name is searched for."""

    network = "x"
    twin: XTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["Account"]:
        """With its twin."""
        with x_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """With a search."""
        more = (("account", "acme"), ("search", "acme air"))
        return Connection(network=self.network, address=self.twin.url, token=VARIABLE, more=more)

    def says(self, text: str, *, at: float | None = None) -> str:
        """It names the account."""
        return super().says(f"@acme {text}", at=at)

    def refuses(self) -> None:
        """In the account's own words."""
        self.twin.account("ann", description="#nobot")

    def left(self, requests: int) -> None:
        """X counts by what is asked."""
        self.twin.left = dict.fromkeys(self.twin.left, requests)
