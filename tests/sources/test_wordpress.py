"""Comments on a WordPress blog: who speaks to the brand, what is not for everybody, and that an answer stands once."""

import json
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ascolta.core.post import EventKind
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.wordpress_blog import Login
from tests.proofs import proves
from tests.sources.battery import NOW, TOKEN, Place, again, events, failed, ids
from tests.sources.places import place
from tests.sources.said import approved, posts, speaker
from tests.sources.wordpress_twin import US, WordPressTwin

answer = partial(approved, "wordpress")


@pytest.fixture
def it() -> Iterator[Place]:
    """The brand's blog."""
    with place("wordpress") as made:
        yield made


@pytest.fixture
def twin(it: Place) -> WordPressTwin:
    """The same, as its readers see it."""
    assert isinstance(it.twin, WordPressTwin)
    return it.twin


def test_who_comments_on_our_blog_speaks_to_us(it: Place, twin: WordPressTwin) -> None:
    """So does who answers us; who answers another reader does not, though they name the brand."""
    first = twin.says("ann", "my suitcase is lost")
    ours = speaker(it).say(answer(first))
    twin.says("ann", "thanks", to=ours)
    twin.says("bob", "acme never answers", to=first)
    twin.says("eve", "@Acme Air they wait", to=first)
    found = [(one.attributed_to.name, one.addressed, one.brand) for one in posts(it)]
    assert found == [("ann", True, "acme"), ("ann", True, "acme"), ("bob", False, None), ("eve", False, "acme")]


def test_whose_comment_was_answered_is_asked_for_where_it_is_not_known(it: Place, twin: WordPressTwin) -> None:
    """An answer of ours of last year is still ours."""
    twin.now -= 300 * 86_400
    ours = speaker(it).say(answer(twin.says("ann", "hello")))
    theirs = twin.says("bob", "hello too")
    twin.now = NOW
    twin.says("eve", "thanks", to=ours)
    twin.says("eve", "indeed", to=theirs)
    assert [one.addressed for one in posts(it)] == [True, False]


def test_what_is_not_for_everybody_does_not_pass(it: Place, twin: WordPressTwin) -> None:
    """What is held back, spam, and a pingback are none of it, also where the blog lists what it should not."""
    for status in ("hold", "spam", "trash"):
        twin.says("ann", "secret", status=status)
    twin.says("other blog", "[…] acme […]", type="pingback")
    twin.says("ann", "secret", hidden=True)
    said = twin.says("ann", "hello")
    assert ids(it.hear(it.source())) == [said]


@pytest.mark.parametrize("status", ["hold", "spam", "trash", "", None])
def test_a_blog_that_lists_what_waits_is_not_believed(it: Place, twin: WordPressTwin, status: str | None) -> None:
    """A plug-in may; what does not say that it is approved is not heard until it does."""
    number = twin.says("ann", "secret")
    shown = {**twin.comments[1], "status": status, "content": {"rendered": "<p>secret</p>"}}
    twin.garbage = json.dumps([shown, {**shown, "id": 2, "type": "pingback", "status": "approved"}]).encode()
    source = it.source()
    source.network.blog._me = source.network.blog._me or _me(it)  # type: ignore[attr-defined]
    assert ids(it.hear(source)) == []
    twin.garbage = None
    assert ids(it.hear(it.source())) == [number]


def _me(it: Place) -> Any:
    garbage, it.twin.garbage = it.twin.garbage, None
    found = it.source().network.blog.me()  # type: ignore[attr-defined]
    it.twin.garbage = garbage
    return found


def test_we_do_not_hear_ourselves(it: Place, twin: WordPressTwin) -> None:
    """Neither what we answer, nor what our account says of itself."""
    said = twin.says("ann", "hello")
    speaker(it).say(answer(said))
    twin.says("Acme Air", "a sale!", author=US)
    assert ids(it.hear(it.source())) == [said]


def test_who_writes_the_blog_speaks_for_the_brand(it: Place, twin: WordPressTwin) -> None:
    """They are not heard, and who answers them speaks to us; where the blog hides who they are, they are readers."""
    twin.writers = {4}
    theirs = twin.says("Sara", "what a flight", author=4)
    twin.says("ann", "indeed", to=theirs)
    twin.says("bob", "hello", author=5)
    assert [(one.attributed_to.name, one.addressed) for one in posts(it)] == [("ann", True), ("bob", True)]
    twin.tells_writers = False
    assert [(one.attributed_to.name, one.addressed) for one in posts(it)] == [
        ("Sara", True), ("ann", False), ("bob", True),
    ]  # fmt: skip


def test_nothing_but_what_is_needed_is_asked_for(it: Place, twin: WordPressTwin) -> None:
    """Fields by name, never *edit*, and comments without our account, which would see more than others do."""
    post = twin.says("ann", "hello")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    it.passes(1_000)
    it.hear(source, cursor)
    again(source, post)
    speaker(it).said(answer(post))
    asked = [parse_qs(urlsplit(path).query) for path in twin.visits if "/comments" in path]
    assert {one["context"][0] for one in asked} == {"view"}
    fields = {name for one in asked for name in one["_fields"][0].split(",")}
    assert fields == {
        "id", "post", "parent", "author", "author_name", "date_gmt", "content", "link", "status", "type",
    }  # fmt: skip


