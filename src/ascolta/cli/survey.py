"""`ascolta survey`: what people think of being listened to, and what that would change in the etiquette."""

import csv
import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table as Grid

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import Folder, one_brand
from ascolta.cli.show import Json, Map, columns, out, say_json, tell
from ascolta.core.brand import Brand
from ascolta.core.days import DAY
from ascolta.core.study import AGES
from ascolta.core.survey import Survey, month_of
from ascolta.core.survey_rules import propose
from ascolta.core.survey_tables import Cell, Table, study_table, table
from ascolta.core.text import shown
from ascolta.errors import AscoltaError, FileError
from ascolta.files.etiquette import FILE as ETIQUETTE
from ascolta.files.etiquette import load_etiquette, parsed_etiquette, shipped_text
from ascolta.files.reading import read_text
from ascolta.files.survey import load_survey, new_survey
from ascolta.files.survey_proposal import FILE, proposed, write_proposal
from ascolta.files.survey_sheets import LARGEST, Columns, digest, read_sheets
from ascolta.stores.survey import Surveys
from ascolta.web import pages
from ascolta.web.survey import figures_page, questionnaire
from ascolta.web.survey_shown import notes

app = typer.Typer(
    add_completion=False,
    rich_markup_mode="markdown",
    help="""What people think of being listened to, by age, and what that would change in the etiquette.

`survey.yaml` opens a page on which everybody can answer: `ascolta run` serves it at /survey/BRAND. Without answers of
your own, the figures are those of the study behind the shipped rules. Nothing that is kept tells who answered.
""",
)
RISKY = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""A cell that begins so may be run by a spreadsheet as a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A brand with its folder, its survey and the answers to it."""

    folder: Path
    brand: Brand
    survey: Survey
    kept: Surveys


@app.callback(invoke_without_command=True)
def survey(
    ctx: typer.Context,
    folder: Folder = Path(),
    store: StoreFolder = None,
    to_etiquette: Annotated[
        bool, typer.Option("--to-etiquette", help="Write a proposal of changed rules; the etiquette stays as it is.")
    ] = False,
    to: Annotated[Path | None, typer.Option("--out", "-o", help=f"Where to; {FILE} beside the etiquette.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Write a survey.yaml to begin with.")] = False,
    as_json: Json = False,
) -> None:
    """Show the figures, or with --to-etiquette what they would change."""
    if ctx.invoked_subcommand is not None:
        if new or to_etiquette or as_json or to or store or folder != Path():
            raise AscoltaError("options stand after the word, such as in: ascolta survey show --brand acme")
        return
    if new:
        own, brand = one_brand(folder)
        out.print(f"wrote {new_survey(own, brand.id)}", markup=False, soft_wrap=True)
    elif to_etiquette:
        _propose(folder, store, to, as_json=as_json)
    else:
        show(folder, store, as_csv=False, as_json=as_json)


@app.command()
def show(
    folder: Folder = Path(),
    store: StoreFolder = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the table as CSV.")] = False,
    as_json: Json = False,
) -> None:
    """Show what people answered, by age, with intervals; what too few people said is hidden."""
    with opened(folder, store) as ours:
        found, waits = _found(ours), ours.kept.waits(ours.brand.id)
    if as_csv:
        _write_csv(found)
    elif as_json:
        say_json(_told(found))
    else:
        _print(found, waits=waits)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV file with a column for each question; - is standard input.")],
    folder: Folder = Path(),
    store: StoreFolder = None,
    pairs: Map = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", help="A column to pass over; repeatable.", metavar="COLUMN")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look whether it can be read.")] = False,
    as_json: Json = False,
) -> None:
    """Read in answers that another tool gathered: one person a row, one column a question, called by its name.

    Answers are agree, neither, disagree, or yes, no, unsure, or empty. The column `age` has bands (18-24, 25-34, 35-44,
    45-54, 55+) or years. `--map when-spoken-to=Q7` says that the column Q7 holds a question. The file is read whole or
    not at all, and never twice.
    """
    data, named = _read(file), "standard input" if str(file) == "-" else str(file)
    month = month_of(int(time.time() // DAY))
    with opened(folder, store) as ours:
        asked = Columns(named=columns(pairs), skipped=tuple(skip or ()))
        sheets = read_sheets(data, named, ours.survey, asked, month)
        if not dry_run:
            ours.kept.read_in(ours.brand.id, sheets, digest(data), month)
    if as_json:
        say_json({"sheets": len(sheets), "kept": not dry_run})
        return
    said = f"{len(sheets)} people's answers can be read; nothing was kept (dry run)."
    out.print(said if dry_run else f"{len(sheets)} people's answers were read in; the file is not needed any more.")


@app.command()
def html(
    to: Annotated[Path, typer.Option("--out", "-o", help="The folder to write to.", metavar="DIR")],
    folder: Folder = Path(),
    store: StoreFolder = None,
    as_json: Json = False,
) -> None:
    """Write the figures as a page, and the questions in each language to be printed and filled in by hand."""
    with opened(folder, store) as ours:
        found = _found(ours)
        css = pages.styles()
        made = {"figures.html": figures_page(ours.brand, ours.survey, found, css=css)}
        for lang in ours.survey.languages:
            made[f"survey-{lang}.html"] = questionnaire(ours.brand, ours.survey, lang, copy=True, css=css)
    try:
        to.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (to / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(to, None, f"cannot be written ({error.strerror}); choose another folder") from None
    if as_json:
        say_json({"files": [str(to / name) for name in made]})
        return
    for name in made:
        out.print(f"wrote {to / name}", markup=False, soft_wrap=True)


@app.command()
def drop(
    folder: Folder = Path(),
    store: StoreFolder = None,
    sure: Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what would go.")] = False,
) -> None:
    """Remove all answers of a brand, such as before a new survey or after a file that was read in wrongly."""
    with opened(folder, store) as ours:
        count = ours.kept.drop(ours.brand.id) if sure else len(ours.kept.counted(ours.brand.id))
    out.print(f"{count} people's answers {'are gone.' if sure else 'would go; say --yes to do it.'}")


@contextmanager
def opened(folder: Path, store: Path | None) -> Iterator[Opened]:
    """The survey of one brand, closed again afterwards."""
    own, brand = one_brand(folder)
    asked = load_survey(own, brand.id)
    kept = Surveys(store or own / bootstrap.STORE)
    try:
        yield Opened(folder=own, brand=brand, survey=asked, kept=kept)
    finally:
        kept.close()


def _propose(folder: Path, store: Path | None, to: Path | None, *, as_json: bool) -> None:
    """Write what the figures would change in the etiquette; the etiquette itself is not touched."""
    with opened(folder, store) as ours:
        found = _found(ours)
    path = ours.folder / ETIQUETTE
    handle = ours.brand.handles[0] if ours.brand.handles else ours.brand.id
    text = read_text(path) if path.exists() else shipped_text(ours.brand.name, handle)
    etiquette = load_etiquette(path) if path.exists() else parsed_etiquette(text, path)
    proposal = propose(etiquette, found)
    place = to or ours.folder / FILE
    if proposal.changes:
        write_proposal(place, proposed(text, ETIQUETTE, proposal))
    if as_json:
        where = str(place) if proposal.changes else None
        say_json({"file": where, "changes": proposal.changes, "remarks": proposal.remarks})
        return
    for one in proposal.changes:
        out.print(f"{one.rule}: {one.key}: {shown(one.after)}", markup=False, soft_wrap=True)
    for remark in proposal.remarks:
        out.print(shown(remark), markup=False, soft_wrap=True)
    wrote = f"wrote {place}; read it and decide, nothing of it is in force"
    out.print(wrote if proposal.changes else "The figures change no rule.", markup=False, soft_wrap=True)


def _found(ours: Opened) -> Table:
    """The brand's own figures; the study's as long as it has none."""
    sheets = ours.kept.counted(ours.brand.id)
    return table(ours.survey, sheets) if sheets else study_table(ours.survey)


def _read(file: Path) -> bytes:
    """No more of a file than a survey could have."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with file.open("rb") as source:
            return source.read(LARGEST + 1)
    except OSError as error:
        raise FileError(file, None, f"cannot be read ({error.strerror}); name a CSV file") from None


