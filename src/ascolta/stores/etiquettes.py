"""Drafts of etiquettes, and the editions that were published: SQLite in a file of its own, or in memory.

There is nothing personal in it but the names of the brand's own people and what they wrote. The journal is told of each
edition, with a commitment to its words whose salt lies here.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from ascolta.core.amend import (
    KEPT,
    Draft,
    DraftState,
    Edition,
    ask,
    digest_of,
    publishable,
    rebased,
    send_back,
    write,
)
from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.core.journal import SALT, NewEntry, committed, named
from ascolta.core.journal import Kind as Noted
from ascolta.core.saying import Saying
from ascolta.errors import CaseError
from ascolta.ports import Journal
from ascolta.stores.own import OwnFile

FILE = "etiquettes.db"
RULE = "etiquette"
"""What the journal calls it."""

_TABLES = """
CREATE TABLE IF NOT EXISTS drafts (
    brand TEXT PRIMARY KEY, text TEXT NOT NULL, base TEXT NOT NULL, by TEXT NOT NULL, at REAL NOT NULL,
    state TEXT NOT NULL, note TEXT NOT NULL, noted_by TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS editions (
    brand TEXT, number INTEGER, at REAL NOT NULL, by TEXT NOT NULL, written_by TEXT NOT NULL, text TEXT NOT NULL,
    salt BLOB NOT NULL, PRIMARY KEY (brand, number)) WITHOUT ROWID;
"""
DECLARED: Tables = {
    "drafts": {
        **declared(
            Term.DRAFT,
            brand=("a brand", "to tell whose etiquette it may become"),
            base=("the hash of the file that it was begun from", "so that no change of that file is lost"),
            at=("when it was last written", "so that it goes in time"),
            state=("written, asked for, or sent back", "to tell who is next"),
        ),
        **declared(
            Term.DRAFT,
            Kind.STAFF,
            text=("the rules that are being written", "to go on writing"),
            by=("who wrote it last", "so that another person publishes it"),
            note=("why it was sent back", "so that it is mended"),
            noted_by=("who sent it back", "to ask them"),
        ),
    },
    "editions": {
        **declared(
            Term.STORE,
            brand=("a brand", "to tell whose etiquette it is"),
            number=("which edition", "to tell one from another"),
            at=("when it was published", "to tell by which rules was decided then"),
            salt=("32 random bytes", "to prove by the journal what was published"),
        ),
        **declared(
            Term.STORE,
            Kind.STAFF,
            by=("who published it", "so that others know"),
            written_by=("who wrote it", "so that others know"),
            text=("the rules", "to tell by which rules was decided then, and to go back to them"),
        ),
    },
}
"""What the file holds."""


class Etiquettes:
    """The drafts, one a brand, and the editions. `folder` None keeps them in memory."""

    def __init__(self, folder: Path | None, journal: Journal | None = None) -> None:
        self._file = OwnFile(folder / FILE if folder else None, "the drafts of etiquettes", _TABLES, journal)

    def draft(self, brand: str) -> Draft | None:
        """The draft of a brand's etiquette, if there is one."""
        with self._file.transaction("BEGIN") as (db, _):
            return _draft(db, brand)

    def write(self, new: Draft, seen: str) -> Draft:
        """Save what somebody wrote, who had seen the draft of a digest (empty: none). Raises CaseError."""
        return self._changed(new.brand, lambda draft: write(draft, new, seen))

    def ask(self, brand: str, by: str, seen: str) -> Draft:
        """Ask for a draft to be published. Raises CaseError."""
        return self._changed(brand, lambda draft: ask(draft, by, seen))

    def send_back(self, brand: str, by: str, note: str, seen: str) -> Draft:
        """Send a draft back with a reason, or take one's own back. Raises CaseError."""
        return self._changed(brand, lambda draft: send_back(draft, by, note, seen))

    def rebase(self, brand: str, base: str, seen: str) -> Draft:
        """Go on with a draft though the file changed. Raises CaseError."""
        return self._changed(brand, lambda draft: rebased(draft, base, seen))

    def drop(self, brand: str, seen: str) -> None:
        """Throw a draft away. Raises CaseError if it is not the one that was seen."""
        with self._file.transaction() as (db, _):
            draft = _draft(db, brand)
            if draft is not None and draft.digest != seen:
                raise CaseError(Saying("%(name)s wrote on this draft meanwhile; read it as it is now", name=draft.by))
            db.execute("DELETE FROM drafts WHERE brand = ?", (brand,))

    def publish(self, brand: str, does: tuple[str, float], seen: str, put: Callable[[Draft], str]) -> Edition:
        """Publish a draft: `does` is by whom and when, `put` puts it in the place of the text that it gives back.

        What it replaces is kept as an edition, too. Raises CaseError if it may not be published; then nothing is put.
        """
        by, at = does
        with self._file.transaction() as (db, told):
            draft = publishable(_draft(db, brand), by, seen)
            replaced = put(draft)
            last = _last(db, brand)
            if replaced and replaced != draft.text and (last is None or last.digest != digest_of(replaced)):
                last = _add(
                    db, told, Edition(brand=brand, number=_next(last), at=at, by="", written_by="", text=replaced)
                )
            edition = Edition(brand=brand, number=_next(last), at=at, by=by, written_by=draft.by, text=draft.text)
            db.execute("DELETE FROM drafts WHERE brand = ?", (brand,))
            return _add(db, told, edition)

    def editions(self, brand: str) -> list[Edition]:
        """What was published, the newest first."""
        with self._file.transaction("BEGIN") as (db, _):
            return _editions(db, "brand = ? ORDER BY number DESC", brand)

    def edition(self, brand: str, number: int) -> Edition:
        """One of them. Raises CaseError if there is none of this number."""
        with self._file.transaction("BEGIN") as (db, _):
            found = _editions(db, "brand = ? AND number = ?", brand, number)
        if not found:
            raise CaseError(Saying("there is no edition %(number)s of this etiquette", number=number))
        return found[0]

    def sweep(self, at: float) -> int:
        """Drafts go on which nobody wrote for long; how many did."""
        with self._file.transaction() as (db, _):
            return db.execute("DELETE FROM drafts WHERE at <= ?", (at - KEPT,)).rowcount

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _changed(self, brand: str, change: Callable[[Draft | None], Draft]) -> Draft:
        with self._file.transaction() as (db, _):
            after = change(_draft(db, brand))
            values = (after.text, after.base, after.by, after.at, after.state, after.note, after.noted_by)
            db.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (brand, *values))
            return after


