"""The stories on a real server of the Mastodon API: two of them, one of the brand's account, one of a customer's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta import voice
from ascolta.core.reply import ReplyState
from ascolta.core.statement import Statement, StatementKind
from ascolta.sources.networks import publishers
from tests.proofs import proves
from tests.servers.snac import Snac, snac, wait
from tests.stories.wired import VARIABLE, Wired, brand_weighed, traceless

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
    folder = brand_weighed(tmp_path, SOURCE.format(url=home.url, variable=VARIABLE), f"mastodon:{home.host}")
    token = home.tokens["acmeair"]
    with traceless(folder, token, caplog, "lea_canary", "eve_canary", "suitcase", "sunshine", token) as made:
        yield made


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
    it.answers_once()
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
    wait(lambda: it.hears() or it.counted)
    assert it.store.cases() == []
    assert it.counted == 1
    it.hears()
    assert it.counted == 1


@proves("answer", network="mastodon", on="server")
def test_an_answer_that_was_lost_is_found_there(servers: tuple[Snac, Snac], it: Wired) -> None:
    """Though this server heeds no Idempotency-Key, nothing is said twice: our own posts are looked through."""
    home, away = servers
    away.says("lea_canary", f"@acmeair@{home.host} where is my suitcase?")
    wait(it.hears)
    it.approves()
    it.finds_what_was_lost("mastodon")
    assert it.speaks().sent == 1
    assert len([one for one in home.asks("GET", "/api/v1/timelines/home", who="acmeair").json() if one]) >= 1
    [told] = wait(lambda: away.told("lea_canary"))
    assert told["type"] == "mention"


def test_a_statement_goes_out_by_the_brands_account(servers: tuple[Snac, Snac], it: Wired) -> None:
    """Two people approve it, it stands for everybody once; one whose answer was lost is found, and not said again."""
    home, _ = servers
    ours, now = publishers(it.live, {}), it.now
    for name in ("calm", "lost"):
        words = Statement(
            name=name, kind=StatementKind.APOLOGY, where={"mastodon": ("en",)},
            text={"en": f"We were {name} & wrong: https://acme.example/{name}?a=b — sorry! 🙂"},
        )  # fmt: skip
        voice.prepare(it.statements, "acme", words, _no_fact, ("Ann", now))
        for who in ("Ann", "Bob"):
            assert it.statements.postings(ReplyState.APPROVED) == []
            voice.approve(it.statements, "acme", words, _no_fact, (who, now))
        voice.release(it.statements, "acme", words, _no_fact, ("Ann", now, False))
        [posting] = it.statements.postings(ReplyState.APPROVED)
        if name == "lost":
            assert it.statements.claim(posting.key, now - 600)
            ours["mastodon"].post(posting)
            assert voice.settle(it.statements, ours, now, after=60) == 1
        rounds = [voice.publish(it.store, it.statements, ours, now).sent for _ in range(2)]
        assert rounds == ([1, 0] if name == "calm" else [0, 0])
        [sent] = it.statements.postings(ReplyState.SENT, brand="acme", statement=name)
        shown = home.asks("GET", f"/api/v1/statuses/{sent.note.rpartition('/')[2]}", who="acmeair").json()
        assert (shown["visibility"], shown["in_reply_to_id"]) == ("public", None)
        assert f"We were {name}" in shown["content"]
    me = home.asks("GET", "/api/v1/accounts/verify_credentials", who="acmeair").json()["id"]
    assert len(home.asks("GET", f"/api/v1/accounts/{me}/statuses", who="acmeair").json()) == 2
    assert it.hears() == 0


def _no_fact(name: str, language: str) -> str | None:
    return None
