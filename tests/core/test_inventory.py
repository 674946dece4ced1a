"""The inventory: terms in plain words, and where a database and its declaration part."""

from ascolta.core.brand import Retention
from ascolta.core.inventory import File, Kind, Real, Term, declared, differences, stored, strangers

TABLES = {"cases": declared(Term.CASE, Kind.ABOUT, brand=("a brand", "to tell"), at=("when", "to tell"))}


def test_terms_are_said_with_the_real_settings() -> None:
    """The term of a case names the hours and days of the brand, in days from four whole days on."""
    said = Term.CASE.said(Retention(open_hours=10 * 24, resolved_hours=1, sealed_hours=60))
    assert said.startswith("10 days after the case was opened, 1 hour after the last thing")
    assert "; 60 hours while it is sealed;" in said
    assert Term.CASE.said() == Term.CASE.said(Retention())
    assert not [term for term in Term if "{" in term.said()]


def test_what_a_column_declares_is_found_in_its_info() -> None:
    """A declaration goes into a column's `info` whole."""
    said = stored("a brand", "to tell", term=Term.STORE, parts=("a", "b"))["stored"]
    assert (said.holds, said.purpose, said.term, said.kind, said.parts) == (
        "a brand", "to tell", Term.STORE, Kind.PLAIN, ("a", "b"),
    )  # fmt: skip


def test_only_what_concerns_nobody_is_called_so() -> None:
    """Tags, encrypted words, the rows of a case and the names of the desk's people are personal data."""
    assert {kind for kind in Kind if kind.is_personal} == {Kind.ABOUT, Kind.STAFF, Kind.PROOF, Kind.TAG, Kind.SEALED}


def test_a_database_as_declared_is_silent() -> None:
    """Nothing is said of a database that holds what is declared, whatever indexes are over that."""
    real = Real(columns={"cases": ("at", "brand")}, indexes={("cases", "by_brand"): ("brand", "at")})
    assert list(differences("s.db", TABLES, real)) == []


def test_every_way_to_differ_is_told() -> None:
    """An undeclared table, column, index or view is told, and so is a declared table or column that is missing."""
    real = Real(
        columns={"cases": ("brand", "followers"), "more": ("x",)},
        indexes={("cases", "a"): ("brand", "followers"), ("cases", "b"): ("brand", None), ("more", "c"): ("x",)},
        views=("v",),
    )
    assert list(differences("s.db", {**TABLES, "gone": {}}, real)) == [
        "s.db: cases.followers is not declared",
        "s.db: the table more is not declared",
        "s.db: cases.at is declared and not there",
        "s.db: the table gone is declared and not there",
        "s.db: the index a holds cases.followers, which is not declared",
        "s.db: the index b of cases holds an expression, which nobody declared",
        "s.db: the view v is not declared",
    ]


def test_a_file_that_nobody_declared_is_told() -> None:
    """What a database adds beside itself is known; any other file is not, and a needed one must be there."""
    files = {"s.db": File(purpose="p", beside=("-wal",), is_needed=True), "k.pub": File(purpose="p")}
    assert list(strangers(["s.db", "s.db-wal"], files)) == []
    assert list(strangers(["s.db-wal", "s.db-shm", "dump.txt"], files)) == [
        "s.db-shm: this file is not declared",
        "dump.txt: this file is not declared",
        "s.db: this file is declared and not there",
    ]
