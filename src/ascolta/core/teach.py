"""A better query from a few posts that a person marked: context that must stand there, words that must not.

Few examples say little, so the many unmarked posts help: a naive Bayes classifier, begun with the examples, guesses for
each unmarked post how likely it is one of ours, learns again from its guesses, and so on (expectation maximisation:
Nigam, McCallum, Thrun and Mitchell 2000, doi:10.1023/A:1007692713085). Rare words are drawn towards what they say in
all posts together. Where the brand's folder is at hand, posts with another sure sign of it are taken for ours. Terms
are those that examples share and those that lean to one kind in the posts guessed; never a word that all use. They are
taken one by one as long as they better the expected F score by more than they cost. What was learned must hold on
examples that were left out; where it does not, nothing is proposed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from heapq import nsmallest
from operator import or_

from ascolta.core.brand import Brand
from ascolta.core.common import says_little
from ascolta.core.parse import is_wordy
from ascolta.core.query import Handle, Hashtag, Near, Not, Query, Words, all_of, any_of, leaves
from ascolta.core.shelf import Shelf, alternatives, bits, polar, rows, spread
from ascolta.core.speech import BELIEF, Speech, guess
from ascolta.core.text import fold, patterns
from ascolta.core.view import View
from ascolta.core.word import fits

MOST = 12  # terms are added at the most
REACH = 8  # words apart is near
ENOUGH = 10  # with fewer examples what was learned is a guess
LEAST = 2  # examples of each kind, and of a kind that share a word
THIN = 3  # posts in which a word stands at the least that examples do not share
LEANING = 0.5  # how far beyond its share of all posts a kind must reach among those with such a word
CONSIDERED = 100  # such words of a kind at the most
AGAINST = 5  # times as often a word stands in what is not ours as in ours, at the least, to be taken away
BETTER = 0.1  # of the examples must be told better, or two of them
KEPT = 0.75  # of what is ours must be found still where a word must stand in the post
NEXT = 5  # posts are named that are best marked next
UNMARKED = 2_000  # unmarked posts are learned from, spread over all
COST = 0.003  # how much better, in F score, a query must become to be worth one more term
COMMON = 10.0  # how much dearer a word is by its share of posts: one in a tenth of them costs twice
PARTS = 30  # times it is learned anew, at the most, to judge examples that were left out


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

    `left_out` is the score on examples each of which the query that judged it had not seen; None: too few examples, so
    nothing is added, or nothing found. `parts` is how often it was learned anew for that. `held` is False if what could
    be learned did no better on them than the query as it was; then nothing is added. `unsure` are rows of posts that
    are best marked next, those of which it is least clear what they are. `few`: there is too little to learn from.
    """

    query: Query
    examples: int
    added: tuple[Added, ...]
    before: Score
    after: Score
    left_out: Score | None = None
    parts: int = 0
    held: bool = True
    unsure: tuple[int, ...] = ()
    few: bool = False


def teach(query: Query, views: Sequence[View], marked: Mapping[int, bool], known: Sequence[Query] = ()) -> Lesson:
    """A query that finds more of what was marked yes and less of what was marked no.

    `views` are posts that the query finds, and the marked ones; `marked` says by row what they are. `known` are other
    signs of ours (see `signs`). With fewer than two examples of a kind nothing is learned.
    """
    class_ = _Class(query, views, known)
    enough = min(Counter(marked.values())[kind] for kind in (True, False)) >= LEAST
    learned, before = class_.learn(marked) if enough else _Choice(query), class_.score(query, marked)
    grown = learned.query != query
    parts = min(len(marked), PARTS) if enough and grown else 0
    left_out = _left_out(class_, marked, parts) if parts else None
    held = left_out is None or _holds(before, left_out, len(marked))
    choice = learned if held else _Choice(query)
    return Lesson(
        query=choice.query,
        added=tuple(choice.added(class_, marked)),
        before=before,
        after=class_.score(choice.query, marked),
        left_out=left_out,
        parts=parts,
        held=held,
        examples=len(marked),
        unsure=class_.unsure(marked),
        few=not enough,
    )


def _holds(before: Score, left_out: Score, examples: int) -> bool:
    """Whether what was learned is better by more than chance may be, and keeps what is ours."""
    gained = before.wrong - left_out.wrong - (left_out.missed - before.missed)
    kept = left_out.hits >= KEPT * before.hits
    return kept and left_out.f > before.f and gained >= max(LEAST, BETTER * examples)


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


