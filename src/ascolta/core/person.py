"""What is held of one person: their cases, and how they stand with us. There is nothing else."""

from dataclasses import dataclass

from ascolta.core.case import Case
from ascolta.core.post import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A keyed tag that is kept of a person: *refused* by their profile, *stopped* by a word of theirs, or *answered*.

    `brand` is empty where it counts for all; `since` is in seconds since 1970 UTC.
    """

    standing: str
    brand: str
    since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All that is held of an account, which may be named by its id or its handle. Sealed cases hold no words.

    `helping` says in sentences what the person was asked or agreed to as an advocate.
    """

    network: str
    account: str
    cases: tuple[Case, ...] = ()
    standings: tuple[Standing, ...] = ()
    helping: tuple[str, ...] = ()


def named(account: str) -> tuple[str, ...]:
    """The keys under which an account may be remembered that somebody names, by its id or by its handle."""
    return Actor(id=account, handle=account).keys
