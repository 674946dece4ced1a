"""What a site says about its feed and its pages, and whether a page that a feed named is still there."""

from urllib.parse import urlsplit, urlunsplit

import msgspec

from ascolta.core.post import Page
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import AGENT, Answer, Asking, Missing, is_ours
from ascolta.sources.natives import Robots, robots, web

ROBOTS_FOR = 86_400.0
"""Seconds for which a robots.txt counts (RFC 9309, 2.4)."""

FEEDS = {"Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1"}
PAGES = {"Accept": "text/html, */*;q=0.1"}


class Site:
    """The site on which an address lies, by its robots.txt, read once a day."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.robots = Robots(closed=True)
        self._read_at = -ROBOTS_FOR

    def require(self) -> None:
        """Raises SourceError unless the site lets us fetch this address now."""
        now = self.asking.clock()
        if self.robots.closed or not 0 <= now - self._read_at < ROBOTS_FOR:
            self.robots, self._read_at = _robots(self.asking), now
        if not self.robots.allows(_path(self.asking.url), web.AGENT):
            why = "cannot be read, which is taken for a no" if self.robots.closed else "does not let us"
            raise SourceError(f"{self.asking.who} is not asked: its robots.txt {why}", retry=True, after=3_600.0)


def is_gone(url: str, asking: Asking) -> bool:
    """Whether a page that a feed named is gone outright; a page that may not be asked for tells nothing."""
    foreign = not is_ours(asking.url)
    try:
        page = Asking(who="a page that a feed named", url=url, clock=asking.clock, foreign=foreign)
        Site(page).require()
        page.answer("GET", "", more=PAGES)
    except Missing:
        return True
    except AscoltaError:
        return False
    return False


def _robots(asking: Asking) -> Robots:
    """The robots.txt of the site that an address lies on; closed if it cannot be reached."""
    parts = urlsplit(asking.url)
    root = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
    about = Asking(who=asking.who, url=root, clock=asking.clock, foreign=asking.foreign, within=asking.within)
    try:
        answer = about.raw("GET", "", {"User-Agent": AGENT, "Accept-Encoding": "identity"})
    except SourceError:
        return Robots(closed=True)
    return robots(answer.status, answer.body)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def stated(url: str, answer: Answer, given: Robots, *, licensed: bool = False) -> Page | None:
    """What a feed, its headers and its site say about one page of it; None where they say nothing.

    A licence that is named anywhere reserves (RSL 1.0): it is not fetched, and nobody listens by leave of a licence.
    """
    found = web.page(url, list(answer.headers.items()), site=web.Site(robots=given))
    found = msgspec.structs.replace(found, licensed=True) if licensed else found
    return None if found == Page() else found
