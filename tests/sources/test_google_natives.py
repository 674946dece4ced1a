"""What Google gives is read strictly: whatever stands where, a post comes of it, or it is said to be unreadable."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.consent import refusals
from ascolta.core.post import Actor, Post
from ascolta.sources.natives import UnreadableError, googleplay, youtube
from ascolta.sources.youtube_threads import thread

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SNIPPET = ("authorChannelId", "authorDisplayName", "channelId", "videoId", "parentId", "textDisplay", "publishedAt")
WROTE = ("text", "originalText", "lastModified")


def snippets() -> st.SearchStrategy[dict[str, Any]]:
    """What a comment may hold, with anything in any place."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys((*SNIPPET, "moderationStatus", "updatedAt"), anything))


@given(snippets(), anything)
def test_a_comment_is_read_or_unreadable(snippet: dict[str, Any], number: Any) -> None:
    """And its author refuses, for nobody has read their channel."""
    try:
        post = youtube.comment({"id": number, "snippet": snippet}, "UCacme")
    except UnreadableError:
        return
    assert isinstance(post, Post)
    assert refusals(post.attributed_to, "youtube")
    assert post.visibility == "public" or "moderationStatus" in snippet
    post.content.encode()


@given(anything, snippets(), anything, anything)
def test_a_thread_is_read_or_unreadable(public: Any, snippet: dict[str, Any], replies: Any, count: Any) -> None:
    """It is public only if it says so outright."""
    top = {"id": "Ug1", "snippet": snippet}
    said = {"isPublic": public, "topLevelComment": top, "totalReplyCount": count}
    try:
        found = thread({"id": "Ug1", "snippet": said, "replies": replies})
    except UnreadableError:
        return
    assert found.public is (public is True)
    assert len(list(found.comments("UCacme"))) == 1 + len(found.answers)


@given(anything)
def test_a_channel_that_cannot_be_read_refuses(said: Any) -> None:
    """Whatever it is, an account comes of it."""
    for one in (said, {"id": "UC1", "snippet": said}, {"id": "UC1", "snippet": {"description": said}}):
        found = youtube.channel(one)
        assert isinstance(found, Actor)
        snippet = one.get("snippet") if isinstance(one, dict) else None
        if not isinstance(snippet, dict) or not isinstance(snippet.get("description", ""), str | None):
            assert refusals(found, "youtube")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(WROTE, anything)), anything, anything)
def test_a_review_is_read_or_unreadable(wrote: dict[str, Any], name: Any, number: Any) -> None:
    """One whose author's name is none refuses."""
    said = {"reviewId": number, "authorName": name, "comments": [{"developerComment": {}}, {"userComment": wrote}]}
    try:
        post = googleplay.review(said, "com.acme.app")
    except UnreadableError:
        return
    assert isinstance(name, str | None) or refusals(post.attributed_to, "googleplay")
    post.content.encode()


@given(anything)
def test_what_is_no_review_is_unreadable(comments: Any) -> None:
    """It holds nothing that a person wrote."""
    if not isinstance(comments, list) or not any(isinstance(one, dict) and one.get("userComment") for one in comments):
        with pytest.raises(UnreadableError):
            googleplay.review({"reviewId": "1", "comments": comments}, "com.acme.app")


@pytest.mark.parametrize(
    ("words", "led"),
    [
        ("@acme.air hello", "acme.air"), ("  @acme, hello", "acme"), ("hello @acme", ""), ("@ acme", ""),
        ("@日本-air hello", "日本-air"), ("@@acme", ""), ("", ""), ("@" + "a" * 200, "a" * 60),
    ],
)  # fmt: skip
def test_whom_an_answer_begins_with(words: str, led: str) -> None:
    """As YouTube writes it before an answer to an answer."""
    assert youtube.led_by(words) == led


@pytest.mark.parametrize(
    ("video", "number", "url"),
    [
        ("aB3_x-9", "Ug1.2", "https://www.youtube.com/watch?v=aB3_x-9&lc=Ug1.2"), ("", "Ug1", None),
        ("x&y=1", "Ug1", None), ("x", "Ug1\n", None), ("x", "javascript:1", None),
    ],
)  # fmt: skip
def test_an_address_is_made_of_safe_parts_only(video: str, number: str, url: str | None) -> None:
    """What is no id makes no address."""
    assert youtube.comment({"id": number, "snippet": {"videoId": video}}, "UCacme").url == url
