"""The three kinds of streams of the AT Protocol, each read to the lines that Jetstream gives.

`com.atproto.sync.subscribeRepos` of a PDS or relay (DAG-CBOR frames that hold CAR files), Jetstream's `/subscribe`
(JSON), and its successor `network.bsky.jetstream.subscribeEvents` (JSON by proposal 0015). Sources: their lexicons, and
Jetstream's notes on its cursors, which are inclusive: below 1e15 they count events, above they are microseconds.
Needs the package libipld, which the extra `networks` brings.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import libipld

from ascolta.errors import SourceError
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives.bluesky import WANTED
from ascolta.sources.natives.reading import each, known, text
from ascolta.sources.natives.reading import time as read_time
from ascolta.sources.sockets import Form, Frame, LostError

SECOND = 1_000_000
TIMES = 10**15
"""Cursors of Jetstream from here on are times, those below are counts."""

LOOK_BACK = 36 * 3600.0
"""How far back, in seconds, Jetstream gives what it brought before."""

DID_KINDS = ("account", "identity", "sync")

_CID = 36
"""Bytes of a CID as this protocol writes them: version 1, a codec, SHA-256 and its 32 bytes."""

Clock = Callable[[], float]


def form_of(name: str, who: str, clock: Clock) -> Form:
    """A kind of stream by its name in brand.yaml. `who` is how errors call it."""
    made: dict[str, Callable[[str, Clock], Form]] = {
        "firehose": Firehose,
        "jetstream": Jetstream,
        "jetstream2": Jetstream2,
    }
    return made[name](who, clock)


class Firehose:
    """`com.atproto.sync.subscribeRepos`; a place is the number of a frame, and what follows it is given."""

    def __init__(self, who: str, clock: Clock) -> None:
        self.who, self.clock = who, clock
        self._since = 0.0

    def path(self, after: str, since: float) -> str:
        """It knows no times, so it is read from its oldest frame; what is older than `since` is passed over."""
        self._since = 0.0 if after else since
        return f"/xrpc/com.atproto.sync.subscribeRepos?cursor={_whole(after)}"

    def reading(self, after: str) -> Callable[[str | bytes], Frame | None]:
        """Frames with a number above the place."""
        last = _whole(after)

        def read(said: str | bytes) -> Frame | None:
            nonlocal last
            header, body = _cbor(said)
            if header.get("op") == -1:
                raise _failure(self.who, text(body.get("error")), after)
            kind = text(header.get("t")).removeprefix("#")
            if kind == "info":
                _require_place(text(body.get("name")), after)
                return None
            number, at = _count(body.get("seq")), read_time(body.get("time"))
            if number <= last:
                return None
            last = number
            old = at is not None and at < self._since
            return Frame(place=str(number), at=at, lines=() if old else tuple(_commits(kind, body)))

        return read

    def is_lost(self, status: int, body: bytes) -> bool:
        """It refuses with a frame, not with a status."""
        return False


class Jetstream:
    """`/subscribe`; a place is the count of an event where it says it, and otherwise its time and how many had that."""

    def __init__(self, who: str, clock: Clock) -> None:
        self.who, self.clock = who, clock

    def path(self, after: str, since: float) -> str:
        """Since the place, which is given once more. One that is too old is moved silently, so it is looked at."""
        count, moment, _ = _place(after)
        if after and since < self.clock() - LOOK_BACK:
            raise LostError
        cursor = count if count is not None else moment or _moment(since)
        return f"/subscribe?{urlencode([('wantedCollections', name) for name in WANTED] + [('cursor', str(cursor))])}"

    def reading(self, after: str) -> Callable[[str | bytes], Frame | None]:
        """Events behind the place: those that were there already come first, and are passed over."""
        last, moment, again = _place(after)
        same, skip = again, again

        def read(said: str | bytes) -> Frame | None:
            nonlocal last, moment, same, skip
            line = _json(said)
            given, at = line.get("cursor"), _count(line.get("time_us"))
            if given is not None:
                number = _count(given)
                if last is not None and number <= last:
                    return None
                last = number
                return _frame(f"c{number}", at, line)
            if skip and at == moment:
                skip -= 1
                return None
            skip = 0
            moment, same = (at, same + 1) if at == moment else (at, 1)
            return _frame(f"t{at}+{same}", at, line)

        return read

    def is_lost(self, status: int, body: bytes) -> bool:
        """It goes on from where it can, whatever the place."""
        return False


class Jetstream2:
    """`network.bsky.jetstream.subscribeEvents`; a place is the count of an event, which is given once more."""

    def __init__(self, who: str, clock: Clock) -> None:
        self.who, self.clock = who, clock

    def path(self, after: str, since: float) -> str:
        """All kinds, for `kinds=commit` would hide that an account is gone."""
        asked = [("collections", name) for name in WANTED] + [("cursor", after or str(_moment(since)))]
        return f"/xrpc/network.bsky.jetstream.subscribeEvents?{urlencode(asked)}"

    def reading(self, after: str) -> Callable[[str | bytes], Frame | None]:
        """Events with a count above the place."""
        last = _whole(after)

        def read(said: str | bytes) -> Frame | None:
            nonlocal last
            line = _json(said)
            if line.get("$type") == "error":
                raise _failure(self.who, text(line.get("error")), after)
            payload = known(line.get("payload"))
            kind = text(payload.get("$type")).rpartition("#")[2]
            if kind == "info":
                _require_place(text(payload.get("name")), after)
                return None
            number = _count(payload.get("seq"))
            if number <= last:
                return None
            last = number
            event = {"did": payload.get("did"), "kind": kind, kind: payload.get(kind, payload)}
            return Frame(place=str(number), at=read_time(payload.get("time")), lines=(event,))

        return read

    def is_lost(self, status: int, body: bytes) -> bool:
        """Its count is below what is kept there."""
        try:
            return status == 400 and known(json.loads(body)).get("error") == "CursorTooOld"
        except (ValueError, RecursionError):
            return False


def _frame(place: str, at: int, line: dict[str, Any]) -> Frame:
    return Frame(place=place, at=at / SECOND, lines=(line,))


def _commits(kind: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a frame of a repository says, as lines."""
    if kind in DID_KINDS:
        yield {"did": text(body.get("did")), "kind": kind, kind: body}
    if kind != "commit":
        return
    wanted = [op for op in map(known, each(body.get("ops"))) if text(op.get("path")).partition("/")[0] in WANTED]
    cids = {op["cid"] for op in wanted if isinstance(op.get("cid"), bytes)}
    found = dict(_blocks(body.get("blocks"), cids)) if cids else {}
    for op in wanted:
        collection, _, rkey = text(op.get("path")).partition("/")
        cid = op.get("cid")
        commit = {"operation": op.get("action"), "collection": collection, "rkey": rkey}
        if isinstance(cid, bytes):
            commit |= {"cid": libipld.encode_cid(cid), "record": found.get(cid)}
        yield {"did": text(body.get("repo")), "kind": kind, "commit": commit}