def _print(found: Table, *, waits: bool) -> None:
    """The table for people to read."""
    title = f"What {found.people} people expect" if found.people else "What people expect, by the study of 2012"
    grid = Grid(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    grid.add_column("% of people")
    for heading in ("all", *(["95 % interval"] if found.people else []), *AGES, *(["study"] if found.people else [])):
        grid.add_column(heading, justify="right", no_wrap=True)
    grid.add_column("name", no_wrap=True)
    for row in found.rows:
        between = [_between(row.everybody)] if found.people else []
        beside = [_cell(row.study)] if found.people else []
        cells = (_cell(row.everybody), *between, *(_cell(cell) for cell in row.bands), *beside)
        grid.add_row(escape(shown(row.question.says)), *cells, f"[dim]{row.question.name}[/]")
    out.print(grid)
    gaps = ("–: the study gives no figure, and none is filled in.", *found.sources)
    for said in notes(found) if found.people else gaps:
        out.print(shown(said), markup=False, soft_wrap=True)
    if waits:
        tell("More answers wait until enough people of the same age band have given theirs.")


def _cell(cell: Cell) -> str:
    if cell.is_hidden:
        return "•"
    return "–" if cell.percent is None else f"{cell.percent:g}"


def _between(cell: Cell) -> str:
    return "" if cell.low is None else f"{cell.low:.0f} to {cell.high:.0f}"


def _told(found: Table) -> dict[str, Any]:
    """The table for scripts."""
    rows = [
        {
            "question": row.question.name, "says": row.question.says, "all": row.everybody,
            "by_age": dict(zip(AGES, row.bands, strict=True)), "study": row.study.percent,
        }
        for row in found.rows
    ]  # fmt: skip
    return {
        "people": found.people, "effective": round(found.effective, 1), "design_effect": round(found.effect, 3),
        "weighted": found.weighted, "sources": found.sources, "missing": found.missing, "off": round(found.off, 2),
        "trimmed": found.is_trimmed, "rows": rows,
    }  # fmt: skip


def _write_csv(found: Table) -> None:
    """The table as CSV; no cell in it is a formula."""
    said = io.StringIO()
    lines = csv.writer(said, lineterminator="\n")
    lines.writerow(["question", "says", "of", "percent", "low", "high", "people", "study"])
    for row in found.rows:
        for name, cell in (("all", row.everybody), *zip(AGES, row.bands, strict=True)):
            figures = [cell.percent, cell.low, cell.high, cell.people, row.study.percent if name == "all" else None]
            lines.writerow([safe(row.question.name), safe(row.question.says), name, *figures])
    out.file.write(said.getvalue())


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text
