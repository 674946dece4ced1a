"""Our sources as sources of Spark (Python Data Source, Spark 4.0): files that grow, and networks.

    session.dataSource.register(GrowingFile)
    session.readStream.format("ascolta-file").load("day.jsonl")

Each gives one column, `value`: lines in the plain post format. Their offsets are our places.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from pyspark.sql.datasource import (
    DataSource,
    DataSourceStreamReader,
    InputPartition,
    SimpleDataSourceStreamReader,
)
from pyspark.sql.types import StructType

from ascolta.engines.pieces import Part
from ascolta.engines.stretches import BYTES, Stretch, cut
from ascolta.ports import Source
from ascolta.sources import plain

SCHEMA = "value string"
TAIL = 1 << 20
"""Bytes that are read at a time, from the end, to find the last line end."""

Offset = dict[str, Any]
Opened = Callable[[], Source]
"""Opens a source, in whichever process is asked."""


class GrowingFile(DataSource):
    """A file of JSON lines, cut into stretches that any worker reads; it must be under the same path for all of them.

    A line is heard once its line end is there.
    """

    @classmethod
    def name(cls) -> str:
        """How it is called."""
        return "ascolta-file"

    def schema(self) -> str:
        """One line a row."""
        return SCHEMA

    def streamReader(self, schema: StructType) -> "FileReader":  # noqa: N802 - Spark's name
        """Who reads it."""
        return FileReader(str(self.options["path"]))


@dataclass
class Bytes(InputPartition):
    """A stretch, as Spark hands it round."""

    stretch: Stretch


class FileReader(DataSourceStreamReader):
    """Reads what was added to a file; an offset is a number of bytes."""

    def __init__(self, path: str, size: int = BYTES) -> None:
        self.path, self.size = path, size

    def initialOffset(self) -> Offset:  # noqa: N802 - Spark's name
        """Its beginning."""
        return {"at": 0}

    def latestOffset(self) -> Offset:  # type: ignore[override]  # noqa: N802 - as Spark 4.0 asks it
        """Behind its last line end. Raises OSError."""
        with Path(self.path).open("rb") as file:
            at = file.seek(0, 2)
            while at:
                begin = max(0, at - TAIL)
                file.seek(begin)
                if found := file.read(at - begin).rfind(b"\n") + 1:
                    return {"at": begin + found}
                at = begin
        return {"at": 0}

    def partitions(self, start: Offset, end: Offset) -> list[Bytes]:
        """Its stretches between two offsets."""
        return [Bytes(one) for one in cut(self.path, start["at"], end["at"], self.size)]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """The lines that begin in a stretch. Raises OSError."""
        one = cast(Bytes, partition).stretch
        part = Part(one.path, one.begin, one.end)
        try:
            carry = b""
            while chunk := part.read(TAIL):
                lines = (carry + chunk).split(b"\n")
                carry = lines.pop()
                yield _rows([line.decode("utf-8", "replace") for line in lines])
            if carry:
                yield _rows([carry.decode("utf-8", "replace")])
        finally:
            part.close()


def heard_by(opened: Opened, called: str = "ascolta-network") -> type[DataSource]:
    """A format that hears a source of ours, such as a network, which the driver asks; `called` so in `format(…)`.

    An offset is its cursor. What was heard between two is asked for again when a batch comes again.
    """

    class Network(DataSource):
        @classmethod
        def name(cls) -> str:
            return called

        def schema(self) -> str:
            return SCHEMA

        def simpleStreamReader(self, schema: StructType) -> "NetworkReader":  # noqa: N802 - Spark's name
            return NetworkReader(opened)

    return Network


class NetworkReader(SimpleDataSourceStreamReader):
    """Asks a source for what is new; it is opened when it is asked first."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._source: Source | None = None

    def initialOffset(self) -> Offset:  # noqa: N802 - Spark's name
        """As for a source that was never heard."""
        return {"cursor": ""}

    def read(self, start: Offset) -> tuple[Iterator[tuple[str]], Offset]:
        """What is new, and the place behind it. Raises SourceError."""
        found, cursor = list[tuple[str]](), str(start["cursor"])
        for batch in self._asked().batches(cursor):
            found += [(plain.encoded(event).decode(),) for event in batch.events]
            cursor = batch.cursor
        return iter(found), {"cursor": cursor}

    def readBetweenOffsets(self, start: Offset, end: Offset) -> Iterator[tuple[str]]:  # noqa: N802 - Spark's name
        """What there is of it still. Raises SourceError."""
        if start == end:
            return
        for batch in self._asked().batches(str(start["cursor"])):
            yield from ((plain.encoded(event).decode(),) for event in batch.events)
            if batch.cursor == end["cursor"]:
                return

    def _asked(self) -> Source:
        if self._source is None:
            self._source = self._opened()
        return self._source


def _rows(lines: list[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"value": pa.array(lines, pa.string())})
