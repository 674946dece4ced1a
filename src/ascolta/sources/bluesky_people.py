"""Who somebody is on the AT Protocol: where their repository lies, and what it says about how they may be heard.

An identifier leads to a document (did:plc by a directory, did:web by its own host), that to their server, and that has
the records in which they refuse. They are asked for of those only whose post concerns us, at most twice a day. Where
the author's own server says nothing, they are taken to refuse; where ours or the directory says nothing, we wait.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from ascolta.core.post import Actor
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import Asking, Missing, is_ours
from ascolta.sources.bluesky_xrpc import GONE, DeclinedError, document, query
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import bluesky as native
from ascolta.sources.natives.reading import each, known, text, words

FRESH = 12 * 3600.0
"""For how long, in seconds, a profile is not asked for again, unless its owner changes it."""

MOST = 20_000
"""Profiles that are kept in memory."""

MOST_KNOWN = 200_000
"""Accounts of which removals are heeded."""

TOGETHER = 25
"""Profiles that the network gives at once."""

AT_ONCE = 8
"""Servers that are asked side by side."""

WITHIN = 10.0
"""Seconds that somebody's own server has for an answer."""

_DID = re.compile(r"did:(plc:[a-z2-7]{24}|web:[a-zA-Z0-9._%-]{1,253})")
_PDS = "#atproto_pds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Somebody's repository: at which server, under which handle, and which collections it has."""

    did: str
    handle: str
    asking: Asking
    collections: frozenset[str]

    def record(self, collection: str, rkey: str = "self") -> dict[str, Any] | None:
        """A record with its `value` and `cid`; None if there is none. Raises SourceError."""
        if collection not in self.collections:
            return None
        fields = [("repo", self.did), ("collection", collection), ("rkey", rkey)]
        try:
            return query(self.asking, "com.atproto.repo.getRecord", fields)
        except Missing:
            return None
        except DeclinedError as error:
            if error.name in GONE:
                return None
            raise


class GoneError(Exception):
    """There is no such account any more, or it shows itself to nobody."""


