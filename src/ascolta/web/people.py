"""The people of the desk, for an admin: invite, give a role, reset, suspend."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response

from ascolta.core.people import LONGEST, MAY, LinkKind, Right, Role, role_of
from ascolta.core.saying import mark
from ascolta.errors import PeopleError
from ascolta.web.back import back
from ascolta.web.entry import Clock
from ascolta.web.signed import Entrance
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import plain
from ascolta.web.words import told, word

Page = Callable[..., Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody filled in, to stand there again, and the status of the answer."""

    name: str = ""
    role: str = "agent"
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to pass on, and whose it is; `is_new`: they were just invited."""

    url: str
    whose: str
    is_new: bool = False


NOBODY = Asked()

QUESTIONS = {
    "role": (
        mark("Make %(name)s: %(role)s?"),
        mark("Their sessions end at once. When they log in again, they may do what this role lets them."),
    ),
    "reset": (
        mark("Make a new link for %(name)s?"),
        mark("Their password and second factor are taken away at once. Until they use the link, they cannot log in."),
    ),
    "suspend": (
        mark("Suspend %(name)s?"),
        mark("Their sessions end at once, and they are let in no more. The account goes after a year."),
    ),
}
"""What is asked before it is done, and what it means."""


@dataclass(frozen=True, slots=True)
class Crew:
    """What the routes need: the way in, what makes a page, and what time it is."""

    entrance: Entrance
    clock: Clock
    page: Page

    def look(self, request: Request, said: str = "", *, link: Link | None = None, asked: Asked = NOBODY) -> Response:
        """The page. `link` is one to pass on; `asked` what was filled in, with the status."""
        values = {
            "members": self.entrance.accounts.members(),
            "roles": [(role, [right.value for right in Right if right in MAY[role]]) for role in Role],
            "said": said,
            "link": link,
            "asked": asked,
        }
        return self.page(request, "people.html", values, asked.status)

    def ask(self, request: Request, number: int, act: str, role: str = "") -> Response:
        """The one question before something is done to somebody."""
        try:
            member = self.entrance.accounts.member(number)
            named = {"name": member.name or _("The owner"), "role": word(role_of(role)) if role else ""}
        except PeopleError as error:
            return self.refused(request, error)
        question, means = QUESTIONS[act]
        values = {
            "question": plain(question) % named,
            "means": plain(means),
            "number": number,
            "act": act,
            "role": role,
        }
        return self.page(request, "people_sure.html", values)

    def refused(self, request: Request, error: PeopleError, asked: Asked | None = None) -> Response:
        """The page with what was wrong."""
        return self.look(request, f"{told(error)}.", asked=asked or replace(NOBODY, status=409))

    def linked(self, request: Request, number: int, made: Callable[[], str]) -> Response:
        """The page with a new link of somebody."""
        try:
            token = made()
            whose = self.entrance.accounts.member(number).name
        except PeopleError as error:
            return self.refused(request, error)
        return self.look(request, link=Link(url=self.link(request, token), whose=whose or _("The owner")))

    def link(self, request: Request, token: str) -> str:
        """The whole link, for an admin to pass on; it is shown once and kept nowhere."""
        return f"{self.entrance.here(request)}/invited/{token}"


def add_people(app: FastAPI, entrance: Entrance, clock: Clock, page: Page) -> None:
    """The routes; `page` makes a page of a template and its values."""
    crew = Crew(entrance, clock, page)
    _add_invite(app, crew)
    _add_links(app, crew)
    _add_changes(app, crew)


def _add_invite(app: FastAPI, crew: Crew) -> None:
    accounts = crew.entrance.accounts

    @app.get("/people")
    def show_people(request: Request) -> Response:
        return crew.look(request)

    @app.post("/people")
    def invite(request: Request, name: Annotated[str, Form()] = "", role: Annotated[str, Form()] = "") -> Response:
        try:
            member, token = accounts.invite(name, role_of(role), crew.clock())
        except PeopleError as error:
            return crew.refused(request, error, Asked(name=name[:LONGEST], role=role, status=400))
        return crew.look(request, link=Link(url=crew.link(request, token), whose=member.name, is_new=True))


def _add_links(app: FastAPI, crew: Crew) -> None:
    accounts = crew.entrance.accounts

    @app.post("/people/{number}/reset")
    def reset(request: Request, number: int, sure: Annotated[str, Form()] = "") -> Response:
        if not sure:
            return crew.ask(request, number, "reset")
        return crew.linked(request, number, lambda: accounts.relink(number, LinkKind.RESET, crew.clock()))

    @app.post("/people/{number}/restore")
    def restore(request: Request, number: int) -> Response:
        return crew.linked(request, number, lambda: accounts.restore(number, crew.clock()))


def _add_changes(app: FastAPI, crew: Crew) -> None:
    accounts = crew.entrance.accounts

    @app.post("/people/{number}/role")
    def give(
        request: Request, number: int, role: Annotated[str, Form()] = "", sure: Annotated[str, Form()] = ""
    ) -> Response:
        if not sure:
            return crew.ask(request, number, "role", role or "?")
        return _changed(lambda: accounts.give(number, role_of(role), crew.clock()), request, crew)

    @app.post("/people/{number}/suspend")
    def suspend(request: Request, number: int, sure: Annotated[str, Form()] = "") -> Response:
        if not sure:
            return crew.ask(request, number, "suspend")
        return _changed(lambda: accounts.suspend(number, crew.clock()), request, crew)


def _changed(change: Callable[[], None], request: Request, crew: Crew) -> Response:
    try:
        change()
    except PeopleError as error:
        return crew.refused(request, error)
    return back("/people")
