"""Lists of words that stand in TOML files beside the rules; part of the code, read once."""

import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache
def lists(name: str) -> dict[str, list[str]]:
    """All lists of one file."""
    said: dict[str, list[str]] = tomllib.loads(
        (files("ascolta.core.redact") / "lexicons" / f"{name}.toml").read_text(encoding="utf-8")
    )
    return said


def listed(name: str, section: str) -> frozenset[str]:
    """One list of a file, as a set."""
    return frozenset(lists(name)[section])
