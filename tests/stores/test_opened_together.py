"""Two that open a new store at the same time."""

import sqlite3
import threading
from pathlib import Path

from ascolta.stores.engine import FILE
from ascolta.stores.sql import SqlStore


def test_a_file_that_another_is_just_making_is_waited_for(tmp_path: Path) -> None:
    """While a new file is being written, SQLite refuses write-ahead mode at once; the store waits."""
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN")
    other.execute("CREATE TABLE begun (here)")
    done = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    done.start()
    SqlStore(tmp_path).close()
    done.join()
    other.close()
