"""X's API v2 on this machine, after its documentation and schemas: posts, versions, lists, limits and refusals.

Each answer is checked against the schema before it goes out, and holds no field that was not asked for.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.listening import listening
from tests.sources.answering import Answering, HttpTwin, Said, firsts
from tests.sources.x_contract import BY_EXPANSION, OLD, PARAMETERS, in_old_words, require_request, sound

US = "acme"
Json = dict[str, Any]
BEGIN = 1_288_834_974_657
WEEK = 7 * 86_400
PROBLEMS = "https://api.x.com/2/problems/"
WINDOWS = {"me": 75, "mentions": 300, "search": 300, "posts": 5_000, "own": 900, "create": 100}
"""Requests in a quarter of an hour, by what is asked."""


@dataclass
class Tweet:
    """A post: its versions by their ids, oldest first, and what holds for all of them."""

    author: str
    versions: dict[str, str]
    created: float
    more: Json = field(default_factory=dict)


@dataclass
class XTwin(HttpTwin):
    """What X knows. `follows`: protected accounts whose posts we may see. `capped`: a month's posts are used up."""

    capped: bool = False
    left: dict[str, int] = field(default_factory=lambda: dict(WINDOWS))
    accounts: dict[str, Json] = field(default_factory=dict)
    posts: dict[str, Tweet] = field(default_factory=dict)
    follows: set[str] = field(default_factory=set)

    def account(self, who: str, **fields: Any) -> Json:
        """Somebody's account."""
        found = self.accounts.setdefault(
            who,
            {
                "id": str(1_000 + len(self.accounts)), "username": who, "name": who.title(), "description": "",
                "protected": False, "connection_status": [],
            },
        )  # fmt: skip
        found.update(fields)
        return found

    def says(self, who: str, text: str, *, at: float | None = None, to: str = "", **more: Any) -> str:
        """Somebody posts something, or answers a post (`to`); its id. `more`: what else the schema knows."""
        with self.lock:
            self.account(who)
            created = self.now + self.skew if at is None else at
            number = self._number(created)
            self.posts[number] = Tweet(who, {number: text}, created, {**more, **({"to": to} if to else {})})
            return number

    def edits(self, number: str, text: str) -> str:
        """A post is written anew, which gives it another id; that id."""
        with self.lock:
            newer = self._number(self.now + self.skew)
            self.posts[number].versions[newer] = text
            return newer

    def deletes(self, number: str) -> None:
        """A post is taken back with all its versions."""
        with self.lock:
            del self.posts[number]

    def said_by_us(self) -> list[str]:
        """What the brand's account said, oldest first."""
        return [list(one.versions.values())[-1] for one in self.posts.values() if one.author == US]

    def of(self, number: str) -> Tweet | None:
        """The post of which this is a version."""
        return next((one for one in self.posts.values() if number in one.versions), None)

    def sees(self, post: Tweet) -> bool:
        """Whether we may see it."""
        account = self.accounts[post.author]
        return not account.get("suspended") and (not account["protected"] or post.author in self.follows)

    def _number(self, at: float) -> str:
        taken = sum(len(one.versions) for one in self.posts.values())
        return str(((int(at * 1_000) - BEGIN) << 22) + taken)


@contextmanager
def x_twin(now: float) -> Iterator[XTwin]:
    """X, listening on this machine until the block ends; our account and three people have accounts there."""
    state = XTwin(now=now)
    for who in (US, "ann", "bob", "eve"):
        state.account(who)
    with listening(state, _Answering) as state.url:
        yield state


class _Refused(Exception):
    """A problem as X tells it: its status and what it says."""


