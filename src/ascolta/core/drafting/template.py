"""A template: sentences with slots. What stands in square brackets is left out where one of its slots has nothing.

    Hello[ {name}], thank you for asking. {fact}[ {channel}]

Nothing else of a draft is free text: a template holds no link, no account and no digit, for those belong in facts.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from ascolta.core.drafting.address import plain

SLOTS = ("name", "topic", "fact", "repair", "channel")
"""The visible name of the person, what a topic is called, an answer, what we offer, the private channel."""

LONGEST = 600
_PIECE = re.compile(r"\{([^{}]*)\}|\[|\]|[^{}\[\]]+|[{}]")
_NEVER = re.compile(r"www\.|:?//|</?[a-z]|\w\.[^\W\d_]{2,}|[@#]\w|\d|[\x00-\x1f\x7f-\x9f]", re.IGNORECASE)


class Kind(StrEnum):
    """What a draft answers. `care` is a complaint that was not said to us and that a person stepped into.

    `unhappy` is somebody who sounds so, without a complaint that can be told; `answer` is what somebody who complains
    or is unhappy has asked.
    """

    COMPLAINT = "complaint"
    UNHAPPY = "unhappy"
    ANSWER = "answer"
    CARE = "care"
    QUESTION = "question"
    REQUEST = "request"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    THANKS = "thanks"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that something is put into."""

    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a template: words and slots, all of it left out if it may be and a slot has nothing."""

    pieces: tuple[str | Slot, ...]
    may_be_missing: bool = False

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of its slots."""
        return tuple(piece.name for piece in self.pieces if isinstance(piece, Slot))


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One way to answer: in which language, what kinds of posts, about which topics (empty: any)."""

    id: str
    language: str
    kinds: tuple[Kind, ...]
    say: str
    topics: tuple[str, ...] = ()
    path: str = ""
    line: int = 0

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its text in parts."""
        return read(self.say)

    @property
    def needs(self) -> tuple[str, ...]:
        """The slots without which it cannot be said."""
        return tuple(name for part in self.parts if not part.may_be_missing for name in part.slots)

    @property
    def takes(self) -> tuple[str, ...]:
        """All of its slots."""
        return tuple(name for part in self.parts for name in part.slots)


@lru_cache(maxsize=4096)
def read(text: str) -> tuple[Part, ...]:
    """The parts of a template's text. Raises ValueError with what is wrong with it."""
    if len(text) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST} characters; an answer in public is short")
    never = _NEVER.search(text) or _NEVER.search(plain(text))
    if never is not None:
        raise ValueError(f"it holds '{never[0]}'; links, accounts and numbers belong in facts.yaml")
    parts: list[Part] = []
    pieces: list[str | Slot] = []
    inside = False
    for piece in _PIECE.finditer(text):
        said = piece[0]
        if said in ("[", "]"):
            if inside is (said == "["):
                raise ValueError("its square brackets do not pair; each [ needs its ], and none stands in another")
            parts += _part(pieces, inside=inside)
            pieces, inside = [], not inside
        else:
            pieces.append(_piece(said, piece[1]))
    if inside:
        raise ValueError("its square brackets do not pair; each [ needs its ], and none stands in another")
    parts += _part(pieces, inside=False)
    _refuse_twice(parts)
    return tuple(parts)


def _part(pieces: list[str | Slot], *, inside: bool) -> list[Part]:
    if inside and not any(isinstance(piece, Slot) for piece in pieces):
        raise ValueError("what stands in its square brackets has no slot; write it without brackets")
    return [Part(tuple(pieces), may_be_missing=inside)] if pieces else []


def _piece(said: str, slot: str | None) -> str | Slot:
    if slot is None:
        if said in "{}":
            raise ValueError("its curly brackets do not pair; a slot is written as {name}")
        return said
    if slot not in SLOTS:
        raise ValueError(f"there is no slot '{{{slot}}}'; known are {', '.join(f'{{{name}}}' for name in SLOTS)}")
    return Slot(slot)


def _refuse_twice(parts: list[Part]) -> None:
    names = [name for part in parts for name in part.slots]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"it has {{{name}}} twice; nobody likes to be told twice")
