"""OWASP ASVS 5.0, chapters V3, V6, V7 and V8: each row that the desk claims, and the test that holds it to it."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pyotp
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from ascolta.amending import Rules
from ascolta.core.mention import Brands
from ascolta.core.notice import Operator
from ascolta.core.people import ABROAD, AT_HOME, FREE, LASTS, Factor, LinkKind, Role, State
from ascolta.files.survey import shipped
from ascolta.sources import TwinNetwork
from ascolta.stores.challenges import Challenges
from ascolta.stores.etiquettes import Etiquettes
from ascolta.stores.proofs import Passwords, new_codes, new_secret
from ascolta.stores.survey import Surveys
from ascolta.web.app import Desk, create
from ascolta.web.attempts import EACH
from ascolta.web.entry import OFTEN, WRONG
from ascolta.web.notice import Public
from ascolta.web.signed import Entrance
from ascolta.web.survey import Surveying
from tests.conftest import NOW, foresee, keep, published
from tests.crises import BRAND, room
from tests.web.entering import CHEAP, HOME, OWN, Browser, cheap, session

WORD = "correct horse battery staple"
OTHER = "seven purple lamps whisper"
ADDRESS = "https://desk.example"
SURE = {"sure": "yes"}

ROWS = (
    ("3.3.1, 3.3.3, 3.3.4", "cookie: Secure, __Host-, HttpOnly over TLS", "test_the_cookie_is_held_to_host_and_tls"),
    ("3.3.2, 3.5.1", "SameSite, and no form of another site", "test_a_form_of_another_site_does_nothing"),
    ("6.2.1, 6.2.4, 6.2.11", "length, common words, own name", "test_a_weak_password_is_not_taken"),
    ("6.2.2, 6.2.3", "changed by whoever knows the one until now", "test_a_password_is_changed_with_the_one_until_now"),
    ("6.2.6, 6.2.7", "fields of type password that managers can fill", "test_password_fields_are_for_managers"),
    ("6.2.5, 6.2.8, 6.2.9", "any characters, 64 and more, as they were typed", "test_a_password_is_taken_as_typed"),
    ("6.3.1", "brute force, by account and by address", "test_brute_force_meets_growing_waits"),
    ("6.3.1", "many names from one address", "test_many_names_from_one_address_are_slowed_down"),
    ("6.3.2", "no account that comes with the program", "test_no_account_is_there_before_somebody_is"),
    ("6.3.3", "a second factor of everybody, abroad", "test_abroad_nobody_works_without_a_second_factor"),
    ("6.3.8", "names cannot be found out", "test_names_cannot_be_found_out"),
    ("6.4.1", "links: once, and for a while", "test_an_invitation_expires_and_is_good_once"),
    ("6.4.3, 6.4.6", "a reset by an admin, who learns no password", "test_a_reset_takes_away_what_was"),
    ("6.5.1", "codes of a second factor and to recover: once", "test_a_code_is_good_once"),
    ("7.2.2, 7.2.3", "random tokens, none alike", "test_tokens_are_random"),
    ("7.2.4", "a new token at log-in; fixation", "test_a_session_is_not_fixed_before_log_in"),
    ("7.3.1, 7.3.2", "idle and whole terms", "test_sessions_end"),
    ("7.4.1", "a stolen cookie after log-out", "test_a_cookie_is_worth_nothing_after_log_out"),
    ("7.4.2, 7.4.5, 8.3.2", "suspension and roles count at once", "test_suspension_and_roles_count_at_once"),
    ("7.4.3, 7.5.2", "other sessions end", "test_other_browsers_can_be_logged_out"),
    ("7.4.4", "log-out on every page", "test_every_page_has_a_log_out"),
    ("7.5.1", "asked again before account matters", "test_account_matters_ask_again"),
    ("8.2.1, 8.3.1", "every route by every role", "test_every_route_asks_the_role"),
    ("8.2.1", "acts that depend on what a form says", "test_acts_within_a_route_ask_the_role"),
    ("8.2.2", "nobody acts in another name", "test_nobody_acts_in_another_name"),
    ("8.2.2", "two approvals, two accounts", "test_one_account_approves_once"),
    ("14.2.1", "no secret in an address after it was used", "test_links_leave_the_address_bar"),
)
"""Row, what is tested, where."""

ALL = frozenset(Role)
AGENTS = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})
LEADS = frozenset({Role.LEAD, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
OFFICERS = AGENTS | {Role.OFFICER}
KEEPERS = ADMINS | {Role.OFFICER}
MATRIX = {
    "GET /": ALL,
    "GET /pulse": ALL,
    "GET /risk": ALL,
    "GET /practice": ALL,
    "GET /practice.md": ALL,
    "GET /insight": ALL,
    "GET /insight/brief": ALL,
    "GET /advocates": ALL,
    "POST /advocates/nobody/agree": AGENTS,
    "POST /advocates/nobody/end": AGENTS,
    "POST /advocates/brief": LEADS,
    "GET /cases": ALL,
    "GET /cases/pulse": ALL,
    "POST /cases/chosen": AGENTS,
    "POST /cases/views": AGENTS,
    "POST /cases/views/drop": AGENTS,
    "GET /cases/1": ALL,
    "POST /cases/1/looking": ALL,
    "POST /cases/1/write": AGENTS,
    "POST /cases/1/leave": AGENTS,
    "POST /cases/1/still": AGENTS,
    "POST /cases/1/check": AGENTS,
    "POST /cases/1/choose": AGENTS,
    "POST /cases/1/draft": AGENTS,
    "POST /cases/1/approve": AGENTS,
    "POST /cases/1/reveal": AGENTS,
    "POST /cases/1/ask": AGENTS,
    "POST /cases/1/agree": AGENTS,
    "POST /cases/1/unseal": AGENTS,
    "POST /cases/1/assign": AGENTS,
    "POST /cases/1/anything": AGENTS,
    "POST /speaking/acme?note=wait": OFFICERS,
    "POST /risk/acme/accept": LEADS,
    "GET /incidents/1": ALL,
    "POST /incidents/1/begin": AGENTS,
    "POST /incidents/1/note": AGENTS,
    "POST /incidents/1/skip": LEADS,
    "POST /incidents/1/grade": LEADS,
    "POST /incidents/1/stand-down": LEADS,
    "GET /incidents/1/review": ALL,
    "GET /incidents/1/review.md": ALL,
    "GET /privacy": ALL,
    "GET /privacy/stored": ALL,
    "POST /privacy/verify": KEEPERS,
    "GET /privacy/checkpoint": KEEPERS,
    "POST /privacy/person": KEEPERS,
    "POST /privacy/person/export": KEEPERS,
    "POST /privacy/person/erase": KEEPERS,
    "GET /survey": ALL,
    "GET /settings": ALL,
    "GET /opt-out": OFFICERS,
    "POST /opt-out": OFFICERS,
    "GET /me": ALL,
    "POST /me": ALL,
    "POST /me/password": ALL,
    "POST /me/factor": ALL,
    "POST /me/factor/confirm": ALL,
    "POST /me/factor/off": ALL,
    "POST /me/codes": ALL,
    "POST /me/sessions/end": ALL,
    "GET /me/tokens": ALL,
    "POST /me/tokens": ALL,
    "POST /me/tokens/9/revoke": ALL,
    "GET /api": ALL,
    "POST /logout": ALL,
    "GET /etiquette": ALL,
    "GET /etiquette/acme": ALL,
    "GET /etiquette/acme/editions/1": ALL,
    "GET /etiquette/acme/draft": LEADS,
    "POST /etiquette/acme/draft": LEADS,
    "POST /etiquette/acme/check": LEADS,
    "GET /etiquette/acme/rehearse": LEADS,
    "POST /etiquette/acme/begin": LEADS,
    "POST /etiquette/acme/publish": LEADS,
    "GET /people": ADMINS,
    "POST /people": ADMINS,
    "POST /people/99/role": ADMINS,
    "POST /people/99/reset": ADMINS,
    "POST /people/99/suspend": ADMINS,
    "POST /people/99/restore": ADMINS,
}
"""Who gets where. Whatever is asked of the desk stands here or below."""

OPEN = {
    "GET /login", "POST /login", "GET /enter/{token}", "GET /invited/{token}", "POST /invited/{token}",
    "GET /notice", "GET /notice/{brand}", "POST /notice/{brand}", "GET /survey/{brand}",
    "POST /survey/{brand}", "POST /reading", "GET /in/{name}", "POST /in/{name}",
}  # fmt: skip
"""What needs no account."""


class Clock:
    """A clock that tests set."""

    now = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """A desk with all its pages, one case, and one incident."""
    here, brands, twin = room(tmp_path), Brands([BRAND], foresee), TwinNetwork("x")
    keep(here.store, brands, published("1", "bad day to acme"))
    public = Public(
        brands=brands, store=here.store, operators={"acme": Operator(networks=("x",))}, challenges=Challenges(None),
        clock=lambda: clock.now,
    )  # fmt: skip
    made = Desk(
        brands=brands, store=here.store, room=here, advocates=here.advocates, public=public, entrance=cheap(),
        surveying=Surveying(
            brands=brands, surveys={"acme": replace(shipped(), brand="acme", is_open=True)}, kept=Surveys(None),
            clock=lambda: clock.now,
        ),
        rules=Rules(brands=brands, store=here.store, folders=here.folders, kept=Etiquettes(None)),
        lookups=lambda network: twin, clock=lambda: clock.now,
    )  # fmt: skip
    with Browser(made, name="Boss") as lead:
        lead.post("/risk/acme/accept", data={"plan": "storm"}, headers=OWN)
        here.store.pause("acme", "")
    return made


@pytest.fixture
def anyone(desk: Desk) -> Iterator[TestClient]:
    """A browser in which nobody is signed in."""
    with TestClient(create(desk), base_url=HOME, follow_redirects=False) as browser:
        yield browser


def member(desk: Desk, name: str, role: Role = Role.AGENT, password: str = WORD) -> int:
    """Somebody with a password; their number."""
    entrance = desk.entrance
    found, link = entrance.accounts.invite(name, role, desk.clock())
    assert entrance.accounts.join(link, entrance.passwords.kept(password), desk.clock())
    return found.id


def log_in(browser: TestClient, name: str, password: str = WORD, code: str = "") -> int:
    """Try to log in; the status."""
    form = {"name": name, "password": password, "code": code}
    return browser.post("/login", data=form, headers=OWN, follow_redirects=False).status_code


def with_factor(desk: Desk, number: int) -> tuple[str, tuple[str, ...]]:
    """Somebody sets up a second factor; its secret, and codes to recover with."""
    secret, codes = new_secret(), tuple(new_codes())
    desk.entrance.accounts.begin_factor(number, secret)
    desk.entrance.accounts.confirm_factor(number, 0, codes)
    return secret, codes


def test_every_row_has_its_test_and_every_test_its_row() -> None:
    """The table above and the tests below are the same."""
    here = {name for name in vars(sys.modules[__name__]) if name.startswith("test_")}
    mine = {"test_every_row_has_its_test_and_every_test_its_row", "test_every_route_stands_in_the_matrix"}
    assert {name for _, _, name in ROWS} == here - mine


def test_the_cookie_is_held_to_host_and_tls(desk: Desk, clock: Clock) -> None:
    """Abroad it is `__Host-`, Secure, HttpOnly, Strict, and browsers keep to TLS; at home it is not Secure."""
    member(desk, "Ann")
    form = {"name": "Ann", "password": WORD}
    home = TestClient(create(desk), base_url=HOME, follow_redirects=False)
    at_home = home.post("/login", data=form, headers=OWN)
    assert at_home.headers["set-cookie"].startswith("ascolta=")
    assert "Secure" not in at_home.headers["set-cookie"]
    abroad = Desk(
        brands=desk.brands, store=desk.store, clock=desk.clock, entrance=cheap(desk.entrance.accounts, ADDRESS)
    )
    away = TestClient(create(abroad), base_url=ADDRESS, follow_redirects=False)
    found = away.post("/login", data=form, headers={"origin": ADDRESS})
    said = found.headers["set-cookie"]
    assert said.startswith("__Host-ascolta=")
    for part in ("; Secure", "; HttpOnly", "; SameSite=strict", "; Path=/"):
        assert part in said, part
    assert "Domain" not in said
    assert "max-age" in found.headers["strict-transport-security"]


def test_a_form_of_another_site_does_nothing(desk: Desk, anyone: TestClient) -> None:
    """Log-in, log-out and acts from another site, or from nowhere, are refused before anything is looked at."""
    member(desk, "Ann")
    for headers in (
        {},
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
    ):
        assert anyone.post("/login", data={"name": "Ann", "password": WORD}, headers=headers).status_code == 403
        with Browser(desk, name="Bob") as bob:
            assert bob.post("/logout", headers=headers).status_code == 403
            assert bob.get("/").status_code == 200
    good = anyone.post("/login", data={"name": "Ann", "password": WORD}, headers=OWN)
    assert "SameSite=strict" in good.headers["set-cookie"]


@pytest.mark.parametrize("weak", ["", "short", "password1234", "aaaaaaaaaaaaaaa", "Marianne1234"])
def test_a_weak_password_is_not_taken(desk: Desk, anyone: TestClient, weak: str) -> None:
    """Short, common, or made of one's own name: said on the page, and the link still is good."""
    _, link = desk.entrance.accounts.invite("Marianne", Role.AGENT, NOW)
    found = anyone.post(f"/invited/{link}", data={"password": weak}, headers=OWN)
    assert found.status_code == 400
    assert 'role="alert"' in found.text
    assert anyone.post(f"/invited/{link}", data={"password": WORD}, headers=OWN).status_code == 303


