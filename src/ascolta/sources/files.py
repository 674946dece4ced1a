"""JSON lines and CSV, plain or compressed, from a file or standard input.

The cursor says how far the file was heard, from where to read again to remember what was heard last (see Once), and a
checksum of the bytes before it, by which a file that was replaced is told from one that grew.
"""

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ascolta.core.post import Batch, EventKind
from ascolta.errors import SourceError
from ascolta.sources import plain
from ascolta.sources.items import Body, Items
from ascolta.sources.once import WINDOW, Once, Told, key_of
from ascolta.sources.records import CHUNK, Reading, opened

BATCH = 4_000
ACTOR = str(EventKind.ACTOR)
CHECKED = 64
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
        self._newest = 0.0
        self.csv = Path(path.removesuffix(".gz").removesuffix(".zst")).suffix.lower() in (".csv", ".tsv")
        self._items = Items(path, self.columns, tell, table=self.csv)

    @property
    def set_aside(self) -> int:
        """How many lines could not be read."""
        return self._items.set_aside

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
        start = self._start(place)
        gathered = _Gathered()
        here, last = after, place.at
        for row, body in self._rows(check.reading(read, start), start, place):
            line, end = body.lines[row], body.begins[row + 1]
            told = Told.NEW
            if line is not None and line.event != ACTOR:
                told = once.admit(key_of(line.network or "file", body.ids[row]), line.event, body.begins[row])
            if end <= place.at:
                continue
            if line is None and not body.whole:
                break
            last = end
            if line is not None and told is not Told.REPEAT:
                gathered.add(line, body.times[row], told)
            if len(gathered.lines) >= self.size or (self.path == "-" and check.drained(end)):
                cursor = self._cursor(last, once, check)
                yield self._batch(gathered, here, cursor)
                gathered, here = _Gathered(), cursor
        check.complete()
        if last > place.at and (gathered.lines or here != after or last != place.at):
            cursor = self._cursor(last, once, check)
            if cursor != here:
                yield self._batch(gathered, here, cursor)

    def _rows(self, read: Reading, start: int, place: _Place) -> Iterator[tuple[int, Body]]:
        """Each line from the place on where remembering begins; the header of a table is read in any case."""
        for body in self._items.read(read, start):
            if body.begins[-1] > place.since or (self.csv and not body.begins[0]):
                for row in range(len(body.lines)):
                    if body.begins[row + 1] > place.since or (self.csv and not body.begins[row]):
                        yield row, body

    def _start(self, place: _Place) -> int:
        """Everything before `place.since` is read past, which for standard input was another stream."""
        return place.at if self.path == "-" else 0

    def _batch(self, gathered: "_Gathered", after: str, cursor: str) -> Batch:
        self._newest = max([self._newest, *(time for time in gathered.times if time)])
        arrived = self._newest if self.clock is None else self.clock()
        return Batch(
            events=plain.Lines(gathered.lines, frozenset(gathered.superseded)),
            after=after,
            cursor=cursor,
            arrived=arrived,
            known=plain.columns(gathered.lines, gathered.times, arrived),
        )

    def _place(self, cursor: str) -> _Place:
        try:
            return msgspec.json.decode(cursor, type=_Place) if cursor else _Place()
        except msgspec.DecodeError:
            raise SourceError(
                f"{self.path}: the cursor in the store cannot be read; use --from-start", retry=False
            ) from None

    def _cursor(self, at: int, once: Once, check: "_Check") -> str:
        return msgspec.json.encode(_Place(at, once.oldest(at), check.at(at))).decode()


class _Gathered:
    """Lines that will be one batch."""

    def __init__(self) -> None:
        self.lines: list[plain.Line] = []
        self.times: list[float | None] = []
        self.superseded: list[int] = []

    def add(self, line: plain.Line, published: float | None, told: Told) -> None:
        if told is Told.SUPERSEDED:
            self.superseded.append(len(self.lines))
        self.lines.append(line)
        self.times.append(published)


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
