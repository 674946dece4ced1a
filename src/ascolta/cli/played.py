"""A drill as it is lived through: the alert, the plan's steps at the terminal, and the end."""

from collections.abc import Callable

from ascolta.cli.room import say
from ascolta.cli.sandbox import Sandbox
from ascolta.core.alert import AlertChange
from ascolta.core.incident import Incident, IncidentAct, IncidentEvent, StepState
from ascolta.core.meaning import sentence
from ascolta.core.plan import Plan, Step, StepKind, propose
from ascolta.errors import CaseError
from ascolta.incidents import accept, act, tick, words

Ask = Callable[[str], str]
"""Shows a question and gives what was typed."""


def played(here: Sandbox, plan: Plan, speed: float, whose: tuple[Ask, Callable[[], float]]) -> Incident:
    """Live through a plan in a sandbox: `whose` answers and whose clock, in seconds, times them."""
    ask, elapsed = whose
    change = here.until_alert()
    say(_alert(plan, here, change))
    here.run(speed, elapsed)
    incident = accept(here.room, here.brand, plan, change, ("the drill", here.clock()))
    say(f"\n{plan.title}: accepted. Owner: {plan.owner}; one real minute is {speed:g} of the plan.")
    for number, step in enumerate(plan.steps, 1):
        if incident.step(number).is_open and not _step(here, incident, number, ask):
            break
        if step.kind is StepKind.PAUSE and not incident.step(number).is_open:
            say(f"\n1. {step.name}: done at once, by accepting the plan.")
        incident = here.room.incidents.incident(incident.number)
    return _ended(here, incident.number)


def minutes(incident: Incident) -> list[float | None]:
    """Minutes after acceptance at which each step was done; None where it was skipped."""
    return [(one.at - incident.since) / 60 if one.state is StepState.DONE else None for one in incident.steps]


def _step(here: Sandbox, incident: Incident, number: int, ask: Ask) -> bool:
    """One step; False if the person ends the drill."""
    step = incident.step(number).step
    here.hear(here.clock())
    say(f"\n{number}. {step.name}  ({step.who}, within {step.term})\n   {step.do}")
    say(f"   {here.so_far()}")
    seen = _shown(here, incident, number)
    said = ask(f"   {_keys(step)} › ").strip()
    tick(here.room, [here.brand], here.clock())
    if said == "q":
        return False
    event = IncidentEvent(kind=IncidentAct.DONE, at=here.clock(), by="the drill", step=number)
    try:
        act(here.room, here.brand, incident.number, _event(event, step, said), seen)
    except CaseError as error:
        say(f"   It could not be done: {error}.")
        _skip(here, incident.number, number, str(error))
    return True


def _event(done: IncidentEvent, step: Step, said: str) -> IncidentEvent:
    """What a person typed, as what they did."""
    why = "skipped in the drill"
    if said == "s" or (step.kind is StepKind.ASK and not said):
        return IncidentEvent(kind=IncidentAct.SKIPPED, at=done.at, by=done.by, step=done.step, why=why)
    if step.kind is not StepKind.ASK:
        return done
    chosen = step.options[int(said) - 1] if said.isdecimal() and 0 < int(said) <= len(step.options) else said
    return IncidentEvent(
        kind=IncidentAct.DECIDED, at=done.at, by=done.by, step=done.step, said=chosen, why="decided in the drill"
    )


def _shown(here: Sandbox, incident: Incident, number: int) -> str:
    """Show what a step would say; the digest of what was shown."""
    step = incident.step(number).step
    if step.done_when:
        say(f"   done when: {step.done_when}")
    if not step.statement:
        return ""
    found = words(here.room, here.brand, incident, number, here.clock())
    for network, language, text in found.posts if not found.lacks else ():
        say(f"   {network + ' in ' if network else ''}{language}: {text}")
    return found.digest


def _keys(step: Step) -> str:
    if step.kind is not StepKind.ASK:
        return "Enter: done, s: skip, q: end"
    options = ", ".join(f"{number}: {option}" for number, option in enumerate(step.options, 1))
    return f"{options}, s: skip, q: end"


def _skip(here: Sandbox, incident: int, step: int, why: str) -> None:
    event = IncidentEvent(kind=IncidentAct.SKIPPED, at=here.clock(), by="the drill", step=step, why=why)
    act(here.room, here.brand, incident, event)


def _ended(here: Sandbox, number: int) -> Incident:
    """What is left is skipped, and the incident stood down, so that the review is whole."""
    for one in here.room.incidents.incident(number).steps:
        if one.is_open:
            _skip(here, number, one.number, "the drill was ended")
    over = IncidentEvent(kind=IncidentAct.STOOD_DOWN, at=here.clock(), by="the drill", why="the drill is over")
    return act(here.room, here.brand, number, over)


def _alert(plan: Plan, here: Sandbox, change: AlertChange | None) -> str:
    """What the detector saw of the made-up crisis, and whether it calls for this plan."""
    if change is None:
        return f"The detector raised no alert: {here.so_far()}. The plan is accepted by hand."
    meant = f" {sentence(change.risk)}" if change.risk is not None else ""
    found = propose(here.brand.plans, change)
    if plan.by_hand:
        return f"ALERT: {change.why}{meant} This plan is accepted by hand, whatever the alert proposes."
    if found is None or found.name != plan.name:
        other = f"'{found.name}'" if found else "no plan"
        return f"ALERT: {change.why}{meant} It proposes {other}; you drill '{plan.name}'."
    return f"ALERT: {change.why}{meant} It proposes this plan."
