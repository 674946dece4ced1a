"""The page Advocates: numbers for all, people for few, a yes and an end noted, a briefing read before it goes out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from ascolta.answering import Speech
from ascolta.core.advocate import Stand
from ascolta.core.case import CaseKind
from ascolta.core.mention import Brands
from ascolta.core.people import Role
from ascolta.core.post import Actor
from ascolta.files.helping import load_helping
from ascolta.helping import note_asked
from ascolta.incidents import Room
from ascolta.sources import TwinNetwork
from ascolta.web.app import Desk
from tests.conftest import NOW, OTHER, act, keep, published
from tests.crises import BRAND, approved, joined, room
from tests.praised import ANN, asked, brands, praise, sent
from tests.web.entering import OWN, Browser, browsing, cheap

ZED = Actor(id="id-zed", handle="@zed")


@pytest.fixture
def here(tmp_path: Path) -> Room:
    return room(tmp_path)


@pytest.fixture
def desk(here: Room, tmp_path: Path) -> Desk:
    """A desk on which people may be asked for corrections."""
    return Desk(
        brands=Brands([replace(BRAND, competitors=("other",)), OTHER], praise), store=here.store, room=here,
        advocates=here.advocates, entrance=cheap(), speeches=lambda brand: Speech(helping=load_helping(tmp_path)),
        clock=lambda: NOW + 60,
    )  # fmt: skip


@pytest.fixture
def ann(desk: Desk) -> Iterator[Browser]:
    with browsing(desk) as browser:
        yield browser


def page(browser: Browser) -> str:
    """What the page says."""
    found = browser.get("/advocates")
    assert found.status_code == 200
    return unescape(found.text)


def sends(browser: Browser, path: str, **form: str) -> str:
    """Send a form; the page that follows."""
    return unescape(browser.post(f"/advocates/{path}", data=form, headers=OWN).text)


def ask_zed(here: Room) -> int:
    """Zed praised us and was asked; the number of the case in which he answers."""
    asked(here.store, here.advocates, "1", ZED)
    sent(here.store)
    note_asked(here.store, here.advocates)
    keep(here.store, brands(), published("2", "yes to acme, gladly", at=NOW + 10, author=ZED), at=NOW + 10)
    return max(case.id for case in here.store.cases())


def test_an_empty_page_teaches(ann: Browser) -> None:
    """Before anybody was asked, it says how somebody becomes an advocate; competitors have no section."""
    shown = page(ann)
    assert "Nobody was asked yet." in shown
    assert "What may be asked for stands in advocates.yaml: corrections." in shown
    assert "without an answer in 30 days they are forgotten" in shown
    assert "<h2>Other</h2>" not in shown


def test_only_who_agreed_has_a_name(ann: Browser, here: Room) -> None:
    """Somebody who was only asked stands there as the case that they opened; who agreed, with terms and dates."""
    joined(here.advocates, "bea")
    ask_zed(here)
    shown = page(ann)
    assert "@bea" in shown
    assert "zed" not in shown
    assert 'href="/cases/1"' in shown
    assert "May be briefed 2 times more now: 2 in 30 days at the most." in shown
    assert "Would you? Say that we asked." in shown


def test_whoever_only_looks_sees_numbers(desk: Desk, here: Room) -> None:
    """A viewer sees how many there are, and no person, no case and no button."""
    joined(here.advocates, "bea")
    ask_zed(here)
    with browsing(desk) as vera:
        vera.become("Vera", Role.VIEWER)
        shown = page(vera)
        assert re.search(r"corrections</th><td>1</td><td>1</td><td>0</td>", shown)
        main = shown.partition("<main")[2].partition("</main>")[0]
        for there in ("@bea", "zed", "/cases/", "<form", "Would you?"):
            assert there not in main, there


def test_a_yes_is_noted_for_the_very_person(ann: Browser, here: Room) -> None:
    """Their own later case is offered; once noted they stand among those who agreed, to no more than was chosen."""
    number = ask_zed(here)
    shown = page(ann)
    assert f'value="{number}"' in shown
    [one] = here.advocates.all()
    after = sends(ann, f"{one.ref}/agree", case=str(number), most="1", until="1970-03-01")
    assert "It is noted that this person agreed." in after
    [one] = here.advocates.all()
    assert one.terms is not None
    assert (one.stand, one.terms.most, one.terms.until) == (Stand.AGREED, 1, 59 * 86_400)
    assert "@zed" in after


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({}, "name the case in which the person said yes"),
        ({"case": "x"}, "name the case in which the person said yes"),
        ({"case": "²"}, "name the case in which the person said yes"),
        ({"case": "99"}, "gone"),
        ({"case": "3"}, "somebody else"),
        ({"case": "1"}, "before the person was asked"),
        ({"case": "2", "most": "0"}, "whole number"),
        ({"case": "2", "most": "9"}, "more than the person was asked for"),
        ({"case": "2", "until": "soon"}, "a day such as"),
        ({"case": "2", "until": "2031-01-01"}, "more than the person was asked for"),
    ],
)
def test_what_is_no_yes_is_refused(ann: Browser, here: Room, form: dict[str, str], why: str) -> None:
    """No case, somebody else's, one of before, or more than was asked: a sentence says why, and nothing changes."""
    ask_zed(here)
    keep(here.store, brands(), published("3", "yes to acme", at=NOW + 20, author=ANN), at=NOW + 20)
    if form.get("case") == "1":
        form = {"case": "4"}
        keep(here.store, brands(), published("4", "yes to acme", at=NOW - 9_000, author=ZED), at=NOW + 30)
    [one] = here.advocates.all()
    assert why in sends(ann, f"{one.ref}/agree", **form)
    [one] = here.advocates.all()
    assert one.stand is Stand.ASKED


