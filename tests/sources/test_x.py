"""X: what of its lists is heard and as what, versions, what is not there any more, limits, and answers said once."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

import pytest
import xdk
from requests import HTTPError

from ascolta.core.platform import platform
from ascolta.core.post import Batch, EventKind, Post
from ascolta.errors import SourceError
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import x as native
from ascolta.sources.x import X, number_at, time_of
from ascolta.sources.x_answers import Answers
from tests.conftest import ROOT
from tests.proofs import proves
from tests.sources.battery import NOW, TOKEN, Place, again, events, failed, ids
from tests.sources.mangled import mangled
from tests.sources.places import place
from tests.sources.said import approved
from tests.sources.x_contract import ANSWERS
from tests.sources.x_twin import XTwin

answer = partial(approved, "x")


@pytest.fixture
def it() -> Iterator[Place]:
    """X with our account on it."""
    with place("x") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> XTwin:
    """The same, as its people see it."""
    assert isinstance(it.twin, XTwin)
    return it.twin


def x(it: Place) -> X:
    """The network itself."""
    found = it.source().network
    assert isinstance(found, X)
    return found


def answers(it: Place) -> Answers:
    """Who answers there, and asks again."""
    return x(it).speaker


def heard(it: Place, after: str = "", kind: EventKind = EventKind.PUBLISHED) -> list[Post]:
    """The posts of one kind that a source just started brings."""
    return [event.post for event in events(it.hear(it.source(), after), kind) if event.post is not None]


def test_an_answer_to_us_is_addressed_and_a_name_is_a_name(it: Place, twin: XTwin) -> None:
    """What answers our post is said to us by its place; of what names us the words decide."""
    ours = twin.says("acme", "We fly to Lunaro now.")
    twin.says("ann", "and my bag?", to=ours)
    twin.says("bob", "I like @acme")
    to_us, about = heard(it)
    assert (to_us.addressed, to_us.brand, to_us.in_reply_to) == (True, "acme", ours)
    assert to_us.content == "@acme and my bag?"
    assert (about.addressed, about.brand, about.handles) == (False, "acme", ("acme",))


def test_a_name_that_only_x_wrote_is_no_name(it: Place, twin: XTwin) -> None:
    """Who answers somebody in a thread of ours carries our name unseen: they did not speak to us."""
    ours = twin.says("acme", "We fly to Lunaro now.")
    ann = twin.says("ann", "and my bag?", to=ours)
    twin.says("bob", "mine is lost as well", to=ann)
    twin.says("eve", "@acme help them", to=ann)
    _, unseen, seen = heard(it)
    assert (unseen.content, unseen.handles, unseen.brand, unseen.addressed) == ("mine is lost as well", (), None, False)
    assert (seen.content, seen.handles, seen.brand) == ("@acme help them", ("acme",), "acme")


def test_what_a_search_finds_is_heard_once_and_is_talk(it: Place, twin: XTwin) -> None:
    """A post that names us comes with the mentions only; the others say nothing of us by their place."""
    both = twin.says("ann", "@acme is Acme Air late?")
    found = twin.says("bob", "Acme Air is late")
    twin.says("acme", "Acme Air flies")
    batches = it.hear(it.source())
    assert ids(batches) == [both, found]
    assert [(post.brand, post.addressed) for post in heard(it)] == [("acme", False), (None, False)]


def test_our_own_posts_are_never_heard(it: Place, twin: XTwin) -> None:
    """Neither what we post, nor what we answer, whatever it names."""
    twin.says("acme", "@acme is our name, acme air")
    answers(it).say(answer(twin.says("ann", "@acme hello")))
    assert len(heard(it)) == 1


def test_what_is_not_for_everybody_does_not_pass(it: Place, twin: XTwin) -> None:
    """Posts of a protected account that we may see are heard only where they answer us; withheld ones never."""
    ours = twin.says("acme", "We fly to Lunaro now.")
    twin.account("ann", protected=True)
    twin.says("ann", "@acme nobody hears this")
    twin.follows.add("ann")
    twin.says("ann", "@acme only friends read this")
    told = twin.says("ann", "my bag is lost", to=ours)
    twin.says("bob", "@acme nor this", withheld={"copyright": False, "country_codes": ["DE"]})
    twin.account("eve", withheld={"country_codes": ["XX"]})
    twin.says("eve", "@acme nor that")
    assert [(post.id, post.visibility, post.addressed) for post in heard(it)] == [(told, "private", True)]


@pytest.mark.parametrize(
    ("settings", "may"),
    [("everyone", None), ("following", ("following",)), ("mentionedUsers", ()), ("verified", ()), ("subscribers", ())],
)
def test_who_may_answer_is_read(it: Place, twin: XTwin, settings: str, may: Sequence[str] | None) -> None:
    """Everybody, those whom the author follows, or others than we."""
    twin.says("ann", "@acme hello", reply_settings=settings)
    [post] = heard(it)
    assert (None if post.policy is None else post.policy.can_reply) == may


def test_a_block_of_ours_and_a_friendship_are_read(it: Place, twin: XTwin) -> None:
    """X says whom we block, and who follows whom; not who blocks us, whose posts it does not give."""
    twin.account("ann", connection_status=["blocking"])
    twin.account("bob", connection_status=["followed_by"])
    twin.says("ann", "@acme hello")
    twin.says("bob", "@acme hello")
    ann, bob = (post.attributed_to for post in heard(it))
    assert (ann.blocked_by, ann.followed_by) == (True, False)
    assert (bob.blocked_by, bob.followed_by, bob.following) == (None, True, False)


def test_links_and_signs_are_as_they_were_written(it: Place, twin: XTwin) -> None:
    """X shortens links and writes & and < in its own way; pictures are no words; a long post comes whole."""
    twin.says("ann", "@acme 1 < 2 & https://acme.example/a?b=c https://x.com/ann/status/1/photo/1")
    whole = {
        "text": f"@acme {'long ' * 100}end",
        "entities": {"mentions": [{"start": 0, "end": 5, "username": "acme"}]},
    }
    twin.says("bob", "@acme long long…", note_post=whole)
    short, long = heard(it)
    assert short.content == "@acme 1 < 2 & https://acme.example/a?b=c"
    assert (long.content.endswith("end"), long.handles) == (True, ("acme",))


@proves("edit", network="x", on="contract")
def test_a_version_is_an_edit_of_the_post_it_was(it: Place, twin: XTwin) -> None:
    """It has an id of its own there, and is known by the first one here; who never heard the first hears it as new."""
    first = twin.says("ann", "@acme you lost my bag")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    it.passes(60)
    newer = twin.edits(first, "@acme you found my bag")
    batches = it.hear(source, cursor)
    [event] = events(batches, EventKind.EDITED)
    assert event.post is not None
    assert (event.post.id, event.post.content) == (first, "@acme you found my bag")
    assert event.post.url == f"https://x.com/ann/status/{newer}"
    assert ids(batches) == []
    assert [post.id for post in heard(it)] == [first]


@proves("answer", network="x", on="contract")
def test_an_answer_stands_once_under_the_newest_version(it: Place, twin: XTwin) -> None:
    """A second try is refused by X, and finds the first."""
    post = twin.says("ann", "@acme where is my bag?")
    newer = twin.edits(post, "@acme where is my red bag?")
    text = "Sorry & hello: https://acme.example/help?a=b, we look. 🙂"
    number = answers(it).say(answer(post, text))
    assert twin.posts[number].more["to"] == newer
    assert answers(it).say(answer(post, text)) == number
    assert len(twin.said_by_us()) == 1
    assert answers(it).said(answer(post, text)) == number
    assert answers(it).said(answer(post, "Something else.")) is None
    assert answers(it).said(answer(twin.says("bob", "@acme hello"), text)) is None


def test_only_who_called_us_is_answered_by_a_program(it: Place, twin: XTwin) -> None:
    """X takes nothing else from one, so it is not even tried; what names us unseen did not call us."""
    assert platform("x").summoned.value
    ours = twin.says("acme", "We fly.")
    called = twin.says("ann", "when?", to=ours)
    assert answers(it).say(answer(called)) != ""
    for text, to in (("acme air is late", ""), ("so is my bag", called)):
        post = twin.says("bob", text, to=to)
        with pytest.raises(SourceError, match="by hand") as refused:
            answers(it).say(answer(post, "We look into it."))
        assert not refused.value.retry
    assert twin.visits.count("/2/tweets") == 1


def test_a_second_try_after_a_lost_answer_finds_the_first(it: Place, twin: XTwin) -> None:
    """X takes the same words but once, so that whoever tries again is told which post it was."""
    post = twin.says("ann", "@acme where is my bag?")
    twin.fails_after_posting = True
    with pytest.raises(SourceError, match="nobody knows"):
        answers(it).say(answer(post))
    twin.fails_after_posting = False
    assert answers(it).say(answer(post)) == answers(it).said(answer(post))
    assert len(twin.said_by_us()) == 1


def test_an_answer_is_found_among_many_of_ours(it: Place, twin: XTwin) -> None:
    """Pages back, as long as they are not older than the approval."""
    post = twin.says("ann", "@acme where is my bag?")
    number = answers(it).say(answer(post))
    for count in range(250):
        twin.says("acme", f"news {count}")
    assert answers(it).said(answer(post)) == number


@proves("delete", "opt-out", network="x", on="contract")
@pytest.mark.parametrize("fields", [{"protected": True}, {"suspended": True}, {"withheld": {"country_codes": ["DE"]}}])
def test_what_x_does_not_show_any_more_is_gone(it: Place, twin: XTwin, fields: dict[str, object]) -> None:
    """Its author protected the account, was suspended, or is withheld: X wants it gone within a day."""
    post = twin.says("ann", "@acme hello")
    assert again(it.source(), post) is not None
    twin.account("ann", **fields)
    assert again(it.source(), post) is None


def test_many_posts_are_asked_for_at_once(it: Place, twin: XTwin) -> None:
    """100 with each request; then each is told from what came, once, and asked anew after that."""
    posts = [twin.says("ann", f"@acme {count}") for count in range(250)]
    twin.edits(posts[7], "@acme edited")
    twin.deletes(posts[9])
    lookup = answers(it)
    lookup.me()
    begun = len(twin.visits)
    lookup.expect([*posts, "p1"])
    assert len(twin.visits) - begun == 4
    found = [lookup.again(post) for post in posts]
    assert len(twin.visits) - begun == 4
    assert [post for post, one in zip(posts, found, strict=True) if one is None] == [posts[9]]
    assert found[7] is not None
    assert (found[7].id, found[7].content) == (posts[7], "@acme edited")
    lookup.again(posts[0])
    assert len(twin.visits) - begun == 5
    lookup.expect(posts[:1])
    it.passes(60)
    twin.deletes(posts[0])
    assert lookup.again(posts[0]) is None


def test_what_is_no_id_of_x_is_not_asked_for(it: Place, twin: XTwin) -> None:
    """A post that a file brought has another; X would refuse the whole request."""
    with pytest.raises(SourceError, match="source that heard it"):
        answers(it).again("p7")
    assert all("ids=" not in visit for visit in twin.visits)


def test_a_token_of_another_account_hears_nothing(it: Place, twin: XTwin) -> None:
    """Else our own posts would be heard, and answers go out by somebody else's name."""
    twin.account("acme", username="other")
    assert "another account" in str(failed(it.source()))


