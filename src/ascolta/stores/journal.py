"""The journal at rest: an SQLite file of its own to which rows are only added, and a twin in memory.

An entry is acknowledged once its whole batch is on disk. With it go the hashes of the subtrees that it finishes, so
that a proof needs some forty rows and not the whole journal.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ascolta.core import inventory
from ascolta.core.audit import Audit, Checkpoints, audit
from ascolta.core.checkpoint import Signer
from ascolta.core.journal import Counted, Entry, Kind, NewEntry, read, written
from ascolta.core.merkle import Range, consistency, inclusion, kept_range, leaf_hash, place
from ascolta.errors import StoreError
from ascolta.stores.ahead import write_ahead
from ascolta.stores.checkpoints import SecondPlace

FILE = "journal.db"
_added = partial(inventory.declared, inventory.Term.JOURNAL, inventory.Kind.ADDED)
DECLARED: inventory.Tables = {
    "entries": _added(
        seq=("a number", "for the order"),
        entry=(
            "an act as JSON: time and kind, brand, case and rule by number and name, counts, a salted commitment",
            "so that every act of the brand can be looked over, and none is taken back unseen",
        ),
    ),
    "hashes": _added(
        place=("a place in the tree", "to find a hash"), hash=("a hash of entries", "to prove that an entry stands")
    ),
}
"""What the journal's file holds."""

AT_ONCE = 10_000
"""Rows that are fetched together."""


