"""An incident: a risk that a person accepted, with the steps of its plan, their clocks, and what was decided.

It is a fold of events, oldest first. The steps are those of the plan as it stood when it was accepted, so that nobody
changes the rules of an incident by changing a file.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ascolta.core.grading import graver
from ascolta.core.plan import SEVERITIES, Plan, Step, StepKind
from ascolta.core.saying import Saying
from ascolta.errors import CaseError

KEPT = 365.0 * 86_400
"""An incident is kept for so long after it was stood down, in seconds: until its review can be laid beside the next."""

ASCOLTA = "ascolta"
"""Who escalates."""


class IncidentAct(StrEnum):
    """What can happen in an incident. `decided` answers a question of the plan, or tells any other decision."""

    ACCEPTED = "accepted"
    BEGUN = "begun"
    DONE = "done"
    SKIPPED = "skipped"
    DECIDED = "decided"
    NOTED = "noted"
    ESCALATED = "escalated"
    GRADED = "graded"
    STOOD_DOWN = "stood down"


class StepState(StrEnum):
    """How a step stands."""

    OPEN = "open"
    BEGUN = "begun"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEvent:
    """Something that happened: when, by whom, on which step (from 1; 0: on none), what was said, and why."""

    kind: IncidentAct
    at: float
    by: str
    step: int = 0
    said: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """The alert that proposed the plan: on which stream, when, how rare, and its sentence with figures.

    `grade` is how grave it was when the plan was accepted, and `meant` what kind of risk it was then, in words.
    """

    stream: str
    at: float
    once_in_days: float
    why: str
    grade: str = ""
    meant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What an incident begins with: its plan as it stood then, and the alert, if there was one."""

    plan: str
    title: str
    owner: str
    severity: str
    steps: tuple[Step, ...]
    stand_down: str = ""
    escalate: str = ""
    alarm: Alarm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How a step stands, since when, by whom, and what was said and why; `escalated` is when it was told to be late."""

    step: Step
    number: int
    due: float
    state: StepState = StepState.OPEN
    at: float = 0.0
    by: str = ""
    said: str = ""
    why: str = ""
    escalated: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done or skipped."""
        return self.state in (StepState.OPEN, StepState.BEGUN)

    def is_late(self, at: float) -> bool:
        """Whether its time was over, at a time or when it was done; a step that was skipped is not late."""
        if self.state is StepState.SKIPPED:
            return False
        return (at if self.is_open else self.at) > self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as it stands. `since` is when it was accepted, `until` when it was stood down."""

    number: int
    brand: str
    begun: Begun
    since: float = 0.0
    accepted_by: str = ""
    severity: str = ""
    until: float | None = None
    steps: tuple[Progress, ...] = ()
    events: tuple[IncidentEvent, ...] = field(default=(), repr=False)

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.until is None

    @property
    def goes(self) -> float | None:
        """When all of it goes; None while it goes on."""
        return None if self.until is None else self.until + KEPT

    def step(self, number: int) -> Progress:
        """One step, counted from 1. Raises CaseError."""
        if not 1 <= number <= len(self.steps):
            raise CaseError(
                Saying("there is no step %(number)s; this plan has %(steps)s", number=number, steps=len(self.steps))
            )
        return self.steps[number - 1]


def begin(plan: Plan, alarm: Alarm | None = None) -> Begun:
    """A plan as an incident keeps it; it begins as grave as the alert is, where that is graver than the plan."""
    return Begun(
        plan=plan.name,
        title=plan.title,
        owner=plan.owner,
        severity=graver(plan.severity, alarm.grade) if alarm is not None else plan.severity,
        steps=plan.steps,
        stand_down=plan.stand_down,
        escalate=plan.escalate,
        alarm=alarm,
    )


def fold(incident: Incident, events: Iterable[IncidentEvent]) -> Incident:
    """The incident after `events`, oldest first. Raises CaseError at one that does not fit."""
    for event in events:
        incident = replace(_applied(incident, event), events=(*incident.events, event))
    return incident


def escalations(incident: Incident, at: float) -> tuple[int, ...]:
    """The steps that are late at a time and of which nobody was told yet, by number."""
    if not incident.is_open:
        return ()
    return tuple(one.number for one in incident.steps if one.is_open and one.is_late(at) and one.escalated is None)


def lowered(incidents: Iterable[Incident]) -> float | None:
    """How seldom, in days, a tick must be to raise an alarm while these incidents go on; None: as usual."""
    lines = (
        one.step.once_in_days
        for incident in incidents
        if incident.is_open
        for one in incident.steps
        if one.step.kind is StepKind.LOWER and one.state is StepState.DONE
    )
    return min(lines, default=None)


def paused_why(incident: Begun) -> str:
    """Why the brand does not speak, as the desk and the journal's reader see it."""
    return f"Plan '{incident.plan}' was accepted: {incident.title}."


