"""Comments on a blog of the brand's own that has them from Isso (0.14), and answers under them.

Isso has one list of everything, which is gone through each time, so that late comments, edits and removals are seen as
soon as it is asked. What it has not: accounts, limits that it tells, and a way to see whom a comment answers below the
first level.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.sourcing import Declared
from ascolta.sources.asking import Asking
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.comments import (
    WINDOW,
    Comment,
    Place,
    begun,
    cursor_of,
    forgotten,
    missing,
    noted,
    place_of,
)
from ascolta.sources.isso_answers import Answers
from ascolta.sources.isso_server import Server, newest_before
from ascolta.sources.live import Page
from ascolta.sources.natives.isso import NETWORK, placed

MOST = 32 << 20
"""Bytes of the list of everything."""

DECLARED = Declared(
    network=NETWORK,
    title="Isso comments",
    hears="the comments that everybody sees on the brand's blog, every 30 seconds; Isso has to give its latest ones",
    addressed="it answers no one else's comment, or stands below one that goes by the brand's name",
    edits="the next time that it is asked, for two weeks, and whenever a post is asked for again",
    deletions="the next time that it is asked, for two weeks, and whenever a post is asked for again",
    reads=(
        "tag-nobot", "tag-nobots", "tag-noindex", "tag-nosearch", "tag-noarchive", "tag-nobridge", "tag-noai",
        "content-usage", "content-usage-search", "content-signal", "content-signal-search", "tdm-reservation",
        "visibility",
    ),
    answers=True,
)  # fmt: skip


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "Isso":
    """A server as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=NETWORK, address="")
    asking = Asking(who=source.path, url=named.address, clock=chance.clock, most=MOST)
    return Isso(Server(asking, named.said("account"), brand), chance)


class Isso:
    """One server."""

    declared = DECLARED

    def __init__(self, server: Server, chance: Chance) -> None:
        self.server, self.asking, self.chance = server, server.asking, chance
        self.set_aside = 0

    @property
    def budget(self) -> Budget:
        """What the server said last, which is nothing of its limits."""
        return self.asking.budget

    @property
    def lookup(self) -> Answers:
        """Who asks it again how a comment stands."""
        return Answers(self.server)

    @property
    def speaker(self) -> Answers:
        """Who answers there."""
        return Answers(self.server)

    def probe(self) -> None:
        """Ask for the latest comments."""
        self.server.latest(self.chance.clock())

    def pages(self, cursor: str) -> Iterator[Page]:
        """What is new, came late, was edited or was removed; one page, since there is but one list."""
        place = place_of(self.asking.who, cursor)
        since = min(self.chance.clock() if place is None else place.since, self.chance.clock()) - WINDOW
        comments = self.server.latest(since)
        if place is None:
            place = begun(self.chance, 0)
            old = newest_before(comments, place.since)
            place, comments = begun(self.chance, old), [one for one in comments if one.at >= place.since]
        found = noted(place, comments, reused=True)
        dropped = forgotten(NETWORK, found.place, *self._doubtful(found.place, comments))
        self.set_aside += found.set_aside
        yield Page(events=[*dropped.events, *found.events], cursor=cursor_of(dropped.place))

    def _doubtful(self, place: Place, comments: Sequence[Comment]) -> tuple[list[str], list[str]]:
        """Of those that are remembered and not in the list: which stand under their pages, and which are gone."""
        absent = missing(place, _ids(comments))
        pages = sorted({placed(self.server.where, one)[0] for one in absent})
        there = _ids(chain.from_iterable(self.server.standing(page) for page in pages if page))
        return [one for one in absent if one in there], [one for one in absent if one not in there]


def _ids(comments: Iterator[Comment] | Sequence[Comment]) -> set[str]:
    return {one.post.id for one in comments if one.post is not None}
