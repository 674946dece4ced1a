"""`ascolta check`: does a brand's folder say what its author means?"""

from pathlib import Path
from typing import Annotated

import typer

from ascolta.cli.show import Json, out, say_json, tell
from ascolta.files.check import check as check_folder
from ascolta.labels import label

app = typer.Typer(add_completion=False)


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="A folder with brand.yaml, or a folder of such folders.")] = Path(),
    as_json: Json = False,
) -> None:
    """Read every file of a brand, run each rule's `fits` and `spares`, and look for rules that can never be reached.

    Exit code 1 if something is wrong with what the files say, 2 if one cannot be read.
    """
    report = check_folder(folder, label)
    errors = [problem for problem in report.problems if problem.severity == "error"]
    if as_json:
        say_json(report)
    else:
        for problem in report.problems:
            tell(f"{problem.path}:{problem.line}: {problem.severity}: {problem.message}")
        warnings = len(report.problems) - len(errors)
        found = f"{len(errors)} errors, {warnings} warnings" if report.problems else "all is well"
        out.print(f"{folder}: {report.rules} rules, {report.examples} examples run; {found}", markup=False)
    if errors:
        raise typer.Exit(1)
