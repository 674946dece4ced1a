"""The keyring of the system, where a desktop or a server has one. Needs the package keyring, which an extra brings."""

from dataclasses import dataclass

import keyring
from keyring.core import recommended
from keyring.errors import KeyringError, PasswordDeleteError

from ascolta.errors import StoreError


@dataclass(frozen=True, slots=True)
class SystemRing:
    """What is kept in it for one place."""

    service: str

    @property
    def is_there(self) -> bool:
        """Whether there is one that keeps secrets from being read."""
        return bool(recommended(keyring.get_keyring()))

    def get(self, name: str) -> str:
        """What is kept by a name; empty if nothing. Raises StoreError if it does not open."""
        try:
            return keyring.get_password(self.service, name) or ""
        except KeyringError as error:
            raise StoreError(f"the system's keyring does not open ({type(error).__name__}); unlock it") from None

    def put(self, name: str, secret: str) -> None:
        """Keep a secret. Raises StoreError."""
        try:
            keyring.set_password(self.service, name, secret)
        except (KeyringError, OSError) as error:
            said = f"the system's keyring does not take it ({type(error).__name__}); unlock it, or keep it in the file"
            raise StoreError(said) from None

    def drop(self, name: str) -> bool:
        """Keep it no longer; whether it was there. Raises StoreError."""
        try:
            keyring.delete_password(self.service, name)
        except PasswordDeleteError:
            return False
        except KeyringError as error:
            raise StoreError(f"the system's keyring does not open ({type(error).__name__}); unlock it") from None
        return True
