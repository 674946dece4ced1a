"""Log-in by a provider of OpenID Connect: for whoever the desk invited, and for nobody else.

The provider says who somebody is; what they may do is said here. What was sent out is remembered in memory, by a cookie
of the browser that was sent: nobody can finish what another browser began (ASVS 5.0, 10.1.2 and 10.2.1).
"""

import secrets
import threading
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response

from ascolta.core.people import LinkKind, State, fingerprint
from ascolta.errors import PeopleError, SourceError
from ascolta.ports import Begun, Provider
from ascolta.web.back import ours
from ascolta.web.entry import GONE, Clock, Login
from ascolta.web.me import Look, unproved
from ascolta.web.signed import Acting, Entrance
from ascolta.web.tongue import gettext as _
from ascolta.web.words import sentence

LASTS = 600.0
"""Seconds in which somebody must come back."""

MOST = 1_000
"""How many may be away at once; who went first is forgotten first."""

BACK = "/single/back"

Bare = Callable[..., Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Somebody who was sent out: in order to log in, to use an invitation, or to have their account known.

    `to` is the page to which they come back.
    """

    begun: Begun
    until: float
    invited: str = ""
    member: int = 0
    to: str = "/"


@dataclass(slots=True)
class Waiting:
    """Everybody who was sent out and is not back."""

    _away: MutableMapping[bytes, Away] = field(default_factory=dict)
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def put(self, away: Away, at: float) -> str:
        """Remember somebody: the token by which their browser is known again."""
        token = secrets.token_urlsafe(32)
        with self._alone:
            for key in [key for key, one in self._away.items() if one.until <= at]:
                del self._away[key]
            while len(self._away) >= MOST:
                del self._away[next(iter(self._away))]
            self._away[fingerprint(token)] = away
        return token

    def take(self, token: str, state: str, at: float) -> Away | None:
        """Who comes back with this token and this state, once; None if nobody does."""
        with self._alone:
            found = self._away.pop(fingerprint(token), None)
        if found is None or found.until <= at or not secrets.compare_digest(found.begun.state.encode(), state.encode()):
            return None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """The way in by a provider. `waiting` are those who are away."""

    entrance: Entrance
    provider: Provider
    clock: Clock
    bare: Bare
    waiting: Waiting = field(default_factory=Waiting)

    def send(self, request: Request, *, invited: str = "", member: int = 0, to: str = "/") -> tuple[str, str]:
        """Where a browser is sent, and the token by which it is known again. Raises SourceError."""
        begun, at = self.provider.begin(self._back(request)), self.clock()
        away = Away(begun=begun, until=at + LASTS, invited=invited, member=member, to=to)
        return begun.url, self.waiting.put(away, at)

    def kept(self, response: Response, token: str) -> Response:
        """The response with the token for the browser to keep; `Lax`, for it comes back from another site."""
        return self.entrance.put(response, (self._cookie, token), int(LASTS), "lax")

    def back(self, request: Request, code: str, state: str) -> tuple[Away, bytes]:
        """Who comes back, and who they are. Raises PeopleError, SourceError."""
        away = self.waiting.take(request.cookies.get(self._cookie, ""), state[:200], self.clock())
        if away is None or not code:
            raise PeopleError(_("This log-in was not begun here, or took too long; begin it anew."))
        return away, self.provider.identity(away.begun, code[:4_096], self._back(request))

    def onward(self, request: Request, url: str, token: str = "") -> Response:
        """A page that leads on by itself: a redirect would still count as coming from the other site."""
        response = self.bare(request, "onward.html", {"url": url}, 200)
        return self.kept(response, token) if token else response

    @property
    def _cookie(self) -> str:
        return f"{self.entrance.cookie}-single"

    def _back(self, request: Request) -> str:
        return f"{self.entrance.here(request)}{BACK}"


def add_single(app: FastAPI, single: Single, look: Look) -> None:
    """The routes; `look` makes the page of whoever is signed in."""
    _add_begin(app, single)
    _add_back(app, single)
    _add_mine(app, single, look)


def _add_begin(app: FastAPI, single: Single) -> None:
    @app.get("/single")
    def begin(request: Request, invited: str = "", to: str = "/") -> Response:
        """To the provider, in order to log in, or with an invitation to come in by it."""
        kinds = (LinkKind.INVITED, LinkKind.RESET)
        if invited and single.entrance.accounts.link(invited, single.clock(), *kinds) is None:
            return single.bare(request, "shut.html", {"said": _(GONE)}, 404)
        try:
            url, token = single.send(request, invited=invited[:200], to=ours(to))
        except SourceError as error:
            return single.bare(request, "shut.html", {"said": sentence(error)}, 502)
        return single.kept(RedirectResponse(url, 303), token)


def _add_back(app: FastAPI, single: Single) -> None:
    entrance = single.entrance

    @app.get(BACK)
    def come_back(request: Request, code: str = "", state: str = "") -> Response:
        try:
            away, identity = single.back(request, code, state)
            made, url = _let_in(single, away, identity)
        except (PeopleError, SourceError) as error:
            return single.bare(request, "shut.html", {"said": sentence(error)}, 403)
        response = single.onward(request, url)
        return entrance.let_in(request, response, made) if made else response


def _add_mine(app: FastAPI, single: Single, look: Look) -> None:
    """To have one's account known by the provider, and no more; both ask for the password, if there is one."""
    entrance = single.entrance

    @app.post("/me/provider")
    def link_mine(request: Request, form: Annotated[Login, Form()], who: Acting) -> Response:
        if refused := unproved(entrance, request, form, single.clock):
            return look(request, refused, status=401)
        try:
            url, token = single.send(request, member=who.id)
        except SourceError as error:
            return look(request, sentence(error), status=502)
        return single.onward(request, url, token)

    @app.post("/me/provider/off")
    def drop_mine(request: Request, form: Annotated[Login, Form()], who: Acting) -> Response:
        if not who.has_password:
            return look(request, _("Set a password first; without one nothing else lets you in."), status=409)
        if refused := unproved(entrance, request, form, single.clock):
            return look(request, refused, status=401)
        entrance.accounts.identities.drop(who.id)
        return RedirectResponse("/me#provider", 303)


def _let_in(single: Single, away: Away, identity: bytes) -> tuple[str, str]:
    """The token of a new session, empty if one goes on, and where to go. Raises PeopleError."""
    accounts, at = single.entrance.accounts, single.clock()
    if away.member:
        accounts.identities.link(away.member, identity)
        return "", "/me#provider"
    if away.invited:
        made = accounts.join(away.invited, "", at, identity)
        if made is None:
            raise PeopleError(GONE)
        return made, "/"
    number = accounts.identities.find(identity)
    member = accounts.member(number) if number is not None else None
    if member is None or member.state is not State.ACTIVE:
        raise PeopleError(_("Nobody at this desk is known by this log-in. Open the link of your invitation first."))
    return accounts.sign_in(member.id, at), away.to
