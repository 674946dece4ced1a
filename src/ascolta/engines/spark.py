"""Apache Spark (4.0 or newer, extra `spark`): its workers look through stretches of a file, or what a stream brings.

What they look for travels as a broadcast, and another one follows when queries or rules change. What they tell comes
back as one binary column (engines/pieces.py); nothing else leaves a worker, and what Spark spills is encrypted.
"""

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark import Broadcast
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from ascolta.core.finding import Brands, Findings
from ascolta.engines.seed import Sown
from ascolta.engines.stretches import Stretch, looked_through
from ascolta.engines.workers import AHEAD, stretched
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import FileSource

BYTES = 16 << 20
"""Bytes of one stretch: Spark takes a moment for each."""

TOLD = "told binary, failed string"
"""What comes back of a stretch: what was told of it, or why it could not be read."""

SETTINGS = {
    "spark.authenticate": "true",
    "spark.io.encryption.enabled": "true",
    "spark.log.level": "OFF",
    "spark.network.crypto.enabled": "true",
    "spark.python.worker.reuse": "true",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4000",
    "spark.sql.pyspark.jvmStacktrace.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""How Spark is begun by us. What it writes beside its work, and what goes between its programs, is encrypted. It
compiles nothing, since the work is Python's.
"""

LOST = "Spark did not look through it to the end; see its own log, and begin again: nothing was lost"


class Spark:
    """A Spark of our own at a `master`, such as local[2], which begins now. `labels` is as labels.labelling takes it.

    Raises AscoltaError if it cannot begin.
    """

    def __init__(self, master: str, labels: str = "default", size: int = BYTES) -> None:
        self.labels, self.size = labels, size
        self.session = begun(master)
        self.count = self.session.sparkContext.defaultParallelism
        self._threads = ThreadPoolExecutor(self.count * AHEAD, thread_name_prefix="ascolta-spark")

    def find(self, source: FileSource, brands: Brands, after: str) -> Iterator[Findings]:
        """What is found in a file after a cursor; each worker must find it under the same path. Raises SourceError."""
        seeds, salt = Seeds(self.session, Sown(brands, self.labels)), secrets.token_bytes(16)

        def submit(one: Stretch) -> Future[bytes]:
            return self._threads.submit(self._told, one, seeds.now(), salt)

        return stretched(source, after, self.size, submit, self.count)

    def close(self) -> None:
        """End it."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.session.stop()

    def _told(self, one: Stretch, seed: Any, salt: bytes) -> bytes:
        with saying():
            asked = self.session.range(0, 1, 1, 1).mapInArrow(_looking(one, seed, salt), TOLD)
            [row] = asked.collect()
        if row.failed is not None:
            raise SourceError(row.failed, retry=False)
        return bytes(row.told)


class Seeds:
    """What workers look for, broadcast anew when it has changed."""

    def __init__(self, session: SparkSession, sown: Sown) -> None:
        self._context, self._sown = session.sparkContext, sown
        self._packed = b""
        self._sent: Broadcast[bytes] | None = None

    def now(self) -> "Broadcast[bytes]":
        """The broadcast of it."""
        packed = self._sown.packed()
        if packed != self._packed or self._sent is None:
            self._packed, self._sent = packed, self._context.broadcast(packed)
        return self._sent


@contextmanager
def saying() -> Iterator[None]:
    """Say what Spark failed with in one sentence of ours: its own may hold what was being looked through."""
    try:
        yield
    except (PySparkException, Py4JError, ConnectionError):
        raise SourceError(LOST, retry=True) from None


def begun(master: str) -> SparkSession:
    """A session at a master. Raises AscoltaError."""
    if master.startswith("local"):
        os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    builder: SparkSession.Builder = SparkSession.builder.appName("ascolta").master(master)
    for name, value in {**SETTINGS, **_of_this_machine(master)}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        raise AscoltaError(
            f"Spark does not begin at {master} ({type(error).__name__}); it needs Java 17 or newer, and a master such "
            "as local[2] or spark://HOST:7077"
        ) from None
    return session


def _of_this_machine(master: str) -> dict[str, str]:
    """Where workers find us, and for a Spark on this machine that nobody else reaches it."""
    found = {"spark.authenticate.secret": secrets.token_hex(32)} if master.startswith("local") else {}
    if master.startswith("local"):
        found |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        if "PYTHONPATH" in os.environ:
            found["spark.executorEnv.PYTHONPATH"] = os.environ["PYTHONPATH"]
    return found


def _looking(one: Stretch, seed: Any, salt: bytes) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What a worker does with a stretch. It says by a row what it could not read, for an error would carry more."""

    def look(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for _ in batches:
            told, failed = b"", None
            try:
                told = looked_through(one, seed.value, salt)
            except SourceError as error:
                failed = str(error)
            except OSError as error:
                failed = f"{one.path}: {error.strerror}; each worker of Spark must find it under the same path"
            yield pa.RecordBatch.from_pydict({"told": [told], "failed": pa.array([failed], pa.string())})

    return look
