"""Traces tell how long and how many, and nothing that anybody wrote: not in memory, on the wire, nor of an error."""

import json
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from ascolta import __version__, bootstrap, tracing
from ascolta.afresh import look_again
from ascolta.core.mention import Brands, Tally
from ascolta.core.post import Batch
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError, SourceError
from ascolta.exporting import WITHIN, Export
from ascolta.listen import listen
from ascolta.outbox import send, settle
from ascolta.sources import FileSource, TwinNetwork
from ascolta.stores.memory import MemoryStore
from ascolta.tracing import Timed, Traces, asked_for, kind_of, told_to, traced_to
from tests.conftest import ACME, NOW, approved, published
from tests.test_canaries import MARK, canary, directed, undirected, write

OURS = frozenset(f"ascolta.{name}" for name in (*tracing.COUNTS, *tracing.WORDS, *tracing.LISTS))
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
DRAWN = ("trace_id:", "span_id:", "parent_span_id:")
"""Fields that hold random bytes."""

CORE_ONLY = """
import sys
from importlib.machinery import PathFinder

class Core:
    @staticmethod
    def find_spec(name, path=None, target=None):
        away = name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))
        return None if away else PathFinder.find_spec(name, path, target)

sys.meta_path = [Core if one is PathFinder else one for one in sys.meta_path]
from ascolta.tracing import traced_to
with traced_to({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}):
    print("heard", "ascolta.exporting" in sys.modules)
"""


@pytest.fixture
def out() -> Iterator[InMemorySpanExporter]:
    """What is told meanwhile; what is not on the list is an error."""
    kept = InMemorySpanExporter()
    export = Export(SimpleSpanProcessor(kept))
    with told_to(Traces(export.write, strict=True)):
        yield kept
    export.close()


