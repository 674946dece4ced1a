"""JSON lines and CSV, plain or compressed, from a file or standard input.

The cursor says how far the file was heard, from where to read again to remember what was heard last (see Once), and a
checksum of the bytes before it, by which a file that was replaced is told from one that grew.
"""

import csv
import io
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ascolta.core.post import Batch, Event
from ascolta.errors import SourceError
from ascolta.sources import plain
from ascolta.sources.once import WINDOW, Once
from ascolta.sources.records import CHUNK, Record, opened, records

BATCH = 1_000
CHECKED = 64
DELIMITERS = ",;\t|"
COMPRESSED = (".gz", ".zst")

Tell = Callable[[str], None]


class _Place(msgspec.Struct, frozen=True):
    """A cursor: bytes heard, where to begin to remember, and the checksum of the bytes before it."""

    at: int = 0
    since: int = 0
    check: int = 0


class FileSource:
    """Posts in a file. `columns` maps keys of the plain post format to the file's own; `tell` hears what was set aside.

    `clock` gives the time of arrival; None takes the newest time among the posts themselves, as a replay does.
    """

    def __init__(
        self,
        path: str,
        *,
        columns: Mapping[str, str] | None = None,
        clock: Callable[[], float] | None = time.time,
        tell: Tell = lambda said: None,
        batch: int = BATCH,
        window: int = WINDOW,
    ) -> None:
        self.path, self.columns, self.clock, self.tell = path, dict(columns or {}), clock, tell
        self.size, self.window = batch, window
        self.name = "-" if path == "-" else f"file:{Path(path).name}"
        self.set_aside = 0
        self._header: list[str] | None = None
        self._delimiter = ","
        self._newest = 0.0
        self.csv = Path(path.removesuffix(".gz").removesuffix(".zst")).suffix.lower() in (".csv", ".tsv")

    def batches(self, after: str) -> Iterator[Batch]:
        """Batches that follow the cursor. Raises SourceError if the file cannot be read or was replaced."""
        place = self._place(after)
        if place.at and self.total() == place.at:
            return
        read, close = opened(self.path)
        try:
            yield from self._batches(read, after, place)
        finally:
            close()

    def total(self) -> int | None:
        """How many bytes there are to hear, uncompressed; None if that is not known beforehand."""
        if self.path == "-" or self.path.endswith(COMPRESSED):
            return None
        return Path(self.path).stat().st_size

    def heard(self, cursor: str) -> int:
        """How many bytes were heard at a cursor."""
        return self._place(cursor).at

    def _batches(self, read: Any, after: str, place: _Place) -> Iterator[Batch]:
        once = Once(self.window)
        check = _Check(place, self.path)
        events: list[Event] = []
        here = after
        last = place.at
        for record in records(check.reading(read, self._start(place)), self.path, self._start(place), csv=self.csv):
            if record.end <= place.since and (record.begin or not self.csv):
                continue
            event = self._event(record)
            told = once.admit(event, record.begin) if event is not None else None
            if record.end <= place.at:
                continue
            if event is None and not record.whole:
                break
            last = record.end
            if told is not None:
                events.append(told)
            if len(events) >= self.size or (self.path == "-" and check.drained(record.end)):
                cursor = self._cursor(last, once, check)
                yield self._batch(events, here, cursor)
                events, here = [], cursor
        check.complete()
        if last > place.at and (events or here != after or last != place.at):
            cursor = self._cursor(last, once, check)
            if cursor != here:
                yield self._batch(events, here, cursor)

    def _start(self, place: _Place) -> int:
        """Everything before `place.since` is read past, which for standard input was another stream."""
        return place.at if self.path == "-" else 0

    def _batch(self, events: list[Event], after: str, cursor: str) -> Batch:
        times = [event.post.published for event in events if event.post is not None and event.post.published]
        self._newest = max([self._newest, *times])
        arrived = self._newest if self.clock is None else self.clock()
        return Batch(events=tuple(events), after=after, cursor=cursor, arrived=arrived)

    def _event(self, record: Record) -> Event | None:
        """The event of a record; None if it holds none, which is told unless it is blank or the header."""
        data = record.data
        if data is not None and record.begin == 0:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if data is None:
            self._set_aside(record, "it is longer than 16 MiB")
            return None
        if not data.strip():
            return None
        try:
            if not self.csv:
                return plain.event(plain.decode(data, self.columns))
            return self._row(data)
        except ValueError as error:
            self._set_aside(record, str(error))
            return None

    def _row(self, data: bytes) -> Event | None:
        text = data.decode("utf-8", "replace").replace("\0", "")
        if self._header is None:
            self._delimiter = max(DELIMITERS, key=text.count)
            self._header = [name.strip() for name in next(self._cells(text), [])]
            return None
        cells = next(self._cells(text), [])
        if len(cells) > len(self._header):
            raise ValueError(
                f"it has {len(cells)} cells, the header {len(self._header)}; put quotation marks around text"
            )
        row: dict[str, Any] = {name: cell for name, cell in zip(self._header, cells, strict=False) if cell != ""}
        if "tags" in row:
            row["tags"] = row["tags"].split()
        wanted = self.columns.get("text", "text")
        if wanted not in self._header:
            known = ", ".join(self._header[:12])
            raise SourceError(
                f"{self.path}:1: has no column '{wanted}' (it has {known}); use --map text=COLUMN", retry=False
            )
        row.setdefault(wanted, "")
        return plain.event(plain.convert(row, self.columns))

    def _cells(self, text: str) -> Iterator[list[str]]:
        return csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter)

    def _set_aside(self, record: Record, why: str) -> None:
        self.set_aside += 1
        self.tell(f"{self.path}:{record.line}: {why}; this line was set aside")

    def _place(self, cursor: str) -> _Place:
        try:
            return msgspec.json.decode(cursor, type=_Place) if cursor else _Place()
        except msgspec.DecodeError:
            raise SourceError(
                f"{self.path}: the cursor in the store cannot be read; use --from-start", retry=False
            ) from None

    def _cursor(self, at: int, once: Once, check: "_Check") -> str:
        return msgspec.json.encode(_Place(at, once.oldest(at), check.at(at))).decode()


