"""The etiquette: read as its author sees it, written with the check reading along, rehearsed, and published by two."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from ascolta.amending import Rules, ask, brand_of, days, publish, rebase, rehearse, save, stands
from ascolta.core.amend import Draft, Edition, differences, tidied
from ascolta.core.people import Member, Right, is_alone
from ascolta.errors import AscoltaError, CaseError, FileError
from ascolta.web import ruled, say
from ascolta.web.back import back
from ascolta.web.ruled import Looked, said
from ascolta.web.signed import Acting, Entrance, acting
from ascolta.web.tongue import gettext as _

CASES = "cases"
"""Where a rehearsal looks at the cases that are kept."""

Page = Callable[..., Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Where etiquettes are changed, who works here, and what gives now."""

    rules: Rules
    entrance: Entrance
    clock: Callable[[], float]
    looked: Looked = field(default_factory=Looked)

    @property
    def is_alone(self) -> bool:
        """Whether nobody is there who could publish what another wrote."""
        return is_alone(self.entrance.accounts.members(), Right.ETIQUETTE)


class Written(BaseModel):
    """What a person sends: the rules, the digest of the draft that they saw, what to do, a reason."""

    text: str = ""
    seen: str = ""
    does: str = ""
    note: str = ""


Sent = Annotated[Written, Form()]


def add_etiquette(app: FastAPI, floor: Floor, page: Page) -> None:
    """The routes; `page` makes a page of a template and its values."""
    write = _draft_page(floor, page)
    _add_reading(app, floor, page)
    _add_writing(app, floor, write)
    _add_rehearsing(app, floor, page)
    _add_acts(app, floor, write)


def _draft_page(floor: Floor, page: Page) -> Page:
    """What makes the page of a draft; `typed` is what is not saved yet."""

    def write(request: Request, brand: str, values: dict[str, object], status: int = 200) -> Response:
        typed = values.pop("typed", None)
        try:
            who = acting(request).name
            writes = ruled.write(floor.rules, floor.looked, brand, who, typed if isinstance(typed, str) else None)
        except AscoltaError as error:
            return page(request, "etiquette_gone.html", {"said": said(error)}, 404)
        shown = {"writes": writes, "summed": ruled.summed(writes.checked), "alone": floor.is_alone}
        return page(request, "etiquette_draft.html", {**shown, **values}, status)

    return write


def _add_reading(app: FastAPI, floor: Floor, page: Page) -> None:
    rules = floor.rules

    @app.get("/etiquette")
    def show_first(request: Request) -> Response:
        return _read(request, next(iter(rules.brands)).id, floor, page)

    @app.get("/etiquette/{brand}")
    def show_etiquette(request: Request, brand: str) -> Response:
        return _read(request, brand, floor, page)

    @app.get("/etiquette/{brand}/editions/{number}")
    def show_edition(request: Request, brand: str, number: int) -> Response:
        try:
            edition, own = rules.kept.edition(brand, number), brand_of(rules, brand)
            values: dict[str, object] = {"edition": edition, "brand": own, "draft": rules.kept.draft(brand)}
            values["changes"] = list(differences(_now(rules, brand), edition.text))
        except AscoltaError as error:
            return page(request, "etiquette_gone.html", {"said": said(error)}, 404)
        return page(request, "etiquette_edition.html", values)


def _now(rules: Rules, brand: str) -> str:
    """What stands in a brand's file; nothing if it cannot be read."""
    try:
        return stands(rules, brand).text
    except FileError:
        return ""


def _read(request: Request, brand: str, floor: Floor, page: Page, *, note: str = "") -> Response:
    try:
        shows = ruled.look(floor.rules, floor.looked, brand, floor.clock())
    except AscoltaError as error:
        return page(request, "etiquette_gone.html", {"said": said(error)}, 404)
    return page(request, "etiquette.html", {"shows": shows, "said": note, "tabs": list(floor.rules.brands)})