@dataclass
class Collector:
    """A collector on this machine: what reaches it, as it came."""

    bodies: list[bytes] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    address: str = ""

    def strings(self) -> set[str]:
        """Every string that came in a trace, and the headers."""
        found = set(self.heads)
        for body in self.bodies:
            lines = str(ExportTraceServiceRequest.FromString(body)).splitlines()
            said = [line for line in lines if not line.strip().startswith(DRAWN)]
            found |= set(re.findall(r'"((?:[^"\\]|\\.)*)"', "\n".join(said)))
        return found


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """One that takes everything, and the environment that names it."""
    made = Collector()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            made.heads.append(f"{self.path} {self.headers}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv(ENDPOINT, made.address)
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def planted(folder: Path) -> Path:
    """Posts with canaries wherever a person can be told by it, in a file that is called by one."""
    rows = (directed(number) if number % 3 == 0 else undirected(number, random.Random(number)) for number in range(400))
    return write(folder / f"{canary(0, 'file')}.jsonl", rows)


def hear(path: Path) -> Tally:
    """Hear a file with the example's brand, into memory."""
    total = Tally()
    for heard in listen(FileSource(str(path), batch=100), bootstrap.brands(bootstrap.example()), MemoryStore()):
        total += heard.tally
    return total


def strings(spans: tuple[ReadableSpan, ...]) -> set[str]:
    """Everything in spans that can hold a word: names, attributes, events, what was said of an error, the machine."""
    found: set[str] = set()
    for span in spans:
        told: dict[str, Any] = json.loads(span.to_json())
        parts = [told[name] for name in ("name", "attributes", "events", "links", "resource", "status")]
        found |= set(re.findall(r'"((?:[^"\\]|\\.)*)"', json.dumps(parts, ensure_ascii=False)))
    return found


def test_a_batch_is_told_with_its_steps(out: InMemorySpanExporter) -> None:
    """Hearing the example day, each batch is one trace: found, judged, kept, within its time; counts as the tally's."""
    total = hear(bootstrap.example() / "day.jsonl")
    spans = out.get_finished_spans()
    batches = [span for span in spans if span.name == "ascolta.batch"]
    assert len(batches) > 3
    for batch in batches:
        assert batch.context is not None
        steps = [span for span in spans if span.parent is not None and span.parent.span_id == batch.context.span_id]
        assert [step.name for step in steps] == ["ascolta.find", "ascolta.judge", "ascolta.keep"]
        assert (batch.start_time, batch.end_time) == (steps[0].start_time, steps[-1].end_time)
    told = [batch.attributes or {} for batch in batches]
    for name in ("posts", "mentions", "forgotten", "removals"):
        assert sum(int(str(one[f"ascolta.{name}"])) for one in told) == getattr(total, name)
    assert sum(int(str(one["ascolta.reply"])) for one in told) == total.decisions["reply"] > 0
    assert {one["ascolta.source"] for one in told} == {"file"}
    assert {one["ascolta.brands"] for one in told} == {("acme",)}


def test_a_trace_holds_nothing_of_a_post(out: InMemorySpanExporter) -> None:
    """No word, id, handle or file name of the example day is in anything that is told; attributes are ours alone."""
    day = bootstrap.example() / "day.jsonl"
    hear(day)
    rows = [json.loads(line) for line in day.read_text(encoding="utf-8").splitlines()]
    words = {word for row in rows for word in re.findall(r"\w{4,}", f"{row.get('text', '')} {row.get('author', '')}")}
    words |= {str(row["id"]) for row in rows if "id" in row} | {day.name, day.stem}
    own = {
        *tracing.SPANS,
        *tracing.COUNTS,
        *tracing.WORDS,
        *tracing.LISTS,
        "acme",
        "file",
        "service",
        "name",
        "version",
    }
    said = strings(out.get_finished_spans())
    told = {word for one in said for word in re.findall(r"\w+", one)}
    assert len(words) > 1_000
    assert told & (words - own) == set()
    assert {name for span in out.get_finished_spans() for name in span.attributes or {}} <= OURS
    assert not any(span.events or span.links for span in out.get_finished_spans())


def test_nothing_leaves_the_machine_but_numbers(collector: Collector, tmp_path: Path) -> None:
    """What reaches a collector over HTTP holds no canary, in no body and no header; the traces are all there."""
    with traced_to({ENDPOINT: collector.address}):
        total = hear(planted(tmp_path))
    assert total.mentions > 100
    assert b"ascolta.batch" in b"".join(collector.bodies)
    assert {"ascolta.batch", "ascolta.find", "ascolta.judge", "ascolta.keep", "acme"} <= collector.strings()
    raw = b"".join(collector.bodies).lower() + "".join(collector.heads).lower().encode()
    assert MARK.encode() not in raw
    assert str(tmp_path).encode() not in raw
    assert collector.strings() - set(collector.heads) <= {
        *OURS, *(f"ascolta.{name}" for name in tracing.SPANS), "ascolta", "acme", "file",
        "service.name", "service.version", __version__,
    }  # fmt: skip


def test_the_machine_is_not_told(collector: Collector, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Detectors and attributes that the environment asks for tell no path and no command line; a name is taken."""
    monkeypatch.setenv("OTEL_EXPERIMENTAL_RESOURCE_DETECTORS", "process,os,host")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", f"path={canary(1, 'path')}")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "desk-of-acme")
    with traced_to({ENDPOINT: collector.address}):
        hear(planted(tmp_path))
    assert "desk-of-acme" in collector.strings()
    assert not {one for one in collector.strings() if "process." in one or "host." in one or MARK in one}


def test_an_error_is_its_class(out: InMemorySpanExporter, brands: Brands) -> None:
    """A source that fails with words of somebody's leaves the class of the error, in the step and in the batch."""

    class Failing:
        name, look_back = canary(1, "name"), 0.0

        def batches(self, after: str) -> Iterator[Batch]:
            yield Batch(events=(published("1", "to acme"),), after="", cursor="1", arrived=NOW)
            raise SourceError(f"cannot read {canary(2, 'word')}", retry=True)

    with pytest.raises(SourceError):
        list(listen(Failing(), brands, MemoryStore()))
    spans = out.get_finished_spans()
    failed = [span for span in spans if span.attributes is not None and "error.type" in span.attributes]
    assert [span.name for span in failed] == ["ascolta.find", "ascolta.batch"]
    assert {str((span.attributes or {})["error.type"]) for span in failed} == {"SourceError"}
    assert all(span.status.description is None and not span.events for span in failed)
    assert not {one for one in strings(spans) if MARK in one}


def test_rounds_are_told_where_something_happened(out: InMemorySpanExporter, brands: Brands) -> None:
    """An answer that goes out, and posts that are looked at again, are one trace each; empty rounds are none."""
    store, twin = MemoryStore(), TwinNetwork("x")
    approved(store, brands)
    for later in (0, 1):
        settle(store, {"x": twin}, NOW + later)
        send(store, {"x": twin}, {"acme": ACME}, NOW + later)
    twin.there["1"] = None
    look_again(store, lambda network: twin, {"acme": ACME}, NOW + 2, NOW + 2)
    told = {span.name: dict(span.attributes or {}) for span in out.get_finished_spans()}
    assert told["ascolta.outbox"]["ascolta.sent"] == 1
    assert told["ascolta.look_again"]["ascolta.removed"] == 1
    assert [span.name for span in out.get_finished_spans()].count("ascolta.outbox") == 1
    assert "ascolta.settle" not in told


def test_what_is_not_on_the_list_is_dropped() -> None:
    """A name nobody agreed on, a word where a number stands, and words that are none never come through."""
    told: list[Timed] = []
    figures: dict[str, tracing.Figure] = {
        "posts": 3, "mentions": "three", "text": 4, "source": "a word", "brands": ("acme", "@b"), "stopped": ("acme",),
    }  # fmt: skip
    one = Timed(name="batch", began=1, ended=2, figures=figures, error="Some words", parts=(_timed("mine"),))
    Traces(told.append).tell(one)
    assert (dict(told[0].figures), told[0].error, told[0].parts[0].name) == (
        {"posts": 3, "stopped": ("acme",)},
        "",
        "other",
    )
    with pytest.raises(KeyError):
        Traces(told.append, strict=True).tell(one)
    with pytest.raises(KeyError):
        Traces(told.append, strict=True).tell(_timed("mine"))


def test_a_source_is_told_by_its_network() -> None:
    """Not by its own name, which may hold an account; whatever is no network is a file."""

    class Network:
        declared = Declared(network="mastodon", title="", hears="", addressed="", edits="", deletions="", reads=())

    class Source:
        network = Network()

    assert (kind_of(Source()), kind_of(TwinNetwork("x")), kind_of(object())) == ("mastodon", "file", "file")


@pytest.mark.parametrize(
    ("environ", "asks"),
    [
        ({}, False),
        ({ENDPOINT: "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({ENDPOINT: "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({ENDPOINT: "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_traces_are_asked_for_by_the_standard_variables(environ: Mapping[str, str], asks: bool) -> None:
    """An endpoint or the exporter asks for traces; *none* and *disabled* win."""
    assert asked_for(environ) is asks


def test_another_exporter_is_refused() -> None:
    """In one sentence, before anything is heard."""
    with pytest.raises(AscoltaError, match="otlp or none"), traced_to({"OTEL_TRACES_EXPORTER": "console"}):
        pass


def test_no_library_joins_in(collector: Collector) -> None:
    """No global provider is set, so that the desk's framework, which would tell paths, has nowhere to send spans."""
    with traced_to({ENDPOINT: collector.address}):
        assert type(trace.get_tracer_provider()).__name__ == "ProxyTracerProvider"
        with trace.get_tracer("fastapi").start_as_current_span(canary(1, "path")):
            pass
    assert collector.bodies == []


def test_a_collector_that_is_away_holds_nobody_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With nobody at the address everything is heard, and the end waits for three seconds, not for half a minute."""
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    with traced_to({ENDPOINT: "http://127.0.0.1:9"}):
        assert hear(planted(tmp_path)).posts == 400
        ended = time.monotonic()
    assert time.monotonic() - ended < WITHIN + 3


def test_without_being_asked_nothing_is_imported() -> None:
    """Hearing with the extra installed, but no variable set, loads nothing of OpenTelemetry."""
    program = (
        "import sys; from ascolta.tracing import traced_to; import ascolta.listen, ascolta.outbox\n"
        "with traced_to({}): pass\n"
        "print([name for name in sys.modules if 'opentelemetry' in name or name == 'ascolta.exporting'])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (said.stdout.strip(), said.stderr) == ("[]", "")


def test_without_the_extra_it_says_so_and_goes_on() -> None:
    """A machine-wide variable stops nothing where the extra is not installed: one line tells what is lacking."""
    said = subprocess.run([sys.executable, "-c", CORE_ONLY], capture_output=True, text=True, timeout=120)
    assert (said.stdout.strip(), said.stderr.strip()) == ("heard False", "untraced")


def _timed(name: str) -> Timed:
    return Timed(name=name, began=1, ended=2)
