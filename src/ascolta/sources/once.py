"""Each event once: what a stream repeats is dropped, what it says out of order is put right.

The memory is bounded (the last `window` posts that anything happened to), lives in the process only, and is filled
again on resuming by reading that stretch of the stream once more. So no post id needs to be at rest.
"""

from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum
from itertools import islice
from typing import Protocol

from ascolta.core.post import EventKind

WINDOW = 20_000

_PUBLISHED, _EDITED, _REMOVED = 1, 2, 4
"""What was seen of a post."""


class Told(IntEnum):
    """What is to be done with an event: it is a repeat, it is to be heard, or what it says is superseded."""

    REPEAT = 0
    NEW = 1
    SUPERSEDED = 2


class Once:
    """Passes each event at most once. It may remember an eighth more than `window`."""

    def __init__(self, window: int = WINDOW) -> None:
        self.window = window
        self._places: dict[str, int] = {}  # where each was seen first, in the order in which they were seen last
        self._more: dict[str, int] = {}  # what was seen of those of which more was seen than that they were published
        self._moved: set[str] = set()

    def admit(self, key: str, kind: str, place: int) -> Told:
        """What to do with an event about a post (see `key_of`); `place` is where in the stream it begins."""
        before = self._places.pop(key, None)
        if before is None:
            self._places[key] = place
            if kind != EventKind.PUBLISHED:
                self._more[key] = _BIT[kind]
            self._forget()
            return Told.NEW
        self._moved.add(key)
        self._places[key] = before
        known = self._more.get(key, _PUBLISHED)
        self._more[key] = known | _BIT[kind]
        return _told(kind, known)

    def all_new(self, keys: Sequence[str], places: Sequence[int]) -> bool:
        """Admit posts just published, if nothing was heard of any of them; False if they must be admitted singly."""
        if not self._places.keys().isdisjoint(keys):
            return False
        before = len(self._places)
        self._places.update(zip(keys, places, strict=True))
        if len(self._places) != before + len(keys):
            for key in set(keys):
                del self._places[key]
            return False
        self._forget()
        return True

    def oldest(self, here: int) -> int:
        """The place from which to read again so that the memory is as it is now; `here` if it is empty."""
        first = next((key for key in self._places if key not in self._moved), None)
        places = [self._places[key] for key in self._moved]
        if first is not None:
            places.append(self._places[first])
        return min(places) if places else here

    def _forget(self) -> None:
        """Forget what is longest ago, many at a time: the first of a dict is found slowly after others have gone."""
        excess = len(self._places) - self.window
        if excess <= self.window // 8:
            return
        gone = list(islice(self._places, excess))
        for key in gone:
            del self._places[key]
        if self._more:
            for key in gone:
                self._more.pop(key, None)
            self._moved.difference_update(gone)


class Lines(Protocol):
    """Lines of a stream, as far as it must be known which of them were told before."""

    @property
    def keys(self) -> Sequence[str]:
        """The key of each line's post, empty if it has none."""
        ...

    @property
    def begins(self) -> Sequence[int]:
        """Where each line begins, and the last one ends."""
        ...

    @property
    def plain(self) -> bool:
        """Whether each line is a post just published."""
        ...

    def kind(self, row: int) -> str:
        """What a line is; empty for one that says nothing."""
        ...


def admitted(once: Once, lines: Lines, rows: range) -> tuple[Sequence[int], Sequence[int]]:
    """Of some rows those that are to be heard, and which of these are superseded. All of them are remembered."""
    part = slice(rows.start, rows.stop)
    if lines.plain and once.all_new(lines.keys[part], lines.begins[part]):
        return rows, ()
    new, superseded = list[int](), list[int]()
    for row in rows:
        if kind := lines.kind(row):
            key = lines.keys[row]
            told = once.admit(key, kind, lines.begins[row]) if key else Told.NEW
            new += [row] if told is not Told.REPEAT else []
            superseded += [row] if told is Told.SUPERSEDED else []
    return new, superseded


def unheard(begins: Sequence[int], since: int, at: int) -> tuple[range, range]:
    """Rows of which some were heard up to a place: those that are only to be remembered, and fresh ones.

    A row that begins before the place was heard, though it may have got its line end since.
    """
    rows = len(begins) - 1
    known = min(rows, bisect_left(begins, at))
    return range(min(rows, bisect_left(begins, since), known), known), range(known, rows)


def key_of(network: str, number: str) -> str:
    """A post as the memory knows it; one text, for pairs would keep the garbage collector busy."""
    return f"{network}\0{number}"


def keys_of(networks: Sequence[str], numbers: Sequence[str]) -> list[str]:
    """The key of each of some posts; most often all are of one network."""
    if len(set(networks)) == 1:
        begin = key_of(networks[0], "")
        return [begin + number for number in numbers]
    return list(map(key_of, networks, numbers))


_BIT: dict[str, int] = {EventKind.PUBLISHED: _PUBLISHED, EventKind.EDITED: _EDITED, EventKind.REMOVED: _REMOVED}


def _told(kind: str, known: int) -> Told:
    if kind != EventKind.PUBLISHED:
        return Told.REPEAT if known & _REMOVED else Told.NEW
    if known & _PUBLISHED:
        return Told.REPEAT
    return Told.SUPERSEDED if known & (_REMOVED | _EDITED) else Told.NEW
