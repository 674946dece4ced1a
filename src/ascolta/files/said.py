"""The text of a query as a file says it: which line and column of the file each of its characters stands in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ascolta.core.parse import parse
from ascolta.core.query import Query
from ascolta.errors import AscoltaError, FileError, QueryError

FILE = "file"
"""The style of a query that has a file to itself; the others are YAML's: none, ', ", | and >."""

_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_SPACES = frozenset("tnvfr NLP_\t\n")
"""What stands after \\ in YAML for a character that is no mark on the page."""


class QueryInFile(FileError, QueryError):
    """A query in a file that cannot be read: says the file and its line, and has the caret of the query."""

    def __init__(self, where: "Place", message: str, error: QueryError) -> None:
        AscoltaError.__init__(self, f"{where.path}:{where.line}: {message}")
        self.path, self.line, self.message = where.path, where.line, message
        self.query, self.column = error.query, error.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a file: line and column from 1, and the whole line."""

    path: str
    line: int
    column: int
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The text of a query; it stands from `start` to `end` of the file `whole`, in one of YAML's styles."""

    path: str
    what: str
    text: str
    whole: str
    start: int
    end: int
    style: str

    @property
    def line(self) -> int:
        """The line in which it begins."""
        return self.whole.count("\n", 0, self.start) + 1

    def query(self, names: Mapping[str, Query] | None = None) -> Query:
        """The query that is said. Raises FileError at the line of the mistake."""
        try:
            return parse(self.text, names)
        except QueryError as error:
            raise self.wrong(error) from None

    def wrong(self, error: QueryError) -> FileError:
        """What is wrong with the query, as an error of its file."""
        where = self.where(error.column)
        said = f"{self.what}, {error}" if self.style != FILE else f"column {where.column}: {error.message}"
        return QueryInFile(where, said, error)

    def where(self, column: int) -> Place:
        """Where in the file a character of the query stands, its column counted from 1."""
        at = self._at(column)
        begin = self.whole.rfind("\n", 0, at) + 1
        line = self.whole.count("\n", 0, at) + 1
        excerpt = self.whole[begin:].partition("\n")[0].rstrip("\r")
        return Place(path=self.path, line=line, column=at - begin + 1, excerpt=excerpt)

    def _at(self, column: int) -> int:
        """The characters that are no spaces are the same in the query and in the file, one by one."""
        if self.style == FILE:
            return column - 1
        marks = _marks(self.whole[self.start : self.end], self.style)
        before = len("".join(self.text[: column - 1].split()))
        if before < len(marks):
            return self.start + marks[before]
        return self.start + (marks[-1] + 1 if marks else 0)


@lru_cache(maxsize=16)
def _marks(raw: str, style: str) -> tuple[int, ...]:
    """Where in a YAML scalar the characters stand that are no spaces."""
    if style in ("|", ">"):
        begin, end = raw.find("\n") + 1 or len(raw), len(raw)
    else:
        begin, end = len(style), len(raw) - len(style)
    found = []
    place = begin
    while place < end:
        size, is_mark = _piece(raw, place, style)
        if is_mark:
            found.append(place)
        place += size
    return tuple(found)


def _piece(raw: str, place: int, style: str) -> tuple[int, bool]:
    """How many characters of a scalar stand for the next one of its text, and whether that is no space."""
    if style == "'" and raw.startswith("''", place):
        return 2, True
    escape = _ESCAPE.match(raw, place) if style == '"' else None
    if escape is None:
        return 1, not raw[place].isspace()
    said = escape[0][1:]
    if len(said) == 1:
        return 2, said not in _SPACES
    return len(escape[0]), not chr(int(said[1:], 16)).isspace()
