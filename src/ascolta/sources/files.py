"""JSON lines and CSV, plain or compressed, from a file or standard input.

The cursor says how far the file was heard, from where to read again to remember what was heard last (see Once), and a
checksum of the bytes before it, by which a file that was replaced is told from one that grew.
"""

import math
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ascolta.core.finding import Brands, Findings, find
from ascolta.core.post import Batch
from ascolta.errors import SourceError
from ascolta.sources import plain
from ascolta.sources.cursors import read as read_cursor
from ascolta.sources.items import Body, Gathered, Items, is_table
from ascolta.sources.once import WINDOW, Once, admitted, unheard
from ascolta.sources.records import CHUNK, PACKED, CutError, Reading, opened, refused

BATCH = 8_000
CHECKED = 64
RECENT = 2 * CHUNK + CHECKED
"""Bytes that are remembered, so that the checksum of any place that a cursor may name can be told."""

COMPRESSED = (".gz", ".zst")

ANEW = "use --from-start to hear all of it, and count again what was counted before"

Tell = Callable[[str], None]
T = TypeVar("T")


class Mark(msgspec.Struct, frozen=True):
    """A cursor: bytes heard, where to begin to remember, and the checksum of the bytes before it."""

    at: int = 0
    since: int = 0
    check: int = 0


