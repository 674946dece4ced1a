"""Advocates: who was asked and who agreed to what, until when; a yes is noted, one is ended, those who fit are briefed.

Whoever only looks sees numbers. People stand here for those who ask or brief them, and by name only once they agreed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel

from ascolta.briefing import Briefed, Order, brief, chosen
from ascolta.core.advocate import Advocate, Stand, Wanted, digest, refusal
from ascolta.core.case import still_here
from ascolta.core.post import Actor
from ascolta.errors import AscoltaError, CaseError
from ascolta.files.statements import load_statements
from ascolta.files.voiced import approved_facts
from ascolta.helping import Narrower, agree
from ascolta.voice import approved_words
from ascolta.web.back import back
from ascolta.web.circle import Circle, look
from ascolta.web.signed import Acting
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import ngettext
from ascolta.web.words import told

Page = Callable[..., Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a briefing would do now: whom it reaches, with which words by language, and why it does not reach others."""

    reaches: int
    words: Mapping[str, str]
    others: Sequence[tuple[str, int]]
    seen: str


class Ordered(BaseModel):
    """What a person sends to brief: whose, what, with which words, how many at most; `seen` is what they read."""

    brand: str = ""
    scope: str = ""
    statement: str = ""
    topic: str = ""
    most: str = ""
    urgent: str = ""
    seen: str = ""


class Agreed(BaseModel):
    """What a person notes of a yes: the case, and where it is less than what was asked."""

    case: str = ""
    most: str = ""
    until: str = ""
    topics: list[str] = []


def add_advocates(app: FastAPI, circle: Circle, page: Page) -> None:
    """The routes; `page` makes a page of a template and its values."""

    @app.get("/advocates")
    def show_advocates(request: Request, who: Acting) -> Response:
        return page(request, "advocates.html", {"shown": look(circle, who)})

    @app.post("/advocates/{ref}/agree")
    def note_yes(ref: str, who: Acting, form: Annotated[Agreed, Form()]) -> Response:
        return _back(lambda: _agree(circle, ref, form, who.name))

    @app.post("/advocates/{ref}/end")
    def end(ref: str) -> Response:
        return _back(lambda: _end(circle, ref))

    @app.post("/advocates/brief")
    def brief_them(request: Request, who: Acting, form: Annotated[Ordered, Form()]) -> Response:
        try:
            order, preview = _preview(circle, form, who.name)
            if form.seen != preview.seen:
                values = {"shown": look(circle, who), "said": "", "order": form, "preview": preview}
                return page(request, "advocates.html", values)
            return _back(lambda: _brief(circle, order))
        except AscoltaError as error:
            values = {"shown": look(circle, who), "said": "", "order": form, "wrong": told(error)}
            return page(request, "advocates.html", values, 409)


def _one(circle: Circle, ref: str) -> Advocate:
    """Somebody by the name of their record. Raises CaseError if they are gone."""
    found = next((one for one in circle.advocates.all() if one.ref == ref), None)
    if found is None:
        raise CaseError(_("this person is gone: they withdrew, or their time was over"))
    return found


def _agree(circle: Circle, ref: str, form: Agreed, by: str) -> str:
    """Note a yes, as far as the case is of this very person."""
    one = _one(circle, ref)
    number = _number(form.case, _("name the case in which the person said yes"))
    case = still_here(circle.store.case(number), number)
    content = case.content
    author = Actor(id=content.author_key, handle=content.author) if content is not None else Actor()
    if case.network != one.network or not {*author.keys} & {*one.keys}:
        raise CaseError(_("case %(number)s was opened by somebody else than the person who was asked", number=number))
    less = Narrower(
        topics=tuple(form.topics) or None,
        most=_number(form.most, _("say a whole number of briefings")) if form.most.strip() else None,
        until=_day(form.until) if form.until.strip() else None,
    )
    agree(circle.store, circle.advocates, number, less, (by, circle.clock()))
    return _("It is noted that this person agreed.")


def _end(circle: Circle, ref: str) -> str:
    """Forget somebody at once, under all names of the account."""
    one = _one(circle, ref)
    for key in one.keys:
        circle.advocates.withdraw(one.network, key, circle.clock())
    return _("It ended; all that was held of this person is gone, but that they were asked once.")


def _preview(circle: Circle, form: Ordered, by: str) -> tuple[Order, Preview]:
    """Whom to brief, and what that would do now. Raises AscoltaError where it cannot be done."""
    now, room, brand = circle.clock(), circle.room, circle.brands.by_id.get(form.brand)
    if room is None or brand is None:
        raise CaseError(_("nobody can be briefed from here; use the command line"))
    helping = circle.helping(brand.id)
    folder = room.folders[brand.id]
    statement = load_statements(folder).get(form.statement)
    if form.scope not in helping.scopes or statement is None:
        raise CaseError(_("choose what they agreed to, and an approved statement"))
    words = approved_words(room.statements, brand.id, statement, approved_facts(folder, now), now)
    edition = room.statements.edition(brand.id, statement.name).number
    topic = form.topic.strip() or statement.topic
    wanted = Wanted(scope=helping.scopes[form.scope], about=f"{statement.name} {edition}", topic=topic)
    most = _number(form.most, _("say a whole number of people")) if form.most.strip() else None
    order = Order(
        brand=brand, wanted=wanted, statement=words, by=by, words=helping.words, most=most, urgent=bool(form.urgent)
    )
    people = circle.advocates.all(brand.id)
    why = Counter(found for one in people if one.stand is Stand.AGREED and (found := refusal(one, wanted, now)))
    seen = digest("\0".join((brand.id, wanted.about, form.scope, topic, form.most, form.urgent, repr(words))))
    reaches = len(chosen(circle.store, circle.advocates, order, now))
    return order, Preview(
        reaches=reaches, words=words, others=[(told(said), count) for said, count in why.most_common()], seen=seen
    )


def _brief(circle: Circle, order: Order) -> str:
    room = circle.room
    if room is None:
        raise CaseError(_("nobody can be briefed from here; use the command line"))
    done = brief((circle.store, circle.advocates, room.messengers), order, circle.clock(), room.lookups)
    return _done(done)


def _done(done: Briefed) -> str:
    """What a round of briefing did, in sentences."""
    said = [ngettext("%(num)s person was written to.", "%(num)s people were written to.", done.told)]
    if done.missed:
        said.append(ngettext("%(num)s could not be reached.", "%(num)s could not be reached.", done.missed))
    if done.waiting:
        said.append(
            ngettext(
                "%(num)s was not written to, because their yes could not be read again or they take no messages now.",
                "%(num)s were not written to, because their yes could not be read again or they take no messages now.",
                done.waiting,
            )
        )
    if done.forgotten:
        said.append(
            ngettext(
                "%(num)s does not want to be heard any more and was forgotten.",
                "%(num)s do not want to be heard any more and were forgotten.",
                done.forgotten,
            )
        )
    return " ".join(said)


def _back(does: Callable[[], str]) -> Response:
    """Do it, and show the page with what was done or why not."""
    try:
        said = does()
    except AscoltaError as error:
        said = told(error)
    return back("/advocates", said)


def _number(said: str, wrong: str) -> int:
    text = said.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and int(text) > 0):
        raise CaseError(wrong)
    return int(text)


def _day(said: str) -> float:
    try:
        return datetime.strptime(said.strip(), "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise CaseError(_("say a day such as %(day)s", day="2027-03-31")) from None
