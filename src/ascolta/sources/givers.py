"""Who gives tokens for a network, and how it is asked for one: the token endpoint of OAuth 2.0 (RFC 6749, 3.2)."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

from ascolta.core.budget import asked
from ascolta.errors import SourceError
from ascolta.sources.asking import AGENT, Answer, Asking, refused
from ascolta.sources.times import seconds

WHY = frozenset({
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
    "invalid_scope",
})  # fmt: skip
"""The errors of RFC 6749, 5.2: of what a network answers only these words are repeated."""

GOOGLE = "https://oauth2.googleapis.com/token"
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """Where tokens of a network are asked for, and how.

    `basic`: who names itself by HTTP Basic (RFC 6749, 2.3.1): clients with a `secret`, `all`, or `none`; the others
    do it in the form. `rotates`: a refresh token holds once. `scope` is what a service account asks for.
    """

    url: str = ""
    basic: str = "none"
    rotates: bool = False
    scope: str = ""


GIVERS: dict[str, Giver] = {
    "x": Giver(url="https://api.x.com/2/oauth2/token", basic="secret", rotates=True),
    "reddit": Giver(url="https://www.reddit.com/api/v1/access_token", basic="all"),
    "youtube": Giver(url=GOOGLE, scope="https://www.googleapis.com/auth/youtube.force-ssl"),
    "googleplay": Giver(url=GOOGLE, scope="https://www.googleapis.com/auth/androidpublisher"),
}
"""Those that are known: no secret may name another place, unless it is the very server that the source is on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A token, until when it holds in seconds since 1970 UTC (None: not said), and what renews it, if anything."""

    token: str = field(repr=False)
    until: float | None = None
    refresh: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who asks: by which name the network knows this installation, and by which secret, if it gave one."""

    id: str
    secret: str = field(default="", repr=False)


def ask(asking: Asking, giver: Giver, fields: Fields, client: Client | None = None) -> Given:
    """What a token address gives for a form. Raises SourceError: trying again helps unless it says what is wrong."""
    headers = {
        "User-Agent": AGENT, "Accept": "application/json", "Accept-Encoding": "identity",
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    if client is not None and (giver.basic == "all" or (giver.basic == "secret" and client.secret)):
        pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    elif client is not None:
        fields = [*fields, ("client_id", client.id), *([("client_secret", client.secret)] if client.secret else [])]
    answer = asking.raw("POST", "", headers, urlencode(fields).encode())
    if answer.status != 200:
        raise _refused(asking, answer)
    return _given(asking, asking.json(answer))


def is_token(text: object) -> bool:
    """Whether it may stand in the header of a request (RFC 6750, 2.1)."""
    return isinstance(text, str) and bool(text) and text.isascii() and text.isprintable() and " " not in text


def _refused(asking: Asking, answer: Answer) -> SourceError:
    """Why there is no token. An address that is not there, or sends us elsewhere, is as any other."""
    after = asked(answer.headers, asking.clock(), seconds)
    why = _why(answer.body)
    if answer.status in (400, 401) and why:
        said = "connect it anew with: ascolta connect" if why == "invalid_grant" else "look at what its secret says"
        return SourceError(f"{asking.who} gives no token ({why}); {said}", retry=False)
    return refused(asking.who, answer.status, after)


def _why(body: bytes) -> str:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    said = found.get("error") if isinstance(found, dict) else None
    return said if isinstance(said, str) and said in WHY else ""


def _given(asking: Asking, found: Any) -> Given:
    said = found if isinstance(found, dict) else {}
    token, lasts, refresh = said.get("access_token"), said.get("expires_in"), said.get("refresh_token")
    if not isinstance(token, str) or not is_token(token) or str(said.get("token_type", "bearer")).lower() != "bearer":
        raise SourceError(f"{asking.who} gave something else than a token", retry=True)
    known = isinstance(lasts, int | float) and not isinstance(lasts, bool) and lasts > 0
    return Given(
        token=token,
        until=asking.clock() + float(lasts) if known and isinstance(lasts, int | float) else None,
        refresh=refresh if isinstance(refresh, str) else "",
    )
