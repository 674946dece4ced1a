"""The desk as a web application: its routes, and what stands before all of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Form, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from pydantic import BaseModel

from ascolta.afresh import reveal, unseal
from ascolta.amending import Rules
from ascolta.answering import Speech
from ascolta.core.case import CaseEvent, CaseKind, awake
from ascolta.core.mention import Brands
from ascolta.core.people import Member, Right, is_alone
from ascolta.core.saying import Saying
from ascolta.errors import CaseError
from ascolta.incidents import Room
from ascolta.ports import Ledger, Lookups, Store
from ascolta.stores.advocates import Advocates
from ascolta.web import asking, cases, ruled, say, tongue, words
from ascolta.web.advocates import add_advocates
from ascolta.web.answers import add_answers, back_to
from ascolta.web.api.floor import Floor as Ground
from ascolta.web.api.put import add_api
from ascolta.web.asking import Friends, add_asking
from ascolta.web.back import back, heard, ours, whence
from ascolta.web.brief import add_brief
from ascolta.web.case_list import add_case_list
from ascolta.web.chosen import desks_of, refuse_resolving, whens
from ascolta.web.circle import Circle
from ascolta.web.entry import add_entry, door
from ascolta.web.etiquette import Floor, add_etiquette
from ascolta.web.guard import RENEWAL, Guard
from ascolta.web.health import Health, add_health
from ascolta.web.holdings import Kept
from ascolta.web.incidents import add_incidents
from ascolta.web.inlets import Inlets, add_inlets
from ascolta.web.insight import add_insight
from ascolta.web.journal import Watched
from ascolta.web.kept import kept
from ascolta.web.listing import CaseList
from ascolta.web.me import add_me
from ascolta.web.menu import menu
from ascolta.web.notice import Public, add_notice
from ascolta.web.optout import add_optout
from ascolta.web.overview import WRITTEN_FOR, Overview, add_overview
from ascolta.web.people import add_people
from ascolta.web.practice import Behaviour, add_practice
from ascolta.web.privacy import Custody, add_privacy
from ascolta.web.reading import add_reading
from ascolta.web.response import went_from
from ascolta.web.settings import Installed, add_settings
from ascolta.web.setup import Setup
from ascolta.web.signed import Acting, Entrance, Forbidden, allow, need, rights, signed
from ascolta.web.single import Single, add_single
from ascolta.web.survey import Surveying, add_survey
from ascolta.web.tokens import add_tokens
from ascolta.web.turned import absent, forbidden, unread
from ascolta.web.untold import UNTOLD
from ascolta.web.waits import wait
from ascolta.web.words import roles_for, told

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the pages need. `entrance` is the way in; `clock` gives now, in seconds since 1970 UTC.

    `lookups` asks networks again, `speeches` says how each brand speaks; without a `ledger` no figures are shown,
    without `public` no notice, without `surveying` no survey, without `advocates` nobody is asked to help, without a
    `room` plans are only shown, without `rules` the etiquette is no page. `inlets`: where sources are pushed to. The
    pulse is made once for all that ask within `pulse_for` seconds; with 0.0 nothing is shared among readers. `unread`
    says of a network that nobody reads what is answered there.
    """

    brands: Brands
    store: Store
    lookups: Lookups = lambda network: None
    speeches: Callable[[str], Speech] = lambda brand: Speech()
    advocates: Advocates | None = None
    ledger: Ledger | None = None
    public: Public | None = None
    surveying: Surveying | None = None
    room: Room | None = None
    rules: Rules | None = None
    inlets: Inlets = field(default_factory=dict)
    health: Health = field(default_factory=Health)
    setup: Setup = field(default_factory=Setup)
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    entrance: Entrance = field(default_factory=Entrance)
    clock: Callable[[], float] = time.time
    pulse_for: float = 0.0
    unread: Callable[[str], bool] = lambda network: False


