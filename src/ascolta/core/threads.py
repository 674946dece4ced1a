"""A public history of posts and answers, put together into talks: one person in one thread, as a case would be.

A person's words count as said to the brand where they answer it, or where a label says so. Whoever answers is one of
the brand's accounts. An answer is one to the nearest post of somebody else above it; a post of the brand's own that
answers nobody is no answer.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from ascolta.core.practice import Dealt, End

PART = 300.0
"""Seconds within which a further answer to the same post, by the same account, is a part of the one before."""


class Said(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One post of a history. `ours`: by an account of the brand's; `at` in seconds since 1970 UTC, None if unknown.

    `brand` is the one that a file says the post is about, where it says so. `addressed` and `complaint` are
    what the file itself says, None where it says nothing.
    """

    id: str
    author: str = ""
    text: str = ""
    ours: bool = False
    at: float | None = None
    parent: str | None = None
    brand: str = ""
    addressed: bool | None = None
    complaint: bool | None = None


class Marks(NamedTuple):
    """What is known of a post by its words: of other people's the first three, of the brand's own the others."""

    addressed: bool = False
    complaint: bool = False
    stop: bool = False
    hands: bool = False
    personal: bool = False


class Threads:
    """The posts of a history with what each answers. Of posts with one id, the first counts."""

    def __init__(self, posts: Sequence[Said]) -> None:
        self.posts = posts
        first: dict[str, int] = {}
        for place, post in enumerate(posts):
            first.setdefault(post.id, place)
        self.doubled = len(posts) - len(first)
        self.places = sorted(first.values())
        self.above = [self._above(place, first) for place in range(len(posts))]
        self.root, self.depth, self.when = [-1] * len(posts), [0] * len(posts), [0.0] * len(posts)
        for place in self.places:
            self._climb(place)

    def order(self, place: int) -> tuple[float, int, int]:
        """By this, the posts of a thread stand in the order in which they were said."""
        return self.when[place], self.depth[place], place

    def chain(self, place: int, most: int = 20) -> list[int]:
        """What a post answers, and what that answers, the oldest first."""
        found: list[int] = []
        above = self.above[place]
        while above is not None and len(found) < most and above not in found:
            found.append(above)
            above = self.above[above]
        return found[::-1]

    def answered(self, place: int) -> int | None:
        """Which post of somebody else an answer of the brand's answers."""
        return next((one for one in reversed(self.chain(place)) if not self.posts[one].ours), None)

    def _above(self, place: int, first: Mapping[str, int]) -> int | None:
        parent = self.posts[place].parent
        found = None if parent is None else first.get(parent)
        return None if found == place else found

    def _climb(self, place: int) -> None:
        """Find root, depth and time of a post and of what lies above it. A ring is cut where it is entered."""
        path, seen, at = list[int](), set[int](), place
        while self.root[at] < 0 and at not in seen:
            seen.add(at)
            path.append(at)
            above = self.above[at]
            if above is None:
                break
            at = above
        for one in reversed(path):
            above = self.above[one]
            if above is None or self.root[above] < 0:
                self.above[one] = None
                self.root[one], self.when[one] = one, self.posts[one].at or 0.0
                continue
            at_last = self.posts[one].at
            self.root[one], self.depth[one] = self.root[above], self.depth[above] + 1
            self.when[one] = self.when[above] if at_last is None else at_last


@dataclass(slots=True)
class _Talk:
    """One person in one thread, and the answers to them."""

    theirs: list[int]
    ours: list[int]


Stops = Mapping[tuple[str, str], tuple[int, ...]]
"""Where a person asked for silence, by person and by account that takes part there."""


def dealings(threads: Threads, marks: Sequence[Marks], *, by_brand: bool = False) -> Iterator[Dealt]:
    """How each talk was dealt with. `by_brand`: once for each of the accounts that it concerns, else once for all."""
    talks, accounts = _talks(threads), _accounts(threads)
    stops = _stops(threads, marks, accounts)
    for (root, _), talk in talks.items():
        if not by_brand:
            yield _dealt(threads, marks, talk, stops, "")
            continue
        answered = {threads.posts[place].author for place in talk.ours}
        for account in sorted(answered or accounts[root] or {threads.posts[talk.theirs[0]].brand}):
            own = [place for place in talk.ours if threads.posts[place].author == account]
            yield _dealt(threads, marks, _Talk(talk.theirs, own), stops, account)


