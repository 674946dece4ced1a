"""PostgreSQL beneath the store: how it is reached, how it keeps to one writer at a time, what it can forget and when.

The keys stay in a file on the machine that runs Ascolta, so that they never lie beside what they open. What PostgreSQL
itself can forget, and what it cannot, is measured in docs/operator/postgresql.md.
"""

import hmac
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ascolta.errors import StoreError
from ascolta.stores import refusals, schema
from ascolta.stores.seal import Keys

FILE = "postgresql"
"""The file of a store's folder which says that its tables are in PostgreSQL; there is no store.db then."""

OLDEST = 14
WAIT = "30s"
"""For how long a writer waits for another one."""
WAIT_TO_REWRITE = "5s"
REWRITE_EVERY = 86_400.0

OF_PEOPLE = (schema.cases, schema.case_events, schema.replies, schema.people)
"""The tables whose rows go when a person or a date says so."""

_NAMES = ("postgresql", "postgres", "postgresql+psycopg")
_QUIET = "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'log_parameter_max_length_on_error'"
_WAIT = "SELECT set_config('lock_timeout', '{}', true), pg_advisory_xact_lock(1634952047, hashtext(current_schema()))"
_KNOWN = "SELECT current_schema(), current_setting('server_encoding')"
_SAMPLED = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.atttypid = 'bytea'::regtype
AND a.attnum > 0 AND NOT a.attisdropped AND a.attstattarget IS DISTINCT FROM 0
"""
_NOT_OURS = """
SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND NOT pg_has_role(tableowner, 'USAGE')
"""


def opened(url: str) -> sa.Engine:
    """The database that `url` names, asked once. Raises StoreError; none shows the URL, which may hold a password."""
    try:
        engine = _engine(url)
    except ImportError:
        raise StoreError(
            "PostgreSQL needs a driver that is not installed; run: pip install 'ascolta[postgresql]'"
        ) from None
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError(
            "ASCOLTA_DATABASE is no address of a PostgreSQL database; write postgresql://role:password@host/database, "
            "special characters of the password as %40 and the like"
        ) from None
    try:
        with engine.connect().execution_options(reading=True) as db:
            _fit(db)
    except sa.exc.DBAPIError as error:
        engine.dispose()
        raise StoreError(refusals.said(error)) from None
    except StoreError:
        engine.dispose()
        raise
    return engine


def made(db: sa.Connection) -> None:
    """After the tables were made: none of their keyed or encrypted columns is sampled for statistics.

    ANALYZE would copy values into `pg_statistic`, where they outlive their rows. Raises StoreError if a table is not
    ours, because only its owner may vacuum it.
    """
    for table, column in db.exec_driver_sql(_SAMPLED).all():
        if table in schema.meta.tables:
            db.exec_driver_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')
    foreign = {name for (name,) in db.exec_driver_sql(_NOT_OURS)} & schema.meta.tables.keys()
    if foreign:
        raise StoreError(
            f"the table {min(foreign)} belongs to another role of the database, so that nothing of it can be vacuumed; "
            "name its owner in ASCOLTA_DATABASE"
        )


def belongs(db: sa.Connection, folder: Path, keys: Keys) -> None:
    """Bind database and key folder to each other. Raises StoreError if one of them belongs elsewhere.

    With another folder's keys no case could be read; with another database all keys would look like left over, and be
    destroyed.
    """
    mark = hmac.digest(keys.installation, b"the database of these keys", "sha256")[:16].hex()
    table = schema.switches
    here = db.scalar(sa.select(table.c.value).where(table.c.name == FILE))
    if here is None and (folder / FILE).exists() and keys.older(math.inf):
        raise StoreError(
            f"{folder}: the cases of these keys are in another database than ASCOLTA_DATABASE names; name that one, "
            "or another --store"
        )
    if here not in (None, mark):
        raise StoreError(
            f"{folder}: the database that ASCOLTA_DATABASE names belongs to the keys of another store; name that one "
            "with --store, or another database"
        )
    if here is None:
        db.execute(sa.insert(table).values(name=FILE, value=mark))
    said = f"The tables of this store are in PostgreSQL, under the mark {mark}.\n"
    (folder / FILE).write_text(said, encoding="utf-8")


def adding(table: sa.Table, rows: Sequence[dict[str, Any]]) -> sa.Insert:
    """An insert of many rows with one parameter a column: a statement that is always the same, so it is prepared.

    With a parameter for each value of each row, reading the statement anew each time takes longer than keeping them.
    """
    names = list(rows[0])
    kinds = {name: postgresql.ARRAY(table.c[name].type) for name in names}
    given = [sa.bindparam(name, [row[name] for row in rows], type_=kinds[name]) for name in names]
    these = sa.func.unnest(*given).table_valued(*names, name="these").render_derived()
    return sa.insert(table).from_select(names, sa.select(*(these.c[name] for name in names)))


def clean(engine: sa.Engine) -> None:
    """Vacuum the tables of people, their indexes and TOAST tables; what was removed can be overwritten from then on."""
    _vacuum(engine, "INDEX_CLEANUP ON")


def rewrite(engine: sa.Engine, at: float) -> None:
    """Once a day, write the tables of people anew without what was removed; another time if somebody is in the way."""
    table = schema.switches
    here = table.c.name == "rewritten"
    with engine.connect().execution_options(reading=True) as db:
        last = db.scalar(sa.select(table.c.value).where(here))
    if last is not None and 0 <= at - float(last) < REWRITE_EVERY:
        return
    try:
        _vacuum(engine, "FULL")
    except sa.exc.DBAPIError as error:
        if not refusals.is_in_the_way(error):
            raise
        return
    with engine.begin() as db:
        db.execute(sa.delete(table).where(here))
        db.execute(sa.insert(table).values(name="rewritten", value=str(at)))


def _vacuum(engine: sa.Engine, how: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT", bare=True) as db:
        db.exec_driver_sql(f"SET lock_timeout = '{WAIT_TO_REWRITE}'")
        try:
            for table in OF_PEOPLE:
                db.exec_driver_sql(f'VACUUM ({how}) "{table.name}"')
        finally:
            db.exec_driver_sql("RESET lock_timeout")


def _engine(url: str) -> sa.Engine:
    place = sa.make_url(url)
    if place.drivername not in _NAMES:
        raise ValueError("another database")
    ours = {"connect_timeout": 10, "application_name": "ascolta", "client_encoding": "utf8"}
    engine = sa.create_engine(
        place.set(drivername=_NAMES[-1]),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={name: value for name, value in ours.items() if name not in place.query},
    )
    sa.event.listen(engine, "connect", _connected)
    sa.event.listen(engine, "begin", _begun)
    sa.event.listen(engine, "before_cursor_execute", _without_nul, retval=True)
    return engine


def _fit(db: sa.Connection) -> None:
    """Raises StoreError if the server is too old, or the database not made for this."""
    version = (db.dialect.server_version_info or (0,))[0]
    if int(version) < OLDEST:
        raise StoreError(f"the database server is PostgreSQL {version}; {OLDEST} or newer is needed")
    where, encoding = db.exec_driver_sql(_KNOWN).one()
    if encoding != "UTF8":
        raise StoreError(f"the database has the encoding {encoding}; create one with ENCODING 'UTF8'")
    if where is None:
        raise StoreError("no schema of the role's search_path is there, or it may use none; create one for it")


def _connected(connection: Any, _record: object) -> None:
    """Whatever a statement carries, the server's log does not repeat it when the statement fails."""
    connection.execute(_QUIET)
    connection.commit()


def _begun(connection: sa.Connection) -> None:
    """A reader sees one state throughout; writers come one after the other, each seeing all that the one before did."""
    options = connection.get_execution_options()
    if options.get("bare"):
        return
    if options.get("reading"):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    else:
        connection.exec_driver_sql(_WAIT.format(WAIT))


def _without_nul(*happened: Any) -> tuple[str, Any]:
    """PostgreSQL keeps no NUL in a text; one line of a source that holds it must not stop all that come after it."""
    _, _, statement, values, *_ = happened
    return statement, [_replaced(row) for row in values] if isinstance(values, list) else _replaced(values)


def _replaced(row: Any) -> Any:
    return {name: _clear(value) for name, value in row.items()} if isinstance(row, Mapping) else row


def _clear(value: Any) -> Any:
    if isinstance(value, list):
        return [_clear(one) for one in value]
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value
