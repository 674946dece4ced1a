"""The query language."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.anchor import anchors
from ascolta.core.label import Label
from ascolta.core.match import Matcher
from ascolta.core.parse import parse
from ascolta.core.post import Actor, Batch, Post
from ascolta.core.query import (
    Around,
    Field,
    Handle,
    Hashtag,
    Near,
    Not,
    Query,
    Range,
    Raw,
    Sentence,
    Ticker,
    Words,
    all_of,
    any_of,
    field,
)
from ascolta.core.terms import FIXED
from ascolta.core.text import SIMPLER, UNREAD, fold, term, tokens
from ascolta.core.view import View, holds
from ascolta.errors import QueryError

ALPHABET = "abcdeIiıéÉßñяйΣς東京タカ한글हिंสวก0９ 　-'’_.@#😀👩‍👧❤️\u200b\u00ad\u0301"
texts = st.one_of(st.text(ALPHABET, max_size=30), st.text(max_size=12))

SPOKEN = ["acme", "don't", "東京", "Straße", "हिंदी", "and", "near", "a b", "😀"]
words: st.SearchStrategy[Query] = st.one_of(
    st.sampled_from(SPOKEN).map(term).map(Words),
    st.sampled_from(["ac*", "*me", "a?me", "acme~1", "acm*e", "हि*"]).map(lambda word: Words((word,))),
    st.sampled_from([("ac*", "a?r"), ("≈acme",), ("≈ac", "≈air"), ("acme~1", "air")]).map(Words),
    st.builds(Around, st.sampled_from([("a", "b"), ("acme", "a*", "a"), ("東", "京")]), st.integers(2, 9)),
)
near = st.builds(
    Near,
    words,
    st.one_of(words, st.lists(words, min_size=2, max_size=3).map(any_of)),
    st.integers(1, 100),
    st.booleans(),
)
fields = st.one_of(
    *(st.builds(Field, st.just(name), st.sampled_from(known)) for name, known in FIXED.items()),
    st.sampled_from(["@ann", "ann", "a b", 'q"x', "über"]).map(lambda value: field("author", value)),
    st.sampled_from(["example.com", "Übung.example", "xn--bung-zra.example"]).map(lambda value: field("links", value)),
)
leaf = st.one_of(
    words,
    near,
    fields,
    st.sampled_from(["acme", "acme_air", "air.example", "ann@social.example", "ac*"]).map(Handle),
    st.sampled_from(["acme", "日本", "bag_mountain", "日*"]).map(Hashtag),
    st.sampled_from(["acme", "brk.b"]).map(Ticker),
    st.lists(words, min_size=2, max_size=3).map(lambda parts: Sentence(tuple(parts))),
    st.builds(Range, st.sampled_from(["words", "hashtags", "date", "hour"]), st.integers(0, 9), st.integers(9, 23)),
    st.builds(Range, st.sampled_from(["handles", "date"]), st.none(), st.integers(0, 40_000)),
    st.text(min_size=1, max_size=8).filter(lambda said: said.isprintable()).map(Raw),
)
queries = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(all_of),
        st.lists(inner, min_size=2, max_size=3).map(any_of),
        inner.map(Not),
    ),
    max_leaves=8,
)


def found(query: str, text: str, **more: object) -> bool:
    return holds(parse(query), View(Post(id="1", content=text, **more)))  # type: ignore[arg-type]


@given(queries)
def test_a_query_said_back_is_the_same_query(query: Query) -> None:
    """parse(str(q)) == q."""
    assert parse(str(query)) == query


@given(st.lists(queries, min_size=1, max_size=4), st.lists(texts, min_size=1, max_size=5))
@settings(max_examples=300)
def test_the_index_finds_what_asking_each_query_finds(asked: list[Query], said: list[str]) -> None:
    """Anchors never hide a match: the matcher agrees with asking every query of every post."""
    posts = [Post(id=str(place), content=text) for place, text in enumerate(said)]
    matched = {row: keys for row, _, keys in Matcher(dict(enumerate(asked))).match(Batch.of(posts))}
    for row, post in enumerate(posts):
        assert matched.get(row, []) == [key for key, query in enumerate(asked) if holds(query, View(post))]


@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    """Fold is idempotent, on any text."""
    assert fold(fold(text)) == fold(text)


def test_folding_is_its_steps_one_after_the_other() -> None:
    """No step is left out for a text that has something to fold; asked of every character, alone and among others."""
    simple, unseen = str.maketrans(SIMPLER), UNREAD
    for code in (code for code in range(0x110000) if not 0xD800 <= code < 0xE000):
        text = f"A{chr(code)}\u0301b{chr(code)}"
        said = unicodedata.normalize("NFKC", unseen.sub("", text)).casefold().translate(simple)
        said = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", said))
        said = unseen.sub("", unicodedata.normalize("NFKC", said).casefold().translate(simple))
        assert fold(text) == said, hex(code)


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text_is_a_query_or_a_query_error_with_its_column(text: str) -> None:
    """Whatever is typed, the parser answers with a query or with a column inside the text or just after it."""
    try:
        parse(text)
    except QueryError as error:
        wrong = error
    else:
        return
    assert 1 <= wrong.column <= len(text) + 1
    assert wrong.caret().endswith("^")


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("acme", "flying ACME today", True),
        ("acme", "acmes", False),
        ("acme*", "acmes", True),
        ("acme", "#acme rocks", True),
        ("acme", "hi @acme", True),
        ("acme", "jo@acme.example", True),
        ("@acme", "jo@acme.example", False),
        ("@acme", "hi @acme.", True),
        ("@acme", "hi @acme@social.example", True),
        ("@acme", ".@acme where is my bag", True),
        ("@acme", "谢谢@acme", True),
        ("@acme", "ありがとう@acmeさん", True),
        ("@acme", "hi…@acme", True),
        ("@acme", "w/@acme", True),
        ("@acme", "https://social.example/@acme", False),
        ("@acme", "social.example/@acme", False),
        ("@acme", "jo.@acme", True),
        ("@acme", "jo_@acme.example", False),
        ("@acme", "hi @acme...", True),
        ("#acme", "acme", False),
        ('"acme air"', "Acme-Air is late", True),
        ('"acme air"', "air acme", False),
        ("refund NEAR/3 parcel", "parcel lost, a refund please", True),
        ("refund NEAR/2 parcel", "parcel lost, a refund please", False),
        ("refund NEAR/9f parcel", "parcel lost, a refund please", False),
        ("air NEAR/2 air", "air", False),
        ("air NEAR/2 air", "air to air", True),
        ('raw:"ACME"', "Acme", False),
        ('raw:"ACME"', "the ACME!", True),
        ('raw:"C++"', "I love C++", True),
        ('raw:"ACME"', "ACMES", False),
        ('raw:"ACME"', "東京ACME駅", True),
        ('raw:"東京"', "私は東京駅に行く", True),
        ('raw:"東京"', "京東", False),
        ('raw:"か"', "か\u3099", False),
        ('raw:"ไทย"', "การบินไทยดี", True),
        ('raw:"Café"', "Cafe\u0301!", True),
        ('raw:"Cafe\u0301"', "Café!", True),
        ('raw:"Cafe"', "Cafe\u0301", False),
        ('raw:"_"', "a_b", True),
        ('raw:"™"', "Acme™", True),
        ("acme", "Acme™ is late", True),
        ("acme", "Acme℠", True),
        ("acme", "_acme_ is late", True),
        ('"acme air"', "acme_air", True),
        ("acme_air", "acme air", True),
        ("cafe", "Café", True),
        ("strasse", "STRAẞE", True),
        ("istanbul", "İSTANBUL", True),
        ("isparta", "ISPARTA ısparta", True),
        ("acme", "ａｃｍｅ", True),
        ("acme", "ac\u200bme", True),
        ("東京", "私は東京に行く", True),
        ("東京", "京東", False),
        ("हिन्दी", "मैं हिन्दी बोलता हूँ", True),
        ("हिन", "मैं हिन्दी बोलता हूँ", False),
        ("acme", "аcme", False),
        ("acme OR air NOT late", "acme late", False),
        ("acme OR air AND NOT late", "acme late", True),
        ("acme air OR late", "late", True),
        ("NOT acme late", "late", True),
        ("links:example.com", "see https://www.example.com/x", True),
        ("links:example.com", "see https://notexample.com/x", False),
        ("links:example.com", "www.example.com/x", True),
        ("links:example.com", "see https://example.com, please", True),
        ("links:example.com", "(https://example.com)", True),
        ("links:example.com", "https://example.com!", True),
        ("links:example.com", "https://example.com。", True),
        ("links:example.com", "[see](https://example.com)", True),
        ("links:example.com", "“https://example.com”", True),
        ("links:example.com", "https://jo@example.com:8080/x", True),
        ("links:example.com", "https://example.com.evil.example", False),
        ("links:münchen.example", "https://München.example/x", True),
        ("links:münchen.example", "https://xn--mnchen-3ya.example", True),
        ("links:münchen.example", "https://munchen.example", False),
        ("is:question", "where is it?", True),
        ("is:question", "look https://x.example/?id=3", False),
        ("is:question", "is it https://x.example/a?", True),
        ("colo?r", "what a colour", True),
        ("colo?r", "what a color", False),
        ("c*lour", "what a colour", True),
        ("*phone", "my smartphone", True),
        ("acme~1", "acne", True),
        ("acme~1", "amce", True),
        ("acme~1", "acm", True),
        ("acme~1", "acmee", True),
        ("acme~1", "ance", False),
        ("acme~", "cme", True),
        ("lookalike:acme", "аcmе", True),
        ("lookalike:acme", "a c m e", False),
        ('lookalike:"acme air"', "fly аcme a1r", True),
        ('"acme a?r*"', "Acme Airways", True),
        ('"refund parcel late"~5', "late again: the parcel and my refund", False),
        ('"refund parcel late"~6', "late again: the parcel and my refund", True),
        ('"air air"~3', "air", False),
        ('"air air"~3', "air to air", True),
        ("bag SENTENCE lost", "They lost it. My bag!", False),
        ("bag SENTENCE lost", "Hi. They lost my bag v2.0.", True),
        ("bag NEAR/s lost", "Bag? Lost.", False),
        ("バッグ SENTENCE 紛失", "バッグを紛失。残念", True),
        ("$acme", "buy $ACME now", True),
        ("$acme", "acme", False),
        ("$brk.b", "$BRK.B up", True),
        ("#deliver*", "#DeliveryFail", True),
        ("#deliver*", "delivery", False),
        ("@acme*", "hi @acmecare", True),
        ("@acme NEAR/2 late", "@acme is late", True),
        ("@acme NEAR/1 late", "@acme is late", False),
        ("words:3", "one two three", True),
        ("words:>3", "one two three", False),
        ("words:[2 TO 3]", "one two three", True),
        ("hashtags:>=2", "#a #b", True),
        ("acme // and nothing else\n air", "acme air", True),
        ("acme <<<a comment\nover lines>>> OR air", "air", True),
        ("acme// and nothing else\n OR// not this\n air", "air", True),
        ("(acme<<<a comment>>>)", "acme", True),
        ("😡", "no 😡", True),
        ("👨‍👩‍👧", "us 👨‍👩‍👧!", True),
        ("👨", "us 👨‍👩‍👧!", False),
        ("👍", "👍🏽", True),
    ],
)
def test_what_a_query_finds(query: str, text: str, expected: bool) -> None:
    """Each case of the language finds what its reader expects."""
    assert found(query, text) is expected


def test_fields_see_the_post_beside_its_words() -> None:
    """author, network, lang, is, tag and site ask about the post, not about its words."""
    post = {
        "network": "mastodon",
        "language": "es-MX",
        "in_reply_to": "9",
        "tags": ("VIP",),
        "url": "https://a.example.com/1",
    }
    author = Actor(handle="@Ann")
    for query in (
        "author:@ann",
        "author:ann",
        "network:mastodon",
        "lang:es",
        "is:reply",
        "tag:vip",
        "site:example.com",
    ):
        assert found(query, "words", attributed_to=author, **post)
    assert not found("author:bob OR is:repost OR site:xample.com", "words", attributed_to=author, **post)


def test_accounts_that_the_network_names_are_counted_and_languages_are_read_in_either_writing() -> None:
    """An account that stands in the words too is counted once; pt_BR is pt-BR."""
    for said in ("hi", "hi @ann"):
        assert found("handles:1 lang:pt", said, handles=("@ann@social.example",), language="pt_BR")
    assert found("handles:2", "@ann @bob", handles=("ann",))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("author:ann", True),
        ("author:@ann", True),
        ("author:@ann@social.example", True),
        ("author:ann@social.example", True),
        ("author:ann@other.example", False),
        ("author:social.example", False),
    ],
)
def test_an_author_without_a_server_is_one_of_any_server(query: str, expected: bool) -> None:
    """As with accounts in the words: where a server is named, it is that account alone."""
    assert found(query, "words", attributed_to=Actor(handle="@Ann@social.example")) is expected


def test_label_terms_ask_the_labels() -> None:
    """addressed:yes holds where a label says so, and only there."""
    label = Label(name="addressed", value="yes", score=1, by="test")
    assert holds(parse("addressed:yes"), View(Post(id="1", content=""), (label,)))
    assert not holds(parse("addressed:no"), View(Post(id="1", content=""), (label,)))


@pytest.mark.parametrize(
    ("query", "column", "message"),
    [
        ("", 1, "the query is empty"),
        ("(acme OR", 9, "ends too early"),
        ("(acme", 1, "'(' is never closed"),
        ("acme)", 5, "never opened"),
        ("acme ()", 7, "brackets are empty"),
        ('acme "air', 6, "never closed"),
        ("acme <<<open", 6, "the comment <<< is never closed"),
        ("adressed:yes", 1, "did you mean 'addressed'?"),
        ("größe:5", 1, "unknown field 'größe:'"),
        ("c3po:x", 1, "unknown field 'c3po:'"),
        ("acme:", 1, "unknown field 'acme:'"),
        ("followers:>5", 1, "is not offered"),
        ("site:https://example.com/a", 6, "without https://"),
        ("a NEAR/5.5 b", 3, "expected a distance"),
        ("acme*~1", 1, "without wildcards"),
        ("😡~1", 1, "~1 stands after one word"),
        ("acme~x", 1, "expected word~1"),
        ('"acme air" ~5', 12, "without a space"),
        ("polarity:bad", 10, "expected one of negative, neutral, positive"),
        ("a NEAR b", 3, "expected a distance"),
        ("a NEAR/0 b", 8, "from 1 to 100"),
        ("a NEAR/3 lang:es", 3, "NEAR stands between words"),
        ("a NEAR/3 (b SENTENCE c)", 3, "NEAR stands between words"),
        ("*a*", 1, "needs a letter"),
        ('"a * b"', 1, "needs a letter"),
        ("#ac*me", 1, "only at the end of an account or a hashtag"),
        ("ac~1", 1, "three letters or more"),
        ("acme~2", 1, "only one slip"),
        ('"a b c"~1', 1, "at least ~2"),
        ('"a b c"~0', 9, "from 1 to 100"),
        ("words:many", 7, "expected a whole number"),
        ("words:9..3", 7, "words:3..9"),
        ("hour:24", 6, "from 0 to 23"),
        ("date:2026-02-30", 6, "in the calendar"),
        ("@@brand", 1, "none are defined here"),
        ("!!!", 1, 'write raw:"…"'),
        ("lang:", 6, "expected a value"),
        ("OR acme", 1, "instead of 'OR'"),
        ("(" * 60 + "a" + ")" * 60, 52, "nested deeper than 50"),
        ("a" + " NOT b OR c" * 99, 1, "nested deeper than 120"),
        ("a" + " NEAR/2 b" * 5_000, 1, "nested deeper than 120"),
    ],
)
def test_an_error_points_at_its_column_and_says_what_was_expected(query: str, column: int, message: str) -> None:
    """Each mistake is told with its column and a way out."""
    with pytest.raises(QueryError, match="column") as caught:
        parse(query)
    assert (caught.value.column, message in caught.value.message) == (column, True), caught.value


def test_a_caret_stands_under_the_mistake_in_its_line() -> None:
    """In a query of several lines the caret stands under the right one."""
    with pytest.raises(QueryError) as caught:
        parse("acme OR\n  (air OR\n  adressed:yes)")
    assert caught.value.caret() == "  adressed:yes)\n  ^"


@pytest.mark.parametrize(
    ("before", "room"),
    [("acme", 5), ("東京", 5), ("😡", 3), ("cafe\u0301", 5), ("ac\u200bme", 5), ("\tacme", "\t     ")],
)
def test_a_caret_stands_under_the_mistake_after_wide_and_unseen_characters(before: str, room: int | str) -> None:
    """A terminal gives two columns to what is wide, none to what combines, and to a tab what it will."""
    with pytest.raises(QueryError) as caught:
        parse(f"{before} adressed:yes")
    blank = " " * room if isinstance(room, int) else room
    assert caught.value.caret().splitlines()[1] == f"{blank}^"


def test_a_query_that_only_takes_away_has_no_anchor() -> None:
    """NOT and labels give the index nothing to hold on to."""
    assert anchors(parse("NOT acme")) is None
    assert anchors(parse("acme OR lang:es")) is None
    assert anchors(parse("acme lang:es")) == frozenset({("word", "acme")})
    assert anchors(parse('"acme air" OR @acme')) == frozenset({("word", "acme"), ("handle", "acme")})


def test_hostile_text_is_folded_in_no_time() -> None:
    """A megabyte of combining marks is read at once, and keeps at most a few of them."""
    assert len(fold("a" + "\u0301\u0316" * 500_000)) < 20
    assert tokens(fold("x" * 1_000_000)) == ["x" * 1_000_000]
