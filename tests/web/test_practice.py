"""Practice: one honest page from the journal, with what people expect beside it and what vouches for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ascolta.core.case import CaseKind
from ascolta.core.checkpoint import Signer
from ascolta.core.journal import Counted, Kind, NewEntry
from ascolta.core.mention import Brands
from ascolta.core.reply import ReplyState
from ascolta.sources import TwinNetwork
from ascolta.stores.checkpoints import SecondPlace
from ascolta.stores.journal import MemoryJournal, SqlJournal
from ascolta.stores.memory import MemoryStore
from ascolta.web.app import Desk
from ascolta.web.practice import FRESH
from tests.conftest import ACME, NOW, act, approved, foresee, keep, published, unseal
from tests.web.entering import browsing

KEY = Signer(name="ascolta/test", seed=bytes(range(32)))
NARROW = "\N{NO-BREAK SPACE}%"


class Clock:
    """A clock that tests set."""

    now = NOW + 3_600.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal(KEY, SecondPlace(None))


@pytest.fixture
def desk(brands: Brands, journal: MemoryJournal, clock: Clock) -> Desk:
    twin = TwinNetwork("x")
    return Desk(brands=brands, store=MemoryStore(journal), clock=lambda: clock.now, lookups=lambda network: twin)


@pytest.fixture
def reader(desk: Desk) -> Iterator[TestClient]:
    with browsing(desk) as client:
        yield client


def send(desk: Desk, at: float) -> None:
    """Whatever is approved goes out at a time."""
    for reply in desk.store.replies(ReplyState.APPROVED):
        desk.store.claim(reply.key)
        desk.store.settle(reply, ReplyState.SENT, at=at, note="p1")


def answer(desk: Desk, brands: Brands) -> None:
    """Somebody speaks to the brand and is answered five minutes later."""
    approved(desk.store, brands)
    send(desk, NOW + 300)


def step_in(desk: Desk, brands: Brands) -> None:
    """Somebody complains in the open, and is answered by a person who wrote down why."""
    event = published("8", "acme is bad", author="u8")
    keep(desk.store, brands, event)
    number = max(case.id for case in desk.store.cases())
    assert event.post is not None
    unseal(desk.store, number, event.post)
    act(desk.store, number, CaseKind.DRAFTED, note="May we help?")
    for name in ("Ann", "Bob"):
        if desk.store.replies(ReplyState.APPROVED) == []:
            act(desk.store, number, CaseKind.APPROVED, by=name)
    send(desk, NOW + 600)


def test_the_three_questions_are_answered(reader: TestClient, desk: Desk, brands: Brands) -> None:
    """Each is a heading; what was answered, how fast and what was left alone stand beside what people want."""
    answer(desk, brands)
    keep(desk.store, brands, published("7", "acme again", author="u7"))
    shown = reader.get("/practice").text
    for said in (
        ">Do you practise active listening?</h2>", ">How do you act on mentions?</h2>",
        ">When nobody asked you, did you step in?</h2>",
        "The brand answered 1 of 1 who spoke to it, half of them within 5 min.",
        "Of 1 that were not said to the brand, it left 1 alone.", "No. Nobody was answered who had not spoken",
        f"64{NARROW} want to be answered only when they speak to a company",
        f"51{NARROW} want to talk about companies without being listened to",
        f"43{NARROW} think that listening intrudes on privacy", "too few to say",
    ):  # fmt: skip
        assert said in shown, said


def test_stepping_in_is_not_hidden(reader: TestClient, desk: Desk, brands: Brands) -> None:
    """An answer to who had not spoken to us is told first, as a rate, and lessens what was left alone."""
    answer(desk, brands)
    step_in(desk, brands)
    shown = reader.get("/practice").text
    assert "Once: 500.0 in a thousand mentions." in shown
    assert "Of 1 that were not said to the brand, it left 0 alone." in shown


def test_an_empty_page_teaches(reader: TestClient) -> None:
    """What will stand here, and how to measure what was before."""
    shown = reader.get("/practice").text
    assert "Nothing was heard in this time." in shown
    assert "ascolta audit" in shown


def test_a_desk_without_a_journal_says_so(brands: Brands) -> None:
    """No figures are made of anything else, and there is nothing to take along."""
    with browsing(Desk(brands=brands, store=MemoryStore(), clock=lambda: NOW)) as client:
        assert "this desk keeps none" in client.get("/practice").text
        assert client.get("/practice.json").status_code == 404


def test_the_period_is_chosen(desk: Desk, brands: Brands, clock: Clock) -> None:
    """Of seven days nothing of ten days ago is shown, of 28 it is; any other period is the usual one."""
    answer(desk, brands)
    clock.now = NOW + 10 * 86_400
    with browsing(desk) as reader:
        assert "Nothing was heard" in reader.get("/practice?days=7").text
        for asked in ("days=28", "days=5", "days=-1", ""):
            assert "1 of 1 who spoke to it" in reader.get(f"/practice?{asked}").text
        assert 'days=28" aria-current="true">28 days' in reader.get("/practice?days=5").text
        assert reader.get("/practice?days=many").status_code == 422


def test_head_and_checkpoint_are_shown(reader: TestClient, desk: Desk, brands: Brands, journal: MemoryJournal) -> None:
    """The root of the journal, that of the newest checkpoint and the key; before there is one, that there is none."""
    answer(desk, brands)
    assert "none yet" in reader.get("/practice").text
    journal.checkpoint(int(NOW))
    told = reader.get("/practice.json?days=90").json()["rests_on"]
    assert told["checkpoint"] == {"entries": 5, "root": told["checkpoint"]["root"], "fits": True}
    assert told["journal"]["entries"] == 6
    shown = reader.get("/practice?days=90").text
    assert told["checkpoint"]["root"] in shown
    assert str(KEY.verifier) in shown.replace("&#43;", "+")


def test_a_journal_that_does_not_fit_its_checkpoint_warns(
    reader: TestClient, desk: Desk, brands: Brands, journal: MemoryJournal
) -> None:
    """Somebody put another journal in its place: the page says not to rely on it."""
    answer(desk, brands)
    journal.second.add(KEY.sign(4, bytes(32)))
    shown = reader.get("/practice").text
    assert 'role="alert"' in shown
    assert "ascolta journal verify" in shown


def test_what_is_taken_along_says_the_same(reader: TestClient, desk: Desk, brands: Brands) -> None:
    """Markdown and JSON as files, with the figures, the notes and what vouches for them."""
    answer(desk, brands)
    paper = reader.get("/practice.md?days=7")
    assert paper.headers["content-disposition"] == 'attachment; filename="practice-7-days.md"'
    assert "## How do you act on mentions?" in paper.text
    assert "No checkpoint of it lies here." in paper.text
    table = reader.get("/practice.json?days=7")
    assert table.headers["content-type"] == "application/json"
    assert table.json()["practice"]["addressed"]["answered"]["part"] == 1
    assert reader.get("/practice.exe").status_code == 404


def test_each_of_several_brands_can_be_looked_at(journal: MemoryJournal) -> None:
    """A chooser for the brands; one that is not here, such as markup, is all of them."""
    other = replace(ACME, id="zeta", name="<b>Zeta", handles=("zeta",), names=("zeta",), queries=())
    brands = Brands([ACME, other], foresee)
    desk = Desk(brands=brands, store=MemoryStore(journal), clock=lambda: NOW + 3_600)
    answer(desk, brands)
    with browsing(desk) as client:
        assert "1 of 1 who spoke to it" in client.get("/practice?brand=acme").text
        shown = client.get("/practice?brand=zeta").text
        assert "Nobody spoke to the brand" in shown or "Nothing was heard" in shown
        assert "<b>Zeta" not in shown
        assert "<script>" not in client.get("/practice?brand=<script>").text


def test_what_was_read_is_shown_again_for_a_minute(
    reader: TestClient, desk: Desk, brands: Brands, clock: Clock
) -> None:
    """The journal is not read anew for each look; after a minute it is."""
    answer(desk, brands)
    first = reader.get("/practice.json").json()["practice"]
    keep(desk.store, brands, published("7", "acme again", author="u7"))
    assert reader.get("/practice.json").json()["practice"] == first
    clock.now += FRESH
    assert reader.get("/practice.json").json()["practice"]["mentions"] == 2


def test_a_journal_in_a_file_is_read_beside_its_writer(tmp_path: Path, brands: Brands) -> None:
    """While it is written to, and only as far back as the time goes."""
    journal = SqlJournal(tmp_path / "journal.db", KEY, SecondPlace(None))
    old = [NewEntry(at=at, kind=Kind.HEARD, brand="acme", counts={Counted.MENTIONS: 1}) for at in range(500)]
    journal.append(old)
    desk = Desk(brands=brands, store=MemoryStore(journal), clock=lambda: NOW + 3_600)
    answer(desk, brands)
    with browsing(desk) as client:
        told = client.get("/practice.json?days=7").json()
    assert (told["practice"]["mentions"], told["rests_on"]["journal"]["entries"]) == (1, 505)
    journal.close()
