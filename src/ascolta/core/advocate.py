"""Advocates: people who praised us, were asked once, and agreed to be asked for help, for a stated scope, until a date.

There is no way to become one but the events proposed → asked → agreed: a request is drafted as the answer to a case
with praise that was said to us, it is approved and sent as any answer is, and the person says yes. Whoever withdraws is
forgotten, so there is no state for that.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ascolta.core.days import DAY
from ascolta.core.platform import platform
from ascolta.core.post import Actor
from ascolta.core.saying import Saying
from ascolta.errors import CaseError

YEAR = 365.0 * DAY
"""Nobody agrees for longer than this, in seconds; then they are forgotten, and may not be asked again."""

ANSWER_WITHIN = 30.0 * DAY
"""Who has not said yes within this time has said no, and is forgotten."""

EARLY = 300.0
"""By so many seconds a network's clock may be behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a brand may ask advocates for, as advocates.yaml says it. `purpose` and `reward` are by language.

    They are briefed `most` times in `within` seconds at the most, about `topics` (empty: any), on `networks`.
    """

    name: str
    purpose: Mapping[str, str]
    networks: tuple[str, ...]
    topics: tuple[str, ...] = ()
    most: int = 1
    within: float = 30.0 * DAY
    lasts: float = YEAR
    reward: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one person was asked and may agree to, in the words that they saw; `digest` is the SHA-256 of these."""

    scope: str
    purpose: str
    language: str
    networks: tuple[str, ...]
    topics: tuple[str, ...] = ()
    most: int = 1
    within: float = 30.0 * DAY
    until: float = 0.0
    rewarded: bool = False
    disclosure: str = ""
    wording: str = ""
    digest: str = ""

    def holds(self, less: "Terms") -> bool:
        """Whether `less` asks for nothing beyond this: the same purpose and words, and no more of all else."""
        same = ("scope", "purpose", "language", "within", "rewarded", "disclosure", "wording", "digest")
        return (
            all(getattr(self, name) == getattr(less, name) for name in same)
            and set(less.networks) <= set(self.networks)
            and (not self.topics or (bool(less.topics) and set(less.topics) <= set(self.topics)))
            and 1 <= less.most <= self.most
            and less.until <= self.until
        )


class AdvocateKind(StrEnum):
    """What can happen to an advocate. To be withdrawn or erased is to be gone.

    `briefed` is written before a message goes out, so that a crash cannot make it two; then it was *told*, or *missed*
    (nothing was written to them), or is *lost* (nobody can tell, so it counts as told).
    """

    PROPOSED = "proposed"
    ASKED = "asked"
    AGREED = "agreed"
    BRIEFED = "briefed"
    TOLD = "told"
    MISSED = "missed"
    LOST = "lost"