def test_a_password_is_changed_with_the_one_until_now(desk: Desk, anyone: TestClient) -> None:
    """Without the old one nothing changes; with it the new one counts, and the old one no more."""
    member(desk, "Ann")
    with Browser(desk, name="Ann") as ann:
        assert ann.post("/me/password", data={"password": OTHER, "new": OTHER}, headers=OWN).status_code == 401
        assert ann.post("/me/password", data={"new": OTHER}, headers=OWN).status_code == 401
        assert log_in(anyone, "Ann") == 303
        assert ann.post("/me/password", data={"password": WORD, "new": OTHER}, headers=OWN).status_code == 200
        assert ann.get("/").status_code == 200
    assert (log_in(anyone, "Ann"), log_in(anyone, "Ann", OTHER)) == (401, 303)


def test_password_fields_are_for_managers(desk: Desk, anyone: TestClient) -> None:
    """Each is of type password and says which it is; nothing keeps anybody from pasting."""
    member(desk, "Ann")
    _, link = desk.entrance.accounts.invite("Bob", Role.AGENT, NOW)
    assert 'type="password" autocomplete="current-password"' in anyone.get("/login").text
    assert 'type="password" autocomplete="new-password"' in anyone.get(f"/invited/{link}").text
    assert "onpaste" not in anyone.get("/login").text


