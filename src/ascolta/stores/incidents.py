"""Incidents, what people did in them, and how the last drill of each plan went: SQLite in a file of its own, or memory.

There is nothing personal in it but the names of the brand's own people and what they wrote down. The journal is told
which step of which plan was done, never by whom, nor what was said.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ascolta.core.incident import Begun, Incident, IncidentAct, IncidentEvent, fold
from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.core.journal import Kind as Told
from ascolta.core.journal import NewEntry, named
from ascolta.core.plan import Rehearsal
from ascolta.errors import CaseError
from ascolta.ports import Journal
from ascolta.stores.own import OwnFile

FILE = "incidents.db"
_TABLES = """
CREATE TABLE IF NOT EXISTS incidents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, brand TEXT NOT NULL, plan TEXT NOT NULL, begun TEXT NOT NULL, goes REAL);
CREATE TABLE IF NOT EXISTS events (
    number INTEGER, seq INTEGER, kind TEXT NOT NULL, at REAL NOT NULL, by TEXT NOT NULL, step INTEGER NOT NULL,
    said TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (number, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS drills (
    brand TEXT, plan TEXT, went TEXT NOT NULL, PRIMARY KEY (brand, plan)) WITHOUT ROWID;
"""
DECLARED: Tables = {
    "incidents": declared(
        Term.INCIDENT,
        number=("its number", "to tell one from another"),
        brand=("a brand", "to tell whose it is"),
        plan=("the name of its plan", "so that one plan is not accepted twice at a time"),
        begun=("the plan as it stood, and the figures of the alert", "to know what is to be done, and what it answers"),
        goes=("when all of it goes; empty while it goes on", "so that it does"),
    ),
    "events": {
        **declared(
            Term.INCIDENT,
            number=("which incident", "to keep it with that"),
            seq=("its place", "for the order of events"),
            kind=("what happened: accepted, done, skipped …", "for the state of the incident"),
            at=("when", "for the clocks and the review"),
            step=("which step", "for the state of the step"),
        ),
        **declared(
            Term.INCIDENT,
            Kind.STAFF,
            by=("who of the brand did it", "so that others know whom to ask"),
            said=("what was decided or noted", "for those who come later, and for the review"),
            why=("the reason", "for the review"),
        ),
    },
    "drills": declared(
        Term.REPLACED,
        brand=("a brand", "to tell whose drill it was"),
        plan=("the name of a plan", "to tell of which"),
        went=("when it was drilled, and how long each step took", "to show how ready we are"),
    ),
    "sqlite_sequence": declared(
        Term.STORE,
        name=("the name of a table", "SQLite's own"),
        seq=("the highest number given", "so that no number is given twice"),
    ),
}
"""What the file holds."""

_TELLS = {
    IncidentAct.ACCEPTED: Told.ACCEPTED,
    IncidentAct.DONE: Told.STEPPED,
    IncidentAct.SKIPPED: Told.STEPPED,
    IncidentAct.DECIDED: Told.STEPPED,
    IncidentAct.ESCALATED: Told.ESCALATED,
    IncidentAct.STOOD_DOWN: Told.STOOD_DOWN,
}


class Incidents:
    """All incidents, by number. `folder` None keeps them in memory.

    `journal` is told of what happens within the act's own transaction.
    """

    def __init__(self, folder: Path | None, journal: Journal | None = None) -> None:
        self._file = OwnFile(folder / FILE if folder else None, "the incidents", _TABLES, journal)

    def accept(self, brand: str, begun: Begun, events: Sequence[IncidentEvent]) -> Incident:
        """Begin an incident with these events; where one of this plan goes on, that one is given and nothing begins."""
        with self._file.transaction() as (db, told):
            asked = "SELECT number FROM incidents WHERE brand = ? AND plan = ? AND goes IS NULL"
            there = db.execute(asked, (brand, begun.plan)).fetchone()
            if there is not None:
                return _incident(db, there[0])
            said = msgspec.json.encode(begun).decode()
            made = db.execute(
                "INSERT INTO incidents (brand, plan, begun) VALUES (?, ?, ?)", (brand, begun.plan, said)
            ).lastrowid
            incident = Incident(number=made or 0, brand=brand, begun=begun)
            for event in events:
                incident = _add(db, told, incident, event)
            return incident

    def record(self, number: int, event: IncidentEvent) -> Incident:
        """Add what happened. Raises CaseError if it does not fit, or there is no such incident."""
        with self._file.transaction() as (db, told):
            after = _add(db, told, _incident(db, number), event)
            db.execute("UPDATE incidents SET goes = ? WHERE number = ?", (after.goes, number))
            return after

    def incident(self, number: int) -> Incident:
        """One incident as it stands. Raises CaseError if there is none of this number."""
        with self._file.transaction("BEGIN") as (db, _):
            return _incident(db, number)

    def open(self, brand: str = "") -> list[Incident]:
        """Those of a brand (of all, if empty) that go on, oldest first."""
        return self._all("goes IS NULL", brand)

    def all(self, brand: str = "") -> list[Incident]:
        """Those of a brand (of all, if empty), oldest first."""
        return self._all("1", brand)

    def drilled(self, brand: str, went: Rehearsal) -> None:
        """Keep how a drill went, in place of the one before of this plan."""
        with self._file.transaction() as (db, told):
            said = msgspec.json.encode(went).decode()
            db.execute("INSERT OR REPLACE INTO drills VALUES (?, ?, ?)", (brand, went.plan, said))
            told.append(_entry(Told.DRILLED, went.at, brand, went.plan))

    def drills(self, brand: str) -> list[Rehearsal]:
        """How the last drill of each plan of a brand went, by name."""
        with self._file.transaction("BEGIN") as (db, _):
            rows = db.execute("SELECT went FROM drills WHERE brand = ? ORDER BY plan", (brand,)).fetchall()
        return [msgspec.json.decode(went, type=Rehearsal) for (went,) in rows]

    def sweep(self, at: float) -> int:
        """Remove the incidents whose date has come; how many."""
        with self._file.transaction() as (db, told):
            gone = db.execute("SELECT number, brand, plan FROM incidents WHERE goes <= ?", (at,)).fetchall()
            for number, brand, plan in gone:
                db.execute("DELETE FROM events WHERE number = ?", (number,))
                db.execute("DELETE FROM incidents WHERE number = ?", (number,))
                told.append(_entry(Told.EXPIRED, at, brand, plan))
        if gone:
            self._file.rewrite()
        return len(gone)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _all(self, where: str, brand: str) -> list[Incident]:
        whose, values = (" AND brand = ?", (brand,)) if brand else ("", ())
        asked = f"SELECT number FROM incidents WHERE {where}{whose} ORDER BY number"  # noqa: S608 - our own
        with self._file.transaction("BEGIN") as (db, _):
            return [_incident(db, number) for (number,) in db.execute(asked, values).fetchall()]


def _incident(db: sqlite3.Connection, number: int) -> Incident:
    row = db.execute("SELECT brand, begun FROM incidents WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise CaseError(f"there is no incident {number} here; `ascolta incident list` shows those that there are")
    asked = "SELECT kind, at, by, step, said, why FROM events WHERE number = ? ORDER BY seq"
    events = [
        IncidentEvent(kind=IncidentAct(kind), at=at, by=by, step=step, said=said, why=why)
        for kind, at, by, step, said, why in db.execute(asked, (number,)).fetchall()
    ]
    brand, begun = row
    return fold(Incident(number=number, brand=brand, begun=msgspec.json.decode(begun, type=Begun)), events)


def _add(db: sqlite3.Connection, told: list[NewEntry], incident: Incident, event: IncidentEvent) -> Incident:
    after = fold(incident, [event])
    row = (event.kind, event.at, event.by, event.step, event.said, event.why)
    db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (incident.number, len(incident.events), *row))
    if event.kind in _TELLS and not (event.kind is IncidentAct.DECIDED and not event.step):
        told.append(_entry(_TELLS[event.kind], event.at, incident.brand, incident.begun.plan, event.step))
    return after


def _entry(kind: Told, at: float, brand: str, plan: str, step: int = 0) -> NewEntry:
    which = f"plan.{plan}.{step}" if step else f"plan.{plan}"
    return NewEntry(at=int(at), kind=kind, brand=named(brand), rule=named(which))
