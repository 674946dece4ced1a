"""The weekly brief goes to the desks that routes.yaml names, once: queued when it is due, and told as all else is.

A brief that was due while nothing ran is queued as soon as something does, within six days. It is queued under the name
of its week, so that nobody is sent it twice.
"""

from collections.abc import MutableSet

from ascolta.core.brand import Brand
from ascolta.core.brief import Brief
from ascolta.core.news import of_brief
from ascolta.core.routing import Notice, Routes
from ascolta.core.weekly import clock, due, last, named
from ascolta.telling import Outside
from ascolta.web.brief import Floor, gather
from ascolta.web.briefed import text, told
from ascolta.web.findings import own

Done = MutableSet[tuple[str, int]]
"""Brands and the Mondays of weeks whose brief was looked at in this run."""


def queue_briefs(floor: Floor, outside: Outside, at: float, done: Done) -> int:
    """Queue every brief that is due and was not yet; how many notices. Raises StoreError."""
    queued = 0
    for brand in own(floor[0]):
        first = week_due(brand, outside.routes.get(brand.id), at)
        if first is None or (brand.id, first) in done:
            continue
        found = gather(floor, brand, first)
        queued += outside.notices.queue(notices_of(brand, outside.routes[brand.id], found, at))
        done.add((brand.id, first))
    return queued


def week_due(brand: Brand, routes: Routes | None, at: float) -> int | None:
    """The Monday of the week whose brief should have gone out by now; None if none should."""
    if routes is None or routes.brief is None:
        return None
    when = due(at, routes.brief.at, clock(routes.brief, brand))
    return None if when is None else last(when)


def notices_of(brand: Brand, routes: Routes, found: Brief, at: float) -> list[Notice]:
    """A notice for each desk that is sent the brief; none where there is nothing to tell."""
    if routes.brief is None or found.is_empty:
        return []
    news = of_brief(brand.id, mail(found), at, named(found.monday), brand.handles)
    return [Notice(news=news, desk=desk, queued=at, due=at) for desk in routes.brief.desks if desk in routes.desks]


def mail(found: Brief) -> tuple[str, str]:
    """Subject and text of the brief as a mail."""
    words = told(found)
    return words.title, text(words)