def _draft(db: sqlite3.Connection, brand: str) -> Draft | None:
    asked = "SELECT brand, text, base, by, at, state, note, noted_by FROM drafts WHERE brand = ?"
    row = db.execute(asked, (brand,)).fetchone()
    if row is None:
        return None
    names = ("brand", "text", "base", "by", "at", "state", "note", "noted_by")
    found = dict(zip(names, row, strict=True))
    return Draft(**{**found, "state": DraftState(found["state"])})


def _editions(db: sqlite3.Connection, where: str, *values: str | int) -> list[Edition]:
    names = ("brand", "number", "at", "by", "written_by", "text")
    rows = db.execute(f"SELECT {', '.join(names)} FROM editions WHERE {where}", values).fetchall()  # noqa: S608 - our own
    return [Edition(**dict(zip(names, row, strict=True))) for row in rows]


def _last(db: sqlite3.Connection, brand: str) -> Edition | None:
    found = _editions(db, "brand = ? ORDER BY number DESC LIMIT 1", brand)
    return found[0] if found else None


def _next(last: Edition | None) -> int:
    return last.number + 1 if last is not None else 1


def _add(db: sqlite3.Connection, told: list[NewEntry], new: Edition) -> Edition:
    """Keep an edition; the journal is told of one that somebody published."""
    salt = os.urandom(SALT)
    row = (new.brand, new.number, new.at, new.by, new.written_by, new.text, salt)
    db.execute("INSERT INTO editions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    if new.by:
        commitment = committed(salt, new.text)
        entry = NewEntry(
            at=int(new.at), kind=Noted.CONFIGURED, brand=named(new.brand), rule=RULE, commitment=commitment
        )
        told.append(entry)
    return new
