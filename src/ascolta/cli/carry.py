"""`ascolta import`: queries of Brandwatch and Talkwalker in, a queries.yaml out, with a report of what changed."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.text import Text

from ascolta.cli.show import Json, err, say_json
from ascolta.core.text import shown
from ascolta.errors import AscoltaError, FileError, QueryError
from ascolta.files.carried import Carried, carry
from ascolta.files.dialects import AUTO, BRANDWATCH, TALKWALKER
from ascolta.files.reading import MAX_SIZE

app = typer.Typer(add_completion=False)

_NAMES = ("name", "query name", "title", "label", "topic")
_QUERIES = ("query", "boolean query", "booleanquery", "search", "find", "definition")
_STYLES = {"same": "dim", "more": "yellow", "fewer": "red", "either": "magenta"}


class Dialect(StrEnum):
    """Where a query comes from."""

    BRANDWATCH = BRANDWATCH
    TALKWALKER = TALKWALKER
    AUTO = AUTO


@app.command()
def carry_over(
    file: Annotated[
        str,
        typer.Argument(
            help="One query, or a CSV or JSON lines export with a name and a query a row; - is standard input."
        ),
    ] = "-",
    dialect: Annotated[Dialect, typer.Option("--from", help="The tool that the queries come from.")] = Dialect.AUTO,
    name: Annotated[str | None, typer.Option("--name", help="How to call the query.", metavar="NAME")] = None,
    as_json: Json = False,
) -> None:
    """Carry queries over from Brandwatch or Talkwalker: a queries.yaml on standard output, a report on standard error.

    The report names every piece that was left out or changed, and whether the query finds more or fewer posts for it.

    Exit code 0 if every query finds what it found before, 1 if something was left out or changed, 2 if a query cannot
    be read or nothing of it is left.

    Example: `ascolta import acme.txt --from brandwatch --name acme > my-brand/queries.yaml`
    """
    rows = _rows(file, name)
    found = [(called, _carried(called, text, dialect.value)) for called, text in rows]
    for (called, text), (_, carried) in zip(rows, found, strict=True):
        _report(called, text, carried)
    kept = [(called, carried) for called, carried in found if carried.query is not None]
    if not kept:
        raise AscoltaError("nothing of it could be carried over, so there is no query to write; see the report above")
    if as_json:
        say_json({"queries": [_plain(called, carried) for called, carried in found]})
    else:
        sys.stdout.write(_yaml(kept))
    if not all(carried.wholly for _, carried in found):
        raise typer.Exit(1)


def _carried(called: str, text: str, dialect: str) -> Carried:
    try:
        return carry(text, dialect)
    except QueryError as error:
        raise QueryError(f"query '{shown(called)}': {error.message}", query=text, column=error.column) from None


def _rows(file: str, name: str | None) -> list[tuple[str, str]]:
    """Each query with its name; no name twice."""
    text = _read(file)
    table = _table(file, text)
    if table is None:
        return [((name or "").strip() or ("imported" if file == "-" else Path(file).stem), text)]
    if name is not None:
        raise AscoltaError("--name is for one query; the queries of this file have names")
    if not table:
        raise FileError(file, None, "holds no query below its first line")
    found: dict[str, str] = {}
    for row, (said, query) in enumerate(table, 1):
        called = first = " ".join(said.split()) or f"query {row}"
        number = 2
        while called in found:
            called, number = f"{first} {number}", number + 1
        found[called] = query
    return list(found.items())


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise FileError(file, None, f"cannot be read ({error.strerror})") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileError(file, line, "is not UTF-8; save it as UTF-8") from None


def _table(file: str, text: str) -> list[tuple[str, str]] | None:
    """Names and queries of an export; None for one query as it is."""
    suffix = Path(file).suffix.lower()
    if suffix in (".jsonl", ".ndjson") or (suffix in ("", ".json") and text.lstrip().startswith('{"')):
        return list(_json_rows(file, text))
    first = text.split("\n", 1)[0]
    headers = {sign: {_key(cell) for cell in first.split(sign)} for sign in ",;\t"}
    sign = next((sign for sign, header in headers.items() if header & set(_NAMES) and header & set(_QUERIES)), None)
    if sign is None and suffix in (".csv", ".tsv"):
        sign = next((sign for sign, header in headers.items() if header & set(_QUERIES)), ",")
    return None if sign is None else list(_csv_rows(file, text, sign))


def _json_rows(file: str, text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                raise FileError(file, number, "is not JSON; expected one object a line") from None
            if not isinstance(row, dict):
                raise FileError(file, number, 'expected an object, such as {"name": "acme", "query": "acme OR @acme"}')
            yield from _row(file, number, row)


def _csv_rows(file: str, text: str, sign: str) -> Iterator[tuple[str, str]]:
    csv.field_size_limit(MAX_SIZE)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=sign)
    try:
        for row in rows:
            yield from _row(file, rows.line_num, row)
    except csv.Error as error:
        raise FileError(file, rows.line_num, f"is not CSV: {error}") from None


def _row(file: str, line: int, row: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    """The name and the query of one row; none, which is told, where there is a place for a query and none in it."""
    known = {_key(str(key)): value for key, value in row.items() if isinstance(value, str) and value.strip()}
    query = next((known[key] for key in _QUERIES if key in known), None)
    if query is not None:
        yield next((known[key] for key in _NAMES if key in known), ""), query
    elif any(_key(str(key)) in _QUERIES for key in row):
        err.print(Text(f"{file}:{line}: there is no query in this row, so it is left out"), soft_wrap=True)
    else:
        raise FileError(file, line, "has no query; expected columns called name and query")


def _key(cell: str) -> str:
    return cell.strip().strip('"').lower().replace("_", " ")


def _report(called: str, text: str, carried: Carried) -> None:
    """What became of one query, on standard error."""
    worst = "carried over wholly" if carried.wholly else "not carried over wholly"
    err.print(Text.assemble((shown(called), "bold"), f": read as {carried.dialect}, {worst}"), soft_wrap=True)
    for remark in carried.remarks:
        style = _STYLES[remark.effect]
        what = shown(remark.what if len(remark.what) <= 120 else remark.what[:117] + "…")
        err.print(Text.assemble(f"  {_where(text, remark.column)}: ", (what, style)), soft_wrap=True)
        err.print(Text(f"      {remark.sentence}"), soft_wrap=True)


def _where(text: str, column: int) -> str:
    """A place in a query, with its line if there are several."""
    if "\n" not in text.strip():
        return f"column {column}"
    before = text[: column - 1]
    return f"line {before.count(chr(10)) + 1}, column {column - before.rfind(chr(10)) - 1}"


def _plain(called: str, carried: Carried) -> dict[str, Any]:
    remarks = [
        {"column": r.column, "what": r.what, "sentence": r.sentence, "effect": r.effect.value, "lost": r.lost}
        for r in carried.remarks
    ]
    find = None if carried.query is None else carried.text
    return {"name": called, "from": carried.dialect, "find": find, "wholly": carried.wholly, "remarks": remarks}


class _Folded(str):
    """A text to be written over several lines."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes lists indented, as our own files have them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        """Never without indentation."""
        return super().increase_indent(flow, False)


_Dumper.add_representer(
    _Folded, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=">")
)


def _yaml(found: list[tuple[str, Carried]]) -> str:
    queries = [{"name": called, "find": _Folded(carried.text), "why": _why(carried)} for called, carried in found]
    text = yaml.dump({"queries": queries}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    if len(text.encode("utf-8", "replace")) > MAX_SIZE:
        raise AscoltaError("together the queries are larger than 1 MiB; import them into two brands, or fewer at once")
    return f"# What is heard. Imported by `ascolta import`; read its report before you rely on it.\n{text}"


def _why(carried: Carried) -> str:
    lost = sum(remark.lost for remark in carried.remarks)
    other = sum(remark.effect != "same" and not remark.lost for remark in carried.remarks)
    if carried.wholly:
        return f"Imported from {carried.dialect.title()}, wholly."
    return f"Imported from {carried.dialect.title()}; left out: {lost}, changed: {other}."
