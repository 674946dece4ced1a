"""The incident room: steps with their clocks, who does what, one button for each, what was decided, the review."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from ascolta.core.alert import AlertChange
from ascolta.core.alert import up as is_up
from ascolta.core.brand import Brand
from ascolta.core.days import DAY
from ascolta.core.grading import gravity
from ascolta.core.incident import Incident, IncidentAct, IncidentEvent, Progress, StepState
from ascolta.core.meaning import sentences
from ascolta.core.mention import Brands
from ascolta.core.paper import fragment, html, markdown
from ascolta.core.people import Member, Right
from ascolta.core.plan import StepKind
from ascolta.core.review import lines
from ascolta.core.saying import Saying
from ascolta.errors import AscoltaError, CaseError
from ascolta.incidents import Room, Words, accept, act, reach, reviewed, words
from ascolta.ports import Store
from ascolta.web import say
from ascolta.web.back import back
from ascolta.web.kept import kept
from ascolta.web.signed import Acting, need
from ascolta.web.tongue import gettext as _
from ascolta.web.words import told

LONGEST = 500
"""Characters of a note or a reason."""

BEAT = 15.0
"""How often clocks are shown anew, in seconds."""

ACTS = {
    "begin": IncidentAct.BEGUN,
    "done": IncidentAct.DONE,
    "skip": IncidentAct.SKIPPED,
    "decide": IncidentAct.DECIDED,
    "note": IncidentAct.NOTED,
    "grade": IncidentAct.GRADED,
    "stand-down": IncidentAct.STOOD_DOWN,
}
ALOUD = (StepKind.STATEMENT, StepKind.ADVOCATES)
"""Steps that say something to people outside."""

Page = Callable[..., Response]
Floor = tuple[Brands, Room, Callable[[], float]]
"""The brands, the room, and what gives now."""


class Stepped(BaseModel):
    """What a person sends: the step, what was decided or noted, why, and the digest of words they read."""

    step: int = 0
    said: str = ""
    why: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One step on the page: how it stands, its clock in words and as seconds used of those it has, what it would say.

    `people` is how many advocates it would brief; None where it briefs nobody.
    """

    one: Progress
    clock: str
    used: float
    has: float
    is_late: bool
    words: Words | None = None
    people: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """What the room shows. `events` are pairs of an event and its sentence, the newest first.

    `graver` tells what kind of risk the alert is by now, where that is graver than the incident is graded.
    """

    incident: Incident
    brand: Brand
    steps: Sequence[Shown]
    events: Sequence[tuple[IncidentEvent, str]]
    left: int
    paused: str
    graver: str = ""


def look(room: Room, brand: Brand, incident: Incident, at: float) -> Shows:
    """Everything that the page of an incident shows."""
    steps = [_step(room, brand, incident, one, at) for one in incident.steps]
    return Shows(
        incident=incident,
        brand=brand,
        steps=steps,
        events=[(event, _happened(incident, event)) for event in reversed(incident.events)],
        left=sum(one.is_open for one in incident.steps),
        paused=room.store.paused(brand.id),
        graver=_graver(room, incident),
    )


def _happened(incident: Incident, event: IncidentEvent) -> str:
    """What happened, in the reader's language; what people wrote stays as they wrote it."""
    if event.kind in (IncidentAct.DONE, IncidentAct.ESCALATED):
        event = replace(event, said=kept(event.said))
    return " ".join(told(one) if isinstance(one, Saying) else one for one in lines(incident, event))


def _graver(room: Room, incident: Incident) -> str:
    """What the alert that is up has become, where the incident should perhaps be graded anew."""
    found = up(room.store, incident.brand)
    risk = found.risk if found is not None and incident.is_open else None
    if risk is None or gravity(risk.grade) <= gravity(incident.severity):
        return ""
    return " ".join(told(part) for part in sentences(risk))


def pulse(room: Room, at: float) -> str:
    """A value that changes when a page of incidents would: with each event, and every `BEAT` while a clock runs."""
    going = room.incidents.open()
    events = ".".join(f"{one.number}:{len(one.events)}" for one in going)
    return f"{events}@{int(at // BEAT)}" if going else ""


def add_incidents(app: FastAPI, floor: Floor, page: Page, beats: Callable[[], str]) -> None:
    """Add accepting a plan, the room, and the review. `page` makes a page of a template and its values."""
    _add_accept(app, floor)
    _add_room(app, floor, page, beats)
    _add_review(app, floor, page)


def _add_accept(app: FastAPI, floor: Floor) -> None:
    brands, room, now = floor

    @app.post("/risk/{brand}/accept")
    def accept_plan(brand: str, who: Acting, plan: Annotated[str, Form()] = "") -> Response:
        found = brands.by_id.get(brand)
        chosen = next((one for one in found.plans if one.name == plan), None) if found is not None else None
        if found is None or chosen is None:
            return back("/risk", _("this plan is not there any more; look again"))
        try:
            incident = accept(room, found, chosen, up(room.store, brand), (who.name, now()))
        except AscoltaError as error:
            return back("/risk", told(error))
        return back(f"/incidents/{incident.number}")


