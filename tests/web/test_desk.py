"""The desk: who gets in, what it shows, and the way from a draft to the network."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from ascolta.core.case import Status
from ascolta.core.mention import Brands, hear
from ascolta.core.people import LinkKind, Role
from ascolta.core.post import Batch, Event
from ascolta.figures import Figures
from ascolta.outbox import send
from ascolta.sources import TwinNetwork
from ascolta.stores.ledger import MemoryLedger
from ascolta.stores.memory import MemoryStore
from ascolta.web.app import Desk, create
from tests.conftest import ACME, NOW, keep, published
from tests.web.entering import HOME, OWN, browsing


@pytest.fixture
def desk(brands: Brands) -> Desk:
    twin = TwinNetwork("x")
    return Desk(brands=brands, store=MemoryStore(), clock=lambda: NOW, lookups=lambda network: twin)


def put(desk: Desk, event: Event) -> Event:
    """A post that stands on the network too, for whoever asks it again."""
    twin = desk.lookups("x")
    assert isinstance(twin, TwinNetwork)
    assert event.post is not None
    twin.there[event.post.id] = event.post
    return event


@pytest.fixture
def owner(desk: Desk) -> Iterator[TestClient]:
    with browsing(desk) as client:
        yield client


def test_only_the_owner_gets_in(desk: Desk) -> None:
    """Without the link there is nothing to see; with it, the desk opens; a wrong link is refused."""
    with TestClient(create(desk), base_url=HOME) as client:
        assert client.get("/").status_code == 401
        assert client.get("/enter/guess").status_code == 403
        assert client.get("/").status_code == 401
        accounts = desk.entrance.accounts
        owner = accounts.owner(NOW)
        assert owner is not None
        link = accounts.relink(owner.id, LinkKind.ENTER, NOW)
        assert client.get(f"/enter/{link}").status_code == 200


def test_foreign_names_and_forms_are_refused(owner: TestClient) -> None:
    """A request by another host name, or a form from another page, changes nothing."""
    assert owner.get("/", headers={"host": "evil.example"}).status_code == 421
    assert (
        owner.post("/speaking/acme", data={"note": "x"}, headers={"origin": "http://evil.example"}).status_code == 403
    )
    assert owner.post("/speaking/acme", data={"note": "x"}).status_code == 403


def test_pages_load_nothing_from_elsewhere(owner: TestClient) -> None:
    """Every page forbids foreign content and being framed or stored."""
    for path in ("/", "/risk"):
        found = owner.get(path)
        assert found.status_code == 200
        assert "default-src 'none'" in found.headers["content-security-policy"]
        assert found.headers["cache-control"] == "no-store"
        assert "http://" not in found.text.replace(HOME, "")


def test_a_post_cannot_write_the_page(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """Markup in a post is shown as text."""
    keep(desk.store, brands, published("1", "<script>alert(1)</script> to acme"))
    number = desk.store.cases()[0].id
    for path in ("/", f"/cases/{number}"):
        assert "<script>alert" not in owner.get(path).text


def test_a_sealed_case_opens_with_a_reason_only(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """Neither list nor page shows a sealed case's words or author until a person says why."""
    keep(desk.store, brands, put(desk, published("1", "acme is bad tuesday", author="shy_one")))
    number = desk.store.cases()[0].id
    for path in ("/", f"/cases/{number}"):
        shown = owner.get(path).text
        assert "tuesday" not in shown
        assert "shy_one" not in shown
    owner.post(f"/cases/{number}/unseal", data={"by": "Ann", "note": ""}, headers=OWN)
    assert "tuesday" not in owner.get(f"/cases/{number}").text
    owner.post(f"/cases/{number}/unseal", data={"by": "Ann", "note": "we can help"}, headers=OWN)
    assert "tuesday" in owner.get(f"/cases/{number}").text
    assert "was opened because: we can help" in owner.get(f"/cases/{number}").text


