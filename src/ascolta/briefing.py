"""Advocates are written to: within what each agreed to, once about one thing, claimed before it goes out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ascolta.core.advocate import Advocate, AdvocateEvent, AdvocateKind, Wanted, briefing
from ascolta.core.brand import Brand
from ascolta.core.consent import Known, Use, heed, refusals, withheld
from ascolta.core.request import Words, agrees, message
from ascolta.errors import CaseError, SourceError
from ascolta.ports import Lookups, Messenger, Store
from ascolta.stores.advocates import Advocates


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Whom to brief for what, with which statement (its words by language), and who says so.

    `urgent`: although the brand's speaking is paused. `most`: how many people at the most; None: all whom it fits.
    """

    brand: Brand
    wanted: Wanted
    statement: Mapping[str, str]
    by: str
    words: Words = field(default_factory=dict)
    most: int | None = None
    urgent: bool = False


@dataclass(slots=True)
class Briefed:
    """What one round of briefing did, in numbers."""

    told: int = 0
    missed: int = 0
    waiting: int = 0
    forgotten: int = 0


def chosen(store: Store, advocates: Advocates, order: Order, at: float) -> list[Advocate]:
    """Whom an order would reach now, nobody being told. Who does not want to be heard is not among them."""
    known = store.known()
    able = [one for one in advocates.all(order.brand.id) if not _refuses(known, one)]
    told = [one for one in able if one.terms is not None and one.terms.language in order.statement]
    return briefing(told, order.wanted, at, order.most)


def brief(
    ports: tuple[Store, Advocates, Mapping[str, Messenger]], order: Order, at: float, lookups: Lookups | None = None
) -> Briefed:
    """Write to those who agreed, each once, and never more often than they agreed to.

    With `lookups`, the post in which a person said yes is read again first: where it is gone, or they do not want to be
    heard any more, they are forgotten instead; where it cannot be asked, they are not written to. Raises CaseError
    while the brand's speaking is paused, unless the order is urgent.
    """
    store, advocates, messengers = ports
    if store.paused(order.brand.id) and not order.urgent:
        raise CaseError("this brand's speaking is paused; let it go on, or say that this is to go out although it is")
    done = Briefed()
    known = store.known()
    for one in advocates.all(order.brand.id):
        done.forgotten += _leave(advocates, one, at) if _refuses(known, one) else 0
    for one in chosen(store, advocates, order, at):
        messenger = messengers.get(one.network)
        stays = None if messenger is None else True if lookups is None else _stays(lookups, one, order.brand)
        done.waiting += stays is None
        done.forgotten += _leave(advocates, one, at) if stays is False else 0
        if stays and messenger is not None:
            _write(advocates, messenger, (one, order), at, done)
    return done


def settle_briefings(advocates: Advocates, messengers: Mapping[str, Messenger], at: float, after: float = 0.0) -> int:
    """Ask each network whether what was being written stands there, after a crash or a lost answer. How many.

    What cannot be found counts as told: to be written to twice is worse than not at all. `after` spares what was
    claimed so lately, in seconds.
    """
    settled = 0
    for one in advocates.all():
        messenger = messengers.get(one.network)
        for past in () if messenger is None else one.briefings:
            if past.state is AdvocateKind.BRIEFED and past.at <= at - after:
                settled += _settled(advocates, messenger, (one, past.key), at)
    return settled


def _settled(advocates: Advocates, messenger: Messenger | None, what: tuple[Advocate, str], at: float) -> bool:
    one, key = what
    try:
        found = messenger.written(key) if messenger is not None else None
    except SourceError:
        return False
    kind = AdvocateKind.LOST if found is None else AdvocateKind.TOLD
    advocates.record(one.ref, AdvocateEvent(kind=kind, at=at, key=key))
    return True


def _write(advocates: Advocates, messenger: Messenger, what: tuple[Advocate, Order], at: float, done: Briefed) -> None:
    """Claim it where it still fits what was agreed, then write it, unless it stands there already."""
    one, order = what
    key = hashlib.sha256(f"{one.ref}\0{order.wanted.about}".encode()).hexdigest()[:32]
    language = one.terms.language if one.terms is not None else ""
    event = AdvocateEvent(kind=AdvocateKind.BRIEFED, at=at, by=order.by, key=key, about=order.wanted.about)
    try:
        text = message(one, order.words, order.brand.name, order.statement[language])
        there = messenger.written(key)
        advocates.record(one.ref, event)
    except (CaseError, SourceError):
        done.waiting += 1
        return
    try:
        there = there or messenger.write(one.handle or one.keys[0], text, key)
    except SourceError as error:
        there = None if error.retry else _found(messenger, key)
        if there is None:
            done.missed += 1
            if error.retry:
                advocates.record(one.ref, replace(event, kind=AdvocateKind.MISSED))
            return
    advocates.record(one.ref, replace(event, kind=AdvocateKind.TOLD))
    done.told += 1


def _found(messenger: Messenger, key: str) -> str | None:
    """What was written though we were told otherwise; if nobody knows, it stays claimed and counts as told."""
    try:
        return messenger.written(key)
    except SourceError:
        return None


def _stays(lookups: Lookups, one: Advocate, brand: Brand) -> bool | None:
    """Whether the yes still stands, and is one, and its author lets us hear them.

    None: who knows, or they take no messages now.
    """
    lookup = lookups(one.network)
    if lookup is None:
        return None
    try:
        post = lookup.again(one.post_id)
    except SourceError:
        return None
    if post is None or withheld(post) or refusals(post.attributed_to, one.network):
        return False
    if not agrees(one, post.content, brand.spoken):
        return False
    return None if Use.MESSAGE in heed(post, Known()).forbids else True


def _refuses(known: Known, one: Advocate) -> bool:
    return known.has_stopped(one.network, one.actor) or known.has_refused(one.network, one.actor)


def _leave(advocates: Advocates, one: Advocate, at: float) -> int:
    return sum(advocates.withdraw(one.network, key, at) for key in one.keys)
