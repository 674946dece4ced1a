"""`ascolta listen --live`: a network heard in one command, each decision told at once, and nothing kept of anybody."""

import logging
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from rich.status import Status

from ascolta import bootstrap
from ascolta.cli.show import STYLES, err, out, pairs, tell, write_lines
from ascolta.core.brand import VARIABLES, Brand, StoredQuery
from ascolta.core.days import iso
from ascolta.core.mention import Brands, Heard, Mention, Removal, Tally, hear
from ascolta.core.parse import parse
from ascolta.core.query import And, Handle, Hashtag, Not, Or, Query, Words
from ascolta.core.text import shown
from ascolta.errors import AscoltaError, FileError, SourceError
from ascolta.files.adding import Item, source_of
from ascolta.files.connections import CONNECTIONS
from ascolta.files.etiquette import default_etiquette
from ascolta.files.reading import read_said
from ascolta.sources import Live, networks
from ascolta.stores.memory import MemoryStore

log = logging.getLogger("ascolta.sources")

LINE = 200
"""Letters of a post that are shown at the most."""

NOBODY = {"bluesky": {"account": "did:web:nobody.invalid"}}
"""As whom a network is heard that wants to know it, where it is heard as nobody: a name that cannot be (RFC 6761)."""

PATIENCE = 0.2
"""Seconds after which an end is noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What is heard and how it is told. `until`: by the clock; `most`: after so many mentions, 0: no number."""

    network: str
    query: str
    at: str = ""
    given: tuple[str, ...] = ()
    lasts: float = float("inf")
    most: int = 0
    text: bool = False
    lines: bool = False


def seconds(said: str) -> float:
    """A length of time of the command line. Raises AscoltaError."""
    try:
        spaced = re.sub(r"(?<=\d)(?=[a-z])", " ", said)
        return read_said(Path("--for"), f"{spaced}\n", "it").seconds() if said else float("inf")
    except FileError as error:
        raise AscoltaError(f"--for: {error.message}") from None


def hear_live(how: How) -> None:
    """Hear it until it is ended, and tell in the end what was heard. Raises AscoltaError."""
    if how.text and not sys.stdout.isatty():
        raise AscoltaError("--show-text is for a terminal only: what was not said to you must not end up in a file")
    if how.network not in CONNECTIONS:
        raise AscoltaError(f"'{how.network}' is no network that can be heard; known are {', '.join(CONNECTIONS)}")
    brand = brand_of(how.query)
    brands, bell = Brands([brand], bootstrap.labelling(), bootstrap.tier()), threading.Event()
    declared = networks.declared_of(how.network)
    chance = bootstrap.chance(bell, brands)
    source = networks.live(source_of(item(how, parse(how.query))), brand.id, bootstrap.safe(Path()), chance)
    before = log.level
    log.setLevel(logging.ERROR)  # breaks are told in words
    if not how.lines:
        tell(f"{declared.title}: {declared.hears}. Nothing is kept; Ctrl-C ends it.")
    total = Tally()
    try:
        with _status(how) as status:
            for heard in _batches(source, brands, (bell, how.lasts)):
                total += heard.tally
                over = _tell(heard, how, total)
                if status is not None:
                    status.update(sentence(total))
                if over:
                    break
    except KeyboardInterrupt:
        pass
    finally:
        log.setLevel(before)
        source.close()
    if not how.lines:
        tell(f"{sentence(total)}. Nothing was kept.")


def brand_of(query: str) -> Brand:
    """A brand made of a query: its accounts are those that it names, and it is called by its first words.

    Its etiquette is the one that is shipped. Raises QueryError.
    """
    found = parse(query)
    handles = tuple(dict.fromkeys(one.name for one in _wanted(found) if isinstance(one, Handle)))
    words = [" ".join(one.tokens) for one in _wanted(found) if isinstance(one, Words)]
    name = next((one for one in (*words, *handles) if one.isprintable() and "*" not in one), "brand")
    return Brand(
        id="live",
        name=name,
        handles=handles,
        queries=(StoredQuery(name="live", find=found),),
        etiquette=replace(default_etiquette(name, handles[0] if handles else "live"), brand="live"),
    )