def create(desk: Desk) -> FastAPI:
    """The desk as a web application."""
    app = FastAPI(title="Ascolta", dependencies=[Depends(allow)], **UNTOLD)
    templates, entrance = _templates(), desk.entrance
    bare = _bare(templates)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    guard = Guard(entrance, desk.hosts, desk.clock, door(entrance, bare))
    app.middleware("http")(guard)
    page, part = _pages(desk, templates), _parts(templates)
    app.exception_handler(Forbidden)(forbidden(page, bare))
    app.exception_handler(404)(absent(page, bare))
    app.exception_handler(RequestValidationError)(unread(page, bare))
    add_reading(app, entrance)
    add_entry(app, entrance, desk.clock, bare)
    mine = add_me(app, entrance, desk.clock, page)
    if entrance.provider is not None:
        single = Single(entrance=entrance, provider=entrance.provider, clock=desk.clock, bare=bare)
        add_single(app, single, mine)
    add_people(app, entrance, desk.clock, page)
    overview = Overview(
        brands=desk.brands, store=desk.store, ledger=desk.ledger, room=desk.room, clock=desk.clock,
        pulse_for=desk.pulse_for,
    )  # fmt: skip
    beats = add_overview(app, overview, page, part)
    _add_keeping(app, desk, page, beats)
    listed = CaseList((desk.store, desk.brands, desk.clock), WRITTEN_FOR if desk.pulse_for else 0.0)
    add_case_list(app, listed, (page, part), desk.pulse_for)
    _add_looking_back(app, desk, page)
    look = _case_page(desk, listed, page)
    _add_cases(app, desk, look)
    if (friends := _friends(desk)) is not None:
        add_asking(app, friends, (desk.store, desk.brands, desk.clock))
        circle = Circle(
            advocates=friends.advocates, helping=friends.helping, brands=desk.brands, store=desk.store,
            clock=desk.clock, room=desk.room,
        )  # fmt: skip
        add_advocates(app, circle, page)
    add_answers(app, (desk.store, desk.speeches, desk.clock), look)
    _add_acts(app, desk)
    if desk.room is not None:
        add_incidents(app, (desk.brands, desk.room, desk.clock), page, beats)
    if desk.rules is not None:
        add_etiquette(app, Floor(rules=desk.rules, entrance=entrance, clock=desk.clock), page)
    _add_outside(app, desk, page)
    add_tokens(app, entrance, desk.clock, page)
    add_api(app, _ground(desk, listed), guard, page)
    add_health(app, desk.health, (desk.brands, desk.store, desk.clock), (*desk.hosts, *entrance.hosts))
    return app


def _add_looking_back(app: FastAPI, desk: Desk, page: Callable[..., Response]) -> None:
    """What was learnt, how the brand behaved, and both as the brief of a week."""
    floor = desk.brands, (desk.store, desk.ledger), desk.clock
    add_insight(app, floor, page, went_from(desk.room))
    add_brief(app, floor)
    add_practice(app, Behaviour(desk.store, desk.brands, desk.clock), page)


def _add_outside(app: FastAPI, desk: Desk, page: Callable[..., Response]) -> None:
    """What is there for people and programs who do not work at the desk."""
    if desk.public is not None:
        add_notice(app, desk.public)
        add_optout(app, desk.public, page)
    if desk.surveying is not None:
        add_survey(app, desk.surveying, page)
    add_inlets(app, desk.inlets, desk.clock)


def _ground(desk: Desk, listed: CaseList) -> Ground:
    """What the API needs: the same as the pages."""
    return Ground(
        brands=desk.brands,
        store=desk.store,
        cases=listed,
        clock=desk.clock,
        lookups=desk.lookups,
        speeches=desk.speeches,
        ledger=desk.ledger,
        public=desk.public,
        room=desk.room,
        health=desk.health,
    )


def _templates() -> Jinja2Templates:
    loader = FileSystemLoader(HERE / "templates")
    environment = Environment(loader=loader, autoescape=select_autoescape(default=True, default_for_string=True))
    environment.filters.update(clock=say.clock, day=say.day, on=say.on, ago=say.ago, hours=say.hours, shown=say.shown)
    environment.filters.update(until=say.until, language=say.language, number=tongue.number, percent=tongue.percent)
    environment.filters.update(word=words.word, told=words.told, gist=words.gist, listed=tongue.listed)
    environment.filters.update(pile=words.pile, use=words.use, happened=words.happened, looking=say.looking, kept=kept)
    environment.filters.update(place=ruled.place, to=say.between)
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(tongue.plain, tongue.plain_many, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(reader=tongue.reader, languages=tongue.LANGUAGES, label=words.label)
    environment.globals.update(who_may=lambda right: roles_for(Right[right]))
    return Jinja2Templates(env=environment)


def _bare(templates: Jinja2Templates) -> Callable[..., Response]:
    """What makes pages for whoever is not signed in: nothing of the desk stands in them."""

    def bare(request: Request, name: str, values: dict[str, object], status: int) -> Response:
        return templates.TemplateResponse(request, name, values, status_code=status)

    return bare


Page = Callable[..., Response]


class Acted(BaseModel):
    """What a person sends with an act."""

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
            "me": _me(request),
            "rights": rights(request),
            "is_alone": lambda: is_alone(desk.entrance.accounts.members()),
            "has_notice": desk.public is not None,
            "menu": menu({getattr(route, "path", "") for route in request.app.routes}, _me(request)),
            "whence": whence(request),
            "asks_zone": getattr(request.state, "asks_zone", False),
        }
        said = "" if RENEWAL in request.headers else heard(request.cookies.get(desk.entrance.said_cookie, ""))
        told = {**shared, **values, "said": values.get("said") or said}
        response = templates.TemplateResponse(request, name, told, status_code=status)
        if said:
            response.delete_cookie(desk.entrance.said_cookie, path="/", secure=desk.entrance.is_abroad, httponly=True)
        return response

    return page


def _parts(templates: Jinja2Templates) -> Callable[..., Markup]:
    """What writes a part of a page, which may be the same for many readers, of a template and its values."""

    def part(name: str, values: dict[str, object]) -> Markup:
        return templates.get_template(name).make_module(values).__html__()

    return part


