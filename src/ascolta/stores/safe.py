"""Secrets of networks: in the environment, else in the system's keyring, else in an encrypted file beside the store.

Never in YAML, never on a command line, and never shown: what is told of a secret is its name and where it lies. One of
the environment that gives tokens may be renewed; then what it became is kept here, for as long as the environment says
the same.
"""

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ascolta.errors import AscoltaError, StoreError
from ascolta.stores.sealed import sealed, unsealed

FILE, LOCK = "secrets.sealed", "secrets.lock"

KEY = "ASCOLTA_SECRETS_KEY"
"""The variable that holds the passphrase of the file."""

BOUND = b"ascolta secrets 1"
RENEWED = "@environment"
"""Follows the name of a secret that the environment holds too, as it was before."""

WAIT = 60.0
"""Seconds for which one program waits until another has renewed a secret."""

PLACES = ("keyring", "file")


class Ring(Protocol):
    """A keyring."""

    def get(self, name: str) -> str:
        """What is kept by a name; empty if nothing. Raises StoreError."""
        ...

    def put(self, name: str, secret: str) -> None:
        """Keep a secret. Raises StoreError."""
        ...

    def drop(self, name: str) -> bool:
        """Keep it no longer; whether it was there. Raises StoreError."""
        ...


@dataclass(slots=True, kw_only=True)
class Safe:
    """The secrets of one brand folder. `passphrase` gives that of the file, empty if nobody does.

    `keyring` gives that of the system, if there is one; neither is asked before it is needed.
    """

    folder: Path
    environ: Mapping[str, str] = field(repr=False)
    passphrase: Callable[[], str]
    keyring: Callable[[], Ring | None] = lambda: None
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _alone: bool = False
    _opened: tuple[bytes, dict[str, str]] | None = field(default=None, repr=False)

    def __call__(self, variable: str) -> str:
        """What a variable holds, as it is now; empty if nothing. Raises StoreError if where it lies does not open."""
        given = self.environ.get(variable, "").strip()
        if not given:
            return self._found(variable)
        return self._renewed(variable, given) if given.startswith("{") else given

    def where(self, variable: str) -> str:
        """Where it lies: `environment`, `keyring`, `file`, or empty. Raises StoreError."""
        if self.environ.get(variable, "").strip():
            return "environment"
        return next((place for place in PLACES if self._in(place, variable)), "")

    def put(self, variable: str, secret: str, place: str = "") -> None:
        """Keep it, on disk before this returns: where it lies already, or in a `place`. Raises AscoltaError."""
        given = "" if place else self.environ.get(variable, "").strip()
        name, text = variable, secret
        if given:
            name, text = variable + RENEWED, json.dumps({"of": _digest(given), "secret": secret})
        with self.alone(variable):
            lies = next((one for one in PLACES if self._in(one, name)), "")
            chosen = place or lies or self.usual
            self._keep(chosen, name, text)
            if place and lies not in ("", chosen):
                self._drop(lies, name)

    @property
    def ring(self) -> Ring | None:
        """The system's keyring, if it has one."""
        return self.keyring()

    @property
    def usual(self) -> str:
        """Where secrets go unless it is said: the keyring where there is one. Raises StoreError if nowhere."""
        if self.ring is not None:
            return "keyring"
        if self.passphrase():
            return "file"
        raise StoreError(f"there is no place to keep a secret: no keyring, and no passphrase for a file in {KEY}")

    def names(self) -> list[str]:
        """The names of what lies in the file. Raises StoreError if it does not open."""
        return sorted(name for name in self._read() if not name.endswith(RENEWED))

    def drop(self, variable: str) -> bool:
        """Forget a secret wherever it is kept; whether it was. The environment is the operator's. Raises StoreError."""
        with self.alone(variable):
            names = (variable, variable + RENEWED)
            dropped = [self._drop(place, name) for place in PLACES for name in names]
            return any(dropped)

    @contextmanager
    def alone(self, variable: str) -> Iterator[None]:
        """While no other program renews or keeps a secret of this folder. Raises StoreError if that takes too long."""
        with self._lock:
            if self._alone:
                yield
                return
            with _only(self.folder):
                self._alone = True
                try:
                    yield
                finally:
                    self._alone = False

    def _found(self, name: str) -> str:
        """What is kept by a name. A keyring that does not open is no matter where the file has it."""
        try:
            return (self.ring.get(name) if self.ring is not None else "") or self._read().get(name, "")
        except StoreError:
            found = self._read().get(name, "") if (self.folder / FILE).exists() else ""
            if found:
                return found
            raise

    def _renewed(self, variable: str, given: str) -> str:
        """What became of a secret that the environment holds; itself, if nothing did or the file does not open."""
        try:
            kept = json.loads(self._found(variable + RENEWED) or "{}")
        except StoreError:
            return given
        return str(kept["secret"]) if kept.get("of") == _digest(given) else given

    def _in(self, place: str, name: str) -> bool:
        if place == "keyring":
            return self.ring is not None and bool(self.ring.get(name))
        return name in self._read()

    def _keep(self, place: str, name: str, text: str) -> None:
        if place == "file":
            self._write({**self._read(), name: text})
        elif self.ring is not None:
            self.ring.put(name, text)
        else:
            raise AscoltaError(
                "this machine has no keyring that can be used; install one with: pip install 'ascolta[keyring]'"
            )

    def _drop(self, place: str, name: str) -> bool:
        if place == "keyring":
            return self.ring is not None and self.ring.drop(name)
        kept = self._read()
        there = kept.pop(name, None) is not None
        if there:
            self._write(kept)
        return there

    def _read(self) -> dict[str, str]:
        """What lies in the file; nothing if there is none. Raises StoreError if it does not open."""
        path = self.folder / FILE
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError(f"{path}: the secrets cannot be read ({error.strerror})") from None
        if self._opened is None or data != self._opened[0]:
            self._opened = data, self._unlocked(data)
        return dict(self._opened[1])

    def _unlocked(self, data: bytes) -> dict[str, str]:
        path = self.folder / FILE
        if not (passphrase := self.passphrase()):
            raise StoreError(f"{path}: the secrets are locked; set their passphrase in {KEY}")
        try:
            return {name: secret.decode() for name, secret in unsealed(passphrase, data, BOUND).items()}
        except StoreError:
            raise StoreError(f"{path}: the secrets do not open; {KEY} holds another passphrase") from None

    def _write(self, kept: Mapping[str, str]) -> None:
        """The file anew, whole or not at all, for its owner only."""
        path = self.folder / FILE
        if not (passphrase := self.passphrase()):
            raise StoreError(f"{path}: nobody gives the passphrase of the secrets; set it in {KEY}")
        data = sealed(passphrase, {name: secret.encode() for name, secret in kept.items()}, BOUND)
        own = path.with_name(f"{FILE}.{os.getpid()}")
        try:
            own.unlink(missing_ok=True)
            with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            own.replace(path)
        except OSError as error:
            own.unlink(missing_ok=True)
            raise StoreError(f"{path}: the secrets cannot be kept ({error.strerror}); check the rights") from None


@contextmanager
def _only(folder: Path) -> Iterator[None]:
    """While this program alone holds a folder's lock, which ends with the program however that ends."""
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=True)
        file = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    except (OSError, sqlite3.Error):
        raise StoreError(f"{path}: the lock of the secrets cannot be made; check the rights of the folder") from None
    with closing(file):
        try:
            file.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            raise StoreError(f"{path}: another program keeps the secrets locked; try again") from None
        yield


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
