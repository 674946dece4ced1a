"""Media under hashtags on Instagram: 30 of these may be searched in any seven days, and nobody is named there.

Since when each was searched is kept with the cursor: names of hashtags, which the brand chose, and times.
"""

from collections.abc import Iterator

from ascolta.core.platform import INSTAGRAM
from ascolta.sources.asking import Missing, Unsent
from ascolta.sources.chance import Chance
from ascolta.sources.graph import Graph, Item, path
from ascolta.sources.natives import instagram as native

EVERY = 900.0
"""Seconds between two searches."""

WEEK = 7 * 86_400
USERS = "user_id"


class Hashtags:
    """The hashtags of one account."""

    def __init__(self, asking: Graph, account: str, tags: tuple[str, ...], chance: Chance) -> None:
        self.asking, self.account, self.tags, self.chance = asking, account, tags, chance
        self._ids: dict[str, str] = {}
        self._due = self._next = 0.0

    def media(self, since: dict[str, int]) -> Iterator[Item]:
        """What is new under them. `since`: when each was searched first in the last seven days. Raises SourceError."""
        now = self.chance.clock()
        self._next = self._due
        if now < self._due:
            return
        for tag in [tag for tag, at in since.items() if at <= now - WEEK]:
            del since[tag]
        for tag in self.tags:
            if tag not in since and len(since) >= INSTAGRAM.hashtags.value:
                continue
            since.setdefault(tag, int(now))
            yield from self._found(tag)
        self._next = now + EVERY

    def kept(self) -> None:
        """What was found is kept, so it is searched for later."""
        self._due = self._next

    def _found(self, tag: str) -> Iterator[Item]:
        """The media of the last day under a hashtag; none under one that Instagram does not let search."""
        ours = [(USERS, self.account)]
        try:
            if tag not in self._ids:
                found = next(self.asking.all("/ig_hashtag_search", "id", [*ours, ("q", tag)]), {})
                self._ids[tag] = str(found.get("id") or "")
            if self._ids[tag]:
                for said in self.asking.all(path(self._ids[tag], "recent_media"), native.TAGGED, ours):
                    yield {**said, "tags": [tag]}
        except (Missing, Unsent) as error:
            if error.retry:
                raise
