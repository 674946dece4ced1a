"""`ascolta connect`: a network becomes a source of a brand: what is heard there, its secrets, a test, an assessment."""

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from ascolta.cli.show import Json
from ascolta.errors import AscoltaError
from ascolta.sources import networks

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for, as the command's options say it."""

    network: str
    folder: Path
    given: tuple[str, ...]
    secret_from: str | None = field(repr=False)
    by: str
    client: str
    keep: str
    browser: bool
    paste: bool
    offline: bool
    dry_run: bool
    listed: bool
    forget: str
    as_json: bool


@app.command()
def connect(
    network: Annotated[str, typer.Argument(help="Which network; left out with --list and --forget.")] = "",
    folder: Annotated[Path, typer.Argument(help="The folder of the brand.")] = Path(),
    given: Annotated[
        list[str] | None, typer.Option("--set", help="A key of the source; repeatable.", metavar="KEY=VALUE")
    ] = None,
    secret_from: Annotated[
        str | None, typer.Option("--secret-from", help="- reads the secret from what is piped in.", metavar="-")
    ] = None,
    by: Annotated[str, typer.Option(help="browser: be let in there; secret: give a token or password.")] = "",
    client: Annotated[str, typer.Option(help="As whom the network knows this installation (OAuth).")] = "",
    keep: Annotated[str, typer.Option(help="Where secrets go: keyring or file.")] = "",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address to open.")] = False,
    paste: Annotated[bool, typer.Option("--paste", help="The browser is on another machine.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not test the connection.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask, test and show; keep and write nothing.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Say where each secret lies, never what it is.")] = False,
    forget: Annotated[str, typer.Option(help="Forget a kept secret.", metavar="NAME")] = "",
    as_json: Json = False,
) -> None:
    """Connect a network: say what is heard and what it forbids, keep its secrets, test it, write it into brand.yaml.

    Secrets go into the system's keyring or an encrypted file, never into YAML, and never stand on a command line.
    Nothing is heard before the assessment that is laid out here was filled in.
    """
    if not networks.installed():
        raise AscoltaError("connecting needs what asks networks; install it with: pip install 'ascolta[networks]'")
    asks = Options(
        network=network, folder=folder, given=tuple(given or ()), secret_from=secret_from, by=by, client=client,
        keep=keep, browser=not no_browser, paste=paste, offline=offline, dry_run=dry_run, listed=listed, forget=forget,
        as_json=as_json,
    )  # fmt: skip
    importlib.import_module("ascolta.cli.connecting").connect(asks)
