"""Accounts, links, sessions and second factors: in a file and in memory, by the same tests."""

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from ascolta.core.journal import Kind, read
from ascolta.core.people import ABROAD, AT_HOME, LASTS, Factor, LinkKind, Role, State
from ascolta.errors import PeopleError
from ascolta.stores.accounts import FILE, YEAR, Accounts
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.journal import MemoryJournal
from ascolta.stores.proofs import Passwords, new_codes, new_secret, step_of
from tests.conftest import NOW
from tests.web.entering import CHEAP


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal(new_signer(), SecondPlace(None))


@pytest.fixture(params=["file", "memory"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path, journal: MemoryJournal) -> Iterator[Accounts]:
    """No accounts yet."""
    made = Accounts(tmp_path if request.param == "file" else None, journal)
    yield made
    made.close()


def joined(accounts: Accounts, name: str, role: Role = Role.AGENT) -> int:
    """Somebody who was invited and came; their number."""
    member, token = accounts.invite(name, role, NOW)
    assert accounts.join(token, "kept", NOW)
    return member.id


def told(journal: MemoryJournal) -> list[tuple[str, str]]:
    """What the journal says, kind and rule."""
    entries = [read(data) for _, data in journal.entries()]
    return [(one.kind, one.rule) for one in entries if one is not None]


def test_the_first_is_the_owner(accounts: Accounts) -> None:
    """Where nobody is, an admin without name and password is made, once; with a password no link is for them."""
    owner = accounts.owner(NOW)
    assert owner is not None
    assert (owner.name, owner.role, owner.state) == ("", Role.ADMIN, State.ACTIVE)
    assert accounts.owner(NOW) == owner
    accounts.call(owner.id, "Ann")
    accounts.set_password(owner.id, "kept", NOW)
    assert accounts.owner(NOW) is None
    assert [one.name for one in accounts.members()] == ["Ann"]


def test_a_name_stands_once_and_stays(accounts: Accounts) -> None:
    """No two sign alike, whatever their case; who has a name gets no other, so nobody approves twice by two names."""
    owner = accounts.owner(NOW)
    assert owner is not None
    accounts.call(owner.id, "Ann")
    with pytest.raises(PeopleError, match="stands already"):
        accounts.call(owner.id, "Bob")
    with pytest.raises(PeopleError, match="signs with this name"):
        accounts.invite(" aNN ", Role.AGENT, NOW)
    accounts.suspend(joined(accounts, "Cy"), NOW)
    with pytest.raises(PeopleError, match="signs with this name"):
        accounts.invite("Cy", Role.AGENT, NOW)


def test_an_invitation_is_good_once_and_for_a_while(accounts: Accounts) -> None:
    """Used, replaced or late, a link lets nobody in; nor does it do what another kind of link does."""
    member, token = accounts.invite("Ann", Role.AGENT, NOW)
    assert accounts.link(token, NOW + LASTS[LinkKind.INVITED], LinkKind.INVITED) is None
    assert accounts.link(token, NOW, LinkKind.INVITED) == member
    assert accounts.enter(token, NOW) is None
    again = accounts.relink(member.id, LinkKind.RESET, NOW)
    assert accounts.join(token, "kept", NOW) is None
    assert accounts.join(again, "kept", NOW) is not None
    assert accounts.join(again, "kept", NOW) is None
    assert accounts.member(member.id).state is State.ACTIVE


def test_a_session_is_known_by_its_token_only(accounts: Accounts) -> None:
    """What is kept of it opens nothing; after the end, however it ends, the token is good no more."""
    ann, bob = joined(accounts, "Ann"), joined(accounts, "Bob")
    first, second, other = accounts.sign_in(ann, NOW), accounts.sign_in(ann, NOW), accounts.sign_in(bob, NOW)
    found = accounts.sessions.find(first, NOW, AT_HOME)
    assert found is not None
    assert found.member == ann
    accounts.sessions.end_others(ann, first)
    assert accounts.sessions.find(second, NOW, AT_HOME) is None
    assert accounts.sessions.find(other, NOW, AT_HOME) is not None
    assert [is_this for is_this, _ in accounts.sessions.of(ann, first)] == [True]
    accounts.sessions.end(first)
    assert accounts.sessions.find(first, NOW, AT_HOME) is None
    assert accounts.sessions.find("", NOW, AT_HOME) is None


def test_use_keeps_a_session_and_looking_does_not(accounts: Accounts) -> None:
    """A session that is used lives on until its whole term; one that is only looked at ends idle, for good."""
    ann = joined(accounts, "Ann")
    used, idle = accounts.sign_in(ann, NOW), accounts.sign_in(ann, NOW)
    half = ABROAD.idle / 2
    for times in (1, 2, 3):
        assert accounts.sessions.find(used, NOW + times * half, ABROAD) is not None
        found = accounts.sessions.find(idle, NOW + times * half, ABROAD, used=False)
        assert (found is not None) == (times < 2)
    assert accounts.sessions.find(idle, NOW, ABROAD) is None
    assert accounts.sessions.find(used, NOW + ABROAD.whole, ABROAD) is None


@pytest.mark.parametrize("change", ["give", "suspend", "reset", "password"])
def test_what_changes_an_account_ends_its_sessions(accounts: Accounts, change: str) -> None:
    """Another role, a suspension, a reset or a new password: no session of before goes on with what was."""
    joined(accounts, "Boss", Role.ADMIN)
    ann = joined(accounts, "Ann")
    token = accounts.sign_in(ann, NOW)
    match change:
        case "give":
            accounts.give(ann, Role.LEAD, NOW)
        case "suspend":
            accounts.suspend(ann, NOW)
        case "reset":
            accounts.relink(ann, LinkKind.RESET, NOW)
        case _:
            assert accounts.set_password(ann, "other", NOW) != token
    assert accounts.sessions.find(token, NOW, AT_HOME) is None


def test_an_admin_is_always_left(accounts: Accounts) -> None:
    """The last one can neither be suspended nor become something else, and nothing of the try is kept."""
    ann = joined(accounts, "Ann", Role.ADMIN)
    token = accounts.sign_in(ann, NOW)
    with pytest.raises(PeopleError, match="no admin would be left"):
        accounts.suspend(ann, NOW)
    with pytest.raises(PeopleError, match="no admin would be left"):
        accounts.give(ann, Role.AGENT, NOW)
    assert accounts.member(ann).role is Role.ADMIN
    assert accounts.sessions.find(token, NOW, AT_HOME) is not None
    joined(accounts, "Bob", Role.ADMIN)
    accounts.suspend(ann, NOW)
    assert accounts.proofs("Ann") is None


def test_a_suspended_account_goes_after_a_year(accounts: Accounts) -> None:
    """Until then its name is nobody else's; then all of it is gone. Let in again, it needs a new password."""
    joined(accounts, "Boss", Role.ADMIN)
    ann, bob = joined(accounts, "Ann"), joined(accounts, "Bob")
    for one in (ann, bob):
        accounts.suspend(one, NOW)
    with pytest.raises(PeopleError, match="suspended"):
        accounts.relink(ann, LinkKind.RESET, NOW)
    token = accounts.restore(bob, NOW)
    assert accounts.proofs("Bob") is None
    assert accounts.join(token, "kept", NOW)
    accounts.sweep(NOW + YEAR)
    assert [one.name for one in accounts.members()] == ["Boss", "Bob"]


def test_a_second_factor_counts_once_a_code_was_shown(accounts: Accounts) -> None:
    """Begun it is not asked for; on, it cannot be begun over; off, its secret and codes are gone."""
    ann, secret, codes = joined(accounts, "Ann"), new_secret(), new_codes()
    accounts.begin_factor(ann, secret)
    assert accounts.member(ann).factor is Factor.BEGUN
    accounts.confirm_factor(ann, 7, codes)
    assert (accounts.member(ann).factor, accounts.codes_left(ann)) == (Factor.ON, len(codes))
    with pytest.raises(PeopleError, match="set up already"):
        accounts.begin_factor(ann, new_secret())
    with pytest.raises(PeopleError, match="begin anew"):
        accounts.confirm_factor(ann, 8, codes)
    accounts.drop_factor(ann)
    assert (accounts.proofs_of(ann).secret, accounts.codes_left(ann)) == ("", 0)


def test_no_code_is_good_twice(accounts: Accounts) -> None:
    """A step of 30 seconds, and a code to recover with, are used up; somebody else's codes are nobody's."""
    ann, bob, codes = joined(accounts, "Ann"), joined(accounts, "Bob"), new_codes()
    accounts.begin_factor(ann, new_secret())
    accounts.confirm_factor(ann, 7, codes)
    assert accounts.spend_step(ann, 8)
    assert not accounts.spend_step(ann, 8)
    assert not accounts.spend_step(ann, 7)
    assert not accounts.spend_code(bob, codes[0])
    assert accounts.spend_code(ann, f" {codes[0][:5].lower()}-{codes[0][5:]} ")
    assert not accounts.spend_code(ann, codes[0])
    assert accounts.codes_left(ann) == len(codes) - 1


def test_the_journal_knows_people_by_number(accounts: Accounts, journal: MemoryJournal) -> None:
    """Invitations, log-ins, roles and suspensions are entries, and no name is in any of them."""
    joined(accounts, "Zebrafink", Role.ADMIN)
    ann = joined(accounts, "Ann")
    accounts.give(ann, Role.OFFICER, NOW)
    accounts.suspend(ann, NOW)
    assert told(journal) == [
        (Kind.INVITED, "person.1.admin"), (Kind.SIGNED_IN, "person.1"), (Kind.INVITED, "person.2.agent"),
        (Kind.SIGNED_IN, "person.2"), (Kind.GRANTED, "person.2.privacy-officer"), (Kind.SUSPENDED, "person.2"),
    ]  # fmt: skip
    assert b"zebrafink" not in b"".join(data for _, data in journal.entries()).lower()


def test_nothing_in_the_file_opens_the_desk(tmp_path: Path) -> None:
    """No token of a link or a session, no password and no code to recover with is in it; others cannot read it."""
    accounts, passwords = Accounts(tmp_path), Passwords(CHEAP)
    member, link = accounts.invite("Ann", Role.ADMIN, NOW)
    kept = passwords.kept("correct horse battery staple")
    session = accounts.join(link, kept, NOW)
    other = accounts.relink(member.id, LinkKind.ENTER, NOW)
    codes = new_codes()
    accounts.set_codes(member.id, codes)
    accounts.close()
    data = (tmp_path / FILE).read_bytes()
    assert session is not None
    assert b"$argon2id$" in data
    for secret in (link, session, other, "correct horse", *codes):
        assert secret.encode() not in data
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_passwords_fit_themselves_only() -> None:
    """Another one, an empty one, and nobody's never fit; what cannot be read as a hash fits nothing."""
    passwords = Passwords(CHEAP)
    kept = passwords.kept("correct horse battery staple")
    assert passwords.fits(kept, "correct horse battery staple")
    for wrong in ("", "Correct horse battery staple", "correct horse battery staple ", "\ud800"):
        assert not passwords.fits(kept, wrong)
    for broken in ("", "no hash", kept[:-3]):
        assert not passwords.fits(broken, "correct horse battery staple")


@pytest.mark.parametrize("soon", ["password1234", "aaaaaaaaaaaaaa", "qwertyuiop123", "123456789012", "Marianne1234"])
def test_a_password_that_is_soon_guessed_is_refused(soon: str) -> None:
    """Common ones, runs of the keyboard, and one's own name are not taken."""
    with pytest.raises(PeopleError, match="soon guessed"):
        Passwords(CHEAP).kept(soon, "Marianne")


def test_a_code_of_the_second_factor_stands_for_its_half_minute() -> None:
    """Now, just before and just after it is taken; later, earlier, or used, it is not. The figures are RFC 6238's."""
    secret, at = pyotp.random_base32(), 1_700_000_000.0
    step = int(at // 30)
    code = pyotp.TOTP(secret).at(int(at))
    for shift, good in ((-60, False), (-30, True), (0, True), (30, True), (90, False)):
        assert (step_of(secret, code, at + shift, 0) == step) is good
    assert step_of(secret, code, at, step) is None
    assert step_of(secret, "", at, 0) is None
    rfc = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert step_of(rfc, "287082", 59.0, 0) == 1
    assert step_of(rfc, "005924", 1_234_567_890.0, 0) == 41_152_263
