"""`ascolta inventory`: every field that is stored, what for and how long, against what a store really holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from ascolta import bootstrap
from ascolta.cli.journal import STORE
from ascolta.cli.show import Json, out, say_json
from ascolta.core.brand import Retention
from ascolta.core.inventory import File, Kind, Stored, Term
from ascolta.core.text import shown
from ascolta.files.brands import load_brands
from ascolta.stores.catalogue import FILES, compared

app = typer.Typer(add_completion=False)
INTRO = """\
# What is stored

Every field that Ascolta keeps, what for, and how long. This page is made from the code by
`ascolta inventory --markdown`, and a test compares the two. `ascolta inventory my-brand` compares the code with a real
store, by the databases' own catalogues: a file, a table, a column or an index that nobody declared ends it with exit
code 1, one line each. It reads no row.

Talk that was not said to the brand is in none of these fields: of it only counts are kept. Who spoke on a day is
counted with a key that is in memory only.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A field with its place."""

    file: str
    table: str
    name: str
    said: Stored


@app.command()
def inventory(
    folder: Annotated[
        Path | None, typer.Argument(help="A brand's folder, or the folder of its store.", metavar="[FOLDER]")
    ] = None,
    as_json: Json = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the documentation.")] = False,
) -> None:
    """Show what is stored, what for, how long; with FOLDER, compare that with what is really there.

    Exit code 1 if a file, a table, a column or an index is there that nobody declared, or one is missing.
    """
    kept = _retention(folder)
    odd = list(compared(_place(folder), bootstrap.database())) if folder is not None else []
    if as_json:
        say_json({"fields": [_told(entry, kept) for entry in _entries()], "differences": odd})
    elif as_markdown:
        out.out(_page(kept), end="")
    elif folder is None:
        _print(kept)
    else:
        _say(odd)
    if odd:
        raise typer.Exit(1)


def _place(folder: Path) -> Path:
    inside = folder / STORE
    return inside if inside.is_dir() else folder


def _retention(folder: Path | None) -> Retention:
    """The settings of the brand in a folder, if there is one; else those that hold unless a brand sets its own."""
    if folder is None or not (folder / "brand.yaml").is_file():
        return Retention()
    return next(iter(load_brands(folder))).retention


def _entries() -> Iterator[Entry]:
    for name, file in FILES.items():
        for table, fields in file.tables.items():
            for field, said in fields.items():
                yield Entry(file=name, table=table, name=field, said=said)


def _say(odd: list[str]) -> None:
    for line in odd:
        out.print(shown(line), markup=False, soft_wrap=True)
    if not odd:
        out.print(f"All that is stored here is declared; {len(list(_entries()))} fields are, see `ascolta inventory`.")


def _told(entry: Entry, kept: Retention) -> dict[str, Any]:
    said = entry.said
    return {
        "file": entry.file, "table": entry.table, "field": entry.name, "holds": said.holds, "parts": said.parts,
        "purpose": said.purpose, "term": said.term.name.lower(), "until": said.term.said(kept),
        "personal": said.kind.is_personal, "whose": said.kind.whose, "guard": said.kind.guard,
    }  # fmt: skip


def _print(kept: Retention) -> None:
    for name, file in FILES.items():
        table = Table(
            Column("field", no_wrap=True),
            "what it holds",
            "what for",
            "whose, how",
            "term",
            title=f"{name}: {file.purpose}",
        )
        for entry in _entries():
            if entry.file == name:
                said = entry.said
                told = (said.holds, said.purpose, said.kind.name.lower(), said.term.name.lower())
                table.add_row(f"{entry.table}.{entry.name}", *told)
        out.print(table if file.tables else f"{name}: {file.purpose}")
    for kind in Kind:
        out.print(f"{kind.name.lower():<10} {kind.whose}; {kind.guard}")
    for term in Term:
        out.print(f"{term.name.lower():<10} {term.said(kept)}")


def _page(kept: Retention) -> str:
    lines = [INTRO, *_legend("Whose it is, and how it is protected", _kinds())]
    lines += _legend("Terms", ((term.name.lower(), term.said(kept)) for term in Term))
    lines.append(
        "A brand's own terms stand in its `brand.yaml` under `retention`; these hold unless it says otherwise.\n"
    )
    for name, file in FILES.items():
        lines += [f"## {name}\n", f"{file.purpose[:1].upper()}{file.purpose[1:]}.\n"]
        for table in file.tables:
            lines += _table(name, file, table)
    return "\n".join(lines)


def _kinds() -> Iterator[tuple[str, str]]:
    for kind in Kind:
        yield kind.name.lower(), f"{kind.whose}; {kind.guard}"


def _legend(title: str, rows: Iterator[tuple[str, str]]) -> list[str]:
    return [f"## {title}\n", "| word | means |", "|---|---|", *(f"| {word} | {said} |" for word, said in rows), ""]


def _table(name: str, file: File, table: str) -> list[str]:
    rows = [f"### {table}\n", "| field | what it holds | what for | whose, how | term |", "|---|---|---|---|---|"]
    for field, said in file.tables[table].items():
        parts = f" (`{'`, `'.join(said.parts)}`)" if said.parts else ""
        kind, term = said.kind.name.lower(), said.term.name.lower()
        rows.append(f"| {field} | {said.holds}{parts} | {said.purpose} | {kind} | {term} |")
    return [*rows, ""]