def item(how: How, query: Query) -> Item:
    """The source as brand.yaml would name it. Raises AscoltaError for a key that is missing."""
    known, given = CONNECTIONS[how.network], pairs(how.given)
    said: dict[str, str | list[str]] = {"network": how.network, **NOBODY.get(how.network, {}), **given}
    if how.at:
        is_stream = how.at.startswith(("ws://", "wss://")) and "streaming" in known.keys
        said["streaming" if is_stream else known.where] = how.at
    for name, key in known.keys.items():
        if key.tags:
            tags = [one.name for one in _wanted(query) if isinstance(one, Hashtag)]
            said |= {name: tags} if tags and name not in given else {}
        elif key.needed and key.variable:
            said.setdefault(name, VARIABLES + (how.network if name == "token" else f"{how.network}_{name}").upper())
        elif key.needed and name not in said:
            way = "--at" if name == known.where else f"--set {name}="
            raise AscoltaError(f"{how.network} needs to know where or as whom: {way}… ({key.says.rstrip('.')})")
    return said


def sentence(total: Tally) -> str:
    """What was heard so far, in numbers."""
    decisions = ", ".join(f"{action} {total.decisions.get(action, 0):,}" for action in STYLES)
    return f"{total.posts:,} posts heard, {total.mentions:,} mentions: {decisions}"


def _status(how: How) -> AbstractContextManager[Status | None]:
    """A line that tells how it goes, where everything else goes to the same terminal."""
    if how.lines or not (out.is_terminal and err.is_terminal):
        return nullcontext()
    return Status("listening", console=err)


def _batches(source: Live, brands: Brands, how: tuple[threading.Event, float]) -> Iterator[Heard]:
    """What is heard, batch by batch, until the time is over. Of people only refusals are remembered, as keyed tags."""
    (bell, lasts), store, began = how, MemoryStore(), time.monotonic()
    last = ""
    while time.monotonic() - began < lasts:
        try:
            for batch in source.batches(store.cursor(source.name)):
                heard = hear(batch, brands, store.known())
                refusals = tuple(act for act in heard.acts if isinstance(act, Removal))
                store.keep(source.name, replace(heard, acts=refusals, counts=Counter()))
                yield heard
        except SourceError as error:
            if not error.retry:
                raise
            if str(error) != last:
                tell(f"{error}; it is tried again")
            last = str(error)
        bell.wait(min(PATIENCE, max(0.0, lasts - (time.monotonic() - began))))
        bell.clear()


def _tell(heard: Heard, how: How, total: Tally) -> bool:
    """Tell each decision; whether there were enough."""
    mentions = heard.mentions
    if how.most:
        before = total.mentions - heard.tally.mentions
        mentions = mentions[: how.most - before]
    if how.lines:
        write_lines(_plain(one, heard.arrived) for one in mentions)
    else:
        for one in mentions:
            _print(one, heard.arrived, text=how.text)
    return bool(how.most) and total.mentions >= how.most


def _plain(mention: Mention, at: float) -> Mapping[str, object]:
    decision = mention.decision
    return {
        "at": iso(at), "network": mention.post.network, "action": str(decision.action), "rule": decision.rule,
        "why": decision.why,
    }  # fmt: skip


def _print(mention: Mention, at: float, *, text: bool) -> None:
    decision = mention.decision
    action = str(decision.action)
    when = time.strftime("%H:%M:%S", time.localtime(at))
    said = f"{decision.rule}: {decision.why}"
    out.print(f"{when} {mention.post.network}", end=" ", markup=False)
    out.print(f"{action:<8}", style=STYLES[action], end=" ", markup=False)
    out.print(shown(said), markup=False, soft_wrap=True)
    if text:
        out.print(f"  {shown(mention.post.content)[:LINE]}", markup=False, soft_wrap=True, style="dim")


def _wanted(query: Query) -> Iterator[Query]:
    """What a query looks for, without what it takes away."""
    if isinstance(query, And | Or):
        for part in query.parts:
            yield from _wanted(part)
    elif isinstance(query, Not):
        return
    else:
        yield query
