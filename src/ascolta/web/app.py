"""Routes, and what stands before all of them: one owner, one host, no foreign forms, no foreign content."""

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, select_autoescape
from pydantic import BaseModel

from ascolta.afresh import reveal, unseal
from ascolta.answering import Speech
from ascolta.core.case import CaseEvent, CaseKind
from ascolta.core.gist import gist
from ascolta.core.mention import Brands
from ascolta.errors import AscoltaError, CaseError
from ascolta.incidents import Room
from ascolta.ports import Ledger, Lookups, Store
from ascolta.stores.advocates import Advocates
from ascolta.web import asking, cases, risk, say, today
from ascolta.web.answers import add_answers, back_to, name_of
from ascolta.web.asking import Friends, add_asking
from ascolta.web.incidents import add_incidents
from ascolta.web.incidents import pulse as beat
from ascolta.web.notice import PATH, Public, add_notice
from ascolta.web.optout import add_optout
from ascolta.web.waits import wait

HERE = Path(__file__).parent
COOKIE = "ascolta"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the pages need. `key` opens the door; `clock` gives now, in seconds since 1970 UTC.

    `lookups` asks networks again, `speeches` says how each brand speaks; without a `ledger` no figures are shown,
    without `public` no notice, without `advocates` nobody is asked to help, without a `room` plans are only shown.
    """

    brands: Brands
    store: Store
    lookups: Lookups = lambda network: None
    speeches: Callable[[str], Speech] = lambda brand: Speech()
    advocates: Advocates | None = None
    ledger: Ledger | None = None
    public: Public | None = None
    room: Room | None = None
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    clock: Callable[[], float] = time.time


def create(desk: Desk) -> FastAPI:
    """The desk as a web application."""
    app = FastAPI(title="Ascolta", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.middleware("http")(_Guard(desk))
    page = _pages(desk, _templates())
    _add_pages(app, desk, page)
    look = _case_page(desk, page)
    _add_cases(app, desk, look)
    if (friends := _friends(desk)) is not None:
        add_asking(app, friends, (desk.store, desk.brands, desk.clock))
    add_answers(app, (desk.store, desk.speeches, desk.clock), look)
    _add_acts(app, desk)
    if desk.room is not None:
        add_incidents(app, (desk.brands, desk.room, desk.clock), page)
    if desk.public is not None:
        add_notice(app, desk.public)
        add_optout(app, desk.public, page)
    return app


def _templates() -> Jinja2Templates:
    loader = FileSystemLoader(HERE / "templates")
    environment = Environment(loader=loader, autoescape=select_autoescape(default=True, default_for_string=True))
    environment.filters.update(clock=say.clock, day=say.day, ago=say.ago, hours=say.hours, shown=say.shown, gist=gist)
    environment.filters.update(until=say.until, language=say.language)
    return Jinja2Templates(env=environment)


class _Guard:
    """Lets in the owner only, from this machine's own names, with forms of our own pages."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def __call__(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = self._turned_away(request) or await call_next(request)
        response.headers.update(HEADERS)
        return response

    def _turned_away(self, request: Request) -> Response | None:
        host = request.headers.get("host", "")
        if host.rpartition(":")[0] not in self.desk.hosts and host not in self.desk.hosts:
            return HTMLResponse("This desk answers to its own name only.", 421)
        if request.method not in ("GET", "HEAD") and not _own_form(request, host):
            return HTMLResponse("This form does not come from the desk itself.", 403)
        open_door = request.url.path.startswith(("/static/", "/enter/", "/healthz", PATH))
        if open_door or secrets.compare_digest(request.cookies.get(COOKIE, ""), self.desk.key):
            return None
        return HTMLResponse("Open the desk by the link that `ascolta run` printed in the terminal.", 401)


def _own_form(request: Request, host: str) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("origin", "") in (f"http://{host}", f"https://{host}")


Page = Callable[..., Response]


class Acted(BaseModel):
    """What a person sends with an act."""

    by: str = ""
    note: str = ""


def _pages(desk: Desk, templates: Jinja2Templates) -> Page:
    """What makes a page of a template and its values, with what every page shows."""

    def page(request: Request, name: str, values: dict[str, object], status: int = 200) -> Response:
        paused = {brand.id: why for brand in desk.brands if (why := desk.store.paused(brand.id))}
        shared = {
            "brands": list(desk.brands),
            "paused": paused,
            "now": desk.clock(),
            "who": _who(request),
            "has_notice": desk.public is not None,
        }
        return templates.TemplateResponse(request, name, {**shared, **values}, status_code=status)

    return page


