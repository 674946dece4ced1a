"""Asking again how a post stands: a file as a network would be asked, read from its start, or several accounts."""

from collections.abc import Iterable, Sequence

from ascolta.core.post import Actor, Event, EventKind, Post
from ascolta.errors import SourceError
from ascolta.ports import Lookup
from ascolta.sources.files import FileSource


class FileLookup:
    """The files of one network together. Nothing read is kept: each question reads them once more."""

    def __init__(self, network: str, sources: Iterable[FileSource]) -> None:
        self.network = network
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


class Several:
    """The accounts that we have on one network together: one that holds a post says how it stands."""

    def __init__(self, network: str, lookups: Sequence[Lookup]) -> None:
        self.network, self.lookups = network, lookups

    def again(self, post_id: str) -> Post | None:
        """A post as it stands; None if none of them has it. Raises SourceError if one that may have it cannot say."""
        failed: SourceError | None = None
        for lookup in self.lookups:
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
