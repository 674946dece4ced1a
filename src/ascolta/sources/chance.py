"""What a live source needs of the world, given to it, and what a stream is to it."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from ascolta.core.post import Post

OPENED = ""
"""The name of the event that says that a stream was opened: what came before it may not have been told."""

Said = tuple[str, str]
"""The name of an event and its data."""

Secrets = Mapping[str, str]
"""What nobody else may know, by its key in brand.yaml: `token` and what else a network has."""

Concerns = Callable[[Sequence[Post]], Collection[int]]
"""Which rows of some posts concern a brand."""

Held = Callable[[str], str]
"""What a variable holds; empty if nothing."""


def rest(wait: float, over: threading.Event) -> bool:
    """Rest for so many seconds, or until it is over; whether it is."""
    return over.wait(wait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The time in seconds since 1970 UTC, a number between 0 and 1, and a rest of so many seconds.

    `bell` is rung by whatever learns that there is something to hear, so that nobody has to wait for the next round.
    `concerns` says which of some posts concern a brand at all, for networks that bring what everybody says; None: all.
    """

    clock: Callable[[], float]
    draw: Callable[[], float]
    rest: Callable[[float, threading.Event], bool] = rest
    bell: threading.Event = field(default_factory=threading.Event)
    concerns: Concerns | None = None


@runtime_checkable
class Safe(Protocol):
    """Where secrets lie by the names of their variables, and where one that was renewed is put."""

    def __call__(self, variable: str) -> str:
        """What a variable holds now; empty if nothing."""
        ...

    def put(self, variable: str, secret: str) -> None:
        """Keep another one, on disk before this returns. Raises AscoltaError if there is no place for it."""
        ...

    def alone(self, variable: str) -> AbstractContextManager[None]:
        """While nobody else on this machine renews it."""
        ...


class Bearer(Protocol):
    """What lets a request in: a token, and another one once that is refused."""

    def token(self) -> str:
        """One that holds. Raises SourceError."""
        ...

    def again(self, refused: str) -> bool:
        """Whether there is another one than that which was refused. Raises SourceError."""
        ...


class Stream(Protocol):
    """Events that a network tells at once."""

    def take(self) -> Iterator[Said]:
        """Those that wait. Raises SourceError if it ended and trying again cannot help."""
        ...

    def close(self) -> None:
        """Read no more."""
        ...