@pytest.mark.parametrize(
    "long",
    [
        f" {WORD} ",
        "четыре слова подряд здесь",
        "🙂 paints 葡萄 quietly Ωmega 7",
        f"{WORD} {OTHER} nobody paints",
    ],
)
def test_a_password_is_taken_as_typed(desk: Desk, anyone: TestClient, long: str) -> None:
    """Spaces at its ends, any script and 64 characters and more are all part of it, to the last one."""
    member(desk, "Ann", password=long)
    assert log_in(anyone, "Ann", long[:-1]) == 401
    assert log_in(anyone, "Ann", long) == 303


def test_brute_force_meets_growing_waits(desk: Desk, anyone: TestClient, clock: Clock) -> None:
    """After a few failures even the right password has to wait, each time longer; who waits gets in."""
    member(desk, "Ann")
    assert [log_in(anyone, "ann", "wrong") for _ in range(FREE + 1)] == [401] * (FREE + 1)
    assert log_in(anyone, "Ann") == 429
    clock.now += 6
    assert log_in(anyone, "Ann", "wrong") == 401
    clock.now += 6
    assert log_in(anyone, "Ann") == 429
    clock.now += 6
    assert log_in(anyone, "Ann") == 303
    assert log_in(anyone, "Ann", "wrong") == 401


