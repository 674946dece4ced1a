"""`ascolta study`: the figures behind the defaults."""

from typing import Annotated

import typer
from rich.table import Table

from ascolta.cli.show import Json, out, say_json
from ascolta.core import study
from ascolta.errors import AscoltaError

app = typer.Typer(add_completion=False)


@app.command()
def figures(
    name: Annotated[str, typer.Argument(help="One figure only, by its name.", show_default=False)] = "",
    as_json: Json = False,
) -> None:
    """Show what people expect of a brand that listens, each figure with its source.

    These are the reasons that the shipped etiquette gives in its `why`.
    """
    found = [known for known in (*study.FIGURES, *study.EVIDENCE) if name in ("", known.name)]
    if not found:
        names = ", ".join(known.name for known in (*study.FIGURES, *study.EVIDENCE))
        raise AscoltaError(f"there is no figure '{name}'; there are {names}")
    if as_json:
        by_age = [] if name else list(study.BY_AGE)
        say_json({"figures": found, "by_age": by_age, "ages": study.AGES})
        return
    table = Table(title="What people expect", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading, justify in (("%", "right"), ("of people", "left"), ("name", "left")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for known in found:
        table.add_row(f"{known.percent:g}", known.says, f"[dim]{known.name}[/]")
    out.print(table)
    if not name:
        out.print(_by_age())
    for source in dict.fromkeys(known.source for known in found):
        out.print(f"[dim]Source: {source}.[/]")


def _by_age() -> Table:
    table = Table(
        title="\nBy age, % (–: the source gives no figure)", title_justify="left", box=None, padding=(0, 2, 0, 0)
    )
    table.add_column("of people")
    for age in study.AGES:
        table.add_column(age, justify="right")
    table.add_column("")
    for row in study.BY_AGE:
        table.add_row(
            row.says, *("–" if value is None else f"{value:g}" for value in row.percents), f"[dim]{row.note}[/]"
        )
    return table
