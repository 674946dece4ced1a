"""What a trace tells of a batch and of a round: names, times, numbers; nothing that anybody wrote or that names them.

Who wants traces names a collector in the environment, as OpenTelemetry has it, and installs the extra `telemetry`.
Otherwise nothing is measured and nothing is imported. What may be told is the list below; all else is dropped here,
before it reaches a library. Of an error the class is told, never what it says.
"""

import importlib
import importlib.util
import logging
import re
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar, runtime_checkable

from ascolta.core.finding import Findings
from ascolta.core.mention import Tally
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError

log = logging.getLogger("ascolta.tracing")

SPANS = frozenset({"batch", "find", "judge", "keep", "outbox", "settle", "look_again"})
"""All that can be followed; in a trace `ascolta.` stands before each."""

ACTIONS = ("reply", "care", "handover", "silence")
TALLIES = ("posts", "mentions", "forgotten", "removals")
ROUNDS = ("sent", "failed", "waiting", "withdrawn", "settled", "asked", "removed", "edited", "unreachable")
COUNTS = frozenset({*ACTIONS, *TALLIES, *ROUNDS})
WORDS = frozenset({"source"})
LISTS = frozenset({"brands", "stopped"})
"""All that can be told of it: whole numbers, one plain word, brands by their ids. Before each stands `ascolta.` too."""

ERROR = "error.type"
"""The class of an error, by OpenTelemetry's own name for it."""

MOST = 100
"""So many brands are named at the most."""

Figure = int | str | tuple[str, ...]
Figures = Mapping[str, Figure]
P = ParamSpec("P")
R = TypeVar("R")

_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A stretch of work: from when to when, in nanoseconds since 1970 UTC, and its parts. `error` names a class."""

    name: str
    began: int
    ended: int
    figures: Figures = field(default_factory=dict)
    error: str = ""
    parts: tuple["Timed", ...] = ()


Write = Callable[[Timed], None]
"""Takes a stretch of work that is over; what it does with it never fails."""


class Traces:
    """Where stretches of work go. What is not on the list is dropped; `strict`, for tests, raises KeyError instead."""

    def __init__(self, write: Write, *, clock: Callable[[], int] = time.time_ns, strict: bool = False) -> None:
        self.write, self.clock, self.strict = write, clock, strict

    def tell(self, one: Timed) -> None:
        """Pass on a stretch of work with what may be told of it."""
        self.write(self._allowed(one))

    def _allowed(self, one: Timed) -> Timed:
        figures = {name: value for name, value in one.figures.items() if may_tell(name, value)}
        if self.strict and (one.name not in SPANS or len(figures) != len(one.figures)):
            raise KeyError(one.name, *sorted(one.figures.keys() - figures.keys()))
        return Timed(
            name=one.name if one.name in SPANS else "other",
            began=one.began,
            ended=one.ended,
            figures=figures,
            error=one.error if _PLAIN.fullmatch(one.error) else "",
            parts=tuple(self._allowed(part) for part in one.parts),
        )


def may_tell(name: str, value: object) -> bool:
    """Whether a trace may tell this by this name: the name is on the list, and the value is what stands there."""
    if name in COUNTS:
        return type(value) is int
    if name in WORDS:
        return isinstance(value, str) and _PLAIN.fullmatch(value) is not None
    listed = name in LISTS and isinstance(value, tuple) and len(value) <= MOST
    return listed and all(isinstance(one, str) and _PLAIN.fullmatch(one) is not None for one in _all(value))


_told: Traces | None = None


@contextmanager
def told_to(traces: Traces | None) -> Iterator[None]:
    """Whatever is done meanwhile in this process is told there; with None, nowhere."""
    global _told  # noqa: PLW0603 - the one place; a parameter for it would stand in every signature on the way
    before, _told = _told, traces
    try:
        yield
    finally:
        _told = before


@contextmanager
def traced_to(environ: Mapping[str, str]) -> Iterator[None]:
    """Send traces, meanwhile, where OpenTelemetry's own variables say; nowhere if they say nothing.

    Raises AscoltaError if they ask for something other than OTLP over HTTP.
    """
    if not asked_for(environ):
        yield
        return
    if not installed():
        log.warning("untraced", extra={"said": {"lacks": "ascolta[telemetry]"}})
        yield
        return
    export = importlib.import_module("ascolta.exporting").Export()
    try:
        with told_to(Traces(export.write)):
            yield
    finally:
        export.close()


def asked_for(environ: Mapping[str, str]) -> bool:
    """Whether the environment asks for traces. Raises AscoltaError if for a kind that we do not have."""
    named = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    where = any(environ.get(f"OTEL_EXPORTER_OTLP_{one}ENDPOINT", "").strip() for one in ("", "TRACES_"))
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or named == "none" or not (named or where):
        return False
    if named not in ("", "otlp"):
        raise AscoltaError("OTEL_TRACES_EXPORTER can be otlp or none here; traces go out in no other form")
    return True


def installed() -> bool:
    """Whether the extra `telemetry` is there."""
    return all(
        _found(name) for name in ("opentelemetry", "opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
    )


class Trace:
    """One batch on its way, being followed: its steps, then what came of it. Without traces it does nothing."""

    def __init__(self, traces: Traces | None, source: str = "") -> None:
        self._traces, self._source, self._parts = traces, source, list[Timed]()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Follow a step. If it ends with an error the batch ends there, too."""
        traces = self._traces
        if traces is None:
            yield
            return
        began, error = traces.clock(), ""
        try:
            yield
        except Exception as raised:
            error = type(raised).__name__
            raise
        finally:
            self._parts.append(Timed(name=name, began=began, ended=traces.clock(), error=error))
            if error:
                self._tell(traces, {}, error)

    def ends(self, tally: Tally) -> None:
        """The batch is kept: tell what came of it."""
        if self._traces is not None:
            self._tell(self._traces, _figures(tally))

    def _tell(self, traces: Traces, figures: Figures, error: str = "") -> None:
        first, last = self._parts[0], self._parts[-1]
        told = {"source": self._source, **figures}
        parts = tuple(self._parts)
        traces.tell(Timed(name="batch", began=first.began, ended=last.ended, figures=told, error=error, parts=parts))


