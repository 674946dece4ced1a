"""redis-server, a real one, on this machine: started for a test, killed and started again at will.

Debian's package `redis-server`, or what the environment variable ASCOLTA_REDIS names.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis as client

from tests.servers.nats import free_port, missing, until_open

STREAM = "posts"


def program() -> str:
    """Where redis-server is. Skips the test where it is not, but fails it where it must not be missing."""
    found = os.environ.get("ASCOLTA_REDIS") or shutil.which("redis-server")
    if not found:
        missing("redis-server is not here; install Debian's package of that name")
    return str(found)


@dataclass
class Redis:
    """One server, which writes down each command before it answers. `more` are further options."""

    folder: Path
    port: int
    password: str = ""
    more: Sequence[str] = ()
    running: "subprocess.Popen[bytes] | None" = None
    talking: Any = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, with what it kept."""
        command = [
            program(), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder), "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", "--daemonize", "no",
            *(["--requirepass", self.password] if self.password else []), *self.more,
        ]  # fmt: skip
        self.running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_open(self.port, self.running)
        self.talking = client.Redis(port=self.port, password=self.password or None, protocol=2)
        while True:
            try:
                self.talking.ping()
            except client.exceptions.BusyLoadingError:
                continue
            return

    def kill(self) -> None:
        """End it with -9."""
        if self.talking is not None:
            self.talking.close()
            self.talking = None
        if self.running is not None:
            self.running.kill()
            self.running.wait(20)

    def add(self, said: bytes | str | dict[str, Any], number: str = "*", name: str = "post") -> str:
        """Add an entry; its id."""
        body = json.dumps(said) if isinstance(said, dict) else said
        got: bytes = self.talking.xadd(STREAM, {name: body}, id=number)
        return got.decode()

    def trim(self, keep: int) -> None:
        """Have all but the last entries go."""
        self.talking.xtrim(STREAM, maxlen=keep, approximate=False)


@contextmanager
def redis(password: str = "", more: Sequence[str] = ()) -> Iterator[Redis]:
    """A server of its own until the block ends, without a stream."""
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        made = Redis(Path(folder), free_port(), password, more)
        try:
            made.start()
            yield made
        finally:
            made.kill()
