"""What the API stands on, and who asks: a program with a token, or a browser in which somebody is signed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from ascolta.answering import Speech
from ascolta.core.case import Case
from ascolta.core.mention import Brands
from ascolta.core.people import Member
from ascolta.core.scopes import NEEDS, Scope
from ascolta.incidents import Room
from ascolta.ports import Ledger, Lookups, Store
from ascolta.web.api.problem import Problem
from ascolta.web.health import Health
from ascolta.web.listing import CaseList
from ascolta.web.notice import Public


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What the acts need, the same that the pages have."""

    brands: Brands
    store: Store
    cases: CaseList
    clock: Callable[[], float]
    lookups: Lookups
    speeches: Callable[[str], Speech]
    ledger: Ledger | None = None
    public: Public | None = None
    room: Room | None = None
    health: Health = field(default_factory=Health)

    def case(self, number: int) -> Case:
        """A case that is here. Raises Problem."""
        found = self.store.case(number)
        if found is None:
            raise Problem(404, f"case {number} is gone: it was removed, or its date has come")
        return found

    def held(self) -> Room:
        """The room of incidents. Raises Problem where there is none."""
        if self.room is None:
            raise Problem(404, "this desk has no incidents")
        return self.room


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `scopes` is what their token lets them do, None: they are at a browser and have all that is theirs.

    `proof` is what they showed, and is kept nowhere.
    """

    member: Member
    scopes: frozenset[Scope] | None
    proof: str

    def may(self, scope: Scope) -> bool:
        """Whether token and role both let them."""
        return (self.scopes is None or scope in self.scopes) and self.member.may(NEEDS[scope])

    def need(self, scope: Scope) -> None:
        """Raises Problem where token or role does not let them."""
        if not self.may(scope):
            raise Problem(403, f"it takes the scope {scope}, and the right to {NEEDS[scope].value}", scope=str(scope))

    @property
    def granted(self) -> list[Scope]:
        """All that they may do."""
        return [scope for scope in Scope if self.may(scope)]


def calling(request: Request) -> Caller:
    """Who asks, as the gate found. Raises Problem if nobody does."""
    found = getattr(request.state, "caller", None)
    if not isinstance(found, Caller):
        raise Problem(401, "no token came with the request")
    return found


Calling = Annotated[Caller, Depends(calling)]
"""Who asks, as the argument of a route."""
