"""The database beneath the store: how it opens, how its tables come to be, how what was removed leaves its files."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from ascolta.errors import StoreError
from ascolta.stores import schema


def opened(folder: Path | None) -> sa.Engine:
    """SQLite in write-ahead mode in a folder; `folder` None keeps it in memory."""
    if folder is None:
        engine = sa.create_engine(
            "sqlite://", hide_parameters=True, poolclass=sa.StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        engine = sa.create_engine(
            f"sqlite:///{folder / 'store.db'}", hide_parameters=True, connect_args={"timeout": 30}
        )
    sa.event.listen(engine, "connect", _connected)
    sa.event.listen(engine, "begin", _begun)
    return engine


def create(db: sa.Connection) -> None:
    """Make the tables that are missing, and the columns that a store of an earlier version lacks."""
    schema.meta.create_all(db)
    there = sa.inspect(db)
    for table in schema.meta.sorted_tables:
        columns = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                said = sa.schema.CreateColumn(column).compile(dialect=db.dialect)
                db.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {said}')


def clean(engine: sa.Engine) -> None:
    """Rewrite the file without what was removed, and empty the write-ahead log."""
    with saying(), closing(engine.raw_connection()) as file:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            file.cursor().execute(statement)


def insert(db: sa.Connection, table: sa.Table) -> sqlite.Insert:
    """An insert that may say what happens if the row is there already."""
    return sqlite.insert(table)


def put(db: sa.Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Write a row in place of the one with this key."""
    putting = insert(db, table).values(**key, **values)
    db.execute(putting.on_conflict_do_update(index_elements=[table.c[name] for name in key], set_=values))


@contextmanager
def saying() -> Iterator[None]:
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


def _connected(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
