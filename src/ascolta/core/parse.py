"""From the text of a query to a Query; every error names its column and says what was expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Never

from ascolta.core.lex import Token, lex
from ascolta.core.query import (
    Around,
    Handle,
    Hashtag,
    Near,
    Not,
    Or,
    Query,
    Sentence,
    Ticker,
    Words,
    all_of,
    any_of,
    depth,
    leaves,
)
from ascolta.core.terms import Own, Terms, known_later
from ascolta.errors import QueryError

MAX_DEPTH = 50
MAX_LENGTH = 100_000
MAX_TERMS = 20_000
DEEPEST = 120
"""Levels of a query: brackets, and every NOT and NEAR after the first beside one another."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a query says otherwise than its reader may think; `column` counts characters from 1."""

    column: int
    message: str


def parse(text: str, names: Mapping[str, Query] | None = None, own: Own | None = None) -> Query:
    """The query that `text` says; `names` are the sub-queries that @@name stands for, `own` fields of one place only.

    Raises QueryError with the column and what was expected there.
    """
    return _read(text, names or {}, own)[0]


def parse_for_posts(text: str) -> Query:
    """The query that `text` says of posts as they are heard. Raises QueryError, also for fields known only later."""
    query = parse(text)
    late = known_later(query)
    if late:
        column = max(1, text.lower().find(f"{late[0]}:") + 1)
        said = f"{late[0]}: is known only after a post was found; ask about it in etiquette.yaml"
        raise QueryError(said, query=text, column=column)
    return query


def notes(text: str, names: Mapping[str, Query] | None = None) -> list[Note]:
    """Where precedence may surprise, left to right. Raises QueryError."""
    return sorted(_read(text, names or {})[1], key=lambda note: note.column)


def _read(text: str, names: Mapping[str, Query], own: Own | None = None) -> tuple[Query, list[Note]]:
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH:,} characters; split it", query=text, column=MAX_LENGTH)
    reader = _Reader(text, names, own)
    if reader.kind == "end":
        raise QueryError("the query is empty; expected a word, such as acme", query=text, column=1)
    query = reader.level(0)
    if reader.kind != "end":
        reader.fail(f"'{reader.token.text}' closes a bracket that was never opened; take it out or add '('")
    if depth(query) > DEEPEST:
        said = f"the query is nested deeper than {DEEPEST}, sub-queries included; write fewer NOTs and brackets"
        raise QueryError(said, query=text, column=1)
    return query, reader.notes


