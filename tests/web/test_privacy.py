"""The page Privacy, through real routes and a real store: what is held, what went, the journal, what people ask."""

import json
import random
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from ascolta.core.advocate import AdvocateEvent, AdvocateKind
from ascolta.core.audit import Audit, Checkpoints
from ascolta.core.bound import Epoch
from ascolta.core.case import CaseKind
from ascolta.core.cells import Exact, cells
from ascolta.core.checkpoint import opened
from ascolta.core.days import DAY
from ascolta.core.journal import BACKUP, Kind, NewEntry
from ascolta.core.mention import Brands
from ascolta.core.people import Role
from ascolta.core.post import Actor
from ascolta.errors import AscoltaError
from ascolta.stores.advocates import Advocates
from ascolta.stores.catalogue import FILES
from ascolta.stores.checkpoints import SecondPlace, kept_signer, new_signer
from ascolta.stores.journal import FILE, MemoryJournal, SqlJournal
from ascolta.stores.ledger import MemoryLedger
from ascolta.stores.sql import SqlStore
from ascolta.web import journal as looking
from ascolta.web.app import Desk
from ascolta.web.journal import Watched
from tests.conftest import ACME, NOW, act, foresee, keep, published, removed
from tests.praised import TERMS
from tests.web.entering import OWN, Browser, browsing, cheap

TODAY = int(NOW // DAY)
ANN = Actor(id="did:plc:canaryann", handle="Canary_Ann")
HELD = {"network": "x", "account": "@canary_ann"}
HOSTILE = "to acme <script>alert(1)</script> \u202etxet <img src=x onerror=alert(2)>"


class Clock:
    """A time that the test moves."""

    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger() -> MemoryLedger:
    """A ledger whose noise is the same each time."""
    return MemoryLedger(random.Random(7).getrandbits)


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, ledger: MemoryLedger) -> Iterator[Desk]:
    """A desk whose store is in files: two cases of one account, one of them sealed, and one of somebody else."""
    journal = SqlJournal(tmp_path / FILE, kept_signer(tmp_path), SecondPlace(tmp_path / "checkpoints"))
    store, brands = SqlStore(tmp_path, journal), Brands([ACME], foresee)
    keep(
        store,
        brands,
        published("1", HOSTILE, author=ANN),
        published("2", "acme is bad tuesday", author=ANN),
        published("3", "hello to acme from bob", author="bob"),
    )
    yield Desk(brands=brands, store=store, ledger=ledger, clock=clock, entrance=cheap())
    store.close()


@pytest.fixture
def officer(desk: Desk) -> Iterator[Browser]:
    """The browser of a privacy officer."""
    with browsing(desk, name="Olga") as browser:
        browser.become("Otto", Role.OFFICER)
        yield browser


def text(page: str) -> str:
    """What a page says, without its markup."""
    said = re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0])
    return " ".join(unescape(said).split())


def kinds(desk: Desk) -> list[Kind]:
    """The kinds of all entries of the journal."""
    journal = desk.store.journal
    assert isinstance(journal, SqlJournal)
    found = [journal.entry(seq) for seq in range(journal.size())]
    return [entry.kind for entry in found if entry is not None]


def publish(ledger: MemoryLedger, day: int, starts: int = 1, count: int = 100) -> None:
    """Publish a whole day of figures, in which the program started so many times."""
    for start in range(starts):
        epoch = Epoch(brand="acme", day=day, run=b"%d" % start, at=day * DAY + start, topics=("bags",))
        ledger.begin(epoch)
    ledger.add(b"0", {cell: Exact(count) for cell in cells("acme", day, ("bags",))})
    ledger.close_cells((day + 1) * DAY)


def test_what_is_held_is_counted_with_its_end(officer: Browser, desk: Desk) -> None:
    """Cases by where they stand with the day on which the first goes, tags, accounts; and nobody's words or name."""
    act(desk.store, 3, CaseKind.RESOLVED)
    page = officer.get("/privacy").text
    said = text(page)
    for part in (
        "Cases that wait for us 30 days after it was opened 1 11 Feb 1970 11 Feb 1970",
        "Cases that are done 30 days after the last thing that a person did on it 1 11 Feb 1970",
        "72 hours, unless somebody opens it 1 15 Jan 1970",
        "Tags of people who said stop until they take it back 0",
        "Accounts at this desk as long as they work here 2",
        "No case is here beyond its date",
    ):
        assert part in said, said
    for word in ("canary", "Canary", "tuesday", "bob"):
        assert word not in page


