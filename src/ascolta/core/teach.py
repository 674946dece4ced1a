"""A better query from a few posts that a person marked: context that must stand there, words that must not.

Few examples say little, so the many unmarked posts help: a naive Bayes classifier, begun with the examples, guesses for
each unmarked post how likely it is one of ours, learns again from its guesses, and so on (expectation maximisation:
Nigam, McCallum, Thrun and Mitchell 2000, doi:10.1023/A:1007692713085). Rare words are drawn towards what they say in
all posts together. Terms are then taken one by one as long as they better the expected F score by more than they cost.
What was learned must hold on examples that were left out; where it does not, nothing is proposed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ascolta.core.parse import is_wordy
from ascolta.core.query import Near, Not, Query, Words, all_of, any_of
from ascolta.core.shelf import Shelf, bits, polar, rows, spread
from ascolta.core.speech import BELIEF, Speech, guess
from ascolta.core.view import View
from ascolta.core.word import fits

MOST = 12  # terms are added at the most
REACH = 8  # words apart is near
FEW = 4  # with fewer examples of a kind, a word in one of them is enough
UNMARKED = 2_000  # unmarked posts are learned from, spread over all
COST = 0.01  # how much better, in F score, a query must become to be worth one more term
COMMON = 10.0  # how much dearer a word is by its share of posts: one in a tenth of them costs twice
PARTS = 50  # times it is learned anew, at the most, to judge examples that were left out


@dataclass(frozen=True, slots=True)
class Score:
    """How a query does on examples: right and wrong finds, and misses."""

    hits: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """The share of ours among what it finds; None if it finds nothing."""
        return self.hits / (self.hits + self.wrong) if self.hits + self.wrong else None

    @property
    def recall(self) -> float | None:
        """The share it finds of what is ours; None if nothing is."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else None

    @property
    def f(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.hits / max(1, 2 * self.hits + self.wrong + self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A learned term: in how many examples of either kind it stands."""

    term: Words
    below_not: bool
    yes: int
    no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learned: the query, what was added, how both do on the examples shown, and on examples left out.

    `left_out` is the score on examples each of which the query that judged it had not seen; None: too few examples.
    `parts` is how often it was learned anew for that. `held` is False if what could be learned did no better on them
    than the query as it was; then nothing is added.
    """

    query: Query
    examples: int
    added: tuple[Added, ...]
    before: Score
    after: Score
    left_out: Score | None = None
    parts: int = 0
    held: bool = True


def teach(query: Query, views: Sequence[View], marked: Mapping[int, bool], *, fewest: int = 10) -> Lesson:
    """A query that finds more of what was marked yes and less of what was marked no.

    `views` are posts that the query finds, and the marked ones; `marked` says by row what they are. With at least
    `fewest` examples it is also told how well it does on examples that it was not shown.
    """
    class_ = _Class(query, views)
    learned, before = class_.learn(marked), class_.score(query, marked)
    parts = min(len(marked), PARTS) if len(marked) >= fewest else 0
    left_out = _left_out(class_, marked, parts) if parts else None
    held = left_out is None or left_out.f > before.f
    choice, grown = learned if held else _Choice(query), learned.query != query
    return Lesson(
        query=choice.query,
        added=tuple(choice.added(class_, marked)),
        before=before,
        after=class_.score(choice.query, marked),
        left_out=left_out if grown else None,
        parts=parts,
        held=held or not grown,
        examples=len(marked),
    )


def _left_out(class_: "_Class", marked: Mapping[int, bool], parts: int) -> Score:
    """Each example judged by a query that was learned from the others."""
    order, scores = sorted(marked), []
    for part in range(parts):
        out = {row: marked[row] for row in order[part::parts]}
        shown = {row: yes for row, yes in marked.items() if row not in out}
        both = len(set(shown.values())) == 2
        scores.append(class_.score(class_.learn(shown).query if both else class_.base, out))
    return Score(*(sum(each) for each in zip(*((one.hits, one.wrong, one.missed) for one in scores), strict=True)))


@dataclass(frozen=True, slots=True)
class _Choice:
    """A query with learned context and exclusions."""

    base: Query
    context: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    near: bool = False

    @property
    def query(self) -> Query:
        """The whole."""
        made = self.base
        if self.context:
            words = any_of([term(word) for word in self.context])
            made = Near(made, words, REACH) if self.near else all_of([made, words])
        return all_of([made, Not(any_of([term(word) for word in self.without]))]) if self.without else made

    def plus(self, kind: str, word: str) -> "_Choice":
        """The same with one more word, `context` or not."""
        if kind == "context":
            return replace(self, context=(*self.context, word))
        return replace(self, without=(*self.without, word))

    def added(self, class_: "_Class", marked: Mapping[int, bool]) -> Iterator[Added]:
        """Each learned term with the examples it stands in."""
        for words, below_not in ((self.context, False), (self.without, True)):
            for word in words:
                found = class_.shelf.find(term(word))
                kinds = Counter(yes for row, yes in marked.items() if found >> row & 1)
                yield Added(term=term(word), below_not=below_not, yes=kinds[True], no=kinds[False])


def term(word: str) -> Words:
    """A learned word as a query."""
    return Words(tuple(word.split()))


class _Class:
    """The posts to learn from."""

    def __init__(self, query: Query, views: Sequence[View]) -> None:
        self.base, self.shelf, self.speech = query, Shelf(views), Speech(views)
        self.found = self.shelf.find(query)
        asked = [leaf for leaf, _ in polar(query) if isinstance(leaf, Words)]
        self.asked = {pattern for leaf in asked for pattern in leaf.tokens}

    def score(self, query: Query, marked: Mapping[int, bool]) -> Score:
        """How a query does on examples."""
        found = self.shelf.find(query)
        kinds = Counter((bool(found >> row & 1), yes) for row, yes in marked.items())
        return Score(kinds[True, True], kinds[True, False], kinds[False, True])

    def learn(self, marked: Mapping[int, bool]) -> _Choice:
        """The best query that a greedy search finds: with exclusions only, with context in the post, or near."""
        weights = self._weights(marked)
        context, without = (self._words(marked, yes=kind) for kind in (True, False))
        ways = [_Search(self, weights, _Choice(self.base))]
        for near in (False, True) if is_wordy(self.base) else (False,):
            ways.append(_Search(self, weights, _Choice(self.base, near=near)))
            ways[-1].take("context", context)
        for way in ways:
            way.take("without", without)
        return max(ways, key=lambda way: way.worth).choice

    def _weights(self, marked: Mapping[int, bool]) -> dict[int, tuple[float, float]]:
        """For each post that counts, how much it is ours and how much it is not."""
        unmarked = spread([row for row in rows(self.found) if row not in marked], UNMARKED)
        said = {row: self.speech.said(row) for row in (*marked, *unmarked)}
        sure = {row: (1.0, 0.0) if yes else (0.0, 1.0) for row, yes in marked.items()}
        share = min(BELIEF, len(marked) / max(1, len(unmarked)))
        return sure | {row: (share * ours, share * (1 - ours)) for row, ours in guess(said, marked).items()}

    def _words(self, marked: Mapping[int, bool], *, yes: bool) -> list[str]:
        """Words that enough examples of a kind share, none of which the query asks for itself."""
        kind = [row for row, each in marked.items() if each is yes and self.found >> row & 1]
        shared = Counter(word for row in kind for word in self.speech.said(row))
        least = 1 if len(kind) < FEW else 2
        known = sorted(word for word, count in shared.items() if count >= least and not self.speech.personal(word))
        return [word for word in known if not any(fits(each, part) for part in word.split() for each in self.asked)]


class _Search:
    """A greedy search: terms are taken one by one while the query gets better by more than a term costs."""

    def __init__(self, class_: _Class, weights: Mapping[int, tuple[float, float]], choice: _Choice) -> None:
        self.find, self.weights, self.choice = class_.shelf.find, weights, choice
        self.whole = self.open = class_.found & bits(weights)
        self.yes = sum(yes for yes, _ in weights.values())
        self.cost = 0.0
        self.sums = self._sums(self.whole)
        self.worth = self._worth(self.sums, 0.0)

    def take(self, kind: str, words: Sequence[str]) -> None:
        """Take the best of `words` as context or exclusions, again and again."""
        if kind == "context":
            self.open, self.sums, self.worth = 0, (0.0, 0.0), 0.0
        left = {word: (self._stands(kind, word), self.cost_of(word)) for word in words}
        while left and len(self.choice.context + self.choice.without) < MOST:
            tried = {word: self._with(kind, mask) for word, (mask, _) in left.items()}
            worths = {word: self._worth(tried[word], self.cost + left[word][1]) for word in left}
            best = max(left, key=lambda word: (worths[word], word))
            if worths[best] <= self.worth:
                return
            mask, cost = left.pop(best)
            self.open = self.open | mask if kind == "context" else self.open & ~mask
            self.sums, self.worth, self.cost = tried[best], worths[best], self.cost + cost
            self.choice = self.choice.plus(kind, best)

    def cost_of(self, word: str) -> float:
        """What a word costs: common ones are dearer, for they say little."""
        share = (self.find(term(word)) & self.whole).bit_count() / max(1, self.whole.bit_count())
        return COST * (1 + COMMON * share)

    def _stands(self, kind: str, word: str) -> int:
        near = kind == "context" and self.choice.near
        found = self.find(Near(self.choice.base, term(word), REACH) if near else term(word))
        return found & self.whole

    def _with(self, kind: str, mask: int) -> tuple[float, float]:
        """What would be found with one more word."""
        more = kind == "context"
        yes, no = self._sums(mask & ~self.open if more else mask & self.open)
        sign = 1 if more else -1
        return self.sums[0] + sign * yes, self.sums[1] + sign * no

    def _sums(self, mask: int) -> tuple[float, float]:
        found = [self.weights[row] for row in rows(mask)]
        return sum(yes for yes, _ in found), sum(no for _, no in found)

    def _worth(self, sums: tuple[float, float], cost: float) -> float:
        """The expected F score less what the terms cost."""
        return 2 * sums[0] / (sums[0] + sums[1] + self.yes) - cost if self.yes else 0.0