class _Reader:
    """Walks the tokens of one query."""

    def __init__(self, source: str, names: Mapping[str, Query], own: Own | None = None) -> None:
        self.source, self.stream, self.place = source, lex(source), 0
        self.terms, self.size = Terms(source, names, own), 0
        self.notes: list[Note] = []

    @property
    def token(self) -> Token:
        return self.stream[self.place]

    @property
    def kind(self) -> str:
        return self.token.kind

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def fail(self, message: str) -> Never:
        raise QueryError(message, query=self.source, column=self.token.column)

    def level(self, depth: int) -> Query:
        """Everything up to a closing bracket or the end."""
        if depth > MAX_DEPTH:
            self.fail(f"brackets are nested deeper than {MAX_DEPTH}; simplify the query")
        level = _Level()
        while True:
            if self.kind in ("end", "close") and level.items:
                self.notes += level.notes
                return level.whole()
            if self.kind == "OR" and level.items:
                level.begin(self.take())
            elif self.kind == "AND" and level.items:
                level.join(self.take(), self.operand(depth))
            elif self.kind == "NOT" and level.items:
                level.take_away(self.token, self.operand(depth))
            else:
                level.join(self.token, self.operand(depth))

    def operand(self, depth: int) -> Query:
        """NOT something, or something that may be NEAR something else."""
        if self.kind == "NOT":
            self.take()
            if depth > MAX_DEPTH:
                self.fail(f"NOT is nested deeper than {MAX_DEPTH}; simplify the query")
            return Not(self.operand(depth + 1))
        left = self.term(depth)
        while self.kind in ("NEAR", "SENTENCE"):
            sign = self.take()
            right = self.term(depth)
            for side in (left, right):
                self.wordy(side, sign)
            left = _joined(left, right, sign)
        return left

    def wordy(self, side: Query, sign: Token) -> None:
        """NEAR and SENTENCE have a meaning for words only."""
        allowed = is_wordy(side) or (sign.kind == "SENTENCE" and isinstance(side, Sentence))
        if not allowed:
            raise QueryError(
                f"{sign.kind} stands between words, phrases or brackets of them joined with OR; "
                f"expected that instead of {side}",
                query=self.source,
                column=sign.column,
            )

    def term(self, depth: int) -> Query:
        """One term or one pair of brackets."""
        token = self.token
        if token.kind == "term":
            self.take()
            found = self.terms.read(token)
            self.size += sum(1 for _ in leaves(found))
            if self.size > MAX_TERMS:
                raise QueryError(
                    f"with its sub-queries the query has more than {MAX_TERMS:,} terms; split it",
                    query=self.source,
                    column=token.column,
                )
            return found
        if token.kind != "open":
            self.fail(_expected(token))
        self.take()
        if self.kind == "close":
            self.fail("the brackets are empty; expected a word between them")
        inner = self.level(depth + 1)
        if self.kind != "close":
            raise QueryError("'(' is never closed; expected ')' at the end", query=self.source, column=token.column)
        self.take()
        return inner


class _Level:
    """What stands within one pair of brackets, and where it reads otherwise than it may look."""

    def __init__(self) -> None:
        self.groups: list[Query] = []
        self.items: list[Query] = []
        self.or_column = self.and_column = 0
        self.notes: list[Note] = []

    def begin(self, token: Token) -> None:
        """An OR: what stands on its left is one group."""
        self.groups.append(all_of(self.items))
        self.items = []
        self.or_column = self.or_column or token.column
        self._mixed()

    def join(self, token: Token, part: Query) -> None:
        """A word beside another, or AND."""
        if self.items and not isinstance(part, Not):
            self.and_column = self.and_column or token.column
        self.items.append(part)
        self._mixed()

    def take_away(self, token: Token, part: Query) -> None:
        """A NOT takes away from all on its left."""
        if self.groups:
            said = "NOT takes away from everything on its left, both sides of OR; brackets say so to a reader"
            self.notes.append(Note(token.column, said))
        self.items = [self.whole(), part]
        self.groups = []

    def whole(self) -> Query:
        """The query so far."""
        return any_of([*self.groups, all_of(self.items)])

    def _mixed(self) -> None:
        if self.or_column and self.and_column:
            said = "AND (or words side by side) binds tighter than OR here; brackets say so to a reader"
            self.notes.append(Note(max(self.or_column, self.and_column), said))
            self.or_column = self.and_column = 0


def _joined(left: Query, right: Query, sign: Token) -> Query:
    if sign.kind == "NEAR":
        return Near(left, right, *sign.near)
    parts: Iterable[Query] = (inner for side in (left, right) for inner in _sentence_parts(side))
    return Sentence(tuple(parts))


def _sentence_parts(side: Query) -> tuple[Query, ...]:
    return side.parts if isinstance(side, Sentence) else (side,)


def _expected(token: Token) -> str:
    if token.kind == "end":
        return "the query ends too early; expected a word, a phrase or '('"
    return f"expected a word, a phrase or '(' instead of '{token.text}'"


def is_wordy(query: Query) -> bool:
    """Whether a query is found at places among the words of a post."""
    match query:
        case Words() | Around() | Near() | Handle() | Hashtag() | Ticker():
            return True
        case Or(parts):
            return all(is_wordy(part) for part in parts)
    return False