def _case_page(desk: Desk, listed: CaseList, page: Page) -> Page:
    """What makes the page of one case, or says that it is gone."""
    friends = _friends(desk)

    def look(request: Request, number: int, values: dict[str, object], status: int = 200) -> Response:
        case = desk.store.case(number)
        if case is None:
            return page(request, "gone.html", {}, 404)
        case = awake(case, desk.clock())
        looking = cases.Looking(
            who=_who(request),
            at=desk.clock(),
            typed=str(values.get("typed", "")),
            use=str(values.get("use", "")),
            ask=bool(values.get("ask")),
        )
        shown = cases.look(desk.store, case, desk.speeches(case.brand), looking)
        favour = asking.look(friends, case, desk.store)
        found = {"case": case, "shown": shown, "favour": favour}
        found["wait"] = wait(case, desk.brands.by_id.get(case.brand), desk.clock())
        found["unread"] = desk.unread(case.network) and (case.draft or shown.can_draft)
        found["looking"] = listed.looks(number, _who(request))
        found["whens"], found["desks"] = whens(desk.clock()), desks_of([case], desk.brands)
        return page(request, "case.html", {**found, **values}, status)

    return look


def _add_keeping(app: FastAPI, desk: Desk, page: Page, beats: Callable[[], str]) -> None:
    """What is kept, and how everything is set."""
    watched = Watched(desk.store.journal)
    add_privacy(app, _custody(desk, watched), page)
    installed = Installed(
        brands=desk.brands,
        store=desk.store,
        health=desk.health,
        accounts=desk.entrance.accounts,
        speeches=desk.speeches,
        setup=desk.setup,
        watched=watched,
        clock=desk.clock,
        beats=beats,
    )
    add_settings(app, installed, page)


def _custody(desk: Desk, watched: Watched) -> Custody:
    kept = Kept(
        brands=desk.brands,
        store=desk.store,
        accounts=desk.entrance.accounts,
        advocates=desk.advocates,
        codes=desk.public.challenges if desk.public is not None else None,
        room=desk.room,
    )
    return Custody(kept=kept, watched=watched, clock=desk.clock, ledger=desk.ledger, public=desk.public)


def _friends(desk: Desk) -> Friends | None:
    if desk.advocates is None:
        return None
    return Friends(advocates=desk.advocates, helping=lambda brand: desk.speeches(brand).helping)


def _who(request: Request) -> str:
    """The name with which whoever is signed in signs."""
    found = _me(request)
    return found.name if found is not None else ""


def _me(request: Request) -> Member | None:
    found = signed(request)
    return found.member if found is not None else None


def _add_cases(app: FastAPI, desk: Desk, look: Page) -> None:
    @app.get("/cases/{number}")
    def show_case(request: Request, number: int, use: str | None = None, until: str = "") -> Response:
        return look(request, number, {"use": use or "", "begun": use is not None, "until": until[:40]})

    @app.post("/cases/{number}/reveal")
    def show_revealed(request: Request, number: int, who: Acting) -> Response:
        try:
            event = CaseEvent(kind=CaseKind.REVEALED, at=desk.clock(), by=who.name)
            post = reveal(desk.store, desk.lookups, desk.brands.by_id, number, event)
        except CaseError as error:
            return back_to(number, said=told(error))
        return look(request, number, {"revealed": post.content})


def _add_acts(app: FastAPI, desk: Desk) -> None:
    @app.post("/cases/{number}/{act}")
    def act(number: int, act: str, form: Annotated[Acted, Form()], who: Acting) -> Response:
        try:
            _act(desk, number, (act, who.name), form)
        except CaseError as error:
            return back_to(number, said=told(error))
        return back_to(number)

    @app.post("/speaking/{brand}")
    def speaking(
        brand: str, who: Acting, note: Annotated[str, Form()] = "", to: Annotated[str, Form()] = "/"
    ) -> Response:
        if not note.strip():
            need(who, Right.RESUME)
        if brand not in desk.brands.by_id:
            raise HTTPException(404)
        desk.store.pause(brand, note.strip()[:200], desk.clock())
        return back(ours(to))


def _act(desk: Desk, number: int, does: tuple[str, str], form: Acted) -> None:
    """Record what a person does on a case: the act, and who does it. Raises CaseError."""
    act, who = does
    kinds = {"unseal": CaseKind.UNSEALED, "resolve": CaseKind.RESOLVED, "assign": CaseKind.ASSIGNED}
    if act not in kinds:
        raise CaseError(Saying("'%(act)s' is nothing that can be done to a case", act=act[:20]))
    event = CaseEvent(kind=kinds[act], at=desk.clock(), by=who, note=form.note.strip())
    if act == "unseal":
        unseal(desk.store, desk.lookups, desk.brands.by_id, number, event)
    else:
        if (case := desk.store.case(number)) is not None:
            refuse_resolving(case, act)
        desk.store.record(number, event)