def test_many_names_from_one_address_are_slowed_down(desk: Desk, anyone: TestClient) -> None:
    """One address that tries one password on many names comes to its end, also for names that nobody has."""
    tried = [log_in(anyone, f"nobody{number}", "wrong") for number in range(EACH[0] + 5)]
    assert tried == [401] * EACH[0] + [429] * 5


def test_no_account_is_there_before_somebody_is(desk: Desk, anyone: TestClient) -> None:
    """A new desk knows nobody: no empty name, no usual one, and no owner without a password gets in."""
    fresh = Desk(brands=desk.brands, store=desk.store, entrance=cheap())
    assert fresh.entrance.accounts.members() == []
    fresh.entrance.accounts.owner(NOW)
    with TestClient(create(fresh), base_url=HOME) as browser:
        for name in ("", "admin", "owner", "None"):
            for password in ("", "admin", "password"):
                assert log_in(browser, name, password) in (401, 429)
        assert browser.get("/").status_code == 401


def test_abroad_nobody_works_without_a_second_factor(desk: Desk, clock: Clock) -> None:
    """Whoever has a password only is led to set up the second factor, and nothing else opens until it is."""
    entrance = cheap(desk.entrance.accounts, ADDRESS)
    abroad, number = (
        Desk(brands=desk.brands, store=desk.store, clock=desk.clock, entrance=entrance),
        member(desk, "Ann"),
    )
    own = {"origin": ADDRESS}
    with TestClient(create(abroad), base_url=ADDRESS, follow_redirects=False) as browser:
        assert browser.post("/login", data={"name": "Ann", "password": WORD}, headers=own).status_code == 303
        for path in ("/", "/cases/1", "/people", "/pulse"):
            assert browser.get(path).headers["location"] == "/me"
        assert browser.post("/cases/1/resolve", headers=own).headers["location"] == "/me"
        browser.post("/me/factor", headers=own)
        secret = entrance.accounts.proofs_of(number).secret
        assert "<svg" in browser.get("/me").text
        code = pyotp.TOTP(secret).at(int(clock.now))
        assert "Codes to recover with" in browser.post("/me/factor/confirm", data={"code": code}, headers=own).text
        assert browser.get("/").status_code == 200
        assert browser.get("/enter/anything").status_code == 403


