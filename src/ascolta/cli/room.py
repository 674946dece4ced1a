"""How `ascolta incident` shows an incident, to people and to scripts."""

import time
from typing import Any

from ascolta.cli.show import out, say_json
from ascolta.core.days import iso
from ascolta.core.incident import Incident, Progress
from ascolta.core.review import line
from ascolta.core.text import shown


def show(incident: Incident, *, as_json: bool) -> None:
    """An incident with its clocks and its timeline, as it stands now."""
    now = time.time()
    if as_json:
        say_json(told(incident, now))
        return
    begun = incident.begun
    say(
        f"Incident {incident.number}: {begun.title}  "
        f"({incident.severity}, owner: {begun.owner}, {since(incident, now)})"
    )
    for one in incident.steps:
        say(f"{one.number}. {one.step.name}  {_clock(incident, one, now)}  ({one.step.who})")
        if one.is_open:
            say(f"   {one.step.do}")
            if one.step.options:
                say(f"   options: {', '.join(one.step.options)}")
    if incident.is_open and begun.stand_down:
        say(f"Stand down: {begun.stand_down}")
    for event in incident.events:
        say(f"  {iso(event.at)} {line(incident, event)} ({event.by})")


def since(incident: Incident, now: float) -> str:
    """For how long it goes on, or when it ended."""
    if incident.until is not None:
        return f"stood down {iso(incident.until)}"
    return f"since {max(0, int((now - incident.since) // 60))} min"


def _clock(incident: Incident, one: Progress, now: float) -> str:
    """How a step stands, and how much of its time is left or was used."""
    if not one.is_open:
        late = ", late" if one.is_late(now) else ""
        return f"{one.state} by {one.by} after {max(0, round((one.at - incident.since) / 60))} min{late}"
    minutes = round((one.due - now) / 60)
    left = f"{minutes} min left" if minutes >= 0 else f"LATE by {-minutes} min"
    return f"{left}, {one.by} is on it" if one.by else left


def told(incident: Incident, now: float) -> dict[str, Any]:
    """An incident as scripts read it."""
    begun = incident.begun
    return {
        "number": incident.number,
        "brand": incident.brand,
        "plan": begun.plan,
        "title": begun.title,
        "owner": begun.owner,
        "severity": incident.severity,
        "accepted": iso(incident.since),
        "accepted_by": incident.accepted_by,
        "stood_down": iso(incident.until) if incident.until is not None else None,
        "steps": [_told_step(one, now) for one in incident.steps],
        "timeline": [
            {"at": iso(one.at), "what": str(one.kind), "by": one.by, "step": one.step, "said": one.said, "why": one.why}
            for one in incident.events
        ],
    }


def _told_step(one: Progress, now: float) -> dict[str, Any]:
    return {
        "step": one.step.name,
        "kind": str(one.step.kind),
        "who": one.step.who,
        "state": str(one.state),
        "due": iso(one.due),
        "late": one.is_late(now),
        "escalated": iso(one.escalated) if one.escalated is not None else None,
        "by": one.by,
        **({"options": one.step.options} if one.step.options else {}),
    }


def say(said: str) -> None:
    """A line or a few, in which nothing is obeyed as markup or control."""
    out.print("\n".join(shown(line) for line in said.split("\n")), markup=False, soft_wrap=True)
