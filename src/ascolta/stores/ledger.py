"""The figures that were published and what they spent: SQLite in a file of its own, and its twin in memory.

A cell that is open holds its exact count. When it closes, its noise is drawn, the figure is written and the exact count
is deleted, in one transaction: no crash, second writer or later reader can have it noised again. The file has a
rollback journal and `secure_delete`, so that nothing of the exact counts is left behind in it. The words of the week,
where a brand publishes them, are in a file beside it until the week ends (stores/words.py).
"""

import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from ascolta.core import inventory
from ascolta.core.bound import EPOCHS, Epoch
from ascolta.core.cells import Cell, Exact, Kind, Published, cells, publish, withhold
from ascolta.core.ledger import Entry
from ascolta.core.noise import Bits
from ascolta.core.rising import Week
from ascolta.errors import StoreError
from ascolta.stores.words import FILE as WORDS
from ascolta.stores.words import (
    PUBLISHED,
    PUBLISHED_DECLARED,
    MemoryWords,
    add_words,
    attach_words,
    begin_words,
    release_words,
    starts_of,
    weeks_of,
)

FILE = "ledger.db"
K = TypeVar("K")
V = TypeVar("V")
_TABLES = """
CREATE TABLE IF NOT EXISTS epochs (
    brand TEXT, day INTEGER, run BLOB, number INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (brand, day, run));
CREATE TABLE IF NOT EXISTS open (
    brand TEXT, day INTEGER, kind TEXT, part TEXT, ends INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (brand, day, kind, part));
CREATE TABLE IF NOT EXISTS published (
    brand TEXT, day INTEGER, kind TEXT, part TEXT, value INTEGER, epsilon TEXT NOT NULL, withheld INTEGER NOT NULL,
    PRIMARY KEY (brand, day, kind, part));
"""
_CELL = {
    "brand": ("a brand", "to tell whose figures they are"),
    "day": ("a day", "to tell of when they are"),
    "kind": ("hour, day or topic", "to tell cells apart"),
    "part": ("which hour or topic", "to tell cells apart"),
}
DECLARED: inventory.Tables = {
    "epochs": inventory.declared(
        inventory.Term.PUBLISHED,
        brand=_CELL["brand"],
        day=_CELL["day"],
        run=("a random name of one start of the listener", "to charge each start once"),
        number=("which start of the day it was", "to stop after the third"),
        at=("when", "to tell when it began"),
    ),
    "open": inventory.declared(
        inventory.Term.CELL,
        **_CELL,
        ends=("when the cell ends", "to publish it then"),
        n=("how many authors, exact; their keyed tags are in memory only", "to publish it with noise"),
    ),
    "published": inventory.declared(
        inventory.Term.PUBLISHED,
        inventory.Kind.PUBLIC,
        **_CELL,
        value=("the figure with its noise; nothing where it is too small to show", "to publish it"),
        epsilon=("what it spent", "to tell what is protected"),
        withheld=("whether it was held back", "to tell that it was"),
    ),
    **PUBLISHED_DECLARED,
}
"""What the ledger's file holds."""
_CLOSED = "SELECT 1 FROM published WHERE brand = ? AND day = ? AND kind = ? AND part = ?"
_ADDED = "UPDATE open SET n = n + ? WHERE brand = ? AND day = ? AND kind = ? AND part = ?"
_GONE = "DELETE FROM open WHERE brand = ? AND day = ? AND kind = ? AND part = ?"
_ENDED = "SELECT brand, day, kind, part, n FROM open WHERE ends <= ? ORDER BY brand, day, kind, part"
_BEGAN = "SELECT brand, day, at FROM epochs WHERE ? IN ('', brand) AND ifnull(?, day) = day ORDER BY day, brand, number"
_TOLD = "SELECT * FROM published WHERE ? IN ('', brand) AND ifnull(?, day) = day ORDER BY kind, part"
_LEFT = "SELECT brand, day, count(*) FROM open WHERE ? IN ('', brand) AND ifnull(?, day) = day GROUP BY brand, day"
_EPOCHS = "SELECT count(*) FROM epochs WHERE brand = ? AND day = ?"


