"""A WordPress blog as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from ascolta.core.brand import Connection
from tests.sources.battery import NOW, VARIABLE, Place
from tests.sources.wordpress_twin import ACCOUNT, WordPressTwin, wordpress_twin


class WordPressBlog(Place):
    """The brand's blog, on which it has an account."""

    network = "wordpress"
    cannot: ClassVar = {"test_no_more_is_asked_where_nothing_is_left": "WordPress tells nothing of its limits"}
    twin: WordPressTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["WordPressBlog"]:
        """With its twin."""
        with wordpress_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """The blog, by our account and its password."""
        more = (("account", ACCOUNT),)
        return Connection(network=self.network, address=self.twin.url, token=VARIABLE, more=more)

    def refuses(self) -> None:
        """By a header of the blog."""
        self.twin.headers["TDM-Reservation"] = "1"
