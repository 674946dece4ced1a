"""A stream of server-sent events (WHATWG HTML, 9.2), read by a thread of its own into a queue that has an end.

Where nobody takes from the queue, nothing more is read, and the network has to wait. After a break it is opened again,
later each time; what was missed meanwhile nobody tells, so each opening is told as an event called `OPENED`.
"""

import logging
import queue
import threading
from collections.abc import Iterator

import httpx2

from ascolta.calling import client, ended
from ascolta.core.budget import asked, pause
from ascolta.errors import SourceError
from ascolta.sources.asking import AGENT, Asking, place, refused
from ascolta.sources.chance import OPENED, Chance, Said
from ascolta.sources.times import seconds

log = logging.getLogger("ascolta.sources")

MOST = 1_000
"""Events that wait at the most."""

SILENT_FOR = 90.0
"""Seconds without a sign of life, which networks give every 15 or 30, after which a stream is opened anew."""

PATIENCE = 0.05
"""How often, in seconds, a thread that waits for room looks whether it is to end."""


class Streaming:
    """One stream of one server, at a path. Nothing is opened before `take` is called first."""

    def __init__(self, asking: Asking, path: str, chance: Chance, most: int = MOST) -> None:
        self.asking, self.path, self.chance = asking, path, chance
        self.over = threading.Event()
        self.breaks = 0
        self.error: SourceError | None = None
        self._waiting: queue.Queue[Said] = queue.Queue(most)
        self._thread: threading.Thread | None = None
        self._failures = 0

    @property
    def waiting(self) -> int:
        """How many events wait."""
        return self._waiting.qsize()

    def take(self, most: int = MOST) -> Iterator[Said]:
        """The events that wait, in order. Raises SourceError if the stream ended and trying again cannot help."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._read_on, name="stream", daemon=True)
            self._thread.start()
        for _ in range(most):
            try:
                yield self._waiting.get_nowait()
            except queue.Empty:
                break
        if self.error is not None and not self.error.retry and self._waiting.empty():
            raise self.error

    def close(self) -> None:
        """Read no more; the thread ends by itself."""
        self.over.set()

    def _read_on(self) -> None:
        while not self.over.is_set():
            try:
                ended(self._read())
                self.error = SourceError(f"{self.asking.who} ended the stream", retry=True)
            except SourceError as error:
                self.error = error
            except (httpx2.HTTPError, OSError, ValueError, TimeoutError) as error:
                self.error = SourceError(f"{self.asking.who}: its stream broke ({type(error).__name__})", retry=True)
            if self.over.is_set() or not self.error.retry:
                return
            self.breaks += 1
            wait = pause(self._failures, self.chance.draw(), self.error.after)
            self._failures += 1
            log.warning("stream broke", extra={"said": {"source": self.asking.who, "wait": round(wait, 1)}})
            self.chance.rest(wait, self.over)

    async def _read(self) -> None:
        asking = self.asking
        where = await place(asking.who, asking.url + self.path, foreign=asking.foreign)
        headers = {
            "Host": where.host,
            "User-Agent": AGENT,
            "Accept": "text/event-stream",
            "Accept-Encoding": "identity",
        }
        if asking.token:
            headers["Authorization"] = f"Bearer {asking.token}"
        named = {"sni_hostname": where.name}
        async with (
            client(SILENT_FOR) as opened,
            opened.stream("GET", where.url, headers=headers, extensions=named) as got,
        ):
            if got.status_code != 200:
                given = {name.lower(): value for name, value in got.headers.items()}
                raise refused(asking.who, got.status_code, asked(given, self.chance.clock(), seconds))
            self.error = None
            self._put((OPENED, ""))
            async for event in httpx2.EventSource(got):
                self._failures = 0
                if self.over.is_set():
                    return
                self._put((event.event, event.data))

    def _put(self, said: Said) -> None:
        """Wait until there is room; the network waits with us."""
        while not self.over.is_set():
            try:
                self._waiting.put(said, timeout=PATIENCE)
                self.chance.bell.set()
                return
            except queue.Full:
                continue