def test_what_stays_too_long_is_told(officer: Browser, desk: Desk, clock: Clock) -> None:
    """A case beyond its date, and posts that nobody looked at again for a day, are said in so many words."""
    clock.now = NOW + 4 * DAY
    said = text(officer.get("/privacy").text)
    assert "1 case is here beyond its date" in said
    assert "3 posts were not looked at again within a day" in said
    desk.store.sweep(clock.now)
    clock.now += 11
    assert "No case is here beyond its date" in text(officer.get("/privacy").text)


def test_ledger_journal_and_people_are_for_an_officer(officer: Browser, ledger: MemoryLedger) -> None:
    """Whoever may only look sees what is held and what is stored, and nothing of the rest, by button or by address."""
    publish(ledger, TODAY - 1)
    officer.become("Vic", Role.VIEWER)
    said = text(officer.get("/privacy").text)
    assert "Cases that wait for us" in said
    for part in ("Verify", "Show what is held", "Epsilon", "Opt-outs", "checkpoint"):
        assert part not in said
    assert officer.get("/privacy/stored").status_code == 200
    for path in ("verify", "person", "person/export", "person/erase"):
        assert officer.post(f"/privacy/{path}", data=HELD, headers=OWN).status_code == 403
    assert officer.get("/privacy/checkpoint").status_code == 403


def test_every_declared_field_is_on_the_page(officer: Browser) -> None:
    """Each file, table and field that the program declares stands there with its purpose."""
    page = officer.get("/privacy/stored").text
    for name, file in FILES.items():
        assert f"<h2>{name}</h2>" in page
        for fields in file.tables.values():
            for field, stored in fields.items():
                assert f"<code>{field}</code>" in page
                assert stored.purpose in unescape(page)


def test_what_went_is_counted_by_day(officer: Browser, desk: Desk, clock: Clock) -> None:
    """Removed, expired, erased, opted out, answered: each on its day; what comes later is added to it."""
    keep(desk.store, desk.brands, removed("3"))
    officer.post("/privacy/person/suppress", data={**HELD, "sure": "yes"}, headers=OWN)
    table = text(officer.get("/privacy").text).partition("All together")[2]
    assert table.startswith(" 1 0 2 1 0 12 Jan 1970 1 0 2 1 0")
    clock.now += DAY
    keep(desk.store, desk.brands, published("9", "to acme again"), at=clock.now)
    keep(desk.store, desk.brands, removed("9"), at=clock.now)
    table = text(officer.get("/privacy").text).partition("All together")[2]
    assert table.startswith(" 2 0 2 1 0 13 Jan 1970 1 0 0 0 0 12 Jan 1970 1 0 2 1 0")


def test_only_what_is_new_in_the_journal_is_read_again() -> None:
    """Counted twice, a journal gives the same; of one that is shorter than before all is read anew."""
    journal = MemoryJournal(new_signer(), SecondPlace(None))
    watched = Watched(journal)
    journal.append([NewEntry(at=int(NOW), kind=Kind.ERASED), NewEntry(at=int(NOW), kind=Kind.HEARD)])
    assert watched.days().by_day == {TODAY: {Kind.ERASED: 1}}
    journal.append([NewEntry(at=int(NOW + DAY), kind=Kind.CONFIGURED, rule=BACKUP)])
    assert watched.days() == watched.days()
    assert watched.days().backup == int(NOW + DAY)
    watched.journal = MemoryJournal(new_signer(), SecondPlace(None))
    assert watched.days().by_day == {}


