"""Tokens and repetitions as they are kept: nothing of a token but its digest, nothing longer than it must be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.days import DAY
from ascolta.core.journal import read
from ascolta.core.people import Role
from ascolta.core.scopes import MOST, NEEDS, Scope, offered, wanted
from ascolta.errors import PeopleError
from ascolta.stores.accounts import FILE, Accounts
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.journal import MemoryJournal

NOW = 1_700_000_000.0
ASKED = wanted("a program", ["cases:read"], 10, Role.AGENT)


@pytest.fixture(params=["file", "memory"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Accounts]:
    """Accounts with one person, in each of their two places."""
    made = Accounts(tmp_path if request.param == "file" else None)
    made.invite("Ann", Role.AGENT, NOW)
    yield made
    made.close()


def test_a_token_is_found_by_itself_and_by_nothing_else(accounts: Accounts) -> None:
    """What was given finds it until it ends; anything near it, or its digest, finds nothing."""
    made, said = accounts.tokens.make(1, ASKED, NOW)
    found = accounts.tokens.find(said, NOW)
    assert found is not None
    assert (found.number, found.member, found.scopes) == (made.number, 1, (Scope.CASES,))
    for other in (said[:-1], said + "A", said.upper(), "", "' OR 1=1 --", "\ud800"):
        assert accounts.tokens.find(other, NOW) is None, other
    assert accounts.tokens.find(said, NOW + 10 * DAY - 1) is not None
    assert accounts.tokens.find(said, NOW + 10 * DAY) is None
    assert accounts.tokens.find(said, NOW - DAY) is None


def test_no_file_holds_a_token(tmp_path: Path) -> None:
    """Neither the token nor the name of its request stands in any byte of the file, nor after it was revoked."""
    accounts = Accounts(tmp_path)
    _, said = accounts.tokens.make(1, ASKED, NOW)
    accounts.tokens.begin("canary-key", b"digest", NOW)
    data = (tmp_path / FILE).read_bytes()
    assert said.encode() not in data
    assert said[8:].encode() not in data
    assert b"canary-key" not in data
    accounts.close()


def test_the_journal_knows_tokens_by_number(tmp_path: Path) -> None:
    """That one was made and revoked stands there, with the numbers of token and person and no name."""
    journal = MemoryJournal(new_signer(), SecondPlace(None))
    accounts = Accounts(None, journal)
    made, _ = accounts.tokens.make(1, ASKED, NOW)
    accounts.tokens.revoke(made.number, NOW)
    entries = [read(raw) for _, raw in journal.entries()]
    assert [(one.kind, one.rule) for one in entries if one] == [
        ("granted", "person.1.token.1"), ("withdrawn", "person.1.token.1"),
    ]  # fmt: skip
    assert b"a program" not in b"".join(raw for _, raw in journal.entries())


def test_what_is_over_goes(accounts: Accounts) -> None:
    """Tokens go with their date, repetitions after a day."""
    accounts.tokens.make(1, ASKED, NOW)
    accounts.tokens.begin("key", b"body", NOW)
    assert accounts.sweep(NOW + DAY - 1) == 0
    assert accounts.sweep(NOW + DAY) == 1
    assert accounts.sweep(NOW + 10 * DAY) >= 1
    assert accounts.tokens.of(None, NOW) == []


def test_a_repetition_is_known_by_key_and_body(accounts: Accounts) -> None:
    """Begun, answered, forgotten: each is what the next one under the same key is told."""
    tokens = accounts.tokens
    assert tokens.begin("k", b"1", NOW) is None
    before = tokens.begin("k", b"1", NOW)
    assert before is not None
    assert (before.same, before.status) == (True, 0)
    tokens.answered("k", 200, '{"case": 1}')
    again, other = tokens.begin("k", b"1", NOW), tokens.begin("k", b"2", NOW)
    assert again is not None
    assert other is not None
    assert (again.same, again.status, again.answer, other.same) == (True, 200, '{"case": 1}', False)
    tokens.forget("k")
    assert tokens.begin("k", b"2", NOW) is None


def test_an_older_file_gets_its_tables(tmp_path: Path) -> None:
    """A file of a desk that knew no tokens opens, and takes one."""
    Accounts(tmp_path).close()
    accounts = Accounts(tmp_path)
    assert accounts.tokens.make(1, ASKED, NOW)[1]
    accounts.close()


@pytest.mark.parametrize("role", list(Role))
def test_a_role_offers_what_it_may(role: Role) -> None:
    """Each scope that is offered can be asked for, and no other."""
    for scope in Scope:
        assert scope in NEEDS
        if scope in offered(role):
            assert wanted("x", [scope], MOST, role).scopes == (scope,)
        else:
            with pytest.raises(PeopleError, match="no more than its person may"):
                wanted("x", [scope], 1, role)
