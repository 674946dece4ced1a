"""Somebody lets an installation in by a browser: only what answers our own question is heard, and codes hold once."""

from collections.abc import Iterator
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from ascolta.errors import AscoltaError, SourceError
from ascolta.files.connections import CONNECTIONS
from ascolta.sources.asking import Asking
from ascolta.sources.entering import WAYS, Way, begin, came_back, door, register, trade, way_at
from ascolta.sources.givers import GIVERS, Client, Giver
from tests.sources.battery import NOW
from tests.sources.oauth_twin import OAuthTwin, oauth_twin

CLIENT = Client(id="client", secret="s3cr3t-canary")


@pytest.fixture
def twin() -> Iterator[OAuthTwin]:
    """A server that lets installations in."""
    with oauth_twin(NOW) as made:
        yield made


def way(twin: OAuthTwin) -> Way:
    """The way into it."""
    return Way(
        authorize=f"{twin.url}/authorize", gives=f"{twin.url}/token", scope="read write", registers="/api/v1/apps"
    )


def asking(url: str) -> Asking:
    """Somebody who asks it."""
    return Asking(who="x:acme", url=url, clock=lambda: NOW)


def browse(url: str) -> httpx2.Response:
    """What a browser does with an address."""
    with httpx2.Client(trust_env=False, timeout=20) as client:
        return client.get(url, follow_redirects=True)


def test_a_yes_becomes_a_token(twin: OAuthTwin) -> None:
    """The browser is sent to the network and back to this machine, and what it brings is traded once."""
    with door(0) as open_:
        begun = begin(way(twin), CLIENT, open_.back)
        assert urlsplit(open_.back).hostname == "127.0.0.1"
        page = browse(begun.url)
        assert (page.status_code, "close this page" in page.text) == (200, True)
        assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
        code = open_.code(begun)
    given = trade(asking(f"{twin.url}/token"), Giver(), CLIENT, begun, code)
    assert given.token in twin.tokens
    assert given.refresh in twin.refresh
    assert given.until == NOW + twin.lasts
    assert twin.scopes == ["read", "write"]
    with pytest.raises(SourceError, match="invalid_grant"):
        trade(asking(f"{twin.url}/token"), Giver(), CLIENT, begun, code)


def test_a_code_alone_is_worth_nothing(twin: OAuthTwin) -> None:
    """Whoever saw it come by lacks what only we know (RFC 7636)."""
    with door(0) as open_:
        begun, other = (begin(way(twin), CLIENT, open_.back) for _ in range(2))
        browse(begun.url)
        code = open_.code(begun)
    assert "canary" not in begun.url
    assert begun.verifier not in begun.url
    assert begun.verifier not in repr(begun)
    with pytest.raises(SourceError, match="invalid_grant"):
        trade(asking(f"{twin.url}/token"), Giver(), CLIENT, other, code)


def test_only_our_own_question_is_answered(twin: OAuthTwin) -> None:
    """Another page of the browser, or an answer to somebody else's question, is not heard, and ours still is."""
    with door(0) as open_:
        begun = begin(way(twin), CLIENT, open_.back)
        assert browse(f"{open_.back}favicon.ico").status_code == 404
        assert browse(open_.back).status_code == 404
        for wrong in ("code=evil", "code=evil&state=", "code=evil&state=evil", "error=access_denied&state=evil"):
            browse(f"{open_.back}?{wrong}")
        browse(begun.url)
        assert open_.code(begun) in twin.codes


def test_nobody_floods_the_door(twin: OAuthTwin) -> None:
    """However much comes that is not for us, it answers on, and takes up no memory."""
    with door(0) as open_:
        for n in range(40):
            browse(f"{open_.back}?code=evil&state={n}")
        assert open_.brought.qsize() <= 8
        begun = begin(way(twin), CLIENT, open_.back)
        found: list[str] = []
        waiting = Thread(target=lambda: found.append(open_.code(begun)))
        waiting.start()
        while waiting.is_alive():
            browse(begun.url)
            waiting.join(0.1)
    assert found[0]


def test_a_no_is_a_no(twin: OAuthTwin) -> None:
    """It is said in one sentence; so is a time in which nobody came."""
    twin.says_no = True
    with door(0) as open_:
        begun = begin(way(twin), CLIENT, open_.back)
        browse(begun.url)
        with pytest.raises(AscoltaError, match="told no"):
            open_.code(begun)
        with pytest.raises(AscoltaError, match="nobody came back"):
            open_.code(begun, within=0.01)


def test_an_address_can_be_copied(twin: OAuthTwin) -> None:
    """From a browser on another machine; one of another try, of half of it, or with no code is refused."""
    begun = begin(way(twin), CLIENT, "http://127.0.0.1:9/")
    with httpx2.Client(trust_env=False) as client:
        address = client.get(begun.url).headers["location"]
    assert came_back(begun, f" {address}\n") in twin.codes
    for wrong in ("", "nonsense", "http://[", address.replace("state=", "state=x"), address.partition("&state")[0]):
        with pytest.raises(AscoltaError, match="not the address"):
            came_back(begun, wrong)
    with pytest.raises(AscoltaError, match="gave no code"):
        came_back(begun, f"/?error=server_error&state={begun.state}")


def test_an_installation_makes_itself_known(twin: OAuthTwin) -> None:
    """Where a server lets it, with the address to which browsers come back, and no more than is needed."""
    client = register(asking(twin.url), way(twin), "http://127.0.0.1:9/")
    assert twin.redirects[client.id] == "http://127.0.0.1:9/"
    assert "canary" not in repr(client)


def test_a_taken_port_is_said() -> None:
    """With what to do."""
    with (
        door(0) as open_,
        pytest.raises(AscoltaError, match=r"is taken.*--paste"),
        door(urlsplit(open_.back).port or 0),
    ):
        pass


def test_nobody_is_sent_where_others_read_along() -> None:
    """Only https, or this machine."""
    with pytest.raises(AscoltaError, match="https"):
        begin(Way(authorize="http://x.example/a", gives="https://x.example/t", scope=""), CLIENT, "http://127.0.0.1:9/")


@pytest.mark.parametrize("network", WAYS)
def test_each_way_is_sound(network: str) -> None:
    """It is of a network that can be connected, lies at its own servers, and asks for nothing about anybody's mail."""
    found, known = WAYS[network], CONNECTIONS[network]
    at = way_at(network, known.address or "https://social.example", known.address)
    asked = parse_qs(urlsplit(begin(at, CLIENT, "http://127.0.0.1:9/").url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert not {"email", "profile", "openid"} & set(asked["scope"][0].split())
    assert bool(found.registers) != bool(found.made)
    if network in GIVERS:
        assert at.gives == GIVERS[network].url
    elsewhere = way_at(network, "http://127.0.0.1:8000", known.address)
    assert {urlsplit(end).netloc for end in (elsewhere.authorize, elsewhere.gives)} == {"127.0.0.1:8000"}
