"""The networks' own JSON, headers and files: every way of writing a no, and what cannot be read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.consent import refusals
from ascolta.core.post import Actor, EventKind
from ascolta.sources.natives import Robots, UnreadableError, activitypub, bluesky, mastodon, robots, web
from ascolta.sources.natives.robots import matches

ID = "https://social.example/users/ann"
DID = "did:plc:ann"
US = "did:plc:acme"
ACTOR = {"id": ID, "type": "Person", "preferredUsername": "ann", "indexable": True}
NOTE = {"id": ID + "/1", "type": "Note", "content": "<p>a<br>b &amp; c</p>", "to": "as:Public"}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("said", [None, [], "ann", 7, {"id": "7", "indexable": "true"}, {"id": "7", "note": 3}])
def test_a_profile_that_cannot_be_read_refuses(said: Any) -> None:
    """What is no object, or has a field of the wrong type, is an account that does not want to be heard."""
    assert mastodon.account(said).unreadable is True


@pytest.mark.parametrize(
    ("read", "key", "names"),
    [
        (mastodon.account, "indexable", {"id": "7", "indexable": True}),
        (activitypub.actor, "indexable", ACTOR),
        (activitypub.actor, "searchableBy", ACTOR),
        (bluesky.profile, "labels", {"did": DID}),
        (bluesky.profile, "viewer", {"did": DID}),
    ],
)
@given(value=anything)
def test_no_value_of_a_field_breaks_the_reading(read: Any, key: str, names: dict[str, Any], value: Any) -> None:
    """Whatever stands in a field that may refuse, an account comes of it, and only a true value is a yes."""
    found = read({**names, key: value})
    assert isinstance(found, Actor)
    yes = [one is True for one in value] if isinstance(value, list) else [value is True]
    if key == "indexable" and not (yes and all(yes)):
        assert refusals(found, "mastodon")


@pytest.mark.parametrize(
    "said",
    [
        {"indexable": False},
        {"toot:indexable": False},
        {"http://joinmastodon.org/ns#indexable": [{"@value": False}]},
        {"@context": [{"found": "toot:indexable"}], "found": False},
        {"@context": {"t": "http://joinmastodon.org/ns#", "idx": {"@id": "t:indexable"}}, "idx": False},
        {"indexable": True, "toot:indexable": False},
    ],
)
def test_json_ld_may_name_a_property_in_many_ways(said: dict[str, Any]) -> None:
    """Plain, compact and full names, names by the document's own context, and two names that disagree, all say no."""
    found = activitypub.actor({"id": ID, "type": "Person", **said})
    assert found.indexable is False or found.unreadable is True
    assert refusals(found, "activitypub")


def test_an_object_is_read_with_its_words_and_audience() -> None:
    """HTML becomes words; everybody in `to` is public, only in `cc` quiet public, nobody of these is private."""
    author = activitypub.actor(ACTOR)
    assert (author.handle, author.key) == ("ann@social.example", ID)
    assert activitypub.note(NOTE, author).content == "a\nb & c"
    for to, cc, seen in (
        (["as:Public"], [], "public"),
        ([], ["as:Public"], "unlisted"),
        ([ID + "/followers"], [], "private"),
        ([ID + "/x"], None, "direct"),
    ):
        assert activitypub.note({**NOTE, "to": to, "cc": cc}, author).visibility == seen
    with pytest.raises(UnreadableError):
        activitypub.note({"type": "Note"}, author)


@pytest.mark.parametrize(
    ("policy", "can_reply"),
    [
        ({"canReply": {"automaticApproval": ["as:Public"]}}, ("public",)),
        ({"canReply": {"always": ["as:Public", ID + "/followers"]}}, ("public", "followers")),
        ({"gts:canReply": {"gts:always": {"id": ID + "/following"}}}, ("following",)),
        ({"canReply": {"manualApproval": ["as:Public"]}}, ()),
        ({"canReply": {"automaticApproval": ["https://other.example/followers"]}}, ("some",)),
        ({}, None),
    ],
)
def test_interaction_policies_say_who_may_answer(policy: Any, can_reply: Any) -> None:
    """Old and new names of the list are read; what needs an approval is no leave."""
    found = activitypub.note({**NOTE, "interactionPolicy": policy}, Actor(id=ID)).policy
    assert (None if found is None else found.can_reply) == can_reply


