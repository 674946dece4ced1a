"""Each event once: what a stream repeats is dropped, what it says out of order is put right.

The memory is bounded (the last `window` posts that anything happened to), lives in the process only, and is filled
again on resuming by reading that stretch of the stream once more. So no post id needs to be at rest.
"""

from collections import OrderedDict
from dataclasses import dataclass

import msgspec

from ascolta.core.post import Event, EventKind

WINDOW = 20_000


@dataclass(slots=True)
class _Seen:
    """What was seen of one post, and at which place of the stream first."""

    place: int
    published: bool = False
    edited: bool = False
    removed: bool = False


class Once:
    """Passes each event at most once."""

    def __init__(self, window: int = WINDOW) -> None:
        self.window = window
        self._seen: OrderedDict[tuple[str, str], _Seen] = OrderedDict()

    def admit(self, event: Event, place: int) -> Event | None:
        """The event to hear, or None if it is a repeat. `place` is where in the stream it begins."""
        if event.kind is EventKind.ACTOR:
            return event
        key = (event.network, event.post.id if event.post is not None else event.post_id)
        seen = self._seen.get(key)
        if seen is None:
            seen = self._seen[key] = _Seen(place)
            if len(self._seen) > self.window:
                self._seen.popitem(last=False)
        else:
            self._seen.move_to_end(key)
        return _told(event, seen)

    def oldest(self, here: int) -> int:
        """The place from which to read again so that the memory is as it is now; `here` if it is empty."""
        return min((seen.place for seen in self._seen.values()), default=here)


def _told(event: Event, seen: _Seen) -> Event | None:
    if event.kind is EventKind.REMOVED:
        first, seen.removed = not seen.removed, True
        return event if first else None
    if event.kind is EventKind.EDITED:
        seen.edited = True
        return None if seen.removed else event
    if seen.published:
        return None
    seen.published = True
    return msgspec.structs.replace(event, superseded=True) if seen.removed or seen.edited else event
