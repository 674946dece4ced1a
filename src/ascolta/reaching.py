"""To which address a request goes: names are looked up here, and only what may be reached is.

A name that leads into the machine itself, or into a network that is not public, is refused unless the operator said
that it is so, and the very address that was looked at is the one that is connected to (no second look-up, which could
give another). Addresses of one link, where clouds tell their secrets, are never reached. See OWASP's SSRF sheet.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import urlsplit, urlunsplit

from ascolta.core.here import is_here
from ascolta.errors import SourceError

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_SHARED, _THIS = IPv4Network("100.64.0.0/10"), IPv4Network("0.0.0.0/8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Where a request goes: its URL with the address that was looked at, and the name that it is for."""

    url: str
    host: str
    name: str


async def reached(url: str, *, private: bool = False, foreign: bool = False) -> Reached:
    """Look up the name of a URL, and refuse what may not be reached. Raises SourceError, OSError, which never say it.

    An operator may name this machine outright; `foreign` is for a URL that somebody else wrote, which may not.
    """
    parts = urlsplit(url)
    name = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError("a name that cannot be one") from None
    addresses = [ipaddress.ip_address(str(one[4][0])) for one in found]
    good = [one for one in addresses if may_reach(one, private=private or (is_here(name) and not foreign))]
    if not addresses or len(good) != len(addresses):
        raise SourceError(
            "its name leads into a network that is not public; say private: yes if that is meant", retry=True
        )
    chosen = str(good[0])
    spelled = f"[{chosen}]" if ":" in chosen else chosen
    return Reached(
        url=urlunsplit((parts.scheme, f"{spelled}:{port}", parts.path, parts.query, "")),
        host=parts.netloc.rpartition("@")[2],
        name=name,
    )


def may_reach(address: Address, *, private: bool) -> bool:
    """Whether an address may be reached; what stands for another address is that."""
    real = _real(address)
    if real.is_link_local or real.is_multicast or real.is_unspecified or real in _THIS:
        return False
    if isinstance(real, IPv6Address) and real.scope_id is not None:
        return False
    if real.is_global and not (isinstance(real, IPv4Address) and real in _SHARED):
        return True
    return private and (real.is_loopback or real.is_private or real in _SHARED)


def _real(address: Address) -> Address:
    """The IPv4 address within one of IPv6, where there is one."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo is not None else address)
