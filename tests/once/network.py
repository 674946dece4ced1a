"""A network in a process of its own: it publishes, and loses answers, dawdles, drops or doubles requests by chance."""

import json
import os
import random
import select
import socket
from collections import Counter
from contextlib import suppress

from ascolta.core.reply import Reply
from ascolta.errors import SourceError

PATIENCE = 0.05
"""For how long a sender waits for an answer, in seconds."""


class Network:
    """Counts what it published by key. `keyed`: it knows a second request by its key, as some networks do."""

    def __init__(self, seed: int, *, keyed: bool) -> None:
        self.chance, self.keyed = random.Random(seed), keyed
        self.published: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self.door.getsockname()[1]

    def serve(self) -> None:
        """Until somebody says end. Requests are met in the order in which they came."""
        callers: list[socket.socket] = []
        while True:
            ready, _, _ = select.select([self.door, *callers], [], [])
            if self.door in ready:
                callers.append(self.door.accept()[0])
            for caller in [one for one in callers if one in ready]:
                with suppress(OSError):
                    asked = caller.recv(65_536)
                    if asked and not self._meet(caller, json.loads(asked)):
                        return
                callers.remove(caller)
                caller.close()

    def _meet(self, caller: socket.socket, asked: dict[str, str]) -> bool:
        if asked["act"] == "end":
            caller.sendall(json.dumps({"published": self.published, "faults": self.faults}).encode())
            return False
        answer = self._say(asked["key"]) if asked["act"] == "say" else self._said(asked["key"])
        if answer is not None:
            caller.sendall(json.dumps(answer).encode())
        return True

    def _say(self, key: str) -> dict[str, str] | None:
        """The answer; None where the connection is closed without one."""
        fault = self._fault(("dropped", 0.08), ("refused", 0.06), ("lost", 0.08), ("doubled", 0.08))
        if fault == "dropped":
            return None
        if fault == "refused":
            return {"wait": "too many requests"}
        for _ in range(2 if fault == "doubled" and self.keyed else 1):
            if not (self.keyed and self.published[key]):
                self.published[key] += 1
        return None if fault == "lost" else {"id": f"post-{key[:8]}"}

    def _said(self, key: str) -> dict[str, str] | None:
        if self._fault(("deaf", 0.05)) == "deaf":
            return None
        return {"id": f"post-{key[:8]}" if self.published[key] else ""}

    def _fault(self, *odds: tuple[str, float]) -> str:
        drawn = self.chance.random()
        for name, share in odds:
            if drawn < share:
                self.faults[name] += 1
                return name
            drawn -= share
        return ""


class Wire:
    """A speaker that reaches the network over a socket."""

    network = "x"

    def __init__(self, port: int) -> None:
        self.port = port

    def say(self, reply: Reply) -> str:
        """Publish; an answer that does not come leaves it open whether it was published."""
        answer = self.ask({"act": "say", "key": reply.key})
        if "wait" in answer:
            raise SourceError(answer["wait"], retry=True)
        return answer["id"]

    def said(self, reply: Reply) -> str | None:
        """Whether it stands there."""
        return self.ask({"act": "said", "key": reply.key})["id"] or None

    def ask(self, what: dict[str, str]) -> dict[str, str]:
        """One request, one answer."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(json.dumps(what).encode())
                line.settimeout(5 if what["act"] == "end" else PATIENCE)
                said = b"".join(iter(lambda: line.recv(65_536), b""))
        except OSError as error:
            raise SourceError(f"no answer ({type(error).__name__})", retry=False) from None
        if not said:
            raise SourceError("the network closed the line", retry=False)
        answer: dict[str, str] = json.loads(said)
        return answer


def started(seed: int, *, keyed: bool) -> tuple[int, int]:
    """The network in a process of its own: its process id and its port."""
    network = Network(seed, keyed=keyed)
    pid = os.fork()
    if pid == 0:
        try:
            network.serve()
        finally:
            os._exit(0)
    network.door.close()
    return pid, network.port