def signs(brand: Brand, query: Query) -> list[Query]:
    """By what else than `query` a brand is told: its accounts, what its queries ask for alone, words of its topics."""
    asked = frozenset(leaves(query))
    found: list[Query] = [Handle(handle) for handle in brand.handles]
    found += [each for kept in brand.queries for each in alternatives(kept.find)]
    found += [Words(tuple(patterns(fold(said)))) for topic in brand.topics for said in topic.words]
    kinds = Handle | Hashtag | Words | Near
    return [each for each in dict.fromkeys(found) if isinstance(each, kinds) and each not in asked]


def term(word: str) -> Words:
    """A learned word as a query."""
    return Words(tuple(word.split()))


class _Class:
    """The posts to learn from."""

    def __init__(self, query: Query, views: Sequence[View], known: Sequence[Query]) -> None:
        self.base, self.shelf, self.speech = query, Shelf(views), Speech(views)
        self.found = self.shelf.find(query)
        self.known = {sign: found for sign in known if (found := self.shelf.find(sign) & self.found)}
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
        context, without = (self._words(weights, marked, yes=kind) for kind in (True, False))
        ways = [_Search(self, weights, _Choice(self.base))]
        for near in (False, True) if is_wordy(self.base) else (False,):
            narrow = _Search(self, weights, _Choice(self.base, near=near))
            narrow.take("context", context)
            if narrow.sums[0] >= KEPT * ways[0].sums[0]:
                ways.append(narrow)
        for way in ways:
            way.take("without", without)
        return max(ways, key=lambda way: way.worth).choice

    def unsure(self, marked: Mapping[int, bool]) -> tuple[int, ...]:
        """Of the posts that are not marked, those of which it is least clear what they are."""
        guessed = self._guessed(marked)
        return tuple(nsmallest(NEXT, guessed, key=lambda row: (abs(guessed[row] - 0.5), row)))

    def _guessed(self, marked: Mapping[int, bool]) -> dict[int, float]:
        """How likely each post is ours that is found and not marked; of very many, some that are spread over all."""
        unmarked = spread([row for row in rows(self.found) if row not in marked], UNMARKED)
        wrong = bits(row for row, yes in marked.items() if not yes)
        known = reduce(or_, (found for found in self.known.values() if not found & wrong), 0)
        return guess({row: self.speech.said(row) for row in (*marked, *unmarked)}, marked, frozenset(rows(known)))

    def _weights(self, marked: Mapping[int, bool]) -> dict[int, tuple[float, float]]:
        """For each post that counts, how much it is ours and how much it is not."""
        guessed = self._guessed(marked)
        sure = {row: (1.0, 0.0) if yes else (0.0, 1.0) for row, yes in marked.items()}
        share = min(BELIEF, len(marked) / max(1, len(guessed)))
        return sure | {row: (share * ours, share * (1 - ours)) for row, ours in guessed.items()}

    def _words(self, weights: Mapping[int, tuple[float, float]], marked: Mapping[int, bool], *, yes: bool) -> list[str]:
        """Words that examples of a kind share or that lean to it elsewhere, and say something."""
        kinds: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for row, kind in marked.items():
            if self.found >> row & 1:
                kinds[kind].update(self.speech.said(row))
        found = {word for word, count in kinds[yes].items() if count >= LEAST} | self._leaning(weights, yes=yes)
        found |= {" ".join(sign.tokens) for sign in self.known if yes and isinstance(sign, Words)}
        kept = sorted(word for word in found if yes or kinds[False][word] >= AGAINST * kinds[True][word])
        return [word for word in kept if self._tells(word)]

    def _leaning(self, weights: Mapping[int, tuple[float, float]], *, yes: bool) -> set[str]:
        """Words whose posts are of a kind, marked or guessed, far more often than posts are in all."""
        leaning: dict[str, float] = defaultdict(float)
        whole: dict[str, float] = defaultdict(float)
        often = Counter[str]()
        for row, (ours, other) in weights.items():
            for word in self.speech.said(row):
                leaning[word] += ours if yes else other
                whole[word] += ours + other
                often[word] += 1
        share = sum(pair[not yes] for pair in weights.values()) / max(1e-9, sum(map(sum, weights.values())))
        beyond = share + LEANING * (1 - share)
        many = [word for word, posts in often.items() if posts >= THIN]
        told = [word for word in many if leaning[word] + 0.5 * share >= beyond * (whole[word] + 0.5)]
        return set(nsmallest(CONSIDERED, told, key=lambda word: (share * whole[word] - leaning[word], word)))

    def _tells(self, word: str) -> bool:
        """Whether a word may be proposed: not one that all use, nor a person's, nor what the query asks for itself."""
        if says_little(word) or self.speech.personal(word):
            return False
        return not any(fits(each, part) for part in word.split() for each in self.asked)


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