class SqlLedger:
    """The ledger in a file. `bits` gives so many random bits; `reading` opens a file that is there, to read only."""

    def __init__(self, path: Path, bits: Bits = secrets.randbits, *, reading: bool = False) -> None:
        self._bits, self._one_at_a_time, self._path = bits, threading.Lock(), path
        self._words, self._has_words = path.with_name(WORDS), False
        if reading and not path.is_file():
            raise StoreError(f"{path}: there is no ledger here; figures are published once a source is listened to")
        with self._saying():
            if not reading:
                path.parent.mkdir(parents=True, exist_ok=True)
            new = not path.exists()
            place = f"{path.absolute().as_uri()}?mode={'ro' if reading else 'rwc'}"
            self._file = sqlite3.connect(place, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
            if not reading:
                self._file.execute("PRAGMA secure_delete = ON")
                self._file.execute("PRAGMA synchronous = FULL")
                self._file.executescript(_TABLES + PUBLISHED)
            if new:
                path.chmod(0o600)
            if not reading and self._words.exists():
                self._attach()

    def begin(self, *epochs: Epoch) -> list[int]:
        """Open brands' days: their cells that have not ended yet, empty; which epoch of its day each is, from 1.

        A run that began already is told the same number again.
        """
        if any(epoch.words for epoch in epochs):
            self._attach()
        with self._transaction() as db:
            return [_begun(db, epoch) for epoch in epochs]

    def add(self, run: bytes, counts: Mapping[Cell, Exact]) -> int:
        """Add to open cells; how many cells could not take it, being closed, unknown or past the third epoch."""
        refused = 0
        with self._transaction() as db:
            for cell, count in counts.items():
                number = _number(db, (cell.brand, cell.day, run))
                added = 0
                if 1 <= number <= EPOCHS:
                    added = db.execute(_ADDED, (count.at_rest(), *_row(cell))).rowcount
                refused += not added
        return refused

    def add_words(self, run: bytes, brand: str, day: int, counts: Mapping[str, Exact]) -> int:
        """Add to the terms of a brand's week; how many could not be added, as for cells."""
        if not self._has_words:
            return len(counts)
        with self._transaction() as db:
            if not 1 <= _number(db, (brand, day, run)) <= EPOCHS:
                return len(counts)
            return add_words(db, brand, day, counts)

    def release(self, at: float) -> list[Week]:
        """Publish the words of every week that is over, once and for all, and destroy the others; those weeks."""
        if not self._has_words:
            return []
        with self._transaction() as db:
            over = release_words(db, at, self._bits)
        if over:
            with self._one_at_a_time, self._saying():
                self._file.execute("VACUUM unsaid")
        return [week for week in self.weeks() if (week.brand, week.first) in over]

    def weeks(self, brand: str = "") -> list[Week]:
        """The weeks whose words were published, oldest first, of one brand or of all."""
        with self._transaction("BEGIN") as db:
            return weeks_of(db, brand) if _is_there(db, "weeks") else []

    def close_cells(self, at: float) -> list[Published]:
        """Publish every cell that ended by this time, once and for all; those published now."""
        with self._transaction() as db:
            rows = db.execute(_ENDED, (at,)).fetchall()
            made = [self._figure(db, _cell(row), Exact(row[4])) for row in rows]
            for one in made:
                told = (*_row(one.cell), one.value, str(one.epsilon), int(one.withheld))
                db.execute("INSERT INTO published VALUES (?, ?, ?, ?, ?, ?, ?)", told)
                db.execute(_GONE, _row(one.cell))
        return made

    def entries(self, brand: str = "", day: int | None = None) -> list[Entry]:
        """Each brand's days (of all brands, of all days, if not given), oldest first."""
        with self._transaction("BEGIN") as db:
            began = _grouped((row[:2], row[2]) for row in db.execute(_BEGAN, (brand, day)))
            told = _grouped((row[:2], _published(row)) for row in db.execute(_TOLD, (brand, day)))
            left = {(name, date): n for name, date, n in db.execute(_LEFT, (brand, day))}
            said = starts_of(db, brand) if _is_there(db, "weeks") else {}
        return [
            Entry(
                brand=key[0],
                day=key[1],
                epochs=tuple(ats),
                published=tuple(told.get(key, ())),
                open=left.get(key, 0),
                words=said.get(key, 0),
            )
            for key, ats in began.items()
        ]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _attach(self) -> None:
        """Open the file of the week's words, once."""
        with self._one_at_a_time, self._saying():
            if not self._has_words:
                attach_words(self._file, self._words)
                self._has_words = True

    def _figure(self, db: sqlite3.Connection, cell: Cell, count: Exact) -> Published:
        (epochs,) = db.execute(_EPOCHS, (cell.brand, cell.day)).fetchone()
        return withhold(cell) if epochs > EPOCHS else publish(cell, count, self._bits)

    @contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
        with self._one_at_a_time, self._saying():
            self._file.execute(begin)
            try:
                yield self._file
                self._file.execute("COMMIT")
            except BaseException:
                if self._file.in_transaction:
                    self._file.execute("ROLLBACK")
                raise

    @contextmanager
    def _saying(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self._path}: the ledger cannot be read or written ({error}); nothing was done by halves"
            ) from error


