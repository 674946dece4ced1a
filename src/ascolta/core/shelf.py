"""Posts in memory, read once, that answer one query after another.

A set of posts is one integer with a bit a post, so that AND, OR and NOT are single operations, and only what depends on
the places of words is looked up post by post.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice, takewhile
from operator import and_, or_

from ascolta.core import text as words
from ascolta.core.query import (
    And,
    Around,
    Handle,
    Hashtag,
    Near,
    Not,
    Or,
    Query,
    Raw,
    Sentence,
    Ticker,
    Words,
    any_of,
    leaves,
)
from ascolta.core.view import View, holds
from ascolta.core.word import head, is_plain, predicate

ONLY_TERMS = 300
"""Up to how many different terms it is told what each of them finds alone."""

_REMEMBERED = 4096
_SIGNS: dict[type, str] = {Hashtag: "#", Ticker: "$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One term of a query: in how many posts it stands, and how many the query finds only because of it.

    For a term below NOT, `only` counts the posts that it alone keeps out. None: there are too many terms to tell.
    """

    term: Query
    below_not: bool
    posts: int
    only: int | None


class _Index:
    """In which rows each word stands."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}
        self._order: list[str] = []

    def add(self, found: Iterable[str], row: int) -> None:
        """The words of one more row."""
        for word in found:
            self.rows.setdefault(word, []).append(row)

    def fitting(self, pattern: str) -> int:
        """The rows in which a word stands that fits."""
        if is_plain(pattern):
            return bits(self.rows.get(pattern, ()))
        if len(self._order) < len(self.rows):
            self._order = sorted(self.rows)
        begin, fit = head(pattern), predicate(pattern)
        first = bisect_left(self._order, begin)
        near = takewhile(lambda word: word.startswith(begin), islice(self._order, first, None))
        return bits({row for word in near if fit(word) for row in self.rows[word]})


class Shelf:
    """Posts in memory that are asked one query after another."""

    def __init__(self, views: Iterable[View]) -> None:
        self.views = list(views)
        self.all = (1 << len(self.views)) - 1
        self._words = _Index()
        self._signed: dict[type, _Index] = {Handle: _Index(), Hashtag: _Index(), Ticker: _Index()}
        self._known: dict[Query, int] = {}
        for row, view in enumerate(self.views):
            self._shelve(row, view)

    def find(self, query: Query, never: Query | None = None) -> int:
        """The posts for which a query holds, or would hold if the term `never` stood in none of them."""
        match query:
            case And(parts):
                return reduce(and_, (self.find(part, never) for part in parts))
            case Or(parts):
                return reduce(or_, (self.find(part, never) for part in parts))
            case Not(part):
                return self.all & ~self.find(part, never)
            case Near() | Sentence():
                whole = self._remembered(query)
                if never is None or never not in leaves(query):
                    return whole
                touched = whole & self._remembered(never)
                return whole & ~touched | self._together(query, touched, never)
        return 0 if query == never else self._remembered(query)

    def tally(self, query: Query) -> list[Count]:
        """Every different term of a query with what it finds, left to right."""
        terms = list(dict.fromkeys(polar(query)))
        found = self.find(query)
        few = len(terms) <= ONLY_TERMS
        counts = []
        for term, below_not in terms:
            here = self._remembered(term)
            telling = few and here & (self.all & ~found if below_not else found)
            without = self.find(query, term) if telling else found
            only = (without & ~found if below_not else found & ~without).bit_count()
            told = only if few else None
            counts.append(Count(term=term, below_not=below_not, posts=here.bit_count(), only=told))
        return counts

    def _shelve(self, row: int, view: View) -> None:
        self._words.add(view.places, row)
        self._signed[Handle].add(view.handles, row)
        for kind, sign in _SIGNS.items():
            self._signed[kind].add({name for name, _ in view.signed[sign]}, row)

    def _remembered(self, query: Query) -> int:
        if query not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[query] = self._look_up(query)
        return self._known[query]

    def _look_up(self, query: Query) -> int:
        match query:
            case Near() | Sentence():
                return self._together(query, self.all, None)
            case Words((pattern,)):
                return self._words.fitting(pattern)
            case Words(patterns) | Around(patterns, _):
                return self._checked(query, reduce(and_, (self._words.fitting(each) for each in patterns)))
            case Handle(name) | Hashtag(name) | Ticker(name):
                return self._signed[type(query)].fitting(name)
            case Raw(said):
                near = (self._words.fitting(word) for word in words.sure(said))
                return self._checked(query, reduce(and_, near, self.all))
        return self._checked(query, self.all)

    def _checked(self, query: Query, among: int) -> int:
        return bits([row for row in rows(among) if holds(query, self.views[row])])

    def _together(self, query: Query, among: int, never: Query | None) -> int:
        """Where words stand near enough; each post is asked only for those terms that it has."""
        asked = self._present(query, among, never)
        return bits([row for row, left in asked.items() if holds(left, self.views[row])])

    def _present(self, query: Query, among: int, never: Query | None) -> dict[int, Query]:
        """For each post the part of a query whose terms stand in it."""
        match query:
            case Or(parts):
                found: dict[int, list[Query]] = {}
                for part in parts:
                    for row, left in self._present(part, among, never).items():
                        found.setdefault(row, []).append(left)
                return {row: any_of(left) for row, left in found.items()}
            case Near(one, other, within, ordered):
                both = self._each_present((one, other), among, never)
                return {row: Near(left, right, within, ordered) for row, (left, right) in both.items()}
            case Sentence(parts):
                return {row: Sentence(left) for row, left in self._each_present(parts, among, never).items()}
        return {} if query == never else dict.fromkeys(rows(self._remembered(query) & among), query)

    def _each_present(self, parts: tuple[Query, ...], among: int, never: Query | None) -> dict[int, tuple[Query, ...]]:
        among = reduce(and_, (self.find(part, never) for part in parts), among)
        found = [self._present(part, among, never) for part in parts]
        return {row: tuple(left[row] for left in found) for row in rows(among)}


def polar(query: Query, *, below_not: bool = False) -> list[tuple[Query, bool]]:
    """Every term of a query, left to right, and whether it stands below a NOT."""
    match query:
        case Not(part):
            return polar(part, below_not=not below_not)
        case And(parts) | Or(parts):
            return [found for part in parts for found in polar(part, below_not=below_not)]
    return [(leaf, below_not) for leaf in leaves(query)]


def alternatives(query: Query) -> list[Query]:
    """Terms each of which suffices, whatever is taken away."""
    match query:
        case Or(parts):
            return [found for part in parts for found in alternatives(part)]
        case And(parts):
            left = [part for part in parts if not isinstance(part, Not)]
            return alternatives(left[0]) if len(left) == 1 else []
    return [query]


def nears(query: Query) -> list[Near]:
    """What of a query asks for nearness, outside of NOT."""
    match query:
        case Or(parts) | And(parts):
            return [found for part in parts for found in nears(part)]
        case Near():
            return [query]
    return []


def bits(found: Iterable[int]) -> int:
    """A set of rows as one integer."""
    places = list(found)
    made = bytearray(max(places, default=-1) // 8 + 1)
    for row in places:
        made[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(made, "little")


def rows(mask: int) -> list[int]:
    """The rows of a set, in order."""
    said = bin(mask)[:1:-1]
    found = []
    place = said.find("1")
    while place >= 0:
        found.append(place)
        place = said.find("1", place + 1)
    return found


def spread(found: Sequence[int], size: int) -> list[int]:
    """At most `size` of `found`, evenly over them, always the same ones."""
    if len(found) <= size:
        return list(found)
    return [found[(2 * step + 1) * len(found) // (2 * size)] for step in range(size)]
