"""Who is signed in with which browser: by the SHA-256 of a random token that only the browser has (ASVS 7.2)."""

import secrets
import sqlite3
from collections.abc import Sequence

from ascolta.core.people import AT_HOME, Session, Terms, fingerprint
from ascolta.stores.own import OwnFile

NOTED = 60.0
"""Seconds after which it is written down again that a session is used."""


class Sessions:
    """The sessions in the file of the accounts."""

    def __init__(self, file: OwnFile) -> None:
        self._file = file

    def find(self, token: str, at: float, terms: Terms, *, used: bool = True) -> Session | None:
        """The session of a token, if it still is good; that it was `used` keeps it so. One that is over goes."""
        key = fingerprint(token)
        with self._file.transaction("BEGIN") as (db, _):
            row = db.execute("SELECT member, since, seen FROM sessions WHERE token = ?", (key,)).fetchone()
        if row is None:
            return None
        found = Session(member=row[0], since=row[1], seen=row[2])
        if not terms.is_good(found, at):
            self.end(token)
            return None
        if used and at - found.seen >= NOTED:
            with self._file.transaction() as (db, _):
                db.execute("UPDATE sessions SET seen = ? WHERE token = ?", (at, key))
        return found

    def of(self, number: int, token: str) -> Sequence[tuple[bool, Session]]:
        """The sessions of somebody, the newest first; each with whether it is the one of this token."""
        with self._file.transaction("BEGIN") as (db, _):
            rows = db.execute(
                "SELECT token = ?, since, seen FROM sessions WHERE member = ? ORDER BY since DESC",
                (fingerprint(token), number),
            ).fetchall()
        return [(bool(is_it), Session(member=number, since=since, seen=seen)) for is_it, since, seen in rows]

    def end(self, token: str) -> None:
        """Log out: the token is good no more, whoever has it."""
        with self._file.transaction() as (db, _):
            db.execute("DELETE FROM sessions WHERE token = ?", (fingerprint(token),))

    def end_others(self, number: int, token: str) -> None:
        """End every session of somebody but this one."""
        with self._file.transaction() as (db, _):
            db.execute("DELETE FROM sessions WHERE member = ? AND token != ?", (number, fingerprint(token)))

    def open_in(self, db: sqlite3.Connection, number: int, at: float) -> str:
        """A new session within a transaction: its token, which is kept nowhere."""
        token = secrets.token_urlsafe(32)
        db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (fingerprint(token), number, at, at))
        return token

    def end_in(self, db: sqlite3.Connection, number: int) -> None:
        """End every session of somebody within a transaction."""
        db.execute("DELETE FROM sessions WHERE member = ?", (number,))

    def sweep_in(self, db: sqlite3.Connection, at: float) -> int:
        """Remove what is over by the longest terms within a transaction; how many."""
        over = (at - AT_HOME.idle, at - AT_HOME.whole)
        return db.execute("DELETE FROM sessions WHERE seen <= ? OR since <= ?", over).rowcount
