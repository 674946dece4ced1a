"""`ascolta tokens`: made for somebody who is there, shown once, listed without itself, revoked."""

from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.people import Role
from ascolta.core.scopes import PREFIX
from ascolta.stores.accounts import Accounts
from tests.cli.running import ascolta


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that was begun, with an agent."""
    place = tmp_path / "s"
    bootstrap.store(place).close()
    accounts = Accounts(place)
    accounts.invite("Ann", Role.AGENT, 0.0)
    accounts.close()
    return place


def test_a_token_is_made_listed_and_revoked(store: Path) -> None:
    """It is printed when it is made and never again; after it was revoked nothing is listed."""
    made = ascolta(
        "tokens", "make", "the help desk", "--for", "ann", "--scope", "cases:read", "--days", "7", "--store", store
    )
    assert (made.code, made.out.startswith(PREFIX)) == (0, True)
    listed = ascolta("tokens", "list", "--store", store).out
    assert "1  the help desk of Ann: cases:read; until " in listed
    assert "never used" in listed
    assert made.out.strip() not in listed
    assert ascolta("tokens", "list", "--store", store, "--json").json[0]["scopes"] == "cases:read"
    assert ascolta("tokens", "revoke", "1", "--store", store).code == 0
    assert "No program acts" in ascolta("tokens", "list", "--store", store).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make", "x", "--for", "Bob", "--scope", "cases:read"), "nobody signs with this name"),
        (("make", "x", "--for", "Ann", "--scope", "cases:raed"), "there is no scope 'cases:raed'"),
        (("make", "x", "--for", "Ann", "--scope", "journal:read"), "no more than its person may"),
        (("make", "x", "--for", "Ann", "--scope", "cases:read", "--days", "400"), "1 to 365 days"),
        (("revoke", "9"), "there is no token of this number"),
    ],
)
def test_what_cannot_be_is_one_sentence(store: Path, words: tuple[str, ...], said: str) -> None:
    """Somebody who is not there, a scope that is none or too much, too long: exit code 2, and why."""
    ended = ascolta("tokens", *words, "--store", store)
    assert (ended.code, said in ended.err, PREFIX in ended.out) == (2, True, False)


def test_without_a_scope_it_says_which_there_are(store: Path) -> None:
    """The scopes that this person can give, one a line, and exit code 2."""
    ended = ascolta("tokens", "make", "x", "--for", "Ann", "--store", store)
    assert (ended.code, "cases:answer" in ended.out, "journal:read" in ended.out) == (2, True, False)
