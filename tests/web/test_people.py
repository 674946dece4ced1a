"""The door, one's own page and the people of the desk, through the real pages."""

import re
from collections.abc import Iterator
from html import unescape

import pyotp
import pytest
from fastapi.testclient import TestClient

from ascolta.core.mention import Brands
from ascolta.core.people import Factor, LinkKind, Right, Role, State
from ascolta.stores.accounts import Accounts
from ascolta.stores.memory import MemoryStore
from ascolta.web.app import Desk, create
from ascolta.web.me import drawn
from ascolta.web.words import roles_for
from tests.conftest import NOW
from tests.web.entering import HOME, OWN, Browser, browsing, cheap

WORD = "correct horse battery staple"
SURE = {"sure": "yes"}


@pytest.fixture
def desk(brands: Brands) -> Desk:
    return Desk(brands=brands, store=MemoryStore(), clock=lambda: NOW, entrance=cheap())


@pytest.fixture
def boss(desk: Desk) -> Iterator[Browser]:
    """The browser of an admin."""
    with browsing(desk, name="Boss") as browser:
        yield browser


def owner_link(accounts: Accounts) -> str:
    """The link that a start prints."""
    owner = accounts.owner(NOW)
    assert owner is not None
    return f"/enter/{accounts.relink(owner.id, LinkKind.ENTER, NOW)}"


def invited(boss: Browser, name: str, role: str = "agent") -> str:
    """Somebody is invited on the page; the address of the link that it shows."""
    page = boss.post("/people", data={"name": name, "role": role}, headers=OWN).text
    found = re.search(r"/invited/[\w-]+", page)
    assert found is not None
    return found[0]


def test_the_first_run(desk: Desk) -> None:
    """The printed link signs the owner in once; they say who they are, and the desk opens, also without a password."""
    accounts = desk.entrance.accounts
    link = owner_link(accounts)
    with TestClient(create(desk), base_url=HOME) as browser:
        assert "ascolta run" in browser.get("/login").text
        page = browser.get(link)
        assert (page.url.path, page.status_code) == ("/me", 200)
        assert "Say who you are" in page.text
        assert browser.get("/risk").url.path == "/me"
        assert browser.post("/me", data={"by": " "}, headers=OWN).status_code == 400
        assert browser.post("/me", data={"by": "Ann"}, headers=OWN).url.path == "/"
        assert browser.get("/risk").url.path == "/risk"
        assert browser.post("/me", data={"by": "Bob"}, headers=OWN).status_code == 400
        browser.cookies.clear()
        assert browser.get(link).status_code == 403
        assert browser.get(owner_link(accounts)).url.path == "/"
        browser.post("/me/password", data={"new": WORD}, headers=OWN)
        assert accounts.owner(NOW) is None
        browser.post("/logout", headers=OWN)
        assert 'type="password"' in browser.get("/login").text
        assert browser.post("/login", data={"name": "ann", "password": WORD}, headers=OWN).url.path == "/"


def test_whoever_is_invited_comes_in(desk: Desk, boss: Browser) -> None:
    """The page shows the link once; by it one sets a password and is there, in the role and under the name given."""
    link = invited(boss, "Ann Lee", "privacy officer")
    assert link not in boss.get("/people").text
    with TestClient(create(desk), base_url=HOME) as browser:
        page = browser.get(link).text
        assert "Welcome, Ann Lee" in page
        assert "privacy officer" in page
        assert browser.post(link, data={"password": WORD}, headers=OWN).url.path == "/me"
        assert browser.get("/").status_code == 200
    assert desk.entrance.accounts.members()[-1].role is Role.OFFICER


def test_a_second_factor_is_set_up_and_taken_off(desk: Desk, boss: Browser) -> None:
    """After a password: a QR code drawn here, a code of the phone, codes to recover shown once; off with both."""
    number = desk.entrance.accounts.members()[0].id
    assert "set a password first" in unescape(boss.post("/me/factor", headers=OWN).text)
    boss.post("/me/password", data={"new": WORD}, headers=OWN)
    page = boss.post("/me/factor", headers=OWN).text
    assert "<svg" in page
    secret = desk.entrance.accounts.proofs_of(number).secret
    assert secret in page.replace(" ", "")
    assert boss.post("/me/factor/confirm", data={"code": "000"}, headers=OWN).status_code == 400
    code = pyotp.TOTP(secret).at(int(NOW))
    page = boss.post("/me/factor/confirm", data={"code": f"{code[:3]} {code[3:]}"}, headers=OWN).text
    codes = re.findall(r"<li><code>([\w-]+)</code></li>", page)
    assert len(codes) == 10
    page = boss.get("/me").text
    assert secret not in page.replace(" ", "")
    assert codes[0] not in page
    assert "10 codes to recover with" in page
    form = {"password": WORD, "code": codes[0]}
    renewed = re.findall(r"<li><code>([\w-]+)</code></li>", boss.post("/me/codes", data=form, headers=OWN).text)
    assert not set(renewed) & set(codes)
    assert boss.post("/me/factor/off", data={"password": WORD, "code": codes[1]}, headers=OWN).status_code == 401
    boss.post("/me/factor/off", data={"password": WORD, "code": renewed[0]}, headers=OWN)
    assert desk.entrance.accounts.member(number).factor is Factor.NONE


