"""`ascolta backup`: copy a store and its brands while the desk runs, its keys under a passphrase."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.show import Json, out, say_json
from ascolta.core.days import moment
from ascolta.core.journal import BACKUP, Kind, NewEntry
from ascolta.errors import AscoltaError
from ascolta.files.brands import load_folders
from ascolta.stores.backup import take
from ascolta.stores.sealed import LEAST

app = typer.Typer(add_completion=False)

PASSPHRASE = "ASCOLTA_PASSPHRASE"  # noqa: S105 - the name of a variable
"""The environment variable that may hold the passphrase; an option would stand in lists of programs."""


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="The new folder for the backup.", metavar="FOLDER")],
    brand: Annotated[
        Path, typer.Option("--brand", "-b", help="A folder with brand.yaml, or a folder of such folders.")
    ] = Path(),
    store: StoreFolder = None,
    as_json: Json = False,
) -> None:
    """Copy everything that is stored, and the brands' files, to a new folder; the desk may go on meanwhile.

    The keys of cases are encrypted with a passphrase, from ASCOLTA_PASSPHRASE or asked for here: without it the backup
    cannot be read, and whoever destroys it destroys every copy. A backup may be kept as long as the shortest term of
    what is in it, such as 72 hours for sealed complaints; `ascolta restore` refuses it afterwards.
    """
    folders = {one.id: folder for folder, one in load_folders(brand)}
    place = store or brand / bootstrap.STORE
    made = take(place, folders, to, (passphrase(twice=True), time.time()), bootstrap.second_place(place))
    _note(place, time.time())
    told = {"taken": made.taken, "until": made.until, "files": len(made.files), "entries": made.entries}
    if as_json:
        say_json(told)
        return
    out.print(f"{len(made.files)} files copied to {to}; the journal holds {made.entries:,} entries.", markup=False)
    out.print(f"It may be kept until {moment(made.until)}; then delete it.", markup=False)


def _note(place: Path, at: float) -> None:
    """Write down that a copy was taken, so that the desk can say how old the last one is."""
    journal = bootstrap.journal(place)
    try:
        journal.append([NewEntry(at=int(at), kind=Kind.CONFIGURED, rule=BACKUP)])
    finally:
        journal.close()


def passphrase(*, twice: bool = False) -> str:
    """The passphrase from the environment, else asked for on a terminal. Raises AscoltaError."""
    found = os.environ.get(PASSPHRASE, "")
    if not found and sys.stdin.isatty():
        found = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    if len(found) < LEAST:
        raise AscoltaError(f"{PASSPHRASE}: a passphrase of at least {LEAST} characters is needed, better five words")
    return found
