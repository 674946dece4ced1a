"""What a token lets a program do in somebody's name: its scopes, each of which needs a right of that person.

Bearer tokens as RFC 6750 has them. A token never does more than its person may at that moment.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ascolta.core.days import DAY
from ascolta.core.people import MAY, Right, Role
from ascolta.core.saying import Saying
from ascolta.core.text import shown
from ascolta.errors import PeopleError

PREFIX = "ascolta_"
"""How every token begins, so that whoever finds one, or looks for lost ones, knows what it is."""

LONGEST = 60
"""Characters of a token's name."""

USUAL, MOST = 90, 365
"""Days for which a token is good, unless its person says otherwise, and at the most."""

EACH = 20
"""Tokens that one person may have at a time."""


class Scope(StrEnum):
    """What a program may do."""

    CASES = "cases:read"
    ANSWER = "cases:answer"
    APPROVE = "cases:approve"
    OVERRIDE = "cases:override"
    UNSEAL = "cases:unseal"
    RISK = "risk:read"
    STEP = "incidents:act"
    LEAD = "incidents:lead"
    PUBLISH = "incidents:publish"
    PAUSE = "speaking:pause"
    RESUME = "speaking:resume"
    OPT_OUT = "optout:write"
    FIGURES = "figures:read"
    HEALTH = "health:read"
    JOURNAL = "journal:read"


NEEDS: Mapping[Scope, Right] = {
    Scope.CASES: Right.LOOK,
    Scope.ANSWER: Right.ANSWER,
    Scope.APPROVE: Right.APPROVE,
    Scope.OVERRIDE: Right.OVERRIDE,
    Scope.UNSEAL: Right.UNSEAL,
    Scope.RISK: Right.LOOK,
    Scope.STEP: Right.STEP,
    Scope.LEAD: Right.LEAD,
    Scope.PUBLISH: Right.PUBLISH,
    Scope.PAUSE: Right.PAUSE,
    Scope.RESUME: Right.RESUME,
    Scope.OPT_OUT: Right.OPT_OUT,
    Scope.FIGURES: Right.LOOK,
    Scope.HEALTH: Right.LOOK,
    Scope.JOURNAL: Right.LEDGER,
}
"""The right that each scope needs of the person whose token it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A token as somebody asks for it: what it is for, its scopes, and for how many days it is good."""

    name: str
    scopes: tuple[Scope, ...]
    days: int = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is kept: never the token itself. `used` is the day on which it was used last, -1 if it never was.

    Times are seconds since 1970 UTC, days are counted from then.
    """

    number: int
    member: int
    name: str
    scopes: tuple[Scope, ...]
    since: float
    goes: float
    used: int = -1


def wanted(name: str, scopes: Iterable[str], days: int, role: Role) -> Wanted:
    """What somebody of a role asks for, tidied. Raises PeopleError where it cannot be given."""
    said = " ".join(name.split())
    if not said or len(said) > LONGEST or shown(said) != said:
        raise PeopleError(
            Saying("name the token after what uses it, in 1 to %(most)s characters that can be seen", most=LONGEST)
        )
    if not 1 <= days <= MOST:
        raise PeopleError(Saying("a token is good for 1 to %(most)s days; make another one then", most=MOST))
    return Wanted(name=said, scopes=_within(scopes, role), days=days)


def offered(role: Role) -> list[Scope]:
    """The scopes that somebody of a role can give to a token."""
    return [scope for scope in Scope if NEEDS[scope] in MAY[role]]


def known(said: Iterable[str]) -> tuple[Scope, ...]:
    """Scopes by their names, each once, in their order; what is none is left out."""
    names = set(said)
    return tuple(scope for scope in Scope if scope in names)


def ends(wanted: Wanted, at: float) -> float:
    """When a token that is made at a time ends."""
    return at + wanted.days * DAY


def listed(scopes: Sequence[Scope]) -> str:
    """Scopes as RFC 6750 writes them, parted by spaces."""
    return " ".join(scopes)


def _within(scopes: Iterable[str], role: Role) -> tuple[Scope, ...]:
    names: Collection[str] = tuple(scopes)
    odd = next((name for name in names if name not in tuple(Scope)), None)
    if odd is not None:
        raise PeopleError(
            Saying("there is no scope '%(name)s'; there are %(scopes)s", name=shown(odd[:30]), scopes=", ".join(Scope))
        )
    found = known(names)
    if not found:
        raise PeopleError(Saying("choose at least one scope; a token without any can do nothing"))
    beyond = next((scope for scope in found if NEEDS[scope] not in MAY[role]), None)
    if beyond is not None:
        raise PeopleError(
            Saying("a token does no more than its person may, and you may not give it %(scope)s", scope=beyond)
        )
    return found