def test_names_cannot_be_found_out(desk: Desk, anyone: TestClient) -> None:
    """Unknown, suspended, invited, wrong password, wrong code: one answer, and as much hashing for each."""

    class Counting(Passwords):
        tried = 0

        def fits(self, kept: str, password: str) -> bool:
            self.tried += 1
            return super().fits(kept, password)

    passwords = Counting(CHEAP)
    entrance = Entrance(accounts=desk.entrance.accounts, passwords=passwords)
    again = Desk(brands=desk.brands, store=desk.store, clock=desk.clock, entrance=entrance)
    with_factor(desk, member(desk, "Coded"))
    member(desk, "Known")
    desk.entrance.accounts.suspend(member(desk, "Gone"), NOW)
    desk.entrance.accounts.invite("Invited", Role.AGENT, NOW)
    with TestClient(create(again), base_url=HOME) as browser:
        said = set()
        for name in ("Known", "Unknown", "Gone", "Invited", "Coded"):
            password = WORD if name in ("Coded", "Gone") else "wrong"
            found = browser.post("/login", data={"name": name, "password": password}, headers=OWN)
            said.add((found.status_code, found.text.replace(name, "")))
        assert len(said) == 1
        assert WRONG in said.pop()[1]
        assert passwords.tried == 5
        for name in ("Known", "Unknown"):
            tried = [browser.post("/login", data={"name": name, "password": "w"}, headers=OWN) for _ in range(FREE + 1)]
            assert (tried[-1].status_code, OFTEN in tried[-1].text) == (429, True)


def test_an_invitation_expires_and_is_good_once(desk: Desk, anyone: TestClient, clock: Clock) -> None:
    """Looking at it does not use it; used or late it is a page that says so, and sets nobody's password."""
    _, link = desk.entrance.accounts.invite("Ann", Role.AGENT, NOW)
    _, late = desk.entrance.accounts.invite("Bob", Role.AGENT, NOW)
    for _ in range(2):
        assert "Welcome, Ann" in anyone.get(f"/invited/{link}").text
    assert anyone.post(f"/invited/{link}", data={"password": WORD}, headers=OWN).status_code == 303
    assert anyone.post(f"/invited/{link}", data={"password": OTHER}, headers=OWN).status_code == 404
    clock.now += LASTS[LinkKind.INVITED]
    assert anyone.get(f"/invited/{late}").status_code == 404
    assert anyone.post(f"/invited/{late}", data={"password": WORD}, headers=OWN).status_code == 404
    assert log_in(anyone, "Bob") == 401
    assert (log_in(anyone, "Ann", OTHER), log_in(anyone, "Ann")) == (401, 303)


