"""What `ascolta check` says of a place in a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that its author did not mean. `severity` is error or warning.

    Where a column is known (from 1), `excerpt` is its line in the file.
    """

    path: str
    line: int
    severity: str
    message: str
    column: int | None = None
    excerpt: str = ""
