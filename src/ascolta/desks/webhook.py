"""A desk of the brand's own, told by a signed webhook as the Standard Webhooks specification (1.0.0) has it.

Each request carries `webhook-id` (the same at every try, so that a receiver can tell a second one), `webhook-timestamp`
(seconds, of this try) and `webhook-signature`: `v1,` and the HMAC-SHA256 over `id.timestamp.body` in base64, one for
each secret, so that a secret can be changed without a gap. No redirect is followed, no proxy of the environment used,
and no network reached that is not public, unless it is said to be meant.
"""

import asyncio
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

import httpx2
import msgspec

from ascolta.calling import client, ended, is_plain, is_private
from ascolta.core.signature import secret, signed
from ascolta.desks.later import Later, Unfit
from ascolta.errors import AscoltaError, SourceError
from ascolta.reaching import reached

SECONDS = 15.0
"""For one message, everything together."""

TYPE = "ascolta.notice"
UNFIT = (400, 413, 415, 422)
"""By these a receiver says that it will never take this very message."""


class Webhook:
    """One address with its secrets, parted by spaces. Raises AscoltaError if they cannot be used."""

    kind = "signed webhook"

    def __init__(
        self, url: str, secrets: str, clock: Callable[[], float], seconds: float = SECONDS, *, private: bool = False
    ) -> None:
        _require_safe(url)
        self._url, self._clock, self._seconds, self._private = url, clock, seconds, private
        self._secrets = tuple(_secret(said) for said in secrets.split())

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Post a message, within seconds."""
        said = {"type": TYPE, "data": {"desk": desk, "subject": subject, "body": body}}
        status, after = self._posted(f"desk '{desk}'", said, key)
        _accepted(f"desk '{desk}'", status, after)

    def send(self, hook: str, said: Mapping[str, object], key: str) -> None:
        """Post an event. Raises SourceError; Unfit where the receiver will never take this one."""
        status, after = self._posted(f"hook '{hook}'", said, key)
        if status in UNFIT:
            raise Unfit(f"hook '{hook}' refuses this event with status {status}", retry=False)
        _accepted(f"hook '{hook}'", status, after)

    def _posted(self, who: str, said: Mapping[str, object], key: str) -> tuple[int, float]:
        """The status of the answer, and for how many seconds it asks to be left alone. Raises SourceError."""
        content = msgspec.json.encode(said)
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "Ascolta"}
        headers |= signed(self._secrets, key, int(self._clock()), content)
        try:
            status, after = ended(self._within_time(content, headers))
        except (TimeoutError, httpx2.TimeoutException):
            raise SourceError(f"{who} did not answer within {self._seconds:g} seconds", retry=True) from None
        except SourceError as error:
            raise SourceError(f"{who} cannot be reached: {error}", retry=True) from None
        except httpx2.HTTPError as error:
            raise SourceError(f"{who} cannot be reached ({type(error).__name__})", retry=True) from None
        except (OSError, ValueError, httpx2.InvalidURL):
            raise SourceError(f"{who} cannot be reached; look at its address", retry=True) from None
        return status, _seconds_of(after, self._clock())

    async def _within_time(self, content: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """The status of the answer and what its Retry-After says; its body is not read."""
        async with asyncio.timeout(self._seconds):
            where, asking = await reached(self._url, private=self._private), client(self._seconds)
            headers, named = {"Host": where.host, **headers}, {"sni_hostname": where.name}
            async with (
                asking,
                asking.stream("POST", where.url, content=content, headers=headers, extensions=named) as answer,
            ):
                return answer.status_code, answer.headers.get("retry-after", "")


def _accepted(who: str, status: int, after: float) -> None:
    """Raises SourceError unless a status says that the message was taken.

    By the specification 410 means never again, and a redirect is not followed; anything else may pass.
    """
    if 200 <= status < 300:
        return
    said = f"{who} answers with status {status}"
    if status == 410:
        raise SourceError(f"{said}: it is gone for good; name another address", retry=False)
    if 300 <= status < 400:
        raise SourceError(f"{said}: it sends us elsewhere, and we do not go; name its real address", retry=False)
    if after > 0:
        raise Later(said, after=after)
    raise SourceError(said, retry=True)


def _seconds_of(said: str, now: float) -> float:
    """What a Retry-After header asks for (RFC 9110, 10.2.3: seconds, or a date); 0 if it cannot be read."""
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now)
    except (ValueError, OverflowError):
        return 0.0


def _secret(said: str) -> bytes:
    try:
        return secret(said)
    except ValueError as error:
        raise AscoltaError(str(error)) from None


def _require_safe(url: str) -> None:
    """Raises AscoltaError, which never says the address, unless it is https, or http within this machine."""
    if not is_plain(url, query=True):
        raise AscoltaError("a signed webhook goes to a plain address, such as https://hooks.example.com/ascolta")
    if not is_private(url):
        raise AscoltaError("a signed webhook goes to https://, or stays on this machine, as http://127.0.0.1")
