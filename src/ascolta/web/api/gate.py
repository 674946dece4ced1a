"""What stands before the API: the desk's own names, who asks, how often, how much, and what was asked before."""

import asyncio
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ascolta.core.bucket import Bucket
from ascolta.core.people import Member, State, is_ready
from ascolta.core.scopes import PREFIX
from ascolta.errors import AscoltaError, PeopleError
from ascolta.web.api.floor import Caller
from ascolta.web.api.problem import Problem, problem_of
from ascolta.web.api.scoped import SCOPES, UNTOLD
from ascolta.web.guard import HEADERS, ONLY_TLS, Guard, own_form
from ascolta.web.tongue import NOBODY, read_by

PATH = "/api/"
MOST_BYTES = 65_536
"""Bytes of a body; bulk acts on 200 cases take 4,000."""

WITHIN = 15.0
"""Seconds within which a body arrives."""

OFTEN = (120, 0.5)
"""Requests at once by one token or person, and seconds until the next."""

REMEMBERED = 4_096
SAFE = ("GET", "HEAD", "OPTIONS")
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something to be done: by whom, at which address, with what."""

    caller: Caller
    route: str
    body: bytes


@dataclass(slots=True)
class Kept:
    """An answer as it goes out, to be kept for a repetition."""

    status: int = 0
    body: bytes = b""


class Gate:
    """Answers whatever begins with `/api/`, and passes everything else on."""

    def __init__(self, app: ASGIApp, *, api: Callable[[], FastAPI], guard: Guard, clock: Callable[[], float]) -> None:
        self.app, self.made, self.guard, self.clock = app, api, guard, clock
        self._one_at_a_time = threading.Lock()
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await self.app(scope, receive, send)
            return
        guarded = self._guarded(send)
        try:
            await self._let_in(Request(scope, receive), guarded)
        except (Problem, AscoltaError) as error:
            await problem_of(error).response()(scope, receive, guarded)

    async def _let_in(self, request: Request, send: Send) -> None:
        if not self.guard.is_named(request.headers.get("host", "")):
            raise Problem(421, "this desk answers to its own name only")
        read_by(NOBODY)
        caller = await run_in_threadpool(self._caller, request)
        self._slow_down(caller)
        api = await run_in_threadpool(self.made)
        route = _route(api, request)
        needed = SCOPES[route]
        if needed is not None:
            caller.need(needed)
        request.scope.setdefault("state", {})["caller"] = caller
        if request.method in SAFE:
            await api(request.scope, _replayed(b""), send)
            return
        asked = Asked(caller=caller, route=route, body=await _body(request))
        await self._once(api, request, asked, send)

    def _caller(self, request: Request) -> Caller:
        """Who asks: by the token that came, else by the session of a browser. Raises Problem if nobody does."""
        given = request.headers.get("authorization")
        if given is not None:
            return self._by_token(given)
        found = self.guard.signed_in(request)
        if found is None or not self._works(found.member):
            raise _unknown()
        if request.method not in SAFE and not own_form(request, request.headers.get("host", "")):
            raise Problem(403, "a session is good for pages of the desk itself; programs use a token")
        return Caller(member=found.member, scopes=None, proof=found.token)

    def _by_token(self, given: str) -> Caller:
        kind, _, said = given.partition(" ")
        said, accounts = said.strip(), self.guard.entrance.accounts
        if kind.lower() != "bearer" or not said.startswith(PREFIX) or len(said) > 100:
            raise _unknown()
        token = accounts.tokens.find(said, self.clock())
        try:
            member = accounts.member(token.member) if token is not None else None
        except PeopleError:
            member = None
        if token is None or member is None or not self._works(member):
            raise _unknown()
        return Caller(member=member, scopes=frozenset(token.scopes), proof=said)

    def _works(self, member: Member) -> bool:
        """Whether somebody may work at the desk at all, as it is reached now."""
        return member.state is State.ACTIVE and is_ready(member, abroad=self.guard.entrance.is_abroad)

    def _slow_down(self, caller: Caller) -> None:
        """Raises Problem where one token, or one person, asks too often."""
        at, who = self.clock(), hashlib.sha256(caller.proof.encode()).hexdigest()
        with self._one_at_a_time:
            bucket = self._buckets.get(who) or Bucket.full(*OFTEN, at)
            left = bucket.take(at)
            self._buckets[who] = left or bucket.filled(at)
            self._buckets.move_to_end(who)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        if left is None:
            raise Problem(429, "this token asks too often; wait a second", headers={"Retry-After": "1"})

    async def _once(self, api: FastAPI, request: Request, asked: Asked, send: Send) -> None:
        """Do what is asked, once for one Idempotency-Key."""
        given, body = request.headers.get("idempotency-key"), asked.body
        if given is not None and not _KEY.fullmatch(given):
            raise Problem(400, "an Idempotency-Key has 1 to 128 letters, digits and . _ : -")
        if given is None or asked.route.endswith(UNTOLD):
            await api(request.scope, _replayed(body), send)
            return
        tokens, key = self.guard.entrance.accounts.tokens, f"{asked.caller.proof}\0{given}"
        digest = hashlib.sha256(f"{request.method} {request.url.path}\0".encode() + body).digest()
        before = await run_in_threadpool(tokens.begin, key, digest, self.clock())
        if before is not None:
            if not before.same:
                raise Problem(422, "this Idempotency-Key came with something else before; take another")
            if not before.status:
                raise Problem(409, "this is being done, or was cut off; look how things stand before you ask again")
            answer = Response(before.answer, before.status, {"Idempotency-Replayed": "true"}, "application/json")
            await answer(request.scope, request.receive, send)
            return
        kept = Kept()
        try:
            await api(request.scope, _replayed(body), _keeping(kept, send))
        finally:
            if 200 <= kept.status < 300:
                await run_in_threadpool(tokens.answered, key, kept.status, kept.body.decode())
            elif kept.status < 500:
                await run_in_threadpool(tokens.forget, key)

    def _guarded(self, send: Send) -> Send:
        """With the headers that stand on every page, too."""
        headers = {**HEADERS, **ONLY_TLS} if self.guard.entrance.is_abroad else HEADERS

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        return sending


def _route(api: FastAPI, request: Request) -> str:
    """The address that is asked for, by its template. Raises Problem where there is none."""
    allowed: set[str] = set()
    for route in api.routes:
        match, _ = route.matches(request.scope)
        path, methods = getattr(route, "path", ""), getattr(route, "methods", None) or set()
        if match is Match.FULL and f"{request.method} {path}" in SCOPES:
            return f"{request.method} {path}"
        if match is not Match.NONE:
            allowed |= methods
    if allowed:
        said = ", ".join(sorted(allowed))
        raise Problem(405, f"this address takes {said}", headers={"Allow": said})
    raise Problem(404, "there is nothing at this address; /api lists what there is")


def _unknown() -> Problem:
    said = {"WWW-Authenticate": 'Bearer realm="Ascolta"'}
    return Problem(401, "send a token that is good, as Authorization: Bearer TOKEN; /me/tokens makes one", headers=said)


async def _body(request: Request) -> bytes:
    """The body, if it is short, quick and JSON. Raises Problem."""
    found = b""
    try:
        async with asyncio.timeout(WITHIN):
            async for piece in request.stream():
                found += piece
                if len(found) > MOST_BYTES:
                    raise Problem(413, f"a body has {MOST_BYTES:,} bytes at the most", headers={"Connection": "close"})
    except TimeoutError:
        raise Problem(408, "the body did not arrive in time", headers={"Connection": "close"}) from None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found and kind != "application/json":
        raise Problem(415, "the body must be JSON, sent as application/json")
    return found


def _replayed(body: bytes) -> Receive:
    """The body again, for whoever reads it next."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _keeping(kept: Kept, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept.status = message["status"]
        elif message["type"] == "http.response.body":
            kept.body += message.get("body", b"")
        await send(message)

    return sending
