"""Today: what deserves the brand's voice, what is due next first; what is sealed, what was left unheard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ascolta.afresh import rank
from ascolta.core.alert import AlertChange, up
from ascolta.core.case import Case, Status, awake
from ascolta.core.cells import Kind, reach
from ascolta.core.days import DAY
from ascolta.core.mention import Brands
from ascolta.core.piles import Pile, Wanted
from ascolta.core.query import Query
from ascolta.core.sought import sought
from ascolta.errors import QueryError
from ascolta.ports import Ledger, Store
from ascolta.web import say
from ascolta.web.listing import Seeking, find
from ascolta.web.tongue import gettext as _
from ascolta.web.waits import OVER, Wait, wait

FIRST, FEW = 20, 5
"""How many of the cases that wait stand here, and how many of those that are sealed or done; the rest is listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many mentions met one action."""

    action: str
    count: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Talked:
    """How many people spoke of a brand, as published: `value` carries noise, and is None where it is too small to show.

    `give` is how far it may be off, 19 times in 20.
    """

    brand: str
    when: str
    value: int | None
    give: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """Some cases of a pile, those on top, and how many there are in all; `more`: a search may find others."""

    cases: Sequence[Case]
    count: int
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The page's figures. `error` is the sentence about a search that cannot be read.

    `waits` says by number what a case waits for, and `overdue` how many of those that are found are late.
    """

    piles: Mapping[Pile, Heap]
    counts: Sequence[Count]
    alerts: Sequence[AlertChange]
    talked: Sequence[Talked] = ()
    find: str = ""
    error: str = ""
    waits: Mapping[int, Wait] = field(default_factory=dict)
    overdue: int = 0

    @property
    def waiting(self) -> Sequence[Case]:
        """What waits for a person, what is due next first."""
        return self.piles[Pile.WAITING].cases

    @property
    def sealed(self) -> Heap:
        """Complaints that were not said to us."""
        return self.piles[Pile.SEALED]

    @property
    def done(self) -> Heap:
        """What is done, the newest first."""
        return self.piles[Pile.DONE]

    @property
    def hidden(self) -> int:
        """How many wait beyond those that stand here."""
        heap = self.piles[Pile.WAITING]
        return max(0, heap.count - len(heap.cases))

    @property
    def more(self) -> bool:
        """Whether the list of cases may find more than stands here."""
        return any(heap.more for heap in self.piles.values())

    @property
    def unheard(self) -> int:
        """How many mentions were left unheard."""
        return next((count.count for count in self.counts if count.action == "silence"), 0)


def look(brands: Brands, kept: tuple[Store, Ledger | None], now: float, find: str) -> Today:
    """Everything that the page shows."""
    store, ledger = kept
    rank(store, brands, now)
    query, error = _asked(find)
    shown = (Pile.WAITING, Pile.SEALED, Pile.DONE)
    piles = {
        pile: _top(store, pile, now) if query is None else _found((store, brands), query, pile, now) for pile in shown
    }
    waiting = piles[Pile.WAITING].cases
    found = {case.id: wait(case, brands.by_id.get(case.brand), now) for case in waiting}
    waits = {number: one for number, one in found.items() if one is not None}
    return Today(
        piles=piles,
        counts=_counts(brands, store),
        alerts=[change for brand in brands if (change := last_alert(store, brand.id)) is not None],
        talked=_talked(brands, ledger, now) if ledger is not None else (),
        find=find,
        error=error,
        waits=waits,
        overdue=_overdue(store, now) if query is None else sum(one.kind == OVER for one in waits.values()),
    )


def _asked(find: str) -> tuple[Query | None, str]:
    """What is searched, and what is wrong with it."""
    try:
        return (sought(find) if find.strip() else None), ""
    except QueryError as wrong:
        return None, str(wrong)


def _top(store: Store, pile: Pile, now: float) -> Heap:
    """What lies on top of a pile, asked of the index, so that no more cases are read than stand here."""
    top = store.listed(Wanted(pile=pile, most=FIRST if pile is Pile.WAITING else FEW))
    cases = [awake(case, now) for case in store.some([case.id for _, case in top])]
    return Heap(cases=cases, count=store.tallied(Wanted(pile=pile)))


def _found(floor: tuple[Store, Brands], query: Query, pile: Pile, now: float) -> Heap:
    """A page of what a search finds in a pile, within the bounds of the list of cases."""
    cases, after, bound = find(*floor, query, Seeking(pile=pile), now)
    return Heap(cases=cases, count=len(cases), more=after is not None or bound > 0)


def _overdue(store: Store, now: float) -> int:
    """How many of those that wait for a person are late."""
    late = Wanted(until=now)
    return store.tallied(late) - store.tallied(replace(late, status=str(Status.APPROVED)))


def last_alert(store: Store, brand: str) -> AlertChange | None:
    """The alert that is up now, if one is."""
    return up(store.alerts(brand))


def pulse(brands: Brands, store: Store, now: float = 0.0) -> str:
    """A value that changes when the page would, also because a clock runs over."""
    rank(store, brands, now)
    mentions = sum(count.count for count in _counts(brands, store))
    alerts = sum(len(store.alerts(brand.id)) for brand in brands)
    return f"{store.sign(now)}.{mentions}.{alerts}"


def _talked(brands: Brands, ledger: Ledger, now: float) -> list[Talked]:
    """The newest hour and the newest whole day that were published of each brand."""
    day, found = int(now // DAY), []
    for brand in brands:
        told = [one for date in (day, day - 1) for entry in ledger.entries(brand.id, date) for one in entry.published]
        for kind in (Kind.HOUR, Kind.DAY):
            newest = max((one for one in told if one.cell.kind is kind), key=lambda one: one.cell.ends, default=None)
            if newest is not None:
                when = _hour(newest.cell.ends) if kind is Kind.HOUR else say.until(newest.cell.day)
                found.append(Talked(brand=brand.name, when=when, value=newest.value, give=reach(newest.epsilon)))
    return found


def _hour(ends: int) -> str:
    """The hour that ends at a time, by the reader's clock."""
    return _("%(begins)s to %(ends)s", begins=say.clock(ends - 3_600), ends=say.clock(ends - 60))


def _counts(brands: Brands, store: Store) -> list[Count]:
    found = [store.totals(brand.id) for brand in brands]
    actions = ("reply", "care", "handover", "silence")
    totals = {action: sum(one.get(action, 0) for one in found) for action in actions}
    whole = max(1, sum(totals.values()))
    return [Count(action=action, count=count, share=100 * count / whole) for action, count in totals.items()]
