"""Small files under a passphrase: the key by scrypt (RFC 7914), the rest by AES-256-GCM, one file for all of them."""

import os
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ascolta.errors import AscoltaError, StoreError

MAGIC = b"ascolta sealed 1\n"
SALT, NONCE = 16, 12
COST = 2**16
"""Takes 64 MiB and some tenths of a second for each guess."""

LEAST = 12
"""Characters in a passphrase."""


def sealed(passphrase: str, files: Mapping[str, bytes], bound: bytes) -> bytes:
    """The files, to be opened with the passphrase and together with `bound` only."""
    if len(passphrase) < LEAST:
        raise AscoltaError(f"the passphrase is too short; it needs {LEAST} characters, better five random words")
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    cipher = AESGCM(_key(passphrase, salt)).encrypt(nonce, msgspec.msgpack.encode(dict(files)), MAGIC + bound)
    return MAGIC + salt + nonce + cipher


def unsealed(passphrase: str, data: bytes, bound: bytes) -> dict[str, bytes]:
    """The files again. Raises StoreError."""
    start = len(MAGIC)
    salt, nonce, cipher = data[start : start + SALT], data[start + SALT :][:NONCE], data[start + SALT + NONCE :]
    try:
        if not data.startswith(MAGIC):
            raise InvalidTag
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, cipher, MAGIC + bound)
    except (InvalidTag, ValueError):
        raise StoreError(
            "the keys do not open: the passphrase is another one, or the backup was changed after it was made"
        ) from None
    return msgspec.msgpack.decode(plain, type=dict[str, bytes])


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())
