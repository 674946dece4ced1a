"""Privacy: what is held and until when, what was deleted, what figures spent, the journal; and who asks is answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from pydantic import BaseModel

from ascolta.core.challenge import LONGEST
from ascolta.core.days import DAY, date_of
from ascolta.core.inventory import Kind, Term
from ascolta.core.journal import Kind as Act
from ascolta.core.people import Right
from ascolta.core.person import Person
from ascolta.core.saying import Saying, mark
from ascolta.errors import AscoltaError, StoreError
from ascolta.ports import Ledger
from ascolta.stores.advocates import Advocates
from ascolta.stores.catalogue import FILES
from ascolta.web import person, spent
from ascolta.web.holdings import Holdings, Kept
from ascolta.web.journal import Days, Head, Watched
from ascolta.web.notice import Public
from ascolta.web.signed import Acting, signed
from ascolta.web.tongue import dated, ngettext
from ascolta.web.tongue import gettext as _
from ascolta.web.words import sentence

Clock = Callable[[], float]
Page = Callable[..., Response]
Find = Callable[..., "Person | Response"]

UNNAMED = mark("name a network and an account, by its id or its handle, such as @ann@example.social")

LATELY = 30
"""Days whose deletions stand on the page."""

TYPES = {person.JSON: "application/json", person.HTML: "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """What the page needs: all that is kept, what was published, and what the public pages know."""

    kept: Kept
    watched: Watched
    clock: Clock
    ledger: Ledger | None = None
    public: Public | None = None

    @property
    def networks(self) -> list[str]:
        """The networks on which somebody may have been heard."""
        if self.public is None:
            return sorted({name for brand in self.kept.brands for name in brand.networks or ()})
        return self.public.networks


class Asked(BaseModel):
    """Whose data are asked for, and which file of them; `sure` is what somebody ticked."""

    network: str = ""
    account: str = ""
    file: str = ""
    sure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What was deleted on one day, or on all of them together: by kind of the journal's entries."""

    said: str
    counts: Mapping[Act, int]


def add_privacy(app: FastAPI, custody: Custody, page: Page) -> None:
    """The routes; `page` makes a page of a template and its values."""
    holdings, watched = Holdings(custody.kept, custody.clock), custody.watched

    def look(
        request: Request, said: str = "", done: str = "", status: int = 200, asked: Asked | None = None
    ) -> Response:
        values: dict[str, object] = {"held": holdings.look(), "said": said, "done": done, "asked": asked or Asked()}
        if _may_see(request):
            values |= _told(custody, watched)
        return page(request, "privacy.html", values, status)

    @app.get("/privacy")
    def show_privacy(request: Request, done: str = "", gone: str = "") -> Response:
        return look(request, done=_done(done, int(gone) if gone.isascii() and gone.isdigit() and len(gone) < 7 else 0))

    @app.get("/privacy/stored")
    def show_stored(request: Request) -> Response:
        terms = [(term.name.lower(), term.said()) for term in Term]
        kinds = [(kind.name.lower(), kind.whose, kind.guard) for kind in Kind]
        return page(request, "privacy_stored.html", {"files": FILES, "terms": terms, "kinds": kinds})

    _add_journal(app, custody, watched, look)
    _add_person(app, custody, holdings, (page, look))


def _add_journal(app: FastAPI, custody: Custody, watched: Watched, look: Page) -> None:
    @app.post("/privacy/verify")
    def verify(request: Request, who: Acting) -> Response:
        try:
            watched.verify(who.name, custody.clock())
        except AscoltaError as error:
            return look(request, sentence(error), status=409)
        return RedirectResponse("/privacy#journal", 303)

    @app.get("/privacy/checkpoint")
    def give_checkpoint(request: Request) -> Response:
        try:
            text = watched.checkpoint()
        except StoreError as error:
            return look(request, sentence(error), status=409)
        if not text:
            said = _("There is no checkpoint yet; one is signed every ten minutes in which something happens.")
            return look(request, said, status=404)
        return PlainTextResponse(text, headers={"Content-Disposition": 'attachment; filename="checkpoint.txt"'})


