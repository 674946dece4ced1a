"""NATS JetStream as intake: each message of a stream holds one post in the plain post format.

The cursor is the stream's sequence. Messages are read by a consumer that lives for one round only, in the server's
memory, and acknowledges nothing; so the stream's retention has to be by limits. Needs the package nats-py, which the
extra `nats` brings.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import RawCredentials

from ascolta.core.brand import Connection, FileSource
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.intake import READS, Intake
from ascolta.sources.nats_reading import Reading, looping
from ascolta.sources.reach import Server, safe_secret

PORT = 4222
DECLARED = Declared(
    network="nats",
    title="NATS JetStream",
    hears="what a pipeline of your own publishes into the stream, every 30 seconds or when something comes",
    addressed="as each post says: `addressed` and `brand`, or words that name the brand's account",
    edits="as the pipeline tells them (`edited`)",
    deletions="as the pipeline tells them (`removed`)",
    reads=READS,
    streams=True,
)

CREDS = "-----BEGIN NATS USER JWT-----"


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> Intake:
    """A stream as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=DECLARED.network, address="")
    private = named.said("private") == "yes"
    server = Server(who=source.path, url=named.address, schemes=("tls", "nats"), port=PORT, private=private)
    secret = secrets.get("token", "")
    if not secret.startswith(CREDS):
        safe_secret(source.path, secret)
    subject = named.said("subject", "all")
    stream = Stream(
        server=server,
        name=_name(source.path, named.said("stream")),
        subject=">" if subject == "all" else subject,
        user=named.said("user", "none"),
        secret=secret,
    )
    start, at_once = named.said("from") == "start", named.said("at_once") != "no"
    return Intake(DECLARED, stream, chance, start=start, at_once=at_once)


def _name(who: str, said: str) -> str:
    if any(char in said for char in ".*>/\\") or not said.isprintable():
        raise AscoltaError(f"{who}: 'stream' is the name of a stream, which holds none of . * > / and no space")
    return said


@dataclass(slots=True, kw_only=True)
class Stream:
    """One stream. With a `user` the secret is a password; otherwise a token, the seed of an NKEY, or a .creds file."""

    server: Server
    name: str
    subject: str = ">"
    user: str = "none"
    secret: str = field(default="", repr=False)

    @property
    def who(self) -> str:
        """As errors call it."""
        return self.server.who

    @contextmanager
    def opened(self) -> Iterator[Reading]:
        """One connection. Raises SourceError."""
        spot = self.server.spot()
        with looping(self.who) as loop:
            reading = Reading(self, loop)
            try:
                loop.run(reading.connect(spot, self._entry()))
                yield reading
            finally:
                with suppress(SourceError):
                    loop.run(reading.leave())

    def _entry(self) -> dict[str, Any]:
        """How it lets us in."""
        if self.user != "none":
            return {"user": self.user, "password": self.secret}
        if self.secret.startswith(CREDS):
            return {"user_credentials": RawCredentials(self.secret + "\n")}
        if self.secret.startswith("SU") and len(self.secret) == 58:
            return {"nkeys_seed_str": self.secret}
        return {"token": self.secret} if self.secret else {}