def test_activities_become_events() -> None:
    """A deleted post, account, a move and a block of us are what they are; what does not concern us is nothing."""
    author = activitypub.actor(ACTOR)

    def happened(kind: str, what: Any) -> Any:
        return activitypub.event({"type": kind, "actor": ID, "object": what}, author, us="https://acme.example/us")

    assert happened("Delete", {"id": ID + "/1", "type": "Tombstone"}).post_id == ID + "/1"
    assert refusals(happened("Delete", ID).actor, "activitypub")[0] == "the account is gone"
    assert happened("Move", ID).actor.moved is True
    assert happened("Block", "https://acme.example/us").actor.blocked_by is True
    assert happened("Block", "https://other.example/x") is None
    assert happened("Update", {**ACTOR, "indexable": False}).actor.indexable is False
    assert happened("Update", NOTE).kind is EventKind.EDITED
    assert happened("Create", NOTE).post.policy is None
    assert happened("Like", NOTE) is None


def test_mastodons_stream_becomes_events() -> None:
    """New, edited and deleted statuses are read; a status without a visibility is not taken for public."""
    status = {"id": 5, "content": "<p>hi</p>", "account": {"id": "7", "acct": "ann", "indexable": True}}
    edited = mastodon.event("status.update", json.dumps({**status, "visibility": "public"}))
    published = mastodon.event("update", json.dumps(status))
    assert edited is not None
    assert edited.post is not None
    assert (edited.kind, edited.post.id, edited.post.visibility) == (EventKind.EDITED, "5", "public")
    assert published is not None
    assert published.post is not None
    assert published.post.visibility == "private"
    assert mastodon.event("delete", "5") == mastodon.event("delete", "5\n")
    assert mastodon.event("filters_changed", "") is None
    for payload in ("{", "[]", "[" * 100_000):
        with pytest.raises(UnreadableError):
            mastodon.event("update", payload)


@pytest.mark.parametrize(
    ("theirs", "of_boost", "author", "seen"),
    [
        ({"indexable": True}, {"indexable": True}, "7", "public"),
        ({"indexable": False}, {"indexable": True}, "7", "public"),
        ({"note": "#nobot"}, {"indexable": True}, "7", "public"),
        ({"indexable": True}, {"indexable": False}, "8", "public"),
        ({"indexable": True, "unlisted": True}, {"indexable": True}, "7", "unlisted"),
    ],
)
def test_of_a_boost_whoever_wrote_the_words_is_asked(
    theirs: dict[str, Any], of_boost: dict[str, Any], author: str, seen: str
) -> None:
    """A boost is of whoever wrote its words, however open the other profile is, and no more public than these."""
    visibility = "unlisted" if theirs.pop("unlisted", False) else "public"
    words = {"id": 5, "content": "<p>hi</p>", "visibility": visibility, "account": {"id": "7", "acct": "ann", **theirs}}
    boost = {"id": 6, "visibility": "public", "account": {"id": "8", "acct": "bo", **of_boost}, "reblog": words}
    post = mastodon.status(boost)
    assert (post.id, post.attributed_to.id, post.visibility, post.repost) == ("6", author, seen, True)
    refuses = author == "8" or bool(refusals(mastodon.account(words["account"]), "mastodon"))
    assert bool(refusals(post.attributed_to, "mastodon")) == refuses


def commit(collection: str, record: Any, operation: str = "create") -> dict[str, Any]:
    """A line of Jetstream."""
    inner = {"operation": operation, "collection": collection, "rkey": "self", "record": record}
    return {"did": DID, "kind": "commit", "commit": inner}


def test_jetstream_becomes_events() -> None:
    """Posts come with the profile that is known; gone accounts, refusing records and blocks of us say no."""

    def happened(line: Any) -> Any:
        return bluesky.event(line, US, lambda did: Actor(id=did, unreadable=True))

    post = happened(commit("app.bsky.feed.post", {"text": "hi", "createdAt": "2026-01-01T00:00:00Z"})).post
    assert (post.id, post.attributed_to.unreadable) == (f"at://{DID}/app.bsky.feed.post/self", True)
    assert happened(commit("app.bsky.feed.post", None, "delete")).post_id == post.id
    for status, why in (("deleted", "gone"), ("takendown", "suspended"), ("deactivated", "suspended")):
        account = {"did": DID, "kind": "account", "account": {"active": False, "status": status}}
        assert why in refusals(happened(account).actor, "bluesky")[0]
    label = {"labels": {"values": [{"val": "!no-unauthenticated"}]}}
    assert refusals(happened(commit("app.bsky.actor.profile", label)).actor, "bluesky")
    assert refusals(happened(commit("app.bsky.actor.profile", "broken")).actor, "bluesky")
    assert happened(commit("app.bsky.graph.block", {"subject": US})).actor.blocked_by is True
    assert happened(commit("app.bsky.graph.block", {"subject": "did:plc:x"})) is None


