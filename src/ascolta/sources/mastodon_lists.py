"""Lists of the Mastodon API: notifications and timelines of hashtags, since a place in them; and who blocks whom."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from ascolta.errors import SourceError
from ascolta.sources.asking import Asking
from ascolta.sources.natives.reading import time

log = logging.getLogger("ascolta.sources")

LIMIT = 40
"""Items of one page: the most that each of these lists gives, and accounts that are asked about together."""

MOST_BACK = 250
"""Pages that are gone through for what is new: beyond 10,000 posts since the last time the older ones are not heard."""

MENTIONS = "@"
"""The name of the list of mentions, which no hashtag can have."""

Item = dict[str, Any]


class Lists:
    """The lists of one account on one server. `cut` are those of which more was new than can be gone through."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.cut: dict[str, int] = {}

    @property
    def findings(self) -> Sequence[str]:
        """What whoever runs it should know: where talk was not heard since there was too much of it at once."""
        return [
            f"{'the mentions' if name == MENTIONS else f'#{name}'}: more than {MOST_BACK * LIMIT:,} new posts at once, "
            f"{times} times; the older ones were not heard"
            for name, times in self.cut.items()
        ]

    def new(self, name: str, place: str) -> tuple[list[Item], str]:
        """The items after a place, oldest first, and the place behind them.

        They are walked through from the newest back, since not every server goes on from a place that is gone (snac).
        """
        found: dict[str, Item] = {}
        last = ""
        for _ in range(MOST_BACK):
            items = self._page(name, [("since_id", place), *([("max_id", last)] if last else [])])
            items = [item for item in items if order(item["id"]) > order(place) and item["id"] not in found]
            if not items:
                break
            found.update({item["id"]: item for item in items})
            last = min(found, key=order)
        else:
            self._is_cut(name)
        return _oldest_first(found), max(found, key=order, default=place)

    def lately(self, name: str, since: float) -> tuple[list[Item], str]:
        """The items since a time of a list that was never heard, oldest first, and the place behind all of it."""
        found, last = dict[str, Item](), ""
        newest = items = self._page(name, [])
        for _ in range(MOST_BACK):
            items = [item for item in items if (time(item.get("created_at")) or since) >= since]
            if not items:
                break
            found.update({item["id"]: item for item in items})
            last = min(found, key=order)
            items = [item for item in self._page(name, [("max_id", last)]) if order(item["id"]) < order(last)]
        else:
            self._is_cut(name)
        return _oldest_first(found), max((item["id"] for item in newest), key=order, default="0")

    def _is_cut(self, name: str) -> None:
        """Once in the log, and from then on among the findings."""
        if name not in self.cut:
            log.warning("too much at once", extra={"said": {"source": self.asking.who, "most": MOST_BACK * LIMIT}})
        self.cut[name] = self.cut.get(name, 0) + 1

    def _page(self, name: str, more: list[tuple[str, str]]) -> list[Item]:
        fields = [("limit", str(LIMIT)), *more]
        if name == MENTIONS:
            found = self.asking.get("/api/v1/notifications", [*fields, ("types[]", "mention"), ("types[]", "update")])
        else:
            found = self.asking.get(f"/api/v1/timelines/tag/{quote(name, safe='')}", fields)
        if not isinstance(found, list):
            raise SourceError(f"{self.asking.who} gave something else than a list", retry=True)
        return [{**item, "id": str(item["id"])} for item in found if isinstance(item, dict) and item.get("id")]


def relations(asking: Asking, accounts: Iterable[str]) -> dict[str, Item]:
    """What the server says about some accounts and us, such as who blocks whom, by their ids; so many in one request.

    A server that has no such list, or a token that may not see it, says nothing of it; nothing is asked of nobody.
    """
    known, told = list(dict.fromkeys(number for number in accounts if number)), dict[str, Item]()
    for start in range(0, len(known), LIMIT):
        fields = [("id[]", number) for number in known[start : start + LIMIT]]
        try:
            found = asking.get("/api/v1/accounts/relationships", fields)
        except SourceError as error:
            if error.retry:
                raise
            return told
        if isinstance(found, list):
            told.update({str(one["id"]): one for one in found if isinstance(one, dict) and one.get("id")})
    return told


def writer(status: Any) -> str:
    """The id of who wrote a status; empty if that cannot be read."""
    account = status.get("account") if isinstance(status, dict) else None
    number = account.get("id") if isinstance(account, dict) else None
    return str(number) if isinstance(number, str | int) else ""


def order(number: str) -> tuple[int, str]:
    """Ids grow, in digits too."""
    return len(number), number


def _oldest_first(found: dict[str, Item]) -> list[Item]:
    return [found[number] for number in sorted(found, key=order)]