def test_a_sealed_case_shows_labels_in_a_sentence_and_whole_hours(
    owner: TestClient, desk: Desk, brands: Brands
) -> None:
    """What a sealed case says of itself is made of its labels, and its age is told in hours only."""
    keep(desk.store, brands, published("1", "acme is bad tuesday", at=NOW - 3 * 3600 - 1234))
    number = desk.store.cases()[0].id
    for path in ("/", f"/cases/{number}"):
        shown = owner.get(path).text
        assert "Somebody complains on x. The tone is angry or disappointed." in shown
        assert "3 hours ago" in shown


def test_masked_words_are_revealed_once_and_by_name(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """What was masked shows after a click by a named person, on that page only; the case remembers the click."""
    keep(desk.store, brands, put(desk, published("1", "hello to acme, i am jane.doe@example.com")))
    number = desk.store.cases()[0].id
    page = f"/cases/{number}"
    assert "[EMAIL]" in owner.get(page).text
    assert "jane.doe@example.com" in owner.post(f"{page}/reveal", data={"by": "Ann"}, headers=OWN).text
    after = owner.get(page).text
    assert "jane.doe" not in after
    assert "revealed by Ann" in after
    assert owner.post(f"{page}/reveal", data={"by": "Ann"}).status_code == 403


def test_unsealing_a_post_that_is_gone_says_so(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """A sealed complaint whose post was deleted meanwhile is gone, and the page says why."""
    event = put(desk, published("1", "acme is bad"))
    keep(desk.store, brands, event)
    twin = desk.lookups("x")
    assert isinstance(twin, TwinNetwork)
    twin.there["1"] = None
    number = desk.store.cases()[0].id
    answer = owner.post(f"/cases/{number}/unseal", data={"by": "Ann", "note": "we can help"}, headers=OWN)
    assert answer.status_code == 404
    assert desk.store.cases() == []


def test_a_complaint_is_answered_once_two_people_agree(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """Draft, two approvals by two people, and only then the outbox says it."""
    keep(desk.store, brands, published("1", "bad day to acme"))
    number = desk.store.cases()[0].id
    twin = TwinNetwork("x")
    for act, by, note, sent in (
        ("draft", "Ann", "We are on it.", 0),
        ("approve", "Bob", "", 0),
        ("approve", "Cy", "", 1),
    ):
        owner.post(f"/cases/{number}/{act}", data={"by": by, "note": note}, headers=OWN)
        assert send(desk.store, {"x": twin}, {"acme": ACME}, NOW).sent == sent, act
    case = desk.store.case(number)
    assert case is not None
    assert case.status is Status.SENT
    assert list(twin.posts.values()) == ["We are on it."]


def test_a_gone_case_says_so(owner: TestClient) -> None:
    """A case that is no more is a calm page with 404."""
    assert owner.get("/cases/99").status_code == 404


@pytest.mark.parametrize("path", ["/cases/99999999999999999999", "/cases/abc", "/incidents/abc", "/people/x/role"])
def test_an_address_of_nothing_is_a_calm_page(owner: TestClient, path: str) -> None:
    """A number that is none, or that no case has, is told in a page with 404, as a link or as a form."""
    for found in (owner.get(path), owner.post(path, headers=OWN)):
        assert found.status_code in (404, 405)
    assert owner.get("/cases/abc").text.count("There is nothing at this address.") == 1


def test_what_cannot_be_read_is_a_calm_page(owner: TestClient) -> None:
    """A search or a form with nonsense in it gets one sentence and no JSON; a brand that is not here is nothing."""
    found = owner.post("/cases/chosen", data={"case": "abc"}, headers=OWN)
    assert found.status_code == 422
    assert "What was sent cannot be read." in found.text
    assert owner.post("/speaking/nope", data={"note": "x"}, headers=OWN).status_code == 404


@pytest.mark.parametrize("path", ["/cases/1", "/cases", "/risk", "/advocates", "/etiquette/acme"])
def test_no_address_says_what_stands_on_a_page(owner: TestClient, desk: Desk, brands: Brands, path: str) -> None:
    """A link cannot have the desk say something."""
    keep(desk.store, brands, published("1", "hello to acme"))
    assert "Send your password" not in owner.get(f"{path}?said=Send+your+password").text


def test_what_an_act_says_is_shown_once(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """The sentence stands on the page to which the act leads, and is gone when that is loaded again."""
    keep(desk.store, brands, published("1", "hello to acme"))
    said = owner.post("/cases/1/publish", headers=OWN)
    assert "&#39;publish&#39; is nothing that can be done to a case" in said.text
    assert not said.url.query
    assert "publish" not in owner.get("/cases/1").text


def test_a_time_that_is_over_stays_in_its_field(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """Who lets a case sleep until a time that is over is told so, and finds what they typed."""
    keep(desk.store, brands, published("1", "hello to acme"))
    form = {"act": "snooze", "number": "1", "case": "1", "sure": "yes", "at": "1969-12-31T09:00"}
    page = owner.post("/cases/chosen", data=form, headers=OWN).text
    assert "that time is over" in page
    assert 'name="at" value="1969-12-31T09:00"' in page
    assert '<details class="more" id="snooze" open>' in page


def test_resolving_one_case_asks_first(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """The button of a case leads to the one question, and from there back to the case."""
    keep(desk.store, brands, published("1", "hello to acme"))
    form = {"act": "resolve", "number": "1", "case": "1"}
    page = owner.post("/cases/chosen", data=form, headers=OWN).text
    assert "Resolve 1 case without an answer?" in page
    assert 'autofocus href="/cases/1"' in page
    assert desk.store.cases()[0].status is Status.OPEN
    assert owner.post("/cases/chosen", data={**form, "sure": "yes"}, headers=OWN).url.path == "/cases/1"
    assert desk.store.cases()[0].status is Status.RESOLVED


def test_speaking_is_paused_from_every_page(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """Whoever may pause finds it at the top of each page and stays there, and so does whoever lets it speak again."""
    keep(desk.store, brands, published("1", "hello to acme"))
    for path in ("/", "/cases/1", "/cases?pile=done"):
        assert f'name="to" value="{path}"' in owner.get(path).text
    for note, paused in (("enough", True), ("", False)):
        found = owner.post("/speaking/acme", data={"note": note, "to": "/cases/1"}, headers=OWN)
        assert (found.url.path, bool(desk.store.paused("acme"))) == ("/cases/1", paused)
    assert owner.post("/speaking/acme", data={"note": "x", "to": "//evil.example"}, headers=OWN).url.path == "/"
    owner.become("Vic", Role.VIEWER)  # type: ignore[attr-defined]
    assert "Pause all speaking" not in owner.get("/").text


def test_a_case_says_that_nobody_reads_its_answer(desk: Desk, brands: Brands) -> None:
    """Where the brand has no account, the page says so before anybody writes."""
    keep(desk.store, brands, published("1", "hello to acme"))
    for unread in (False, True):
        with browsing(replace(desk, unread={"x": unread}.__getitem__)) as browser:
            assert ("Nobody will read it on x" in browser.get("/cases/1").text) is unread


def test_a_topic_is_no_class(owner: TestClient, desk: Desk, brands: Brands) -> None:
    """What a brand calls its topics cannot change how a page looks."""
    keep(desk.store, brands, published("1", "bad day to acme"))
    page = owner.get("/cases/1").text
    assert set(re.findall(r'<li class="chip([^"]*)"', page)) <= {"", " complaint", " negative", " sensitive"}


def test_published_figures_stand_on_the_first_page(brands: Brands) -> None:
    """The newest hour and day that were published are shown with how far they may be off; small ones as few."""
    figures = Figures(MemoryLedger(), None, run=b"r" * 16, draw_key=lambda: b"k" * 32)
    midnight = NOW // 86_400 * 86_400
    crowd = [published(str(number), "acme again", author=f"u{number}") for number in range(3_000)]
    figures.count(hear(Batch(events=crowd, arrived=midnight), brands, MemoryStore().known()), brands)
    [day] = [one for one in figures.tick(midnight + 86_400, brands) if one.cell.brand == "acme" and not one.cell.part]
    desk = Desk(brands=brands, store=MemoryStore(), ledger=figures.ledger, clock=lambda: midnight + 90_000)
    with browsing(desk) as client:
        shown = client.get("/").text
    assert day.value is not None
    assert f"<td>{day.value:,}</td>" in shown
    assert "± 15" in shown
    assert "<td>few</td>" in shown
