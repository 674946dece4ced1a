"""Settings: how everything is set and how it goes, read from the brands' files and from the program that runs.

Nothing is changed here but by the pages that it leads to: each part says in which file and under which key it stands.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response

from ascolta import __version__
from ascolta.answering import Speech
from ascolta.core.brand import Brand
from ascolta.core.days import DAY
from ascolta.core.mention import Brands
from ascolta.core.people import Factor, Role, State
from ascolta.core.routing import Routes
from ascolta.desks import Unreachable
from ascolta.errors import StoreError
from ascolta.ports import Store
from ascolta.stores.accounts import Accounts
from ascolta.web import shifts, sourced
from ascolta.web.health import GOOD, Health
from ascolta.web.journal import Watched
from ascolta.web.setup import VARIABLES, Setup, sizes
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import language, number
from ascolta.web.words import told

HOUR = 3_600.0
OLD = 7 * DAY
"""Seconds after which a backup is called old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What the page needs."""

    brands: Brands
    store: Store
    health: Health
    accounts: Accounts
    speeches: Callable[[str], Speech]
    setup: Setup
    watched: Watched
    clock: Callable[[], float]
    beats: Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """People outside who can be told: by which variable, whether it is set, of what, and what is in the way."""

    desk: str
    to: str
    is_set: bool
    secret: str
    routes: Sequence[str]
    waiting: int
    why: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A language of drafts: how many facts hold in it today, and how many templates there are."""

    language: str
    called: str
    facts: int
    templates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """How one brand is set, and how it goes."""

    brand: Brand
    file: str
    sources: Sequence[sourced.Sourced]
    desks: Sequence[shifts.Working]
    untimed: Sequence[str]
    routes: Routes | None
    reached: Sequence[Reached]
    silences: int
    spoken: Sequence[Spoken]
    asks_model: bool
    an_hour: int
    quiet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Housed:
    """Where everything is kept: the kind of store, its files with their sizes, how each part is, the last backup."""

    kind: str
    files: Sequence[tuple[str, str, str]]
    size: str
    parts: Sequence[tuple[str, str, bool]]
    backup: float | None
    is_old: bool
    variables: Sequence[tuple[str, bool]]
    version: str


def add_settings(app: FastAPI, installed: Installed, page: Callable[..., Response]) -> None:
    """The route; `page` makes a page of a template and its values."""

    @app.get("/settings")
    def show_settings(request: Request) -> Response:
        now = installed.clock()
        members = installed.accounts.members()
        active = [one for one in members if one.state is State.ACTIVE]
        roles = Counter(one.role for one in active)
        values = {
            "pulse": installed.beats(),
            "sets": [_set(installed, brand, now) for brand in installed.brands],
            "housed": _housed(installed, now),
            "roles": [(role, roles[role]) for role in Role],
            "with_factor": sum(one.factor is Factor.ON for one in active),
            "active": len(active),
            "invited": sum(one.state is State.INVITED for one in members),
            "span": shifts.span,
            "about": shifts.about,
        }
        return page(request, "settings.html", values)


def _set(installed: Installed, brand: Brand, now: float) -> Set:
    setup = installed.setup
    folder = setup.folders.get(brand.id)
    outside = setup.outside
    routes = outside.routes.get(brand.id) if outside is not None else None
    desks, untimed = shifts.look(brand, now)
    speech = installed.speeches(brand.id)
    return Set(
        brand=brand,
        file=f"{brand.id}/brand.yaml" if len(installed.brands.by_id) > 1 else "brand.yaml",
        sources=sourced.look(brand, folder, (installed.store, installed.health), now),
        desks=desks,
        untimed=untimed,
        routes=routes,
        reached=_reached(setup, brand.id, routes) if routes is not None else (),
        silences=_silences(setup, brand.id, routes, now) if routes is not None else 0,
        spoken=_spoken(speech, int(now // DAY)),
        asks_model=speech.ask is not None,
        an_hour=installed.store.sent_since(brand.id, now - HOUR),
        quiet=shifts.quiet(brand.quiet),
    )


def _reached(setup: Setup, brand: str, routes: Routes) -> list[Reached]:
    """Who is told, without the address."""
    outside = setup.outside
    waiting = (
        Counter(one.desk for one in outside.notices.waiting() if one.news.brand == brand) if outside else Counter()
    )
    found = []
    for desk in routes.desks.values():
        herald = outside.heralds.get((brand, desk.name)) if outside is not None else None
        found.append(
            Reached(
                desk=desk.name,
                to=desk.to,
                is_set=setup.is_set(desk.to),
                secret=desk.secret,
                routes=[route.name for route in routes.routes if desk.name in route.desks],
                waiting=waiting[desk.name],
                why=told(herald.why) if isinstance(herald, Unreachable) else "",
                line=desk.line,
            )
        )
    return found


def _silences(setup: Setup, brand: str, routes: Routes, now: float) -> int:
    """How many silences hold now: of the file, and of those that people wrote since."""
    kept = setup.outside.notices.silences(now, brand) if setup.outside is not None else ()
    return len(kept) + sum(one.until > now for one in routes.silences)


def _spoken(speech: Speech, day: int) -> list[Spoken]:
    facts = Counter(one for fact in speech.voice.facts.facts if fact.holds(day) for one in fact.languages)
    templates = Counter(one.language for one in speech.voice.templates)
    order = sorted(facts.keys() | templates.keys(), key=lambda one: (-facts[one], one))
    return [Spoken(language=one, called=language(one), facts=facts[one], templates=templates[one]) for one in order]


def _housed(installed: Installed, now: float) -> Housed:
    setup = installed.setup
    files = sizes(setup.place) if setup.place is not None else []
    try:
        backup = installed.watched.days().backup
    except StoreError:
        backup = None
    return Housed(
        kind=_kind(setup.place, postgres=setup.postgres),
        files=[(name, purpose, _bytes(size)) for name, purpose, size in files],
        size=_bytes(sum(size for _name, _purpose, size in files)),
        parts=[(name, word, word in GOOD) for name, word in installed.health.parts().items()],
        backup=backup,
        is_old=backup is None or now - backup > OLD,
        variables=[(name, setup.is_set(name)) for name in VARIABLES],
        version=__version__,
    )


def _kind(place: Path | None, *, postgres: bool) -> str:
    if place is None:
        return _("in memory: nothing is at rest")
    return _("PostgreSQL, and SQLite beside it") if postgres else _("SQLite in a folder")


def _bytes(size: int) -> str:
    """A size in the largest unit that says it."""
    if size >= 2**30:
        return _("%(size)s GB", size=number(size / 2**30, 1))
    return (
        _("%(size)s MB", size=number(size / 2**20, 1)) if size >= 2**20 else _("%(size)s kB", size=number(size / 1024))
    )
