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
from ascolta.core.etiquette import Action
from ascolta.core.mention import Brands, Tally
from ascolta.core.plan import Plan
from ascolta.listen import listen
from ascolta.sources import FileSource
from ascolta.watch import Around, watch

app = typer.Typer(add_completion=False)

Decided = dict[tuple[str, str], tuple[str, str]]
"""Action and rule by post and brand."""


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

    Explain any post of the day with: `ascolta explain POST DAY --brand FOLDER`
    """
    source = bootstrap.Reading(columns=columns(pairs), tell=tell).source(day)
    brands = bootstrap.brands(brand)
    tally, decided, alarms = _hear(source, brands, quiet=as_json)
    told: dict[str, Any] = {**told_tally(tally), "brands": _by_brand(tally, brands), "alerts": [c for c, _ in alarms]}
    if etiquette is not None:
        other = bootstrap.Reading(columns=columns(pairs)).source(day)
        told["changes"] = _changes(decided, _hear(other, bootstrap.brands(brand, etiquette), quiet=as_json)[1])
    say_json(told) if as_json else _print(told, brands)
    end_if_set_aside(source.set_aside)


def _hear(
    source: FileSource, brands: Brands, *, quiet: bool
) -> tuple[Tally, Decided, list[tuple[AlertChange, Plan | None]]]:
    store, voices = bootstrap.store(None), bootstrap.voices()
    total, newest = Tally(), 0.0
    decided: Decided = {}
    with progress(quiet=quiet) as bar:
        task = bar.add_task(source.name, total=source.total())
        for heard in listen(source, brands, store):
            voices.hear(heard, brands.by_id)
            total += heard.tally
            newest = max(newest, heard.newest)
            bar.update(task, completed=source.heard(heard.cursor))
            for mention in heard.mentions:
                decided[mention.post.id, mention.brand] = (str(mention.decision.action), mention.decision.rule)
    around = Around(voices=voices, brands=brands)
    return total, decided, [found for brand in brands for found in watch(store, brand, newest, around=around)]


def _by_brand(tally: Tally, brands: Brands) -> dict[str, dict[str, int]]:
    return {b.id: {str(a): tally.by_brand.get(b.id, Counter())[str(a)] for a in Action} for b in brands}


def _changes(before: Decided, after: Decided) -> list[dict[str, Any]]:
    return [
        {"id": post, "brand": brand, "from": old[0], "by": old[1], "to": new[0], "instead_by": new[1]}
        for (post, brand), old in before.items()
        if (new := after.get((post, brand), ("silence", "none")))[0] != old[0]
    ]


def _print(told: dict[str, Any], brands: Brands) -> None:
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
    if "changes" in told:
        _print_changes(told["changes"])


def _print_changes(changes: list[dict[str, Any]]) -> None:
    out.print(f"\n{len(changes):,} decisions would change")
    kinds = Counter((change["from"], change["by"], change["to"], change["instead_by"]) for change in changes)
    for (old, by, new, instead), count in kinds.most_common():
        first = next(
            c["id"] for c in changes if (c["from"], c["by"], c["to"], c["instead_by"]) == (old, by, new, instead)
        )
        out.print(f"  {count:>6,}  {old} (by {by}) → {new} (by {instead}); such as {first}", markup=False)
