"""A Facebook Page with its wall, as the Graph API and its webhook tell of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.sources.graph_twin import Asked, GraphError, GraphTwin, Json, chosen, graph_twin, page

PAGE = "1000"
PEOPLE = {"acme": PAGE, "ann": "2001", "bob": "2002", "eve": "2003"}


@dataclass
class FacebookTwin(GraphTwin):
    """The Page and what stands on it. `first` is a post of its own."""

    first: str = ""
    wall: list[str] = field(default_factory=list)

    def writes(self, who: str, text: str, *, at: float | None = None, elsewhere: bool = False, **more: Any) -> str:
        """Somebody writes on the wall, or `elsewhere` with the Page tagged; the id of the post."""
        owner = PEOPLE[who] if elsewhere else PAGE
        number = f"{owner}_{self.new()}"
        self.things[number] = {
            "id": number, "message": text, "created_time": self.stamp(at), "updated_time": self.stamp(at),
            "from": {"id": PEOPLE[who], "name": who.title()}, "permalink_url": f"https://fb.example/{number}",
            "is_hidden": False, "is_published": True, "privacy": {"value": "EVERYONE"}, "message_tags": None,
            "can_comment": True, **more,
        }  # fmt: skip
        self.wall.append(number)
        self._push(number, "status", "add", at)
        return number

    def says(self, who: str, text: str, *, on: str = "", under: str = "", at: float | None = None, **more: Any) -> str:
        """Somebody comments on a post, of the Page's own unless said otherwise, or `under` a comment; its id."""
        on = self.things[under]["_on"] if under else on or self.first
        number = f"{on.partition('_')[2]}_{self.new()}"
        above = self.things.get(under)
        parent = {"id": under, "from": above["from"]} if above else None
        self.things[number] = {
            "id": number, "message": text, "created_time": self.stamp(at), "_on": on, "parent": parent,
            "from": {"id": PEOPLE[who], "name": who.title()}, "permalink_url": f"https://fb.example/{number}",
            "is_hidden": False, "is_private": False, "message_tags": None, "can_comment": not under, **more,
        }  # fmt: skip
        self.things[on]["updated_time"] = self.stamp(at)
        self._push(number, "comment", "add", at)
        return number

    def edits(self, number: str, text: str) -> None:
        """It is written anew."""
        self.things[number]["message"] = text
        self._push(number, "comment" if "_on" in self.things[number] else "status", "edited", None)

    def deletes(self, number: str) -> None:
        """It is taken back."""
        self._push(number, "comment" if "_on" in self.things[number] else "status", "remove", None)
        del self.things[number]
        self.wall = [one for one in self.wall if one != number]

    def said_by_us(self) -> list[str]:
        """What the Page commented, oldest first."""
        return [one["message"] for one in self.things.values() if "_on" in one and one["from"]["id"] == PAGE]

    def posted_by_us(self) -> list[str]:
        """What the Page posted on its wall, oldest first, but for the post it began with."""
        ours = [self.things[one] for one in self.wall if one != self.first]
        return [one["message"] for one in ours if one["from"]["id"] == PAGE]

    def found(self, path: str, asked: Asked) -> Json:
        """The Page, its feed, the comments on something, or something by its id."""
        number, _, edge = path.strip("/").partition("/")
        fields = asked.get("fields", "id")
        if number == PAGE and not edge:
            return chosen({"id": PAGE, "name": "Acme Air", "username": "acme"}, fields)
        if number == PAGE and edge == "feed":
            since = float(asked.get("since", "0"))
            listed = [self.things[one] for one in reversed(self.wall)]
            return page([one for one in listed if one["created_time"] >= self.stamp(since)], asked, self.url)
        found = self.thing(number)
        if not edge:
            return chosen(found, fields)
        if edge != "comments" or (asked["filter"], asked["order"]) != ("stream", "reverse_chronological"):
            raise GraphError(100)
        return page([one for one in reversed(self.things.values()) if _hangs(one, found)], asked, self.url)

    def made(self, path: str, form: Asked) -> str:
        """A post or a comment of the Page."""
        number, _, edge = path.strip("/").partition("/")
        if (number, edge) == (PAGE, "feed") and form.get("message"):
            return self.writes("acme", form["message"])
        found = self.thing(number)
        if edge != "comments" or not form.get("message") or not found["can_comment"]:
            raise GraphError(100)
        on, under = ("", number) if "_on" in found else (number, "")
        return self.says("acme", form["message"], on=on, under=under)

    def _push(self, number: str, item: str, verb: str, at: float | None) -> None:
        found = self.things[number]
        value: Json = {
            "item": item, "verb": verb, "from": found["from"], "post_id": found.get("_on", number),
            "created_time": int(self.now if at is None else at), "published": 1,
        }  # fmt: skip
        if item == "comment":
            parent = found["parent"]
            value |= {"comment_id": number, "parent_id": parent["id"] if parent else found["_on"]}
        self.tells("page", PAGE, "feed", {**value, **({"message": found["message"]} if verb != "remove" else {})})


@contextmanager
def facebook_twin(now: float) -> Iterator[FacebookTwin]:
    """The Page, on this machine until the block ends; it wrote something yesterday."""
    twin = FacebookTwin(now=now)
    twin.first = twin.writes("acme", "Where do you fly this summer?", at=now - 86_000)
    twin.pushes.clear()
    with graph_twin(twin):
        yield twin


def _hangs(one: Json, on: Json) -> bool:
    """Whether a comment stands under a post, or answers a comment."""
    return bool(one.get("_on") == on["id"] or ((one.get("parent") or {}).get("id") == on["id"]))
