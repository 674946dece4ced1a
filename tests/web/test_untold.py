"""What the web server would tell of requests by itself, where OpenTelemetry is set up, is told by nobody here."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

ASKED = """
import sys
from pathlib import Path
from fastapi import FastAPI
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

kept = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(kept))
trace.set_tracer_provider(provider)

plain = FastAPI()
with TestClient(plain) as browser:
    browser.get("/told?word-canary")
plainly = len(kept.get_finished_spans())
kept.clear()

from ascolta.web.untold import UNTOLD

with TestClient(FastAPI(**UNTOLD)) as browser:
    browser.get("/told?word-canary")
print(plainly > 0, len(kept.get_finished_spans()))
"""


def test_requests_are_followed_by_nobody(tmp_path: Path) -> None:
    """A plain application tells its requests to whatever is set up; one of ours tells nothing."""
    command = [sys.executable, "-W", "ignore", "-c", ASKED]
    said = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "src")})
    assert said.stdout.split() == ["True", "0"], said.stderr


def test_each_application_is_made_so() -> None:
    """No part of the desk makes one in another way."""
    made = [
        line.strip()
        for path in (ROOT / "src").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "FastAPI(" in line
    ]
    assert made
    assert all("**UNTOLD" in line for line in made)
