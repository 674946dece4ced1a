"""What follows from what between queries, for every post there could be.

An answer True is certain; False only means that no proof was found. Two things are taken as given: a post has one
language, one network and one brand, and every labeller's label that takes one value has one.
"""

from dataclasses import dataclass

from ascolta.core.query import (
    And,
    Around,
    Field,
    Handle,
    Hashtag,
    Near,
    Not,
    Or,
    Query,
    Range,
    Raw,
    Sentence,
    Ticker,
    Words,
)
from ascolta.core.reach import SINGLE
from ascolta.core.text import term, tokens
from ascolta.core.word import ALIKE, FUZZY, fits, globs, is_plain, skeleton

MAX_STEPS = 100_000
MANY = 100
ONE = SINGLE | {"brand"}
COUNTS = ("words", "handles", "hashtags")
_LATEST_HOUR = 23
_SIGNED = (Handle, Hashtag, Ticker)
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
        if one == other or _always(other):
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
        return self._shuts_out(one, other) or self._shuts_out(other, one) or _apart(one, other) or _apart(other, one)

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
        return isinstance(query, Range) and _empty(query)

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
        return _always(query)

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
        return _same_sign(one, other)

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
        return _term_follows(one, other)

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


def covers(wide: str, narrow: str) -> bool:
    """Whether every word that fits the pattern `narrow` fits `wide` too."""
    if wide == narrow or is_plain(narrow):
        return fits(wide, narrow)
    if wide.startswith(ALIKE) and narrow.startswith(ALIKE):
        return skeleton(wide) == skeleton(narrow)
    if any(pattern.startswith(ALIKE) or pattern.endswith(FUZZY) for pattern in (wide, narrow)):
        return False
    return not ("?" in wide and "*" in narrow) and globs(wide, narrow)


def spots(query: Query, said: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where words certainly stand for `query` among words that fit the patterns `said`: pairs of first and last."""
    match query:
        case Words(asked):
            starts = range(len(said) - len(asked) + 1)
            return [(at, at + len(asked) - 1) for at in starts if all(map(covers, asked, said[at:]))]
        case Around(asked, within):
            stands = within >= len(said) - 1 and sorted(asked) == sorted(said)
            return [(0, len(said) - 1)] if stands else []
        case Or(parts):
            return [spot for part in parts for spot in spots(part, said)]
        case Near(left, right, within, ordered):
            here, there = spots(left, said), spots(right, said)
            pairs = [(one, two) for one in here for two in there]
            pairs += [] if ordered else [(two, one) for one, two in pairs]
            return [(one[0], max(one[1], two[1])) for one, two in pairs if 1 <= two[0] - one[1] <= within]
    return []


def least(query: Query) -> int:
    """At least how many words a post has for which `query` holds."""
    match query:
        case Words(said) | Around(said, _):
            return len(said)
        case Raw(said):
            return len(term(said))
        case Hashtag():
            return 1
        case Near(left, right):
            return least(left) + least(right)
        case Or(parts):
            return min(map(least, parts))
        case And(parts) | Sentence(parts):
            return max(map(least, parts))
    return 0


def _term_follows(one: Query, other: Query) -> bool:
    match one, other:
        case _, Range():
            return _in_range(one, other)
        case Words(said), _:
            return bool(spots(other, said))
        case Around(said, near), Around(asked, far):
            return near <= far and all(said.count(pattern) >= asked.count(pattern) for pattern in asked)
        case Around(said, _), Words(asked):
            return len(asked) == 1 and any(covers(asked[0], pattern) for pattern in said)
        case Raw(said), _:
            return bool(term(said)) and bool(spots(other, term(said)))
        case Hashtag(name), Words() if is_plain(name):
            return bool(spots(other, tuple(tokens(name))))
        case Field(name, value), Field(asked, wanted) if name == asked:
            return name in ("site", "links") and value.endswith("." + wanted)
    return _same_sign(one, other)


def _in_range(one: Query, other: Range) -> bool:
    if isinstance(one, Range):
        return one.name == other.name and _low(one) >= _low(other) and _high(one) <= _high(other)
    if other.high is not None or other.name not in ("words", "hashtags"):
        return False
    return _low(other) <= (least(one) if other.name == "words" else isinstance(one, Hashtag))


def _apart(one: Query, other: Query) -> bool:
    match one, other:
        case Field(name, value), Field(asked, wanted):
            return name == asked and name in ONE and value != wanted
        case Range(name), Range(asked):
            return name == asked and (_high(one) < _low(other) or _high(other) < _low(one))
        case _, Range("words", _, int(high)):
            return high < least(one)
        case Hashtag(), Range("hashtags", _, int(high)):
            return high < 1
    return False


def _same_sign(one: Query, other: Query) -> bool:
    if not isinstance(one, _SIGNED) or not isinstance(other, _SIGNED) or type(one) is not type(other):
        return False
    without_server = one.name.partition("@")[0] if isinstance(one, Handle) and is_plain(one.name) else one.name
    return covers(other.name, one.name) or covers(other.name, without_server)


def _low(asked: Range) -> float:
    return -float("inf") if asked.low is None else asked.low


def _high(asked: Range) -> float:
    return float("inf") if asked.high is None else asked.high


def _empty(asked: Range) -> bool:
    if asked.name == "date":
        return _low(asked) > _high(asked)
    return _low(asked) > _high(asked) or _high(asked) < 0 or (asked.name == "hour" and _low(asked) > _LATEST_HOUR)


def _always(query: Query) -> bool:
    return isinstance(query, Range) and query.name in COUNTS and _low(query) <= 0 and _high(query) == float("inf")