def _case_page(desk: Desk, page: Page) -> Page:
    """What makes the page of one case, or says that it is gone."""
    friends = _friends(desk)

    def look(request: Request, number: int, values: dict[str, object], status: int = 200) -> Response:
        case = desk.store.case(number)
        if case is None:
            return page(request, "gone.html", {}, 404)
        looking = cases.Looking(
            who=_who(request),
            at=desk.clock(),
            typed=str(values.get("typed", "")),
            use=str(values.get("use", "")),
            ask=bool(values.get("ask")),
        )
        shown = cases.look(desk.store, case, desk.speeches(case.brand), looking)
        favour = asking.look(friends, case, desk.store.known)
        found = {"case": case, "shown": shown, "favour": favour}
        found["wait"] = wait(case, desk.brands.by_id.get(case.brand), desk.clock())
        return page(request, "case.html", {**found, **values}, status)

    return look


def _friends(desk: Desk) -> Friends | None:
    if desk.advocates is None:
        return None
    return Friends(advocates=desk.advocates, helping=lambda brand: desk.speeches(brand).helping)


def _who(request: Request) -> str:
    """The name by which a browser's owner last acted."""
    return unquote(request.cookies.get("who", ""))


def _add_cases(app: FastAPI, desk: Desk, look: Page) -> None:
    @app.get("/cases/{number}")
    def show_case(request: Request, number: int, said: str = "", use: str = "") -> Response:
        return look(request, number, {"said": said, "use": use})

    @app.post("/cases/{number}/reveal")
    def show_revealed(request: Request, number: int, by: Annotated[str, Form()] = "") -> Response:
        try:
            event = CaseEvent(kind=CaseKind.REVEALED, at=desk.clock(), by=name_of(by))
            post = reveal(desk.store, desk.lookups, desk.brands.by_id, number, event)
        except CaseError as error:
            return RedirectResponse(f"/cases/{number}?{say.query(str(error))}", 303)
        return look(request, number, {"revealed": post.content})


def _add_pages(app: FastAPI, desk: Desk, page: Page) -> None:
    @app.get("/")
    def show_today(request: Request, find: str = "") -> Response:
        return page(
            request, "today.html", {"today": today.look(desk.brands, (desk.store, desk.ledger), desk.clock(), find)}
        )

    @app.get("/risk")
    def show_risk(request: Request, said: str = "") -> Response:
        incidents = desk.room.incidents if desk.room is not None else None
        risks = [risk.look(brand, desk.store, incidents, desk.clock()) for brand in desk.brands]
        return page(request, "risk.html", {"risks": risks, "said": said})

    @app.get("/pulse")
    def pulse() -> Response:
        return JSONResponse({"pulse": today.pulse(desk.brands, desk.store, desk.clock()) + _beat(desk)})

    @app.get("/healthz")
    def healthz() -> Response:
        return JSONResponse({"ok": True})

    @app.get("/enter/{key}")
    def enter(key: str) -> Response:
        if not secrets.compare_digest(key.encode(), desk.key.encode()):
            return HTMLResponse("This link is no longer good; `ascolta run` prints a new one at each start.", 403)
        response = RedirectResponse("/", 303)
        response.set_cookie(COOKIE, desk.key, httponly=True, samesite="strict", path="/")
        return response


def _beat(desk: Desk) -> str:
    """What changes with each event and each minute of the incidents that go on."""
    return beat(desk.room, desk.clock()) if desk.room is not None else ""


def _add_acts(app: FastAPI, desk: Desk) -> None:
    @app.post("/cases/{number}/{act}")
    def act(number: int, act: str, form: Annotated[Acted, Form()]) -> Response:
        try:
            _act(desk, number, act, form)
        except CaseError as error:
            return back_to(number, form.by, said=str(error))
        return back_to(number, form.by)

    @app.post("/speaking/{brand}")
    def speaking(brand: str, note: Annotated[str, Form()] = "") -> Response:
        if brand not in desk.brands.by_id:
            raise AscoltaError("there is no such brand")
        desk.store.pause(brand, note.strip()[:200], desk.clock())
        return RedirectResponse("/", 303)


def _act(desk: Desk, number: int, act: str, form: Acted) -> None:
    """Record what a person does on a case. Raises CaseError."""
    kinds = {"unseal": CaseKind.UNSEALED, "resolve": CaseKind.RESOLVED, "assign": CaseKind.ASSIGNED}
    if act not in kinds:
        raise CaseError(f"'{act[:20]}' is nothing that can be done to a case")
    event = CaseEvent(kind=kinds[act], at=desk.clock(), by=name_of(form.by), note=form.note.strip())
    if act == "unseal":
        unseal(desk.store, desk.lookups, desk.brands.by_id, number, event)
    else:
        desk.store.record(number, event)
