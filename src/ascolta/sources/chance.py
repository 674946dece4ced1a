"""What a live source needs of the world, given to it, and what a stream is to it."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

OPENED = ""
"""The name of the event that says that a stream was opened: what came before it may not have been told."""

Said = tuple[str, str]
"""The name of an event and its data."""

Secrets = Mapping[str, str]
"""What nobody else may know, by its key in brand.yaml: `token` and what else a network has."""


def rest(wait: float, over: threading.Event) -> bool:
    """Rest for so many seconds, or until it is over; whether it is."""
    return over.wait(wait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The time in seconds since 1970 UTC, a number between 0 and 1, and a rest of so many seconds.

    `bell` is rung by whatever learns that there is something to hear, so that nobody has to wait for the next round.
    """

    clock: Callable[[], float]
    draw: Callable[[], float]
    rest: Callable[[float, threading.Event], bool] = rest
    bell: threading.Event = field(default_factory=threading.Event)


class Stream(Protocol):
    """Events that a network tells at once."""

    def take(self) -> Iterator[Said]:
        """Those that wait. Raises SourceError if it ended and trying again cannot help."""
        ...

    def close(self) -> None:
        """Read no more."""
        ...
