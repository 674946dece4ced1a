"""The review of an incident: what the detector saw, what was done when, what was late, what was decided and why.

Times are UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ascolta.core.alert import AlertChange, State
from ascolta.core.days import DAY, written
from ascolta.core.incident import Incident, IncidentAct, IncidentEvent, Progress, StepState
from ascolta.core.meaning import sentence
from ascolta.core.paper import Heading, Paper, Paragraph, Part, Points, Table
from ascolta.core.saying import Saying

HOUR = 3_600.0
BEFORE = 6 * HOUR
"""So much of what came before its acceptance belongs to a review, in seconds."""

QUESTIONS = (
    "What did we know late, and who knew it earlier?",
    "Which step would nobody have missed, and which one was missing?",
    "What do we change in the plan, and who does it by when?",
)
"""What the people who were there answer; nothing of it can be counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What was heard in one hour: when it began, how many mentions, how many complaints among them."""

    at: float
    mentions: int
    complaints: int


def review(incident: Incident, brand: str, changes: Sequence[AlertChange], hours: Sequence[Hour], at: float) -> Paper:
    """The review of an incident as it stands at a time; `brand` is how the brand is called.

    `changes` and `hours` are what the detector said and what was heard around it (see `span`).
    """
    parts = [
        *_summary(incident, brand, at),
        *_seen(incident, changes, hours),
        *_steps(incident, at),
        *_late(incident, at),
        *_decisions(incident),
        *_timeline(incident, changes),
        Heading(text="For those who were there"),
        Points(items=QUESTIONS),
    ]
    return Paper(title=f"Incident {incident.number}: {incident.begun.title}", parts=tuple(parts))


def span(incident: Incident, at: float) -> tuple[float, float]:
    """From when until when a review looks at what was heard: whole hours around the incident."""
    first = min(incident.since, incident.begun.alarm.at if incident.begun.alarm else incident.since) - BEFORE
    last = incident.until if incident.until is not None else at
    return first // HOUR * HOUR, (last // HOUR + 1) * HOUR


def _summary(incident: Incident, brand: str, at: float) -> Iterator[Part]:
    begun, until = incident.begun, incident.until
    rows = [
        ("Brand", brand),
        ("Plan", begun.plan),
        ("Owner", begun.owner),
        ("Severity", _severity(incident)),
        ("Accepted", f"{_moment(incident.since)} by {incident.accepted_by}{_after_alarm(incident)}"),
        ("Stood down", f"{_moment(until)} by {_by(incident)}" if until is not None else "not yet"),
        ("Lasted", _length((until if until is not None else at) - incident.since)),
    ]
    yield Table(head=("", ""), rows=tuple(rows))
    if until is not None:
        why = next(one.why for one in reversed(incident.events) if one.kind is IncidentAct.STOOD_DOWN)
        yield Paragraph(text=f"Stood down because: {why}")


def _seen(incident: Incident, changes: Sequence[AlertChange], hours: Sequence[Hour]) -> Iterator[Part]:
    yield Heading(text="What the detector saw")
    alarm = incident.begun.alarm
    if alarm is None:
        yield Paragraph(text="No alert proposed this plan; a person accepted it by hand.")
    if changes:
        rows = ((_moment(one.at), _stands(one), one.stream, _rarity(one), one.why) for one in changes)
        yield Table(head=("when", "state", "stream", "once in days", "why"), rows=tuple(rows), right=(3,))
        meant = [f"{_moment(one.at)}: {sentence(one.risk)}" for one in changes if one.risk is not None]
        if meant:
            yield Paragraph(text="What kind of risk it was told to be:")
            yield Points(items=tuple(meant))
    elif alarm is not None:
        yield Paragraph(text=" ".join(one for one in (f"{_moment(alarm.at)}: {alarm.why}", alarm.meant) if one))
    else:
        yield Paragraph(text="It saw nothing unusual in that time.")
    if hours:
        figures = ((_moment(one.at), str(one.mentions), str(one.complaints)) for one in hours)
        yield Paragraph(text="Exact counts, for those who work here; figures that are passed on carry noise.")
        yield Table(head=("hour from", "mentions", "complaints"), rows=tuple(figures), right=(1, 2))


def _stands(change: AlertChange) -> str:
    """The state, with the grade of an alert."""
    return f"{change.new}, {change.risk.grade}" if change.risk is not None and change.risk.grade else str(change.new)


def _rarity(change: AlertChange) -> str:
    return "" if change.new is State.CALM else f"{change.once_in_days:.0f}"


def _steps(incident: Incident, at: float) -> Iterator[Part]:
    yield Heading(text="The steps")
    rows = []
    for one in incident.steps:
        took = "" if one.is_open else _minutes(one.at - incident.since)
        late = f"late by {_minutes(_over(one, at))}" if one.is_late(at) else ""
        state = late or str(one.state)
        rows.append(
            (f"{one.number}. {one.step.name}", one.step.who, _minutes(60 * one.step.within), took, state, one.by)
        )
    yield Table(head=("step", "for", "within", "took", "", "by"), rows=tuple(rows), right=(2, 3))


def _late(incident: Incident, at: float) -> Iterator[Part]:
    late = sorted((one for one in incident.steps if one.is_late(at)), key=lambda one: -_over(one, at))
    skipped = [one for one in incident.steps if one.state is StepState.SKIPPED]
    yield Heading(text="Delays")
    if not late and not skipped:
        going = any(one.is_open for one in incident.steps)
        yield Paragraph(text="Nothing is late so far." if going else "Every step was done within its time.")
        return
    said = [
        f"{one.number}. {one.step.name}: {_minutes(_over(one, at))} over its {_minutes(60 * one.step.within)}"
        + (f"; told as late at {_moment(one.escalated)}" if one.escalated is not None else "")
        + ("; still open" if one.is_open else "")
        for one in late
    ]
    said += [f"{one.number}. {one.step.name}: skipped by {one.by}, because: {one.why}" for one in skipped]
    yield Points(items=tuple(said))


def _decisions(incident: Incident) -> Iterator[Part]:
    yield Heading(text="Decisions")
    kinds = (IncidentAct.DECIDED, IncidentAct.GRADED)
    rows = tuple(
        (_moment(one.at), _decided(incident, one), one.why, one.by) for one in incident.events if one.kind in kinds
    )
    if rows:
        yield Table(head=("when", "what", "why", "by"), rows=rows)
    else:
        yield Paragraph(text="None was written down.")


def _decided(incident: Incident, event: IncidentEvent) -> str:
    if event.kind is IncidentAct.GRADED:
        return f"Severity: {event.said}"
    return f"{incident.step(event.step).step.name} {event.said}" if event.step else event.said


def _timeline(incident: Incident, changes: Sequence[AlertChange]) -> Iterator[Part]:
    yield Heading(text="Timeline")
    told = [(one.at, f"{_state(one)} {one.why}", "the detector") for one in changes]
    told += [(one.at, line(incident, one), one.by) for one in incident.events]
    rows = sorted(told, key=lambda one: one[0])
    yield Table(head=("when", "what", "by"), rows=tuple((_moment(when), what, who) for when, what, who in rows))


def _state(change: AlertChange) -> str:
    if change.new is State.CALM:
        return "Calm again."
    return "Alert." if change.begins else "Alert still."


def line(incident: Incident, event: IncidentEvent) -> str:
    """What happened, for the timeline."""
    return " ".join(lines(incident, event))


def lines(incident: Incident, event: IncidentEvent) -> list[str]:
    """The same, sentence by sentence; what people said stands among them as they said it."""
    name = incident.step(event.step).step.name if event.step else ""
    because = Saying("Because: %(reason)s", reason=event.why) if event.why else ""
    match event.kind:
        case IncidentAct.ACCEPTED:
            said: list[str] = [Saying("The plan '%(plan)s' was accepted.", plan=incident.begun.plan)]
        case IncidentAct.BEGUN:
            said = [Saying("Began '%(step)s'.", step=name)]
        case IncidentAct.DONE:
            said = [Saying("Done: '%(step)s'.", step=name), event.said, because]
        case IncidentAct.SKIPPED:
            said = [Saying("Skipped: '%(step)s'.", step=name), because]
        case IncidentAct.DECIDED:
            said = [_decision(name, event.said), because]
        case IncidentAct.NOTED:
            said = [Saying("Noted: %(said)s", said=event.said)]
        case IncidentAct.ESCALATED:
            said = [Saying("Late: %(said)s", said=event.said)]
        case IncidentAct.GRADED:
            said = [Saying("Graded as %(grade)s.", grade=event.said), because]
        case IncidentAct.STOOD_DOWN:
            said = [Saying("Stood down."), because]
    return [one for one in said if one]


def _decision(name: str, said: str) -> str:
    return (
        Saying("Decided: '%(step)s': %(said)s.", step=name, said=said)
        if name
        else Saying("Decided: %(said)s.", said=said)
    )


def _severity(incident: Incident) -> str:
    first = incident.begun.severity
    return first if incident.severity == first else f"{incident.severity} (first {first})"


def _by(incident: Incident) -> str:
    return next((one.by for one in reversed(incident.events) if one.kind is IncidentAct.STOOD_DOWN), "")


def _after_alarm(incident: Incident) -> str:
    alarm = incident.begun.alarm
    return f", {_minutes(incident.since - alarm.at)} after the alert" if alarm is not None else ""


def _over(one: Progress, at: float) -> float:
    return (at if one.is_open else one.at) - one.due


def _minutes(seconds: float) -> str:
    """A length of time as plans write it: 25 min, 2 h 5 min."""
    minutes = max(0, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _length(seconds: float) -> str:
    days, rest = divmod(max(0.0, seconds), DAY)
    return f"{days:.0f} d {_minutes(rest)}" if days else _minutes(rest)


def _moment(at: float) -> str:
    day, rest = divmod(int(at), DAY)
    return f"{written('date', day)} {rest // 3600:02}:{rest // 60 % 60:02}"
