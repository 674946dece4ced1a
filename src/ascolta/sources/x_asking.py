"""Asking X, which counts requests by what is asked, and more than one way: by quarters of an hour, days and months.

It is asked by our own client, not by the one that X gives (`xdk`): that one follows redirects and proxies, trusts any
address, waits by itself, and has no end to what it reads. X's schemas, which come with it, are used in the tests.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ascolta.core.budget import budget
from ascolta.errors import SourceError
from ascolta.sources.asking import Answer, Asking, Fields
from ascolta.sources.times import seconds

DAYS = ("x-app-limit-24hour", "x-user-limit-24hour")
"""How the headers begin that tell of a day's limits, for the program and for the account."""

CAPPED = 3_600.0
"""Seconds until X is asked again that allows no more for the month: it does not say when there is more."""

PARTS: tuple[tuple[str, type], ...] = (("data", list), ("errors", list), ("meta", dict))
"""Of what an answer consists that brings posts; one of them is there."""

Item = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class XAsking(Asking):
    """X at one address. `capped`: until when nothing is asked since a month's posts are used up (seconds, UTC)."""

    capped: float = 0.0

    def raw(self, method: str, path: str, headers: Mapping[str, str], content: bytes | None = None) -> Answer:
        """An answer, with the narrowest of its limits in the place of the others."""
        found = Asking.raw(self, method, path, headers, content)
        told = dict(found.headers)
        for name in DAYS:
            if told.get(f"{name}-remaining", "").strip() == "0":
                told |= {
                    f"x-rate-limit-{what}": told.get(f"{name}-{what}", "") for what in ("limit", "remaining", "reset")
                }
        left = budget(told, self.clock(), seconds).left
        if found.status == 429 and left != 0 and "retry-after" not in told:
            self.capped = self.clock() + CAPPED
            told |= {"x-rate-limit-remaining": "0", "x-rate-limit-reset": f"{CAPPED:.0f}"}
        return replace(found, headers=told)

    def page(self, path: str, fields: Fields) -> Item:
        """Posts, and who wrote them. Raises SourceError if it is something else."""
        said = self.get(path, fields)
        given = [(said.get(key), kind) for key, kind in PARTS if said.get(key)] if isinstance(said, dict) else []
        if given and all(isinstance(value, kind) for value, kind in given):
            return dict(said)
        raise SourceError(f"{self.who} gave something else than posts", retry=True)

    def sends(self, path: str, said: Item) -> Any:
        """What it says to something that is sent. Raises SourceError."""
        body = json.dumps(said).encode()
        return self.json(self.answer("POST", path, body, {"Content-Type": "application/json"}))
