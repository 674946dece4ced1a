"""Each case under its own random key, the keys in a small file of their own: deleting a key deletes the case.

AES-256-GCM by `cryptography`. The key file is SQLite with a rollback journal and `secure_delete`, vacuumed after each
deletion, because DELETE alone leaves bytes behind.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.errors import StoreError

INSTALLATION = b"installation"

DECLARED: Tables = {
    "keys": declared(
        Term.CASE,
        Kind.KEY,
        ref=("a random name", "to find a case's key"),
        key=("256 random bits for each case, and for the installation", "to read a case; to make the tags of people"),
        made=("when", "to find keys whose case never came to be"),
    )
}
"""What the key file holds; the installation's own key stays as long as the store."""


class Keys:
    """The keys of one installation: one a case, and one for the tags of people. `path` None keeps them in memory."""

    def __init__(self, path: Path | None) -> None:
        self._one_at_a_time = threading.Lock()
        try:
            new = path is not None and not path.exists()
            self.file = sqlite3.connect(path or ":memory:", timeout=30, isolation_level=None, check_same_thread=False)
            self.file.execute("PRAGMA secure_delete = ON")
            self.file.execute("PRAGMA synchronous = FULL")
            self.file.execute("CREATE TABLE IF NOT EXISTS keys (ref BLOB PRIMARY KEY, key BLOB NOT NULL, made REAL)")
            if new and path is not None:
                path.chmod(0o600)
            made = self._made(INSTALLATION)
        except sqlite3.Error as error:
            raise StoreError(f"{path}: the key file cannot be opened ({error}); check the folder's rights") from error
        self.installation = made

    def make(self, refs: Iterable[bytes], at: float) -> dict[bytes, bytes]:
        """A new key for each of `refs`, on disk before this returns."""
        made = {ref: os.urandom(32) for ref in refs}
        if made:
            rows = [(ref, key, at) for ref, key in made.items()]
            self._write("INSERT INTO keys VALUES (?, ?, ?)", rows)
        return made

    def get(self, refs: Iterable[bytes]) -> dict[bytes, bytes]:
        """The keys of `refs` that are still there."""
        wanted = list(refs)
        found: dict[bytes, bytes] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ",".join("?" * len(part))
            found.update(self.file.execute(f"SELECT ref, key FROM keys WHERE ref IN ({marks})", part))  # noqa: S608 - marks only
        return found

    def shred(self, refs: Iterable[bytes]) -> None:
        """Destroy keys, down to the bytes of the file."""
        gone = [(ref,) for ref in refs if ref != INSTALLATION]
        if gone:
            self._write("DELETE FROM keys WHERE ref = ?", gone)
            self.file.execute("VACUUM")

    def older(self, at: float) -> set[bytes]:
        """The cases whose key was made before a time."""
        rows = self.file.execute("SELECT ref FROM keys WHERE made < ? AND ref != ?", (at, INSTALLATION))
        return {bytes(ref) for (ref,) in rows}

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def _made(self, ref: bytes) -> bytes:
        self.file.execute("INSERT OR IGNORE INTO keys VALUES (?, ?, 0)", (ref, os.urandom(32)))
        return bytes(self.file.execute("SELECT key FROM keys WHERE ref = ?", (ref,)).fetchone()[0])

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        try:
            with self._one_at_a_time:
                self.file.execute("BEGIN IMMEDIATE")
                self.file.executemany(statement, rows)
                self.file.execute("COMMIT")
        except sqlite3.Error as error:
            if self.file.in_transaction:
                self.file.execute("ROLLBACK")
            raise StoreError(f"the key file cannot be written ({error}); nothing was kept") from error


def sealed(key: bytes, ref: bytes, plain: bytes) -> bytes:
    """`plain` encrypted for one case; a fresh nonce stands before the ciphertext."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, ref)


def unsealed(key: bytes, ref: bytes, cipher: bytes) -> bytes:
    """The plain bytes again. Raises StoreError if they were tampered with."""
    try:
        return AESGCM(key).decrypt(cipher[:12], cipher[12:], ref)
    except InvalidTag as error:
        raise StoreError("a case does not open with its own key; the store was changed from outside") from error
