"""The secrets of one source, by their keys in brand.yaml, read where they lie and put back there once renewed."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from ascolta.sources.chance import Held, Safe, Secrets


class Secret(Protocol):
    """One secret. What it says may be changed by another program at any time."""

    def read(self) -> str:
        """What it is now."""
        ...

    def put(self, secret: str) -> bool:
        """Keep another one; False if it lies where nothing can be put. Raises AscoltaError if it could not be done."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """While nobody else renews it."""
        ...


class Holding(Mapping[str, str]):
    """Secrets by key, as they were when the source was made; `one` gives one that may be renewed."""

    def __init__(self, variables: Mapping[str, str], held: Held) -> None:
        self._variables, self._held = dict(variables), held
        self._read = {key: held(variable).strip() for key, variable in variables.items()}

    def __getitem__(self, key: str) -> str:
        return self._read[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)

    def __repr__(self) -> str:
        return f"Holding({', '.join(self._read)})"

    def one(self, key: str) -> Secret:
        """One of them, where it lies."""
        if isinstance(self._held, Safe):
            return _Lying(self._held, self._variables[key])
        return Known(self._read[key])


@dataclass(slots=True)
class Known:
    """A secret that is known and cannot be put anywhere."""

    text: str = field(repr=False)

    def read(self) -> str:
        """What it is."""
        return self.text

    def put(self, secret: str) -> bool:
        """Nowhere."""
        return False

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else has it."""
        return nullcontext()


@dataclass(slots=True)
class _Lying:
    safe: Safe
    variable: str

    def read(self) -> str:
        return self.safe(self.variable).strip()

    def put(self, secret: str) -> bool:
        self.safe.put(self.variable, secret)
        return True

    def alone(self) -> AbstractContextManager[None]:
        return self.safe.alone(self.variable)


def one(secrets: Secrets, key: str) -> Secret:
    """One of a source's secrets, where it lies if that is known."""
    return secrets.one(key) if isinstance(secrets, Holding) else Known(secrets[key])
