"""The stories on a real WordPress: the brand's blog, and its readers, who have no account there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proofs import proves
from tests.servers.wordpress import WordPress, wordpress
from tests.stories.wired import VARIABLE, Wired, brand_weighed, traceless

SOURCE = """  - network: wordpress
    site: {url}
    account: acme_air
    token: {variable}
    assessment: assessments/day.md
"""


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    """The brand's blog."""
    with wordpress(tmp_path_factory.mktemp("blog")) as made:
        yield made


@pytest.fixture
def it(
    blog: WordPress, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Wired]:
    """The brand as its files say, with an assessment on file; of what was said in other tests nothing stands there."""
    blog.clears()
    monkeypatch.setattr("ascolta.sources.wordpress.SWEEP", 0.0)
    path, password = f"wordpress:{blog.url.removeprefix('http://')}", blog.passwords["acme_air"]
    folder = brand_weighed(tmp_path, SOURCE.format(url=blog.url, variable=VARIABLE), path)
    canaries = ("Lea Canary", "Eve Canary", "suitcase", "sunshine", password, "example.com")
    with traceless(folder, password, caplog, *canaries) as made:
        yield made


@proves("hear", "answer", "edit", "delete", network="wordpress", on="server")
def test_a_customer_is_answered_and_forgotten(blog: WordPress, it: Wired) -> None:
    """She comments, is heard, gets one answer that two people saw; her comment is deleted, and nothing is left."""
    page = blog.page("News of the day")
    post = blog.says("Lea Canary", page, "my suitcase is lost and nobody answers!")
    assert it.hears() == 1
    case = it.case()
    assert (case.network, case.decision.rule, case.decision.approve) == ("wordpress", "spoken-to-complaint", 2)
    assert it.holds("suitcase", "Lea Canary") == []

    # It is written anew before anybody answered: the desk sees what it says now, without asking.
    blog.sets(post, content="my suitcase is lost, they say it is in Porto")
    it.hears()
    assert "Porto" in it.page("Ann")

    # Two people approve an answer, and it appears under her comment, once, however often the outbox looks.
    it.answers_once()
    [answer] = blog.asks("GET", f"/wp-json/wp/v2/comments?parent={post}", "admin")
    assert (answer["author_name"], answer["status"], answer["post"]) == ("Acme Air", "approved", page)
    assert f'id="comment-{answer["id"]}"' in blog.shown(page)
    assert it.hears() == 1

    # It is deleted, and the case goes with it, without asking.
    blog.deletes(post)
    it.hears()
    assert it.store.cases() == []


def test_a_stranger_leaves_no_trace(blog: WordPress, it: Wired) -> None:
    """Who answers another reader speaks to that one: a number is left of it, and of what is not public nothing."""
    page, hidden = blog.page("A page about Porto"), blog.page("A page for us alone", status="private")
    it.hears()
    counted = it.counted
    first = blog.says("Lea Canary", page, "a lovely city")
    blog.asks(
        "POST", "/wp-json/wp/v2/comments", "admin", post=str(hidden), content="acme air has a sunshine of secrets"
    )
    blog.says("Eve Canary", page, "I fly there with acme air, sunshine at last", to=first)
    it.hears()
    cases = it.store.cases()
    assert [case.decision.rule for case in cases] == ["spoken-to"]
    assert it.counted == counted + 2
    it.hears()
    assert it.counted == counted + 2
    blog.deletes(first)
    it.hears()
    assert it.store.cases() == []


def test_who_wrote_the_page_is_no_stranger(blog: WordPress, it: Wired) -> None:
    """Their comments are the brand's own, whatever account they have, and who answers them speaks to the brand."""
    page = blog.page("A page of the crew")
    it.hears()
    cases = len(it.store.cases())
    crew = blog.asks("POST", "/wp-json/wp/v2/comments", "admin", post=str(page), content="acme air flies again")
    assert it.hears() == cases
    thanks = blog.says("Lea Canary", page, "what a sunshine", to=int(crew["id"]))
    assert it.hears() == cases + 1
    blog.deletes(thanks)
    assert it.hears() == cases


def test_a_comment_that_was_held_back_is_heard_when_it_appears(blog: WordPress, it: Wired) -> None:
    """It comes after others of higher numbers; as long as nobody else may read it, we do not either."""
    page = blog.page("News that are moderated")
    it.hears()
    cases = len(it.store.cases())
    blog.asks_to_wait(on=True)
    waiting = blog.says("Lea Canary", page, "where is my suitcase, acme?")
    blog.asks_to_wait(on=False)
    later = blog.says("Eve Canary", page, "hello from a sunshine reader")
    assert it.hears() == cases + 1
    blog.sets(waiting, status="approved")
    assert it.hears() == cases + 2
    for number in (waiting, later):
        blog.deletes(number)
    assert it.hears() == cases


@proves("answer", network="wordpress", on="server")
def test_an_answer_that_was_lost_is_found_there(blog: WordPress, it: Wired) -> None:
    """Nothing is said twice: our own answers are looked through, and WordPress refuses what stands there already."""
    page = blog.page("News of tomorrow")
    it.hears()
    post = blog.says("Lea Canary", page, "where's my suitcase? It isn't here -- since 9x9 days")
    it.hears()
    it.approves()
    reply, number = it.finds_what_was_lost("wordpress")
    assert it.speakers["wordpress"].say(reply) == number
    assert it.speaks().sent == 1
    assert len(blog.asks("GET", f"/wp-json/wp/v2/comments?parent={post}", "admin")) == 1
    blog.deletes(post)
    it.hears()
