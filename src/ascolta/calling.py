"""One request to an address that an operator gave, and nothing beside it: no redirect, no proxy, no compression.

What a language model and a desk of the brand's own are asked by. Needs the package httpx2, which extras bring.
"""

import asyncio
import logging
import ssl
from collections.abc import Coroutine
from functools import lru_cache
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

import httpx2

from ascolta.core.here import is_here

T = TypeVar("T")

for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)  # they log addresses, which may hold secrets


def client(seconds: float) -> httpx2.AsyncClient:
    """A client for one request, within seconds; it trusts what this machine trusts and obeys no environment."""
    limits = httpx2.Limits(max_connections=1, max_keepalive_connections=0)
    return httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=seconds, limits=limits, verify=_trust())


def ended(asking: Coroutine[None, None, T]) -> T:
    """Run to the end. Unlike asyncio.run, it does not wait for a name that is still being looked up."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(asking)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def is_plain(url: str, *, query: bool = False) -> bool:
    """Whether a URL is an address and nothing else: no name, no password, no fragment, and no query unless allowed."""
    parts = _parts(url)
    if parts is None or any(char.isspace() or not char.isprintable() for char in url):
        return False
    bare = parts.username is None and not parts.fragment and (query or not parts.query)
    return bool(parts.hostname) and parts.port != 0 and bare


def is_private(url: str) -> bool:
    """Whether nobody on the way can read along: https, or http within this machine."""
    parts = _parts(url)
    return parts is not None and (parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname or "")))


def _parts(url: str) -> SplitResult | None:
    """The parts of a URL; None if it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The certificates that this machine trusts, read once."""
    return httpx2.create_ssl_context(trust_env=False)
