"""Redis streams (Redis 7, also Valkey) as intake: each entry's field `post` holds one post in the plain post format.

Entries are asked for with XRANGE, in one transaction with XINFO STREAM, so that what was trimmed before it was heard is
counted exactly. The cursor is the entry's id, as one number: milliseconds, then 64 bits of its sequence. No consumer
group is made. Needs the package redis, which the extra `redis` brings.
"""

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.connection import Connection as Wire
from redis.connection import ConnectionPool, SSLConnection
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError
from redis.exceptions import ConnectionError as Broken
from redis.exceptions import TimeoutError as Late
from redis.retry import Retry

from ascolta.core.brand import Connection, FileSource
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.intake import READS, Entry, Found, Intake
from ascolta.sources.reach import SECONDS, Server, Spot, safe_secret

FIELD = b"post"
PORT = 6379
BITS = 64
"""Of an entry's id, for its sequence."""

_LOW = (1 << BITS) - 1

DECLARED = Declared(
    network="redis",
    title="Redis streams",
    hears="what a pipeline of your own puts into the stream, every 30 seconds or when something comes",
    addressed="as each post says: `addressed` and `brand`, or words that name the brand's account",
    edits="as the pipeline tells them (`edited`)",
    deletions="as the pipeline tells them (`removed`)",
    reads=READS,
    streams=True,
)

for _name in ("redis", "push_response"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)  # they may log addresses


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> Intake:
    """A stream as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=DECLARED.network, address="")
    number = urlsplit(named.address).path.strip("/")
    if number and not (number.isascii() and number.isdigit() and len(number) < 6):
        raise AscoltaError(f"{source.path}: its address may end with the number of a database only, as in /0")
    private = named.said("private") == "yes"
    server = Server(who=source.path, url=named.address, schemes=("rediss", "redis"), port=PORT, private=private)
    secret = safe_secret(source.path, secrets.get("token", ""))
    stream = Stream(server, named.said("stream"), int(number or 0), (named.said("user", "none"), secret))
    start, at_once = named.said("from") == "start", named.said("at_once") != "no"
    return Intake(DECLARED, stream, chance, start=start, at_once=at_once)


@dataclass(slots=True)
class Stream:
    """One stream of one database. `entry` is the name, if any, and the password."""

    server: Server
    name: str
    database: int = 0
    entry: tuple[str, str] = field(default=("none", ""), repr=False)

    @property
    def who(self) -> str:
        """As errors call it."""
        return self.server.who

    @contextmanager
    def opened(self) -> Iterator["Reading"]:
        """One connection. Raises SourceError."""
        spot, (user, password) = self.server.spot(), self.entry
        given: dict[str, Any] = {
            "host": spot.address, "port": spot.port, "db": self.database, "protocol": 2, "client_name": None,
            "username": None if user == "none" else user, "password": password or None,
            "socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "retry": Retry(NoBackoff(), 0),
        }  # fmt: skip
        if spot.secure:
            given |= {"connection_class": _Secure, "spot": spot}
        else:
            given["connection_class"] = Wire
        with closing(redis.Redis(connection_pool=ConnectionPool(max_connections=1, **given))) as client:
            try:
                yield Reading(self.who, self.name, client)
            finally:
                client.connection_pool.disconnect()


class _Secure(SSLConnection):
    """A connection to an address that was looked up, which has to prove that it is the server of a name."""

    def __init__(self, *, spot: Spot, **given: Any) -> None:
        super().__init__(**given)
        self.spot = spot

    def _wrap_socket_with_ssl(self, sock: socket.socket) -> ssl.SSLSocket:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=self.spot.name)


class Reading:
    """A stream over one connection."""

    def __init__(self, who: str, name: str, client: "redis.Redis") -> None:
        self.who, self.name, self.client = who, name, client

    def since(self, at: float) -> int:
        """The number before the first entry since a time, by the clock of whoever gave the ids, mostly the server."""
        return (max(0, int(at * 1000)) << BITS) - 1 if at > 0 else 0

    def follow(self, number: int, most: int) -> Found:
        """Entries that follow a number, and how the stream stands, at one moment."""
        info, rows = self._asked(number, most)
        entries = [Entry(number=_number(key), body=(fields or {}).get(FIELD)) for key, fields in rows]
        last = _number(info["last-generated-id"])
        more = len(entries) == most and entries[-1].number < last
        first, added = info.get("first-entry"), info.get("entries-added")
        return Found(
            entries=entries,
            at=entries[-1].number if more else last,
            more=more,
            first=_number(first[0]) if first else last + 1,
            last=last,
            counted=None if added is None or more else int(added),
            gone=None if added is None else int(added) - int(info["length"]),
        )

    def latest(self) -> int:
        """The id of the last entry."""
        with _told(self.who):
            rows: Any = self.client.xrevrange(self.name, count=1)
            return _number(rows[0][0]) if rows else 0

    def wait(self, number: int, seconds: float) -> None:
        """XREAD BLOCK."""
        with _told(self.who):
            self.client.xread({self.name: _id(number)}, count=1, block=int(seconds * 1000))

    def _asked(self, number: int, most: int) -> tuple[dict[str, Any], list[tuple[bytes, dict[bytes, bytes]]]]:
        with _told(self.who):
            asked = self.client.pipeline(transaction=True)
            asked.xinfo_stream(self.name)
            asked.xrange(self.name, min=_id(number + 1), max="+", count=most)
            info, rows = asked.execute()
            return info, rows


@contextmanager
def _told(who: str) -> Iterator[None]:
    """What goes wrong becomes a SourceError that says nothing of what the server said."""
    try:
        yield
    except (AuthenticationError, NoPermissionError):
        raise _kept_out(who) from None
    except Late:
        raise SourceError(f"{who} did not answer within {SECONDS:g} seconds", retry=True) from None
    except (Broken, OSError):
        raise SourceError(f"{who} cannot be reached", retry=True) from None
    except ResponseError as error:
        raise _refused(who, str(error)) from None
    except (RedisError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise SourceError(f"{who} cannot be understood ({type(error).__name__})", retry=True) from None


def _refused(who: str, said: str) -> SourceError:
    if "no such key" in said:
        return SourceError(f"{who} has no stream of this name yet", retry=True)
    if "WRONGTYPE" in said:
        return SourceError(f"{who} has something else than a stream under this name", retry=False)
    if any(word in said for word in ("NOAUTH", "NOPERM", "WRONGPASS")):
        return _kept_out(who)
    return SourceError(f"{who} refuses to be asked ({said.partition(' ')[0][:20]})", retry=True)


def _kept_out(who: str) -> SourceError:
    return SourceError(f"{who} does not let us; look at the user, the token and what they allow", retry=False)


def _number(said: Any) -> int:
    """An entry's id as a number."""
    milliseconds, _, sequence = (said.decode() if isinstance(said, bytes) else str(said)).partition("-")
    return int(milliseconds) << BITS | int(sequence or 0)


def _id(number: int) -> str:
    return f"{number >> BITS}-{number & _LOW}"
