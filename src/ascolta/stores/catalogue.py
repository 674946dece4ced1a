"""The files of a store: what is declared of each, and what really stands in them by their own catalogues."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from ascolta.core.inventory import File, Real, Tables, Term, declared, differences, strangers
from ascolta.errors import StoreError
from ascolta.stores import (
    accounts,
    advocates,
    challenges,
    checkpoints,
    crew,
    engine,
    etiquettes,
    hooks,
    incidents,
    journal,
    ledger,
    listed,
    notices,
    postgres,
    safe,
    seal,
    statements,
    survey,
    words,
)

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite adds beside a database; the same pages, for as long as it needs them."""

_NUMBERS = declared(
    Term.STORE,
    name=("the name of a table", "SQLite's own"),
    seq=("the highest number given", "so that no number is given twice, even when its case is gone"),
)


def declared_tables(meta: sa.MetaData) -> Tables:
    """What the columns of these tables declare; a column that declares nothing is left out."""
    return {
        table.name: {column.name: column.info["stored"] for column in table.columns if "stored" in column.info}
        for table in meta.sorted_tables
    }


OURS = declared_tables(listed.saved_views.metadata)
"""The tables that are in store.db or in PostgreSQL."""

FILES = {
    engine.FILE: File(
        purpose="cases, counts, answers, and tags of people who opted out; may be in PostgreSQL instead",
        tables={**OURS, "sqlite_sequence": _NUMBERS},
        beside=BESIDE,
        is_needed=True,
    ),
    "keys.db": File(
        purpose="the key of each case: who destroys it destroys the case",
        tables=seal.DECLARED,
        beside=BESIDE,
        is_needed=True,
    ),
    ledger.FILE: File(purpose="published figures and what they spent", tables=ledger.DECLARED, beside=BESIDE),
    words.FILE: File(
        purpose="the words of a week that is not over, where a brand publishes them; sealed under a key of that week",
        tables=words.DECLARED,
        beside=BESIDE,
    ),
    journal.FILE: File(purpose="every act, in a log that is only added to", tables=journal.DECLARED, beside=BESIDE),
    challenges.FILE: File(purpose="codes for opting out, as keyed hashes", tables=challenges.DECLARED, beside=BESIDE),
    advocates.FILE: File(
        purpose="people who agreed to be asked for help, each under a key of their own",
        tables=advocates.DECLARED,
        beside=BESIDE,
    ),
    advocates.KEYS: File(
        purpose="the key of each of these: who destroys it destroys their record",
        tables=advocates.KEYS_DECLARED,
        beside=BESIDE,
    ),
    statements.FILE: File(
        purpose="who approved which prepared statement, and what went out of them",
        tables=statements.DECLARED,
        beside=BESIDE,
    ),
    incidents.FILE: File(
        purpose="incidents, what people did in them, and how the last drill of each plan went",
        tables=incidents.DECLARED,
        beside=BESIDE,
    ),
    notices.FILE: File(
        purpose="what people outside the desk are told, and which alarms are silenced",
        tables=notices.DECLARED,
        beside=BESIDE,
    ),
    hooks.FILE: File(
        purpose="how far programs outside were told of the journal",
        tables=hooks.DECLARED,
        beside=BESIDE,
    ),
    accounts.FILE: File(
        purpose="who works at the desk, and by what they are known again",
        tables=crew.DECLARED,
        beside=BESIDE,
    ),
    survey.FILE: File(
        purpose="answers to the survey on being listened to, of nobody who can be found",
        tables=survey.DECLARED,
        beside=BESIDE,
    ),
    etiquettes.FILE: File(
        purpose="the drafts of etiquettes, and what was published of them",
        tables=etiquettes.DECLARED,
        beside=BESIDE,
    ),
    postgres.FILE: File(purpose="says that the tables of store.db are in PostgreSQL, and under which mark"),
    checkpoints.KEY: File(purpose="the private key that signs the journal"),
    checkpoints.PUBLIC: File(purpose="its public half, to verify with"),
    "checkpoints": File(purpose="size and root of the journal, signed; better kept elsewhere"),
    safe.FILE: File(purpose="secrets of networks, under a passphrase: scrypt and AES-256-GCM"),
    safe.LOCK: File(purpose="nothing: whoever renews one of these secrets locks it meanwhile"),
}
"""All that a store's folder may hold."""


def compared(folder: Path, url: str = "") -> Iterator[str]:
    """Where a store's folder and what is declared part, one sentence each. Raises StoreError if it cannot be read.

    With a `url` the tables of store.db are looked for in PostgreSQL.
    """
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise StoreError(
            f"{folder}: the folder cannot be read ({error.strerror}); name the folder of a store"
        ) from error
    if FILES.keys().isdisjoint(names):
        raise StoreError(f"{folder}: there is no store here; name the folder of a brand or of its store")
    engine.refuse_other(folder, url)
    files = {name: file for name, file in FILES.items() if name != (engine.FILE if url else postgres.FILE)}
    yield from strangers(names, files)
    for name, file in files.items():
        if file.tables and name in names:
            yield from differences(name, file.tables, catalogue(folder / name))
    if url:
        yield from differences("PostgreSQL", OURS, catalogue_of(url))


def catalogue_of(url: str) -> Real:
    """What the schema of a PostgreSQL database holds, foreign tables and views included. Raises StoreError."""
    database = postgres.opened(url)
    with engine.saying(), database.connect().execution_options(reading=True) as db:
        there = sa.inspect(db)
        columns = {
            table: tuple(one["name"] for one in found) for (_, table), found in there.get_multi_columns().items()
        }
        indexes = {
            (table, str(index["name"])): (
                *index["column_names"],
                *index.get("dialect_options", {}).get("postgresql_include", []),
            )
            for (_, table), found in there.get_multi_indexes().items()
            for index in found
        }
        views = (*there.get_view_names(), *there.get_materialized_view_names())
    database.dispose()
    return Real(columns=columns, indexes=indexes, views=views)


def catalogue(path: Path) -> Real:
    """What an SQLite file holds, by its own catalogue; nothing of the rows is read. Raises StoreError."""
    place = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(place, uri=True, timeout=30)) as file:
            return _catalogue(file)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: this database cannot be read ({error}); check its rights, or restore it") from error


def _catalogue(file: sqlite3.Connection) -> Real:
    """Hidden and generated columns are seen too, and indexes that SQLite made by itself."""
    named = "SELECT name FROM sqlite_master WHERE type = ? ORDER BY name"
    tables = [name for (name,) in file.execute(named, ("table",))]
    columns = {
        table: tuple(name for (name,) in file.execute("SELECT name FROM pragma_table_xinfo(?)", (table,)))
        for table in tables
    }
    indexes = {
        (table, index): tuple(_covered(file, index))
        for table in tables
        for (index,) in file.execute("SELECT name FROM pragma_index_list(?)", (table,)).fetchall()
    }
    return Real(columns=columns, indexes=indexes, views=tuple(name for (name,) in file.execute(named, ("view",))))


def _covered(file: sqlite3.Connection, index: str) -> Iterator[str | None]:
    """The columns of an index, None for an expression; -1 is the row's own number, -2 an expression."""
    for place, name in file.execute("SELECT cid, name FROM pragma_index_xinfo(?)", (index,)).fetchall():
        if place != -1:
            yield name if place >= 0 else None
