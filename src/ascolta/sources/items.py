"""The lines of a file of posts, decoded: JSON lines many at a time, anything else record by record."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

from ascolta.core.post import Columns, written_at
from ascolta.errors import SourceError
from ascolta.sources import plain
from ascolta.sources.records import CHUNK, MAX_RECORD, Reading, Record, delimiter, records

T = TypeVar("T")

csv.field_size_limit(MAX_RECORD)

LONG = 1 << 20
"""Bytes without a line end from which on lines are read one by one, with a bound on their length."""

LINE_END = ord("\n")
BOM = b"\xef\xbb\xbf"


class Body(NamedTuple):
    """Some lines: where each begins and the last ends, and what they say.

    `lines` holds None for one that says nothing or nothing sound, `seen` what is known of each. `whole` is False for
    the last piece of a file that has no line end.
    """

    begins: Sequence[int]
    lines: Sequence[plain.Line | None]
    seen: plain.Checked = plain.NOTHING
    whole: bool = True

    @property
    def keys(self) -> Sequence[str]:
        """The key of each line's post, empty if it has none."""
        return self.seen.keys

    @property
    def plain(self) -> bool:
        """Whether each line is a post just published."""
        return self.seen.plain

    def kind(self, row: int) -> str:
        """What a line is; empty for one that says nothing."""
        line = self.lines[row]
        return "" if line is None else line.event


class Gathered:
    """Lines that will be one batch, with what is known of them."""

    def __init__(self) -> None:
        self.lines: list[plain.Line] = []
        self.times: list[float | None] = []
        self.superseded: list[int] = []
        self._texts: list[str] = []
        self._networks: list[str] = []
        self._odd: list[int] = []

    def take(self, body: Body, rows: Sequence[int], superseded: Sequence[int] = ()) -> None:
        """Gather some rows of a body, in their order, each of which says something; some of them are superseded."""
        seen = body.seen
        if seen.odd or superseded:
            places = {row: place for place, row in enumerate(rows, len(self.lines))}
            self._odd += [places[row] for row in seen.odd if row in places]
            self.superseded += [places[row] for row in superseded]
        self.lines += cast(Sequence[plain.Line], _some(body.lines, rows))
        self.times += _some(seen.times, rows)
        self._texts += _some(seen.texts, rows)
        self._networks += _some(seen.networks, rows)

    def columns(self, arrived: float) -> Columns:
        """What is known of them, without making their events."""
        special, silent, beside = list[int](), list[int](), list[tuple[int, str, str]]()
        for row in self._odd:
            line = self.lines[row]
            beside += [(row, "brand", line.brand)] if line.brand else []
            beside += [(row, "handle", handle) for handle in (line.handles or ())[: plain.MAX_TAGS]]
            special += [row] if line.event != "published" else []
            if line.event not in plain.POSTED:
                silent.append(row)
                self._texts[row] = ""
        return Columns(
            texts=self._texts,
            special=special,
            newest=_newest(self.times, arrived, frozenset(silent)),
            networks=self._networks,
            beside=beside,
        )


def _some(items: Sequence[T], rows: Sequence[int]) -> Sequence[T]:
    return items[rows.start : rows.stop] if isinstance(rows, range) else [items[row] for row in rows]


def _newest(times: Sequence[float | None], arrived: float, silent: frozenset[int]) -> float:
    """When the latest of the posts was written."""
    known = [time for time in times if time is not None]
    if len(known) == len(times) and not silent:
        latest = max(known, default=0.0)
        if written_at(latest, arrived) == latest:
            return latest
    return max((written_at(time, arrived) for row, time in enumerate(times) if row not in silent), default=0.0)


