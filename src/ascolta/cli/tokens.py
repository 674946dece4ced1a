"""`ascolta tokens`: by which programs act in whose name, from the terminal."""

import time
from pathlib import Path
from typing import Annotated

import typer

from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import Folder
from ascolta.cli.people import named_one, opened
from ascolta.cli.show import Json, out, say_json
from ascolta.core.days import DAY, written
from ascolta.core.scopes import USUAL, Token, listed, offered, wanted

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Tokens by which programs act in somebody's name over the desk's API: make, list, revoke.

A token does no more than its scopes and its person may, ends by itself, and is shown once. The same stands on the desk
under You, Tokens.
""",
)


@app.command()
def make(
    called: Annotated[str, typer.Argument(help="What uses it.", metavar="NAME")],
    whose: Annotated[str, typer.Option("--for", help="In whose name it acts.", metavar="PERSON")],
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; may be given again.")] = None,
    days: Annotated[int, typer.Option(help="For how many days it is good.")] = USUAL,
    folder: Folder = Path(),
    store: StoreFolder = None,
    as_json: Json = False,
) -> None:
    """Make a token, and print it this once. Without --scope it says which scopes that person can give.

    Example: `ascolta tokens make "the help desk" --for Ann --scope cases:read --scope cases:answer`
    """
    with opened(folder, store) as accounts:
        member = named_one(accounts, whose)
        if not scope:
            out.print("\n".join(offered(member.role)), markup=False)
            raise typer.Exit(2)
        made, said = accounts.tokens.make(member.id, wanted(called, scope, days, member.role), time.time())
    if as_json:
        say_json({**_shown(made), "token": said})
    else:
        out.print(said, markup=False, soft_wrap=True)


@app.command("list")
def list_(folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Show the tokens that are good: whose, what for, until when, and the day on which each was used last."""
    with opened(folder, store) as accounts:
        names = {one.id: one.name for one in accounts.members()}
        found = [{**_shown(one), "person": names.get(one.member, "")} for one in accounts.tokens.of(None, time.time())]
    if as_json:
        say_json(found)
        return
    for one in found:
        used = f"used {one['used']}" if one["used"] else "never used"
        said = f"{one['number']}  {one['name']} of {one['person']}: {one['scopes']}; until {one['until']}; {used}"
        out.print(said, markup=False, soft_wrap=True)
    if not found:
        out.print("No program acts in anybody's name.", markup=False)


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="The token, by its number.", metavar="NUMBER")],
    folder: Folder = Path(),
    store: StoreFolder = None,
) -> None:
    """End a token now."""
    with opened(folder, store) as accounts:
        accounts.tokens.revoke(number, time.time())
    out.print("Revoked.", markup=False)


def _shown(token: Token) -> dict[str, object]:
    return {
        "number": token.number,
        "name": token.name,
        "scopes": listed(token.scopes),
        "until": written("date", int(token.goes // DAY)),
        "used": written("date", token.used) if token.used >= 0 else "",
    }
