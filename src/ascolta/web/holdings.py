"""What is held right now, of whom, and until when: counted live, and told without a word of any of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ascolta.core.advocate import Stand
from ascolta.core.case import Status
from ascolta.core.cells import HOUR
from ascolta.core.days import DAY
from ascolta.core.mention import Brands
from ascolta.core.people import State
from ascolta.core.piles import Lot
from ascolta.incidents import Room
from ascolta.ports import Store
from ascolta.stores.accounts import Accounts
from ascolta.stores.advocates import Advocates
from ascolta.stores.alike import ANSWERED_FOR
from ascolta.stores.challenges import Challenges
from ascolta.web.shared import Shared
from ascolta.web.shifts import span
from ascolta.web.tongue import dated, local, ngettext
from ascolta.web.tongue import gettext as _

COUNTED_EVERY = 10.0
"""For so many seconds what was counted is told again: the page costs the desk little, however often it is read."""

LATE = 120.0
"""A case may stay so many seconds beyond its date, until the next sweep has gone through."""

WAITING, DONE = (Status.OPEN, Status.DRAFTED, Status.APPROVED), (Status.SENT, Status.RESOLVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where all of it is kept."""

    brands: Brands
    store: Store
    accounts: Accounts
    advocates: Advocates | None = None
    codes: Challenges | None = None
    room: Room | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One kind of thing: how many, when the first and the last of them goes, and until when it is kept, in words."""

    what: str
    count: int
    term: str
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All of it, in groups with their titles. `words` are cases with somebody's words, `tags` of people not to hear.

    `overdue` cases are here beyond their date; `unseen` posts were not looked at again within a day.
    """

    groups: Sequence[tuple[str, Sequence[Holding]]]
    words: int
    sealed: int
    tags: int
    counted: int
    last: str
    overdue: int
    unseen: int


@dataclass(frozen=True, slots=True)
class _Counted:
    lots: Sequence[Lot]
    counted: int


class Holdings:
    """Counts what is held, but not too often."""

    def __init__(self, kept: Kept, clock: Callable[[], float]) -> None:
        self.kept, self.clock = kept, clock
        self._counted = Shared(self._count, COUNTED_EVERY, clock)

    def forget(self) -> None:
        """What was counted holds no more."""
        self._counted.forget()

    def look(self) -> Held:
        """Everything, in the reader's language. Raises StoreError."""
        now, found = self.clock(), self._counted()
        lots, known = found.lots, self.kept.store.known()
        return Held(
            groups=[
                (_("Of people who wrote in public"), self._cases(lots)),
                (_("Keyed tags, from which nobody can read a name"), self._tags(now)),
                (_("Of people who agreed to help"), self._advocates()),
                (_("Of our own people"), self._people()),
                (_("Of nobody"), self._numbers(found.counted)),
            ],
            words=sum(lot.count for lot in lots if lot.status is not Status.SEALED),
            sealed=sum(lot.count for lot in lots if lot.status is Status.SEALED),
            tags=len(known.stopped) + len(known.refused),
            counted=found.counted,
            last=_day(max((lot.last for lot in lots), default=None)),
            overdue=sum(lot.late for lot in lots),
            unseen=sum(lot.unseen for lot in lots),
        )

    def _count(self) -> _Counted:
        now, store = self.clock(), self.kept.store
        totals = (store.totals(brand.id).get("all", 0) for brand in self.kept.brands)
        return _Counted(lots=store.stock(late=now - LATE, unseen=now - DAY), counted=sum(totals))

    def _cases(self, lots: Sequence[Lot]) -> list[Holding]:
        terms = [brand.retention for brand in self.kept.brands]
        waits, done, sealed = (
            span(HOUR * max((getattr(term, name) for term in terms), default=0.0))
            for name in ("open_hours", "resolved_hours", "sealed_hours")
        )
        acted = _("%(done)s after the last thing that a person did on it", done=done)
        rows = (
            (_("Cases that wait for us"), WAITING, _("%(waits)s after it was opened", waits=waits)),
            (_("Cases that sleep"), (Status.SNOOZED,), acted),
            (_("Cases that are done"), DONE, acted),
            (
                _("Sealed complaints: where the post stands, no words and no name"),
                (Status.SEALED,),
                _("%(sealed)s, unless somebody opens it", sealed=sealed),
            ),
        )
        return [_of_lots(what, [lot for lot in lots if lot.status in states], term) for what, states, term in rows]

    def _tags(self, now: float) -> list[Holding]:
        known = self.kept.store.known()
        found = [
            _of(_("Tags of people who said stop"), len(known.stopped), _("until they take it back")),
            _of(_("Tags of people whose profile refuses"), len(known.refused), _("until the profile allows it again")),
            _of(
                _("People whom we answered"),
                len(known.answered),
                ngettext("%(num)s day", "%(num)s days", int(ANSWERED_FOR // DAY)),
            ),
        ]
        if self.kept.codes is not None:
            codes = len({code for code, _account in self.kept.codes.good(now)})
            found.append(_of(_("Opt-out codes that were given out"), codes, _("until it is used, a day at the most")))
        return found

    def _advocates(self) -> list[Holding]:
        if self.kept.advocates is None:
            return []
        everybody = self.kept.advocates.all()
        agreed = [one.goes for one in everybody if one.stand is Stand.AGREED]
        asked = [one.goes for one in everybody if one.stand is not Stand.AGREED]
        return [
            _of(_("Advocates"), agreed, _("until they withdraw or what they agreed to ends, a year at the most")),
            _of(_("People who were asked and did not answer yet"), asked, _("30 days")),
        ]

    def _people(self) -> list[Holding]:
        members = self.kept.accounts.members()
        gone = sum(one.state is State.SUSPENDED for one in members)
        found = [
            _of(_("Accounts at this desk"), len(members) - gone, _("as long as they work here")),
            _of(_("Suspended accounts"), gone, _("a year after that")),
            _of(_("Saved searches"), len(self.kept.store.views()), _("until somebody drops them")),
        ]
        if self.kept.room is not None:
            incidents = len(self.kept.room.incidents.all())
            found.append(_of(_("Incidents"), incidents, _("a year after they were stood down")))
        return found

    def _numbers(self, counted: int) -> list[Holding]:
        alerts = sum(len(self.kept.store.alerts(brand.id)) for brand in self.kept.brands)
        return [
            _of(_("Mentions that are a number in a count"), counted, _("as long as the store")),
            _of(_("Changes of alerts"), alerts, _("as long as the store")),
        ]


def _of_lots(what: str, lots: Sequence[Lot], term: str) -> Holding:
    """Cases, by how many there are and when the first and the last of them goes."""
    first, last = min((lot.first for lot in lots), default=None), max((lot.last for lot in lots), default=None)
    return Holding(what=what, count=sum(lot.count for lot in lots), term=term, first=_day(first), last=_day(last))


def _of(what: str, held: int | Iterable[float], term: str) -> Holding:
    """One kind, by how many there are, or by when each of them goes."""
    if isinstance(held, int):
        return Holding(what=what, count=held, term=term)
    goes = sorted(held)
    first, last = (goes[0], goes[-1]) if goes else (None, None)
    return Holding(what=what, count=len(goes), term=term, first=_day(first), last=_day(last))


def _day(at: float | None) -> str:
    return "" if at is None else dated(local(at), "medium")
