"""From one version of the tables to the next, by alembic: one file a step in `versions`, never changed once it is out.

A step says by itself what it does, with no name of `schema`, for that goes on changing. It runs on SQLite and on
PostgreSQL, within the transaction in which the store is opened. There is no way back: whoever wants one has a backup.
"""

import logging
import threading
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

PLACE = Path(__file__).parent

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps in a global what it is at; threads that open two stores must not meet there."""


def upgrade(db: sa.Connection, to: str = "head") -> None:
    """Bring the tables up to a version, within the transaction of `db`."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _ONE_AT_A_TIME:
        command.upgrade(config(db), to)


def config(db: sa.Connection | None = None) -> Config:
    """What alembic must know: where the steps are, and the connection to use."""
    made = Config(attributes={"connection": db})
    made.set_main_option("script_location", str(PLACE).replace("%", "%%"))
    return made
