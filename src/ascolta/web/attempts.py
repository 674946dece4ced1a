"""How often somebody may try to log in: by name and by address, in memory only (ASVS 5.0, 6.3.1)."""

import threading
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TypeVar

from fastapi import Request

from ascolta.core.bucket import Bucket
from ascolta.core.people import wait

EACH = (20, 6.0)
"""Tries at once from one address, and seconds until the next."""

REMEMBERED = 4_096
"""Names and addresses that are remembered; the ones that tried longest ago go first."""

FORGIVEN = 86_400.0
"""Seconds after which failed tries are forgotten."""


V = TypeVar("V")


class Attempts:
    """Counts tries, of names that are known and of those that are not alike."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._addresses: OrderedDict[str, Bucket] = OrderedDict()
        self._names: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def lets(self, name: str, address: str, at: float) -> bool:
        """Whether a name may be tried from an address now; if so, it counts as failed until `good` is told."""
        with self._one_at_a_time:
            place = network(address)
            bucket = (self._addresses.get(place) or Bucket.full(*EACH, at)).take(at)
            failed, last = self._names.get(name, (0, at))
            failed = 0 if at - last > FORGIVEN else failed
            if bucket is None or at < last + wait(failed):
                return False
            remember(self._addresses, place, bucket)
            remember(self._names, name, (failed + 1, at))
            return True

    def good(self, name: str) -> None:
        """The last try was right: what failed before is forgotten."""
        with self._one_at_a_time:
            self._names.pop(name, None)


def remember(kept: OrderedDict[str, V], key: str, value: V) -> None:
    """Remember a value as the newest; where there are too many, the oldest is forgotten."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)


def address(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def network(address: str) -> str:
    """The address, or of IPv6 the network of 64 bits that one household has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)
