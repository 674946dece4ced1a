"""What commands share: options, output for people and for scripts, complaints, progress."""

import os
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from ascolta.core.text import shown
from ascolta.errors import AscoltaError, QueryError


class Quiet(Console):
    """A reader that leaves, as `head` does, ends the command quietly."""

    def on_broken_pipe(self) -> None:
        """What is still written goes nowhere."""
        _leave()


out = Quiet(highlight=False)
err = Quiet(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
BrandFolder = Annotated[
    Path | None,
    typer.Option("--brand", "-b", help="A folder with brand.yaml, or a folder of such folders.", metavar="FOLDER"),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map", "-m", help="Which column stands for which key of the post format; repeatable.", metavar="KEY=COLUMN"
    ),
]

STYLES = {"reply": "bold green", "care": "bold yellow", "handover": "bold magenta", "silence": "dim"}


def complain(error: AscoltaError) -> None:
    """Say on standard error what is wrong, as one sentence; a query is shown with a caret under the place."""
    err.print(
        f"[bold red]✗[/] {_plain(str(error))}" if err.is_terminal else _plain(str(error)),
        soft_wrap=True,
        markup=err.is_terminal,
    )
    if isinstance(error, QueryError):
        err.print(error.caret(), markup=False, soft_wrap=True)


def tell(said: str) -> None:
    """One line on standard error, in which nothing of a post is obeyed as markup or control."""
    err.print(shown(said), markup=False, soft_wrap=True)


def say_json(value: Any) -> None:
    """One JSON value on standard output, indented on a terminal."""
    line = msgspec.json.encode(value, enc_hook=str)
    _write([(msgspec.json.format(line, indent=2) if sys.stdout.isatty() else line) + b"\n"])


def write_lines(values: Iterable[Any]) -> None:
    """JSON lines on standard output, through at once."""
    _write(msgspec.json.encode(value, enc_hook=str) + b"\n" for value in values)


def columns(pairs: list[str] | None, known: Collection[str] = ()) -> dict[str, str]:
    """`--map` as a mapping. Raises AscoltaError for what is not KEY=COLUMN, or no key of those that are known."""
    found = {}
    for pair in pairs or ():
        key, equals, column = pair.partition("=")
        if not (key and equals and column):
            raise AscoltaError(f"--map {pair}: expected KEY=COLUMN, such as text=body")
        if known and key not in known:
            raise AscoltaError(f"--map {pair}: there is no key '{key}'; choose from {', '.join(known)}")
        found[key] = column
    return found


def pairs(said: Iterable[str]) -> dict[str, str]:
    """`--set` as a mapping. Raises AscoltaError for what is not KEY=VALUE."""
    found: dict[str, str] = {}
    for pair in said:
        key, equals, value = pair.partition("=")
        if not (key and equals and value.strip()):
            raise AscoltaError("--set: expected KEY=VALUE, such as server=https://social.example")
        if key in found:
            raise AscoltaError(f"--set: '{key}' stands twice; keep one")
        found[key] = value.strip()
    return found


def progress(*, quiet: bool) -> Progress:
    """A progress bar on standard error; none in pipes or where it is not wanted."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=quiet or not err.is_terminal,
    )


def percent(part: float, whole: float) -> str:
    """A share in percent, `–` of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _write(lines: Iterable[bytes]) -> None:
    """Write through at once."""
    try:
        sys.stdout.buffer.writelines(lines)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _leave()


def _leave() -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _plain(text: str) -> str:
    return text.replace("[", "\\[") if err.is_terminal else text
