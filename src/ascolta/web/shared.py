"""A value that many browsers ask for again and again, made once for all that ask at about the same time."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

KEYS = 32
"""Of so many keys a value is known at once."""


class Shared(Generic[T]):
    """What `make` gives, made anew where what it gave is older than `every` seconds; 0.0: each time."""

    def __init__(self, make: Callable[[], T], every: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._make, self._every, self._clock = make, every, clock
        self._alone = threading.Lock()
        self._made: dict[Hashable, tuple[float, T]] = {}

    def __call__(self, key: Hashable = None) -> T:
        """The value for those who ask with the same key; whoever comes while it is made waits for it."""
        with self._alone:
            now, found = self._clock(), self._made.get(key)
            if found is not None and 0 <= now - found[0] < self._every:
                return found[1]
            if len(self._made) >= KEYS:
                self._made.clear()
            made = self._make()
            self._made[key] = now, made
            return made

    def forget(self) -> None:
        """What was made holds no more; whoever asks next has it made anew."""
        with self._alone:
            self._made.clear()
