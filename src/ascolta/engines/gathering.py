"""Pieces put together as if one program had read the whole file: the same batches, the same places, each event once.

What goes by order is done here: what a file repeats or says out of order (sources.once), how many posts make a batch,
and the cursor, which is that of sources.files, so that a store that one engine filled can be heard on by another.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from ascolta.core.finding import Findings, Found
from ascolta.core.post import LATE, Event, EventKind
from ascolta.engines.pieces import KEY, KINDS, Piece, Row, views
from ascolta.sources.files import FileSource, Mark
from ascolta.sources.once import Once, Told

PUBLISHED = KINDS.index(EventKind.PUBLISHED)
POSTED = (PUBLISHED, KINDS.index(EventKind.EDITED))


class _Read(NamedTuple):
    """A piece as it came, unpacked."""

    begins: list[int]
    times: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    kinds: bytes
    keys: list[str]
    rows: Mapping[int, Row]
    whole: bool
    plain: bool


class Gathering:
    """The batches of one file, from where a cursor says on."""

    def __init__(self, source: FileSource, after: str) -> None:
        self.source, self.mark, self.here = source, source.mark(after), after
        self.once = Once(source.window)
        self.last = self.mark.at
        self.line = 1
        self._new()

    def findings(self, pieces: Iterator[Piece]) -> Iterator[Findings]:
        """What is found in pieces that follow each other. Raises SourceError."""
        for piece in pieces:
            read = _unpacked(piece)
            for number, why in piece.aside:
                self.source.put_aside(self.line + number, why)
            self.line += len(read.kinds)
            yield from self._taken(read)
        if self.last > self.mark.at:
            cursor = self._cursor()
            if cursor != self.here:
                yield self._batch(cursor)

    def _taken(self, read: _Read) -> Iterator[Findings]:
        rows = len(read.kinds)
        known = _first(read.begins, self.mark.at, rows)
        begin = min(_first(read.begins, self.mark.since, rows), known)
        if begin < known:
            self._take(read, range(begin, known), fresh=False)
            self.last = max(self.last, read.begins[known])
        if known < rows and (read.whole or read.kinds[0]):
            row = known
            while row < rows:
                to = min(rows, row + self.source.size - self._count)
                self._take(read, range(row, to), fresh=True)
                row, self.last = to, max(self.last, read.begins[to])
                if self._count >= self.source.size:
                    yield self._batch(self._cursor())

    def _take(self, read: _Read, rows: range, *, fresh: bool) -> None:
        """Admit some rows; those that are `fresh`, not only to be remembered, and no repeats are gathered."""
        part = slice(rows.start, rows.stop)
        if read.plain and self.once.all_new(read.keys[part], read.begins[part]):
            if fresh:
                self._gather(read, rows)
            return
        for row in rows:
            if not read.kinds[row]:
                continue
            key, kind = read.keys[row], KINDS[read.kinds[row]]
            told = self.once.admit(key, kind, read.begins[row]) if key else Told.NEW
            if fresh and told is not Told.REPEAT:
                self._gather(read, range(row, row + 1), superseded=told is Told.SUPERSEDED)

    def _gather(self, read: _Read, rows: range, *, superseded: bool = False) -> None:
        kinds = read.kinds[rows.start : rows.stop]
        self._times.append(read.times[rows.start : rows.stop])
        self._kinds += kinds
        for row in (row for row in rows if row in read.rows) if len(rows) < len(read.rows) else read.rows:
            if row in rows:
                found, place = read.rows[row], self._count + row - rows.start
                event = found.event
                self._events[place] = msgspec.structs.replace(event, superseded=True) if superseded else event
                self._found[place] = views(found)
                if found.shown:
                    self._shown.add(place)
        self._count += len(rows)

    def _batch(self, cursor: str) -> Findings:
        """What was gathered, as one batch."""
        times = np.concatenate(self._times) if self._times else np.empty(0)
        arrived = self.source.arrived(float(np.nanmax(times)) if np.isfinite(times).any() else 0.0)
        kinds = np.frombuffer(bytes(self._kinds), np.uint8)
        said = times[np.isin(kinds, POSTED)]
        known = np.where(np.isnan(said) | ((arrived > 0) & (said > arrived + LATE)), arrived, said)
        made = Findings(
            events=self._events,
            found={place: found for place, found in self._found.items() if found},
            shown=frozenset(self._shown),
            posts=int((kinds == PUBLISHED).sum()),
            newest=float(known.max()) if len(known) else 0.0,
            after=self.here,
            cursor=cursor,
            arrived=arrived,
        )
        self.here = cursor
        self._new()
        return made

    def _new(self) -> None:
        self._count, self._kinds = 0, bytearray()
        self._times: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
        self._events: dict[int, Event] = {}
        self._found: dict[int, list[Found]] = {}
        self._shown: set[int] = set()

    def _cursor(self) -> str:
        return self.source.cursor(Mark(self.last, self.once.oldest(self.last), self.source.check(self.last)))


def _unpacked(piece: Piece) -> _Read:
    hashes = piece.keys.decode("latin-1")
    nothing = "\0" * KEY
    keys = [hashes[place : place + KEY] for place in range(0, len(hashes), KEY)]
    return _Read(
        begins=np.frombuffer(piece.begins, np.int64).tolist(),
        times=np.frombuffer(piece.times, np.float64),
        kinds=piece.kinds,
        keys=keys if piece.plain else ["" if key == nothing else key for key in keys],
        rows={row.row: row for row in piece.rows},
        whole=piece.whole,
        plain=piece.plain,
    )


def _first(begins: list[int], place: int, rows: int) -> int:
    """The first of so many rows that begins at a place or behind it: a line may have got its end since it was heard."""
    return min(rows, bisect_left(begins, place))
