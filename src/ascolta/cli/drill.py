"""`ascolta drill`: walk through a plan before it is needed."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ascolta.cli.listen import StoreFolder
from ascolta.cli.rehearsed import rehearsed
from ascolta.cli.show import Json, out, say_json
from ascolta.core.plan import Drill, Plan, drill
from ascolta.files.plans import load_plan

app = typer.Typer(add_completion=False)


@app.command()
def walk(
    plan: Annotated[Path, typer.Argument(help="A plan's file, such as examples/acme/plans/outage.yaml.")],
    speed: Annotated[float, typer.Option(min=0.1, help="How many minutes of the plan pass in one real minute.")] = 60.0,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Walk without asking: each step takes as long as it may.")
    ] = False,
    store: StoreFolder = None,
    as_json: Json = False,
) -> None:
    """Walk through a plan, step by step, with its clock running; say which steps were late.

    Press Enter when a step is done, s to skip it, q to end. Steps that publish or brief are only rehearsed: it says
    whether what they name is there and approved, and how many people would be briefed, as a number. Exit code 1 if a
    step was late or skipped.
    """
    found = load_plan(plan)
    notes = rehearsed(found, plan.resolve().parent.parent, store)
    asking = not yes and not as_json and sys.stdin.isatty()
    result = drill(found, _asked(found, speed, notes) if asking else [step.within for step in found.steps])
    if as_json:
        say_json(_told(result, notes))
    else:
        out.print(_table(result, timed=asking))
        for number, note in enumerate(notes, 1):
            if note:
                out.print(f"{number}. {note}", markup=False, soft_wrap=True)
        _close(result)
    if not result.passed:
        raise typer.Exit(1)


def _asked(plan: Plan, speed: float, notes: list[str]) -> list[float | None]:
    """Minutes of the plan's clock at which each step ended, as a person says."""
    out.print(f"[bold]{plan.title}[/]  owner: {plan.owner}; one real minute is {speed:g} of the plan\n")
    start = time.monotonic()
    ends: list[float | None] = []
    for number, step in enumerate(plan.steps, 1):
        out.print(f"[bold]{number}. {step.name}[/]  ({step.who}, within {step.within:g} min)\n   {step.do}")
        if notes[number - 1]:
            out.print(f"   {notes[number - 1]}", markup=False)
        if step.done_when:
            out.print(f"   [dim]done when: {step.done_when}[/]")
        said = out.input("   Enter: done, s: skip, q: end › ").strip().lower()
        if said == "q":
            return [*ends, *[None] * (len(plan.steps) - len(ends))]
        ends.append(None if said == "s" else (time.monotonic() - start) / 60 * speed)
    return ends


def _table(result: Drill, *, timed: bool) -> Table:
    title = result.plan.title if timed else f"{result.plan.title} (walked without a clock)"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("step", "who", "within", "ended" if timed else "", ""):
        table.add_column(heading)
    for number, done in enumerate(result.steps, 1):
        ended = "skipped" if done.minutes is None else f"{done.minutes:.0f} min"
        mark = "[red]late[/]" if done.late else "[green]in time[/]"
        step = done.step
        table.add_row(
            f"{number}. {step.name}", step.who, f"{step.within:g} min", *((ended, mark) if timed else ("", ""))
        )
    return table


def _close(result: Drill) -> None:
    slowest = result.slowest
    if slowest is not None and slowest.minutes is not None and slowest.minutes != slowest.step.within:
        out.print(f"\nSlowest: {slowest.step.name}, {slowest.minutes:.0f} of {slowest.step.within:g} min.")
    if result.plan.stand_down:
        out.print(f"Stand down: {result.plan.stand_down}", markup=False)


def _told(result: Drill, notes: list[str]) -> dict[str, Any]:
    steps = [
        {
            "name": d.step.name,
            "who": d.step.who,
            "within": d.step.within,
            "minutes": d.minutes,
            "late": d.late,
            **({"would": note} if note else {}),
        }
        for d, note in zip(result.steps, notes, strict=True)
    ]
    return {"plan": result.plan.name, "title": result.plan.title, "passed": result.passed, "steps": steps}
