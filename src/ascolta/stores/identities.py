"""By whom else people of the desk are known: the provider's word for them, within the file of the accounts.

Kept is the SHA-256 of issuer and subject, from which neither an address nor a name can be had.
"""

import sqlite3

from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.errors import PeopleError
from ascolta.stores.own import OwnFile

TABLES = """
CREATE TABLE IF NOT EXISTS identities (identity BLOB PRIMARY KEY, member INTEGER NOT NULL UNIQUE) WITHOUT ROWID;
"""
DECLARED: Tables = {
    "identities": {
        **declared(Term.ACCOUNT, member=("a number", "to tell whom the provider knows")),
        **declared(Term.ACCOUNT, Kind.PROOF, identity=("a digest of how a provider knows them", "to know them again")),
    }
}
"""What the table holds."""


class Identities:
    """Who of the desk a provider knows."""

    def __init__(self, file: OwnFile) -> None:
        self._file = file

    def find(self, identity: bytes) -> int | None:
        """The number of whoever is known so."""
        with self._file.transaction("BEGIN") as (db, _):
            row = db.execute("SELECT member FROM identities WHERE identity = ?", (identity,)).fetchone()
        return None if row is None else int(row[0])

    def link(self, number: int, identity: bytes) -> None:
        """Know somebody so, and no more as before. Raises PeopleError if somebody else is known so."""
        with self._file.transaction() as (db, _):
            self.link_in(db, number, identity)

    def link_in(self, db: sqlite3.Connection, number: int, identity: bytes) -> None:
        """The same within a transaction."""
        row = db.execute("SELECT member FROM identities WHERE identity = ?", (identity,)).fetchone()
        if row is not None and row[0] != number:
            raise PeopleError("this log-in belongs to another account of the desk")
        db.execute("DELETE FROM identities WHERE member = ?", (number,))
        db.execute("INSERT INTO identities VALUES (?, ?)", (identity, number))

    def drop(self, number: int) -> None:
        """Know somebody no more by a provider."""
        with self._file.transaction() as (db, _):
            db.execute("DELETE FROM identities WHERE member = ?", (number,))