def test_a_reset_takes_away_what_was(desk: Desk, anyone: TestClient) -> None:
    """After a reset neither old password nor session is good; only the link is, and the admin learns no password."""
    number = member(desk, "Bob")
    with Browser(desk, name="Bob") as bob, Browser(desk, name="Boss") as boss:
        page = boss.post(f"/people/{number}/reset", data=SURE, headers=OWN).text
        assert bob.get("/").status_code == 401
    link = page.partition("/invited/")[2].partition("<")[0]
    assert log_in(anyone, "Bob") == 401
    assert anyone.post(f"/invited/{link}", data={"password": OTHER}, headers=OWN).status_code == 303
    assert log_in(anyone, "Bob", OTHER) == 303
    assert OTHER not in page


def test_a_code_is_good_once(desk: Desk, anyone: TestClient, clock: Clock) -> None:
    """A code that somebody saw is not good again, nor is an older one; codes to recover are the same."""
    secret, codes = with_factor(desk, member(desk, "Ann"))
    totp = pyotp.TOTP(secret)
    code, before = totp.at(int(clock.now)), totp.at(int(clock.now) - 30)
    assert log_in(anyone, "Ann") == 401
    assert log_in(anyone, "Ann", code=code) == 303
    assert log_in(anyone, "Ann", code=code) == 401
    assert log_in(anyone, "Ann", code=before) == 401
    clock.now += 3_600
    assert log_in(anyone, "Ann", code=code) == 401
    assert log_in(anyone, "Ann", code=codes[0].lower()) == 303
    assert log_in(anyone, "Ann", code=codes[0]) == 401
    assert log_in(anyone, "Ann", "wrong password", codes[1]) == 401
    assert log_in(anyone, "Ann", code=codes[1]) == 303


def test_tokens_are_random(desk: Desk) -> None:
    """No two sessions or links are alike, and each has 256 bit."""
    tokens = {session(desk, "Ann") for _ in range(50)}
    tokens |= {desk.entrance.accounts.invite(f"New {number}", Role.AGENT, NOW)[1] for number in range(50)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)


def test_a_session_is_not_fixed_before_log_in(desk: Desk, anyone: TestClient) -> None:
    """What somebody else put into the browser is not what signs in; a session of before ends at the next log-in."""
    member(desk, "Ann")
    anyone.cookies.set("ascolta", "known-to-mallory")
    assert log_in(anyone, "Ann") == 303
    first = anyone.cookies.get("ascolta", domain="127.0.0.1")
    assert first != "known-to-mallory"
    anyone.cookies.clear()
    for token, status in (("known-to-mallory", 401), (str(first), 200)):
        assert anyone.get("/", headers={"cookie": f"ascolta={token}"}).status_code == status
    anyone.cookies.set("ascolta", str(first))
    assert log_in(anyone, "Ann") == 303
    anyone.cookies.clear()
    assert anyone.get("/", headers={"cookie": f"ascolta={first}"}).status_code == 401


def test_sessions_end(desk: Desk, clock: Clock) -> None:
    """Not used for a while, or used for too long, a session is over; the page that looks by itself is no use."""
    with Browser(desk, name="Ann") as ann:
        clock.now += AT_HOME.idle - 1
        assert ann.get("/pulse").status_code == 200
        clock.now += 1
        assert ann.get("/").status_code == 401
        ann.become("Ann")
        began = clock.now
        while clock.now + AT_HOME.idle / 2 < began + AT_HOME.whole:
            clock.now += AT_HOME.idle / 2
            assert ann.get("/").status_code == 200
        clock.now = began + AT_HOME.whole
        assert ann.get("/").status_code == 401
    assert ABROAD.whole <= 12 * 3_600


