"""`ascolta listen`: hear sources, keep what must be kept."""

import logging
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.afresh import after_outage
from ascolta.cli import live
from ascolta.cli.posts import end_if_set_aside
from ascolta.cli.show import Json, Map, columns, out, progress, say_json, tell
from ascolta.core.alert import AlertChange
from ascolta.core.days import iso
from ascolta.core.journal import Kind
from ascolta.core.meaning import sentence
from ascolta.core.mention import Brands, Heard, Tally
from ascolta.core.voices import Voices
from ascolta.figures import Figures
from ascolta.helping import heed
from ascolta.listen import listen as hear_all
from ascolta.ports import Store
from ascolta.sources import Heard as Source
from ascolta.sources.files import BATCH
from ascolta.stores.advocates import Advocates
from ascolta.stores.challenges import Challenges
from ascolta.watch import Around, watch

app = typer.Typer(add_completion=False)
log = logging.getLogger("ascolta.listen")

StoreFolder = Annotated[
    Path | None,
    typer.Option(
        "--store", help="Where to keep what must be kept; FOLDER/.ascolta unless said otherwise.", metavar="DIR"
    ),
]


ONE_OFF = "files named here are a one-off reading; what is heard again belongs in brand.yaml, with its assessment"
Beside = tuple[Figures, Challenges, Advocates | None, Voices]
"""What is told of each batch beside the store."""


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
    from_start: Annotated[bool, typer.Option("--from-start", help="Forget how far each source was heard.")] = False,
    batch: Annotated[int, typer.Option(min=1, max=100_000, help="Posts in one transaction.")] = BATCH,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that look through files of JSON lines.")] = 1,
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
        engine = bootstrap.workers(workers) if workers > 1 else None
        reading = bootstrap.Reading(columns=columns(pairs), clock=clock, tell=tell, batch=batch, engine=engine)
        sources = bootstrap.sources(found, files or [], reading)
        if files and not dry_run:
            tell(
                "files named here are a one-off reading; what is heard again belongs in brand.yaml, with its assessment"
            )
        kept = bootstrap.store(lies)
        figures, codes = bootstrap.figures(lies, kept.journal), bootstrap.codes(lies)
        advocates, voices = bootstrap.advocates(lies, kept.journal), bootstrap.voices()
        for one in (kept, advocates, codes, figures, engine):
            if one is not None:
                opened.callback(one.close)
        if from_start:
            kept.rewind(*(source.name for source in sources))
        kept.sweep(time.time())
        codes.sweep(time.time())
        bootstrap.note(kept, Kind.STARTED, time.time())
        for source in sources:
            after_outage(kept, source, bootstrap.lookups(sources), brands.by_id, time.time())
        tally, newest = _hear(sources, brands, kept, (figures, codes, advocates, voices), quiet=as_json)
        around = Around(voices=voices, brands=brands)
        changes = [change for brand in brands for change, _ in watch(kept, brand, newest, around=around)]
        bootstrap.note(kept, Kind.STOPPED, time.time())
    told = {**told_tally(tally), "alerts": changes, "kept": not dry_run}
    say_json(told) if as_json else _print(told, dry_run=dry_run)
    end_if_set_aside(sum(source.set_aside for source in sources))


def _hear(sources: list[Source], brands: Brands, store: Store, beside: Beside, *, quiet: bool) -> tuple[Tally, float]:
    figures, codes, advocates, voices = beside
    total, newest = Tally(), 0.0
    with progress(quiet=quiet) as bar:
        for source in sources:
            task = bar.add_task(source.name, total=source.total())
            for heard in hear_all(source, brands, store, figures, codes):
                if advocates is not None:
                    heed(advocates, heard, brands.by_id)
                voices.hear(heard, brands.by_id)
                _log(source.name, heard)
                total += heard.tally
                newest = max(newest, heard.newest)
                bar.update(task, completed=source.heard(heard.cursor))
    return total, newest


def _log(name: str, heard: Heard) -> None:
    tally = heard.tally
    log.info("kept source=%s posts=%d mentions=%d removals=%d", name, tally.posts, tally.mentions, tally.removals)


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


def _print(told: dict[str, Any], *, dry_run: bool) -> None:
    decisions = ", ".join(f"{action} {count:,}" for action, count in told["decisions"].items())
    out.print(f"{told['posts']:,} posts heard, {told['mentions']:,} mentions: {decisions}")
    if told["forgotten"] or told["removals"]:
        out.print(f"{told['forgotten']:,} forgotten for their authors' sake, {told['removals']:,} removals heeded")
    print_alerts(told["alerts"])
    if dry_run:
        out.print("Nothing was kept (dry run).")
