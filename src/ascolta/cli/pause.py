"""`ascolta pause`: stop all speaking, or let it go on."""

import time
from pathlib import Path
from typing import Annotated

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.show import Json, out, say_json
from ascolta.errors import AscoltaError
from ascolta.files.brands import load_brands

app = typer.Typer(add_completion=False)


@app.command()
def pause(
    folder: Annotated[Path, typer.Argument(help="A folder with brand.yaml, or a folder of such folders.")] = Path(),
    why: Annotated[str, typer.Option("--why", "-w", help="The reason, for those at the desk.")] = "",
    brand: Annotated[str, typer.Option("--brand", "-b", help="One brand only, by its short name.")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Let it speak again.")] = False,
    store: StoreFolder = None,
    as_json: Json = False,
) -> None:
    """Stop all speaking at once: nothing that was approved goes out until somebody lifts it.

    It is the first step of every crisis.
    What is being sent at this moment cannot be called back. Listening, counting and alarms go on. A desk that runs on
    the same store heeds it within seconds.
    """
    names = [one.id for one in load_brands(folder) if brand in ("", one.id)]
    if not names:
        raise AscoltaError(f"--brand {brand}: there is no such brand in {folder}; leave it out to pause all of them")
    said = "" if lift else why.strip()[:200] or "paused on the command line"
    kept = bootstrap.store(store or folder / bootstrap.STORE)
    try:
        for name in names:
            kept.pause(name, said, time.time())
        told = {name: kept.paused(name) for name in names}
    finally:
        kept.close()
    if as_json:
        say_json({"paused": told})
        return
    for name, reason in told.items():
        out.print(
            f"{name}: paused ({reason}); `ascolta pause --lift` ends it" if reason else f"{name}: may speak again",
            markup=False,
        )
