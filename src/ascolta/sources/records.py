"""Records of a file with the place of each: lines or CSV records, plain, gzip or zstd, a file or standard input.

Places are counted in bytes of the uncompressed content. Memory stays bounded whatever a file holds.
"""

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import zstandard

from ascolta.errors import SourceError

CHUNK = 1 << 18
MAX_RECORD = 16 << 20
MAX_BOMB = 1 << 30
"""A record longer than this is no post but a decompression bomb, and the file is refused."""

UNPACKED = 1 << 10
"""Bytes of zstd that are unpacked at once, each of which may stand for 32 KiB."""

MAX_OPEN = MAX_RECORD // 2
"""A cell that goes on for so many bytes over lines was never meant to; each of them is read by itself."""

DELIMITERS = (b",", b";", b"\t", b"|")
"""What may part the cells of a table."""

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
PACKED = (GZIP, ZSTD)
"""How a compressed file begins."""

Reading = Callable[[int], bytes]
"""Something that gives up to so many bytes; none at the end."""


class CutError(SourceError):
    """A file that cannot be read to its end; what stands before that can."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record without its line end: where it begins and ends (after the line end), the number of its line from 1.

    `whole` is False for the last piece of a file that has no line end; `data` is None if it is too long to be read.
    `open`: a quotation mark opens a cell in it that is not closed.
    """

    begin: int
    end: int
    line: int
    data: bytes | None
    whole: bool = True
    open: bool = False


def opened(path: str) -> tuple[Reading, Callable[[], None]]:
    """How to read the uncompressed bytes of `path` (`-`: standard input), and how to close it. Raises SourceError."""
    file = _standard() if path == "-" else _file(path)
    close = file.close if path != "-" else lambda: None
    head = file.peek(4)[:4]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        close()
        raise SourceError(f"{path}: is written in UTF-16; save it as UTF-8", retry=False)
    read: Reading = file.read if path != "-" else file.read1
    if head.startswith(GZIP):
        read = gzip.GzipFile(fileobj=file).read1
    elif head == ZSTD:
        read = _Unpacked(file).read
    return _saying(path, read), close


def _standard() -> io.BufferedReader:
    """Standard input, which may be bytes in memory where a program runs us."""
    file = cast(Any, sys.stdin.buffer)
    return file if isinstance(file, io.BufferedReader) else io.BufferedReader(file)


def _file(path: str) -> io.BufferedReader:
    try:
        if Path(path).is_dir():
            raise SourceError(f"{path}: is a folder; name a file of posts in it", retry=False)
        return Path(path).open("rb")
    except OSError as error:
        raise refused(path, error) from error


class _Unpacked:
    """What zstd frames hold, a bounded piece at a time. One that is cut is told, which zstandard's reader does not."""

    def __init__(self, file: io.BufferedReader) -> None:
        self.file = file
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._left = b""

    def read(self, size: int, /) -> bytes:
        """The next piece; none at the end. Raises EOFError if a frame is cut."""
        while packed := self._left or self.file.read1(UNPACKED):
            frame = self._frame or zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
            found = frame.decompress(packed)
            self._frame, self._left = (None, frame.unused_data) if frame.eof else (frame, b"")
            if found:
                return found
        if self._frame is not None:
            raise EOFError("it ended before the last frame was complete")
        return b""


def refused(path: str, error: OSError) -> SourceError:
    """That a file cannot be opened."""
    return SourceError(f"{path}: {error.strerror or error}; check the name", retry=False)


def records(read: Reading, path: str, begin: int = 0, *, csv: bool = False) -> Iterator[Record]:
    """The records that `read` gives, the first of which begins at `begin`. Raises SourceError on a bomb."""
    joined = _Rows(path, begin) if csv else _Joined(path, begin)
    while chunk := read(CHUNK):
        yield from joined.feed(chunk)
    yield from joined.rest()


def delimiter(header: bytes) -> bytes:
    """What parts the cells of a table, by its first line."""
    return max(DELIMITERS, key=header.count)


