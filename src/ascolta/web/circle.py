"""The circle of advocates as the desk shows it: numbers for whoever looks, people for those who ask or brief them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ascolta.core.advocate import Advocate, Scope, Stand
from ascolta.core.brand import Brand
from ascolta.core.mention import Brands
from ascolta.core.people import Member, Right
from ascolta.errors import CaseError
from ascolta.files.helping import Helping
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts
from ascolta.incidents import Room
from ascolta.ports import Store
from ascolta.stores.advocates import Advocates
from ascolta.voice import approved_words
from ascolta.web.findings import own

ANSWERS = 3
"""So many of a person's later cases are offered as the one in which they said yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """What the page needs: whom we asked, what may be asked, and (without it nobody is briefed) what messages go by."""

    advocates: Advocates
    helping: Callable[[str], Helping]
    brands: Brands
    store: Store
    clock: Callable[[], float]
    room: Room | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person on the page. `left` is how often they may still be briefed now, and `again` when that changes.

    `answers` are the numbers of cases that they opened after they were asked, the newest first.
    """

    one: Advocate
    left: int = 0
    again: float | None = None
    answers: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How many people of a scope stand how, and how many briefings count against what they agreed to."""

    scope: str
    asked: int
    agreed: int
    briefed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One brand on the page; `statements` are those that are approved and may be passed on."""

    brand: Brand
    numbers: Sequence[Numbers]
    scopes: Sequence[Scope]
    agreed: Sequence[Person] = ()
    asked: Sequence[Person] = ()
    proposed: Sequence[Person] = ()
    statements: Sequence[str] = ()


def look(circle: Circle, who: Member) -> list[Shown]:
    """Every brand: numbers for all, people for those who ask or brief them."""
    now = circle.clock()
    return [_look(circle, brand, who, now) for brand in own(circle.brands)]


def _look(circle: Circle, brand: Brand, who: Member, now: float) -> Shown:
    everybody = [one for one in circle.advocates.all(brand.id) if one.goes > now]
    scopes = list(circle.helping(brand.id).scopes.values())
    shown = Shown(brand=brand, numbers=_numbers(everybody, now), scopes=scopes)
    if not (who.may(Right.ASK) or who.may(Right.PUBLISH)):
        return shown
    by_stand = {stand: [one for one in everybody if one.stand is stand] for stand in Stand}
    return replace(
        shown,
        agreed=[_person(one, now) for one in by_stand[Stand.AGREED]],
        asked=[Person(one=one, answers=_answers(circle.store, one)) for one in by_stand[Stand.ASKED]],
        proposed=[Person(one=one) for one in by_stand[Stand.PROPOSED]],
        statements=_passable(circle, brand, now) if who.may(Right.PUBLISH) else (),
    )


def _numbers(everybody: Sequence[Advocate], now: float) -> list[Numbers]:
    scopes = sorted({one.terms.scope for one in everybody if one.terms is not None})
    found = []
    for scope in scopes:
        here = [one for one in everybody if one.terms is not None and one.terms.scope == scope]
        stands = Counter(one.stand for one in here)
        briefed = sum(one.counted(now) for one in here)
        found.append(Numbers(scope=scope, asked=stands[Stand.ASKED], agreed=stands[Stand.AGREED], briefed=briefed))
    return found


def _person(one: Advocate, now: float) -> Person:
    terms = one.terms
    if terms is None:
        return Person(one=one)
    counting = sorted(past.at for past in one.briefings if past.counts and past.at > now - terms.within)
    left = max(0, terms.most - len(counting))
    again = counting[0] + terms.within if not left and counting else None
    return Person(one=one, left=left, again=again if again is None or again < terms.until else None)


def _answers(store: Store, one: Advocate) -> list[int]:
    cases = store.person(one.network, one.handle or one.keys[0]).cases
    later = [case for case in cases if case.brand == one.brand and case.id > one.case and case.content is not None]
    return sorted((case.id for case in later), reverse=True)[:ANSWERS]


def _passable(circle: Circle, brand: Brand, now: float) -> list[str]:
    """The statements of a brand that may be passed on now."""
    room = circle.room
    if room is None or brand.id not in room.folders:
        return []
    folder, found = room.folders[brand.id], []
    facts = approved_facts(folder, now)
    for name, statement in load_statements(folder).items():
        try:
            approved_words(room.statements, brand.id, statement, facts, now)
        except CaseError:
            continue
        found.append(name)
    return found
