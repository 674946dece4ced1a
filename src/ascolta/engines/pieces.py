"""What a worker tells of a stretch of a file: all that has to be judged, and of every other line only three numbers.

A post that concerns nobody leaves the worker as a salted hash of its id, by which what a file repeats is known, the
time at which it was written, and what kind of event it is. Nothing of it is kept.
"""

import hashlib
import io
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from ascolta.core.finding import Brands, Findings, Found, find
from ascolta.core.label import Label
from ascolta.core.post import Batch, Event, EventKind
from ascolta.core.view import View
from ascolta.sources import plain
from ascolta.sources.items import Body, Gathered, Items
from ascolta.sources.records import CHUNK, Reading

KINDS = ("", *(str(kind) for kind in EventKind))
"""What a line can be; nothing, if it says nothing or nothing sound."""

KEY = 8
"""Bytes of the hash of a post's id."""

LINES = 4_000
"""Lines that are looked through together at least, where a stretch has as many."""


class Row(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An event that has to be judged: its line, what was found in it by brand, and whether it may show a code."""

    row: int
    event: Event
    shown: bool
    found: tuple[tuple[str, tuple[str, ...], tuple[Label, ...]], ...]


class Piece(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Some lines of a file. One number for each line: `begins` (where it does, and one more for the end of all),
    `times` (seconds since 1970 UTC, not a number where it has none), `kinds` (see KINDS), and its hashed key in `keys`.

    `aside`: lines, from 0, that could not be read, and why. `whole` and `plain` are as in sources.items.Body.
    """

    begins: bytes
    times: bytes
    kinds: bytes
    keys: bytes
    rows: tuple[Row, ...]
    aside: tuple[tuple[int, str], ...] = ()
    whole: bool = True
    plain: bool = False


class Part:
    """The lines of a file that begin from `begin` on and before `end`; `at` is where the first does. Raises OSError."""

    def __init__(self, path: str, begin: int, end: int) -> None:
        self.end = end
        self._file = Path(path).open("rb")  # noqa: SIM115 - closed by `close`
        if begin:
            self._file.seek(begin - 1)
            while (part := self._file.readline(CHUNK)) and not part.endswith(b"\n"):
                pass
        self.at = self._file.tell()
        self._over = self.at >= end

    def read(self, size: int, /) -> bytes:
        """Up to so many bytes; none at the end."""
        if self._over:
            return b""
        place = self._file.tell()
        found = self._file.read(min(size, self.end - place)) if place < self.end else self._file.readline(size)
        self._over = not found or (self._file.tell() >= self.end and found.endswith(b"\n"))
        return found

    def close(self) -> None:
        """Read no more."""
        self._file.close()


class _Lines(Items):
    """The lines of a stretch, with those that could not be read, by number from 0."""

    def __init__(self, path: str) -> None:
        super().__init__(path, {}, lambda said: None, table=False)
        self.aside: list[tuple[int, str]] = []

    def put_aside(self, line: int, why: str) -> None:
        self.aside.append((line - 1, why))


def pieces(path: str, begin: int, end: int, brands: Brands, salt: bytes) -> Iterator[Piece]:
    """A stretch of a file, looked through. Raises SourceError, OSError."""
    part = Part(path, begin, end)
    try:
        yield from _looked_through(_Lines(path), part.read, part.at, brands, salt)
    finally:
        part.close()


def lines_in_pieces(body: bytes, brands: Brands, salt: bytes) -> Iterator[Piece]:
    """Lines of whatever brought them, looked through."""
    return _looked_through(_Lines("a stream"), io.BytesIO(body).read, 0, brands, salt)


def _looked_through(lines: _Lines, read: Reading, at: int, brands: Brands, salt: bytes) -> Iterator[Piece]:
    told, before = 0, 0
    for bodies in _together(lines.read(read, at)):
        body = _joined(bodies)
        aside = tuple((number - before, why) for number, why in lines.aside[told:])
        told = len(lines.aside)
        yield piece(body, brands, salt, aside)
        before += len(body.lines)


def piece(body: Body, brands: Brands, salt: bytes, aside: tuple[tuple[int, str], ...] = ()) -> Piece:
    """Some lines, looked through."""
    sound, gathered = [row for row, line in enumerate(body.lines) if line is not None], Gathered()
    gathered.take(body, sound)
    findings = find(Batch(events=plain.Lines(gathered.lines, frozenset()), known=gathered.columns(0.0)), brands)
    kinds = bytearray(len(body.lines))
    for row, line in zip(sound, gathered.lines, strict=True):
        kinds[row] = KINDS.index(line.event)
    return Piece(
        begins=np.asarray(body.begins, np.int64).tobytes(),
        times=np.asarray(body.seen.times, np.float64).tobytes(),
        kinds=bytes(kinds),
        keys=b"".join(_hashed(key, salt) for key in body.keys),
        rows=tuple(_row(findings, row, sound[row]) for row in findings.events),
        aside=aside,
        whole=body.whole,
        plain=body.plain,
    )


def views(row: Row) -> list[Found]:
    """What was found in a row, ready to be judged."""
    if row.event.post is None:
        return []
    view = View(row.event.post)
    return [Found(brand=brand, queries=queries, labels=labels, view=view) for brand, queries, labels in row.found]


def _row(findings: Findings, row: int, line: int) -> Row:
    found = tuple((one.brand, one.queries, one.labels) for one in findings.found.get(row, ()))
    return Row(row=line, event=findings.events[row], shown=row in findings.shown, found=found)


def _hashed(key: str, salt: bytes) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=KEY, key=salt).digest() if key else bytes(KEY)


def _together(bodies: Iterator[Body]) -> Iterator[list[Body]]:
    """Bodies that are looked through in one go."""
    some: list[Body] = []
    for body in bodies:
        if some and not body.whole:
            yield some
            some = []
        some.append(body)
        if sum(len(one.lines) for one in some) >= LINES:
            yield some
            some = []
    if some:
        yield some


def _joined(bodies: Sequence[Body]) -> Body:
    """Bodies that follow each other, as one."""
    if len(bodies) == 1:
        return bodies[0]
    starts = itertools.accumulate((len(body.lines) for body in bodies), initial=0)
    seen = plain.Checked(
        keys=[key for body in bodies for key in body.keys],
        times=[time for body in bodies for time in body.seen.times],
        wrong={},
        texts=[text for body in bodies for text in body.seen.texts],
        networks=[network for body in bodies for network in body.seen.networks],
        odd=[start + row for start, body in zip(starts, bodies, strict=False) for row in body.seen.odd],
        plain=all(body.plain for body in bodies),
    )
    return Body(
        begins=[*(begin for body in bodies for begin in body.begins[:-1]), bodies[-1].begins[-1]],
        lines=[line for body in bodies for line in body.lines],
        seen=seen,
        whole=bodies[-1].whole,
    )
