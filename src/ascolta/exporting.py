"""Traces to a collector, by OTLP over HTTP, as OpenTelemetry's own variables say. Needs the extra `telemetry`.

What a trace may tell was decided in tracing.py. Here nothing is added: no event, no message of an error, and of the
machine only the program's name and version, so that no detector of the library can tell a path or a command line. No
global provider is set, so no other library's spans come along.
"""

import os
import threading
from importlib.metadata import version

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import StatusCode, set_span_in_context

from ascolta.tracing import ERROR, Timed

WITHIN = 3.0
"""Seconds that the last traces have for going out when the program ends."""


class Export:
    """Sends stretches of work as spans. `out` is where they go; None is the collector that the environment names."""

    def __init__(self, out: SpanProcessor | None = None) -> None:
        named = os.environ.get("OTEL_SERVICE_NAME", "").strip() or "ascolta"
        about = Resource({"service.name": named, "service.version": version("ascolta")})
        self._provider = TracerProvider(resource=about, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()) if out is None else out)
        self._tracer = self._provider.get_tracer("ascolta")

    def write(self, one: Timed) -> None:
        """One stretch of work with its parts, as a trace of its own."""
        self._write(one, Context())

    def close(self) -> None:
        """Send what is left, but not for long: the library itself would wait for half a minute."""
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(WITHIN)

    def _write(self, one: Timed, within: Context) -> None:
        told = {f"ascolta.{name}": value for name, value in one.figures.items()}
        told |= {ERROR: one.error} if one.error else {}
        span = self._tracer.start_span(
            f"ascolta.{one.name}", within, attributes=told, start_time=one.began, record_exception=False
        )
        for part in one.parts:
            self._write(part, set_span_in_context(span, Context()))
        if one.error:
            span.set_status(StatusCode.ERROR)
        span.end(one.ended)
