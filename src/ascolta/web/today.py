"""Today: what deserves the brand's voice, what is due next first; what is sealed, what was left unheard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ascolta.core.alert import AlertChange, up
from ascolta.core.case import Case, Status, awake
from ascolta.core.cells import Kind, reach
from ascolta.core.days import DAY
from ascolta.core.mention import Brands
from ascolta.core.parse import parse
from ascolta.core.sought import seen
from ascolta.core.view import holds
from ascolta.errors import QueryError
from ascolta.ports import Ledger, Store
from ascolta.web import say
from ascolta.web.listing import rank
from ascolta.web.waits import NIGHT, OVER, Wait, wait

AT_ONCE, FIRST = 200, 20
"""Cases that a search shows at the most, and how many of those that wait stand here without one; the rest is listed."""

DONE = (Status.SENT, Status.RESOLVED)


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
class Today:
    """The page's figures. `error` is the sentence about a search that cannot be read.

    `waits` says by number what a case waits for, and `overdue` how many of those that are found are late.
    """

    waiting: Sequence[Case]
    sealed: Sequence[Case]
    done: Sequence[Case]
    counts: Sequence[Count]
    alerts: Sequence[AlertChange]
    talked: Sequence[Talked] = ()
    find: str = ""
    error: str = ""
    hidden: int = 0
    waits: Mapping[int, Wait] = field(default_factory=dict)
    overdue: int = 0

    @property
    def unheard(self) -> int:
        """How many mentions were left unheard."""
        return next((count.count for count in self.counts if count.action == "silence"), 0)


def look(brands: Brands, kept: tuple[Store, Ledger | None], now: float, find: str) -> Today:
    """Everything that the page shows."""
    store, ledger = kept
    cases = [awake(case, now) for case in store.cases()]
    error = ""
    if find.strip():
        try:
            asked = parse(find)
            cases = [case for case in cases if holds(asked, seen(case, now))]
        except QueryError as wrong:
            error = str(wrong)
    waiting = [c for c in cases if c.status not in (*DONE, Status.SEALED, Status.SNOOZED)]
    found = {case.id: wait(case, brands.by_id.get(case.brand), now) for case in waiting}
    waits = {number: one for number, one in found.items() if one is not None}
    order = sorted(waiting, key=lambda case: _turn(case, waits.get(case.id)))
    most = AT_ONCE if find.strip() else FIRST
    return Today(
        waiting=order[:most],
        sealed=[c for c in cases if c.status is Status.SEALED][:AT_ONCE],
        done=[c for c in cases if c.status in DONE][:AT_ONCE],
        counts=_counts(brands, store),
        alerts=[change for brand in brands if (change := last_alert(store, brand.id)) is not None],
        talked=_talked(brands, ledger, now) if ledger is not None else (),
        find=find,
        error=error,
        hidden=max(0, len(waiting) - most),
        waits=waits,
        overdue=sum(one.kind == OVER for one in waits.values()),
    )


def _turn(case: Case, its: Wait | None) -> tuple[float, bool, bool, float]:
    """What is due goes by when it is, before what has no clock; of that, complaints go first, then what is newest."""
    at = its.at if its is not None and its.kind != NIGHT else float("inf")
    return at, ("complaint", "yes") not in case.labels, case.decision.approve < 2, -case.published


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
                part = newest.cell.part
                when = f"{part}:00 to {part}:59" if kind is Kind.HOUR else say.day(newest.cell.day * DAY)
                found.append(Talked(brand=brand.name, when=when, value=newest.value, give=reach(newest.epsilon)))
    return found


def _counts(brands: Brands, store: Store) -> list[Count]:
    totals = {
        action: sum(sum(store.counts(brand.id, action, 0, 1 << 40).values()) for brand in brands)
        for action in ("reply", "care", "handover", "silence")
    }
    whole = max(1, sum(totals.values()))
    return [Count(action=action, count=count, share=100 * count / whole) for action, count in totals.items()]
