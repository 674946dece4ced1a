"""The Mastodon API: who is heard there and how often, and that an answer is said once, to whom the post is for."""

from collections.abc import Iterator
from functools import partial

import pytest

from ascolta.core.consent import refusals
from ascolta.core.post import Post
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import TwinNetwork, mastodon_lists
from ascolta.sources.asking import Asking
from ascolta.sources.mastodon_answers import Answers
from ascolta.sources.networks import lookups, speakers
from tests.proofs import proves
from tests.sources.battery import NOW, Place, again, events, ids
from tests.sources.mastodon_twin import MastodonTwin, mastodon_twin
from tests.sources.places import place
from tests.sources.said import approved, speaker

answer = partial(approved, "mastodon")


@pytest.fixture
def it() -> Iterator[Place]:
    """A server with our account on it."""
    with place("mastodon") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> MastodonTwin:
    """The same, as its people see it."""
    assert isinstance(it.twin, MastodonTwin)
    return it.twin


def answers(it: Place) -> Answers:
    """Who is asked there how a post stands."""
    found = it.source().network.lookup
    assert isinstance(found, Answers)
    return found


def test_a_post_in_several_lists_comes_once(it: Place, twin: MastodonTwin) -> None:
    """One that names us comes with the mentions, one with two hashtags with the first, whatever else it is in."""
    said = [
        twin.says("ann", "@acme where is my bag? #acme #air"),
        twin.says("bob", "#air and #acme are late"),
        twin.says("eve", "#air is late"),
    ]
    assert sorted(ids(it.hear(it.source()))) == sorted(said)


def test_what_is_not_for_everybody_does_not_pass(it: Place, twin: MastodonTwin) -> None:
    """A server that lists what it should not is not believed; what was written to us passes, as what it is."""
    for visibility in ("unlisted", "private", "direct"):
        twin.says("ann", f"#acme {visibility}", visibility=visibility)
    twin.says("ann", "#acme nobody knows", visibility="")
    ours = twin.says("ann", "@acme my booking is 4711", visibility="direct")
    batches = it.hear(it.source())
    assert ids(batches) == [ours]
    [event] = events(batches)
    assert event.post is not None
    assert (event.post.visibility, event.post.brand) == ("direct", "acme")


def test_we_do_not_hear_ourselves(it: Place, twin: MastodonTwin) -> None:
    """Neither our posts with our hashtag, nor what we answer."""
    twin.says("acme", "a sale! #acme")
    speaker(it).say(answer(twin.says("ann", "@acme hello")))
    assert len(ids(it.hear(it.source()))) == 1


def test_whom_it_names_is_known_without_the_list_of_mentions(it: Place, twin: MastodonTwin) -> None:
    """Some servers leave it empty; the words say it too."""
    host = twin.url.removeprefix("http://")
    twin.says("ann", "#acme hello", content=f"<p>@acme@{host}, hello #acme</p>")
    named = twin.says("ann", "@acme hello")
    twin.status(named)["mentions"] = []
    [event] = events(it.hear(it.source()))
    assert event.post is not None
    assert event.post.handles == ("acme", f"acme@{host}")


def test_a_server_that_heeds_no_place_tells_nothing_twice(it: Place, twin: MastodonTwin) -> None:
    """It gives its newest whatever is asked; what was heard is left out."""
    twin.heeds_places = False
    said = [twin.says("ann", f"@acme {number}") for number in range(5)]
    source = it.source()
    batches = it.hear(source)
    assert sorted(ids(batches)) == sorted(said)
    assert ids(it.hear(source, batches[-1].cursor)) == []


@proves("answer", network="mastodon", on="contract")
def test_an_answer_reaches_its_author_and_stands_once(it: Place, twin: MastodonTwin) -> None:
    """It names them, answers their post, and a second try with the same key finds the first."""
    post = twin.says("ann", "@acme where is my bag?")
    ours = speaker(it)
    number = ours.say(answer(post))
    assert ours.say(answer(post)) == number
    assert len(twin.said_by_us()) == 1
    found = twin.status(number)
    assert (found["in_reply_to_id"], found["visibility"]) == (post.rpartition("/")[2], "public")
    assert "@<span>ann</span>" in found["content"]
    assert ours.said(answer(post)) == number
    assert ours.said(answer(post, "Something else.")) is None
    assert ours.said(answer("4711")) is None


@pytest.mark.parametrize(
    ("post", "ours"), [("public", "public"), ("unlisted", "unlisted"), ("private", "direct"), ("direct", "direct")]
)
def test_an_answer_is_for_no_more_people_than_the_post(it: Place, twin: MastodonTwin, post: str, ours: str) -> None:
    """What was written to few is answered to its author alone."""
    number = speaker(it).say(answer(twin.says("ann", "@acme hello", visibility=post)))
    assert twin.status(number)["visibility"] == ours


