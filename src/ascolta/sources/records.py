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
from typing import IO, cast

import zstandard

from ascolta.errors import SourceError

CHUNK = 1 << 18
MAX_RECORD = 16 << 20
MAX_BOMB = 1 << 30
"""A record longer than this is no post but a decompression bomb, and the file is refused."""


GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
PACKED = (GZIP, ZSTD)
"""How a compressed file begins."""

Reading = Callable[[int], bytes]
"""Something that gives up to so many bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record without its line end: where it begins and ends (after the line end), the number of its line from 1.

    `whole` is False for the last piece of a file that has no line end; `data` is None if it is too long to be read.
    """

    begin: int
    end: int
    line: int
    data: bytes | None
    whole: bool = True


def opened(path: str) -> tuple[Reading, Callable[[], None]]:
    """How to read the uncompressed bytes of `path` (`-`: standard input), and how to close it. Raises SourceError."""
    if path == "-":
        return cast(io.BufferedReader, sys.stdin.buffer).read1, lambda: None
    try:
        if Path(path).is_dir():
            raise SourceError(f"{path}: is a folder; name a file of posts in it", retry=False)
        file = Path(path).open("rb")  # noqa: SIM115 - closed by the caller, through what is returned
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}; check the name", retry=False) from error
    head = file.peek(4)[:4]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        file.close()
        raise SourceError(f"{path}: is written in UTF-16; save it as UTF-8", retry=False)
    stream: IO[bytes] = file
    if head.startswith(GZIP):
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=file))
    elif head == ZSTD:
        unpacked = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        stream = cast(IO[bytes], unpacked.stream_reader(file, read_across_frames=True))
    return _saying(path, stream.read), file.close


def records(read: Reading, path: str, begin: int = 0, *, csv: bool = False) -> Iterator[Record]:
    """The records that `read` gives, the first of which begins at `begin`. Raises SourceError on a bomb."""
    joined = _Joined(path, begin, csv=csv)
    while chunk := read(CHUNK):
        yield from joined.feed(chunk)
    yield from joined.rest()


class _Joined:
    """Bytes being joined into records."""

    def __init__(self, path: str, begin: int, *, csv: bool) -> None:
        self.path, self.csv = path, csv
        self.begin = self.place = begin
        self.line = self.first_line = 1
        self.parts: list[bytes] = []
        self.size = 0
        self.quotes = 0

    def feed(self, chunk: bytes) -> Iterator[Record]:
        for piece in _lines(chunk):
            self.place += len(piece)
            self.size += len(piece)
            self._add(piece)
            if piece.endswith(b"\n"):
                self.line += 1
                if self.quotes % 2 == 0:
                    yield self._done(whole=True)

    def rest(self) -> Iterator[Record]:
        if self.size:
            yield self._done(whole=False)

    def _add(self, piece: bytes) -> None:
        if self.csv:
            self.quotes += piece.count(b'"')
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

    def _done(self, *, whole: bool) -> Record:
        data = b"".join(self.parts).rstrip(b"\r\n") if self.size <= MAX_RECORD else None
        record = Record(self.begin, self.place, self.first_line, data, whole)
        self.begin, self.first_line = self.place, self.line
        self.parts, self.size, self.quotes = [], 0, 0
        return record


def _lines(chunk: bytes) -> list[bytes]:
    pieces = chunk.split(b"\n")
    return [piece + b"\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _saying(path: str, read: Reading) -> Reading:
    def told(size: int, /) -> bytes:
        try:
            return read(size)
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            raise SourceError(
                f"{path}: cannot be read to its end ({error}); it is cut or damaged, and all before that was heard",
                retry=False,
            ) from error

    return told