class People:
    """The profiles of those who concern us, and who they are. `views`: who gives profiles as our account sees them."""

    def __init__(self, ours: Asking, directory: Asking, views: Asking | None) -> None:
        self.ours, self.directory, self.views = ours, directory, views
        self._profiles: OrderedDict[str, Actor] = OrderedDict()
        self._known: OrderedDict[str, None] = OrderedDict()

    def knows(self, did: str) -> bool:
        """Whether a post of theirs concerned us since we started."""
        return did in self._known

    def remember(self, did: str) -> None:
        """From now on removals of theirs are heeded."""
        self._known[did] = None
        self._known.move_to_end(did)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def forget(self, did: str) -> None:
        """Ask for their profile again the next time."""
        self._profiles.pop(did, None)

    def profiles(self, dids: Collection[str], now: float) -> dict[str, Actor]:
        """Their profiles, at most as old as FRESH. Raises SourceError if our own server or the directory cannot say."""
        for did in dids:
            self.remember(did)
        missing = [did for did in dict.fromkeys(dids) if not self._is_fresh(did, now)]
        if missing:
            views = self._views(missing)
            for did, actor in zip(missing, _side_by_side(partial(self._read, views, now), missing), strict=True):
                self._profiles[did] = actor
                self._profiles.move_to_end(did)
        found = {did: self._profiles[did] for did in dids}
        for did, actor in found.items():
            if actor.unreadable:
                self.forget(did)
        while len(self._profiles) > MOST:
            self._profiles.popitem(last=False)
        return found

    def of(self, home: Home, now: float) -> Actor:
        """Whose repository it is, asked for now. Raises SourceError, and UnreadableError."""
        return self._of(home, self._views([home.did]).get(home.did), now)

    def home(self, did: str) -> Home:
        """Somebody's repository. Raises SourceError, and GoneError."""
        return _home(did, self._server(did))

    def _is_fresh(self, did: str, now: float) -> bool:
        found = self._profiles.get(did)
        return found is not None and found.read is not None and 0 <= now - found.read < FRESH

    def _read(self, views: dict[str, Any], now: float, did: str) -> Actor:
        """A profile; one whose own server cannot give it refuses. Raises SourceError if the failure is ours."""
        refuses = Actor(id=did, unreadable=True, read=now)
        try:
            server = self._server(did)
        except (GoneError, _AwayError):
            return refuses
        try:
            return self._of(_home(did, server), views.get(did), now)
        except (GoneError, UnreadableError):
            return refuses
        except SourceError as error:
            if server is self.ours and error.retry:
                raise
            return refuses

    def _of(self, home: Home, view: Any, now: float) -> Actor:
        found = {name: home.record(name) for name in native.OWN}
        records = {name: said.get("value") for name, said in found.items() if said is not None}
        given = view if isinstance(view, dict) else {}
        return native.profile({**given, "did": home.did, "handle": home.handle}, records, read=now)

    def _views(self, dids: Sequence[str]) -> dict[str, Any]:
        """Profiles as the network shows them to our account, by whose they are. Raises SourceError."""
        found: dict[str, Any] = {}
        if self.views is None:
            return found
        for begin in range(0, len(dids), TOGETHER):
            fields = [("actors", did) for did in dids[begin : begin + TOGETHER]]
            said = query(self.views, "app.bsky.actor.getProfiles", fields)
            found.update({str(view.get("did")): view for view in each(said.get("profiles")) if isinstance(view, dict)})
        return found

    def _server(self, did: str) -> Asking:
        """Where somebody's repository lies. Raises SourceError, and GoneError."""
        if not _DID.fullmatch(did):
            raise _AwayError("somebody's identifier cannot be looked up", retry=False)
        said = self._document(did)
        try:
            services = [known(one) for one in each(said.get("service"))]
            urls = [text(one.get("serviceEndpoint")) for one in services if text(one.get("id")).endswith(_PDS)]
            is_plain = bool(urls) and urlsplit(urls[0]).path in ("", "/")
        except ValueError:
            is_plain = False
        if said.get("id") != did or not is_plain:
            raise _AwayError("somebody's identifier names no server", retry=False)
        return self._foreign(urls[0].rstrip("/"))

    def _document(self, did: str) -> dict[str, Any]:
        """What an identifier stands for, by the directory or by its own host. Raises SourceError, and GoneError."""
        try:
            if did.startswith("did:plc:"):
                return document(self.directory, f"/{did}")
            return document(self._foreign(f"https://{unquote(did.removeprefix('did:web:'))}"), "/.well-known/did.json")
        except Missing:
            raise GoneError from None
        except SourceError as error:
            if did.startswith("did:plc:"):
                raise
            raise _AwayError(str(error), retry=error.retry) from None

    def _foreign(self, url: str) -> Asking:
        """A server that somebody else named; it may lie on this machine only if ours does. Raises SourceError."""
        if url == self.ours.url:
            return self.ours
        try:
            return Asking(
                who="its own server", url=url, clock=self.ours.clock, foreign=not is_ours(self.ours.url), within=WITHIN
            )
        except AscoltaError:
            raise _AwayError("somebody's server has an address that is not asked", retry=False) from None


class _AwayError(SourceError):
    """Somebody's own place cannot be asked, which is no failure of ours."""


def _home(did: str, server: Asking) -> Home:
    """What a server says of a repository. Raises SourceError, and GoneError."""
    try:
        said = query(server, "com.atproto.repo.describeRepo", [("repo", did)])
    except Missing:
        raise GoneError from None
    except DeclinedError as error:
        if error.name in GONE:
            raise GoneError from None
        raise
    try:
        handle = text(said.get("handle")) if said.get("handleIsCorrect") is True else ""
        return Home(did=did, handle=handle, asking=server, collections=frozenset(words(said.get("collections"))))
    except UnreadableError:
        raise SourceError(f"{server.who} gave a repository that cannot be read", retry=False) from None


def _side_by_side(ask: Callable[[str], Actor], those: Sequence[str]) -> list[Actor]:
    if len(those) == 1:
        return [ask(those[0])]
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(ask, those))
