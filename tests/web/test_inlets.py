"""Where we are pushed to, over HTTP: signed, without a session, answered once it is kept, and safe from a kill -9."""

import asyncio
import json
import logging
import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx2
import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from starlette.types import Message

from ascolta import bootstrap
from ascolta.core.mention import Brands
from ascolta.errors import AscoltaError
from ascolta.listen import listen
from ascolta.ports import Store
from ascolta.sources import Live
from ascolta.sources.pushed import Refused, inlets
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore
from ascolta.web import inlets as web
from ascolta.web.app import Desk, create
from tests.cli.running import Started, started
from tests.proofs import proves
from tests.sources.facebook_twin import PAGE
from tests.sources.graph_twin import SECRET as APP
from tests.sources.graph_twin import VERIFY
from tests.sources.graph_twin import signed as by_meta
from tests.sources.webhook_twin import SECRET, signed
from tests.stories.wired import brand_on
from tests.web.entering import HOME, cheap

KILLS = int(os.environ.get("ASCOLTA_PUSH_KILLS", "2"))
VARIABLES = {
    "ASCOLTA_TOKEN_IN": SECRET,
    "ASCOLTA_TOKEN_APP": APP,
    "ASCOLTA_TOKEN_WORD": VERIFY,
    "ASCOLTA_TOKEN_PAGE": "t",
}
WEBHOOK = """  - network: webhook
    name: acme-posts
    secret: ASCOLTA_TOKEN_IN
    rehearsal: true
"""
META = f"""  - network: facebook
    page: {PAGE}
    name: acme-page
    token: ASCOLTA_TOKEN_PAGE
    secret: ASCOLTA_TOKEN_APP
    verify: ASCOLTA_TOKEN_WORD
    graph: http://127.0.0.1:9
    rehearsal: true
"""
WHERE = "/in/acme-posts"


class Here:
    """A desk with what it is pushed to; `hear` hears once, `hearing` again and again beside."""

    def __init__(self, folder: Path) -> None:
        found = bootstrap.found(folder)
        self.brands: Brands = found.brands
        self.store: Store = MemoryStore()
        self.sources = [one for one in bootstrap.sources(found, [], bootstrap.Reading()) if isinstance(one, Live)]
        desk = Desk(brands=self.brands, store=self.store, entrance=cheap(), inlets=inlets(self.sources))
        self.client = TestClient(create(desk), base_url=HOME)

    def hear(self) -> None:
        """What was pushed."""
        for _ in listen(self.sources[0], self.brands, self.store):
            pass

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """Until the block ends."""
        over = threading.Event()

        def again() -> None:
            while not over.wait(0.005):
                self.hear()

        thread = threading.Thread(target=again)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def push(self, body: bytes, key: str = "msg_1", **headers: str) -> httpx2.Response:
        """A delivery, signed as it has to be unless `headers` say otherwise."""
        given = {**signed(key, body, time.time()), **{name.replace("_", "-"): said for name, said in headers.items()}}
        answer: httpx2.Response = self.client.post(WHERE, content=body, headers=given)
        return answer


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """A desk on which a webhook and a Page push."""
    for name, held in VARIABLES.items():
        monkeypatch.setenv(name, held)
    made = Here(brand_on(tmp_path / "brand", WEBHOOK + META))
    with made.client:
        yield made


def said(number: int, text: str = "@acme where is my bag?") -> bytes:
    """A post that is said to the brand."""
    return json.dumps({"id": f"p{number}", "text": text, "brand": "acme", "addressed": True, "author": "ann"}).encode()


@proves("hear", "streaming", network="webhook", on="contract")
def test_a_delivery_is_answered_once_it_is_kept(here: Here) -> None:
    """Then the case is there; a second time it is answered alike, and nothing comes of it."""
    with here.hearing():
        for _ in range(2):
            answer = here.push(said(1))
            assert (answer.status_code, answer.json()) == (200, {"taken": 1, "set_aside": 0})
            assert len(here.store.cases()) == 1
        answer = here.push(said(2) + b'\n{"id": 3}', "msg_2")
        assert answer.json() == {"taken": 1, "set_aside": 1}
    assert len(here.store.cases()) == 2


