"""What stands before the desk: whether it lives and is ready, its figures, and a line for each request."""

import json
import logging
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from ascolta import bootstrap, serving
from ascolta.answering import Speech
from ascolta.cli.logs import Form, Lines
from ascolta.core.mention import Brands
from ascolta.errors import SourceError
from ascolta.listen import listen
from ascolta.outbox import send
from ascolta.sources import FileSource, TwinNetwork
from ascolta.stores.memory import MemoryStore
from ascolta.stores.ready import parts
from ascolta.web import health as asked
from ascolta.web.app import Desk, create
from ascolta.web.health import Health
from ascolta.web.vitals import HEAR, SILENT_FOR, Vitals
from tests.conftest import NOW, approved, keep, published
from tests.test_canaries import MARK, canary
from tests.web.entering import cheap, session

HOME = "http://127.0.0.1:8020"
DAY = bootstrap.example() / "day.jsonl"


@pytest.fixture
def desk(brands: Brands) -> Desk:
    return Desk(brands=brands, store=MemoryStore(), clock=lambda: NOW, entrance=cheap())


def client(desk: Desk, app: FastAPI | None = None, host: str = "127.0.0.1") -> TestClient:
    """A browser on this machine, or on another, in which an admin is signed in."""
    browser = TestClient(app or create(desk), base_url=HOME, client=(host, 50_000), raise_server_exceptions=False)
    browser.cookies.set(desk.entrance.cookie, session(desk, "Ann"))
    return browser


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What is logged, as JSON lines."""
    written = StringIO()
    writer = logging.StreamHandler(written)
    writer.setFormatter(Lines(Form.JSON))
    root = logging.getLogger()
    before = root.level
    root.addHandler(writer)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(before)
    root.removeHandler(writer)


def figures(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The samples of a page of metrics, by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_whoever_looks_needs_no_log_in(desk: Desk, path: str, method: str) -> None:
    """Health and readiness are told to anybody, under any name, by GET and HEAD; a HEAD has no body."""
    found = client(desk, host="198.51.100.7").request(method, path, headers={"host": "10.0.0.3:8020"})
    assert found.status_code == 200
    assert found.headers["cache-control"] == "no-store"
    assert bool(found.content) is (method == "GET")


@pytest.mark.parametrize("path", asked.PATHS)
def test_nothing_is_changed_there(desk: Desk, path: str) -> None:
    """Any other method is refused."""
    assert client(desk).post(path).status_code == 405


def test_living_asks_no_store(brands: Brands, tmp_path: Path) -> None:
    """A program whose store is broken still lives, but is not ready."""
    kept = bootstrap.store(tmp_path)
    health = replace(serving.health(tmp_path, kept), vitals=Vitals())
    browser = client(Desk(brands=brands, store=kept, health=health, entrance=cheap()))
    assert browser.get("/readyz").json() == {
        "ready": True,
        "parts": {"listener": "none", "store": "ok", "keys": "ok", "journal": "ok", "checkpoints": "ok"},
    }
    kept.close()
    (tmp_path / "keys.db").unlink()
    assert parts(tmp_path, tmp_path / "checkpoints")["keys"] == "failing"
    health.vitals.failed(HEAR, SourceError("gone", retry=True))
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").json() == {"ok": True}


def test_a_store_that_is_being_written_is_ready(tmp_path: Path) -> None:
    """Another writer makes a part busy, not failing; a file that is no database fails."""
    bootstrap.store(tmp_path).close()
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert parts(tmp_path, tmp_path / "checkpoints")["store"] == "busy"
    other.execute("ROLLBACK")
    other.close()
    (tmp_path / "journal.db").write_bytes(b"no database" * 1_000)
    found = parts(tmp_path, tmp_path / "nowhere" / "checkpoints")
    assert (found["store"], found["journal"], found["checkpoints"]) == ("ok", "failing", "failing")


def test_the_listener_says_how_it_is() -> None:
    """It starts, is well, fails, hangs, is over, and stops, each in one word."""
    now = [NOW]
    vitals = Vitals(lambda: now[0])
    assert vitals.listener() == "none"
    vitals.alive(HEAR)
    assert vitals.listener() == "starting"
    vitals.done(HEAR)
    assert vitals.listener() == "ok"
    vitals.failed(HEAR, SourceError("x", retry=True))
    assert vitals.listener() == "failing"
    vitals.done(HEAR)
    now[0] += SILENT_FOR + 1
    assert vitals.listener() == "silent"
    vitals.over(HEAR)
    assert vitals.listener() == "over"
    vitals.stopping = True
    assert vitals.listener() == "stopping"


def test_metrics_are_for_this_machine_or_the_token(desk: Desk) -> None:
    """Loopback reads them by the desk's own name and without a proxy; everybody else needs the token."""
    app = create(replace(desk, health=Health(token="a long token")))
    here, far = client(desk, app), client(desk, app, host="198.51.100.7")
    bearer = {"authorization": "Bearer a long token"}
    assert here.get("/metrics").status_code == 200
    assert far.get("/metrics").status_code == 403
    assert far.get("/metrics", headers=bearer).status_code == 200
    assert far.get("/metrics", headers={"authorization": "Bearer a long toke"}).status_code == 403
    assert here.get("/metrics", headers={"host": "evil.example:8020"}).status_code == 403
    for name in asked.BY_A_PROXY:
        assert here.get("/metrics", headers={name: "for=127.0.0.1"}).status_code == 403
    without = client(desk, host="198.51.100.7")
    assert without.get("/metrics", headers={"authorization": "Bearer "}).status_code == 403


