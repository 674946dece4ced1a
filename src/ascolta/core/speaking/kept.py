"""What was made for a key, kept for the next time."""

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_KNOWN = 20_000
"""What is kept of one sort; then it is begun anew."""


class Kept(dict[K, V]):
    """By key what was made for it, up to a bound; `map` asks it without a call of ours for what is there."""

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        """Made when it is first asked for."""
        if len(self) >= MOST_KNOWN:
            self.clear()
        made = self[key] = self._make(key)
        return made
