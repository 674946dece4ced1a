"""`ascolta replay`: what would have been decided on a day, and what another etiquette would change."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ascolta import bootstrap
from ascolta.cli.listen import print_alerts, told_tally
from ascolta.cli.posts import end_if_set_aside
from ascolta.cli.show import STYLES, Json, Map, columns, out, percent, progress, say_json, tell
from ascolta.core.alert import AlertChange
from ascolta.core.contrast import Contrast, Judged, contrast, judged
from ascolta.core.contrast import told as as_told
from ascolta.core.etiquette import Action, Decision
from ascolta.core.mention import Brands, Tally
from ascolta.core.plan import Plan
from ascolta.listen import listen
from ascolta.sources import FileSource
from ascolta.sources.plain import KEYS
from ascolta.watch import Around, watch

app = typer.Typer(add_completion=False)

Heard = tuple[Tally, list[Judged], list[tuple[AlertChange, Plan | None]]]
"""What came of a day: in numbers, decision by decision, and the alarms."""


@app.command()
def replay(
    day: Annotated[
        str, typer.Argument(help="A file of posts: JSON lines or CSV, plain, .gz or .zst; - for standard input.")
    ],
    brand: Annotated[
        Path,
        typer.Option("--brand", "-b", help="A folder with brand.yaml, or a folder of such folders.", metavar="FOLDER"),
    ],
    etiquette: Annotated[
        Path | None, typer.Option(help="Another etiquette.yaml, to see which decisions it would change.")
    ] = None,
    pairs: Map = None,
    as_json: Json = False,
) -> None:
    """Decide on a past day anew, keeping nothing: decisions by brand, alarms, and what another etiquette would change.

    With --etiquette: how many cases more or fewer, approvals, people approached unasked, and what people expect of a
    brand (`ascolta study`), before and after; by rule, and by kind of change.
    Explain any post of the day with: `ascolta explain POST DAY --brand FOLDER`
    """
    source = bootstrap.Reading(columns=columns(pairs, KEYS), tell=tell).source(day)
    brands = bootstrap.brands(brand)
    tally, before, alarms = _hear(source, brands, quiet=as_json)
    told: dict[str, Any] = {**told_tally(tally), "brands": _by_brand(tally, brands), "alerts": [c for c, _ in alarms]}
    found: list[Contrast] = []
    if etiquette is not None:
        others = bootstrap.brands(brand, etiquette)
        again = bootstrap.Reading(columns=columns(pairs, KEYS)).source(day)
        found = _compared(before, _hear(again, others, quiet=as_json)[1], others)
        told["changes"] = [change for one in found for change in _changes(one)]
        told["compared"] = {one.brand: as_told(one) for one in found}
    say_json(told) if as_json else _print(told, brands, found)
    end_if_set_aside(source.set_aside)


def _hear(source: FileSource, brands: Brands, *, quiet: bool) -> Heard:
    store, voices = bootstrap.store(None), bootstrap.voices()
    total, newest = Tally(), 0.0
    found: list[Judged] = []
    with progress(quiet=quiet) as bar:
        task = bar.add_task(source.name, total=source.total())
        for heard in listen(source, brands, store):
            voices.hear(heard, brands.by_id)
            total += heard.tally
            newest = max(newest, heard.newest)
            bar.update(task, completed=source.heard(heard.cursor))
            found += map(judged, heard.mentions)
    around = Around(voices=voices, brands=brands)
    return total, found, [alarm for brand in brands for alarm in watch(store, brand, newest, around=around)]


def _by_brand(tally: Tally, brands: Brands) -> dict[str, dict[str, int]]:
    return {b.id: {str(a): tally.by_brand.get(b.id, Counter())[str(a)] for a in Action} for b in brands}


def _compared(before: list[Judged], after: list[Judged], others: Brands) -> list[Contrast]:
    return [contrast(one.id, before, after, [rule.name for rule in one.etiquette.rules]) for one in others]


def _changes(found: Contrast) -> list[dict[str, Any]]:
    """Every post whose decision changes."""
    return [
        {
            "id": post, "brand": found.brand, "from": turn.old.action, "by": turn.old.rule, "to": turn.new.action,
            "instead_by": turn.new.rule, "approve": [turn.old.approve, turn.new.approve],
            "desk": [turn.old.desk, turn.new.desk],
        }
        for turn in found.turns
        for post in turn.posts
    ]  # fmt: skip


def _print(told: dict[str, Any], brands: Brands, found: list[Contrast]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("brand")
    for heading in ("mentions", *Action):
        table.add_column(str(heading), justify="right", style=STYLES.get(str(heading), ""))
    for brand in brands:
        row = told["brands"][brand.id]
        total = sum(row.values())
        table.add_row(brand.name, f"{total:,}", *(f"{n:,} ({percent(n, total)})" for n in row.values()))
    out.print(table)
    out.print(
        f"{told['posts']:,} posts; {told['forgotten']:,} forgotten for their authors' sake; "
        f"{told['removals']:,} removals"
    )
    print_alerts(told["alerts"])
    for one in found:
        _print_contrast(one)


def _print_contrast(found: Contrast) -> None:
    out.print(f"\n{found.brand}: {found.changed:,} of {found.mentions:,} decisions would change", markup=False)
    if found.renamed:
        out.print(f"{found.renamed:,} more would stay as they are, by another rule")
    for turn in found.turns:
        out.print(f"  {turn.count:>6,}  {_said(turn.old)} → {_said(turn.new)}; such as {turn.posts[0]}", markup=False)
    out.print(_figures(found))
    out.print(_rules(found))


def _said(decision: Decision) -> str:
    """A decision in few words; who approves and which desk, where somebody gets to see it."""
    if decision.action is Action.SILENCE:
        return f"silence (by {decision.rule})"
    two = ", two approve" if decision.approve > 1 else ""
    return f"{decision.action} to {decision.desk}{two} (by {decision.rule})"


def _figures(found: Contrast) -> Table:
    """The work, and what people expect: before and after."""
    before, after = found.before, found.after
    table = _table("", "before", "after", "change")
    for what, old, new in (
        ("cases", before.cases, after.cases),
        ("approvals that they need", before.approvals, after.approvals),
        ("people approached who did not speak to us", before.uninvited, after.uninvited),
    ):
        table.add_row(what, f"{old:,}", f"{new:,}", f"{new - old:+,}")
    for one in found.expected:
        shares = (percent(one.before, one.of), percent(one.after, one.of))
        what = f"{one.what} ({one.figure.percent:g} % {one.figure.says})"
        table.add_row(what, *shares, f"{one.after - one.before:+,} of {one.of:,}")
    return table


def _rules(found: Contrast) -> Table:
    table = _table("rule", "before", "after", "change")
    for rule, action, old, new in found.rules:
        table.add_row(f"{rule} ({action})", f"{old:,}", f"{new:,}", f"{new - old:+,}" if new != old else "")
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), title="")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    return table
