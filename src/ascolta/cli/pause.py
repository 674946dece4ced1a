"""`ascolta pause`: stop all speaking, or let it go on."""

import time
from pathlib import Path
from typing import Annotated

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import place_of
from ascolta.cli.show import Json, out, say_json
from ascolta.errors import AscoltaError, FileError
from ascolta.files.brands import short_names

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

    It is the first step of every crisis, so it needs no more of a brand's files than its short name.
    What is being sent at this moment cannot be called back. Listening, counting and alarms go on. A desk that runs on
    the same store heeds it within seconds.
    """
    known = short_names(folder)
    names = sorted(name for name in set(known.values()) if name and brand in ("", name))
    if brand and not names:
        raise AscoltaError(f"--brand {brand}: there is no such brand in {folder}; leave it out to pause all of them")
    if not known:
        raise FileError(folder, None, "there is no brand.yaml in it; name the folder of a brand, or of several")
    said = "" if lift else why.strip()[:200] or "paused on the command line"
    kept = bootstrap.store(place_of(folder, store))
    try:
        for name in names:
            kept.pause(name, said, time.time())
        told = {name: kept.paused(name) for name in names}
    finally:
        kept.close()
    if as_json:
        say_json({"paused": told})
    for name, reason in told.items() if not as_json else ():
        out.print(
            f"{name}: paused ({reason}); `ascolta pause --lift` ends it" if reason else f"{name}: may speak again",
            markup=False,
        )
    unread = [path for path, name in known.items() if not name and not brand]
    if unread:
        raise FileError(
            unread[0], None, "its line 'brand: short-name' cannot be read, so nothing was done for it; mend that line"
        )
