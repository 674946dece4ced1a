"""Somebody lets an installation in: OAuth 2.0's authorization code (RFC 6749, 4.1) with PKCE (RFC 7636), in a browser.

The browser comes back to an address of this machine (RFC 8252, 7.3), where only what carries our own state is heard; on
another machine the address to which it wanted to go back is copied by hand. The code is traded for a token at once.
"""

import base64
import hashlib
import hmac
import queue
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import Asking, require_safe
from ascolta.sources.givers import GIVERS, GOOGLE, Client, Given, Giver, ask

WITHIN = 600.0
"""Seconds for which somebody is waited for."""

PORT = 8917
"""Where the browser comes back to, for networks that want to know it beforehand."""

NAME = "Ascolta"
BACK = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a network lets installations in: where people say yes, where tokens are given, and what is asked for.

    `more` goes with the question. `port`: what it wants to know beforehand, 0: any. `registers`: where an installation
    makes itself known; empty: a person does that beforehand, as `made` says. `lasts`: its tokens are not renewed.
    """

    authorize: str
    gives: str
    scope: str
    more: tuple[tuple[str, str], ...] = ()
    port: int = 0
    registers: str = ""
    made: str = ""
    lasts: bool = False


_BACK = f"http://127.0.0.1:{PORT}{BACK}"
"""What a person writes where such a network asks for it."""

WAYS: dict[str, Way] = {
    "mastodon": Way(
        authorize="/oauth/authorize", gives="/oauth/token", registers="/api/v1/apps", lasts=True,
        scope="read:accounts read:follows read:notifications read:statuses write:statuses",
    ),
    "x": Way(
        authorize="https://x.com/i/oauth2/authorize", gives=GIVERS["x"].url, port=PORT,
        scope="tweet.read users.read tweet.write offline.access",
        made=f"an app in X's developer console, with OAuth 2.0 and the callback {_BACK}",
    ),
    "youtube": Way(
        authorize="https://accounts.google.com/o/oauth2/v2/auth", gives=GOOGLE, scope=GIVERS["youtube"].scope,
        more=(("access_type", "offline"), ("prompt", "consent")),
        made="a client of the kind 'desktop app' in a project of Google Cloud that has the YouTube Data API",
    ),
    "reddit": Way(
        authorize="https://www.reddit.com/api/v1/authorize", gives=GIVERS["reddit"].url, port=PORT,
        scope="identity privatemessages read submit", more=(("duration", "permanent"),),
        made=f"an app at https://www.reddit.com/prefs/apps with the redirect {_BACK}, once Reddit approved of it",
    ),
}  # fmt: skip
"""The networks that can be entered so. Of all others a token, a password for apps or a key is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What somebody is asked, and what only we know of it."""

    url: str
    back: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def way_at(network: str, address: str, usual: str | None) -> Way:
    """The way into a network whose source is at an address: at that very server, unless it is the usual one."""
    way = WAYS[network]
    if usual is not None and (not address or urlsplit(address).netloc == urlsplit(usual).netloc):
        return way
    parts = urlsplit(address)
    ends = (urlunsplit((parts.scheme, parts.netloc, urlsplit(end).path, "", "")) for end in (way.authorize, way.gives))
    authorize, gives = ends
    return replace(way, authorize=authorize, gives=gives)


def register(asking: Asking, way: Way, back: str) -> Client:
    """Make this installation known to a server, as it allows that by itself. Raises SourceError."""
    fields = [("client_name", NAME), ("redirect_uris", back), ("scopes", way.scope)]
    said = asking.json(asking.answer("POST", way.registers, fields))
    if not isinstance(said, dict) or not said.get("client_id"):
        raise SourceError(f"{asking.who} does not say as whom it knows us", retry=True)
    return Client(id=str(said["client_id"]), secret=str(said.get("client_secret") or ""))


def begin(way: Way, client: Client, back: str) -> Begun:
    """What somebody is asked in a browser. Raises AscoltaError if others could read it along."""
    require_safe("the network", way.authorize)
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = [
        ("response_type", "code"), ("client_id", client.id), ("redirect_uri", back), ("scope", way.scope),
        ("state", state), ("code_challenge", challenge), ("code_challenge_method", "S256"), *way.more,
    ]  # fmt: skip
    return Begun(url=f"{way.authorize}?{urlencode(asked)}", back=back, state=state, verifier=verifier)


def came_back(begun: Begun, address: str) -> str:
    """The code that the address holds to which a browser came back. Raises AscoltaError."""
    try:
        said = {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
    except ValueError:
        said = {}
    if not hmac.compare_digest(said.get("state", "").encode(), begun.state.encode()):
        raise AscoltaError("this is not the address to which the browser came back; copy all of it, and of this try")
    if said.get("error") == "access_denied":
        raise AscoltaError("the network was told no, so nothing was connected")
    if not said.get("code"):
        raise AscoltaError("the network gave no code; look at what its app is allowed, and try again")
    return said["code"]


def trade(asking: Asking, giver: Giver, client: Client, begun: Begun, code: str) -> Given:
    """The token for a code. Raises SourceError."""
    fields = [
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", begun.back),
        ("code_verifier", begun.verifier),
    ]  # fmt: skip
    return ask(asking, giver, fields, client)


class Door:
    """Where a browser comes back to on this machine; what it brings waits until it is asked for."""

    def __init__(self, port: int) -> None:
        self.back = f"http://127.0.0.1:{port}{BACK}"
        self.brought: queue.Queue[str] = queue.Queue(maxsize=8)

    def code(self, begun: Begun, within: float = WITHIN) -> str:
        """The code that somebody's yes brought. Raises AscoltaError if it was a no, or nobody came."""
        try:
            while True:
                address = self.brought.get(timeout=within)
                state = parse_qs(urlsplit(address).query).get("state", [""])[0]
                if hmac.compare_digest(state.encode(), begun.state.encode()):
                    return came_back(begun, address)
        except queue.Empty:
            raise AscoltaError(f"nobody came back within {within / 60:g} minutes, so nothing was connected") from None


@contextmanager
def door(port: int) -> Iterator[Door]:
    """A door that is open until the block ends; port 0 takes any. Raises AscoltaError if the port is taken."""
    try:
        server = _Server(("127.0.0.1", port), _Answering)
    except OSError:
        raise AscoltaError(f"port {port} of this machine is taken; end what uses it, or use --paste") from None
    server.door = Door(server.server_port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.door
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    door: Door


class _Answering(BaseHTTPRequestHandler):
    timeout = 10

    def log_message(self, format: str, *said: object) -> None:  # noqa: A002 - its name in the library
        """Nothing: what comes back is a secret."""

    def do_GET(self) -> None:
        """Somebody comes back; anything else is not for us."""
        parts, server = urlsplit(self.path), self.server
        good = parts.path == BACK and "state" in parse_qs(parts.query) and isinstance(server, _Server)
        if good and isinstance(server, _Server) and not server.door.brought.full():
            server.door.brought.put_nowait(self.path)
        body = b"Thank you. You can close this page; ascolta goes on in its terminal.\n" if good else b"Nothing here.\n"
        self.send_response(200 if good else 404)
        for name, value in {
            "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body)), "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Connection": "close",
        }.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
