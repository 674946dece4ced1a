"""A value that many browsers ask for again and again, made once for all that ask at about the same time."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

KEYS = 32
"""Of so many keys a value is known at once."""


class Written(Generic[T]):
    """Values by what they were made of, each for `every` seconds at the most; 0.0: made anew each time."""

    def __init__(self, every: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every, self._clock = every, clock
        self._alone = threading.Lock()
        self._made: dict[Hashable, tuple[float, T]] = {}

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value for those who ask with the same key; whoever comes while it is made waits for it."""
        with self._alone:
            now = self._clock()
            self._made = {known: one for known, one in self._made.items() if 0 <= now - one[0] < self._every}
            if key in self._made:
                return self._made[key][1]
            if len(self._made) >= KEYS:
                self._made.clear()
            made = make()
            self._made[key] = now, made
            return made

    def forget(self) -> None:
        """What was made holds no more; whoever asks next has it made anew."""
        with self._alone:
            self._made.clear()


class Shared(Written[T]):
    """What `make` gives, made anew where what it gave is older than `every` seconds."""

    def __init__(self, make: Callable[[], T], every: float, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(every, clock)
        self._make = make

    def __call__(self, key: Hashable = None) -> T:
        """The value for those who ask with the same key."""
        return self.of(key, self._make)
