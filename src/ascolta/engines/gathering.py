"""Pieces put together as if one program had read the whole file: the same batches, the same places, each event once.

What goes by order is done here: what a file repeats or says out of order (sources.once), how many posts make a batch,
and the cursor, which is that of sources.files, so that a store that one engine filled can be heard on by another.
"""

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

import msgspec
import numpy as np

from ascolta.core.finding import Findings, Found
from ascolta.core.post import Event, EventKind, written_at
from ascolta.engines.pieces import KEY, KINDS, Piece, Row, views
from ascolta.sources.files import Mark
from ascolta.sources.once import Once, admitted, unheard

PUBLISHED = KINDS.index(EventKind.PUBLISHED)
POSTED = (PUBLISHED, KINDS.index(EventKind.EDITED))


class _Read(NamedTuple):
    """A piece as it came, unpacked."""

    begins: list[int]
    times: list[float]
    kinds: bytes
    keys: list[str]
    rows: Mapping[int, Row]
    whole: bool
    plain: bool

    def kind(self, row: int) -> str:
        """What a line is; empty for one that says nothing."""
        return KINDS[self.kinds[row]]


class Piecewise(Protocol):
    """What is heard in pieces, such as sources.FileSource: `size` posts in a batch, `window` posts remembered."""

    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def window(self) -> int: ...  # noqa: D102

    def mark(self, cursor: str) -> Mark:
        """A cursor, read. Raises SourceError."""
        ...

    def cursor(self, mark: Mark) -> str:
        """A cursor, written."""
        ...

    def check(self, at: int) -> int:
        """A checksum by which a place is known again."""
        ...

    def arrived(self, newest: float) -> float:
        """When a batch arrived, of which the newest post was written at a time."""
        ...

    def put_aside(self, line: int, why: str) -> None:
        """Tell that a line, from 1, could not be read."""
        ...


class Gathering:
    """The batches of one file, from where a cursor says on. `once`: what was heard before, if anybody remembers."""

    def __init__(self, source: Piecewise, after: str, once: Once | None = None) -> None:
        self.source, self.mark, self.here = source, source.mark(after), after
        self.once = Once(source.window) if once is None else once
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
        known, fresh = unheard(read.begins, self.mark.since, self.mark.at)
        if known:
            admitted(self.once, read, known)
            self.last = max(self.last, read.begins[known.stop])
        row = fresh.start if read.whole or read.kind(0) else fresh.stop
        while row < fresh.stop:
            to = min(fresh.stop, row + self.source.size - len(self._kinds))
            self._take(read, range(row, to))
            row, self.last = to, max(self.last, read.begins[to])
            if len(self._kinds) >= self.source.size:
                yield self._batch(self._cursor())

    def _take(self, read: _Read, rows: range) -> None:
        """Gather what of some rows is to be heard."""
        new, superseded = admitted(self.once, read, rows)
        for place, row in enumerate(new, len(self._kinds)):
            if found := read.rows.get(row):
                event = found.event
                self._events[place] = msgspec.structs.replace(event, superseded=True) if row in superseded else event
                self._found[place] = views(found)
                self._shown.update([place] if found.shown else ())
        self._kinds += bytes(read.kinds[row] for row in new)
        self._times += [read.times[row] for row in new]

    def _batch(self, cursor: str) -> Findings:
        """What was gathered, as one batch."""
        known = [time for time in self._times if not math.isnan(time)]
        arrived = self.source.arrived(max([0.0, *known]))
        said = [time for time, kind in zip(self._times, self._kinds, strict=True) if kind in POSTED]
        made = Findings(
            events=self._events,
            found={place: found for place, found in self._found.items() if found},
            shown=frozenset(self._shown),
            posts=self._kinds.count(PUBLISHED),
            newest=max((written_at(None if math.isnan(time) else time, arrived) for time in said), default=0.0),
            after=self.here,
            cursor=cursor,
            arrived=arrived,
        )
        self.here = cursor
        self._new()
        return made

    def _new(self) -> None:
        self._kinds, self._times = bytearray(), list[float]()
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
        times=np.frombuffer(piece.times, np.float64).tolist(),
        kinds=piece.kinds,
        keys=keys if piece.plain else ["" if key == nothing else key for key in keys],
        rows={row.row: row for row in piece.rows},
        whole=piece.whole,
        plain=piece.plain,
    )
