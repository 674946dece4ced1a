"""Where our requests may go: public addresses, this machine if it is named outright, private networks if told."""

import asyncio
import ipaddress

import pytest

from ascolta.desks.webhook import Webhook
from ascolta.errors import AscoltaError, SourceError
from ascolta.reaching import may_reach, reached
from tests.desks.receivers import SECRET

PRIVATE = ("10.0.0.1", "192.168.1.1", "172.16.0.1", "127.0.0.1", "100.64.0.1", "::1", "fd00::1")
NEVER = (
    "169.254.169.254", "fe80::1", "fe80::1%eth0", "0.0.0.1", "::", "224.0.0.1", "ff02::1", "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
)  # fmt: skip
INSIDE = ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1")
"""Addresses of IPv6 that stand for one of IPv4."""


@pytest.mark.parametrize("said", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"])
def test_the_public_internet_is_reached(said: str) -> None:
    """Whatever was told."""
    assert may_reach(ipaddress.ip_address(said), private=False)
    assert may_reach(ipaddress.ip_address(said), private=True)


@pytest.mark.parametrize("said", [*PRIVATE, *INSIDE])
def test_a_private_network_is_reached_only_if_told(said: str) -> None:
    """Also where it hides in an address of IPv6."""
    assert not may_reach(ipaddress.ip_address(said), private=False)
    assert may_reach(ipaddress.ip_address(said), private=True)


@pytest.mark.parametrize("said", NEVER)
def test_one_link_and_many_hosts_are_never_reached(said: str) -> None:
    """Clouds tell their secrets at an address of the link; no operator means that."""
    assert not may_reach(ipaddress.ip_address(said), private=True)


@pytest.mark.parametrize("url", [
    "https://169.254.169.254/latest/meta-data", "https://[::ffff:127.0.0.1]/", "https://2130706433/", "https://0x7f.1/",
    "https://10.1.2.3/hook", "https://[fe80::1]/",
])  # fmt: skip
def test_an_address_in_disguise_is_refused_before_anything_is_sent(url: str) -> None:
    """As a number, in hex, mapped: what it resolves to counts; the error does not repeat it."""
    with pytest.raises(SourceError) as found:
        Webhook(url, SECRET, lambda: 0.0).send("helpdesk", {"type": "x"}, "k")
    assert "hook 'helpdesk' cannot be reached" in str(found.value)
    for part in ("169.254", "127.0.0.1", "2130706433", "0x7f", "10.1.2.3"):
        assert part not in str(found.value)


@pytest.mark.parametrize("url", [
    "http://hooks.example.com/", "http://10.1.2.3/", "gopher://127.0.0.1/", "file:///etc/passwd", "https://a@b.example/",
    "https://b.example/#x", "http://2130706433/", "http://127.0.0.1:0/", "https://b.example:99999/",
])  # fmt: skip
def test_what_is_no_plain_address_is_refused_at_the_start(url: str) -> None:
    """Another scheme, a user, a fragment, http to elsewhere: said without the address."""
    with pytest.raises(AscoltaError) as found:
        Webhook(url, SECRET, lambda: 0.0)
    assert url not in str(found.value)


def test_the_address_that_was_looked_at_is_the_one_that_is_asked() -> None:
    """No second look-up can lead elsewhere: the URL holds the address, and the name goes along for TLS and Host."""
    found = asyncio.run(reached("http://localhost:8099/a/b?c=d"))
    assert found.url in ("http://127.0.0.1:8099/a/b?c=d", "http://[::1]:8099/a/b?c=d")
    assert (found.host, found.name) == ("localhost:8099", "localhost")