class _Answering(Answering[XTwin]):
    @property
    def kind(self) -> str:
        """What is asked for, as X counts it."""
        return _kind(urlsplit(self.path).path, posts=self.command == "POST")

    def answered(self, body: bytes | None) -> Said:
        twin, parts, kind = self.twin, urlsplit(self.path), self.kind
        asked = firsts(parts.query)
        try:
            with twin.lock:
                self._let(kind, asked)
                said = self._created(body) if body is not None else self._found(kind, parts.path, asked)
        except _Refused as refused:
            status, problem = refused.args
            return status, {"status": status, **problem}, {}
        said = sound(kind, said)
        return 201 if body is not None else 200, said if "post.fields" in asked else in_old_words(said), {}

    def as_told(self, status: int) -> Json:
        return {"status": status, "title": "as told"}

    def usual(self) -> Mapping[str, str]:
        twin, kind = self.twin, self.kind
        twin.left[kind] = max(0, twin.left.get(kind, 1) - 1)
        return {
            "x-rate-limit-limit": str(WINDOWS.get(kind, 1)), "x-rate-limit-remaining": str(twin.left[kind]),
            "x-rate-limit-reset": str(int(twin.now + twin.skew + 60)), **super().usual(),
        }  # fmt: skip

    def _let(self, kind: str, asked: Json) -> None:
        """Whether it may be asked at all."""
        twin = self.twin
        if not self.knows_us():
            raise _Refused(401, {"title": "Unauthorized", "type": "about:blank", "detail": "Unauthorized"})
        if kind not in WINDOWS:
            raise _Refused(404, {"title": "Not Found"})
        if twin.left[kind] <= 0:
            raise _Refused(429, {"title": "Too Many Requests", "type": "about:blank"})
        if twin.capped and kind not in ("me", "create"):
            raise _Refused(429, {"title": "UsageCapExceeded", "period": "Monthly", "type": f"{PROBLEMS}usage-capped"})
        if unknown := set(asked) - PARAMETERS.get(kind, set()):
            raise _Refused(400, {"title": "Invalid Request", "detail": f"unknown: {sorted(unknown)}"})

    def _found(self, kind: str, path: str, asked: Json) -> Json:
        twin = self.twin
        if kind == "me":
            return {"data": _some(twin.account(US), asked.get("user.fields", "id,name,username"))}
        if kind == "posts":
            return self._by_ids(asked["ids"].split(","), asked)
        who = next((one for one in twin.accounts.values() if one["id"] == path.split("/")[3]), None)
        posts = [one for one in twin.posts.values() if twin.sees(one)]
        if kind == "mentions" and who is not None:
            posts = [one for one in posts if who["username"] in _named(twin, one)]
        elif kind == "own" and who is not None:
            posts = [one for one in posts if one.author == who["username"]]
        elif kind == "search":
            posts = [one for one in posts if asked["query"].casefold() in _newest(one)[1].casefold()]
            self._require_recent(asked)
        return self._page(kind, posts, asked)

    def _require_recent(self, asked: Json) -> None:
        begin = (int((self.twin.now + self.twin.skew - WEEK) * 1_000) - BEGIN) << 22
        if int(asked.get("since_id", begin)) < begin:
            raise _Refused(400, {"title": "Invalid Request", "detail": "'since_id' must be younger than seven days"})

    def _page(self, kind: str, posts: list[Tweet], asked: Json) -> Json:
        """The newest first, of those between the ids and times that are asked for, from a token on."""
        most = int(asked.get("max_results", 10))
        if not (10 if kind == "search" else 5) <= most <= 100:
            raise _Refused(400, {"title": "Invalid Request", "detail": "max_results"})
        over, under = int(asked.get("since_id", -1)), int(asked.get("until_id", 1 << 64))
        since = datetime.fromisoformat(asked["start_time"]).timestamp() if "start_time" in asked else 0.0
        fit = [one for one in posts if over < int(_newest(one)[0]) < under and one.created >= since]
        fit.sort(key=lambda one: int(_newest(one)[0]), reverse=True)
        token = asked.get("pagination_token") or asked.get("next_token") or "b0"
        begin = int(token[1:])
        some = fit[begin : begin + most]
        meta: Json = {"result_count": len(some)}
        if begin + most < len(fit):
            meta["next_token"] = f"b{begin + most}"
        if not some:
            return {"meta": meta}
        meta |= {"newest_id": _newest(some[0])[0], "oldest_id": _newest(some[-1])[0]}
        return {**self._given([(one, _newest(one)[0]) for one in some], asked), "meta": meta}

    def _by_ids(self, numbers: list[str], asked: Json) -> Json:
        twin = self.twin
        if len(numbers) > 100 or not all(number.isdigit() for number in numbers):
            raise _Refused(400, {"title": "Invalid Request", "detail": "ids"})
        found = [(one, number) for number in numbers if (one := twin.of(number)) is not None and twin.sees(one)]
        there = {number for _, number in found}
        errors = [_problem(number, is_there=twin.of(number) is not None) for number in numbers if number not in there]
        given = self._given(found, asked) if found else {}
        return {**given, **({"errors": errors} if errors else {})}

    def _given(self, found: list[tuple[Tweet, str]], asked: Json) -> Json:
        """Posts with the fields that were asked for, and their authors where those were."""
        twin = self.twin
        wanted: str = asked.get("post.fields") or asked.get("tweet.fields") or ""
        expanded = asked.get("expansions", "").split(",")
        fields = {*wanted.split(","), "id", "text", "edit_history_post_ids"}
        fields |= {new for new, old in OLD.items() if old in fields}
        if "post.fields" in asked:
            fields = (fields - BY_EXPANSION) | (BY_EXPANSION & set(expanded))
        data = [{key: value for key, value in _whole(twin, *one).items() if key in fields} for one in found]
        if "author_id" not in expanded:
            return {"data": data}
        authors = dict.fromkeys(post.author for post, _ in found)
        shown = asked.get("user.fields", "id,name,username")
        return {"data": data, "includes": {"users": [_some(twin.accounts[who], shown) for who in authors]}}

    def _created(self, body: bytes) -> Json:
        """Post what is sent, if X takes it."""
        twin, said = self.twin, json.loads(body)
        if self.headers.get("Content-Type") != "application/json":
            raise _Refused(400, {"title": "Invalid Request"})
        require_request(said)
        to = said.get("reply", {}).get("in_reply_to_tweet_id", "")
        answered = twin.of(to)
        if to and answered is None:
            raise _Refused(403, {"detail": "You attempted to reply to a Post that is deleted or not visible to you."})
        if answered is not None and US not in _named(twin, answered):
            raise _Refused(403, {"detail": "Reply to this conversation is not allowed."})
        if said["text"] in twin.said_by_us():
            raise _Refused(403, {"detail": "You are not allowed to create a Tweet with duplicate content."})
        number = twin.says(US, said["text"], to=to)
        return {"data": {"id": number, "text": said["text"], "edit_history_post_ids": [number]}}


