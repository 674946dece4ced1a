"""What is known of a blog's comments between two times of asking: how far they were heard, and which may come late.

A comment that was held back appears later than others of higher numbers, so the numbers that were not seen stay open.
Of what was said to the brand a hash of 32 bits of the words is remembered, with a salt, by which an edit is seen and a
removal can be told; of all other talk nothing is.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import msgspec

from ascolta.core.post import Event, EventKind, Page, Post
from ascolta.core.text import fold
from ascolta.sources.asking import Answer
from ascolta.sources.chance import Chance
from ascolta.sources.cursors import read, short
from ascolta.sources.natives import web
from ascolta.sources.saying import letters

FIRST = 86_400.0
"""How far back, in seconds, a blog is heard that was never heard before."""

WINDOW = 14 * 86_400.0
"""How old, in seconds, a comment may be that appears late, is edited or removed, and is told of unasked."""

REMEMBERED = 500
"""Comments of which an edit or a removal is told unasked, and ranges of numbers that may come late."""

ALIKE = 0.9
"""How alike two texts are, of which a blog made one out of the other: it sets quotation marks, dashes and smileys."""

Range = tuple[int, int]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A cursor: the time and the number of the newest, which numbers below it are open, and what is remembered."""

    salt: str
    since: float
    last: int
    open: tuple[Range, ...] = ()
    kept: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One as a blog shows it: its number, when it was written, and the post that it is.

    Without a post it is not for us to hear: `unreadable`, or our own.
    """

    number: int
    at: float
    post: Post | None = None
    unreadable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What came of a look at comments; `set_aside` of them could not be read."""

    events: Sequence[Event]
    place: Place
    set_aside: int = 0


def begun(chance: Chance, last: int) -> Place:
    """The place at which a blog is heard first: all up to a number is old."""
    return Place(salt=f"{int(chance.draw() * (1 << 32)):08x}", since=chance.clock() - FIRST, last=last)


def place_of(who: str, cursor: str) -> Place | None:
    """The place that a cursor says; None for the first time. Raises SourceError if it is none of ours."""
    return read(who, cursor, Place)


def cursor_of(place: Place) -> str:
    """The same as a cursor."""
    return msgspec.json.encode(place).decode()


def noted(place: Place, comments: Iterable[Comment], *, reused: bool = False) -> Noted:
    """What is new among comments, and what was written anew. `reused`: a number that is free again is given away."""
    last, since, ranges, kept = place.last, place.since, list(place.open), dict(place.kept)
    events: list[Event] = []
    set_aside = 0
    for one in sorted(comments, key=lambda one: (one.at, one.number)):
        is_new = one.number > last or _holds(ranges, one.number) or (reused and one.at > place.since)
        if one.number > last + 1:
            ranges.append((last + 1, one.number - 1))
        ranges = _without(ranges, one.number)
        last, since = max(last, one.number), max(since, one.at)
        set_aside += is_new and one.unreadable
        if one.post is None:
            continue
        words, before = short(place.salt, one.post.content), kept.get(one.post.id)
        if is_new:
            events.append(Event(kind=EventKind.PUBLISHED, network=one.post.network, post=one.post))
        elif before not in (None, words):
            events.append(Event(kind=EventKind.EDITED, network=one.post.network, post=one.post))
        if one.post.addressed and (is_new or before is not None):
            kept[one.post.id] = words
    behind = Place(
        salt=place.salt, since=since, last=last, open=tuple(ranges[-REMEMBERED:]),
        kept=dict(list(kept.items())[-REMEMBERED:]),
    )  # fmt: skip
    return Noted(events=events, place=behind, set_aside=set_aside)


def forgotten(network: str, place: Place, standing: Iterable[str], gone: Iterable[str]) -> Noted:
    """Remember some no more: those that stand and are too old, and those that are gone, which is told."""
    removed = [one for one in gone if one in place.kept]
    kept = {one: words for one, words in place.kept.items() if one not in {*standing, *removed}}
    events = [Event(kind=EventKind.REMOVED, network=network, post_id=one) for one in removed]
    return Noted(events=events, place=msgspec.structs.replace(place, kept=kept))


def missing(place: Place, shown: Iterable[str]) -> list[str]:
    """Which of those that are remembered were not among the posts that were shown."""
    there = set(shown)
    return [one for one in place.kept if one not in there]


def reserved(url: str, answer: Answer) -> Page | None:
    """What a blog's answer says of the use of what is in it; None where it says nothing.

    WordPress itself forbids search engines to index what programs are answered, which says nothing of the comments.
    """
    found = web.page(url, [(name, said) for name, said in answer.headers.items() if name != "x-robots-tag"])
    return None if found == Page() else found


def said_in(answer: Answer) -> dict[str, Any]:
    """The object that an answer to a comment of ours is; an empty one if it is none."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def to_us(post: Post, brand: str, *, ours: bool, names: Sequence[str]) -> Post:
    """A post with whom it speaks to: us by its place (`ours`), or perhaps by its words, which name us."""
    if ours:
        return msgspec.structs.replace(post, brand=brand, addressed=True)
    if any(_names(post.content, name) for name in names if name):
        return msgspec.structs.replace(post, brand=brand, handles=tuple(names))
    return post


def is_alike(shown: str, meant: str) -> bool:
    """Whether the words that a blog shows are those that were sent to it."""
    one, other = letters(shown), letters(meant)
    return bool(other) and SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _names(content: str, name: str) -> bool:
    """Whether words name an account with an @, with or without the spaces in its name."""
    said = fold(content)
    for form in {fold(name), fold(name).replace(" ", "")}:
        _, found, rest = said.partition(f"@{form}")
        if found and not rest[:1].isalnum():
            return True
    return False


def _holds(ranges: Iterable[Range], number: int) -> bool:
    return any(low <= number <= high for low, high in ranges)


def _without(ranges: list[Range], number: int) -> list[Range]:
    """Ranges of numbers without one of them."""
    if not _holds(ranges, number):
        return ranges
    found: list[Range] = []
    for low, high in ranges:
        parts = [(low, number - 1), (number + 1, high)] if low <= number <= high else [(low, high)]
        found += [(a, b) for a, b in parts if a <= b]
    return found
