"""A relay of the AT Protocol as a program of its own, which talks at a steady rate and cuts who listens.

    python bench/relay.py --rate 200 --minutes 60 --cuts 20

For bench/live.py. It prints where it is, then, at the end, what it said. Each post has a number in its words. Between
it and who listens lies a plain TCP proxy, which breaks off in the middle of what it passes on, and resets.
"""

import argparse
import json
import random
import socket
import struct
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.sources.bluesky_relay import Relay, relaying
from tests.sources.bluesky_twin import POST, BlueskyTwin, Told, bluesky_server

KEPT = 60_000
"""Events that can be heard later, as many as five minutes bring at 200 a second."""

PEOPLE, OURS, TAKEN = 200, 20, 5
"""Who talks; of how many posts one is about the brand, and of how many of those one is taken back."""

TALK = ("soup again and the rain", "who has seen my bicycle", "the ferry is a quiet place", "a long song over bread")


class Log:
    """The last events; it counts as if it held all of them."""

    def __init__(self) -> None:
        self.said: deque[Told] = deque(maxlen=KEPT)
        self.total = 0

    def append(self, told: Told) -> None:
        """One more."""
        self.said.append(told)
        self.total += 1

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, asked: slice) -> list[Told]:
        gone = self.total - len(self.said)
        begin = max(0, (asked.start or 0) - gone)
        return [self.said[place] for place in range(begin, len(self.said))]


class Proxy:
    """Passes on what a relay says, until it is told to cut."""

    def __init__(self, port: int) -> None:
        self.port, self.cuts, self.pairs = port, 0, list[tuple[socket.socket, socket.socket]]()
        self.cut = threading.Event()
        self.door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._open, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"ws://127.0.0.1:{self.door.getsockname()[1]}"

    def _open(self) -> None:
        while True:
            near, _ = self.door.accept()
            far = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, whence: socket.socket, to: socket.socket, cuts: bool) -> None:
        with suppress(OSError):
            while said := whence.recv(1 << 16):
                if cuts and len(said) > 2 and self.cut.is_set():
                    self.cut.clear()
                    to.sendall(said[: len(said) // 2])
                    self.cuts += 1
                    break
                to.sendall(said)
        for one in (to, whence):
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RD)  # wakes who reads it in the other thread
                one.close()


def main() -> None:
    """Talk for so long."""
    asked = _asked()
    with bluesky_server(time.time()) as twin:
        twin.log = Log()  # type: ignore[assignment]
        relay = Relay(twin, busy=False)
        with relaying(relay) as streaming:
            proxy = Proxy(urlsplit(streaming).port or 0)
            print(json.dumps({"url": twin.url, "streaming": proxy.url}), flush=True)
            sys.stdin.readline()
            said = _talk(twin, proxy, asked)
            print(json.dumps({**said, "cuts": proxy.cuts}), flush=True)
            sys.stdin.readline()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--cuts", type=int, default=20)
    return parser.parse_args()


def _talk(twin: BlueskyTwin, proxy: Proxy, asked: argparse.Namespace) -> dict[str, Any]:
    """So many posts a second, one in twenty about the brand; of those one in five is taken back after a second."""
    chance, begun, ends = random.Random(7), time.time(), time.time() + asked.minutes * 60
    cuts = [begun + (number + 1) * (ends - begun) / (asked.cuts + 1) for number in range(asked.cuts)]
    people = [twin.account(f"who{number}").did for number in range(PEOPLE)]
    taken: deque[tuple[float, str, str]] = deque()
    said = ours = gone = 0
    while (now := time.time()) < ends:
        twin.now = now
        while said < (now - begun) * asked.rate:
            did, rkey = chance.choice(people), f"3m{said:011d}"
            about = said % OURS == 0
            text = f"acme air is late {said}" if about else f"{chance.choice(TALK)} {said}"
            record = {"$type": POST, "text": text, "createdAt": twin.iso(), "langs": ["en"]}
            commit = {"operation": "create", "collection": POST, "rkey": rkey, "record": record, "cid": ""}
            twin.tells(did, "commit", commit)
            if about and said % (OURS * TAKEN) == 0:
                taken.append((now + 1, did, rkey))
            said, ours = said + 1, ours + about
        while taken and taken[0][0] < now:
            _, did, rkey = taken.popleft()
            twin.tells(did, "commit", {"operation": "delete", "collection": POST, "rkey": rkey})
            gone += 1
        twin.floor = max(0, twin.seq - KEPT + 1)
        if cuts and cuts[0] < now:
            proxy.cut.set()
            cuts.pop(0)
        time.sleep(0.02)
    return {"said": said, "ours": ours, "gone": gone}


if __name__ == "__main__":
    main()
