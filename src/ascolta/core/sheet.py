"""A table that may leave the house: each column declared with what it says, each row made of published figures.

What is not among the declared columns cannot come through; there is no column for a post, a person or a raw count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Holds(StrEnum):
    """What stands in a column. A day is a number of days since 1970 here, and a date in a frame."""

    TEXT = "text"
    DAY = "day"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "yes or no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, what stands in it, and what that says."""

    name: str
    holds: Holds
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table by rows; None stands for what is not known or not shown."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]] = ()

    @property
    def by_column(self) -> dict[str, list[Any]]:
        """The same by columns."""
        return {column.name: [row[place] for row in self.rows] for place, column in enumerate(self.columns)}


def sheet(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Sheet:
    """A table. Raises ValueError where a row does not have the columns that are declared."""
    found = [tuple(row) for row in rows]
    if any(len(row) != len(columns) for row in found):
        raise ValueError(f"a row of '{name}' does not have the {len(columns)} columns that are declared")
    return Sheet(name=name, columns=tuple(columns), rows=found)


def text(name: str, says: str) -> Column:
    """A column of text."""
    return Column(name=name, holds=Holds.TEXT, says=says)


def day(name: str, says: str) -> Column:
    """A column of days."""
    return Column(name=name, holds=Holds.DAY, says=says)


def whole(name: str, says: str) -> Column:
    """A column of whole numbers."""
    return Column(name=name, holds=Holds.WHOLE, says=says)


def figure(name: str, says: str) -> Column:
    """A column of numbers."""
    return Column(name=name, holds=Holds.NUMBER, says=says)


def flag(name: str, says: str) -> Column:
    """A column of yes and no."""
    return Column(name=name, holds=Holds.FLAG, says=says)
