"""`ascolta init`: a folder for a new brand."""

from pathlib import Path
from typing import Annotated

import typer

from ascolta.cli.show import Json, out, say_json
from ascolta.files.init import new_brand

app = typer.Typer(add_completion=False)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.", show_default=False)],
    name: Annotated[str, typer.Option(help="What the brand is called.", prompt="What is the brand called?")],
    handle: Annotated[
        str, typer.Option(help="Its own account, such as @acmeair.", prompt="Its own account (such as @acmeair)")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which files would be written.")] = False,
    as_json: Json = False,
) -> None:
    """Make a folder for a brand: its names, queries, etiquette and a first plan, each explained inside.

    Nothing is overwritten. The etiquette is the one derived from what people expect (see `ascolta study`).
    """
    made = new_brand(folder, name, handle, dry=dry_run)
    if as_json:
        say_json({"files": [str(path) for path in made], "written": not dry_run})
        return
    for path in made:
        out.print(f"{'would write' if dry_run else 'wrote'} {path}", markup=False)
    if not dry_run:
        out.print(f"\nNext: read {folder / 'queries.yaml'}, then run: ascolta check {folder}", markup=False)
