"""Somebody between a source and a real server, who counts what is asked, cuts it off, puts in words."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Between:
    """What is done with connections. `fails`: none is let through; `garbage`: what is said in place of the server.

    `most`: after so many bytes of the server's answers a connection is cut, wherever that is.
    """

    to: int
    now: float = 0.0
    skew: float = 0.0
    fails: tuple[int, dict[str, str]] | None = None
    garbage: bytes | None = None
    most: int | None = None
    visits: list[str] = field(default_factory=list)
    opened: int = 0
    port: int = 0
    pairs: list[tuple[socket.socket, socket.socket]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def cut(self) -> None:
        """Cut all connections."""
        for pair in self.pairs[:]:
            self._end(pair)

    def serve(self, listening: socket.socket) -> None:
        """Let connections through until it is over."""
        while not self.over.is_set():
            try:
                came, _ = listening.accept()
            except OSError:
                return
            self.opened += 1
            if self.fails is None and self.garbage is None:
                self._through(came)
            else:
                threading.Thread(target=self._instead, args=(came,), daemon=True).start()

    def _instead(self, came: socket.socket) -> None:
        with came, suppress(OSError):
            self.visits.append("refused")
            came.settimeout(5)
            if self.garbage is not None:
                came.sendall(self.garbage)
                came.shutdown(socket.SHUT_WR)
                while came.recv(1 << 16):
                    continue

    def _through(self, came: socket.socket) -> None:
        try:
            there = socket.create_connection(("127.0.0.1", self.to), 5)
        except OSError:
            came.close()
            return
        there.settimeout(None)
        pair = (came, there)
        self.pairs.append(pair)
        threading.Thread(target=self._pump, args=(pair, came, there), daemon=True).start()
        threading.Thread(target=self._pump, args=(pair, there, came), daemon=True).start()

    def _pump(self, pair: tuple[socket.socket, socket.socket], one: socket.socket, other: socket.socket) -> None:
        left = self.most if one is pair[1] else None
        with suppress(OSError):
            while said := one.recv(1 << 16):
                if one is pair[0]:
                    self.visits.append("asked")
                    if self.fails is not None:
                        break
                if left is not None:
                    said, left = said[:left], left - len(said)
                other.sendall(said)
                if left is not None and left <= 0:
                    break
        self._end(pair)

    def _end(self, pair: tuple[socket.socket, socket.socket]) -> None:
        with suppress(ValueError):
            self.pairs.remove(pair)
        for end in pair:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def between(port: int, now: float = 0.0) -> Iterator[Between]:
    """Before the server at a port of this machine, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Between(to=port, now=now, port=int(listening.getsockname()[1]))
        thread = threading.Thread(target=made.serve, args=(listening,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.over.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
            thread.join()
            made.cut()
