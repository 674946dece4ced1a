"""Instagram: what speaks to the account by its place, what is only counted, and where it is never answered."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from ascolta.core.brand import Connection, FileSource
from ascolta.core.post import EventKind, Post
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import Chance, Live
from ascolta.sources.instagram import opened
from ascolta.sources.instagram_tags import EVERY, WEEK
from ascolta.sources.pushed import Inlet, inlets
from tests.proofs import proves
from tests.sources.battery import NOW, Place, again, events, ids
from tests.sources.graph_twin import SECRET, VERIFY
from tests.sources.instagram_twin import ACCOUNT, SENSITIVE, InstagramTwin
from tests.sources.places import place
from tests.sources.places.instagram import InstagramAccount
from tests.sources.said import approved, speaker

OTHERWISE: dict[str, Any] = {"from": {"id": "17000", "username": "ACME"}}
answer = partial(approved, "instagram")


@pytest.fixture
def it() -> Iterator[Place]:
    """An account with a picture."""
    with place("instagram") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> InstagramTwin:
    """The same, as its people see it."""
    assert isinstance(it.twin, InstagramTwin)
    return it.twin


def inlet(source: Live) -> Inlet[Any]:
    """Where Meta pushes to."""
    return inlets([source])["acme-ig"]


def posts(it: Place) -> dict[str, Post]:
    """All that is heard and pushed, by id."""
    source = it.source()
    it.twin.deliver(inlet(source))
    return {event.post.id: event.post for event in events(it.hear(source)) if event.post is not None}


def following(it: Place, *tags: str) -> None:
    """From now on the account follows hashtags."""
    assert isinstance(it, InstagramAccount)
    it.tags = tags


def test_comments_on_our_media_and_answers_to_us_are_said_to_us(it: Place, twin: InstagramTwin) -> None:
    """What answers somebody else there is their talk, unless it names us, of which the words judge."""
    asks = twin.says("ann", "Where is my bag?")
    among = twin.says("bob", "Mine is gone, too", under=asks)
    names = twin.says("eve", "@acme? @bob mine as well", under=asks)
    ours = twin.says("acme", "We are looking, everybody.")
    answers = twin.says("bob", "Thanks", under=ours)
    heard = posts(it)
    assert set(heard) == {asks, among, names, answers}
    assert {number for number, post in heard.items() if post.addressed} == {asks, answers}
    assert (heard[among].brand, heard[among].handles) == (None, ())
    assert (heard[names].brand, heard[names].handles) == ("acme", ("acme",))
    assert heard[answers].in_reply_to == ours


@proves("streaming", network="instagram", on="contract")
def test_a_mention_elsewhere_comes_by_push_and_is_no_address(it: Place, twin: InstagramTwin) -> None:
    """In a comment or under a picture; asked for by the id of the push, and told once."""
    caption = twin.shows("ann", "Off with @acme today")
    comment = twin.says("bob", "@acme lost my bag", on=twin.shows("eve", "Rain"))
    pushed = list(twin.pushes)
    source = it.source()
    twin.deliver(inlet(source))
    batches = it.hear(source)
    assert sorted(ids(batches)) == sorted((caption, comment))
    for event in events(batches):
        assert event.post is not None
        assert (event.post.addressed, event.post.brand, event.post.handles) == (False, "acme", ("acme",))
    twin.pushes = pushed
    twin.deliver(inlet(source))
    assert ids(it.hear(source, batches[-1].cursor)) == []


def test_another_name_that_begins_like_ours_is_not_ours(it: Place, twin: InstagramTwin) -> None:
    """`@acme_fans` and `@acme.air` are others, and so is `me@acme.example`."""
    above = twin.says("ann", "Where?")
    odd = [twin.says("bob", text, under=above) for text in ("@acme_fans hi", "see@acme", "x.@acme", "@acmes")]
    heard = posts(it)
    assert [heard[number].handles for number in odd] == [()] * 4


def test_we_do_not_hear_ourselves_nor_what_is_hidden(it: Place, twin: InstagramTwin) -> None:
    """Whether asked for or pushed; also where the number of the account is told as another one."""
    asks = twin.says("ann", "Where is my bag?")
    twin.says("acme", "Here", under=asks, **OTHERWISE)
    twin.says("eve", "spam", hidden=True)
    assert set(posts(it)) == {asks}


def test_answers_to_old_comments_are_found(it: Place, twin: InstagramTwin) -> None:
    """They stand below what may be long heard; more than come along are asked for."""
    asks = twin.says("ann", "Where is my bag?")
    source = it.source()
    [first] = it.hear(source)
    it.passes(20 * 86_400)
    said = [twin.says("bob", f"Mine, too {number}", under=asks) for number in range(60)]
    twin.things[asks]["replies"]["paging"] = {"next": "https://never.example/followed"}
    assert sorted(ids(it.hear(it.source(), first.cursor))) == sorted(said)
    assert not [visit for visit in twin.visits if "never" in visit]


def test_only_media_whose_comments_changed_are_asked_about(it: Place, twin: InstagramTwin) -> None:
    """And all of them once an hour, for one may go where another comes."""
    others = [twin.shows("acme", f"Sale {number}") for number in range(20)]
    for number in others:
        twin.says("ann", "Nice", on=number)
    source = it.source()
    [batch] = it.hear(source)
    before = len(twin.visits)
    gone = twin.says("ann", "So late", on=others[3])
    it.hear(source, batch.cursor)
    assert len([visit for visit in twin.visits[before:] if "/comments" in visit]) == 1
    twin.deletes(gone)
    new = twin.says("bob", "So late", on=others[3])
    assert ids(it.hear(source, batch.cursor)) == []
    it.passes(3_600)
    assert new in ids(it.hear(source, batch.cursor))


def test_what_is_under_a_hashtag_is_nobodys(it: Place, twin: InstagramTwin) -> None:
    """No author is asked for or given; our own media are left out; it is not said to us whatever it says."""
    following(it, "air")
    found = twin.shows("ann", "Late again #air")
    twin.shows("acme", "A sale #air")
    [event] = events(it.hear(it.source()))
    assert event.post is not None
    assert (event.post.id, event.post.attributed_to.keys, event.post.addressed) == (found, (), False)
    assert event.post.tags == ("air",)
    [asked] = [visit for visit in twin.visits if "recent_media" in visit]
    assert "username" not in asked
    assert "owner" not in asked


def test_what_was_found_by_a_hashtag_is_never_answered(it: Place, twin: InstagramTwin) -> None:
    """Instagram forbids it; whatever is approved, nothing is posted."""
    found = twin.shows("ann", "Late again #air")
    with pytest.raises(SourceError, match="no more, or takes no answer") as error:
        speaker(it).say(answer(found))
    assert not error.value.retry
    assert twin.said_by_us() == []


def test_thirty_hashtags_are_searched_in_a_week(it: Place, twin: InstagramTwin) -> None:
    """The thirty-first has to wait until the first is seven days old; searching one again costs nothing."""
    cursor, twin.left = "", 10_000
    for begin in range(0, 40, 10):
        following(it, *(f"tag{number}" for number in range(begin, begin + 10)))
        source = it.source()
        for _ in range(2):
            it.passes(EVERY)
            batches = it.hear(source, cursor)
            cursor = batches[-1].cursor if batches else cursor
    assert sorted(twin.tags) == sorted(f"tag{number}" for number in range(30))
    it.passes(WEEK)
    assert it.hear(source, cursor)
    assert "tag39" in twin.tags


def test_a_hashtag_that_may_not_be_searched_keeps_no_other_from_being_heard(it: Place, twin: InstagramTwin) -> None:
    """Instagram refuses some for good; too many questions are another thing."""
    following(it, SENSITIVE, "air")
    found = twin.shows("ann", "Late again #air")
    assert ids(it.hear(it.source())) == [found]


@proves("answer", network="instagram", on="contract")
def test_an_answer_stands_once_and_is_found(it: Place, twin: InstagramTwin) -> None:
    """In answer to a comment, or beside an answer to one: Instagram has two levels only."""
    asks = twin.says("ann", "Where is my bag?")
    more = twin.says("ann", "Hello?", under=asks)
    ours = speaker(it)
    for post, text in ((asks, "We look into it."), (more, "Sorry! Here: https://acme.example/é 🙂")):
        assert ours.said(answer(post, text)) is None
        number = ours.say(answer(post, text))
        twin.says("bob", text, under=asks)
        assert ours.said(answer(post, text)) == number
        assert twin.things[number]["parent_id"] == asks
    assert len(twin.said_by_us()) == 2


def test_a_mention_is_answered_where_it_stands(it: Place, twin: InstagramTwin) -> None:
    """By the account's own edge for that; whether it stands there nobody can be asked."""
    media = twin.shows("eve", "Rain")
    comment, caption = twin.says("bob", "@acme lost my bag", on=media), twin.shows("ann", "Off with @acme")
    for post in (comment, caption):
        number = speaker(it).say(answer(post))
        assert twin.things[number]["_on"] == (media if post == comment else caption)
        assert speaker(it).said(answer(post)) is None


