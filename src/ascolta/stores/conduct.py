"""The journal read for what a brand's behaviour was, and what vouches for it: its head and its newest checkpoint."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ascolta.core.checkpoint import Checkpoint, Verifier, verifier
from ascolta.core.conduct import Conduct, conduct
from ascolta.core.journal import read
from ascolta.errors import StoreError
from ascolta.stores.checkpoints import PUBLIC, SecondPlace
from ascolta.stores.journal import MemoryJournal, SqlJournal

SLACK = 86_400.0
"""Seconds by which entries may stand out of the order of their times: a batch is told at the start of its tick."""

Written = MemoryJournal | SqlJournal


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """The journal as it stood when it was read: how many entries, the root over them, the newest checkpoint, the key.

    `fits`: whether the entries that the checkpoint covers are those that it was signed for; None without one.
    """

    size: int = 0
    root: str = ""
    signed: int = 0
    signed_root: str = ""
    key: str = ""
    fits: bool | None = None
    begins: float = 0.0


@contextmanager
def reading(journal: Written) -> Iterator[Written]:
    """A journal to read in while another thread may write; what lies in a file is opened once more for that."""
    if isinstance(journal, MemoryJournal):
        yield journal
        return
    own = SqlJournal(journal.path)
    try:
        yield own
    finally:
        own.close()


def acted(journal: Written, since: float, until: float) -> Conduct:
    """What the journal tells of a time."""
    with reading(journal) as written:
        size = written.size()
        start = _first(written, since - SLACK, size)
        return conduct((read(data) for _, data in written.entries(start, size)), since, until)


def vouched(journal: Written, second: SecondPlace | None, key: Verifier | None) -> Vouched:
    """What vouches for the journal. Raises StoreError."""
    with reading(journal) as written:
        size = written.size()
        last = second.last(key) if second is not None and key is not None else None
        begun = written.entry(0)
        return Vouched(
            size=size,
            root=_base64(written.root(size)),
            signed=last.size if last is not None else 0,
            signed_root=_base64(last.root) if last is not None else "",
            key=str(key) if key is not None else "",
            fits=None if last is None else _fits(written, last, size),
            begins=begun.at if begun is not None else 0.0,
        )


def public_key(folder: Path) -> Verifier | None:
    """The public key that lies with a journal; None if none does."""
    path = folder / PUBLIC
    try:
        return verifier(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: the journal's public key cannot be read; put the file back as it was") from error


def _fits(journal: Written, checkpoint: Checkpoint, size: int) -> bool:
    return checkpoint.size <= size and journal.root(checkpoint.size) == checkpoint.root


def _first(journal: Written, at: float, size: int) -> int:
    """The first entry that may be of a time or later."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        entry = journal.entry(middle)
        if entry is not None and entry.at < at:
            low = middle + 1
        else:
            high = middle
    return low


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
