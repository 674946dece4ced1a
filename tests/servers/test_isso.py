"""The stories on a real server of Isso: the comments of the brand's blog, on which nobody has an account."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.errors import SourceError
from tests.proofs import proves
from tests.servers.isso import IssoServer, isso
from tests.stories.wired import Wired, brand_weighed, traceless

SOURCE = """  - network: isso
    server: {url}
    account: Acme Air
    assessment: assessments/day.md
"""


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[IssoServer]:
    """The brand's comments, with the settings that a test asks for."""
    with isso(tmp_path / "isso", **getattr(request, "param", {})) as made:
        yield made


@pytest.fixture
def it(server: IssoServer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Wired]:
    """The brand as its files say, with an assessment on file."""
    path = f"isso:{server.url.removeprefix('http://')}"
    folder = brand_weighed(tmp_path, SOURCE.format(url=server.url), path)
    with traceless(folder, "", caplog, "Lea Canary", "Eve Canary", "suitcase", "sunshine", "203.0.") as made:
        yield made


@proves("hear", "answer", "edit", "delete", network="isso", on="server")
def test_a_customer_is_answered_and_forgotten(server: IssoServer, it: Wired) -> None:
    """She comments, is heard, gets one answer that two people saw; she takes it back, and nothing is left."""
    post, key = server.says("Lea Canary", "/news/", "my suitcase is lost and nobody answers!")
    assert it.hears() == 1
    case = it.case()
    assert (case.network, case.decision.rule, case.decision.approve) == ("isso", "spoken-to-complaint", 2)
    assert it.holds("suitcase", "Lea Canary") == []

    # She writes it anew before anybody answered: the desk sees what it says now, without asking.
    key = server.edits(post, key, "my suitcase is lost, they say it is in Porto")
    it.hears()
    assert "Porto" in it.page("Ann")

    # Two people approve an answer, and it appears under her comment, once, however often the outbox looks.
    it.answers_once()
    [found] = server.under("/news/")
    assert [(one["author"], one["parent"]) for one in found["replies"]] == [("Acme Air", post)]
    assert it.hears() == 1

    # She takes it back. Isso keeps its place, since we answered it; the case goes all the same, without asking.
    server.deletes(post, key)
    assert server.under("/news/")[0]["mode"] == 4
    it.hears()
    assert it.store.cases() == []


def test_a_stranger_leaves_no_trace(server: IssoServer, it: Wired) -> None:
    """Who answers another reader speaks to that one: a number is left of it, and nothing else."""
    first, key = server.says("Lea Canary", "/porto/", "a lovely city")
    server.says("Eve Canary", "/porto/", "I fly there with acme air, sunshine at last", to=first)
    for _ in range(2):
        assert it.hears() == 1
        assert [case.decision.rule for case in it.store.cases()] == ["spoken-to"]
        assert it.counted == 2
    server.deletes(first, key)
    assert it.hears() == 0


@pytest.mark.parametrize("server", [{"moderated": True}], indirect=True)
def test_a_comment_that_waits_is_heard_when_it_appears(server: IssoServer, it: Wired) -> None:
    """It comes after others of higher numbers; as long as nobody else may read it, we do not either."""
    waiting, _ = server.says("Lea Canary", "/news/", "where is my suitcase, acme?")
    later, _ = server.says("Eve Canary", "/news/", "hello from a sunshine reader")
    assert it.hears() == 0
    server.lets(later)
    assert it.hears() == 1
    server.lets(waiting)
    assert it.hears() == 2


def test_who_gets_a_number_that_was_free_again_is_somebody_else(server: IssoServer, it: Wired) -> None:
    """Isso gives the number of a comment that was taken back to the next one, whose case is another."""
    first, key = server.says("Lea Canary", "/news/", "where is my suitcase, acme?")
    assert it.hears() == 1
    number = it.case().id
    server.deletes(first, key)
    second, _ = server.says("Eve Canary", "/news/", "what a sunshine, acme")
    assert second == first
    assert it.hears() == 1
    assert it.case().id != number


@proves("answer", network="isso", on="server")
def test_an_answer_that_was_lost_is_found_there(server: IssoServer, it: Wired) -> None:
    """Isso knows no second try, so what goes by our name under the page is looked through before anything is said."""
    post, _ = server.says("Lea Canary", "/news/", "where's my suitcase?")
    it.hears()
    it.approves()
    it.finds_what_was_lost("isso")
    assert it.speaks().sent == 1
    [found] = server.under("/news/")
    assert (found["id"], len(found["replies"])) == (post, 1)


@pytest.mark.parametrize("server", [{"latest": False}], indirect=True)
def test_a_server_that_does_not_give_its_latest_comments_is_told_about(server: IssoServer, it: Wired) -> None:
    """By itself Isso does not; what to change is said."""
    with pytest.raises(SourceError, match="latest-enabled"):
        it.hears()
