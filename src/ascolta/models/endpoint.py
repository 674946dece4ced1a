"""An OpenAI-compatible endpoint (`POST …/chat/completions`), asked one thing at a time and not trusted in anything.

One request, no memory, no tools. Within seconds and within kilobytes, or not at all. No redirect is followed, no proxy
of the environment used, nothing decompressed, and plain http only within this machine.
"""

import asyncio
import ipaddress
import ssl
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

import httpx2
import msgspec

from ascolta.core.drafting.asked import MAX_ANSWER, Asked, ModelError
from ascolta.errors import AscoltaError

SECONDS = 8.0
"""For everything together: finding the host, connecting, asking, reading the answer."""

MOST_TOKENS = 200
_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Asks a model at an endpoint, such as `https://llm.example/v1`. Raises AscoltaError if it cannot be one."""

    model: str
    url: str
    key: str = field(default="", repr=False)
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        _require_safe(self.url)
        if self.key and not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise AscoltaError("drafts: the endpoint's key holds a space or a character that no key has; copy it anew")

    def __call__(self, asked: Asked) -> bytes:
        """The whole answer, unread. Raises ModelError."""
        try:
            return _ended(self._within_time(asked))
        except TimeoutError:
            raise ModelError(f"the model did not answer within {self.seconds:g} seconds") from None
        except httpx2.HTTPError as error:
            raise ModelError(f"the model cannot be asked ({type(error).__name__})") from None
        except (OSError, ValueError, httpx2.InvalidURL):
            raise ModelError("the model cannot be asked; look at the endpoint's address") from None

    async def _within_time(self, asked: Asked) -> bytes:
        async with asyncio.timeout(self.seconds):
            return await self._answer(asked)

    async def _answer(self, asked: Asked) -> bytes:
        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=0)
        headers = _HEADERS | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        client = httpx2.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=self.seconds, limits=limits, verify=_trust()
        )
        async with client, client.stream("POST", _path(self.url), content=self._body(asked), headers=headers) as said:
            return await _read(said)

    def _body(self, asked: Asked) -> bytes:
        return msgspec.json.encode(
            {
                "model": self.model,
                "messages": [{"role": "system", "content": asked.rules}, {"role": "user", "content": asked.case}],
                "response_format": {"type": "json_object"},
                "temperature": 0,
                "max_tokens": MOST_TOKENS,
                "stream": False,
            }
        )


def _ended(asking: Coroutine[None, None, bytes]) -> bytes:
    """Run to the end. Unlike asyncio.run, it does not wait for a name that is still being looked up."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(asking)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _read(response: httpx2.Response) -> bytes:
    """The body of an answer, as far as it may be long. Raises ModelError."""
    if response.is_redirect or 300 <= response.status_code < 400:
        raise ModelError("the model's endpoint sends us elsewhere, and we do not go; name its real address")
    if response.status_code != 200:
        raise ModelError(f"the model's endpoint answers with status {response.status_code}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ModelError("the model's answer was refused: it is compressed, which was not asked for")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MAX_ANSWER:
            raise ModelError(f"the model's answer was refused: it is longer than {MAX_ANSWER >> 10} KiB")
    return bytes(body)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The certificates that this machine trusts, read once."""
    return httpx2.create_ssl_context(trust_env=False)


def _path(url: str) -> str:
    return url.rstrip("/") + "/chat/completions"


def _require_safe(url: str) -> None:
    """Raises AscoltaError unless a URL is https, or http within this machine, and nothing but an address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    plain = not any(char.isspace() or not char.isprintable() for char in url)
    if not plain or not host or port == 0 or parts.username is not None or parts.query or parts.fragment:
        raise AscoltaError("drafts: the endpoint must be a plain address, such as https://llm.example/v1")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(host)):
        raise AscoltaError("drafts: the endpoint must begin with https://, or lie on this machine, as http://127.0.0.1")


def _is_here(host: str) -> bool:
    """Whether a host is this machine for certain: a loopback address written as one, or `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
