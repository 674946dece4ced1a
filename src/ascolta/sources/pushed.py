"""What is pushed to us: it waits in memory, within bounds, and is on disk only as what was decided of it.

Whoever pushed is told that it was taken once the batch that holds it is kept, and otherwise has to push it again. So
nothing is lost when the program is killed at any moment, and nothing that was not said to us lies anywhere. What is
pushed again though it was taken, because the answer was lost, is known by its key.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

from ascolta.errors import AscoltaError
from ascolta.sources.chance import Chance, Said
from ascolta.sources.files import FileSource
from ascolta.sources.live import Live

T = TypeVar("T")

MOST = 256
"""Deliveries that wait at the most."""

MOST_BYTES = 16 << 20
"""Bytes of them together."""

AT_ONCE = 4_000
"""Of so many items no further delivery is taken into the same batch."""

PUSHED = "pushed"
"""The name of the event that rings."""

HOUR = 3600.0
REMEMBERED, FOR_HOURS = 2_000, 96
"""How many deliveries are known again, and for how long: senders try again for a day or three."""

DIGITS = 12
"""Hexadecimal digits of the salted hash by which a delivery is known again."""


class Refused(Exception):
    """A push that is not taken: with which status of HTTP, and why, which tells nothing of what it held."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


T_co = TypeVar("T_co", covariant=True)


class Door(Protocol[T_co]):
    """What a network wants of whoever pushes."""

    def shown(self, asked: Mapping[str, str]) -> str:
        """What is answered to whoever asks whether the door is ours. Raises Refused."""
        ...

    def opened(self, headers: Mapping[str, str], body: bytes) -> tuple[str, Sequence[T_co], int]:
        """The key of a delivery, what it brings, and how much of it cannot be read. Raises Refused.

        Names of headers are in lower case; the body is as it came.
        """
        ...


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery(Generic[T]):
    """Something that was pushed; `odd` of it cannot be read. `answer` is told whether it was heard and kept."""

    key: str
    said: Sequence[T]
    odd: int
    size: int
    answer: Callable[[bool], None]


class Inlet(Generic[T]):
    """Where one source is pushed to. It is a stream that rings; what rang is taken in `taken`."""

    def __init__(self, name: str, door: Door[T], chance: Chance) -> None:
        self.name, self.door, self.chance = name, door, chance
        self.is_open = True
        self._one_at_a_time = threading.Lock()
        self._waiting: deque[Delivery[T]] = deque()
        self._bytes = 0

    def push(self, headers: Mapping[str, str], body: bytes, answer: Callable[[bool], None]) -> Delivery[T]:
        """Let a delivery wait to be heard. Raises Refused."""
        key, said, odd = self.door.opened(headers, body)
        made = Delivery(key=key, said=said, odd=odd, size=len(body), answer=answer)
        with self._one_at_a_time:
            if not self.is_open:
                raise Refused(503, "nobody listens here now")
            if len(self._waiting) >= MOST or self._bytes + made.size > MOST_BYTES:
                raise Refused(503, "too much waits to be heard")
            self._waiting.append(made)
            self._bytes += made.size
        self.chance.bell.set()
        return made

    def withdraw(self, delivery: Delivery[T]) -> None:
        """Whoever pushed it does not wait any more: unless it is being heard already, it is not."""
        with self._one_at_a_time:
            if delivery in self._waiting:
                self._waiting.remove(delivery)
                self._bytes -= delivery.size

    def take(self) -> Iterator[Said]:
        """That something waits."""
        if self._waiting:
            yield PUSHED, ""

    def taken(self) -> "Taken[T]":
        """What waits, to be kept within the block."""
        found: list[Delivery[T]] = []
        with self._one_at_a_time:
            while self._waiting and sum(len(one.said) for one in found) < AT_ONCE:
                one = self._waiting.popleft()
                self._bytes -= one.size
                found.append(one)
        return Taken(found)

    def waiting(self) -> list[T]:
        """What waits, looked at only."""
        with self._one_at_a_time:
            return [item for one in self._waiting for item in one.said]

    def close(self) -> None:
        """Take nothing any more; who waits has to push again."""
        with self._one_at_a_time:
            self.is_open = False
            left = list(self._waiting)
            self._waiting.clear()
            self._bytes = 0
        for one in left:
            one.answer(False)


@dataclass(slots=True)
class Taken(Generic[T]):
    """Deliveries that are being heard. Where the block ends well they are kept; otherwise they are pushed again."""

    deliveries: list[Delivery[T]]

    def __enter__(self) -> list[Delivery[T]]:
        return self.deliveries

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self.deliveries:
            one.answer(kind is None)


class Known:
    """The deliveries that were heard, as a cursor holds them: by the hour, the salted hashes of their keys.

    `kept` is what the cursor held. Beyond `REMEMBERED` and `FOR_HOURS` the oldest are forgotten.
    """

    def __init__(self, kept: Mapping[str, str], salt: str, now: float) -> None:
        self.salt, self.hour = salt, int(now // HOUR)
        self._hours = {
            int(hour): [said[at : at + DIGITS] for at in range(0, len(said), DIGITS)]
            for hour, said in kept.items()
            if hour.isdigit() and int(hour) > self.hour - FOR_HOURS
        }
        self._all = {one for known in self._hours.values() for one in known}

    def is_new(self, key: str) -> bool:
        """Whether it was not heard yet; from now on it is."""
        said = f"{self.salt}\0{key}".encode("utf-8", "replace")
        found = hashlib.blake2b(said, digest_size=DIGITS // 2).hexdigest()
        if found in self._all:
            return False
        self._all.add(found)
        self._hours.setdefault(self.hour, []).append(found)
        return True

    def kept(self) -> dict[str, str]:
        """What the cursor holds."""
        left, found = REMEMBERED, dict[str, str]()
        for hour in sorted(self._hours, reverse=True):
            known = self._hours[hour][-left:] if left else list[str]()
            left -= len(known)
            if known:
                found[str(hour)] = "".join(known)
        return dict(sorted(found.items()))


def inlets(heard: Iterable[FileSource | Live]) -> dict[str, Inlet[Any]]:
    """Where sources are pushed to, by name. Raises AscoltaError if two have one name."""
    found: dict[str, Inlet[Any]] = {}
    for source in heard:
        for stream in source.streams if isinstance(source, Live) else ():
            if isinstance(stream, Inlet):
                if stream.name in found:
                    raise AscoltaError(f"two sources are pushed to /in/{stream.name}; name one of them otherwise")
                found[stream.name] = stream
    return found
