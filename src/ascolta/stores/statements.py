"""What people did with prepared statements, and what went out of them: SQLite in a file of its own, or in memory.

There is nothing personal in it but the names of the brand's own people. A posting is claimed before its network is
asked, so that whatever happens it is not said twice.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.core.journal import Kind as Told
from ascolta.core.journal import NewEntry, named
from ascolta.core.reply import ReplyState
from ascolta.core.statement import Edition, Posting, StatementAct, StatementEvent, fold, refuse_now, standing
from ascolta.errors import CaseError
from ascolta.ports import Journal
from ascolta.stores.own import OwnFile

FILE = "statements.db"
_TABLES = """
CREATE TABLE IF NOT EXISTS acts (
    brand TEXT, statement TEXT, seq INTEGER, kind TEXT NOT NULL, at REAL NOT NULL, by TEXT NOT NULL,
    digest TEXT NOT NULL, approve INTEGER NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (brand, statement, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS postings (
    key TEXT PRIMARY KEY, brand TEXT NOT NULL, statement TEXT NOT NULL, edition INTEGER NOT NULL, network TEXT NOT NULL,
    language TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL, not_before REAL NOT NULL, until REAL,
    urgent INTEGER NOT NULL, tries INTEGER NOT NULL, since REAL NOT NULL, note TEXT NOT NULL,
    released REAL NOT NULL DEFAULT 0, promise REAL NOT NULL DEFAULT 0) WITHOUT ROWID;
"""
DECLARED: Tables = {
    "acts": {
        **declared(
            Term.STORE,
            brand=("a brand", "to tell whose statement it is"),
            statement=("the name of its file", "to tell which"),
            seq=("its place", "for the order of acts"),
            kind=("what was done: prepared, approved, released, withdrawn", "for the state of the statement"),
            at=("when", "to tell when it was done"),
            digest=("the hash of the words it was done to", "so that changed words are approved anew"),
            approve=("how many people must approve it", "for the state of the statement"),
        ),
        **declared(
            Term.STORE,
            Kind.STAFF,
            by=("who of the brand did it", "so that two different people approve"),
            note=("why it was withdrawn", "so that others know"),
        ),
    },
    "postings": {
        **declared(
            Term.STORE,
            Kind.PUBLIC,
            key=("a key that is the same at every try", "so that a network can tell a second one"),
            brand=("a brand", "to tell whose it is"),
            statement=("the name of its file", "to tell which"),
            edition=("which edition of it", "to tell them apart"),
            network=("a network", "to send it there"),
            language=("a language", "to tell them apart"),
            text=("what is said in public", "to say it, and to show what was said"),
        ),
        **declared(
            Term.STORE,
            state=("approved, sending, sent or failed", "so that it is said once"),
            not_before=("when it may go out", "to wait until then"),
            until=("when it may go out no more", "to leave it then"),
            urgent=("whether it may go out while all else is paused", "because a person said so"),
            tries=("how often it was tried", "to stop trying"),
            since=("when it was claimed", "to leave alone what another program is sending right now"),
            note=("the id of its post, or why it failed", "to find it, or to mend it"),
            released=("when it was to go out first", "to look for it among the posts since then"),
            promise=("how long after it the next update comes", "to promise a time that is still to come"),
        ),
    },
}
"""What the file holds."""

_TELLS = {
    StatementAct.PREPARED: Told.PREPARED,
    StatementAct.APPROVED: Told.APPROVED,
    StatementAct.RELEASED: Told.RELEASED,
    StatementAct.WITHDRAWN: Told.WITHDRAWN,
}
_ADDED = (("released", "REAL NOT NULL DEFAULT 0"), ("promise", "REAL NOT NULL DEFAULT 0"))
_COLUMNS = tuple(field.name for field in fields(Posting))


class Statements:
    """The acts and the postings. `folder` None keeps them in memory.

    `journal` is told of every act within the act's own transaction. `reading` opens a file that is there, to read only.
    """

    def __init__(self, folder: Path | None, journal: Journal | None = None, *, reading: bool = False) -> None:
        path = folder / FILE if folder else None
        self._file = OwnFile(path, "the statements", _TABLES, journal, reading=reading)
        if not reading:
            self._file.widen("postings", _ADDED)

    def edition(self, brand: str, statement: str) -> Edition:
        """A statement as it stands; one of which nothing was done is not prepared."""
        with self._file.transaction("BEGIN") as (db, _):
            return standing(
                _edition(db, brand, statement), _postings(db, "brand = ? AND statement = ?", brand, statement)
            )

    def record(self, brand: str, statement: str, event: StatementEvent, out: Sequence[Posting] = ()) -> Edition:
        """Add what a person did, with what goes `out` of it. Raises CaseError if it does not fit.

        To withdraw takes back what has not gone out yet, and so does to prepare anew. What was released and waits is
        put anew; where it was tried before it may stand on its network, so it stays as it is, but for `urgent`.
        """
        with self._file.transaction() as (db, told):
            before = _edition(db, brand, statement)
            refuse_now(before, event)
            after = fold(before, [event])
            row = (event.kind, event.at, event.by, event.digest, event.approve, event.note)
            db.execute(
                "INSERT INTO acts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (brand, statement, len(before.events), *row)
            )
            if event.kind in (StatementAct.WITHDRAWN, StatementAct.PREPARED):
                waiting = "brand = ? AND statement = ? AND state IN ('approved', 'failed')"
                db.execute(f"DELETE FROM postings WHERE {waiting}", (brand, statement))  # noqa: S608 - our own
            for posting in out:
                if posting.edition != after.number:
                    raise CaseError("another edition was prepared meanwhile; look at it and release that")
                _put(db, posting)
            told.append(_entry(_TELLS[event.kind], event.at, brand, statement))
            return after

    def postings(self, *states: ReplyState, brand: str = "", statement: str = "") -> list[Posting]:
        """What went out or will, of all or of one statement, in any of these states (if none is named, in all)."""
        marks = ",".join("?" * len(states or tuple(ReplyState)))
        where, values = f"state IN ({marks})", [str(state) for state in states or tuple(ReplyState)]
        if statement:
            where, values = f"{where} AND brand = ? AND statement = ?", [*values, brand, statement]
        with self._file.transaction("BEGIN") as (db, _):
            return _postings(db, where, *values)

    def renew(self, posting: Posting) -> None:
        """Put what waits anew, as far as it was never tried."""
        with self._file.transaction() as (db, _):
            _put(db, posting)

    def claim(self, key: str, at: float) -> bool:
        """Approved → sending, committed before the network is asked; False if somebody else was faster."""
        values = "state = 'sending', tries = tries + 1, since = ?"
        sending = f"UPDATE postings SET {values} WHERE key = ? AND state = 'approved'"  # noqa: S608 - our own
        with self._file.transaction() as (db, _):
            return db.execute(sending, (at, key)).rowcount == 1

    def settle(self, posting: Posting, state: ReplyState, *, at: float, note: str = "") -> None:
        """What became of a claimed posting; `note` is the post id or the reason. Approved again, it is tried later."""
        later = at if state is ReplyState.APPROVED else posting.not_before
        settling = "UPDATE postings SET state = ?, not_before = ?, note = ? WHERE key = ? AND state != 'sent'"
        with self._file.transaction() as (db, told):
            changed = db.execute(settling, (state, later, note, posting.key)).rowcount
            kinds = {ReplyState.SENT: Told.SENT, ReplyState.FAILED: Told.FAILED}
            if changed and state in kinds:
                told.append(_entry(kinds[state], at, posting.brand, posting.statement))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _edition(db: sqlite3.Connection, brand: str, statement: str) -> Edition:
    asked = "SELECT kind, at, by, digest, approve, note FROM acts WHERE brand = ? AND statement = ? ORDER BY seq"
    events = [
        StatementEvent(kind=StatementAct(kind), at=at, by=by, digest=digest, approve=approve, note=note)
        for kind, at, by, digest, approve, note in db.execute(asked, (brand, statement)).fetchall()
    ]
    return fold(Edition(brand=brand, statement=statement), events)


def _postings(db: sqlite3.Connection, where: str, *values: str) -> list[Posting]:
    """The postings; a file that an older version wrote, and that is only read, may lack a column."""
    asked = db.execute(f"SELECT * FROM postings WHERE {where} ORDER BY not_before, key", values)  # noqa: S608 - our own
    names = [column[0] for column in asked.description]
    found = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
    return [Posting(**{**row, "state": ReplyState(row["state"]), "urgent": bool(row["urgent"])}) for row in found]


def _put(db: sqlite3.Connection, posting: Posting) -> None:
    marks, columns = ",".join("?" * len(_COLUMNS)), ", ".join(_COLUMNS)
    values = asdict(posting)
    waiting = "WHERE key = ? AND state = 'approved'"
    db.execute(f"DELETE FROM postings {waiting} AND tries = 0", (posting.key,))  # noqa: S608 - our own
    putting = f"INSERT OR IGNORE INTO postings ({columns}) VALUES ({marks})"  # noqa: S608 - our own
    db.execute(putting, [values[name] for name in _COLUMNS])
    if posting.urgent:
        db.execute(f"UPDATE postings SET urgent = 1 {waiting}", (posting.key,))  # noqa: S608 - our own


def _entry(kind: Told, at: float, brand: str, statement: str) -> NewEntry:
    return NewEntry(at=int(at), kind=kind, brand=named(brand), rule=named(f"statement.{statement}"))
