"""Asking a network again: before a sealed case is opened, before masked words or an answer go out, after an outage.

What is gone, or whose author does not want to be heard any more, goes here too, at once.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from ascolta.core.brand import Brand
from ascolta.core.case import (
    WHY_UNSEALED,
    Case,
    CaseEvent,
    CaseKind,
    Content,
    Place,
    content_of,
    says_something,
    still_here,
)
from ascolta.core.consent import Consent, Use, heed, refusals
from ascolta.core.mention import Brands, Effect, Removal
from ascolta.core.piles import turn
from ascolta.core.post import Post
from ascolta.core.saying import Saying
from ascolta.core.text import fold
from ascolta.errors import CaseError, SourceError
from ascolta.ports import Lookups, Source, Store
from ascolta.sources.again import Foreseeing
from ascolta.tracing import traced

EVERY = 12 * 3600.0
"""After this time, in seconds, a post that a case is about is looked at again: well within a day."""

AT_ONCE = 100
"""Posts that a network is told of beforehand: what it says of them has to be fresh when they are looked at."""

GONE = "the post is gone from its network, so the case was removed"
REFUSED = "the post's author does not want to be listened to any more, so the case was removed"


class Look(StrEnum):
    """How a post was found: *closed* stands, but takes no answer of ours."""

    STANDS = "stands"
    CLOSED = "closed"
    EDITED = "edited"
    REMOVED = "removed"


@dataclass(slots=True)
class Looked:
    """What a round of looking again did, in numbers. `unreachable` counts posts whose network did not answer."""

    asked: int = 0
    removed: int = 0
    edited: int = 0
    unreachable: int = 0


def rank(store: Store, brands: Brands, now: float, *, anew: bool = False) -> None:
    """Say the turns of the cases that have woken or changed; `anew`: of all."""
    cases = store.rouse(now, anew=anew)
    if cases:
        store.rank({case.id: turn(case, brands.by_id.get(case.brand)) for case in cases})


def unseal(store: Store, lookups: Lookups, brands: Mapping[str, Brand], number: int, event: CaseEvent) -> Case:
    """Open a sealed case with its post read afresh. Raises CaseError, also if the case died of being asked about."""
    place = _place(store, number)
    if not says_something(event.note):
        raise CaseError(WHY_UNSEALED)
    post = _opened(store, lookups, brands, place, event.at)
    return store.record(number, event, _content(brands, place, post))


def reveal(store: Store, lookups: Lookups, brands: Mapping[str, Brand], number: int, event: CaseEvent) -> Post:
    """The post of a case with nothing masked, read afresh and kept nowhere; that it was shown is journalled."""
    post = _opened(store, lookups, brands, _place(store, number), event.at)
    store.record(number, event)
    return post


def look(store: Store, lookups: Lookups, brands: Mapping[str, Brand], number: int, at: float) -> Look:
    """How the post of a case stands now; what follows from that is done. Raises SourceError if it cannot be asked."""
    place = store.place(number)
    return Look.REMOVED if place is None else _look(store, lookups, brands, place, at)


@traced("look_again", "asked", "removed", "edited", "unreachable")
def look_again(store: Store, lookups: Lookups, brands: Mapping[str, Brand], at: float, unseen_since: float) -> Looked:
    """Ask about every post that was not seen to stand since a time; forget what is gone and who refuses."""
    done, places = Looked(), store.places(unseen_since)
    for count, place in enumerate(places):
        if count % AT_ONCE == 0:
            foresee(lookups, places[count : count + AT_ONCE])
        try:
            found = _look(store, lookups, brands, place, at)
        except SourceError:
            done.unreachable += 1
            continue
        except CaseError:
            found = Look.STANDS  # its answer is being sent; it is asked about again in the next round
        done.asked += 1
        done.removed += found is Look.REMOVED
        done.edited += found is Look.EDITED
    return done


def foresee(lookups: Lookups, places: Sequence[Place]) -> None:
    """Tell the networks that can be asked for many posts at once which they will be asked for."""
    by_network: dict[str, list[str]] = {}
    for place in places:
        by_network.setdefault(place.network, []).append(place.post_id)
    for network, numbers in by_network.items():
        lookup = lookups(network)
        if isinstance(lookup, Foreseeing):
            with suppress(SourceError):
                lookup.expect(numbers)


def after_outage(store: Store, source: Source, lookups: Lookups, brands: Mapping[str, Brand], at: float) -> Looked:
    """Ask about every post if a source was not heard for longer than it can look back; else about none."""
    last = store.heard_last(source.name)
    if not last or at - last <= source.look_back:
        return Looked()
    return look_again(store, lookups, brands, at, at)


def _look(store: Store, lookups: Lookups, brands: Mapping[str, Brand], place: Place, at: float) -> Look:
    try:
        post, consent = _still(store, lookups, brands, place, at)
    except CaseError:
        return Look.REMOVED
    content = _content(brands, place, post)
    edited = bool(place.text) and content.text != place.text
    if edited:
        store.record(place.case, CaseEvent(kind=CaseKind.OPENED, at=at), content)
    store.seen(place.case, at, consent.told)
    if edited:
        return Look.EDITED
    return Look.CLOSED if Use.REPLY in consent.forbids else Look.STANDS


def _still(
    store: Store, lookups: Lookups, brands: Mapping[str, Brand], place: Place, at: float
) -> tuple[Post, Consent]:
    """The post as it stands, and what it and its author forbid.

    Raises CaseError if it is gone or its author refuses, when the case is forgotten too; SourceError if nobody can
    tell. Who did not want to be heard but spoke to us may be answered by a person, as long as the post stands.
    """
    post = _asked(lookups, place)
    if post is None:
        store.forget(Removal(network=place.network, post_id=place.post_id, why=GONE), at)
        raise CaseError(GONE)
    brand = brands.get(place.brand)
    said = fold(post.content)
    named = brand is not None and any(f"@{handle}" in said for handle in brand.handles)
    consent = heed(post, store.known(), arrived=at, named=named)
    if consent.hears or place.spoke:
        return post, consent
    actor = post.attributed_to
    effect = Effect.STOP if actor.blocked_by is True else Effect.REFUSE
    account = Removal(network=place.network, actor=actor.key, why=consent.why[0], effect=effect)
    only = Removal(network=place.network, post_id=place.post_id, why=consent.why[0])
    store.forget(account if actor.keys and refusals(actor, place.network) else only, at)
    raise CaseError(REFUSED)


def _opened(store: Store, lookups: Lookups, brands: Mapping[str, Brand], place: Place, at: float) -> Post:
    """The post as it stands, for a person to see. Raises CaseError if it does not, or nobody can tell."""
    try:
        return _still(store, lookups, brands, place, at)[0]
    except SourceError as error:
        raise CaseError(Saying("the post cannot be read afresh now: %(error)s", error=error)) from error


def _asked(lookups: Lookups, place: Place) -> Post | None:
    lookup = lookups(place.network)
    if lookup is None:
        raise SourceError(
            f"{place.network} cannot be asked again from here; name the source that heard it", retry=False
        )
    return lookup.again(place.post_id)


def _place(store: Store, number: int) -> Place:
    return still_here(store.place(number), number)


def _content(brands: Mapping[str, Brand], place: Place, post: Post) -> Content:
    brand = brands.get(place.brand)
    return content_of(post, brand.handles if brand else (), place.language)
