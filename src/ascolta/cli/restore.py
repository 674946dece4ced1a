"""`ascolta restore`: a store from a backup, without what was erased since."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.backup import passphrase
from ascolta.cli.listen import StoreFolder
from ascolta.cli.show import Json, out, say_json
from ascolta.core.days import moment
from ascolta.errors import AscoltaError
from ascolta.stores import accounts
from ascolta.stores.backup import BRANDS, STORE, write
from ascolta.stores.restoring import Restored, Wanted
from ascolta.stores.restoring import restore as put_back

app = typer.Typer(add_completion=False)


@app.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="The folder of the backup.", metavar="FOLDER")],
    brand: Annotated[
        Path, typer.Option("--brand", "-b", help="Where the brand's files are, or are to be.", metavar="FOLDER")
    ] = Path(),
    store: StoreFolder = None,
    later: Annotated[
        Path | None,
        typer.Option(
            "--later", help="A folder with what is left of the later store; the store itself, if it is there."
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a store that is there.")] = False,
    although_lost: Annotated[
        bool, typer.Option("--although-lost", help="Go on although the journal's newest entries are lost.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: Json = False,
) -> None:
    """Put a store back from a backup, and erase of it at once what was erased since.

    The later journal tells which cases went, the later keys and lists who refused: as much as is left of them is taken
    from the store that is there, or from --later. All brands are paused until a person lifts that. A backup whose term
    is over is refused.
    """
    place = store or brand / bootstrap.STORE
    if place.exists() and not (replace or dry_run):
        raise AscoltaError(f"{place}: there is a store here; --replace puts the backup in its place and destroys it")
    wanted = Wanted(
        backup=backup,
        store=place,
        later=later or (place if place.exists() else None),
        second=bootstrap.second_place(place),
        passphrase=passphrase(),
        at=time.time(),
        although_lost=although_lost,
        only_try=dry_run,
    )
    names = sorted(path.name for path in (backup / BRANDS).glob("*")) if (backup / BRANDS).is_dir() else []
    found = put_back(wanted, names)
    if not dry_run:
        _put_brands(backup / BRANDS, brand, names)
    say_json({**_told(found), "done": not dry_run}) if as_json else _print(found, done=not dry_run)


def _put_brands(source: Path, folder: Path, names: list[str]) -> None:
    """The brands' files, where there are none."""
    for name in names:
        to = folder if len(names) == 1 else folder / name
        if (folder / "brand.yaml").exists() or (to / "brand.yaml").exists() or (folder / name / "brand.yaml").exists():
            continue
        for path in sorted(one for one in (source / name).rglob("*") if one.is_file()):
            write(to / path.relative_to(source / name), path.read_bytes())


def _told(found: Restored) -> dict[str, Any]:
    return {
        "taken": found.manifest.taken, "until": found.manifest.until, "later": found.has_later,
        "erased": found.erased, "expired": found.expired, "advocates": found.advocates, "doubtful": found.doubtful,
        "lost": found.lost, "paused": found.paused, "unknown": list(_unknown(found)),
    }  # fmt: skip


def _unknown(found: Restored) -> Iterator[str]:
    """What nothing that was left could tell."""
    if "journal" not in found.has_later:
        yield "no later journal was found: which cases were erased after the backup is not known"
    if found.lost:
        yield f"{found.lost} signed entries of the journal are lost, and what was erased there; a new one is begun"
    if "refusals" not in found.has_later and (found.since.refusals or "journal" not in found.has_later):
        said = f"{found.since.refusals} people" if "journal" in found.has_later else "whoever"
        yield f"{said} opted out after the backup: who is known only once their profile or post is heard again"
    if "accounts" not in found.has_later and f"{STORE}/{accounts.FILE}" in found.manifest.files:
        yield "who may log in is as it was at the backup: look at it with `ascolta people`; everybody logs in anew"


def _print(found: Restored, *, done: bool) -> None:
    out.print("Restored." if done else "Nothing was done (dry run). It would be so:")
    taken, until = moment(found.manifest.taken), moment(found.manifest.until)
    out.print(f"  from a backup of {taken}, good until {until}", markup=False)
    out.print(f"  {found.erased:,} cases erased that went since, {found.expired:,} whose date had come")
    out.print(
        f"  {found.advocates:,} advocates let go, {found.doubtful:,} answers to be asked about before they go out"
    )
    out.print(f"  paused until `ascolta pause --lift`: {', '.join(found.paused) or 'nobody'}", markup=False)
    for line in _unknown(found):
        out.print(f"! {line}", markup=False, soft_wrap=True)