def test_a_cookie_is_worth_nothing_after_log_out(desk: Desk) -> None:
    """Whoever copied the cookie is out with the one who logs out."""
    with Browser(desk, name="Ann") as ann:
        stolen = {"cookie": f"ascolta={ann.cookies.get('ascolta')}"}
        ann.cookies.clear()
        assert ann.get("/", headers=stolen).status_code == 200
        assert ann.post("/logout", headers={**OWN, **stolen}, follow_redirects=False).status_code == 303
        assert ann.get("/", headers=stolen).status_code == 401
        assert ann.post("/cases/1/resolve", headers={**OWN, **stolen}).status_code == 401


def test_suspension_and_roles_count_at_once(desk: Desk) -> None:
    """Another role or a suspension ends the sessions of before; by the next one only the new role is there."""
    with Browser(desk, name="Boss") as boss, Browser(desk, name="Ann") as ann:
        number = ann.desk.entrance.accounts.members()[-1].id
        assert ann.get("/people").status_code == 200
        boss.post(f"/people/{number}/role", data={"role": "viewer", **SURE}, headers=OWN)
        assert ann.get("/people").status_code == 401
        ann.become("Ann")
        assert ann.get("/people").status_code == 403
        boss.post(f"/people/{number}/suspend", data=SURE, headers=OWN)
        assert ann.get("/").status_code == 401
        assert desk.entrance.accounts.member(number).state is State.SUSPENDED


def test_other_browsers_can_be_logged_out(desk: Desk, anyone: TestClient) -> None:
    """One sees where one is logged in and ends the rest; a new password does that by itself."""
    member(desk, "Ann")
    with Browser(desk, name="Ann") as here, Browser(desk, name="Ann") as there:
        assert here.get("/me").text.count("Another browser") == 2
        here.post("/me/sessions/end", headers=OWN)
        assert (here.get("/").status_code, there.get("/").status_code) == (200, 401)
        there.become("Ann")
        here.post("/me/password", data={"password": WORD, "new": OTHER}, headers=OWN)
        assert (here.get("/").status_code, there.get("/").status_code) == (200, 401)


def test_every_page_has_a_log_out(desk: Desk) -> None:
    """Wherever somebody is, a button ends it."""
    with Browser(desk, name="Ann") as ann:
        for path in ("/", "/risk", "/cases/1", "/cases/99", "/incidents/1", "/opt-out", "/me", "/people"):
            assert 'action="/logout"' in ann.get(path).text, path


def test_account_matters_ask_again(desk: Desk) -> None:
    """Who finds an open browser can neither take the second factor off, nor get codes, nor set a password."""
    number = member(desk, "Ann")
    _, codes = with_factor(desk, number)
    with Browser(desk, name="Ann") as ann:
        for path in ("/me/factor/off", "/me/codes", "/me/password"):
            for form in ({"new": OTHER}, {"password": WORD, "new": OTHER}):
                assert ann.post(path, data=form, headers=OWN).status_code in (401, 429), path
        assert desk.entrance.accounts.member(number).factor is Factor.ON
        assert desk.entrance.accounts.codes_left(number) == len(codes)


def test_every_route_stands_in_the_matrix(desk: Desk) -> None:
    """A new route is either open on purpose or has its roles; none is forgotten."""
    routes = {f"{method} {route.path}" for route in create(desk).routes if isinstance(route, APIRoute)
              for method in route.methods or ()}  # fmt: skip
    matched = {_template(routes, line) for line in MATRIX}
    assert routes - OPEN == matched


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_asks_the_role(desk: Desk, role: Role | None) -> None:
    """Each role gets where the matrix lets it, and a page that says who may everywhere else; nobody gets nowhere."""
    with Browser(desk) as browser:
        for line, roles in MATRIX.items():
            method, _, path = line.partition(" ")
            browser.cookies.clear()
            if role is not None:
                browser.become(f"the {role}", role)
            path, _, note = path.partition("?note=")
            found = browser.request(
                method, path, headers=OWN, follow_redirects=False, data={"note": note} if note else {}
            )
            if role is None:
                assert found.status_code == 401, line
            elif role in roles:
                said = (line, unescape(found.text)) if found.status_code == 403 else ""
                assert found.status_code != 403, said
                assert found.status_code != 401 or path.startswith("/me/"), line
            else:
                assert found.status_code == 403, line
                assert "Who may do this (" in found.text, line


