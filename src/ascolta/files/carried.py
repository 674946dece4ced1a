"""Queries of Brandwatch and Talkwalker carried over into our language, with a remark on all that changed on the way.

Assumed of both: AND binds tighter than OR, and words side by side mean AND. Assumed of a NOT without AND before it: at
Brandwatch it takes away from everything on its left within the same brackets, at Talkwalker from its neighbour alone.
NEAR/n counts the words in between; ours counts steps, one more. Where these matter, what is carried over has brackets.
"""

from dataclasses import dataclass, replace
from typing import Never

from ascolta.core.parse import MAX_DEPTH, MAX_LENGTH, parse
from ascolta.core.query import And, Query, Raw, Words, all_of
from ascolta.core.terms import MAX_AROUND
from ascolta.core.text import term
from ascolta.errors import AscoltaError, QueryError
from ascolta.files.borrowed import FARTHEST, Effect, Part, Remark, changed, gathered, near_words, together, too_far
from ascolta.files.dialects import AUTO, BRANDWATCH, DIALECTS, TALKWALKER, Piece, guess, is_shouted, is_simple, pieces
from ascolta.files.fields import borrow
from ascolta.files.joined import Level, beside

_NEAR = 15
"""How far apart Talkwalker's NEAR lets words stand when it says no number."""
_TERMS = ("word", "quote", "case", "+", "++", "range")


@dataclass(frozen=True, slots=True)
class Carried:
    """A foreign query in our language, None if nothing of it could be carried over; `text` is how we write it.

    `dialect` is the language from which it was read.
    """

    query: Query | None
    text: str
    remarks: tuple[Remark, ...]
    dialect: str

    @property
    def wholly(self) -> bool:
        """Whether it finds what it found before."""
        return self.query is not None and all(remark.effect is Effect.SAME for remark in self.remarks)


def carry(text: str, dialect: str = AUTO) -> Carried:
    """A foreign query in our language. Raises QueryError with the column in the foreign query.

    Args:
        text: The query as Brandwatch or Talkwalker has it; it may have several lines.
        dialect: `brandwatch`, `talkwalker`, or `auto` to tell by the operators in it.
    """
    if dialect not in DIALECTS:
        raise AscoltaError(f"unknown query language '{dialect}'; expected one of {', '.join(DIALECTS)}")
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH:,} characters; split it", query=text, column=MAX_LENGTH)
    notes: list[Remark] = []
    if dialect == AUTO:
        dialect, sure = guess(text)
        if not sure:
            note = f"Nothing tells which tool the query comes from, so it is read as a query of {dialect.title()}"
            notes.append(Remark(1, text.strip()[:40], note, Effect.SAME))
    reader = _Reader(text, dialect)
    part = reader.whole()
    remarks = gathered([*notes, *reader.notes, *part.remarks, *part.lost])
    if part.query is None:
        return Carried(None, "", remarks, dialect)
    return _checked(part.query, remarks, reader)


def _checked(query: Query, remarks: tuple[Remark, ...], reader: "_Reader") -> Carried:
    """The query as our own reader reads it back, so that what is printed is what is meant."""
    written = str(query)
    try:
        return Carried(parse(written), written, remarks, reader.dialect)
    except QueryError as error:
        said = f"carried over, the query is too large for us: {error.message}"
        raise QueryError(said, query=reader.source, column=reader.deepest) from None


