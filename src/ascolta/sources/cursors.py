"""What sources share that keep their place in a text of their own: how it is read, and how little it says."""

import hashlib
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from ascolta.core.post import Event
from ascolta.errors import SourceError

T = TypeVar("T")


def read(who: str, cursor: str, kind: type[T]) -> T | None:
    """A cursor in JSON; None at the start. Raises SourceError if it is none of ours."""
    try:
        return msgspec.json.decode(cursor, type=kind) if cursor else None
    except msgspec.DecodeError:
        raise unreadable(who) from None


def unreadable(who: str) -> SourceError:
    """That a cursor is none of ours."""
    said = "use --from-start to hear all of it, and count again what was counted before"
    return SourceError(f"{who}: the cursor in the store cannot be read; {said}", retry=False)


def short(salt: str, said: str) -> str:
    """A salted hash of 32 bits, by which something is known again and nothing can be told."""
    return hashlib.blake2b(f"{salt}\0{said}".encode("utf-8", "replace"), digest_size=4).hexdigest()


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events by when their posts were written; those of one moment, and of none, stay as they are."""
    return sorted(events, key=lambda event: (event.post.published if event.post is not None else None) or 0.0)
