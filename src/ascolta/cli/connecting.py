"""How `ascolta connect` does it: what is asked, tested, kept and written. Needs the extra `networks`."""

import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typer

from ascolta import bootstrap
from ascolta.cli import entered
from ascolta.cli.connect import Options
from ascolta.cli.show import out, pairs, say_json, tell
from ascolta.core.brand import Brand, FileSource
from ascolta.core.platform import HOUSE, terms_of
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError, FileError
from ascolta.files import adding
from ascolta.files.brands import load_brand
from ascolta.files.connections import CONNECTIONS
from ascolta.files.init import new_assessment
from ascolta.sources import networks
from ascolta.sources.asking import host, require_safe
from ascolta.sources.entering import WAYS
from ascolta.stores.safe import FILE, KEY, PLACES, Safe
from ascolta.stores.sealed import LEAST

Item = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is to be connected: the item of brand.yaml, the source that it is, and what its network is like."""

    item: Item
    source: FileSource
    declared: Declared
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How it is done: by browser or secret, what is kept where, whether it is tested, and written."""

    network: str
    by: str
    keep: str
    tests: bool
    writes: bool


def connect(asks: Options) -> None:
    """Connect what was asked for, or tell of its secrets. Raises AscoltaError."""
    if asks.listed or asks.forget:
        _kept(Path(asks.network) if asks.network else asks.folder, asks.forget, as_json=asks.as_json)
        return
    if asks.network not in CONNECTIONS:
        raise AscoltaError(f"'{asks.network}' is no network that can be heard; known are {', '.join(CONNECTIONS)}")
    if asks.keep not in ("", *PLACES) or asks.by not in ("", "browser", "secret"):
        raise AscoltaError("--keep is keyring or file, and --by is browser or secret")
    pipe = entered.piped(asks.secret_from)
    asked = entered.Asked(
        talks=pipe is None and sys.stdin.isatty(), pipe=pipe, browser=asks.browser, paste=asks.paste,
        client=asks.client, anew=asks.by == "secret",
    )  # fmt: skip
    how = How(network=asks.network, by=asks.by, keep=asks.keep, tests=not asks.offline, writes=not asks.dry_run)
    done = _connected(asks.folder, how, pairs(asks.given), asked, quiet=asks.as_json)
    _say(done, as_json=asks.as_json)


def _connected(
    folder: Path, how: How, given: Mapping[str, str], asked: entered.Asked, *, quiet: bool
) -> Mapping[str, Any]:
    """What was done, step by step. Raises AscoltaError, before anything is kept or written if it can."""
    brand, declared = load_brand(folder), networks.declared_of(how.network)
    if not quiet:
        _introduce(declared)
    made = _made(declared, entered.keys(how.network, given, brand, asked), brand)
    safe = bootstrap.safe(folder, _passphrase(folder))
    place = _place(made, safe, how)
    staged = entered.Staged(kept=safe)
    _let_in(made, staged, asked, how.by)
    if how.tests:
        _test(made, brand, staged)
    if how.writes:
        for variable, secret in staged.new.items():
            safe.put(variable, secret, place)
        _write(folder, made)
    return _told(folder, made, safe, how)


def _place(made: Made, safe: Safe, how: How) -> str:
    """Where new secrets go, known before anybody is asked for one. Raises AscoltaError if there is no place."""
    wanted = list(made.source.live.variables.values()) if made.source.live is not None else []
    if not how.writes or all(os.environ.get(name, "").strip() for name in wanted):
        return how.keep
    if how.keep == "keyring" and safe.ring is None:
        raise AscoltaError("there is no keyring here that can be used; install 'ascolta[keyring]', or use --keep file")
    if how.keep == "file" and not safe.passphrase():
        raise AscoltaError(f"a file of secrets needs a passphrase; set it in {KEY}")
    return how.keep or safe.usual


def _passphrase(folder: Path) -> Callable[[], str] | None:
    """The passphrase of a file that is begun now is typed twice; that of one that is there, as always."""
    if os.environ.get(KEY) or (folder / bootstrap.STORE / FILE).exists() or not sys.stdin.isatty():
        return None
    said = f"A passphrase for the file of secrets, {LEAST} letters or more (or set {KEY})"
    return cache(lambda: str(typer.prompt(said, hide_input=True, confirmation_prompt=True, err=True)))


def _made(declared: Declared, item: Item, brand: Brand) -> Made:
    source = adding.source_of(item)
    if source.live is not None and host(source.live.address):
        require_safe(source.path, source.live.address)
    found = next((one for one in brand.sources if one.path == source.path and one.live is not None), None)
    return Made(item=item, source=found or source, declared=declared, is_new=found is None)


