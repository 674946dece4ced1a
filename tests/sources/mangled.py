"""What a network gave, with one thing in it replaced by something that has no business there."""

from collections.abc import Iterator
from typing import Any

ODD: tuple[Any, ...] = (None, True, 7, -1.5, "", "x", [], [None, 3, "x"], {}, {"id": []}, "\ud800", 10**30)


def mangled(said: Any) -> Iterator[Any]:
    """Each part of it, replaced by each odd thing, and left out."""
    if isinstance(said, dict):
        for key, value in said.items():
            yield {name: one for name, one in said.items() if name != key}
            yield from ({**said, key: odd} for odd in (*ODD, *mangled(value)))
    elif isinstance(said, list):
        for place, value in enumerate(said):
            yield from ([*said[:place], odd, *said[place + 1 :]] for odd in (*ODD, *mangled(value)))
