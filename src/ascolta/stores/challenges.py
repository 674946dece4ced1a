"""The codes that were given out for opting out, as keyed hashes with keyed tags: SQLite in a file of its own.

Code and account are never here. Rows go when their day is over or the code was used; the file has a rollback journal
and `secure_delete`, so that what goes leaves no byte.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ascolta.core import inventory
from ascolta.core.challenge import networks
from ascolta.core.consent import Known
from ascolta.core.mention import Effect, Heard, Removal
from ascolta.stores.own import OwnFile

FILE = "challenges.db"
Asked = frozenset[tuple[bytes, bytes]]
"""Pairs of the hash of a code and the tag of the account for which it was given out."""

_TABLE = """
CREATE TABLE IF NOT EXISTS challenges (
    code BLOB, account BLOB, expires REAL NOT NULL, PRIMARY KEY (code, account)) WITHOUT ROWID;
"""
DECLARED: inventory.Tables = {
    "challenges": {
        "code": inventory.Stored(
            holds="a code that was given out for opting out",
            purpose="to know it again when it is shown",
            term=inventory.Term.CODE,
            kind=inventory.Kind.TAG,
        ),
        "account": inventory.Stored(
            holds="network and account for which it was given out",
            purpose="so that nobody but this account can use it",
            term=inventory.Term.CODE,
            kind=inventory.Kind.TAG,
        ),
        "expires": inventory.Stored(
            holds="when it is good no more", purpose="so that it goes", term=inventory.Term.CODE
        ),
    }
}
"""What the file holds."""


class Challenges:
    """The codes that are still good. `path` None keeps them in memory."""

    def __init__(self, path: Path | None) -> None:
        self._file = OwnFile(path, "the opt-out codes", _TABLE)
        self._seen, self._good, self._since, self._until = -1, Asked(), 0.0, 0.0

    def give(self, asked: Asked, at: float, expires: float) -> None:
        """Remember a code that was given out; those whose day is over go."""
        rows = [(code, account, expires) for code, account in sorted(asked)]
        with self._file.transaction() as (db, _):
            db.execute("DELETE FROM challenges WHERE expires <= ?", (at,))
            db.executemany("INSERT OR REPLACE INTO challenges VALUES (?, ?, ?)", rows)

    def good(self, at: float) -> Asked:
        """The codes that are good at a time, read again only when some were added, used or ran out."""
        with self._file.transaction("BEGIN") as (db, _):
            seen = db.execute("PRAGMA data_version").fetchone()[0] << 32 | db.total_changes
            if seen != self._seen or not self._since <= at < self._until:
                rows = db.execute("SELECT code, account, expires FROM challenges").fetchall()
                self._good = frozenset((bytes(code), bytes(account)) for code, account, ends in rows if ends > at)
                self._since = max((ends for *_, ends in rows if ends <= at), default=float("-inf"))
                self._until = min((ends for *_, ends in rows if ends > at), default=float("inf"))
                self._seen = seen
            return self._good

    def spend(self, accounts: Iterable[bytes]) -> int:
        """Take back all codes of accounts, because one was used; how many."""
        with self._file.transaction() as (db, _):
            return sum(db.execute("DELETE FROM challenges WHERE account = ?", (tag,)).rowcount for tag in accounts)

    def among(self, known: Known, at: float) -> Known:
        """What is known of people, with the codes that are good at a time."""
        return replace(known, asked=self.good(at))

    def heed(self, heard: Heard, known: Known) -> None:
        """Take back the codes of all who opted out in a batch."""
        stops = [act for act in heard.acts if isinstance(act, Removal) and act.effect is Effect.STOP]
        if stops and known.asked:
            self.spend({known.tag(place, act.actor) for act in stops for place in networks(act.network)})

    def sweep(self, at: float) -> int:
        """Remove the codes whose day is over; how many."""
        with self._file.transaction() as (db, _):
            return db.execute("DELETE FROM challenges WHERE expires <= ?", (at,)).rowcount

    def close(self) -> None:
        """Close the file."""
        self._file.close()
