"""`ascolta people`, and what `ascolta run` asks before other machines may reach the desk."""

from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.cli.entrance import Where, entrance, link
from ascolta.core.people import Factor, LinkKind, Role, State
from ascolta.errors import AscoltaError
from ascolta.stores.accounts import Accounts
from ascolta.stores.proofs import new_codes, new_secret
from tests.cli.running import ACME, ascolta
from tests.conftest import NOW

ABROAD = Where(host="192.0.2.1", address="https://desk.example")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that was begun."""
    bootstrap.store(tmp_path / "s").close()
    return tmp_path / "s"


def test_people_are_added_listed_suspended_and_let_in_again(store: Path) -> None:
    """Each command says what came of it; a link of an address of one's own is printed, and opens an account."""
    added = ascolta(
        "people", "add", "Ann", "--role", "lead", "--store", store, "--address", "https://desk.example", "--json"
    )
    assert added.code == 0
    assert added.json["link"].startswith("https://desk.example/invited/")
    accounts = Accounts(store)
    assert accounts.join(added.json["link"].rpartition("/")[2], "kept", 0.0)
    accounts.invite("Boss", Role.LEAD, 0.0)
    accounts.close()
    listed = ascolta("people", "list", "--store", store).out
    assert "1  Ann: lead" in listed
    assert "2  Boss: lead, invited" in listed
    refused = ascolta("people", "suspend", "ann", "--store", store)
    assert (refused.code, "no admin would be left" in refused.err) == (2, True)
    assert "/invited/" in ascolta("people", "reset", "ann", "--store", store).out
    assert ascolta("people", "list", "--store", store, "--json").json[0]["has_password"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Ann", "--role", "boss"), "the roles are"),
        (("add", " "), "a name has"),
        (("suspend", "Nobody"), "nobody signs with this name"),
        (("reset", "Nobody"), "nobody signs with this name"),
    ],
)
def test_what_cannot_be_is_one_sentence(store: Path, words: tuple[str, ...], said: str) -> None:
    """A role, a name or a person that is not: exit code 2, and nothing is kept."""
    found = ascolta("people", *words, "--store", store)
    assert (found.code, said in found.err) == (2, True)
    assert "Nobody has an account yet" in ascolta("people", "list", "--store", store).out


def test_without_a_store_there_is_nobody(tmp_path: Path) -> None:
    """A folder in which nothing was begun is said, and no file is made there."""
    found = ascolta("people", "add", "Ann", "--store", tmp_path / "none")
    assert (found.code, "there is no store here" in found.err) == (2, True)
    assert not (tmp_path / "none").exists()


def test_the_owner_gets_a_link_until_they_have_a_password(tmp_path: Path) -> None:
    """Each start prints another that works once; with a password there is only where one logs in."""
    found, at_home = entrance(tmp_path, None, Where()), Where(port=81)
    first, second = link(found, at_home), link(found, at_home)
    assert first.startswith("http://127.0.0.1:81/enter/")
    assert found.accounts.enter(first.rpartition("/")[2], NOW) is None
    owner = found.accounts.members()[0]
    assert owner.state is State.ACTIVE
    assert second != first
    found.accounts.set_password(owner.id, "kept", NOW)
    assert link(found, at_home) == "http://127.0.0.1:81/login"
    found.accounts.close()


def test_abroad_it_starts_with_a_second_factor_only(tmp_path: Path) -> None:
    """No account, a password, a factor that is only begun: refused, with how to do it; then it starts."""
    accounts = Accounts(tmp_path)
    for prepare in (
        lambda: None,
        lambda: accounts.call(accounts.owner(NOW).id, "Ann"),  # type: ignore[union-attr]
        lambda: accounts.set_password(1, "kept", NOW),
        lambda: accounts.begin_factor(1, new_secret()),
    ):
        prepare()
        with pytest.raises(AscoltaError, match=r"no admin has a password and a second factor .* run it once without"):
            entrance(tmp_path, None, ABROAD)
    accounts.confirm_factor(1, 1, new_codes())
    assert accounts.member(1).factor is Factor.ON
    found = entrance(tmp_path, None, ABROAD)
    assert link(found, ABROAD) == "https://desk.example/login"
    found.accounts.relink(1, LinkKind.ENTER, NOW)
    found.accounts.close()
    accounts.close()


@pytest.mark.parametrize(
    "words",
    [
        ("--host", "192.0.2.1"), ("--host", "desk.example"), ("--address", "http://desk.example"),
        ("--address", "https://desk.example/path"), ("--address", "https://ann@desk.example"), ("--address", "desk"),
        ("--address", "https://desk.example"),
    ],
)  # fmt: skip
def test_run_refuses_what_nothing_guards(tmp_path: Path, words: tuple[str, str]) -> None:
    """Other machines never reach a desk in the clear, or one that nothing guards: one sentence, exit code 2."""
    found = ascolta("run", ACME, "--store", tmp_path / "s", *words)
    assert found.code == 2
    assert "--address" in found.err
