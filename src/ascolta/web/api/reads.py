"""Cases as JSON: what their pages show, and no more."""

from dataclasses import asdict
from typing import Any

from ascolta.answering import findings, lately
from ascolta.core.case import Case, awake
from ascolta.core.sought import HOUR
from ascolta.core.speaking import Finding
from ascolta.web.api import shapes
from ascolta.web.api.floor import Floor
from ascolta.web.api.shapes import moment
from ascolta.web.waits import wait


def row(floor: Floor, case: Case, now: float) -> dict[str, Any]:
    """A case in the list, by the names of `shapes.Row`."""
    waits = wait(case, floor.brands.by_id.get(case.brand), now)
    return {
        "case": case.id,
        "version": len(case.events),
        "brand": case.brand,
        "network": case.network,
        "status": case.status,
        "action": str(case.decision.action),
        "rule": case.decision.rule,
        "why": case.decision.why,
        "desk": case.decision.desk,
        "text": case.content.text if case.content is not None else None,
        "labels": [shapes.Label(name=name, value=value) for name, value in case.labels],
        "published": moment(_told(case, case.published)),
        "assigned_to": case.assigned_to,
        "writing": case.writing(now),
        "wait": shapes.Wait(kind=waits.kind, at=moment(waits.at)) if waits is not None else None,
    }


def whole(floor: Floor, case: Case) -> shapes.Case:
    """A case with its draft, what stands against it, and what happened."""
    now = floor.clock()
    case = awake(case, now)
    found = _against(floor, case, now) if case.draft else []
    return shapes.Case(
        **row(floor, case, now),
        author=case.content.author if case.content is not None else None,
        masked=list(case.content.masked) if case.content is not None else [],
        expires=moment(case.expires),
        snoozed_until=moment(case.snoozed_until) if case.snoozed_until else None,
        draft=case.draft,
        drafted_by=case.drafted_by,
        approvals=case.needs,
        approved_by=list(case.approved_by),
        forbids=list(case.forbids),
        findings=found,
        events=[shapes.Event(kind=str(one.kind), at=moment(_told(case, one.at)), by=one.by) for one in case.events],
    )


def receipt(case: Case) -> shapes.Receipt:
    """How a case stands after an act."""
    return shapes.Receipt(case=case.id, version=len(case.events), status=case.status, approvals_missing=case.due)


def finding(one: Finding) -> shapes.Finding:
    """What the check says, as JSON."""
    told = asdict(one)
    return shapes.Finding(**{name: told[name] for name in ("rule", "why", "start", "end")}, severity=str(one.severity))


def _against(floor: Floor, case: Case, now: float) -> list[shapes.Finding]:
    voice = floor.speeches(case.brand).voice
    return [finding(one) for one in findings(case, voice, case.draft, now, lately(floor.store, case))]


def _told(case: Case, at: float) -> float:
    """When something was; of a sealed case in whole hours and no closer, as on its page."""
    return at // HOUR * HOUR if case.content is None else at
