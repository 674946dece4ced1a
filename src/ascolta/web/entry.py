"""The way in and out: log-in with password and second factor, the owner's link, an invitation, log-out."""

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from ascolta.core.people import LONGEST, LONGEST_WORD, Factor, LinkKind, Member, key_of
from ascolta.core.saying import mark
from ascolta.errors import PeopleError
from ascolta.stores.accounts import Proofs
from ascolta.stores.proofs import step_of
from ascolta.web.attempts import address
from ascolta.web.back import ours, whence
from ascolta.web.signed import Entrance, signed
from ascolta.web.tongue import gettext as _
from ascolta.web.words import told

WRONG = mark("This name, password and code do not belong together.")
OFTEN = mark("This was tried too often; wait a little, and try again.")
GONE = mark("This link is no longer good. Links work once, and for a while only; ask for a new one.")
STALE = mark("This link is no longer good; `ascolta run` prints a new one at each start.")

Bare = Callable[..., Response]
"""What makes a page that shows nothing of the desk."""

Clock = Callable[[], float]


class Login(BaseModel):
    """What somebody shows in order to be let in, and the page that they wanted."""

    name: str = ""
    password: str = ""
    code: str = ""
    to: str = "/"


def add_entry(app: FastAPI, entrance: Entrance, clock: Clock, bare: Bare) -> None:
    """The routes; `bare` makes their pages."""
    _add_login(app, entrance, clock, bare)
    _add_enter(app, entrance, clock, bare)
    _add_invited(app, entrance, clock, bare)


def door(entrance: Entrance, bare: Bare) -> Callable[..., Response]:
    """What makes the page for whoever is not signed in."""

    def closed(request: Request, said: str = "", name: str = "", status: int = 401, to: str = "") -> Response:
        """`to` is where they go once they are in: by default where they came to."""
        has = any(one.has_password for one in entrance.accounts.members())
        values = {
            "said": said,
            "name": name[:LONGEST],
            "by_password": has,
            "provider": entrance.provider_name,
            "to": ours(to) if to else whence(request),
        }
        return bare(request, "login.html", values, status)

    return closed


def shows(entrance: Entrance, found: Proofs | None, login: Login, at: float) -> bool:
    """Whether somebody is who they say: password, and code if a second factor is on. Each code is good once."""
    fits = entrance.passwords.fits(found.password if found is not None else "", login.password[: LONGEST_WORD + 1])
    return found is not None and fits and _second(entrance, found, login.code, at)


def _is_enough(entrance: Entrance, member: Member) -> bool:
    """Whether a password lets somebody in: abroad not alone, where a provider stands in for the second factor."""
    return not (entrance.is_abroad and member.has_provider) or member.factor is Factor.ON


def _second(entrance: Entrance, found: Proofs, code: str, at: float) -> bool:
    member, accounts = found.member, entrance.accounts
    if member.factor is not Factor.ON:
        return True
    step = step_of(found.secret, "".join(code.split()), at, found.step)
    if step is not None:
        return accounts.spend_step(member.id, step)
    return accounts.spend_code(member.id, code)


def _add_login(app: FastAPI, entrance: Entrance, clock: Clock, bare: Bare) -> None:
    closed = door(entrance, bare)

    @app.get("/login")
    def show_login(request: Request) -> Response:
        return RedirectResponse("/", 303) if signed(request) else closed(request, status=200, to="/")

    @app.post("/login")
    def log_in(request: Request, form: Annotated[Login, Form()]) -> Response:
        at, key = clock(), key_of(form.name[:LONGEST])
        if not entrance.attempts.lets(key, address(request), at):
            return closed(request, _(OFTEN), form.name, 429, form.to)
        found = entrance.accounts.proofs(form.name[:LONGEST])
        if not shows(entrance, found, form, at) or found is None or not _is_enough(entrance, found.member):
            return closed(request, _(WRONG), form.name, 401, form.to)
        entrance.attempts.good(key)
        made = entrance.accounts.sign_in(found.member.id, at)
        return entrance.let_in(request, RedirectResponse(ours(form.to), 303), made)

    @app.post("/logout")
    def log_out(request: Request) -> Response:
        if (found := signed(request)) is not None:
            entrance.accounts.sessions.end(found.token)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(entrance.cookie, path="/", secure=entrance.is_abroad, httponly=True, samesite="strict")
        return response


def _add_enter(app: FastAPI, entrance: Entrance, clock: Clock, bare: Bare) -> None:
    @app.get("/enter/{token}")
    def enter(request: Request, token: str) -> Response:
        made = None if entrance.is_abroad else entrance.accounts.enter(token, clock())
        if made is None:
            return bare(request, "shut.html", {"said": _(STALE)}, 403)
        return entrance.let_in(request, RedirectResponse("/", 303), made)


def _add_invited(app: FastAPI, entrance: Entrance, clock: Clock, bare: Bare) -> None:
    accounts, kinds = entrance.accounts, (LinkKind.INVITED, LinkKind.RESET)

    def about(token: str, member: Member) -> dict[str, object]:
        return {"member": member, "token": token, "provider": entrance.provider_name}

    @app.get("/invited/{token}")
    def show_invitation(request: Request, token: str) -> Response:
        member = accounts.link(token, clock(), *kinds)
        if member is None:
            return bare(request, "shut.html", {"said": _(GONE)}, 404)
        return bare(request, "invited.html", {**about(token, member), "said": ""}, 200)

    @app.post("/invited/{token}")
    def join(request: Request, token: str, password: Annotated[str, Form()] = "") -> Response:
        member = accounts.link(token, clock(), *kinds)
        if member is None:
            return bare(request, "shut.html", {"said": _(GONE)}, 404)
        try:
            kept = entrance.passwords.kept(password, member.name)
        except PeopleError as error:
            return bare(request, "invited.html", {**about(token, member), "said": f"{told(error)}."}, 400)
        made = accounts.join(token, kept, clock())
        if made is None:
            return bare(request, "shut.html", {"said": _(GONE)}, 404)
        return entrance.let_in(request, RedirectResponse("/me", 303), made)
