"""A value that many browsers ask for again and again, made once for all that ask at about the same time."""

import threading
import time
from collections.abc import Callable


class Shared:
    """What `make` gives, made anew where what it gave is older than `every` seconds; 0.0: each time."""

    def __init__(self, make: Callable[[], str], every: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._make, self._every, self._clock = make, every, clock
        self._alone = threading.Lock()
        self._made: tuple[float, str] | None = None

    def __call__(self) -> str:
        """The value; whoever comes while it is made waits for it."""
        with self._alone:
            now = self._clock()
            if self._made is None or now - self._made[0] >= self._every:
                self._made = now, self._make()
            return self._made[1]
