"""What belongs to whoever is signed in: name, password, second factor, codes to recover with, open sessions."""

from collections.abc import Callable, Sequence
from typing import Annotated

import segno
from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from ascolta.core.people import Factor, is_ready, key_of
from ascolta.errors import PeopleError
from ascolta.stores.proofs import address_of, new_codes, new_secret, step_of
from ascolta.web.attempts import address
from ascolta.web.entry import OFTEN, WRONG, Clock, Login, shows
from ascolta.web.signed import Entrance, here
from ascolta.web.tongue import gettext as _
from ascolta.web.words import told
from ascolta.web.zones import zones

Page = Callable[..., Response]
Look = Callable[..., Response]
"""What makes the page: of a request, with what is said, codes to show once, and a status."""


def add_me(app: FastAPI, entrance: Entrance, clock: Clock, page: Page) -> Look:
    """The routes; `page` makes a page of a template and its values. What makes the page is given back."""
    look = _look(entrance, page)
    _add_name(app, entrance, look)
    _add_password(app, entrance, clock, look)
    _add_factor(app, entrance, clock, look)
    _add_codes(app, entrance, clock, look)
    return look


def drawn(said: str) -> Markup:
    """A QR code as SVG, drawn here; no other host learns what stands in it."""
    svg = segno.make(said, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 - the library draws squares


def _look(entrance: Entrance, page: Page) -> Look:
    def look(request: Request, said: str = "", *, codes: Sequence[str] = (), status: int = 200) -> Response:
        found = here(request)
        accounts, member = entrance.accounts, entrance.accounts.member(found.member.id)
        secret = accounts.proofs_of(member.id).secret if member.factor is Factor.BEGUN else ""
        values = {
            "said": said,
            "codes": codes,
            "member": member,
            "is_ready": is_ready(member, abroad=entrance.is_abroad),
            "abroad": entrance.is_abroad,
            "provider": entrance.provider_name,
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "qr": drawn(address_of(secret, member.name or "owner")) if secret else "",
            "left": accounts.codes_left(member.id),
            "sessions": accounts.sessions.of(member.id, found.token),
            "zones": zones(),
        }
        return page(request, "me.html", values, status)

    return look


def _add_name(app: FastAPI, entrance: Entrance, look: Look) -> None:
    @app.get("/me")
    def show_me(request: Request) -> Response:
        return look(request)

    @app.post("/me")
    def call_me(request: Request, by: Annotated[str, Form()] = "") -> Response:
        try:
            entrance.accounts.call(here(request).member.id, by)
        except PeopleError as error:
            return look(request, f"{told(error)}.", status=400)
        return RedirectResponse("/me" if entrance.is_abroad else "/", 303)

    @app.post("/me/sessions/end")
    def end_sessions(request: Request) -> Response:
        found = here(request)
        entrance.accounts.sessions.end_others(found.member.id, found.token)
        return RedirectResponse("/me#sessions", 303)


def _add_password(app: FastAPI, entrance: Entrance, clock: Clock, look: Look) -> None:
    @app.post("/me/password")
    def set_password(request: Request, form: Annotated[Login, Form()], new: Annotated[str, Form()] = "") -> Response:
        member = here(request).member
        if refused := unproved(entrance, request, form, clock):
            return look(request, refused, status=401)
        try:
            kept = entrance.passwords.kept(new, member.name)
        except PeopleError as error:
            return look(request, f"{told(error)}.", status=400)
        made = entrance.accounts.set_password(member.id, kept, clock())
        return entrance.keep(RedirectResponse("/me", 303), made)


def _add_factor(app: FastAPI, entrance: Entrance, clock: Clock, look: Look) -> None:
    accounts = entrance.accounts

    @app.post("/me/factor")
    def begin_factor(request: Request) -> Response:
        member = here(request).member
        try:
            if not member.has_password:
                raise PeopleError("set a password first; a second factor stands beside it")
            accounts.begin_factor(member.id, new_secret())
        except PeopleError as error:
            return look(request, f"{told(error)}.", status=400)
        return RedirectResponse("/me#factor", 303)

    @app.post("/me/factor/confirm")
    def confirm_factor(request: Request, code: Annotated[str, Form()] = "") -> Response:
        found = accounts.proofs_of(here(request).member.id)
        step = step_of(found.secret, "".join(code.split()), clock(), found.step) if found.secret else None
        if step is None:
            said = _("This code does not fit; look whether the clock of your phone is right.")
            return look(request, said, status=400)
        codes = new_codes()
        try:
            accounts.confirm_factor(found.member.id, step, codes)
        except PeopleError as error:
            return look(request, f"{told(error)}.", status=400)
        return look(request, codes=codes)

    @app.post("/me/factor/off")
    def drop_factor(request: Request, form: Annotated[Login, Form()]) -> Response:
        if refused := again(entrance, request, form, clock):
            return look(request, refused, status=401)
        accounts.drop_factor(here(request).member.id)
        return RedirectResponse("/me#factor", 303)


def _add_codes(app: FastAPI, entrance: Entrance, clock: Clock, look: Look) -> None:
    @app.post("/me/codes")
    def renew_codes(request: Request, form: Annotated[Login, Form()]) -> Response:
        if refused := again(entrance, request, form, clock):
            return look(request, refused, status=401)
        codes = new_codes()
        entrance.accounts.set_codes(here(request).member.id, codes)
        return look(request, codes=codes)


def again(entrance: Entrance, request: Request, form: Login, clock: Clock) -> str:
    """Why somebody who is signed in is not believed to be the one who signed in (ASVS 7.5.1); empty if they are."""
    member, at = here(request).member, clock()
    if not entrance.attempts.lets(key_of(member.name), address(request), at):
        return _(OFTEN)
    if not shows(entrance, entrance.accounts.proofs_of(member.id), form, at):
        return _(WRONG)
    entrance.attempts.good(key_of(member.name))
    return ""


def unproved(entrance: Entrance, request: Request, form: Login, clock: Clock) -> str:
    """The same of somebody who may have no password yet; without one there is nothing to ask for."""
    return again(entrance, request, form, clock) if here(request).member.has_password else ""