class _Reader:
    """Walks the pieces of one foreign query."""

    def __init__(self, source: str, dialect: str) -> None:
        self.source, self.dialect, self.place = source, dialect, 0
        self.notes: list[Remark] = []
        self.pieces: list[Piece] = []
        for piece in pieces(source):
            if piece.kind == "comment":
                self.notes.append(changed(piece, "A comment is not carried over", Effect.SAME))
            else:
                self.pieces.append(piece)
        self.field, self.deepest, self.depth = "", 1, 0

    @property
    def piece(self) -> Piece:
        return self.pieces[self.place]

    @property
    def kind(self) -> str:
        return self.piece.kind

    def take(self) -> Piece:
        piece = self.piece
        self.place += 1
        return piece

    def fail(self, message: str, column: int | None = None) -> Never:
        raise QueryError(message, query=self.source, column=column or self.piece.column)

    def note(self, piece: Piece, why: str) -> None:
        self.notes.append(changed(piece, why, Effect.SAME))

    def whole(self) -> Part:
        """The whole query."""
        if self.kind == "end":
            self.fail("the query is empty; expected a word, such as acme", 1)
        plain = self.dialect == TALKWALKER and all(is_simple(piece) for piece in self.pieces[:-1])
        if plain and (near := self.unspoken(self.pieces[:-1])) is not None:
            return near
        part = self.level(0)
        if self.kind != "end":
            self.fail("')' closes a bracket that was never opened; take it out or add '('")
        return part

    def unspoken(self, words: list[Piece]) -> Part | None:
        """What Talkwalker makes of words without operators: capitals stand exactly, several words near each other."""
        if not any(is_shouted(piece.value) or set("+-&") & set(piece.value) for piece in words):
            tokens = tuple(token for piece in words for token in term(piece.value))
            if len(words) < 2 or len(tokens) < 2:
                return None
            if len(tokens) > MAX_AROUND:
                note = f"More than {MAX_AROUND} words cannot be asked to stand near each other"
                return Part(all_of([Words((token,)) for token in tokens]), (changed(words[0], note, Effect.MORE),))
            self.note(words[0], f"Without operators, Talkwalker takes {len(words)} words to stand near each other")
            made = Part(near_words(tokens, 10 * (len(words) - 1)))
            return made.remarked(too_far(words[0])) if made.query == near_words(tokens, FARTHEST) else made
        if any(is_shouted(piece.value) for piece in words):
            self.note(words[0], "Without operators, Talkwalker takes words in upper case exactly as they are written")
        parts = [
            Part(Raw(piece.value)) if is_shouted(piece.value) else borrow(piece, "", TALKWALKER) for piece in words
        ]
        return together(parts, all_of, Effect.MORE)

    def level(self, depth: int) -> Part:
        """Everything up to a closing bracket or the end."""
        if depth > MAX_DEPTH:
            self.fail(f"brackets are nested deeper than {MAX_DEPTH}; simplify the query")
        if depth > self.depth:
            self.depth, self.deepest = depth, self.piece.column
        level = Level(self.note)
        while not (self.kind in ("end", "close") and level.items):
            if self.kind == "OR" and level.items:
                level.begin(self.take())
            elif self.kind == "AND" and level.items:
                level.join(self.take(), self.operand(depth), beside=False)
            elif self.kind == "NOT" and level.items and self.dialect == BRANDWATCH:
                level.take_away(self.piece, self.operand(depth))
            elif self.another_site():
                level.either(self.piece, self.operand(depth))
            else:
                bare = self.kind not in ("NOT", "minus")
                level.join(self.piece, self.operand(depth), beside=bare)
        return level.whole()

    def another_site(self) -> bool:
        """Whether Talkwalker's site: follows another one without an operator in between."""
        near = self.pieces[max(0, self.place - 3) : self.place + 1]
        before = [piece.value.lower() if piece.kind == "field" else piece.kind for piece in near]
        return self.dialect == TALKWALKER and before[-3::2] == ["site"] * 2 and before[0] not in ("NOT", "minus")

    def operand(self, depth: int) -> Part:
        """NOT something, or something that may be NEAR something else."""
        if self.kind in ("NOT", "minus"):
            self.take()
            if depth > MAX_DEPTH:
                self.fail(f"NOT is nested deeper than {MAX_DEPTH}; simplify the query")
            return self.operand(depth + 1).negated()
        left, row = self.primary(depth), 0
        while self.kind in ("NEAR", "SENTENCE"):
            row += 1
            if row > MAX_DEPTH:
                self.fail(f"more than {MAX_DEPTH} NEAR in a row; simplify the query")
            sign = self.take()
            left = beside(left, self.primary(depth), self.measured(sign))
        return left

    def measured(self, sign: Piece) -> Piece:
        """NEAR with its distance."""
        if sign.kind == "SENTENCE" or sign.number is not None:
            return sign
        if self.dialect == BRANDWATCH:
            self.fail("expected a distance such as NEAR/5 instead of 'NEAR'", sign.column)
        self.note(sign, f"Without a number, Talkwalker lets {_NEAR} words stand in between")
        return replace(sign, number=_NEAR)

    def primary(self, depth: int) -> Part:
        """One term, one field, or one pair of brackets."""
        piece = self.take()
        if piece.kind in _TERMS:
            return borrow(piece, self.field, self.dialect)
        if piece.kind == "field":
            return self.within(piece, depth)
        if piece.kind != "open":
            self.place -= 1
            self.fail(_expected(piece))
        if self.kind == "close":
            self.fail("the brackets are empty; expected a word between them")
        inner = self.level(depth + 1)
        if self.kind != "close":
            self.fail("'(' is never closed; expected ')' at the end", piece.column)
        closed = self.take()
        return inner if closed.number is None else self.around(inner, closed)

    def within(self, piece: Piece, depth: int) -> Part:
        """A field and its value, or brackets of values."""
        if self.kind not in (*_TERMS, "open", "field"):
            self.fail(f"expected a value after '{piece.said}'")
        if depth > MAX_DEPTH:
            self.fail(f"fields are nested deeper than {MAX_DEPTH}; simplify the query")
        outer, self.field = self.field, piece.value
        if self.kind in _TERMS and self.kind != "range":
            value = self.take()
            said = self.source[piece.column - 1 : value.column - 1 + len(value.said)]
            found = borrow(replace(value, column=piece.column, said=said), self.field, self.dialect)
        else:
            found = self.primary(depth + 1)
        self.field = outer
        return found

    def around(self, inner: Part, closed: Piece) -> Part:
        """Brackets with a distance after them."""
        parts = inner.query.parts if isinstance(inner.query, And) else ()
        words = [part.tokens[0] for part in parts if isinstance(part, Words) and len(part.tokens) == 1]
        if len(words) == len(parts) and 2 < len(words) <= MAX_AROUND:
            return replace(inner, query=near_words(tuple(words), closed.number or 0))
        if len(parts) == 2:
            sign = replace(closed, kind="NEAR")
            return beside(Part(parts[0], inner.remarks, inner.lost), Part(parts[1]), sign)
        note = "A distance after brackets is understood for two sets of words joined by AND only"
        return inner.remarked(changed(closed, note, Effect.MORE))


def _expected(piece: Piece) -> str:
    if piece.kind == "end":
        return "the query ends too early; expected a word, a phrase or '('"
    return f"expected a word, a phrase or '(' instead of '{piece.said}'"