def test_a_person_is_found_by_id_or_handle(officer: Browser) -> None:
    """Every case with words, dates and reason; the sealed one without words; what is hostile in it is only text."""
    for account in ("canary_ann", "@Canary_Ann", "did:plc:canaryann"):
        found = officer.post("/privacy/person", data={"network": "x", "account": account}, headers=OWN)
        assert found.status_code == 200
        said = text(found.text)
        for part in ("alert(1)", "because spoken-to", "nobody here has opened it", "Erase 2 cases"):
            assert part in said, said
        assert "tuesday" not in said
        assert "bob" not in said
        for wrong in ("<script>alert", "<img src=x", "\u202e"):
            assert wrong not in found.text
    said = text(officer.post("/privacy/person", data={"network": "x", "account": "nobody"}, headers=OWN).text)
    assert "Nothing is held of this account." in said


def test_the_account_asked_for_cannot_write_the_page(officer: Browser) -> None:
    """Markup and hidden signs in what somebody typed are shown, not obeyed, and not in any address."""
    for account in ("<b onclick=alert(1)>x</b>", '" autofocus onfocus="alert(1)', "ann\u202egnp"):
        found = officer.post("/privacy/person", data={"network": account[:30], "account": account}, headers=OWN)
        assert "<b onclick" not in found.text
        assert '" autofocus' not in found.text
        assert "\u202e" not in re.sub(r'value="[^"]*"', "", found.text)
        assert found.url.path == "/privacy/person"
        assert not found.url.query


@pytest.mark.parametrize("network", ["X ", "x", "Twitter", "\uff38"])
def test_a_network_is_known_however_it_is_written(officer: Browser, desk: Desk, network: str) -> None:
    """Neither case, blanks nor another name of a network hides what is held, and suppressing keeps to it."""
    asked = {**HELD, "network": network}
    assert "Erase 2 cases" in text(officer.post("/privacy/person", data=asked, headers=OWN).text)
    officer.post("/privacy/person/suppress", data={**asked, "sure": "yes"}, headers=OWN)
    keep(desk.store, desk.brands, published("5", "acme is bad again", author=ANN))
    assert [case.id for case in desk.store.cases()] == [3]


def test_a_network_that_is_not_known_is_refused(officer: Browser, desk: Desk) -> None:
    """Nothing is said of an account on it, nothing done, and what was typed stays in the form."""
    for path in ("person", "person/export", "person/suppress"):
        asked = {**HELD, "network": "instgram", "sure": "yes", "file": "person.json"}
        found = officer.post(f"/privacy/{path}", data=asked, headers=OWN)
        assert found.status_code == 400
        assert "No network that is heard here is called that; known are activitypub," in text(found.text)
        assert "Nothing is held" not in found.text
        assert 'value="instgram"' in found.text
        assert 'value="@canary_ann"' in found.text
    assert not desk.store.known().stopped


@pytest.mark.parametrize("form", [{}, {"network": "x"}, {"account": "ann"}, {"network": "x", "account": "a" * 400}])
def test_whom_nobody_names_is_not_looked_for(officer: Browser, form: dict[str, str]) -> None:
    """Without network and account, or with ones that no network gives, the page says what to name."""
    for path in ("person", "person/export", "person/erase"):
        found = officer.post(f"/privacy/{path}", data={**form, "sure": "yes", "file": "person.json"}, headers=OWN)
        assert found.status_code == 400
        assert "Name a network and an account" in text(found.text)


def test_the_answer_can_be_sent(officer: Browser, desk: Desk) -> None:
    """Two files to keep, named without the person; the journal notes that there was an export, and how many cases."""
    for name in ("person.json", "person.html"):
        found = officer.post("/privacy/person/export", data={**HELD, "file": name}, headers=OWN)
        assert found.status_code == 200
        assert found.headers["content-disposition"] == f'attachment; filename="{name}"'
    told = json.loads(officer.post("/privacy/person/export", data={**HELD, "file": "person.json"}, headers=OWN).content)
    assert len(told["cases"]) == 2
    assert "tuesday" not in json.dumps(told)
    assert "<script" not in found.text
    assert "alert(1)" in found.text
    assert kinds(desk).count(Kind.EXPORTED) == 3
    assert officer.post("/privacy/person/export", data={**HELD, "file": "../x"}, headers=OWN).status_code == 400


