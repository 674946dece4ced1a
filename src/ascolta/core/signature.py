"""Signatures of webhooks as the Standard Webhooks specification (1.0.0) has them: made, and held against what came.

`webhook-signature` holds `v1,` and the HMAC-SHA256 over `id.timestamp.body` in base64, one for each secret, so that a
secret can be changed without a gap. An id with a dot in it is none: `a.1` at 2 would be signed as `a` at 1 is.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
LEAST, MOST = 24, 64
"""Bytes of a secret, by the specification."""

TOLERANCE = 300
"""By how many seconds a message may be old, or from the future."""

LONGEST = 256
"""Characters of an id."""

MOST_MARKS = 16
"""Signatures of one message that are looked at."""


class Unsigned(ValueError):
    """A message is not signed as it has to be; says why, and nothing of what it holds."""


def secret(said: str) -> bytes:
    """A secret as it is written. Raises ValueError."""
    try:
        found = base64.b64decode(said.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not said.startswith(PREFIX) or not LEAST <= len(found) <= MOST:
        raise ValueError(f"its secret must be {PREFIX} and {LEAST} to {MOST} random bytes in base64")
    return found


def signed(secrets: Sequence[bytes], key: str, at: int, content: bytes) -> dict[str, str]:
    """The three headers of a message."""
    return {
        "webhook-id": key,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{_mark(secret, key, str(at), content)}" for secret in secrets),
    }


def verified(secrets: Sequence[bytes], headers: Mapping[str, str], content: bytes, now: float) -> str:
    """The id of a message that was signed with one of the secrets, by its bytes as they came. Raises Unsigned."""
    key, at, marks = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (key and at and marks):
        raise Unsigned("it needs webhook-id, webhook-timestamp and webhook-signature")
    if len(key) > LONGEST or "." in key or not (key.isascii() and key.isprintable()) or " " in key:
        raise Unsigned(f"webhook-id has up to {LONGEST} printable characters, and no dot and no space among them")
    if not (at.isascii() and at.isdigit() and len(at) < 16):
        raise Unsigned("webhook-timestamp is a number of seconds")
    if abs(now - int(at)) > TOLERANCE:
        raise Unsigned(f"webhook-timestamp differs by more than {TOLERANCE} seconds from the time here")
    given = [mark.removeprefix("v1,") for mark in marks.split(" ")[:MOST_MARKS] if mark.startswith("v1,")]
    wanted = [_mark(secret, key, at, content) for secret in secrets]
    fits = [hmac.compare_digest(one.encode(), other.encode()) for one in given for other in wanted]
    if not any(fits):
        raise Unsigned("webhook-signature was not made with the secret of this place")
    return key


def _mark(secret: bytes, key: str, at: str, content: bytes) -> str:
    whole = f"{key}.{at}.".encode() + content
    return base64.b64encode(hmac.new(secret, whole, hashlib.sha256).digest()).decode()
