"""Every place that fetches an address, and every address that must not be fetched (OWASP, SSRF Prevention).

What is tried is whether anything is connected to: Python's own audit events tell each attempt, whoever makes it. A file
of ours that could make one and is not listed here fails, so that no new place escapes.
"""

import ast
import ipaddress
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest

from ascolta.core.drafting.asked import Asked, ModelError
from ascolta.desks.webhook import Webhook
from ascolta.errors import AscoltaError, SourceError
from ascolta.models.endpoint import Endpoint
from ascolta.providers.openid import OpenId
from ascolta.reaching import may_reach
from ascolta.sources.asking import Asking
from ascolta.sources.chance import Chance
from ascolta.sources.feed_pages import Site, is_gone
from ascolta.sources.reach import Server
from ascolta.sources.sockets import Form, Placed
from ascolta.sources.streaming import Streaming
from tests.conftest import ROOT
from tests.desks.receivers import SECRET

SOURCE = ROOT / "src" / "ascolta"
NOW = 1_795_003_200.0


def _end(wait: float, over: Event) -> bool:
    """Nothing is tried twice here."""
    over.set()
    return True


CHANCE = Chance(clock=lambda: NOW, draw=lambda: 0.0, rest=_end)

Fetch = Callable[[str], object]


def asking(url: str, *, foreign: bool = False) -> Asking:
    """A server, named by the operator or by somebody else."""
    return Asking(who="it", url=url, clock=lambda: NOW, foreign=foreign, within=5.0)


def _stream(url: str) -> object:
    stream = Streaming(asking(url), "", CHANCE)
    list(stream.take())
    assert stream._thread is not None
    stream._thread.join(10)
    stream.close()
    return stream.error


def _server(url: str) -> object:
    spot = Server(who="it", url=url, schemes=("https", "http"), port=443).spot()
    try:
        socket.create_connection((spot.address, spot.port), timeout=1).close()
    except OSError:
        raise SourceError("it cannot be reached", retry=True) from None
    return spot


class _Form:
    """A stream of no network: nothing of it is ever read."""

    def path(self, after: str, since: float) -> str:
        """No path."""
        return ""

    def reading(self, after: str) -> Any:
        """Reads nothing."""
        return lambda said: None


def _websocket(url: str) -> object:
    scheme, _, rest = url.partition("://")
    turned = {"https": "wss", "http": "ws"}.get(scheme, scheme)
    placed = Placed("it", f"{turned}://{rest}", cast(Form, _Form()), CHANCE)
    try:
        placed._open("").close()
    except OSError:
        raise SourceError("it cannot be reached", retry=True) from None
    return None


def _model(url: str) -> object:
    return Endpoint("m", url, seconds=5.0)(Asked(rules="", case=""))


OPERATORS: dict[str, Fetch] = {
    "a network's server": lambda url: asking(url).get(""),
    "a network's stream": _stream,
    "a feed's site": lambda url: Site(asking(url)).require(),
    "a server that is no website": _server,
    "a websocket": _websocket,
    "a webhook": lambda url: Webhook(url, SECRET, lambda: NOW, 5.0).send("hook", {"type": "x"}, "k"),
}
"""Addresses that an operator names; public, or this machine by its plain name."""

OWN: dict[str, Fetch] = {
    "a language model": _model,
    "a provider of identity": lambda url: OpenId(url, "us", "secret").begin("https://desk.example/back"),
}
"""The same, but they may lie in a private network of the operator's own."""

STRANGERS: dict[str, Fetch] = {
    "a post's own server": lambda url: asking(url, foreign=True).get(""),
    "a page that a feed named": lambda url: is_gone(url, asking("https://blog.example")),
}
"""Addresses that somebody else wrote; never this machine, nor any network that is not public."""