def test_an_admin_gives_roles_suspends_and_lets_in_again(desk: Desk, boss: Browser) -> None:
    """Each is a button that asks once; what cannot be is a sentence, and the last admin stays."""
    accounts = desk.entrance.accounts
    invited(boss, "Ann")
    ann = accounts.members()[-1].id
    for act, form, asks in (
        ("role", {"role": "lead"}, "Make Ann: lead?"),
        ("reset", {}, "Make a new link for Ann?"),
        ("suspend", {}, "Suspend Ann?"),
    ):
        before = accounts.member(ann)
        page = boss.post(f"/people/{ann}/{act}", data=form, headers=OWN).text
        assert asks in page
        assert "/invited/" not in page
        assert accounts.member(ann) == before
    boss.post(f"/people/{ann}/role", data={"role": "lead", **SURE}, headers=OWN)
    assert accounts.member(ann).role is Role.LEAD
    for path, form in ((f"{ann}/role", {"role": "boss"}), ("1/suspend", {}), ("1/role", {"role": "agent"}), ("9/reset", {})):  # fmt: skip  # noqa: E501
        assert boss.post(f"/people/{path}", data={**form, **SURE}, headers=OWN).status_code == 409, path
    taken = boss.post("/people", data={"name": "aNN", "role": "lead"}, headers=OWN)
    assert taken.status_code == 400
    assert 'value="aNN"' in taken.text
    assert '<option value="lead" selected>' in taken.text.partition('action="/people"')[2]
    assert "The link for Ann." in boss.post(f"/people/{ann}/reset", data=SURE, headers=OWN).text
    boss.post(f"/people/{ann}/suspend", data=SURE, headers=OWN)
    assert accounts.member(ann).state is State.SUSPENDED
    assert "/invited/" in boss.post(f"/people/{ann}/restore", headers=OWN).text
    assert accounts.member(ann).state is State.INVITED


def test_people_cannot_write_the_page(desk: Desk, boss: Browser) -> None:
    """Markup and hidden signs in a name, on the page, in the log-in and in errors, are text or refused."""
    wrong = "<b onclick=alert(1)>'\""
    link = invited(boss, wrong)
    for page in (
        boss.get("/people").text,
        boss.get(link).text,
        boss.post("/login", data={"name": wrong}, headers=OWN).text,
    ):
        assert "<b " not in page
    desk.entrance.accounts.join(link.rpartition("/")[2], "kept", NOW)
    boss.become(wrong)
    assert "<b " not in boss.get("/").text
    boss.become("Boss")
    for hidden in ("Ann\u202egnp", "A\u2066n", "\x00"):
        assert boss.post("/people", data={"name": hidden, "role": "agent"}, headers=OWN).status_code == 400


def test_whoever_is_out_sees_nothing_of_the_desk(desk: Desk, boss: Browser) -> None:
    """The door shows neither brands nor why one of them is silent, nor who works here."""
    desk.store.pause("acme", "a strike in Rome")
    with TestClient(create(desk), base_url=HOME) as anyone:
        for path in ("/", "/login", "/people", "/enter/x", "/invited/x", "/nothing"):
            page = anyone.get(path).text
            for said in ("Acme", "strike", "Boss"):
                assert said not in page, path


def test_a_page_asks_the_role_before_it_is_shown(desk: Desk, boss: Browser) -> None:
    """Whoever is no admin has no link to the people, and is told who has."""
    assert 'href="/people"' in boss.get("/").text
    boss.become("Vic", Role.VIEWER)
    assert 'href="/people"' not in boss.get("/").text
    page = boss.get("/people")
    assert page.status_code == 403
    assert "admin. Your role is: viewer." in page.text


def test_a_picture_of_a_secret_is_drawn_here() -> None:
    """The QR code is an SVG of squares: no script, no style and no address of another host."""
    svg = drawn("otpauth://totp/Ascolta:Ann?secret=ABC")
    assert svg.startswith("<svg ")
    for said in ("http", "style", "script", "otpauth"):
        assert said not in svg.replace("http://www.w3.org/2000/svg", "")


def test_it_is_said_who_may() -> None:
    """Roles in words, in the order of the table."""
    assert roles_for(Right.PEOPLE) == "admin"
    assert roles_for(Right.OVERRIDE) == "lead and admin"
    assert roles_for(Right.OPT_OUT) == "agent, lead, privacy officer and admin"
