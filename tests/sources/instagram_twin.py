"""An Instagram account with its media, mentions elsewhere and hashtags, as Meta's API and webhook tell of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.sources.graph_twin import GONE, Asked, GraphError, GraphTwin, Json, chosen, graph_twin, page, split

ACCOUNT = "17841400000000001"
PEOPLE = {"acme": ACCOUNT, "ann": "3001", "bob": "3002", "eve": "3003"}
SENSITIVE = "forbidden"
"""A hashtag that may not be searched."""


@dataclass
class InstagramTwin(GraphTwin):
    """The account and what hangs on it. `first` are media of its own."""

    first: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    def shows(self, who: str, text: str, *, at: float | None = None, **more: Any) -> str:
        """Somebody shows a picture with some words; the id of the media."""
        number = self.new()
        self.things[number] = {
            "id": number, "caption": text, "timestamp": self.stamp(at), "username": who, "comments_count": 0,
            "permalink": f"https://ig.example/p/{number}", "_who": who, "comments": {"data": []}, **more,
        }  # fmt: skip
        if who != "acme" and "@acme" in text:
            self.tells("instagram", ACCOUNT, "mentions", {"media_id": number})
        return number

    def says(self, who: str, text: str, *, on: str = "", under: str = "", at: float | None = None, **more: Any) -> str:
        """Somebody comments on media, of the account's own unless said otherwise, or `under` a comment; its id."""
        under = (self.things[under]["parent_id"] or under) if under else ""
        on = self.things[under]["_on"] if under else on or self.first
        number = self.new()
        made = {
            "id": number, "text": text, "timestamp": self.stamp(at), "username": who, "hidden": False, "_on": on,
            "from": {"id": PEOPLE[who], "username": who}, "parent_id": under or None, "media": {"id": on},
            "replies": {"data": []}, **more,
        }  # fmt: skip
        self.things[number] = made
        (self.things[under]["replies"] if under else self.things[on]["comments"])["data"].insert(0, made)
        self.things[on]["comments_count"] += 1
        self._push(made, mentions=who != "acme" and "@acme" in text)
        return number

    def edits(self, number: str, text: str) -> None:
        """Instagram lets nobody do this to a comment; but what stands there may differ from what was heard."""
        self.things[number]["text"] = text

    def deletes(self, number: str) -> None:
        """It is taken back, of which nobody is told."""
        found = self.things.pop(number)
        if "_on" in found:
            above = self.things.get(found["parent_id"] or "")
            listed = above["replies"] if above else self.things[found["_on"]]["comments"]
            listed["data"].remove(found)
            self.things[found["_on"]]["comments_count"] -= 1

    def said_by_us(self) -> list[str]:
        """What the account commented, oldest first."""
        return [one["text"] for one in self.things.values() if "_on" in one and one["username"] == "acme"]

    def found(self, path: str, asked: Asked) -> Json:
        """The account, its media, mentions, what hangs on something, or under a hashtag."""
        number, _, edge = path.strip("/").partition("/")
        fields = asked.get("fields", "id")
        if number == "ig_hashtag_search":
            return self._searched(asked)
        if number in self.tags.values():
            return self._recent(number, asked)
        if number == ACCOUNT and edge == "media":
            return page([one for one in reversed(self.things.values()) if _is_ours(one)], asked, self.url)
        if number == ACCOUNT:
            return self._mentioned(fields) or chosen({"id": ACCOUNT, "username": "acme"}, fields)
        found = self.thing(number)
        if not self._lets(found):
            raise GraphError(*GONE)
        if edge:
            return page(found[edge]["data"], asked, self.url)
        return chosen(found, fields)

    def made(self, path: str, form: Asked) -> str:
        """An answer of the account."""
        number, _, edge = path.strip("/").partition("/")
        if not form.get("message"):
            raise GraphError(100)
        if number == ACCOUNT and edge == "mentions":
            self._may_answer(form)
            return self.says("acme", form["message"], on=form["media_id"], under=form.get("comment_id", ""))
        found = self.thing(number)
        if edge != "replies" or "_on" not in found or not self._lets(found) or found["hidden"]:
            raise GraphError(100)
        return self.says("acme", form["message"], under=number)

    def _push(self, made: Json, *, mentions: bool) -> None:
        if _is_ours(self.things[made["_on"]]):
            value = {name: made[name] for name in ("id", "text", "from", "media", "parent_id") if made[name]}
            self.tells("instagram", ACCOUNT, "comments", value)
        elif mentions:
            self.tells("instagram", ACCOUNT, "mentions", {"media_id": made["_on"], "comment_id": made["id"]})

    def _lets(self, found: Json) -> bool:
        """Only what hangs on the account's own media, and its own comments, are given by their ids."""
        return _is_ours(found) or (
            "_on" in found and (_is_ours(self.things[found["_on"]]) or found["username"] == "acme")
        )

    def _mentioned(self, fields: str) -> Json:
        """`mentioned_comment.comment_id(ID){…}` or `mentioned_media.media_id(ID){…}`, of what names the account."""
        if not fields.startswith("mentioned_"):
            return {}
        [(name, inner)] = split(fields)
        number = fields.partition("(")[2].partition(")")[0]
        found = self.thing(number)
        words = found.get("text" if name == "mentioned_comment" else "caption", "")
        if "@acme" not in words:
            raise GraphError(*GONE)
        return {name: chosen(found, inner), "id": ACCOUNT}

    def _may_answer(self, form: Asked) -> None:
        found = self.thing(form.get("comment_id") or form["media_id"])
        if "@acme" not in (found.get("text") or found.get("caption") or ""):
            raise GraphError(100)

    def _searched(self, asked: Asked) -> Json:
        if asked["user_id"] != ACCOUNT or asked["q"] == SENSITIVE:
            raise GraphError(2207024)
        number = self.tags.setdefault(asked["q"], f"9{len(self.tags)}")
        return {"data": [{"id": number}]}

    def _recent(self, number: str, asked: Asked) -> Json:
        tag = next(tag for tag, one in self.tags.items() if one == number)
        words = re.compile(rf"#{tag}\b", re.IGNORECASE)
        day = self.stamp(self.now - 86_400)
        listed = [
            one for one in self.things.values() if words.search(one.get("caption", "")) and one["timestamp"] > day
        ]
        return page([{**one, "username": None} for one in reversed(listed)], asked, self.url)


@contextmanager
def instagram_twin(now: float) -> Iterator[InstagramTwin]:
    """The account, on this machine until the block ends; it showed something yesterday."""
    twin = InstagramTwin(now=now)
    twin.first = twin.shows("acme", "Summer is near", at=now - 86_000)
    with graph_twin(twin):
        yield twin


def _is_ours(one: Json) -> bool:
    """Whether these are media of the account."""
    return one.get("_who") == "acme"
