"""A backup as its manifest tells of it: what is in it, how far the journal was, and until when it may be kept.

A copy outlives what is erased in the original, so it has a term of its own: the shortest for which any of what is in it
is kept (GDPR Art. 5(1)(e)). After that it is of no more use, and is to be deleted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec

from ascolta.core.journal import Entry, Kind

VERSION = 1
LONGEST = 365 * 86_400.0
"""How long a backup may be kept at the most, in seconds, even if nobody's data is in it."""

GONE = (Kind.REMOVED, Kind.EXPIRED, Kind.ERASED)
"""What the journal says of a case that went."""

ADVOCATE = "advocate."
"""How the journal names an advocate: by their scope, never by who they are."""

Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup tells of itself: times in seconds since 1970 UTC, `entries` of the journal, files by SHA-256."""

    version: int
    taken: float
    until: float
    entries: int
    files: Mapping[str, Digest]

    @property
    def text(self) -> bytes:
        """As it is kept, and as the keys are bound to it."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=1) + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What the journal tells of the time after a backup: cases that went, and acts of which it does not say on whom."""

    gone: frozenset[int] = frozenset()
    refusals: int = 0
    advocates: int = 0


def manifest(data: bytes) -> Manifest | None:
    """A manifest again; None if these bytes are none."""
    try:
        found = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if found.version == VERSION and found.text == data else None


def until(taken: float, terms: Iterable[float]) -> float:
    """Until when a backup may be kept that holds what is kept for so many seconds each."""
    return taken + min([LONGEST, *(term for term in terms if term > 0)])


def since(entries: Iterable[Entry | None]) -> Since:
    """What these entries of the journal tell."""
    gone, refusals, advocates = set[int](), 0, 0
    for entry in entries:
        if entry is None:
            continue
        if entry.kind in GONE and entry.case is not None:
            gone.add(entry.case)
        refusals += entry.kind is Kind.REFUSED
        advocates += entry.kind in (*GONE, Kind.WITHDRAWN) and entry.rule.startswith(ADVOCATE)
    return Since(gone=frozenset(gone), refusals=refusals, advocates=advocates)
