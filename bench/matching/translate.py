"""Queries said in the language of a peer, exactly or so widely that everything that holds is found.

What a peer cannot say (a wildcard inside a word, two words near each other in one order) is said more widely. Such a
query only finds candidates, and the reference evaluator decides; both are part of the peer's time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Generic, Protocol, TypeVar

from bench.matching.engines import Pairs, decided

from ascolta.core.query import And, Near, Not, Or, Query, Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """A query as a peer says it; None: the peer cannot narrow it at all. `exact`: it holds where ours holds."""

    text: T | None
    exact: bool = True


class Dialect(Protocol[T]):
    """What a peer can say."""

    def words(self, patterns: tuple[str, ...]) -> Said[T]:
        """A word or a phrase."""

    def near(self, left: tuple[str, ...], right: tuple[str, ...], near: Near) -> Said[T]:
        """Two words or phrases at most `near.within` apart."""

    def every(self, wanted: list[T], unwanted: list[T]) -> T:
        """All of the wanted and none of the unwanted."""

    def any(self, parts: list[T]) -> T:
        """Any of two or more."""


def say(query: Query, dialect: Dialect[T]) -> Said[T]:
    """The query as a peer says it."""
    match query:
        case Words(patterns):
            return dialect.words(patterns)
        case Near(left, right):
            pairs = [dialect.near(one, other, query) for one, other in product(_sides(left), _sides(right))]
            return _any(pairs, dialect)
        case Or(parts):
            return _any([say(part, dialect) for part in parts], dialect)
        case And(parts):
            wanted = [say(part, dialect) for part in parts if not isinstance(part, Not)]
            unwanted = [say(part.part, dialect) for part in parts if isinstance(part, Not)]
            return _every(wanted, unwanted, dialect)
    return Said(None, exact=False)


def _any(parts: list[Said[T]], dialect: Dialect[T]) -> Said[T]:
    texts = [part.text for part in parts if part.text is not None]
    if len(texts) < len(parts):
        return Said(None, exact=False)
    exact = all(part.exact for part in parts)
    return Said(texts[0] if len(texts) == 1 else dialect.any(texts), exact)


def _every(wanted: list[Said[T]], unwanted: list[Said[T]], dialect: Dialect[T]) -> Said[T]:
    """What is not wanted may only be taken away if it is said exactly."""
    texts = [part.text for part in wanted if part.text is not None]
    out = [part.text for part in unwanted if part.text is not None and part.exact]
    if not texts:
        return Said(None, exact=False)
    exact = len(out) == len(unwanted) and all(part.exact for part in wanted)
    return Said(texts[0] if len(texts) == 1 and not out else dialect.every(texts, out), exact)


def _sides(query: Query) -> Iterator[tuple[str, ...]]:
    match query:
        case Words(patterns):
            yield patterns
        case Or(parts):
            for part in parts:
                yield from _sides(part)
        case _:
            raise ValueError(f"the bench has no query with {query} on one side of NEAR")


@dataclass(slots=True)
class Stored(Generic[T]):
    """The queries of one peer: as ours, as the peer says them, and which of them it says exactly.

    A text of more bytes than `longest` is said in the `wide` dialect, if there is one.
    """

    dialect: Dialect[T]
    wide: Dialect[T] | None = None
    longest: int = 0
    queries: list[Query] = field(default_factory=list)
    said: list[T] = field(default_factory=list)
    exact: list[bool] = field(default_factory=list)

    @classmethod
    def of(
        cls, queries: Sequence[Query], dialect: Dialect[T], wide: Dialect[T] | None = None, longest: int = 0
    ) -> "Stored[T]":
        """All of them."""
        made = cls(dialect, wide, longest, list(queries))
        for query in queries:
            text, exact = made.one(query)
            made.said.append(text)
            made.exact.append(exact)
        return made

    def one(self, query: Query) -> tuple[T, bool]:
        """One query as the peer says it. Raises ValueError for one that the peer could only ask of every post."""
        made = say(query, self.dialect)
        if self.wide is not None and isinstance(made.text, str) and len(made.text.encode()) > self.longest:
            made = say(query, self.wide)
        if made.text is None:
            raise ValueError(f"this peer cannot narrow {query}")
        return made.text, made.exact

    def put(self, place: int, query: Query) -> None:
        """Another query in the place of one."""
        self.said[place], self.exact[place] = self.one(query)
        self.queries[place] = query

    def settle(self, texts: Sequence[str], found: Iterable[tuple[int, int]]) -> Pairs:
        """Rows and places, of which those that were not said exactly are decided by the reference evaluator."""
        rows: list[int] = []
        places: list[int] = []
        open_: dict[int, list[int]] = {}
        for row, place in found:
            if self.exact[place]:
                rows.append(row)
                places.append(place)
            else:
                open_.setdefault(row, []).append(place)
        more = decided(texts, self.queries, open_.items())
        return [*rows, *more[0]], [*places, *more[1]]
