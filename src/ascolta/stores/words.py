"""The words of a week that is not over: in a file of its own beside the ledger, sealed under a key of that week.

What was said stands here until the week ends. Then the words that pass the threshold go to the ledger's file, the key
is destroyed and all others with it, in one transaction over both files; after that the file is written anew.
It is in no backup, so that no copy outlives the week. Its twin in memory keeps nothing.
"""

import hmac
import os
import sqlite3
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

from ascolta.core import inventory
from ascolta.core.bound import Epoch
from ascolta.core.cells import Exact
from ascolta.core.noise import Bits
from ascolta.core.rising import Week, Word, ends, monday, publish_words
from ascolta.stores.seal import sealed, unsealed

FILE = "words.db"
PADDED = 64
"""Terms are filled up to a multiple of so many bytes before they are sealed, so that their length tells less."""

PUBLISHED = """
CREATE TABLE IF NOT EXISTS listened (brand TEXT, day INTEGER, run BLOB, PRIMARY KEY (brand, day, run));
CREATE TABLE IF NOT EXISTS weeks (
    brand TEXT, first INTEGER, epsilon TEXT NOT NULL, delta TEXT NOT NULL, PRIMARY KEY (brand, first));
CREATE TABLE IF NOT EXISTS words (
    brand TEXT, first INTEGER, term TEXT, value INTEGER NOT NULL, PRIMARY KEY (brand, first, term));
"""
_KEYS = """
CREATE TABLE IF NOT EXISTS unsaid.keys (brand TEXT, first INTEGER, key BLOB NOT NULL, PRIMARY KEY (brand, first))
"""
_SEALED = """
CREATE TABLE IF NOT EXISTS unsaid.terms (
    brand TEXT, first INTEGER, mark BLOB, term BLOB NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (brand, first, mark)
) WITHOUT ROWID
"""
_BRAND = ("a brand", "to tell whose words they are")
_FIRST = ("the Monday of a week", "to tell of when they are")
PUBLISHED_DECLARED: inventory.Tables = {
    "listened": inventory.declared(
        inventory.Term.PUBLISHED,
        brand=_BRAND,
        day=("a day", "to tell whether a week was heard as a whole"),
        run=("a random name of one start of the listener", "to charge each start once"),
    ),
    "weeks": inventory.declared(
        inventory.Term.PUBLISHED,
        brand=_BRAND,
        first=_FIRST,
        epsilon=("what a day of an author cost", "to tell what is protected"),
        delta=("the chance that it does not hold", "to tell what is protected"),
    ),
    "words": inventory.declared(
        inventory.Term.PUBLISHED,
        inventory.Kind.PUBLIC,
        brand=_BRAND,
        first=_FIRST,
        term=("one to three words that many authors said", "to publish it"),
        value=("how many, with noise", "to publish it"),
    ),
}
"""What is added to the ledger's file."""

DECLARED: inventory.Tables = {
    "keys": {
        **inventory.declared(inventory.Term.WEEK, brand=_BRAND, first=_FIRST),
        **inventory.declared(inventory.Term.WEEK, inventory.Kind.KEY, key=("256 random bits", "to read the terms")),
    },
    "terms": {
        **inventory.declared(
            inventory.Term.WEEK,
            inventory.Kind.ABOUT,
            brand=_BRAND,
            first=_FIRST,
            n=("how many authors said it, exact", "to publish it with noise, or not at all"),
        ),
        **inventory.declared(
            inventory.Term.WEEK, inventory.Kind.TAG, mark=("a term as a keyed mark", "to add to its count")
        ),
        **inventory.declared(
            inventory.Term.WEEK,
            inventory.Kind.SEALED,
            term=("one to three words that somebody said; not who", "to publish it, if many said it"),
        ),
    },
}
"""What the file of the week holds."""

_ADDED = """
INSERT INTO unsaid.terms VALUES (?, ?, ?, ?, ?) ON CONFLICT (brand, first, mark) DO UPDATE SET n = n + excluded.n
"""
_KEY = "SELECT key FROM unsaid.keys WHERE brand = ? AND first = ?"
_SHRED = "DELETE FROM unsaid.keys WHERE brand = ? AND first = ?"
_GONE = "DELETE FROM unsaid.terms WHERE brand = ? AND first = ?"
_TERMS = "SELECT mark, term, n FROM unsaid.terms WHERE brand = ? AND first = ?"
_KNOWN = "SELECT 1 FROM weeks WHERE brand = ? AND first = ?"
_DAYS = "SELECT brand, day, count(*) FROM listened WHERE ? IN ('', brand) GROUP BY brand, day ORDER BY day"


def attach_words(db: sqlite3.Connection, path: Path) -> None:
    """Open the file of the week beside the ledger's; it is made if it is not there."""
    new = not path.exists()
    db.execute("ATTACH DATABASE ? AS unsaid", (path.absolute().as_uri() + "?mode=rwc",))
    db.execute("PRAGMA unsaid.secure_delete = ON")
    db.execute("PRAGMA unsaid.synchronous = FULL")
    db.execute(_KEYS)
    db.execute(_SEALED)
    if new:
        path.chmod(0o600)


def begin_words(db: sqlite3.Connection, epoch: Epoch) -> None:
    """Write down that the words of a brand's day are counted; a week that was published is not opened again."""
    week = (epoch.brand, monday(epoch.day))
    if not db.execute(_KNOWN, week).fetchone():
        db.execute("INSERT OR IGNORE INTO listened VALUES (?, ?, ?)", (epoch.brand, epoch.day, epoch.run))
        db.execute("INSERT OR IGNORE INTO unsaid.keys VALUES (?, ?, ?)", (*week, os.urandom(32)))


