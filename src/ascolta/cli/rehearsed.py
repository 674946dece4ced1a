"""What the steps of a plan that publish or brief would do, said in a drill: nothing goes out and nobody is named."""

import time
from pathlib import Path

from ascolta import bootstrap
from ascolta.briefing import Order, chosen
from ascolta.cli.owned import Opened, is_store, opened
from ascolta.core.advocate import Wanted
from ascolta.core.plan import Plan, Step, StepKind
from ascolta.core.statement import Statement, StatementState
from ascolta.files.statements import load_statements
from ascolta.files.voiced import as_it_stands

OUT = (StatementState.RELEASED, StatementState.PUBLISHED)
READY = (StatementState.APPROVED, *OUT)


def rehearsed(plan: Plan, folder: Path, store: Path | None) -> list[str]:
    """One sentence for each step that publishes or briefs, empty for the others. Raises FileError."""
    named = [step for step in plan.steps if step.statement or step.scope]
    if not named or not (folder / "brand.yaml").is_file():
        return [_alone(step) for step in plan.steps]
    missing = as_it_stands(plan, folder)
    place = store or folder / bootstrap.STORE
    if not is_store(place):
        return [fault or _alone(step) for step, fault in zip(plan.steps, missing, strict=True)]
    with opened(folder, place) as ours:
        statements = load_statements(ours.folder)
        return [fault or _would(ours, step, statements) for step, fault in zip(plan.steps, missing, strict=True)]


def _alone(step: Step) -> str:
    """What can be said without a store."""
    if step.kind is StepKind.ADVOCATES and step.scope:
        return f"would brief those who agreed to '{step.scope}'; there is no store here, so nobody can be counted"
    return f"would publish '{step.statement}'" if step.statement else ""


def _would(ours: Opened, step: Step, statements: dict[str, Statement]) -> str:
    if not step.statement:
        return ""
    statement = statements[step.statement]
    edition = ours.statements.edition(ours.brand.id, statement.name)
    approved = "approved" if edition.state in READY else f"{edition.state}, so it could not go out yet"
    if not step.scope and edition.state in OUT:
        approved = "out since an earlier time, so it has to be prepared anew"
    if not step.scope:
        places = len(statement.outlets)
        return f"would publish '{statement.name}' in {places} place{'s'[: places != 1]}; it is {approved}"
    scope = ours.helping.scopes[step.scope]
    wanted = Wanted(scope=scope, about=f"{statement.name} {edition.number}", topic=step.topic or statement.topic)
    order = Order(brand=ours.brand, wanted=wanted, statement=statement.text, by="")
    people = len(chosen(ours.store, ours.advocates, order, time.time()))
    whom = f"{people} {'person' if people == 1 else 'people'}"
    return f"would brief {whom} with '{statement.name}', which is {approved}"
