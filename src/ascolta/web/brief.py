"""The weekly brief: gathered for a brand and a week, as one page of the desk or a file that prints on one sheet."""

from collections.abc import Callable
from functools import partial

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from ascolta.afresh import rank
from ascolta.core.brand import Brand
from ascolta.core.brief import Brief, brief
from ascolta.core.days import DAY
from ascolta.core.insight_cases import said
from ascolta.core.journal import named
from ascolta.core.mention import Brands
from ascolta.core.practice import Around, practice
from ascolta.core.weekly import WEEK, last, monday
from ascolta.core.weekly import named as week_named
from ascolta.ports import Ledger, Store
from ascolta.stores.conduct import acted
from ascolta.stores.journal import MemoryJournal, SqlJournal
from ascolta.web import pages
from ascolta.web.briefed import told
from ascolta.web.called import short
from ascolta.web.findings import cases_of, own
from ascolta.web.pictures import installed, pictures
from ascolta.web.shared import Shared
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import reader

FRESH = 60.0
"""Seconds for which a page that was made is shown again: it reads the journal and all cases."""

FAR = 104
"""Weeks that can be looked back at the desk."""

Floor = tuple[Brands, tuple[Store, Ledger | None], Callable[[], float]]
"""What a brief is made of: brands, what is kept, and the clock."""


def gather(floor: Floor, brand: Brand, first: int) -> Brief:
    """The brief of a brand for the week that begins with a Monday (days since 1970). Raises StoreError."""
    brands, (store, ledger), clock = floor
    rank(store, brands, clock())
    since, until = float(first * DAY), float((first + WEEK) * DAY)
    cases = [case for found, _more in cases_of(store, brand.id) for case in found]
    journal, name = store.journal, named(brand.id)
    if isinstance(journal, MemoryJournal | SqlJournal):
        conduct = acted(journal, since, until)
        acts = conduct.of(name), conduct.around(name)
    else:
        acts = (), Around()
    return brief(
        (brand.name, [topic.name for topic in brand.topics]),
        first,
        ledger.entries(brand.id) if ledger is not None else [],
        (acts[0], practice(*acts)),
        said(cases, brand.id, 0.0),
    )


def sheet(found: Brief, links: tuple[tuple[str, str], ...] = (), *, alone: bool = False) -> str:
    """The brief as one page; `alone`: its styles stand in it, and it needs nothing from anywhere."""
    return pages.page(
        "brief.html",
        told=told(found),
        pictures=pictures(found),
        links=links,
        lang=reader().lang,
        css=styles() if alone else "",
        missing="" if installed() else lacking(),
        words={"figures": _("The figures"), "pages": _("Pages")},
    )


def styles() -> Markup:
    """The styles, to stand within a page."""
    return Markup((pages.HERE / "static" / "brief.css").read_text(encoding="utf-8"))  # noqa: S704 - the file is ours


def lacking() -> str:
    """How pictures are got."""
    return _("Pictures come with: %(install)s", install="pip install 'ascolta[pictures]'")


def add_brief(app: FastAPI, floor: Floor) -> None:
    """The route: the brief of last week, or of another, of one brand at a time."""
    brands, _kept, clock = floor
    made: dict[tuple[str, int, str], Shared[str]] = {}

    @app.get("/insight/brief")
    def show_brief(brand: str = "", week: str = "") -> Response:
        mine = own(brands)
        chosen = next((one for one in mine if one.id == brand), mine[0])
        newest = last(clock())
        asked = monday(week)
        first = newest if asked is None else min(max(asked, newest - FAR * WEEK), newest)
        key = (chosen.id, first, reader().lang)
        if len(made) > FAR:
            made.clear()
        page = made.setdefault(key, Shared(partial(_page, floor, chosen, first), FRESH, clock))
        return HTMLResponse(page())


def _page(floor: Floor, brand: Brand, first: int) -> str:
    return sheet(gather(floor, brand, first), _links(floor, brand, first))


def _links(floor: Floor, brand: Brand, first: int) -> tuple[tuple[str, str], ...]:
    """Back to Insight, to the weeks beside this one, and to other brands."""
    brands, _kept, clock = floor
    links = [("/insight", "← " + _("Insight")), (_path(brand, first - WEEK), _("The week before"))]
    if first < last(clock()):
        links.append((_path(brand, first + WEEK), _("The week after")))
    return (*links, *((_path(one, first), short(one.name)) for one in own(brands) if one.id != brand.id))


def _path(brand: Brand, first: int) -> str:
    return f"/insight/brief?brand={brand.id}&week={week_named(first)}"
