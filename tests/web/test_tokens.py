"""Tokens on one's own page: made with scopes and an end, shown once, revoked; and the reference for programs."""

import re
from html import unescape
from pathlib import Path

import pytest

from ascolta.core.days import DAY
from ascolta.core.people import FREE, Role
from ascolta.core.scopes import EACH, PREFIX, Scope
from ascolta.web.app import Desk
from tests.web.entering import OWN, Browser, browsing
from tests.web.programs import Clock, Program, token, whole_desk

WORD = "correct horse battery staple"
FORM = {"called": "The help desk", "scope": ["cases:read", "cases:answer"], "days": "30"}


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """A desk with everything."""
    return whole_desk(tmp_path, clock)


def shown(page: str) -> str:
    """The token that a page shows."""
    found = re.search(PREFIX + r"[\w-]{43}", page)
    assert found is not None
    return found[0]


def test_a_token_is_shown_once_and_works(desk: Desk, clock: Clock) -> None:
    """The page shows it when it was made and never again; it does what its scopes say, for so many days."""
    with browsing(desk, name="Ann") as ann:
        assert "No program acts in your name" in ann.get("/me/tokens").text
        page = ann.post("/me/tokens", data=FORM, headers=OWN)
        said = shown(page.text)
        again = ann.get("/me/tokens").text
        assert said not in again
        assert "The help desk" in again
        assert "Never used" in again
        with Program(desk, said, ann.app) as program:
            assert program.ask("GET /me").json() == {
                "name": "Ann", "role": "admin", "scopes": ["cases:read", "cases:answer"],
            }  # fmt: skip
            assert program.ask("GET /risk").status_code == 403
            assert "Last used on" in ann.get("/me/tokens").text
            clock.now += 30 * DAY
            assert program.ask("GET /me").status_code == 401


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"called": " "}, "name the token after what uses it"),
        ({"called": "a\u202eb"}, "name the token after what uses it"),
        ({"scope": []}, "choose at least one scope"),
        ({"scope": ["everything"]}, "there is no scope 'everything'"),
        ({"days": "366"}, "1 to 365 days"),
        ({"days": "0"}, "1 to 365 days"),
        ({"days": "for ever"}, "1 to 365 days"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(desk: Desk, wrong: dict[str, object], said: str) -> None:
    """A name that nobody sees, no scope, one that is none, too long a time: a sentence, and the form as it was."""
    with browsing(desk, name="Ann") as ann:
        found = ann.post("/me/tokens", data={**FORM, **wrong}, headers=OWN)
        assert found.status_code == 400
        assert said in unescape(found.text)
        assert PREFIX not in found.text
        assert ("checked" in found.text) == bool(wrong.get("scope") != [] and wrong.get("scope") != ["everything"])


def test_nobody_gives_what_they_do_not_have(desk: Desk) -> None:
    """The form offers the scopes of one's role, and a form that asks for more is refused."""
    with browsing(desk, name="Boss") as browser:
        browser.become("Vic", Role.VIEWER)
        page = browser.get("/me/tokens").text
        assert 'value="cases:read"' in page
        assert 'value="cases:answer"' not in page
        found = browser.post("/me/tokens", data=FORM, headers=OWN)
        assert (found.status_code, "no more than its person may" in found.text) == (400, True)
        assert not desk.entrance.accounts.tokens.of(None, desk.clock())


def test_whoever_has_a_password_shows_it_again(desk: Desk) -> None:
    """Who finds an open browser cannot make a token; tries are counted as at the log-in."""
    accounts = desk.entrance.accounts
    with browsing(desk, name="Ann") as ann:
        number = accounts.members()[-1].id
        token_of_browser = accounts.set_password(number, desk.entrance.passwords.kept(WORD), desk.clock())
        ann.cookies.set(desk.entrance.cookie, token_of_browser)
        assert ann.post("/me/tokens", data=FORM, headers=OWN).status_code == 401
        assert ann.post("/me/tokens", data={**FORM, "password": "wrong"}, headers=OWN).status_code == 401
        assert shown(ann.post("/me/tokens", data={**FORM, "password": WORD}, headers=OWN).text)
        tried = [ann.post("/me/tokens", data=FORM, headers=OWN) for _ in range(FREE + 2)]
        assert (tried[-1].status_code, PREFIX in tried[-1].text) == (401, False)


def test_tokens_are_revoked_by_their_person_or_an_admin(desk: Desk) -> None:
    """One sees and revokes one's own; an admin those of others too; nobody else any."""
    anns, bobs = token(desk, "Ann", Role.AGENT), token(desk, "Bob", Role.AGENT)
    numbers = {one.member: one.number for one in desk.entrance.accounts.tokens.of(None, desk.clock())}
    ann, bob = sorted(numbers.values())
    with browsing(desk, name="Ann") as browser:
        assert "of Bob" not in browser.get("/me/tokens").text
        assert browser.post(f"/me/tokens/{bob}/revoke", headers=OWN).status_code == 409
        assert browser.post("/me/tokens/99999999999999999999/revoke", headers=OWN).status_code == 404
        browser.post(f"/me/tokens/{ann}/revoke", headers=OWN)
        browser.become("Boss")
        assert "of Bob" in browser.get("/me/tokens").text
        browser.post(f"/me/tokens/{bob}/revoke", headers=OWN)
        for said in (anns, bobs):
            program = Program(desk, said, browser.app)
            assert program.ask("GET /me").status_code == 401


def test_a_person_has_so_many_tokens_at_the_most(desk: Desk) -> None:
    """More than that is a sentence."""
    for _ in range(EACH):
        token(desk, "Ann", scopes=[Scope.CASES])
    with browsing(desk, name="Ann") as ann:
        found = ann.post("/me/tokens", data=FORM, headers=OWN)
        assert (found.status_code, f"you have {EACH} tokens" in found.text) == (400, True)


def test_names_of_tokens_cannot_write_the_page(desk: Desk) -> None:
    """Markup in a name is text, in the list, in what is said and in the form."""
    wrong = "<img src=x onerror=alert(1)>\"'{{7*7}}"
    with browsing(desk, name="Ann") as ann:
        for page in (ann.post("/me/tokens", data={**FORM, "called": wrong}, headers=OWN), ann.get("/me/tokens"),
                     ann.post("/me/tokens", data={**FORM, "called": wrong, "days": "0"}, headers=OWN)):  # fmt: skip
            assert "<img" not in page.text.replace('<img src="/static/', "")
            assert "{{7*7}}" in unescape(page.text)


def test_the_reference_names_every_address(desk: Desk) -> None:
    """Whoever is signed in reads what programs can ask: each address with its scope, each answer, each error."""
    with Browser(desk, name="Ann") as ann:
        page = ann.get("/api").text
        document = ann.get("/api/openapi.json").json()
    for path in document["paths"]:
        assert f"<code>{path}</code>" in page, path
    assert 'id="shape-Case"' in page
    assert 'id="often"' in page
    assert len(page) < 120_000
