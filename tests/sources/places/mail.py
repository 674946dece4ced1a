"""A mailbox on a real IMAP server as a place where a source is tried, with somebody between who counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from typing import ClassVar

from ascolta.core.brand import Connection
from ascolta.sources import Live
from ascolta.sources.mail import Mail
from ascolta.sources.natives.mail import name_of, short
from tests.servers.imap import CARE, Dovecot, dovecot
from tests.sources.battery import NOW, TOKEN, VARIABLE, Place
from tests.sources.between import Between, between
from tests.sources.places.pipeline import NO_LIMITS, NO_STATUS


class Mailbox(Place):
    """The brand's mailbox, which Ann writes to."""

    network = "mail"
    cannot: ClassVar = {
        "test_edits_and_deletions_are_seen_by_whoever_asks_again": "a mail that was sent cannot be written anew; that "
        "it was deleted is tried in its own tests",
        "test_a_refusal_arrives": "a mailbox knows no settings of those who write to it; who says stop is heard by all",
        "test_a_refused_request_says_whether_trying_again_can_help": NO_STATUS,
        "test_it_waits_as_long_as_it_was_told_and_longer_each_time": NO_STATUS,
        "test_no_more_is_asked_where_nothing_is_left": NO_LIMITS,
        "test_a_wrong_clock_does_no_harm": NO_STATUS,
    }
    twin: Between

    def __init__(self, twin: Between, server: Dovecot) -> None:
        super().__init__(twin)
        self.server, self.numbers = server, 0

    @classmethod
    @contextmanager
    def there(cls) -> Iterator["Mailbox"]:
        """With its server."""
        with dovecot(TOKEN) as server, between(server.port, NOW) as twin:
            yield cls(twin, server)

    def connection(self) -> Connection:
        """By name and password."""
        more = (("account", CARE), ("at_once", "yes" if self.streaming else "no"))
        return Connection(network="mail", address=f"imap://127.0.0.1:{self.twin.port}", token=VARIABLE, more=more)

    def says(self, text: str, *, at: float | None = None) -> str:
        """Ann writes a mail."""
        self.numbers += 1
        made = EmailMessage()
        made["From"], made["To"] = "Ann Canary <ann@people.example>", CARE
        made["Message-ID"] = f"<{self.numbers}@people.example>"
        made.set_content(text.encode("utf-8", "replace").decode(), cte="base64")
        number = self.server.arrives(made, self.twin.now if at is None else at)
        place = short(f"imap://127.0.0.1:{self.twin.port}\0{CARE}\0INBOX".encode())
        return f"{place}-{self.server.validity()}-{number}-{short(name_of(made.as_bytes()))}"

    def leaves(self, source: Live) -> None:
        """Nobody answers at its address."""
        network = source.network
        assert isinstance(network, Mail)
        network.folder.server = replace(network.folder.server, url="imap://127.0.0.1:1")

    def refuses(self) -> None:
        """Nobody can there."""
