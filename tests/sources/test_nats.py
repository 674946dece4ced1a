"""NATS JetStream, on a real server: how it lets us in, which of its streams and subjects are heard, and since when."""

import json
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import nkeys
import pytest

from ascolta.core.brand import Connection, FileSource
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import Chance, Live
from ascolta.sources.networks import live
from tests.servers.nats import STREAM, USER, Nats, nats
from tests.servers.trusted import Trusted, trusted
from tests.sources.battery import VARIABLE, failed, ids

SEED = b"SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY"
"""An example's seed, of no use to anybody."""


def source(server: Nats, secret: str = "", clock: float | None = None, address: str = "", **more: str) -> Live:
    """The stream, heard at a time."""
    now = time.time() if clock is None else clock
    said = {"stream": STREAM, "at_once": "no", **more}
    named = Connection(
        network="nats", address=address or server.url, token=VARIABLE if secret else "", more=tuple(said.items())
    )
    made = FileSource(path="nats:test", live=named)
    return live(made, "acme", lambda name: secret, Chance(clock=lambda: now, draw=lambda: 0.5))


def says(server: Nats, number: str, subject: str = f"{STREAM}.heard") -> None:
    """A post is published."""
    server.publish(json.dumps({"id": number, "text": "acme"}).encode(), subject)


@pytest.fixture
def server() -> Iterator[Nats]:
    """A server that lets everybody in, with a stream."""
    with nats() as made:
        made.create()
        yield made


def test_old_talk_is_not_heard_at_the_first_start(server: Nats) -> None:
    """What was published more than a day before is passed over, by the server's own times."""
    says(server, "1")
    assert ids(list(source(server, clock=time.time() + 2 * 86_400).batches(""))) == []
    assert ids(list(source(server, clock=time.time() + 86_000).batches(""))) == ["1"]
    later = source(server, clock=time.time() + 2 * 86_400)
    cursor = list(later.batches(""))[-1].cursor
    says(server, "2")
    assert ids(list(source(server).batches(cursor))) == ["2"]


def test_one_of_its_subjects_is_heard_where_one_is_named(server: Nats) -> None:
    """The others are passed over, and the place goes on behind them; nothing of them counts as missed."""
    for number in range(400):
        says(server, str(number), f"{STREAM}.{'x' if number % 4 == 0 else 'other'}")
    one = source(server, subject=f"{STREAM}.x")
    batches = list(one.batches(""))
    assert ids(batches) == [str(number) for number in range(0, 400, 4)]
    assert json.loads(batches[-1].cursor)["at"] == "400"
    says(server, "other", f"{STREAM}.other")
    says(server, "more", f"{STREAM}.x")
    found = list(source(server, subject=f"{STREAM}.x").batches(batches[-1].cursor))
    assert ids(found) == ["more"]
    assert getattr(one.network, "missed", None) == 0


def test_what_was_deleted_within_the_stream_is_no_gap(server: Nats) -> None:
    """Whoever runs the pipeline takes a message out on purpose; it is passed over without a word."""
    for number in range(5):
        says(server, str(number))
    one = source(server)
    cursor = list(one.batches(""))[-1].cursor
    for number in range(5, 10):
        says(server, str(number))
    server.asks(f"$JS.API.STREAM.MSG.DELETE.{STREAM}", json.dumps({"seq": 8}).encode())
    assert ids(list(source(server).batches(cursor))) == ["5", "6", "8", "9"]
    assert getattr(one.network, "missed", None) == 0


def test_nothing_of_ours_is_left_on_the_server(server: Nats) -> None:
    """No consumer outlives a round, so nothing has to be cleaned up there and nothing is acknowledged."""
    for number in range(200):
        says(server, str(number))
    one = source(server)
    list(one.batches(""))
    assert one.network.lookup.again("7") is not None
    assert server.asks(f"$JS.API.CONSUMER.NAMES.{STREAM}", b"")["total"] == 0


def test_a_stream_that_forgets_what_was_read_is_refused(server: Nats) -> None:
    """Only retention by limits lets several listen and look again; otherwise it is said."""
    server.drop()
    server.create(retention="workqueue")
    error = failed(source(server))
    assert (error.retry, "retention has to be by limits" in str(error)) == (False, True)


