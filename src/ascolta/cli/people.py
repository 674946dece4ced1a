"""`ascolta people`: who works at the desk, from the terminal."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import Folder, place_of
from ascolta.cli.show import Json, out, say_json
from ascolta.core.people import LinkKind, Member, State, key_of, role_of
from ascolta.errors import PeopleError
from ascolta.stores.accounts import Accounts

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Who works at the desk: invite, list, suspend, and let in again whoever lost their password.

`add` and `reset` print a link that works once; pass it on by a way that only its reader sees. Roles: *viewer*, *agent*,
*lead*, *privacy officer*, *admin*. The same stands on the desk under People.
""",
)
Name = Annotated[str, typer.Argument(help="The name with which they sign.")]
Address = Annotated[str, typer.Option("--address", help="Where browsers find the desk.", metavar="URL")]
HERE = "http://127.0.0.1:8020"


@contextmanager
def opened(folder: Path, store: Path | None) -> Iterator[Accounts]:
    """The accounts of a store, closed again afterwards. Raises AscoltaError if there is none."""
    place = place_of(folder, store)
    with closing(bootstrap.journal(place)) as journal, closing(bootstrap.accounts(place, journal)) as accounts:
        yield accounts


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option("--role", help="What they are at the desk.")] = "agent",
    folder: Folder = Path(),
    store: StoreFolder = None,
    address: Address = HERE,
    as_json: Json = False,
) -> None:
    """Invite somebody: prints a link, good once and for three days, by which they set their password."""
    with opened(folder, store) as accounts:
        member, token = accounts.invite(name, role_of(role), time.time())
    _show_link(member, f"{address.rstrip('/')}/invited/{token}", as_json=as_json)


@app.command("list")
def list_(folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Show who works at the desk, as what, and whether they have a second factor."""
    with opened(folder, store) as accounts:
        members = accounts.members()
    if as_json:
        say_json(members)
        return
    for one in members:
        more = ["second factor" if one.factor == "on" else "", one.state if one.state is not State.ACTIVE else ""]
        said = ", ".join(part for part in (one.role, *more) if part)
        out.print(f"{one.id}  {one.name or 'the owner'}: {said}", markup=False, soft_wrap=True)
    if not members:
        out.print("Nobody has an account yet; `ascolta run` makes the first.", markup=False)


@app.command()
def suspend(name: Name, folder: Folder = Path(), store: StoreFolder = None) -> None:
    """Let somebody in no more; their sessions end at once. The account goes after a year."""
    with opened(folder, store) as accounts:
        accounts.suspend(named_one(accounts, name).id, time.time())
    out.print("Suspended.", markup=False)


@app.command()
def reset(
    name: Name, folder: Folder = Path(), store: StoreFolder = None, address: Address = HERE, as_json: Json = False
) -> None:
    """Take away somebody's password and second factor: prints a link, good once, to set them anew."""
    with opened(folder, store) as accounts:
        member = named_one(accounts, name)
        token = (
            accounts.restore(member.id, time.time())
            if member.state is State.SUSPENDED
            else accounts.relink(member.id, LinkKind.RESET, time.time())
        )
    _show_link(member, f"{address.rstrip('/')}/invited/{token}", as_json=as_json)


def named_one(accounts: Accounts, name: str) -> Member:
    """Somebody by the name with which they sign. Raises PeopleError."""
    found = next((one for one in accounts.members() if one.name and key_of(one.name) == key_of(name)), None)
    if found is None:
        raise PeopleError("nobody signs with this name; `ascolta people list` shows who is there")
    return found


def _show_link(member: Member, link: str, *, as_json: bool) -> None:
    if as_json:
        say_json({"person": member.id, "role": member.role, "link": link})
    else:
        out.print(link, markup=False, soft_wrap=True)
