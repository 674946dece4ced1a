"""A stream with a place: a WebSocket (RFC 6455) read by a thread of its own into a queue that has an end.

Each frame says behind which place it stands. After a break the stream is opened again at the place behind the last
frame that was queued, later each time, so nothing is lost and nothing comes twice. Where nobody takes from the queue
nothing more is read, and the network has to wait. Needs the package websockets, which the extra `networks` brings.
"""

import logging
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from ascolta.calling import ended
from ascolta.core.budget import asked, pause
from ascolta.errors import SourceError
from ascolta.sources.asking import AGENT, place, refused, require_safe
from ascolta.sources.chance import Chance
from ascolta.sources.natives import UnreadableError
from ascolta.sources.times import seconds

log = logging.getLogger("ascolta.sources")
_silent = logging.getLogger("ascolta.sources.sockets")
_silent.setLevel(logging.CRITICAL + 1)
_silent.propagate = False  # the package would log what people say

MOST = 2_000
"""Frames that wait at the most."""

MOST_BYTES = 8 << 20
"""Bytes of one frame."""

OPEN_WITHIN = 20.0
ALIVE = 20.0
"""How often, in seconds, a connection is asked for a sign of life; it has as long for it."""

RINGS = 0.1
"""Seconds between two rings of the bell: what comes meanwhile is heard together."""

PATIENCE = 0.05
"""How often, in seconds, a thread that waits looks whether it is to end."""

GRACE = 30.0
"""A break that lasts no longer, in seconds, is no trouble."""

Line = Mapping[str, Any]


_HTTP = {"wss": "https", "ws": "http"}
"""What a websocket is asked for by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What one message says: `lines` that may concern us, and the `place` behind it, where it moves one.

    `at` is when it was said by the network's clock, in seconds since 1970 UTC; None where it does not say.
    """

    place: str
    lines: tuple[Line, ...] = ()
    at: float | None = None


class LostError(Exception):
    """The place is one that the network has no more, or never had."""


class Form(Protocol):
    """How a kind of stream is opened and read."""

    def path(self, after: str, since: float) -> str:
        """What to ask for: what follows a place that was reached at a time.

        Without a place: all since that time, or the oldest there is if it is 0. Raises LostError.
        """
        ...

    def reading(self, after: str) -> Callable[[str | bytes], Frame | None]:
        """Reads the messages of one connection; None for what stands at or before the place, or says nothing.

        It raises UnreadableError for what cannot be read, LostError, and SourceError for a failure that is told.
        """
        ...

    def is_lost(self, status: int, body: bytes) -> bool:
        """Whether a refusal to open means that the place is lost."""
        ...


