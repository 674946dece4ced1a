"""The signed webhook against a real receiver: what it accepts, and everything that can go wrong."""

import base64
import hashlib
import hmac
import logging
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from ascolta.core.signature import signed
from ascolta.desks.later import Later
from ascolta.desks.webhook import Webhook
from ascolta.errors import AscoltaError, SourceError
from tests.desks.receivers import OTHER, SECRET, Receiver, receiver

SAID = ("care", "Acme Air: complaints rise", "41 complaints in 15 minutes.", "k1")


@pytest.fixture
def there() -> Iterator[Receiver]:
    """The receiver."""
    with receiver() as made:
        yield made


def told(there: Receiver, mode: str = "fair", secrets: str = SECRET, seconds: float = 5.0) -> None:
    """Tell the receiver once, which then answers in some way."""
    there.mode = mode
    Webhook(there.url, secrets, time.time, seconds).tell(*SAID)


def test_a_message_arrives_signed_and_whole(there: Receiver) -> None:
    """An independent implementation of the specification verifies it, and it has desk, subject and body."""
    told(there)
    assert there.took == [{"type": "ascolta.notice", "data": {"desk": "care", "subject": SAID[1], "body": SAID[2]}}]
    assert (there.ids, there.refused) == (["k1"], 0)


def test_every_try_has_the_same_id(there: Receiver) -> None:
    """A receiver that took it and whose answer was lost can tell the second one by its id."""
    told(there)
    told(there)
    assert there.ids == ["k1", "k1"]


def test_the_signature_is_that_of_the_specification() -> None:
    """HMAC-SHA256 over id, time and body, in base64, one mark for each secret."""
    made = signed((b"a" * 24, b"b" * 24), "msg_1", 1_614_265_330, b'{"test": 2432232314}')
    whole = b'msg_1.1614265330.{"test": 2432232314}'
    marks = [base64.b64encode(hmac.new(key * 24, whole, hashlib.sha256).digest()).decode() for key in (b"a", b"b")]
    assert made == {
        "webhook-id": "msg_1", "webhook-timestamp": "1614265330", "webhook-signature": f"v1,{marks[0]} v1,{marks[1]}",
    }  # fmt: skip


def test_a_secret_is_changed_without_a_gap(there: Receiver) -> None:
    """With two secrets a receiver that knows either of them believes it; with a wrong one it does not."""
    for known in (SECRET, OTHER):
        there.secret = known
        told(there, secrets=f"{OTHER} {SECRET}")
    assert len(there.took) == 2
    there.secret = SECRET
    with pytest.raises(SourceError, match="status 401"):
        told(there, secrets=OTHER)
    assert there.refused == 1


def test_a_wrong_clock_is_refused(there: Receiver) -> None:
    """A message that is six minutes old is not believed, so the time of the try is what is signed."""
    old = Webhook(there.url, SECRET, lambda: time.time() - 360, 5.0)
    with pytest.raises(SourceError, match="status 401") as said:
        old.tell(*SAID)
    assert said.value.retry
    assert there.took == []


@pytest.mark.parametrize(
    ("mode", "retry"),
    [("500", True), ("503", True), ("404", True), ("400", True), ("410", False), ("302", False), ("307", False)],
)
def test_whether_trying_again_can_help(there: Receiver, mode: str, retry: bool) -> None:
    """All but what is gone for good or sends us elsewhere is tried again; no redirect is followed."""
    with pytest.raises(SourceError, match=f"desk 'care' answers with status {mode}") as said:
        told(there, mode)
    assert said.value.retry is retry
    assert [path.partition("?")[0] for path in there.visits] == ["/path-canary"]
    told(there)
    assert len(there.took) == 1


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("120", 120, 120), ("9" * 40, 999_999_999, 999_999_999), ("soon", 0, 0), ("-5", 0, 0), ("²", 0, 0)],
)
def test_a_receiver_may_ask_for_time(there: Receiver, asked: str, least: float, most: float) -> None:
    """`Retry-After` in seconds is passed on; what cannot be read is as if it were not there."""
    there.after = asked if asked.isascii() else ""
    with pytest.raises(SourceError) as said:
        told(there, "429")
    after = said.value.after if isinstance(said.value, Later) else 0.0
    assert least <= after <= most
    assert said.value.retry


