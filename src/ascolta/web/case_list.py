"""The routes of the list of cases: the page, what is chosen there, saved views, who looks at what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from markupsafe import Markup
from pydantic import BaseModel

from ascolta.core.mention import Brands
from ascolta.core.piles import Pile, SavedView
from ascolta.core.sought import refuse_saving, sought
from ascolta.errors import CaseError, QueryError
from ascolta.ports import Store
from ascolta.web import say
from ascolta.web.back import back
from ascolta.web.chosen import Chosen, ask, became, carry_out, desks_of, whens
from ascolta.web.listing import LONGEST, CaseList, Listing, Seeking, desks, known, place_of, words
from ascolta.web.overview import Part
from ascolta.web.shared import Shared, Written
from ascolta.web.signed import Acting, acting, rights
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import reader
from ascolta.web.words import told

NAME = 40
"""Characters of a view's name."""

Page = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Around:
    """What the routes need: the list, what makes a page and a part of one, rows that are written already, the pulse."""

    cases: CaseList
    page: Page
    part: Part
    written: Written[Markup]
    beats: Shared[str]

    @property
    def store(self) -> Store:
        """Where cases are kept."""
        return self.cases.floor[0]

    @property
    def brands(self) -> Brands:
        """Whose they are."""
        return self.cases.floor[1]

    def now(self) -> float:
        """What time it is."""
        return self.cases.floor[2]()

    def rows(self, listing: Listing, may: list[str]) -> Markup:
        """The rows of the list, written once for all who read them alike."""
        values = {"rows": listing.rows, "rights": may, "brands": list(self.brands), "now": self.now()}
        others = tuple(row.looking for row in listing.rows)
        key = (listing.sign, listing.seeking, others, tuple(may), reader())
        return self.written.of(key, lambda: self.part("cases_rows.html", values))


class Picked(BaseModel):
    """What a person sends with what they chose. `sure` is set once they confirmed; `find` and `pile` lead back."""

    act: str = ""
    number: list[int] = []
    until: str = ""
    at: str = ""
    to: str = ""
    sure: str = ""
    find: str = ""
    pile: str = ""
    case: int = 0

    @property
    def chosen(self) -> Chosen:
        """What is to be done to which."""
        numbers = tuple(dict.fromkeys(one for one in self.number if 0 < one < 1 << 62))
        return Chosen(act=self.act, numbers=numbers, until=self.at or self.until, desk=self.to.strip())

    def back(self, said: str) -> Response:
        """To where they came from; a time that could not be read stands in its field again."""
        if self.case:
            again = f"?{urlencode({'until': self.at})}#snooze" if said and self.at else ""
            return back(f"/cases/{self.case}{again}", said)
        return back(_address(self.find, self.pile), said)


class Kept(BaseModel):
    """A view as its form sends it."""

    name: str = ""
    desk: str = ""
    find: str = ""


def add_case_list(app: FastAPI, cases: CaseList, makes: tuple[Page, Part], pulse_for: float = 0.0) -> None:
    """The routes; they come before those of one case. `makes` is what makes a page and a part of one.

    The pulse is made once for all within `pulse_for` seconds.
    """
    around = Around(cases, *makes, Written(cases.written_for), Shared(cases.pulse, pulse_for))
    cases.rank(around.now())
    _add_page(app, around)
    _add_chosen(app, around)
    _add_views(app, around)


def _add_page(app: FastAPI, around: Around) -> None:
    @app.get("/cases")
    def show_cases(request: Request, find: str = "", pile: str = "", after: str = "") -> Response:
        return _shown(request, around, Picked(find=find, pile=pile), {"after": after})

    @app.get("/cases/pulse")
    def pulse() -> Response:
        return JSONResponse({"pulse": around.beats()})

    @app.post("/cases/{number}/looking")
    def looking(number: int, who: Acting) -> Response:
        others = around.cases.looks(number, who.name)
        return JSONResponse({"others": others, "said": say.looking(others)})


def _add_chosen(app: FastAPI, around: Around) -> None:
    @app.post("/cases/chosen")
    def choose(request: Request, picked: Annotated[Picked, Form()], who: Acting) -> Response:
        chosen = picked.chosen
        try:
            if not picked.sure:
                return _asked(request, around, picked)
            outcome = carry_out((around.store, around.brands), chosen, who.name, around.now())
        except CaseError as error:
            if picked.case:
                return picked.back(told(error))
            return _shown(request, around, picked, {"wrong": told(error)}, 409)
        if outcome.failed and not picked.case:
            values: dict[str, object] = {"said": became(chosen, outcome), "failed": outcome.failed}
            return _shown(request, around, picked, values, 200 if outcome.done else 409)
        return picked.back(outcome.failed[0][1] if outcome.failed else "" if picked.case else became(chosen, outcome))


def _add_views(app: FastAPI, around: Around) -> None:
    @app.post("/cases/views")
    def save_view(request: Request, kept: Annotated[Kept, Form()], who: Acting) -> Response:
        find, name = kept.find.strip()[:LONGEST], " ".join(kept.name.split())[:NAME]
        known_desks = {name for brand in around.brands for name in desks(brand)}
        try:
            refuse_saving(sought(find), find, known(around.brands))
            if not name or kept.desk not in ("", *known_desks):
                raise CaseError("a view needs a name, and a desk of ours or none")
        except (QueryError, CaseError) as error:
            return _shown(request, around, Picked(find=find), {"wrong": told(error)}, 409)
        around.store.save_view(SavedView(name=name, find=find, desk=kept.desk, by=who.name, at=around.now()))
        return back(_address(find, ""), _("The view “%(name)s” is kept.", name=name))

    @app.post("/cases/views/drop")
    def drop_view(kept: Annotated[Kept, Form()]) -> Response:
        around.store.drop_view(kept.name, kept.desk, around.now())
        return RedirectResponse("/cases", 303)


def _shown(request: Request, around: Around, picked: Picked, values: dict[str, object], status: int = 200) -> Response:
    who = acting(request).name
    pile = Pile(picked.pile) if picked.pile in tuple(Pile) else Pile.WAITING
    seeking = Seeking(find=picked.find[:LONGEST], pile=pile, after=place_of(str(values.get("after", ""))))
    beat, listing = around.beats(), around.cases.look(seeking, who)
    people = [row.case.assigned_to for row in listing.rows if row.case.assigned_to] + ([who] if who else [])
    offered = {
        "pulse": beat,
        "listing": listing,
        "rows": around.rows(listing, rights(request)),
        "views": around.cases.views(),
        "words": words(around.brands, people),
        "whens": whens(around.now()),
        "desks": sorted({name for brand in around.brands for name in desks(brand)}),
    }
    return around.page(request, "cases.html", {**offered, **values}, status)


def _asked(request: Request, around: Around, picked: Picked) -> Response:
    """The one question before it is done. Raises CaseError."""
    question = ask(picked.chosen)
    there = around.store.some(picked.chosen.numbers)
    here = {case.decision.desk for case in there}
    away = [desk for desk in desks_of(there, around.brands) if here != {desk}]
    values = {
        "question": question,
        "picked": picked,
        "cases": there,
        "whens": whens(around.now()),
        "desks": away,
    }
    return around.page(request, "sure.html", values)


def _address(find: str, pile: str) -> str:
    asked = {name: value for name, value in (("find", find), ("pile", pile)) if value}
    return f"/cases?{urlencode(asked)}" if asked else "/cases"