NEVER = (
    "http://169.254.169.254/latest", "https://169.254.169.254/latest", "https://[fe80::1]/", "https://[fe80::1%25lo]/",
    "http://[::1%25lo]/", "https://[::ffff:169.254.169.254]/", "https://[64:ff9b::a9fe:a9fe]/", "https://0.0.0.0/",
    "https://[::]/", "https://224.0.0.1/", "https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/",
    "file:///etc/passwd", "gopher://127.0.0.1:1/", "ftp://127.0.0.1:1/", "dict://127.0.0.1:1/", "//127.0.0.1:1/",
    "http://blog.example@127.0.0.1:1/", "https://user:secret@127.0.0.1:1/", "https://blog.example\\@127.0.0.1:1/",
    "https://127.0.0.1:1#@blog.example/", "https://metadata.google.internal/", "http://127.0.0.1:0/", "", "https://",
    "https://127.0.0.1:1/\r\nX-Evil: 1", "http://[", "https://x" + "x" * 300 + ".example/",
)  # fmt: skip
"""bad-inputs 59 to 72, as far as they are addresses: nobody may be sent there by anybody."""

INSIDE = (
    "https://10.1.2.3:1/", "https://192.168.1.1:1/", "https://172.16.0.1:1/", "https://100.64.0.1:1/",
    "https://[fd00::1]:1/", "https://[::ffff:127.0.0.1]:1/", "https://[::ffff:10.0.0.1]:1/", "https://2130706433:1/",
    "https://0x7f.1:1/", "https://0177.0.0.1:1/", "https://127.1:1/", "http://2130706433:1/", "http://0x7f.1:1/",
    "http://[::ffff:127.0.0.1]:1/", "http://10.1.2.3:1/",
)  # fmt: skip
"""Networks that are not public, and this machine in disguise: for nobody but an operator who says so."""

