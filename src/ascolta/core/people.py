"""The people of the desk: who they are, what each role may do, and how long links and sessions are good.

Named after OWASP ASVS 5.0, chapters V6 (authentication), V7 (session) and V8 (authorization). A role is one of five;
what each may do stands in the table `MAY`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from ascolta.core.saying import Saying, mark
from ascolta.core.text import shown
from ascolta.errors import PeopleError

LONGEST = 80
"""Characters of a name."""

SHORTEST, LONGEST_WORD = 12, 200
"""Characters of a password, at least and at most."""

STEP = 30
"""Seconds for which a code of a second factor stands (RFC 6238)."""

FREE, FIRST, MOST = 4, 5.0, 900.0
"""Failed tries without a wait, the first wait in seconds, and the longest."""


class Right(Enum):
    """What somebody may do; the value says so after "may"."""

    LOOK = mark("look at the desk")
    ANSWER = mark("answer customers")
    APPROVE = mark("approve an answer")
    OVERRIDE = mark("approve an answer against the check")
    UNSEAL = mark("unseal a case or reveal what is masked")
    ASK = mark("ask somebody to help us")
    STEP = mark("do the steps of an incident")
    LEAD = mark("accept a plan, skip and grade its steps, and stand an incident down")
    PUBLISH = mark("publish a statement or brief advocates")
    PAUSE = mark("pause all speaking")
    RESUME = mark("let a paused brand speak again")
    ETIQUETTE = mark("change the etiquette")
    OPT_OUT = mark("opt a person out")
    LEDGER = mark("see the privacy ledger and the journal")
    PEOPLE = mark("invite people, give roles and suspend")


class Role(StrEnum):
    """What somebody is at the desk."""

    VIEWER = "viewer"
    AGENT = "agent"
    LEAD = "lead"
    OFFICER = "privacy officer"
    ADMIN = "admin"


_VIEWER = frozenset({Right.LOOK})
_AGENT = _VIEWER | {
    Right.ANSWER, Right.APPROVE, Right.UNSEAL, Right.ASK, Right.STEP, Right.PAUSE, Right.OPT_OUT,
}  # fmt: skip
_LEAD = _AGENT | {Right.OVERRIDE, Right.LEAD, Right.PUBLISH, Right.RESUME, Right.ETIQUETTE}
_OFFICER = _VIEWER | {Right.OPT_OUT, Right.LEDGER, Right.PAUSE}

MAY: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: _VIEWER,
    Role.AGENT: _AGENT,
    Role.LEAD: _LEAD,
    Role.OFFICER: _OFFICER,
    Role.ADMIN: frozenset(Right),
}
"""Who may do what."""


class State(StrEnum):
    """How an account stands."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Factor(StrEnum):
    """How a second factor stands: *begun* is a secret that no code was shown of yet."""

    NONE = "none"
    BEGUN = "begun"
    ON = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who works at the desk. `name` signs what they do, and stays; the owner has none until they say it.

    `has_provider` says that a provider of OpenID Connect knows them, and lets them in.
    """

    id: int
    name: str
    role: Role
    state: State
    factor: Factor = Factor.NONE
    has_password: bool = False
    has_provider: bool = False

    def may(self, right: Right) -> bool:
        """Whether their role lets them do something now."""
        return self.state is State.ACTIVE and right in MAY[self.role]


class LinkKind(StrEnum):
    """What a link that is good once is for."""

    ENTER = "enter"
    INVITED = "invited"
    RESET = "reset"


LASTS: Mapping[LinkKind, float] = {LinkKind.ENTER: 43_200.0, LinkKind.INVITED: 259_200.0, LinkKind.RESET: 86_400.0}
"""Seconds for which a link is good, if nobody uses it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that somebody is signed in with: since when, and when it was last used."""

    member: int
    since: float
    seen: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a session is good, in seconds: since it was last used, and in all."""

    idle: float
    whole: float

    def is_good(self, session: Session, at: float) -> bool:
        """Whether a session still is. One from the future is not."""
        return session.since <= at + STEP and at - session.seen < self.idle and at - session.since < self.whole


AT_HOME = Terms(idle=7 * 86_400.0, whole=30 * 86_400.0)
"""On a desk that only this machine reaches."""

ABROAD = Terms(idle=4 * 3_600.0, whole=12 * 3_600.0)
"""On a desk that other machines reach: a working day."""


def name_of(said: str) -> str:
    """A name to sign with, tidied. Raises PeopleError if it is none."""
    name = " ".join(said.split())
    if not name or len(name) > LONGEST or shown(name) != name:
        raise PeopleError(
            Saying("a name has 1 to %(longest)s characters that can be seen; say another", longest=LONGEST)
        )
    return name


def key_of(name: str) -> str:
    """By what two names are the same: no two people of a desk sign alike."""
    return " ".join(name.split()).casefold()


def fit_password(said: str) -> str:
    """A password of a length that is taken (ASVS 6.2.1, 6.2.9); nothing else is asked of its characters (6.2.5)."""
    if not SHORTEST <= len(said) <= LONGEST_WORD:
        raise PeopleError(
            Saying(
                "a password has %(shortest)s to %(longest)s characters; a few words in a row are good",
                shortest=SHORTEST,
                longest=LONGEST_WORD,
            )
        )
    return said


def fingerprint(token: str) -> bytes:
    """How a random token is kept: SHA-256, from which it cannot be had again."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def spelled(code: str) -> str:
    """A code as it was meant: without the spaces and dashes that people put in."""
    return "".join(code.split()).replace("-", "").upper()[:40]


def wait(failed: int) -> float:
    """Seconds to wait after so many failed tries in a row: none at first, then twice as long each time."""
    return 0.0 if failed <= FREE else min(MOST, FIRST * 2 ** min(failed - FREE - 1, 20))


def role_of(said: str) -> Role:
    """A role by its name. Raises PeopleError."""
    found = next((role for role in Role if role == " ".join(said.casefold().replace("-", " ").split())), None)
    if found is None:
        raise PeopleError(
            Saying("there is no role '%(said)s'; the roles are %(roles)s", said=said[:20], roles=", ".join(Role))
        )
    return found


def is_ready(member: Member, *, abroad: bool) -> bool:
    """Whether somebody may work: they have a name; where others reach the desk, also two factors, or a provider."""
    return bool(member.name) and (not abroad or member.has_provider or has_two(member))


def has_two(member: Member) -> bool:
    """Whether somebody shows a password and a second factor when they log in."""
    return member.has_password and member.factor is Factor.ON


def guards(members: Iterable[Member]) -> bool:
    """Whether a desk that other machines reach may start: an admin is there with password and second factor."""
    return any(one.may(Right.PEOPLE) and is_ready(one, abroad=True) for one in members)


def is_alone(members: Iterable[Member], right: Right = Right.APPROVE) -> bool:
    """Whether fewer than two people can do something, such as approve, so that what needs two of them cannot be."""
    return sum(one.may(right) for one in members) < 2
