"""What stands before all pages: the desk's own names, no foreign forms, who is signed in, no foreign content."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ascolta.core.people import State, is_ready
from ascolta.errors import PeopleError
from ascolta.web.back import LASTS, SAID
from ascolta.web.inlets import PATH as PUSHED
from ascolta.web.notice import PATH
from ascolta.web.reading import reading
from ascolta.web.signed import Entrance, Signed, signed
from ascolta.web.tongue import read_by

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ONLY_TLS = {"Strict-Transport-Security": "max-age=31536000"}
OPEN = ("/static/", "/enter/", "/invited/", "/login", "/reading", "/single", PATH, "/survey/", PUSHED)
"""What nobody needs a session for."""

RENEWAL, BY_ITSELF = "x-renewal", ("/pulse", "/looking")
"""The header and the ends of paths with which a page that lies open asks by itself."""

UNREADY = ("/me", "/logout", "/reading", "/static/")
"""What is there for somebody who lacks a name, or what a desk that other machines reach asks of everybody."""


class Guard:
    """Lets in whoever is signed in, by the desk's own names, with forms of our own pages."""

    def __init__(
        self, entrance: Entrance, hosts: Sequence[str], clock: Callable[[], float], door: Callable[..., Response]
    ) -> None:
        self.entrance, self.hosts, self.clock, self.door = entrance, (*hosts, *entrance.hosts), clock, door

    async def __call__(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        """What is answered: by what stands before the pages, or by the page."""
        response = self._foreign(request)
        if response is None:
            self._read(request)
            is_asked = not request.url.path.startswith("/static/")
            request.state.signed = await run_in_threadpool(self.signed_in, request) if is_asked else None
            response = self._turned_away(request) or await call_next(request)
        self._keep_said(response)
        response.headers.update({**HEADERS, **ONLY_TLS} if self.entrance.is_abroad else HEADERS)
        return response

    def is_named(self, host: str) -> bool:
        """Whether a request was sent to one of the desk's own names."""
        return is_own(host, self.hosts)

    def _keep_said(self, response: Response) -> None:
        """A sentence for the next page: in a cookie, which no link can write as it could an address."""
        said = response.headers.get(SAID, "")
        if said:
            del response.headers[SAID]
            self.entrance.put(response, (self.entrance.said_cookie, said), LASTS)

    def _foreign(self, request: Request) -> Response | None:
        host = request.headers.get("host", "")
        if not self.is_named(host):
            return HTMLResponse("This desk answers to its own name only.", 421)
        is_form = request.method not in ("GET", "HEAD") and not request.url.path.startswith(PUSHED)
        if is_form and not own_form(request, host):
            return HTMLResponse("This form does not come from the desk itself.", 403)
        return None

    def _read(self, request: Request) -> None:
        """In whose language and time zone the page is made; public pages have their own."""
        if not request.url.path.startswith(PATH):
            who, request.state.asks_zone = reading(request, self.entrance)
            read_by(who)

    def signed_in(self, request: Request) -> Signed | None:
        """Who is signed in with the browser that sends a request."""
        token = request.cookies.get(self.entrance.cookie, "")
        if not token:
            return None
        accounts, used = self.entrance.accounts, not _by_itself(request)
        session = accounts.sessions.find(token, self.clock(), self.entrance.terms, used=used)
        try:
            member = accounts.member(session.member) if session is not None else None
        except PeopleError:
            return None
        return Signed(member=member, token=token) if member is not None and member.state is State.ACTIVE else None

    def _turned_away(self, request: Request) -> Response | None:
        path, found = request.url.path, signed(request)
        if path.startswith(OPEN):
            return None
        if found is None:
            return self.door(request)
        if not is_ready(found.member, abroad=self.entrance.is_abroad) and not path.startswith(UNREADY):
            return RedirectResponse("/me", 303)
        return None


def _by_itself(request: Request) -> bool:
    """Whether a page asks that nobody may be looking at: it keeps no session alive (ASVS 7.3.1)."""
    return RENEWAL in request.headers or request.url.path.endswith(BY_ITSELF)


def is_own(host: str, hosts: Sequence[str]) -> bool:
    """Whether a host, with a port or without, is one of the desk's own names."""
    return host.rpartition(":")[0] in hosts or host in hosts


def own_form(request: Request, host: str) -> bool:
    """Whether a request comes from a page of the desk itself (Fetch Metadata; Origin where a browser lacks it)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("origin", "") in (f"http://{host}", f"https://{host}")
