"""The cases of a store as labels, only read: without its keys, so that no word of anybody comes to light."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ascolta.core.case import Case
from ascolta.core.piles import Pile
from ascolta.errors import StoreError
from ascolta.stores import engine, listed, postgres, schema


class Labelled:
    """The cases that lie in a folder, or in the PostgreSQL database that `url` names and that belongs to the folder."""

    def __init__(self, folder: Path, url: str = "") -> None:
        engine.refuse_other(folder, url)
        self._engine = postgres.opened(url) if url else _read_only(folder / engine.FILE)
        try:
            if url:
                self._belongs(folder)
        except StoreError:
            self.close()
            raise

    def cases(self, brand: str, piles: Sequence[Pile]) -> list[Case]:
        """The cases of a brand in some piles, without their words."""
        with self._reading() as db:
            return listed.labelled(db, brand, piles)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _belongs(self, folder: Path) -> None:
        """Raises StoreError where the database bears another mark than the folder."""
        table, note = schema.switches, folder / postgres.FILE
        with self._reading() as db:
            mark = db.scalar(sa.select(table.c.value).where(table.c.name == postgres.FILE))
        if not mark or not note.is_file() or str(mark) not in note.read_text(encoding="utf-8"):
            raise StoreError(
                f"{folder}: the database that ASCOLTA_DATABASE names does not belong to this store; name that one, or "
                "the other store"
            )

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with engine.saying(), self._engine.connect().execution_options(reading=True) as db:
            yield db


def _read_only(path: Path) -> sa.Engine:
    """SQLite, opened so that it refuses to write."""
    place = f"{path.absolute().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(place, uri=True, timeout=30, check_same_thread=False)

    return sa.create_engine("sqlite://", creator=connect, hide_parameters=True, poolclass=sa.NullPool)
