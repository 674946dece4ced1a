"""The stories on a real server of the AT Protocol: a customer and a stranger, and the brand that hears its stream."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.case import Status
from ascolta.core.statement import Posting
from ascolta.sources.networks import publishers
from tests.proofs import proves
from tests.servers.pds import PASSWORD, PROFILE, Pds, pds
from tests.servers.snac import wait
from tests.stories.wired import VARIABLE, Wired, brand_weighed, traceless

SOURCE = """  - network: bluesky
    server: {url}
    account: acmeair.test
    token: {variable}
    form: firehose
    streaming: {streaming}
    directory: {directory}
    views: no
    assessment: assessments/day.md
"""
NO_ENTRY = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    """One network for all stories; each has people of its own."""
    with pds(tmp_path_factory.mktemp("network") / "pds") as made:
        made.join("acmeair")
        yield made


@pytest.fixture
def it(network: Pds, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Wired]:
    """The brand as its files say, with an assessment on file."""
    said = SOURCE.format(url=network.url, variable=VARIABLE, streaming=network.streaming, directory=network.directory)
    folder = brand_weighed(tmp_path, said, "bluesky:acmeair.test")
    named = (folder / "brand.yaml").read_text(encoding="utf-8").replace('["@acmeair"]', '["@acmeair", "@acmeair.test"]')
    (folder / "brand.yaml").write_text(named, encoding="utf-8")
    canaries = ("lea-canary", "eve-canary", "suitcase", "sunshine", PASSWORD)
    with traceless(folder, network.password("acmeair"), caplog, *canaries) as made:
        made.live[0].network.quiet = 0.5  # type: ignore[attr-defined]
        made.hears()
        yield made


@proves("hear", "answer", "edit", "delete", "streaming", network="bluesky", on="server")
def test_a_customer_is_answered_and_forgotten(network: Pds, it: Wired) -> None:
    """She names the brand, is heard, gets one answer that two people saw; she deletes, and nothing is left."""
    network.join("lea-canary")
    post = network.says("lea-canary", "@acmeair.test my suitcase is lost and nobody answers!")
    wait(it.hears)
    case = it.case()
    assert (case.network, case.decision.rule, case.decision.approve) == ("bluesky", "spoken-to-complaint", 2)
    assert it.holds("suitcase", "lea-canary") == []

    # She edits it before anybody answered: the stream says so, and the desk sees what it says now.
    network.edits("lea-canary", post, "@acmeair.test my suitcase is lost in Porto and nobody answers!")
    wait(lambda: it.hears() and "Porto" in it.page("Ann"))

    # Two people approve an answer, and it appears below her post, once, however often the outbox looks.
    it.approves()
    assert [it.speaks().sent for _ in range(3)] == [1, 0, 0]
    assert it.case().status is Status.SENT
    [answer] = network.posts("acmeair")
    assert answer["value"]["reply"]["parent"]["uri"] == post
    assert it.hears() == 1

    # She answers us without naming us, which speaks to us by its place.
    again = network.says("lea-canary", "and when?", to=answer["uri"])
    wait(lambda: it.hears() == 2)
    assert it.store.cases()[0].decision.action != "silence"

    # She deletes both posts, and the stream is all that it takes.
    for one in (post, again):
        network.deletes("lea-canary", one)
    wait(lambda: it.hears() == 0)
    network.deletes("acmeair", answer["uri"])


@proves("hear", network="bluesky", on="server")
def test_a_stranger_leaves_no_trace(network: Pds, it: Wired) -> None:
    """Talk about the brand becomes a number and nothing else, and what she says of others not even that."""
    network.join("eve-canary")
    before = it.counted
    network.says("eve-canary", "flying acme air tomorrow, sunshine at last")
    network.says("eve-canary", "a song of sunshine, which concerns nobody")
    wait(lambda: it.hears() or it.counted > before)
    it.hears()
    assert it.store.cases() == []
    assert it.counted == before + 1


@proves("opt-out", network="bluesky", on="server")
def test_who_does_not_want_to_be_heard_is_not(network: Pds, it: Wired) -> None:
    """A label on her profile counts from the moment she sets it: her case goes, and what she says is not counted."""
    network.join("eve-canary2")
    network.says("eve-canary2", "@acmeair.test where is my suitcase?")
    wait(it.hears)
    network.puts("eve-canary2", PROFILE, "self", {"labels": NO_ENTRY})
    wait(lambda: it.hears() == 0)
    before = it.counted
    network.says("eve-canary2", "acme air lost my suitcase again")
    marker = network.says("eve-canary2", "@acmeair.test and now?")
    wait(it.hears)
    assert len(it.store.cases()) == 1
    assert it.counted == before
    network.deletes("eve-canary2", marker)
    wait(lambda: it.hears() == 0)


@proves("delete", network="bluesky", on="server")
@pytest.mark.parametrize("how", ["leaves", "rests"])
def test_an_account_that_goes_takes_everything_along(network: Pds, it: Wired, how: str) -> None:
    """Deleted or switched off, the stream says it, and its cases are gone."""
    who = f"lea-canary-{how}"
    network.join(who)
    network.says(who, "@acmeair.test where is my suitcase?")
    wait(it.hears)
    getattr(network, how)(who)
    wait(lambda: it.hears() == 0)


@proves("streaming", network="bluesky", on="server")
def test_it_goes_on_where_it_stopped(network: Pds, it: Wired) -> None:
    """What was said while nobody listened is heard once, and what was taken back meanwhile is not there."""
    network.join("lea-canary3")
    first = network.says("lea-canary3", "@acmeair.test where is my suitcase?")
    wait(it.hears)
    for source in it.live:
        source.close()
    network.deletes("lea-canary3", first)
    second = network.says("lea-canary3", "@acmeair.test still no suitcase")
    wait(lambda: it.hears() == 1 and "still no" in it.page("Ann"))
    network.deletes("lea-canary3", second)
    wait(lambda: it.hears() == 0)


@proves("answer", network="bluesky", on="server")
def test_an_answer_that_was_lost_is_found_there(network: Pds, it: Wired) -> None:
    """It has an address of its own, so a second try writes nothing, and asking finds the first."""
    network.join("lea-canary4")
    post = network.says("lea-canary4", "@acmeair.test where is my suitcase?")
    wait(it.hears)
    it.approves()
    reply, uri = it.finds_what_was_lost("bluesky")
    assert it.speakers["bluesky"].say(reply) == uri
    assert it.speaks().sent == 1
    assert [one["uri"] for one in network.posts("acmeair")] == [uri]
    network.deletes("lea-canary4", post)
    wait(lambda: it.hears() == 0)
    network.deletes("acmeair", uri)


def test_a_missing_label_is_told(network: Pds, it: Wired) -> None:
    """Bluesky wants an account that a program helps to run to say so; the probe tells until it does."""
    [source] = it.live
    source.network.probe()
    assert any("bot" in finding for finding in source.findings)
    network.puts("acmeair", PROFILE, "self", {"labels": {**NO_ENTRY, "values": [{"val": "bot"}]}})
    source.network.probe()
    assert source.findings == []


def test_a_statement_goes_out_by_the_brands_account(network: Pds, it: Wired) -> None:
    """It stands once, by a place of its own: written twice it is one record, and it is found after a lost answer."""
    before = len(network.posts("acmeair"))
    ours = publishers(it.live, {})["bluesky"]
    posting = Posting(
        key="story", brand="acme", statement="sorry", edition=1, network="bluesky", language="en",
        text="We were wrong: https://acme.example/help — sorry! 🙂", not_before=it.now, released=it.now,
    )  # fmt: skip
    assert ours.posted(posting) is None
    address = ours.post(posting)
    assert [ours.post(posting), ours.posted(posting)] == [address, address]
    [made] = [one for one in network.posts("acmeair") if one["uri"] == address]
    assert (made["value"]["langs"], "reply" in made["value"]) == (["en"], False)
    assert len(network.posts("acmeair")) == before + 1
    network.deletes("acmeair", address)
    assert ours.posted(posting) is None
