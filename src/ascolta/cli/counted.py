"""Counts over time, read from a CSV file: a time and a count in each row, with or without a header."""

import csv
import gzip
import io
import math
import statistics
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from ascolta.core.watching.pace import TICK
from ascolta.errors import FileError
from ascolta.sources.times import seconds

TIMES = ("timestamp", "time", "at", "date", "datetime")
VALUES = ("value", "count", "mentions", "volume")
"""Names of columns that are understood; where a header has neither, the first two columns are taken."""

PROBED = 1_000
"""Steps between rows of which the middle one is how often counts come."""

Counted = tuple[float, float]
"""Seconds since 1970 UTC, and the count; NaN where the row has none."""


def read_counts(path: str) -> list[Counted]:
    """The rows of a file (also gzip'd), or of standard input for `-`. Raises FileError for the first that is wrong."""
    shown = "standard input" if path == "-" else path
    rows = csv.reader(io.StringIO(_text(path, shown)), dialect=csv.excel)
    try:
        found = list(_rows(rows, shown))
    except csv.Error as error:
        raise FileError(shown, rows.line_num, "this is no CSV; write one time and one count a line") from error
    if not found:
        raise FileError(shown, None, "there are no counts; write a line such as 2026-10-15T18:40:00Z,12 for each")
    if found[-1][0] < found[0][0]:
        raise FileError(shown, None, "the times run backwards; sort the rows by time, the oldest first")
    return found


def step(rows: list[Counted]) -> float:
    """How often counts come, in seconds: the middle of the steps between the first rows."""
    steps = [there - here for (here, _), (there, _) in pairwise(rows[: PROBED + 1]) if there > here]
    return statistics.median(steps) if steps else TICK


def _text(path: str, shown: str) -> str:
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(shown, None, "this is not UTF-8; save it as UTF-8 and try again") from error
    except (OSError, EOFError) as error:
        why = getattr(error, "strerror", None) or "it is cut off or no gzip"
        raise FileError(shown, None, f"{why}; check the name and the file") from error


def _rows(rows: Any, shown: str) -> Iterator[Counted]:
    places: tuple[int, int] | None = None
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if places is None:
            places = _places(row)
            if _at(row[places[0]]) is None and _is_header(row):
                continue
        if len(row) <= max(places):
            raise FileError(shown, rows.line_num, "expected a time and a count with a comma between, such as 10:05,12")
        yield _time(row[places[0]], shown, rows.line_num), _value(row[places[1]], shown, rows.line_num)


def _places(row: list[str]) -> tuple[int, int]:
    """Which columns hold the time and the count."""
    names = [cell.strip().lower() for cell in row]
    at = next((names.index(name) for name in TIMES if name in names), None)
    value = next((names.index(name) for name in VALUES if name in names), None)
    return (0, 1) if at is None or value is None else (at, value)


def _is_header(row: list[str]) -> bool:
    """Whether nothing in a row is a number."""
    return not any(_number(cell) is not None for cell in row)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _at(cell: str) -> float | None:
    said = cell.strip()
    number = _number(said)
    try:
        return seconds(said if number is None else number)
    except ValueError:
        return None


def _time(cell: str, shown: str, line: int) -> float:
    at = _at(cell)
    if at is None:
        raise FileError(shown, line, "the time is none that can be read; write it as in 2026-10-15T18:40:00Z")
    return at


def _value(cell: str, shown: str, line: int) -> float:
    if not cell.strip() or cell.strip().lower() in ("nan", "null", "na"):
        return math.nan
    number = _number(cell)
    if number is None or not math.isfinite(number):
        raise FileError(shown, line, "the count is not a number; write it as in 12, or leave it empty where it is lost")
    if number < 0:
        raise FileError(shown, line, "the count is below zero; counts are 0 or more")
    return number
