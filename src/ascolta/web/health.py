"""What stands before the desk for whoever runs it: `/healthz`, `/readyz`, `/metrics`, and a line for each request.

They need no log-in and tell states and figures only. A request is logged by the template of its route, never by its
path, and by a number of our own.
"""

import logging
import secrets
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ascolta.core.mention import Brands
from ascolta.ports import Store
from ascolta.sources import Heard, Live
from ascolta.web.metrics import METHODS, Metrics
from ascolta.web.shared import Shared
from ascolta.web.standing import Gauges
from ascolta.web.vitals import Vitals

log = logging.getLogger("ascolta.desk")

PATHS = ("/healthz", "/readyz", "/metrics")
GOOD = ("ok", "busy", "none")
"""Words that leave a program ready: *busy* writes at this moment, *none* has nothing to look at."""

Hosts = tuple[str, ...]

ID = "x-request-id"
BY_A_PROXY = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
CHECKED_EVERY = 1.0
_SAFE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(slots=True, kw_only=True)
class Health:
    """What is told. `parts` looks at the stores, one word each; `token` opens the metrics to other machines.

    `live` are the networks that are heard, by the names of their sources (see `follow`).
    """

    vitals: Vitals = field(default_factory=Vitals)
    metrics: Metrics = field(default_factory=Metrics)
    parts: Callable[[], Mapping[str, str]] = dict
    token: str = ""
    live: Mapping[str, Live] = field(default_factory=dict)
    _looked: Shared[Mapping[str, str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._looked = Shared(self.parts, CHECKED_EVERY)

    def follow(self, sources: Iterable[Heard]) -> None:
        """Tell of these networks as well from now on. Called once, before anything is heard."""
        self.live = {source.name: source for source in sources if isinstance(source, Live)}
        self.metrics.registry.register(Gauges(self.live))

    def readiness(self) -> tuple[bool, dict[str, str]]:
        """Whether the program is ready, and how the listener and the stores stand; these are looked at now and then."""
        parts = {"listener": self.vitals.listener(), **self._looked()}
        return all(word in GOOD for word in parts.values()), parts


def add_health(app: FastAPI, health: Health, kept: tuple[Brands, Store, Callable[[], float]], own: Hosts) -> None:
    """Put all of it before an application, outside of everything else; `own` are the names it answers to."""
    health.metrics.of_the_store(*kept)
    app.add_middleware(_Before, health=health, hosts=own)


class _Before:
    """Answers its own paths, and counts and logs whatever else is asked."""

    def __init__(self, app: ASGIApp, *, health: Health, hosts: Hosts) -> None:
        self.app, self.health, self.hosts = app, health, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] in PATHS:
            response = await self._own(Request(scope))
            response.headers.update(_SAFE)
            await response(scope, receive, send)
        else:
            await self._measured(scope, receive, send)

    async def _own(self, request: Request) -> Response:
        path = request.url.path
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("Only GET and HEAD are answered here.", 405, {"Allow": "GET, HEAD"})
        if path == "/healthz":
            return JSONResponse({"ok": True})
        if path == "/readyz":
            return await run_in_threadpool(self._readiness)
        if not may_read(request, self.health.token, self.hosts):
            return PlainTextResponse("Metrics are for this machine, or for whoever has the token.", 403)
        text = await run_in_threadpool(self.health.metrics.text)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    def _readiness(self) -> Response:
        is_ready, parts = self.health.readiness()
        return JSONResponse({"ready": is_ready, "parts": parts}, 200 if is_ready else 503)

    async def _measured(self, scope: Scope, receive: Receive, send: Send) -> None:
        number, began, status = _number(Headers(scope=scope)), time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ID] = number
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            took = time.perf_counter() - began
            route = route_of(scope)
            method = scope["method"] if scope["method"] in METHODS else "other"
            self.health.metrics.asked(route, method, status, took)
            said = {"route": route, "method": method, "status": status, "ms": round(1000 * took, 1), "id": number}
            log.info("request", extra={"said": said})


def may_read(request: Request, token: str, hosts: Hosts) -> bool:
    """Whether a request may read the metrics: by the token, or from this machine itself without a proxy between.

    From this machine only by one of the desk's own names: a foreign page whose name was made to lead here has another.
    """
    given = request.headers.get("authorization", "")
    if token and secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    host = request.headers.get("host", "")
    named = host.rpartition(":")[0] in hosts or host in hosts
    return named and _is_here(request) and not any(name in request.headers for name in BY_A_PROXY)


def route_of(scope: Scope) -> str:
    """The template of the route that answered a request; `other` if none did."""
    if scope["path"].startswith("/static/"):
        return "/static"
    return str(getattr(scope.get("route"), "path", "other"))


def _is_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _number(headers: Headers) -> str:
    """A request's own number; one from outside is taken only if it is a UUID, as it may stand for anything else."""
    given = headers.get(ID, "")
    try:
        return str(uuid.UUID(given)) if len(given) == 36 else str(uuid.uuid4())
    except ValueError:
        return str(uuid.uuid4())
