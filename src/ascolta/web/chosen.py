"""What is done to several cases at once: asked once, recorded one by one, and told of each that it did not fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ascolta.core.case import Case, CaseEvent, CaseKind, awake
from ascolta.core.mention import Brands
from ascolta.core.piles import PILES, Pile
from ascolta.errors import CaseError
from ascolta.ports import Store
from ascolta.web import say
from ascolta.web.listing import desks
from ascolta.web.tongue import local, stamp

MOST = 200
"""Cases in one go."""

ACTS = {
    "assign": CaseKind.ASSIGNED,
    "snooze": CaseKind.SNOOZED,
    "wake": CaseKind.SNOOZED,
    "hand-over": CaseKind.HANDED_OVER,
    "resolve": CaseKind.RESOLVED,
}
ASKS: Mapping[str, str] = {
    "assign": "Take {} yourself?",
    "snooze": "Let {} sleep?",
    "wake": "Wake {}?",
    "hand-over": "Hand {} over to another desk?",
    "resolve": "Resolve {} without an answer?",
}
DID: Mapping[str, str] = {
    "assign": "{} now yours.",
    "snooze": "{} asleep.",
    "wake": "{} awake.",
    "hand-over": "{} handed over.",
    "resolve": "{} resolved without an answer.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was chosen: an act, the numbers of the cases, until when they sleep, to which desk they go."""

    act: str
    numbers: Sequence[int]
    until: str = ""
    desk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of it: those that it was done to, and why it was not done to others, by number."""

    done: Sequence[int]
    failed: Sequence[tuple[int, str]]


def ask(chosen: Chosen) -> str:
    """The question before it is done. Raises CaseError at what cannot be done."""
    if chosen.act not in ACTS:
        raise CaseError(f"'{chosen.act[:20]}' is nothing that can be done to cases")
    if not chosen.numbers:
        raise CaseError("no case is chosen; tick some first")
    if len(chosen.numbers) > MOST:
        raise CaseError(f"{len(chosen.numbers)} cases at once are too many; choose {MOST} at the most")
    return ASKS[chosen.act].format(_cases(len(chosen.numbers)))


def told(chosen: Chosen, outcome: Outcome) -> str:
    """What was done, in a sentence; empty if nothing was."""
    count = len(outcome.done)
    return DID[chosen.act].format(f"{_cases(count)} {'is' if count == 1 else 'are'}") if count else ""


def carry_out(kept: tuple[Store, Brands], chosen: Chosen, by: str, at: float) -> Outcome:
    """Do it to each, whatever becomes of the others. Raises CaseError if it cannot be done to any."""
    store, brands = kept
    ask(chosen)
    note = _note(chosen, by, at)
    done: list[int] = []
    failed: list[tuple[int, str]] = []
    there = {case.id: awake(case, at) for case in store.some(chosen.numbers)}
    for number in chosen.numbers:
        try:
            _refuse(there.get(number), brands, chosen, number)
            store.record(number, CaseEvent(kind=ACTS[chosen.act], at=at, by=by, note=note))
        except CaseError as error:
            failed.append((number, str(error)))
        else:
            done.append(number)
    return Outcome(done=done, failed=failed)


def whens(at: float) -> list[tuple[str, str]]:
    """Until when a case may sleep, as its form offers it: the time, and how it is said."""
    now = local(at)
    morning = datetime.combine(now.date(), time(9), now.tzinfo)
    monday = morning + timedelta(days=7 - now.weekday())
    offered = [
        ("an hour", now + timedelta(hours=1)),
        ("four hours", now + timedelta(hours=4)),
        ("tomorrow morning", morning + timedelta(days=1)),
        ("Monday morning", monday),
        ("a week", now + timedelta(days=7)),
    ]
    return [(_written(when), f"{said}: {say.day(when.timestamp())}, {when:%H:%M}") for said, when in offered]


def desks_of(cases: Sequence[Case], brands: Brands) -> list[str]:
    """The desks to which all of some cases may be handed over."""
    found = [desks(brands.by_id[name]) for name in {case.brand for case in cases} if name in brands.by_id]
    return sorted(set.intersection(*found)) if found else []


def _note(chosen: Chosen, by: str, at: float) -> str:
    if chosen.act == "assign":
        return by
    if chosen.act == "wake":
        return str(at)
    if chosen.act == "hand-over":
        return chosen.desk
    return str(_time(chosen.until, at)) if chosen.act == "snooze" else ""


def _time(said: str, at: float) -> float:
    """A time as a form says it, by the clock of whoever reads. Raises CaseError."""
    try:
        when = stamp(said)
    except (ValueError, OverflowError):
        raise CaseError("say until when, such as 2026-11-30T09:00") from None
    if when <= at:
        raise CaseError("that time is over; choose one that is to come")
    return when


def _refuse(case: Case | None, brands: Brands, chosen: Chosen, number: int) -> None:
    """Raises CaseError at what the case itself does not refuse."""
    if case is None:
        raise CaseError(f"case {number} is gone: it was removed, or its date has come")
    if chosen.act == "assign" and PILES[case.status] is Pile.DONE:
        raise CaseError(f"a case that is {case.status} is nobody's any more")
    if chosen.act == "wake" and PILES[case.status] is not Pile.SNOOZED:
        raise CaseError("the case is awake already")
    if chosen.act == "hand-over" and chosen.desk not in desks_of([case], brands):
        raise CaseError(f"{case.brand} has no desk '{chosen.desk[:40]}'")


def _written(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M")


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"