class MemoryLedger:
    """The same promises in dictionaries, nothing at rest."""

    def __init__(self, bits: Bits = secrets.randbits) -> None:
        self._bits = bits
        self._epochs: dict[tuple[str, int], dict[bytes, float]] = {}
        self._open: dict[Cell, Exact] = {}
        self._published: dict[Cell, Published] = {}
        self._words = MemoryWords(bits)

    def begin(self, *epochs: Epoch) -> list[int]:
        """Open brands' days: their cells that have not ended yet, empty; which epoch of its day each is, from 1."""
        return [self._begun(epoch) for epoch in epochs]

    def _begun(self, epoch: Epoch) -> int:
        runs = self._epochs.setdefault((epoch.brand, epoch.day), {})
        runs.setdefault(epoch.run, epoch.at)
        for cell in cells(epoch.brand, epoch.day, epoch.topics):
            if cell.ends > epoch.at and cell not in self._published:
                self._open.setdefault(cell, Exact(0))
        if epoch.words:
            self._words.begin(epoch)
        return [*runs].index(epoch.run) + 1

    def add(self, run: bytes, counts: Mapping[Cell, Exact]) -> int:
        """Add to open cells; how many cells could not take it, being closed, unknown or past the third epoch."""
        refused = 0
        for cell, count in counts.items():
            if cell in self._open and run in [*self._epochs[cell.brand, cell.day]][:EPOCHS]:
                self._open[cell] += count
            else:
                refused += 1
        return refused

    def close_cells(self, at: float) -> list[Published]:
        """Publish every cell that ended by this time, once and for all; those published now."""
        made = []
        for cell in sorted(cell for cell in self._open if cell.ends <= at):
            count, over = self._open.pop(cell), len(self._epochs[cell.brand, cell.day]) > EPOCHS
            self._published[cell] = withhold(cell) if over else publish(cell, count, self._bits)
            made.append(self._published[cell])
        return made

    def add_words(self, run: bytes, brand: str, day: int, counts: Mapping[str, Exact]) -> int:
        """Add to the terms of a brand's week; how many could not be added, as for cells."""
        if run not in [*self._epochs.get((brand, day), ())][:EPOCHS]:
            return len(counts)
        return self._words.add(brand, day, counts)

    def release(self, at: float) -> list[Week]:
        """Publish the words of every week that is over, once and for all, and forget the others; those weeks."""
        return self._words.release(at)

    def weeks(self, brand: str = "") -> list[Week]:
        """The weeks whose words were published, oldest first, of one brand or of all."""
        return self._words.weeks(brand)

    def entries(self, brand: str = "", day: int | None = None) -> list[Entry]:
        """Each brand's days (of all brands, of all days, if not given), oldest first."""
        wanted = [key for key in self._epochs if brand in ("", key[0]) and day in (None, key[1])]
        return [
            Entry(
                brand=name,
                day=date,
                epochs=tuple(self._epochs[name, date].values()),
                published=tuple(p for c, p in sorted(self._published.items()) if (c.brand, c.day) == (name, date)),
                open=sum((c.brand, c.day) == (name, date) for c in self._open),
                words=self._words.starts(name, date),
            )
            for name, date in sorted(wanted, key=lambda key: (key[1], key[0]))
        ]

    def close(self) -> None:
        """Nothing is held open."""


def _begun(db: sqlite3.Connection, epoch: Epoch) -> int:
    key = (epoch.brand, epoch.day, epoch.run)
    (before,) = db.execute(_EPOCHS, key[:2]).fetchone()
    db.execute("INSERT OR IGNORE INTO epochs VALUES (?, ?, ?, ?, ?)", (*key, before + 1, epoch.at))
    for cell in cells(epoch.brand, epoch.day, epoch.topics):
        closed = db.execute(_CLOSED, _row(cell)).fetchone()
        if cell.ends > epoch.at and not closed:
            db.execute("INSERT OR IGNORE INTO open VALUES (?, ?, ?, ?, ?, 0)", (*_row(cell), cell.ends))
    if epoch.words:
        begin_words(db, epoch)
    return _number(db, key)


def _row(cell: Cell) -> tuple[str, int, str, str]:
    return cell.brand, cell.day, str(cell.kind), cell.part


def _cell(row: tuple[str, int, str, str]) -> Cell:
    return Cell(brand=row[0], day=row[1], kind=Kind(row[2]), part=row[3])


def read(folder: Path) -> SqlLedger | None:
    """The ledger in a store's folder, to read only; None where nothing was counted yet."""
    path = folder / FILE
    return SqlLedger(path, reading=True) if path.is_file() else None


def _published(row: tuple[str, int, str, str, int | None, str, int]) -> Published:
    return Published(cell=_cell(row[:4]), value=row[4], epsilon=Fraction(row[5]), withheld=bool(row[6]))


def _number(db: sqlite3.Connection, key: tuple[str, int, bytes]) -> int:
    """Which epoch of a brand's day a run is; 0 if it did not begin."""
    found = db.execute("SELECT number FROM epochs WHERE brand = ? AND day = ? AND run = ?", key).fetchone()
    return int(found[0]) if found else 0


def _is_there(db: sqlite3.Connection, table: str) -> bool:
    """Whether the file has a table; one that was last written by an older version may not."""
    return bool(db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone())


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
