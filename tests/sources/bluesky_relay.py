"""The streams of the twin of the AT Protocol, in all three kinds, by a WebSocket server on this machine.

Each is told after its own description: what a cursor means, which frames there are, how a place that is gone is
refused.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import libipld
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from tests.sources.bluesky_twin import BlueskyTwin, Json, Told, bluesky_server

TIMES = 10**15
FIREHOSE = "/xrpc/com.atproto.sync.subscribeRepos"
JETSTREAM = "/subscribe"
JETSTREAM2 = "/xrpc/network.bsky.jetstream.subscribeEvents"
Tell = Callable[[Told], list[str | bytes]]


@dataclass
class Relay:
    """Who listens, and how often somebody did. `counts`: whether the older Jetstream says the count of an event.

    `busy`: whether somebody else's news comes right after what was said before, as on a network that never rests.
    `refuses`: how it refuses to be listened to.
    """

    twin: BlueskyTwin
    connections: list[ServerConnection] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    counts: bool = True
    busy: bool = True
    refuses: tuple[int, dict[str, str]] | None = None

    def breaks(self) -> None:
        """Every stream is cut, without a word."""
        with self.twin.lock:
            cut, self.connections = self.connections, []
        for connection in cut:
            with suppress(OSError):
                connection.socket.shutdown(2)

    def sends(self, said: str | bytes) -> None:
        """Something that is not in the log, to all who listen."""
        for connection in self.connections:
            connection.send(said)

    def check(self, connection: ServerConnection, request: Request) -> Response | None:
        """Whether somebody may listen."""
        self.paths.append(request.path)
        if self.refuses is not None:
            return _response(self.refuses[0], {"error": "AsTold"}, self.refuses[1])
        parts = urlsplit(request.path)
        cursor = int(parse_qs(parts.query).get("cursor", ["-1"])[0])
        if parts.path == JETSTREAM2 and 0 <= cursor < self.twin.floor:
            message = f"cursor {cursor} is below the lookback floor {self.twin.floor}"
            return _response(400, {"error": "CursorTooOld", "message": message})
        if parts.path not in (FIREHOSE, JETSTREAM, JETSTREAM2):
            return _response(404, {"error": "MethodNotImplemented"})
        return None

    def date(self, connection: ServerConnection, request: Request, response: Response) -> None:
        """By the clock of the network."""
        if "Date" in response.headers:
            del response.headers["Date"]
        response.headers["Date"] = formatdate(self.twin.now + self.twin.skew, usegmt=True)

    def talk(self, connection: ServerConnection) -> None:
        """Tell one listener, until the connection or everything ends."""
        assert connection.request is not None
        parts = urlsplit(connection.request.path)
        asked = parse_qs(parts.query)
        kind = {FIREHOSE: _Firehose, JETSTREAM: _Jetstream, JETSTREAM2: _Jetstream2}[parts.path](self, asked)
        with suppress(ConnectionClosed, OSError):
            for said in kind.first:
                connection.send(said)
            if kind.ends:
                return
            self._talk(connection, kind)

    def _talk(self, connection: ServerConnection, kind: "_Kind") -> None:
        twin, at = self.twin, 0
        with twin.lock:
            if self.busy:
                twin.tells("did:plc:bystanderbystanderbystan", "identity", {"did": "did:plc:bystanderbystanderbystan"})
            self.connections.append(connection)
        while not twin.over.is_set():
            with twin.lock:
                twin.lock.wait_for(lambda at=at: len(twin.log) > at or twin.over.is_set(), timeout=0.2)  # type: ignore[misc]
                news, at = twin.log[at:], len(twin.log)
            for told in news:
                if told.seq > twin.floor - 1 and kind.starts(told):
                    for said in kind.tell(told):
                        connection.send(said)
            if connection.protocol.state.name != "OPEN":
                return


class _Kind:
    """One listener's stream: from which event on, and what is said before."""

    def __init__(self, relay: Relay, asked: dict[str, list[str]]) -> None:
        self.relay, self.twin = relay, relay.twin
        self.cursor = int(asked["cursor"][0]) if "cursor" in asked else None
        self.tip = self.twin.seq
        self.collections = asked.get("wantedCollections", []) + asked.get("collections", [])
        self.first: list[str | bytes] = []
        self.ends = False
        self.greet()

    def greet(self) -> None:
        """What is said first."""

    def starts(self, told: Told) -> bool:
        """Whether an event is told, by the cursor: a count or a time, both inclusive; without one only news are."""
        if self.cursor is None or (self.cursor < TIMES and self.cursor > self.tip + 1):
            return told.seq > self.tip
        return told.seq >= self.cursor if self.cursor < TIMES else told.time_us >= self.cursor

    def tell(self, told: Told) -> list[str | bytes]:
        """What is said of an event."""
        raise NotImplementedError

    def wants(self, told: Told) -> bool:
        """Whether an event is of a collection that was asked for."""
        return told.kind != "commit" or not self.collections or told.said["collection"] in self.collections


