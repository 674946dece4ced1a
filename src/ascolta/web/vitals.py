"""What the running program notes of itself: which of its rounds end well, and whether it is listening."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

HEAR = "hear"
"""The round in which sources are heard."""

SILENT_FOR = 600.0
"""A round that gives no sign of life for so many seconds hangs."""


@dataclass(slots=True)
class Round:
    """How one of the things that are done again and again stands: its last sign of life, and what it failed with."""

    at: float
    ended: float = 0.0
    failed: str = ""
    is_over: bool = False


class Vitals:
    """Written by the threads that listen, send and sweep; read by the pages. `clock` gives now.

    `failing` are the sources that cannot be heard, and whether they are tried no more.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.stopping = False
        self.failing: dict[str, bool] = {}
        self._rounds: dict[str, Round] = {}
        self._one_at_a_time = threading.Lock()

    def alive(self, name: str) -> None:
        """A round began, or goes on."""
        with self._one_at_a_time:
            self._round(name).at = self.clock()

    def done(self, name: str) -> None:
        """A round ended well."""
        with self._one_at_a_time:
            one = self._round(name)
            one.at = one.ended = self.clock()
            one.failed = ""

    def failed(self, name: str, error: BaseException) -> None:
        """A round ended with an error, of which its class is noted and nothing else."""
        with self._one_at_a_time:
            one = self._round(name)
            one.at, one.failed = self.clock(), type(error).__name__

    def over(self, name: str) -> None:
        """A round will not come again: trying cannot help."""
        with self._one_at_a_time:
            self._round(name).is_over = True

    def source_failed(self, name: str, *, is_over: bool) -> None:
        """A source could not be heard."""
        self.failing[name] = is_over

    def source_heard(self, name: str) -> None:
        """A source was heard to its end for now."""
        self.failing.pop(name, None)

    def listener(self) -> str:
        """How the listening goes, in one word."""
        with self._one_at_a_time:
            one = self._rounds.get(HEAR)
            if self.stopping:
                return "stopping"
            if one is None:
                return "none"
            if one.is_over:
                return "over"
            if one.failed:
                return "failing"
            if self.clock() - one.at > SILENT_FOR:
                return "silent"
            return "ok" if one.ended else "starting"

    def _round(self, name: str) -> Round:
        return self._rounds.setdefault(name, Round(at=self.clock()))
