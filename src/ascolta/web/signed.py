"""Who is signed in, and what they may do: asked by every route before it does anything (ASVS 5.0, 8.2.1 and 8.3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from fastapi.responses import Response

from ascolta.core.people import ABROAD, AT_HOME, Member, Right, Terms
from ascolta.ports import Provider
from ascolta.stores.accounts import Accounts
from ascolta.stores.proofs import Passwords
from ascolta.web.attempts import Attempts


class Door(Enum):
    """Who may come in where no right is asked."""

    ANYONE = "anyone"
    SIGNED = "whoever is signed in"


DOORS: Mapping[str, Right | Door] = {
    "GET /": Right.LOOK,
    "GET /pulse": Right.LOOK,
    "GET /risk": Right.LOOK,
    "GET /insight": Right.LOOK,
    "GET /insight/brief": Right.LOOK,
    "GET /practice": Right.LOOK,
    "GET /practice.{kind}": Right.LOOK,
    "GET /advocates": Right.LOOK,
    "POST /advocates/{ref}/agree": Right.ASK,
    "POST /advocates/{ref}/end": Right.ASK,
    "POST /advocates/brief": Right.PUBLISH,
    "GET /cases": Right.LOOK,
    "GET /cases/pulse": Right.LOOK,
    "POST /cases/chosen": Right.ANSWER,
    "POST /cases/views": Right.ANSWER,
    "POST /cases/views/drop": Right.ANSWER,
    "POST /cases/{number}/looking": Right.LOOK,
    "GET /cases/{number}": Right.LOOK,
    "POST /cases/{number}/write": Right.ANSWER,
    "POST /cases/{number}/leave": Right.ANSWER,
    "POST /cases/{number}/still": Right.ANSWER,
    "POST /cases/{number}/check": Right.ANSWER,
    "POST /cases/{number}/choose": Right.ANSWER,
    "POST /cases/{number}/draft": Right.ANSWER,
    "POST /cases/{number}/approve": Right.APPROVE,
    "POST /cases/{number}/reveal": Right.UNSEAL,
    "POST /cases/{number}/ask": Right.ASK,
    "POST /cases/{number}/agree": Right.ASK,
    "POST /cases/{number}/{act}": Right.ANSWER,
    "POST /speaking/{brand}": Right.PAUSE,
    "POST /risk/{brand}/accept": Right.LEAD,
    "GET /incidents/{number}": Right.LOOK,
    "POST /incidents/{number}/{act}": Right.STEP,
    "GET /incidents/{number}/review": Right.LOOK,
    "GET /incidents/{number}/review.{kind}": Right.LOOK,
    "GET /etiquette": Right.LOOK,
    "GET /etiquette/{brand}": Right.LOOK,
    "GET /etiquette/{brand}/editions/{number}": Right.LOOK,
    "POST /etiquette/{brand}/begin": Right.ETIQUETTE,
    "GET /etiquette/{brand}/draft": Right.ETIQUETTE,
    "POST /etiquette/{brand}/draft": Right.ETIQUETTE,
    "POST /etiquette/{brand}/check": Right.ETIQUETTE,
    "GET /etiquette/{brand}/rehearse": Right.ETIQUETTE,
    "POST /etiquette/{brand}/{act}": Right.ETIQUETTE,
    "GET /privacy": Right.LOOK,
    "GET /privacy/stored": Right.LOOK,
    "POST /privacy/verify": Right.LEDGER,
    "GET /privacy/checkpoint": Right.LEDGER,
    "POST /privacy/person": Right.LEDGER,
    "POST /privacy/person/export": Right.LEDGER,
    "POST /privacy/person/{act}": Right.LEDGER,
    "GET /settings": Right.LOOK,
    "GET /opt-out": Right.OPT_OUT,
    "POST /opt-out": Right.OPT_OUT,
    "GET /notice": Door.ANYONE,
    "GET /notice/{brand}": Door.ANYONE,
    "POST /notice/{brand}": Door.ANYONE,
    "GET /survey": Right.LOOK,
    "GET /survey/{brand}": Door.ANYONE,
    "POST /survey/{brand}": Door.ANYONE,
    "GET /in/{name}": Door.ANYONE,
    "POST /in/{name}": Door.ANYONE,
    "GET /login": Door.ANYONE,
    "POST /login": Door.ANYONE,
    "GET /enter/{token}": Door.ANYONE,
    "GET /invited/{token}": Door.ANYONE,
    "POST /invited/{token}": Door.ANYONE,
    "GET /single": Door.ANYONE,
    "GET /single/back": Door.ANYONE,
    "POST /me/provider": Door.SIGNED,
    "POST /me/provider/off": Door.SIGNED,
    "POST /reading": Door.ANYONE,
    "POST /logout": Door.SIGNED,
    "GET /me": Door.SIGNED,
    "POST /me": Door.SIGNED,
    "POST /me/password": Door.SIGNED,
    "POST /me/factor": Door.SIGNED,
    "POST /me/factor/confirm": Door.SIGNED,
    "POST /me/factor/off": Door.SIGNED,
    "POST /me/codes": Door.SIGNED,
    "POST /me/sessions/end": Door.SIGNED,
    "GET /me/tokens": Door.SIGNED,
    "POST /me/tokens": Door.SIGNED,
    "POST /me/tokens/{number}/revoke": Door.SIGNED,
    "GET /api": Door.SIGNED,
    "GET /people": Right.PEOPLE,
    "POST /people": Right.PEOPLE,
    "POST /people/{number}/role": Right.PEOPLE,
    "POST /people/{number}/reset": Right.PEOPLE,
    "POST /people/{number}/suspend": Right.PEOPLE,
    "POST /people/{number}/restore": Right.PEOPLE,
}
"""What each route asks of whoever comes. A route that does not stand here lets nobody in."""

ACTS: Mapping[str, Mapping[str, Right]] = {
    "POST /cases/{number}/{act}": {"unseal": Right.UNSEAL},
    "POST /incidents/{number}/{act}": {"skip": Right.LEAD, "grade": Right.LEAD, "stand-down": Right.LEAD},
}
"""Where it depends on the act."""


DIGITS = 18
"""A number of an address that has more of them is the number of nothing."""


class Forbidden(Exception):
    """Somebody may not do this; `right` is what it takes, None where nobody may."""

    def __init__(self, right: Right | None) -> None:
        super().__init__("this is not yours to do")
        self.right = right


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """The way in. `address` is where browsers find a desk that other machines reach; empty: this machine only.

    A `provider` lets people in too, whom it knows and the desk invited.
    """

    accounts: Accounts = field(default_factory=lambda: Accounts(None))
    passwords: Passwords = field(default_factory=Passwords)
    attempts: Attempts = field(default_factory=Attempts)
    address: str = ""
    provider: Provider | None = None

    @property
    def provider_name(self) -> str:
        """What people know the provider by; empty if there is none."""
        return self.provider.name if self.provider is not None else ""

    @property
    def is_abroad(self) -> bool:
        """Whether other machines reach the desk."""
        return bool(self.address)

    @property
    def terms(self) -> Terms:
        """How long sessions are good here."""
        return ABROAD if self.is_abroad else AT_HOME

    @property
    def cookie(self) -> str:
        """The name of the cookie; over TLS browsers hold it to this host and to TLS by its name (ASVS 3.3.1)."""
        return "__Host-ascolta" if self.is_abroad else "ascolta"

    @property
    def said_cookie(self) -> str:
        """The name of the cookie with the sentence that the next page shows."""
        return f"{self.cookie}-said"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The name of the address, as a browser says it."""
        name = urlsplit(self.address).hostname
        return (name,) if name else ()

    def here(self, request: Request) -> str:
        """Where the desk is found: at its address, or at the name by which it was asked."""
        return self.address.rstrip("/") or f"http://{request.headers.get('host', '')}"

    def put(
        self, response: Response, kept: tuple[str, str], lasts: int, samesite: Literal["strict", "lax"] = "strict"
    ) -> Response:
        """The response, with a cookie (its name and value) for the browser to keep so many seconds."""
        name, value = kept
        response.set_cookie(
            name, value, httponly=True, samesite=samesite, path="/", secure=self.is_abroad, max_age=lasts
        )
        return response

    def keep(self, response: Response, token: str) -> Response:
        """The response, with the session for the browser to keep."""
        return self.put(response, (self.cookie, token), int(self.terms.whole))

    def let_in(self, request: Request, response: Response, token: str) -> Response:
        """The response with a new session; the one that the browser had before ends."""
        self.accounts.sessions.end(request.cookies.get(self.cookie, ""))
        return self.keep(response, token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Somebody at a browser, and the token of their session."""

    member: Member
    token: str


def signed(request: Request) -> Signed | None:
    """Who is signed in with this browser."""
    found = getattr(request.state, "signed", None)
    return found if isinstance(found, Signed) else None


def here(request: Request) -> Signed:
    """Who is at the browser. Raises Forbidden if nobody is signed in."""
    found = signed(request)
    if found is None:
        raise Forbidden(None)
    return found


def acting(request: Request) -> Member:
    """Who does this. Raises Forbidden if nobody is signed in."""
    return here(request).member


Acting = Annotated[Member, Depends(acting)]
"""Who does this, as the argument of a route."""


def rights(request: Request) -> list[str]:
    """What whoever is at the browser may do, by the names of the rights."""
    found = signed(request)
    return [right.name for right in Right if found is not None and found.member.may(right)]


def need(member: Member, right: Right) -> None:
    """Raises Forbidden where somebody's role does not let them."""
    if not member.may(right):
        raise Forbidden(right)


def allow(request: Request) -> None:
    """Ask what a route asks, before it does anything. Raises Forbidden."""
    route = f"{request.method} {request.scope['route'].path}"
    if any(value.isdigit() and len(value) > DIGITS for value in request.path_params.values()):
        raise HTTPException(404)
    door = DOORS.get(route)
    door = ACTS.get(route, {}).get(request.path_params.get("act", ""), door) if door is not None else None
    if door is None:
        raise Forbidden(None)
    if door is not Door.ANYONE:
        member = acting(request)
        if isinstance(door, Right):
            need(member, door)
