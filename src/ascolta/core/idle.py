"""Which parts of a query do nothing: never found, found by a neighbour already, or written twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ascolta.core.implied import Proof
from ascolta.core.query import And, Around, Hashtag, Near, Not, Or, Query, Raw, Sentence, Words, leaves
from ascolta.core.text import sure, tokens
from ascolta.core.word import is_plain

Placed = tuple[Query, int]
"""A part and the number of its first term in the whole query, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """A part of a query that could go without any post being found or missed.

    `path` leads to it from the top, a step being the number of a part; `place` is the number of its first term.
    `kind` says why: `same` (as `by`), `covered` (by `by`), `dead` (it never holds beside `by`, or never at all).
    For a dead AND, `culprit` and `by` are the two of its parts that do not go together.
    """

    path: tuple[int, ...]
    part: Query
    place: int
    kind: str
    by: Query | None = None
    by_place: int = -1
    culprit: Query | None = None
    culprit_place: int = -1
    negated: bool = False


@dataclass(slots=True)
class Search:
    """Looks through a query for what is idle in it."""

    proof: Proof = field(default_factory=Proof)

    def through(self, query: Query) -> list[Idle]:
        """Everything that is idle, left to right."""
        return sorted(self._look(_Spot((), query, 0)), key=lambda idle: (idle.place, idle.path))

    def _look(self, spot: "_Spot") -> Iterator[Idle]:
        match spot.part:
            case And():
                yield from self._all(spot)
            case Or():
                yield from self._any(spot)
            case Not(part) if not self.proof.never(spot.part):
                yield from self._look(spot.inner(0, part, spot.place, negated=not spot.negated))
            case Near() | Sentence() if not self.proof.never(spot.part):
                yield from self._wordy(spot)
            case _ if self.proof.never(spot.part):
                yield spot.idle("dead")

    def _all(self, spot: "_Spot") -> Iterator[Idle]:
        parts = spot.parts()
        clash = self.proof.clash(tuple(part for part, _ in parts))
        if clash is not None:
            yield spot.idle("dead", by=parts[clash[0]], culprit=parts[clash[1]])
            return
        twice = list(spot.twice())
        yield from twice
        seen = {idle.place for idle in twice}
        for number, (part, place) in enumerate(parts):
            if place in seen:
                continue
            alone = self.proof.steps <= 0 or not isinstance(part, And | Or | Not)
            beside = [] if alone else [other for other in parts if other[0] != part]
            inner = spot.inner(number, part, place, beside=beside)
            if isinstance(part, Not):
                taken = inner.inner(0, part.part, place, negated=not inner.negated)
                other = self._shut_out(taken)
                if other is not None:
                    yield taken.idle("dead", by=other)
                    continue
            yield from self._look(inner)

    def _any(self, spot: "_Spot") -> Iterator[Idle]:
        alive: list[_Spot] = []
        for number, (part, place) in enumerate(spot.parts()):
            inner = spot.inner(number, part, place)
            other = self._shut_out(inner)
            if other is not None:
                yield inner.idle("dead", by=other)
            elif self.proof.never(part):
                yield from ([inner.idle("dead")] if not isinstance(part, And) else self._look(inner))
            else:
                alive.append(inner)
        idle = list(_covered(alive, self.proof.implies, self.proof))
        yield from idle
        paths = {found.path for found in idle}
        for inner in alive:
            if inner.path not in paths:
                yield from self._look(inner)

    def _wordy(self, spot: "_Spot") -> Iterator[Idle]:
        """Within NEAR and SENTENCE it matters where words stand, not only that they do."""
        for number, (part, place) in enumerate(spot.parts()):
            inner = spot.inner(number, part, place)
            if isinstance(part, Or):
                alive = [inner.inner(at, *one) for at, one in enumerate(inner.parts())]
                yield from _covered(alive, self.proof.within, self.proof)
            elif isinstance(part, Near):
                yield from self._wordy(inner)

    def _shut_out(self, spot: "_Spot") -> Placed | None:
        if self.proof.steps <= 0:
            return None
        return next((beside for beside in spot.beside if self.proof.excludes(spot.part, beside[0])), None)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A part on its way from the top; `beside` is what must hold too wherever it could matter."""

    path: tuple[int, ...]
    part: Query
    place: int
    beside: tuple[Placed, ...] = ()
    negated: bool = False

    def inner(
        self, number: int, part: Query, place: int, *, beside: list[Placed] | None = None, negated: bool | None = None
    ) -> "_Spot":
        """One of its parts."""
        more = self.beside if beside is None else (*beside, *self.beside)
        return _Spot((*self.path, number), part, place, more, self.negated if negated is None else negated)

    def parts(self) -> list[Placed]:
        """Its parts, each with the number of its first term."""
        found, place = [], self.place
        for part in _parts(self.part):
            found.append((part, place))
            place += len(leaves(part))
        return found

    def idle(self, kind: str, *, by: Placed | None = None, culprit: Placed | None = None) -> Idle:
        """The finding that this part is idle."""
        other, there = by or (None, -1)
        wrong, here = culprit or (None, -1)
        return Idle(
            path=self.path,
            part=self.part,
            place=self.place,
            kind=kind,
            by=other,
            by_place=there,
            culprit=wrong,
            culprit_place=here,
            negated=self.negated,
        )

    def twice(self) -> Iterator[Idle]:
        """Its parts that stand further left already."""
        first: dict[Query, Placed] = {}
        for number, (part, place) in enumerate(self.parts()):
            before = first.setdefault(part, (part, place))
            if before[1] != place:
                yield self.inner(number, part, place).idle("same", by=before)


def _parts(query: Query) -> tuple[Query, ...]:
    match query:
        case And(parts) | Or(parts) | Sentence(parts):
            return parts
        case Near(left, right):
            return left, right
    return ()


def _covered(alive: list[_Spot], implies: Callable[[Query, Query], bool], proof: Proof) -> Iterator[Idle]:
    """Which of the parts of an OR another part makes superfluous; of two that say the same, the later one.

    A hashtag beside its own word is left alone: people write both for the reader's sake.
    """
    first: dict[Query, int] = {}
    for number, spot in enumerate(alive):
        first.setdefault(spot.part, number)
    wide = [number for number, spot in enumerate(alive) if not _plain(spot.part) and first[spot.part] == number]
    gone: set[int] = set()
    for number, spot in enumerate(alive):
        same = first[spot.part]
        if same != number:
            gone.add(number)
            yield spot.idle("same", by=(alive[same].part, alive[same].place))
            continue
        words = {first[word] for word in map(_word, _words(spot.part)) if word in first}
        for other in sorted({*wide, *words} - {number}) if proof.steps > 0 else ():
            by = alive[other]
            if other in gone or (isinstance(spot.part, Hashtag) and isinstance(by.part, Words)):
                continue
            if implies(spot.part, by.part):
                gone.add(number)
                yield spot.idle("covered", by=(by.part, by.place))
                break


def _plain(part: Query) -> bool:
    return isinstance(part, Words) and len(part.tokens) == 1 and is_plain(part.tokens[0])


def _word(token: str) -> Words:
    return Words((token,))


def _words(part: Query) -> set[str]:
    """Words of which one alone, as a neighbour, could make a part superfluous."""
    found: set[str] = set()
    for leaf in leaves(part):
        match leaf:
            case Words(said) | Around(said, _):
                found.update(said)
            case Raw(said):
                found.update(sure(said))
            case Hashtag(name):
                found.update(tokens(name))
    return found