def by_brand(threads: Threads, marks: Sequence[Marks]) -> Mapping[str, Sequence[Dealt]]:
    """How each talk was dealt with, by the account that it concerns."""
    found: dict[str, list[Dealt]] = defaultdict(list)
    for one in dealings(threads, marks, by_brand=True):
        found[one.brand].append(one)
    return found


def _talks(threads: Threads) -> dict[tuple[int, str], _Talk]:
    found: dict[tuple[int, str], _Talk] = {}
    places = sorted(threads.places, key=threads.order)
    for place in places:
        post = threads.posts[place]
        if not post.ours:
            found.setdefault((threads.root[place], _who(threads, place)), _Talk([], [])).theirs.append(place)
    for place in places:
        to = threads.answered(place) if threads.posts[place].ours else None
        if to is not None:
            found[threads.root[to], _who(threads, to)].ours.append(place)
    return found


def _who(threads: Threads, place: int) -> str:
    """Who says a post; where nobody stands, somebody of this thread alone."""
    return threads.posts[place].author or f"\0{threads.root[place]}"


def _accounts(threads: Threads) -> Mapping[int, set[str]]:
    """The brand's accounts that take part in each thread."""
    found: dict[int, set[str]] = defaultdict(set)
    for place in threads.places:
        if threads.posts[place].ours:
            found[threads.root[place]].add(threads.posts[place].author)
    return found


def _stops(threads: Threads, marks: Sequence[Marks], accounts: Mapping[int, set[str]]) -> Stops:
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for place in threads.places:
        post = threads.posts[place]
        if marks[place].stop and not post.ours:
            for account in accounts[threads.root[place]]:
                key = _who(threads, place), account
                found[key] = (*found.get(key, ()), place)
    return found


def _dealt(threads: Threads, marks: Sequence[Marks], talk: _Talk, stops: Stops, account: str) -> Dealt:
    first = threads.order(talk.ours[0]) if talk.ours else None
    before = [place for place in talk.theirs if first is None or threads.order(place) < first]
    spoke = next((place for place in before if _addressed(threads, marks, place)), None)
    begun = spoke if spoke is not None else talk.theirs[0]
    return Dealt(
        brand=account,
        addressed=spoke is not None,
        complaint=any(marks[place].complaint for place in before),
        end=End.ANSWERED if talk.ours else End.LEFT,
        asked=threads.posts[begun].at,
        said=tuple(threads.posts[place].at for place in talk.ours),
        again=_again(threads, talk),
        handed=sum(marks[place].hands for place in talk.ours),
        personal=sum(marks[place].personal for place in talk.ours),
        after_stop=sum(_after_stop(threads, place, stops) for place in talk.ours),
        posts=len(talk.theirs),
    )


def _addressed(threads: Threads, marks: Sequence[Marks], place: int) -> bool:
    above = threads.above[place]
    return marks[place].addressed or (above is not None and threads.posts[above].ours)


def _again(threads: Threads, talk: _Talk) -> int:
    """How many answers went to a post that had one by the same account, and are no part of that."""
    last: dict[tuple[int | None, str], float | None] = {}
    count = 0
    for place in talk.ours:
        key = threads.answered(place), threads.posts[place].author
        at = threads.posts[place].at
        if key in last:
            before = last[key]
            count += before is None or at is None or at - before > PART
        last[key] = at
    return count


def _after_stop(threads: Threads, place: int, stops: Stops) -> bool:
    """Whether an answer goes to somebody who had asked this account to stop."""
    to = threads.answered(place)
    post = threads.posts[place]
    asked = stops.get((_who(threads, to), post.author), ()) if to is not None else ()
    return any(_later(threads, place, stop) for stop in asked)


def _later(threads: Threads, place: int, stop: int) -> bool:
    one, other = threads.posts[place].at, threads.posts[stop].at
    if threads.root[place] == threads.root[stop]:
        return threads.order(place) > threads.order(stop)
    return one is not None and other is not None and one > other
