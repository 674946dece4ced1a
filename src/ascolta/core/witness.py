"""A post that could be: which terms hold and which do not, so that a whole query holds.

What `core.implied` proves impossible is not offered as an example, so a finding that rests on one can be shown to its
author. The search is that of Davis, Logemann and Loveland (1962): take what has to be, choose one term, look again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ascolta.core.implied import Proof
from ascolta.core.label import MANY, VOCABULARY
from ascolta.core.query import And, Field, Not, Or, Query, all_of, any_of, leaves
from ascolta.core.reach import SINGLE

MAX_STEPS = 100_000
"""Looks at one term each."""

MAX_DEEP = 200
"""A post for which more terms than this must be chosen is not looked for."""

Known = dict[Query, bool]
"""The terms that were decided."""


def witness(query: Query, steps: int = MAX_STEPS) -> Known | None:
    """Terms that hold and terms that do not, by which `query` holds; None if no such post was found."""
    others: dict[str, list[Query]] = {}
    for term in leaves(query):
        if isinstance(term, Field) and term.name in SINGLE:
            others.setdefault(term.name, []).append(term)
    return _Search(others, steps).through(query, {}, MAX_DEEP)


@dataclass(slots=True)
class _Search:
    """One search, until its steps are spent. `others`: the terms of each field that has one value."""

    others: dict[str, list[Query]]
    steps: int

    def through(self, query: Query, known: Known, deep: int) -> Known | None:
        """What has to be decided beside `known` for what is left of the query to hold; None if it cannot."""
        settled = self._settle(query, known)
        if settled is None or deep == 0:
            return None
        rest, known = settled
        if isinstance(rest, bool):
            return known if rest and _may_be(known) else None
        term, first = _choice(rest, wanted=True)
        for value in (first, not first):
            more = self._with(known, term, value=value)
            found = None if more is None else self.through(rest, more, deep - 1)
            if found is not None:
                return found
        return None

    def _settle(self, query: Query, known: Known) -> tuple[Query | bool, Known] | None:
        """What is left once all is decided that has to be; None if that contradicts itself or takes too long."""
        rest: Query | bool = query
        while True:
            self.steps -= 1 if isinstance(rest, bool) else len(leaves(rest))
            rest = rest if isinstance(rest, bool) else _left(rest, known)
            if rest is False or self.steps < 0 or _is_without(known):
                return None
            forced = [] if isinstance(rest, bool) else list(_forced(rest, wanted=True))
            if not forced:
                return rest, known
            for term, value in forced:
                more = self._with(known, term, value=value)
                if more is None:
                    return None
                known = more

    def _with(self, known: Known, term: Query, *, value: bool) -> Known | None:
        """What is known once a term is decided, other values of its field included; None if it contradicts."""
        more: Known = {term: value}
        if value and isinstance(term, Field) and term.name in self.others:
            more.update({other: False for other in self.others[term.name] if other != term})
        if any(known.get(one, held) is not held for one, held in more.items()):
            return None
        return {**known, **more}


def _left(query: Query, known: Known) -> Query | bool:
    """What is left to decide of a query by what is known."""
    match query:
        case And(parts):
            inner = [_left(part, known) for part in parts]
            if False in inner:
                return False
            open_parts = [part for part in inner if not isinstance(part, bool)]
            return all_of(open_parts) if open_parts else True
        case Or(parts):
            inner = [_left(part, known) for part in parts]
            if True in inner:
                return True
            open_parts = [part for part in inner if not isinstance(part, bool)]
            return any_of(open_parts) if open_parts else False
        case Not(part):
            left = _left(part, known)
            return not left if isinstance(left, bool) else Not(left)
    return known.get(query, query)


def _forced(query: Query, *, wanted: bool) -> Iterator[tuple[Query, bool]]:
    """The terms that have to be as they are said here for the query to be as `wanted`."""
    match query:
        case And(parts) | Or(parts):
            if wanted is isinstance(query, And):
                for part in parts:
                    yield from _forced(part, wanted=wanted)
        case Not(part):
            yield from _forced(part, wanted=not wanted)
        case _:
            yield query, wanted


def _choice(query: Query, *, wanted: bool) -> tuple[Query, bool]:
    """The first term, and the value that helps the query to be as `wanted`."""
    match query:
        case And(parts) | Or(parts):
            return _choice(parts[0], wanted=wanted)
        case Not(part):
            return _choice(part, wanted=not wanted)
    return query, wanted


def _is_without(known: Known) -> bool:
    """Whether a label that every post has would have none of its values."""
    denied: dict[str, set[str]] = {}
    for term, value in known.items():
        if isinstance(term, Field) and not value:
            denied.setdefault(term.name, set()).add(term.value)
    return any(said >= set(VOCABULARY.get(name, ())) != set() for name, said in denied.items() if name not in MANY)


def _may_be(known: Known) -> bool:
    """Whether nothing proves that there is no such post."""
    proof = Proof()
    held = [term for term, value in known.items() if value]
    denied = [term for term, value in known.items() if not value]
    if any(proof.never(term) for term in held) or any(proof.always(term) for term in denied):
        return False
    if any(proof.excludes(one, other) for place, one in enumerate(held) for other in held[:place]):
        return False
    return not held or not any(proof.implies(all_of(held), term) for term in denied)