def _add_writing(app: FastAPI, floor: Floor, write: Page) -> None:
    rules = floor.rules

    @app.get("/etiquette/{brand}/draft")
    def show_draft(request: Request, brand: str) -> Response:
        return write(request, brand, {})

    @app.post("/etiquette/{brand}/draft")
    def save_draft(request: Request, brand: str, form: Sent, who: Acting) -> Response:
        text = form.text
        try:
            text = tidied(form.text)
            if form.does == "check":
                return write(request, brand, {"typed": text})
            brand_of(rules, brand)
            save(rules, Draft(brand=brand, text=text, base="", by=who.name, at=floor.clock()), form.seen)
        except AscoltaError as error:
            return write(request, brand, {"typed": text, "wrong": _unsaved(error)}, 409)
        return back(f"/etiquette/{brand}/draft", _("Saved."))

    @app.post("/etiquette/{brand}/check")
    def check_now(brand: str, form: Sent) -> Response:
        try:
            found = floor.looked(rules, brand_of(rules, brand).id, tidied(form.text), draft=True)
        except AscoltaError as error:
            return JSONResponse({"said": said(error), "problems": []}, 409)
        words = {"error": _("Error"), "warning": _("Warning")}
        problems = [
            {"line": one.line, "here": ruled.is_here(one), "severity": one.severity, "word": words[one.severity],
             "message": say.shown(one.message), "where": ruled.place(one)}
            for one in found.problems
        ]  # fmt: skip
        return JSONResponse({"said": ruled.summed(found), "problems": problems})

    @app.post("/etiquette/{brand}/begin")
    def begin(request: Request, brand: str, who: Acting, number: Annotated[int, Form()] = 0) -> Response:
        try:
            text = rules.kept.edition(brand_of(rules, brand).id, number).text
            save(rules, Draft(brand=brand, text=text, base="", by=who.name, at=floor.clock()), "")
        except AscoltaError as error:
            return write(request, brand, {"wrong": said(error)}, 409)
        return back(f"/etiquette/{brand}/draft")


def _add_rehearsing(app: FastAPI, floor: Floor, page: Page) -> None:
    rules = floor.rules

    @app.get("/etiquette/{brand}/rehearse")
    def show_rehearsal(request: Request, brand: str, on: str = "") -> Response:
        try:
            own = brand_of(rules, brand)
            values: dict[str, object] = {"brand": own, "days": days(rules, own), "on": on, "cases": CASES}
            draft = rules.kept.draft(brand)
            checked = floor.looked(rules, brand, draft.text, draft=True) if draft is not None else None
            values |= {"draft": draft, "unread": checked is not None and checked.etiquette is None}
            if on and checked is not None and checked.etiquette is not None:
                found = rehearse(rules, own, checked.etiquette, "" if on == CASES else on, floor.clock())
                values |= {"found": found, "changes": ruled.changes(found)}
                values["expected"] = [(*ruled.meant(one), one) for one in found.contrast.expected if one.of]
        except AscoltaError as error:
            return page(request, "etiquette_gone.html", {"said": said(error)}, 404)
        return page(request, "etiquette_rehearsal.html", values)


def _add_acts(app: FastAPI, floor: Floor, write: Page) -> None:
    @app.post("/etiquette/{brand}/{act}")
    def act(request: Request, brand: str, act: str, form: Sent, who: Acting) -> Response:
        try:
            to, told = _act(floor, brand, (act, who), form)
        except AscoltaError as error:
            return write(request, brand, {"wrong": f"{said(error)}.", "note": form.note}, 409)
        return back(f"/etiquette/{brand}{to}", told)


def _act(floor: Floor, brand: str, does: tuple[str, Member], form: Written) -> tuple[str, str]:
    """Do something with a draft: to which page then, with what to say there. Raises AscoltaError."""
    rules, (kind, who) = floor.rules, does
    own = brand_of(rules, brand)
    if kind == "ask":
        ask(rules, own.id, who.name, form.seen)
        return "/draft", _("Asked. Somebody else who may change the etiquette can publish it now.")
    if kind == "return":
        rules.kept.send_back(own.id, who.name, form.note, form.seen)
        return "/draft", ""
    if kind == "rebase":
        rebase(rules, own.id, form.seen)
        return "/draft", _("From now on the draft is compared with what stands in the file today.")
    if kind == "drop":
        rules.kept.drop(own.id, form.seen)
        return "", _("The draft is gone.")
    if kind == "publish":
        edition: Edition = publish(rules, own.id, (who.name, floor.clock()), form.seen)
        return "", _("Published, as edition %(number)s. It decides within seconds.", number=edition.number)
    raise CaseError(_("There is nothing of that name that can be done with a draft"))


def _unsaved(error: AscoltaError) -> str:
    return _("Nothing of yours is lost, and nothing is saved yet: %(why)s.", why=said(error))