def test_how_a_mention_stands_is_asked_too(it: Place, twin: InstagramTwin) -> None:
    """A comment elsewhere and a caption, with their authors; None once they are gone, and only while we are let in."""
    comment = twin.says("bob", "@acme lost my bag", on=twin.shows("eve", "Rain"))
    caption = twin.shows("ann", "Off with @acme")
    for number, handle in ((comment, "bob"), (caption, "ann")):
        post = again(it.source(), number)
        assert post is not None
        assert (post.id, post.attributed_to.handle) == (number, handle)
        twin.deletes(number)
        assert again(it.source(), number) is None
    twin.error = (100, 33, 400)
    with pytest.raises(SourceError):
        again(it.source(), comment)


def test_what_was_not_kept_is_asked_for_again(it: Place, twin: InstagramTwin) -> None:
    """A store that fails changes nothing: neither the numbers of comments nor the hashtags count as seen."""
    following(it, "air")
    said = sorted((twin.says("ann", "So late"), twin.shows("bob", "Late #air")))
    source = it.source()
    it.passes(60)
    batches = source.batches("")
    assert sorted(ids([next(batches)])) == said
    batches.close()  # type: ignore[attr-defined]
    assert sorted(ids(it.hear(source))) == said


def test_items_that_cannot_be_read_are_set_aside(it: Place, twin: InstagramTwin) -> None:
    """One that is odd keeps no other from being heard."""
    odd: list[dict[str, Any]] = [
        {"from": 7}, {"parent_id": []}, {"id": None}, {"hidden": "perhaps"}, {"username": [], "from": None},
    ]  # fmt: skip
    for more in odd:
        twin.says("ann", "acme", **more)
    good = twin.says("ann", "acme")
    source = it.source()
    assert ids(it.hear(source)) == [good]
    assert source.set_aside == 5
    assert events(it.hear(source), EventKind.REMOVED) == []


def test_an_account_is_named_by_its_number() -> None:
    """Not by the name that people know."""
    named = Connection(
        network="instagram", address="https://graph.facebook.com", token="T", more=(("account", "acme"), ("name", "a"))
    )
    source = FileSource(path="instagram:acme", networks=("instagram",), live=named)
    secrets = {"token": "t", "secret": SECRET, "verify": VERIFY}
    with pytest.raises(AscoltaError, match="number"):
        opened(source, "acme", secrets, Chance(clock=lambda: NOW, draw=lambda: 0.5))
    assert ACCOUNT.isdigit()
