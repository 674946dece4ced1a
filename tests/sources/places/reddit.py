"""Reddit as a place where a source is tried."""

from collections.abc import Iterator
from contextlib import contextmanager

from ascolta.core.brand import Connection
from tests.sources.battery import NOW, VARIABLE, Place
from tests.sources.reddit_twin import RedditTwin, reddit_twin


class Subreddits(Place):
    """The brand has an account and two subreddits there, and Reddit's leave."""

    network = "reddit"
    approval = "approvals/reddit.md"
    twin: RedditTwin

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["Subreddits"]:
        """With its twin."""
        with reddit_twin(NOW) as twin:
            yield cls(twin)

    def connection(self) -> Connection:
        """The account with its subreddits."""
        more = (("account", "AcmeAir"), ("subreddits", "acme+acmeair"))
        return Connection(network=self.network, address=self.twin.url, token=VARIABLE, more=more)

    def refuses(self) -> None:
        """By what Reddit calls showing up in search results."""
        self.twin.account("ann", hide_from_robots=True)