def _let_in(made: Made, staged: entered.Staged, asked: entered.Asked, by: str) -> None:
    """Stage the secrets of the source: by a browser where the network has that, unless it is said otherwise."""
    live = made.source.live
    if live is None or not live.variables:
        return
    if by == "browser" and live.network not in WAYS:
        raise AscoltaError(f"{live.network} lets nobody in by a browser; use: --by secret")
    offered = live.network in WAYS and by != "secret" and (by == "browser" or not staged(live.token))
    if live.token and offered and (by == "browser" or (asked.talks and asked.pipe is None)):
        staged.give(live.token, entered.enter(made.source.path, live.network, live.address, asked))
        asked = entered.Asked(talks=asked.talks)
    entered.secrets(live.variables, live.network, staged, asked)


def _test(made: Made, brand: Brand, staged: entered.Staged) -> None:
    """Ask the network for as little as shows that it lets us. Raises AscoltaError."""
    found = networks.live(made.source, brand.id, staged, bootstrap.chance(threading.Event()))
    try:
        found.network.probe()
    except AscoltaError as error:
        raise AscoltaError(f"{error}; nothing was kept or written") from None
    finally:
        found.close()


def _write(folder: Path, made: Made) -> None:
    """The source in brand.yaml, if it is new there, and its assessment. Raises FileError, and leaves no half of it."""
    path = folder / "brand.yaml"
    if made.is_new:
        adding.add(path, made.item)
        try:
            load_brand(folder)
        except FileError:
            adding.undo(path)
            raise
    if not (folder / made.source.assessment).exists():
        new_assessment(folder, made.source.path)


def _introduce(declared: Declared) -> None:
    """What is heard there, and what the network forbids."""
    terms = {term.why: term.source for _, term in terms_of(declared.terms) if term.source != HOUSE}
    lines = [
        f"{declared.title}",
        f"  heard: {declared.hears}",
        f"  said to you: {declared.addressed}",
        f"  edits: {declared.edits or 'none'}",
        f"  deletions: {declared.deletions or 'none'}",
        f"  opt-outs: {len(declared.reads)} signals of its people are read, and heeded",
        f"  answers: {'by your account, each approved by a person' if declared.answers else 'not there'}",
        "  its terms:" if terms else "  its terms: none that are known, so the strictest of this house hold",
        *(f"    {why} ({where})" for why, where in terms.items()),
    ]
    for line in lines:
        tell(line)


def _told(folder: Path, made: Made, safe: Safe, how: How) -> dict[str, Any]:
    """What was done, as scripts read it."""
    live, terms = made.source.live, made.declared.terms
    approval = terms.needs.value if terms.needs.value and not made.source.approval else None
    return {
        "source": made.source.path,
        "network": made.declared.network,
        "hears": made.declared.hears,
        "tested": how.tests,
        "written": how.writes,
        "added": made.is_new and how.writes,
        "item": made.item if made.is_new else None,
        "secrets": {}
        if live is None or not how.writes
        else {name: safe.where(name) for name in live.variables.values()},
        "assessment": str(folder / made.source.assessment),
        "approval_needed": approval,
    }


def _say(told: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
        return
    lines = [f"{told['source']} {'lets us in' if told['tested'] else 'was not tested'}"]
    if not told["written"]:
        lines += ["nothing was kept or written; below 'sources' of brand.yaml would stand:"]
        lines += [f"  {key}: {value}" for key, value in (told["item"] or {}).items()] or ["  nothing new"]
    lines += [f"{name} lies in the {place}" for name, place in told["secrets"].items()]
    if told["written"]:
        lines += ["brand.yaml names it now" if told["added"] else "brand.yaml named it already"]
        lines += ["", "Nothing is heard yet. Next"]
        needed = told["approval_needed"]
        lines += [f"  have on file, and name in 'approval' of the source: {needed}"] if needed else []
        folder = Path(told["assessment"]).parent.parent
        lines += [f"  fill in and sign {told['assessment']}", f"  ascolta sources {folder}", f"  ascolta run {folder}"]
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)


def _kept(folder: Path, forget: str, *, as_json: bool) -> None:
    """Where each secret lies that the brand's sources name, or that the file holds; or one of them forgotten."""
    safe = bootstrap.safe(folder)
    if forget:
        if not safe.drop(forget):
            raise AscoltaError(f"no secret of this name is kept for {folder}; `--list` says which are")
        say_json({"forgotten": forget}) if as_json else out.print(f"forgot {forget}", markup=False)
        return
    named = [name for one in load_brand(folder).sources if one.live for name in one.live.variables.values()]
    found = {name: safe.where(name) for name in dict.fromkeys([*named, *safe.names()])}
    if as_json:
        say_json(found)
        return
    for name, place in found.items():
        out.print(f"{name}  {place or 'nowhere: run ascolta connect, or set it'}", markup=False, soft_wrap=True)
    if not found:
        out.print("no source of this brand needs a secret")
