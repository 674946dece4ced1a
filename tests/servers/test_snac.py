"""The stories on a real server of the Mastodon API: two of them, one of the brand's account, one of a customer's."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.case import Status
from ascolta.core.reply import ReplyState
from tests.proofs import proves
from tests.servers.snac import Snac, snac, wait
from tests.stories.wired import VARIABLE, Wired, brand_on, weigh, wired

SOURCE = """  - network: mastodon
    server: {url}
    token: {variable}
    tags: [acmeair]
    assessment: assessments/day.md
"""


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Snac, Snac]]:
    """The brand's server, on which a stranger is too, and the customer's."""
    with snac(tmp_path / "home") as home, snac(tmp_path / "away") as away:
        for who in ("acmeair", "eve_canary"):
            home.join(who)
        away.join("lea_canary")
        yield home, away


@pytest.fixture
def it(servers: tuple[Snac, Snac], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Wired]:
    """The brand as its files say, with an assessment on file."""
    home, _ = servers
    folder = brand_on(tmp_path / "brand", SOURCE.format(url=home.url, variable=VARIABLE))
    weigh(folder, f"mastodon:{home.host}")
    with caplog.at_level(logging.DEBUG), wired(folder, home.tokens["acmeair"], time.time()) as made:
        yield made
        (made.folder / "store" / "log.txt").write_text(caplog.text, encoding="utf-8")
        assert made.holds("lea_canary", "eve_canary", "suitcase", "sunshine", home.tokens["acmeair"]) == []


@proves("hear", "answer", "edit", "delete", network="mastodon", on="server")
def test_a_customer_is_answered_and_forgotten(servers: tuple[Snac, Snac], it: Wired) -> None:
    """She writes to the brand, is heard, gets one answer that two people saw; she deletes, and nothing is left."""
    home, away = servers
    post = away.says("lea_canary", f"@acmeair@{home.host} my suitcase is lost and nobody answers!")
    wait(it.hears)
    case = it.case()
    assert (case.network, case.decision.rule, case.decision.approve) == ("mastodon", "spoken-to-complaint", 2)
    assert it.holds("suitcase", "lea_canary") == []

    # She edits it before anybody answered: the desk sees what it says now.
    away.edits("lea_canary", post, f"@acmeair@{home.host} my suitcase is lost, they say it is in Porto")
    wait(lambda: it.looks().edited)
    assert "Porto" in it.page("Ann")

    # Two people approve an answer, and it appears on her own server, once, however often the outbox looks.
    template, words = it.offers("Ann")[0]
    it.does("Ann", "draft", note=words, template=template)
    it.does("Ann", "approve")
    assert it.speaks().sent == 0
    it.does("Bob", "approve")
    assert [it.speaks().sent for _ in range(3)] == [1, 0, 0]
    assert it.case().status is Status.SENT
    [told] = wait(lambda: away.told("lea_canary"))
    assert told["account"]["acct"] == f"acmeair@{home.host}"
    assert told["status"]["in_reply_to_id"][10:] == post[10:]
    assert it.hears() == 1

    # She deletes her post. The brand's server keeps its copy; her own says that it is gone, and that counts.
    away.deletes("lea_canary", post)
    wait(lambda: it.looks().removed)
    assert it.store.cases() == []


def test_a_stranger_leaves_no_trace(servers: tuple[Snac, Snac], it: Wired) -> None:
    """Talk about the brand, on its own server and under its hashtag, becomes a number and nothing else."""
    home, _ = servers
    home.says("eve_canary", "flying acme air tomorrow, sunshine at last #acmeair")
    home.says("eve_canary", "acme air and my secrets, sunshine #acmeair", visibility="unlisted")
    home.says("eve_canary", "a song of sunshine, which concerns nobody")
    wait(lambda: it.hears() or sum(it.store.counts("acme", "all", 0, 1 << 40).values()))
    assert it.store.cases() == []
    assert sum(it.store.counts("acme", "all", 0, 1 << 40).values()) == 1
    it.hears()
    assert sum(it.store.counts("acme", "all", 0, 1 << 40).values()) == 1


@proves("answer", network="mastodon", on="server")
def test_an_answer_that_was_lost_is_found_there(servers: tuple[Snac, Snac], it: Wired) -> None:
    """Though this server heeds no Idempotency-Key, nothing is said twice: our own posts are looked through."""
    home, away = servers
    away.says("lea_canary", f"@acmeair@{home.host} where is my suitcase?")
    wait(it.hears)
    template, words = it.offers("Ann")[0]
    it.does("Ann", "draft", note=words, template=template)
    for name in ("Ann", "Bob"):
        it.does(name, "approve")
    [reply] = it.store.replies(ReplyState.APPROVED)
    speaker = it.speakers["mastodon"]
    assert speaker.said(reply) is None
    number = speaker.say(reply)
    assert speaker.said(reply) == number
    assert it.speaks().sent == 1
    assert len([one for one in home.asks("GET", "/api/v1/timelines/home", who="acmeair").json() if one]) >= 1
    [told] = wait(lambda: away.told("lea_canary"))
    assert told["type"] == "mention"
