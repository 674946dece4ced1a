"""Sheets of a survey from a CSV file, as another tool writes it. What is in a cell is never repeated in a message."""

import csv
import difflib
import hashlib
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ascolta.core.study import AGES
from ascolta.core.survey import LEAST, Sheet, Survey, Unfit, band, sheet
from ascolta.core.text import shown
from ascolta.errors import FileError

LARGEST = 16 * 2**20
"""Bytes of a file at the most."""

MOST, WIDEST, LONGEST = 200_000, 200, 10_000
"""Rows and columns of a file, and characters of a cell, at the most."""

_DELIMITERS = (",", ";", "\t")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column stands for which question (`--map`), and which are passed over."""

    named: Mapping[str, str]
    skipped: Collection[str] = ()


def read_sheets(data: bytes, path: str, survey: Survey, columns: Columns, month: int) -> list[Sheet]:
    """The sheets of a file. Raises FileError for the first thing that cannot be read, with its line."""
    rows = csv.reader(io.StringIO(text := _text(data, path), newline=""), delimiter=_delimiter(text), strict=True)
    found: list[Sheet] = []
    try:
        header = _header(next(rows, []), path, survey, columns)
        for row in rows:
            if any(len(cell) > LONGEST for cell in row):
                raise FileError(path, rows.line_num, "has a cell longer than any answer; look whether it is this file")
            if any(cell.strip() for cell in row):
                found.append(_sheet(row, header, survey, (path, rows.line_num, month)))
            if len(found) > MOST:
                raise FileError(path, rows.line_num, f"has more than {MOST:,} rows; split it")
    except csv.Error as error:
        raise FileError(path, rows.line_num, f"is no CSV ({error}); save it as CSV and try again") from None
    if len(found) < LEAST:
        few = (
            f"has {len(found)} sheets; with fewer than {LEAST} people each of them could be picked out, so none is read"
        )
        raise FileError(path, None, few)
    return found


def digest(data: bytes) -> bytes:
    """By what a file is known again."""
    return hashlib.sha256(data).digest()


def _text(data: bytes, path: str) -> str:
    if len(data) > LARGEST:
        raise FileError(path, None, f"is larger than {LARGEST >> 20} MiB; a survey is smaller, so this is none")
    if data.startswith(_WIDE):
        raise FileError(path, 1, "is UTF-16; save it as CSV in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileError(path, line, "is not UTF-8; save it as CSV in UTF-8") from None
    if "\0" in text:
        raise FileError(path, text[: text.index("\0")].count("\n") + 1, "is no text; save it as CSV in UTF-8")
    return text


def _delimiter(text: str) -> str:
    """What stands most often in the first line."""
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _header(row: Sequence[str], path: str, survey: Survey, columns: Columns) -> list[str]:
    """The name of the question of each column, empty for those that are passed over."""
    if len(row) > WIDEST:
        raise FileError(path, 1, f"has more than {WIDEST} columns; take out those that are none of the survey's")
    known = ("age", *(question.name for question in survey.questions))
    wanted = _wanted(columns, known)
    cells = [cell.strip() for cell in row]
    names = list(_names(cells, path, (known, wanted), columns))
    for name in known:
        if names.count(name) > 1:
            raise FileError(path, 1, f"has two columns for '{name}'; keep one")
    for column in (*wanted, *columns.skipped):
        if column not in cells:
            raise FileError(path, 1, f"has no column '{shown(column)[:40]}'; it was named with --map or --skip")
    if not any(name for name in names if name != "age"):
        raise FileError(path, 1, f"has no question of this survey; its columns are called age, {', '.join(known[1:])}")
    return names


def _wanted(columns: Columns, known: Sequence[str]) -> dict[str, str]:
    """Which question each mapped column stands for."""
    for name in columns.named:
        if name not in known:
            raise FileError("--map", None, f"there is no question '{shown(name)[:40]}'; there are {', '.join(known)}")
    return {column: name for name, column in columns.named.items()}


def _names(
    cells: Sequence[str], path: str, names: tuple[Sequence[str], Mapping[str, str]], columns: Columns
) -> Iterator[str]:
    known, wanted = names
    for cell in cells:
        name = wanted.get(cell, cell.lower() if cell not in columns.skipped else "")
        if name and name not in known:
            close = difflib.get_close_matches(name[:80], known, n=1, cutoff=0.6)
            hint = f"did you mean '{close[0]}'?" if close else "map it with --map, or pass it over with --skip"
            raise FileError(path, 1, f"the column '{shown(cell)[:40]}' is none of this survey's; {hint}")
        yield name


def _sheet(row: Sequence[str], header: Sequence[str], survey: Survey, where: tuple[str, int, int]) -> Sheet:
    path, line, month = where
    if len(row) != len(header):
        odd = f"has {len(row)} cells where the first line has {len(header)}; look at quotation marks"
        raise FileError(path, line, odd)
    said = {name: cell.strip().lower() for name, cell in zip(header, row, strict=True) if name}
    try:
        said["age"] = _age(said.get("age", ""))
        return sheet(survey, said, month)
    except Unfit as error:
        raise FileError(path, line, str(error)) from None


def _age(said: str) -> str:
    """An age band, as such or in years."""
    if said.isascii() and said.isdigit() and len(said) <= 3:
        found = band(int(said))
        if not found:
            raise Unfit("age", (*AGES, "a number of years from 18"))
        return found
    return said.replace("–", "-").replace(" ", "")
