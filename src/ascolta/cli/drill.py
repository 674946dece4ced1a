"""`ascolta drill`: live through a plan before it is needed."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import is_store
from ascolta.cli.played import minutes, played
from ascolta.cli.rehearsed import rehearsed
from ascolta.cli.room import say
from ascolta.cli.sandbox import sandbox
from ascolta.cli.show import Json, out, say_json
from ascolta.core.mention import TICK
from ascolta.core.paper import html, markdown
from ascolta.core.plan import Drill, Plan, drill, remembered
from ascolta.errors import AscoltaError
from ascolta.files.brands import load_brand
from ascolta.files.plans import load_plan
from ascolta.incidents import reviewed
from ascolta.stores.incidents import Incidents

app = typer.Typer(add_completion=False)


@app.command()
def walk(
    plan: Annotated[Path, typer.Argument(help="A plan's file, such as examples/acme/plans/outage.yaml.")],
    speed: Annotated[float, typer.Option(min=0.1, help="How many minutes of the plan pass in one real minute.")] = 60.0,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Walk without asking: each step takes as long as it may.")
    ] = False,
    store: StoreFolder = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another number is another crisis.")] = 1,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the review here: .md or .html.", metavar="FILE")
    ] = None,
    as_json: Json = False,
) -> None:
    """Live through a plan, step by step, in a made-up crisis with the clock running; say which steps were late.

    The crisis is replayed into a copy of the brand: posts that nobody wrote are heard, the alert comes, you accept the
    plan and do its steps. Statements go out in the copy only, and advocates are counted, not written to. Press Enter
    when a step is done, s to skip it, q to end. How long each step took is kept in the brand's store and shows on the
    desk. Exit code 1 if a step was late or skipped. With --yes nothing is played; it says what the steps would do.
    """
    found, folder = load_plan(plan), plan.resolve().parent.parent
    notes = rehearsed(found, folder, store)
    asking = not yes and not as_json and sys.stdin.isatty()
    if report is not None and not (asking and report.suffix in (".md", ".html")):
        raise AscoltaError("--report writes a .md or .html file after a drill at a terminal, without --yes and --json")
    result = _played(found, folder, (store, seed, speed), report) if asking else _walked(found)
    if as_json:
        say_json(_told(result, notes))
    else:
        out.print(_table(result, timed=asking))
        for number, note in enumerate(notes, 1):
            if note:
                out.print(f"{number}. {note}", markup=False)
        _close(result)
    if not result.passed:
        raise typer.Exit(1)


def _walked(plan: Plan) -> Drill:
    """Every step as long as it may take."""
    return drill(plan, [step.within for step in plan.steps])


def _played(plan: Plan, folder: Path, how: tuple[Path | None, int, float], report: Path | None) -> Drill:
    """The plan in a made-up crisis, as a person at the terminal lives through it; what is kept of it is kept."""
    store, seed, speed = how
    if not (folder / "brand.yaml").is_file():
        raise AscoltaError(f"{folder}: there is no brand.yaml here; a drill needs the plan in its brand's folder")
    began = time.time() // TICK * TICK
    say("A made-up crisis is being laid out …")
    with sandbox(folder, plan, store, seed, began) as here:
        incident = played(here, plan, speed, (out.input, time.monotonic))
        if report is not None:
            paper = reviewed(here.room, here.brand, incident, here.clock())
            report.write_text((html if report.suffix == ".html" else markdown)(paper), encoding="utf-8")
            say(f"The review is in {report}")
    result = drill(plan, minutes(incident))
    _keep(folder, store, result, (began, speed))
    return result


def _keep(folder: Path, store: Path | None, result: Drill, when: tuple[float, float]) -> None:
    """Keep how it went with the brand's store, where there is one."""
    place = store or folder / bootstrap.STORE
    if not is_store(place):
        say("There is no store here, so how it went is not kept.")
        return
    kept = bootstrap.store(place)
    incidents = Incidents(place, kept.journal)
    try:
        incidents.drilled(load_brand(folder).id, remembered(result, *when))
    finally:
        incidents.close()
        kept.close()


def _table(result: Drill, *, timed: bool) -> Table:
    title = result.plan.title if timed else f"{result.plan.title} (walked without a clock)"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("step", "who", "within", "ended" if timed else "", ""):
        table.add_column(heading)
    for number, done in enumerate(result.steps, 1):
        ended = "skipped" if done.minutes is None else f"{done.minutes:.0f} min"
        mark = "[red]late[/]" if done.late else "[green]in time[/]"
        step = done.step
        table.add_row(f"{number}. {step.name}", step.who, step.term, *((ended, mark) if timed else ("", "")))
    return table


def _close(result: Drill) -> None:
    slowest = result.slowest
    if slowest is not None and slowest.minutes is not None and slowest.minutes != slowest.step.within:
        out.print(f"\nSlowest: {slowest.step.name}, {slowest.minutes:.0f} of {slowest.step.within:g} min.")
    if result.plan.stand_down:
        out.print(f"Stand down: {result.plan.stand_down}", markup=False)


def _told(result: Drill, notes: Sequence[str]) -> dict[str, Any]:
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
