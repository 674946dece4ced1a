"""Risk, incidents and speaking over the API."""

from enum import StrEnum
from typing import Any

from fastapi import APIRouter

from ascolta.core.alert import AlertChange
from ascolta.core.brand import Brand
from ascolta.core.incident import Incident, Progress
from ascolta.core.scopes import Scope
from ascolta.errors import AscoltaError
from ascolta.incidents import Room, Words, accept, words
from ascolta.web import risk
from ascolta.web.api import asks, shapes
from ascolta.web.api.floor import Calling, Floor
from ascolta.web.api.problem import Problem
from ascolta.web.api.shapes import BrandId, Number, moment
from ascolta.web.incidents import ALOUD, Stepped, do_step, found_here, up


class Act(StrEnum):
    """What can be done in an incident."""

    BEGIN = "begin"
    DONE = "done"
    SKIP = "skip"
    DECIDE = "decide"
    NOTE = "note"
    GRADE = "grade"
    STAND_DOWN = "stand-down"


LED = (Act.SKIP, Act.GRADE, Act.STAND_DOWN)
"""What takes the scope of a lead."""


def add_risks(api: APIRouter, floor: Floor) -> None:
    """The routes of risk, incidents and speaking."""
    _add_risk(api, floor)
    _add_incidents(api, floor)
    _add_steps(api, floor)
    _add_speaking(api, floor)


def _add_risk(api: APIRouter, floor: Floor) -> None:
    @api.get("/risk", response_model=list[shapes.Risk], tags=["risk"])
    def list_risks() -> list[shapes.Risk]:
        """How each brand stands."""
        return [shapes.Risk(**_risk(floor, brand, _look(floor, brand))) for brand in floor.brands]

    @api.get("/risk/{brand}", response_model=shapes.Watched, tags=["risk"])
    def read_risk(brand: BrandId) -> shapes.Watched:
        """One brand: a day of counts by quarters of an hour, and every change of its alert."""
        known = _brand(floor, brand)
        look = _look(floor, known)
        volume = [shapes.Bucket(at=moment(b.at), mentions=b.mentions, complaints=b.complaints) for b in look.bars]
        changes = [_change(change) for change, _ in look.changes]
        return shapes.Watched(**_risk(floor, known, look), volume=volume, changes=changes, lacks=look.history)

    @api.post("/risk/{brand}/accept", response_model=shapes.Stepped, tags=["incidents"])
    def accept_plan(brand: BrandId, asked: asks.Plan, who: Calling) -> shapes.Stepped:
        """Accept a plan by its name: an incident begins, or the one of this plan that goes on is given."""
        known, room = _brand(floor, brand), floor.held()
        plan = next((one for one in known.plans if one.name == asked.plan), None)
        if plan is None:
            raise Problem(404, "this plan is not there, or no more")
        return _stepped(accept(room, known, plan, up(floor.store, brand), (who.member.name, floor.clock())))


def _add_incidents(api: APIRouter, floor: Floor) -> None:
    @api.get("/incidents", response_model=shapes.Incidents, tags=["incidents"])
    def list_incidents() -> shapes.Incidents:
        """All incidents that are kept, the newest first."""
        room = floor.held()
        kept = [one for one in reversed(room.incidents.all()) if one.brand in floor.brands.by_id]
        return shapes.Incidents(incidents=[_incident(floor, room, one) for one in kept])

    @api.get("/incidents/{number}", response_model=shapes.Incident, tags=["incidents"])
    def read_incident(number: Number) -> shapes.Incident:
        """One incident with its steps, and the digest of what each of them would say."""
        return _incident(floor, floor.held(), _here(floor, number)[1])


def _add_steps(api: APIRouter, floor: Floor) -> None:
    @api.post("/incidents/{number}/{act}", response_model=shapes.Stepped, tags=["incidents"])
    def act_in_incident(number: Number, act: Act, asked: asks.Step, who: Calling) -> shapes.Stepped:
        """Begin, do, skip or decide a step, note something, grade anew, or stand the incident down.

        To skip, grade and stand down takes the scope incidents:lead; a step that says something in public
        incidents:publish, and `seen` as it was read.
        """
        room, (_, incident) = floor.held(), _here(floor, number)
        who.need(_scope(incident, act, asked.step))
        form = Stepped(step=asked.step, said=asked.said, why=asked.why, seen=asked.seen)
        do_step((floor.brands, room, floor.clock), number, (str(act), who.member), form)
        return _stepped(room.incidents.incident(number))


