"""A small network of the AT Protocol on this machine, after its lexicons: a server (PDS) with its directory and views.

It keeps repositories, lets accounts in by app passwords, counts requests, and fails as it is told to. What happens in
it is told by `bluesky_relay`, in all three kinds of streams.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import libipld

from tests.listening import listening
from tests.sources.answering import Answering, HttpTwin, Said
from tests.sources.battery import TOKEN

US = "acme"
POST = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"
LASTS = {"access": 7_200, "refresh": 90 * 86_400}
"""Seconds for which the two tokens of a session last."""

Json = dict[str, Any]
Key = tuple[str, str]


@dataclass
class Repository:
    """Somebody's account and records, by collection and key. `status`: why it is not active."""

    did: str
    handle: str
    status: str = ""
    records: dict[Key, tuple[Any, str]] = field(default_factory=dict)
    viewer: Json = field(default_factory=dict)
    server: str = ""


@dataclass(frozen=True)
class Told:
    """One thing that happened, as the streams tell it. `commit` holds its operation."""

    seq: int
    time_us: int
    did: str
    kind: str
    said: Json


@dataclass
class BlueskyTwin(HttpTwin):
    """What the network knows. `without`: what its server cannot tell; `floor`: before which it has forgotten all."""

    streaming: str = ""
    without: str = ""
    left: int = 3_000
    sessions: int = 0
    worn_out: set[str] = field(default_factory=set)
    people: dict[str, Repository] = field(default_factory=dict)
    log: list[Told] = field(default_factory=list)
    floor: int = 0
    seq: int = 0
    relay: Any = None
    lock: threading.Condition = field(default_factory=threading.Condition)

    def account(self, who: str) -> Repository:
        """Somebody's repository."""
        with self.lock:
            if who not in self.people:
                did = "did:plc:" + base64.b32encode(hashlib.sha256(who.encode()).digest()).decode().lower()[:24]
                self.people[who] = Repository(did, f"{who}.example")
            return self.people[who]

    def says(self, who: str, text: str, *, at: float | None = None, to: str = "", **more: Any) -> str:
        """Somebody posts something, perhaps in answer to a post; its address."""
        record: Json = {"$type": POST, "text": text, "createdAt": self.iso(at), "langs": ["en"], **more}
        if to:
            parent = {"uri": to, "cid": self.record(to)[1]}
            above = self.record(to)[0].get("reply")
            record["reply"] = {"root": above["root"] if above else parent, "parent": parent}
        if facets := _facets(text, self.people):
            record["facets"] = facets
        return self.puts(who, POST, f"3m{len(self.log):011d}".replace("0", "a").replace("1", "b"), record)

    def puts(self, who: str, collection: str, rkey: str, record: Any) -> str:
        """A record is written, or written anew; its address."""
        with self.lock:
            repository = self.account(who)
            operation = "update" if (collection, rkey) in repository.records else "create"
            cid = cid_of(record)
            repository.records[collection, rkey] = record, cid
            said = {"operation": operation, "collection": collection, "rkey": rkey, "record": record, "cid": cid}
            self.tells(repository.did, "commit", said)
            return f"at://{repository.did}/{collection}/{rkey}"

    def edits(self, uri: str, text: str) -> None:
        """A post is written anew."""
        repository, (collection, rkey) = self.of(uri)
        who = next(name for name, one in self.people.items() if one is repository)
        self.puts(who, collection, rkey, {**repository.records[collection, rkey][0], "text": text})

    def deletes(self, uri: str) -> None:
        """A record is taken back."""
        with self.lock:
            repository, key = self.of(uri)
            del repository.records[key]
            self.tells(repository.did, "commit", {"operation": "delete", "collection": key[0], "rkey": key[1]})

    def leaves(self, who: str, status: str = "deleted") -> None:
        """Somebody's account is gone, or is not active any more; with an empty status it is active again."""
        with self.lock:
            repository = self.account(who)
            repository.status = status
            said = {"active": not status, "did": repository.did, **({"status": status} if status else {})}
            self.tells(repository.did, "account", said)

    def tells(self, did: str, kind: str, said: Json) -> None:
        """Something happened."""
        with self.lock:
            self.seq += 1
            moment = int((self.now + self.skew) * 1_000_000) + self.seq
            self.log.append(Told(self.seq, moment, did, kind, said))
            self.lock.notify_all()

    def record(self, uri: str) -> tuple[Any, str]:
        """A record and the hash of it."""
        repository, key = self.of(uri)
        return repository.records[key]

    def of(self, uri: str) -> tuple[Repository, Key]:
        """Whose record an address is, and under which key."""
        did, collection, rkey = uri.removeprefix("at://").split("/")
        return self.by(did), (collection, rkey)

    def by(self, did: str) -> Repository:
        """Somebody by identifier or handle."""
        return next(one for one in self.people.values() if did in (one.did, one.handle))

    def said_by_us(self) -> list[str]:
        """What the brand's account said, oldest first."""
        own = self.account(US).records
        return [record["text"] for (collection, _), (record, _) in own.items() if collection == POST]

    def iso(self, at: float | None = None) -> str:
        """A time as this network writes it."""
        stamp = datetime.fromtimestamp(self.now + self.skew if at is None else at, UTC)
        return stamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def jwt(self, kind: str) -> str:
        """A token that says when it ends."""
        self.sessions += 1
        said = json.dumps({"scope": kind, "exp": int(self.now + self.skew) + LASTS[kind], "n": self.sessions})
        return f"e30.{base64.urlsafe_b64encode(said.encode()).decode().rstrip('=')}.{kind}"


