"""What is known of a blog's comments: each is told once, late ones when they appear, edits and removals as such."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.post import EventKind, Post
from ascolta.errors import SourceError
from ascolta.sources.asking import Answer
from ascolta.sources.chance import Chance
from ascolta.sources.comments import (
    FIRST,
    REMEMBERED,
    Comment,
    Place,
    begun,
    cursor_of,
    forgotten,
    is_alike,
    missing,
    noted,
    place_of,
    reserved,
    to_us,
)

NOW = 1_795_003_200.0
START = begun(Chance(clock=lambda: NOW, draw=lambda: 0.5), 10)


def comment(number: int, words: str = "hello", *, addressed: bool = True, at: float | None = None) -> Comment:
    """A comment, written as many seconds after the start as its number says."""
    post = Post(id=f"c{number}", content=words, network="wordpress", addressed=addressed)
    return Comment(number=number, at=NOW + number if at is None else at, post=post)


def told(place: Place, *comments: Comment, reused: bool = False) -> tuple[list[tuple[EventKind, str]], Place]:
    """What came of a look, and where we are then, as a program that was just started has it."""
    found = noted(place, comments, reused=reused)
    behind = place_of("blog", cursor_of(found.place))
    assert behind is not None
    return [(one.kind, one.post.id) for one in found.events if one.post is not None], behind


def test_what_is_old_at_the_start_is_not_told() -> None:
    """Up to a number nothing is, and a day is gone back."""
    assert START.since == NOW - FIRST
    assert told(START, comment(9), comment(10))[0] == []
    assert told(START, comment(11))[0] == [(EventKind.PUBLISHED, "c11")]


@given(st.lists(st.sets(st.integers(11, 30)), max_size=8))
def test_each_is_told_once_whenever_it_appears(looks: list[set[int]]) -> None:
    """In whatever order comments appear, each that was ever seen is told once."""
    place, said = START, list[str]()
    for numbers in looks:
        events, place = told(place, *(comment(number) for number in numbers))
        said += [number for kind, number in events if kind is EventKind.PUBLISHED]
    assert sorted(said) == sorted({f"c{number}" for numbers in looks for number in numbers})


def test_an_edit_is_told_of_what_was_said_to_us() -> None:
    """Once for each change; of other talk nothing is remembered, so nothing is told."""
    _, place = told(START, comment(11), comment(12, addressed=False))
    assert told(place, comment(11), comment(12, "other", addressed=False))[0] == []
    events, place = told(place, comment(11, "other"), comment(12, "other", addressed=False))
    assert events == [(EventKind.EDITED, "c11")]
    assert told(place, comment(11, "other"))[0] == []


def test_no_word_and_no_talk_is_in_a_cursor() -> None:
    """Of what was said to us there is a hash with a salt, of other talk not even the number."""
    place = noted(START, [comment(11, "word-canary"), comment(12, "word-canary", addressed=False)]).place
    assert list(place.kept) == ["c11"]
    assert "word-canary" not in cursor_of(place)
    other = noted(begun(Chance(clock=lambda: NOW, draw=lambda: 0.25), 10), [comment(11, "word-canary")]).place
    assert place.kept["c11"] != other.kept["c11"]


def test_what_is_gone_is_told_and_what_is_old_is_let_go() -> None:
    """Both are remembered no more; what is there stays."""
    _, place = told(START, comment(11), comment(12), comment(13))
    assert missing(place, ["c12"]) == ["c11", "c13"]
    found = forgotten("wordpress", place, ["c11"], ["c13", "c99"])
    assert [(one.kind, one.post_id) for one in found.events] == [(EventKind.REMOVED, "c13")]
    assert list(found.place.kept) == ["c12"]


def test_a_number_that_is_free_again_belongs_to_somebody_else() -> None:
    """Where a server gives numbers away again, what is newer than all that was seen is new, whatever its number."""
    _, place = told(START, comment(11), comment(12))
    assert told(place, comment(12, "other", at=NOW + 50))[0] == [(EventKind.EDITED, "c12")]
    assert told(place, comment(12, "other", at=NOW + 50), reused=True)[0] == [(EventKind.PUBLISHED, "c12")]


def test_what_cannot_be_read_is_counted_once() -> None:
    """It is set aside, not asked about again and again."""
    odd = Comment(number=11, at=NOW, unreadable=True)
    first = noted(START, [odd])
    assert (first.set_aside, noted(first.place, [odd]).set_aside) == (1, 0)


def test_a_cursor_has_an_end() -> None:
    """However much spam there is between comments, and however many comments."""
    place = START
    for number in range(12, 6_000, 3):
        place = noted(place, [comment(number)]).place
    assert len(place.open) == len(place.kept) == REMEMBERED
    assert len(cursor_of(place)) < 30_000


def test_a_cursor_of_something_else_is_none_of_ours() -> None:
    """It is said what to do."""
    for said in ("{}", "[]", "7", '{"salt": "a", "since": "b", "last": 1}'):
        with pytest.raises(SourceError, match="--from-start") as error:
            place_of("blog", said)
        assert not error.value.retry
    assert place_of("blog", "") is None


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("@acme, hello", True), ("hello @Acme Air", True), ("hello @acmeair!", True), ("@ACME AIR: hello", True),
        ("@acmeshop hello", False), ("acme hello", False), ("mail a@acmex.example", False), ("@ac", False), ("", False),
    ],
)  # fmt: skip
def test_whoever_is_named_with_an_at_is_named(words: str, named: bool) -> None:
    """By account or by the name that is shown, as people write it; whether it is spoken to its words say."""
    post = to_us(Post(id="1", content=words), "acme", ours=False, names=("acme", "acme air"))
    assert (post.brand, post.handles, post.addressed) == (
        ("acme", ("acme", "acme air"), False) if named else (None, (), False)
    )


def test_what_answers_us_is_said_to_us() -> None:
    """Whatever its words."""
    post = to_us(Post(id="1", content="thanks"), "acme", ours=True, names=("acme",))
    assert (post.brand, post.addressed) == ("acme", True)


@pytest.mark.parametrize(
    ("shown", "meant", "same"),
    [
        ("“Sorry” — we’ll look into it…", '"Sorry" -- we\'ll look into it...', True),
        ("We have 2×3 bags 🙂 here.", "We have 2x3 bags :D here.", True),
        ("Sorry, we look into it.", "We will call you tomorrow.", False),
        ("", "We look into it.", False), ("We look into it.", "", False), ("…", "…", False),
    ],
)  # fmt: skip
def test_an_answer_is_known_again_though_the_blog_set_it_anew(shown: str, meant: str, same: bool) -> None:
    """Quotation marks, dashes, signs and smileys do not matter; other words do."""
    assert is_alike(shown, meant) == same


def test_what_a_blog_reserves_is_heeded_but_not_what_it_tells_search_engines_of_its_api() -> None:
    """WordPress sends noindex with every answer of its API, of itself."""
    url = "https://blog.example"
    assert reserved(url, Answer(status=200, headers={"x-robots-tag": "noindex"}, body=b"")) is None
    found = reserved(url, Answer(status=200, headers={"content-usage": "train-ai=n"}, body=b""))
    assert found is not None
    assert found.content_usage == ("train-ai=n",)


def test_the_order_is_that_of_writing() -> None:
    """Oldest first, whatever the order in which they are given."""
    numbers = count(11)
    comments = [comment(next(numbers)) for _ in range(5)]
    assert [number for _, number in told(START, *reversed(comments))[0]] == ["c11", "c12", "c13", "c14", "c15"]
