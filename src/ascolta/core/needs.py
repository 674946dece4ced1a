"""What a query needs and bars, as sets of terms: what can be told from which terms stand in a post, wherever."""

from dataclasses import dataclass
from itertools import product
from math import prod

from ascolta.core.query import And, Around, Hashtag, Near, Not, Or, Query, Raw, Sentence, Ticker, Words
from ascolta.core.text import patterns, sure
from ascolta.core.vocabulary import Vocabulary

Group = frozenset[int]
"""Terms of which a post must hold at least one."""


@dataclass(frozen=True, slots=True)
class Needs:
    """A post must hold a term of every group and none that is barred; if `exact`, that is all a query asks."""

    groups: frozenset[Group]
    barred: Group = frozenset()
    exact: bool = True


MOST = 12
"""Groups into which an OR of ANDs is spread out, at most."""

NOTHING_KNOWN = Needs(frozenset(), exact=False)


def needs(query: Query, vocabulary: Vocabulary) -> Needs:
    """What a query needs, as far as it can be told from terms alone."""
    match query:
        case Words(tokens):
            number = vocabulary.phrase(tokens)
            return _each(tokens, vocabulary) if number is None else Needs(frozenset({frozenset({number})}))
        case Around(tokens, _):
            return _each(tokens, vocabulary)
        case Raw(said):
            return _each(sure(said), vocabulary)
        case Hashtag(name) | Ticker(name):
            return _each(tuple(patterns(name)), vocabulary)
        case And(parts):
            return _together([needs(part, vocabulary) for part in parts])
        case Sentence(parts):
            return _loosely([needs(part, vocabulary) for part in parts])
        case Near(left, right):
            return _loosely([needs(left, vocabulary), needs(right, vocabulary)])
        case Or(parts):
            return _either([needs(part, vocabulary) for part in parts])
        case Not(part):
            inner = needs(part, vocabulary)
            if inner.exact and len(inner.groups) == 1 and not inner.barred:
                [group] = inner.groups
                return Needs(frozenset(), group)
    return NOTHING_KNOWN


def unsettled(query: Query, vocabulary: Vocabulary) -> Query | None:
    """What is still to be asked of a post that meets the needs of a query; None if that is nothing."""
    if not isinstance(query, And):
        return None if needs(query, vocabulary).exact else query
    rest = tuple(part for part in query.parts if not needs(part, vocabulary).exact)
    return (And(rest) if len(rest) > 1 else rest[0]) if rest else None


def _each(tokens: tuple[str, ...], vocabulary: Vocabulary) -> Needs:
    """All of the words, but not only that."""
    numbers = (vocabulary.number(token) for token in tokens)
    return Needs(frozenset(frozenset({number}) for number in numbers if number is not None), exact=False)


def _together(parts: list[Needs]) -> Needs:
    return Needs(
        frozenset[Group]().union(*(part.groups for part in parts)),
        Group().union(*(part.barred for part in parts)),
        all(part.exact for part in parts),
    )


def _loosely(parts: list[Needs]) -> Needs:
    return Needs(_together(parts).groups, exact=False)


def _either(parts: list[Needs]) -> Needs:
    """One of several: every choice of a group of each must be met; told whole as long as these are few."""
    if not all(part.groups for part in parts):
        return NOTHING_KNOWN
    simple = all(part.exact and not part.barred for part in parts)
    if simple and prod(len(part.groups) for part in parts) <= MOST:
        return Needs(frozenset(Group().union(*choice) for choice in product(*(part.groups for part in parts))))
    smallest = [min(part.groups, key=lambda group: (len(group), min(group))) for part in parts]
    return Needs(frozenset({Group().union(*smallest)}), exact=False)
