"""The store on SQL, through SQLAlchemy Core. SQLite in write-ahead mode is the one that a laptop needs.

What is removed is removed for good: the case's key is destroyed first, then its rows, then the file is rewritten.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from ascolta.core.alert import AlertChange
from ascolta.core.case import Case, CaseEvent
from ascolta.core.consent import Known
from ascolta.core.mention import Heard
from ascolta.core.reply import Reply, ReplyState
from ascolta.errors import StoreError
from ascolta.stores import cases, outgoing, people, schema
from ascolta.stores.seal import Keys

ORPHAN_AGE = 3600.0
"""Keys whose case never came to be are destroyed when they are older than this, in seconds."""


class SqlStore:
    """All that is kept, in `store.db` and `keys.db` of one folder; `folder` None keeps it in memory."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            self.keys = Keys(folder / "keys.db" if folder is not None else None)
            self.engine = _engine(folder)
            with self._transaction() as db:
                schema.meta.create_all(db)
        except OSError as error:
            raise StoreError(
                f"{folder}: the store cannot be opened ({error.strerror}); choose another --store"
            ) from error
        self._people = people.People(self.keys.installation)
        self._unclean = False

    def cursor(self, source: str) -> str:
        """The place after which a source goes on; empty at the start."""
        with self._reading() as db:
            return db.scalar(sa.select(schema.cursors.c.position).where(schema.cursors.c.source == source)) or ""

    def rewind(self, *sources: str) -> None:
        """Forget how far these sources were heard."""
        with self._transaction() as db:
            db.execute(sa.delete(schema.cursors).where(schema.cursors.c.source.in_(sources)))

    def known(self) -> Known:
        """What is remembered of people, as keyed tags."""
        with self._reading() as db:
            return self._people.known(db)

    def keep(self, source: str, heard: Heard) -> None:
        """Keep all that a batch calls for and move the cursor, or nothing of it."""
        with self._transaction() as db:
            self._advance(db, source, heard)
            self._unclean |= cases.keep(db, self.keys, self._people, heard)
            _add_counts(db, heard)

    def cases(self, brand: str = "") -> list[Case]:
        """The cases of a brand (of all, if empty), newest first."""
        with self._reading() as db:
            return cases.load(db, self.keys, *([schema.cases.c.brand == brand] if brand else []))

    def case(self, number: int) -> Case | None:
        """One case; None if there is none, or no more."""
        with self._reading() as db:
            return next(iter(cases.load(db, self.keys, schema.cases.c.id == number)), None)

    def record(self, number: int, event: CaseEvent) -> Case:
        """Add what happened to a case, and queue its answer once enough people approved."""
        with self._transaction() as db:
            return cases.record(db, self.keys, number, event)

    def sweep(self, at: float) -> int:
        """Remove the cases whose date has come, leaving no byte of them; how many."""
        with self._transaction() as db:
            gone = cases.expire(db, self.keys, at)
            self._people.expire(db, at)
            here = {bytes(ref) for ref in db.scalars(sa.select(schema.cases.c.ref))}
            orphans = self.keys.older(at - ORPHAN_AGE) - here
        self.keys.shred(orphans)
        self._unclean |= gone > 0
        self._clean()
        return gone

    def counts(self, brand: str, stream: str, since: int, until: int) -> dict[int, int]:
        """Exact internal counts by start of tick; ticks without any are left out."""
        table = schema.counts
        where = (table.c.brand == brand, table.c.stream == stream, table.c.tick >= since, table.c.tick < until)
        with self._reading() as db:
            rows = db.execute(sa.select(table.c.tick, table.c.n).where(*where).order_by(table.c.tick))
            return {int(tick): int(n) for tick, n in rows}

    def span(self, brand: str) -> tuple[int, int] | None:
        """The first and last tick with a count for a brand; None if there is none."""
        tick = schema.counts.c.tick
        with self._reading() as db:
            first, last = db.execute(
                sa.select(sa.func.min(tick), sa.func.max(tick)).where(schema.counts.c.brand == brand)
            ).one()
        return None if first is None else (int(first), int(last))

    def vigil(self, brand: str) -> dict[str, Any]:
        """What the detector of a brand remembers; empty at first."""
        with self._reading() as db:
            found = db.scalar(sa.select(schema.vigils.c.state).where(schema.vigils.c.brand == brand))
        state: dict[str, Any] = json.loads(found) if found else {}
        return state

    def watched(self, brand: str, state: dict[str, Any], changes: Sequence[AlertChange]) -> None:
        """Keep what the detector remembers together with the changes that it reported."""
        with self._transaction() as db:
            _put(db, schema.vigils, {"brand": brand}, {"state": json.dumps(state)})
            for change in changes:
                said = msgspec.json.encode(change).decode()
                db.execute(sa.insert(schema.alerts).values(brand=brand, at=change.at, change=said))

    def alerts(self, brand: str) -> list[AlertChange]:
        """Every change of a brand's alert, oldest first."""
        table = schema.alerts
        with self._reading() as db:
            rows = db.scalars(sa.select(table.c.change).where(table.c.brand == brand).order_by(table.c.id)).all()
        return [msgspec.json.decode(said, type=AlertChange) for said in rows]

    def replies(self, *states: ReplyState) -> list[Reply]:
        """Replies in any of these states, oldest first."""
        with self._reading() as db:
            return outgoing.load(db, self.keys, states)

    def claim(self, key: str) -> bool:
        """Approved → sending, committed before the network is asked; False if somebody else was faster."""
        with self._transaction() as db:
            return outgoing.claim(db, key)

    def settle(self, reply: Reply, state: ReplyState, *, at: float, note: str = "") -> None:
        """What became of a claimed reply; `note` is the post id or the reason."""
        with self._transaction() as db:
            if outgoing.settle(db, self.keys, reply, state, at=at, note=note) and state is ReplyState.SENT:
                self._people.add(db, people.ANSWERED, reply.brand, reply.to, at)

    def sent_since(self, brand: str, at: float, to: bytes = b"") -> int:
        """How many replies of a brand were sent, or may have been, since a time (to one person, if `to` is given)."""
        with self._reading() as db:
            return outgoing.sent_since(db, brand, at, to)

    def pause(self, brand: str, why: str) -> None:
        """Stop all speaking of a brand; an empty `why` lets it speak again."""
        with self._transaction() as db:
            _put(db, schema.switches, {"name": f"paused:{brand}"}, {"value": why})

    def paused(self, brand: str) -> str:
        """Why a brand does not speak; empty if it may."""
        table = schema.switches
        with self._reading() as db:
            return db.scalar(sa.select(table.c.value).where(table.c.name == f"paused:{brand}")) or ""

    def close(self) -> None:
        """Leave nothing open and nothing of the removed behind."""
        self._clean()
        self.engine.dispose()
        self.keys.close()

    def _advance(self, db: sa.Connection, source: str, heard: Heard) -> None:
        table = schema.cursors
        here = db.scalar(sa.select(table.c.position).where(table.c.source == source)) or ""
        if here != heard.after:
            raise StoreError(
                f"the cursor of '{source}' was moved by another listener on this store; stop one of the two"
            )
        _put(db, table, {"source": source}, {"position": heard.cursor})

    def _clean(self) -> None:
        """Rewrite the file without what was removed, and empty the write-ahead log."""
        if not self._unclean or self.folder is None:
            return
        with _saying(), closing(self.engine.raw_connection()) as file:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                file.cursor().execute(statement)
        self._unclean = False

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with _saying(), self.engine.begin() as db:
            yield db

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _saying(), self.engine.connect().execution_options(reading=True) as db:
            yield db