def followed(source: object, found: Iterator[Findings]) -> Generator[tuple[Findings, Trace]]:
    """What is found in a source, each with what follows it from there on; how long finding took is its first step."""
    kind = kind_of(source)
    while True:
        trace = Trace(_told, kind)
        with trace.step("find"):
            findings = next(found, None)
        if findings is None:
            return
        yield findings, trace


def traced(name: str, *figures: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Follow a round. `figures` are fields of what it returns, or the name of the one number that it returns.

    A round in which nothing happened is not told.
    """

    def around(act: Callable[P, R]) -> Callable[P, R]:
        @wraps(act)
        def followed_act(*args: P.args, **kwargs: P.kwargs) -> R:
            traces = _told
            if traces is None:
                return act(*args, **kwargs)
            began = traces.clock()
            try:
                result = act(*args, **kwargs)
            except Exception as raised:
                error = type(raised).__name__
                traces.tell(Timed(name=name, began=began, ended=traces.clock(), error=error))
                raise
            found = _fields(result, figures)
            if any(found.values()):
                traces.tell(Timed(name=name, began=began, ended=traces.clock(), figures=found))
            return result

        return followed_act

    return around


@runtime_checkable
class _Networked(Protocol):
    @property
    def network(self) -> "_Declaring": ...


class _Declaring(Protocol):
    declared: Declared


def kind_of(source: object) -> str:
    """The network of a source that is heard live; else *file*. Its own name may be an account or a path."""
    declared = getattr(source.network, "declared", None) if isinstance(source, _Networked) else None
    return declared.network if isinstance(declared, Declared) else "file"


def _figures(tally: Tally) -> Figures:
    found: dict[str, Figure] = {name: tally.decisions.get(name, 0) for name in ACTIONS}
    found |= {name: getattr(tally, name) for name in TALLIES}
    return {**found, "brands": tuple(sorted(tally.by_brand))[:MOST]}


def _fields(result: object, names: Sequence[str]) -> dict[str, Figure]:
    if isinstance(result, int):
        return dict.fromkeys(names, result)
    found = {name: getattr(result, name) for name in names}
    return {name: tuple(value[:MOST]) if isinstance(value, list) else value for name, value in found.items()}


def _all(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _found(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
