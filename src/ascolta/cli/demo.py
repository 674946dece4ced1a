"""`ascolta demo`: live through a brand's day in the terminal."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from ascolta import bootstrap
from ascolta.cli.daylight import Day, screen
from ascolta.cli.listen import told_tally
from ascolta.cli.show import STYLES, Json, out, percent, say_json, tell
from ascolta.core.alert import AlertChange, State
from ascolta.core.case import Status
from ascolta.core.days import iso
from ascolta.core.meaning import sentence
from ascolta.core.study import figure
from ascolta.figures import Figures
from ascolta.listen import listen
from ascolta.ports import Store
from ascolta.watch import Around, watch

app = typer.Typer(add_completion=False)

AT_ONCE = 12
"""Posts in one frame."""


@app.command()
def demo(
    plain: Annotated[bool, typer.Option("--plain", help="Print only the summary.")] = False,
    seconds: Annotated[float, typer.Option(min=0.0, max=3600.0, help="How long the day takes on the screen.")] = 20.0,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the store in this folder, to look at it afterwards.", metavar="DIR")
    ] = None,
    as_json: Json = False,
) -> None:
    """Watch Ascolta live through a day of a fictional airline's public talk: about 1,500 posts, one crisis.

    The day runs through the real thing: the same files, rules, store and detector that you would use.
    """
    folder = bootstrap.example()
    heard_by = bootstrap.found(folder)
    with _somewhere(keep) as place:
        store = bootstrap.store(place, "")
        figures = bootstrap.figures(place, store.journal)
        try:
            quiet = plain or as_json or not out.is_terminal
            day = _play(heard_by, store, figures, 0.0 if quiet else seconds)
            told = _told(day, store)
        finally:
            figures.close()
            store.close()
    if as_json:
        say_json(told)
    else:
        _print(told, day)
        _next(folder, keep)


@contextlib.contextmanager
def _somewhere(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="ascolta-demo-") as place:
        yield Path(place)


def _play(heard_by: bootstrap.Found, store: Store, figures: Figures, seconds: float) -> Day:
    brands = heard_by.brands
    reading = bootstrap.Reading(tell=tell, batch=AT_ONCE)
    source = bootstrap.sources(heard_by, [], reading)[0]
    brand = next(iter(brands))
    day = Day(name=brand.name, whole=source.total() or 1)
    shown = Live(console=out, auto_refresh=False) if seconds else contextlib.nullcontext()
    voices = bootstrap.voices()
    around = Around(voices=voices, brands=brands)
    with shown as live:
        for heard in listen(source, brands, store, figures):
            began = time.monotonic()
            share = source.heard(heard.cursor) / day.whole - day.share
            voices.hear(heard, brands.by_id)
            day.hear(heard, share, watch(store, brand, heard.newest, around=around))
            if live is not None:
                live.update(screen(day, store.cases(brand.id), out.size), refresh=True)
                time.sleep(max(0.0, share * seconds - (time.monotonic() - began)))
    return day


def _told(day: Day, store: Store) -> dict[str, Any]:
    cases = store.cases()
    sealed = sum(case.status is Status.SEALED for case in cases)
    tally = told_tally(day.tally)
    return {
        **{key: tally[key] for key in ("posts", "mentions", "decisions")},
        "cases": len(cases) - sealed,
        "sealed": sealed,
        "removals": tally["removals"],
        "alerts": [_alert(change) for change, _ in day.changes if change.new is not State.CALM],
        "plan": next((plan.name for _, plan in day.changes if plan is not None), None),
    }


def _alert(change: AlertChange) -> dict[str, Any]:
    return {
        "at": iso(change.at),
        "brand": change.brand,
        "stream": change.stream,
        "state": change.new,
        "once_in_days": round(change.once_in_days, 1),
        "why": change.why,
        "risk": change.risk,
    }


def _print(told: dict[str, Any], day: Day) -> None:
    out.print(f"\n[bold]{day.name}, one day[/]: {told['posts']:,} posts heard, {told['mentions']:,} about the brand\n")
    table = Table(box=None, padding=(0, 2, 0, 2), show_header=False)
    for action, meaning in (
        ("reply", f"said to the brand: answer ({figure('when-spoken-to').percent:g} % want that, and only that)"),
        (
            "care",
            f"complaints in the open: sealed, help may be offered once ({figure('answer-complaints').percent:g} %)",
        ),
        ("handover", "a person of the right desk, nobody else"),
        ("silence", f"none of our business: counted, not kept ({figure('unheard').percent:g} % want to talk unheard)"),
    ):
        count = told["decisions"][action]
        table.add_row(f"[{STYLES[action]}]{action}[/]", f"{count:,}", percent(count, told["mentions"]), meaning)
    out.print(table)
    out.print(f"\n  {told['cases']} cases on the desk, {told['sealed']} sealed, {told['removals']} removals heeded, "
              f"{day.tally.forgotten} posts forgotten for their authors' sake")  # fmt: skip
    for change, plan in day.changes:
        style = "bold red" if change.new is not State.CALM else "green"
        out.print(f"\n  [{style}]{iso(change.at)[11:16]} UTC {change.new}[/]  {change.why}")
        if change.risk is not None:
            out.print(f"  {sentence(change.risk)}", markup=False)
        if plan is not None:
            out.print(f"  plan proposed: [bold]{plan.title}[/], {len(plan.steps)} steps, owner {plan.owner}")


def _next(folder: Path, keep: Path | None) -> None:
    out.print("\nNext")
    steps = [
        (f"ascolta run {_short(folder)}", "the desk in your browser"),
        (f"ascolta explain a0931 --brand {_short(folder)}", "why a post was decided on as it was"),
        (f"ascolta drill {_short(folder / 'plans' / 'outage.yaml')}", "walk through the plan"),
        ("ascolta init my-brand", "your own brand"),
    ]
    for command, what in steps:
        out.print(f"  {command:<52} {what}", markup=False)
    if keep is not None:
        out.print(f"\nThe store is in {keep}", markup=False)


def _short(path: Path) -> str:
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
