"""The Google Play Developer API v3 on this machine, after its guide to reviews: seven days, one answer each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.sources.google_contract import Asked, Contract, Json
from tests.sources.google_twin import GoogleTwin, Refused, page, serving

APP = "com.acme.app"
LISTED = 7 * 86_400.0
MOST_SAID = 350


@dataclass
class PlayTwin(GoogleTwin):
    """`people`: how each is called there."""

    contract: ClassVar[Contract] = Contract("androidpublisher", "v3")
    people: dict[str, str] = field(default_factory=lambda: {"ann": "Ann Onym", "bob": "Bob"})
    reviews: dict[str, Json] = field(default_factory=dict)

    def says(self, who: str, text: str, *, at: float | None = None, **more: Any) -> str:
        """Somebody reviews the app; the review's id."""
        with self.lock:
            number = f"gp:{len(self.reviews) + 1}"
            self.reviews[number] = {"who": who, "text": text, "at": self.time(at), "ours": None, **more}
            return number

    def edits(self, number: str, text: str) -> None:
        """A review is written anew, which counts as written now."""
        with self.lock:
            self.reviews[number].update(text=text, at=self.time(None))

    def deletes(self, number: str) -> None:
        """A review is taken back."""
        with self.lock:
            del self.reviews[number]

    def console(self, number: str, text: str) -> None:
        """A colleague answers a review in the console."""
        with self.lock:
            self.reviews[number]["ours"] = (text, self.time(None))

    def said_by_us(self) -> list[str]:
        """What stands there as our answers."""
        return [one["ours"][0] for one in self.reviews.values() if one["ours"] is not None]

    def answers(self, asked: Asked, body: Json, by_token: bool) -> Json:
        """By the method that was called; a key is not enough."""
        given = asked.given
        if not by_token:
            raise Refused(401, "authError")
        if given["packageName"] != [APP]:
            raise Refused(404, "applicationNotFound")
        if asked.method["id"] == "androidpublisher.reviews.list":
            return self._list(given)
        number = given.get("reviewId", [""])[0]
        if number not in self.reviews:
            raise Refused(404, "reviewNotFound")
        if asked.method["id"] == "androidpublisher.reviews.get":
            return self._review(number)
        return self._replied(number, body.get("replyText", ""))

    def _list(self, given: dict[str, list[str]]) -> Json:
        recent = [name for name, one in self.reviews.items() if one["at"] > self.now + self.skew - LISTED]
        recent.sort(key=lambda name: (self.reviews[name]["at"], int(name[3:])), reverse=True)
        if int(given.get("maxResults", ["10"])[0]) > 100:
            given = {**given, "maxResults": ["100"]}
        found, token = page(recent, given, ("maxResults", "token", "10"))
        said: Json = {"reviews": [self._review(number) for number in found]} if found else {}
        return {**said, "tokenPagination": {"nextPageToken": token}} if token else said

    def _replied(self, number: str, text: str) -> Json:
        if not text or len(text) > MOST_SAID:
            raise Refused(400, "invalid")
        stripped = re.sub(r"<[^<>]*>", "", text)
        self.reviews[number]["ours"] = (stripped, self.time(None))
        return {"result": {"replyText": stripped, "lastEdited": _stamp(self.time(None))}}

    def _review(self, number: str) -> Json:
        one = self.reviews[number]
        user = {
            "text": one["text"], "lastModified": _stamp(one["at"]), "starRating": 2, "device": "klte",
            "reviewerLanguage": "en", "deviceMetadata": {"productName": "klte", "ramMb": 2048},
            **({"originalText": one["original"]} if "original" in one else {}),
        }  # fmt: skip
        comments: list[Json] = [{"userComment": user}]
        if one["ours"] is not None:
            comments.append({"developerComment": {"text": one["ours"][0], "lastModified": _stamp(one["ours"][1])}})
        return {"reviewId": number, "authorName": self.people.get(one["who"], one["who"]), "comments": comments}


def _stamp(at: float) -> Json:
    return {"seconds": str(int(at)), "nanos": int(at % 1 * 1e9)}


@contextmanager
def play_twin(now: float) -> Iterator[PlayTwin]:
    """The API, listening on this machine until the block ends."""
    twin = PlayTwin(now=now)
    with serving(twin):
        yield twin
