"""What an author or a post states about being heard, where it cannot be read as it stands: it is taken for a no."""

from typing import Any

import msgspec

from ascolta.core.post import Actor, Page, Policy

_STATING: dict[str, type[Policy] | type[Page]] = {"policy": Policy, "page": Page}


def spared(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the plain post format in which `author`, `policy` and `page` can be read, whatever stands there."""
    author = row.get("author")
    if isinstance(author, int | float) and not isinstance(author, bool):
        row["author"] = str(author)
    elif author is not None and not isinstance(author, str):
        row["author"] = _author(author)
    for key, kind in _STATING.items():
        if row.get(key) is not None:
            try:
                row[key] = msgspec.convert(row[key], kind)
            except msgspec.ValidationError:
                row[key] = kind(unreadable=True)
    return row


def _author(said: Any) -> Actor:
    """An account from what should be an object; one that is none, or has a field of the wrong type, refuses."""
    if not isinstance(said, dict):
        return Actor(unreadable=True)
    stated = {key: value for key, value in said.items() if value is not None}
    names = {key: str(stated[key]) for key in ("id", "handle") if isinstance(stated.get(key), str | int)}
    try:
        return msgspec.convert({**stated, **names}, Actor)
    except msgspec.ValidationError:
        return Actor(id=names.get("id", ""), handle=names.get("handle", ""), unreadable=True)