class Items:
    """Reads a file's lines. `tell` hears a sentence about each that was set aside."""

    def __init__(self, path: str, columns: Mapping[str, str], tell: Callable[[str], None], *, table: bool) -> None:
        self.path, self.columns, self.tell, self.table = path, columns, tell, table
        self.set_aside = 0
        self._header: list[str] | None = None
        self._delimiter = ","
        self._line = 1

    def read(self, read: Reading, begin: int) -> Iterator[Body]:
        """The lines that `read` gives, the first of which begins at `begin`. Raises SourceError."""
        self._line = 1
        head = _first_line(read)
        read = _after(head, read)
        if begin == 0 or self.path == "-":
            self.table = self.table or is_table(head, self.columns)
        if self.table or self.columns:
            yield from map(self._one, records(read, self.path, begin, csv=self.table))
            return
        carry = b""
        while chunk := read(CHUNK):
            end = chunk.rfind(b"\n") + 1
            if not end:
                carry += chunk
                if len(carry) > LONG:
                    break
                continue
            body, carry = carry + chunk[:end], chunk[end:]
            yield from self._body(body, begin)
            begin += len(body)
        else:
            yield from self._singly(io.BytesIO(carry).read, begin)
            return
        yield from self._singly(_after(carry, read), begin)

    def _body(self, body: bytes, begin: int) -> Iterator[Body]:
        """Whole lines, decoded together where all of them are sound."""
        ends = np.flatnonzero(np.frombuffer(body, np.uint8) == LINE_END) + (begin + 1)
        lines = plain.decode_all(body) if begin or not body.startswith(BOM) else None
        if lines is None or len(lines) != len(ends):
            yield from self._singly(io.BytesIO(body).read, begin)
            return
        seen = plain.checked(lines)
        for row, why in seen.wrong.items():
            self.put_aside(self._line + row, why)
        sound = [None if row in seen.wrong else line for row, line in enumerate(lines)] if seen.wrong else lines
        self._line += len(lines)
        yield Body([begin, *ends.tolist()], sound, seen)

    def _singly(self, read: Reading, begin: int) -> Iterator[Body]:
        before = self._line - 1
        for record in records(read, self.path, begin):
            yield self._one(replace(record, line=record.line + before))
            self._line = before + record.line + 1

    def _one(self, record: Record) -> Body:
        """What one record says; what cannot be read is told, unless it is blank or the header."""
        nothing = Body((record.begin, record.end), (None,), whole=record.whole)
        data = record.data
        if data is None or record.open:
            self.put_aside(record.line, _unreadable(record))
            return nothing
        data = data.removeprefix(BOM)
        try:
            line = self._row(data) if self.table else plain.decode(data, self.columns) if data.strip() else None
        except ValueError as error:
            self.put_aside(record.line, str(error))
            return nothing
        if line is None:
            return nothing
        seen = plain.checked([line])
        if seen.wrong:
            self.put_aside(record.line, seen.wrong[0])
            return nothing
        return nothing._replace(lines=(line,), seen=seen)

    def _row(self, data: bytes) -> plain.Line | None:
        if not data.strip():
            return None
        text = data.decode("utf-8", "replace").replace("\0", "")
        if self._header is None:
            self._delimiter = delimiter(data.partition(b"\n")[0]).decode()
            self._header = self._checked([name.strip() for name in self._cells(text)])
            return None
        cells = self._cells(text)
        if [cell.strip() for cell in cells] == self._header:
            return None
        wanted = self._header.index(self.columns.get("text", "text"))
        if len(cells) > len(self._header) or len(cells) <= wanted:
            raise ValueError(
                f"it has {len(cells)} cells, the header {len(self._header)}; put quotation marks around text"
            )
        row: dict[str, Any] = {name: cell for name, cell in zip(self._header, cells, strict=False) if cell != ""}
        for column in {self.columns.get(key, key) for key in plain.LISTS} & row.keys():
            row[column] = row[column].split()
        row.setdefault(self._header[wanted], "")
        return plain.convert(row, self.columns)

    def _checked(self, header: list[str]) -> list[str]:
        """The names of the columns. Raises SourceError unless the text has one, and each that was named is there."""
        known = ", ".join(header[:12])
        for key, column in {"text": "text", **self.columns}.items():
            if column not in header:
                raise SourceError(
                    f"{self.path}:1: has no column '{column}' (it has {known}); use --map {key}=COLUMN", retry=False
                )
        read = {*plain.KEYS, *self.columns.values()}
        if twice := next((name for name in header if name in read and header.count(name) > 1), None):
            raise SourceError(
                f"{self.path}:1: has more than one column '{twice}'; give each a name of its own", retry=False
            )
        return header

    def _cells(self, text: str) -> list[str]:
        try:
            return next(csv.reader([text], delimiter=self._delimiter), [])
        except csv.Error:
            raise ValueError(
                "a line end within it stands outside quotation marks; put them around text, and end lines with LF"
            ) from None

    def put_aside(self, line: int, why: str) -> None:
        """Tell that a line, from 1, says nothing sound."""
        self.set_aside += 1
        self.tell(f"{self.path}:{line}: {why}; this line was set aside")


def is_table(head: bytes, columns: Mapping[str, str]) -> bool:
    """Whether the first line of a file is the header of a table: it names columns for the text and something else."""
    line = head.removeprefix(BOM).partition(b"\n")[0].strip()
    if line.startswith((b"{", b"[")):
        return False
    names = {name.strip(b' "').decode("utf-8", "replace") for name in line.split(delimiter(line))}
    return {columns.get(key, key) for key in ("id", "text")} <= names


def _unreadable(record: Record) -> str:
    """Why a record cannot be read as it was joined."""
    if not record.open:
        return "it is longer than 16 MiB"
    lost = "" if record.whole else ", and nothing after it can be read"
    return f"a quotation mark opens a cell that is not closed{lost}; close it, or take it out"


def _first_line(read: Reading) -> bytes:
    """What `read` gives first, as far as its first line goes, or a bound."""
    head = b""
    while b"\n" not in head and len(head) < CHUNK and (chunk := read(CHUNK)):
        head += chunk
    return head


def _after(carry: bytes, read: Reading) -> Reading:
    """`read`, with some bytes before what it gives."""
    first = [carry]

    def joined(size: int, /) -> bytes:
        return first.pop() if first else read(size)

    return joined
