"""What the journal is told of what a store does: kinds, numbers, names of rules, and commitments; nothing personal."""

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator

from ascolta.core.case import CaseEvent, CaseKind
from ascolta.core.journal import Counted, Kind, NewEntry, committed, named
from ascolta.core.mention import TICK, Heard

KINDS = {
    CaseKind.OPENED: Kind.OPENED,
    CaseKind.UNSEALED: Kind.UNSEALED,
    CaseKind.REVEALED: Kind.REVEALED,
    CaseKind.ASSIGNED: Kind.ASSIGNED,
    CaseKind.DRAFTED: Kind.DRAFTED,
    CaseKind.APPROVED: Kind.APPROVED,
    CaseKind.SENT: Kind.SENT,
    CaseKind.SNOOZED: Kind.SNOOZED,
    CaseKind.HANDED_OVER: Kind.HANDED_OVER,
    CaseKind.RESOLVED: Kind.RESOLVED,
}

_COUNTED = ("reply", "care", "handover", "silence")

Erased = tuple[int, str, str]
"""A case that was erased: its number, its brand, its rule."""


def heard(batch: Heard) -> Iterator[NewEntry]:
    """A batch in numbers, at the start of the tick in which it arrived; nothing if nothing came of it.

    Mentions of several brands have an entry for each; with those of one, all stands in one.
    """
    tally = batch.tally
    if not (tally.mentions or tally.forgotten or tally.removals):
        return
    whole = {Counted.POSTS: tally.posts, Counted.FORGOTTEN: tally.forgotten, Counted.REMOVALS: tally.removals}
    brands = list(tally.by_brand.items()) or [("", tally.decisions)]
    if len(brands) > 1:
        brands.insert(0, ("", Counter()))
    for number, (brand, decided) in enumerate(brands):
        counts = {Counted(name): decided[name] for name in _COUNTED if decided[name]}
        more = {**({} if number else whole), Counted.MENTIONS: decided.total()}
        yield NewEntry(at=int(batch.arrived // TICK * TICK), kind=Kind.HEARD, brand=named(brand), counts=more | counts)


def done(case: tuple[int, str, str], event: CaseEvent, key: bytes, text: str = "") -> NewEntry:
    """What happened to a case (number, brand, rule), with a commitment to the words that went with it, if any did.

    The salt is made from the case's key, so that the commitment means nothing any more once that is destroyed.
    """
    number, brand, rule = case
    words, commitment = text or event.note, ""
    if words:
        salt = hmac.digest(key, f"journal\0{event.kind}\0{event.at!r}".encode(), "sha256")
        commitment = committed(salt, words)
    return NewEntry(
        at=int(event.at),
        kind=KINDS[event.kind],
        brand=named(brand),
        case=number,
        rule=named(rule),
        commitment=commitment,
    )


def opened(case: tuple[int, str, str], at: float, action: str, labels: Iterable[tuple[str, str]]) -> NewEntry:
    """A case was opened: for what, whether its post was said to us, and whether it complains; nothing else of it."""
    known, counts = set(labels), {Counted(action): 1} if action in _COUNTED else {}
    if ("addressed", "yes") in known:
        counts[Counted.ADDRESSED] = 1
    if ("complaint", "yes") in known:
        counts[Counted.COMPLAINTS] = 1
    number, brand, rule = case
    return NewEntry(at=int(at), kind=Kind.OPENED, brand=named(brand), case=number, rule=named(rule), counts=counts)


def overridden(case: tuple[int, str, str], event: CaseEvent, key: bytes) -> Iterator[NewEntry]:
    """The rules of the check that an approval goes against, each with a commitment to the reason."""
    entry = done(case, event, key, event.note)
    for rule in event.overrides:
        yield NewEntry(
            at=entry.at,
            kind=Kind.OVERRIDDEN,
            brand=entry.brand,
            case=entry.case,
            rule=named(rule),
            commitment=entry.commitment,
        )


def gone(kind: Kind, cases: Iterable[Erased], at: float) -> Iterator[NewEntry]:
    """Cases that were erased: removed by the network, expired by their date, or erased because somebody asked."""
    for number, brand, rule in cases:
        yield NewEntry(at=int(at), kind=kind, brand=named(brand), case=number, rule=named(rule))


def plain(kind: Kind, at: float, brand: str = "", rule: str = "") -> NewEntry:
    """An act that concerns no case."""
    return NewEntry(at=int(at), kind=kind, brand=named(brand), rule=named(rule))
