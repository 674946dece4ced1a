"""Structured Streaming: what Spark reads for us, looked through by its workers and kept once, batch by batch.

Spark writes down where a batch begins and ends before it begins, and that it is done after it was kept. If we end in
between, it comes again under its number, which the store knows by the cursor kept with it: then nothing is changed.
"""

import itertools
import math
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Any

import msgspec
import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark import TaskContext
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col
from pyspark.sql.streaming.query import StreamingQuery

from ascolta.core.finding import Brands, Findings
from ascolta.core.post import Batch
from ascolta.engines import Read
from ascolta.engines.formats import GrowingFile
from ascolta.engines.gathering import Gathering
from ascolta.engines.pieces import Piece, lines_in_pieces
from ascolta.engines.seed import Sown, grown
from ascolta.engines.spark import Seeds, begun, saying
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.cursors import read
from ascolta.sources.files import Mark
from ascolta.sources.once import WINDOW, Once

PIECES = "part int, number int, piece binary"
"""A piece, which partition of its batch it is of, and its place there."""

_decode = msgspec.msgpack.Decoder(Piece).decode


class Place(msgspec.Struct, frozen=True):
    """How far a stream was heard: the stream, by the id that Spark gave it, and the number of the batch."""

    stream: str
    batch: int


class Heard:
    """One batch of a stream, as a source: `found` gives its pieces, in order. `tell` hears of lines set aside."""

    look_back = math.inf
    size, window = 1 << 60, WINDOW

    def __init__(self, stream: "Stream", here: Place, found: Iterable[Piece]) -> None:
        self.stream, self.here, self.found = stream, here, found
        self.name = stream.name

    @property
    def set_aside(self) -> int:
        """How many lines could not be read, in all batches together."""
        return self.stream.set_aside

    def batches(self, after: str) -> Iterator[Batch]:
        """Nothing: what it holds was looked through elsewhere."""
        return iter(())

    def find(self, brands: Brands, after: str) -> Iterator[Findings]:
        """What was found, unless it was kept before. Raises SourceError if that was of another stream."""
        before = read(self.name, after, Place)
        if before is not None and before.stream != self.here.stream:
            said = "was heard by a stream with another checkpoint; name that one, or use --from-start and count again"
            raise SourceError(f"{self.name}: {said}", retry=False)
        if before is not None and before.batch >= self.here.batch:
            return iter(())
        return Gathering(self, after, self.stream.once).findings(iter(self.found))

    def total(self) -> int | None:
        """How much there is to hear: nobody knows."""
        return None

    def heard(self, cursor: str) -> int:
        """How many batches were heard."""
        return self.here.batch

    def mark(self, cursor: str) -> Mark:
        """A batch is heard from its beginning."""
        return Mark()

    def cursor(self, mark: Mark) -> str:
        """The place behind this batch."""
        return msgspec.json.encode(self.here).decode()

    def check(self, at: int) -> int:
        """A batch is known by its number."""
        return 0

    def arrived(self, newest: float) -> float:
        """When it arrived."""
        return self.stream.arrived(newest)

    def put_aside(self, line: int, why: str) -> None:
        """Count a line that could not be read."""
        self.stream.set_aside += 1


class Stream:
    """A stream of posts by a name, looked through for some brands. `clock` None takes the posts' own times.

    Of what is told twice the last posts are remembered, as long as the program runs.
    """

    def __init__(self, name: str, brands: Brands, seeds: Seeds, clock: Callable[[], float] | None = time.time) -> None:
        self.name, self.brands, self.seeds, self.clock = f"stream:{name}", brands, seeds, clock
        self.set_aside = 0
        self.once = Once(WINDOW)
        self.failed: AscoltaError | None = None
        self._salt, self._newest = secrets.token_bytes(16), 0.0

    def arrived(self, newest: float) -> float:
        """When a batch arrived, of which the newest post was written at a time."""
        self._newest = max(self._newest, newest)
        return self._newest if self.clock is None else self.clock()

    def begin(
        self, frame: DataFrame, checkpoint: str, keep: Callable[[Heard], object], **trigger: Any
    ) -> StreamingQuery:
        """Hear a frame whose column `value` holds lines in the plain post format, until the query is stopped.

        `keep` keeps a batch whole, with its cursor, or nothing of it; what it fails with is told in `failed`. `trigger`
        is as DataStreamWriter.trigger takes it.
        """
        told = Future[str]()

        def sink(batch: DataFrame, number: int) -> None:
            try:
                keep(Heard(self, Place(told.result(), number), self._pieces(batch)))
            except AscoltaError as error:
                self.failed = error
                raise

        lines = frame.select(col("value").cast("string").alias("value"))
        begun = lines.writeStream.foreachBatch(sink).option("checkpointLocation", checkpoint).trigger(**trigger)
        query = begun.start()
        told.set_result(str(query.id))
        return query

    def _pieces(self, batch: DataFrame) -> Iterator[Piece]:
        """A batch, looked through by the workers with what is looked for now; one partition after the other."""
        with saying():
            found = batch.mapInArrow(_looking(self.seeds.now(), self._salt), PIECES).collect()
        for row in sorted(found, key=lambda row: (row.part, row.number)):
            yield _decode(bytes(row.piece))


class Running:
    """A stream and the Spark that reads it."""

    def __init__(self, session: SparkSession, stream: Stream, read: Read) -> None:
        self.session, self.stream, self.read = session, stream, read

    def hear(self, keep: Callable[[Heard], object], over: threading.Event) -> None:
        """Until it ends or it is `over`; a batch under way is kept first. Raises AscoltaError."""
        read = self.read
        trigger = {"processingTime": read.every} if read.every else {"availableNow": True}
        try:
            frame = self.session.readStream.format(read.format).options(**read.options).load(read.path or None)
            query = self.stream.begin(frame, read.checkpoint, keep, **trigger)
            while not query.awaitTermination(1) and not over.is_set():
                continue
            query.stop()
        except (PySparkException, Py4JError) as error:
            raise self.stream.failed or SourceError(_cause(error, read), retry=False) from None

    def close(self) -> None:
        """End Spark."""
        self.session.stop()


def begin(name: str, read: Read, brands: Brands, labels: str) -> Running:
    """A stream that nobody hears yet. Raises AscoltaError."""
    session = begun(read.master)
    session.dataSource.register(GrowingFile)
    return Running(session, Stream(name, brands, Seeds(session, Sown(brands, labels))), read)


def _cause(error: Exception, read: Read) -> str:
    """Why Spark failed, by the name that it has for that; its words may hold what it read."""
    cause = (error.getCondition() if isinstance(error, PySparkException) else None) or type(error).__name__
    return f"Spark could not go on reading {read.format} ({cause}); see its own log; what was kept stays, begin again"


def _looking(seed: Any, salt: bytes) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What a worker does with a partition."""

    def look(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        context = TaskContext.get()
        part = context.partitionId() if context is not None else 0
        brands, number = grown(seed.value), itertools.count()
        for batch in batches:
            body = b"".join(_lined(value) for value in batch.column(0).to_pylist())
            packed = [msgspec.msgpack.encode(piece) for piece in lines_in_pieces(body, brands, salt)]
            yield pa.RecordBatch.from_pydict({
                "part": pa.array([part] * len(packed), pa.int32()),
                "number": pa.array(list(itertools.islice(number, len(packed))), pa.int32()),
                "piece": pa.array(packed, pa.binary()),
            })  # fmt: skip

    return look


def _lined(value: str | None) -> bytes:
    """A value as one line; a line end in JSON is a blank."""
    return b"" if value is None else b"%b\n" % value.replace("\n", " ").encode()
