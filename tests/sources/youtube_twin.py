"""YouTube's Data API v3 on this machine, after its reference: channels, threads of comments, answers, moderation."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.sources.google_contract import Asked, Contract, Json
from tests.sources.google_twin import GoogleTwin, Refused, iso, page, serving

US = "UCacme"
VIDEO, ELSEWHERE = "vid-acme-1", "vid-other-1"
SHOWN = 5
"""Answers that come with a thread."""

COSTS = {"youtube.comments.insert": 50}


@dataclass
class YouTubeTwin(GoogleTwin):
    """`token_of`: whose channel the token is for; `missing_is_told`: an id that is not there is an error."""

    contract: ClassVar[Contract] = Contract("youtube", "v3")
    token_of: str = US
    missing_is_told: bool = False
    channels: dict[str, Json] = field(default_factory=dict)
    comments: dict[str, Json] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)

    def channel(self, who: str, **fields: str) -> str:
        """Somebody's channel; its id."""
        with self.lock:
            number = US if who == "acme" else f"UC{who}"
            usual = {"title": who, "description": "", "customUrl": f"@{who}"}
            self.channels.setdefault(number, usual).update(fields)
            return number

    def says(self, who: str, text: str, *, to: str = "", at: float | None = None, **more: Any) -> str:
        """Somebody comments on a video of ours, or answers in a thread; the comment's id."""
        with self.lock:
            number = f"{to}.{len(self.comments)}" if to else f"Ug{len(self.comments)}"
            when = self.time(at)
            self.threads.setdefault(to, []).append(number)
            self.comments[number] = {
                "id": number, "channel": self.channel(who), "text": text, "parent": to, "video": VIDEO, "at": when,
                "changed": when, "status": "published", "order": len(self.comments), **more,
            }  # fmt: skip
            return number

    def edits(self, number: str, text: str) -> None:
        """A comment is written anew."""
        with self.lock:
            self.comments[number].update(text=text, changed=max(self.time(None), self.comments[number]["at"] + 1))

    def deletes(self, number: str) -> None:
        """A comment is taken back, with all that hangs on it."""
        with self.lock:
            self.comments = {name: one for name, one in self.comments.items() if number not in (name, one["parent"])}

    def said_by_us(self) -> list[str]:
        """What the brand's channel said, oldest first."""
        return [one["text"] for one in self.comments.values() if one["channel"] == US]

    def costs(self, method: Json) -> int:
        """As Google's table of costs has them."""
        return COSTS.get(method["id"], 1)

    def answers(self, asked: Asked, body: Json, by_token: bool) -> Json:
        """By the method that was called."""
        given = asked.given
        match asked.method["id"]:
            case "youtube.channels.list":
                return self._channels(given)
            case "youtube.commentThreads.list":
                return self._threads(given, by_token)
            case "youtube.comments.list":
                return self._comments(given, by_token)
            case "youtube.comments.insert":
                return self._inserted(body["snippet"])
        raise Refused(404, "notFound")

    def _channels(self, given: dict[str, list[str]]) -> Json:
        numbers = [self.token_of] if given.get("mine") == ["true"] else given.get("id", [""])[0].split(",")
        if len(numbers) > 50:
            raise Refused(400, "invalidFilters")
        most = int(given.get("maxResults", ["5"])[0])
        found = [number for number in numbers if number in self.channels][:most]
        return {"kind": "youtube#channelListResponse", "items": [self._channel(number, given) for number in found]}

    def _channel(self, number: str, given: dict[str, list[str]]) -> Json:
        said: Json = {"kind": "youtube#channel", "id": number}
        if "snippet" in given["part"][0].split(","):
            said["snippet"] = {**self.channels[number], "country": "IT"}
        return said

    def _threads(self, given: dict[str, list[str]], by_token: bool) -> Json:
        tops = [one for one in self.comments.values() if not one["parent"] and one["video"] == VIDEO]
        tops = [one for one in tops if one["status"] == given.get("moderationStatus", ["published"])[0]]
        if given.get("allThreadsRelatedToChannelId") != [US]:
            raise Refused(404, "channelNotFound")
        tops.sort(key=lambda one: (one["at"], one["order"]), reverse=True)
        found, token = page(tops, given, ("maxResults", "pageToken", "20"))
        said: Json = {"kind": "youtube#commentThreadListResponse"}
        said["items"] = [self._thread(one, given, by_token) for one in found]
        return {**said, "nextPageToken": token} if token else said

    def _thread(self, top: Json, given: dict[str, list[str]], by_token: bool) -> Json:
        answers = self._answers(top["id"])
        text, parts = given.get("textFormat", ["html"])[0], given["part"][0].split(",")
        said: Json = {"kind": "youtube#commentThread", "id": top["id"]}
        said["snippet"] = {
            "channelId": US, "videoId": top["video"], "canReply": True, "totalReplyCount": len(answers),
            "isPublic": top.get("public", True), "topLevelComment": self._comment(top, text, owned=by_token),
        }  # fmt: skip
        if "replies" in parts and answers:
            shown = [self._comment(one, text, owned=by_token) for one in answers[:SHOWN]]
            said["replies"] = {"comments": shown}
        return said

    def _comments(self, given: dict[str, list[str]], by_token: bool) -> Json:
        text = given.get("textFormat", ["html"])[0]
        said: Json = {"kind": "youtube#commentListResponse"}
        if ("id" in given) == ("parentId" in given) or ("id" in given and {"maxResults", "pageToken"} & set(given)):
            raise Refused(400, "incompatibleParameters")
        if "id" in given:
            numbers = given["id"][0].split(",")
            found = [self.comments[number] for number in numbers if number in self.comments]
            if self.missing_is_told and len(found) < len(numbers):
                raise Refused(404, "commentNotFound")
            return {**said, "items": [self._comment(one, text, owned=False) for one in found]}
        if given["parentId"][0] not in self.comments:
            raise Refused(404, "commentNotFound")
        found, token = page(self._answers(given["parentId"][0]), given, ("maxResults", "pageToken", "20"))
        said["items"] = [self._comment(one, text, owned=by_token) for one in found]
        return {**said, "nextPageToken": token} if token else said

    def _inserted(self, snippet: Json) -> Json:
        parent = self.comments.get(snippet.get("parentId", ""))
        if not snippet.get("textOriginal"):
            raise Refused(400, "commentTextRequired")
        if parent is None:
            raise Refused(404, "parentCommentNotFound")
        if parent["parent"]:
            raise Refused(400, "operationNotSupported")
        self.channels.setdefault(self.token_of, {"title": "", "description": "", "customUrl": ""})
        who = "acme" if self.token_of == US else self.token_of[2:]
        made = self.comments[self.says(who, snippet["textOriginal"], to=parent["id"])]
        return self._comment(made, "plainText", owned=True)

    def _answers(self, thread: str) -> list[Json]:
        """Those that are published, the newest first."""
        those = (self.comments[number] for number in self.threads.get(thread, ()) if number in self.comments)
        found = [one for one in those if one["status"] == "published"]
        return sorted(found, key=lambda one: (one["at"], one["order"]), reverse=True)

    def _comment(self, one: Json, text: str, *, owned: bool) -> Json:
        """`owned`: asked for by who owns the channel, so that it is told whether it is published."""
        name = self.channels.get(one["channel"], {}).get("customUrl", "@gone")
        shown = one["text"] if text == "plainText" else html.escape(one["text"]).replace("\n", "<br>")
        snippet: Json = {
            "channelId": US if one["video"] == VIDEO else "UCother", "videoId": one["video"], "textDisplay": shown,
            "authorDisplayName": name, "authorProfileImageUrl": "https://yt3.example/a.jpg", "likeCount": 3,
            "authorChannelUrl": f"http://www.youtube.com/{name}", "canRate": True, "viewerRating": "none",
            "publishedAt": iso(one["at"]), "updatedAt": iso(one["changed"]),
        }  # fmt: skip
        if one["channel"] != "UCnobody":
            snippet["authorChannelId"] = {"value": one["channel"]}
        if one["parent"]:
            snippet["parentId"] = one["parent"]
        if one["channel"] == self.token_of:
            snippet["textOriginal"] = one["text"]
        if owned:
            snippet["moderationStatus"] = one["status"]
        return {"kind": "youtube#comment", "id": one["id"], "snippet": snippet}


@contextmanager
def youtube_twin(now: float) -> Iterator[YouTubeTwin]:
    """The API, listening on this machine until the block ends; our channel and three people's are there."""
    twin = YouTubeTwin(now=now)
    for who in ("acme", "ann", "bob", "eve"):
        twin.channel(who)
    with serving(twin):
        yield twin
