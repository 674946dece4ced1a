"""nats-server, a real one with JetStream, on this machine: started for a test, killed and started again at will.

Debian's package `nats-server`, or what the environment variable ASCOLTA_NATS names.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

STREAM, SUBJECT = "posts", "posts.heard"
USER = "pipeline"


def program() -> str:
    """Where nats-server is. Skips the test where it is not, but fails it where it must not be missing."""
    found = os.environ.get("ASCOLTA_NATS") or shutil.which("nats-server") or shutil.which("/usr/sbin/nats-server")
    if not found:
        missing("nats-server is not here; install Debian's package of that name")
    return str(found)


def missing(why: str) -> None:
    """Without it the test is skipped, but not in CI."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        return int(there.getsockname()[1])


def until_open(port: int, running: "subprocess.Popen[bytes]", seconds: float = 20) -> None:
    """Wait until somebody listens there."""
    for _ in range(int(seconds / 0.01)):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if running.poll() is not None:
            break
        time.sleep(0.01)
    pytest.fail("the server did not start")


@dataclass
class Nats:
    """One server. `password` lets USER in; `more` are further lines of its configuration."""

    folder: Path
    port: int
    password: str = ""
    more: Sequence[str] = ()
    running: "subprocess.Popen[bytes] | None" = None
    wire: socket.socket | None = None
    pieces: bytearray = field(default_factory=bytearray)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, with what it kept."""
        lines = [f"listen: 127.0.0.1:{self.port}", f'jetstream {{ store_dir: "{self.folder}" }}', *self.more]
        if self.password:
            lines.append(f"authorization {{ user: {USER}, password: {self.password} }}")
        (self.folder / "nats.conf").write_text("\n".join(lines), encoding="utf-8")
        command = [program(), "-c", str(self.folder / "nats.conf"), "-l", str(self.folder / "log")]
        self.running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_open(self.port, self.running)

    def kill(self) -> None:
        """End it with -9."""
        if self.wire is not None:
            self.wire.close()
            self.wire = None
        if self.running is not None:
            self.running.kill()
            self.running.wait(20)

    def create(self, **config: object) -> None:
        """Create the stream."""
        asked = {"name": STREAM, "subjects": [f"{STREAM}.>"], "storage": "file", **config}
        self.asks(f"$JS.API.STREAM.CREATE.{STREAM}", json.dumps(asked).encode())

    def purge(self, keep: int) -> None:
        """Have all but the last messages go, as a limit would."""
        self.asks(f"$JS.API.STREAM.PURGE.{STREAM}", json.dumps({"keep": keep}).encode())

    def drop(self) -> None:
        """Have the stream go."""
        self.asks(f"$JS.API.STREAM.DELETE.{STREAM}", b"")

    def publish(self, said: bytes, subject: str = SUBJECT) -> int:
        """Publish a message; the sequence that it got."""
        return int(self.asks(subject, said)["seq"])

    def asks(self, subject: str, said: bytes) -> dict[str, int]:
        """A request and its answer, by the protocol's own words (docs.nats.io, NATS Protocol)."""
        wire = self._connected()
        wire.sendall(f"PUB {subject} {_INBOX} {len(said)}\r\n".encode() + said + b"\r\n")
        while True:
            line = self._line()
            if line == b"PING":
                wire.sendall(b"PONG\r\n")
            elif line.startswith(b"MSG "):
                size = int(line.split()[-1])
                while len(self.pieces) < size + 2:
                    self._more()
                found = json.loads(self.pieces[:size])
                del self.pieces[: size + 2]
                assert "error" not in found, found
                return dict(found)

    def _connected(self) -> socket.socket:
        if self.wire is None:
            self.wire = socket.create_connection(("127.0.0.1", self.port), 20)
            self.pieces.clear()
            self._line()
            entry = {"user": USER, "pass": self.password} if self.password else {}
            asked = {"verbose": False, "pedantic": False, "lang": "test", "version": "1", **entry}
            self.wire.sendall(f"CONNECT {json.dumps(asked)}\r\nSUB {_INBOX} 1\r\nPING\r\n".encode())
            while self._line() != b"PONG":
                continue
        return self.wire

    def _line(self) -> bytes:
        while b"\r\n" not in self.pieces:
            self._more()
        line, _, _ = bytes(self.pieces).partition(b"\r\n")
        del self.pieces[: len(line) + 2]
        return line

    def _more(self) -> None:
        assert self.wire is not None
        got = self.wire.recv(1 << 16)
        assert got, "the server hung up"
        self.pieces += got


_INBOX = "_INBOX.test"


@contextmanager
def nats(password: str = "", more: Sequence[str] = ()) -> Iterator[Nats]:
    """A server of its own until the block ends, without a stream."""
    with tempfile.TemporaryDirectory(prefix="nats") as folder:
        made = Nats(Path(folder), free_port(), password, more)
        try:
            made.start()
            yield made
        finally:
            made.kill()
