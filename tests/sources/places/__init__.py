"""The places on which live sources are tried, by the network's name."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.sources.battery import Place
from tests.sources.places.feed import Site
from tests.sources.places.mastodon import Server

PLACES: dict[str, type[Place]] = {"mastodon": Server, "rss": Site}
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
