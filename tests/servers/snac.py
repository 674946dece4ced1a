"""snac, a real server of the Mastodon API, on this machine: started for a test, with accounts and the tokens of each.

`tests/servers/get_snac` fetches it; the environment variable ASCOLTA_SNAC says where it is. It needs port 80 of some
loopback address, since it takes no account with a port in its name for one.
"""

import os
import random
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest


def program() -> str:
    """Where snac is. Skips the test where it is not, but fails it where it must not be missing."""
    found = os.environ.get("ASCOLTA_SNAC") or shutil.which("snac")
    if not found:
        _missing("snac is not here; fetch it with tests/servers/get_snac and name it in ASCOLTA_SNAC")
    return str(found)


def _missing(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@dataclass
class Snac:
    """One server, by its address, which is its name as well."""

    program: str
    host: str
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{self.host}"

    def join(self, who: str) -> str:
        """Somebody opens an account and lets a program act for them; its token."""
        subprocess.run([self.program, "adduser", self.folder, who], check=True, capture_output=True)
        said = subprocess.run([self.program, "resetpwd", self.folder, who], check=True, capture_output=True, text=True)
        password = f"{said.stdout}{said.stderr}".split()[-1]
        back = "http://127.0.0.1/back"
        made = self.asks("POST", "/api/v1/apps", client_name="test", redirect_uris=back, scopes="read write").json()
        entered = self.asks(
            "POST", "/oauth/x-snac-login", login=who, passwd=password, redir=back, cid=made["client_id"], state=""
        )
        code = re.findall(r"code=([^&]+)", entered.headers["location"])[0]
        given = self.asks(
            "POST", "/oauth/token", grant_type="authorization_code", client_id=made["client_id"],
            client_secret=made["client_secret"], redirect_uri=back, code=code,
        ).json()  # fmt: skip
        self.tokens[who] = given["access_token"]
        return self.tokens[who]

    def says(self, who: str, text: str, visibility: str = "public") -> str:
        """Somebody posts something; its id on this server."""
        sent = self.asks("POST", "/api/v1/statuses", who=who, status=text, visibility=visibility)
        return str(sent.json()["id"])

    def edits(self, who: str, number: str, text: str) -> None:
        """Somebody writes their post anew."""
        assert self.asks("PUT", f"/api/v1/statuses/{number}", who=who, status=text).status_code == 200

    def deletes(self, who: str, number: str) -> None:
        """Somebody takes their post back."""
        assert self.asks("DELETE", f"/api/v1/statuses/{number}", who=who).status_code == 200

    def told(self, who: str) -> list[dict[str, Any]]:
        """The notifications of somebody."""
        found: list[dict[str, Any]] = self.asks("GET", "/api/v1/notifications", who=who).json()
        return found

    def asks(self, method: str, path: str, who: str = "", **fields: str) -> httpx2.Response:
        """One request, on a connection of its own, since snac resets those that are used again."""
        headers = {"Connection": "close", **({"Authorization": f"Bearer {self.tokens[who]}"} if who else {})}
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=20) as client:
            return client.request(method, path, headers=headers, data=fields or None)


@contextmanager
def snac(folder: Path) -> Iterator[Snac]:
    """A server of its own until the block ends."""
    found, host = program(), _host()
    made = Snac(found, host, folder)
    asked = f"{host}\n80\n{host}\n\n\n"
    subprocess.run([found, "init", folder], input=asked, text=True, check=True, capture_output=True)
    settings = folder / "server.json"
    settings.write_text(settings.read_text().replace('"protocol": "https"', '"protocol": "http"'))
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        running = subprocess.Popen([found, "httpd", folder], stdout=log, stderr=log)
        try:
            wait(lambda: _answers(made))
            yield made
        finally:
            running.terminate()
            running.wait(20)


def wait(found: Any, seconds: float = 60) -> Any:
    """What is found at last; servers tell each other in their own time."""
    for _ in range(int(seconds / 0.2)):
        if there := found():
            return there
        time.sleep(0.2)
    pytest.fail("it did not come about")


def _host() -> str:
    """A loopback address of which port 80 is free."""
    for _ in range(20):
        host = f"127.{random.randint(64, 250)}.{random.randint(1, 250)}.{random.randint(2, 250)}"
        try:
            with socket.create_server((host, 80)):
                return host
        except PermissionError:
            _missing("port 80 of this machine may not be used by this user, and snac needs it")
        except OSError:
            continue
    _missing("no loopback address has its port 80 free")
    return ""


def _answers(server: Snac) -> bool:
    try:
        return server.asks("GET", "/api/v1/instance").status_code == 200
    except httpx2.HTTPError:
        return False
