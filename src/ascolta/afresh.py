"""Asking a network again: before a sealed case is opened, before masked words or an answer go out, after an outage.

What is gone, or whose author does not want to be heard any more, goes here too, at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ascolta.core.brand import Brand
from ascolta.core.case import Case, CaseEvent, CaseKind, Content, Place, content_of
from ascolta.core.consent import refusals, withheld
from ascolta.core.mention import Effect, Removal
from ascolta.core.post import Post
from ascolta.errors import CaseError, SourceError
from ascolta.ports import Lookups, Source, Store

EVERY = 12 * 3600.0
"""After this time, in seconds, a post that a case is about is looked at again: well within a day."""

GONE = "the post is gone from its network, so the case was removed"
REFUSED = "the post's author does not want to be listened to any more, so the case was removed"


@dataclass(slots=True)
class Looked:
    """What a round of looking again did, in numbers. `unreachable` counts posts whose network did not answer."""

    asked: int = 0
    removed: int = 0
    edited: int = 0
    unreachable: int = 0


def unseal(store: Store, lookups: Lookups, brands: Mapping[str, Brand], number: int, event: CaseEvent) -> Case:
    """Open a sealed case with its post read afresh. Raises CaseError, also if the case died of being asked about."""
    place = _place(store, number)
    if not event.note.strip():
        raise CaseError("unsealing a case needs a reason; write down why you step in")
    post = _still(store, lookups, place, event.at)
    return store.record(number, event, _content(brands, place, post))


def reveal(store: Store, lookups: Lookups, number: int, event: CaseEvent) -> Post:
    """The post of a case with nothing masked, read afresh and kept nowhere; that it was shown is journalled."""
    post = _still(store, lookups, _place(store, number), event.at)
    store.record(number, event)
    return post


def stands(store: Store, lookups: Lookups, brands: Mapping[str, Brand], number: int, at: float) -> bool:
    """Whether the post of a case stands as it was and its author may be answered; if not, what follows is done.

    Raises SourceError if the network cannot be asked.
    """
    place = store.place(number)
    return place is not None and _look(store, lookups, brands, place, at) == "stands"


def look_again(store: Store, lookups: Lookups, brands: Mapping[str, Brand], at: float, unseen_since: float) -> Looked:
    """Ask about every post that was not seen to stand since a time; forget what is gone and who refuses."""
    done = Looked()
    for place in store.places(unseen_since):
        try:
            found = _look(store, lookups, brands, place, at)
        except SourceError:
            done.unreachable += 1
            continue
        done.asked += 1
        done.removed += found == "removed"
        done.edited += found == "edited"
    return done


def after_outage(store: Store, source: Source, lookups: Lookups, brands: Mapping[str, Brand], at: float) -> Looked:
    """Ask about every post if a source was not heard for longer than it can look back; else about none."""
    last = store.heard_last(source.name)
    if not last or at - last <= source.look_back:
        return Looked()
    return look_again(store, lookups, brands, at, at)


def _look(store: Store, lookups: Lookups, brands: Mapping[str, Brand], place: Place, at: float) -> str:
    """stands, edited or removed."""
    post = _asked(lookups, place)
    removal = _removal(place, post)
    if removal is not None or post is None:
        store.forget(removal or Removal(network=place.network, post_id=place.post_id, why=GONE), at)
        return "removed"
    content = _content(brands, place, post)
    if place.text and content.text != place.text:
        store.record(place.case, CaseEvent(kind=CaseKind.OPENED, at=at), content)
        return "edited"
    store.seen(place.case, at)
    return "stands"


def _still(store: Store, lookups: Lookups, place: Place, at: float) -> Post:
    """The post as it stands. Raises CaseError if it does not, or nobody can tell."""
    try:
        post = _asked(lookups, place)
    except SourceError as error:
        raise CaseError(f"the post cannot be read afresh now: {error}") from error
    removal = _removal(place, post)
    if removal is not None or post is None:
        store.forget(removal or Removal(network=place.network, post_id=place.post_id, why=GONE), at)
        raise CaseError(GONE if post is None else REFUSED)
    return post


def _asked(lookups: Lookups, place: Place) -> Post | None:
    lookup = lookups(place.network)
    if lookup is None:
        raise SourceError(
            f"{place.network} cannot be asked again from here; name the source that heard it", retry=False
        )
    return lookup.again(place.post_id)


def _removal(place: Place, post: Post | None) -> Removal | None:
    """What is to be forgotten; None if the post stands and may be looked at.

    Who did not want to be heard but spoke to us may be answered by a person all the same, as long as the post stands.
    """
    if post is None:
        return Removal(network=place.network, post_id=place.post_id, why=GONE)
    why = [*withheld(post), *refusals(post.attributed_to, place.network)]
    if not why or place.spoke:
        return None
    if post.attributed_to.keys:
        return Removal(network=place.network, actor=post.attributed_to.key, why=why[0], effect=Effect.REFUSE)
    return Removal(network=place.network, post_id=place.post_id, why=why[0])


def _place(store: Store, number: int) -> Place:
    place = store.place(number)
    if place is None:
        raise CaseError(f"case {number} is gone: it was removed, or its date has come")
    return place


def _content(brands: Mapping[str, Brand], place: Place, post: Post) -> Content:
    brand = brands.get(place.brand)
    return content_of(post, brand.handles if brand else (), place.language)
