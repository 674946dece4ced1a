"""Writing an answer: taking a case, drafts to begin with, the check while one types, saving, approving."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from ascolta.answering import ALONE, Speech, approve, findings, lately, save
from ascolta.core.case import CaseEvent, CaseKind
from ascolta.core.people import Right
from ascolta.core.saying import Saying
from ascolta.core.speaking import verdict
from ascolta.errors import CaseError
from ascolta.ports import Store
from ascolta.web import cases, say
from ascolta.web.back import back
from ascolta.web.signed import Acting, need
from ascolta.web.tongue import gettext as _
from ascolta.web.words import told

LONGEST = 4_000
"""Characters of an answer, at most."""

Page = Callable[..., Response]
Place = tuple[Store, Callable[[str], Speech], Callable[[], float]]
"""Where cases are kept, how each brand speaks, and what time it is."""


class Written(BaseModel):
    """What a person sends with an answer. `seen` is how many events the case had on the page from which it was sent."""

    note: str = ""
    template: str = ""
    seen: int = 0


Answered = Annotated[Written, Form()]


def add_answers(app: FastAPI, place: Place, look: Page) -> None:
    """The routes of an answer; `look` makes the page of a case."""
    _add_writing(app, place)
    _add_checking(app, place, look)
    _add_saving(app, place, look)


def _add_writing(app: FastAPI, place: Place) -> None:
    store, _, clock = place

    @app.post("/cases/{number}/write")
    def write(number: int, form: Answered, who: Acting) -> Response:
        try:
            store.hold(number, who.name, clock(), clock() + ALONE)
        except CaseError as error:
            return back_to(number, said=told(error))
        return back_to(number, use=form.template)

    @app.post("/cases/{number}/leave")
    def leave(number: int, who: Acting) -> Response:
        try:
            store.hold(number, who.name, clock(), 0.0)
        except CaseError as error:
            return back_to(number, said=told(error))
        return back_to(number)

    @app.post("/cases/{number}/still")
    def still(number: int, who: Acting) -> Response:
        try:
            store.hold(number, who.name, clock(), clock() + ALONE)
        except CaseError as error:
            return JSONResponse({"said": told(error)}, 409)
        return Response(status_code=204)


def _add_checking(app: FastAPI, place: Place, look: Page) -> None:
    store, speech_of, clock = place

    @app.post("/cases/{number}/check")
    def check_now(number: int, form: Answered) -> Response:
        case = store.case(number)
        if case is None:
            return JSONResponse({"said": _("this case is gone")}, 404)
        text = _typed(form)[:LONGEST]
        found = findings(case, speech_of(case.brand).voice, text, clock(), lately(store, case))
        return JSONResponse(
            {
                "verdict": verdict(found),
                "findings": [asdict(one) for one in cases.grouped(text, found)],
                "pieces": [_piece(one) for one in cases.marked(text, found)],
                "count": cases.counted(text, case.network),
            }
        )

    @app.post("/cases/{number}/choose")
    def choose(request: Request, number: int) -> Response:
        return look(request, number, {"ask": True})


def _add_saving(app: FastAPI, place: Place, look: Page) -> None:
    store, speech_of, clock = place

    @app.post("/cases/{number}/draft")
    def keep(request: Request, number: int, form: Answered, who: Acting) -> Response:
        typed = _typed(form).strip()
        try:
            if len(typed) > LONGEST:
                raise CaseError(Saying("an answer has %(most)s characters at the most", most=LONGEST))
            event = CaseEvent(
                kind=CaseKind.DRAFTED,
                at=clock(),
                by=who.name,
                note=typed,
                template=form.template,
                seen=form.seen,
            )
            save(store, speech_of, number, event)
        except CaseError as error:
            said = _("%(error)s. Nothing of yours was saved yet.", error=told(error))
            return look(request, number, {"said": said, "typed": typed}, 409)
        return back_to(number)

    @app.post("/cases/{number}/approve")
    def let_out(request: Request, number: int, form: Answered, who: Acting) -> Response:
        if form.note.strip():
            need(who, Right.OVERRIDE)
        try:
            event = CaseEvent(kind=CaseKind.APPROVED, at=clock(), by=who.name, note=form.note.strip(), seen=form.seen)
            approve(store, speech_of, number, event)
        except CaseError as error:
            return look(request, number, {"said": told(error), "reason": form.note.strip()}, 409)
        return back_to(number)


def _typed(form: Written) -> str:
    """What stands in the field: browsers send its lines with two signs at their ends, and show one."""
    return form.note.replace("\r\n", "\n")


def _piece(one: cases.Piece) -> dict[str, str]:
    """A stretch of what is typed, with how grave it is and why, where something stands against it."""
    found = one.finding
    return {
        "text": one.text,
        "severity": str(found.severity) if found else "",
        "why": told(found.why) if found else "",
    }


def back_to(number: int, *, said: str = "", use: str | None = None) -> Response:
    """Back to the case; with the template to begin with, or an empty one, into the field of the answer."""
    page = f"/cases/{number}"
    return back(page if use is None else f"{page}?use={say.cookie(use)}", said)
