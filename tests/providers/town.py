"""A provider of OpenID Connect that answers over HTTP on this machine, and lies as it is told to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "desk", "a secret of the desk"
OTHER = RSAKey.generate_key(2048, {"kid": "other"})


class Town:
    """What the provider says. `lies` replace claims (None: leave out); `signs` is the key, `header` the token's."""

    def __init__(self) -> None:
        self.key: RSAKey = RSAKey.generate_key(2048, {"kid": "one"})
        self.signs: Any = self.key
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.lies: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.nonce, self.issuer, self.asked = "", "", 0

    def token(self) -> str:
        """An ID token."""
        at = int(time.time())
        claims = {"iss": self.issuer, "sub": "someone", "aud": CLIENT, "iat": at, "exp": at + 60, "nonce": self.nonce}
        claims = {name: value for name, value in (claims | self.lies).items() if value is not None}
        if self.header["alg"] == "none":
            head, body = (_part(part) for part in (self.header, claims))
            return f"{head}.{body}."
        algorithms = [str(self.header["alg"])]
        return jwt.encode(self.header, claims, self.signs, algorithms=algorithms)

    def answer(self, path: str) -> dict[str, Any]:
        """What is said at a path."""
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/go",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            } | self.told  # fmt: skip
        if path == "/keys":
            self.asked += 1
            return {"keys": [self.key.as_dict(private=False)]}
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.token()}


def _part(said: dict[str, Any]) -> str:
    return str(OctKey.import_key(json.dumps(said)).as_dict(private=True)["k"])


@contextmanager
def town() -> Iterator[Town]:
    """The provider, while it runs."""
    made = Town()

    class Answers(BaseHTTPRequestHandler):
        """Each request is answered as the town says."""

        def do_GET(self) -> None:
            """A page."""
            body = json.dumps(made.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            """A form, read and answered."""
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def log_message(self, *said: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    running.start()
    try:
        yield made
    finally:
        server.shutdown()
        running.join()
        server.server_close()
