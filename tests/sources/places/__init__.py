"""The places on which live sources are tried, by the network's name."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.sources.battery import Place
from tests.sources.places.bluesky import Network
from tests.sources.places.facebook import FacebookPage
from tests.sources.places.feed import Site
from tests.sources.places.googleplay import App
from tests.sources.places.instagram import InstagramAccount
from tests.sources.places.isso import IssoServer
from tests.sources.places.mail import Mailbox
from tests.sources.places.mastodon import Server
from tests.sources.places.pipeline import NatsPlace, RedisPlace
from tests.sources.places.reddit import Subreddits
from tests.sources.places.webhook import Pushed
from tests.sources.places.wordpress import WordPressBlog
from tests.sources.places.x import Account
from tests.sources.places.youtube import Channel

PLACES: dict[str, type[Place]] = {
    "bluesky": Network,
    "mastodon": Server,
    "rss": Site,
    "x": Account,
    "reddit": Subreddits,
    "wordpress": WordPressBlog,
    "isso": IssoServer,
    "googleplay": App,
    "youtube": Channel,
    "facebook": FacebookPage,
    "nats": NatsPlace,
    "redis": RedisPlace,
    "mail": Mailbox,
    "webhook": Pushed,
    "instagram": InstagramAccount,
}
"""A network is a line here."""


@contextmanager
def place(network: str) -> Iterator[Place]:
    """The place of a network, until the block ends."""
    with PLACES[network].there() as made:
        try:
            yield made
        finally:
            for source in made.opened:
                source.close()
