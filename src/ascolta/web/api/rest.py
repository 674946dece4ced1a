"""The rest of the API: opt-outs, published figures, health, the head of the journal, and who asks."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from ascolta.core.cells import reach
from ascolta.core.days import DAY, day_of, written
from ascolta.stores.journal import MemoryJournal, SqlJournal
from ascolta.web.api import asks, shapes
from ascolta.web.api.floor import Calling, Floor
from ascolta.web.api.problem import Problem
from ascolta.web.api.shapes import moment
from ascolta.web.notice import Said, confirm

Day = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$", max_length=10, description="A day, UTC; today if empty.")]
BrandName = Annotated[str, Query(max_length=80, description="The id of a brand; all of them if empty.")]


def add_rest(api: APIRouter, floor: Floor) -> None:
    """The routes."""
    _add_optout(api, floor)
    _add_figures(api, floor)
    _add_state(api, floor)

    @api.get("/me", response_model=shapes.Me, tags=["token"])
    def who_am_i(who: Calling) -> shapes.Me:
        """In whose name the token acts, and what it may do."""
        return shapes.Me(name=who.member.name, role=str(who.member.role), scopes=who.granted)


def _add_optout(api: APIRouter, floor: Floor) -> None:
    @api.post("/opt-outs", response_model=shapes.Erased, tags=["opt-outs"])
    def opt_out(asked: asks.OptOut) -> shapes.Erased:
        """Opt an account out by the code that it posted or sent. It cannot be taken back here."""
        if floor.public is None:
            raise Problem(404, "this desk gives out no codes")
        said = Said(network=asked.network.strip(), account=asked.account.strip())
        gone = confirm(floor.public, said, asked.code)
        if gone is None:
            raise Problem(409, "this code does not belong to this account, or it is not good any more")
        return shapes.Erased(erased=gone)


def _add_figures(api: APIRouter, floor: Floor) -> None:
    @api.get("/figures", response_model=shapes.Figures, tags=["figures"])
    def read_figures(brand: BrandName = "", day: Day = "") -> shapes.Figures:
        """The figures that were published of a day: authors talking, with noise, drawn once."""
        if floor.ledger is None:
            raise Problem(404, "this desk publishes no figures")
        number = _day(day, floor.clock())
        found = [
            shapes.Figure(
                brand=one.cell.brand,
                cell=one.cell.name,
                kind=str(one.cell.kind),
                value=one.value,
                give=reach(one.epsilon) if one.epsilon else 0,
                withheld=one.withheld,
            )
            for entry in floor.ledger.entries(brand, number)
            for one in entry.published
        ]
        return shapes.Figures(day=written("date", number), figures=found)


def _add_state(api: APIRouter, floor: Floor) -> None:
    @api.get("/health", response_model=shapes.Health, tags=["health"])
    def read_health() -> shapes.Health:
        """How the listener and the stores stand, a word for each."""
        ready, parts = floor.health.readiness()
        return shapes.Health(ready=ready, parts=parts)

    @api.get("/journal", response_model=shapes.Head, tags=["journal"])
    def read_journal(response: Response) -> shapes.Head:
        """How long the journal is, and the root over all of it: to be compared with a signed checkpoint."""
        journal = floor.store.journal
        if not isinstance(journal, MemoryJournal | SqlJournal):
            raise Problem(404, "this desk keeps no journal")
        size = journal.size()
        newest = journal.entry(size - 1) if size else None
        response.headers["ETag"] = f'"{size}"'
        return shapes.Head(
            size=size, root=journal.root(size).hex(), newest=moment(newest.at) if newest is not None else None
        )


def _day(said: str, now: float) -> int:
    """A day, counted from 1970. Raises Problem."""
    if not said:
        return int(now // DAY)
    year, month, day = (int(part) for part in said.split("-"))
    try:
        found = day_of(year, month, day)
        same = written("date", found) == said
    except ValueError:
        same = False
    if not same:
        raise Problem(422, "query.day: this is no day; say it as 2026-11-30")
    return found
