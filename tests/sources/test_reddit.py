"""Reddit: what of its lists is heard and as what, what is deleted there, its leave and limits, answers said once."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from ascolta.core.brand import Connection, FileSource
from ascolta.core.consent import Known, heed
from ascolta.core.platform import platform
from ascolta.core.post import EventKind, Post
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.chance import Chance
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import reddit as native
from ascolta.sources.reddit import Reddit, opened
from ascolta.sources.reddit_answers import Answers
from tests.conftest import ROOT
from tests.proofs import proves
from tests.sources.battery import NOW, TOKEN, VARIABLE, Place, again, events, failed, ids
from tests.sources.mangled import mangled
from tests.sources.places import place
from tests.sources.reddit_twin import US, RedditTwin
from tests.sources.said import approved

answer = partial(approved, "reddit")


@pytest.fixture
def it() -> Iterator[Place]:
    """Reddit with our account and subreddits."""
    with place("reddit") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> RedditTwin:
    """The same, as its people see it."""
    assert isinstance(it.twin, RedditTwin)
    return it.twin


def answers(it: Place) -> Answers:
    """Who answers there, and asks again."""
    network = it.source().network
    assert isinstance(network, Reddit)
    return network.speaker


def heard(it: Place, after: str = "", kind: EventKind = EventKind.PUBLISHED) -> dict[str, Post]:
    """The posts of one kind that a source just started brings, by their words."""
    return {event.post.content: event.post for event in events(it.hear(it.source(), after), kind) if event.post}


def declared(**changed: Any) -> FileSource:
    """The source as a brand names it."""
    more = (("account", "AcmeAir"), ("subreddits", "acme"))
    live = Connection(network="reddit", address="https://oauth.reddit.com", token=VARIABLE, more=more)
    return replace(FileSource(path="reddit:AcmeAir", networks=("reddit",), live=live), **changed)


def make(source: FileSource) -> Reddit:
    """The network that comes of it."""
    return opened(source, "acme", {"token": TOKEN}, Chance(clock=lambda: NOW, draw=lambda: 0.5))


def test_nothing_is_heard_without_leave() -> None:
    """Reddit allows no access that it did not approve; made-up posts need no leave."""
    assert platform("reddit").needs.value
    with pytest.raises(AscoltaError, match="approval"):
        make(declared())
    assert make(declared(approval="approvals/reddit.md")).wanted.subreddits == ("acme",)
    assert make(declared(rehearsal=True)).wanted.brand == "acme"


@pytest.mark.parametrize("more", [
    (("account", "two words"), ("subreddits", "acme")), (("account", "a\r\nb"),), (("account", ""),),
    (("account", "acme"), ("subreddits", "acme/../../api")), (("account", "acme"), ("subreddits", "a b+c")),
])  # fmt: skip
def test_names_that_reddit_has_not_are_refused_at_the_start(more: tuple[tuple[str, str], ...]) -> None:
    """They stand in addresses and headers, so nothing else may stand in them."""
    named = declared().live
    assert named is not None
    with pytest.raises(AscoltaError, match="name"):
        make(declared(live=replace(named, more=more), approval="yes"))


def test_where_a_post_stands_says_to_whom_it_speaks(it: Place, twin: RedditTwin) -> None:
    """A thread in our subreddit and what answers us are said to us; other comments are talk, and a name is a name."""
    thread = twin.says("ann", "Where is my bag?")
    twin.says("bob", "mine is lost, too", to=thread)
    comment = twin.says(US, "We look.", to=thread)
    twin.says("eve", "thank you", to=comment)
    elsewhere = twin.says("ann", "Planes", sub="planes")
    twin.says("bob", "ask u/acmeair, they know", to=elsewhere)
    ours = twin.says(US, "We fly to Lunaro", sub="planes")
    twin.says("eve", "when?", to=ours)
    twin.says("bob", "no idea", to=elsewhere)
    found = {text: (post.addressed, post.brand) for text, post in heard(it).items()}
    assert found == {
        "Where is my bag?": (True, "acme"), "mine is lost, too": (False, "acme"), "thank you": (True, "acme"),
        "ask u/acmeair, they know": (False, "acme"), "when?": (True, "acme"),
    }  # fmt: skip
    assert heard(it)["ask u/acmeair, they know"].handles == ("acmeair",)


def test_what_stands_in_two_lists_comes_once(it: Place, twin: RedditTwin) -> None:
    """A comment in our subreddit that answers and names us is in the inbox as well."""
    thread = twin.says("ann", "Where is my bag?")
    comment = twin.says(US, "We look.", to=thread)
    twin.says("eve", "thank you u/AcmeAir", to=comment)
    source = it.source()
    batches = it.hear(source)
    assert len(ids(batches)) == 2
    assert ids(it.hear(source, batches[-1].cursor)) == []


def test_what_is_not_for_everybody_does_not_pass(it: Place, twin: RedditTwin) -> None:
    """In a private subreddit only what answers us is heard; what stands in quarantine is not."""
    twin.kinds["closed"] = "private"
    thread = twin.says("ann", "secret", sub="closed")
    twin.says("bob", "u/AcmeAir is bad", to=thread)
    ours = twin.says(US, "hello", sub="closed")
    told = twin.says("bob", "my booking is lost", to=ours)
    twin.says("eve", "odd things", quarantine=True)
    assert [(post.id, post.visibility, post.addressed) for post in heard(it).values()] == [(told, "private", True)]


def test_our_own_posts_are_never_heard(it: Place, twin: RedditTwin) -> None:
    """Neither our threads, nor our answers, whatever they name."""
    twin.says(US, "A sale! u/AcmeAir")
    answers(it).say(answer(twin.says("ann", "hello")))
    assert list(heard(it)) == ["hello"]


def test_reddit_is_told_who_asks(it: Place, twin: RedditTwin) -> None:
    """What program, in which version, and run by whom; another name would be given nothing."""
    twin.says("ann", "hello")
    it.hear(it.source())
    assert len(twin.agents) == 1
    assert twin.agents.pop().endswith("(by /u/AcmeAir)")


def test_a_token_of_another_account_hears_nothing(it: Place, twin: RedditTwin) -> None:
    """Else our own posts would be heard, and answers go out by somebody else's name."""
    twin.account(US, name="SomebodyElse")
    assert "another account" in str(failed(it.source()))


