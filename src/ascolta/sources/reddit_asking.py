"""Asking Reddit: by the name that it wants of every program, and by limits that it tells as fractions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ascolta import __version__
from ascolta.errors import SourceError
from ascolta.sources.asking import Answer, Asking, Fields

MANY = 100
"""Items that are asked for at once: the most that Reddit gives."""

LIMITS = ("x-ratelimit-remaining", "x-ratelimit-used", "x-ratelimit-reset")
Item = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class RedditAsking(Asking):
    """Reddit at one address, asked for an account."""

    account: str

    def raw(self, method: str, path: str, headers: Mapping[str, str], content: bytes | None = None) -> Answer:
        """An answer. Reddit asks each program to say what it is, in which version, and who runs it."""
        agent = f"python:ascolta:v{__version__} (by /u/{self.account})"
        found = Asking.raw(self, method, path, {**headers, "User-Agent": agent}, content)
        whole = {name: found.headers[name].partition(".")[0] for name in LIMITS if name in found.headers}
        return replace(found, headers={**found.headers, **whole})

    def listing(self, path: str, fields: Fields) -> tuple[Sequence[Item], str]:
        """The items of a listing, and after which the next page begins. Raises SourceError if it is none."""
        said = self.get(path, [("raw_json", "1"), *fields])
        data = said.get("data") if isinstance(said, dict) and said.get("kind") == "Listing" else None
        given = data.get("children") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(given, list):
            raise SourceError(f"{self.who} gave something else than a listing", retry=True)
        items = [one for one in given if isinstance(one, dict) and isinstance(one.get("data"), dict)]
        after = data.get("after")
        return items, after if isinstance(after, str) else ""

    def things(self, fullnames: Sequence[str]) -> dict[str, Item]:
        """Posts and comments by their names, as they are now, 100 with a request; those that are there."""
        found = dict[str, Item]()
        for begin in range(0, len(fullnames), MANY):
            some = ",".join(fullnames[begin : begin + MANY])
            items, _ = self.listing("/api/info", [("id", some)])
            found |= {str(item["data"].get("name")): item for item in items}
        return found
