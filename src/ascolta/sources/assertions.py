"""A service account signs for itself: a JSON Web Token (RFC 7519, RS256) that is traded for a token (RFC 7523)."""

import base64
import json

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ascolta.errors import AscoltaError

LASTS = 3_600
"""Seconds for which it holds: the most that Google takes."""

LEAST_BITS = 2_048


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The key of a service account in the file that Google gives out; `token_uri` is where it asks."""

    client_email: str
    private_key: str
    token_uri: str
    private_key_id: str = ""

    def __repr__(self) -> str:
        return "Account(…)"


def assertion(who: str, account: Account, scope: str, now: float) -> str:
    """The account's word that it asks for this scope. Raises AscoltaError if its key cannot sign."""
    key = _key(who, account.private_key)
    header = {"alg": "RS256", "typ": "JWT", **({"kid": account.private_key_id} if account.private_key_id else {})}
    claims = {
        "iss": account.client_email, "scope": scope, "aud": account.token_uri, "iat": int(now),
        "exp": int(now) + LASTS,
    }  # fmt: skip
    said = b".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    return (said + b"." + _encoded(key.sign(said, PKCS1v15(), SHA256()))).decode()


def _key(who: str, pem: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise AscoltaError(f"{who}: the service account's private key is no RSA key of {LEAST_BITS} bits or more")
    return key


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