class Placed:
    """One stream of one server. `lost` counts how often its place was lost, `breaks` how often it broke."""

    def __init__(self, who: str, url: str, form: Form, chance: Chance, most: int = MOST) -> None:
        scheme, _, rest = url.partition("://")
        self.who, self.form, self.chance, self.most = who, form, chance, most
        self._url = f"{_HTTP.get(scheme, scheme)}://{rest}".rstrip("/")
        require_safe(who, self._url)
        self.over = threading.Event()
        self.breaks = self.lost = self.unreadable = 0
        self.error: SourceError | None = None
        self._frames: deque[Frame] = deque()
        self._more = threading.Condition()
        self._thread: threading.Thread | None = None
        self._after, self._since = "", 0.0
        self._opened = self._caught_up = False
        self._down = self._heard = 0.0
        self._rung, self._owed = 0.0, False

    @property
    def waiting(self) -> int:
        """How many frames wait."""
        return len(self._frames)

    @property
    def after(self) -> str:
        """The place behind the last frame that was read."""
        return self._after

    def waits(self, found: Callable[[], bool], seconds: float = 20.0) -> bool:
        """Wait until something holds that what arrives may change; whether it does."""
        with self._more:
            return self._more.wait_for(found, seconds)

    @property
    def has_news(self) -> bool:
        """Whether something waits that may concern us."""
        with self._more:
            return len(self._frames) > 1 or any(frame.lines for frame in self._frames)

    @property
    def reads(self) -> bool:
        """Whether anybody reads."""
        return self._thread is not None and not self.over.is_set()

    def start(self, after: str, since: float) -> None:
        """Read on behind a place, or from a time, instead of where it was read before."""
        self.close()
        with self._more:
            self.over, self._frames, self.error = threading.Event(), deque(), None
            self._after, self._since = after, since
            self._opened = self._caught_up = False
            self._down = time.monotonic()
            arguments = (self.over, self._frames)
        self._thread = threading.Thread(target=self._read_on, args=arguments, name="socket", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Read no more; the thread ends by itself."""
        self.over.set()
        with self._more:
            self._more.notify_all()

    def take(self, most: int) -> list[Frame]:
        """The frames that wait, in order."""
        with self._more:
            taken = [self._frames.popleft() for _ in range(min(most, len(self._frames)))]
            if taken:
                self._more.notify_all()
        return taken

    def has_more(self, quiet: float) -> bool:
        """Whether more waits. Until it caught up with the network for the first time, it is waited for.

        Nobody says that a stream has caught up: it has if it brings what was said after it was opened, or if it brings
        nothing for some seconds (`quiet`). Raises SourceError where it cannot be had, or not any more.
        """
        with self._more:
            self._more.wait_for(lambda: self._is_settled(quiet), OPEN_WITHIN + quiet)
            if self._frames:
                return True
        if self.error is not None and (
            not self.error.retry or not self._opened or time.monotonic() - self._down > GRACE
        ):
            raise self.error
        return False

    def _is_settled(self, quiet: float) -> bool:
        if self._frames or self._caught_up or self.over.is_set():
            return True
        if self.error is not None and not self._opened:
            return True
        if self._opened and time.monotonic() - self._heard >= quiet:
            self._caught_up = True
        return self._caught_up

    def _read_on(self, over: threading.Event, frames: deque[Frame]) -> None:
        failures = 0
        while not over.is_set():
            before = self._after
            try:
                self._read(over, frames)
                error = SourceError(f"{self.who} ended the stream", retry=True)
            except LostError:
                self._lose(over)
                continue
            except SourceError as told:
                error = told
            except (ConnectionClosed, InvalidHandshake, OSError, ValueError, EOFError) as broke:
                error = SourceError(f"{self.who}: its stream broke ({type(broke).__name__})", retry=True)
            if not self._failed(error, over):
                return
            failures = 0 if self._after != before else failures
            wait = pause(failures, self.chance.draw(), error.after)
            failures += 1
            log.warning("stream broke", extra={"said": {"source": self.who, "wait": round(wait, 1)}})
            self.chance.rest(wait, over)

    def _lose(self, over: threading.Event) -> None:
        """From the oldest there is, since the place is gone; whoever asks is told."""
        with self._more:
            if over.is_set():
                return
            self.lost += 1
            self._after, self._since = "", 0.0
        log.warning("place lost", extra={"said": {"source": self.who}})

    def _failed(self, error: SourceError, over: threading.Event) -> bool:
        """Note a failure; whether trying again can help."""
        with self._more:
            if over.is_set():
                return False
            if self.error is None:
                self._down = time.monotonic()
            self.error = error
            self.breaks += 1
            self._more.notify_all()
        self.chance.bell.set()
        return error.retry

    def _read(self, over: threading.Event, frames: deque[Frame]) -> None:
        read = self.form.reading(self._after)
        with self._open(self.form.path(self._after, self._since)) as connection:
            then = self._now_there(connection)
            with self._more:
                if not over.is_set():
                    self.error, self._opened, self._heard = None, True, time.monotonic()
            while not over.is_set():
                try:
                    said = connection.recv(timeout=RINGS)
                except TimeoutError:
                    self._ring()
                    with self._more:
                        self._more.notify_all()
                    continue
                self._heard = time.monotonic()
                try:
                    frame = read(said)
                except UnreadableError:
                    self.unreadable += 1
                    continue
                if frame is not None:
                    self._put(frame, frames, over, then)

    def _open(self, path: str) -> ClientConnection:
        """A connection to the very address that was looked at, without compression and without a proxy."""
        parts = urlsplit(self._url)
        where = ended(place(self.who, self._url + path, foreign=False))
        at = urlsplit(where.url)
        safe = parts.scheme == "https"
        sock = socket.create_connection((at.hostname or "", at.port or (443 if safe else 80)), timeout=OPEN_WITHIN)
        try:
            return connect(
                f"{'wss' if safe else 'ws'}://{where.host}{parts.path}{path}",
                sock=sock,
                ssl=ssl.create_default_context() if safe else None,
                compression=None,
                proxy=None,
                user_agent_header=AGENT,
                open_timeout=OPEN_WITHIN,
                ping_interval=ALIVE,
                ping_timeout=ALIVE,
                close_timeout=1,
                max_size=MOST_BYTES,
                logger=_silent,
                legacy=True,
            )
        except InvalidStatus as error:
            sock.close()
            raise self._refusal(error) from None
        except BaseException:
            sock.close()
            raise

    def _refusal(self, error: InvalidStatus) -> Exception:
        status, body = error.response.status_code, error.response.body or b""
        if self.form.is_lost(status, bytes(body)):
            return LostError()
        headers = {name.lower(): value for name, value in error.response.headers.raw_items()}
        return refused(self.who, status, asked(headers, self.chance.clock(), seconds))

    def _now_there(self, connection: ClientConnection) -> float:
        """The time at which it was opened, by the network's clock."""
        response = connection.response
        try:
            return seconds(response.headers["Date"]) or self.chance.clock() if response is not None else 0.0
        except (KeyError, ValueError):
            return self.chance.clock()

    def _put(self, frame: Frame, frames: deque[Frame], over: threading.Event, then: float) -> None:
        """Wait until there is room; the network waits with us. Frames that say nothing take the room of one."""
        with self._more:
            while len(frames) >= self.most and frames[-1].lines and not over.is_set():
                self._more.wait(PATIENCE)
            if over.is_set():
                return
            if frames and not frames[-1].lines and not frame.lines:
                frames[-1] = frame
            else:
                frames.append(frame)
            self._after, self._since = frame.place or self._after, frame.at or self._since
            self._caught_up = self._caught_up or (frame.at is not None and frame.at >= then)
            self._owed = self._owed or bool(frame.lines)
            self._more.notify_all()
        self._ring()

    def _ring(self) -> None:
        """Ring for what came, but not for each frame."""
        if self._owed and (now := time.monotonic()) - self._rung >= RINGS:
            self._rung, self._owed = now, False
            self.chance.bell.set()
