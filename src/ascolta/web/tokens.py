"""One's own tokens: made with scopes and an end, shown once, revoked. An admin sees those of others, and can revoke."""

from collections.abc import Callable
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from ascolta.core.days import DAY
from ascolta.core.people import Right, is_ready
from ascolta.core.scopes import MOST, USUAL, Scope, Token, offered, wanted
from ascolta.errors import PeopleError
from ascolta.web.entry import Clock, Login
from ascolta.web.me import unproved
from ascolta.web.signed import Acting, Entrance
from ascolta.web.tongue import gettext as _
from ascolta.web.words import told

Page = Callable[..., Response]
SPANS = (7, 30, USUAL, 180, MOST)
"""Days for which the form offers a token."""


class Made(Login):
    """What somebody sends to make a token, with what shows that it is they."""

    called: str = ""
    scope: list[str] = Field(default_factory=list)
    days: str = str(USUAL)

    @property
    def span(self) -> int:
        """For how many days; 0 if that is no number."""
        return int(self.days) if self.days.isascii() and self.days.isdigit() and len(self.days) < 5 else 0


def add_tokens(app: FastAPI, entrance: Entrance, clock: Clock, page: Page) -> None:
    """The routes; `page` makes a page of a template and its values."""
    look, tokens = _look(entrance, clock, page), entrance.accounts.tokens

    @app.get("/me/tokens")
    def show_tokens(request: Request, who: Acting) -> Response:
        return look(request, who)

    @app.post("/me/tokens")
    def make_token(request: Request, form: Annotated[Made, Form()], who: Acting) -> Response:
        if not is_ready(who, abroad=entrance.is_abroad):
            return RedirectResponse("/me", 303)
        if refused := unproved(entrance, request, form, clock):
            return look(request, who, wrong=refused, form=form, status=401)
        try:
            made, said = tokens.make(who.id, wanted(form.called, form.scope, form.span, who.role), clock())
        except PeopleError as error:
            return look(request, who, wrong=f"{told(error)}.", form=form, status=400)
        return look(request, who, token=said, made=made)

    @app.post("/me/tokens/{number}/revoke")
    def revoke_token(request: Request, number: int, who: Acting) -> Response:
        own = None if who.may(Right.PEOPLE) else who.id
        try:
            tokens.revoke(min(number, 1 << 62), clock(), own)
        except PeopleError as error:
            return look(request, who, wrong=f"{told(error)}.", status=409)
        return RedirectResponse("/me/tokens", 303)


def says(scope: Scope) -> str:
    """What a scope lets a program do, in words."""
    return {
        Scope.CASES: _("read cases, as their pages show them"),
        Scope.ANSWER: _("write answers; take, snooze, hand over and resolve cases"),
        Scope.APPROVE: _("approve answers in your name; what takes two people still takes another one"),
        Scope.OVERRIDE: _("approve an answer against the check, with a reason"),
        Scope.UNSEAL: _("open sealed cases with a reason, and reveal what is masked"),
        Scope.RISK: _("read alerts, counts, incidents, and who is paused"),
        Scope.STEP: _("do the steps of an incident"),
        Scope.LEAD: _("accept a plan, skip and grade its steps, and stand down"),
        Scope.PUBLISH: _("publish the statement of a step, and brief advocates"),
        Scope.PAUSE: _("pause all speaking of a brand"),
        Scope.RESUME: _("let a paused brand speak again"),
        Scope.OPT_OUT: _("opt an account out by its code"),
        Scope.FIGURES: _("read the published figures"),
        Scope.HEALTH: _("read how the program stands"),
        Scope.JOURNAL: _("read how long the journal is, and its root"),
    }[scope]


def _look(entrance: Entrance, clock: Clock, page: Page) -> Page:
    accounts = entrance.accounts

    def look(request: Request, who: Acting, *, status: int = 200, **more: object) -> Response:
        at = clock()
        kept = accounts.tokens.of(None if who.may(Right.PEOPLE) else who.id, at)
        names = {one.id: one.name for one in accounts.members()}
        values: dict[str, object] = {
            "mine": [_shown(one) for one in kept if one.member == who.id],
            "others": [(_shown(one), names.get(one.member, "")) for one in kept if one.member != who.id],
            "scopes": [(scope, says(scope)) for scope in offered(who.role)],
            "spans": SPANS,
            "form": Made(),
            "wrong": "",
            "token": "",
            "made": None,
            "asks": who.has_password,
            "asks_code": who.factor == "on",
        }
        return page(request, "tokens.html", {**values, **more}, status)

    return look


def _shown(token: Token) -> dict[str, object]:
    """A token in the list; it was used on a day, and no closer than that is known."""
    return {
        "number": token.number,
        "name": token.name,
        "scopes": list(token.scopes),
        "since": token.since,
        "goes": token.goes,
        "used": token.used * DAY if token.used >= 0 else None,
    }