@proves("delete", "edit", network="wordpress", on="contract")
def test_edits_and_removals_arrive_without_being_asked_for(it: Place, twin: WordPressTwin) -> None:
    """Within ten minutes; what is held back later is gone as well."""
    one, two, three = (twin.says("ann", f"acme {number}") for number in range(3))
    talk = twin.says("bob", "who cares", to=one)
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    twin.edits(one, "acme is great")
    twin.deletes(two)
    twin.sets(three, status="spam")
    twin.deletes(talk)
    batches = it.hear(source, cursor)
    it.passes(600)
    batches += it.hear(source, batches[-1].cursor)
    [edit] = events(batches, EventKind.EDITED)
    assert edit.post is not None
    assert (edit.post.id, edit.post.content, edit.post.addressed) == (one, "acme is great", True)
    assert [event.post_id for event in events(batches, EventKind.REMOVED)] == [two, three]
    it.passes(600)
    assert it.hear(source, batches[-1].cursor) == []


def test_a_comment_that_was_held_back_comes_when_it_is_shown(it: Place, twin: WordPressTwin) -> None:
    """Though others of higher numbers were heard, and the program was started anew meanwhile."""
    waiting = twin.says("ann", "let me in", status="hold")
    twin.says("bob", "hello")
    cursor = it.hear(it.source())[-1].cursor
    for _ in range(3):
        it.passes(86_400)
        twin.says("bob", "hello again")
        cursor = it.hear(it.source(), cursor)[-1].cursor
    twin.sets(waiting, status="approved")
    batches = it.hear(it.source(), cursor)
    assert ids(batches) == [waiting]
    assert it.hear(it.source(), batches[-1].cursor) == []


def test_nothing_is_missed_where_comments_go_between_two_pages(it: Place, twin: WordPressTwin) -> None:
    """The list moves up while it is gone through; what slipped by is found later, and nothing is told to be gone."""
    said = [twin.says("ann", f"acme {number}") for number in range(250)]
    source = it.source()
    it.passes(source.every)
    batches = source.batches("")
    heard = [next(batches)]
    for number in said[:5]:
        twin.deletes(number)
    heard += list(batches)
    assert len(ids(heard)) == 245
    it.passes(600)
    heard += it.hear(source, heard[-1].cursor)
    assert sorted(ids(heard)) == sorted(said)
    gone = [event.post_id for event in events(heard, EventKind.REMOVED)]
    assert gone == said[:5]
    assert all(one.cursor == other.after for one, other in pairwise(heard))


def test_a_page_of_which_some_is_hidden_is_not_the_last(it: Place, twin: WordPressTwin) -> None:
    """WordPress leaves out of a page what may not be seen after it cut it; the number of pages counts."""
    said = [twin.says("ann", f"acme {number}", hidden=number % 3 == 0) for number in range(230)]
    assert ids(it.hear(it.source())) == [one for number, one in enumerate(said) if number % 3]


def test_a_comment_from_the_future_does_not_stop_the_blog(it: Place, twin: WordPressTwin) -> None:
    """An import may have any date; others are heard all the same."""
    twin.says("ann", "from tomorrow", at=NOW + 400 * 86_400)
    cursor = it.hear(it.source())[-1].cursor
    said = twin.says("ann", "today")
    assert ids(it.hear(it.source(), cursor)) == [said]


def test_old_comments_that_are_brought_in_are_not_heard(it: Place, twin: WordPressTwin) -> None:
    """A blog takes over another one's: its comments have new numbers and old dates."""
    twin.says("ann", "hello")
    cursor = it.hear(it.source())[-1].cursor
    twin.says("bob", "years ago", at=NOW - 900 * 86_400)
    new = twin.says("ann", "hello again")
    assert ids(it.hear(it.source(), cursor)) == [new]


def test_a_reader_is_known_by_name_on_this_blog_only(it: Place, twin: WordPressTwin) -> None:
    """One with an account by its number; one without a name is somebody new each time."""
    twin.says("ann", "hello")
    twin.says("bob", "hello", author=3)
    twin.says("", "hello")
    twin.says("", "hello")
    host = urlsplit(twin.url).netloc
    assert [one.attributed_to.keys for one in posts(it)] == [
        (f"ann@{host}",), (f"3@{host}", f"bob@{host}"), (f"comment-3@{host}",), (f"comment-4@{host}",),
    ]  # fmt: skip


