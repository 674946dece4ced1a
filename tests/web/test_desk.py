"""The desk: who gets in, what it shows, and the way from a draft to the network."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from ascolta.core.case import Status
from ascolta.core.mention import Brands, hear
from ascolta.core.people import LinkKind
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
