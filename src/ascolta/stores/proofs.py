"""By what somebody shows who they are: passwords (argon2id, RFC 9106), second factors (RFC 6238), codes to recover."""

import secrets
import threading
from collections.abc import Sequence

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from ascolta.core.people import STEP, fit_password
from ascolta.errors import PeopleError

AT_ONCE = 2
"""Passwords that are hashed at the same time; each takes 64 MiB."""

CODES = 10
"""Codes to recover with that are given out at once, each good once."""

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
WEAKEST, READ = 3, 72
"""The least score of a password that is taken, of 4, and how many of its characters are looked at for that."""


class Passwords:
    """Passwords as they are kept. `hasher` may be cheaper where nothing is at stake."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher, self._slots = hasher or PasswordHasher(), threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex())

    def kept(self, password: str, *names: str) -> str:
        """A new password as it is kept. Raises PeopleError if it is too short, or soon guessed (ASVS 6.2.4, 6.2.11)."""
        found = zxcvbn(fit_password(password)[:READ], user_inputs=[name for name in names if name])
        if found["score"] < WEAKEST:
            raise PeopleError("this password is soon guessed; take a few words that do not belong together")
        with self._slots:
            return self._hasher.hash(_bytes(password))

    def fits(self, kept: str, password: str) -> bool:
        """Whether a password is the one that is kept. With `kept` empty it never fits, and that takes as long."""
        with self._slots:
            try:
                return self._hasher.verify(kept or self._nobody, _bytes(password)) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False


def new_secret() -> str:
    """A new secret for a second factor, 160 bit in base32."""
    return pyotp.random_base32()


def address_of(secret: str, name: str) -> str:
    """What an authenticator reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=name, issuer_name="Ascolta")


def step_of(secret: str, code: str, at: float, after: int) -> int | None:
    """The step of 30 seconds to which a code belongs, now or next to now, and later than `after`; None if to none.

    A code that was used, or is older than one that was, is not taken again (RFC 6238, 5.2; ASVS 6.5.1).
    """
    totp, now = pyotp.TOTP(secret, interval=STEP), int(at // STEP)
    fitting = [
        step for step in (now - 1, now, now + 1) if secrets.compare_digest(_bytes(totp.at(step * STEP)), _bytes(code))
    ]
    return next((step for step in fitting if step > after), None)


def new_codes() -> Sequence[str]:
    """Codes to recover with, 120 bit each: enough for a plain hash to keep them (ASVS 6.5.2)."""
    return tuple("".join(secrets.choice(LETTERS) for _ in range(24)) for _ in range(CODES))


def _bytes(said: str) -> bytes:
    return said.encode("utf-8", "surrogatepass")