def _add_person(app: FastAPI, custody: Custody, holdings: Holdings, pages: tuple[Page, Page]) -> None:
    page, look = pages
    store, advocates = custody.kept.store, custody.kept.advocates or Advocates(None)

    def found(request: Request, asked: Asked) -> Person | Response:
        """All that is held, or the page that says what is to be named."""
        try:
            return _named(custody, advocates, asked)
        except AscoltaError as error:
            return look(request, sentence(error), status=400, asked=asked)

    @app.post("/privacy/person")
    def show_person(request: Request, asked: Annotated[Asked, Form()]) -> Response:
        held = found(request, asked)
        if isinstance(held, Response):
            return held
        return page(request, "privacy_person.html", {"person": held, "said": ""})

    @app.post("/privacy/person/export")
    def export(request: Request, asked: Annotated[Asked, Form()]) -> Response:
        held = found(request, asked)
        if isinstance(held, Response):
            return held
        if asked.file not in TYPES:
            return look(request, _("There is no such file to send."), status=400)
        person.note_export(store, held, custody.clock())
        headers = {"Content-Disposition": f'attachment; filename="{asked.file}"', "Content-Type": TYPES[asked.file]}
        return Response(person.written(held, custody.clock())[asked.file], headers=headers)

    _add_act(app, (custody, advocates, holdings), found, pages)


def _add_act(app: FastAPI, kept: tuple[Custody, Advocates, Holdings], found: Find, pages: tuple[Page, Page]) -> None:
    (custody, advocates, holdings), (page, look) = kept, pages

    @app.post("/privacy/person/{act}")
    def answer(request: Request, act: str, asked: Annotated[Asked, Form()], who: Acting) -> Response:
        held = found(request, asked)
        if isinstance(held, Response):
            return held
        if act not in person.ACTS:
            return look(request, _("Nothing like that can be done with what is held of an account."), status=400)
        if asked.sure != "yes":
            said = _("Nothing was done: tick that you made sure that it is the person who asks.")
            return page(request, "privacy_person.html", {"person": held, "said": said}, 400)
        gone = person.act(custody.kept.store, advocates, held, act, custody.clock())
        holdings.forget()
        return RedirectResponse(f"/privacy?done={act}&gone={gone}#requests", 303)


def _named(custody: Custody, advocates: Advocates, asked: Asked) -> Person:
    """All that is held of an account. Raises AscoltaError for what names none, or a network that is not known."""
    if not person.is_named(asked.network, asked.account):
        raise AscoltaError(Saying(UNNAMED))
    return person.find(custody.kept.store, advocates, (asked.network, asked.account), custody.networks)


def _may_see(request: Request) -> bool:
    """Whether whoever asks may see ledger and journal."""
    found = signed(request)
    return found is not None and found.member.may(Right.LEDGER)


def _told(custody: Custody, watched: Watched) -> dict[str, object]:
    """What only those see who may see ledger and journal. What cannot be read is said in its place."""
    now, head, days, wrong = custody.clock(), Head(), Days(by_day={}), ""
    try:
        head, days = watched.head(), watched.days()
    except StoreError as error:
        wrong = sentence(error)
    figures: list[spent.Spent] = []
    if custody.ledger is not None:
        figures = [spent.look(brand, custody.ledger, now) for brand in custody.kept.brands]
    since = int(now // DAY) - LATELY + 1
    return {
        "networks": custody.networks,
        "longest": LONGEST,
        "spent": figures,
        "head": head,
        "verdict": watched.verdict,
        "has_journal": watched.journal is not None,
        "wrong": wrong,
        "gone": _gone(days, since),
        "whole": days.whole,
        "acts": Act,
    }


def _gone(days: Days, since: int) -> Sequence[Gone]:
    """What was deleted since a day: all of it together first, then each day on which anything was, the newest first."""
    there = {day: counts for day, counts in sorted(days.by_day.items(), reverse=True) if day >= since}
    if not there:
        return ()
    all_days = Gone(said=_("All together"), counts=_sum(there.values()))
    return [
        all_days,
        *(Gone(said=dated(date(*date_of(day)), "medium"), counts=counts) for day, counts in there.items()),
    ]


def _sum(several: Iterable[Mapping[Act, int]]) -> dict[Act, int]:
    total: dict[Act, int] = {}
    for counts in several:
        for kind, count in counts.items():
            total[kind] = total.get(kind, 0) + count
    return total


def _done(act: str, gone: int) -> str:
    """What was done for somebody who asked, in a sentence; empty if nothing was."""
    cases = ngettext("%(num)s case was erased.", "%(num)s cases were erased.", gone)
    said = {
        "erase": _("A refusal stays, so that we keep to it."),
        "suppress": _("The account is heard no more."),
        "unsuppress": _("The account is heard again, as its profile allows."),
    }
    if act not in said:
        return ""
    return said[act] if act == "unsuppress" else f"{cases} {said[act]}"