def names(paths: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What files are called by which their place is kept, by path; each path comes with how it is written.

    The first file of a name is called by that alone, another one of the same name by how it is written.
    """
    given: dict[str, str] = {}
    for path, written in paths:
        short = _named(path)
        given.setdefault(path, f"file:{written}" if short in given.values() else short)
    return given


def _named(path: str) -> str:
    return "-" if path == "-" else f"file:{Path(path).name}"


class FileSource:
    """Posts in a file. `columns` maps keys of the plain post format to the file's own; `tell` hears what was set aside.

    A file loses nothing, so an outage may last as long as it likes.

    `clock` gives the time of arrival; None takes the newest time among the posts themselves, as a replay does.
    `elsewhere` looks through a file that can be read in stretches; without it this process does, as through any other.
    """

    look_back = math.inf

    def __init__(
        self,
        path: str,
        *,
        columns: Mapping[str, str] | None = None,
        clock: Callable[[], float] | None = time.time,
        tell: Tell = lambda said: None,
        batch: int = BATCH,
        window: int = WINDOW,
        elsewhere: "Elsewhere | None" = None,
    ) -> None:
        self.path, self.columns, self.clock, self.tell = path, dict(columns or {}), clock, tell
        self.size, self.window, self.elsewhere = batch, window, elsewhere
        self.name = _named(path)
        self._newest = 0.0
        table = Path(path.removesuffix(".gz").removesuffix(".zst")).suffix.lower() in (".csv", ".tsv")
        self._items = Items(path, self.columns, tell, table=table)

    @property
    def set_aside(self) -> int:
        """How many lines could not be read."""
        return self._items.set_aside

    def batches(self, after: str) -> Iterator[Batch]:
        """Batches that follow the cursor. Raises SourceError if the file cannot be read or was replaced."""
        place = self.mark(after)
        if place.at and self.total() == place.at:
            self.recognise(place)
            return
        read, close = opened(self.path)
        try:
            yield from self._batches(read, after, place)
        finally:
            close()

    def find(self, brands: Brands, after: str) -> Iterator[Findings]:
        """What is found in batches that follow the cursor. Raises SourceError as `batches` does."""
        if self.elsewhere is not None and self.splits:
            return self.elsewhere(self, brands, after)
        return (find(batch, brands) for batch in self.batches(after))

    def total(self) -> int | None:
        """How many bytes there are to hear, uncompressed; None if that is not known beforehand. Raises SourceError."""
        if self.path == "-" or self.path.endswith(COMPRESSED):
            return None
        try:
            return Path(self.path).stat().st_size
        except OSError as error:
            raise refused(self.path, error) from error

    def heard(self, cursor: str) -> int:
        """How many bytes were heard at a cursor."""
        return self.mark(cursor).at

    def _batches(self, read: Any, after: str, place: Mark) -> Iterator[Batch]:
        once = Once(self.window)
        check = _Check(place, self.path)
        start = self._start(place)
        gathered = Gathered()
        here, last = after, place.at
        cut = list[CutError]()
        for body, rows, fresh in _short(self._parts(check.reading(read, start), start, place), cut):
            row = rows.start
            while row < rows.stop:
                to = min(rows.stop, row + self.size - len(gathered.lines)) if fresh else rows.stop
                new, superseded = admitted(once, body, range(row, to))
                if fresh:
                    gathered.take(body, new, superseded)
                row, last = to, max(last, body.begins[to])
                if fresh and (len(gathered.lines) >= self.size or (self.path == "-" and check.drained(last))):
                    cursor = self._cursor(last, once, check)
                    yield self._batch(gathered, here, cursor)
                    gathered, here = Gathered(), cursor
        if not cut:
            check.complete()
        if last > place.at and (gathered.lines or here != after or last != place.at):
            cursor = self._cursor(last, once, check)
            if cursor != here:
                yield self._batch(gathered, here, cursor)
        if cut:
            raise cut[0]

    def _parts(self, read: Reading, start: int, place: Mark) -> Iterator[tuple[Body, range, bool]]:
        """Rows that are only to be remembered, and fresh ones; the header of a table is read in any case."""
        for body in self._items.read(read, start):
            known, fresh = unheard(body.begins, 0 if self.csv and not body.begins[0] else place.since, place.at)
            if known:
                yield body, known, False
            if fresh and (body.whole or body.kind(0)):
                yield body, fresh, True

    def _start(self, place: Mark) -> int:
        """Everything before `place.since` is read past, which for standard input was another stream."""
        return place.at if self.path == "-" else 0

    @property
    def csv(self) -> bool:
        """Whether it is a table, as its name says, or its first line as soon as that is read."""
        return self._items.table

    def _batch(self, gathered: Gathered, after: str, cursor: str) -> Batch:
        arrived = self.arrived(max([0.0, *(time for time in gathered.times if time)]))
        return Batch(
            events=plain.Lines(gathered.lines, frozenset(gathered.superseded)),
            after=after,
            cursor=cursor,
            arrived=arrived,
            known=gathered.columns(arrived),
        )

    def mark(self, cursor: str) -> Mark:
        """A cursor, read. Raises SourceError."""
        return read_cursor(self.path, cursor, Mark) or Mark()

    def _cursor(self, at: int, once: Once, check: "_Check") -> str:
        return self.cursor(Mark(at, once.oldest(at), check.at(at)))

    def cursor(self, mark: Mark) -> str:
        """A cursor, written."""
        return msgspec.json.encode(mark).decode()

    def arrived(self, newest: float) -> float:
        """When a batch arrived, of which the newest post was written at a time."""
        self._newest = max(self._newest, newest)
        return self._newest if self.clock is None else self.clock()

    def put_aside(self, line: int, why: str) -> None:
        """Tell that a line, from 1, could not be read."""
        self._items.put_aside(line, why)

    @property
    def splits(self) -> bool:
        """Whether a stretch of it can be read by itself: plain JSON lines can. Raises SourceError if it is no file."""
        if self.path == "-" or self.csv or self.columns:
            return False
        _, close = opened(self.path)
        close()
        with Path(self.path).open("rb") as file:
            head = file.read(CHUNK)
        return not head.startswith(PACKED) and not is_table(head, self.columns)

    def check(self, at: int) -> int:
        """The checksum of the bytes before a place, read anew."""
        with Path(self.path).open("rb") as file:
            file.seek(max(0, at - CHECKED))
            return zlib.crc32(file.read(min(at, CHECKED)))

    def recognise(self, mark: Mark) -> None:
        """Raises SourceError unless it is the file that was heard up to a place."""
        check = _Check(mark, self.path)
        check.end = Path(self.path).stat().st_size
        if mark.at <= check.end and self.check(mark.at) != mark.check:
            raise check.other()
        check.checked = check.checked or mark.at <= check.end
        check.complete()


def _short(parts: Iterator[T], cut: list[CutError]) -> Iterator[T]:
    """What can be read of a file; why it could not be read to its end is put into `cut`."""
    try:
        yield from parts
    except CutError as error:
        cut.append(error)


Elsewhere = Callable[[FileSource, Brands, str], Iterator[Findings]]
"""Looks through a file after a cursor, in order, by whoever it has for that."""


class _Check:
    """Watches the bytes go by, so that a place can be recognised later by the few before it."""

    def __init__(self, place: Mark, path: str) -> None:
        self.place, self.path = place, path
        self.end = 0
        self.recent, self.kept = deque[bytes](), 0
        self.checked = place.at == 0 or path == "-"

    def reading(self, read: Callable[[int], bytes], begin: int) -> Callable[[int], bytes]:
        """`read`, watched."""
        self.end = begin

        def watched(size: int, /) -> bytes:
            data = read(size)
            self.end += len(data)
            if data:
                self._remember(data)
            self._recognise()
            return data

        return watched

    def at(self, place: int) -> int:
        """The checksum of the bytes before a place."""
        recent, begin = b"".join(self.recent), self.end - self.kept
        return zlib.crc32(recent[max(0, place - CHECKED - begin) : place - begin])

    def drained(self, place: int) -> bool:
        """Whether all that was read so far was taken."""
        return place >= self.end

    def complete(self) -> None:
        """At the end of the file. Raises SourceError if the cursor lies beyond it."""
        if not self.checked:
            raise SourceError(
                f"{self.path}: ends at byte {self.end:,}, before the place we had reached ({self.place.at:,}); "
                f"the file was cut or replaced: {ANEW}",
                retry=False,
            )

    def _remember(self, data: bytes) -> None:
        """Remember the last bytes, in the pieces in which they came, for to join them anew each time takes long."""
        self.recent.append(data)
        self.kept += len(data)
        while self.kept - len(self.recent[0]) >= RECENT:
            self.kept -= len(self.recent.popleft())

    def _recognise(self) -> None:
        if self.checked or self.end < self.place.at:
            return
        self.checked = True
        if self.at(self.place.at) != self.place.check:
            raise self.other()

    def other(self) -> SourceError:
        """That it is another file."""
        return SourceError(f"{self.path}: is not the file that was heard before; {ANEW}", retry=False)
