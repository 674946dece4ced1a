"""What follows from what between queries, for every post there could be.

An answer True is certain; False only means that no proof was found. Two things are taken as given: a post has one
language, one network and one brand, and every labeller's label that takes one value has one.
"""

from dataclasses import dataclass

from ascolta.core.query import And, Around, Handle, Hashtag, Near, Not, Or, Query, Raw, Sentence, Ticker, Words
from ascolta.core.wider import apart, covers, is_always, is_never, same_sign, spots, term_follows

MAX_STEPS = 100_000
MANY = 100
_FREE = (Words, Around, Raw, Handle, Hashtag, Ticker)
"""Terms of which any two can stand in one post."""


@dataclass(slots=True)
class Proof:
    """Looks for proofs, until a number of steps is spent; after that it finds none."""

    steps: int = MAX_STEPS

    def implies(self, one: Query, other: Query) -> bool:
        """Whether `other` holds wherever `one` does."""
        if self._spent():
            return False
        if one == other or is_always(other):
            return True
        if isinstance(other, And):
            return all(self.implies(one, part) for part in other.parts)
        if isinstance(one, Or):
            return all(self.implies(part, other) for part in one.parts)
        return self._by_part_of_other(one, other) or self._by_part_of_one(one, other) or self._follows(one, other)

    def excludes(self, one: Query, other: Query) -> bool:
        """Whether the two never hold for one post."""
        if self._spent():
            return False
        return self._shuts_out(one, other) or self._shuts_out(other, one) or apart(one, other) or apart(other, one)

    def never(self, query: Query) -> bool:
        """Whether a query holds for no post at all."""
        match query:
            case And(parts):
                return any(self.never(part) for part in parts) or self.clash(parts) is not None
            case Or(parts):
                return all(self.never(part) for part in parts)
            case Not(part):
                return self.always(part)
            case Near(left, right):
                return self.never(left) or self.never(right)
            case Sentence(parts):
                return any(self.never(part) for part in parts)
        return is_never(query)

    def always(self, query: Query) -> bool:
        """Whether a query holds for every post."""
        match query:
            case And(parts):
                return all(self.always(part) for part in parts)
            case Or(parts):
                taken = [part.part for part in parts if isinstance(part, Not)][:MANY]
                return any(self.always(part) for part in parts) or any(
                    self.implies(away, part) for away in taken for part in parts
                )
            case Not(part):
                return self.never(part)
        return is_always(query)

    def clash(self, parts: tuple[Query, ...]) -> tuple[int, int] | None:
        """The places of two of `parts` that never hold together, or of a NOT (twice) that takes away all the others."""
        bound = [place for place, part in enumerate(parts) if not isinstance(part, _FREE)]
        for place in bound:
            if self.steps <= 0:
                return None
            for other, part in enumerate(parts):
                if (other < place or isinstance(part, _FREE)) and self.excludes(part, parts[place]):
                    return other, place
        for place in bound[:MANY]:
            taken, rest = parts[place], parts[:place] + parts[place + 1 :]
            if isinstance(taken, Not) and len(rest) > 1 and self.implies(And(rest), taken.part):
                return place, place
        return None

    def within(self, one: Query, other: Query) -> bool:
        """Whether wherever words stand for `one`, the very same words stand for `other`."""
        if self._spent():
            return False
        if one == other:
            return True
        match one, other:
            case Or(parts), _:
                return all(self.within(part, other) for part in parts)
            case _, Or(parts):
                return any(self.within(one, part) for part in parts)
            case Words(said), Words(asked):
                return len(said) == len(asked) and all(map(covers, asked, said))
            case Around(said, near), Around(asked, far):
                return near <= far and sorted(said) == sorted(asked)
            case Near(), Near():
                return self._nearer(one, other)
        return same_sign(one, other)

    def _spent(self) -> bool:
        self.steps -= 1
        return self.steps < 0

    def _by_part_of_other(self, one: Query, other: Query) -> bool:
        match other:
            case Or(parts):
                return any(self.implies(one, part) for part in parts)
            case Not(part):
                return self.excludes(one, part)
        return False

    def _by_part_of_one(self, one: Query, other: Query) -> bool:
        match one:
            case And(parts) | Sentence(parts):
                return any(self.implies(part, other) for part in parts)
            case Near(left, right):
                return self.implies(left, other) or self.implies(right, other)
        return False

    def _shuts_out(self, one: Query, other: Query) -> bool:
        match one:
            case Not(part):
                return self.implies(other, part)
            case Or(parts):
                return all(self.excludes(part, other) for part in parts)
            case And(parts) | Sentence(parts):
                return any(self.excludes(part, other) for part in parts)
            case Near(left, right):
                return self.excludes(left, other) or self.excludes(right, other)
        return False

    def _follows(self, one: Query, other: Query) -> bool:
        match one, other:
            case Sentence(parts), Sentence(asked):
                return all(any(self._holds_inside(part, wanted) for part in parts) for wanted in asked)
            case Near(), Near():
                return self._nearer(one, other)
        return term_follows(one, other)

    def _nearer(self, one: Near, other: Near) -> bool:
        if one.within > other.within or (other.ordered and not one.ordered):
            return False
        straight = self.within(one.left, other.left) and self.within(one.right, other.right)
        return straight or (
            not other.ordered and self.within(one.left, other.right) and self.within(one.right, other.left)
        )

    def _holds_inside(self, one: Query, other: Query) -> bool:
        """Whether wherever words stand for `one`, words for `other` stand among them."""
        match one, other:
            case Or(parts), _:
                return all(self._holds_inside(part, other) for part in parts)
            case Words(said), _:
                return bool(spots(other, said))
            case Near(left, right), _:
                return self._holds_inside(left, other) or self._holds_inside(right, other) or self.within(one, other)
        return self.within(one, other)
