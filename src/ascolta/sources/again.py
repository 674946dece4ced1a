"""Asking again how a post stands: a file as a network would be asked, read from its start, or several accounts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar, runtime_checkable

from ascolta.core.post import Actor, Event, EventKind, Post
from ascolta.errors import SourceError
from ascolta.ports import Lookup
from ascolta.sources.files import FileSource

T = TypeVar("T")

HELD = 30.0
"""Seconds for which what was asked for ahead is an answer to the question how it stands now."""


class Telling(Protocol):
    """What tells again all that it told, as a file does."""

    def told(self) -> Iterable[Event]:
        """Every event that it still has, oldest first. Raises SourceError."""
        ...


@runtime_checkable
class Foreseeing(Protocol):
    """A lookup that can be told beforehand what it will be asked, so that it asks the network for many at once."""

    def expect(self, post_ids: Sequence[str]) -> None:
        """Ask for posts that will be asked for one by one in a moment. Raises SourceError."""
        ...


class Ahead(Generic[T]):
    """What a network said when it was asked for many posts at once: of each once, and not for long."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told: dict[str, tuple[float, T]] = {}

    def clear(self) -> None:
        """Forget what was not taken."""
        self._told.clear()

    def add(self, at: float, told: Mapping[str, T]) -> None:
        """What was said of posts that were asked for at a time."""
        self._told.update({number: (at, one) for number, one in told.items()})

    def take(self, number: str) -> tuple[T] | None:
        """What was said of a post, which may be that it is not there; None: it has to be asked for now."""
        at, *told = self._told.pop(number, (0.0,))
        return (told[0],) if told and 0 <= self._clock() - at <= HELD else None


class FileLookup:
    """The files of one network together, and what else tells its posts; each question reads them once more."""

    def __init__(self, network: str, sources: Iterable[FileSource], others: Sequence[Telling] = ()) -> None:
        self.network, self.others = network, others
        self.sources = [source for source in sources if source.path != "-"]

    def again(self, post_id: str) -> Post | None:
        """A post as the files have it last, with its author as they have them last; None if it was removed.

        Raises SourceError if the files cannot be read, or never held it: then nothing can be told.
        """
        found: Post | None = None
        removed = False
        actors: dict[str, Actor] = {}
        for event in self._events():
            if event.kind is EventKind.ACTOR and event.actor is not None:
                actors.update(dict.fromkeys(event.actor.keys, event.actor))
            elif event.kind is EventKind.REMOVED:
                removed |= event.post_id == post_id
            elif event.post is not None and event.post.id == post_id:
                found = event.post
                for key in found.attributed_to.keys:
                    actors.pop(key, None)
        if removed:
            return None
        if found is None:
            raise SourceError("the files at hand do not hold this post; name the one that does", retry=False)
        author = next((actors[key] for key in found.attributed_to.keys if key in actors), None)
        return found if author is None else _by(found, author)

    def _events(self) -> Iterable[Event]:
        for source in self.sources:
            own = FileSource(source.path, columns=source.columns, clock=None)
            for batch in own.batches(""):
                yield from (event for event in batch.events if event.network == self.network)
        for other in self.others:
            yield from (event for event in other.told() if event.network == self.network)


@runtime_checkable
class Owner(Protocol):
    """One of several accounts that can tell from an id alone whether a post is where it is."""

    def owns(self, post_id: str) -> bool:
        """Whether it may be."""
        ...


def owning(those: Iterable[T], post_id: str) -> list[T]:
    """Those of several accounts that may have a post."""
    return [one for one in those if not isinstance(one, Owner) or one.owns(post_id)]


class Several:
    """The accounts that we have on one network together: one that holds a post says how it stands."""

    def __init__(self, network: str, lookups: Sequence[Lookup]) -> None:
        self.network, self.lookups = network, lookups

    def expect(self, post_ids: Sequence[str]) -> None:
        """Tell each of them that can ask for many at once. Raises SourceError if one cannot."""
        for lookup in self.lookups:
            if isinstance(lookup, Foreseeing):
                lookup.expect([number for number in post_ids if lookup in owning(self.lookups, number)])

    def again(self, post_id: str) -> Post | None:
        """A post as it stands; None if none of them has it. Raises SourceError if one that may have it cannot say."""
        failed: SourceError | None = None
        asked = owning(self.lookups, post_id)
        if not asked:
            raise SourceError("no account at hand is where this post is; name the one that is", retry=False)
        for lookup in asked:
            try:
                found = lookup.again(post_id)
            except SourceError as error:
                failed = error
                continue
            if found is not None:
                return found
        if failed is not None:
            raise failed
        return None


def _by(post: Post, author: Actor) -> Post:
    fields = {name: getattr(post, name) for name in Post.__struct_fields__}
    return Post(**{**fields, "attributed_to": author})
