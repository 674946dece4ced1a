"""`ascolta sources`: what a brand hears, and how it goes."""

import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.show import Json, out, say_json
from ascolta.core.brand import FileSource as Declaration
from ascolta.core.budget import Budget
from ascolta.core.days import iso
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError
from ascolta.files.assessments import faults
from ascolta.ports import Store
from ascolta.sources import Live, networks
from ascolta.sources.chance import Held

app = typer.Typer(add_completion=False)


@dataclass(kw_only=True)
class Stands:
    """How one source stands. `waiting` is what is there and was not heard yet, `behind` how old the oldest of it is."""

    source: str
    brand: str
    networks: tuple[str, ...]
    heard: float = 0.0
    error: str = ""
    weighed: list[str] = field(default_factory=list)
    waiting: int | None = None
    behind: float | None = None
    budget: Budget | None = None
    declared: Declared | None = None
    findings: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether it is heard, and may be."""
        return not self.error and not self.weighed


@app.command()
def sources(
    folder: Annotated[Path, typer.Argument(help="A folder with brand.yaml, or a folder of such folders.")] = Path(),
    store: StoreFolder = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no network.")] = False,
    as_json: Json = False,
) -> None:
    """Say of each source when it was heard last, what waits there, what is wrong, and which opt-outs it can tell.

    Networks are asked once for it, and nothing that they give is kept or shown.

    Exit code 0 if all can be heard, 1 if one cannot, 2 if a file cannot be read.
    """
    found = bootstrap.found(folder)
    place = store or folder / bootstrap.STORE
    if place.is_dir():
        with closing(bootstrap.store(place)) as kept:
            told = _all(found, kept, offline=offline)
    else:
        told = _all(found, bootstrap.store(None), offline=offline)
    if not told:
        raise AscoltaError(f"{folder}: brand.yaml names no sources; add them there")
    if as_json:
        say_json([_plain(one) for one in told])
    else:
        for one in told:
            _print(one)
    if not all(one.is_well for one in told):
        raise typer.Exit(1)


def _all(found: bootstrap.Found, kept: Store, *, offline: bool) -> list[Stands]:
    return [
        _one(source, brand.id, (found, kept), offline=offline) for brand in found.brands for source in brand.sources
    ]


def _one(source: Declaration, brand: str, beside: tuple[bootstrap.Found, Store], *, offline: bool) -> Stands:
    found, kept = beside
    own = found.own[brand]
    path = str(found.beside(brand, source.path))
    name = source.name if source.live is not None else found.named()[bootstrap.absolute(path)]
    stands = Stands(source=source.path, brand=brand, networks=source.networks, heard=kept.heard_last(name))
    stands.weighed = [_said(fault.path, fault.line, fault.message, own) for fault in faults(own, source, date.today())]
    if source.live is None:
        stands.error = "" if source.path == "-" or Path(path).is_file() else "there is no such file"
    elif networks.installed():
        _ask(source, stands, (kept.cursor(name), bootstrap.safe(own)), asks=not offline and not stands.weighed)
    else:
        stands.error = "it needs what asks it; install it with: pip install 'ascolta[networks]'"
    return stands


def _ask(source: Declaration, stands: Stands, beside: tuple[str, Held], *, asks: bool) -> None:
    """Ask a network what waits there, without keeping any of it."""
    try:
        cursor, held = beside
        stands.declared = networks.declared_of(source.live.network if source.live is not None else "")
        live = networks.live(source, stands.brand, held, bootstrap.chance(threading.Event()))
        if asks:
            _look(live, stands, cursor)
    except AscoltaError as error:
        stands.error = str(error)


def _look(live: Live, stands: Stands, cursor: str) -> None:
    if live.network.declared.everything:
        live.network.probe()
        stands.budget, stands.findings = live.network.budget, tuple(live.findings)
        return
    now = time.time()
    events = [event for page in live.network.pages(cursor) for event in page.events]
    written = [event.post.published for event in events if event.post is not None and event.post.published is not None]
    stands.waiting, stands.budget = len(events), live.network.budget
    stands.findings = tuple(live.findings)
    stands.behind = max(0.0, now - min(written)) if written else 0.0


def _said(path: str, line: int | None, message: str, own: Path) -> str:
    name = Path(path).relative_to(own) if Path(path).is_relative_to(own) else Path(path).name
    return f"{name}{'' if line is None else f':{line}'}: {message}"


def _plain(one: Stands) -> dict[str, Any]:
    """One source as scripts read it."""
    said: Mapping[str, Any] = {
        "source": one.source, "brand": one.brand, "networks": one.networks, "well": one.is_well,
        "heard": iso(one.heard) if one.heard else None, "waiting": one.waiting, "behind": one.behind,
        "error": one.error or None, "weighed": one.weighed,
        "requests_left": one.budget.left if one.budget else None,
        "requests_allowed": one.budget.limit if one.budget else None,
        "answers": one.declared.answers if one.declared else None,
        "opt_outs": one.declared.reads if one.declared else None,
        "opt_outs_not_read": one.declared.unread if one.declared else None,
        "hears": one.declared.hears if one.declared else None,
        "addressed": one.declared.addressed if one.declared else None,
        "findings": one.findings,
    }  # fmt: skip
    return dict(said)


def _print(one: Stands) -> None:
    out.print(f"[bold]{'✓' if one.is_well else '✗'}[/] {one.source} ({one.brand})", soft_wrap=True)
    for said in _lines(one):
        out.print(f"  {said}", markup=False, soft_wrap=True)


def _lines(one: Stands) -> list[str]:
    lines = [f"heard last at {iso(one.heard)}" if one.heard else "never heard yet"]
    if one.waiting is not None:
        behind = f", the oldest from {one.behind:,.0f} seconds ago" if one.waiting and one.behind else ""
        lines.append(f"{one.waiting:,} posts wait to be heard{behind}" if one.waiting else "nothing waits to be heard")
    if one.budget is not None and one.budget.left is not None:
        lines.append(f"{one.budget.left:,} requests are left of {one.budget.limit or one.budget.left:,}")
    if one.declared is not None:
        lines.append(f"heard: {one.declared.hears}; said to the brand: {one.declared.addressed}")
        unread = f"; not read: {', '.join(one.declared.unread)}" if one.declared.unread else ""
        lines.append(f"{len(one.declared.reads)} opt-out signals are read{unread}")
    lines += [f"to know: {finding}" for finding in one.findings]
    lines += [f"cannot be heard: {one.error}"] if one.error else []
    return lines + [f"may not be heard: {fault}" for fault in one.weighed]
