"""Redis streams, on a real server: ids of every form, who is let in, and what is no stream."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.brand import Connection, FileSource
from ascolta.errors import AscoltaError
from ascolta.sources import Chance, Live
from ascolta.sources.networks import live
from tests.servers.nats import free_port
from tests.servers.redis import STREAM, Redis, redis
from tests.servers.trusted import trusted
from tests.sources.battery import VARIABLE, failed, ids


def source(server: Redis, secret: str = "", address: str = "", **more: str) -> Live:
    """The stream, heard now."""
    said = {"stream": STREAM, "at_once": "no", **more}
    named = Connection(
        network="redis", address=address or server.url, token=VARIABLE if secret else "", more=tuple(said.items())
    )
    made = FileSource(path="redis:test", live=named)
    return live(made, "acme", lambda name: secret, Chance(clock=time.time, draw=lambda: 0.5))


def post(number: str) -> str:
    """A post as JSON."""
    return json.dumps({"id": number, "text": "acme"})


@pytest.fixture
def server() -> Iterator[Redis]:
    """A server that lets everybody in."""
    with redis() as made:
        yield made


@pytest.mark.parametrize("form", ["0-{n}", "{n}-0", "18446744073709551615-{n}", "1795003200000-{n}"])
def test_ids_of_every_form_are_gone_on_from(server: Redis, form: str) -> None:
    """Whatever the pipeline gives as ids, from the first to the last that there can be."""
    for number in range(1, 301):
        server.add(post(str(number)), form.format(n=number))
    batches = list(source(server, **{"from": "start"}).batches(""))
    assert ids(batches) == [str(number) for number in range(1, 301)]
    server.add(post("301"), form.format(n=301))
    assert ids(list(source(server).batches(batches[-1].cursor))) == ["301"]


def test_entries_without_a_post_are_set_aside(server: Redis) -> None:
    """What has no field `post` is counted, and what follows is heard."""
    server.add("acme", name="other")
    server.add(post("1"))
    one = source(server)
    assert ids(list(one.batches(""))) == ["1"]
    assert one.set_aside == 1


def test_an_entry_that_was_deleted_is_no_gap_if_it_was_heard(server: Redis) -> None:
    """Deleting within the stream is told nobody; what was heard before stays counted."""
    given = [server.add(post(str(number))) for number in range(5)]
    one = source(server)
    cursor = list(one.batches(""))[-1].cursor
    server.talking.xdel(STREAM, given[1], given[4])
    server.add(post("5"))
    two = source(server)
    assert ids(list(two.batches(cursor))) == ["5"]
    assert getattr(two.network, "missed", None) == 0


def test_a_server_that_lost_its_last_entries_is_gone_on_from(server: Redis) -> None:
    """After a power cut the newest may be gone there; what comes then is heard, though ids are given again."""
    for number in range(1, 6):
        server.add(post(str(number)), f"{number}-0")
    cursor = list(source(server, **{"from": "start"}).batches(""))[-1].cursor
    server.talking.flushall()
    for number in range(1, 4):
        server.add(post(str(number)), f"{number}-0")
    one = source(server)
    first = list(one.batches(cursor))
    assert ids(first) == []
    server.add(post("new"), "4-0")
    assert ids(list(source(server).batches(first[-1].cursor))) == ["new"]


def test_something_else_under_that_name_is_told(server: Redis) -> None:
    """A list is no stream, and trying again cannot help."""
    server.talking.lpush(STREAM, "x")
    error = failed(source(server))
    assert (error.retry, "something else than a stream" in str(error)) == (False, True)


def test_who_is_not_let_in_is_told_so_without_the_secret() -> None:
    """A wrong password, or none, is not tried again; a user needs to read the stream and nothing else."""
    with redis("s3cret-canary") as server:
        server.add(post("1"))
        reads = ["+xrange", "+xinfo", "+xread", "+xrevrange", "+multi", "+exec"]
        server.talking.acl_setuser("reader", enabled=True, passwords=["+0nly"], keys=[STREAM], commands=reads)
        server.talking.acl_setuser("nobody", enabled=True, passwords=["+0nly"], keys=["other"], commands=["+@all"])
        wrong = [source(server), source(server, "wr0ng-canary"), source(server, "0nly", user="nobody")]
        for one in wrong:
            error = failed(one)
            assert (error.retry, "does not let us" in str(error)) == (False, True)
            assert "canary" not in str(error) + repr(one.network) + repr(vars(one.network))
        assert ids(list(source(server, "s3cret-canary").batches(""))) == ["1"]
        assert ids(list(source(server, "0nly", user="reader").batches(""))) == ["1"]


def test_another_database_is_named_in_the_address(server: Redis) -> None:
    """By its number; anything else behind the address is refused."""
    server.talking.select(2)
    server.add(post("1"))
    assert ids(list(source(server, address=f"{server.url}/2").batches(""))) == ["1"]
    assert "no stream of this name yet" in str(failed(source(server, address=f"{server.url}/1")))
    with pytest.raises(AscoltaError, match="number of a database"):
        source(server, address=f"{server.url}/posts")


def test_by_tls_it_has_to_prove_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that this machine does not trust, or of another name, is refused."""
    with trusted(tmp_path) as ours, trusted(tmp_path / "other") as other:
        port = free_port()
        more = ["--tls-port", str(port), "--tls-cert-file", str(ours.certificate), "--tls-key-file", str(ours.key),
                "--tls-ca-cert-file", str(ours.authority), "--tls-auth-clients", "no"]  # fmt: skip
        with redis(more=more) as server:
            server.add(post("1"))
            monkeypatch.setenv("SSL_CERT_FILE", str(ours.authority))
            assert ids(list(source(server, address=f"rediss://localhost:{port}").batches(""))) == ["1"]
            assert "cannot be reached" in str(failed(source(server, address=f"rediss://127.0.0.2:{port}")))
            monkeypatch.setenv("SSL_CERT_FILE", str(other.authority))
            error = failed(source(server, address=f"rediss://localhost:{port}"))
            assert (error.retry, "cannot be reached" in str(error)) == (True, True)


def test_a_network_that_is_not_public_is_reached_only_if_that_is_said(server: Redis) -> None:
    """As everywhere: private addresses are refused, unless brand.yaml says that it is meant."""
    assert "say private: yes" in str(failed(source(server, address="rediss://192.168.0.1:1")))
