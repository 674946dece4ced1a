"""One folder of a mailbox over IMAP (RFC 3501), for reading only: EXAMINE and BODY.PEEK, so that nothing is marked.

Of each mail some lines of its head and one part of text are asked for, never an attachment. Needs the package
imapclient, which the extra `mail` brings.
"""

import imaplib
import logging
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from ascolta.errors import SourceError
from ascolta.sources.natives.mail import HEAD, MOST, Letter, text_part
from ascolta.sources.reach import SECONDS, Server, Spot

for _name in ("imapclient", "imapclient.imapclient", "imapclient.imaplib"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)  # they log passwords and mails

_LINES = f"BODY.PEEK[HEADER.FIELDS ({' '.join(HEAD).upper()})]"
_DAY = timedelta(days=1)


@dataclass(slots=True, kw_only=True)
class Folder:
    """One folder, and how one gets in: the name and the password, or an access token (`bearer`, SASL XOAUTH2)."""

    server: Server
    name: str
    user: str
    password: str = field(repr=False)
    bearer: bool = False

    @property
    def who(self) -> str:
        """As errors call it."""
        return self.server.who

    @contextmanager
    def opened(self) -> Iterator["Reading"]:
        """One connection, with the folder examined. Raises SourceError."""
        spot = self.server.spot()
        with told(self.who):
            client = _Client(spot)
        try:
            with told(self.who):
                client.normalise_times = False
                if self.bearer:
                    client.oauth2_login(self.user, self.password)
                else:
                    client.login(self.user, self.password)
            yield Reading(self.who, self.name, client)
        finally:
            _leave(client)


def _leave(client: IMAPClient) -> None:
    with suppress(IMAPClientError, imaplib.IMAP4.error, OSError, ValueError):
        client.logout()
        return
    with suppress(IMAPClientError, imaplib.IMAP4.error, OSError, ValueError):
        client.shutdown()


class _Wire(imaplib.IMAP4):
    """A connection to an address that was looked up, which has to prove that it is the server of a name."""

    def __init__(self, spot: Spot) -> None:
        self.spot = spot
        super().__init__(spot.address, spot.port, SECONDS)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        made = socket.create_connection((self.spot.address, self.spot.port), SECONDS)
        trust = self.spot.trust()
        return made if trust is None else trust.wrap_socket(made, server_hostname=self.spot.name)


class _Client(IMAPClient):  # type: ignore[misc] # it has no types
    def __init__(self, spot: Spot) -> None:
        self.spot = spot
        super().__init__(spot.address, spot.port, ssl=False, timeout=SocketTimeout(SECONDS, SECONDS))

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 (its own name)
        return _Wire(self.spot)


class Reading:
    """A folder over one connection. `validity`: what its numbers are good for; `next`: the number to be given next."""

    def __init__(self, who: str, name: str, client: IMAPClient) -> None:
        self.who, self.name, self.client = who, name, client
        self.validity = self.next = 0
        self._examine()

    def after(self, number: int) -> list[int]:
        """The numbers of the mails after one, rising."""
        return [uid for uid in self._search(["UID", f"{number + 1}:*"]) if uid > number]

    def since(self, at: float) -> list[int]:
        """The numbers of mails that arrived since a time, or up to two days before it, rising."""
        day = datetime.fromtimestamp(max(at, 86_400.0), UTC) - _DAY
        return self._search(["SINCE", day.date()])

    def letters(self, numbers: Sequence[int]) -> dict[int, Letter]:
        """These mails with their text; those that are gone, or marked to be, are left out."""
        found: dict[int, Letter] = {}
        for uid, said in self._fetch(numbers, ["FLAGS", "INTERNALDATE", "BODYSTRUCTURE", _LINES]).items():
            if b"\\Deleted" not in (said.get(b"FLAGS") or ()):
                found[uid] = self._letter(uid, said)
        return found

    def latest(self) -> int:
        """The number that will be given next."""
        self._examine()
        return self.next

    def wait(self, number: int, seconds: float) -> None:
        """IDLE (RFC 2177), where the server has it."""
        with told(self.who):
            if not self.client.has_capability("IDLE"):
                time.sleep(seconds)
                self.client.noop()
                return
            self.client.idle()
            try:
                self.client.idle_check(timeout=seconds)
            finally:
                self.client.idle_done()

    def _examine(self) -> None:
        with told(self.who):
            said = self.client.select_folder(self.name, readonly=True)
            self.validity, self.next = int(said[b"UIDVALIDITY"]), int(said[b"UIDNEXT"])

    def _search(self, criteria: list[Any]) -> list[int]:
        with told(self.who):
            return sorted(int(uid) for uid in self.client.search(criteria))

    def _fetch(self, numbers: Sequence[int], what: list[str]) -> dict[int, dict[bytes, Any]]:
        if not numbers:
            return {}
        with told(self.who):
            found = self.client.fetch(list(numbers), what)
            return {uid: found[uid] for uid in sorted(found) if uid in set(numbers)}

    def _letter(self, uid: int, said: dict[bytes, Any]) -> Letter:
        arrived = said.get(b"INTERNALDATE")
        if not isinstance(arrived, datetime):
            raise SourceError(f"{self.who} does not say when a mail arrived", retry=True)
        part, body = text_part(said.get(b"BODYSTRUCTURE")), b""
        if part is not None:
            given = self._fetch([uid], [f"BODY.PEEK[{part.section}]<0.{MOST}>"]).get(uid, {})
            body = _body(given, f"BODY[{part.section}]")
        return Letter(head=_body(said, "BODY[HEADER.FIELDS"), arrived=arrived.timestamp(), part=part, body=body)


def _body(said: dict[bytes, Any], named: str) -> bytes:
    """What stands under a key that begins so; servers write the rest of it in their own way."""
    return next((value or b"" for key, value in said.items() if key.startswith(named.encode())), b"")


@contextmanager
def told(who: str) -> Iterator[None]:
    """What goes wrong becomes a SourceError that says nothing of what the server said."""
    try:
        yield
    except LoginError:
        raise SourceError(f"{who} does not let us; look at the account and the token", retry=False) from None
    except CapabilityError:
        raise SourceError(f"{who} cannot do what is needed", retry=False) from None
    except TimeoutError:
        raise SourceError(f"{who} did not answer within {SECONDS:g} seconds", retry=True) from None
    except (imaplib.IMAP4.abort, OSError, EOFError):
        raise SourceError(f"{who} cannot be reached", retry=True) from None
    except (imaplib.IMAP4.error, IMAPClientError):
        raise SourceError(f"{who} refuses what was asked; look at the folder's name", retry=True) from None
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError) as error:
        raise SourceError(f"{who} cannot be understood ({type(error).__name__})", retry=True) from None
