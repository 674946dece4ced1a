"""Cases as labels, only read: the same cases that the desk lists, without a key, from both databases."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.insight_cases import said
from ascolta.core.mention import Brands
from ascolta.core.statement import StatementAct, StatementEvent
from ascolta.errors import StoreError
from ascolta.stores.labelled import Labelled
from ascolta.stores.sql import SqlStore
from ascolta.stores.statements import Statements
from ascolta.web.findings import LISTED, count, counted
from tests.conftest import ACME, NOW, OTHER, foresee, keep, published

BRANDS = Brands([ACME, OTHER], foresee)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A store with three cases that were said to the brand, one sealed and one of another brand; its database."""
    url = request.getfixturevalue("server").empty() if request.param == "postgresql" else ""
    store = SqlStore(tmp_path, url=url)
    posts = [published(str(number), "to acme, bad", at=NOW - number) for number in range(3)]
    keep(store, BRANDS, *posts, published("4", "acme is bad"), published("5", "to other"))
    store.close()
    return tmp_path, url


def test_the_same_cases_as_at_the_desk(place: tuple[Path, str]) -> None:
    """What Insight counts of them is the same to the last figure, before any of them was given a turn."""
    labelled = Labelled(*place)
    cases = labelled.cases("acme", LISTED)
    labelled.close()
    store = SqlStore(place[0], url=place[1])
    wanted = count(ACME, BRANDS, store, NOW)
    store.close()
    assert len(cases) == 3
    assert counted(ACME, cases, NOW) == replace(wanted, spoken=said(cases, "acme", 0.0))
    assert sorted(map(repr, wanted.spoken)) == sorted(map(repr, said(cases, "acme", 0.0)))


def test_no_word_is_read(place: tuple[Path, str]) -> None:
    """A case has its labels and times, and neither words nor a person; the keys may be gone."""
    (place[0] / "keys.db").unlink()
    labelled = Labelled(*place)
    cases = labelled.cases("acme", LISTED)
    labelled.close()
    assert [case.content for case in cases] == [None] * 3
    assert dict(cases[0].labels)["polarity"] == "negative"


def test_a_database_of_another_store_is_refused(place: tuple[Path, str]) -> None:
    """Neither SQLite in place of PostgreSQL nor the database of other keys is read."""
    folder, url = place
    with pytest.raises(StoreError, match="ASCOLTA_DATABASE"):
        Labelled(folder, "" if url else "postgresql://nobody@127.0.0.1:1/none")
    if url:
        (folder / "postgresql").write_text("The tables of this store are in PostgreSQL, under the mark 00.\n")
        with pytest.raises(StoreError, match="does not belong to this store"):
            Labelled(folder, url)


def test_sqlite_is_opened_so_that_it_cannot_be_written(tmp_path: Path) -> None:
    """The store and the statements refuse to write what was opened for reading only."""
    bootstrap.store(tmp_path, "").close()
    Statements(tmp_path).close()
    reading = Statements(tmp_path, reading=True)
    act = StatementEvent(kind=StatementAct.PREPARED, at=NOW, by="Ann", digest="d")
    with pytest.raises(StoreError, match="readonly"):
        reading.record("acme", "we-stay", act)
    assert reading.postings() == []
    reading.close()
    labelled = Labelled(tmp_path)
    with labelled._reading() as db, pytest.raises(Exception, match="readonly") as refused:
        db.exec_driver_sql("DELETE FROM cases")
    labelled.close()
    assert isinstance(refused.value.__cause__, sqlite3.OperationalError)