HERE = ("http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "https://127.0.0.1:1/")
"""This machine by its plain name: an operator may mean it, a stranger may not."""

_connected: list[str] | None = None


def _note(event: str, args: tuple[Any, ...]) -> None:
    if _connected is not None and event in ("socket.connect", "socket.sendto") and len(args) > 1:
        _connected.append(str(args[1][0]) if isinstance(args[1], tuple) else str(args[1]))


sys.addaudithook(_note)


@pytest.fixture
def connected() -> Iterator[list[str]]:
    """Where anything of this program connected to; nothing of it is public here."""
    global _connected  # noqa: PLW0603 - an audit hook cannot be taken away again
    _connected = []
    yield _connected
    _connected = None


def refused(fetch: Fetch, url: str) -> None:
    """It ends in one of our own errors, or says no; the error does not say the address."""
    try:
        said = fetch(url)
    except (AscoltaError, ModelError) as error:
        said = error
    assert said is False or isinstance(said, AscoltaError | ModelError), said
    if isinstance(said, Exception) and len(url) > 12:
        assert url not in str(said)
        assert "secret" not in str(said)


@pytest.mark.parametrize("url", NEVER)
@pytest.mark.parametrize("what", [*OPERATORS, *OWN, *STRANGERS])
def test_nobody_is_sent_where_nobody_may_go(connected: list[str], what: str, url: str) -> None:
    """Nothing is connected to, whoever named it, and it is said in one sentence without the address."""
    refused({**OPERATORS, **OWN, **STRANGERS}[what], url)
    assert connected == []


@pytest.mark.parametrize("url", INSIDE)
@pytest.mark.parametrize("what", [*OPERATORS, *STRANGERS])
def test_what_is_not_public_is_not_reached(connected: list[str], what: str, url: str) -> None:
    """Neither a private network, nor this machine under another name."""
    refused({**OPERATORS, **STRANGERS}[what], url)
    assert connected == []


@pytest.mark.parametrize("url", HERE)
@pytest.mark.parametrize("what", list(STRANGERS))
def test_no_stranger_leads_us_into_this_machine(connected: list[str], what: str, url: str) -> None:
    """Not even by its plain name."""
    refused(STRANGERS[what], url)
    assert connected == []


@pytest.mark.parametrize("what", [*OPERATORS, *OWN])
def test_an_operator_may_mean_this_machine(connected: list[str], what: str) -> None:
    """The table would show it if anything were connected to: here it is, and nothing else."""
    with suppress(AscoltaError, ModelError):
        {**OPERATORS, **OWN}[what]("http://127.0.0.1:1")
    assert set(connected) == {"127.0.0.1"}


@pytest.mark.parametrize("what", [*OPERATORS, *OWN, *STRANGERS])
def test_a_name_that_turns_is_looked_up_once(connected: list[str], what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a name that is public at the first look and this machine at the next leads to neither."""
    asked: list[str] = []

    async def turning(self: Any, name: str, port: int, **_: Any) -> list[Any]:
        asked.append(name)
        address = "203.0.113.7" if len(asked) % 2 else "127.0.0.1"
        return [(2, 1, 6, "", (address, port))]

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", turning)
    monkeypatch.setattr("ascolta.reaching.may_reach", lambda at, private: str(at) == "203.0.113.7")
    with suppress(AscoltaError, ModelError):
        {**OPERATORS, **OWN, **STRANGERS}[what]("https://turning.example/")
    assert asked
    assert "127.0.0.1" not in connected
    assert not may_reach(ipaddress.ip_address("127.0.0.1"), private=False)


CLIENTS = {
    "httpx2", "httpx", "requests", "aiohttp", "urllib.request", "urllib3", "http.client", "websockets", "socket",
    "ssl", "ftplib", "telnetlib", "smtplib", "imaplib", "imapclient", "poplib", "nntplib", "xmlrpc", "apprise", "nats",
    "redis", "authlib.integrations.httpx_client", "googleapiclient", "xdk", "asyncpraw", "atproto",
}  # fmt: skip
"""Modules by which a connection can be made."""

KNOWN: Mapping[str, str] = {
    "calling.py": "makes the client that all others use, and goes nowhere by itself",
    "reaching.py": "looks names up and says where a request may go",
    "sources/asking.py": "a network's server",
    "sources/streaming.py": "a network's stream",
    "models/endpoint.py": "a language model",
    "desks/webhook.py": "a webhook",
    "providers/openid.py": "a provider of identity",
    "providers/guarded.py": "a provider of identity",
    "desks/apprised.py": "addresses of the environment, which only an operator writes; Apprise looks them up itself,"
    " and follows no redirect",
    "sources/reach.py": "a server that is no website",
    "sources/nats_intake.py": "a server that is no website",
    "sources/nats_reading.py": "reads what came, and connects to nothing: its file beside it does",
    "sources/redis_intake.py": "a server that is no website",
    "sources/mail_folder.py": "a server that is no website",
    "sources/sockets.py": "a websocket",
}
"""The files that import one, and what of the table above tries them, or why nothing has to."""


def clients(path: Path) -> set[str]:
    """The modules of that list which a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) and not node.level else []
        found |= {client for client in CLIENTS for name in names if name == client or name.startswith(f"{client}.")}
    return found


def opens(path: Path) -> bool:
    """Whether a file opens connections by asyncio, or a client of `calling`, without importing any of these."""
    text = path.read_text(encoding="utf-8")
    return any(word in text for word in ("open_connection(", "create_connection(", "calling import client"))


def test_no_place_that_fetches_escapes_this_table() -> None:
    """A file that imports a client of any network is listed above: tried by the table, or with the reason why not."""
    found = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py") if clients(path) or opens(path)}
    assert sorted(found - set(KNOWN)) == []
    assert sorted(set(KNOWN) - found) == []
    table = {*OPERATORS, *OWN, *STRANGERS}
    assert all(said in table or len(said.split()) >= 6 for said in KNOWN.values())


def test_errors_of_the_table_are_what_they_say() -> None:
    """A refusal is not one that was never tried: the plain address of this machine is refused by its closed port."""
    with pytest.raises(SourceError, match="cannot be reached"):
        asking("http://127.0.0.1:1").get("")
