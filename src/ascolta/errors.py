"""Every error a user may meet. Each message is one sentence: what, where, what to do.

AscoltaError
├── QueryError    a query cannot be read; knows its column
├── FileError     a file cannot be used; starts with file:line
├── SourceError   a source cannot be heard; knows whether trying again can help
├── StoreError    the store cannot keep or give; nothing was half kept
├── CaseError     an act does not fit the state of a case, a reply, an alert or an incident
└── PeopleError   somebody of the desk, a password, a code or a link is not what it must be
"""

import unicodedata
from pathlib import Path


class AscoltaError(Exception):
    """The base of all errors shown to users as one sentence, with exit code 2."""


AROUND = 60
"""How many characters of a line are shown before a mistake, and after it."""


class QueryError(AscoltaError):
    """A query that cannot be read. `column` counts characters from 1."""

    def __init__(self, message: str, *, query: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.message, self.query, self.column = message, query, column

    def caret(self) -> str:
        """The line of the query that is wrong, with a caret under the column."""
        before = self.query[: self.column - 1]
        start = before.rfind("\n") + 1
        line = self.query[start:].split("\n", 1)[0]
        first = max(0, len(before) - start - AROUND)
        cut = line[first : first + 2 * AROUND]
        return f"{cut}\n{''.join(map(_blank, before[start + first :]))}^"


def _blank(char: str) -> str:
    """As much room as a character takes in a terminal."""
    if char == "\t":
        return char
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    return " " * (1 + (unicodedata.east_asian_width(char) in "WF"))


class FileError(AscoltaError):
    """A file that cannot be used. The message starts with `file:line`, or `file` where no line is known."""

    def __init__(self, path: str | Path, line: int | None, message: str) -> None:
        where = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {message}")
        self.path, self.line, self.message = str(path), line, message


class SourceError(AscoltaError):
    """A source that cannot be heard, or a speaker that cannot speak; `retry` says whether trying again can help.

    `after`: for how many seconds the network asks to be left alone; 0: it did not say. `unsent`: nothing was sent.
    """

    unsent = False

    def __init__(self, message: str, *, retry: bool, after: float = 0.0) -> None:
        super().__init__(message)
        self.retry, self.after = retry, after


class StoreError(AscoltaError):
    """The store cannot keep or give; what was being kept is not kept by halves."""


class CaseError(AscoltaError):
    """An act that does not fit the present state."""


class PeopleError(AscoltaError):
    """An account, a name, a password, a code or a link that is not what it must be."""