def test_nothing_is_erased_by_accident(officer: Browser, desk: Desk) -> None:
    """Without the tick, or by an act that there is not, all stays and the page says so."""
    found = officer.post("/privacy/person/erase", data=HELD, headers=OWN)
    assert found.status_code == 400
    assert "Nothing was done" in text(found.text)
    assert officer.post("/privacy/person/publish", data={**HELD, "sure": "yes"}, headers=OWN).status_code == 400
    assert len(desk.store.cases()) == 3


def test_erased_is_erased(officer: Browser, desk: Desk, tmp_path: Path) -> None:
    """After it no byte of the account is left in any file, others stay, and the page tells how many cases went."""
    found = officer.post("/privacy/person/erase", data={**HELD, "sure": "yes"}, headers=OWN)
    assert "2 cases were erased. A refusal stays, so that we keep to it." in text(found.text)
    assert "canary" not in str(found.url)
    assert [case.id for case in desk.store.cases()] == [3]
    whole = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"canary" not in whole.lower()
    assert kinds(desk).count(Kind.ERASED) == 2
    again = officer.post("/privacy/person/erase", data={**HELD, "sure": "yes"}, headers=OWN)
    assert "0 cases were erased." in text(again.text)


def test_heard_no_more_and_heard_again(officer: Browser, desk: Desk) -> None:
    """Suppressing erases and leaves a tag by which new posts are not heard; taking it back lets them in again."""
    officer.post("/privacy/person/suppress", data={**HELD, "sure": "yes"}, headers=OWN)
    keep(desk.store, desk.brands, published("5", "acme is bad again", author=ANN))
    assert [case.id for case in desk.store.cases()] == [3]
    page = officer.post("/privacy/person", data=HELD, headers=OWN).text
    assert "It said stop on 12 January 1970" in text(page)
    assert "Hear the account again" in page
    found = officer.post("/privacy/person/unsuppress", data={**HELD, "sure": "yes"}, headers=OWN)
    assert "The account is heard again" in text(found.text)
    keep(desk.store, desk.brands, published("6", "hello to acme", author=ANN))
    assert len(desk.store.cases()) == 2


def test_an_advocate_who_asks_is_told_and_forgotten(desk: Desk) -> None:
    """What somebody was asked for stands on the page in the words that they saw; erased, nobody was ever asked."""
    friends = Advocates(None)
    asked = AdvocateEvent(kind=AdvocateKind.PROPOSED, at=NOW, terms=TERMS, case=1)
    friends.propose("acme", "x", ("Canary_Ann", ANN.keys), asked)
    with browsing(replace(desk, advocates=friends)) as officer:
        assert TERMS.wording in text(officer.post("/privacy/person", data=HELD, headers=OWN).text)
        officer.post("/privacy/person/erase", data={**HELD, "sure": "yes"}, headers=OWN)
        assert friends.of("x", "canary_ann") == []
        assert not friends.was_asked("acme", "x", ANN.keys)


def test_what_figures_spent_is_drawn_and_told(officer: Browser, ledger: MemoryLedger) -> None:
    """Each day has its bar and its row; a day with two starts spent twice as much, which is over the budget."""
    publish(ledger, TODAY - 2)
    publish(ledger, TODAY - 1, starts=2)
    page = officer.get("/privacy").text
    said = text(page)
    assert "11 January 1970 2.00 2" in said
    assert "10 January 1970 1.00 1" in said
    assert page.count('<rect class="day"') == page.count('<rect class="hour"') == page.count('<rect class="topic"') == 2
    assert "What was published of 11 January 1970" in said
    assert "What could still be learned" in said
    bars = [float(tall) for tall in re.findall(r'<rect class="hour"[^>]*height="([\d.]+)"', page)]
    assert bars[1] == pytest.approx(2 * bars[0], abs=0.2)


def test_few_are_not_told(officer: Browser, ledger: MemoryLedger) -> None:
    """A figure that was too small to publish is said to be few, with no number beside it."""
    publish(ledger, TODAY - 1, count=1)
    said = text(officer.get("/privacy").text).partition("What was published")[2]
    assert "All day few –" in said


