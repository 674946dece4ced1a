"""The stories where a pipeline of one's own brings the posts: NATS JetStream and Redis streams, real servers both."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis.exceptions

from ascolta.afresh import Looked
from ascolta.core.reply import ReplyState
from ascolta.stores.sql import SqlStore
from tests.conftest import ROOT
from tests.proofs import proves
from tests.servers.nats import USER, Nats, nats
from tests.servers.redis import Redis
from tests.servers.redis import redis as redis_server
from tests.stories.wired import VARIABLE, Wired, brand_on, brand_weighed, traceless

PASSWORD = "pipeline-canary"
MOST = 3_000
KILLS = int(os.environ.get("ASCOLTA_PIPELINE_KILLS", "3"))
SOURCE = """  - network: {network}
    server: {url}
    stream: posts
    token: {variable}
    networks: [mastodon]
    at_once: no
    assessment: assessments/day.md
{more}"""


class Pipe:
    """The pipeline of the brand's operator, on one of the servers."""

    def __init__(self, network: str, server: Nats | Redis) -> None:
        self.network, self.server = network, server

    @property
    def source(self) -> str:
        """As brand.yaml names it."""
        more = f"    user: {USER}\n" if self.network == "nats" else ""
        return SOURCE.format(network=self.network, url=self.server.url, variable=VARIABLE, more=more)

    def tells(self, **line: object) -> None:
        """A post, or what happened to one; it is tried until it is there, however often the server is killed."""
        said = json.dumps({"network": "mastodon", **line}).encode()
        while True:
            with suppress(OSError, AssertionError, ValueError, redis.exceptions.RedisError, AttributeError):
                self.server.publish(said) if isinstance(self.server, Nats) else self.server.add(said)
                return
            if isinstance(self.server, Nats) and self.server.wire is not None:
                self.server.wire.close()
                self.server.wire = None
            time.sleep(0.01)


@pytest.fixture(params=["nats", "redis"])
def it(request: pytest.FixtureRequest) -> Iterator[Pipe]:
    """A server with a stream, and who fills it."""
    if request.param == "nats":
        with nats(PASSWORD) as server:
            server.create()
            yield Pipe("nats", server)
    else:
        with redis_server(PASSWORD) as there:
            there.talking.xgroup_create("posts", "none", mkstream=True)
            yield Pipe("redis", there)


@pytest.fixture
def brand(it: Pipe, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Wired]:
    """The brand as its files say, with an assessment on file."""
    folder = brand_weighed(tmp_path, it.source, f"{it.network}:127.0.0.1:{it.server.port}/posts")
    with traceless(folder, PASSWORD, caplog, "lea_canary", "eve_canary", "suitcase", "sunshine", PASSWORD) as made:
        yield made


def looked(brand: Wired) -> Looked:
    """A minute later, a round of looking again."""
    brand.now += 60
    return brand.looks()


LEA = {"id": "l-1", "handle": "lea_canary@away.example", "indexable": True, "discoverable": True}
EVE = {"id": "e-1", "handle": "eve_canary@home.example", "indexable": True, "discoverable": True}


@proves("hear", "edit", "delete", on="server")
def test_a_customer_is_answered_and_forgotten(it: Pipe, brand: Wired) -> None:
    """She writes to the brand, is heard, gets one answer that two people saw; she deletes, and nothing is left."""
    post = {"id": "7", "author": LEA, "brand": "acme", "addressed": True, "published": brand.now}
    it.tells(**post, text="@acmeair my suitcase is lost and nobody answers!")
    assert brand.hears() == 1
    case = brand.case()
    assert (case.network, case.decision.rule, case.decision.approve) == ("mastodon", "spoken-to-complaint", 2)
    assert brand.holds("suitcase", "lea_canary") == []

    # She edits it before anybody answered: the desk sees what it says now.
    it.tells(**post, event="edited", text="@acmeair my suitcase is lost, they say it is in Porto")
    assert looked(brand).edited == 1
    assert "Porto" in brand.page("Ann")
    assert brand.hears() == 1

    # Two people approve an answer, and it is said once; how her post stands is read from the stream before that.
    brand.approves()
    assert [brand.speaks().sent for _ in range(3)] == [1, 0, 0]
    [reply] = brand.store.replies(ReplyState.SENT)
    assert reply.to_post == "7"

    # She deletes her post, which the pipeline tells.
    it.tells(id="7", event="removed")
    brand.hears()
    assert brand.store.cases() == []


@proves("opt-out", on="server")
def test_who_says_no_meanwhile_is_forgotten(it: Pipe, brand: Wired) -> None:
    """Her account is closed to listeners after she wrote; the pipeline tells, and the case goes."""
    it.tells(id="7", text="acme air lost my suitcase", author=LEA, brand="acme", addressed=True, published=brand.now)
    assert brand.hears() == 1
    it.tells(event="actor", author={**LEA, "noindex": True})
    assert looked(brand).removed == 1
    assert brand.store.cases() == []


def test_a_stranger_leaves_no_trace(it: Pipe, brand: Wired) -> None:
    """Talk about the brand becomes a number and nothing else; what is not public not even that."""
    it.tells(id="1", text="flying acme air tomorrow, sunshine at last", author=EVE, published=brand.now)
    it.tells(id="2", text="acme air and my secrets, sunshine", author=EVE, visibility="unlisted", published=brand.now)
    it.tells(id="3", text="a song of sunshine, which concerns nobody", author=EVE, published=brand.now)
    for _ in range(2):
        brand.hears()
        assert brand.store.cases() == []
        assert brand.counted == 1


@pytest.mark.slow
def test_killed_anywhere_nothing_is_lost_or_counted_twice(it: Pipe, tmp_path: Path) -> None:
    """Listener and server are killed with -9 again and again while the pipeline tells what happens."""
    folder = brand_on(tmp_path / "brand", it.source.replace("assessment: assessments/day.md", "rehearsal: true"))
    store, chance, said, over = folder / ".ascolta", random.Random(5), [0], threading.Event()
    told = threading.Thread(target=_talk, args=(it, said, over))
    told.start()
    command = [sys.executable, "-m", "ascolta", "listen", str(folder), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), VARIABLE: PASSWORD, "ASCOLTA_MATCH": "plain"}
    for _ in range(KILLS):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        _wait(store, running, chance.uniform(0.0, 0.3))
        it.server.kill()
        if running.poll() is None:
            os.kill(running.pid, signal.SIGKILL)
        running.wait()
        it.server.start()
    over.set()
    told.join()
    ended = subprocess.run(command, capture_output=True, env=environment, text=True)
    assert ended.returncode == 0, ended.stderr
    kept = SqlStore(store)
    counted = sum(kept.counts("acme", "all", 0, 1 << 40).values())
    kept.close()
    assert said[0] > 100
    assert counted == said[0]


def _talk(it: Pipe, said: list[int], over: threading.Event) -> None:
    """One post after the other, each until it is there."""
    while not over.is_set() and said[0] < MOST:
        number = said[0] + 1
        it.tells(id=str(number), text=f"flying acme air, seat {number}", author={**EVE, "id": f"e-{number}"})
        said[0] = number
        time.sleep(0.004)


def _wait(store: Path, running: "subprocess.Popen[bytes]", more: float) -> None:
    """Until the store was touched since the start, or the program ended; then a moment more."""
    began, log = time.time(), store / "store.db-wal"
    while running.poll() is None and time.time() - began < 20:
        if log.is_file() and log.stat().st_mtime >= began:
            break
        time.sleep(0.005)
    time.sleep(more)
