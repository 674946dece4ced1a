"""`ascolta init`: a folder for a new brand, or the assessment of one more source."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ascolta.cli.show import Json, out, say_json
from ascolta.errors import AscoltaError
from ascolta.files.init import FIRST, new_assessment, new_brand

app = typer.Typer(add_completion=False)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="What the brand is called; asked for if left out.")] = None,
    handle: Annotated[
        str | None, typer.Option(help="Its own account, such as @acmeair; asked for if left out.")
    ] = None,
    assessment: Annotated[
        str | None,
        typer.Option(help="Only lay out the assessment of this source of a brand that is there.", metavar="SOURCE"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which files would be written.")] = False,
    as_json: Json = False,
) -> None:
    """Make a folder for a brand: names, queries, etiquette, a plan, posts to rehearse on, an assessment to fill in.

    Nothing is overwritten. The etiquette is the one derived from what people expect (see `ascolta study`). A real
    source is heard only after its assessment was filled in; `--assessment posts.csv` lays out one more.
    """
    if assessment is None:
        made, steps = _brand(folder, name, handle, dry=dry_run)
    elif name is None and handle is None:
        path = new_assessment(folder, assessment, dry=dry_run)
        made, steps = [path], [f"fill in {path}", f"ascolta check {folder}"]
    else:
        raise AscoltaError("--assessment is for a brand that is there already; leave out --name and --handle")
    if as_json:
        say_json({"files": [str(path) for path in made], "written": not dry_run})
        return
    for path in made:
        out.print(f"{'would write' if dry_run else 'wrote'} {path}", markup=False, soft_wrap=True)
    if not dry_run:
        out.print("\nNext")
        for step in steps:
            out.print(f"  {step}", markup=False, soft_wrap=True)


def _asked(question: str, option: str) -> str:
    """What a person answers. Raises AscoltaError where there is nobody to ask."""
    try:
        return str(typer.prompt(question))
    except typer.Abort:
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        raise AscoltaError(f"there is no answer to what init asks; give it with {option}") from None


def _brand(folder: Path, name: str | None, handle: str | None, *, dry: bool) -> tuple[list[Path], list[str]]:
    called = name if name is not None else _asked("What is the brand called?", "--name")
    account = handle if handle is not None else _asked("Its own account (such as @acmeair)", "--handle")
    made = new_brand(folder, called, account, dry=dry)
    return made, [
        f"ascolta run {folder}          rehearse on made-up posts, at the desk in your browser",
        f"read {folder / 'queries.yaml'}, then: ascolta check {folder}",
        f"before real posts: fill in {made[-1]}, and name {FIRST} in {folder / 'brand.yaml'}",
    ]
