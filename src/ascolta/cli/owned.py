"""What the commands for advocates and statements share: a brand's folder, its store, and what lies beside it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ascolta import bootstrap
from ascolta.core.brand import Brand
from ascolta.errors import AscoltaError
from ascolta.files.brands import load_folders
from ascolta.files.helping import Helping, load_helping
from ascolta.ports import Publisher, Store
from ascolta.sources import TwinNetwork
from ascolta.stores.advocates import Advocates
from ascolta.stores.statements import Statements

LATELY = 300.0
"""What was claimed within so many seconds may still be on its way from another program."""

NO_STORE = "there is no store here; `ascolta listen` begins one, or name the brand's folder, or the store with --store"

Folder = Annotated[Path, typer.Option("--brand", "-b", help="The brand's folder.", metavar="FOLDER")]
By = Annotated[str, typer.Option("--by", help="Who you are; it is recorded.", metavar="NAME")]
Paused = Annotated[
    bool, typer.Option("--although-paused", help="Also while the brand's speaking is paused, as in a crisis it is.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A brand with its folder and everything of its store that speaking needs."""

    folder: Path
    brand: Brand
    helping: Helping
    store: Store
    advocates: Advocates
    statements: Statements


@contextmanager
def opened(folder: Path, store: Path | None) -> Iterator[Opened]:
    """The store of one brand, closed again afterwards. Raises AscoltaError if there is none."""
    own, brand = one_brand(folder)
    place = place_of(own, store)
    helping = load_helping(own)
    kept = bootstrap.store(place)
    advocates, statements = Advocates(place, kept.journal), Statements(place, kept.journal)
    try:
        yield Opened(folder=own, brand=brand, helping=helping, store=kept, advocates=advocates, statements=statements)
    finally:
        statements.close()
        advocates.close()
        kept.close()


def place_of(folder: Path, store: Path | None) -> Path:
    """Where a folder's store lies, or the one that is named. Raises AscoltaError if there is none."""
    place = store or folder / bootstrap.STORE
    if not is_store(place):
        raise AscoltaError(f"{place}: {NO_STORE}")
    return place


def is_store(place: Path) -> bool:
    """Whether a store was begun there."""
    return (place / "keys.db").is_file()


def one_brand(folder: Path) -> tuple[Path, Brand]:
    """The brand of a folder. Raises AscoltaError where there are several."""
    found = load_folders(folder)
    if len(found) != 1:
        raise AscoltaError(f"{folder}: this is a folder of brands; name the folder of one with --brand")
    return found[0]


def twins() -> dict[str, TwinNetwork]:
    """Where messages go, by network. For now each is a twin that nobody reads."""
    return bootstrap.twins()


def channels(ours: Opened) -> tuple[dict[str, Publisher], Mapping[str, Collection[str]]]:
    """Who posts, by network, and on which networks each brand has an account that does. Raises AscoltaError."""
    heard = bootstrap.channels(ours.folder)
    return bootstrap.publishers(heard), bootstrap.posting(heard)


def unread(networks: Iterable[str]) -> str:
    """That nobody will read a post on these networks; empty if there are none."""
    named = ", ".join(dict.fromkeys(networks))
    return (
        f"Nobody will read it on {named}: brand.yaml names no account of the brand there that can post."
        if named
        else ""
    )


def needs_name(by: str) -> str:
    """Who does something. Raises AscoltaError without."""
    if not by.strip():
        raise AscoltaError("say who does this: --by NAME")
    return by.strip()