class _Firehose(_Kind):
    def greet(self) -> None:
        if self.cursor is not None and self.cursor > self.tip:
            self.first = [_frame({"op": -1}, {"error": "FutureCursor", "message": "Cursor in the future."})]
            self.ends = True
        elif self.cursor is not None and self.cursor < self.twin.floor - 1:
            body = {"name": "OutdatedCursor", "message": "Requested cursor exceeded limit. Possibly missing events"}
            self.first = [_frame({"op": 1, "t": "#info"}, body)]

    def starts(self, told: Told) -> bool:
        return told.seq > (self.tip if self.cursor is None else self.cursor)

    def tell(self, told: Told) -> list[str | bytes]:
        body = {"seq": told.seq, "time": _iso(told)}
        if told.kind != "commit":
            return [_frame({"op": 1, "t": f"#{told.kind}"}, {**told.said, **body, "did": told.did})]
        try:
            return [_frame({"op": 1, "t": "#commit"}, {**body, **commit(told.did, [told.said])})]
        except ValueError:
            return [b"\xff"]


class _Jetstream(_Kind):
    def tell(self, told: Told) -> list[str | bytes]:
        if not self.wants(told):
            return []
        said: Json = {"did": told.did, "time_us": told.time_us, "kind": told.kind, told.kind: told.said}
        return [json.dumps({**said, "cursor": told.seq} if self.relay.counts else said)]


class _Jetstream2(_Kind):
    def greet(self) -> None:
        if self.cursor is not None and TIMES > self.cursor > self.tip + 1:
            self.first = [_info("FutureCursor")]
        elif self.cursor is not None and self.cursor >= TIMES and self.twin.floor:
            self.first = [_info("OutdatedCursor")]

    def tell(self, told: Told) -> list[str | bytes]:
        if not self.wants(told):
            return []
        said = told.said if told.kind == "commit" else {told.kind: told.said}
        name = f"network.bsky.jetstream.subscribeEvents#{told.kind}"
        payload = {"$type": name, "seq": told.seq, "did": told.did, "time": _iso(told), **said}
        return [json.dumps({"$type": "message", "payload": payload})]


def commit(did: str, ops: list[Json]) -> Json:
    """A commit to a repository with its blocks as a CAR file: the commit, its tree and the records."""
    records = [op["record"] for op in ops if "record" in op]
    tree: Json = {"l": None, "e": []}
    head = {"did": did, "version": 3, "rev": "3m", "prev": None, "data": b"", "sig": b"\0" * 64}
    blocks = [libipld.encode_dag_cbor(one) for one in (head, tree, *records)]
    told = [
        {
            "action": op["operation"],
            "path": f"{op['collection']}/{op['rkey']}",
            "cid": cid(op["record"]) if "record" in op else None,
        }
        for op in ops
    ]
    return {
        "repo": did, "rev": "3m", "since": None, "commit": _cid(blocks[0]), "tooBig": False, "rebase": False,
        "blobs": [], "ops": told, "blocks": car(blocks),
    }  # fmt: skip


def car(blocks: list[bytes]) -> bytes:
    """Blocks as a CAR file, version 1."""
    header = libipld.encode_dag_cbor({"version": 1, "roots": [_cid(blocks[0])]})
    return b"".join([_sized(header), *(_sized(_cid(block) + block) for block in blocks)])


def cid(record: Any) -> bytes:
    """The identifier of a record's content."""
    return _cid(libipld.encode_dag_cbor(record))


def _cid(block: bytes) -> bytes:
    return b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()


def _sized(said: bytes) -> bytes:
    size, length = bytearray(), len(said)
    while length >= 0x80:
        size.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes(size) + bytes([length]) + said


def _frame(header: Json, body: Json) -> bytes:
    return libipld.encode_dag_cbor(header) + libipld.encode_dag_cbor(body)


def _info(name: str) -> str:
    kind = "network.bsky.jetstream.subscribeEvents#info"
    return json.dumps({"$type": "message", "payload": {"$type": kind, "name": name, "message": "as it is"}})


def _iso(told: Told) -> str:
    whole, part = divmod(told.time_us, 1_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{part:06d}Z"


def _response(status: int, said: Json, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(said).encode()
    given = Headers({"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})})
    return Response(status, HTTPStatus(status).phrase, given, body)


@contextmanager
def bluesky_twin(now: float) -> Iterator[BlueskyTwin]:
    """The server and its streams, listening on this machine until the block ends."""
    with bluesky_server(now) as twin, relaying(Relay(twin)) as twin.streaming:
        yield twin


@contextmanager
def relaying(relay: Relay) -> Iterator[str]:
    """The streams of a twin; their address. The twin knows them as `relay`."""
    relay.twin.relay = relay
    with serve(
        relay.talk, "127.0.0.1", 0, compression=None, process_request=relay.check, process_response=relay.date,
        close_timeout=0.2,
    ) as server:  # fmt: skip
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            relay.twin.over.set()
            with relay.twin.lock:
                relay.twin.lock.notify_all()
            relay.breaks()
            server.shutdown()
            thread.join()
