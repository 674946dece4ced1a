"""What `ascolta check` says of prepared statements, of what advocates may be asked, and of plan steps that use them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ascolta.core.advocate import Scope
from ascolta.core.brand import Brand
from ascolta.core.days import DAY, day_of
from ascolta.core.drafting.fact import Facts as AllFacts
from ascolta.core.length import too_long
from ascolta.core.plan import Plan, Step
from ascolta.core.prepared import faults
from ascolta.core.request import question
from ascolta.core.statement import Facts, Statement, approved
from ascolta.files.facts import FILE as FACTS
from ascolta.files.facts import load_facts
from ascolta.files.helping import FILE, Helping, load_helping
from ascolta.files.plans import load_plan, plan_problems
from ascolta.files.problem import Problem
from ascolta.files.statements import load_statements


def approved_facts(folder: Path, at: float) -> Facts:
    """The facts of a brand's folder that hold at a time; none if it has no such file. Raises FileError."""
    path = folder / FACTS
    return approved(load_facts(path) if path.exists() else AllFacts(), at)


def voiced(brand: Brand, folder: Path, today: date) -> Iterator[Problem]:
    """Problems in statements/, advocates.yaml, and the steps of plans/ that publish or brief. Raises FileError."""
    now = day_of(today.year, today.month, today.day) * DAY
    statements, helping = load_statements(folder), load_helping(folder)
    for statement in statements.values():
        facts = approved_facts(folder, max(now, statement.not_before or 0.0))
        yield from _statement(brand, statement, facts, now)
    for scope in helping.scopes.values():
        yield from _scope(brand, folder, scope, helping)
    for path in sorted((folder / "plans").glob("*.yaml")):
        plan = load_plan(path)
        yield from plan_problems(str(path), plan)
        for step in plan.steps:
            yield from _step(str(path), step, statements, helping)


def as_it_stands(plan: Plan, folder: Path) -> list[str]:
    """For each step of a plan, what is missing of what it names; empty where nothing is. Raises FileError."""
    statements, helping = load_statements(folder), load_helping(folder)
    return ["; ".join(one.message for one in _step("", step, statements, helping)) for step in plan.steps]


def _statement(brand: Brand, statement: Statement, facts: Facts, now: float) -> Iterator[Problem]:
    for fault in faults(statement, facts, brand.handles, now):
        line = statement.lines.get(fault.language, statement.line)
        where = f" in '{fault.language}'" if fault.language else ""
        message = f"statement '{statement.name}'{where}: {fault.message}"
        yield Problem(path=statement.path, line=line, severity=fault.severity, message=message)


def _scope(brand: Brand, folder: Path, scope: Scope, helping: Helping) -> Iterator[Problem]:
    path, called = str(folder / FILE), {topic.name for topic in brand.topics}
    for topic in scope.topics:
        if topic not in called:
            message = f"scope '{scope.name}': brand.yaml has no topic '{topic}'; nobody could be briefed about it"
            yield Problem(path=path, line=scope.line, severity="error", message=message)
    for language in scope.purpose:
        wording = " ".join(question(scope, helping.words, language, brand.name, 0.0))
        for network in scope.networks:
            if over := too_long(wording, network):
                message = (
                    f"scope '{scope.name}': its question in '{language}' is {over} characters too long for {network}"
                )
                yield Problem(path=path, line=scope.line, severity="error", message=message)


def _step(path: str, step: Step, statements: dict[str, Statement], helping: Helping) -> Iterator[Problem]:
    if step.statement and step.statement not in statements:
        known = f"known are {', '.join(statements)}" if statements else "there is none in statements/ yet"
        message = f"step '{step.name}' names the statement '{step.statement}', which is not there; {known}"
        yield Problem(path=path, line=step.line, severity="error", message=message)
    if not step.scope:
        return
    scope = helping.scopes.get(step.scope)
    if scope is None:
        known = f"known are {', '.join(helping.scopes)}" if helping.scopes else f"there is none in {FILE} yet"
        message = f"step '{step.name}' names the scope '{step.scope}', which is not there; {known}"
        yield Problem(path=path, line=step.line, severity="error", message=message)
        return
    statement = statements.get(step.statement)
    topic = step.topic or (statement.topic if statement else "")
    if scope.topics and topic not in scope.topics:
        what = f"'{topic}' is none of the topics" if topic else "it names no topic, and there are topics"
        message = f"step '{step.name}': {what} of scope '{scope.name}', so it would brief nobody; add topic:"
        yield Problem(path=path, line=step.line, severity="error", message=message)
    if statement and statement.next_update:
        message = f"step '{step.name}': '{step.statement}' promises an update, so nobody is asked to pass it on"
        yield Problem(path=path, line=step.line, severity="error", message=message)
    missing = sorted(set(scope.purpose) - set(statement.text)) if statement else []
    if missing:
        message = (
            f"step '{step.name}': '{step.statement}' has no words in {', '.join(missing)}, so some are not briefed"
        )
        yield Problem(path=path, line=step.line, severity="warning", message=message)
