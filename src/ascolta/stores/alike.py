"""What the store on SQL and its twin in memory do alike; who has the twin only needs no SQLAlchemy."""

from collections import OrderedDict

from ascolta.core.reply import ReplyState

REFUSED, STOPPED, ANSWERED = "refused", "stopped", "answered"
ANSWERED_FOR = 30 * 86_400.0
"""For how long it is remembered that a person was answered, in seconds."""

REMEMBERED = 100_000
"""Posts that were removed, of which this is remembered in memory, in case their creation comes after it."""


class Gone:
    """Posts that were removed lately, as keyed tags in memory: one that arrives afterwards opens no case."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self.most = most
        self._tags: OrderedDict[bytes, None] = OrderedDict()

    def add(self, tag: bytes) -> None:
        """Remember one."""
        self._tags[tag] = None
        self._tags.move_to_end(tag)
        if len(self._tags) > self.most:
            self._tags.popitem(last=False)

    def __contains__(self, tag: bytes) -> bool:
        return tag in self._tags


def still_counts(here: ReplyState, state: ReplyState) -> bool:
    """Whether what became of a reply still counts, as it stands here: another sender may have known before.

    That it was sent counts whenever it is known, once; that it was not, only while it is being sent.
    """
    return here is not ReplyState.SENT if state is ReplyState.SENT else here is ReplyState.SENDING