def test_one_is_ended_at_once(ann: Browser, here: Room) -> None:
    """All that is held of the person goes; that they were asked stays, and a second end says that they are gone."""
    joined(here.advocates, "bea")
    [one] = here.advocates.all()
    assert "It ended" in sends(ann, f"{one.ref}/end")
    assert here.advocates.all() == []
    assert here.advocates.was_asked("acme", "x", one.keys)
    assert "this person is gone" in sends(ann, f"{one.ref}/end")
    assert "this person is gone" in sends(ann, "nobody/end")


def test_a_briefing_is_read_before_it_goes_out(ann: Browser, here: Room) -> None:
    """First the page says whom it reaches with which words; only what was read is sent, once, and that is told."""
    joined(here.advocates, "bea")
    joined(here.advocates, "cy")
    assert "There is no approved statement to pass on." in page(ann)
    approved(here)
    form = {"brand": "acme", "scope": "corrections", "statement": "we-stay"}
    twin = here.messengers["x"]
    assert isinstance(twin, TwinNetwork)
    shown = sends(ann, "brief", **form)
    assert "This reaches 2 people." in shown
    assert "We stay." in shown
    assert not twin.messages
    seen = re.findall(r'name="seen" value="(\w+)"', shown)[0]
    assert "This reaches 1 person." in sends(ann, "brief", **form, most="1", seen=seen)
    assert not twin.messages
    done = sends(ann, "brief", **form, seen=seen)
    assert "2 people were written to." in done
    assert len(twin.messages) == 2
    assert "was briefed about this already" in sends(ann, "brief", **form)
    assert "0 people were written to." in sends(ann, "brief", **form, seen=seen)
    assert len(twin.messages) == 2


