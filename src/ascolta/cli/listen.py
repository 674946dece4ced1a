"""`ascolta listen`: hear sources, keep what must be kept."""

import logging
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.afresh import after_outage
from ascolta.cli import live
from ascolta.cli.keeping import Keeping, keeping
from ascolta.cli.posts import AGAIN, APART, end_if_set_aside
from ascolta.cli.show import Json, Map, columns, out, progress, say_json, tell
from ascolta.core.alert import AlertChange
from ascolta.core.days import iso
from ascolta.core.meaning import sentence
from ascolta.core.mention import Tally
from ascolta.ports import Store
from ascolta.sources import Heard as Source
from ascolta.sources.files import BATCH
from ascolta.sources.plain import KEYS

app = typer.Typer(add_completion=False)

StoreFolder = Annotated[
    Path | None,
    typer.Option(
        "--store", help="Where to keep what must be kept; FOLDER/.ascolta unless said otherwise.", metavar="DIR"
    ),
]


ONE_OFF = "files named here are a one-off reading; what is heard again belongs in brand.yaml, with its assessment"

FROM_START = "Forget how far it was heard: posts that were counted before are counted again."
TWICE = "heard from the start: what was counted before is counted again, and cases that were erased may open again"


def rewind(store: Store, names: Sequence[str]) -> None:
    """Forget how far sources were heard, and say what that means where one was."""
    if any(store.cursor(name) for name in names):
        tell(TWICE)
    store.rewind(*names)


@app.command()
def listen(
    place: Annotated[
        str, typer.Argument(help="A folder with brand.yaml, or of such folders; with --live a query.", metavar="FOLDER")
    ],
    files: Annotated[
        list[str] | None, typer.Argument(help="Files to hear instead of the brand's sources.", metavar="[FILE]…")
    ] = None,
    store: StoreFolder = None,
    pairs: Map = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hear from the start and keep nothing.")] = False,
    from_start: Annotated[bool, typer.Option("--from-start", help=FROM_START)] = False,
    batch: Annotated[int, typer.Option(min=1, max=100_000, help="Posts in one transaction.")] = BATCH,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that look through files of JSON lines.")] = 1,
    spark: Annotated[
        str, typer.Option(help="Have Spark look through them: its master, such as local[2].", metavar="MASTER")
    ] = "",
    network: Annotated[
        str, typer.Option("--live", help="Hear this network by the query, tell decisions, keep nothing.")
    ] = "",
    at: Annotated[str, typer.Option(help="With --live: where the network is.", metavar="ADDRESS")] = "",
    given: Annotated[
        list[str] | None, typer.Option("--set", help="With --live: a key of the source.", metavar="KEY=VALUE")
    ] = None,
    lasts: Annotated[str, typer.Option("--for", help="With --live: for how long, such as 30s.", metavar="TIME")] = "",
    most: Annotated[int, typer.Option(min=0, help="With --live: until so many mentions; 0: no number.")] = 0,
    show_text: Annotated[bool, typer.Option("--show-text", help="With --live: what was said, too.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log each batch on standard error.")] = False,
    as_json: Json = False,
) -> None:
    """Hear a brand's sources from where we left off, decide on every mention, and keep what must be kept.

    Opens cases for what was said to the brand, sealed cases for complaints that were not, counts for all else.
    Stop it when you like, kill it if you must: nothing is lost and nothing counted twice. Each source of brand.yaml
    needs an assessment that was filled in, unless its posts are made up; files named here are a one-off reading.

    `ascolta listen --live bluesky "acme OR @acme"` hears a network without any brand: each decision is told as it is
    made, and nothing is kept.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    if network:
        at_once = live.How(
            network=network, query=place, at=at, given=tuple(given or ()), lasts=live.seconds(lasts), most=most,
            text=show_text, lines=as_json,
        )  # fmt: skip
        live.hear_live(at_once)
        return
    folder = Path(place)
    found = bootstrap.found(folder)
    brands = found.brands
    clock = None if dry_run else time.time
    lies = None if dry_run else store or folder / bootstrap.STORE
    with ExitStack() as opened:
        engine = bootstrap.engine(workers, spark)
        if engine is not None:
            opened.callback(engine.close)
        reading = bootstrap.Reading(columns=columns(pairs, KEYS), clock=clock, tell=tell, batch=batch, engine=engine)
        sources = bootstrap.sources(found, files or [], reading)
        if files and not dry_run:
            tell(ONE_OFF)
        kept = opened.enter_context(keeping(brands, lies))
        if from_start:
            rewind(kept.store, [source.name for source in sources])
        for source in sources:
            after_outage(kept.store, source, bootstrap.lookups(sources), brands.by_id, time.time())
        _hear(sources, kept, quiet=as_json)
        changes = kept.alerts()
    tally = kept.tally
    told = {**told_tally(tally), "alerts": changes, "kept": not dry_run}
    say_json(told) if as_json else _print(told, dry_run=dry_run)
    end_if_set_aside(sum(source.set_aside for source in sources), AGAIN if dry_run else APART)


def _hear(sources: list[Source], kept: Keeping, *, quiet: bool) -> None:
    with progress(quiet=quiet) as bar:
        for source in sources:
            task = bar.add_task(source.name, total=source.total())
            for heard in kept.hear(source):
                bar.update(task, completed=source.heard(heard.cursor))


def told_tally(tally: Tally) -> dict[str, Any]:
    """A tally as scripts read it."""
    return {
        "posts": tally.posts,
        "mentions": tally.mentions,
        "decisions": {action: tally.decisions.get(action, 0) for action in ("reply", "care", "handover", "silence")},
        "forgotten": tally.forgotten,
        "removals": tally.removals,
    }


def print_alerts(changes: list[AlertChange]) -> None:
    """Each change of an alert, and below it what kind of risk it is."""
    for change in changes:
        out.print(f"{iso(change.at)} {change.brand} {change.new}: {change.why}", markup=False)
        if change.risk is not None:
            out.print(f"  {sentence(change.risk)}", markup=False)


def print_decisions(told: dict[str, Any]) -> None:
    """What was heard, in numbers."""
    decisions = ", ".join(f"{action} {count:,}" for action, count in told["decisions"].items())
    out.print(f"{told['posts']:,} posts heard, {told['mentions']:,} mentions: {decisions}")
    if told["forgotten"] or told["removals"]:
        out.print(f"{told['forgotten']:,} forgotten for their authors' sake, {told['removals']:,} removals heeded")


def _print(told: dict[str, Any], *, dry_run: bool) -> None:
    print_decisions(told)
    print_alerts(told["alerts"])
    if dry_run:
        out.print("Nothing was kept (dry run).")
