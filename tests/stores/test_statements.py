"""The file of statements, and its twin in memory: the same facts for both."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.journal import Kind
from ascolta.core.reply import ReplyState
from ascolta.core.statement import Posting, StatementAct, StatementEvent, StatementState
from ascolta.errors import CaseError, StoreError
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.journal import FILE as JOURNAL
from ascolta.stores.journal import SqlJournal
from ascolta.stores.statements import FILE, Statements
from tests.conftest import NOW

OUT = Posting(
    key="k1", brand="acme", statement="we-know", edition=1, network="x", language="en", text="We know.",
    not_before=NOW, until=NOW + 60, urgent=True,
)  # fmt: skip


@pytest.fixture(params=["file", "memory"])
def statements(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Statements]:
    """Each of the two, empty."""
    made = Statements(tmp_path if request.param == "file" else None)
    yield made
    made.close()


def act(kind: StatementAct, by: str = "Ann", note: str = "") -> StatementEvent:
    """Something that somebody does."""
    return StatementEvent(kind=kind, at=NOW, by=by, digest="d", approve=2, note=note)


def released(statements: Statements, *out: Posting) -> None:
    """A statement that is out, with these postings."""
    statements.record("acme", "we-know", act(StatementAct.PREPARED))
    for by in ("Ann", "Bob"):
        statements.record("acme", "we-know", act(StatementAct.APPROVED, by))
    statements.record("acme", "we-know", act(StatementAct.RELEASED), out)


def test_what_is_recorded_is_read_as_it_was(statements: Statements) -> None:
    """Acts and postings come back whole, and other statements and brands have none of them."""
    released(statements, OUT)
    edition = statements.edition("acme", "we-know")
    assert (edition.state, edition.number, edition.approved_by) == (StatementState.RELEASED, 1, ("Ann", "Bob"))
    assert statements.postings() == statements.postings(ReplyState.APPROVED) == [OUT]
    assert statements.postings(brand="acme", statement="we-know") == [OUT]
    assert statements.postings(brand="other", statement="we-know") == statements.postings(ReplyState.SENT) == []
    assert statements.edition("other", "we-know").state is StatementState.ABSENT


def test_what_does_not_fit_is_not_kept(statements: Statements) -> None:
    """Neither an act that does not fit, nor its postings, nor those of another edition."""
    with pytest.raises(CaseError):
        statements.record("acme", "we-know", act(StatementAct.RELEASED), [OUT])
    statements.record("acme", "we-know", act(StatementAct.PREPARED))
    for by in ("Ann", "Bob"):
        statements.record("acme", "we-know", act(StatementAct.APPROVED, by))
    with pytest.raises(CaseError, match="another edition"):
        statements.record("acme", "we-know", act(StatementAct.RELEASED), [replace(OUT, edition=2)])
    assert statements.edition("acme", "we-know").state is StatementState.APPROVED
    assert statements.postings() == []


def test_a_posting_is_claimed_once_and_settled(statements: Statements) -> None:
    """One claim wins; what was sent stays sent, and then the statement is published."""
    released(statements, OUT)
    assert [statements.claim(key, NOW) for key in ("k1", "k1", "k2")] == [True, False, False]
    [sending] = statements.postings(ReplyState.SENDING)
    assert (sending.tries, sending.since) == (1, NOW)
    statements.settle(sending, ReplyState.APPROVED, at=NOW + 60, note="later")
    [again] = statements.postings(ReplyState.APPROVED)
    assert (again.not_before, again.note) == (NOW + 60, "later")
    assert statements.claim("k1", NOW)
    statements.settle(again, ReplyState.SENT, at=NOW + 61, note="p1")
    statements.settle(again, ReplyState.FAILED, at=NOW + 62)
    assert statements.postings()[0].state is ReplyState.SENT
    assert statements.edition("acme", "we-know").state is StatementState.PUBLISHED


def test_to_withdraw_takes_back_what_waits(statements: Statements) -> None:
    """What is on its way or out stays; what waits or failed goes, and so it does when another edition begins."""
    for kind in (StatementAct.WITHDRAWN, StatementAct.PREPARED):
        name = f"s-{kind}"
        others = [replace(OUT, key=f"{kind}{n}", statement=name) for n in range(4)]
        statements.record("acme", name, act(StatementAct.PREPARED))
        for by in ("Ann", "Bob"):
            statements.record("acme", name, act(StatementAct.APPROVED, by))
        statements.record("acme", name, act(StatementAct.RELEASED), others)
        for key in (f"{kind}1", f"{kind}2", f"{kind}3"):
            assert statements.claim(key, NOW)
        statements.settle(others[2], ReplyState.SENT, at=NOW)
        statements.settle(others[3], ReplyState.FAILED, at=NOW)
        statements.record("acme", name, act(kind, note="it was wrong"))
        left = {one.key: one.state for one in statements.postings(brand="acme", statement=name)}
        assert left == {f"{kind}1": ReplyState.SENDING, f"{kind}2": ReplyState.SENT}


def test_two_programs_see_one_list(tmp_path: Path) -> None:
    """What one releases only one of the two can claim."""
    one, other = Statements(tmp_path), Statements(tmp_path)
    released(one, OUT)
    assert other.postings() == [OUT]
    assert (other.claim("k1", NOW), one.claim("k1", NOW)) == (True, False)
    one.close()
    other.close()


def test_a_file_of_an_older_version_is_read_and_widened(tmp_path: Path) -> None:
    """Postings that know no first time are there all the same, whether the file is only read or written on."""
    made = Statements(tmp_path)
    released(made, OUT)
    made.close()
    with sqlite3.connect(tmp_path / "statements.db") as db:
        db.execute("ALTER TABLE postings DROP COLUMN released")
    db.close()
    reading = Statements(tmp_path, reading=True)
    assert reading.postings() == [replace(OUT, released=0.0)]
    reading.close()
    again = Statements(tmp_path)
    assert again.postings() == [replace(OUT, released=0.0)]
    released(again, replace(OUT, key="k2", edition=2, released=NOW))
    assert NOW in {one.released for one in again.postings()}
    again.close()


def test_every_act_is_in_the_journal(tmp_path: Path) -> None:
    """Prepared, approved, released, sent, withdrawn: each with the statement's name."""
    journal = SqlJournal(tmp_path / JOURNAL, new_signer(), SecondPlace(None))
    made = Statements(tmp_path, journal)
    released(made, OUT)
    made.claim("k1", NOW)
    made.settle(OUT, ReplyState.SENT, at=NOW)
    made.record("acme", "we-know", act(StatementAct.WITHDRAWN, note="canary"))
    made.close()
    entries = [journal.entry(seq) for seq in range(journal.size())]
    journal.close()
    kinds = [Kind.PREPARED, Kind.APPROVED, Kind.APPROVED, Kind.RELEASED, Kind.SENT, Kind.WITHDRAWN]
    assert [entry.kind for entry in entries if entry] == kinds
    assert {(entry.brand, entry.rule) for entry in entries if entry} == {("acme", "statement.we-know")}
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_file_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A broken file is a clear error."""
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(StoreError, match="the statements cannot be"):
        Statements(tmp_path)