def test_many_push_at_once(here: Here) -> None:
    """Nobody waits for anybody but the store."""
    with here.hearing(), ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: here.push(said(number), f"msg_{number}").status_code, range(64)))
    assert answers == [200] * 64
    assert len(here.store.cases()) == 64


def test_where_nobody_listens_it_has_to_be_pushed_again(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with Retry-After, nothing kept meanwhile; pushed again it is heard, once."""
    monkeypatch.setattr(web, "KEPT_WITHIN", 0.05)
    answer = here.push(said(1))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    here.hear()
    assert here.store.cases() == []
    monkeypatch.undo()
    with here.hearing():
        assert here.push(said(1)).status_code == 200
    assert len(here.store.cases()) == 1


def test_what_cannot_be_kept_is_not_said_to_be(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that fails: 503, and nothing of it is remembered as taken."""

    def fails(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken, ThreadPoolExecutor(1) as pool:
        broken.setattr(here.store, "keep", fails)
        pushing = pool.submit(here.push, said(1))
        while not pushing.done():
            try:
                here.hear()
            except RuntimeError:
                continue
        assert pushing.result().status_code == 503
    with here.hearing():
        assert here.push(said(1)).status_code == 200
    assert len(here.store.cases()) == 1


def test_it_takes_no_session_and_gives_none(here: Here) -> None:
    """Neither a cookie nor where a form comes from counts here, and a signature is no way to the desk."""
    answer = here.push(said(1), webhook_signature="v1,AAAA", cookie="ascolta=x", sec_fetch_site="cross-site")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    with here.hearing():
        answer = here.push(said(1), sec_fetch_site="cross-site", origin="https://evil.example")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert here.client.get("/cases", headers=signed("msg_2", b"", time.time())).status_code in (303, 401)


def test_other_addresses_take_nothing(here: Here) -> None:
    """By another name than the desk's, at a name that is none, by another method."""
    assert here.client.post("/in/nothing", content=said(1)).status_code == 404
    assert here.client.post("/in/../cases", content=said(1)).status_code in (401, 403, 404)
    assert here.client.get(WHERE).status_code == 405
    assert here.client.put(WHERE, content=said(1)).status_code == 405
    assert here.push(said(1), host="evil.example").status_code == 421


def test_meta_is_shown_that_the_address_is_ours(here: Here) -> None:
    """The challenge comes back as text, to whoever knows the word."""
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    answer = here.client.get("/in/acme-page", params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert here.client.get("/in/acme-page", params={**asked, "hub.verify_token": "no"}).status_code == 403
    assert here.client.get("/in/acme-page").status_code == 403


def test_a_push_of_meta_whose_place_cannot_be_asked_is_not_taken(here: Here) -> None:
    """The Graph API does not answer here, so it has to be pushed again; unsigned it is not let in at all."""
    body = b'{"object": "page", "entry": []}'
    assert here.client.post("/in/acme-page", content=body).status_code == 401
    with ThreadPoolExecutor(1) as pool:
        pushing = pool.submit(here.client.post, "/in/acme-page", content=body, headers=by_meta(body))
        for _ in range(200):
            if pushing.done():
                break
            time.sleep(0.01)
            try:
                for _ in listen(here.sources[1], here.brands, here.store):
                    pass
            except AscoltaError:
                continue
        assert pushing.result().status_code == 503


def test_a_body_has_bounds(here: Here) -> None:
    """1 MiB, whatever its header says, and uncompressed (58)."""
    most = web.MOST_BYTES
    assert here.push(b" " * (most + 1)).status_code == 413
    assert here.push(b" " * 10, content_length=str(most + 1)).status_code == 413
    assert here.push(said(1), content_encoding="gzip").status_code == 415
    with here.hearing():
        assert here.push(b" " * (most - len(said(1))) + said(1)).status_code == 200


def test_so_many_bodies_are_read_at_once(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody has signed yet may not fill the memory; afterwards there is room again."""
    with here.hearing():
        assert [here.push(b"{").status_code for _ in range(3)] == [422] * 3
        monkeypatch.setattr(web, "MOST_READ", 1)
        assert here.push(said(1)).status_code == 200
        monkeypatch.setattr(web, "MOST_READ", 0)
        assert here.push(said(2), "msg_2").status_code == 503


def test_a_slow_body_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """68: a sender that sends a byte and then nothing is cut off."""
    monkeypatch.setattr(web, "BODY_WITHIN", 0.01)
    pieces = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> Message:
        for piece in pieces:
            return piece
        await asyncio.sleep(60)
        raise AssertionError

    request = Request({"type": "http", "method": "POST", "headers": [], "path": WHERE}, receive)
    with pytest.raises(Refused) as error:
        asyncio.run(web._body(request))
    assert error.value.status == 408


def test_one_address_may_push_so_often() -> None:
    """Six hundred at once, then a hundred a second; a network of IPv6 counts as one, and others are let through."""
    gate = web.Turnstile()
    most, every = web.EACH
    assert all(gate.lets("192.0.2.7", 0.0) for _ in range(most))
    assert not gate.lets("192.0.2.7", 0.0)
    assert gate.lets("192.0.2.8", 0.0)
    assert gate.lets("192.0.2.7", every)
    assert not gate.lets("192.0.2.7", every)
    assert all(gate.lets(f"2001:db8::{number:x}", 0.0) for number in range(most))
    assert not gate.lets("2001:db8::ffff", 0.0)


def test_who_pushes_too_often_is_told_when_to_come_back(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with Retry-After."""
    monkeypatch.setattr(web, "EACH", (2, 1e9))
    answers = [here.client.post("/in/nothing", content=b"") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[2].headers["retry-after"]


def test_nothing_that_is_pushed_is_logged(here: Here, caplog: pytest.LogCaptureFixture) -> None:
    """Neither words nor secrets nor the id, whether it is taken or not, with everything logged; nor is it told."""
    with caplog.at_level(logging.DEBUG), here.hearing():
        answers = [
            here.push(said(1, "@acme word-canary"), "msg-canary"),
            here.push(b"word-canary", "msg-canary"),
            here.push(said(1, "word-canary"), webhook_signature="v1,mark-canary"),
            here.client.post("/in/name-canary?word-canary", content=b"word-canary"),
            here.client.get("/in/acme-page?hub.verify_token=word-canary&hub.mode=subscribe"),
        ]
    assert [answer.status_code for answer in answers] == [200, 422, 401, 404, 403]
    logs = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert "canary" not in " ".join(f"{record.getMessage()} {vars(record)}" for record in logs)
    assert "canary" not in " ".join(answer.text for answer in answers)


@pytest.mark.slow
@proves("hear", network="webhook", on="contract")
def test_killed_anywhere_nothing_is_lost_or_counted_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ascolta run` is killed with -9 again and again; whoever got no answer pushes again, as senders do."""
    for name, held in VARIABLES.items():
        monkeypatch.setenv(name, held)
    folder, chance = brand_on(tmp_path / "brand", WEBHOOK), random.Random(5)
    waiting = [(f"msg_{number}", _talk(number)) for number in range(40 * KILLS)]
    everything, cut = len(waiting), 0
    for left in range(KILLS, -1, -1):
        with started(Started, folder) as running, httpx2.Client(base_url=running.home, timeout=15) as client:
            while not running.answers("/healthz"):
                time.sleep(0.01)
            killer = threading.Timer(chance.uniform(0.0, 0.6), running.program.kill)
            if left:
                killer.start()
            pushed = waiting[: 40 if left else everything]
            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(partial(_taken, client), pushed))
            taken = {key for (key, _), is_taken in zip(pushed, answers, strict=True) if is_taken}
            cut += bool(left) and len(taken) < min(40, len(waiting))
            if left:
                killer.join(60)
        waiting = [one for one in waiting if one[0] not in taken]
    assert (waiting, cut > 0) == ([], True)
    kept = SqlStore(folder / ".ascolta")
    counted = sum(kept.counts("acme", "all", 0, 1 << 40).values())
    kept.close()
    assert counted == everything


def _talk(number: int) -> bytes:
    return json.dumps({"id": f"p{number}", "text": f"acme air is late, seat {number}", "author": f"a{number}"}).encode()


def _taken(client: httpx2.Client, delivery: tuple[str, bytes]) -> bool:
    """Whether a delivery was answered by yes."""
    key, body = delivery
    try:
        answer = client.post(WHERE, content=body, headers=signed(key, body, time.time()))
    except httpx2.HTTPError:
        return False
    return answer.is_success