def test_acts_within_a_route_ask_the_role(desk: Desk) -> None:
    """To let a brand speak again, to approve against the check, to publish: a form of an agent does none of it."""
    desk.store.pause("acme", "wait")
    with Browser(desk, name="Boss") as browser:
        browser.become("An agent", Role.AGENT)
        assert browser.post("/speaking/acme", data={"note": " "}, headers=OWN).status_code == 403
        assert desk.store.paused("acme") == "wait"
        said = browser.post("/cases/1/approve", data={"note": "because"}, headers=OWN)
        assert said.status_code == 403
        assert "Who may do this (approve an answer against the check): lead and admin." in said.text
        assert browser.post("/incidents/1/done", data={"step": "4"}, headers=OWN).status_code == 403
        assert browser.post("/incidents/1/done", data={"step": "2"}, headers=OWN).status_code == 200
        browser.become("An officer", Role.OFFICER)
        assert browser.post("/speaking/acme", data={}, headers=OWN).status_code == 403


def test_nobody_acts_in_another_name(desk: Desk) -> None:
    """Whatever a form or a cookie says, an act is signed with the name of the account."""
    with Browser(desk, name="Mallory") as mallory:
        mallory.cookies.set("who", "Ann")
        form = {"who": "Ann", "name": "Ann", "by ": "Ann", "note": "We are on it."}
        mallory.request("POST", "/cases/1/draft", data={**form, "by": "Ann"}, headers=OWN)
        case = desk.store.case(1)
        assert case is not None
        assert case.drafted_by == "Mallory"
        mallory.request("POST", "/incidents/1/note", data={"by": "Ann", "said": "look"}, headers=OWN)
        assert desk.room is not None
        assert desk.room.incidents.incident(1).events[-1].by == "Mallory"


def test_one_account_approves_once(desk: Desk) -> None:
    """What two must approve waits for a second account, whatever the first one does; the page says how to invite."""
    with Browser(desk, name="Ann") as ann:
        boss = next(one for one in desk.entrance.accounts.members() if one.name == "Boss")
        desk.entrance.accounts.suspend(boss.id, NOW)
        ann.post("/cases/1/draft", data={"note": "We are on it."}, headers=OWN)
        for _ in range(2):
            ann.request("POST", "/cases/1/approve", data={"by": "Bob"}, headers=OWN)
        ann.request("POST", "/me", data={"by": "Bob"}, headers=OWN)
        ann.request("POST", "/cases/1/approve", data={"by": "Bob"}, headers=OWN)
        case = desk.store.case(1)
        assert case is not None
        assert tuple(case.approved_by) == ("Ann",)
        assert 'href="/people">Invite a second person' in ann.get("/cases/1").text
        ann.become("Bob", Role.AGENT)
        assert "Invite a second person" not in ann.get("/cases/1").text
        ann.post("/cases/1/approve", headers=OWN)
        case = desk.store.case(1)
        assert case is not None
        assert tuple(case.approved_by) == ("Ann", "Bob")


def test_links_leave_the_address_bar(desk: Desk, anyone: TestClient) -> None:
    """What let somebody in is not in the address that they land on, and no page tells other sites where one was."""
    accounts = desk.entrance.accounts
    boss = next(one for one in accounts.members() if one.role is Role.ADMIN)
    entered = anyone.get(f"/enter/{accounts.relink(boss.id, LinkKind.ENTER, NOW)}")
    _, link = accounts.invite("Bob", Role.AGENT, NOW)
    joined = anyone.post(f"/invited/{link}", data={"password": WORD}, headers=OWN)
    assert (entered.headers["location"], joined.headers["location"]) == ("/", "/me")
    for found in (entered, joined):
        assert found.headers["referrer-policy"] == "no-referrer"
        assert found.headers["cache-control"] == "no-store"


def _template(routes: set[str], line: str) -> str:
    """The route that answers a line of the matrix: the one with the fewest open places."""
    method, _, path = line.partition("?")[0].partition(" ")
    parts = path.split("/")

    def fits(route: str) -> bool:
        verb, _, template = route.partition(" ")
        own = template.split("/")
        return (
            verb == method
            and len(own) == len(parts)
            and all(a == b or ("{" in a and b.startswith(a.partition("{")[0])) for a, b in zip(own, parts, strict=True))
        )

    return min((route for route in routes if fits(route)), key=lambda route: route.count("{"))
