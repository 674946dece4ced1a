"""What is done to several cases at once: asked once, recorded one by one, and told of each that it did not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ascolta.core.case import Case, CaseEvent, CaseKind, Status, awake
from ascolta.core.mention import Brands
from ascolta.core.piles import PILES, Pile
from ascolta.core.saying import Saying
from ascolta.errors import CaseError
from ascolta.ports import Store
from ascolta.web import say
from ascolta.web.listing import desks
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import local, ngettext, stamp
from ascolta.web.words import told

MOST = 200
"""Cases in one go."""

ACTS = {
    "assign": CaseKind.ASSIGNED,
    "snooze": CaseKind.SNOOZED,
    "wake": CaseKind.SNOOZED,
    "hand-over": CaseKind.HANDED_OVER,
    "resolve": CaseKind.RESOLVED,
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
        raise CaseError(Saying("'%(act)s' is nothing that can be done to cases", act=chosen.act[:20]))
    if not chosen.numbers:
        raise CaseError("no case is chosen; tick some first")
    if len(chosen.numbers) > MOST:
        raise CaseError(
            Saying(
                "%(count)s cases at once are too many; choose %(most)s at the most",
                count=len(chosen.numbers),
                most=MOST,
            )
        )
    count = len(chosen.numbers)
    return {
        "assign": ngettext("Take %(num)s case yourself?", "Take %(num)s cases yourself?", count),
        "snooze": ngettext("Let %(num)s case sleep?", "Let %(num)s cases sleep?", count),
        "wake": ngettext("Wake %(num)s case?", "Wake %(num)s cases?", count),
        "hand-over": ngettext(
            "Hand %(num)s case over to another desk?", "Hand %(num)s cases over to another desk?", count
        ),
        "resolve": ngettext(
            "Resolve %(num)s case without an answer?", "Resolve %(num)s cases without an answer?", count
        ),
    }[chosen.act]


def became(chosen: Chosen, outcome: Outcome) -> str:
    """What was done, in a sentence; empty if nothing was."""
    count = len(outcome.done)
    if not count:
        return ""
    return {
        "assign": ngettext("%(num)s case is now yours.", "%(num)s cases are now yours.", count),
        "snooze": ngettext("%(num)s case is asleep.", "%(num)s cases are asleep.", count),
        "wake": ngettext("%(num)s case is awake.", "%(num)s cases are awake.", count),
        "hand-over": ngettext("%(num)s case is handed over.", "%(num)s cases are handed over.", count),
        "resolve": ngettext(
            "%(num)s case is resolved without an answer.", "%(num)s cases are resolved without an answer.", count
        ),
    }[chosen.act]


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
            failed.append((number, told(error)))
        else:
            done.append(number)
    return Outcome(done=done, failed=failed)


def whens(at: float) -> list[tuple[str, str]]:
    """Until when a case may sleep, as its form offers it: the time, and how it is said."""
    now = local(at)
    morning = datetime.combine(now.date(), time(9), now.tzinfo)
    monday = morning + timedelta(days=7 - now.weekday())
    offered = [
        (_("an hour"), now + timedelta(hours=1)),
        (_("four hours"), now + timedelta(hours=4)),
        (_("tomorrow morning"), morning + timedelta(days=1)),
        (_("Monday morning"), monday),
        (_("a week"), now + timedelta(days=7)),
    ]
    return [(_written(when), f"{said}: {say.day(when.timestamp())}, {when:%H:%M}") for said, when in offered]


def desks_of(cases: Sequence[Case], brands: Brands) -> list[str]:
    """The desks to which all of some cases may be handed over."""
    found = [desks(brands.by_id[name]) for name in {case.brand for case in cases} if name in brands.by_id]
    return sorted(set.intersection(*found)) if found else []


def refuse_resolving(case: Case, act: str) -> None:
    """Raises CaseError where a case is to be resolved without an answer that has one."""
    if act == "resolve" and case.status is Status.SENT:
        raise CaseError("the case is done already: its answer was sent")


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
        raise CaseError(Saying("case %(number)s is gone: it was removed, or its date has come", number=number))
    if chosen.act == "assign" and PILES[case.status] is Pile.DONE:
        raise CaseError("a case that is done is nobody's any more")
    refuse_resolving(case, chosen.act)
    if chosen.act == "wake" and PILES[case.status] is not Pile.SNOOZED:
        raise CaseError("the case is awake already")
    if chosen.act == "hand-over" and chosen.desk not in desks_of([case], brands):
        raise CaseError(Saying("%(brand)s has no desk '%(desk)s'", brand=case.brand, desk=chosen.desk[:40]))


def _written(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M")
