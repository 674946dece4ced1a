"""An OpenAI-compatible endpoint (`POST …/chat/completions`), asked one thing at a time and not trusted in anything.

One request, no memory, no tools. Within seconds and within kilobytes, or not at all. No redirect is followed, no proxy
of the environment used, nothing decompressed, and plain http only within this machine. It may lie in a network of the
operator's own, but never where clouds tell their secrets (see `reaching`), and its name is looked up once.
"""

import asyncio
from dataclasses import dataclass, field

import httpx2
import msgspec

from ascolta.calling import client, ended, is_plain, is_private
from ascolta.core.drafting.asked import MAX_ANSWER, Asked, ModelError
from ascolta.errors import AscoltaError, SourceError
from ascolta.reaching import reached

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
            return ended(self._within_time(asked))
        except TimeoutError:
            raise ModelError(f"the model did not answer within {self.seconds:g} seconds") from None
        except SourceError:
            raise ModelError("the model cannot be asked: its name leads where nobody may ask") from None
        except httpx2.HTTPError as error:
            raise ModelError(f"the model cannot be asked ({type(error).__name__})") from None
        except (OSError, ValueError, httpx2.InvalidURL):
            raise ModelError("the model cannot be asked; look at the endpoint's address") from None

    async def _within_time(self, asked: Asked) -> bytes:
        async with asyncio.timeout(self.seconds):
            return await self._answer(asked)

    async def _answer(self, asked: Asked) -> bytes:
        headers = _HEADERS | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        where, asking = await reached(_path(self.url), private=True), client(self.seconds)
        headers, named = {"Host": where.host, **headers}, {"sni_hostname": where.name}
        sent = asking.stream("POST", where.url, content=self._body(asked), headers=headers, extensions=named)
        async with asking, sent as said:
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


def _path(url: str) -> str:
    return url.rstrip("/") + "/chat/completions"


def _require_safe(url: str) -> None:
    """Raises AscoltaError unless a URL is https, or http within this machine, and nothing but an address."""
    if not is_plain(url):
        raise AscoltaError("drafts: the endpoint must be a plain address, such as https://llm.example/v1")
    if not is_private(url):
        raise AscoltaError("drafts: the endpoint must begin with https://, or lie on this machine, as http://127.0.0.1")
