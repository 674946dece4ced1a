"""From the text of a query to a Query; every error names its column and says what was expected."""

import difflib
import re
from dataclasses import dataclass

from ascolta.core.label import VOCABULARY
from ascolta.core.query import (
    RESERVED,
    Field,
    Handle,
    Hashtag,
    Near,
    Not,
    Or,
    Query,
    Raw,
    Words,
    all_of,
    any_of,
    field,
    leaves,
)
from ascolta.core.text import fold, handles, hashtags, term
from ascolta.errors import QueryError

MAX_DEPTH = 50
MAX_LENGTH = 100_000
POST_FIELDS = ("author", "network", "site", "links", "lang", "is", "tag", "brand")
ALERT_FIELDS = ("stream", "state")
FIELDS = (*POST_FIELDS, *ALERT_FIELDS, *(name for name in VOCABULARY if name != "language"))
FIXED: dict[str, tuple[str, ...]] = {
    "is": ("reply", "question", "repost"),
    "stream": ("all", "negative", "complaint"),
    "state": ("calm", "alert"),
    **{name: known for name, known in VOCABULARY.items() if known},
}

_LEX = re.compile(
    r"""(?P<space>\s+)
    |(?P<open>\()|(?P<close>\))
    |(?P<near>NEAR/(?P<n>\d+)(?P<f>f?)(?![\w/]))
    |(?P<op>AND|OR|NOT)(?![^\s()"])
    |(?P<field>[A-Za-z_]+):(?P<fq>"(?:[^"\\]|\\.)*")
    |(?P<fname>[A-Za-z_]+):(?P<fval>[^\s()"]*)
    |(?P<quote>"(?:[^"\\]|\\.)*")
    |(?P<word>[^\s()"]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: its kind, its text, and its column from 1."""

    kind: str
    text: str
    column: int
    query: Query | None = None
    near: tuple[int, bool] = (0, False)


def parse(text: str) -> Query:
    """The query that `text` says. Raises QueryError with the column and what was expected there."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH:,} characters; split it", query=text, column=MAX_LENGTH)
    reader = _Reader(text, _lex(text))
    if reader.kind == "end":
        raise QueryError("the query is empty; expected a word, such as acme", query=text, column=1)
    query = reader.level(0)
    if reader.kind != "end":
        reader.fail(f"'{reader.token.text}' closes a bracket that was never opened; take it out or add '('")
    return query


class _Reader:
    """Walks the tokens of one query."""

    def __init__(self, source: str, stream: list[Token]) -> None:
        self.source, self.stream, self.place = source, stream, 0

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

    def fail(self, message: str) -> None:
        raise QueryError(message, query=self.source, column=self.token.column)

    def level(self, depth: int) -> Query:
        """Everything up to a closing bracket or the end."""
        if depth > MAX_DEPTH:
            self.fail(f"brackets are nested deeper than {MAX_DEPTH}; simplify the query")
        groups: list[Query] = []
        items: list[Query] = []
        while True:
            if self.kind in ("end", "close") and items:
                return any_of([*groups, all_of(items)])
            if self.kind == "OR" and items:
                self.take()
                groups.append(all_of(items))
                items = []
            elif self.kind == "AND" and items:
                self.take()
                items.append(self.operand(depth))
            elif self.kind == "NOT" and items:
                items = [any_of([*groups, all_of(items)]), self.operand(depth)]
                groups = []
            else:
                items.append(self.operand(depth))

    def operand(self, depth: int) -> Query:
        """NOT something, or something that may be NEAR something else."""
        if self.kind == "NOT":
            self.take()
            if depth > MAX_DEPTH:
                self.fail(f"NOT is nested deeper than {MAX_DEPTH}; simplify the query")
            return Not(self.operand(depth + 1))
        left = self.term(depth)
        while self.kind == "NEAR":
            near = self.take()
            right = self.term(depth)
            for side in (left, right):
                self.nearable(side, near)
            left = Near(left, right, *near.near)
        return left

    def nearable(self, side: Query, near: Token) -> None:
        """NEAR has a meaning for words only."""
        if not _is_wordy(side):
            raise QueryError(
                "NEAR stands between words, phrases or brackets of them joined with OR; "
                f"expected that instead of {side}",
                query=self.source,
                column=near.column,
            )

    def term(self, depth: int) -> Query:
        """One term or one pair of brackets."""
        token = self.token
        if token.kind == "term" and token.query is not None:
            return self.take().query or token.query
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


def _expected(token: Token) -> str:
    if token.kind == "end":
        return "the query ends too early; expected a word, a phrase or '('"
    return f"expected a word, a phrase or '(' instead of '{token.text}'"


def _is_wordy(query: Query) -> bool:
    match query:
        case Words() | Near():
            return True
        case Or(parts):
            return all(_is_wordy(part) for part in parts)
    return False


def _lex(text: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < len(text):
        piece = _LEX.match(text, place)
        if piece is None:
            raise QueryError('the quotation mark " is never closed; add one', query=text, column=place + 1)
        token = _token(piece, text)
        if token is not None:
            found.append(token)
        place = piece.end()
    return [*found, Token("end", "", len(text) + 1)]


def _token(piece: re.Match[str], text: str) -> Token | None:
    column, said = piece.start() + 1, piece.group()
    match piece.lastgroup:
        case "space":
            return None
        case "open" | "close" as kind:
            return Token(kind, said, column)
        case "near":
            return Token("NEAR", said, column, near=_distance(piece, text))
        case "op":
            return Token(said, said, column)
    return Token("term", said, column, query=_term(piece, text, column))


def _distance(piece: re.Match[str], text: str) -> tuple[int, bool]:
    digits = piece.group("n")
    if len(digits) > 3 or not 1 <= int(digits) <= 100:
        raise QueryError(
            "expected a distance from 1 to 100 words, such as NEAR/5", query=text, column=piece.start() + 6
        )
    return int(digits), bool(piece.group("f"))


def _term(piece: re.Match[str], text: str, column: int) -> Query:
    name = piece.group("field") or piece.group("fname")
    if name:
        value = piece.group("fval") if piece.group("fname") else _unquote(piece.group("fq"))
        return _field(name, value, text, column)
    if piece.group("quote"):
        return _words(_unquote(piece.group("quote")), text, column, quoted=True)
    return _bare(piece.group("word"), text, column)


def _field(name: str, value: str, text: str, column: int) -> Query:
    """A field such as lang:es; what stands before a colon must be a field's name."""
    lower = name.lower()
    if not value:
        raise QueryError(f"expected a value after '{name}:'", query=text, column=column + len(name) + 1)
    if lower == "raw":
        return Raw(value)
    if lower not in FIELDS:
        raise QueryError(
            f"unknown field '{name}:'{_hint(lower, (*FIELDS, 'raw'))}; to find words, put them in quotation marks",
            query=text,
            column=column,
        )
    made = field(lower, value)
    known = FIXED.get(lower)
    if known is not None and made.value not in known:
        raise QueryError(
            f"'{lower}:' cannot be '{value}'{_hint(made.value, known)}; expected one of {', '.join(known)}",
            query=text,
            column=column + len(name) + 1,
        )
    if not made.value.lstrip("@"):
        raise QueryError(f"expected a value after '{name}:'", query=text, column=column + len(name) + 1)
    return made


def _bare(word: str, text: str, column: int) -> Query:
    if word in RESERVED or word.startswith("NEAR/"):
        raise QueryError(f"expected a distance such as NEAR/5 instead of '{word}'", query=text, column=column)
    if word[0] in "@#" and len(word) > 1:
        named = handles(fold(word)) if word[0] == "@" else hashtags(fold(word))
        if len(named) == 1:
            return Handle(named[0]) if word[0] == "@" else Hashtag(named[0])
    return _words(word, text, column, quoted=False)


def _words(said: str, text: str, column: int, *, quoted: bool) -> Query:
    prefix = said.endswith("*")
    inner = said.rstrip("?!.,")
    if not quoted and "?" in inner:
        raise QueryError(
            "'?' inside a word is not understood; list the spellings with OR",
            query=text,
            column=column + inner.index("?"),
        )
    if "*" in said[:-1]:
        raise QueryError(
            "'*' may stand only at the end of a word, as in deliver*", query=text, column=column + said.index("*")
        )
    found = term(said.rstrip("*"))
    if not found:
        what = "these quotation marks hold no word" if quoted else f"there is no word in '{said}'"
        raise QueryError(f'{what}; to find symbols, write raw:"…"', query=text, column=column)
    return Words(found, prefix)


def _unquote(said: str) -> str:
    return re.sub(r"\\(.)", r"\1", said[1:-1], flags=re.DOTALL)


def _hint(said: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(said, known, n=1, cutoff=0.6)
    return f", did you mean '{close[0]}'?" if close else ""


def fields_of(query: Query) -> frozenset[str]:
    """The names of the fields that a query asks about."""
    return frozenset(leaf.name for leaf in leaves(query) if isinstance(leaf, Field))
