"""`ascolta stream`: hear without end what Spark reads: files that come, Kafka, tables, a file that grows."""

import logging
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.keeping import Keeping, keeping
from ascolta.cli.listen import FROM_START, StoreFolder, print_alerts, print_decisions, rewind, told_tally
from ascolta.cli.posts import APART, end_if_set_aside
from ascolta.cli.show import Json, say_json
from ascolta.cli.stopping import Stop, listening_to_signals
from ascolta.core.brand import FileSource
from ascolta.engines import Read, with_spark
from ascolta.errors import AscoltaError
from ascolta.files.assessments import assessment_of, require
from ascolta.ports import Source

app = typer.Typer(add_completion=False)

CHECKPOINTS = "streams"
"""The folder of a store in which Spark's checkpoints lie unless another place is named."""


@app.command()
def stream(
    folder: Annotated[Path, typer.Argument(help="A folder with brand.yaml, or of such folders.", metavar="FOLDER")],
    path: Annotated[str, typer.Argument(help="What Spark loads; Kafka has none.", metavar="[PATH]")] = "",
    spark: Annotated[str, typer.Option(help="Spark's master.", metavar="MASTER")] = "local[*]",
    form: Annotated[
        str, typer.Option("--format", help="How Spark reads it: text, kafka, delta, ascolta-file.", metavar="NAME")
    ] = "text",
    given: Annotated[
        list[str] | None, typer.Option("--option", help="An option of that format.", metavar="KEY=VALUE")
    ] = None,
    name: Annotated[str, typer.Option(help="What the store calls it; as PATH ends, unless said otherwise.")] = "",
    assessment: Annotated[str, typer.Option(help="Where it was weighed whether to hear it.", metavar="FILE")] = "",
    networks: Annotated[
        list[str] | None, typer.Option("--network", help="A network whose posts it brings.", metavar="NETWORK")
    ] = None,
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="All posts are made up.")] = False,
    every: Annotated[str, typer.Option(help="How often Spark looks for more.", metavar="TIME")] = "5 seconds",
    until_now: Annotated[bool, typer.Option("--until-now", help="End once all is heard that is there.")] = False,
    checkpoint: Annotated[
        str, typer.Option(help="Where Spark writes how far it is; in the store, unless said.", metavar="PLACE")
    ] = "",
    store: StoreFolder = None,
    from_start: Annotated[bool, typer.Option("--from-start", help=FROM_START)] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log each batch on standard error.")] = False,
    as_json: Json = False,
) -> None:
    """Hear without end what Spark reads, by Structured Streaming, and keep what must be kept.

    Each row of the column `value` is a line in the plain post format. Spark's workers look through it; what they find
    is decided here, in order, and kept once, also when a worker, this program or the database is killed in between.

        ascolta stream my-brand /data/posts --spark spark://master:7077
        ascolta stream my-brand --format kafka --option subscribe=posts --option kafka.bootstrap.servers=HOST:9092

    It is heard again and again, so it needs an assessment that was filled in, unless all posts are made up.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    options = _options(given or ())
    called = name or Path(path).name or options.get("subscribe", "")
    if not re.fullmatch(r"[\w.-]+", called):
        raise AscoltaError("give it a --name of letters, digits, dots and hyphens, by which the store knows it")
    found = bootstrap.found(folder)
    weighed = FileSource(
        path=called, assessment=assessment or assessment_of(called), networks=tuple(networks or ()), rehearsal=rehearsal
    )
    for own in found.own.values():
        require(own, weighed, date.today())
    lies = store or folder / bootstrap.STORE
    place = checkpoint or str(lies / CHECKPOINTS / called)
    with keeping(found.brands, lies) as kept:
        if from_start:
            rewind(kept.store, [f"stream:{called}"])
            if not checkpoint:
                shutil.rmtree(place, ignore_errors=True)
        read = Read(spark, form, path, options, place, "" if until_now else every)
        aside = _hear(called, read, kept)
        changes = kept.alerts()
    told = {**told_tally(kept.tally), "alerts": changes}
    say_json(told) if as_json else _print(told)
    end_if_set_aside(aside, APART)


def _options(given: Sequence[str]) -> Mapping[str, str]:
    """The options of a format. Raises AscoltaError."""
    if wrong := next((one for one in given if "=" not in one), None):
        raise AscoltaError(f"--option {wrong}: write KEY=VALUE, such as subscribe=posts")
    return {key: value for key, _, value in (one.partition("=") for one in given)}


def _hear(name: str, read: Read, kept: Keeping) -> int:
    """Hear it until it ends or we are told to; how many lines could not be read. Raises AscoltaError."""
    running = with_spark("streaming").begin(name, read, kept.brands, bootstrap.labels())
    stop = Stop()

    def keep(heard: Source) -> None:
        for _ in kept.hear(heard):
            continue

    try:
        with listening_to_signals(stop):
            running.hear(keep, stop.over)
    finally:
        running.close()
    return int(running.stream.set_aside)


def _print(told: dict[str, Any]) -> None:
    print_decisions(told)
    print_alerts(told["alerts"])