def _add_room(app: FastAPI, floor: Floor, page: Page, beats: Callable[[], str]) -> None:
    _, room, now = floor

    @app.get("/incidents/{number}")
    def show_incident(request: Request, number: int) -> Response:
        beat, found = beats(), found_here(floor, number)
        if found is None:
            return page(request, "incident_gone.html", {}, 404)
        return page(request, "incident.html", {"pulse": beat, "shows": look(room, *found, now())})

    @app.post("/incidents/{number}/{act}")
    def step(number: int, act: str, form: Annotated[Stepped, Form()], who: Acting) -> Response:
        said = ""
        try:
            do_step(floor, number, (act, who), form)
        except AscoltaError as error:
            said = told(error)
        return back(f"/incidents/{number}{f'#step-{form.step}' if form.step and not said else ''}", said)


def _add_review(app: FastAPI, floor: Floor, page: Page) -> None:
    _, room, now = floor

    @app.get("/incidents/{number}/review")
    def show_review(request: Request, number: int) -> Response:
        found = found_here(floor, number)
        if found is None:
            return page(request, "incident_gone.html", {}, 404)
        paper = reviewed(room, *found, now())
        return page(request, "incident_review.html", {"number": number, "paper": paper, "body": fragment(paper)})

    @app.get("/incidents/{number}/review.{kind}")
    def take_review(request: Request, number: int, kind: str) -> Response:
        found = found_here(floor, number)
        if found is None or kind not in ("md", "html"):
            return page(request, "incident_gone.html", {}, 404)
        paper = reviewed(room, *found, now())
        name = {"content-disposition": f'attachment; filename="incident-{number}.{kind}"'}
        if kind == "md":
            return Response(markdown(paper), media_type="text/markdown; charset=utf-8", headers=name)
        return Response(html(paper), media_type="text/html; charset=utf-8", headers=name)


def up(store: Store, brand: str) -> AlertChange | None:
    """The alert of a brand that is up now, if one is."""
    return is_up(store.alerts(brand))


def found_here(floor: Floor, number: int) -> tuple[Brand, Incident] | None:
    """An incident of a brand that is here."""
    brands, room, _now = floor
    try:
        incident = room.incidents.incident(number)
    except CaseError:
        return None
    brand = brands.by_id.get(incident.brand)
    return (brand, incident) if brand is not None else None


def do_step(floor: Floor, number: int, does: tuple[str, Member], form: Stepped) -> None:
    """Record what a person does in an incident, and do it. Raises AscoltaError."""
    (_, room, now), (kind, who) = floor, does
    found = found_here(floor, number)
    if found is None:
        raise CaseError(Saying("there is no incident %(number)s here any more", number=number))
    if kind not in ACTS:
        raise CaseError(Saying("'%(act)s' is nothing that can be done in an incident", act=kind[:20]))
    if kind == "done" and any(one.number == form.step and one.step.kind in ALOUD for one in found[1].steps):
        need(who, Right.PUBLISH)
    event = IncidentEvent(
        kind=ACTS[kind],
        at=now(),
        by=who.name,
        step=form.step,
        said=form.said.strip()[:LONGEST],
        why=form.why.strip()[:LONGEST],
    )
    act(room, found[0], number, event, form.seen)


def _step(room: Room, brand: Brand, incident: Incident, one: Progress, at: float) -> Shown:
    has = one.due - incident.since
    used = (at if one.is_open else one.at) - incident.since
    found = words(room, brand, incident, one.number, at) if one.is_open and one.step.statement else None
    people = None
    if one.is_open and one.step.kind is StepKind.ADVOCATES and found is not None and not found.lacks:
        people = _people(room, brand, incident, one.number, at)
    return Shown(
        one=one, clock=_clock(one, used, at), used=min(used, has), has=has, is_late=one.is_late(at), words=found,
        people=people,
    )  # fmt: skip


def _people(room: Room, brand: Brand, incident: Incident, number: int, at: float) -> int | None:
    try:
        return reach(room, brand, incident, number, at)
    except AscoltaError:
        return None


def _clock(one: Progress, used: float, at: float) -> str:
    """The clock of a step in words: what is left, by how much it is late, or when it ended."""
    if not one.is_open:
        return _ended(one, _span(used), _span(one.at - one.due) if one.is_late(at) else "")
    if one.is_late(at):
        return _("late by %(long)s", long=_span(at - one.due))
    return _("%(long)s left", long=_span(one.due - at))


def _ended(one: Progress, used: str, late: str) -> str:
    if one.state is StepState.SKIPPED:
        if late:
            return _("skipped after %(long)s, %(late)s late", long=used, late=late)
        return _("skipped after %(long)s", long=used)
    if late:
        return _("done after %(long)s, %(late)s late", long=used, late=late)
    return _("done after %(long)s", long=used)


def _span(seconds: float) -> str:
    """A length of time to the minute, and to the hour from a day on."""
    minutes = int(seconds // 60)
    return say.length(minutes if minutes < DAY // 60 else minutes // 60 * 60)
