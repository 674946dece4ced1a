"""Reddit's Data API on this machine, after its documentation and what its servers are known to do.

It keeps subreddits, threads, inboxes and profiles; a listing that should go on from an item that is gone is empty, as
there; limits are told as fractions; a program that does not say who it is gets nothing.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.listening import listening
from tests.sources.answering import Answering, HttpTwin, Said, firsts
from tests.sources.battery import TOKEN

US = "AcmeAir"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
AGENT = re.compile(r"\w+:[\w.]+:v[\w.]+ \(by /u/[\w-]+\)|test/1 by .*")
Json = dict[str, Any]


@dataclass
class RedditTwin(HttpTwin):
    """What Reddit knows. `refuses`: with which word of its own it takes no comment.

    `kinds`: of subreddits that are not public.
    """

    refuses: str = ""
    left: int = 1_000
    most: int = 100
    kinds: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, Json] = field(default_factory=dict)
    things: dict[str, Json] = field(default_factory=dict)
    inbox: dict[str, list[str]] = field(default_factory=lambda: {"mentions": [], "comments": [], "selfreply": []})
    agents: set[str] = field(default_factory=set)

    def account(self, who: str, **fields: Any) -> Json:
        """Somebody's account."""
        found = self.accounts.setdefault(
            who,
            {
                "id": f"u{len(self.accounts)}", "name": who, "hide_from_robots": False, "is_suspended": False,
                "is_blocked": False,
                "subreddit": {"display_name": f"u_{who}", "title": who.title(), "public_description": ""},
            },
        )  # fmt: skip
        found.update(fields)
        return found

    def says(
        self, who: str, text: str, *, at: float | None = None, to: str = "", sub: str = "acme", **more: Any
    ) -> str:
        """Somebody opens a thread in a subreddit, or answers there (`to`); the name of what they wrote."""
        with self.lock:
            created = float(int(self.now + self.skew if at is None else at))
            kind = "t1" if to else "t3"
            name = f"{kind}_{_base36(10_000 + len(self.things))}"
            account = self.account(who)
            data: Json = {
                "name": name, "id": name[3:], "author": who, "author_fullname": f"t2_{account['id']}", "edited": False,
                "created_utc": created, "subreddit": sub, "subreddit_type": self.kinds.get(sub, "public"),
                "permalink": f"/r/{sub}/comments/{name}/", "locked": False, "archived": False,
                "author_is_blocked": account["is_blocked"], "removed_by_category": None,
            }  # fmt: skip
            if to:
                above = self.things[to]["data"]
                data |= {"body": text, "parent_id": to, "subreddit": above["subreddit"]}
                data["subreddit_type"] = self.kinds.get(above["subreddit"], "public")
            else:
                data |= {"title": text[:300], "selftext": text[300:], "is_self": True, "url": "", "quarantine": False}
            self.things[name] = {"kind": kind, "data": {**data, **more}}
            self._tell(name, text, to)
            return name

    def edits(self, number: str, text: str) -> None:
        """It is written anew."""
        data = self.things[number]["data"]
        data.update(edited=self.now + self.skew, **({"body": text} if "body" in data else {"selftext": text}))

    def deletes(self, number: str) -> None:
        """Its author takes it back: what is left has neither words nor author, and stands in no listing."""
        data = self.things[number]["data"]
        data.update(author="[deleted]", author_fullname=None, gone=True)
        data.update({key: "[deleted]" for key in ("body", "selftext") if key in data})

    def removes(self, number: str) -> None:
        """A moderator takes it away: its author still stands there."""
        data = self.things[number]["data"]
        data.update({key: "[removed]" for key in ("body", "selftext") if key in data}, gone=True)
        data["removed_by_category"] = "moderator"

    def said_by_us(self) -> list[str]:
        """What the brand's account said, oldest first."""
        ours = [one["data"] for one in self.things.values() if one["data"]["author"] == US]
        return [one.get("body") or one["title"] for one in ours]

    def _tell(self, name: str, text: str, to: str) -> None:
        """What the inbox of our account brings."""
        if not to or self.things[name]["data"]["author"] == US:
            return
        if self.things[to]["data"]["author"] == US:
            self.inbox["selfreply" if to.startswith("t3") else "comments"].append(name)
        elif f"u/{US.casefold()}" in text.casefold():
            self.inbox["mentions"].append(name)


@contextmanager
def reddit_twin(now: float) -> Iterator[RedditTwin]:
    """Reddit, listening on this machine until the block ends; our account and three people have accounts there."""
    state = RedditTwin(now=now)
    for who in (US, "ann", "bob", "eve"):
        state.account(who)
    with listening(state, _Answering) as state.url:
        yield state