def test_an_answer_is_found_among_many_of_ours(it: Place, twin: MastodonTwin) -> None:
    """Pages back, as long as they are not older than the approval."""
    post = twin.says("ann", "@acme where is my bag?")
    number = speaker(it).say(answer(post, "Sorry! We look into it: https://acme.example/a?b=c&d=é 🙂"))
    for count in range(100):
        twin.says("acme", f"news {count}")
    assert speaker(it).said(answer(post, "Sorry! We look into it: https://acme.example/a?b=c&d=é 🙂")) == number


def test_what_its_own_server_has_no_more_is_gone(it: Place, twin: MastodonTwin) -> None:
    """Ours may keep a copy of what was deleted elsewhere; a server that does not answer, or refuses, proves nothing."""
    with mastodon_twin(NOW) as home:
        post = twin.says("ann", "@acme hello", uri=f"{home.url}/api/v1/statuses/1")
        assert again(it.source(), post) is not None
        home.fails = (404, {})
        assert again(it.source(), post) is None
        home.fails = (410, {})
        assert again(it.source(), post) is None
        home.fails = (500, {})
        assert again(it.source(), post) is not None
    assert again(it.source(), post) is not None


def test_many_posts_are_asked_for_at_once(it: Place, twin: MastodonTwin) -> None:
    """20 with each request; each is told from what came, once. One that was left out is asked for by itself."""
    posts = [twin.says("ann", f"@acme {count}") for count in range(30)]
    twin.deletes(posts[9])
    twin.relations["ann"] = {"blocked_by": True}
    lookup = answers(it)
    lookup.expect([*posts, "elsewhere.example/1"])
    assert len(twin.visits) == 3
    found = [lookup.again(post) for post in posts]
    assert len(twin.visits) == 4
    assert [post for post, one in zip(posts, found, strict=True) if one is None] == [posts[9]]
    assert all(one.attributed_to.blocked_by for one in found if one is not None)
    lookup.expect(posts[:2])
    assert lookup.again(posts[0]) is not None
    twin.deletes(posts[0])
    it.passes(60)
    twin.deletes(posts[1])
    assert [lookup.again(post) for post in posts[:2]] == [None, None]


def test_where_many_cannot_be_asked_for_each_is(it: Place, twin: MastodonTwin) -> None:
    """snac, and Mastodon before 4.3, know no such request."""
    post, twin.without = twin.says("ann", "@acme hello"), "/api/v1/statuses"
    lookup = answers(it)
    lookup.expect([post])
    assert lookup.again(post) is not None


@pytest.mark.parametrize("uri", [
    "http://169.254.169.254/latest", "http://10.0.0.1/", "http://[::ffff:169.254.169.254]/", "file:///etc/passwd",
    "gopher://127.0.0.1/", "http://user@127.0.0.1/", "https://metadata.google.internal/", 4711, None, "", "http://[",
    "http://2130706433/", "https://[fe80::1%25eth0]/",
])  # fmt: skip
def test_no_other_network_is_reached_by_what_somebody_wrote(it: Place, twin: MastodonTwin, uri: object) -> None:
    """An address in a post that leads elsewhere is not asked, and the post stands as our server has it."""
    assert again(it.source(), twin.says("ann", "@acme hello", uri=uri)) is not None


def test_this_machine_is_not_reached_from_a_server_elsewhere() -> None:
    """An address that somebody wrote may not lead here, though an operator's may."""
    with mastodon_twin(NOW) as twin:
        home = Asking(who="its own server", url=twin.url, clock=lambda: NOW, foreign=True)
        with pytest.raises(SourceError, match="not public"):
            home.get("/api/v1/instance")
        assert twin.visits == []


@pytest.mark.parametrize("url", ["http://social.example", "ftp://127.0.0.1", "https://a:b@social.example", "nonsense"])
def test_a_server_is_named_by_a_safe_address(url: str) -> None:
    """In the clear it may only lie on this machine; the error does not repeat it."""
    with pytest.raises(AscoltaError) as error:
        Asking(who="mastodon", url=url, clock=lambda: NOW)
    assert url not in str(error.value)


def test_a_token_is_one_word() -> None:
    """What cannot be one is refused at the start, and not shown."""
    with pytest.raises(AscoltaError, match="token") as error:
        Asking(who="mastodon", url="https://social.example", clock=lambda: NOW, token="two words")
    assert "two words" not in str(error.value)


