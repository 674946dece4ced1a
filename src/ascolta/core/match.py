"""Many queries against many posts: a literal index first, exact evaluation second.

A query can hold for a post only if one of its *anchors* stands there: the rarest words of which it needs one. All words
of all posts are looked up at once (core.block, core.table); only posts and queries that meet in an anchor are evaluated
exactly (core.checks). How rare a word is, is learned from the posts that go by.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ascolta.core.anchor import Anchors, anchors, expected
from ascolta.core.checks import Check, Checks, Row
from ascolta.core.lists import Ids, Lists, Places, lined, once
from ascolta.core.needs import Needs, needs, unsettled
from ascolta.core.points import Bytes
from ascolta.core.post import Batch, Columns, Post
from ascolta.core.query import Query
from ascolta.core.sieve import CELLS, Seen, Sieve
from ascolta.core.text import fold
from ascolta.core.tier import installed, kernel
from ascolta.core.view import View
from ascolta.core.vocabulary import Hits, Vocabulary
from ascolta.core.word import fits

K = TypeVar("K", bound=Hashable)

BLOCK = 20_000
"""At most so many posts are looked at together: what a block costs beside its posts is then shared by many."""

CHARACTERS = 4_000_000
"""And about so many characters, for which there must be room several times over."""

LEARNED = 4_000
"""After so many posts anchors are chosen again, by how often words were really met, and the compiled tier is read."""

AT_ONCE = 0.2
"""So many queries choose again for each post of a block, so that no post waits for all of them."""

RARE = 0.0005
"""An anchor that stands in fewer posts than this share is kept as it is."""

BELIEF = 200
"""The guess of how rare a word is counts as much as so many posts."""

WIDER = 1_024
"""Room is made for so many new terms at a time."""

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows of posts, and for each the place of a query that holds for it, in order of rows and then of places."""


