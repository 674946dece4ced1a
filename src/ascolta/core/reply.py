"""What we want to say, what became of it, and a first check on what a reply may say."""

import re
from dataclasses import dataclass
from enum import StrEnum

from ascolta.core.text import fold


class ReplyState(StrEnum):
    """approved → sending → sent | failed. `sending` is committed before the network is asked."""

    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An approved answer. `key` is the same at every try, so that a network can tell a second one; `to` is the keyed
    tag of the person it answers; `since` is when it came to be in this state.
    """

    key: str
    case: int
    brand: str
    network: str
    to_post: str
    to: bytes
    text: str
    state: ReplyState = ReplyState.APPROVED
    approved: float = 0.0
    tries: int = 0
    not_before: float = 0.0
    since: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a reply: where (characters from 0), which rule, and why in words."""

    rule: str
    start: int
    end: int
    why: str


MAX_LENGTH = 2_000

_WATCHING = (
    r"\b(we (saw|noticed|spotted|have been following|came across)|based on your (other )?posts"
    r"|your (timeline|profile|history) (says|shows)|hemos visto que|nous avons vu que|wir haben gesehen,? dass"
    r"|vimos que|abbiamo visto che|we zagen dat)"
)
_PUBLIC_DATA = (
    r"\b(your|tu|votre|ihre|deine|seu|sua|tuo|tua|jouw|uw) (\w+ )?"
    r"(e-?mail|phone|address|date of birth|booking (code|number)|order number|card"
    r"|telefono|telefon|telefone|correo|adresse|numero|nummer|buchungscode|localizador)"
)
_RULES: tuple[tuple[str, str, str], ...] = (
    ("watching", _WATCHING, "it says that we watched; people feel spied upon"),
    ("public-data", _PUBLIC_DATA, "it asks for or shows personal data in public; offer the private channel instead"),
    ("sorry-you-feel", r"\bsorry (that |if )?you (feel|felt|think)", "it is sorry for the feeling, not for the fault"),
)
"""Pairs of name and pattern, asked of the folded text, with the reason. More rules come with drafting."""


def findings(text: str) -> list[Finding]:
    """What stands against saying `text` in public; empty if nothing does."""
    if not text.strip():
        return [Finding(rule="empty", start=0, end=0, why="it says nothing")]
    found = []
    if len(text) > MAX_LENGTH:
        why = f"it is longer than {MAX_LENGTH:,} characters"
        found.append(Finding(rule="length", start=MAX_LENGTH, end=len(text), why=why))
    said = fold(text[:MAX_LENGTH])
    for rule, pattern, why in _RULES:
        hits = re.finditer(pattern, said)
        found.extend(Finding(rule=rule, start=hit.start(), end=hit.end(), why=why) for hit in hits)
    return found
