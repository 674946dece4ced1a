"""The pages that lie open all day, Today and Risk, and their pulse: written once for all who read them alike."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from markupsafe import Markup

from ascolta.core.mention import Brands
from ascolta.incidents import Room
from ascolta.ports import Ledger, Store
from ascolta.web import incidents, risk, today
from ascolta.web.shared import Shared, Written
from ascolta.web.signed import rights
from ascolta.web.tongue import reader

WRITTEN_FOR = 10.0
"""For so many seconds what was written stands, if nothing happens meanwhile."""

Page = Callable[..., Response]
Part = Callable[..., Markup]
"""Writes a template that is a part of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the pages are of. What happens is looked for once for all that ask within `pulse_for` seconds."""

    brands: Brands
    store: Store
    ledger: Ledger | None
    room: Room | None
    clock: Callable[[], float]
    pulse_for: float

    def today(self, find: str = "") -> today.Today:
        """What stands on Today."""
        return today.look(self.brands, (self.store, self.ledger), self.clock(), find)

    def risks(self) -> list[risk.Risk]:
        """What stands on Risk."""
        known = self.room.incidents if self.room is not None else None
        return [risk.look(brand, self.store, known, self.clock()) for brand in self.brands]

    def beat(self) -> str:
        """What changes with each event and each minute of the incidents that go on."""
        return incidents.pulse(self.room, self.clock()) if self.room is not None else ""

    def pulse(self) -> str:
        """What changes when one of the pages would."""
        return today.pulse(self.brands, self.store, self.clock()) + self.beat()


def add_overview(app: FastAPI, floor: Overview, page: Page, part: Part) -> Shared[str]:
    """The routes; what gives the pulse. `page` makes a page of a template and its values.

    A page carries the pulse of before it was written, so that whoever reads it misses nothing that happens meanwhile.
    """
    beats = Shared(floor.pulse, floor.pulse_for)
    written = Written[Markup](WRITTEN_FOR if floor.pulse_for else 0.0)

    def write(name: str, make: Callable[[], dict[str, object]], beat: str) -> Markup:
        return part(name, {"brands": list(floor.brands), "now": floor.clock(), "pulse": beat, **make()})

    def main(name: str, make: Callable[[], dict[str, object]], may: tuple[str, ...] = ()) -> Markup:
        """What one who acts has just changed is in the key by itself, not by the pulse of a moment ago."""
        beat = beats()
        key = (name, reader(), may, beat, floor.store.sign(floor.clock()), floor.beat())
        return written.of(key, lambda: write(name, make, beat))

    @app.get("/")
    def show_today(request: Request, find: str = "") -> Response:
        if find.strip():
            shown = write("today_main.html", lambda: {"today": floor.today(find)}, beats())
            return page(request, "today.html", {"main": shown})
        return page(request, "today.html", {"main": main("today_main.html", lambda: {"today": floor.today()})})

    @app.get("/risk")
    def show_risk(request: Request) -> Response:
        may = tuple(rights(request))
        shown = main("risk_main.html", lambda: {"risks": floor.risks(), "rights": may}, may)
        return page(request, "risk.html", {"main": shown})

    @app.get("/pulse")
    def pulse() -> Response:
        return JSONResponse({"pulse": beats()})

    return beats
