"""Marks: where in a post's own text a query stands; the shelf: in which of many posts."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.marks import Origin, marks, pieces
from ascolta.core.parse import parse
from ascolta.core.post import Post
from ascolta.core.query import Not, Query, Words, any_of, leaves
from ascolta.core.shelf import Shelf, bits, polar, rows, spread
from ascolta.core.text import fold, placed
from ascolta.core.view import View, holds
from tests.core.test_query import queries

SCRIPTS = (
    "abc XYZ éÉ ñ ß ﬁ ﬂ Æ œ ø İ ı ǅ \u0149 \u1e9e",
    "àe\u0301o\u0308\u0323 z\u0335\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "Привет Ёлка й и\u0306",
    "ΣΊΣΥΦΟΣ ς ΐ ᾳ ᾼ",
    "हिंदी क्या ड़ क\u093c",
    "বাংলা কো ক\u09c7\u09be",
    "العربية لا ﷺ ﻻ \u0640",
    "עברית שׁ",
    "東京タワー ｶﾞｷﾞ か\u3099 ㍿ ㎡",
    "한국어 \u1112\u1161\u11ab \u1112\u1161 ㅎ ﾡ",
    "ภาษาไทย กำ น้ำ",
    "မြန်မာ ខ្មែរ",
    "தமிழ் கொ ക്\u200d ന്\u200dറെ",
    "👩\u200d👧 ❤\ufe0f 👍🏽 🇮🇹 1\ufe0f\u20e3",
    "a\u200bb c\u00add \ufeffe \u2066f \u180b\u17b4 \u034f",
    "½ ² Ａ９ ℡ ™ ｀ ´ ¨ ㏂ 𝔘𝔫𝔦",
    "@#$_.-'’\n\t\u3000\u2028",
)
texts = st.one_of(
    st.text("".join(SCRIPTS), max_size=40),
    *(st.text(script, max_size=25) for script in SCRIPTS),
    st.text(max_size=20),
)


def shown(query: str, text: str, **more: object) -> list[str]:
    """The marked words as they stand in the text."""
    view = View(Post(id="1", content=text, **more))  # type: ignore[arg-type]
    return [text[start:end] for start, end in marks(parse(query), view)]


@given(texts)
@settings(max_examples=1_000)
def test_pieces_fold_to_what_the_whole_folds_to(text: str) -> None:
    """Cut into pieces and folded one by one, any text gives what it gives when folded whole."""
    cut = pieces(text)
    assert "".join(cut) == text
    assert "".join(map(fold, cut)) == fold(text)


@given(texts)
@settings(max_examples=1_000)
def test_every_word_is_found_back_in_the_text(text: str) -> None:
    """For every word of any text, its marked slice folds to something that contains the word."""
    folded, origin = fold(text), Origin(text)
    for start, end in placed(folded):
        begin, stop = origin.span(start, end)
        assert 0 <= begin < stop <= len(text)
        assert folded[start:end] in fold(text[begin:stop])


@given(texts, st.integers(0, 30))
@settings(max_examples=500)
def test_a_mark_holds_the_word_that_was_found(text: str, place: int) -> None:
    """Asked for any of its words, a post is marked in order, without overlap, and each mark contains the word."""
    view = View(Post(id="1", content=text))
    if not view.tokens:
        return
    token = view.tokens[place % len(view.tokens)]
    found = marks(Words((token,)), view)
    assert found
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    for start, end in found:
        assert token in fold(text[start:end])


@given(queries, texts)
@settings(max_examples=500)
def test_marks_stay_within_the_text_and_only_where_a_query_holds(query: Query, text: str) -> None:
    """No query marks what is not there, and a query that does not hold marks nothing."""
    view = View(Post(id="1", content=text))
    found = marks(query, view)
    assert all(0 <= start < end <= len(text) for start, end in found)
    if not holds(query, view):
        assert not found


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("acme", "Die ACME fliegt, acme.", ["ACME", "acme"]),
        ("strasse", "In der Straße", ["Straße"]),
        ("fisch", "ein ﬁsch", ["ﬁsch"]),
        ("acme", "ac\u200bme a\u0301cme", ["ac\u200bme", "a\u0301cme"]),
        ('"acme air"', "Acme\n Air, acme, the air", ["Acme\n Air"]),
        ("acme OR soup", "soup and bread", ["soup"]),
        ("acme NOT (soup OR bread)", "acme flies", ["acme"]),
        ("acme NOT soup", "acme soup", []),
        ("refund NEAR/3 (parcel OR order)", "refund for my order; order", ["refund", "order"]),
        ("parcel NEAR/3f late", "late parcel was late", ["parcel", "late"]),
        ('"acme late bag"~6', "late again, acme lost a bag", ["late", "acme", "bag"]),
        ("bag SENTENCE lost", "A bag. They lost my bag.", ["lost", "bag"]),
        ("@acmeair", "hi @AcmeAir!", ["@AcmeAir"]),
        ("@acmeair", "hi @acmeair@social.example", ["@acmeair@social.example"]),
        ("#acme $acme", "#Acme up, $ACME too", ["#Acme", "$ACME"]),
        ('raw:"ACME"', "acme ACME ACMES", ["ACME"]),
        ("東京", "大東京駅", ["東京"]),
        ("ガ", "ﾊｶﾞｷ", ["ｶﾞ"]),
        ("deliver* colo?r", "delivered in colour, color", ["delivered", "colour"]),
        ("acmee~1", "acme and acmees", ["acme", "acmees"]),
        ("network:file acme", "acme", ["acme"]),
        ("NOT soup", "bread", []),
    ],
)
def test_marks_are_the_words_that_made_it_hold(query: str, text: str, expected: list[str]) -> None:
    """Each kind of term marks its own words, and only where they count."""
    assert shown(query, text) == expected


def test_an_account_named_only_by_the_network_marks_nothing() -> None:
    """A query for an account that no word of the post names holds, and there is nothing to mark."""
    assert shown("@acmeair", "where is my bag", handles=("@acmeair",)) == []


def test_a_long_post_is_marked_quickly_and_at_the_right_place() -> None:
    """In a long post of accents the last word is found where it stands."""
    text = "é" * 50_000 + " ü" * 100_000 + " Äcme"
    assert shown("acme", text) == ["Äcme"]


@given(st.lists(queries, min_size=1, max_size=3), st.lists(texts, min_size=1, max_size=6))
@settings(max_examples=300)
def test_the_shelf_finds_what_asking_each_post_finds(asked: list[Query], said: list[str]) -> None:
    """One query after another, the shelf agrees with asking every post."""
    views = [View(Post(id=str(place), content=text)) for place, text in enumerate(said)]
    shelf = Shelf(views)
    for query in asked:
        assert rows(shelf.find(query)) == [row for row, view in enumerate(views) if holds(query, view)]


def test_the_tally_says_what_each_term_finds_alone() -> None:
    """A term's `only` are the posts that would go without it, or would come in if it is below NOT."""
    said = ["acme flight", "acme gate", "acme flight gate", "acme flight anvil", "gate", "anvil", "soup"]
    shelf = Shelf(View(Post(id=str(place), content=text)) for place, text in enumerate(said))
    told = {
        str(count.term): (count.below_not, count.posts, count.only)
        for count in shelf.tally(parse("acme NEAR/5 (flight OR gate) NOT anvil"))
    }
    assert told == {
        "acme": (False, 4, 3),
        "flight": (False, 3, 1),
        "gate": (False, 3, 1),
        "anvil": (True, 2, 1),
    }


