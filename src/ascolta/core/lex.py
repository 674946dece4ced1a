"""From the text of a query to its tokens, each with its column; what a term means is in core.terms."""

import re
from dataclasses import dataclass

from ascolta.errors import QueryError

_END = r"""(?=[\s()"]|//|<<<|\Z)"""
LEX = re.compile(
    rf"""(?P<space>\s+|//[^\n]*|<<<(?:.|\n)*?>>>)
    |(?P<open>\()|(?P<close>\))
    |(?P<sentence>SENTENCE|NEAR/s){_END}
    |(?P<near>NEAR/(?P<n>\d+)(?P<f>f?)){_END}
    |(?P<op>AND|OR|NOT){_END}
    |(?P<name>[^\W\d]\w*):(?P<value>"(?:[^"\\]|\\.)*"|\[[^\]\n]*\]|(?:(?!<<<|(?<!:)//)[^\s()"])*)
    |(?P<quote>"(?:[^"\\]|\\.)*")(?:~(?P<within>\d+))?
    |(?P<word>(?:(?!//|<<<)[^\s()"])+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: its kind, its text, and its column from 1.

    `piece` is what was read, for a term; `near` the distance and whether order matters, for NEAR.
    """

    kind: str
    text: str
    column: int
    piece: re.Match[str] | None = None
    near: tuple[int, bool] = (0, False)


def lex(text: str) -> list[Token]:
    """The tokens of a query and an end. Raises QueryError."""
    found: list[Token] = []
    place = 0
    while place < len(text):
        piece = LEX.match(text, place)
        if piece is None:
            if text[place] != '"':
                raise QueryError("the comment <<< is never closed; add >>>", query=text, column=place + 1)
            raise QueryError('the quotation mark " is never closed; add one', query=text, column=place + 1)
        if piece.lastgroup != "space":
            found.append(_token(piece, text))
        place = piece.end()
    return [*found, Token("end", "", len(text) + 1)]


def _token(piece: re.Match[str], text: str) -> Token:
    column, said = piece.start() + 1, piece.group()
    for kind in ("open", "close"):
        if piece.group(kind):
            return Token(kind, said, column)
    if piece.group("sentence"):
        return Token("SENTENCE", said, column)
    if piece.group("near"):
        return Token("NEAR", said, column, near=(distance(piece.group("n"), text, column + 5), bool(piece.group("f"))))
    if piece.group("op"):
        return Token(said, said, column)
    return Token("term", said, column, piece=piece)


def distance(digits: str, text: str, column: int) -> int:
    """How many words apart. Raises QueryError."""
    if len(digits) > 3 or not 1 <= int(digits) <= 100:
        raise QueryError("expected a distance from 1 to 100 words, such as NEAR/5", query=text, column=column)
    return int(digits)
