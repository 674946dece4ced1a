"""What is measured: one interface, our own two tiers, and the two ways in plain Python that everyone begins with."""

import importlib
import importlib.util
import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ascolta.core import match
from ascolta.core.post import Batch, Post
from ascolta.core.query import And, Near, Or, Query, Words
from ascolta.core.text import tokens
from ascolta.core.view import View, holds
from ascolta.core.word import head, is_plain

Pairs = tuple[Sequence[int], Sequence[int]]
"""Rows of posts, and for each the place of a query that holds for it."""

HEAD = 3
"""Patterns with wildcards are found by so many characters at their beginning."""


class Engine(Protocol):
    """Something that finds which stored queries hold for which posts. `counts` is set by one that only counts."""

    counts: list[int | None] | None

    def ready(self, queries: Sequence[Query]) -> None:
        """Take the queries; what is done here is not part of the time per post."""

    def pairs(self, texts: Sequence[str]) -> Pairs:
        """Match."""

    def put(self, place: int, query: Query) -> None:
        """Put another query in the place of one."""

    def beside(self) -> int:
        """The number of another program that does the work, 0 while there is none."""

    def close(self) -> None:
        """Let go of what was started."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An engine as the table knows it.

    `missing` says why it cannot be tried here, or nothing. `raw`: it reads texts as they were written and folds them
    itself. `pairs`: posts times queries in one batch, for those that are too slow for whole batches. `settles`: a
    changed query is worked in at the next match, so the change is timed together with that.
    """

    name: str
    make: Callable[[], Engine]
    missing: Callable[[], str] = str
    remark: str = ""
    raw: bool = False
    pairs: int = 0
    settles: bool = False


class Inside:
    """What engines have in common that work inside this program and return pairs."""

    counts: list[int | None] | None = None

    def beside(self) -> int:
        """None."""
        return 0

    def close(self) -> None:
        """Nothing to let go of."""


class Ours(Inside):
    """Ascolta's matcher."""

    def __init__(self, tier: str) -> None:
        self.tier = tier

    def ready(self, queries: Sequence[Query]) -> None:
        """Index the queries."""
        make: Any = match.Matcher
        kept = dict(enumerate(queries))
        self.matcher = make(kept, tier=self.tier) if has_tiers() else make(kept)

    def pairs(self, texts: Sequence[str]) -> Pairs:
        """By the column of texts, where the matcher takes one."""
        if hasattr(self.matcher, "pairs"):
            found: Pairs = self.matcher.pairs(texts)
            return found
        batch = Batch.of(Post(id="", content=text) for text in texts)
        both = [(row, key) for row, _, keys in self.matcher.match(batch) for key in keys]
        return [row for row, _ in both], [key for _, key in both]

    def put(self, place: int, query: Query) -> None:
        """As a person's edit would."""
        self.matcher.put(place, query)


class Each(Inside):
    """Every query on every post, by the reference evaluator."""

    def ready(self, queries: Sequence[Query]) -> None:
        """Nothing to make ready."""
        self.queries = list(queries)

    def pairs(self, texts: Sequence[str]) -> Pairs:
        """All of them."""
        return decided(texts, self.queries, ((row, range(len(self.queries))) for row in range(len(texts))))

    def put(self, place: int, query: Query) -> None:
        """One item of a list."""
        self.queries[place] = query


class Rarest(Inside):
    """Each query under the rarest words of which it needs one; the reference evaluator for all that are met so.

    How rare a word is was counted in `sample`, posts folded and with spaces between words.
    """

    def __init__(self, sample: Sequence[str]) -> None:
        self.met = Counter(word for text in sample for word in set(text.split()))
        self.begun = Counter(word[:HEAD] for text in sample for word in set(text.split()))

    def ready(self, queries: Sequence[Query]) -> None:
        """Index the queries."""
        self.queries = list(queries)
        self.words: dict[str, list[int]] = {}
        self.heads: dict[str, list[int]] = {}
        self.always: list[int] = []
        for place, query in enumerate(queries):
            self._add(place, query)

    def put(self, place: int, query: Query) -> None:
        """Index another; what led to the former leads to this one too, and the evaluator decides."""
        self.queries[place] = query
        self._add(place, query)

    def pairs(self, texts: Sequence[str]) -> Pairs:
        """Look words up, then evaluate."""
        return decided(texts, self.queries, ((row, self._near(text)) for row, text in enumerate(texts)))

    def _near(self, text: str) -> list[int]:
        found = set(self.always)
        for word in tokens(text):
            found.update(self.words.get(word, ()))
            if self.heads:
                found.update(self.heads.get(word[:HEAD], ()))
        return sorted(found)

    def _add(self, place: int, query: Query) -> None:
        needed = self._needed(query)
        if needed is None:
            self.always.append(place)
        for pattern in needed or ():
            if is_plain(pattern):
                self.words.setdefault(pattern, []).append(place)
            else:
                self.heads.setdefault(head(pattern)[:HEAD], []).append(place)

    def _needed(self, query: Query) -> frozenset[str] | None:
        """Patterns of which a post must hold one; None if there are none to look up."""
        match query:
            case Words(patterns):
                return self._least(frozenset({one}) for one in patterns if is_plain(one) or len(head(one)) >= HEAD)
            case And(parts):
                return self._least(self._needed(part) for part in parts)
            case Near(left, right):
                return self._least([self._needed(left), self._needed(right)])
            case Or(parts):
                sets = [self._needed(part) for part in parts]
                known = [needed for needed in sets if needed is not None]
                return frozenset[str]().union(*known) if len(known) == len(sets) else None
        return None

    def _least(self, sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
        return min((needed for needed in sets if needed is not None), key=self._often, default=None)

    def _often(self, needed: frozenset[str]) -> int:
        return sum(self.met[one] if is_plain(one) else self.begun[head(one)[:HEAD]] for one in needed)


def decided(texts: Sequence[str], queries: Sequence[Query], near: Iterable[tuple[int, Iterable[int]]]) -> Pairs:
    """Of rows and the queries that may hold there, the pairs for which the reference evaluator says so."""
    rows: list[int] = []
    places: list[int] = []
    for row, some in near:
        view = View(Post(id="", content=texts[row]))
        for place in some:
            if holds(queries[place], view):
                rows.append(row)
                places.append(place)
    return rows, places


def has_tiers() -> bool:
    """Whether this version of the matcher has more than one tier."""
    return "tier" in inspect.signature(match.Matcher).parameters


def no_fast() -> str:
    """Why our compiled tier cannot be tried, or nothing."""
    if not has_tiers():
        return "the matcher has one tier only"
    return absent("numba", "install the extra: pip install 'ascolta[fast]'")


def absent(module: str, advice: str) -> str:
    """Why a module cannot be used, or nothing."""
    return "" if importlib.util.find_spec(module) else f"{module} is not installed; {advice}"


def load(module: str) -> Any:
    """A module that may not be there, and is not imported before it is needed."""
    return importlib.import_module(module)