def test_a_server_without_jetstream_is_told() -> None:
    """It is no stream that is missing but JetStream."""
    with nats(more=["jetstream: disabled"]) as server:
        error = failed(source(server))
        assert "JetStream" in str(error)
        assert error.retry


def test_who_is_not_let_in_is_told_so_without_the_secret() -> None:
    """A wrong password, or none, is not tried again; the right one is let in."""
    with nats("s3cret-canary") as server:
        server.create()
        for wrong in (source(server), source(server, "wr0ng-canary", user=USER), source(server, "s3cret-canary")):
            error = failed(wrong)
            assert (error.retry, "does not let us" in str(error)) == (False, True)
            assert "canary" not in str(error) + repr(wrong.network) + repr(vars(wrong.network))
        says(server, "1")
        assert ids(list(source(server, "s3cret-canary", user=USER).batches(""))) == ["1"]


def test_who_may_not_ask_for_the_stream_is_told_so() -> None:
    """A user without the permissions that reading needs: a refusal, not a server that does not answer."""
    more = ['authorization { users = [ { user: a, password: b, permissions: { publish: ["posts.>"] } } ] }']
    with nats(more=more) as server:
        error = failed(source(server, "b", user="a"))
        assert (error.retry, "does not let us" in str(error)) == (False, True)


@pytest.mark.parametrize("form", ["token", "nkey"])
def test_it_is_entered_by_a_token_or_a_key(form: str) -> None:
    """As the server wants: a token, or a signature with the seed of an NKEY, which never leaves us."""
    public = nkeys.from_seed(bytearray(SEED)).public_key.decode()
    entry = "token: t0ken" if form == "token" else f"users = [ {{ nkey: {public} }} ]"
    secret = "t0ken" if form == "token" else SEED.decode()
    with nats(more=[f"authorization {{ {entry} }}"]) as server:
        error = failed(source(server, secret))
        assert "no stream of this name yet" in str(error)
        assert "does not let us" in str(failed(source(server, "0ther")))


def test_a_secret_that_cannot_be_one_is_refused(server: Nats) -> None:
    """A line break would end a command of the protocol; it is never sent and never shown."""
    with pytest.raises(AscoltaError, match="copy it anew") as error:
        source(server, "a\r\nPUB x 1")
    assert "PUB" not in str(error.value)


@pytest.mark.parametrize("name", ["a.b", "a*", ">", "a/b"])
def test_a_name_that_no_stream_has_is_refused(server: Nats, name: str) -> None:
    """It would stand in the middle of a subject."""
    with pytest.raises(AscoltaError, match="name of a stream"):
        source(server, stream=name)


def test_by_tls_it_has_to_prove_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that this machine does not trust, or of another name, is refused."""
    with trusted(tmp_path) as ours, trusted(tmp_path / "other") as other:
        lines = [f'tls {{ cert_file: "{ours.certificate}", key_file: "{ours.key}" }}']
        with nats(more=lines) as server:
            there = f"tls://localhost:{server.port}"
            _trust(monkeypatch, ours)
            assert "no stream of this name yet" in str(failed(source(server, address=there)))
            error = failed(source(server, address=f"tls://127.0.0.2:{server.port}"))
            assert "no stream of this name yet" not in str(error)
            _trust(monkeypatch, other)
            error = failed(source(server, address=there))
            assert error.retry
            assert "no stream of this name yet" not in str(error)


def _trust(monkeypatch: pytest.MonkeyPatch, whom: Trusted) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(whom.authority))
    assert ssl.get_default_verify_paths().cafile == str(whom.authority)


def test_a_network_that_is_not_public_is_reached_only_if_that_is_said(server: Nats) -> None:
    """As everywhere: private addresses are refused, unless brand.yaml says that it is meant."""
    error = failed(source(server, address="tls://10.0.0.1:1"))
    assert "say private: yes" in str(error)
    with pytest.raises(SourceError, match="not public"):
        source(server, address="tls://169.254.169.254:1", private="yes").network.probe()
