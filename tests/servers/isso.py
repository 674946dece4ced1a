"""Isso, a real server of comments, on this machine: started for a test, as a blog has it, with what its owner may do.

`tests/servers/get_isso` fetches it; the environment variable ASCOLTA_ISSO says where it is.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.servers.snac import wait

SETTINGS = """[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}/
latest-enabled = {latest}
notify = stdout
[admin]
enabled = true
password = {password}
[moderation]
enabled = {moderated}
[server]
listen = http://127.0.0.1:{port}
trusted-proxies = 127.0.0.1
[guard]
enabled = true
ratelimit = 20
direct-reply = 20
reply-to-self = true
"""


def program() -> str:
    """Where Isso is. Skips the test where it is not, but fails it where it must not be missing."""
    found = os.environ.get("ASCOLTA_ISSO") or shutil.which("isso")
    if not found:
        why = "isso is not here; fetch it with tests/servers/get_isso and name it in ASCOLTA_ISSO"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return str(found)


@dataclass
class IssoServer:
    """One server, by its address."""

    url: str
    password: str
    readers: int = 0

    def says(self, name: str, page: str, text: str, to: int = 0) -> tuple[int, str]:
        """A reader comments under a page; the number of the comment, and what lets its author change it."""
        self.readers += 1
        said = {"author": name, "text": text, "title": "A page", "parent": to or None}
        headers = {"X-Forwarded-For": f"203.0.{self.readers}.9"}
        answer = self.asks("POST", f"/new?uri={page}", headers=headers, json=said)
        assert answer.status_code in (201, 202), answer.text
        number = int(answer.json()["id"])
        return number, str(answer.cookies.get(str(number)))

    def edits(self, number: int, pass_: str, text: str) -> str:
        """Its author writes a comment anew; what lets them change it then."""
        answer = self.asks("PUT", f"/id/{number}", headers={"Cookie": f"{number}={pass_}"}, json={"text": text})
        assert answer.status_code == 200, answer.text
        return str(answer.cookies.get(str(number)))

    def deletes(self, number: int, pass_: str) -> None:
        """Its author takes a comment back."""
        answer = self.asks("DELETE", f"/id/{number}", headers={"Cookie": f"{number}={pass_}"})
        assert answer.status_code == 200, answer.text

    def lets(self, number: int) -> None:
        """The blog's owner shows a comment that waited."""
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=20) as client:
            entered = client.post("/login/", data={"password": self.password})
            said = entered.headers["set-cookie"].partition(";")[0]
            listed = client.get("/admin/?mode=2", headers={"Cookie": said}).text
            [key] = re.findall(rf"validate_com\({number}, '([^']+)'", listed)
            assert client.post(f"/id/{number}/activate/{key}").status_code == 200

    def under(self, page: str) -> list[dict[str, Any]]:
        """The comments under a page that answer none, with those that answer them."""
        found: list[dict[str, Any]] = self.asks("GET", f"/?uri={page}").json()["replies"]
        return found

    def asks(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """One request."""
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=20) as client:
            return client.request(method, path, **more)


@contextmanager
def isso(folder: Path, *, moderated: bool = False, latest: bool = True) -> Iterator[IssoServer]:
    """A server of its own until the block ends."""
    found = program()
    folder.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    made = IssoServer(f"http://127.0.0.1:{port}", secrets.token_hex(8))
    settings = SETTINGS.format(
        folder=folder, port=port, latest=str(latest).lower(), moderated=str(moderated).lower(), password=made.password
    )
    (folder / "isso.cfg").write_text(settings, encoding="utf-8")
    with (folder / "isso.log").open("wb") as log:
        running = subprocess.Popen([found, "-c", str(folder / "isso.cfg"), "run"], stdout=log, stderr=log)
        try:
            wait(lambda: _answers(made))
            yield made
        finally:
            running.terminate()
            running.wait(20)


def _answers(server: IssoServer) -> bool:
    try:
        return server.asks("GET", "/config").status_code == 200
    except httpx2.HTTPError:
        return False
