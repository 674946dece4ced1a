"""How parts of a foreign query stand together: in one pair of brackets, or NEAR each other.

At Brandwatch and Talkwalker upper case, fields, AND and NOT may stand beside NEAR; here only words may. Such a query is
carried over as the words near each other, and the rest anywhere in the same post.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

from ascolta.core.parse import is_wordy
from ascolta.core.query import And, Near, Or, Query, Raw, Sentence, Words, all_of, any_of, leaves
from ascolta.core.text import sure
from ascolta.files.borrowed import FARTHEST, Effect, Part, Remark, changed, together, too_far
from ascolta.files.dialects import Piece

_MOST = 1_000
"""Beyond so many terms, only that the words stand near is asked."""

Strand = tuple[Query, tuple[Query, ...]]
"""Words that have a place, and what must hold besides, anywhere in the post."""


class Level:
    """What stands within one pair of brackets."""

    def __init__(self, note: Callable[[Piece, str], None]) -> None:
        self.note = note
        self.groups: list[Part] = []
        self.items: list[Part] = []
        self.ors = self.ands = False

    def begin(self, sign: Piece) -> None:
        """An OR: what stands on its left is one group."""
        self.groups.append(together(self.items, all_of, Effect.MORE))
        self.items = []
        self.ors = True
        self.mixed(sign)

    def join(self, sign: Piece, part: Part, *, beside: bool) -> None:
        """AND, or something beside another."""
        if self.items:
            self.ands = True
            if beside:
                self.note(sign, "Side by side without an operator is read as AND")
        self.items.append(part)
        self.mixed(sign)

    def either(self, sign: Piece, part: Part) -> None:
        """Another choice beside the last one."""
        self.note(sign, "Sites side by side are read as either of them")
        self.items[-1] = together([self.items[-1], part], any_of, Effect.FEWER)

    def take_away(self, sign: Piece, part: Part) -> None:
        """A NOT takes away from all on its left."""
        if self.groups:
            self.note(sign, "NOT after OR is read as taking away from everything on its left in these brackets")
        self.items = [self.whole(), part]
        self.groups, self.ors, self.ands = [], False, False

    def whole(self) -> Part:
        """What stands here so far."""
        last = together(self.items, all_of, Effect.MORE)
        return together([*self.groups, last], any_of, Effect.FEWER) if self.groups else last

    def mixed(self, sign: Piece) -> None:
        """Tell how AND and OR in the same brackets are read."""
        if self.ors and self.ands:
            self.note(sign, "AND and OR in the same brackets are read as AND first")
            self.ors = self.ands = False


def beside(left: Part, right: Part, sign: Piece) -> Part:
    """Two parts of a query NEAR each other or in one SENTENCE, as `sign` says."""
    both = together([left, right], all_of, Effect.MORE)
    if left.query is None or right.query is None:
        return both
    (ones, no_place), (others, neither) = _strands(left.query, sign), _strands(right.query, sign)
    many = len(ones) * len(others) * (len(leaves(left.query)) + len(leaves(right.query))) > _MOST
    if not ones or not others or (many and any(isinstance(words, Sentence) for words, _ in (*ones, *others))):
        return both.remarked(changed(sign, "NEAR and SENTENCE stand between words only; read as AND", Effect.MORE))
    remarks = list(_limits(sign))
    if any(besides for _, besides in (*ones, *others)):
        note = "Upper case, fields, AND and NOT beside it are asked of the whole post, not of that very place"
        remarks.append(changed(sign, note, Effect.MORE))
    if many:
        ones, others = _only_words(ones), _only_words(others)
    made = [
        all_of([_pair(words, partner, sign), *dict.fromkeys((*besides, *more))])
        for (words, besides), (partner, more) in product(ones, others)
    ]
    note = "Without a place among the words, it cannot stand beside NEAR or SENTENCE"
    lost = (Remark(sign.column, str(part), note, Effect.FEWER, lost=True) for part in (*no_place, *neither))
    return replace(both, query=any_of(made)).remarked(*remarks, *lost)


def _only_words(strands: list[Strand]) -> list[Strand]:
    return [(any_of([words for words, _ in strands]), ())]


def _pair(left: Query, right: Query, sign: Piece) -> Query:
    if sign.kind == "SENTENCE":
        sets = [part for side in (left, right) for part in (side.parts if isinstance(side, Sentence) else (side,))]
        return Sentence(tuple(sets))
    return Near(left, right, min((sign.number or 0) + 1, FARTHEST), sign.ordered)


def _limits(sign: Piece) -> list[Remark]:
    if sign.kind == "SENTENCE":
        note = "The order of words within a sentence cannot be asked for"
        return [changed(sign, note, Effect.MORE)] if sign.ordered else []
    return [too_far(sign)] if (sign.number or 0) + 1 > FARTHEST else []


def _strands(query: Query, sign: Piece) -> tuple[list[Strand], list[Query]]:
    """The words in a query that have a place, each with what must hold besides; and choices that have none."""
    if is_wordy(query) or (sign.kind == "SENTENCE" and isinstance(query, Sentence)):
        return [(query, ())], []
    match query:
        case Raw(said):
            words = sure(said)
            return ([(Words(words), (query,))], []) if words else ([], [])
        case Or(parts):
            return _choices(parts, sign)
        case And(parts):
            found = [(part, *_strands(part, sign)) for part in parts]
            first = next((place for place, (_, strands, _) in enumerate(found) if strands), None)
            if first is None:
                return [], []
            besides = tuple(part for place, part in enumerate(parts) if place != first)
            return [(words, (*more, *besides)) for words, more in found[first][1]], found[first][2]
    return [], []


def _choices(parts: tuple[Query, ...], sign: Piece) -> tuple[list[Strand], list[Query]]:
    plain = [part for part in parts if is_wordy(part)]
    strands: list[Strand] = [(any_of(plain), ())] if plain else []
    dropped: list[Query] = []
    for part in parts:
        if not is_wordy(part):
            found, without = _strands(part, sign)
            strands += found
            dropped += without if found else [part]
    return strands, dropped