@proves("hear", "delete", network="reddit", on="contract")
def test_an_item_that_is_gone_makes_nothing_deaf(it: Place, twin: RedditTwin) -> None:
    """Reddit gives nothing beyond an item that was deleted; what came after it is heard nevertheless."""
    old = [twin.says("ann", f"old {number}") for number in range(3)]
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    twin.deletes(old[-1])
    new = twin.says("bob", "new")
    assert ids(it.hear(source, cursor)) == [new]


def test_an_item_that_goes_between_two_pages_loses_nothing(it: Place, twin: RedditTwin) -> None:
    """The next page is asked for after the item before it."""
    said = [twin.says("ann", f"acme {number}", at=NOW - 300 + number) for number in range(250)]
    network = it.source().network
    assert isinstance(network, Reddit)
    given = type(network.asking).listing

    def goes(asking: Any, path: str, fields: list[tuple[str, str]]) -> Any:
        found = given(asking, path, fields)
        if path.endswith("/new") and "after" not in dict(fields):
            twin.deletes(found[0][-1]["data"]["name"])
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(network.asking), "listing", goes)
        pages = list(network.pages(""))
    found = [event.post.id for page in pages for event in page.events if event.post]
    assert found == said


def test_what_a_moderator_lets_through_late_is_heard(it: Place, twin: RedditTwin) -> None:
    """Within the hour, though newer posts were heard before."""
    late = twin.says("ann", "hello from a new account", gone=True)
    twin.now += 60
    twin.says("bob", "hello")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    del twin.things[late]["data"]["gone"]
    assert ids(it.hear(source, cursor)) == [late]


