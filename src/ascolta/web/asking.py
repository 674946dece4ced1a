"""Advocates at the desk: asking somebody who praised us, noting a yes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import Response

from ascolta.core.advocate import Advocate, Stand
from ascolta.core.case import Case, still_here
from ascolta.core.mention import Brands
from ascolta.core.post import Actor
from ascolta.core.request import needs_peace, needs_praise, needs_welcome
from ascolta.errors import CaseError
from ascolta.files.helping import Helping
from ascolta.helping import Asking, Narrower, agree, ask, cases_of
from ascolta.ports import Store
from ascolta.stores.advocates import Advocates
from ascolta.web.answers import back_to
from ascolta.web.signed import Acting
from ascolta.web.tongue import gettext as _
from ascolta.web.words import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Friends:
    """What asking needs: whom we asked, and what each brand may ask for."""

    advocates: Advocates
    helping: Callable[[str], Helping]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a case's page shows of it: the scopes that its author may be asked for, and what they were asked."""

    scopes: Sequence[str] = ()
    asked: Advocate | None = None


def look(friends: Friends | None, case: Case, store: Store) -> Shown:
    """What may be asked of the author of a case, and what they were asked before."""
    if friends is None or case.content is None:
        return Shown()
    author = Actor(id=case.content.author_key, handle=case.content.author)
    for key in author.keys:
        for one in friends.advocates.of(case.network, key):
            if one.brand == case.brand:
                return Shown(asked=one if one.stand is Stand.ASKED and one.case != case.id else None)
    if case.draft or friends.advocates.was_asked(case.brand, case.network, author.keys):
        return Shown()
    try:
        needs_praise(case)
        needs_welcome(store.known(), case.network, author)
        needs_peace(cases_of(store, case.network, author), case)
    except CaseError:
        return Shown()
    scopes = friends.helping(case.brand).scopes.values()
    return Shown(scopes=[scope.name for scope in scopes if case.network in scope.networks])


def add_asking(app: FastAPI, friends: Friends, kept: tuple[Store, Brands, Callable[[], float]]) -> None:
    """The routes; what is asked becomes the draft of an answer, which people approve as any other."""
    store, brands, clock = kept

    @app.post("/cases/{number}/ask")
    def ask_author(number: int, who: Acting, scope: Annotated[str, Form()] = "") -> Response:
        try:
            case = still_here(store.case(number), number)
            helping = friends.helping(case.brand)
            if scope not in helping.scopes:
                raise CaseError("there is nothing of that name to ask for; reload the page")
            asking = Asking(
                case=number,
                scope=helping.scopes[scope],
                brand=brands.by_id[case.brand],
                by=who.name,
                words=helping.words,
            )
            ask(store, friends.advocates, asking, clock())
        except CaseError as error:
            return back_to(number, said=told(error))
        return back_to(number)

    @app.post("/cases/{number}/agree")
    def note_yes(number: int, who: Acting) -> Response:
        try:
            agree(store, friends.advocates, number, Narrower(), (who.name, clock()))
        except CaseError as error:
            return back_to(number, said=told(error))
        return back_to(number, said=_("It is noted that this person agreed; resolve the case, or thank them."))
