"""A mail server and a receiver of webhooks of ours, on this machine, as they are and as they never should be."""

import base64
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.listening import Listening, listening

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()


@dataclass
class Mailbox:
    """What a mail server took, and how it answers next: with a status line, or not at all."""

    port: int = 0
    answer: str = "250 OK"
    took: list[EmailMessage] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as aiosmtpd names it
        """A message came."""
        if self.answer.startswith("250"):
            made = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            assert isinstance(made, EmailMessage)
            self.took.append(made)
        return self.answer

    def address(self, **more: str) -> str:
        """Its address, with a password that must be seen nowhere."""
        rest = "".join(f"&{name}={value}" for name, value in more.items())
        return f"mailto://127.0.0.1:{self.port}?mode=insecure&from=ascolta@example.com&to=care@example.com{rest}"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """The server, listening on this machine until the block ends."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    try:
        yield box
    finally:
        server.stop()


@dataclass
class Receiver:
    """A receiver that believes only what is signed; `mode` says how it answers next."""

    url: str = ""
    mode: str = "fair"
    secret: str = SECRET
    after: str = ""
    took: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    refused: int = 0
    visits: list[str] = field(default_factory=list)
    dripped: int = 0
    over: Event = field(default_factory=Event)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """The receiver, listening on this machine until the block ends."""
    state = Receiver()
    with listening(state, _Answering) as address:
        state.url = f"{address}/path-canary?token=token-canary"
        yield state


class _Answering(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._state().visits.append(self.path)
        self._say(200)

    def do_POST(self) -> None:
        state = self._state()
        state.visits.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if state.mode == "silent":
            state.over.wait(20)
            return
        if state.mode == "no protocol":
            self.wfile.write(b"hello\r\n\r\n")
            return
        if state.mode == "slow headers":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000)
            return
        if state.mode == "slow":
            time.sleep(0.1)
        elif state.mode != "fair":
            self._say(int(state.mode))
            return
        try:
            said = Webhook(state.secret).verify(body, dict(self.headers))
        except WebhookVerificationError:
            state.refused += 1
            self._say(401)
            return
        state.ids.append(self.headers["webhook-id"])
        state.took.append(said)
        self._say(200)

    def _state(self) -> Receiver:
        assert isinstance(self.server, Listening)
        assert isinstance(self.server.state, Receiver)
        return self.server.state

    def _say(self, status: int) -> None:
        state = self._state()
        body = json.dumps({"seen": state.url}).encode()
        with suppress(OSError):
            self.send_response(status)
            if state.after:
                self.send_header("Retry-After", state.after)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _drip(self, said: bytes) -> None:
        for place in range(len(said)):
            try:
                self.wfile.write(said[place : place + 1])
            except OSError:
                return
            self._state().dripped += 1
            time.sleep(0.02)
            if self._state().over.is_set():
                return
