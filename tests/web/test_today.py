"""Today stands on the index: it reads what it shows and counts the rest, and shows the same as if it had read all."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.brand import Clock
from ascolta.core.case import Case, CaseKind
from ascolta.core.days import DAY
from ascolta.core.mention import Brands
from ascolta.core.people import Role
from ascolta.ports import Store
from ascolta.stores.sql import SqlStore
from ascolta.web.app import Desk, create
from ascolta.web.listing import PAGE
from ascolta.web.today import FEW, FIRST, look
from tests.conftest import ACME, NOW, act, foresee, keep, published
from tests.web.entering import OWN, browsing

CARE = Clock(desk="care", offset=lambda at: 0.0, week=(((0, DAY),),) * 7, answer=(("other", 3_600.0),))
BRANDS = Brands([replace(ACME, desks=(CARE,))], foresee)


class Counting(SqlStore):
    """A store that counts how many cases it reads in full."""

    read = 0

    def cases(self, brand: str = "") -> list[Case]:
        """All of them."""
        found = super().cases(brand)
        self.read += len(found)
        return found

    def some(self, numbers: Sequence[int]) -> list[Case]:
        """Some of them."""
        self.read += len(numbers)
        return super().some(numbers)


def say(store: Store, count: int, text: str = "to acme", at: float = NOW) -> None:
    """So many posts."""
    start = max((case.id for case in store.cases()), default=0)
    for number in range(start, start + count):
        keep(store, BRANDS, published(f"p{number}", text, at=at), at=at)


def test_it_reads_no_more_cases_than_it_shows(tmp_path: Path) -> None:
    """Of a hundred cases Today reads those that stand on it, and still counts all of them."""
    store = Counting(tmp_path)
    say(store, 60)
    say(store, 30, "acme bad")
    for number in range(1, 11):
        act(store, number, CaseKind.RESOLVED, at=NOW + number)
    store.read = 0
    today = look(BRANDS, (store, None), NOW, "")
    assert store.read == FIRST + 2 * FEW
    assert (len(today.waiting), today.hidden) == (FIRST, 50 - FIRST)
    assert (len(today.sealed.cases), today.sealed.count) == (FEW, 30)
    assert (len(today.done.cases), today.done.count) == (FEW, 10)
    assert today.done.cases[0].id == 10
    store.close()


def test_what_is_late_is_counted_beyond_what_is_shown(store: Store) -> None:
    """Overdue are all that are late, also those further down; what was approved waits for nobody's answer any more."""
    say(store, 25, at=NOW - 7_200)
    say(store, 5)
    act(store, 1, CaseKind.DRAFTED, note="Hello, we look into it.")
    act(store, 1, CaseKind.APPROVED)
    assert look(BRANDS, (store, None), NOW, "").overdue == 24
    assert look(BRANDS, (store, None), NOW + 7_200, "").overdue == 29


def test_a_search_finds_in_all_piles_within_a_bound(store: Store) -> None:
    """A search shows a page of each pile and says that there may be more; one that cannot be read shows all."""
    say(store, PAGE + 3, "to acme, my cello")
    say(store, 2, "to acme, my bag")
    found = look(BRANDS, (store, None), NOW, "cello")
    assert (len(found.waiting), found.more, found.error) == (PAGE, True, "")
    few = look(BRANDS, (store, None), NOW, "bag")
    assert (len(few.waiting), few.more, few.hidden) == (2, False, 0)
    wrong = look(BRANDS, (store, None), NOW, "cello AND (")
    assert wrong.error
    assert len(wrong.waiting) == FIRST


def test_the_page_leads_on_where_there_is_more() -> None:
    """Where a search may find more, the page leads to the list of cases with the same search."""
    desk = Desk(brands=BRANDS, store=SqlStore(None), clock=lambda: NOW)
    say(desk.store, PAGE + 1, "to acme, my cello bow")
    with browsing(desk) as ann:
        shown = ann.get("/", params={"find": "cello bow"}).text
        assert 'href="/cases?find=cello+bow"' in shown.replace("%20", "+")
        assert "There may be more" not in ann.get("/").text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><script>alert(1)</script>'])
def test_a_search_cannot_write_the_page(text: str) -> None:
    """Markup in a search is shown as text, in the field and in the link that leads on."""
    desk = Desk(brands=BRANDS, store=SqlStore(None), clock=lambda: NOW)
    say(desk.store, 2)
    with browsing(desk) as ann:
        assert "<script>alert" not in ann.get("/", params={"find": text}).text


def test_what_is_written_once_is_never_old() -> None:
    """Where pages are written once for many, what somebody does shows at once, and each reads in their own language."""
    desk = Desk(brands=BRANDS, store=SqlStore(None), clock=lambda: NOW, pulse_for=60.0)
    say(desk.store, 2)
    app = create(desk)
    with browsing(desk, app) as ann, browsing(desk, app, "Ben") as ben:
        ben.cookies.set(f"{desk.entrance.cookie}-lang", "de")
        for path, english in (("/", "What deserves your voice"), ("/cases", "Choose case 1")):
            assert english in ann.get(path).text
            assert english not in ben.get(path).text
        ann.post("/cases/1/resolve", data={"by": "Ann"}, headers=OWN)
        for browser in (ann, ben):
            assert 'href="/cases/1"' not in browser.get("/cases").text
            assert 'href="/cases/1"' in browser.get("/cases", params={"pile": "done"}).text


def test_who_looks_is_told_to_others_only() -> None:
    """Two who read the same rows are told of each other, and nobody of themselves."""
    desk = Desk(brands=BRANDS, store=SqlStore(None), clock=lambda: NOW, pulse_for=60.0)
    say(desk.store, 2)
    app = create(desk)
    with browsing(desk, app) as ann, browsing(desk, app, "Ben") as ben:
        assert "is looking" not in ann.get("/cases").text
        ben.get("/cases/1")
        assert "Ben is looking" in ann.get("/cases").text
        assert "is looking" not in ben.get("/cases").text


def test_whoever_may_not_act_gets_no_rows_to_choose() -> None:
    """The rows that were written for somebody who may answer are not those of somebody who may only look."""
    desk = Desk(brands=BRANDS, store=SqlStore(None), clock=lambda: NOW, pulse_for=60.0)
    say(desk.store, 2)
    app = create(desk)
    with browsing(desk, app) as ann, browsing(desk, app) as eve:
        eve.become("Eve", Role.VIEWER)
        assert 'type="checkbox" name="number"' in ann.get("/cases").text
        assert 'type="checkbox" name="number"' not in eve.get("/cases").text