class _Answering(Answering[RedditTwin]):
    def meets(self, body: bytes | None) -> None:
        self.twin.agents.add(self.headers.get("User-Agent", ""))
        super().meets(body)

    def answered(self, body: bytes | None) -> Said:
        twin, parts = self.twin, urlsplit(self.path)
        if not AGENT.match(self.headers.get("User-Agent", "")):
            return 429, {"error": 429, "message": "Too Many Requests"}, {}
        if parts.path == "/api/v1/access_token":
            return 200, {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3_600, "scope": "*"}, {}
        if not self.knows_us():
            return 401, {"error": 401, "message": "Unauthorized"}, {}
        with twin.lock:
            found = self._found(parts.path.rstrip("/"), firsts(parts.query), None if body is None else firsts(body))
        return (200, found, {}) if found is not None else (404, {"error": 404, "message": "Not Found"}, {})

    def as_told(self, status: int) -> Json:
        return {"error": status, "message": "as told"}

    def usual(self) -> Mapping[str, str]:
        self.twin.left = max(0, self.twin.left - 1)
        left = f"{self.twin.left}.0"
        given = {"x-ratelimit-remaining": left, "x-ratelimit-used": "7", "x-ratelimit-reset": "60"}
        return {**super().usual(), **given}

    def _found(self, path: str, asked: Json, form: Json | None) -> Json | None:
        twin = self.twin
        if form is not None:
            return self._commented(form) if path == "/api/comment" else None
        if path == "/api/v1/me":
            return {key: value for key, value in twin.account(US).items() if key in ("id", "name", "subreddit")}
        if path == "/api/info":
            names = asked.get("id", "").split(",")
            if len(names) > 100:
                return None
            return _listing([twin.things[name] for name in names if name in twin.things], "")
        if about := re.fullmatch(r"/user/([\w-]+)/about", path):
            return _about(twin.accounts.get(about[1]))
        return self._listed(path, asked)

    def _listed(self, path: str, asked: Json) -> Json | None:
        """A listing, the newest first."""
        twin = self.twin
        inbox = path.removeprefix("/message/")
        if inbox in twin.inbox:
            items = [_as_message(twin.things[name]) for name in twin.inbox[inbox]]
        elif matched := re.fullmatch(r"/user/([\w-]+)/comments", path):
            items = [one for one in twin.things.values() if one["data"]["author"].casefold() == matched[1].casefold()]
            items = [one for one in items if one["kind"] == "t1"]
        elif matched := re.fullmatch(r"/r/([\w+]+)/(new|comments)", path):
            kind, subs = {"new": "t3", "comments": "t1"}[matched[2]], matched[1].casefold().split("+")
            items = [
                one for one in twin.things.values()
                if one["kind"] == kind and one["data"]["subreddit"].casefold() in subs and not one["data"].get("gone")
            ]  # fmt: skip
        else:
            return None
        items.sort(key=lambda one: (one["data"]["created_utc"], one["data"]["name"]), reverse=True)
        return self._paged(items[:1_000], asked)

    def _paged(self, items: list[Json], asked: Json) -> Json:
        """Some of them; nothing after or before an item that is not among them any more."""
        limit = min(int(asked.get("limit", 25)), 100, self.twin.most)
        names = [one["data"]["name"] for one in items]
        anchor = asked.get("after") or asked.get("before")
        if anchor and anchor not in names:
            return _listing([], "")
        if "before" in asked:
            end = names.index(asked["before"])
            return _listing(items[max(0, end - limit) : end], "")
        begin = names.index(anchor) + 1 if anchor else 0
        some = items[begin : begin + limit]
        return _listing(some, some[-1]["data"]["name"] if begin + limit < len(items) else "")

    def _commented(self, form: Json) -> Json:
        """A comment, or Reddit's own word why there is none, which it says with a yes."""
        twin, above = self.twin, self.twin.things.get(form.get("thing_id", ""))
        why = twin.refuses
        if above is None or above["data"].get("gone"):
            why = "DELETED_COMMENT"
        elif above["data"]["locked"]:
            why = "THREAD_LOCKED"
        if why:
            told: Json = {"errors": [[why, "as Reddit says it", "text"]]}
            return {"json": {**told, **({"ratelimit": 312.5} if why == "RATELIMIT" else {})}}
        name = twin.says(US, form["text"], to=form["thing_id"])
        return {"json": {"errors": [], "data": {"things": [twin.things[name]]}}}


def _listing(items: list[Json], after: str) -> Json:
    return {"kind": "Listing", "data": {"after": after or None, "before": None, "dist": len(items), "children": items}}


def _as_message(thing: Json) -> Json:
    """A comment as the inbox brings it: it does not say what kind of subreddit it stands in."""
    kept = ("name", "id", "author", "author_fullname", "body", "parent_id", "created_utc", "subreddit")
    data = {key: value for key, value in thing["data"].items() if key in kept}
    return {"kind": "t1", "data": {**data, "was_comment": True, "subject": "comment reply", "new": True}}


def _about(account: Json | None) -> Json | None:
    """A profile. Of a suspended account Reddit says but that; one that is gone, or banned unseen, is not there."""
    if account is None or account.get("gone"):
        return None
    if account["is_suspended"]:
        return {"kind": "t2", "data": {"name": account["name"], "is_suspended": True}}
    return {"kind": "t2", "data": account}


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, last = divmod(number, 36)
        digits = DIGITS[last] + digits
    return digits
