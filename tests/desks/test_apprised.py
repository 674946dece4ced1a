"""Apprise against a real mail server and a real web server: what arrives, what fails, and what is never said."""

import logging
import time
from collections.abc import Iterator

import pytest

from ascolta.core.routing import Desk
from ascolta.desks import Unreachable, herald, installed
from ascolta.desks.apprised import Apprised
from ascolta.errors import AscoltaError, SourceError
from tests.desks.receivers import SECRET, Mailbox, Receiver, mail_server, receiver

SAID = ("care", "Acme Air: complaints rise", "41 complaints in 15 minutes.\nThe desk: https://desk.example.com", "k1")


@pytest.fixture(scope="module")
def shared() -> Iterator[Mailbox]:
    """The mail server."""
    with mail_server() as made:
        yield made


@pytest.fixture
def mail(shared: Mailbox) -> Mailbox:
    """The mail server, as if just started."""
    shared.took.clear()
    shared.answer = "250 OK"
    return shared


@pytest.fixture
def there() -> Iterator[Receiver]:
    """A web server."""
    with receiver() as made:
        yield made


def test_a_mail_arrives(mail: Mailbox) -> None:
    """Subject and body come as they were given, in plain text, to the address that was set."""
    Apprised(mail.address()).tell(*SAID)
    [took] = mail.took
    assert (took["Subject"], took["To"], took.get_content_type()) == (SAID[1], "care@example.com", "text/plain")
    assert took.get_content().split() == SAID[2].split()


def test_odd_words_arrive_as_they_are(mail: Mailbox) -> None:
    """Markup, emoji names and backslashes of a message are words, and a subject cannot add a header."""
    words = "<b>bold</b> :smile: \\n %s {x} ${HOME} ä€"
    Apprised(mail.address()).tell("care", "Rise\r\nBcc: ann@example.com", words, "k")
    [took] = mail.took
    assert took["Bcc"] is None
    assert took.get_content().strip() == words


@pytest.mark.parametrize("answer", ["550 no such box", "451 try later", "554 spam", "421 closing"])
def test_what_a_mail_server_refuses_is_tried_again(mail: Mailbox, answer: str) -> None:
    """Whatever the reason, it is one sentence without an address, and once the server recovers it arrives."""
    ours = Apprised(mail.address())
    mail.answer = answer
    with pytest.raises(SourceError, match="desk 'care': its service did not accept") as said:
        ours.tell(*SAID)
    assert said.value.retry
    assert mail.took == []
    mail.answer = "250 OK"
    ours.tell(*SAID)
    assert len(mail.took) == 1


def test_a_web_service_is_told(there: Receiver) -> None:
    """A service of the web gets one request; a failing, redirecting or silent one is tried again, and not followed."""
    place = there.url.removeprefix("http://")
    there.mode = "200"
    Apprised(f"json://{place}").tell(*SAID)
    for mode in ("500", "302", "silent"):
        there.mode = mode
        with pytest.raises(SourceError) as said:
            Apprised(f"json://{place}", 0.5).tell(*SAID)
        assert said.value.retry
    assert [path.partition("?")[0] for path in there.visits] == ["/path-canary"] * 4


@pytest.mark.parametrize("address", ["canary", "", "http ://x", "slack://canary", "canary://x", "mailto://", "a b"])
def test_what_is_no_address_is_refused(address: str) -> None:
    """An address that Apprise does not know is refused, and not repeated."""
    with pytest.raises(AscoltaError, match="no address that Apprise knows") as said:
        Apprised(address)
    assert "canary" not in str(said.value)


@pytest.mark.parametrize("mode", ["200", "500", "silent"])
def test_neither_errors_nor_logs_hold_the_address(there: Receiver, mode: str, caplog: pytest.LogCaptureFixture) -> None:
    """However it ends, nothing of the address is said or logged, though everything may be logged."""
    caplog.set_level(logging.DEBUG)
    there.mode, words = mode, ""
    try:
        Apprised(there.url.replace("http://", "json://user-canary:pass-canary@"), 0.5).tell(*SAID)
    except SourceError as error:
        words = str(error)
    assert words or mode == "200"
    assert "canary" not in words + caplog.text
    assert "127.0.0.1" not in words + caplog.text


def test_apprise_would_log_the_address(there: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    """Unless it is told to keep quiet, so that the test above can fail."""
    caplog.set_level(logging.DEBUG)
    logger = logging.getLogger("apprise")
    before = logger.level
    logger.setLevel(logging.DEBUG)
    there.mode = "200"
    try:
        Apprised(there.url.replace("http://", "json://")).tell(*SAID)
    finally:
        logger.setLevel(before)
    assert "path-canary" in caplog.text


def test_a_desk_is_reached_as_the_environment_says(mail: Mailbox, there: Receiver) -> None:
    """With an address it is told through Apprise, with a secret by the signed webhook, and without neither."""
    assert installed()
    chat, room = Desk(name="care", to="ASCOLTA_DESK_C"), Desk(name="room", to="ASCOLTA_DESK_R", secret="ASCOLTA_DESK_S")
    environ = {"ASCOLTA_DESK_C": f" {mail.address()} ", "ASCOLTA_DESK_R": there.url, "ASCOLTA_DESK_S": SECRET}
    for desk in (chat, room):
        herald(desk, environ, time.time).tell(desk.name, *SAID[1:])
    assert (len(mail.took), len(there.took)) == (1, 1)
    for missing, desk in (("ASCOLTA_DESK_C", chat), ("ASCOLTA_DESK_S", room)):
        found = herald(desk, {**environ, missing: " "}, float)
        assert isinstance(found, Unreachable)
        assert found.why == f"desk '{desk.name}' has no address: {missing} is not set; set it and start anew"
        with pytest.raises(SourceError) as said:
            found.tell(*SAID)
        assert said.value.retry
    wrong = herald(chat, {"ASCOLTA_DESK_C": "canary"}, float)
    assert isinstance(wrong, Unreachable)
    assert "ASCOLTA_DESK_C: this is no address" in wrong.why
    assert "'canary'" not in wrong.why
