"""The X API v2: posts that name the brand's account, and, if it is said, what a search finds.

Both lists (`GET /2/users/:id/mentions`, `GET /2/tweets/search/recent`) begin with the newest, and are asked for what
came since the place that was reached (`since_id`). Ids of X tell the time, so a long gap is heard in stretches, oldest
first, each with its place behind it: where requests are few, what was read once is not read again. What names the
account comes from the first list only.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Event, EventKind, Post
from ascolta.core.sourcing import Declared
from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.cursors import read, unreadable
from ascolta.sources.grants import Grant
from ascolta.sources.live import Page
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import x as native
from ascolta.sources.x_answers import FIELDS, Answers, Me
from ascolta.sources.x_asking import XAsking
from ascolta.sources.x_channel import Channel

ADDRESS = "https://api.x.com"
LIMIT = 100
MOST_BACK = 250
"""Pages of one stretch: beyond 25,000 posts in six hours the older ones are not heard."""

FIRST = 86_400.0
"""How far back, in seconds, a list is heard that was never heard before."""

STRETCH = 6 * 3_600.0
"""Seconds that are heard at once, if the gap is longer than twice as many."""

REACH = 7 * 86_400.0 - 3 * 3_600.0
"""How far back, in seconds, a search goes: seven days, less what the clocks may differ by."""

_BEGIN, _SHIFT = 1_288_834_974_657, 22
"""Ids count milliseconds since this one (1970, UTC), and beside them so many bits of other things."""

MENTIONS, SEARCH = "@", "?"
Item = dict[str, Any]

DECLARED = Declared(
    network="x",
    title="X API",
    hears="posts that name the account, and what a search of the last seven days finds, whenever it is asked",
    addressed="it answers the account, or names it and speaks to it by its words",
    edits="as another version in the same lists, and whenever a post is asked for again",
    deletions="whenever a post is asked for again, 100 at a time; protected, suspended and withheld ones count as gone",
    reads=(
        "unreadable", "stale", "locked", "block", "tag-nobot", "tag-nobots", "tag-noindex", "tag-nosearch",
        "tag-noarchive", "tag-nobridge", "tag-noai", "visibility", "can-reply",
    ),
    answers=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """By which account what is heard, and for which brand. `search`: a query in X's own words; empty: none."""

    brand: str
    account: str
    search: str = ""


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "X":
    """An account as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=DECLARED.network, address=ADDRESS)
    grant = Grant.of((source.path, DECLARED.network, named.address), secrets, chance.clock)
    asking = XAsking(who=source.path, url=named.address, clock=chance.clock, grant=grant)
    return X(asking, Wanted(brand=brand, account=named.said("account"), search=named.said("search")), chance)


class X:
    """One account. X counts requests by what is asked, so each list, and each who asks, has a budget of its own."""

    declared = DECLARED

    def __init__(self, asking: XAsking, wanted: Wanted, chance: Chance) -> None:
        self.asking, self.wanted, self.chance = asking, wanted, chance
        self.searching = replace(asking)
        self.set_aside = 0
        self._me: Me | None = None
        self._answers = Answers(asking, self.me)

    @property
    def budget(self) -> Budget:
        """What X said last, of the list of which least is left."""
        told = [one.budget for one in (self.asking, self.searching) if one.budget.left is not None]
        return min(told, key=lambda one: one.left or 0, default=self.asking.budget)

    @property
    def findings(self) -> Sequence[str]:
        """Whether the posts of a month are used up, as far as X says so."""
        capped = max(self.asking.capped, self.searching.capped) > self.chance.clock()
        return ["X gives no more posts until the month, or what was paid for, is renewed"] if capped else []

    @property
    def lookup(self) -> Answers:
        """Who asks it again how a post stands."""
        return self._answers

    @property
    def speaker(self) -> Answers:
        """Who answers there."""
        return self._answers

    @property
    def publisher(self) -> Channel:
        """Who posts there."""
        return Channel(self._answers)

    def probe(self) -> None:
        """Ask who we are."""
        self._me = None
        self.me()

    def me(self) -> Me:
        """Our own account. Raises SourceError."""
        if self._me is None:
            said = self.asking.get("/2/users/me", [("user.fields", "id,username")])
            found = said.get("data") if isinstance(said, dict) else None
            number, name = (found.get("id"), found.get("username")) if isinstance(found, dict) else (None, None)
            if not (isinstance(number, str) and number.isascii() and number.isdigit() and isinstance(name, str)):
                raise SourceError(f"{self.asking.who} does not say whose the token is", retry=True)
            if fold(name) != fold(self.wanted.account).lstrip("@"):
                raise SourceError(f"{self.asking.who}: the token is for another account than this", retry=False)
            self._me = Me(number, fold(name))
        return self._me

    def pages(self, cursor: str) -> Iterator[Page]:
        """What is new in the list of mentions, and then in what a search finds."""
        at, me = _read(self.asking.who, cursor), self.me()
        yield from self._list(MENTIONS, at, me)
        if self.wanted.search:
            yield from self._list(SEARCH, at, me)

    def _list(self, name: str, at: dict[str, str], me: Me) -> Iterator[Page]:
        """What is new in one list, by stretches. `at` holds the places and goes on with them."""
        now = self.chance.clock()
        place = int(at.get(name) or number_at(now - FIRST))
        if name == SEARCH:
            place = max(place, number_at(now - REACH))
        while True:
            until = number_at(time_of(place) + STRETCH) if time_of(place) + 2 * STRETCH <= now else None
            items, users = self._between(name, place, until)
            events = [event for item in items for event in self._events(name, (item, users), place, me)]
            place = until - 1 if until is not None else max((_order(item) for item in items), default=place)
            at[name] = str(place)
            yield Page(events=events, cursor=json.dumps(at, sort_keys=True))
            if until is None:
                return

    def _between(self, name: str, place: int, until: int | None) -> tuple[list[Item], dict[str, Item]]:
        """The items after a place and before another, oldest first, of each post its newest version; and the users."""
        asking, path = self.asking, f"/2/users/{self.me().id}/mentions"
        wanted = [("since_id", str(place)), *([("until_id", str(until))] if until is not None else [])]
        if name == SEARCH:
            asking, path = self.searching, "/2/tweets/search/recent"
            wanted.append(("query", self.wanted.search))
        found, users, token = dict[int, Item](), dict[str, Item](), ""
        for _ in range(MOST_BACK):
            paging = [("next_token" if name == SEARCH else "pagination_token", token)] if token else []
            said = asking.page(path, [("max_results", str(LIMIT)), *FIELDS, *wanted, *paging])
            users |= native.people(said)
            given = said.get("data") or ()
            self.set_aside += sum(_order(item) == 0 for item in given)
            found |= {_order(item): item for item in given if _order(item) > place}
            last, token = token, str((said.get("meta") or {}).get("next_token") or "")
            if token in ("", last):
                break
        return list({_first(found[number]): found[number] for number in sorted(found)}.values()), users

    def _events(self, name: str, given: tuple[Item, Mapping[str, Item]], place: int, me: Me) -> Iterator[Event]:
        """The event that an item is, if it concerns us: another version of what stood before the place is an edit."""
        item, users = given
        try:
            post, versions = native.post(item, users, me.id), native.versions(item)
            to_us, ours = native.answered(item) == me.id, me.is_named(native.named(item))
        except UnreadableError:
            self.set_aside += 1
            return
        if post.attributed_to.id == me.id or not _is_heard(post, to_us=to_us):
            return
        if name == SEARCH and (to_us or ours):
            return
        kind = EventKind.EDITED if int(versions[0]) <= place and len(versions) > 1 else EventKind.PUBLISHED
        yield Event(kind=kind, network=DECLARED.network, post=self._to(post, me, to_us=to_us))

    def _to(self, post: Post, me: Me, *, to_us: bool) -> Post:
        """A post with what X says of whether it speaks to us: it answers us, or names us where people see it."""
        if not (to_us or me.is_named(post.handles)):
            return post
        handles = tuple(dict.fromkeys((*post.handles, me.name)))
        return msgspec.structs.replace(post, handles=handles, brand=self.wanted.brand, addressed=to_us)


def number_at(time: float) -> int:
    """The smallest id of a moment in seconds since 1970 UTC."""
    return max(0, int(time * 1_000) - _BEGIN) << _SHIFT


def time_of(number: int) -> float:
    """When an id was given, in seconds since 1970 UTC."""
    return ((number >> _SHIFT) + _BEGIN) / 1_000


def _is_heard(post: Post, *, to_us: bool) -> bool:
    """What not everybody may read is heard only where it answers us; what is withheld never."""
    return post.visibility == "public" or (to_us and post.visibility == "private")


def _order(item: Any) -> int:
    """The id of an item, as a number; 0 for what has none, which is no post."""
    number = item.get("id") if isinstance(item, dict) else None
    return int(number) if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 20 else 0


def _first(item: Item) -> str:
    """By which id a post is known, whatever its version."""
    try:
        return native.versions(item)[0]
    except UnreadableError:
        return str(item["id"])


def _read(who: str, cursor: str) -> dict[str, str]:
    """The place in each list. Raises SourceError if the cursor is none of ours."""
    found = read(who, cursor, dict[str, str]) or {}
    if not all(place.isascii() and place.isdigit() and len(place) < 20 for place in found.values()):
        raise unreadable(who)
    return found
