"""What people outside the desk are told, until it was told: a small outbox in a file of its own, or in memory.

Unlike an answer in public, an alarm that is told twice does little harm and one that is lost does much. So whatever was
being sent when we stopped is sent again, under the same key. Beside it lie the silences that people wrote at the desk.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import msgspec

from ascolta.core.days import DAY
from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.core.journal import Kind as Told
from ascolta.core.journal import NewEntry, named
from ascolta.core.parse import parse
from ascolta.core.risk import Risk
from ascolta.core.routing import LATEST, News, NewsKind, Notice, Silence, Standing
from ascolta.errors import CaseError
from ascolta.ports import Journal
from ascolta.stores.own import OwnFile

FILE = "notices.db"
KEPT = 7.0 * DAY
"""How long what was told or given up is kept, in seconds, and a silence after its end."""

MOST = 200
"""Of more notices that wait for one desk than these, the oldest are given up."""

CROWDED = "given up, because too many were waiting for this desk"
LATE = "given up, because it could not be told within a day"

_TABLES = """
CREATE TABLE IF NOT EXISTS notices (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, brand TEXT NOT NULL, at REAL NOT NULL, news TEXT NOT NULL,
    subject TEXT NOT NULL, body TEXT NOT NULL, stream TEXT NOT NULL, state TEXT NOT NULL, topic TEXT NOT NULL,
    desk TEXT NOT NULL, queued REAL NOT NULL, due REAL NOT NULL, standing TEXT NOT NULL, tries INTEGER NOT NULL,
    since REAL NOT NULL, bundle TEXT NOT NULL, note TEXT NOT NULL, once_in_days REAL NOT NULL DEFAULT 0,
    risk TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS silences (
    number INTEGER PRIMARY KEY, brand TEXT NOT NULL, silenced TEXT NOT NULL, until REAL NOT NULL, why TEXT NOT NULL,
    by TEXT NOT NULL, at REAL NOT NULL);
"""
DECLARED: Tables = {
    "notices": {
        **declared(
            Term.NEWS,
            key=("a key that is the same at every try", "so that nothing is queued twice"),
            kind=("what it is: alert, handover, escalation, step, brief or test", "to put alike ones into one message"),
            brand=("a brand", "to tell whose it is"),
            at=("when it happened", "to tell when"),
            news=("a key of what happened", "to tell it from others"),
            subject=("what is told: brand and stream", "to tell it"),
            body=("figures, plan and time, with personal data masked", "to tell it"),
            stream=("the stream of an alert", "to ask silences about it"),
            state=("the state of an alert", "to ask silences about it"),
            topic=("the topic of an alert", "to ask silences about it"),
            once_in_days=("how seldom an alert is", "to ask silences about it"),
            risk=("what kind of risk an alert is about, in rounded figures", "to ask silences about it"),
            desk=("the name of a desk", "to tell who is told; addresses are never kept"),
            queued=("when it was queued", "to give it up after a day"),
            due=("when it may be told", "to wait until then"),
            standing=("queued, sending, told, muted or failed", "so that it is told"),
            tries=("how often it was tried", "to wait longer each time"),
            since=("when it was claimed", "to leave alone what another program is sending right now"),
            bundle=("a key of the message", "so that a receiver can tell a second one"),
        ),
        **declared(
            Term.NEWS, Kind.STAFF, note=("why it failed, or the reason of a silence", "to mend it, or to understand it")
        ),
    },
    "silences": {
        **declared(
            Term.NEWS,
            number=("its number", "to end it"),
            brand=("a brand", "to tell whose alerts"),
            silenced=("a query", "to tell which alerts"),
            until=("when it ends", "so that no silence is for ever"),
            at=("when it was written", "to tell since when"),
        ),
        **declared(
            Term.NEWS,
            Kind.STAFF,
            why=("why nobody is told", "so that others know"),
            by=("who of the brand wrote it", "so that somebody answers for it"),
        ),
    },
}
"""What the file holds."""

_ADDED = (("once_in_days", "REAL NOT NULL DEFAULT 0"), ("risk", "TEXT NOT NULL DEFAULT ''"))
"""Columns of notices that a file of an older version lacks."""

_NEWS = tuple(field.name for field in fields(News) if field.name != "key")
_REST = tuple(field.name for field in fields(Notice) if field.name != "news")
_COLUMNS = ("key", "news", *_NEWS, *_REST)


class Notices:
    """Notices and silences. `folder` None keeps them in memory. `journal` is told of silences as they are written."""

    def __init__(self, folder: Path | None, journal: Journal | None = None) -> None:
        self._file = OwnFile(folder / FILE if folder else None, "what people are told", _TABLES, journal)
        self._file.widen("notices", _ADDED)

    def queue(self, notices: Iterable[Notice]) -> int:
        """Add those that were never queued; how many. Of too many for one desk the oldest are given up."""
        added = 0
        with self._file.transaction() as (db, _):
            for one in notices:
                marks = ", ".join("?" * len(_COLUMNS))
                adding = f"INSERT OR IGNORE INTO notices ({', '.join(_COLUMNS)}) VALUES ({marks})"  # noqa: S608 - our own
                new = db.execute(adding, _row(one)).rowcount
                added += new
                if new:
                    _crowd(db, one)
        return added

    def waiting(self) -> list[Notice]:
        """What is queued, in order."""
        return self.listed(Standing.QUEUED)

    def listed(self, *standings: Standing, brand: str = "") -> list[Notice]:
        """Notices in any of these standings (in all, if none is named), of one brand or of all, oldest first."""
        wanted = [str(one) for one in standings or tuple(Standing)]
        where, values = f"standing IN ({','.join('?' * len(wanted))})", list(wanted)
        if brand:
            where, values = f"{where} AND brand = ?", [*values, brand]
        asked = f"SELECT {', '.join(_COLUMNS)} FROM notices WHERE {where} ORDER BY queued, at, key"  # noqa: S608 - our own
        with self._file.transaction("BEGIN") as (db, _):
            return [_read(row) for row in db.execute(asked, values).fetchall()]

    def claim(self, bundle: Sequence[Notice], at: float) -> bool:
        """Queued → sending, all of a bundle or none of it, committed before anybody is told; False: no longer there."""
        free = "SELECT count(*) FROM notices WHERE key = ? AND standing = 'queued' AND bundle IN ('', ?)"
        claiming = "UPDATE notices SET standing = 'sending', tries = tries + 1, since = ?, bundle = ? WHERE key = ?"
        with self._file.transaction() as (db, _):
            if any(db.execute(free, (one.key, one.bundle)).fetchone() != (1,) for one in bundle):
                return False
            db.executemany(claiming, [(at, one.bundle, one.key) for one in bundle])
            return True

    def settle(self, bundle: Sequence[Notice], standing: Standing, at: float, note: str = "") -> None:
        """What became of a bundle; queued again, it is tried when `at` has come. What was told stays told."""
        settling = "UPDATE notices SET standing = ?, due = ?, note = ? WHERE key = ? AND standing != 'told'"
        with self._file.transaction() as (db, _):
            db.executemany(settling, [(standing, at, note, one.key) for one in bundle])

    def tidy(self, at: float, claimed_before: float) -> int:
        """Queue again what was claimed long ago, and give up what waited for a day; how many were given up."""
        again = "UPDATE notices SET standing = 'queued' WHERE standing = 'sending' AND since <= ?"
        late = "UPDATE notices SET standing = 'failed', due = ?, note = ? WHERE standing = 'queued' AND queued <= ?"
        with self._file.transaction() as (db, _):
            db.execute(again, (claimed_before,))
            return db.execute(late, (at, LATE, at - LATEST)).rowcount

    def sweep(self, at: float) -> int:
        """Remove what was told or given up a week ago, and silences that ended then; how many."""
        ended = "DELETE FROM notices WHERE standing IN ('told', 'muted', 'failed') AND max(queued, due) <= ?"
        with self._file.transaction() as (db, _):
            gone = db.execute(ended, (at - KEPT,)).rowcount
            return gone + db.execute("DELETE FROM silences WHERE until <= ?", (at - KEPT,)).rowcount

    def silence(self, silence: Silence) -> Silence:
        """Keep a silence; with its number. Raises CaseError without a reason, a name and an end that is to come."""
        if not silence.why.strip() or not silence.by.strip():
            raise CaseError("a silence needs a reason and the name of who writes it, for others rely on being told")
        if silence.until <= silence.at:
            raise CaseError("a silence needs an end that is still to come")
        row = (silence.brand, str(silence.when), silence.until, silence.why.strip(), silence.by.strip(), silence.at)
        adding = "INSERT INTO silences (brand, silenced, until, why, by, at) VALUES (?, ?, ?, ?, ?, ?)"
        with self._file.transaction() as (db, told):
            number = db.execute(adding, row).lastrowid or 0
            told.append(_entry(silence.at, silence.brand, f"silence.{number}"))
        return replace(silence, number=number)

    def silences(self, at: float, brand: str = "") -> list[Silence]:
        """The silences that hold at a time, of one brand or of all, the first to end first."""
        asked = (
            "SELECT number, brand, silenced, until, why, by, at FROM silences WHERE until > ? ORDER BY until, number"
        )
        with self._file.transaction("BEGIN") as (db, _):
            rows = db.execute(asked, (at,)).fetchall()
        return [
            Silence(number=number, brand=whose, when=parse(query), until=until, why=why, by=by, at=since)
            for number, whose, query, until, why, by, since in rows
            if brand in ("", whose)
        ]

    def end(self, brand: str, number: int, at: float) -> None:
        """End a silence now. Raises CaseError if there is none of that number."""
        ending = "UPDATE silences SET until = ? WHERE brand = ? AND number = ? AND until > ?"
        with self._file.transaction() as (db, told):
            if not db.execute(ending, (at, brand, number, at)).rowcount:
                raise CaseError(
                    f"there is no silence {number} that still holds; `ascolta desks silence list` shows all"
                )
            told.append(_entry(at, brand, f"silence-ended.{number}"))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _crowd(db: sqlite3.Connection, one: Notice) -> None:
    """Give up the oldest of too many that wait for a desk."""
    oldest = (
        "UPDATE notices SET standing = 'failed', due = ?, note = ? WHERE key IN (SELECT key FROM notices "
        "WHERE brand = ? AND desk = ? AND standing = 'queued' ORDER BY queued DESC, at DESC, key LIMIT -1 OFFSET ?)"
    )
    db.execute(oldest, (one.queued, CROWDED, one.news.brand, one.desk, MOST))


def _row(one: Notice) -> list[object]:
    news = asdict(one.news) | {"risk": "" if one.news.risk is None else msgspec.json.encode(one.news.risk).decode()}
    rest = {name: getattr(one, name) for name in _REST}
    return [one.key, one.news.key, *(news[name] for name in _NEWS), *(rest[name] for name in _REST)]


def _read(row: Sequence[Any]) -> Notice:
    found = dict(zip(_COLUMNS, row, strict=True))
    risk = msgspec.json.decode(found["risk"], type=Risk) if found["risk"] else None
    news = {name: found[name] for name in _NEWS} | {
        "key": found["news"], "kind": NewsKind(found["kind"]), "risk": risk
    }  # fmt: skip
    rest = {name: found[name] for name in _REST} | {"standing": Standing(found["standing"])}
    return Notice(news=News(**news), **rest)


def _entry(at: float, brand: str, rule: str) -> NewEntry:
    return NewEntry(at=int(at), kind=Told.CONFIGURED, brand=named(brand), rule=named(rule))
