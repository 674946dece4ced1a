"""Programs outside are told what happens: each hook follows the journal, in order, until it was told or a day is over.

What was told is noted after each event, so that after a crash at most one comes twice, under the same id. A hook that
does not take an event waits longer each time and holds up nobody but itself; what is older than a day by then, and what
a receiver refuses for what it is, is put away as a dead letter, and counted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from ascolta.core.hooks import REMOVED, Hook, Place, concerns, key, message
from ascolta.core.journal import Entry, read
from ascolta.core.routing import LATEST, wait
from ascolta.desks.later import Later, Unfit
from ascolta.errors import SourceError
from ascolta.ports import Sender, Store
from ascolta.stores.hooks import Followed

MOST = 200
"""Events that one hook is told in one round, so that it ends."""

STRIDE = 2_000
"""Entries that are looked at in one round, and told or passed over."""

AT_ONCE = 8
"""So many hooks are told at the same time."""

GONE = 86_400.0
"""Seconds for which a hook is left alone that says it is gone for good, or sends us elsewhere."""


class Log(Protocol):
    """A journal that can be read."""

    def size(self) -> int:
        """How many entries there are."""
        ...

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        """The entries from `start` until before `end` as they are kept, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Everything that following needs: how far each hook was told, which there are by brand, and who tells them."""

    followed: Followed
    hooks: Mapping[str, Sequence[Hook]] = field(default_factory=dict)
    senders: Mapping[tuple[str, str], Sender] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Went:
    """How a round went for one hook, in numbers of events; `why` the last one was not taken."""

    brand: str
    hook: str
    told: int = 0
    dead: int = 0
    why: str = ""


def begin(hooks: Hooks, log: Log) -> None:
    """At the start: a hook that is new is told what happens from now on."""
    size = log.size()
    for brand, hook in _all(hooks):
        hooks.followed.place(brand, hook.name, size)


def follow(hooks: Hooks, log: Log, store: Store, at: float) -> list[Went]:
    """Tell every hook what it was not told yet. Raises StoreError."""
    found = list(_all(hooks))
    if not found:
        return []
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(found))) as pool:
        return list(pool.map(lambda one: _follow(hooks, (log, store), one, at), found))


def _all(hooks: Hooks) -> Iterable[tuple[str, Hook]]:
    return ((brand, hook) for brand, found in hooks.hooks.items() for hook in found)


def _follow(hooks: Hooks, read_from: tuple[Log, Store], one: tuple[str, Hook], at: float) -> Went:
    """Tell one hook, in order, until it does not take one."""
    (log, store), (brand, hook) = read_from, one
    place = hooks.followed.place(brand, hook.name, log.size())
    if place.due > at:
        return Went(brand=brand, hook=hook.name)
    keep = partial(hooks.followed.keep, brand, hook.name)
    began, kept, send = place, place, _sending(hooks, one, store)
    for seq, raw in list(log.entries(place.next, place.next + STRIDE)):
        entry = read(raw)
        if entry is None or not concerns(hook, brand, entry):
            place = replace(place, next=seq + 1)
            continue
        place = kept = _tell(send, (entry, raw), place, at)
        keep(kept)
        if place.next == seq or place.told - began.told >= MOST:
            break
    if place != kept:
        keep(place)
    told, dead = place.told - began.told, place.dead - began.dead
    return Went(brand=brand, hook=hook.name, told=told, dead=dead, why=place.note if place.tries or dead else "")


def _tell(send: Callable[[Entry, bytes], None], found: tuple[Entry, bytes], place: Place, at: float) -> Place:
    """Tell one event; how far the hook was told after that."""
    entry, raw = found
    over = replace(place, next=entry.seq + 1, tries=0, due=0.0)
    if entry.at <= at - LATEST:
        return replace(over, dead=place.dead + 1, note=place.note or "it could not be told within a day")
    try:
        send(entry, raw)
    except Unfit as error:
        return replace(over, dead=place.dead + 1, note=str(error))
    except SourceError as error:
        asked = error.after if isinstance(error, Later) else 0.0
        pause = wait(place.tries + 1, asked) if error.retry else GONE
        return replace(place, next=entry.seq, tries=place.tries + 1, due=at + pause, note=str(error))
    return replace(over, told=place.told + 1, note="")


def _sending(hooks: Hooks, one: tuple[str, Hook], store: Store) -> Callable[[Entry, bytes], None]:
    brand, hook = one
    sender = hooks.senders.get((brand, hook.name))

    def send(entry: Entry, raw: bytes) -> None:
        if sender is None:
            raise SourceError(f"hook '{hook.name}' has nobody who tells it; start anew", retry=True)
        sender.send(hook.name, message(entry, brand, _status(store, entry)), key(hook.name, raw))

    return send


def _status(store: Store, entry: Entry) -> str:
    """Where the case of an entry stands now; empty if it is of none."""
    if entry.case is None:
        return ""
    case = store.case(entry.case)
    return REMOVED if case is None else str(case.status)
