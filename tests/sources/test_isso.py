"""Comments by Isso: who speaks to the brand there, what its one list hides, and that answers stand once."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from ascolta.core.post import EventKind
from ascolta.errors import SourceError
from tests.proofs import proves
from tests.sources.battery import NOW, Place, again, events, failed, ids
from tests.sources.isso_twin import NAME, IssoTwin
from tests.sources.places import place
from tests.sources.said import approved, posts, speaker

answer = partial(approved, "isso")


@pytest.fixture
def it() -> Iterator[Place]:
    """The brand's comments."""
    with place("isso") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> IssoTwin:
    """The same, as the blog's readers see them."""
    assert isinstance(it.twin, IssoTwin)
    return it.twin


def test_who_comments_on_our_blog_speaks_to_us(it: Place, twin: IssoTwin) -> None:
    """So does who answers a comment by our name; who answers another reader does not, though they name the brand."""
    first = twin.says("ann", "my suitcase is lost")
    ours = twin.says(NAME, "News of the day!")
    twin.says("ann", "great", to=ours)
    twin.says("bob", "acme never answers", to=first)
    twin.says("eve", "@Acme Air they wait", to=first)
    found = {one.attributed_to.name + one.content[:1]: (one.addressed, one.brand) for one in posts(it)}
    assert found == {
        "annm": (True, "acme"), "anng": (True, "acme"), "boba": (False, None), "eve@": (False, "acme"),
    }  # fmt: skip


def test_whom_a_comment_answers_is_told_by_its_id(it: Place, twin: IssoTwin) -> None:
    """As far as Isso knows it: what answers an answer stands under the first."""
    first = twin.says("ann", "hello")
    second = twin.says("bob", "hello too", to=first)
    twin.says("eve", "and me", to=second)
    assert [one.in_reply_to for one in posts(it)] == [None, first, first]


def test_a_new_comment_is_heard_however_many_answers_there_are(it: Place, twin: IssoTwin) -> None:
    """Its list of the latest gives all answers after all that answer nothing, and cuts the latter first."""
    first = twin.says("ann", "hello", at=NOW - 30 * 86_400)
    for count in range(450):
        twin.says("bob", f"me too {count}", to=first, at=NOW - 20 * 86_400 + count)
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    said = twin.says("eve", "acme, where is my bag?")
    assert ids(it.hear(source, cursor)) == [said]
    limits = [int(path.rpartition("=")[2]) for path in twin.visits if path.startswith("/latest")]
    assert limits == [100, 400, 1_600, 1_600]


