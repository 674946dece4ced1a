"""Advocates, each under a key of their own: SQLite in a file of its own, the keys in another; in memory without a path.

Who they are, what they saw and what happened is encrypted; they are found by keyed tags. To withdraw destroys the key,
then the rows. What stays is a tag that says that this person was asked once, so that nobody asks again; an erasure
takes that, too.
"""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ascolta.core.advocate import Advocate, AdvocateEvent, AdvocateKind, fold
from ascolta.core.consent import tag_of
from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.core.journal import Counted, NewEntry, named
from ascolta.core.journal import Kind as Told
from ascolta.core.person import named as names_of
from ascolta.errors import CaseError
from ascolta.ports import Journal
from ascolta.stores.own import OwnFile
from ascolta.stores.seal import Keys, sealed, unsealed

FILE = "advocates.db"
KEYS = "advocates-keys.db"
ORPHAN_AGE = 3600.0
_TABLES = """
CREATE TABLE IF NOT EXISTS advocates (ref BLOB PRIMARY KEY, brand TEXT NOT NULL, goes REAL NOT NULL, who BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS events (ref BLOB, seq INTEGER, said BLOB NOT NULL, PRIMARY KEY (ref, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS names (account BLOB, brand TEXT, ref BLOB, PRIMARY KEY (account, brand)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS asked (account BLOB, brand TEXT, PRIMARY KEY (account, brand)) WITHOUT ROWID;
"""
DECLARED: Tables = {
    "advocates": {
        **declared(
            Term.ADVOCATE,
            Kind.ABOUT,
            ref=("a random name", "to tell one from another, and to find its key"),
            brand=("a brand", "to tell whose advocate it is"),
            goes=("when all of it goes", "so that it does"),
        ),
        **declared(
            Term.ADVOCATE, Kind.SEALED, who=("network, account and handle", "to brief who agreed to be briefed")
        ),
    },
    "events": {
        **declared(
            Term.ADVOCATE,
            Kind.ABOUT,
            ref=("whose event it is", "to keep it with them"),
            seq=("its place among these", "for their order"),
        ),
        **declared(
            Term.ADVOCATE,
            Kind.SEALED,
            said=("what happened, and the words that they saw and agreed to", "to show that they agreed, and to what"),
        ),
    },
    "names": {
        **declared(Term.ADVOCATE, Kind.TAG, account=("an account, by its id or its handle", "to find who withdraws")),
        **declared(
            Term.ADVOCATE,
            Kind.ABOUT,
            brand=("a brand", "to tell whose advocate it is"),
            ref=("whose name it is", "to find the rest"),
        ),
    },
    "asked": {
        **declared(Term.ADVOCATE, Kind.TAG, account=("an account that was asked", "so that it is never asked again")),
        **declared(Term.ADVOCATE, Kind.ABOUT, brand=("a brand", "to tell who asked")),
    },
}
"""What the file holds."""
KEYS_DECLARED: Tables = {
    "keys": declared(
        Term.ADVOCATE,
        Kind.KEY,
        ref=("a random name", "to find a person's key"),
        key=("256 random bits for each advocate, and one key for tags", "to read their record; to make the tags"),
        made=("when", "to find keys whose record never came to be"),
    )
}
"""What the file of keys holds; the key for tags stays as long as the store."""

_TELLS = {
    AdvocateKind.ASKED: Told.ASKED,
    AdvocateKind.AGREED: Told.AGREED,
    AdvocateKind.TOLD: Told.BRIEFED,
    AdvocateKind.MISSED: Told.FAILED,
    AdvocateKind.LOST: Told.FAILED,
}


class _Who(msgspec.Struct, frozen=True, kw_only=True):
    """What identifies a person."""

    network: str
    handle: str
    keys: tuple[str, ...]