@given(queries, st.lists(texts, min_size=1, max_size=5))
@settings(max_examples=200)
def test_a_term_that_stands_nowhere_finds_nothing_alone(query: Query, said: list[str]) -> None:
    """No term finds more posts alone than it stands in, NOT or not."""
    shelf = Shelf(View(Post(id=str(place), content=text)) for place, text in enumerate(said))
    for count in shelf.tally(query):
        assert count.only is not None
        assert 0 <= count.only <= count.posts


def test_with_very_many_terms_the_tally_tells_no_only() -> None:
    """Beyond 300 terms it is not told what each finds alone, which would take long."""
    shelf = Shelf([View(Post(id="1", content="word3 word4"))])
    counts = shelf.tally(any_of([Words((f"word{number}",)) for number in range(400)]))
    assert {count.only for count in counts} == {None}
    assert sum(count.posts for count in counts) == 2


@given(queries)
def test_polar_tells_every_term(query: Query) -> None:
    """The terms told with their polarity are the terms of the query, in order; one more NOT turns them all."""
    told = polar(query)
    assert [leaf for leaf, _ in told] == leaves(query)
    assert polar(Not(query)) == [(leaf, not below) for leaf, below in told]


@given(st.sets(st.integers(0, 3_000)))
def test_rows_become_bits_and_come_back(found: set[int]) -> None:
    """A set of rows is the same after the way through an integer."""
    assert rows(bits(found)) == sorted(found)


@given(st.integers(0, 500), st.integers(1, 30))
def test_a_spread_is_even(size: int, wanted: int) -> None:
    """A spread takes as many as wanted, in order, no two the same, none left of more than twice its share."""
    taken = spread(range(size), wanted)
    assert len(taken) == min(size, wanted)
    assert taken == sorted(set(taken))
    gaps = [other - one for one, other in zip([-1, *taken], [*taken, size], strict=True)]
    assert max(gaps) <= 2 * size / wanted + 1
