"""Reading a network's JSON strictly: what has the wrong type is not guessed at, it is unreadable."""

import html
import re
from typing import Any

from ascolta.sources.times import seconds

_BREAKS = re.compile(r"<(?:br\s*/?|/p|/li|/div)>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>")


class UnreadableError(ValueError):
    """Something that a network said cannot be read. Says nothing of what it was."""


def known(value: Any) -> dict[str, Any]:
    """An object. Raises UnreadableError for anything else."""
    if not isinstance(value, dict):
        raise UnreadableError("this is not an object")
    return value


def within(said: dict[str, Any], key: str) -> dict[str, Any]:
    """The object behind a key; empty where there is none. Raises UnreadableError for anything else."""
    return {} if said.get(key) is None else known(said[key])


def flag(value: Any) -> bool | None:
    """True, False, or None where nothing is said. Raises UnreadableError."""
    if value is None or isinstance(value, bool):
        return value
    raise UnreadableError("this is neither true nor false")


def text(value: Any) -> str:
    """Words; none where nothing is said. Raises UnreadableError."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    raise UnreadableError("these are no words")


def number(value: Any) -> str:
    """The id of something, as words. Raises UnreadableError."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def each(value: Any) -> list[Any]:
    """The items of a list; a single one counts as a list, as JSON-LD has it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def words(value: Any) -> tuple[str, ...]:
    """A list of words. Raises UnreadableError."""
    return tuple(text(item) for item in each(value) if item is not None)


def time(value: Any) -> float | None:
    """A time of writing; None where there is none that can be read, for it refuses nothing."""
    try:
        return seconds(value)
    except ValueError:
        return None


def plain(markup: str) -> str:
    """The words of a piece of HTML, with its line breaks."""
    if "<" in markup:
        markup = _MARKUP.sub("", _BREAKS.sub("\n", markup))
    return (html.unescape(markup) if "&" in markup else markup).strip()