def test_nothing_published_teaches(officer: Browser) -> None:
    """Before the first day is over, the page says what will stand there."""
    assert "Nothing was published in the last two weeks." in text(officer.get("/privacy").text)


def test_the_journal_is_verified(officer: Browser, desk: Desk) -> None:
    """An untouched one holds, against its checkpoints; the page says when, by whom and how many entries."""
    assert desk.store.journal is not None
    desk.store.journal.checkpoint(int(NOW))
    said = text(officer.post("/privacy/verify", headers=OWN).text)
    assert "None was changed, cut or swapped." in said
    assert re.search(r"(\d+) entries were looked at, (\d+) of them vouched for by checkpoints. Otto, 12 January", said)
    assert "over" in said.partition("Last checkpoint")[2][:8]


def test_a_changed_entry_is_found(officer: Browser, desk: Desk, tmp_path: Path) -> None:
    """Somebody who went around the triggers is found out, entry and all, in red, and told not to mend it."""
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("DROP TRIGGER no_update_of_entries")
        file.execute("UPDATE entries SET entry = replace(entry, 'acme', 'acne') WHERE seq = 1")
    file.close()
    page = officer.post("/privacy/verify", headers=OWN).text
    assert 'class="outcome bad" role="alert"' in page
    assert "changed: entry 1" in text(page)
    assert "they are evidence" in text(page)


def test_too_long_a_journal_is_left_to_the_terminal(officer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what can be verified in some seconds, the page names the command instead of hanging."""
    monkeypatch.setattr(looking, "VERIFIED", 1)
    found = officer.post("/privacy/verify", headers=OWN)
    assert found.status_code == 409
    assert "ascolta journal verify" in text(found.text)


def test_one_look_at_a_time() -> None:
    """While a journal is verified, a second try is told to wait; afterwards it goes through."""
    refused: list[str] = []

    class Nosy(MemoryJournal):
        """A journal in whose audit somebody tries again."""

        def audit(self, checkpoints: Checkpoints | None) -> Audit:
            """Try again, then do it."""
            with pytest.raises(AscoltaError) as error:
                watched.verify("Bob", NOW)
            refused.append(str(error.value))
            return super().audit(checkpoints)

    watched = Watched(Nosy(new_signer(), SecondPlace(None)))
    assert watched.verify("Ann", NOW).findings == []
    assert watched.verify("Ann", NOW).findings == []
    assert len(refused) == 2
    assert "right now" in refused[0]


def test_the_checkpoint_can_be_carried_away(officer: Browser, desk: Desk) -> None:
    """None before one was signed; then a file that the journal's key vouches for."""
    assert officer.get("/privacy/checkpoint").status_code == 404
    journal = desk.store.journal
    assert isinstance(journal, SqlJournal)
    journal.checkpoint(int(NOW))
    found = officer.get("/privacy/checkpoint")
    assert 'filename="checkpoint.txt"' in found.headers["content-disposition"]
    assert journal.signer is not None
    signed = opened(found.text, journal.signer.verifier)
    assert signed is not None
    assert signed.root == journal.root(signed.size)


def test_a_damaged_journal_leaves_the_page_readable(officer: Browser, tmp_path: Path) -> None:
    """What cannot be read is said in its place in one sentence; what is held is shown all the same."""
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("DROP TABLE hashes")
    file.close()
    said = text(officer.get("/privacy").text)
    assert "Cases that wait for us" in said
    assert "the journal's file is damaged" in said


def test_no_journal_no_figures(clock: Clock, brands: Brands) -> None:
    """A desk in memory says calmly that it has neither."""
    desk = Desk(brands=brands, store=SqlStore(None), clock=clock, entrance=cheap())
    with browsing(desk) as browser:
        said = text(browser.get("/privacy").text)
        assert "There is no journal here" in said
        assert "No figures are published here." in said
        assert browser.post("/privacy/verify", headers=OWN).status_code == 409
        assert browser.get("/privacy?done=boo&gone=x").status_code == 200
        assert "<b>" not in browser.get("/privacy?done=<b>x&gone=-1").text