def test_figures_of_the_store(desk: Desk, brands: Brands) -> None:
    """Cases by where they stand, the outbox by state with the age of the oldest, and whether an alert is up."""
    approved(desk.store, brands)
    keep(desk.store, brands, published("2", "to acme"))
    later = replace(desk, clock=lambda: NOW + 90)
    found = figures(client(later).get("/metrics").text)
    assert found["ascolta_cases", (("brand", "acme"), ("status", "approved"))] == 1
    assert found["ascolta_cases", (("brand", "acme"), ("status", "open"))] == 1
    assert found["ascolta_outbox", (("brand", "acme"), ("state", "approved"))] == 1
    assert found["ascolta_outbox_oldest_seconds", (("brand", "acme"), ("state", "approved"))] == 90
    assert found["ascolta_alert_up", (("brand", "other"),)] == 0


def test_a_request_is_counted_by_its_template(desk: Desk, lines: StringIO) -> None:
    """A page counts and is logged under its route, whatever number stood in its path; unknown paths are one."""
    browser = client(desk)
    browser.cookies.set(desk.entrance.cookie, session(desk, "Ann"))
    browser.get("/")
    for path in ("/", "/cases/17", "/cases/18", "/nothing/here", "/static/desk.css"):
        browser.get(path)
    found = figures(browser.get("/metrics").text)
    routes = {dict(labels)["route"] for name, labels in found if name == "ascolta_request_seconds_count"}
    assert {"/cases/{number}", "/static", "other", "/"} <= routes
    assert all("17" not in route for route in routes)
    told = [line for line in map(json.loads, lines.getvalue().splitlines()) if line["event"] == "request"]
    assert {line["route"] for line in told} == routes
    assert all({"status", "ms", "id", "method"} <= line.keys() for line in told)


def test_a_number_from_outside_must_be_a_uuid(desk: Desk) -> None:
    """A request keeps its own number only if it is a UUID; else it gets one of ours."""
    browser, given = client(desk), str(uuid.uuid4())
    assert browser.get("/", headers={"x-request-id": given}).headers["x-request-id"] == given
    for bad in (MARK, "", given[:-1] + "z", "{" + given + "}"):
        assert str(uuid.UUID(browser.get("/", headers={"x-request-id": bad}).headers["x-request-id"])) != bad


def planted(path: Path) -> Path:
    """The example's day, a canary in every text, name, address and id."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in DAY.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows):
        if "text" in row:
            row["text"] += f" {canary(number, 'word')}"
            row["url"] = f"https://{canary(number, 'host')}.example/{number}"
            row["author"] = {"id": canary(number, "key"), "handle": canary(number, "name"), "name": canary(number, "n")}
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows) + f'{{"id": "{MARK}", "text": 3}}\n{MARK}\n')
    return path


def test_neither_figures_nor_lines_hold_what_people_wrote(tmp_path: Path, lines: StringIO) -> None:
    """After a whole day full of canaries, asked for with canaries, and errors that hold them, none is told anywhere."""
    kept = bootstrap.store(tmp_path / "store")
    health = serving.health(tmp_path / "store", kept)
    brands = bootstrap.brands(bootstrap.example())
    source = FileSource(str(planted(tmp_path / "day.jsonl")))
    for heard in listen(source, brands, kept):
        health.metrics.heard("day", heard)
    health.metrics.source_failed("day", SourceError(canary(1, "error"), retry=True))
    send(kept, {"x": TwinNetwork("x")}, brands.by_id, NOW)

    def broken(brand: str) -> Speech:
        words = f"{canary(2, 'local')} {brand}"
        raise ValueError(words)

    desk = Desk(brands=brands, store=kept, health=health, speeches=broken)
    browser = client(desk)
    browser.cookies.set(desk.entrance.cookie, session(desk, "Ann"))
    browser.get("/")
    number = kept.cases()[0].id
    odd = {"user-agent": MARK, "referer": f"http://{MARK}", "x-request-id": MARK, "cookie": f"who={MARK}"}
    for path in ("/", f"/?find={MARK}", f"/cases/{MARK}", f"/{MARK}", f"/static/{MARK}"):
        assert browser.get(path, headers=odd).status_code in (200, 401, 404, 422, 500)
    browser.request(MARK.upper(), "/", headers=odd)
    assert browser.get(f"/cases/{number}").status_code == 500
    try:
        broken(MARK)
    except ValueError as error:
        logging.getLogger("ascolta.run").warning("failed", exc_info=error)
        logging.getLogger("elsewhere").warning("%s broke: %s", MARK, error)
    text = browser.get("/metrics").text
    kept.close()
    assert figures(text)["ascolta_posts_heard_total", (("source", "day"),)] > 1_000
    assert MARK in str(kept_words(DAY, tmp_path))
    assert MARK not in text.lower()
    assert MARK not in lines.getvalue().lower()
    assert "broken" in lines.getvalue()


def kept_words(day: Path, folder: Path) -> list[str]:
    """Lines of the planted day: the canaries were there to be told."""
    return [line for line in (folder / day.name).read_text(encoding="utf-8").splitlines() if MARK in line][:1]


def test_a_line_of_text_stays_one_line() -> None:
    """A value with a line break or a control sign cannot begin a line of its own."""
    record = logging.LogRecord("ascolta.x", logging.INFO, __file__, 1, "told", None, None)
    record.said = {"value": "one\ntwo \x1b[31m", "empty": ""}
    line = Lines(Form.TEXT).format(record)
    assert "\n" not in line
    assert "\x1b" not in line
    assert 'empty=""' in line
