"""Where a case lies on the desk, and which is next: the order of the list of cases."""

from dataclasses import dataclass
from enum import StrEnum

from ascolta.core.brand import Brand
from ascolta.core.case import Case, Status
from ascolta.core.hours import OPENED, due

LAST = 1e11
"""Seconds since 1970 that no clock shows: what is not due goes after all that is, the newest first."""

Place = tuple[float, int]
"""After which case a page of the list begins: its turn and its number."""


Turned = tuple[float, Case]
"""A case with its turn."""


class Pile(StrEnum):
    """What can be listed: what waits for a person, what sleeps, what is sealed, what is done."""

    WAITING = "waiting"
    SNOOZED = "snoozed"
    SEALED = "sealed"
    DONE = "done"


PILES = {
    Status.OPEN: Pile.WAITING,
    Status.DRAFTED: Pile.WAITING,
    Status.APPROVED: Pile.WAITING,
    Status.SNOOZED: Pile.SNOOZED,
    Status.SEALED: Pile.SEALED,
    Status.SENT: Pile.DONE,
    Status.RESOLVED: Pile.DONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases of a pile are asked for; what is empty asks for nothing. `said` are labels that all of them carry.

    `after` is where the page before ended, `until` the last turn, `most` how many at the most.
    """

    pile: Pile = Pile.WAITING
    brand: str = ""
    network: str = ""
    desk: str = ""
    status: str = ""
    said: tuple[tuple[str, str], ...] = ()
    after: Place | None = None
    until: float | None = None
    most: int = 50

    def fits(self, case: Case) -> bool:
        """Whether a case is asked for, wherever the page begins."""
        asked = (self.brand, self.network, self.desk, self.status)
        there = (case.brand, case.network, case.decision.desk, str(case.status))
        same = all(one in ("", other) for one, other in zip(asked, there, strict=True))
        return same and PILES[case.status] is self.pile and set(self.said) <= set(case.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Cases of one brand, state and rule: how many, and when the first and the last of them goes.

    `late` of them go before a time that was asked for, `unseen` were not seen to stand since another.
    """

    brand: str
    status: Status
    rule: str
    count: int
    first: float
    last: float
    late: int = 0
    unseen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A search that a desk keeps under a name; `desk` empty is everybody's. `by` saved it."""

    name: str
    find: str
    desk: str = ""
    by: str = ""
    at: float = 0.0


def turn(case: Case, brand: Brand | None) -> float:
    """The place of a case within its pile, the smallest first.

    What waits goes by when it is due; what has no clock comes after that, complaints before the rest, the newest first.
    What sleeps goes by when it wakes, what is done by when that was, the newest first.
    """
    if case.status is Status.SNOOZED:
        return case.snoozed_until
    if PILES[case.status] is Pile.DONE:
        return LAST - since(case)
    at = due(case, brand) if brand is not None else None
    if at is not None:
        return at
    return (LAST if ("complaint", "yes") in case.labels else 2 * LAST) - min(max(case.published, 0.0), LAST / 2)


def since(case: Case) -> float:
    """Since when a case is done, or else from when on its clock runs: when it was opened, unsealed or edited last."""
    if PILES[case.status] is Pile.DONE:
        return case.events[-1].at if case.events else 0.0
    return next((event.at for event in reversed(case.events) if event.kind in OPENED), 0.0)
