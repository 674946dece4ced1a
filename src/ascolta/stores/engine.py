"""The database beneath the store: how it opens, how its tables come to be, how what was removed leaves its files."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ascolta.errors import StoreError
from ascolta.stores import migrating, postgres, refusals
from ascolta.stores.ahead import write_ahead
from ascolta.stores.seal import Keys

FILE = "store.db"

Insert = sqlite.Insert | postgresql.Insert


def opened(folder: Path | None, url: str = "") -> sa.Engine:
    """PostgreSQL if there is a `url`, else SQLite in write-ahead mode in a folder; `folder` None keeps it in memory.

    Raises StoreError where the tables of this folder are in the other of the two.
    """
    if folder is not None:
        refuse_other(folder, url)
    if folder is not None and url:
        return postgres.opened(url)
    if folder is None:
        engine = sa.create_engine(
            "sqlite://", hide_parameters=True, poolclass=sa.StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        engine = sa.create_engine(f"sqlite:///{folder / FILE}", hide_parameters=True, connect_args={"timeout": 30})
    sa.event.listen(engine, "connect", _connected)
    sa.event.listen(engine, "begin", _begun)
    return engine


def refuse_other(folder: Path, url: str) -> None:
    """Raises StoreError if the tables of this folder are elsewhere: its keys would look like left over, and go."""
    if url and (folder / FILE).exists():
        raise StoreError(
            f"{folder}: the cases of this store are in {FILE}, not in PostgreSQL; unset ASCOLTA_DATABASE, or begin "
            "there with another --store"
        )
    if not url and (folder / postgres.FILE).exists():
        raise StoreError(f"{folder}: the cases of this store are in PostgreSQL; say where in ASCOLTA_DATABASE")


def create(db: sa.Connection, folder: Path | None, keys: Keys) -> None:
    """Make the tables of a new store, and bring those of an earlier version up to date.

    Raises StoreError if a newer version wrote them, or if a database belongs to other keys than those of this folder.
    """
    migrating.bring_up(db)
    if _is_postgres(db) and folder is not None:
        postgres.made(db)
        postgres.belongs(db, folder, keys)


def clean(engine: sa.Engine) -> None:
    """Rewrite the file without what was removed, and empty the write-ahead log; PostgreSQL only vacuums."""
    with saying():
        if _is_postgres(engine):
            postgres.clean(engine)
            return
        with engine.connect().execution_options(bare=True) as db:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                db.exec_driver_sql(statement)


def rewrite(engine: sa.Engine, at: float) -> None:
    """What a vacuum of PostgreSQL leaves goes within a day; SQLite leaves nothing."""
    if _is_postgres(engine):
        with saying():
            postgres.rewrite(engine, at)


def insert(db: sa.Connection, table: sa.Table) -> Insert:
    """An insert that may say what happens if the row is there already."""
    return _inserting(_is_postgres(db), table)


def add(db: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]], *shown: str) -> list[tuple[Any, ...]]:
    """Insert rows that all have the same columns, at least one, and get the next numbers, `id`.

    Some columns of each as it is kept, `id` first.
    """
    columns = [table.c[name] for name in ("id", *shown)]
    if _is_postgres(db):
        return sorted(map(tuple, db.execute(postgres.adding(table, rows).returning(*columns))))
    last = db.scalar(sa.select(sa.func.max(table.c.id))) or 0  # this transaction is the only one that writes
    _write(db, _adding(table), rows)
    return list(map(tuple, db.execute(sa.select(*columns).where(table.c.id > last).order_by(table.c.id))))


def sum_up(db: sa.Connection, table: sa.Table, number: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, at least one; to one that is there already its `number` is added."""
    _write(db, _summing(_is_postgres(db), table, number), rows)


def _write(db: sa.Connection, how: sa.Insert, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same columns. SQLite takes their values as they are, so they go there unread."""
    if _is_postgres(db):
        db.execute(how, rows)
        return
    said, values = _said(how, tuple(rows[0]))
    db.exec_driver_sql(said, list(map(values, rows)))


@cache
def _said(how: sa.Insert, columns: tuple[str, ...]) -> tuple[str, Callable[[dict[str, Any]], tuple[Any, ...]]]:
    """An insert as SQLite reads it, and what makes its values of a row."""
    made = how.compile(dialect=sqlite.dialect(paramstyle="qmark"), column_keys=columns)
    return str(made), itemgetter(*made.positiontup or ())


@cache
def _adding(table: sa.Table) -> sa.Insert:
    return sa.insert(table)


@cache
def _summing(is_postgres: bool, table: sa.Table, number: str) -> Insert:
    adding = _inserting(is_postgres, table)
    more = {number: table.c[number] + adding.excluded[number]}
    return adding.on_conflict_do_update(index_elements=list(table.primary_key), set_=more)


def put(db: sa.Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Write a row in place of the one with this key."""
    db.execute(_putting(_is_postgres(db), table, tuple(key), tuple(values)), {**key, **values})


@cache
def _putting(is_postgres: bool, table: sa.Table, key: tuple[str, ...], values: tuple[str, ...]) -> Insert:
    inserting = _inserting(is_postgres, table)
    written = {name: inserting.excluded[name] for name in values}
    return inserting.on_conflict_do_update(index_elements=[table.c[name] for name in key], set_=written)


def _inserting(is_postgres: bool, table: sa.Table) -> Insert:
    return postgresql.insert(table) if is_postgres else sqlite.insert(table)


@contextmanager
def saying() -> Iterator[None]:
    """Say a database's error in one sentence; none of them carries what was being kept."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        cause = str(error.orig)
        if hasattr(error.orig, "sqlstate"):
            said = refusals.said(error)
        elif "full" in cause:
            said = "the disk is full; free some space and run again: nothing was lost, the cursor has not moved"
        elif "locked" in cause:
            said = "the store is busy in another process; stop that one or wait"
        else:
            said = f"the store does not answer ({cause}); nothing was kept by halves"
        raise StoreError(said) from error


def _connected(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    write_ahead(connection)
    for pragma in ("synchronous = NORMAL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("bare"):
        connection.exec_driver_sql("BEGIN" if options.get("reading") else "BEGIN IMMEDIATE")


def _is_postgres(db: sa.Connection | sa.Engine) -> bool:
    return db.dialect.name == "postgresql"
