"""Access by OAuth 2.0 (RFC 6749): a token that is renewed before it ends, and what renews it kept at once.

A secret is a plain token, which is used as it is; or one JSON object with `token_url`, `client_id`, `refresh_token` and
what goes with them; or the key of a service account, which signs for itself (RFC 7523). Some networks give another
refresh token each time and take the old one no more, so the new one is put where the secret lies before the token is
used, and one program does so at a time: whoever comes second reads what the first one put there.
"""

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

import msgspec

from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import Asking, host
from ascolta.sources.assertions import Account, assertion
from ascolta.sources.chance import Secrets
from ascolta.sources.givers import GIVERS, Client, Given, Giver, ask, is_token
from ascolta.sources.held import Secret, one

EARLY = 60.0
"""So many seconds before its end a token is renewed."""

BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

log = logging.getLogger("ascolta.sources")


class Granted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What renews a token, and the token that it gave last. `expires` is in seconds since 1970 UTC; 0: not said."""

    token_url: str
    client_id: str
    refresh_token: str
    client_secret: str = ""
    access_token: str = ""
    expires: float = 0.0

    def __repr__(self) -> str:
        return "Granted(…)"


Said = str | Granted | Account
S = TypeVar("S", Granted, Account)


class Grant:
    """The access that one secret gives. `token()` may be asked for each request, by any thread.

    `address` is where the source is asked: tokens may be renewed there, too. Raises AscoltaError if the secret can be
    none.
    """

    def __init__(self, who: str, secret: Secret, giver: Giver, clock: Callable[[], float], address: str = "") -> None:
        self.who, self.giver, self.clock = who, giver, clock
        self._secret, self._address = secret, address
        self._lock = threading.Lock()
        self._given: Given | None = None
        self._unkept = ""
        self._said()

    @classmethod
    def of(
        cls, source: tuple[str, str, str], secrets: Secrets, clock: Callable[[], float], key: str = "token"
    ) -> "Grant":
        """The grant of a source: how errors call it, its network, its address; `key` is where its secret stands."""
        who, network, address = source
        return cls(who, one(secrets, key), GIVERS.get(network, Giver()), clock, address)

    def token(self) -> str:
        """A token that holds for a while. Raises SourceError."""
        with self._lock:
            if self._given is None or self._ends(self._given.until):
                self._given = self._another("")
            return self._given.token

    def again(self, refused: str) -> bool:
        """Whether there is another token than the one that was refused. Raises SourceError."""
        with self._lock:
            if self._given is None or self._given.token == refused:
                self._given = self._another(refused)
            return self._given.token != refused

    def _ends(self, until: float | None) -> bool:
        return until is not None and self.clock() >= until - EARLY

    def _said(self) -> Said:
        """What the secret says now. Raises AscoltaError if it can be none."""
        found = read(self.who, self._unkept or self._secret.read())
        if not isinstance(found, str):
            self._asking(found.token_uri if isinstance(found, Account) else found.token_url)
        return found

    def _asking(self, url: str) -> Asking:
        """The server that renews tokens. Raises AscoltaError if it may not be that."""
        if url != self.giver.url and (not host(url) or host(url) != host(self._address)):
            raise AscoltaError(f"{self.who}: its secret names another address for tokens than the network's own")
        return Asking(who=self.who, url=url, clock=self.clock)

    def _another(self, refused: str) -> Given:
        """A token, and not the one that was refused unless it is all there is."""
        try:
            found = self._said()
            if isinstance(found, str):
                return Given(token=found)
            if isinstance(found, Account):
                signed = assertion(self.who, found, self.giver.scope, self.clock())
                fields = [("grant_type", BEARER), ("assertion", signed)]
                return ask(self._asking(found.token_uri), self.giver, fields)
            with self._secret.alone():
                return self._renewed(refused)
        except SourceError:
            raise
        except AscoltaError as error:
            raise SourceError(str(error), retry=False) from None

    def _renewed(self, refused: str) -> Given:
        """By the refresh token as it stands now, unless another program renewed it meanwhile."""
        found = self._said()
        if not isinstance(found, Granted):
            raise SourceError(f"{self.who}: its secret was changed meanwhile", retry=True)
        until = found.expires or None
        if found.access_token not in ("", refused) and not self._ends(until):
            return Given(token=found.access_token, until=until)
        if self.giver.rotates and not self._secret.put(self._unkept or self._secret.read()):
            said = "each renewal brings another secret, and there is no place to keep it; run: ascolta connect"
            raise SourceError(f"{self.who}: {said}", retry=False)
        fields = [("grant_type", "refresh_token"), ("refresh_token", found.refresh_token)]
        client = Client(id=found.client_id, secret=found.client_secret)
        return self._kept(found, ask(self._asking(found.token_url), self.giver, fields, client))

    def _kept(self, found: Granted, given: Given) -> Given:
        """A new token, once what it came with lies where the secret does; else it is known to this program only."""
        refresh = given.refresh or found.refresh_token
        text = written(
            msgspec.structs.replace(found, access_token=given.token, expires=given.until or 0.0, refresh_token=refresh)
        )
        try:
            self._unkept = "" if self._secret.put(text) else text
        except AscoltaError:
            self._unkept = text
        if self._unkept and refresh != found.refresh_token:
            log.warning("unkept_secret source=%s", self.who)
        return given


def written(granted: Granted) -> str:
    """A grant as a secret."""
    return msgspec.json.encode(granted).decode()


def read(who: str, text: str) -> Said:
    """What a secret says: a token, or what gives one. Raises AscoltaError, which never repeats any of it."""
    if not text.lstrip().startswith("{"):
        if not is_token(text):
            raise AscoltaError(f"{who}: the token holds a character that no token has; copy it anew")
        return text
    found = _decoded(text, Granted) or _decoded(text, Account)
    if found is None:
        raise AscoltaError(f"{who}: its secret is neither a token, nor what renews one, nor a service account's key")
    return found


def _decoded(text: str, kind: type[S]) -> S | None:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError:
        return None
