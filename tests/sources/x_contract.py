"""X's own schemas (the pydantic models of its package `xdk`), and how its servers write the same in older words."""

import json
from typing import Any

from pydantic import BaseModel
from xdk import schemas

Json = dict[str, Any]

ANSWERS: dict[str, type[BaseModel]] = {
    "me": schemas.GetUsersMeResponse,
    "mentions": schemas.GetUsersMentionsResponse,
    "search": schemas.SearchPostsRecentResponse,
    "posts": schemas.GetPostsByIdsResponse,
    "own": schemas.GetUsersPostsResponse,
    "create": schemas.CreatePostsResponse,
}
"""What each of the requests that the twin knows is answered with."""

OLD = {
    "referenced_posts": "referenced_tweets",
    "edit_history_post_ids": "edit_history_tweet_ids",
    "note_post": "note_tweet",
    "posts": "tweets",
}
"""Names of the schema and what the documentation, and the servers, call the same."""

PAGING = {"max_results", "since_id", "until_id", "start_time", "end_time", "expansions", "user.fields"}
FIELDS = {"tweet.fields", "post.fields"}
PARAMETERS: dict[str, set[str]] = {
    "me": {"user.fields", "expansions", *FIELDS},
    "mentions": {*PAGING, *FIELDS, "pagination_token"},
    "search": {*PAGING, *FIELDS, "query", "next_token", "pagination_token", "sort_order"},
    "posts": {"ids", "expansions", "user.fields", *FIELDS},
    "own": {*PAGING, *FIELDS, "pagination_token", "exclude"},
}
"""What may be asked with each; X refuses every other parameter."""

BY_EXPANSION = {"author_id", "in_reply_to_user_id", "referenced_posts"}
"""Fields that the newer words have to ask for as expansions."""


def sound(kind: str, said: Json) -> Json:
    """An answer in the schema's words, if the schema has all of it. Raises AssertionError otherwise."""
    _require_known(ANSWERS[kind].model_validate(_encodable(said)), kind)
    return said


def require_request(said: Json) -> None:
    """What is sent to be posted is what the schema says. Raises AssertionError otherwise."""
    _require_known(schemas.CreatePostsRequest.model_validate(_encodable(said)), "request")


def in_old_words(said: Any) -> Any:
    """The same by the names of the documentation, with problems by the older address."""
    if isinstance(said, dict):
        return {OLD.get(key, key): in_old_words(value) for key, value in said.items()}
    if isinstance(said, list):
        return [in_old_words(one) for one in said]
    if isinstance(said, str) and said.startswith("https://api.x.com/2/problems/"):
        return said.replace("api.x.com", "api.twitter.com")
    return said


def _require_known(found: BaseModel, where: str) -> None:
    """No key is there that the schema does not name."""
    assert not found.model_extra, f"{where}: {sorted(found.model_extra or ())}"
    for name, value in found:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, BaseModel):
                _require_known(one, f"{where}.{name}")


def _encodable(said: Json) -> Json:
    """Without halves of characters, which pydantic refuses and X does not have."""
    found: Json = json.loads(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
    return found