@proves("edit", "delete", network="reddit", on="contract")
def test_edits_and_removals_come_by_the_lists_within_the_hour(it: Place, twin: RedditTwin) -> None:
    """An edit with its new words; a removal only where what is left of it is still listed, and never any words."""
    edited, removed = twin.says("ann", "e" * 310), twin.says("bob", "r" * 310)
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    twin.edits(edited, "found it")
    twin.removes(removed)
    twin.things[removed]["data"]["gone"] = False
    batches = it.hear(source, cursor)
    [event] = events(batches, EventKind.EDITED)
    assert event.post is not None
    assert event.post.content.endswith("found it")
    assert [event.post_id for event in events(batches, EventKind.REMOVED)] == [removed]
    assert ids(batches) == []


@proves("delete", network="reddit", on="contract")
@pytest.mark.parametrize("how", ["deletes", "removes", "vanishes", "account"])
def test_what_is_deleted_or_removed_is_gone(it: Place, twin: RedditTwin, how: str) -> None:
    """By its author, by a moderator, wholly, or with its author's account; nothing of it is kept or heard."""
    post = twin.says("ann", "w" * 310)
    assert again(it.source(), post) is not None
    if how == "vanishes":
        del twin.things[post]
    elif how == "account":
        twin.account("ann", gone=True)
    else:
        getattr(twin, how)(post)
        twin.things[post]["data"]["gone"] = False
    assert again(it.source(), post) is None
    assert heard(it) == {}


@proves("opt-out", network="reddit", on="contract")
@pytest.mark.parametrize("fields", [
    {"hide_from_robots": True}, {"is_suspended": True}, {"is_blocked": True},
    {"subreddit": {"title": "Ann", "public_description": "trains, #nobot"}}, {"hide_from_robots": "perhaps"},
    {"subreddit": "nothing"},
])  # fmt: skip
def test_a_profile_that_refuses_is_heeded(it: Place, twin: RedditTwin, fields: dict[str, object]) -> None:
    """By its setting, by its words, or since it is suspended, blocked or cannot be read."""
    twin.says("ann", "hello")
    assert heed(heard(it)["hello"], Known()).hears
    twin.account("ann", **fields)
    assert not heed(heard(it)["hello"], Known()).hears


def test_many_are_asked_for_at_once(it: Place, twin: RedditTwin) -> None:
    """100 with each request, and each author once, so that all that is held is seen again well within two days."""
    posts = [twin.says("ann", f"hello {count}") for count in range(110)]
    twin.deletes(posts[9])
    lookup = answers(it)
    lookup.expect([*posts, "p1"])
    assert len(twin.visits) == 2
    found = [lookup.again(post) for post in posts]
    assert [visit.partition("?")[0] for visit in twin.visits[2:]] == ["/user/ann/about"]
    assert [post for post, one in zip(posts, found, strict=True) if one is None] == [posts[9]]
    lookup.expect(posts[:1])
    it.passes(60)
    twin.deletes(posts[0])
    assert lookup.again(posts[0]) is None


@pytest.mark.parametrize("number", ["p7", "t1_../api", "t2_abc", "t1_" + "a" * 40, ""])
def test_what_is_no_name_of_reddit_is_not_asked_for(it: Place, twin: RedditTwin, number: str) -> None:
    """A post that a file brought has another."""
    with pytest.raises(SourceError, match="source that heard it"):
        answers(it).again(number)
    assert twin.visits == []


@proves("answer", network="reddit", on="contract")
def test_an_answer_stands_once(it: Place, twin: RedditTwin) -> None:
    """It is found again by what it answers and says."""
    post = twin.says("ann", "Where is my bag?")
    text = "Sorry & hello: https://acme.example/help?a=b, *we* look. 🙂"
    number = answers(it).say(answer(post, text))
    assert twin.things[number]["data"]["parent_id"] == post
    assert answers(it).said(answer(post, text)) == number
    assert answers(it).said(answer(post, "Something else.")) is None
    assert answers(it).said(answer(twin.says("bob", "hello"), text)) is None


