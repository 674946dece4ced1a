"""What `ascolta check` says of desks: which has no clock, which clock nobody uses, where one person alone approves."""

from collections.abc import Iterator
from pathlib import Path

from ascolta.core.brand import Brand
from ascolta.core.etiquette import OPTED_OUT, Action
from ascolta.core.hours import ANSWERED
from ascolta.core.query import field
from ascolta.core.reach import decides
from ascolta.files.problem import Problem

SAID = {"complaint": "complaints", "negative": "negative mentions"}


def desk_problems(brand: Brand, folder: Path) -> Iterator[Problem]:
    """Problems of the desks of brand.yaml and etiquette.yaml with each other."""
    yield from _without_clock(brand, folder)
    used = {OPTED_OUT.desk, *(rule.desk for rule in brand.etiquette.rules if rule.then is not Action.SILENCE)}
    for clock in brand.desks:
        if clock.desk not in used:
            message = (
                f"desk '{clock.desk}' has a clock, but no rule brings it a case; rules use {', '.join(sorted(used))}"
            )
            yield _warning(folder / "brand.yaml", clock.line, message)
    yield from _approved_by_one(brand, folder)


def _without_clock(brand: Brand, folder: Path) -> Iterator[Problem]:
    """Desks that rules name and that have no clock while others have."""
    seen = {clock.desk for clock in brand.desks}
    for rule in brand.etiquette.rules if brand.desks else ():
        if rule.then is not Action.SILENCE and rule.desk not in seen:
            seen.add(rule.desk)
            message = (
                f"rule '{rule.name}' brings cases to the desk '{rule.desk}', which has no clock while others have; "
                "describe it under 'desks' in brand.yaml"
            )
            own = (folder / "etiquette.yaml").exists()
            path, line = ("etiquette.yaml", rule.line) if own else ("brand.yaml", brand.desks[0].line)
            yield _warning(folder / path, line, message)


def _approved_by_one(brand: Brand, folder: Path) -> Iterator[Problem]:
    """Rules by which one person alone lets an answer to a complaint or a negative mention go out."""
    rules = brand.etiquette.rules
    for place, rule in enumerate(rules):
        if rule.then is Action.SILENCE or rule.approve > 1:
            continue
        found = [SAID[name] for name, label in ANSWERED.items() if decides(rules, place, field(*label))]
        if found:
            message = (
                f"rule '{rule.name}' lets one person approve answers to {' and '.join(found)}; "
                "add approve: two, or a rule above it that has it"
            )
            yield _warning(folder / "etiquette.yaml", rule.line, message)


def _warning(path: Path, line: int, message: str) -> Problem:
    return Problem(path=str(path), line=line, severity="warning", message=message)
