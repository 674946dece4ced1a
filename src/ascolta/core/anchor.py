"""What a post must hold for a query to hold: the few words by which a query is found at all."""

from collections.abc import Callable
from functools import lru_cache

from ascolta.core.query import (
    And,
    Around,
    Field,
    Handle,
    Hashtag,
    Near,
    Or,
    Query,
    Raw,
    Sentence,
    Ticker,
    Words,
)
from ascolta.core.text import patterns, sure
from ascolta.core.word import head, is_plain, tail

Anchors = frozenset[tuple[str, str]]
"""Pairs of kind and text; a post must hold one of them. Kinds: `word` (a pattern), `handle`, `network`, `brand`."""

Cost = Callable[[str], float]
"""How often a pattern stands in a post, about."""

POSTED = {"network": 0.9, "brand": 0.01}
"""Properties of a post that can be looked up, and how often one is as asked for."""

_Priced = tuple[float, Anchors]


def anchors(query: Query, cost: Cost | None = None) -> Anchors | None:
    """Terms of which a post must hold at least one for `query` to hold, the rarest such set; None if there is none."""
    found = _priced(query, cost or expected)
    return found[1] if found else None


@lru_cache(maxsize=1 << 16)
def expected(pattern: str) -> float:
    """How often a word stands in a post, guessed from its length: long words are rare."""
    size = len(pattern) if is_plain(pattern) else max(len(head(pattern)), len(tail(pattern))) - 1
    return float(0.5 ** (max(size, 0) + (0 if pattern.isascii() else size)))


def _priced(query: Query, cost: Cost) -> _Priced | None:
    match query:
        case Words(tokens) | Around(tokens, _):
            return _rarest(tokens, cost)
        case Raw(said):
            return _rarest(sure(said), cost)
        case Hashtag(name) | Ticker(name):
            return _rarest(tuple(patterns(name)), cost)
        case Handle(name):
            rarest = _rarest(tuple(patterns(name)), cost)
            return rarest and (rarest[0], rarest[1] | {("handle", name)})
        case Field(name, value) if name in POSTED:
            return POSTED[name], frozenset({(name, value)})
        case Near(left, right):
            return _cheapest((left, right), cost)
        case And(parts) | Sentence(parts):
            return _cheapest(parts, cost)
        case Or(parts):
            sets = [_priced(part, cost) for part in parts]
            known = [found for found in sets if found is not None]
            if len(known) == len(sets):
                together = frozenset[tuple[str, str]]().union(*(found for _, found in known))
                return sum(price for price, _ in known), together
    return None


def _rarest(tokens: tuple[str, ...], cost: Cost) -> _Priced | None:
    known = [token for token in tokens if head(token) or tail(token)]
    if not known:
        return None
    best = min(known, key=cost)
    return cost(best), frozenset({("word", best)})


def _cheapest(parts: tuple[Query, ...], cost: Cost) -> _Priced | None:
    known = [found for found in (_priced(part, cost) for part in parts) if found is not None]
    return min(known, key=lambda found: found[0], default=None)