class MemoryJournal:
    """Everything in lists."""

    def __init__(self, signer: Signer, second: SecondPlace) -> None:
        self.signer, self.second = signer, second
        self._entries: list[bytes] = []
        self._hashes: list[bytes] = []
        self._range = Range()

    def append(self, entries: Sequence[NewEntry]) -> range:
        """Write all of these or none. The numbers that they got."""
        start = len(self._entries)
        rows = [written(start + number, new) for number, new in enumerate(entries)]
        self._range, finished = self._range.grown(map(leaf_hash, rows))
        self._entries += rows
        self._hashes += finished
        return range(start, len(self._entries))

    def checkpoint(self, at: int) -> str:
        """Sign size and root at the second place and note that here; empty if nothing came since the last."""
        newest = self.entry(len(self._entries) - 1)
        note = _signed(self, newest)
        if note:
            self.append([_noted(len(self._entries), at)])
        return note

    def size(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    def root(self, size: int) -> bytes:
        """The root of the tree over the first `size` entries."""
        return kept_range(_within(size, len(self._entries)), self._node).root

    def entry(self, seq: int) -> Entry | None:
        """One entry; None if there is none."""
        return read(self._entries[seq]) if 0 <= seq < len(self._entries) else None

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        """The entries from `start` until before `end` as they are kept, oldest first."""
        return iter(list(enumerate(self._entries))[start:end])

    def inclusion(self, seq: int, size: int) -> list[bytes]:
        """The proof that an entry stands among the first `size`."""
        return inclusion(seq, _within(size, len(self._entries)), self._node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the journal of `new` entries only adds to that of `old`."""
        return consistency(old, _within(new, len(self._entries)), self._node)

    def audit(self, checkpoints: Checkpoints | None) -> Audit:
        """Look everything over."""
        return audit(self.entries(), enumerate(self._hashes), checkpoints)

    def _node(self, level: int, index: int) -> bytes:
        return self._hashes[place(level, index)]

    def close(self) -> None:
        """Nothing is open."""


class SqlJournal:
    """The journal in one SQLite file. `signer` and `second` None: for reading only, the file is not touched."""

    def __init__(self, path: Path, signer: Signer | None = None, second: SecondPlace | None = None) -> None:
        self.path, self.signer, self.second = path, signer, second
        self._one_at_a_time = threading.RLock()
        self._range = Range()
        with _saying(path):
            self.file = _opened(path, reading=signer is None)

    def append(self, entries: Sequence[NewEntry]) -> range:
        """Write all of these or none; on disk before this returns. The numbers that they got."""
        with self._writing():
            return self._add(entries)

    def checkpoint(self, at: int) -> str:
        """Sign size and root at the second place and note that here; empty if nothing came since the last."""
        with self._writing():
            size = self.size()
            note = _signed(self, self.entry(size - 1))
            if note:
                self._add([_noted(size, at)])
        return note

    def size(self) -> int:
        """How many entries there are."""
        with self._reading():
            return self._size()

    def root(self, size: int) -> bytes:
        """The root of the tree over the first `size` entries."""
        with self._reading():
            return kept_range(_within(size, self._size()), self._node).root

    def entry(self, seq: int) -> Entry | None:
        """One entry; None if there is none that can be read."""
        with self._reading():
            row = self.file.execute("SELECT entry FROM entries WHERE seq = ?", (seq,)).fetchone()
        return read(_bytes(row[0])) if row else None

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        """The entries from `start` until before `end` as they are kept, oldest first."""
        until = 2**62 if end is None else end
        return self._rows("SELECT seq, entry FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq", (start, until))

    def inclusion(self, seq: int, size: int) -> list[bytes]:
        """The proof that an entry stands among the first `size`."""
        with self._reading():
            return inclusion(seq, _within(size, self._size()), self._node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the journal of `new` entries only adds to that of `old`."""
        with self._reading():
            return consistency(old, _within(new, self._size()), self._node)

    def audit(self, checkpoints: Checkpoints | None) -> Audit:
        """Look everything over, as it stood at one moment."""
        with self._reading():
            self.file.execute("BEGIN")
            try:
                entries = self._rows("SELECT seq, entry FROM entries ORDER BY seq", ())
                hashes = self._rows("SELECT place, hash FROM hashes ORDER BY place", ())
                return audit(entries, hashes, checkpoints)
            finally:
                self.file.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def _size(self) -> int:
        return int(self.file.execute("SELECT coalesce(max(seq), -1) + 1 FROM entries").fetchone()[0])

    def _node(self, level: int, index: int) -> bytes:
        """The hash of a finished subtree."""
        row = self.file.execute("SELECT hash FROM hashes WHERE place = ?", (place(level, index),)).fetchone()
        found = _bytes(row[0]) if row else b""
        if len(found) != 32:
            first = index << level
            raise StoreError(f"the journal lacks the hash from entry {first} on; run `ascolta journal verify` on it")
        return found

    def _add(self, entries: Sequence[NewEntry]) -> range:
        size = self._size()
        base = self._range if self._range.size == size else kept_range(size, self._node)
        rows = [written(size + number, new) for number, new in enumerate(entries)]
        grown, finished = base.grown(map(leaf_hash, rows))
        first = place(0, size)
        self.file.executemany("INSERT INTO entries VALUES (?, ?)", enumerate(rows, size))
        self.file.executemany("INSERT INTO hashes VALUES (?, ?)", enumerate(finished, first))
        self._grown = grown
        return range(size, grown.size)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; whatever goes wrong, nothing of it is kept."""
        with self._one_at_a_time, _saying(self.path):
            self._grown = self._range
            self.file.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.file.execute("COMMIT")
            except BaseException:
                if self.file.in_transaction:
                    self.file.execute("ROLLBACK")
                raise
            self._range = self._grown

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with _saying(self.path), self._one_at_a_time:
            yield

    def _rows(self, statement: str, values: tuple[int, ...]) -> Iterator[tuple[int, bytes]]:
        with _saying(self.path):
            cursor = self.file.execute(statement, values)
            while rows := cursor.fetchmany(AT_ONCE):
                for number, value in rows:
                    yield number, _bytes(value)


def _opened(path: Path, *, reading: bool) -> sqlite3.Connection:
    name = f"{path.absolute().as_uri()}?mode={'ro' if reading else 'rwc'}"
    file = sqlite3.connect(name, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
    file.text_factory = bytes
    if not reading:
        write_ahead(file)
        for statement in _SCHEMA:
            file.execute(statement)
    file.execute("SELECT (SELECT 1 FROM entries LIMIT 1), (SELECT 1 FROM hashes LIMIT 1)")
    return file


_SCHEMA = (
    "PRAGMA synchronous = FULL",
    "CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, entry BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS hashes (place INTEGER PRIMARY KEY, hash BLOB NOT NULL)",
    *(
        f"CREATE TRIGGER IF NOT EXISTS no_{act}_of_{table} BEFORE {act} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END"
        for table in ("entries", "hashes")
        for act in ("update", "delete")
    ),
)


def _signed(journal: MemoryJournal | SqlJournal, newest: Entry | None) -> str:
    """Sign the journal as it stands, if anything came since the last checkpoint and it only adds to that."""
    size = journal.size()
    if journal.signer is None or journal.second is None:
        raise StoreError("this journal was opened for reading; a checkpoint needs its key and a second place")
    if size == 0 or (newest is not None and newest.kind is Kind.CHECKPOINTED):
        return ""
    last = journal.second.last(journal.signer.verifier)
    if last is not None and (last.size > size or journal.root(last.size) != last.root):
        raise StoreError(
            f"the journal of {size} entries does not add to its last checkpoint, of {last.size}; nothing was signed, "
            "run `ascolta journal verify` with --checkpoints"
        )
    note = journal.signer.sign(size, journal.root(size))
    if last is None or last.size < size:
        journal.second.add(note)
    return note


def _noted(size: int, at: int) -> NewEntry:
    return NewEntry(at=at, kind=Kind.CHECKPOINTED, counts={Counted.ENTRIES: size})


def _within(size: int, most: int) -> int:
    if not 0 <= size <= most:
        raise StoreError(f"the journal holds {most} entries, not {size}; name a smaller number")
    return size


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


@contextmanager
def _saying(path: Path) -> Iterator[None]:
    """Say a database's error in one sentence."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: {_cause(str(error))}") from error


def _cause(said: str) -> str:
    if "full" in said:
        return "the disk is full; free some space and run again: nothing was kept by halves"
    if "locked" in said:
        return "the journal is busy in another process; stop that one or wait"
    if "unable to open" in said:
        return "there is no journal that can be opened; check the path and the rights of its folder"
    if any(word in said for word in ("malformed", "not a database", "no such", "codec")):
        return f"the journal's file is damaged ({said}); keep it as evidence and restore it from a copy"
    if "UNIQUE" in said:
        return "the journal's entries and hashes do not belong together; run `ascolta journal verify` on it"
    return f"the journal does not answer ({said}); nothing was kept by halves"
