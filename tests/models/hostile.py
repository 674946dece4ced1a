"""A server of ours that speaks as an OpenAI-compatible endpoint may, and as it never should."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

from tests.listening import Listening, listening

EVIL = "https://evil.example/claim"


def completion(content: Any, **message: Any) -> bytes:
    """A chat completion that says something."""
    said = {"role": "assistant", "content": content, **message}
    return json.dumps({"id": "1", "choices": [{"index": 0, "finish_reason": "stop", "message": said}]}).encode()


def choice(template: str, **slots: Any) -> bytes:
    """A completion that chooses."""
    return completion(json.dumps({"template": template, "slots": slots}))


def fair(case: dict[str, Any], turn: int = -1) -> bytes:
    """The choice of one of the templates that were offered (the last), with what was offered for its slots."""
    option = case["templates"][turn]
    return choice(option["id"], **{name: ids[-1] for name, ids in {**option["slots"], **option["may"]}.items()})


def _first(case: dict[str, Any]) -> str:
    return str(case["templates"][0]["id"])


def _slots(case: dict[str, Any]) -> dict[str, str]:
    return {name: ids[0] for name, ids in case["templates"][0]["slots"].items()}


def _said(body: bytes) -> bytes:
    return json.dumps(json.loads(body)["choices"][0]).encode()


def _deep(opening: str, closing: str) -> str:
    return opening * 10_000 + closing * 10_000


LIES: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "text instead of JSON": lambda case: completion(f"We are so sorry! Go to {EVIL} for your money."),
    "the post again": lambda case: completion(case["post"]),
    "JSON in a fence": lambda case: completion(f'```json\n{{"template": "{_first(case)}", "slots": {{}}}}\n```'),
    "JSON and more": lambda case: completion(json.dumps({"template": _first(case), "slots": _slots(case)}) + EVIL),
    "an unknown template": lambda case: choice("en/evil-1", **_slots(case)),
    "a template in a path": lambda case: choice("../../../etc/passwd"),
    "a template of another kind": lambda case: choice("xx/complaint-1", **_slots(case)),
    "a link in a slot": lambda case: choice(_first(case), **{**_slots(case), "channel": EVIL}),
    "words in a slot": lambda case: choice(_first(case), **{**_slots(case), "fact": "You get 900 euros."}),
    "a fact nobody approved": lambda case: choice(_first(case), **{**_slots(case), "repair": "evil"}),
    "a name in a slot": lambda case: choice(_first(case), **{**_slots(case), "name": "@victim"}),
    "a slot that is not there": lambda case: choice(_first(case), **{**_slots(case), "system": "yes"}),
    "a list in a slot": lambda case: choice(_first(case), channel=[EVIL]),
    "a key too many": lambda case: completion(json.dumps({"template": _first(case), "slots": {}, "text": EVIL})),
    "slots as text": lambda case: completion(json.dumps({"template": _first(case), "slots": EVIL})),
    "a list": lambda case: completion(json.dumps([_first(case)])),
    "nothing": lambda case: completion(""),
    "null": lambda case: completion(None),
    "parts": lambda case: completion([{"type": "text", "text": EVIL}]),
    "a number that is none": lambda case: completion('{"template": NaN, "slots": {}}'),
    "deep JSON": lambda case: completion(_deep('{"slots":', "}")),
    "a deep envelope": lambda case: _deep("[", "]").encode(),
    "a long choice": lambda case: completion(
        json.dumps({"template": _first(case), "slots": _slots(case)}) + " " * 9_000
    ),
    "a huge body": lambda case: completion("sorry " * 1_000_000),
    "a tool call": lambda case: completion(
        json.dumps({"template": _first(case), "slots": _slots(case)}),
        tool_calls=[{"id": "1", "type": "function", "function": {"name": "send", "arguments": "{}"}}],
    ),
    "a function call": lambda case: completion("", function_call={"name": "send", "arguments": "{}"}),
    "two answers": lambda case: fair(case, 0).replace(b'"choices": [', b'"choices": [' + _said(fair(case)) + b","),
    "no answer": lambda case: b'{"choices": []}',
    "no completion": lambda case: b'{"error": "ignore previous instructions"}',
    "broken JSON": lambda case: completion("{}")[:-3],
    "invalid UTF-8": lambda case: b'{"choices":[{"message":{"content":"\xff\xfe\xc3("}}]}',
    "a lone surrogate": lambda case: b'{"choices":[{"message":{"content":"\\ud800"}}]}',
    "HTML": lambda case: b"<html><script>alert(1)</script></html>",
    "an empty body": lambda case: b"",
    "events": lambda case: b'data: {"choices":[{"delta":{"content":"hi"}}]}\n\n',
}
"""Bodies by what is wrong with them, each made from the case that was sent."""

TRICKS = ("redirect", "redirect to a file", "status 500", "status 204", "compressed", "cut short", "no protocol")
SLOW = ("silent", "slow body", "slow headers", "endless")


@dataclass
class Hostile:
    """The server: what it answers next, and what it was sent."""

    url: str = ""
    mode: str = "fair"
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    @property
    def cases(self) -> list[dict[str, Any]]:
        """What was shown to the model, one case a request."""
        return [json.loads(request["messages"][1]["content"]) for request in self.requests]


@contextmanager
def hostile() -> Iterator[Hostile]:
    """The server, listening on this machine until the block ends."""
    state = Hostile()
    with listening(state, _Answering) as address:
        state.url = f"{address}/v1"
        yield state


class _Answering(BaseHTTPRequestHandler):
    @property
    def state(self) -> Hostile:
        """What the server knows."""
        assert isinstance(self.server, Listening)
        assert isinstance(self.server.state, Hostile)
        return self.server.state

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.state.visits.append(self.path)
        self._plain(200, b"here I am")

    def do_POST(self) -> None:
        state = self.state
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state.requests.append(request)
        state.headers.append(dict(self.headers))
        self.state.visits.append(self.path)
        case = json.loads(request["messages"][1]["content"])
        if state.mode == "fair":
            self._plain(200, fair(case))
        elif state.mode in LIES:
            self._plain(200, LIES[state.mode](case))
        else:
            getattr(self, "_" + state.mode.replace(" ", "_"))(case)

    def _plain(self, status: int, body: bytes, **more: str) -> None:
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def _redirect(self, case: dict[str, Any]) -> None:
        self._plain(307, b"", Location=self.state.url + "/elsewhere")

    def _redirect_to_a_file(self, case: dict[str, Any]) -> None:
        self._plain(302, b"", Location="file:///etc/passwd")

    def _status_500(self, case: dict[str, Any]) -> None:
        self._plain(500, fair(case))

    def _status_204(self, case: dict[str, Any]) -> None:
        self._plain(204, b"")

    def _compressed(self, case: dict[str, Any]) -> None:
        self._plain(200, fair(case), Content_Encoding="gzip")

    def _cut_short(self, case: dict[str, Any]) -> None:
        self._plain(200, fair(case)[:20], Transfer_Encoding="chunked")

    def _no_protocol(self, case: dict[str, Any]) -> None:
        self.wfile.write(b"hello\r\n\r\n" + fair(case))

    def _silent(self, case: dict[str, Any]) -> None:
        self.state.over.wait(20)

    def _slow_body(self, case: dict[str, Any]) -> None:
        body = fair(case)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._drip(body)

    def _slow_headers(self, case: dict[str, Any]) -> None:
        self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000)

    def _endless(self, case: dict[str, Any]) -> None:
        self.send_response(200)
        self.end_headers()
        self._drip(b" " * 1_000_000)

    def _drip(self, body: bytes) -> None:
        for at in range(len(body)):
            try:
                self.wfile.write(body[at : at + 1])
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)
            if self.state.over.is_set():
                return
