"""Which version the tables of a store are of: new ones are made, earlier ones brought up to date, newer ones refused.

The version is one row of a table of its own. Reading it is all that opening a store takes as a rule. Alembic, which
brings up to date, takes several times as long to import, so it is imported only where there is something to do.
"""

import importlib

import sqlalchemy as sa

from ascolta.core.inventory import Term, stored
from ascolta.errors import StoreError
from ascolta.stores import schema

LATEST = "0004"
"""The version of the tables as this program makes them: the last file of migrations/versions."""

versions = sa.Table(
    "versions",
    schema.meta,
    sa.Column(
        "version_num",
        sa.String(32),
        primary_key=True,
        info=stored("the version of the tables", "to bring them up to date when it is earlier", term=Term.REPLACED),
    ),
)
"""One row. Table and column are as alembic wants them, but for the name of the table."""


def bring_up(db: sa.Connection) -> None:
    """Make the tables of a new store, or bring those of an earlier version up to date, within a transaction.

    Raises StoreError, with nothing changed, if a newer version wrote them.
    """
    there = set(sa.inspect(db).get_table_names())
    here = _version(db) if versions.name in there else ""
    if here == LATEST:
        return
    if here > LATEST:
        raise StoreError(
            f"the tables of this store are of version {here}, and this program knows none after {LATEST}: a newer "
            "Ascolta wrote them; install that one, or restore a backup of before"
        )
    if there.isdisjoint(schema.meta.tables):
        schema.meta.create_all(db)
        db.execute(sa.insert(versions).values(version_num=LATEST))
    else:
        importlib.import_module("ascolta.stores.migrations").upgrade(db)


def _version(db: sa.Connection) -> str:
    """The version that is written down; empty: none."""
    return db.scalar(sa.select(versions.c.version_num)) or ""
