"""plans/*.yaml: what to do when a risk is real."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ascolta.core.alert import ONCE_IN_DAYS
from ascolta.core.days import DAY
from ascolta.core.grading import ASKABLE, odd
from ascolta.core.plan import SEVERITIES, Plan, Step, StepKind
from ascolta.files.problem import Problem
from ascolta.files.reading import Value, read

KINDS = tuple(str(kind) for kind in StepKind)
BY_HAND = "by hand"
"""In place of a query: no alert proposes this plan, a person accepts it."""

OPTIONS = "options"
MAY = ("when", "severity", "stand_down", "escalate")


def load_plan(path: Path) -> Plan:
    """The plan in a file. Raises FileError."""
    value = read(path, "a plan")
    keys = value.mapping(("plan", "title", "owner", "steps"), MAY)
    steps = tuple(_step(item) for item in keys["steps"].items())
    if not steps:
        keys["steps"].fail("the plan has no steps; add what to do first")
    by_hand = "when" in keys and keys["when"].text() == BY_HAND
    when = keys["when"].query() if "when" in keys and not by_hand else None
    if when is not None and odd(when):
        known = ", ".join(f"{name}:" for name in ASKABLE)
        keys["when"].fail(f"'when', a plan can ask about {known} of an alert only")
    return Plan(
        name=keys["plan"].text(),
        title=keys["title"].text(),
        owner=keys["owner"].text(),
        steps=steps,
        when=when,
        severity=keys["severity"].one_of(SEVERITIES) if "severity" in keys else "warning",
        stand_down=keys["stand_down"].text() if "stand_down" in keys else "",
        escalate=keys["escalate"].text() if "escalate" in keys else "",
        by_hand=by_hand,
        line=value.line,
    )


def load_plans(folder: Path) -> tuple[Plan, ...]:
    """The plans of a folder, in order of file name; none if there is no folder. Raises FileError."""
    found: dict[str, Plan] = {}
    for path in sorted(folder.glob("*.yaml")):
        plan = load_plan(path)
        if plan.name in found:
            read(path, "a plan").fail(f"another plan is called '{plan.name}' too; give one another name")
        found[plan.name] = plan
    return tuple(found.values())


def plan_problems(path: str, plan: Plan) -> Iterator[Problem]:
    """What the author of a plan did not mean, though it can be read."""
    first = plan.steps[0]
    if plan.severity == "crisis" and first.kind is not StepKind.PAUSE:
        message = (
            f"plan '{plan.name}' is for a crisis, so its first step stops all speaking; put a step with "
            f"'kind: {StepKind.PAUSE}' above '{first.name}'"
        )
        yield Problem(path=path, line=first.line, severity="error", message=message)
    for step in plan.steps:
        if step.kind is StepKind.LOWER and step.once_in_days >= ONCE_IN_DAYS:
            message = (
                f"step '{step.name}' lowers nothing: an alarm is raised by what comes once in {ONCE_IN_DAYS:g} days as "
                "it is; write less, such as 1 d"
            )
            yield Problem(path=path, line=step.line, severity="error", message=message)
    seen: set[str] = set()
    for step in plan.steps:
        if step.name in seen:
            message = f"two steps are called '{step.name}'; nobody could tell them apart in a review"
            yield Problem(path=path, line=step.line, severity="warning", message=message)
        seen.add(step.name)


def _step(item: Value) -> Step:
    keys = item.mapping(("step", "who", "do", "within"), ("done_when", "kind", OPTIONS, *_NAMED))
    within = keys["within"].seconds() / 60
    if within <= 0:
        keys["within"].fail("'within' must be longer than nothing")
    kind, line, named = _kind(keys, item.line)
    return Step(
        name=keys["step"].text(),
        who=keys["who"].text(),
        do=keys["do"].text(),
        within=within,
        done_when=keys["done_when"].text() if "done_when" in keys else "",
        kind=kind,
        line=line,
        **named,
    )


def _kind(keys: dict[str, Value], line: int) -> tuple[StepKind, int, dict[str, Any]]:
    """What a step is, the line that says so, and the statement, scope, desk, line or options that it names."""
    said = StepKind(keys["kind"].one_of(KINDS)) if "kind" in keys else None
    named = [name for name in _NAMED if name in keys]
    if len(named) > 1:
        keys[named[1]].fail(f"one step does one thing; make two steps of '{named[0]}' and '{named[1]}'")
    if OPTIONS in keys:
        if named or said not in (None, StepKind.ASK):
            keys[OPTIONS].fail("only a question has options; take them out, or make a step of its own of them")
        return StepKind.ASK, keys[OPTIONS].line, {"options": _options(keys[OPTIONS])}
    if said in _NEEDS and not named:
        keys["kind"].fail(f"a step of kind {said} needs {_NEEDS[said]}")
    if not named:
        return said or StepKind.DO, keys["kind"].line if "kind" in keys else line, {}
    meant, read_named = _NAMED[named[0]]
    if said not in (None, meant):
        keys["kind"].fail(f"this step is of kind {meant} by what it names; leave out 'kind'")
    return meant, keys[named[0]].line, read_named(keys[named[0]])


def _options(value: Value) -> tuple[str, ...]:
    found = value.texts()
    if len(found) < 2:
        value.fail("a question has two options at the least, such as options: [answer, keep silent]")
    if len(set(found)) < len(found):
        value.fail("two options are the same; take one out")
    return found


def _briefs(value: Value) -> dict[str, Any]:
    inside = value.mapping(("scope", "statement"), ("topic",))
    return {name: found.text() for name, found in inside.items()}


def _lowers(value: Value) -> dict[str, Any]:
    days = value.seconds() / DAY
    if days <= 0:
        value.fail(f"{value.what} must be longer than nothing; 1 d raises an alarm by what comes once a day")
    return {"once_in_days": days}


_NAMED: dict[str, tuple[StepKind, Callable[[Value], dict[str, Any]]]] = {
    "publish": (StepKind.STATEMENT, lambda value: {"statement": value.text()}),
    "brief-advocates": (StepKind.ADVOCATES, _briefs),
    "notify": (StepKind.NOTIFY, lambda value: {"desk": value.text()}),
    "lower-thresholds": (StepKind.LOWER, _lowers),
}
"""Keys that say by themselves what a step is."""

_NEEDS = {
    StepKind.ASK: "'options', such as options: [answer, keep silent]",
    StepKind.NOTIFY: "'notify' in place of 'kind', with the name of a desk",
    StepKind.LOWER: "'lower-thresholds' in place of 'kind', such as lower-thresholds: 1 d",
}
"""Kinds that are nothing without what they name. The others are done by people where they name nothing."""
