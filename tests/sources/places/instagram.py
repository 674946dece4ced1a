"""An Instagram account as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ascolta.core.brand import Connection
from tests.sources.battery import NOW, TOKEN, VARIABLE, Place
from tests.sources.graph_twin import SECRET, VERIFY
from tests.sources.instagram_twin import ACCOUNT, InstagramTwin, instagram_twin


class InstagramAccount(Place):
    """People comment on what the brand shows."""

    network = "instagram"
    cannot: ClassVar = {"test_a_refusal_arrives": "Instagram has no field by which an account could refuse to be heard"}
    secrets: ClassVar = {VARIABLE: TOKEN, f"{VARIABLE}_APP": SECRET, f"{VARIABLE}_WORD": VERIFY}
    tags: tuple[str, ...] = ()
    twin: InstagramTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["InstagramAccount"]:
        """With its twin."""
        with instagram_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """The account by its number, pushed to at /in/acme-ig."""
        named = {"account": ACCOUNT, "name": "acme-ig", "secret": f"{VARIABLE}_APP", "verify": f"{VARIABLE}_WORD"}
        return Connection(
            network=self.network,
            address=self.twin.url,
            token=VARIABLE,
            tags=self.tags,
            more=tuple(sorted(named.items())),
        )

    def left(self, requests: int) -> None:
        """Under the media there is something to ask for."""
        self.twin.says("ann", "acme")
        super().left(requests)

    def refuses(self) -> None:
        """Nobody can."""
        raise NotImplementedError