class Stand(StrEnum):
    """Where a person stands."""

    PROPOSED = "proposed"
    ASKED = "asked"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocateEvent:
    """Something that happened: when, by whom; the case that shows it (`post_id` is its post), terms, or a briefing.

    A briefing has a `key`, the same at every try, and says what it is `about` (a statement and its edition).
    """

    kind: AdvocateKind
    at: float
    by: str = "ascolta"
    case: int = 0
    post_id: str = ""
    terms: Terms | None = None
    key: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """One time that an advocate was briefed, or may have been."""

    key: str
    at: float
    about: str = ""
    state: AdvocateKind = AdvocateKind.BRIEFED

    @property
    def counts(self) -> bool:
        """Whether it counts as having been briefed; only what surely was not written does not."""
        return self.state is not AdvocateKind.MISSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Advocate:
    """One person as they stand. `keys` are all names by which the account is known (core.post.Actor.keys).

    `ref` is a random name that says nothing; `post_id` is the post of their yes.
    """

    ref: str
    brand: str
    network: str
    handle: str
    keys: tuple[str, ...]
    stand: Stand = Stand.PROPOSED
    case: int = 0
    terms: Terms | None = None
    since: float = 0.0
    post_id: str = ""
    briefings: tuple[Briefing, ...] = ()
    events: tuple[AdvocateEvent, ...] = ()

    @property
    def actor(self) -> Actor:
        """The account, as far as it is known here."""
        return Actor(id=self.keys[0] if self.keys else "", handle=self.handle)

    @property
    def goes(self) -> float:
        """When all of it goes: at the end of what was agreed, or when an answer is not waited for any more."""
        if self.stand is Stand.AGREED and self.terms is not None:
            return self.terms.until
        return self.since + ANSWER_WITHIN

    def counted(self, at: float) -> int:
        """How many briefings count against what was agreed, at a time."""
        within = self.terms.within if self.terms else 0.0
        return sum(one.counts and one.at > at - within for one in self.briefings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What advocates are to be briefed for: a scope, what it is `about`, and its `topic` (empty: no one topic)."""

    scope: Scope
    about: str
    topic: str = ""


def fold(advocate: Advocate, events: Iterable[AdvocateEvent]) -> Advocate:
    """The advocate after `events`, oldest first. Raises CaseError at one that does not fit."""
    for event in events:
        advocate = replace(_applied(advocate, event), events=(*advocate.events, event))
    return advocate


def _applied(one: Advocate, event: AdvocateEvent) -> Advocate:
    match event.kind:
        case AdvocateKind.PROPOSED:
            return _proposed(one, event)
        case AdvocateKind.ASKED:
            _need(one, event, Stand.PROPOSED)
            return replace(one, stand=Stand.ASKED, since=event.at)
        case AdvocateKind.AGREED:
            return _agreed(one, event)
        case AdvocateKind.BRIEFED:
            return _briefed(one, event)
        case AdvocateKind.TOLD | AdvocateKind.MISSED | AdvocateKind.LOST:
            return _told(one, event)


def _proposed(one: Advocate, event: AdvocateEvent) -> Advocate:
    if one.events:
        raise CaseError("this person was asked already; nobody is asked twice")
    if event.terms is None or not event.case:
        raise CaseError("a request needs its words and the case with the praise that it answers")
    return replace(one, case=event.case, terms=event.terms, since=event.at)


def _agreed(one: Advocate, event: AdvocateEvent) -> Advocate:
    _need(one, event, Stand.ASKED)
    if event.terms is None or one.terms is None or not event.case or event.case == one.case:
        raise CaseError("a yes needs what was agreed to and the case in which the person said it")
    if event.at >= one.since + ANSWER_WITHIN:
        raise CaseError("the yes came later than 30 days after the question, so it does not count; nobody asks again")
    if not one.terms.holds(event.terms):
        raise CaseError("this is more than the person was asked for; they can agree to that or to less")
    if not event.at < event.terms.until <= event.at + YEAR:
        raise CaseError("what is agreed ends after today and within a year; choose a date in between")
    return replace(one, stand=Stand.AGREED, terms=event.terms, since=event.at, post_id=event.post_id)


def _briefed(one: Advocate, event: AdvocateEvent) -> Advocate:
    _need(one, event, Stand.AGREED)
    terms = one.terms
    if terms is None or not one.since <= event.at < terms.until:
        raise CaseError("this is outside of the time for which the person agreed")
    if one.counted(event.at) >= terms.most:
        raise CaseError("the person agreed to be briefed less often than that")
    if not event.key or any(event.key == past.key and past.counts for past in one.briefings):
        raise CaseError("the person was briefed about this already")
    others = (past for past in one.briefings if past.key != event.key)
    return replace(one, briefings=(*others, Briefing(key=event.key, at=event.at, about=event.about)))


def _told(one: Advocate, event: AdvocateEvent) -> Advocate:
    if not any(b.key == event.key and b.state is AdvocateKind.BRIEFED for b in one.briefings):
        raise CaseError("there is no briefing on its way of which that could be said")
    changed = (replace(b, state=event.kind) if b.key == event.key else b for b in one.briefings)
    return replace(one, briefings=tuple(changed))


def _need(one: Advocate, event: AdvocateEvent, stand: Stand) -> None:
    if one.stand is not stand or not one.events:
        stands = one.stand if one.events else "not asked"
        raise CaseError(
            Saying(
                "a person who is %(stands)s cannot be %(kind)s; look at `ascolta advocates list`",
                stands=stands,
                kind=event.kind,
            )
        )


def briefing(advocates: Sequence[Advocate], wanted: Wanted, now: float, most: int | None = None) -> list[Advocate]:
    """Whom to brief now: within scope and dates, never more often than agreed, never twice about the same.

    Who was briefed longest ago comes first; `most` is how many at the most.
    """
    fit = [one for one in advocates if not refusal(one, wanted, now)]
    fit.sort(key=lambda one: (max((b.at for b in one.briefings if b.counts), default=0.0), one.since, one.ref))
    return fit if most is None else fit[: max(0, most)]


def refusal(one: Advocate, wanted: Wanted, now: float) -> str:
    """Why a person may not be briefed now; empty if they may."""
    terms, scope = one.terms, wanted.scope
    if one.stand is not Stand.AGREED or terms is None:
        return "has not agreed"
    if not one.since <= now < terms.until:
        return "the time for which they agreed is over"
    if (terms.scope, terms.purpose) != (scope.name, scope.purpose.get(terms.language)):
        return "agreed to something else"
    if terms.topics and wanted.topic not in terms.topics:
        return "agreed to other topics"
    if one.network not in terms.networks or one.network not in scope.networks:
        return "agreed to other networks"
    if terms.rewarded and not platform(one.network).rewards.value:
        return "their network forbids a reward"
    if any(past.about == wanted.about and past.counts for past in one.briefings):
        return "was briefed about this already"
    return "was briefed as often as they agreed to" if one.counted(now) >= terms.most else ""


def digest(wording: str) -> str:
    """The SHA-256 of the words that a person saw."""
    return hashlib.sha256(wording.encode("utf-8", "surrogatepass")).hexdigest()


def audit(one: Advocate) -> list[str]:
    """What is wrong with the record of a person, in words that name nobody; empty if all is well.

    The chain itself is held by `fold`; here the words are looked at again, and every stretch of time.
    """
    agreed, found = one.terms, []
    if agreed is None:
        return ["has no terms"]
    if digest(agreed.wording) != agreed.digest:
        found.append("the words they saw do not have the hash that was recorded")
    if not agreed.disclosure or agreed.disclosure not in agreed.wording:
        found.append("the words they saw hold no disclosure")
    if one.stand is Stand.AGREED and agreed.until > one.since + YEAR:
        found.append("what they agreed to lasts longer than a year")
    for past in one.briefings:
        near = [b for b in one.briefings if b.counts and past.at - agreed.within < b.at <= past.at]
        if past.counts and len(near) > agreed.most:
            found.append("they were briefed more often than they agreed to")
            break
    if any(not one.since <= past.at < agreed.until for past in one.briefings):
        found.append("they were briefed outside of the time for which they agreed")
    return found
