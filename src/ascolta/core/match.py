"""Many queries against a batch: a literal index first, exact evaluation second.

A query can hold for a post only if one of its *anchors* stands there. The index maps each anchor to its queries, so
that a post meets only those that could hold. Anchors are chosen by length, as a first measure of rarity.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ascolta.core.post import Batch
from ascolta.core.query import And, Field, Handle, Hashtag, Near, Or, Query, Words
from ascolta.core.view import View, holds
from ascolta.core.word import is_plain

K = TypeVar("K", bound=Hashable)

Anchors = frozenset[tuple[str, str]]
"""Pairs of kind (`word`, `prefix`, `handle`, `hashtag`, `network`, `brand`) and text; a post must hold one of them."""

POSTED = ("network", "brand")


def anchors(query: Query) -> Anchors | None:
    """Terms of which a post must hold at least one for `query` to hold; None if there is no such set."""
    match query:
        case Words(tokens):
            plain = [token for token in tokens if is_plain(token)]
            return frozenset({("word", max(plain, key=len))}) if plain else None
        case Handle(name) if "*" not in name:
            return frozenset({("handle", name)})
        case Hashtag(name) if "*" not in name:
            return frozenset({("hashtag", name)})
        case Field(name, value) if name in POSTED:
            return frozenset({(name, value)})
        case Near(left, right):
            return _rarest([anchors(left), anchors(right)])
        case And(parts):
            return _rarest([anchors(part) for part in parts])
        case Or(parts):
            sets = [anchors(part) for part in parts]
            known = [found for found in sets if found is not None]
            return frozenset().union(*known) if len(known) == len(sets) else None
    return None


def _rarest(sets: list[Anchors | None]) -> Anchors | None:
    known = [found for found in sets if found is not None]
    return max(known, key=_rarity, default=None)


def _rarity(found: Anchors) -> tuple[bool, int, int]:
    literal = not any(kind in POSTED for kind, _ in found)
    return literal, min(len(text) for _, text in found), -len(found)


@dataclass(slots=True)
class Matcher(Generic[K]):
    """Queries by key, indexed. `slow` holds the keys of queries without an anchor, which every post must meet."""

    queries: dict[K, Query]
    index: dict[tuple[str, str], list[K]] = field(default_factory=dict)
    prefixes: dict[str, list[K]] = field(default_factory=dict)
    slow: list[K] = field(default_factory=list)
    order: dict[K, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.order = {key: place for place, key in enumerate(self.queries)}
        for key, query in self.queries.items():
            found = anchors(query)
            if found is None:
                self.slow.append(key)
            for kind, text in found or ():
                if kind == "prefix":
                    self.prefixes.setdefault(text, []).append(key)
                else:
                    self.index.setdefault((kind, text), []).append(key)

    def match(self, batch: Batch) -> list[tuple[int, View, list[K]]]:
        """Rows that some query finds, each with its view and the keys of all that do, in the order they were given."""
        found = []
        for row, event in enumerate(batch.events):
            if event.post is not None:
                view = View(event.post)
                keys = self.match_post(view)
                if keys:
                    found.append((row, view, keys))
        return found

    def match_post(self, view: View) -> list[K]:
        """The keys of the queries that hold for one post."""
        near = sorted(self._candidates(view), key=self.order.__getitem__)
        return [key for key in near if holds(self.queries[key], view)]

    def _candidates(self, view: View) -> set[K]:
        near = set(self.slow)
        for anchor in _held(view):
            near.update(self.index.get(anchor, ()))
        for prefix, keys in self.prefixes.items():
            if any(token.startswith(prefix) for token in view.places):
                near.update(keys)
        return near


def _held(view: View) -> Iterable[tuple[str, str]]:
    yield from (("word", token) for token in view.places)
    yield from (("handle", name) for name in view.handles)
    yield from (("hashtag", name) for name, _ in view.signed["#"])
    yield from ((name, value) for name in POSTED for value in view.fields[name])