class _Joined:
    """Bytes being joined into records, each of which is a line."""

    def __init__(self, path: str, begin: int) -> None:
        self.path = path
        self.begin = self.place = begin
        self.line = self.first_line = 1
        self.parts: list[bytes] = []
        self.size = 0

    def feed(self, chunk: bytes) -> Iterator[Record]:
        for piece in _lines(chunk):
            self.place += len(piece)
            self.size += len(piece)
            self._add(piece)
            if piece.endswith(b"\n"):
                self.line += 1
                yield from self.ended()

    def ended(self) -> Iterator[Record]:
        """What a line end completes."""
        yield self.done(whole=True)

    def rest(self) -> Iterator[Record]:
        if self.size:
            yield self.done(whole=False)

    def _add(self, piece: bytes) -> None:
        if self.size <= MAX_RECORD:
            self.parts.append(piece)
            return
        self.parts.clear()
        if self.size > MAX_BOMB:
            raise SourceError(
                f"{self.path}:{self.first_line}: gives more than 1 GiB in one line; it looks like a decompression bomb "
                "and is not read on",
                retry=False,
            )

    def done(self, *, whole: bool, is_open: bool = False) -> Record:
        data = b"".join(self.parts).rstrip(b"\r\n") if self.size <= MAX_RECORD else None
        record = Record(self.begin, self.place, self.first_line, data, whole, is_open)
        self.begin, self.first_line = self.place, self.line
        self.parts, self.size = [], 0
        return record


class _Rows(_Joined):
    """Bytes being joined into the rows of a table, whose cells may go on over lines.

    A cell that is never closed, or only by the quotation mark of another, costs its own line and no other.
    """

    def __init__(self, path: str, begin: int) -> None:
        super().__init__(path, begin)
        self.delimiter = b""
        self.is_open = False
        self.looked = 0
        """How many of the parts were looked through for quotation marks."""

    def ended(self) -> Iterator[Record]:
        """What a line end completes: a row, unless a cell is open."""
        line = b"".join(self.parts[self.looked :])
        self.looked = len(self.parts)
        if not self.delimiter and line.strip():
            self.delimiter = delimiter(line)
        if self.size > MAX_RECORD:
            yield self.done(whole=True)
        elif self.is_open and _torn(line, self.delimiter):
            yield from self._apart()
        else:
            self.is_open = _left_open(line, self.delimiter, is_open=self.is_open)
            if not self.is_open:
                yield self.done(whole=True)
            elif self.size > MAX_OPEN:
                yield from self._apart()

    def rest(self) -> Iterator[Record]:
        """A file that ends in an open cell may still be written: the row is not whole, and is read again later."""
        if self.size:
            line = b"".join(self.parts[self.looked :])
            yield self.done(whole=False, is_open=_left_open(line, self.delimiter, is_open=self.is_open))

    def done(self, *, whole: bool, is_open: bool = False) -> Record:
        self.looked, self.is_open = 0, False
        return super().done(whole=whole, is_open=is_open)

    def _apart(self) -> Iterator[Record]:
        """Each line by itself, for the first opened a cell that it should not have."""
        lines, end = _lines(b"".join(self.parts)), self.place
        self.parts, self.size, self.place, self.line = [], 0, self.begin, self.first_line
        for line in lines:
            self.parts.append(line)
            self.size += len(line)
            self.place += len(line)
            self.line += 1
            self.looked, self.is_open = 1, _left_open(line, self.delimiter, is_open=False)
            if not self.is_open or self.place < end:
                yield self.done(whole=True, is_open=self.is_open)


def _left_open(line: bytes, parted: bytes, *, is_open: bool) -> bool:
    """Whether a cell is open at the end of a line: a quotation mark opens one only at its beginning, as csv has it."""
    place = 0
    if b'"' not in line or not parted:
        return is_open
    if not is_open:
        is_open = line.startswith(b'"')
        place = int(is_open)
    while True:
        if is_open:
            place = _closed(line, place)
            if not place:
                return True
        place = line.find(parted, place) + 1
        if not place:
            return False
        is_open = line.startswith(b'"', place)
        place += is_open


def _closed(line: bytes, place: int) -> int:
    """The place behind the quotation mark that closes a cell; 0 if none does. Two of them are one that is meant."""
    while found := line.find(b'"', place) + 1:
        if not line.startswith(b'"', found):
            return found
        place = found + 1
    return 0


def _torn(line: bytes, parted: bytes) -> bool:
    """Whether the open cell is closed in the middle of something, by a quotation mark that opens another."""
    place = _closed(line, 0)
    return place > 0 and not line.startswith((parted, b"\r", b"\n", b" "), place)


def _lines(chunk: bytes) -> list[bytes]:
    pieces = chunk.split(b"\n")
    return [piece + b"\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _saying(path: str, read: Reading) -> Reading:
    def told(size: int, /) -> bytes:
        try:
            return read(size)
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            raise CutError(
                f"{path}: cannot be read to its end ({error}); it is cut or damaged, and all before that was heard",
                retry=False,
            ) from error

    return told