def add_words(db: sqlite3.Connection, brand: str, day: int, counts: Mapping[str, Exact]) -> int:
    """Add to the terms of a brand's week; how many could not be added, the week being over."""
    week = (brand, monday(day))
    found = db.execute(_KEY, week).fetchone()
    if found is None:
        return len(counts)
    key = bytes(found[0])
    rows = (
        (*week, mark := _mark(key, term), sealed(key, mark, _filled(term)), n.at_rest()) for term, n in counts.items()
    )
    db.executemany(_ADDED, rows)
    return 0


def release_words(db: sqlite3.Connection, at: float, bits: Bits) -> list[tuple[str, int]]:
    """Publish the words of each week that is over, and destroy the others; the brands and Mondays of these weeks."""
    keys = db.execute("SELECT brand, first, key FROM unsaid.keys ORDER BY first, brand").fetchall()
    over = [(brand, first, bytes(key)) for brand, first, key in keys if ends(first) <= at]
    for brand, first, key in over:
        rows = db.execute(_TERMS, (brand, first)).fetchall()
        counts = {unsealed(key, bytes(mark), bytes(term)).decode().rstrip(): Exact(n) for mark, term, n in rows}
        week = Week(brand=brand, first=first, days=(), words=publish_words(counts, bits))
        db.execute(_SHRED, (brand, first))
        db.execute(_GONE, (brand, first))
        db.execute("INSERT INTO weeks VALUES (?, ?, ?, ?)", (brand, first, str(week.epsilon), str(week.delta)))
        told = [(brand, first, word.term, word.value) for word in week.words]
        db.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", told)
    return [(brand, first) for brand, first, _ in over]


def weeks_of(db: sqlite3.Connection, brand: str) -> list[Week]:
    """The weeks of a brand (of all, if empty) that were published, oldest first."""
    words: dict[tuple[str, int], list[Word]] = {}
    for name, first, term, value in db.execute(
        "SELECT * FROM words WHERE ? IN ('', brand) ORDER BY value DESC, term", (brand,)
    ):
        words.setdefault((name, first), []).append(Word(term=term, value=value))
    heard = starts_of(db, brand)
    rows = db.execute("SELECT * FROM weeks WHERE ? IN ('', brand) ORDER BY first, brand", (brand,)).fetchall()
    return [
        Week(
            brand=name,
            first=first,
            days=days_of(heard, name, first),
            words=tuple(words.get((name, first), ())),
            epsilon=Fraction(epsilon),
            delta=Fraction(delta),
        )
        for name, first, epsilon, delta in rows
    ]


def starts_of(db: sqlite3.Connection, brand: str) -> dict[tuple[str, int], int]:
    """In how many starts words were counted that are published now, by brand and day."""
    over = set(db.execute("SELECT brand, first FROM weeks").fetchall())
    return {(name, day): n for name, day, n in db.execute(_DAYS, (brand,)) if (name, monday(day)) in over}


def days_of(heard: Iterable[tuple[str, int]], brand: str, first: int) -> tuple[int, ...]:
    """The days of a brand's week that are among those that were heard."""
    return tuple(sorted(day for name, day in heard if name == brand and monday(day) == first))


class MemoryWords:
    """The same promises in dictionaries, nothing at rest."""

    def __init__(self, bits: Bits) -> None:
        self._bits = bits
        self._open: dict[tuple[str, int], dict[str, Exact]] = {}
        self._runs: dict[tuple[str, int], set[bytes]] = {}
        self._weeks: dict[tuple[str, int], Week] = {}

    def begin(self, epoch: Epoch) -> None:
        """Count the words of a brand's day; a week that was published is not opened again."""
        week = (epoch.brand, monday(epoch.day))
        if week not in self._weeks:
            self._runs.setdefault((epoch.brand, epoch.day), set()).add(epoch.run)
            self._open.setdefault(week, {})

    def add(self, brand: str, day: int, counts: Mapping[str, Exact]) -> int:
        """Add to the terms of a brand's week; how many could not be added, the week being over."""
        there = self._open.get((brand, monday(day)))
        if there is None:
            return len(counts)
        for term, count in counts.items():
            there[term] = there[term] + count if term in there else count
        return 0

    def release(self, at: float) -> list[Week]:
        """Publish the words of each week that is over, and forget the others; the weeks that were published now."""
        made = []
        for brand, first in sorted(self._open, key=lambda week: (week[1], week[0])):
            if ends(first) <= at:
                words = publish_words(self._open.pop((brand, first)), self._bits)
                week = Week(brand=brand, first=first, days=days_of(self._runs, brand, first), words=words)
                self._weeks[brand, first] = week
                made.append(week)
        return made

    def weeks(self, brand: str) -> list[Week]:
        """The weeks of a brand (of all, if empty) that were published, oldest first."""
        found = [week for week in self._weeks.values() if brand in ("", week.brand)]
        return sorted(found, key=lambda week: (week.first, week.brand))

    def starts(self, brand: str, day: int) -> int:
        """In how many starts of a day words were counted that are published now."""
        return len(self._runs.get((brand, day), ())) if (brand, monday(day)) in self._weeks else 0


def _mark(key: bytes, term: str) -> bytes:
    return hmac.digest(hmac.digest(key, b"marks", "sha256"), term.encode(), "sha256")[:16]


def _filled(term: str) -> bytes:
    said = term.encode()
    return said.ljust(-(-len(said) // PADDED) * PADDED)