def test_a_long_gap_is_heard_in_stretches(it: Place, twin: XTwin) -> None:
    """Oldest first, each with its place, so that few requests are enough to get on."""
    cursor = it.hear(it.source())[-1].cursor
    said = []
    for _ in range(10):
        it.passes(6 * 3_600)
        said.append(twin.says("ann", "@acme hello"))
    source = it.source()
    twin.left["mentions"] = 4
    it.passes(source.every)
    batches: list[Batch] = []
    with pytest.raises(SourceError, match="allows no more"):
        batches.extend(source.batches(cursor))
    assert 0 < len(ids(batches)) < len(said)
    twin.left["mentions"] = 300
    batches += it.hear(it.source(), batches[-1].cursor)
    assert ids(batches) == said


def test_a_search_goes_back_a_week_at_the_most(it: Place, twin: XTwin) -> None:
    """X refuses an older place, so after a longer gap it is heard from there."""
    cursor = it.hear(it.source())[-1].cursor
    twin.says("bob", "acme air of old")
    it.passes(9 * 86_400)
    new = twin.says("bob", "acme air today")
    assert [post.id for post in heard(it, cursor)] == [new]


def test_limits_of_a_day_and_a_month_are_told_and_kept(it: Place, twin: XTwin) -> None:
    """The narrowest limit counts; where a month's posts are used up X says no end, so it is asked by the hour."""
    source = it.source()
    twin.headers = {
        "x-user-limit-24hour-limit": "25", "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": str(int(NOW + 7_200)),
    }  # fmt: skip
    it.passes(30)
    assert failed(source).after == pytest.approx(7_170)
    assert (source.network.budget.limit, source.network.budget.left) == (25, 0)
    twin.headers = {}
    twin.capped = True
    capped = it.source()
    assert failed(capped).after == 3_600
    assert "month" in capped.findings[0]
    visits = len(twin.visits)
    it.passes(3_000)
    assert list(capped.batches("")) == []
    assert len(twin.visits) == visits