def _applied(incident: Incident, event: IncidentEvent) -> Incident:
    if event.kind is IncidentAct.ACCEPTED:
        return _accepted(incident, event)
    if not incident.events:
        raise CaseError("an incident begins when a person accepts its plan")
    if not incident.is_open:
        raise CaseError("this incident was stood down; accept the plan anew if it goes on")
    if not event.by.strip():
        raise CaseError("say who does this: an incident remembers who did what")
    return _ACTS[event.kind](incident, event)


def _accepted(incident: Incident, event: IncidentEvent) -> Incident:
    if incident.events:
        raise CaseError("this plan was accepted already")
    if not event.by.strip():
        raise CaseError("say who accepts the plan; it has a person's name on it from the first minute")
    steps = tuple(
        Progress(step=step, number=number, due=event.at + 60 * step.within)
        for number, step in enumerate(incident.begun.steps, 1)
    )
    return replace(incident, since=event.at, accepted_by=event.by, severity=incident.begun.severity, steps=steps)


def _stepped(incident: Incident, event: IncidentEvent, state: StepState) -> Incident:
    one = incident.step(event.step)
    if not one.is_open:
        raise CaseError(
            Saying("step %(number)s was %(state)s by %(by)s already", number=one.number, state=one.state, by=one.by)
        )
    changed = replace(one, state=state, at=event.at, by=event.by, said=event.said, why=event.why)
    return _changed(incident, changed)


def _begun(incident: Incident, event: IncidentEvent) -> Incident:
    one = incident.step(event.step)
    if one.state is StepState.BEGUN and one.by == event.by:
        raise CaseError(Saying("%(by)s is on step %(number)s already", by=event.by, number=one.number))
    return _stepped(incident, event, StepState.BEGUN)


def _done(incident: Incident, event: IncidentEvent) -> Incident:
    if incident.step(event.step).step.kind is StepKind.ASK:
        raise CaseError(Saying("step %(step)s asks a question; answer it, with a reason", step=event.step))
    return _stepped(incident, event, StepState.DONE)


def _skipped(incident: Incident, event: IncidentEvent) -> Incident:
    if not event.why.strip():
        raise CaseError("to skip a step needs a reason; the review will ask for it")
    return _stepped(incident, event, StepState.SKIPPED)


def _decided(incident: Incident, event: IncidentEvent) -> Incident:
    if not event.said.strip() or not event.why.strip():
        raise CaseError("a decision needs what was decided and why; write both down")
    if not event.step:
        return incident
    asked = incident.step(event.step).step
    if asked.kind is not StepKind.ASK:
        raise CaseError(Saying("step %(step)s asks nothing; call it done, or skip it with a reason", step=event.step))
    if event.said not in asked.options:
        raise CaseError(
            Saying(
                "'%(said)s' is none of the answers; they are %(options)s",
                said=event.said,
                options=", ".join(asked.options),
            )
        )
    return _stepped(incident, event, StepState.DONE)


def _noted(incident: Incident, event: IncidentEvent) -> Incident:
    if not event.said.strip():
        raise CaseError("a note needs words")
    return incident


def _escalated(incident: Incident, event: IncidentEvent) -> Incident:
    one = incident.step(event.step)
    if one.escalated is not None:
        raise CaseError(Saying("that step %(number)s is late was told already", number=one.number))
    if not one.is_open or not one.is_late(event.at):
        raise CaseError(Saying("step %(number)s is not late", number=one.number))
    return _changed(incident, replace(one, escalated=event.at))


def _graded(incident: Incident, event: IncidentEvent) -> Incident:
    if event.said not in SEVERITIES:
        raise CaseError(
            Saying("'%(said)s' is no severity; they are %(grades)s", said=event.said, grades=", ".join(SEVERITIES))
        )
    if event.said == incident.severity:
        raise CaseError(Saying("it is graded as %(said)s already", said=event.said))
    if not event.why.strip():
        raise CaseError("another severity needs a reason; write down what changed")
    return replace(incident, severity=event.said)


def _stood_down(incident: Incident, event: IncidentEvent) -> Incident:
    left = [str(one.number) for one in incident.steps if one.is_open]
    if left:
        said = Saying.of(
            "step %(steps)s is still open; do or skip what is left, then stand down",
            "steps %(steps)s are still open; do or skip what is left, then stand down",
            len(left),
            steps=", ".join(left),
        )
        raise CaseError(said)
    if not event.why.strip():
        raise CaseError("to stand down needs a reason, such as what the figures say and who confirmed it")
    return replace(incident, until=event.at)


def _changed(incident: Incident, one: Progress) -> Incident:
    steps = tuple(one if other.number == one.number else other for other in incident.steps)
    return replace(incident, steps=steps)


_ACTS: Mapping[IncidentAct, Callable[[Incident, IncidentEvent], Incident]] = {
    IncidentAct.BEGUN: _begun,
    IncidentAct.DONE: _done,
    IncidentAct.SKIPPED: _skipped,
    IncidentAct.DECIDED: _decided,
    IncidentAct.NOTED: _noted,
    IncidentAct.ESCALATED: _escalated,
    IncidentAct.GRADED: _graded,
    IncidentAct.STOOD_DOWN: _stood_down,
}
