"""Answers to a survey: closed, and of nobody who can be found. SQLite in a file of its own, or in memory.

A sheet lies under a random key, so rows lie in no order of time. It waits until as many of the same age band are there
that they can be let in together, under new keys: what is counted never grows by one person.
"""

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.core.survey import KEPT, LEAST, Sheet
from ascolta.errors import CaseError
from ascolta.stores.own import OwnFile

FILE = "survey.db"
_KEY = 16
_TABLES = """
CREATE TABLE IF NOT EXISTS sheets (
    key BLOB PRIMARY KEY, brand TEXT NOT NULL, month INTEGER NOT NULL, age TEXT NOT NULL, answers TEXT NOT NULL,
    waits INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS imports (
    brand TEXT, digest BLOB, month INTEGER NOT NULL, PRIMARY KEY (brand, digest)) WITHOUT ROWID;
"""
DECLARED: Tables = {
    "sheets": {
        **declared(
            Term.SURVEY,
            key=("a random key", "so that rows lie in no order of time"),
            brand=("a brand", "to tell whose survey it is"),
            waits=("whether it waits for others of its age band", "so that nobody is counted alone"),
        ),
        **declared(
            Term.SURVEY,
            Kind.ABOUT,
            month=("the month in which it was filled in", "so that it goes"),
            age=("an age band of five, or none", "to tell what each band expects, and to give each its due"),
            answers=("answers that were chosen, by the names of questions; no free text", "to tell what people expect"),
        ),
    },
    "imports": declared(
        Term.SURVEY,
        brand=("a brand", "to tell whose survey it is"),
        digest=("the hash of a file that was read in", "so that nobody is counted twice"),
        month=("when it was read in", "so that it goes"),
    ),
}
"""What the file holds."""


class Surveys:
    """The sheets that people filled in. `folder` None keeps them in memory; `draw` gives random bytes."""

    def __init__(self, folder: Path | None, draw: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._file = OwnFile(folder / FILE if folder else None, "the survey", _TABLES)
        self._draw = draw

    def add(self, brand: str, sheets: Sequence[Sheet]) -> None:
        """Keep sheets, and let in those for which enough of their age band are there."""
        with self._file.transaction() as (db, _):
            self._add(db, brand, sheets)

    def read_in(self, brand: str, sheets: Sequence[Sheet], digest: bytes, month: int) -> None:
        """Keep the sheets of a file, known by its hash. Raises CaseError if it was read in before."""
        with self._file.transaction() as (db, _):
            adding = "INSERT OR IGNORE INTO imports VALUES (?, ?, ?)"
            if not db.execute(adding, (brand, digest, month)).rowcount:
                raise CaseError("this file was read in already, and nobody is counted twice")
            self._add(db, brand, sheets)

    def counted(self, brand: str) -> list[Sheet]:
        """The sheets of a brand that wait for nobody."""
        asked = "SELECT month, age, answers FROM sheets WHERE brand = ? AND waits = 0 ORDER BY key"
        with self._file.transaction("BEGIN") as (db, _):
            rows = db.execute(asked, (brand,)).fetchall()
        return [
            Sheet(month=month, age=age, answers=msgspec.json.decode(answers, type=dict[str, str]))
            for month, age, answers in rows
        ]

    def waits(self, brand: str) -> bool:
        """Whether any sheet waits; how many is not told, so that nobody sees one come."""
        asked = "SELECT EXISTS (SELECT 1 FROM sheets WHERE brand = ? AND waits = 1)"
        with self._file.transaction("BEGIN") as (db, _):
            return bool(db.execute(asked, (brand,)).fetchone()[0])

    def drop(self, brand: str) -> int:
        """Remove all of a brand; how many sheets."""
        with self._file.transaction() as (db, _):
            db.execute("DELETE FROM imports WHERE brand = ?", (brand,))
            return db.execute("DELETE FROM sheets WHERE brand = ?", (brand,)).rowcount

    def sweep(self, month: int) -> int:
        """Remove the sheets whose time is over in a month; how many."""
        with self._file.transaction() as (db, _):
            db.execute("DELETE FROM imports WHERE month < ?", (month - KEPT,))
            return db.execute("DELETE FROM sheets WHERE month < ?", (month - KEPT,)).rowcount

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _add(self, db: sqlite3.Connection, brand: str, sheets: Sequence[Sheet]) -> None:
        rows = [
            (self._draw(_KEY), brand, one.month, one.age, msgspec.json.encode(one.answers, order="sorted").decode())
            for one in sheets
        ]
        db.executemany("INSERT INTO sheets VALUES (?, ?, ?, ?, ?, 1)", rows)
        for age in sorted({one.age for one in sheets}):
            waiting = db.execute(
                "SELECT key FROM sheets WHERE brand = ? AND age = ? AND waits = 1", (brand, age)
            ).fetchall()
            if len(waiting) >= LEAST:
                letting = "UPDATE sheets SET key = ?, waits = 0 WHERE key = ?"
                db.executemany(letting, [(self._draw(_KEY), key) for (key,) in waiting])
