"""How the program that runs was set up: what lies where, and which variables of its environment are set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ascolta.stores.catalogue import FILES
from ascolta.telling import Outside

VARIABLES = (
    "ASCOLTA_DATABASE",
    "ASCOLTA_CHECKPOINTS",
    "ASCOLTA_PASSPHRASE",
    "ASCOLTA_METRICS_TOKEN",
    "ASCOLTA_DRAFTS_MODEL",
    "ASCOLTA_DRAFTS_ENDPOINT",
    "ASCOLTA_DRAFTS_KEY",
    "ASCOLTA_LABELS",
    "ASCOLTA_MATCH",
)
"""What may be set, for all brands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """`folders` are the brands' own, by id; `place` is the store's, None: in memory; `postgres` holds its tables.

    `is_set` tells whether a variable of the environment is, never what it holds.
    """

    folders: Mapping[str, Path] = field(default_factory=dict)
    place: Path | None = None
    postgres: bool = False
    outside: Outside | None = None
    is_set: Callable[[str], bool] = lambda name: False


def sizes(place: Path) -> list[tuple[str, str, int]]:
    """The files of a store that are there: name, purpose, and bytes with what SQLite adds beside."""
    found = []
    for name, file in FILES.items():
        paths = [place / f"{name}{end}" for end in ("", *file.beside)]
        if paths[0].is_file():
            found.append((name, file.purpose, sum(map(_size, paths))))
    return found


def _size(path: Path) -> int:
    """Bytes of a file; 0 if it is not there, or went while we looked."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