class _Check:
    """Watches the bytes go by, so that a place can be recognised later by the few before it."""

    def __init__(self, place: _Place, path: str) -> None:
        self.place, self.path = place, path
        self.end = 0
        self.recent = b""
        self.checked = place.at == 0 or path == "-"

    def reading(self, read: Callable[[int], bytes], begin: int) -> Callable[[int], bytes]:
        """`read`, watched."""
        self.end = begin

        def watched(size: int, /) -> bytes:
            data = read(size)
            self.recent = (self.recent + data)[-(2 * CHUNK + CHECKED) :] if data else self.recent
            self.end += len(data)
            self._recognise()
            return data

        return watched

    def at(self, place: int) -> int:
        """The checksum of the bytes before a place."""
        begin = self.end - len(self.recent)
        return zlib.crc32(self.recent[max(0, place - CHECKED - begin) : place - begin])

    def drained(self, place: int) -> bool:
        """Whether all that was read so far was taken."""
        return place >= self.end

    def complete(self) -> None:
        """At the end of the file. Raises SourceError if the cursor lies beyond it."""
        if not self.checked:
            raise SourceError(
                f"{self.path}: ends at byte {self.end:,}, before the place we had reached ({self.place.at:,}); "
                "the file was cut or replaced: use --from-start to hear it anew",
                retry=False,
            )

    def _recognise(self) -> None:
        if self.checked or self.end < self.place.at:
            return
        self.checked = True
        if self.at(self.place.at) != self.place.check:
            raise SourceError(
                f"{self.path}: is not the file that was heard before; use --from-start to hear it anew", retry=False
            )
