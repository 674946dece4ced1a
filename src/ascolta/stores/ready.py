"""Whether a store can be read and written now, one word a part; and how long its transactions take."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ascolta.errors import StoreError
from ascolta.stores import engine, journal, postgres
from ascolta.stores.catalogue import FILES
from ascolta.stores.sql import SqlStore

LEAST_FREE = 16 * 2**20
"""Bytes that must be left on a disk: a batch, its log and a rewrite of small files."""

_WAIT = 0.2


def parts(folder: Path, checkpoints: Path, url: str = "") -> dict[str, str]:
    """Each file of a store that is there, and the place of its checkpoints: ok, busy, full, or failing."""
    found = {}
    for name, file in FILES.items():
        path = folder / name
        if file.tables and (path.exists() or (file.is_needed and not (url and name == engine.FILE))):
            found[path.stem] = written(path)
    found.setdefault(Path(journal.FILE).stem, written(folder / journal.FILE))
    if url:
        found["postgresql"] = _asked(url)
    found["checkpoints"] = _added(checkpoints)
    return found


def written(path: Path) -> str:
    """Whether a database can be read and written: one that another writes at this moment is busy, which is well."""
    try:
        if shutil.disk_usage(path.parent).free < LEAST_FREE:
            return "full"
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_WAIT)) as file:
            file.isolation_level = None
            file.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not os.access(path, os.W_OK):
                return "failing"
            file.execute("BEGIN IMMEDIATE")
            file.execute("ROLLBACK")
    except sqlite3.Error as error:
        return "busy" if "locked" in str(error) else "failing"
    except OSError:
        return "failing"
    return "ok"


def time_store(store: SqlStore, observe: Callable[[str, float], None]) -> None:
    """Tell how long each transaction took, from when it asked for its turn: `read` or `write`, and seconds."""

    def begun(db: sa.Connection) -> None:
        db.info["began"] = time.perf_counter()

    def ended(db: sa.Connection) -> None:
        began = db.info.pop("began", None)
        if began is not None:
            reading = db.get_execution_options().get("reading")
            observe("read" if reading else "write", time.perf_counter() - began)

    listen: Any = sa.event.listen
    listen(store.engine, "begin", begun, insert=True)
    listen(store.engine, "commit", ended)
    listen(store.engine, "rollback", ended)


def _asked(url: str) -> str:
    try:
        database = postgres.opened(url)
        with engine.saying(), database.connect().execution_options(reading=True) as db:
            reads_only = db.scalar(
                sa.text("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool")
            )
        database.dispose()
    except StoreError:
        return "failing"
    return "failing" if reads_only else "ok"


def _added(path: Path) -> str:
    """Whether a checkpoint can be added at the second place."""
    place = path if path.exists() else path.parent
    return "ok" if os.access(place, os.W_OK) else "failing"
