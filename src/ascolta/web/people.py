"""The people of the desk, for an admin: invite, give a role, reset, suspend."""

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response

from ascolta.core.people import MAY, LinkKind, Right, Role, role_of
from ascolta.errors import PeopleError
from ascolta.web.entry import Clock
from ascolta.web.signed import Entrance
from ascolta.web.words import told

Page = Callable[..., Response]
Look = Callable[..., Response]


def add_people(app: FastAPI, entrance: Entrance, clock: Clock, page: Page) -> None:
    """The routes; `page` makes a page of a template and its values."""

    def look(request: Request, said: str = "", *, link: str = "", whose: str = "", status: int = 200) -> Response:
        values = {
            "members": entrance.accounts.members(),
            "roles": [(role, [right.value for right in Right if right in MAY[role]]) for role in Role],
            "said": said,
            "link": link,
            "whose": whose,
        }
        return page(request, "people.html", values, status)

    _add_invite(app, entrance, clock, look)
    _add_changes(app, entrance, clock, look)


def _add_invite(app: FastAPI, entrance: Entrance, clock: Clock, look: Look) -> None:
    @app.get("/people")
    def show_people(request: Request) -> Response:
        return look(request)

    @app.post("/people")
    def invite(request: Request, name: Annotated[str, Form()] = "", role: Annotated[str, Form()] = "") -> Response:
        try:
            member, token = entrance.accounts.invite(name, role_of(role), clock())
        except PeopleError as error:
            return look(request, f"{told(error)}.", status=400)
        return look(request, link=_link(entrance, request, token), whose=member.name)

    @app.post("/people/{number}/reset")
    def reset(request: Request, number: int) -> Response:
        return _linked(lambda: entrance.accounts.relink(number, LinkKind.RESET, clock()), entrance, request, look)

    @app.post("/people/{number}/restore")
    def restore(request: Request, number: int) -> Response:
        return _linked(lambda: entrance.accounts.restore(number, clock()), entrance, request, look)


def _add_changes(app: FastAPI, entrance: Entrance, clock: Clock, look: Look) -> None:
    @app.post("/people/{number}/role")
    def give(request: Request, number: int, role: Annotated[str, Form()] = "") -> Response:
        return _changed(lambda: entrance.accounts.give(number, role_of(role), clock()), request, look)

    @app.post("/people/{number}/suspend")
    def suspend(request: Request, number: int) -> Response:
        return _changed(lambda: entrance.accounts.suspend(number, clock()), request, look)


def _changed(change: Callable[[], None], request: Request, look: Look) -> Response:
    try:
        change()
    except PeopleError as error:
        return look(request, f"{told(error)}.", status=409)
    return look(request)


def _linked(made: Callable[[], str], entrance: Entrance, request: Request, look: Look) -> Response:
    try:
        token = made()
    except PeopleError as error:
        return look(request, f"{told(error)}.", status=409)
    return look(request, link=_link(entrance, request, token))


def _link(entrance: Entrance, request: Request, token: str) -> str:
    """The whole link, for an admin to pass on; it is shown once and kept nowhere."""
    return f"{entrance.here(request)}/invited/{token}"
