"""The journal's entries: a closed form in which nothing personal can be written.

Free text goes in as a salted commitment only; its salt lies with the case and dies with it. `core/merkle.py` makes of
the entries a tree that lets nobody rewrite them unseen.
"""

import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

import msgspec

from ascolta.errors import StoreError

SALT = 32
"""Bytes in a salt: of one length, so that salt and text can be parted in one way only."""

BACKUP = "backup"
"""The rule with which it is noted that a backup was taken."""


class Kind(StrEnum):
    """What an entry may tell. There is no other word for it."""

    STARTED = "started"
    STOPPED = "stopped"
    HEARD = "heard"
    OPENED = "opened"
    UNSEALED = "unsealed"
    REVEALED = "revealed"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"
    APPROVED = "approved"
    OVERRIDDEN = "overridden"
    SENT = "sent"
    FAILED = "failed"
    SNOOZED = "snoozed"
    HANDED_OVER = "handed-over"
    RESOLVED = "resolved"
    REMOVED = "removed"
    EXPIRED = "expired"
    ERASED = "erased"
    EXPORTED = "exported"
    REFUSED = "refused"
    ALERTED = "alerted"
    PAUSED = "paused"
    RESUMED = "resumed"
    ACCEPTED = "accepted"
    STEPPED = "stepped"
    ESCALATED = "escalated"
    STOOD_DOWN = "stood-down"
    DRILLED = "drilled"
    PREPARED = "prepared"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    ASKED = "asked"
    AGREED = "agreed"
    BRIEFED = "briefed"
    PUBLISHED = "published"
    INVITED = "invited"
    SIGNED_IN = "signed-in"
    GRANTED = "granted"
    SUSPENDED = "suspended"
    CONFIGURED = "configured"
    CHECKPOINTED = "checkpointed"


class Counted(StrEnum):
    """What an entry may count."""

    POSTS = "posts"
    MENTIONS = "mentions"
    REPLY = "reply"
    CARE = "care"
    HANDOVER = "handover"
    SILENCE = "silence"
    FORGOTTEN = "forgotten"
    REMOVALS = "removals"
    CASES = "cases"
    REPLIES = "replies"
    QUERIES = "queries"
    CELLS = "cells"
    ENTRIES = "entries"
    ADDRESSED = "addressed"
    COMPLAINTS = "complaints"


Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Name = Annotated[str, msgspec.Meta(pattern=r"\A(?:[A-Za-z][A-Za-z0-9._-]{0,63})?\Z")]
Digest = Annotated[str, msgspec.Meta(pattern=r"\A(?:[0-9a-f]{64})?\Z")]


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to be written down. `at` is in whole seconds since 1970 UTC; for counts, the start of their tick.

    `brand` and `rule` are names from the brand's own files (see `named`); whatever a person wrote goes in as a
    `commitment` only (see `committed`), its salt being kept with the case and nowhere else.
    """

    at: int
    kind: Kind
    brand: str = ""
    case: int | None = None
    rule: str = ""
    counts: Mapping[Counted, int] = {}
    commitment: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands written. `seq` counts from 0."""

    at: Number
    brand: Name
    case: Number | None
    commitment: Digest
    counts: dict[Counted, Number]
    kind: Kind
    rule: Name
    seq: Number


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Entry)


def written(seq: int, new: NewEntry) -> bytes:
    """An entry as it is kept: JSON with sorted keys and no spaces, all of it ASCII. Raises StoreError if it may not be.

    What was written is read again, so that nothing is ever kept that the closed form above does not allow.
    """
    try:
        entry = Entry(
            at=new.at, brand=new.brand, case=new.case, commitment=new.commitment,
            counts=dict(new.counts), kind=new.kind, rule=new.rule, seq=seq,
        )  # fmt: skip
        data = _encoder.encode(entry)
        _decoder.decode(data)
    except msgspec.ValidationError as error:
        raise StoreError(_refusal(str(error).rpartition("$.")[2].strip("`") or "entry")) from None
    except (TypeError, ValueError, OverflowError):
        raise StoreError(_refusal("entry")) from None
    return data


def read(data: bytes) -> Entry | None:
    """The entry again; None if these bytes are not exactly what `written` makes."""
    try:
        entry = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return entry if _encoder.encode(entry) == data else None


@lru_cache(maxsize=4_096)
def named(name: str) -> str:
    """A name from a brand's files as the journal takes it: itself if it is plain, else its hash."""
    plain = name.isascii() and name[:1].isalpha() and name.replace("-", "").replace(".", "").replace("_", "").isalnum()
    if name == "" or (plain and len(name) <= 64):
        return name
    return f"sha256-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def committed(salt: bytes, text: str) -> str:
    """The commitment to a text, SHA-256(salt ‖ text): says nothing without the salt, and dies with it."""
    if len(salt) != SALT:
        raise StoreError(f"a commitment needs a salt of {SALT} random bytes; this one has {len(salt)}")
    return hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest()


def commits(commitment: str, salt: bytes, text: str) -> bool:
    """Whether a commitment was made to this text."""
    return hmac.compare_digest(commitment.encode(), committed(salt, text).encode())


def _refusal(field: str) -> str:
    """Why an entry is not taken; never the value itself."""
    return (
        f"the journal does not take this '{field}'; it takes its own words, plain names and whole numbers, "
        "and free text as a commitment only"
    )