class Advocates:
    """Everybody who was asked and has not declined. `folder` None keeps all in memory.

    `journal` is told of what happens within the act's own transaction, without saying to whom.
    """

    def __init__(self, folder: Path | None, journal: Journal | None = None) -> None:
        self._file = OwnFile(folder / FILE if folder else None, "the advocates", _TABLES, journal)
        self._keys = Keys(folder / KEYS if folder else None)

    def propose(self, brand: str, network: str, author: tuple[str, Sequence[str]], event: AdvocateEvent) -> Advocate:
        """Begin with a person (handle, and all names of the account) by what they are to be asked.

        Raises CaseError if they were asked before: that is kept from now on, whatever becomes of it.
        """
        handle, keys = author
        made = Advocate(ref=os.urandom(16).hex(), brand=brand, network=network, handle=handle, keys=tuple(keys))
        after = fold(made, [event])
        ref = bytes.fromhex(made.ref)
        with self._file.transaction() as (db, _):
            tags = [self._tag(network, key) for key in made.keys]
            if not tags or any(_is_asked(db, tag, brand) for tag in tags):
                raise CaseError("this person was asked already, or cannot be known again; nobody is asked twice")
            key = self._keys.make([ref], event.at)[ref]
            who = msgspec.json.encode(_Who(network=network, handle=handle, keys=made.keys))
            db.execute("INSERT INTO advocates VALUES (?, ?, ?, ?)", (ref, brand, after.goes, sealed(key, ref, who)))
            db.executemany("INSERT INTO asked VALUES (?, ?)", [(tag, brand) for tag in tags])
            db.executemany("INSERT INTO names VALUES (?, ?, ?)", [(tag, brand, ref) for tag in tags])
            _add(db, key, ref, event)
        return after

    def record(self, ref: str, event: AdvocateEvent) -> Advocate:
        """Add what happened to a person. Raises CaseError if it does not fit, or they are gone."""
        with self._file.transaction() as (db, told):
            one = next(iter(self._load(db, "WHERE ref = ?", (bytes.fromhex(ref),))), None)
            if one is None:
                raise CaseError("this person is gone: they withdrew, or their time was over")
            after = fold(one, [event])
            key = self._keys.get([bytes.fromhex(ref)])[bytes.fromhex(ref)]
            _add(db, key, bytes.fromhex(ref), event)
            db.execute("UPDATE advocates SET goes = ? WHERE ref = ?", (after.goes, bytes.fromhex(ref)))
            if event.kind in _TELLS:
                told.append(_entry(_TELLS[event.kind], event.at, after))
            return after

    def all(self, brand: str = "") -> list[Advocate]:
        """Everybody of a brand (of all, if empty), oldest first."""
        with self._file.transaction("BEGIN") as (db, _):
            found = self._load(db, "WHERE brand = ?" if brand else "", (brand,) if brand else ())
        return sorted(found, key=lambda one: (one.events[0].at, one.ref))

    def of(self, network: str, account: str) -> list[Advocate]:
        """What is held of an account, named by its id or its handle."""
        with self._file.transaction("BEGIN") as (db, _):
            return self._load(db, *_among(self._refs(db, network, account)))

    def was_asked(self, brand: str, network: str, keys: Sequence[str]) -> bool:
        """Whether a brand asked this person before."""
        with self._file.transaction("BEGIN") as (db, _):
            return any(_is_asked(db, self._tag(network, key), brand) for key in keys)

    def withdraw(self, network: str, account: str, at: float) -> int:
        """A person will not, or not any more: all of them goes at once, but that they were asked; how many records."""
        return self._gone(network, account, Told.WITHDRAWN, at)

    def forget(self, network: str, account: str, at: float) -> int:
        """Erase all that is held of an account, that they were asked as well; how many records."""
        found = self.of(network, account)
        keys = {key for one in found for key in one.keys} | set(names_of(account))
        gone = self._gone(network, account, Told.ERASED, at)
        with self._file.transaction() as (db, _):
            tags = [(self._tag(network, key),) for key in sorted(keys)]
            rows = sum(db.execute("DELETE FROM asked WHERE account = ?", tag).rowcount for tag in tags)
        self._clean(rows)
        return gone

    def take_back(self, ref: str) -> None:
        """Undo a proposal of which nothing was said to the person."""
        with self._file.transaction() as (db, _):
            tags = [row[0] for row in db.execute("SELECT account FROM names WHERE ref = ?", (bytes.fromhex(ref),))]
            brand = db.execute("SELECT brand FROM advocates WHERE ref = ?", (bytes.fromhex(ref),)).fetchone()
            db.executemany(
                "DELETE FROM asked WHERE account = ? AND brand = ?", [(tag, *(brand or ("",))) for tag in tags]
            )
            self._erase(db, [bytes.fromhex(ref)])
        self._clean(ref)

    def drop(self, ref: str) -> None:
        """Let go of a person who cannot agree any more; that they may have been asked stays."""
        with self._file.transaction() as (db, _):
            self._erase(db, [bytes.fromhex(ref)])
        self._clean(ref)

    def sweep(self, at: float) -> int:
        """Forget everybody whose time is over; how many. Keys whose record never came to be go, too."""
        with self._file.transaction() as (db, told):
            gone = self._load(db, "WHERE goes <= ?", (at,))
            told.extend(_entry(Told.EXPIRED, at, one) for one in gone)
            self._erase(db, [bytes.fromhex(one.ref) for one in gone])
            here = {bytes(ref) for (ref,) in db.execute("SELECT ref FROM advocates")}
            orphans = self._keys.older(at - ORPHAN_AGE) - here
        self._keys.shred(orphans)
        self._clean(gone)
        return len(gone)

    def close(self) -> None:
        """Close both files."""
        self._file.close()
        self._keys.close()

    def _gone(self, network: str, account: str, kind: Told, at: float) -> int:
        """All that is held of an account goes, but that it was asked; how many records."""
        with self._file.transaction() as (db, told):
            gone = self._load(db, *_among(self._refs(db, network, account)))
            told.extend(_entry(kind, at, one) for one in gone)
            self._erase(db, [bytes.fromhex(one.ref) for one in gone])
        self._clean(gone)
        return len(gone)

    def _tag(self, network: str, key: str) -> bytes:
        """Made with a key of this file, so that it cannot be laid beside the tags of any other."""
        return tag_of(self._keys.installation, network, key)

    def _refs(self, db: sqlite3.Connection, network: str, account: str) -> list[bytes]:
        tags = [self._tag(network, key) for key in names_of(account)]
        rows = [db.execute("SELECT ref FROM names WHERE account = ?", (tag,)).fetchall() for tag in tags]
        return sorted({bytes(ref) for found in rows for (ref,) in found})

    def _load(self, db: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> list[Advocate]:
        rows = db.execute(f"SELECT ref, brand, who FROM advocates {where}", values).fetchall()  # noqa: S608 - our own
        keys = self._keys.get(bytes(ref) for ref, *_ in rows)
        return [_one(db, keys[bytes(ref)], (bytes(ref), brand, who)) for ref, brand, who in rows if bytes(ref) in keys]

    def _erase(self, db: sqlite3.Connection, refs: Sequence[bytes]) -> None:
        """Destroy the keys, then the rows. If we stop in between, nobody can read the rows any more."""
        self._keys.shred(refs)
        for table in ("events", "names", "advocates"):
            db.executemany(f"DELETE FROM {table} WHERE ref = ?", [(ref,) for ref in refs])  # noqa: S608 - our own

    def _clean(self, gone: object) -> None:
        """Rewrite the file without what was removed."""
        if gone:
            self._file.rewrite()


def _one(db: sqlite3.Connection, key: bytes, row: tuple[bytes, str, bytes]) -> Advocate:
    ref, brand, said = row
    who = msgspec.json.decode(unsealed(key, ref, bytes(said)), type=_Who)
    start = Advocate(ref=ref.hex(), brand=brand, network=who.network, handle=who.handle, keys=who.keys)
    rows = db.execute("SELECT said FROM events WHERE ref = ? ORDER BY seq", (ref,)).fetchall()
    events = [msgspec.json.decode(unsealed(key, ref, bytes(said)), type=AdvocateEvent) for (said,) in rows]
    return fold(start, events)


def _add(db: sqlite3.Connection, key: bytes, ref: bytes, event: AdvocateEvent) -> None:
    said = sealed(key, ref, msgspec.json.encode(event))
    count = "SELECT count(*) FROM events WHERE ref = ?"
    db.execute(f"INSERT INTO events VALUES (?, ({count}), ?)", (ref, ref, said))  # noqa: S608 - our own


def _is_asked(db: sqlite3.Connection, tag: bytes, brand: str) -> bool:
    found = db.execute("SELECT 1 FROM asked WHERE account = ? AND brand = ?", (tag, brand)).fetchone()
    return found is not None


def _among(refs: Sequence[bytes]) -> tuple[str, tuple[bytes, ...]]:
    return f"WHERE ref IN ({','.join('?' * len(refs))})", tuple(refs)


def _entry(kind: Told, at: float, one: Advocate) -> NewEntry:
    """What the journal is told: that it was an advocate, and for which scope; never who."""
    scope = one.terms.scope if one.terms else ""
    counts = {Counted.REPLIES: 1} if kind is Told.BRIEFED else {}
    return NewEntry(at=int(at), kind=kind, brand=named(one.brand), rule=named(f"advocate.{scope}"), counts=counts)
