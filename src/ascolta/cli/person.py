"""`ascolta person`: all that is held of one account, for the person who asks; exported, erased, suppressed."""

import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import place_of
from ascolta.cli.show import Json, err, out, say_json
from ascolta.core.mention import Effect
from ascolta.core.person import Person
from ascolta.core.text import shown
from ascolta.errors import AscoltaError, FileError
from ascolta.files.brands import load_brands
from ascolta.stores.advocates import Advocates
from ascolta.web.person import (
    ACTS,
    ASKING,
    COUNTS,
    SEALED,
    act,
    find,
    is_named,
    note_export,
    standings,
    told,
    written,
)

app = typer.Typer(add_completion=False)


@app.command()
def person(
    network: Annotated[str, typer.Argument(help="The network, such as mastodon.")],
    account: Annotated[str, typer.Argument(help="The account: its id or its handle.")],
    folder: Annotated[Path, typer.Argument(help="A brand's folder, or a folder of such folders.")] = Path(),
    store: StoreFolder = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write person.json and person.html here.", metavar="DIR")
    ] = None,
    erase: Annotated[bool, typer.Option("--erase", help="Erase all of it.")] = False,
    suppress: Annotated[
        bool, typer.Option("--suppress", help="Erase all of it, and hear the account no more.")
    ] = False,
    unsuppress: Annotated[bool, typer.Option("--unsuppress", help="Hear the account again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before erasing.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: Json = False,
) -> None:
    """Show all that is held of one account, export it, erase it, or keep the account from being heard.

    Sealed cases are shown, too: they hold no words. What was only counted cannot be shown, for it holds no person.
    """
    wanted = [name for name, asked in (("erase", erase), ("suppress", suppress), ("unsuppress", unsuppress)) if asked]
    if len(wanted) > 1:
        raise AscoltaError(f"--{wanted[0]} and --{wanted[1]}: choose one; --suppress erases as well")
    if not is_named(network, account):
        raise AscoltaError("name a network and an account, such as: ascolta person mastodon @ann@example.social")
    place = place_of(folder, store)
    kept = bootstrap.store(place)
    advocates = bootstrap.advocates(place, kept.journal) or Advocates(None)
    try:
        held = find(kept, advocates, (network, account), _heard(folder))
        files = _export(held, export, dry=dry_run) if export else []
        if files and not dry_run:
            note_export(kept, held, time.time())
        asked = _asked(held, wanted[0], yes=yes, dry=dry_run) if wanted else {}
        done = {**asked, "erased": act(kept, advocates, held, wanted[0], time.time())} if asked.get("done") else asked
    finally:
        advocates.close()
        kept.close()
    if as_json:
        say_json({**told(held), "files": [str(path) for path in files], **done})
        return
    _print(held, files, done)


def _heard(folder: Path) -> set[str]:
    """The networks that the brands of a folder name, as far as there are any."""
    try:
        return {name for brand in load_brands(folder) for name in brand.networks or ()}
    except FileError:  # a brand that cannot be read keeps nobody from being answered
        return set()


def _asked(held: Person, name: str, *, yes: bool, dry: bool) -> dict[str, Any]:
    """What is to be done to an account, or would be; asks first where cases would go."""
    goes = 0 if ACTS[name][0] is Effect.WELCOME else len(held.cases)
    question = f"Erase {goes} case{'s'[: goes != 1]} of this account for good?"
    if goes and not yes and not dry and not typer.confirm(question, err=True):
        err.print("nothing was done", markup=False)
        raise typer.Exit(1)
    return {"act": name, "erased": goes, "done": not dry}


def _export(held: Person, folder: Path, *, dry: bool) -> list[Path]:
    """Two files that only their owner may read; their names say nothing of the person. Raises FileError."""
    contents = written(held, time.time())
    paths = [folder / name for name in contents]
    for path in paths:
        if path.exists():
            raise FileError(path, None, "stands already and is not overwritten; choose another folder")
    if dry:
        return paths
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, contents.values(), strict=True):
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise FileError(folder, None, f"cannot be written ({error.strerror}); choose another folder") from None
    return paths


def _print(held: Person, files: list[Path], done: dict[str, Any]) -> None:
    said = told(held)
    _line(ASKING)
    if not held.cases and not held.standings and not held.helping:
        _line("Nothing is held of this account.")
    for case in said["cases"]:
        _line()
        for line in _told_case(case):
            _line(line)
    if held.standings:
        _line()
    for sentence in standings(said["standings"]):
        _line(sentence)
    for sentence in held.helping:
        _line(sentence)
    _line(COUNTS)
    for path in files:
        _line(f"wrote {path}" if path.exists() else f"would write {path}")
    if done:
        _line(_done(done, stays=bool(held.standings)))


def _told_case(case: dict[str, Any]) -> list[str]:
    """One case in lines for a terminal."""
    lines = [
        f"Case {case['case']}, {case['brand']}, {case['network']}: {case['status']}",
        f"  published {case['published']}, goes {case['goes']}",
        f"  why: {case['decision']['rule']}: {case['decision']['why']}",
        f"  labels: {', '.join(case['labels']) or 'none'}",
        f"  words: {case['text']}" if case["text"] is not None else f"  words: {SEALED}",
    ]
    for name in ("masked", "author", "url", "opened_because", "answer"):
        if case[name]:
            value = ", ".join(case[name]) if name == "masked" else case[name]
            lines.append(f"  {name.replace('_', ' ')}: {value}")
    return [*lines, *(f"  {event['at']} {event['what']}" for event in case["events"])]


def _done(done: dict[str, Any], *, stays: bool) -> str:
    count = f"{done['erased']} case{'s'[: done['erased'] != 1]}"
    said = {
        "erase": ("would erase {}", "erased {}; a refusal stays, so that we keep to it" if stays else "erased {}"),
        "suppress": ("would erase {} and hear the account no more", "erased {}; the account is heard no more"),
        "unsuppress": ("would hear the account again", "the account is heard again, as its profile allows"),
    }
    return said[done["act"]][done["done"]].format(count)


def _line(said: str = "") -> None:
    """One line, in which nothing that a stranger wrote is obeyed."""
    out.print(shown(said), markup=False, soft_wrap=True)
