"""A server that gives access by OAuth 2.0, after RFC 6749, 7636 (PKCE) and 7523 (signed assertions).

People say yes at …/authorize, codes and refresh tokens become tokens at …/token, an installation makes itself known at
/api/v1/apps as on Mastodon, and /me answers to whoever holds a token.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Event, RLock
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from tests.listening import Listening, listening

Form = dict[str, str]


@dataclass
class OAuthTwin:
    """What it knows. `rotates`: a refresh token holds once. `fails`: how /token answers from now on.

    `says_no`: people do, when they are asked. `keys`: the public keys of service accounts by their address. `asked` are
    the forms that came to /token.
    """

    url: str = ""
    now: float = 0.0
    lasts: int = 7_200
    rotates: bool = False
    basic: bool = False
    says_no: bool = False
    fails: tuple[int, dict[str, str], bytes] | None = None
    clients: dict[str, str] = field(default_factory=lambda: {"client": "s3cr3t-canary"})
    redirects: dict[str, str] = field(default_factory=dict)
    scopes: list[str] = field(default_factory=list)
    codes: dict[str, Form] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=set)
    tokens: dict[str, float] = field(default_factory=dict)
    keys: dict[str, RSAKey] = field(default_factory=dict)
    asked: list[Form] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    lock: RLock = field(default_factory=RLock)

    def gives(self, *, again: bool = True) -> dict[str, Any]:
        """A token, and what renews it."""
        token = f"token-canary-{secrets.token_hex(8)}"
        self.tokens[token] = self.now + self.lasts
        said: dict[str, Any] = {"token_type": "bearer", "access_token": token, "expires_in": self.lasts}
        if again:
            said["refresh_token"] = f"refresh-canary-{secrets.token_hex(8)}"
            self.refresh.add(said["refresh_token"])
        return said

    def secret(self, **fields: Any) -> str:
        """What an installation keeps that was let in just now, though it has no token."""
        with self.lock:
            given = self.gives()
        kept = {"token_url": f"{self.url}/token", "client_id": "client", "client_secret": self.clients["client"]}
        return json.dumps({**kept, "refresh_token": given["refresh_token"], **fields})

    def ends(self) -> None:
        """No token holds any more."""
        self.tokens.clear()


@contextmanager
def oauth_twin(now: float, **fields: Any) -> Iterator[OAuthTwin]:
    """The server until the block ends."""
    twin = OAuthTwin(now=now, **fields)
    with listening(twin, _Answering) as twin.url:
        yield twin


class _Answering(BaseHTTPRequestHandler):
    def log_message(self, format: str, *said: Any) -> None:  # noqa: A002 - its name in the library
        """Nothing."""

    def do_GET(self) -> None:
        """Somebody is asked, or something is got with a token."""
        parts, twin = urlsplit(self.path), self._twin()
        with twin.lock:
            if parts.path.endswith("/authorize"):
                self._authorize({name: values[0] for name, values in parse_qs(parts.query).items()})
            elif parts.path == "/me":
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                good = twin.tokens.get(token, 0.0) > twin.now
                self._say(200 if good else 401, {"id": "me"} if good else {"error": "expired"})
            else:
                self._say(404, {})

    def do_POST(self) -> None:
        """A token is asked for."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        twin = self._twin()
        with twin.lock:
            if urlsplit(self.path).path == "/api/v1/apps":
                self._register(form)
            elif urlsplit(self.path).path.endswith("/token"):
                twin.asked.append(form)
                self._token(form)
            else:
                self._say(404, {})

    def _authorize(self, asked: Form) -> None:
        twin = self._twin()
        if asked.get("client_id") not in twin.clients or asked.get("response_type") != "code":
            self._say(400, {"error": "invalid_request"})
            return
        code = secrets.token_hex(8)
        twin.codes[code] = asked
        twin.scopes = asked.get("scope", "").split()
        said = {"error": "access_denied"} if twin.says_no else {"code": code}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({**said, 'state': asked.get('state', '')})}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _register(self, form: Form) -> None:
        twin = self._twin()
        name = f"app-{len(twin.clients)}"
        twin.clients[name] = f"app-secret-canary-{secrets.token_hex(8)}"
        twin.redirects[name] = form["redirect_uris"]
        self._say(200, {"client_id": name, "client_secret": twin.clients[name]})

    def _token(self, form: Form) -> None:
        twin = self._twin()
        if twin.fails is not None:
            self._raw(*twin.fails)
            return
        kind = form.get("grant_type")
        if kind == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            self._assertion(form)
        elif not self._is_known(form):
            self._say(401, {"error": "invalid_client"})
        elif kind == "refresh_token" and form.get("refresh_token") in twin.refresh:
            if twin.rotates:
                twin.refresh.remove(form["refresh_token"])
            self._say(200, twin.gives(again=twin.rotates))
        elif kind == "authorization_code" and self._is_proven(form):
            self._say(200, twin.gives())
        else:
            self._say(400, {"error": "invalid_grant", "error_description": "canary-4711 in a description"})

    def _is_known(self, form: Form) -> bool:
        twin = self._twin()
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        if twin.basic:
            said = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
            name, _, secret = (unquote_plus(part) for part in said.partition(":"))
        return name in twin.clients and secret == twin.clients[name]

    def _is_proven(self, form: Form) -> bool:
        """RFC 6749, 4.1.3, and RFC 7636, 4.6; a code holds once."""
        asked = self._twin().codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            asked is not None
            and asked.get("redirect_uri") == form.get("redirect_uri")
            and asked.get("code_challenge_method") == "S256"
            and asked.get("code_challenge") == challenge
        )

    def _assertion(self, form: Form) -> None:
        """RFC 7523, 3."""
        twin = self._twin()
        payload = form["assertion"].split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        try:
            claims = jwt.decode(form["assertion"], twin.keys[said["iss"]], algorithms=["RS256"]).claims
            good = (
                claims["aud"] == f"{twin.url}/token" and claims["iat"] <= twin.now < claims["exp"] <= twin.now + 3_600
            )
            twin.scopes = claims["scope"].split()
        except (JoseError, KeyError):
            good = False
        self._say(*((200, twin.gives(again=False)) if good else (400, {"error": "invalid_grant"})))

    def _twin(self) -> OAuthTwin:
        assert isinstance(self.server, Listening)
        assert isinstance(self.server.state, OAuthTwin)
        return self.server.state

    def _say(self, status: int, said: Any) -> None:
        self._raw(status, {}, json.dumps(said).encode())

    def _raw(self, status: int, headers: dict[str, str], body: bytes) -> None:
        with suppress(OSError):
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
