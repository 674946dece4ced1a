"""Ending in order: the first signal lets what was begun be finished, a second one ends at once."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

import uvicorn

from ascolta.core.post import Post
from ascolta.errors import SourceError
from ascolta.ports import Lookup, Lookups
from ascolta.sources.again import Foreseeing

log = logging.getLogger("ascolta.run")

REQUESTS_WITHIN = 10
"""Seconds within which requests under way are finished."""

ROUNDS_WITHIN = 20.0
"""Seconds within which rounds under way, such as a batch or an answer on its way, are finished after that."""

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(slots=True)
class Stop:
    """Whether to stop. `server` is told as well, once it is there."""

    over: threading.Event = field(default_factory=threading.Event)
    server: uvicorn.Server | None = None

    def now(self) -> None:
        """Begin nothing any more."""
        self.over.set()
        if self.server is not None:
            self.server.should_exit = True


class Serving(uvicorn.Server):
    """A server that leaves signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured here."""
        yield


@contextmanager
def listening_to_signals(stop: Stop) -> Iterator[None]:
    """The first signal stops in order, the second at once, with 128 and its number as exit code."""

    def told(number: int, _: FrameType | None) -> None:
        if stop.over.is_set():
            end(128 + number)
        stop.now()

    before = {one: signal.signal(one, told) for one in SIGNALS}
    try:
        yield
    finally:
        for one, was in before.items():
            signal.signal(one, was)


def finished(threads: Sequence[threading.Thread], within: float = ROUNDS_WITHIN) -> bool:
    """Wait for all of them, so long in all; whether they ended."""
    over = threading.Event()
    waker = threading.Timer(within, over.set)
    waker.daemon = True
    waker.start()
    for thread in threads:
        while thread.is_alive() and not over.is_set():
            thread.join(0.1)
    waker.cancel()
    return not any(thread.is_alive() for thread in threads)


def end(code: int) -> None:
    """End without waiting for anything: whatever was begun is settled at the next start, as after a crash."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def until(stop: Stop, lookups: Lookups) -> Lookups:
    """Ask networks until we stop. Afterwards none can be asked, so of the answers that wait none goes out any more."""

    def asked(network: str) -> Lookup | None:
        found = lookups(network)
        return None if found is None else _Until(network, found, stop.over)

    return asked


@dataclass(slots=True)
class _Until:
    network: str
    lookup: Lookup
    over: threading.Event

    def again(self, post_id: str) -> Post | None:
        if self.over.is_set():
            raise SourceError("the program is stopping; nothing is asked any more", retry=True)
        return self.lookup.again(post_id)

    def expect(self, post_ids: Sequence[str]) -> None:
        if isinstance(self.lookup, Foreseeing) and not self.over.is_set():
            self.lookup.expect(post_ids)