def _add_speaking(api: APIRouter, floor: Floor) -> None:
    @api.get("/speaking", response_model=list[shapes.Speaking], tags=["speaking"])
    def list_speaking() -> list[shapes.Speaking]:
        """Which brands speak, and why not those that do not."""
        return [shapes.Speaking(brand=one.id, paused=floor.store.paused(one.id) or None) for one in floor.brands]

    @api.post("/speaking/{brand}/pause", response_model=shapes.Speaking, tags=["speaking"])
    def pause_speaking(brand: BrandId, asked: asks.Why) -> shapes.Speaking:
        """Keep everything of a brand in, from now on."""
        known = _brand(floor, brand)
        if not asked.reason.strip():
            raise Problem(422, "body.reason: say why; others read it")
        floor.store.pause(known.id, asked.reason.strip(), floor.clock())
        return shapes.Speaking(brand=known.id, paused=floor.store.paused(known.id) or None)

    @api.post("/speaking/{brand}/resume", response_model=shapes.Speaking, tags=["speaking"])
    def resume_speaking(brand: BrandId) -> shapes.Speaking:
        """Let a brand speak again."""
        known = _brand(floor, brand)
        floor.store.pause(known.id, "", floor.clock())
        return shapes.Speaking(brand=known.id, paused=None)


def _scope(incident: Incident, act: Act, step: int) -> Scope:
    """What it takes to do this in an incident."""
    if act in LED:
        return Scope.LEAD
    aloud = any(one.number == step and one.step.kind in ALOUD for one in incident.steps)
    return Scope.PUBLISH if act is Act.DONE and aloud else Scope.STEP


def _brand(floor: Floor, brand: str) -> Brand:
    known = floor.brands.by_id.get(brand)
    if known is None:
        raise Problem(404, "there is no such brand here")
    return known


def _here(floor: Floor, number: int) -> tuple[Brand, Incident]:
    found = found_here((floor.brands, floor.held(), floor.clock), number)
    if found is None:
        raise Problem(404, f"there is no incident {number} here any more")
    return found


def _look(floor: Floor, brand: Brand) -> risk.Risk:
    return risk.look(brand, floor.store, floor.room.incidents if floor.room is not None else None, floor.clock())


def _risk(floor: Floor, brand: Brand, look: risk.Risk) -> dict[str, Any]:
    proposed = look.proposed
    return {
        "brand": brand.id,
        "state": "alert" if look.up else "calm",
        "grade": look.grade,
        "plan": proposed.name if proposed is not None else None,
        "incidents": [one.number for one in look.going],
        "paused": floor.store.paused(brand.id) or None,
    }


def _change(change: AlertChange) -> shapes.Change:
    return shapes.Change(
        at=moment(change.at),
        stream=change.stream,
        state=str(change.new),
        grade=change.risk.grade if change.risk is not None else "",
        once_in_days=change.once_in_days,
        why=change.why,
    )


def _incident(floor: Floor, room: Room, incident: Incident) -> shapes.Incident:
    begun, brand = incident.begun, floor.brands.by_id[incident.brand]
    return shapes.Incident(
        incident=incident.number,
        brand=incident.brand,
        plan=begun.plan,
        title=begun.title,
        severity=incident.severity,
        since=moment(incident.since),
        until=moment(incident.until) if incident.until is not None else None,
        accepted_by=incident.accepted_by,
        steps=[_progress(one, _words(room, brand, incident, one, floor.clock()), floor) for one in incident.steps],
    )


def _progress(one: Progress, says: Words, floor: Floor) -> shapes.Progress:
    return shapes.Progress(
        step=one.number,
        name=one.step.name,
        kind=str(one.step.kind),
        who=one.step.who,
        state=str(one.state),
        due=moment(one.due),
        late=one.is_late(floor.clock()),
        by=one.by,
        said=one.said,
        why=one.why,
        words=[shapes.Words(network=network, language=lang, text=text) for network, lang, text in says.posts],
        seen=says.digest,
        lacks=says.lacks,
    )


def _words(room: Room, brand: Brand, incident: Incident, one: Progress, at: float) -> Words:
    """What a step that is open would say; nothing where it says nothing."""
    if not (one.is_open and one.step.statement):
        return Words(statement="")
    try:
        return words(room, brand, incident, one.number, at)
    except AscoltaError as error:
        return Words(statement="", lacks=str(error))


def _stepped(incident: Incident) -> shapes.Stepped:
    left = sum(one.is_open for one in incident.steps)
    return shapes.Stepped(incident=incident.number, open=incident.is_open, steps_open=left)
