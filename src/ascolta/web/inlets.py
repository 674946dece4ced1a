"""Where networks and programs push to us: `/in/NAME`, signed, without a session, and answered once it is kept.

What comes is read as bytes, within bounds of size and time, and held against its signature before anything else is
looked at. Nothing of it is logged, and nothing lies on disk before it was decided.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from ascolta.core.bucket import Bucket
from ascolta.sources.pushed import Inlet, Refused
from ascolta.web.attempts import address, network, remember

PATH = "/in/"
MOST_BYTES = 1 << 20
"""A body that is longer is not taken."""

MOST_READ = 64
"""Bodies that are read at once: of none it is known yet whether it is signed."""

BODY_WITHIN = 10.0
"""Seconds within which a body arrives."""

KEPT_WITHIN = 9.0
"""Seconds within which a delivery is kept; networks wait ten or more."""

AGAIN = {"Retry-After": "5"}
EACH = (600, 0.01)
"""Requests at once from one address, and seconds until the next."""

Inlets = Mapping[str, Inlet[Any]]


class Turnstile:
    """How often one address may push, and how many bodies are being read. Nothing of it is written anywhere."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._each: OrderedDict[str, Bucket] = OrderedDict()
        self.reading = 0

    def lets(self, client: str, at: float) -> bool:
        """Whether one more may come now; if so, it is counted."""
        place = network(client)
        with self._one_at_a_time:
            left = (self._each.get(place) or Bucket.full(*EACH, at)).take(at)
            if left is not None:
                remember(self._each, place, left)
            return left is not None


def add_inlets(app: FastAPI, inlets: Inlets, clock: Callable[[], float]) -> None:
    """Add the places to the desk. They show nothing, and know nobody by a session."""
    turnstile = Turnstile()

    def place(request: Request, name: str) -> Inlet[Any]:
        if not turnstile.lets(address(request), clock()):
            raise Refused(429, "too much comes from this address")
        if name not in inlets:
            raise Refused(404, "nothing is pushed here")
        return inlets[name]

    @app.get(PATH + "{name}")
    def show_inlet(request: Request, name: str) -> Response:
        try:
            return PlainTextResponse(place(request, name).door.shown(dict(request.query_params)))
        except Refused as error:
            return _refused(error)

    @app.post(PATH + "{name}")
    async def push(request: Request, name: str) -> Response:
        try:
            inlet = place(request, name)
            if turnstile.reading >= MOST_READ:
                raise Refused(503, "too much comes at once")
            turnstile.reading += 1
            try:
                body = await _body(request)
            finally:
                turnstile.reading -= 1
            return await _pushed(inlet, request, body)
        except Refused as error:
            return _refused(error)


async def _pushed(inlet: Inlet[Any], request: Request, body: bytes) -> Response:
    """Let a delivery in, and answer once it is kept. Raises Refused."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    loop = asyncio.get_running_loop()
    kept: asyncio.Future[bool] = loop.create_future()

    def answer(is_kept: bool) -> None:
        try:
            loop.call_soon_threadsafe(_settle, kept, is_kept)
        except RuntimeError:
            return  # the desk is closed, and nobody waits

    delivery = await run_in_threadpool(inlet.push, headers, body, answer)
    try:
        is_kept = await asyncio.wait_for(kept, KEPT_WITHIN)
    except TimeoutError:
        inlet.withdraw(delivery)
        raise Refused(503, "nobody listens here now") from None
    if not is_kept:
        raise Refused(503, "it was not kept")
    return JSONResponse({"taken": len(delivery.said), "set_aside": delivery.odd})


def _settle(kept: "asyncio.Future[bool]", is_kept: bool) -> None:
    if not kept.done():
        kept.set_result(is_kept)


async def _body(request: Request) -> bytes:
    """The body, as it came. Raises Refused if it is long, slow or compressed."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused(415, "the body must not be compressed")
    said = request.headers.get("content-length", "0")
    if said.isascii() and said.isdigit() and len(said) < 20 and int(said) > MOST_BYTES:
        raise Refused(413, "the body is longer than 1 MiB")
    found = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for piece in request.stream():
                found += piece
                if len(found) > MOST_BYTES:
                    raise Refused(413, "the body is longer than 1 MiB")
    except TimeoutError:
        raise Refused(408, "the body did not arrive in time") from None
    return bytes(found)


def _refused(error: Refused) -> Response:
    """In plain words; the connection of a body that was not read to its end is closed."""
    headers = dict(AGAIN) if error.status in (429, 503) else {}
    if error.status in (408, 413, 415):
        headers["Connection"] = "close"
    return JSONResponse({"error": str(error)}, error.status, headers)