def _kind(path: str, *, posts: bool) -> str:
    """What is asked for, as X counts it."""
    if posts:
        return "create" if path == "/2/tweets" else ""
    plain = {"/2/users/me": "me", "/2/tweets": "posts", "/2/tweets/search/recent": "search"}
    matched = re.fullmatch(r"/2/users/\d+/(mentions|tweets)", path)
    return plain.get(path) or ({"mentions": "mentions", "tweets": "own"}[matched[1]] if matched else "")


def _newest(post: Tweet) -> tuple[str, str]:
    return list(post.versions.items())[-1]


def _named(twin: XTwin, post: Tweet) -> list[str]:
    """Whom a post names, where everybody sees it or before it."""
    return [name for name in re.findall(r"@(\w+)", _prefix(twin, post) + _newest(post)[1]) if name in twin.accounts]


def _prefix(twin: XTwin, post: Tweet) -> str:
    """The names that X puts before an answer: whom it answers, and who was named there."""
    answered = twin.of(post.more.get("to", ""))
    if answered is None:
        return ""
    names = dict.fromkeys([answered.author, *_named(twin, answered)])
    return "".join(f"@{name} " for name in names if name != post.author)


def _whole(twin: XTwin, post: Tweet, number: str) -> Json:
    """All that the schema has of a post, in one version."""
    prefix, typed = _prefix(twin, post), post.versions[number]
    text = prefix + typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    entities: Json = {
        "mentions": [
            {"start": one.start(), "end": one.end(), "username": one[1], "id": twin.accounts[one[1]]["id"]}
            for one in re.finditer(r"@(\w+)", text) if one[1] in twin.accounts
        ],
        "hashtags": [{"start": one.start(), "end": one.end(), "tag": one[1]} for one in re.finditer(r"#(\w+)", text)],
        "urls": [],
    }  # fmt: skip
    for count, link in enumerate(re.findall(r"https?://[^\s]+", text)):
        short = f"https://t.co/{number[-4:]}{count}"
        begin = text.index(link)
        text = text.replace(link, short, 1)
        entities["urls"].append({
            "start": begin, "end": begin + len(short), "url": short, "expanded_url": link, "display_url": link[8:40]
        })  # fmt: skip
    answered = twin.of(post.more.get("to", ""))
    replied = [{"type": "replied_to", "id": post.more["to"]}] if post.more.get("to") else []
    author = twin.accounts[post.author]
    return {
        "id": number, "text": text, "edit_history_post_ids": list(post.versions), "author_id": author["id"],
        "created_at": datetime.fromtimestamp(post.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"), "lang": "en",
        "display_text_range": [len(prefix), len(text)], "entities": entities, "reply_settings": "everyone",
        **({"referenced_posts": replied} if replied else {}),
        **({"in_reply_to_user_id": twin.accounts[answered.author]["id"]} if answered else {}),
        **{key: value for key, value in post.more.items() if key != "to"},
    }  # fmt: skip


def _some(account: Json, fields: str) -> Json:
    return {key: value for key, value in account.items() if key in fields.split(",")}


def _problem(number: str, *, is_there: bool) -> Json:
    """Why a post is not given: it is not there, or it is not for us."""
    kind, title = ("not-authorized-for-resource", "Authorization Error") if is_there else (
        "resource-not-found", "Not Found Error"
    )  # fmt: skip
    return {
        "value": number, "detail": "Could not find it, or it may not be seen.", "title": title, "parameter": "ids",
        "resource_type": "post", "resource_id": number, "type": f"{PROBLEMS}{kind}",
    }  # fmt: skip