def test_a_blog_that_is_too_large_for_isso_says_so(it: Place, twin: IssoTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than hear only some of it."""
    monkeypatch.setattr("ascolta.sources.isso_server.MOST", 400)
    first = twin.says("ann", "hello")
    for count in range(450):
        twin.says("bob", f"me too {count}", to=first)
    error = failed(it.source())
    assert not error.retry
    assert "more comments" in str(error)


def test_what_is_not_for_everybody_does_not_pass(it: Place, twin: IssoTwin) -> None:
    """What waits is heard once it is shown, though others of higher numbers were heard; an empty place never is."""
    waiting = twin.says("ann", "let me in", mode=2)
    first = twin.says("bob", "hello")
    twin.says("eve", "hello bob", to=first)
    twin.deletes(first)
    cursor = it.hear(it.source())[-1].cursor
    twin.lets(waiting)
    batches = it.hear(it.source(), cursor)
    assert ids(batches) == [waiting]
    assert it.hear(it.source(), batches[-1].cursor) == []


def test_we_do_not_hear_ourselves(it: Place, twin: IssoTwin) -> None:
    """Nothing that goes by our name, however it is written."""
    said = twin.says("ann", "hello")
    speaker(it).say(answer(said))
    twin.says("ACME air", "a sale!")
    assert ids(it.hear(it.source())) == [said]


@proves("delete", "edit", network="isso", on="contract")
def test_edits_and_removals_arrive_without_being_asked_for(it: Place, twin: IssoTwin) -> None:
    """The next time that Isso is asked, with an empty place left or none."""
    one, two, three = (twin.says("ann", f"acme {number}") for number in range(3))
    twin.says("bob", "who cares", to=three)
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    twin.edits(one, "acme is great")
    twin.deletes(two)
    twin.deletes(three)
    batches = it.hear(source, cursor)
    [edit] = events(batches, EventKind.EDITED)
    assert edit.post is not None
    assert (edit.post.id, edit.post.content, edit.post.addressed) == (one, "acme is great", True)
    assert [event.post_id for event in events(batches, EventKind.REMOVED)] == [two, three]
    assert it.hear(source, batches[-1].cursor) == []


def test_a_number_that_is_given_away_again_is_another_comment(it: Place, twin: IssoTwin) -> None:
    """SQLite does so with the highest number; the first comment is gone, the second is new."""
    first = twin.says("ann", "my suitcase is lost")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    twin.deletes(first)
    it.passes(5)
    second = twin.says("bob", "what a day")
    assert urlsplit(f"//{first}").fragment.partition(".")[0] == urlsplit(f"//{second}").fragment.partition(".")[0]
    [batch] = it.hear(source, cursor)
    assert [event.kind for event in batch.events] == [EventKind.REMOVED, EventKind.PUBLISHED]
    assert ids([batch]) == [second]
    assert again(source, first) is None
    assert again(source, second) is not None


def test_what_is_too_old_to_be_listed_is_not_taken_for_gone(it: Place, twin: IssoTwin) -> None:
    """It is looked for under its page before anything is said."""
    said = twin.says("ann", "acme, hello", page="/old page/?a=1&b=2")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    it.passes(30 * 86_400)
    for count in range(120):
        twin.says("bob", f"acme {count}")
    batches = it.hear(source, cursor)
    assert len(ids(batches)) == 120
    assert events(batches, EventKind.REMOVED) == []
    twin.deletes(said)
    assert again(source, said) is None


def test_nobody_is_asked_who_they_are(it: Place, twin: IssoTwin) -> None:
    """A reader is known by name on this server only; one without a name is somebody new each time."""
    for who in ("Ann & Co", None, None):
        twin.says(who, "hello")
    host = urlsplit(twin.url).netloc
    assert [one.attributed_to.keys for one in posts(it)] == [
        (f"ann & co@{host}",), (f"isso-2@{host}",), (f"isso-3@{host}",),
    ]  # fmt: skip


def test_a_server_that_does_not_give_its_latest_says_what_to_change(it: Place, twin: IssoTwin) -> None:
    """By itself Isso does not."""
    twin.latest = False
    error = failed(it.source())
    assert not error.retry
    assert "latest-enabled" in str(error)
    with pytest.raises(SourceError, match="latest-enabled"):
        it.source().network.probe()


@proves("answer", network="isso", on="contract")
def test_an_answer_stands_once_under_its_comment(it: Place, twin: IssoTwin) -> None:
    """By our name, under the same page; what stands there is found before a second try."""
    text = "We're sorry, it's <late> & we look into it."
    post = twin.says("ann", "where is my bag?", page="/a page/?b=c&d=é")
    ours = speaker(it)
    assert ours.said(answer(post, text)) is None
    number = ours.say(answer(post, text))
    assert ours.said(answer(post, text)) == number
    [found] = twin.ours()
    assert (found["uri"], found["parent"], found["author"]) == ("/a page/?b=c&d=é", 1, NAME)
    assert ours.said(answer(post, "Something else.")) is None
    assert ours.said(answer(twin.says("bob", "and mine?"), text)) is None


def test_whoever_answered_somebody_is_named_in_our_answer(it: Place, twin: IssoTwin) -> None:
    """Below the first level Isso does not show whom it answers, and the same words to two readers are two answers."""
    first = twin.says("ann", "where is my bag?")
    bob, eve = twin.says("bob", "@Acme Air and mine?", to=first), twin.says("eve", "@Acme Air and mine?", to=first)
    ours = speaker(it)
    number = ours.say(answer(bob))
    assert (ours.said(answer(bob)), ours.said(answer(eve)), ours.said(answer(first))) == (number, None, None)
    ours.say(answer(eve))
    assert [one["text"] for one in twin.ours()] == ["<p>@bob: We look into it.</p>", "<p>@eve: We look into it.</p>"]


def test_an_answer_of_last_year_is_not_the_one_that_is_meant(it: Place, twin: IssoTwin) -> None:
    """What was said before it was approved is another."""
    first = twin.says("ann", "where is my bag?")
    twin.says(NAME, "We look into it.", to=first, at=NOW - 86_400)
    assert speaker(it).said(answer(first)) is None


@pytest.mark.parametrize(("status", "retry", "after"), [(403, True, 60), (200, False, 0)])
def test_a_guard_that_says_no_may_say_yes_in_a_minute(
    it: Place, twin: IssoTwin, status: int, retry: bool, after: float
) -> None:
    """Isso refuses who writes too fast; where it says yes in words that are none of its own, nobody knows."""
    post = twin.says("ann", "where is my bag?")
    twin.refuses_posts = (status, {})
    with pytest.raises(SourceError) as error:
        speaker(it).say(answer(post))
    assert (error.value.retry, error.value.after) == (retry, after)
    assert twin.ours() == []


def test_an_answer_that_waits_is_told(it: Place, twin: IssoTwin) -> None:
    """A server that moderates holds ours back too; once it is shown, it is found."""
    post = twin.says("ann", "where is my bag?")
    twin.holds = True
    with pytest.raises(SourceError, match="holds our answer back") as held:
        speaker(it).say(answer(post))
    assert not held.value.retry
    assert speaker(it).said(answer(post)) is None
    twin.lets(twin.id(2))
    assert speaker(it).said(answer(post)) == twin.id(2)


def test_a_comment_that_is_gone_is_not_answered(it: Place, twin: IssoTwin) -> None:
    """It is said so, and nothing is posted."""
    gone, waits = twin.says("ann", "where is my bag?"), twin.says("ann", "and mine?", mode=2)
    twin.says("bob", "hello", to=gone)
    twin.deletes(gone)
    for post in (gone, waits, "elsewhere.example/news/#isso-1.1", "1"):
        with pytest.raises(SourceError, match="no more"):
            speaker(it).say(answer(post))
    assert twin.ours() == []


def test_a_comment_of_another_server_is_not_ours_to_tell_of(it: Place, twin: IssoTwin) -> None:
    """Two servers number their comments alike."""
    post = twin.says("ann", "hello")
    lookup: Any = it.source().network.lookup
    assert lookup.owns(post)
    for other in ("elsewhere.example/news/#isso-1.1", "1", ""):
        assert not lookup.owns(other)
        with pytest.raises(SourceError, match="elsewhere"):
            lookup.again(other)
        assert lookup.said(answer(other)) is None