def test_a_part_of_a_profile_never_gives_consent_back() -> None:
    """A record that no longer refuses, its deletion, or an account that is active again, is no event of ours."""
    for line in (
        commit("app.bsky.actor.profile", {"displayName": "Ann"}),
        commit("app.bsky.actor.contentVisibilityDeclaration", {"hideFromAlgorithmicRecommendations": False}),
        commit("app.bsky.actor.contentVisibilityDeclaration", None, "delete"),
        {"did": DID, "kind": "account", "account": {"active": True}},
        {"did": DID, "kind": "identity"},
    ):
        assert bluesky.event(line, US, lambda did: Actor(id=did)) is None


def test_robots_txt_follows_rfc_9309() -> None:
    """Our group counts before that for all; groups of one token join; the longest rule wins, then Allow."""
    found = robots(
        200,
        "\ufeffUser-agent: other\nUser-Agent: ascolta\nDisallow: /a\n\nSitemap: https://x.example/s.xml\n"
        "user-agent: *\r\ndisallow: /\r\n\nUser-agent: Ascolta/2 # us\nAllow: /a/b\nDisallow: /a/b\n"
        "Disallow: /%7Eann/\n",
    )
    told = {"/": True, "/a": False, "/a/b": True, "/a/c": False, "/~ann/x": False, "/robots.txt": True}
    assert {path: found.allows(path, "ascolta") for path in told} == told
    assert not found.allows("/x", "somebody")


@pytest.mark.parametrize(
    ("status", "allows"),
    [
        (200, True),
        (404, True),
        (410, True),
        (403, False),
        (429, False),
        (500, False),
        (503, False),
        (0, False),
        (302, False),
    ],
)
def test_robots_txt_that_cannot_be_reached_closes_the_site(status: int, allows: bool) -> None:
    """A file that is not there allows everything, one that cannot be reached, or is kept from us, nothing."""
    assert robots(status, b"").allows("/x", "ascolta") is allows


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/fish", "/fish.html", True), ("/fish*", "/fishheads", True), ("/fish/", "/fish", False),
        ("/*.php", "/a/b.php?x", True), ("/*.php$", "/a.php?x", False), ("/*.php$", "/a.php.php", True),
        ("/a*b*c$", "/abxc", True), ("/a*b*c$", "/abxcd", False), ("/$", "/", True), ("/$", "/x", False),
        ("*", "/", True), ("/a*aa$", "/aa", False), ("/ü", "/%C3%BC", False),
    ],
)  # fmt: skip
def test_patterns_match_from_the_start(pattern: str, path: str, fits: bool) -> None:
    """A star is anything, a dollar at the end is the end, anything else is itself."""
    assert matches(pattern, path) is fits


def test_a_path_is_compared_as_it_is_encoded() -> None:
    """Letters beyond ASCII and their percent-encoding are the same path."""
    found = robots(200, "User-agent: *\nDisallow: /caf\u00e9\nDisallow: /%e2%82%ac")
    assert [found.allows(path, "ascolta") for path in ("/caf%C3%A9", "/café/x", "/€", "/cafe")] == [False] * 3 + [True]


def page(headers: dict[str, str] | None = None, html: str = "", **site: Any) -> Any:
    return web.page("https://x.example/a/b?c", list((headers or {}).items()), html, web.Site(**site))


def test_pages_refuse_in_headers_meta_and_files() -> None:
    """Each place is read, whatever the case; what is said to another robot is not said to us."""
    assert page({"x-robots-tag": "NOINDEX, otherbot: noarchive"}).robots == ("noindex",)
    assert page({}, '<meta content=noai name=\'ASCOLTA\'><meta name="robots" content="max-snippet:5">').robots == (
        "max-snippet",
        "noai",
    )
    assert page({"Content-Usage": "train-ai=n;x=1, search"}).content_usage == ("train-ai=n", "search=y")
    assert page({"Content-Usage": "train-ai=perhaps"}).content_usage == ("unreadable=n",)
    assert page({"TDM-Reservation": "1"}).tdm_reservation is True
    assert page({}, '<meta name="tdm-reservation" content="1">').tdm_reservation is True
    assert page({}, tdmrep={"location": "/"}).tdm_reservation is True
    assert page({}, tdmrep=[{"location": "/z", "tdm-reservation": 1}]).tdm_reservation is None
    assert page({"Link": '<https://x.example/l.xml>; rel="license"; type="application/rsl+xml"'}).licensed is True
    assert page({"Link": '<https://x.example/cc>; rel="license"'}).licensed is None
    assert page({}, '<link rel="license" type="application/rsl+xml" href="/l.xml">').licensed is True
    assert page({}, rsl="<rsl").licensed is True
    assert page({}, rsl='<!DOCTYPE x [<!ENTITY a "b">]><rsl/>').licensed is True
    assert page(robots=Robots(closed=True)).disallowed is True
    assert page({}, "<meta " * 100_000 + '"' * 1000).robots == ()
