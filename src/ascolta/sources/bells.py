"""A bell: a thread that waits at a server for something new, and says no more than that there is something.

Where more comes than is asked for, it rings once. After a break it is hung again, later each time.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from ascolta.core.budget import pause
from ascolta.errors import SourceError
from ascolta.sources.chance import OPENED, Chance, Said

log = logging.getLogger("ascolta.sources")

PATIENCE = 1.0
"""For how many seconds it is waited at a time; so long may it take to end."""

NEWS = "news"


class Ringing(Protocol):
    """A place at a server over one connection. All raise SourceError."""

    def latest(self) -> int:
        """The number of what came last."""
        ...

    def wait(self, number: int, seconds: float) -> None:
        """Wait until something follows a number, for so many seconds at the most."""
        ...


class Opening(Protocol):
    """What connects to it."""

    @property
    def who(self) -> str:
        """As errors call it."""
        ...

    def opened(self) -> AbstractContextManager[Ringing]:
        """A connection, until the block ends. Raises SourceError."""
        ...


class Bell:
    """A stream of rings. Nothing is opened before `take` is called first."""

    def __init__(self, at: Opening, chance: Chance) -> None:
        self.at, self.chance = at, chance
        self.over, self.rung = threading.Event(), threading.Event()
        self.breaks = self.opened = 0
        self.error: SourceError | None = None
        self._thread: threading.Thread | None = None
        self._failures = 0

    def take(self) -> Iterator[Said]:
        """One ring, if it rang since. Raises SourceError if it cannot be hung and trying again cannot help."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._wait_on, name="bell", daemon=True)
            self._thread.start()
        if self.rung.is_set():
            self.rung.clear()
            yield OPENED, ""
        if self.error is not None and not self.error.retry:
            raise self.error

    def close(self) -> None:
        """Wait no more; the thread ends by itself."""
        self.over.set()

    def _wait_on(self) -> None:
        while not self.over.is_set():
            try:
                with self.at.opened() as ringing:
                    self.error, self.opened = None, self.opened + 1
                    self._listen(ringing)
                return
            except SourceError as error:
                self.error = error
            if self.over.is_set() or not self.error.retry:
                return
            self.breaks += 1
            wait = pause(self._failures, self.chance.draw(), self.error.after)
            self._failures += 1
            log.warning("stream broke", extra={"said": {"source": self.at.who, "wait": round(wait, 1)}})
            self.chance.rest(wait, self.over)

    def _listen(self, ringing: Ringing) -> None:
        seen = ringing.latest()
        self._ring()
        while not self.over.is_set():
            ringing.wait(seen, PATIENCE)
            if (now := ringing.latest()) != seen:
                seen = now
                self._ring()
            self._failures = 0

    def _ring(self) -> None:
        self.rung.set()
        self.chance.bell.set()
