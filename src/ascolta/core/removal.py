"""What is to be forgotten: a post, or all of a person."""

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a removal leaves behind: nothing, or a keyed tag of a person who is not to be heard."""

    FORGET = "forget"
    REFUSE = "refuse"
    STOP = "stop"
    WELCOME = "welcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Something to forget at once: a post (`post_id`), or all of a person (`actor`).

    An edit (`edited`) forgets a post for all brands but those in `still`; *welcome* forgets only that a profile once
    refused.
    """

    network: str
    post_id: str = ""
    actor: str = ""
    why: str = ""
    effect: Effect = Effect.FORGET
    still: tuple[str, ...] = ()
    edited: bool = False
