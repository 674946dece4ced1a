"""How networks that are heard live stand: on the page Settings and in the metrics, from what the program holds."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest

from ascolta.core.brand import FileSource
from ascolta.core.mention import Brands
from ascolta.core.people import Role
from ascolta.errors import SourceError
from ascolta.sources import Live
from ascolta.sources.mastodon import Mastodon
from ascolta.stores.memory import MemoryStore
from ascolta.web.app import Desk
from ascolta.web.health import Health
from ascolta.web.standing import standing
from tests.conftest import ACME, NOW, foresee
from tests.sources.battery import TOKEN, Place, failed
from tests.sources.places import place
from tests.web.entering import Browser, browsing, cheap


@pytest.fixture
def it() -> Iterator[Place]:
    """A server with our account on it, and its streams."""
    with place("mastodon") as made:
        made.streaming, made.draw = True, 0.0
        yield made


@pytest.fixture
def live(it: Place) -> Live:
    """The source, which was heard once."""
    source = it.source()
    it.says("acme is late")
    it.hear(source)
    return source


@pytest.fixture
def desk(it: Place, live: Live) -> Desk:
    """A desk of a program that hears it."""
    source = FileSource(path=live.name.rpartition(":")[0], networks=("mastodon",), live=it.connection())
    brand = replace(ACME, sources=(source,))
    health = Health()
    health.follow([live])
    return Desk(
        brands=Brands([brand], foresee), store=MemoryStore(), health=health, clock=lambda: NOW, entrance=cheap()
    )


@pytest.fixture
def viewer(desk: Desk) -> Iterator[Browser]:
    """The browser of somebody who may only look."""
    with browsing(desk) as browser:
        browser.become("Vic", Role.VIEWER)
        yield browser


def sources(browser: Browser) -> str:
    """What the page says of sources."""
    page = browser.get("/settings").text
    part = page[page.index('id="sources-acme"') : page.index('id="desks-acme"')]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())


def test_a_network_says_how_it_stands(viewer: Browser, live: Live) -> None:
    """Requests that are left, its streams, its opt-outs, and in plain words what is heard there and what is not."""
    said = sources(viewer)
    assert re.search(r"Requests left 2\d\d of 300", said)
    assert re.search(r"Stream open , 0 breaks since the start", said)
    assert f"Opt-outs that it can tell all {len(live.network.declared.reads)} that its format has" in said
    assert "Heard Mentions of the account and public posts with its hashtags" in said
    assert "A deletion arrives By the stream" in said
    assert "You can answer yes" in said
    assert "Never heard what is not public" in said


def test_what_is_wrong_is_said(viewer: Browser, it: Place, live: Live) -> None:
    """Why it could not be asked, that it waits, what could not be heard; never the token, nor words of a post."""
    it.says("acme word-canary")
    it.twin.fails = (429, {"Retry-After": "600"})
    it.passes(60)
    failed(live)
    assert isinstance(live.network, Mastodon)
    live.network.lists.cut["air"] = 2
    live.trouble = SourceError("mastodon ended the stream", retry=True)
    said = sources(viewer)
    assert "status 429: it was asked too often" in said
    assert "#air: more than 10,000 new posts at once, 2 times" in said
    assert "broken; it is asked now and then instead mastodon ended the stream" in said
    assert TOKEN not in said
    assert "word-canary" not in said


def test_a_network_that_allows_no_more_is_waited_for(it: Place, live: Live) -> None:
    """For how long is told."""
    it.left(1)
    it.passes(60)
    failed(live)
    stands = standing(live, it.now)
    assert stands.left == 0
    assert 0 < stands.rest <= 60


def test_the_metrics_tell_the_same(desk: Desk, it: Place, live: Live) -> None:
    """By the source's name: whether it could be asked, requests left, breaks, opt-outs that are not read."""
    text = desk.health.metrics.text().decode()
    for name in ("up", "requests_left", "stream_breaks", "waiting", "opt_outs_unread", "set_aside"):
        assert f'ascolta_source_{name}{{source="{live.name}"}}' in text
    assert f'ascolta_source_up{{source="{live.name}"}} 1.0' in text
    it.twin.fails = (500, {})
    it.passes(60)
    failed(live)
    assert f'ascolta_source_up{{source="{live.name}"}} 0.0' in desk.health.metrics.text().decode()
