"""The command `ascolta`. Each command is a file beside this one, and is read only when it is called."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from ascolta import __version__
from ascolta.cli.commands import COMMANDS
from ascolta.cli.failing import refused
from ascolta.cli.show import complain
from ascolta.errors import AscoltaError

_FILES = {"try": "trial", "import": "carry"}
"""Commands whose names Python keeps for itself, and the files that hold them."""


class Lazily(TyperGroup):
    """Commands by name; the desk's web server is not read in order to match a post, and nothing is to list them."""

    listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        """All of them, in order."""
        return list(COMMANDS)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """By one line each."""
        self.listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self.listing = False

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of them; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        if self.listing:
            return TyperCommand(cmd_name, help=COMMANDS[cmd_name])
        module = importlib.import_module(f"ascolta.cli.{_FILES.get(cmd_name, cmd_name)}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Lazily,
    name="ascolta",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"ascolta {__version__}")
        raise typer.Exit


@app.callback()
def ascolta(
    _: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Active listening for brands, with discretion.

    Answer when spoken to, care for complaints, keep silent otherwise. Start with `ascolta demo`.

    Exit codes: 0 all is well, 1 the answer is no (a check found something), 2 something could not be read or done.
    """


COLLECTED = (50_000, 20, 50)
"""When the garbage collector looks (`gc.set_threshold`): what a command has loaded stays, and to look it over again and
again takes a twentieth of the time in which posts are heard."""


def main() -> None:
    """Run a command; whatever goes wrong with its input is one sentence and exit code 2."""
    gc.set_threshold(*COLLECTED)
    _open_streams()
    try:
        _readable(sys.argv[1:])
        app()
    except AscoltaError as error:
        complain(error)
        sys.exit(2)
    except OSError as error:
        complain(refused(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _open_streams() -> None:
    """Whoever starts us may have closed a standard stream: nothing is read from it then, or what is written is lost."""
    for name, how in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(how, encoding="utf-8"))  # noqa: SIM115 - open as long as we run


def _readable(words: Sequence[str]) -> None:
    """Raises AscoltaError if one of the words of the command line is no text."""
    for number, word in enumerate(words, 1):
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise AscoltaError(f"word {number} of the command line is not UTF-8; write it, or call the file, in UTF-8")
