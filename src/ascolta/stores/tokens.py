"""Tokens by which programs act in somebody's name, and what was asked lately, within the file of the accounts.

A token is kept by SHA-256, as sessions are: from what is kept it cannot be had again. Of an unsafe request that came
with an Idempotency-Key the digests of key and body are kept for a day, with the answer, in which nothing personal is.
"""

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ascolta.core.days import DAY
from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.core.journal import Kind as Saying
from ascolta.core.journal import NewEntry, named
from ascolta.core.people import fingerprint
from ascolta.core.saying import Saying as Said
from ascolta.core.scopes import EACH, PREFIX, Token, Wanted, ends, known, listed
from ascolta.errors import PeopleError
from ascolta.stores.own import OwnFile

TABLES = """
CREATE TABLE IF NOT EXISTS tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT, token BLOB NOT NULL UNIQUE, member INTEGER NOT NULL, called TEXT NOT NULL,
    scopes TEXT NOT NULL, since REAL NOT NULL, goes REAL NOT NULL, used INTEGER NOT NULL DEFAULT -1);
CREATE TABLE IF NOT EXISTS repeats (
    key BLOB PRIMARY KEY, body BLOB NOT NULL, at REAL NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL)
    WITHOUT ROWID;
"""
DECLARED: Tables = {
    "tokens": {
        **declared(
            Term.TOKEN,
            number=("a number", "to tell one from another; the journal knows tokens by it"),
            member=("a number", "to tell in whose name it acts"),
            scopes=("names of scopes", "to let it do that and nothing else"),
            since=("when it was made", "to show since when"),
            goes=("when it is good no more", "so that it ends"),
            used=("the day on which it was used last", "to find those that nobody needs any more"),
        ),
        **declared(Term.TOKEN, Kind.STAFF, called=("what it is for", "so that its person knows which it is")),
        **declared(Term.TOKEN, Kind.PROOF, token=("what a program shows", "to know the program again")),
    },
    "repeats": {
        **declared(
            Term.REPEAT,
            at=("when it was asked", "so that it goes after a day"),
            status=("how it was answered; 0 while it is not", "to answer a repetition alike"),
            answer=("numbers and states of what was done", "to answer a repetition alike"),
        ),
        **declared(
            Term.REPEAT,
            Kind.PROOF,
            key=("what a program called its request", "to know a repetition"),
            body=("a digest of what it asked", "to tell a repetition from something else under the same key"),
        ),
    },
}
"""What the tables hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that came before under the same key: whether it asked the same, and its answer; status 0: none yet."""

    same: bool
    status: int
    answer: str


class Tokens:
    """The tokens in the file of the accounts."""

    def __init__(self, file: OwnFile) -> None:
        self._file = file

    def make(self, member: int, wanted: Wanted, at: float) -> tuple[Token, str]:
        """A new token, and the token itself, which is kept nowhere. Raises PeopleError where somebody has too many."""
        said = PREFIX + secrets.token_urlsafe(32)
        row = (fingerprint(said), member, wanted.name, listed(wanted.scopes), at, ends(wanted, at))
        adding = "INSERT INTO tokens (token, member, called, scopes, since, goes) VALUES (?, ?, ?, ?, ?, ?)"
        with self._file.transaction() as (db, told):
            db.execute("DELETE FROM tokens WHERE goes <= ?", (at,))
            if db.execute("SELECT count(*) FROM tokens WHERE member = ?", (member,)).fetchone()[0] >= EACH:
                raise PeopleError(Said("you have %(num)s tokens; revoke one that nobody needs any more", num=EACH))
            number = db.execute(adding, row).lastrowid
            told.append(_entry(Saying.GRANTED, at, member, number or 0))
            made = db.execute(f"{_SELECT} WHERE number = ?", (number,)).fetchone()
        return _token(made), said

    def find(self, said: str, at: float) -> Token | None:
        """The token that a program shows, if it is good now; that it was used today is noted."""
        key = fingerprint(said)
        with self._file.transaction("BEGIN") as (db, _):
            row = db.execute(f"{_SELECT} WHERE token = ? AND goes > ? AND since <= ?", (key, at, at + 60.0)).fetchone()
        found = _token(row) if row is not None else None
        if found is not None and found.used != int(at // DAY):
            with self._file.transaction() as (db, _):
                db.execute("UPDATE tokens SET used = ? WHERE number = ?", (int(at // DAY), found.number))
        return found

    def of(self, member: int | None, at: float) -> Sequence[Token]:
        """The good tokens of somebody, or of all, the newest first."""
        asked = f"{_SELECT} WHERE goes > ? AND (member = ? OR ? IS NULL) ORDER BY number DESC"
        with self._file.transaction("BEGIN") as (db, _):
            return [_token(row) for row in db.execute(asked, (at, member, member)).fetchall()]

    def revoke(self, number: int, at: float, member: int | None = None) -> None:
        """End a token now; of `member` only, if somebody is named. Raises PeopleError if there is none."""
        with self._file.transaction() as (db, told):
            row = db.execute(
                "SELECT member FROM tokens WHERE number = ? AND (member = ? OR ? IS NULL)", (number, member, member)
            ).fetchone()
            if row is None:
                raise PeopleError(Said("there is no token of this number any more; look at the list again"))
            db.execute("DELETE FROM tokens WHERE number = ?", (number,))
            told.append(_entry(Saying.WITHDRAWN, at, row[0], number))

    def end_in(self, db: sqlite3.Connection, member: int) -> None:
        """End every token of somebody within a transaction."""
        db.execute("DELETE FROM tokens WHERE member = ?", (member,))

    def sweep_in(self, db: sqlite3.Connection, at: float) -> int:
        """Remove what is over within a transaction; how many."""
        gone = db.execute("DELETE FROM tokens WHERE goes <= ?", (at,)).rowcount
        return gone + db.execute("DELETE FROM repeats WHERE at <= ?", (at - DAY,)).rowcount

    def begin(self, key: str, body: bytes, at: float) -> Asked | None:
        """Note that something is asked under a key; what was asked under it before, if anything was within a day."""
        with self._file.transaction() as (db, _):
            db.execute("DELETE FROM repeats WHERE at <= ?", (at - DAY,))
            row = db.execute("SELECT body, status, answer FROM repeats WHERE key = ?", (fingerprint(key),)).fetchone()
            if row is not None:
                return Asked(same=bytes(row[0]) == body, status=row[1], answer=row[2])
            db.execute("INSERT INTO repeats VALUES (?, ?, ?, 0, '')", (fingerprint(key), body, at))
        return None

    def answered(self, key: str, status: int, answer: str) -> None:
        """How a request was answered that was begun under a key."""
        with self._file.transaction() as (db, _):
            row = (status, answer, fingerprint(key))
            db.execute("UPDATE repeats SET status = ?, answer = ? WHERE key = ?", row)

    def forget(self, key: str) -> None:
        """A request under a key did nothing: whoever asks again is heard."""
        with self._file.transaction() as (db, _):
            db.execute("DELETE FROM repeats WHERE key = ?", (fingerprint(key),))


_SELECT = "SELECT number, member, called, scopes, since, goes, used FROM tokens"


def _token(row: Sequence[Any]) -> Token:
    number, member, name, scopes, since, goes, used = row
    kept = known(scopes.split())
    return Token(number=number, member=member, name=name, scopes=kept, since=since, goes=goes, used=used)


def _entry(kind: Saying, at: float, member: int, number: int) -> NewEntry:
    return NewEntry(at=int(at), kind=kind, rule=named(f"person.{member}.token.{number}"))