def test_a_receiver_may_name_a_date(there: Receiver) -> None:
    """`Retry-After` may be a date; one that is past asks for nothing."""
    there.after = formatdate(time.time() + 600, usegmt=True)
    with pytest.raises(Later) as said:
        told(there, "503")
    assert 500 < said.value.after <= 600
    there.after = formatdate(time.time() - 600, usegmt=True)
    with pytest.raises(SourceError) as past:
        told(there, "503")
    assert not isinstance(past.value, Later)


@pytest.mark.parametrize("mode", ["silent", "slow headers", "no protocol"])
def test_a_receiver_that_never_answers_is_left(there: Receiver, mode: str) -> None:
    """One that is silent, speaks nonsense or drips (500 drips take ten seconds) is left, and may be tried again."""
    with pytest.raises(SourceError, match="desk 'care'") as said:
        told(there, mode, seconds=0.4)
    assert said.value.retry
    assert there.dripped < 500


def test_nobody_there_is_said_in_one_sentence() -> None:
    """A port at which nobody listens, and a name that does not exist, are tried again."""
    for url in ("http://127.0.0.1:9/x-canary", "https://desk-canary.invalid/x"):
        with pytest.raises(SourceError, match="cannot be reached") as said:
            Webhook(url, SECRET, time.time, 5.0).tell(*SAID)
        assert said.value.retry
        assert "canary" not in str(said.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://desk.example.com/canary", "ftp://desk.example.com/canary", "https://ann:canary@desk.example.com/",
        "https://desk.example.com/#canary", "https://", "canary", "", "https://desk.example.com/a canary",
        "https://desk.example.com:0/canary", "https://[canary/", "http://127.0.0.1.canary.example/",
    ],
)  # fmt: skip
def test_only_a_safe_address_is_told(url: str) -> None:
    """Anything but https, or http within this machine, is refused, and the address is not repeated."""
    with pytest.raises(AscoltaError, match="a signed webhook goes to") as said:
        Webhook(url, SECRET, time.time)
    assert "canary" not in str(said.value)


@pytest.mark.parametrize("secret", ["whsec_", "canary", SECRET.removeprefix("whsec_"), "whsec_Y2FuYXJ5", "whsec_ß!"])
def test_a_weak_secret_is_refused(secret: str) -> None:
    """A secret is 24 to 64 random bytes after its prefix; another is refused and not repeated."""
    with pytest.raises(AscoltaError, match="24 to 64 random bytes") as said:
        Webhook("https://desk.example.com/", secret, time.time)
    assert secret not in str(said.value).replace("whsec_ and", "") or secret == "whsec_"


@pytest.mark.parametrize("mode", ["fair", "500", "302", "silent"])
def test_neither_errors_nor_logs_hold_the_address(there: Receiver, mode: str, caplog: pytest.LogCaptureFixture) -> None:
    """However it ends, neither address nor secret is said or logged, though everything may be logged."""
    caplog.set_level(logging.DEBUG)
    words = ""
    try:
        told(there, mode, seconds=0.4)
    except SourceError as error:
        words = str(error)
    for secret in ("canary", SECRET, "127.0.0.1", there.url):
        assert secret not in words + caplog.text


def test_the_library_would_log_the_address(there: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    """Unless it is told to keep quiet, so that the test above can fail."""
    caplog.set_level(logging.DEBUG)
    logger = logging.getLogger("httpx2")
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        told(there)
    finally:
        logger.setLevel(before)
    assert "path-canary" in caplog.text