def cid_of(record: Any) -> str:
    """The hash of a record, as an identifier of content; what cannot be DAG-CBOR has one of its JSON."""
    try:
        said = libipld.encode_dag_cbor(record)
    except ValueError:
        said = json.dumps(record).encode()
    return libipld.encode_cid(b"\x01\x71\x12\x20" + hashlib.sha256(said).digest())


@contextmanager
def bluesky_server(now: float) -> Iterator[BlueskyTwin]:
    """The server, listening on this machine until the block ends; our account and three people are there."""
    state = BlueskyTwin(now=now)
    state.account(US).records[PROFILE, "self"] = (_labelled("bot"), "")
    for who in ("ann", "bob", "eve"):
        state.account(who)
    with listening(state, _Answering) as state.url:
        yield state


class _Answering(Answering[BlueskyTwin]):
    def posts(self, body: bytes | None) -> bool:
        return urlsplit(self.path).path.endswith("putRecord")

    def answered(self, body: bytes | None) -> Said:
        parts = urlsplit(self.path)
        with self.twin.lock:
            return *self._found(parts.path.rpartition("/")[2], parse_qs(parts.query), body), {}

    def as_told(self, status: int) -> Json:
        return {"error": "AsTold", "message": "as told"}

    def usual(self) -> Mapping[str, str]:
        twin = self.twin
        twin.left = max(0, twin.left - 1)
        return {
            "RateLimit-Limit": "3000", "RateLimit-Remaining": str(twin.left), "RateLimit-Policy": "3000;w=300",
            "RateLimit-Reset": str(int(twin.now + twin.skew) + 60), **super().usual(),
        }  # fmt: skip

    def _found(self, method: str, asked: dict[str, list[str]], body: bytes | None) -> tuple[int, Any]:
        twin = self.twin
        if method == twin.without:
            return 502, {"error": "UpstreamFailure", "message": "pipethrough network error"}
        if method.startswith("did:"):
            return self._document(unquote(method))
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if given and not self._is_good(given, method):
            return 400, {"error": "ExpiredToken", "message": "Token has expired"}
        act: dict[str, Callable[[], tuple[int, Any]]] = {
            "com.atproto.server.createSession": lambda: self._enter(json.loads(body or b"{}")),
            "com.atproto.server.refreshSession": lambda: (200, self._session()),
            "com.atproto.identity.resolveHandle": lambda: self._resolve(asked["handle"][0]),
            "com.atproto.repo.describeRepo": lambda: self._describe(asked["repo"][0]),
            "com.atproto.repo.getRecord": lambda: self._record(asked),
            "com.atproto.repo.putRecord": lambda: self._put(json.loads(body or b"{}"), given),
            "app.bsky.actor.getProfiles": lambda: (200, {"profiles": self._views(asked["actors"])}),
        }
        return act[method]() if method in act else (501, {"error": "MethodNotImplemented"})

    def _is_good(self, token: str, method: str) -> bool:
        kind = "refresh" if method.endswith("refreshSession") else "access"
        payload = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        twin = self.twin
        return token.endswith(kind) and token not in twin.worn_out and payload["exp"] > twin.now + twin.skew

    def _enter(self, said: Json) -> tuple[int, Any]:
        if said.get("password") != TOKEN or said.get("identifier") not in (f"{US}.example", self._us().did):
            return 401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"}
        return 200, self._session()

    def _session(self) -> Json:
        twin, us = self.twin, self._us()
        return {
            "did": us.did, "handle": us.handle, "email": "email-canary@acme.example", "active": True,
            "accessJwt": twin.jwt("access"), "refreshJwt": twin.jwt("refresh"),
        }  # fmt: skip

    def _document(self, did: str) -> tuple[int, Any]:
        twin = self.twin
        found = next((one for one in twin.people.values() if one.did == did and one.status != "deleted"), None)
        if found is None:
            return 404, {"message": f"DID not registered: {did}"}
        service = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": found.server or twin.url,
        }
        return 200, {"id": did, "alsoKnownAs": [f"at://{found.handle}"], "service": [service]}

    def _resolve(self, handle: str) -> tuple[int, Any]:
        for one in self.twin.people.values():
            if one.handle == handle:
                return 200, {"did": one.did}
        return 400, {"error": "InvalidRequest", "message": "Unable to resolve handle"}

    def _describe(self, did: str) -> tuple[int, Any]:
        found = self.twin.by(did)
        if found.status:
            return 400, {"error": f"Repo{found.status.capitalize()}", "message": "Repo has been taken away"}
        collections = sorted({collection for collection, _ in found.records})
        said = {"handle": found.handle, "did": found.did, "didDoc": {}, "collections": collections}
        return 200, {**said, "handleIsCorrect": True}

    def _record(self, asked: dict[str, list[str]]) -> tuple[int, Any]:
        found = self.twin.by(asked["repo"][0])
        collection, rkey = asked["collection"][0], asked["rkey"][0]
        record = None if found.status else found.records.get((collection, rkey))
        if record is None:
            return 400, {"error": "RecordNotFound", "message": "Could not locate record"}
        return 200, {"uri": f"at://{found.did}/{collection}/{rkey}", "cid": record[1], "value": record[0]}

    def _put(self, said: Json, token: str) -> tuple[int, Any]:
        if not token:
            return 401, {"error": "AuthMissing", "message": "Authentication Required"}
        us = self._us()
        if said["repo"] != us.did or len(said["rkey"]) != 13 or len(said["record"]["text"]) > 300:
            return 400, {"error": "InvalidRequest", "message": "this is no record of a post"}
        key = (said["collection"], said["rkey"])
        if us.records.get(key, (None, ""))[0] != said["record"]:
            self.twin.puts(US, *key, said["record"])
        return 200, {"uri": f"at://{us.did}/{key[0]}/{key[1]}", "cid": us.records[key][1]}

    def _views(self, dids: list[str]) -> list[Json]:
        found = [one for one in self.twin.people.values() if one.did in dids and not one.status]
        return [{"did": one.did, "handle": one.handle, "labels": [], "viewer": one.viewer} for one in found]

    def _us(self) -> Repository:
        return self.twin.account(US)


def _labelled(label: str) -> Json:
    values = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label}]}
    return {"$type": PROFILE, "displayName": "Acme Air", "labels": values}


def _facets(text: str, people: dict[str, Repository]) -> list[Json]:
    """The accounts that are named, by bytes."""
    found = []
    for one in people.values():
        begin = text.find(f"@{one.handle}")
        if begin >= 0:
            start = len(text[:begin].encode("utf-8", "surrogatepass"))
            index = {"byteStart": start, "byteEnd": start + len(one.handle) + 1}
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": one.did}
            found.append({"index": index, "features": [feature]})
    return found