def _engine(folder: Path | None) -> sa.Engine:
    if folder is None:
        engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = sa.create_engine(f"sqlite:///{folder / 'store.db'}", connect_args={"timeout": 30})

    sa.event.listen(engine, "connect", _connected)
    sa.event.listen(engine, "begin", _begun)
    return engine


def _connected(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def _saying() -> Iterator[None]:
    """Say a database's error in one sentence; none of them carries what was being kept."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        cause = str(error.orig)
        if "full" in cause:
            said = "the disk is full; free some space and run again: nothing was lost, the cursor has not moved"
        elif "locked" in cause:
            said = "the store is busy in another process; stop that one or wait"
        else:
            said = f"the store does not answer ({cause}); nothing was kept by halves"
        raise StoreError(said) from error


def _add_counts(db: sa.Connection, heard: Heard) -> None:
    rows = [{"brand": b, "stream": s, "tick": t, "n": n} for (b, s, t), n in sorted(heard.counts.items())]
    if rows:
        adding = insert(schema.counts)
        keys = [schema.counts.c.brand, schema.counts.c.stream, schema.counts.c.tick]
        db.execute(
            adding.on_conflict_do_update(index_elements=keys, set_={"n": schema.counts.c.n + adding.excluded.n}), rows
        )


def _put(db: sa.Connection, table: sa.Table, key: dict[str, str], values: dict[str, str]) -> None:
    putting = insert(table).values(**key, **values)
    db.execute(putting.on_conflict_do_update(index_elements=[table.c[name] for name in key], set_=values))