def test_words_that_changed_are_read_anew(ann: Browser, here: Room, tmp_path: Path) -> None:
    """Where the statement is another by now, nothing goes out on what was read before."""
    joined(here.advocates, "bea")
    approved(here)
    form = {"brand": "acme", "scope": "corrections", "statement": "we-stay"}
    seen = re.findall(r'name="seen" value="(\w+)"', sends(ann, "brief", **form))[0]
    path = tmp_path / "statements" / "we-stay.yaml"
    path.write_text(path.read_text().replace("We stay.", "We leave."), encoding="utf-8")
    assert "changed since it was approved" in sends(ann, "brief", **form, seen=seen)
    twin = here.messengers["x"]
    assert isinstance(twin, TwinNetwork)
    assert not twin.messages


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({}, "nobody can be briefed from here"),
        ({"brand": "acme"}, "choose what they agreed to"),
        ({"brand": "acme", "scope": "corrections", "statement": "../x"}, "choose what they agreed to"),
        ({"brand": "acme", "scope": "corrections", "statement": "we-stay"}, "only what was approved is passed on"),
    ],
)
def test_what_cannot_be_briefed_says_why(ann: Browser, here: Room, form: dict[str, str], why: str) -> None:
    """Without brand, scope or approved statement nothing is sent, and a sentence says what is missing."""
    joined(here.advocates, "bea")
    assert why in sends(ann, "brief", **form)


def test_while_speaking_is_paused_it_has_to_be_said(ann: Browser, here: Room) -> None:
    """A paused brand briefs nobody, unless the person ticks that it is to go out although it is paused."""
    joined(here.advocates, "bea")
    approved(here)
    here.store.pause("acme", "storm")
    form = {"brand": "acme", "scope": "corrections", "statement": "we-stay"}
    assert 'name="urgent"' in page(ann)
    seen = re.findall(r'name="seen" value="(\w+)"', sends(ann, "brief", **form))[0]
    assert "speaking is paused" in sends(ann, "brief", **form, seen=seen)
    seen = re.findall(r'name="seen" value="(\w+)"', sends(ann, "brief", **form, urgent="yes"))[0]
    assert "1 person was written to." in sends(ann, "brief", **form, urgent="yes", seen=seen)


def test_an_agent_asks_and_does_not_brief(desk: Desk, here: Room) -> None:
    """Who may ask but not publish sees people and no form to brief them, and is refused where they send one."""
    joined(here.advocates, "bea")
    approved(here)
    with browsing(desk) as cy:
        cy.become("Cy", Role.AGENT)
        shown = page(cy)
        assert "@bea" in shown
        assert "/advocates/brief" not in shown
        assert cy.post("/advocates/brief", data={"brand": "acme"}, headers=OWN).status_code == 403


def test_how_often_is_told_until_it_is_used_up(ann: Browser, here: Room) -> None:
    """Whoever was briefed as often as they agreed is shown so, with the day from which they may be briefed again."""
    joined(here.advocates, "bea")
    approved(here)
    form = {"brand": "acme", "scope": "corrections", "statement": "we-stay"}
    seen = re.findall(r'name="seen" value="(\w+)"', sends(ann, "brief", **form))[0]
    assert "May be briefed once more now" in sends(ann, "brief", **form, seen=seen)


def test_people_cannot_write_the_page(ann: Browser, here: Room) -> None:
    """Markup in a handle, in the words they saw or in the address is shown as text."""
    joined(here.advocates, "<script>alert(1)</script>")
    for path in ("/advocates", "/advocates?said=<script>alert(1)</script>"):
        assert "<script>alert" not in ann.get(path).text
    odd = ann.post("/advocates/brief", data={"brand": "acme", "topic": "<script>alert(1)</script>"}, headers=OWN)
    assert "<script>alert" not in odd.text


def test_a_request_that_is_not_out_yet_is_told(ann: Browser, here: Room) -> None:
    """A question that people have not approved leads to its case, and nobody can say yes to it."""
    asked(here.store, here.advocates, "1", ZED)
    [one] = here.advocates.all()
    shown = page(ann)
    assert "The question is not out yet" in shown
    keep(here.store, brands(), published("2", "yes to acme", at=NOW + 10, author=ZED), at=NOW + 10)
    assert "only who was asked" in sends(ann, f"{one.ref}/agree", case="2")
    act(here.store, 1, CaseKind.RESOLVED)
