"""The key with which a journal signs, and the second place at which its checkpoints lie."""

import hashlib
import os
from pathlib import Path

from ascolta.core.checkpoint import Checkpoint, Signer, Verifier, notes, opened, signer
from ascolta.errors import StoreError

KEY = "journal.key"
PUBLIC = "journal.pub"
LONGEST = 64 * 2**20
"""Bytes of a file of checkpoints that are read: about 300,000 checkpoints."""

_TAIL = 8_192


def new_signer() -> Signer:
    """A new key. A journal's name is made from its key, so that no two journals share one."""
    seed = os.urandom(32)
    public = Signer(name="journal", seed=seed).verifier.public
    return Signer(name=f"ascolta/{hashlib.sha256(public).hexdigest()[:16]}", seed=seed)


def kept_signer(folder: Path) -> Signer:
    """The key in a folder, made if there is none; its public half lies beside it. Raises StoreError."""
    path = folder / KEY
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_key(path, new_signer())
        return signer(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise StoreError("the journal's private key cannot be read; put back the file journal.key as it was") from error
    except OSError as error:
        raise StoreError(f"{path}: the journal's key cannot be kept ({error.strerror}); check the rights") from error


class SecondPlace:
    """A file to which checkpoints are only ever added; `path` None keeps them in memory.

    It guards against a rewritten journal only as far as whoever rewrites the one cannot write the other: put it on
    another machine's disk, an append-only mount, or a place that keeps versions.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._text = ""

    def text(self) -> str:
        """All of it; empty if there is none yet. Raises StoreError."""
        return self._text if self.path is None else read_checkpoints(self.path, missing_ok=True)

    def last(self, key: Verifier) -> Checkpoint | None:
        """The newest checkpoint by this key."""
        found = [opened(note.text, key) for note in notes(self._end()) if note.whole]
        return next((checkpoint for checkpoint in reversed(found) if checkpoint is not None), None)

    def add(self, note: str) -> None:
        """Add a checkpoint, on disk before this returns. Raises StoreError."""
        if self.path is None:
            self._text += f"{note}\n"
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._drop_unfinished(self.path, note.partition("\n")[0])
            with self.path.open("ab") as file:
                file.write(f"{note}\n".encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(
                f"{self.path}: the checkpoint cannot be added ({error.strerror}); entries are kept, run again later"
            ) from error

    def _end(self) -> str:
        """The last few notes, from a line on that may be in the middle of one."""
        if self.path is None or not self.path.exists():
            return self._text[-_TAIL:]
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, self.path.stat().st_size - _TAIL))
                return file.read().decode("utf-8", "surrogateescape")
        except OSError as error:
            raise StoreError(f"{self.path}: the checkpoints cannot be read ({error.strerror})") from error

    def _drop_unfinished(self, path: Path, origin: str) -> None:
        """Take away what a crash left half written at the end; nothing else is ever taken away."""
        last = next(reversed(list(notes(self._end()))), None)
        if last is None or last.whole:
            return
        if not f"{origin}\n".startswith(last.text[: len(origin) + 1]):
            raise StoreError(
                f"{path}: this does not end as a file of checkpoints does; name a file of its own for them"
            )
        os.truncate(path, path.stat().st_size - len(last.text.encode("utf-8", "surrogateescape")))


def read_checkpoints(path: Path, *, missing_ok: bool = False) -> str:
    """A file of checkpoints; bytes that are no text spoil the note in which they stand. Raises StoreError."""
    try:
        if missing_ok and not path.exists():
            return ""
        if path.stat().st_size > LONGEST:
            raise StoreError(f"{path}: larger than {LONGEST // 2**20} MB; this is no file of checkpoints")
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise StoreError(f"{path}: the checkpoints cannot be read ({error.strerror})") from error


def _write_key(path: Path, made: Signer) -> None:
    """Whoever is first makes the key; it is whole when it has its name, and readable by its owner only."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{made.text}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, path)
        path.with_name(PUBLIC).write_text(f"{made.verifier}\n", encoding="utf-8")
    except FileExistsError:
        pass
    finally:
        own.unlink()
