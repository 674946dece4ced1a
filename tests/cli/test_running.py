"""`ascolta run` as a process of its own: it stops in order on a signal, and at once on a second one."""

import json
import os
import shutil
import signal
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ascolta.stores.journal import SqlJournal
from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME, Started, ascolta, started, wait

POSTS = 9_000
PATIENCE = 120
"""Seconds that a busy machine may take to start or to end."""


@dataclass(slots=True)
class Running(Started):
    """A desk that runs, and the session of whoever opened it."""

    session: str = ""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it has logged so far."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask it for a page."""
        try:
            with urllib.request.urlopen(f"{self.home}{path}", timeout=30) as answer:  # noqa: S310 - our own address
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def enter(self) -> None:
        """Open the desk by its link, and say a name."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("GET", urlsplit(self.link).path)
        answer = line.getresponse()
        answer.read()
        self.session = str(answer.getheader("set-cookie")).partition(";")[0]
        headers = {"Cookie": self.session, "Origin": self.home}
        line.request("POST", "/me", "by=Ann", {**headers, "Content-Type": "application/x-www-form-urlencoded"})
        assert line.getresponse().status == 303
        line.close()

    def half_a_form(self) -> socket.socket:
        """A form of which the last byte has not come yet."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        head = (
            f"POST /speaking/acme HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.session}\r\n"
            f"Origin: {self.home}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 9\r\n\r\nnote=wai"
        )
        line.sendall(head.encode())
        return line


@pytest.fixture
def brand(tmp_path: Path) -> Path:
    """The example brand in a folder of its own."""
    return Path(shutil.copytree(ACME, tmp_path / "brand", ignore=shutil.ignore_patterns(".ascolta")))


@contextmanager
def running(brand: Path) -> Iterator[Running]:
    """A desk on the brand, from when it answers; stopped at the end if it still runs."""
    with started(Running, brand) as made:
        wait(lambda: made.answers("/healthz"), PATIENCE)
        made.enter()
        yield made


def refuses(made: Running) -> bool:
    """Whether it takes no requests any more."""
    try:
        socket.create_connection(("127.0.0.1", made.port), timeout=30).close()
    except ConnectionError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_requests_be_finished(brand: Path, number: signal.Signals) -> None:
    """What was asked before the signal is answered, nothing is taken after it, and the exit code is 0."""
    with running(brand) as made:
        wait(lambda: json.loads(made.get("/readyz")[1])["ready"], PATIENCE)
        line = made.half_a_form()
        wait(lambda: made.get("/healthz")[0] == 200, PATIENCE)
        os.kill(made.program.pid, number)
        wait(lambda: refuses(made), PATIENCE)
        line.sendall(b"t")
        assert line.recv(100).startswith(b"HTTP/1.1 303")
        line.close()
        assert made.program.wait(PATIENCE) == 0
        assert made.lines[-1]["event"] in ("stopping", "request")
    store = SqlStore(brand / ".ascolta")
    assert store.paused("acme") == "wait"
    store.close()
    journal = SqlJournal(brand / ".ascolta" / "journal.db")
    kinds = [json.loads(data)["kind"] for _, data in journal.entries()]
    journal.close()
    assert kinds[-2:] == ["stopped", "checkpointed"]
    assert ascolta("inventory", brand).code == 0


def test_a_second_signal_stops_at_once(brand: Path) -> None:
    """While a form is waited for, a second signal ends the program, and says so by its exit code."""
    with running(brand) as made:
        line = made.half_a_form()
        wait(lambda: made.get("/healthz")[0] == 200, PATIENCE)
        os.kill(made.program.pid, signal.SIGTERM)
        wait(lambda: refuses(made), PATIENCE)
        assert made.program.poll() is None
        os.kill(made.program.pid, signal.SIGTERM)
        assert made.program.wait(PATIENCE) == 128 + signal.SIGTERM
        line.close()


def test_a_signal_lets_the_batch_be_finished(brand: Path) -> None:
    """Stopped while it hears thousands of posts, it ends with 0; a later run goes on without loss or repeat."""
    (brand / "day.jsonl").write_text("".join(f"{json.dumps(post)}\n" for post in posts()), encoding="utf-8")
    with running(brand) as made:
        wait(lambda: b"ascolta_posts_heard_total{" in made.get("/metrics")[1], PATIENCE)
        os.kill(made.program.pid, signal.SIGTERM)
        assert made.program.wait(PATIENCE) == 0
    assert ascolta("listen", brand, "--json").code == 0
    store = SqlStore(brand / ".ascolta")
    assert len(store.cases()) == POSTS // 100
    assert sum(store.counts("acme", "all", 0, 1 << 40).values()) == 2 * POSTS // 100
    store.close()
    assert ascolta("journal", "verify", brand, "--checkpoints", brand / ".ascolta" / "checkpoints").code == 0


def posts() -> Iterator[dict[str, object]]:
    """Posts of which one in a hundred is said to the brand, and another speaks of it: more than one batch of them."""
    said = {0: "@acmeair where is bag {}?", 1: "flying acme air, seat {}"}
    for number in range(POSTS):
        text = said.get(number % 100, "soup again, {}").format(number)
        yield {"id": str(number), "text": text, "published": 1_792_000_000 + number, "lang": "en"}


def test_the_log_holds_no_sentence_of_a_library(brand: Path) -> None:
    """Every line is JSON with time, level, log and event; a broken request adds none with what it said."""
    with running(brand) as made:
        with socket.create_connection(("127.0.0.1", made.port), timeout=30) as line:
            line.sendall(b"zq7xkanari \x00\r\n\r\n")
            line.recv(1_000)
        made.get("/zq7xkanari")
        os.kill(made.program.pid, signal.SIGTERM)
        assert made.program.wait(PATIENCE) == 0
        assert all({"at", "level", "log", "event"} <= line.keys() for line in made.lines)
        assert "zq7xkanari" not in made.log.read_text(encoding="utf-8")
        assert any(line["event"] == "request" and line["route"] == "other" for line in made.lines)