def _blocks(car: Any, wanted: set[bytes]) -> Iterator[tuple[bytes, Any]]:
    """The blocks of a CAR file (version 1) that are wanted and are what their CID says; the others are not decoded."""
    if not isinstance(car, bytes):
        raise UnreadableError("a commit holds no blocks")
    size, begin = _varint(car, 0)
    begin += size
    while begin < len(car):
        size, begin = _varint(car, begin)
        cid, block, begin = car[begin : begin + _CID], car[begin + _CID : begin + size], begin + size
        if cid in wanted and hashlib.sha256(block).digest() == cid[-32:]:
            try:
                yield cid, libipld.decode_dag_cbor(block)
            except (ValueError, RecursionError):
                continue


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number, and where it ends."""
    found = shift = 0
    while at < len(data) and shift < 63:
        found |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return found, at
    raise UnreadableError("a commit's blocks cannot be told apart")


def _cbor(said: str | bytes) -> tuple[Mapping[str, Any], dict[str, Any]]:
    if isinstance(said, str):
        raise UnreadableError("a frame is words, and no CBOR")
    try:
        header, body = libipld.decode_dag_cbor_multi(said)
    except (ValueError, RecursionError):
        raise UnreadableError("a frame is no CBOR") from None
    return known(header), known(body)


def _json(said: str | bytes) -> dict[str, Any]:
    try:
        return known(json.loads(said))
    except (ValueError, RecursionError):
        raise UnreadableError("a message is no JSON") from None


def _failure(who: str, name: str, after: str) -> Exception:
    """What a stream says when it ends itself."""
    if name in ("FutureCursor", "OutdatedCursor") and after:
        return LostError()
    said = "we read too slowly" if name == "ConsumerTooSlow" else "it does not say why"
    return SourceError(f"{who} ended the stream: {said}", retry=True)


def _require_place(name: str, after: str) -> None:
    """Raises LostError if a note says that the place that we had is not there."""
    if name in ("OutdatedCursor", "FutureCursor") and after:
        raise LostError


def _place(after: str) -> tuple[int | None, int, int]:
    """A place of Jetstream's: the count of an event; or its time, and how many of that time were read."""
    if after.startswith("c"):
        return _whole(after[1:]), 0, 0
    moment, _, same = after.removeprefix("t").partition("+")
    return None, _whole(moment), _whole(same)


def _moment(since: float) -> int:
    """A time as a cursor; the first that is none of a count stands for the oldest there is."""
    return max(TIMES, int(since * SECOND))


def _whole(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() else 0


def _count(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise UnreadableError("this is no number of an event")
