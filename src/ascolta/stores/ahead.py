"""SQLite's write-ahead mode, for files that several may open at the same moment."""

import sqlite3
import time

TRIES, WAIT = 300, 0.1  # half a minute, the wait of every other statement


def write_ahead(file: sqlite3.Connection) -> None:
    """Turn write-ahead mode on. While another makes the same file, SQLite refuses without the wait it was given."""
    for left in reversed(range(TRIES)):
        try:
            file.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not left or "locked" not in str(error):
                raise
            time.sleep(WAIT)
