"""Comments on a blog of the brand's own that runs on WordPress (its REST API, since 4.7), and answers under them.

What is new comes in the order of its numbers. Every ten minutes the comments of two weeks are gone through once more:
for those that were held back and appeared late, for edits, and for what was taken away.
"""

from collections.abc import Generator, Iterator, Sequence

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.sourcing import Declared
from ascolta.sources.asking import Asking
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.comments import (
    WINDOW,
    Comment,
    Noted,
    Place,
    begun,
    cursor_of,
    forgotten,
    missing,
    noted,
    place_of,
)
from ascolta.sources.live import Page
from ascolta.sources.natives.wordpress import NETWORK
from ascolta.sources.wordpress_answers import Answers
from ascolta.sources.wordpress_blog import Blog, Login

OVERLAP = 600.0
"""How far, in seconds, before the newest comment the list is asked for: some come into it later than their time."""

SWEEP = 600.0
"""Seconds between two times of going through the comments of two weeks."""

DECLARED = Declared(
    network=NETWORK,
    title="WordPress comments",
    hears="the comments that everybody sees on the brand's blog, in the order of their numbers, every 30 seconds",
    addressed="it stands on the blog itself, answers no one, or answers the account or whoever writes the blog",
    edits="within ten minutes for two weeks, and whenever a post is asked for again",
    deletions="within ten minutes for two weeks, and whenever a post is asked for again; held back counts as deleted",
    reads=(
        "tag-nobot", "tag-nobots", "tag-noindex", "tag-nosearch", "tag-noarchive", "tag-nobridge", "tag-noai",
        "content-usage", "content-usage-search", "content-signal", "content-signal-search", "tdm-reservation",
        "visibility",
    ),
    answers=True,
)  # fmt: skip


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "WordPress":
    """A blog as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=NETWORK, address="")
    asking = Asking(who=source.path, url=named.address, clock=chance.clock)
    login = Login(who=source.path, account=named.said("account"), password=secrets["token"])
    return WordPress(Blog(asking, login, brand), chance)


class WordPress:
    """One blog."""

    declared = DECLARED

    def __init__(self, blog: Blog, chance: Chance) -> None:
        self.blog, self.asking, self.chance = blog, blog.asking, chance
        self.set_aside = 0
        self._swept = 0.0

    @property
    def budget(self) -> Budget:
        """What the blog said last, which is nothing of its limits."""
        return self.asking.budget

    @property
    def lookup(self) -> Answers:
        """Who asks it again how a comment stands."""
        return Answers(self.blog)

    @property
    def speaker(self) -> Answers:
        """Who answers there."""
        return Answers(self.blog)

    def probe(self) -> None:
        """Ask who we are, and for the newest comment, which everybody may see."""
        self.blog.me(anew=True)
        self.blog.last_before(self.chance.clock())

    def pages(self, cursor: str) -> Iterator[Page]:
        """What is new, a hundred at a time, and from time to time what came late, was edited or was removed."""
        now = self.chance.clock()
        place = place_of(self.asking.who, cursor)
        if place is None:
            place = begun(self.chance, 0)
            place = begun(self.chance, self.blog.last_before(place.since))
            self._swept = now
        for comments in self.blog.after(min(place.since, now) - OVERLAP):
            place = yield from self._told(noted(place, comments))
        if not 0 <= now - self._swept < SWEEP:
            yield from self._swept_through(place, min(place.since, now) - WINDOW)
            self._swept = now

    def _swept_through(self, place: Place, since: float) -> Iterator[Page]:
        """Late comments, edits and removals since a time. What seems to be gone is asked for by its number."""
        shown: set[str] = set()
        for comments in self.blog.after(since):
            shown |= _ids(comments)
            place = yield from self._told(noted(place, comments))
        doubtful = {self.blog.number(one) or "": one for one in missing(place, shown)}
        there = _ids(self.blog.some([number for number in doubtful if number]))
        gone = [one for one in doubtful.values() if one not in there]
        yield from self._told(forgotten(NETWORK, place, there, gone))

    def _told(self, found: Noted) -> Generator[Page, None, Place]:
        """A page of what was noted; where we are then."""
        self.set_aside += found.set_aside
        yield Page(events=found.events, cursor=cursor_of(found.place))
        return found.place


def _ids(comments: Sequence[Comment]) -> set[str]:
    return {one.post.id for one in comments if one.post is not None}
