"""Exact evaluation of a query on a post of which is known where its terms stand.

Each query becomes one function of a Row. It says what `core.view.holds` says, which it asks for what is not words.
"""

import re
from collections.abc import Callable
from functools import partial

from ascolta.core.query import And, Around, Handle, Hashtag, Near, Not, Or, Query, Raw, Sentence, Ticker, Words
from ascolta.core.text import patterns, sure
from ascolta.core.view import SIGN, Span, View, holds, near, spans
from ascolta.core.vocabulary import Vocabulary

Found = tuple[list[int], list[tuple[int, int]]]
"""The terms of a post, word by word, and the patterns that fit, each with its word counted from 0."""

_WILD = re.compile(r"[*?]")


class Row:
    """One post: the numbers of the terms that stand in it, and where. `view` is made when somebody asks."""

    __slots__ = ("_view", "found", "more", "named", "terms", "text")

    def __init__(self, found: Found, text: str, view: Callable[[], View], *, named: bool) -> None:
        self.found, self.more = found
        self.text, self.named = text, named
        self.terms = set(self.found)
        if self.more:
            self.terms.update(number for _, number in self.more)
        self._view = view

    @property
    def view(self) -> View:
        """What the reference evaluator sees of the post."""
        made = self._view()
        self._view = lambda: made
        return made

    def may_hold(self, sign: str) -> bool:
        """Whether a sign with what follows it, folded, may stand in the words; beyond ASCII only the fold can tell."""
        return not self.text.isascii() or sign in self.text.lower()

    def places(self, number: int) -> list[int]:
        """The words where a term stands, in order."""
        here = [place for place, other in enumerate(self.found) if other == number]
        if self.more:
            here = sorted({*here, *(place for place, other in self.more if other == number)})
        return here


Check = Callable[[Row], bool]
Standing = Callable[[Row], list[Span]]


class Checks:
    """Makes the check of a query; the terms it needs are put into the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def of(self, query: Query) -> Check:
        """The check of a query."""
        match query:
            case Words() | Near() | Around() | Hashtag() | Ticker() | Handle() | Raw() | Sentence():
                return self._wordy(query)
            case And(parts):
                return self._all(parts)
            case Or(parts):
                return self._any(parts)
            case Not(part):
                inner = self.of(part)
                return lambda row: not inner(row)
        return lambda row: holds(query, row.view)

    def _all(self, parts: tuple[Query, ...]) -> Check:
        needed, barred, rest = set(), set(), []
        for part in parts:
            number, away = self._single(part), self._single(part.part) if isinstance(part, Not) else None
            if number is not None:
                needed.add(number)
            elif away is not None:
                barred.add(away)
            else:
                rest.append(self.of(part))
        if len(rest) == 1 and not needed:
            [only] = rest
            return lambda row: barred.isdisjoint(row.terms) and only(row)
        return lambda row: needed <= row.terms and barred.isdisjoint(row.terms) and all(check(row) for check in rest)

    def _any(self, parts: tuple[Query, ...]) -> Check:
        singles, rest = set(), []
        for part in parts:
            number = self._single(part)
            if number is None:
                rest.append(self.of(part))
            else:
                singles.add(number)
        if not rest:
            return lambda row: not singles.isdisjoint(row.terms)
        return lambda row: not singles.isdisjoint(row.terms) or any(check(row) for check in rest)

    def _single(self, query: Query) -> int | None:
        return self.vocabulary.phrase(query.tokens) if isinstance(query, Words) else None

    def _wordy(self, query: Query) -> Check:
        """A check that looks at places only if all the words are there at all."""
        single = self._single(query)
        if single is not None:
            return lambda row: single in row.terms
        there, standing = self._there(query), self._standing(query)
        if isinstance(query, Handle):
            sign = _sign(query)
            return lambda row: (row.named or (there(row) and row.may_hold(sign))) and holds(query, row.view)
        if standing is None:
            return lambda row: there(row) and holds(query, row.view)
        stands = standing
        return lambda row: there(row) and bool(stands(row))

    def _there(self, query: Query) -> Check:
        """Whether the words of a query stand in a post, wherever; True where that cannot be told."""
        match query:
            case Words(tokens) | Around(tokens, _):
                return self._together(tokens)
            case Raw(said):
                return self._together(sure(said))
            case Hashtag(name) | Ticker(name) | Handle(name):
                return self._together(tuple(patterns(name)))
            case Near(left, right):
                return _both(self._there(left), self._there(right))
            case Sentence((first, *rest)):
                check = self._there(first)
                for part in rest:
                    check = _both(check, self._there(part))
                return check
            case Or(parts):
                checks = [self._there(part) for part in parts]
                return lambda row: any(check(row) for check in checks)
        return lambda row: True

    def _together(self, tokens: tuple[str, ...]) -> Check:
        numbers = frozenset(number for token in tokens if (number := self.vocabulary.number(token)) is not None)
        return lambda row: numbers <= row.terms

    def _standing(self, query: Query) -> Standing | None:
        """Where a query stands, told from the places of terms; None if only the reference can tell."""
        match query:
            case Words(tokens):
                phrase = self.vocabulary.phrase(tokens)
                if phrase is not None:
                    last = len(tokens) - 1
                    return lambda row: [(place, place + last) for place in row.places(phrase)]
                numbers = [self.vocabulary.number(token) for token in tokens]
                known = [number for number in numbers if number is not None]
                return partial(_phrase, tuple(known)) if len(known) == len(numbers) else None
            case Or(parts):
                made = [self._standing(part) for part in parts]
                some = [one for one in made if one is not None]
                return partial(_any_of, some) if len(some) == len(made) else None
            case Near(left, right, within, ordered):
                one, other = self._standing(left), self._standing(right)
                if one is None or other is None:
                    return None
                return partial(_near, one, other, (within, ordered))
            case Handle() | Hashtag() | Ticker():
                there, sign = self._there(query), _sign(query)
                return lambda row: spans(query, row.view) if there(row) and row.may_hold(sign) else []
            case Around():
                there = self._there(query)
                return lambda row: spans(query, row.view) if there(row) else []
        return None


def _sign(query: Handle | Hashtag | Ticker) -> str:
    """What must stand in a folded text that holds an account, a hashtag or a ticker: the sign and first letters."""
    return SIGN[type(query)] + _WILD.split(query.name)[0]


def _both(one: Check, other: Check) -> Check:
    return lambda row: one(row) and other(row)


def _phrase(numbers: tuple[int, ...], row: Row) -> list[Span]:
    starts = row.places(numbers[0])
    for step, number in enumerate(numbers[1:], 1):
        here = set(row.places(number)) if starts else ()
        starts = [start for start in starts if start + step in here]
    return [(start, start + len(numbers) - 1) for start in starts]


def _any_of(standing: list[Standing], row: Row) -> list[Span]:
    return [span for stands in standing for span in stands(row)]


def _near(one: Standing, other: Standing, how: tuple[int, bool], row: Row) -> list[Span]:
    left = one(row)
    right = other(row) if left else []
    if not right:
        return []
    return near(left, right, *how)
