"""Which hosts are this machine."""

import ipaddress


def is_here(host: str) -> bool:
    """Whether a host is this machine for certain: a loopback address written as one, or `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
