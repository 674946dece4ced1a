"""The place in a list that begins with the newest and can be asked for nothing since: what of it was heard.

It holds, by the hour in which each was written, a hash of 32 bits of its id and one of when it was changed last, with a
salt of its own. What was written before the `floor` counts as heard. So what is told late, as a comment that somebody
had to look at first, is still heard, and nothing is told twice.
"""

from collections.abc import Callable, Sequence

import msgspec

from ascolta.core.post import Event, EventKind
from ascolta.sources.cursors import in_order, read, short, unreadable

HOUR = 3600.0
FIRST = 24
"""How many hours back a list is heard that was never heard before."""

REMEMBERED = 3_000
"""Items that are known again; of the hour written last, all."""


class Place(msgspec.Struct, frozen=True):
    """A cursor. `answers`: how many answers each thread had, by the hash of its id."""

    salt: str = ""
    floor: int = 0
    hours: dict[str, dict[str, str]] = {}
    answers: dict[str, int] = {}


class Remembering:
    """A place that is gone on from. `fresh`: the list was never heard. Raises SourceError if the cursor is not ours."""

    def __init__(self, who: str, cursor: str, now: float, draw: Callable[[], float]) -> None:
        place = _read(who, cursor)
        self.now = now
        self.fresh = not place.salt
        self.salt = place.salt or f"{int(draw() * (1 << 32)):08x}"
        self.floor = int(now // HOUR) - FIRST if self.fresh else place.floor
        self.answers = dict(place.answers)
        self._hours = {int(hour): dict(known) for hour, known in place.hours.items()}
        self._at = {key: hour for hour, known in self._hours.items() for key in known}

    def met(self, number: str, version: str, at: float | None) -> EventKind | None:
        """What an item is that was written, or changed, at a time: new, edited, or None: known or of old."""
        key, changed = self.hash(number), self.hash(version)
        hour = self.hour(at)
        before = self._at.get(key)
        if before is None and hour < self.floor:
            return None
        known = self._hours[before].pop(key) if before is not None else None
        self._at[key] = hour
        self._hours.setdefault(hour, {})[key] = changed
        if known is None:
            return EventKind.PUBLISHED
        return None if known == changed else EventKind.EDITED

    def is_of_old(self, at: float | None) -> bool:
        """Whether what was written at a time counts as heard."""
        return self.hour(at) < self.floor

    def hour(self, at: float | None) -> int:
        """In which hour it was written; now, if it does not say."""
        return int((self.now if at is None else at) // HOUR)

    def hash(self, said: str) -> str:
        """By which something is known again."""
        return short(self.salt, said)

    def behind(self, held: int) -> str:
        """The cursor behind all that was met. What was written so many hours before the newest is of old then."""
        hours = {hour: known for hour, known in self._hours.items() if known}
        newest = min(max(hours, default=self.floor), self.hour(None))
        floor, many = max(self.floor, newest - held), sum(map(len, hours.values()))
        for hour in sorted(hours)[:-1]:
            if many <= REMEMBERED:
                break
            many -= len(hours.pop(hour))
            floor = max(floor, hour + 1)
        place = Place(
            salt=self.salt,
            floor=floor,
            hours={str(hour): dict(sorted(hours[hour].items())) for hour in sorted(hours)},
            answers=dict(sorted(self.answers.items())),
        )
        return msgspec.json.encode(place).decode()


def oldest_first(events: Sequence[Event]) -> list[Event]:
    """Events of a list that begins with the newest, those of one moment too."""
    return in_order(reversed(events))


def _read(who: str, cursor: str) -> Place:
    place = read(who, cursor, Place) or Place()
    if not all(hour.isascii() and hour.isdigit() and len(hour) < 12 for hour in place.hours):
        raise unreadable(who)
    return place
