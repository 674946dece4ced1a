"""A Facebook Page as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ascolta.core.brand import Connection
from tests.sources.battery import NOW, TOKEN, VARIABLE, Place
from tests.sources.facebook_twin import PAGE, FacebookTwin, facebook_twin
from tests.sources.graph_twin import SECRET, VERIFY


class FacebookPage(Place):
    """People comment on what the brand's Page wrote."""

    network = "facebook"
    cannot: ClassVar = {
        "test_a_refusal_arrives": "no account can refuse on Facebook; what is not for everybody: see test_facebook.py"
    }
    secrets: ClassVar = {VARIABLE: TOKEN, f"{VARIABLE}_APP": SECRET, f"{VARIABLE}_WORD": VERIFY}
    twin: FacebookTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["FacebookPage"]:
        """With its twin."""
        with facebook_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """The Page by its number, pushed to at /in/acme-page."""
        named = {"page": PAGE, "name": "acme-page", "secret": f"{VARIABLE}_APP", "verify": f"{VARIABLE}_WORD"}
        return Connection(
            network=self.network, address=self.twin.url, token=VARIABLE, more=tuple(sorted(named.items()))
        )

    def refuses(self) -> None:
        """Nobody can."""
        raise NotImplementedError
