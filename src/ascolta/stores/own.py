"""A small SQLite file of its own beside the store: how it opens, how it is written, how its errors are said."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ascolta.core.journal import NewEntry
from ascolta.errors import StoreError
from ascolta.ports import Journal


class OwnFile:
    """One file with its tables; `path` None keeps it in memory. `what` it holds is named in errors.

    `journal` is told of every act within the act's own transaction. What is deleted is overwritten. `reading`: the file
    is there, and nothing is written to it.
    """

    def __init__(
        self, path: Path | None, what: str, tables: str, journal: Journal | None = None, *, reading: bool = False
    ) -> None:
        self._one_at_a_time, self._what, self._journal = threading.RLock(), what, journal
        with self._saying():
            if path is not None and reading:
                self.db = _read_only(path)
                return
            new = path is not None and not path.exists()
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(path or ":memory:", timeout=30, isolation_level=None, check_same_thread=False)
            self.db.execute("PRAGMA secure_delete = ON")
            self.db.execute("PRAGMA synchronous = FULL")
            self.db.executescript(tables)
            if new and path is not None:
                path.chmod(0o600)

    @contextmanager
    def transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[tuple[sqlite3.Connection, list[NewEntry]]]:
        """The database, and what the journal will be told right before all of it is kept. Raises StoreError."""
        with self._one_at_a_time, self._saying():
            self.db.execute(begin)
            try:
                told: list[NewEntry] = []
                yield self.db, told
                if told and self._journal is not None:
                    self._journal.append(told)
                self.db.execute("COMMIT")
            finally:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")

    def widen(self, table: str, columns: Sequence[tuple[str, str]]) -> None:
        """Add the columns, each with its type, that a file of an older version lacks."""
        with self.transaction() as (db, _):
            there = {row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall()}
            for name, kind in columns:
                if name not in there:
                    db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")

    def rewrite(self) -> None:
        """Rewrite the file without what was removed."""
        with self._one_at_a_time, self._saying():
            self.db.execute("VACUUM")

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def _saying(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            said = f"{self._what} cannot be read or written ({error}); look at the store's folder"
            raise StoreError(said) from None
        except OSError as error:
            raise StoreError(f"{self._what} cannot be kept ({error.strerror}); look at the store's folder") from None


def _read_only(path: Path) -> sqlite3.Connection:
    place = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(place, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