def test_only_where_it_was_called_the_brand_speaks(it: Place, twin: RedditTwin) -> None:
    """In its own subreddit's threads, in answer to who answers it, and where it is named."""
    thread = twin.says("ann", "Where is my bag?")
    talk = twin.says("bob", "mine is lost, too", to=thread)
    named = twin.says("eve", "ask u/AcmeAir", to=twin.says("ann", "Planes", sub="planes"))
    comment = answers(it).say(answer(named, "Hello."))
    back = twin.says("eve", "thank you", to=comment)
    assert answers(it).say(answer(back, "With pleasure."))
    assert answers(it).say(answer(thread))
    with pytest.raises(SourceError, match="called") as refused:
        answers(it).say(answer(talk))
    assert not refused.value.retry
    assert len(twin.said_by_us()) == 3


def test_a_lost_answer_is_found_among_many_of_ours(it: Place, twin: RedditTwin) -> None:
    """It was posted, but we were not told; asking finds it many comments later, too."""
    post = twin.says("ann", "Where is my bag?")
    twin.fails_after_posting = True
    with pytest.raises(SourceError, match="nobody knows"):
        answers(it).say(answer(post))
    for number in range(250):
        twin.says(US, f"news {number}", to=post)
    assert answers(it).said(answer(post)) is not None


@pytest.mark.parametrize(("word", "retry", "after"), [("RATELIMIT", True, 312.5), ("SUBREDDIT_NOTALLOWED", False, 0)])
def test_a_no_that_reddit_says_with_a_yes_is_a_no(
    it: Place, twin: RedditTwin, word: str, after: float, *, retry: bool
) -> None:
    """Its word for it is told, and how long it wants to be left alone."""
    post = twin.says("ann", "Where is my bag?")
    twin.refuses = word
    with pytest.raises(SourceError) as error:
        answers(it).say(answer(post))
    assert (error.value.retry, error.value.after) == (retry, after)
    assert twin.said_by_us() == []


@pytest.mark.parametrize("how", ["deletes", "removes", "locked"])
def test_what_is_gone_or_closed_is_not_answered(it: Place, twin: RedditTwin, how: str) -> None:
    """It is said so, and nothing is posted."""
    post = twin.says("ann", "w" * 310)
    if how == "locked":
        twin.things[post]["data"]["locked"] = True
    else:
        getattr(twin, how)(post)
    with pytest.raises(SourceError, match="not answered"):
        answers(it).say(answer(post))
    assert twin.said_by_us() == []


@pytest.mark.parametrize("said", [
    {"kind": "Listing", "data": {"children": [None, 3, {}, {"kind": "t1"}, {"kind": "t1", "data": {}}]}},
    {"kind": "Listing", "data": {"children": [{"kind": "t9", "data": {"name": "t1_a", "author": "ann"}}]}},
    {"kind": "Listing", "data": {"children": [{"kind": "t1", "data": {"name": "t1_a", "author": 7}}], "after": 3}},
])  # fmt: skip
def test_items_that_cannot_be_read_are_set_aside(it: Place, said: dict[str, object]) -> None:
    """One that has no name, or words that are none, stops nothing."""
    network = it.source().network
    network.probe()
    it.garbles(json.dumps(said).encode())
    assert [event for page in network.pages("") for event in page.events] == []


def test_what_cannot_be_read_never_raises_anything_else() -> None:
    """Whatever stands in the place of any part of what Reddit gave."""
    about = {"kind": "t2", "data": {"id": "9", "name": "ann", "subreddit": {"title": "Ann", "public_description": "x"}}}
    for said in mangled(about):
        assert native.account(said).handle.encode() is not None
    for path in (ROOT / "tests" / "recordings" / "reddit").glob("*.in.json"):
        for item in json.loads(path.read_text(encoding="utf-8"))["data"]["children"]:
            for said in mangled(item):
                with suppress(UnreadableError):
                    assert isinstance(native.is_gone(said), bool)
                    assert native.is_fullname(native.post(said).id)
