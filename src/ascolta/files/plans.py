"""plans/*.yaml: what to do when a risk is real."""

from pathlib import Path

from ascolta.core.plan import Plan, Step, StepKind
from ascolta.core.terms import fields_of
from ascolta.files.reading import Value, read

SEVERITIES = ("watch", "warning", "crisis")
KINDS = tuple(str(kind) for kind in StepKind)
PUBLISH, BRIEF = "publish", "brief-advocates"


def load_plan(path: Path) -> Plan:
    """The plan in a file. Raises FileError."""
    value = read(path, "a plan")
    keys = value.mapping(("plan", "title", "owner", "steps"), ("when", "severity", "stand_down"))
    steps = tuple(_step(item) for item in keys["steps"].items())
    if not steps:
        keys["steps"].fail("the plan has no steps; add what to do first")
    when = keys["when"].query() if "when" in keys else None
    if when is not None and not fields_of(when) <= {"stream", "state", "brand"}:
        keys["when"].fail("'when', a plan can ask about stream:, state: and brand: of an alert only")
    return Plan(
        name=keys["plan"].text(),
        title=keys["title"].text(),
        owner=keys["owner"].text(),
        steps=steps,
        when=when,
        severity=keys["severity"].one_of(SEVERITIES) if "severity" in keys else "warning",
        stand_down=keys["stand_down"].text() if "stand_down" in keys else "",
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


def _step(item: Value) -> Step:
    keys = item.mapping(("step", "who", "do", "within"), ("done_when", "kind", PUBLISH, BRIEF))
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


def _kind(keys: dict[str, Value], line: int) -> tuple[StepKind, int, dict[str, str]]:
    """What a step is, the line that says so, and the statement, scope and topic that it names."""
    said = StepKind(keys["kind"].one_of(KINDS)) if "kind" in keys else None
    if PUBLISH in keys and BRIEF in keys:
        keys[BRIEF].fail("one step publishes or briefs; make two steps of it")
    if PUBLISH in keys:
        found, meant, named = keys[PUBLISH], StepKind.STATEMENT, {"statement": keys[PUBLISH].text()}
    elif BRIEF in keys:
        inside = keys[BRIEF].mapping(("scope", "statement"), ("topic",))
        found, meant, named = keys[BRIEF], StepKind.ADVOCATES, {name: value.text() for name, value in inside.items()}
    else:
        return said or StepKind.DO, line, {}
    if said not in (None, meant):
        keys["kind"].fail(f"this step is of kind {meant} by what it names; leave out 'kind'")
    return meant, found.line, named