def test_two_servers_that_count_alike_are_told_apart(it: Place, twin: MastodonTwin) -> None:
    """The same number, and an "ann", stand for somebody else on another server; neither's removal touches the other."""
    with place("mastodon") as there:
        ours, theirs = twin.says("ann", "@acme my bag"), there.twin.says("ann", "@acme my seat")
        assert ours.rpartition("/")[2] == theirs.rpartition("/")[2]
        [one], [other] = (events(home.hear(home.source())) for home in (it, there))
        assert one.post is not None
        assert other.post is not None
        assert (one.post.id, other.post.id) == (ours, theirs)
        assert set(one.post.attributed_to.keys).isdisjoint(other.post.attributed_to.keys)
        lookup = lookups([it.source(), there.source()])("mastodon")
        assert lookup is not None
        there.twin.deletes(theirs)
        assert lookup.again(theirs) is None
        assert (found := lookup.again(ours)) is not None
        assert found.content == "@acme my bag"
        with pytest.raises(SourceError, match="no account at hand"):
            lookup.again("social.example/1")


def test_an_answer_goes_out_where_the_post_is(it: Place, twin: MastodonTwin) -> None:
    """A brand with accounts on two servers answers by the one that has the post, and by none if none has it."""
    with place("mastodon") as there:
        twin.says("ann", "@acme my bag")
        theirs = there.twin.says("ann", "@acme my seat")
        sources = [it.source(), there.source()]
        for source in sources:
            source.brands.add("acme")
        speaker = speakers(sources, {"mastodon": TwinNetwork("mastodon")})["mastodon"]
        number = speaker.say(answer(theirs))
        assert (twin.said_by_us(), len(there.twin.said_by_us())) == ([], 1)
        assert speaker.said(answer(theirs)) == number
        with pytest.raises(SourceError, match="no account where this post is"):
            speaker.say(answer("social.example/1"))
        with pytest.raises(SourceError, match="on another server"):
            sources[0].network.speaker.say(answer(theirs))  # type: ignore[union-attr]


def test_an_id_that_names_no_server_is_still_understood(it: Place, twin: MastodonTwin) -> None:
    """As it may stand in a store, from before."""
    bare = twin.says("ann", "@acme where is my bag?").rpartition("/")[2]
    found = again(it.source(), bare)
    assert found is not None
    assert found.id == bare
    number = speaker(it).say(answer(bare))
    assert twin.status(number)["in_reply_to_id"] == bare
    assert speaker(it).said(answer(bare)) == number


@proves("opt-out", network="mastodon", on="contract")
@pytest.mark.parametrize("how", ["blocked_by", "blocking"])
def test_who_blocks_us_is_left_alone(it: Place, twin: MastodonTwin, how: str) -> None:
    """Whom we block, too; of all who spoke to us the server is asked in one request, and of nobody else."""
    for who in ("ann", "bob", "eve"):
        twin.says(who, "@acme hello")
    twin.says("zoe", "a post #acme")
    twin.relations["bob"] = {how: True}
    heard = [event.post for event in events(it.hear(it.source())) if event.post is not None]
    assert [post.attributed_to.handle.partition("@")[0] for post in heard if _blocks(post)] == ["bob"]
    asked = [path for path in twin.visits if "relationships" in path]
    assert len(asked) == 1
    assert asked[0].count("id%5B%5D") == 3
    number = next(post.id for post in heard if _blocks(post))
    assert (post := again(it.source(), number)) is not None
    assert _blocks(post)


def test_a_server_that_says_nothing_of_blocks_is_heard(it: Place, twin: MastodonTwin) -> None:
    """Not every server has that list, and not every token may see it."""
    twin.without = "/api/v1/accounts/relationships"
    said = twin.says("ann", "@acme hello")
    assert ids(it.hear(it.source())) == [said]
    assert again(it.source(), said) is not None


def _blocks(post: Post) -> bool:
    return any("block" in why for why in refusals(post.attributed_to, "mastodon"))


def test_too_much_at_once_is_told(it: Place, twin: MastodonTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more is new than can be gone through the newest are heard, and it is not hidden that others were not."""
    monkeypatch.setattr(mastodon_lists, "MOST_BACK", 2)
    source = it.source()
    twin.says("ann", "@acme hello #air")
    cursor = it.hear(source)[-1].cursor
    assert source.findings == []
    said = [twin.says("ann", f"news {number} #air") for number in range(100)]
    assert ids(it.hear(source, cursor)) == said[-80:]
    assert [finding for finding in source.findings if "#air" in finding and "80 new posts at once, 1 times" in finding]