def test_ids_tell_the_time() -> None:
    """The first one in each millisecond, and back; the example is of X's own documentation of ids."""
    assert time_of(1_541_815_603_606_036_480) == pytest.approx(1_656_432_460.105)
    assert time_of(number_at(NOW)) == NOW
    assert number_at(0) == 0


@pytest.mark.parametrize("said", [
    {"data": [{"id": "x"}, None, 3, {"id": "0"}, {}]}, {"meta": {"result_count": 0, "next_token": "b3"}},
    {"data": [{"id": "2122752145617846273", "text": 3}], "includes": {"users": [None, {}]}},
    {"data": [{"id": "2122752145617846273", "text": "x", "entities": []}], "includes": []},
])  # fmt: skip
def test_posts_that_cannot_be_read_are_set_aside(it: Place, said: dict[str, object]) -> None:
    """One that has no id, or words that are none, stops nothing."""
    network = x(it)
    network.me()
    it.garbles(json.dumps(said).encode())
    assert [event for page in network.pages("") for event in page.events] == []


def test_what_cannot_be_read_never_raises_anything_else() -> None:
    """Whatever stands in the place of any part of what X gave."""
    for path in (ROOT / "tests" / "recordings" / "x").glob("*.in.json"):
        for said in mangled(json.loads(path.read_text(encoding="utf-8"))):
            if not isinstance(said.get("data"), list):
                continue
            for one in said["data"]:
                with suppress(UnreadableError):
                    native.post(one, native.people(said), "71").content.encode()
                    assert native.versions(one)


def test_the_client_of_x_itself_can_read_this(it: Place, twin: XTwin) -> None:
    """The package that X gives hears, posts, pages and is refused here as there: our twin speaks the real contract."""
    said = [twin.says("ann", f"@acme {count}") for count in range(7)]
    client = xdk.Client(base_url=twin.url, access_token=TOKEN)
    me = client.users.get_me()
    pages = list(
        client.users.get_mentions(me.data.id, max_results=5, post_fields=["created_at"], expansions=["author_id"])
    )
    assert [post.id for page in pages for post in page.data] == said[::-1]
    assert all(isinstance(page, ANSWERS["mentions"]) for page in pages)
    assert pages[0].includes.users[0].username == "ann"
    found = client.posts.get_by_ids([said[0], "17"], post_fields=["created_at"])
    assert (found.data[0].id, found.errors[0].resource_id) == (said[0], "17")
    made = client.posts.create({"text": "hello", "reply": {"in_reply_to_tweet_id": said[0]}})
    assert answers(it).said(answer(said[0], "hello")) == made.data.id
    with pytest.raises(HTTPError):
        client.posts.create({"text": "hello", "reply": {"in_reply_to_tweet_id": said[0]}})
    client.session.close()
