"""The engines: who looks through what there is to hear. Each finds the same, in the same order, from the same cursors.

Whoever looks through it, what was found is judged and kept in one place, by listen().
"""

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol, cast

from ascolta.core.finding import Brands, Findings
from ascolta.engines.workers import Workers
from ascolta.errors import AscoltaError
from ascolta.sources import FileSource

__all__ = ["Engine", "Read", "Workers", "chosen", "with_spark"]


class Engine(Protocol):
    """Looks through files of JSON lines for somebody else."""

    def find(self, source: FileSource, brands: Brands, after: str) -> Iterator[Findings]:
        """What is found in a file after a cursor. Raises SourceError."""
        ...

    def close(self) -> None:
        """Let go of whatever it works with."""
        ...


class Read(NamedTuple):
    """How Spark, at a `master`, reads a stream: the name of a format, its options, the path that is loaded, if any.

    `checkpoint`: where it writes how far it is. `every`: how often it looks for more; empty: it ends with what is
    there.
    """

    master: str
    format: str
    path: str
    options: Mapping[str, str]
    checkpoint: str
    every: str = ""


def chosen(count: int, master: str, labels: str) -> Engine | None:
    """Spark at a `master`, or so many processes of this machine; None for one, which needs no engine.

    Raises AscoltaError.
    """
    if not master:
        return Workers(count, labels) if count > 1 else None
    if count > 1:
        raise AscoltaError("--workers is for processes of this machine; how many Spark has its master says")
    return cast(Engine, with_spark("spark").Spark(master, labels))


def with_spark(name: str) -> Any:
    """One of the modules beside this one that need Spark. Raises AscoltaError without it."""
    if importlib.util.find_spec("pyspark") is None:
        raise AscoltaError("Spark is not installed; run: pip install 'ascolta[spark]'")
    return importlib.import_module(f"ascolta.engines.{name}")