class Matcher(Generic[K]):
    """Queries by key, in the order in which they were given; they may be put and dropped between two calls.

    `slow` names the queries without an anchor, which every post must meet. `tier` is plain, fast (raises ValueError
    where that is not installed) or None: plain, and fast after LEARNED posts if it is installed.
    """

    def __init__(self, queries: Mapping[K, Query], tier: str | None = None) -> None:
        self.queries: dict[K, Query] = {}
        self._vocabulary = Vocabulary()
        self._checks = Checks(self._vocabulary)
        self._keys: list[K | None] = []
        self._places: dict[K, int] = {}
        self._check: list[Check] = []
        self._index = _Index(self._vocabulary)
        self._may_quicken = tier is None and installed()
        if tier is not None:
            self._quicken(kernel(tier))
        for key, query in queries.items():
            self.put(key, query)

    @property
    def slow(self) -> list[K]:
        """The keys of queries without an anchor."""
        return [key for place in sorted(self._index.slow) if (key := self._keys[place]) is not None]

    def put(self, key: K, query: Query) -> None:
        """Add a query, or put it in place of the one of the same key."""
        if key in self._places:
            place = self._places[key]
            self._index.drop(place)
        else:
            place = self._places[key] = len(self._keys)
            self._keys.append(key)
            self._check.append(_never)
        self.queries[key] = query
        rest = unsettled(query, self._vocabulary)
        self._check[place] = self._checks.of(rest) if rest is not None else _always
        self._index.put(place, query)

    def drop(self, key: K) -> None:
        """Take a query out. Raises KeyError if there is none of this key."""
        place = self._places.pop(key)
        del self.queries[key]
        self._index.drop(place)
        self._keys[place], self._check[place] = None, _never

    def match(self, batch: Batch) -> list[tuple[int, View, list[K]]]:
        """Rows that some query finds, each with its view and the keys of all that do, in the order they were given."""
        views: dict[int, View] = {}
        columns = batch.columns
        rows, places = self._pairs(columns.texts, _Beside(columns.texts, batch, columns), views)
        found: list[tuple[int, View, list[K]]] = []
        for row, place in zip(rows.tolist(), places.tolist(), strict=True):
            key = self._keys[place]
            if key is not None:
                if not found or found[-1][0] != row:
                    view = views.get(row) or _view(batch.post(row))
                    found.append((row, view, []))
                found[-1][2].append(key)
        return found

    def pairs(self, texts: Sequence[str]) -> Pairs:
        """Which queries hold for which of some posts of which only the words are known."""
        return self._pairs(texts, _Beside(texts), {})

    def _quicken(self, compiled: ModuleType | None) -> None:
        self._index.kernel = compiled
        if compiled is not None:
            self._vocabulary.quicken(compiled)

    def _pairs(self, texts: Sequence[str], beside: "_Beside", views: dict[int, View]) -> Pairs:
        most = min(BLOCK, max(CELLS // (len(self._vocabulary) + 1), 1))
        parts = [self._of_block(start, texts[start:stop], beside, views) for start, stop in blocks(texts, most)]
        rows = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, np.int64)
        return rows, np.concatenate([part[1] for part in parts]) if parts else np.zeros(0, np.int64)

    def _of_block(self, start: int, texts: Sequence[str], beside: "_Beside", views: dict[int, View]) -> Pairs:
        if self._may_quicken and self._index.posts >= LEARNED:
            self._may_quicken = False
            self._quicken(kernel())
        hits = self._vocabulary.read(texts)
        self._index.learn(hits, self.queries, self._places)
        found, open_ = self._index.near(hits, beside, start)
        if len(open_):
            found = np.sort(np.concatenate([found, self._asked(open_, hits, start, (beside, views))]))
        return (found >> 32) + start, found & 0xFFFFFFFF

    def _asked(self, pairs: Places, hits: Hits, start: int, known: "tuple[_Beside, dict[int, View]]") -> Places:
        """Of pairs that may hold those that do, each as one number."""
        beside, views = known
        segments = np.empty(len(hits.block.rows), np.int64)
        segments[hits.block.rows] = np.arange(len(segments))
        rows, places = pairs >> 32, pairs & 0xFFFFFFFF
        each = hits.each(segments[rows[np.flatnonzero(np.diff(rows, prepend=-1))]])
        last, here = -1, Row(([], []), "", _nobody, named=False)
        found = []
        for row, place in zip(rows.tolist(), places.tolist(), strict=True):
            if row != last:
                last, at = row, start + row
                here = Row(next(each), beside.texts[at], beside.view_of(at, views), named=at in beside.named)
            if self._check[place](here):
                found.append(row << 32 | place)
        return np.array(found, np.int64)


class _Index:
    """Which queries to ask about a post, by the terms and properties it has."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.kernel: ModuleType | None = None
        self.by_term = Lists()
        self.sieve = Sieve()
        self.seen = Seen(0, 0)
        self._marks = self._asked = np.zeros(0, np.uint8)
        self._words = np.zeros(0, np.int32)
        self._from: tuple[object, int] = (None, 0)
        self._by_term: Any = None
        self.beside: dict[tuple[str, str], list[int]] = {}
        self.slow: set[int] = set()
        self.anchors: dict[int, Anchors] = {}
        self.needs: dict[int, Needs] = {}
        self._doubtful: list[Any] = []
        self.counts = np.zeros(0, np.int64)
        self.posts = 0

    def put(self, place: int, query: Query) -> None:
        """Index a query under its anchors."""
        self.needs[place] = needs(query, self.vocabulary)
        self._hold(place, anchors(query, self.cost))

    def _hold(self, place: int, found: Anchors | None) -> None:
        """Index a query, of which it is known what it needs, under some anchors."""
        asked = self.needs[place]
        terms = {text: self.vocabulary.number(text) for kind, text in found or () if kind == "word"}
        known = frozenset(number for number in terms.values() if number is not None)
        if found is None or None in terms.values():
            self.sieve.put(place, asked, frozenset())
            self.slow.add(place)
            return
        self.sieve.put(place, asked, known if len(known) == len(found) else frozenset())
        self.anchors[place] = found
        for kind, text in found:
            number = terms[text] if kind == "word" else None
            if number is not None:
                self.by_term.add(number, place)
            else:
                self.beside.setdefault((kind, text), []).append(place)

    def drop(self, place: int) -> None:
        """Forget a query."""
        self.slow.discard(place)
        self.needs.pop(place, None)
        for kind, text in self.anchors.pop(place, ()):
            number = self.vocabulary.number(text) if kind == "word" else None
            if number is not None:
                self.by_term.remove(number, place)
            else:
                self.beside[kind, text].remove(place)

    def cost(self, pattern: str) -> float:
        """How often a pattern stands in a post: what was counted, and as long as that is little, a guess."""
        number = self.vocabulary.number(pattern)
        if number is None:
            return 1e6
        met = float(self.counts[number]) if number < len(self.counts) else 0.0
        return (met + BELIEF * expected(pattern)) / (self.posts + BELIEF)

    def learn(self, hits: Hits, queries: Mapping[K, Query], places: Mapping[K, int]) -> None:
        """Count the terms that are met at first, and then choose again the anchors that are common."""
        if self.posts < LEARNED:
            size = len(self.vocabulary)
            met = np.bincount(hits.terms[hits.terms >= 0], minlength=size) + np.bincount(hits.more, minlength=size)
            met[: len(self.counts)] += self.counts
            self.counts = met
            self.posts += len(hits.block.rows)
            self._doubtful = list(queries) if self.posts >= LEARNED else []
        some = int(AT_ONCE * len(hits.block.rows)) + 1
        for key in self._doubtful[-some:]:
            if key in places:
                self._choose_again(places[key], queries[key])
        del self._doubtful[-some:]

    def _choose_again(self, place: int, query: Query) -> None:
        """Another anchor for a query, if the one it has turned out to be common and there is a better one."""
        held = self.anchors.get(place, frozenset())
        if any(kind == "word" and self.cost(text) > RARE for kind, text in held):
            found = anchors(query, self.cost)
            if found != held:
                asked = self.needs[place]
                self.drop(place)
                self.needs[place] = asked
                self._hold(place, found)

    def near(self, hits: Hits, beside: "_Beside", start: int) -> tuple[Places, Places]:
        """Pairs of a row and a query that holds there, and those that must be asked; each pair as one number."""
        every = np.arange(len(hits.block.rows))
        end = start + len(every)
        posted = [(row - start) << 32 | place for row, place in beside.asked(self.beside) if start <= row < end]
        others = [np.array(posted, np.int64)] if posted else []
        others += [every << 32 | place for place in self.slow]
        if self.kernel is None:
            return self._sift(hits, others, anchored=True)
        sure, open_ = self._compiled(self.kernel, hits)
        if others:
            more = self._sift(hits, others, anchored=False)
            sure, open_ = np.concatenate([sure, more[0]]), np.concatenate([open_, more[1]])
        return once(sure), once(open_)

    def _sift(self, hits: Hits, pairs: list[Places], *, anchored: bool) -> tuple[Places, Places]:
        words = np.flatnonzero(hits.terms >= 0)
        terms = np.concatenate([hits.terms[words], hits.more])
        rows = hits.rows(words)
        if anchored:
            lists = self.by_term.array(len(self.vocabulary))
            some = np.flatnonzero(lists.sizes[terms])
            pairs.append(np.repeat(rows[some], lists.sizes[terms[some]]) << 32 | lists.each(terms[some]))
        both = np.concatenate(pairs)
        near = np.zeros(len(hits.block.rows), bool)
        near[both >> 32] = True
        some = np.flatnonzero(near[rows])
        self._see(rows[some], terms[some], len(near))
        left, sure = self.sieve.sift(both >> 32, both & 0xFFFFFFFF, self.seen)
        return once(left[sure]), once(left[~sure])

    def _compiled(self, kernel: ModuleType, hits: Hits) -> tuple[Places, Places]:
        asks, exact = self.sieve.asks()
        stand = kernel.Stand(hits.terms, hits.known, hits.places, hits.more, hits.block.first, hits.block.rows)
        needed = kernel.Needed(kernel.many(asks), exact)
        room = kernel.Room(*self._room(len(exact), len(hits.known)))
        found: tuple[Places, Places] = kernel.sift(stand, self._anchored(kernel), needed, room)
        return found

    def _room(self, queries: int, words: int) -> tuple[Bytes, Bytes, Ids]:
        """Stamps of terms and of queries, and words, with room for all that there are."""
        if len(self._marks) <= len(self.vocabulary):
            self._marks = np.zeros(2 * len(self.vocabulary) + 1, np.uint8)
        if len(self._asked) < queries:
            self._asked = np.zeros(2 * queries, np.uint8)
        if len(self._words) <= words:
            self._words = np.empty(2 * words + 1, np.int32)
        return self._marks, self._asked, self._words

    def _anchored(self, kernel: ModuleType) -> Any:
        lists = self.by_term.array(len(self.vocabulary))
        if self._from[0] is not lists or self._from[1] != self.sieve.changes:
            self._from = (lists, self.sieve.changes)
            flat = lined(lists.flat, self.sieve.closest()[lists.flat])
            spans = np.column_stack([lists.starts, lists.sizes]).astype(np.int32)
            self._by_term = kernel.Asked(lists.sizes > 0, spans, flat)
        return self._by_term

    def _see(self, rows: Places, terms: Ids, height: int) -> None:
        width = (len(self.vocabulary) // WIDER + 1) * WIDER
        if self.seen.width != width or self.seen.height < height:
            self.seen = Seen(height, width)
        self.seen.mark(rows, terms)


class _Beside:
    """What is known of posts beside their words; nothing, where only texts are given."""

    def __init__(self, texts: Sequence[str], posts: Batch | None = None, columns: Columns | None = None) -> None:
        self.posts, self.texts = posts, texts
        self.networks = columns.networks if columns else ()
        self.known = columns.beside if columns else ()
        self.named = frozenset(row for row, kind, _ in self.known if kind == "handle")

    def asked(self, index: Mapping[tuple[str, str], Sequence[int]]) -> Iterator[tuple[int, int]]:
        """Rows and places of queries that ask for a property of the post there."""
        kinds = {kind for kind, _ in index}
        starred = [name for kind, name in index if kind == "handle" and name.endswith("*")]
        if "network" in kinds:
            for row, network in enumerate(self.networks):
                yield from ((row, place) for place in index.get(("network", fold(network)), ()))
        for row, kind, said in self.known:
            text = fold(said)
            forms = {text.lstrip("@"), text.lstrip("@").partition("@")[0]} if kind == "handle" else {text}
            for form in forms:
                names = [form, *(name for name in starred if kind == "handle" and fits(name, form))]
                yield from ((row, place) for name in names for place in index.get((kind, name), ()))

    def view_of(self, row: int, views: dict[int, View]) -> Callable[[], View]:
        """Makes the view of a row, once."""

        def view() -> View:
            made = views.get(row)
            if made is None:
                post = Post(id="", content=self.texts[row]) if self.posts is None else self.posts.post(row)
                made = views[row] = _view(post)
            return made

        return view


def blocks(texts: Sequence[str], most: int) -> Iterator[tuple[int, int]]:
    """Where each block of texts starts and stops. How long they are is told by every eighth of them."""
    start = 0
    while start < len(texts):
        stop = min(start + most, len(texts))
        long = 8 * sum(map(len, texts[start:stop:8]))
        if long > CHARACTERS:
            stop = start + max(1, (stop - start) * CHARACTERS // long)
        yield start, stop
        start = stop


def _view(post: Post | None) -> View:
    return View(post or Post(id="", content=""))


def _never(row: Row) -> bool:
    return False


def _always(row: Row) -> bool:
    return True


def _nobody() -> View:
    return View(Post(id="", content=""))
