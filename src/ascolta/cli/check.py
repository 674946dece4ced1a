"""`ascolta check`: does a brand's folder, or a query, say what its author means?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.cells import cell_len

from ascolta.cli.show import Json, out, say_json, tell
from ascolta.core.lint import Finding, lint
from ascolta.core.parse import parse
from ascolta.core.text import shown
from ascolta.errors import AscoltaError
from ascolta.files.check import Report
from ascolta.files.check import check as check_folder
from ascolta.labels import label

app = typer.Typer(add_completion=False)
WIDTH = 120
"""Of a line with a caret below, so many characters at most are shown."""


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder with brand.yaml, or a folder of such folders.", show_default=".")
    ] = None,
    query: Annotated[str | None, typer.Option("--query", "-q", help="Look at this one query instead.")] = None,
    as_json: Json = False,
) -> None:
    """Read every file of a brand, run each rule's `fits` and `spares`, and look for what their author did not mean.

    Exit code 1 if something is wrong with what the files or the query say, 2 if one cannot be read.

    Examples: `ascolta check acme/`, `ascolta check --query 'acme OR "acme air" NOT looney'`
    """
    if query is None:
        errors = _folder(folder or Path(), as_json)
    elif folder is None:
        errors = _query(query, as_json)
    else:
        raise AscoltaError("check takes a folder or --query, not both; leave one out")
    if errors:
        raise typer.Exit(1)


def _folder(folder: Path, as_json: bool) -> int:
    """Report on a folder, and say how many errors there are."""
    report = check_folder(folder, label)
    errors = sum(problem.severity == "error" for problem in report.problems)
    if as_json:
        say_json(report)
        return errors
    _tell_problems(report)
    found = f"{errors} errors, {len(report.problems) - errors} warnings" if report.problems else "all is well"
    out.print(f"{folder}: {report.rules} rules, {report.examples} examples run; {found}", markup=False)
    return errors


def _tell_problems(report: Report) -> None:
    for problem in report.problems:
        column = f":{problem.column}" if problem.column is not None else ""
        tell(f"{problem.path}:{problem.line}{column}: {problem.severity}: {problem.message}")
        if problem.column is not None:
            _tell_caret(problem.excerpt, problem.column)


def _query(text: str, as_json: bool) -> int:
    """Report on one query, and say how many errors there are."""
    findings = lint(parse(text), text)
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        say_json({"query": text, "findings": findings})
        return errors
    for finding in findings:
        _tell_finding(finding, text)
    found = f"{errors} errors, {len(findings) - errors} warnings" if findings else "all is well"
    out.print(found, markup=False)
    return errors


def _tell_finding(finding: Finding, text: str) -> None:
    if finding.column is None:
        tell(f"{finding.severity}: {finding.message}")
        return
    before = text[: finding.column - 1]
    begin = before.rfind("\n") + 1
    line = before.count("\n") + 1
    place = f"line {line}, column" if "\n" in text else "column"
    tell(f"{place} {finding.column - begin}: {finding.severity}: {finding.message}")
    _tell_caret(text[begin:].partition("\n")[0], finding.column - begin)


def _tell_caret(line: str, column: int) -> None:
    """A line, and a caret under one of its characters; of a long line, what stands around it."""
    start = max(0, min(column - 1 - WIDTH // 2, len(line) - WIDTH))
    before, after = shown(line[start : column - 1]), shown(line[column - 1 : start + WIDTH])
    tell(before + after)
    tell(" " * cell_len(before) + "^")
