"""What we want to say, what became of it, and what stands against its words alone."""

from dataclasses import dataclass, replace
from enum import StrEnum

from ascolta.core.speaking import MAX_LENGTH, Finding, Standing, Talk, check

__all__ = ["MAX_LENGTH", "Finding", "Reply", "ReplyState", "findings"]


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


_ALONE = frozenset(("empty", "length", "watching", "asks-in-public", "blame", "sorry-you-feel"))
"""Rules that need to know nothing of the talk."""

_ASKED = Talk(standing=Standing(addressed=True, complaint=False))


def findings(text: str) -> list[Finding]:
    """What stands against saying `text` in public, whatever the talk; empty if nothing does.

    Only what can be told of the words alone; core/speaking checks a reply in its talk.
    """
    found = [one for one in check(text, _ASKED) if one.rule in _ALONE]
    return [replace(one, rule="public-data") if one.rule == "asks-in-public" else one for one in found]