@proves("answer", network="wordpress", on="contract")
def test_an_answer_stands_once_under_its_comment(it: Place, twin: WordPressTwin) -> None:
    """By our account, on the same page; a second try finds the first, also where the blog itself refuses it."""
    text = "We're sorry -- it's <late> & we look into it."
    post = twin.says("ann", "where is my bag?", post=5)
    ours = speaker(it)
    assert ours.said(answer(post, text)) is None
    number = ours.say(answer(post, text))
    assert ours.say(answer(post, text)) == ours.said(answer(post, text)) == number
    [found] = twin.ours()
    assert (found["post"], found["parent"], found["content"]["raw"]) == (5, 1, text)
    assert ours.said(answer(post, "Something else.")) is None
    assert ours.said(answer(twin.says("bob", "and mine?"), text)) is None


def test_an_answer_is_found_among_many(it: Place, twin: WordPressTwin) -> None:
    """Pages back, as long as they are not older than the approval."""
    post = twin.says("ann", "where is my bag?")
    number = speaker(it).say(answer(post))
    for count in range(220):
        twin.says("bob", f"mine too {count}", to=post)
    assert speaker(it).said(answer(post)) == number


@pytest.mark.parametrize(
    ("status", "said", "retry"),
    [
        (400, {"code": "comment_flood"}, True), (400, {"code": "rest_invalid_param"}, False), (200, {}, False),
        (403, {"code": "rest_comment_closed"}, False), (409, {"code": "comment_duplicate"}, False),
    ],
)  # fmt: skip
def test_what_wordpress_says_of_it_counts_for_more_than_the_status(
    it: Place, twin: WordPressTwin, status: int, said: dict[str, str], retry: bool
) -> None:
    """Its own word tells whether trying again can help; where it is no word of WordPress's, nobody knows."""
    post = twin.says("ann", "where is my bag?")
    twin.refuses_posts, twin.refuses_with = (status, {}), said
    with pytest.raises(SourceError) as error:
        speaker(it).say(answer(post))
    assert error.value.retry == retry
    assert twin.ours() == []


def test_who_writes_too_fast_waits_as_long_as_wordpress_wants(it: Place, twin: WordPressTwin) -> None:
    """An account that moderates nothing may comment once in fifteen seconds, and its comments are held back."""
    twin.moderates = False
    one, two = twin.says("ann", "where is my bag?"), twin.says("bob", "and mine?")
    with pytest.raises(SourceError, match="holds our answer back") as held:
        speaker(it).say(answer(one))
    assert not held.value.retry
    with pytest.raises(SourceError, match="more time") as early:
        speaker(it).say(answer(two))
    assert (early.value.retry, early.value.after) == (True, 15)
    assert speaker(it).said(answer(one)) is None
    with pytest.raises(SourceError, match="does not show it"):
        speaker(it).say(answer(one))
    twin.sets(twin.id(3), status="approved")
    assert speaker(it).said(answer(one)) == speaker(it).say(answer(one)) == twin.id(3)


def test_a_comment_that_is_gone_is_not_answered(it: Place, twin: WordPressTwin) -> None:
    """It is said so, and nothing is posted."""
    gone, held = twin.says("ann", "where is my bag?"), twin.says("ann", "and mine?")
    twin.deletes(gone)
    twin.sets(held, status="hold")
    for post in (gone, held, "elsewhere.example#comment-1"):
        with pytest.raises(SourceError, match="no more"):
            speaker(it).say(answer(post))
    assert twin.asked_as_us == []


def test_a_comment_of_another_blog_is_not_ours_to_tell_of(it: Place, twin: WordPressTwin) -> None:
    """Two blogs number their comments alike."""
    post = twin.says("ann", "hello")
    lookup: Any = it.source().network.lookup
    assert lookup.owns(post)
    for other in ("elsewhere.example#comment-1", f"{post}0x", "1", ""):
        assert not lookup.owns(other)
        with pytest.raises(SourceError, match="elsewhere"):
            lookup.again(other)
        assert lookup.said(answer(other)) is None


def test_a_password_may_have_its_spaces_and_goes_nowhere_else(it: Place, twin: WordPressTwin) -> None:
    """WordPress shows it in groups of four; whose it is not is told without it."""
    login = Login(who="blog", account="acme", password=f" {TOKEN[:5]} {TOKEN[5:]} ")
    assert login.header == Login(who="blog", account="acme", password=TOKEN).header
    assert TOKEN not in repr(login)
    with pytest.raises(AscoltaError, match="copy it anew"):
        Login(who="blog", account="ac:me", password=TOKEN)
    twin.says("ann", "hello")
    it.hear(it.source())
    assert all(TOKEN not in path for path in twin.visits)


def test_a_wrong_password_is_told_at_once(it: Place, twin: WordPressTwin) -> None:
    """By the probe as by listening."""
    source = it.source()
    source.network.probe()
    source.network.blog.login = Login(who="blog", account="acme", password="wrong")  # type: ignore[attr-defined]
    with pytest.raises(SourceError, match="look at the token") as error:
        source.network.probe()
    assert not error.value.retry
    twin.fails = (401, {})
    assert "look at the token" in str(failed(it.source()))
