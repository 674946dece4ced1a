"""Cases in memory: how each was opened, what happened since, and the list of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ascolta.core.case import Case, CaseEvent, CaseKind, Content, NewCase, Place, Status, awake, fold
from ascolta.core.consent import Known
from ascolta.core.etiquette import OPTED_OUT
from ascolta.core.piles import PILES, Lot, Pile, Turned, Wanted, since
from ascolta.core.reply import Reply
from ascolta.stores import acts


@dataclass(slots=True)
class Held:
    """One case: as it was opened, and what happened since.

    `turn` is its place in the list, and after how many events that was said; `roused` is when it was last woken.
    """

    new: NewCase
    start: Case
    events: tuple[CaseEvent, ...]
    expires: float
    content: Content
    checked: float
    turn: tuple[int, float] = (0, 0.0)
    roused: float = 0.0

    @property
    def place(self) -> Place:
        """Where its post stands."""
        new = self.new
        return Place(
            case=self.start.id,
            brand=new.brand,
            network=new.network,
            post_id=self.content.post_id,
            text=self.content.text,
            language=dict(new.labels).get("language"),
            spoke=new.decision.rule == OPTED_OUT.rule,
        )

    @property
    def case(self) -> Case:
        """The case as it stands."""
        case = replace(fold(replace(self.start, content=self.content), self.events), expires=self.expires)
        return replace(case, content=None) if case.status is Status.SEALED else case

    def needs(self, least: int) -> None:
        """From now on at least so many people must approve an answer."""
        decision = self.start.decision
        self.start = replace(self.start, decision=replace(decision, approve=max(decision.approve, least)))

    def answer(self, known: Known, at: float) -> Reply:
        """What goes to the outbox, approved at a time."""
        case, number = self.case, self.start.id
        return Reply(
            key=f"{number:032x}",
            case=number,
            brand=case.brand,
            network=case.network,
            to_post=self.content.post_id,
            to=known.tag(case.network, next(iter(self.new.author), "")),
            text=case.draft,
            approved=at,
        )

    @property
    def shown(self) -> Case:
        """The case without its words, its draft and what happened to it."""
        case = awake(self.case, self.roused)
        began = CaseEvent(kind=CaseKind.OPENED, at=since(case))
        bare = replace(case, content=None, events=(began,), draft="", drafted_by="", approved_by=(), overridden=())
        return replace(bare, unsealed_because="", forbids=())

    @property
    def place_in_list(self) -> float | None:
        """Its turn; None if that is not known since the last thing that happened."""
        asleep = self.shown
        if asleep.status is Status.SNOOZED:
            return asleep.snoozed_until
        count, turn = self.turn
        return turn if count == len(self.events) else None


def listed(held: Iterable[Held], wanted: Wanted) -> list[Turned]:
    """Some cases by their turn."""
    found = sorted(
        (turn, case.id, case)
        for one in held
        if (turn := one.place_in_list) is not None and _in_time(wanted, turn) and wanted.fits(case := one.shown)
    )
    return [(turn, case) for turn, number, case in found if wanted.after is None or (turn, number) > wanted.after][
        : wanted.most
    ]


def tallied(held: Iterable[Held], wanted: Wanted) -> int:
    """How many cases are asked for."""
    return sum(_in_time(wanted, one.place_in_list) and wanted.fits(one.shown) for one in held)


def stock(held: Iterable[Held], late: float, unseen: float) -> list[Lot]:
    """What is kept, counted by brand, state and rule."""
    lots: dict[tuple[str, str, str], list[Held]] = {}
    for one in held:
        lots.setdefault((one.new.brand, str(one.shown.status), one.new.decision.rule), []).append(one)
    return [
        Lot(
            brand=brand,
            status=Status(status),
            rule=rule,
            count=len(alike),
            late=sum(one.expires < late for one in alike),
            unseen=sum(one.checked < unseen for one in alike),
            first=min(one.expires for one in alike),
            last=max(one.expires for one in alike),
        )
        for (brand, status, rule), alike in sorted(lots.items())
    ]


def _in_time(wanted: Wanted, turn: float | None) -> bool:
    return wanted.until is None or (turn is not None and turn <= wanted.until)


def rouse(held: Iterable[Held], at: float, *, anew: bool) -> list[Case]:
    """Wake what slept long enough; the cases whose turn is not known, or all that wait too."""
    found = []
    for one in held:
        asleep = one.shown
        if asleep.status is Status.SNOOZED and asleep.snoozed_until <= at:
            one.roused, one.turn = at, (0, 0.0)
        if one.place_in_list is None or (anew and PILES[one.shown.status] is Pile.WAITING):
            found.append(one.shown)
    return found


def rank(held: Mapping[int, Held], turns: Mapping[int, float]) -> None:
    """Say the turns of cases."""
    for number, turn in turns.items():
        if number in held:
            held[number].turn = len(held[number].events), turn


def sign(held: Mapping[int, Held], at: float) -> str:
    """A value that changes whenever a case does, or becomes overdue."""
    happened = sum(len(one.events) for one in held.values())
    writing = sum(one.start.writer_until > at for one in held.values())
    waiting = [one.place_in_list for one in held.values() if PILES[one.shown.status] is Pile.WAITING]
    late = sum(turn is not None and turn <= at for turn in waiting)
    return f"{len(held)}.{max(held, default=0)}.{happened}.{writing}.{len(waiting)}.{late}"


def start(number: int, new: NewCase, was_sealed: bool) -> Case:
    """A case as it was opened."""
    return Case(
        id=number,
        brand=new.brand,
        network=new.network,
        decision=new.decision,
        labels=new.labels,
        published=new.published,
        content=new.content,
        forbids=new.forbids,
        status=Status.SEALED if was_sealed else Status.OPEN,
    )


def erased(held: Held) -> acts.Erased:
    """What is told of a case that goes."""
    return held.start.id, held.new.brand, held.new.decision.rule
