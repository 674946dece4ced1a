"""The matcher against the reference: many random queries, many random posts, in many scripts."""

import os
import random
from collections.abc import Iterator

import pytest

from ascolta.core.match import CHARACTERS, Matcher, blocks
from ascolta.core.parse import parse
from ascolta.core.post import Batch, Post
from ascolta.core.query import Field, Query
from ascolta.core.tier import TIERS, installed
from ascolta.core.view import View, holds

SPOKEN = (
    "acme air late bag bags refund refunds Straße naïve café delivery delivered deliver color colour acne amce acm "
    "москва поезд опоздал αθήνα τρένο القاهرة قطار תל אביב हिन्दी रेल 東京 列車 遅い 東 京 서울 기차 기차역 "
    "กรุงเทพ รถไฟ தமிழ் ট্রেন 😡 👍 👍🏽 👨‍👩‍👧 ❤️ 🇮🇹 don't e-mail аcme acmе ﬁre ｗｉｄｅ İstanbul ısparta x1 2026 the a an"
)
WORDS = SPOKEN.split()
SIGNS = ["@acme", "@acme.air", "@Acme@social.example", "#acme", "#bag_lost", "#東京駅", "$ACME", "$brk.b"]
AS_SAID = ["C++", "ACME"]
AS_WRITTEN = ['raw:"ACME"', 'raw:"C++"', 'raw:"東京"', 'raw:"café"', 'raw:"_"']
GLUE = [*"   -\n\u00ad\u200d。/._", ", ", ". ", "! ", " \u200b", " https://x.example/ "]
TRICKS = [*"\u0301\u200b\u202e\ufe0f\u0345\ud800\x00ßŉ\U000e0061\u3099\u1fc3\u2122", ""]


@pytest.fixture(params=TIERS)
def tier(request: pytest.FixtureRequest) -> str:
    """Each tier; the compiled one must be there in CI."""
    if request.param == "fast" and not installed() and not os.environ.get("CI"):
        pytest.skip("numba is not installed; pip install 'ascolta[fast]'")
    return str(request.param)


def text(rng: random.Random) -> str:
    """A post of up to a dozen words, with the tricks that people and machines play."""
    said = []
    for _ in range(rng.randrange(1, 13)):
        word = rng.choice(WORDS) if rng.random() < 0.85 else rng.choice(SIGNS + AS_SAID)
        if rng.random() < 0.06:
            at = rng.randrange(len(word) + 1)
            word = word[:at] + rng.choice(TRICKS) + word[at:]
        said += [word.upper() if rng.random() < 0.1 else word, rng.choice(GLUE)]
    return "".join(said)


def post(rng: random.Random, number: int) -> Post:
    """A post with some of the properties that a query may ask about."""
    return Post(
        id=str(number),
        content=text(rng),
        network=rng.choice(["x", "mastodon"]),
        brand=rng.choice([None, None, "acme"]),
        language=rng.choice([None, "es", "de"]),
        in_reply_to=rng.choice([None, "9"]),
        handles=rng.choice([(), (), ("acme",), ("@acme@social.example", "ann")]),
        published=rng.choice([None, 1.79e9]),
    )


def word(rng: random.Random) -> str:
    """One term without blanks."""
    said = rng.choice(WORDS)
    kind = rng.random()
    if kind < 0.15 and said.isalpha() and len(said) > 2:
        return said[: rng.randrange(2, len(said))] + "*"
    if kind < 0.22 and said.isascii() and said.isalpha() and len(said) > 3:
        return rng.choice(["*" + said[-2:], said[:2] + "*" + said[-1], said[0] + "?" + said[2:], said + "~1"])
    if kind < 0.25 and said.isascii() and said.isalpha():
        return f"lookalike:{said}"
    return f'"{said}"'


def term(rng: random.Random) -> str:
    """One term, near another one, or a phrase."""
    kind = rng.random()
    if kind < 0.5:
        return word(rng)
    if kind < 0.62:
        return '"' + " ".join(rng.choice(WORDS) for _ in range(rng.randrange(2, 4))) + '"'
    if kind < 0.72:
        wide = f"({word(rng)} OR {word(rng)} OR {rng.choice(SIGNS)})"
        return f"{word(rng)} NEAR/{rng.randrange(1, 6)}{rng.choice(['', 'f'])} {wide}"
    if kind < 0.76:
        return f'"{rng.choice(WORDS)} {rng.choice(WORDS)}"~{rng.randrange(9, 14)}'
    if kind < 0.8:
        return f"{word(rng)} SENTENCE {word(rng)}"
    if kind < 0.9:
        return rng.choice([*SIGNS, "@acme*", "#bag*", *AS_WRITTEN])
    return rng.choice(["network:x", "lang:es", "is:reply", "brand:acme", "words:>5", "date:2026-09-21", "is:question"])


def asked(rng: random.Random, depth: int = 0) -> str:
    """A query of a few terms."""
    kind = rng.random()
    if depth > 2 or kind < 0.25:
        return term(rng)
    if kind < 0.55:
        return "(" + " OR ".join(asked(rng, depth + 1) for _ in range(rng.randrange(2, 5))) + ")"
    if kind < 0.85:
        return "(" + " AND ".join(asked(rng, depth + 1) for _ in range(2)) + ")"
    return f"({asked(rng, depth + 1)} NOT {asked(rng, depth + 1)})"


def queries(rng: random.Random, count: int) -> dict[int, Query]:
    """Queries by number."""
    return {number: parse(asked(rng)) for number in range(count)}


def agreed(matcher: Matcher[int], posts: list[Post]) -> Iterator[tuple[int, list[int], list[int]]]:
    """For each post the keys that the matcher finds and those that the reference finds."""
    matched = {row: keys for row, _, keys in matcher.match(Batch.of(posts))}
    for row, one in enumerate(posts):
        view = View(one)
        yield row, matched.get(row, []), [key for key, query in matcher.queries.items() if holds(query, view)]


@pytest.mark.parametrize("seed", range(4))
def test_the_matcher_agrees_with_the_reference(seed: int, tier: str) -> None:
    """On 240,000 pairs of a random query and a random post in each tier, over four seeds, both say the same."""
    rng = random.Random(seed)
    matcher = Matcher(queries(rng, 300), tier)
    posts = [post(rng, number) for number in range(200)]
    wrong = [row for row, found, expected in agreed(matcher, posts) if found != expected]
    assert not wrong, (posts[wrong[0]].content.encode("unicode_escape"), wrong)


def test_lookalikes_stand_in_their_own_post_whatever_else_folds_alone(tier: str) -> None:
    """A text that only the one of two foldings reads by itself does not shift what is found in others."""
    posts = [Post(id=str(at), content=said) for at, said in enumerate(["τῷ x y", "my аcme flight", "", "ἐν τῇ a"])]
    matcher = Matcher({0: parse("lookalike:acme"), 1: parse("lookalike:a")}, tier)
    assert [found for _, found, _ in agreed(matcher, posts)] == [[], [0], [], [1]]
    assert all(found == expected for _, found, expected in agreed(matcher, posts))


@pytest.mark.parametrize("seed", range(3))
def test_phrases_of_few_words_that_share_their_pairs_agree(seed: int, tier: str) -> None:
    """Phrases of up to ten of five words, at the edges of posts and of a block too, are found where they stand."""
    rng = random.Random(seed)
    few = ["aa", "bbbb", "cccccccc", "ddddddddd", "eeeeeeeeeeeeeeeeee"]
    asked_for = {number: parse('"' + " ".join(rng.choices(few, k=rng.randrange(2, 11))) + '"') for number in range(400)}
    posts = [Post(id=str(at), content=" ".join(rng.choices([*few, "x"], k=rng.randrange(13)))) for at in range(300)]
    assert all(found == expected for _, found, expected in agreed(Matcher(asked_for, tier), posts))


@pytest.mark.parametrize("seed", range(3))
def test_queries_of_more_and_fewer_groups_than_are_looked_at_first_agree(seed: int, tier: str) -> None:
    """Up to four groups of up to six words, without up to six more, hold where the reference says."""
    rng = random.Random(seed)
    some = [f"word{number}" for number in range(24)]

    def one_of(most: int) -> str:
        return "(" + " OR ".join(rng.sample(some, rng.randrange(1, most + 1))) + ")"

    def made() -> str:
        groups = " AND ".join(one_of(6) for _ in range(rng.randrange(1, 5)))
        return f"({groups}) NOT {one_of(6)}" if rng.random() < 0.7 else groups

    asked_for = {number: parse(made()) for number in range(300)}
    posts = [Post(id=str(at), content=" ".join(rng.sample(some, rng.randrange(1, 9)))) for at in range(300)]
    both = list(agreed(Matcher(asked_for, tier), posts))
    assert all(found == expected for _, found, expected in both)
    assert 1_000 < sum(len(found) for _, found, _ in both) < 80_000


def test_queries_put_and_dropped_between_posts_are_heard_at_once(tier: str) -> None:
    """A query that is added, changed or dropped holds, changes or ends with the next post, in any order."""
    rng = random.Random(7)
    matcher: Matcher[int] = Matcher({}, tier)
    for step in range(150):
        if matcher.queries and rng.random() < 0.3:
            matcher.drop(rng.choice(list(matcher.queries)))
        else:
            matcher.put(rng.randrange(60), parse(asked(rng)))
        posts = [post(rng, number) for number in range(4)]
        for _, found, expected in agreed(matcher, posts):
            assert sorted(found) == sorted(expected), step


def test_anchors_chosen_again_find_the_same(tier: str) -> None:
    """What was learned about how rare words are changes the work, never the answer."""
    rng = random.Random(11)
    matcher = Matcher(queries(rng, 80), tier)
    posts = [post(rng, number) for number in range(60)]
    before = matcher.match(Batch.of(posts))
    for _ in range(3):  # so many that anchors are chosen again, and then those that are left over
        matcher.pairs([text(rng) for _ in range(2_500)])
    after = matcher.match(Batch.of(posts))
    assert [(row, keys) for row, _, keys in before] == [(row, keys) for row, _, keys in after]


def test_texts_alone_give_the_same_pairs_as_posts(tier: str) -> None:
    """`pairs` and `match` find the same where posts are no more than their words."""
    rng = random.Random(3)
    matcher = Matcher(queries(rng, 60), tier)
    texts = [text(rng) for _ in range(300)]
    rows, places = matcher.pairs(texts)
    posts = [Post(id=str(number), content=said) for number, said in enumerate(texts)]
    expected = [(row, key) for row, _, keys in matcher.match(Batch.of(posts)) for key in keys]
    assert list(zip(rows.tolist(), places.tolist(), strict=True)) == expected


def test_how_posts_are_divided_changes_nothing(monkeypatch: pytest.MonkeyPatch, tier: str) -> None:
    """Blocks of one post, of a few, of few characters, and all at once give the same."""
    rng = random.Random(13)
    asked_for, texts = queries(rng, 60), [text(rng) for _ in range(90)]
    found = []
    for most, characters in ((1, CHARACTERS), (7, CHARACTERS), (20_000, 1_000), (20_000, CHARACTERS)):
        monkeypatch.setattr("ascolta.core.match.BLOCK", most)
        monkeypatch.setattr("ascolta.core.match.CHARACTERS", characters)
        found.append([one.tolist() for one in Matcher(asked_for, tier).pairs(texts)])
    assert len(found[0][0]) > 90
    assert found[1:] == found[:1] * 3


def test_blocks_are_shorter_where_posts_are_long() -> None:
    """All texts in order, fewer at a time where they are long."""
    assert list(blocks(["word"] * 25, 10)) == [(0, 10), (10, 20), (20, 25)]
    long = list(blocks(["x" * (CHARACTERS // 4)] * 20, 10))
    assert [start for start, _ in long[1:]] == [stop for _, stop in long[:-1]]
    assert long[-1][1] == 20
    assert max(stop - start for start, stop in long) <= 8
    assert list(blocks(["x" * (2 * CHARACTERS)] * 2, 10)) == [(0, 1), (1, 2)]
    assert list(blocks([], 10)) == []


def test_a_query_without_an_anchor_is_named_and_still_answered() -> None:
    """What cannot be indexed is asked of every post, and can be told."""
    matcher = Matcher({"all": Field("lang", "es"), "some": parse("acme")})
    assert matcher.slow == ["all"]
    found = matcher.match(Batch.of([Post(id="1", content="hola", language="es")]))
    assert [keys for _, _, keys in found] == [["all"]]


def test_no_post_and_no_query_find_nothing(tier: str) -> None:
    """Nothing in, nothing out."""
    assert Matcher({}, tier).match(Batch.of([Post(id="1", content="acme")])) == []
    assert Matcher({1: parse("acme")}, tier).match(Batch.of([])) == []
    assert Matcher({1: parse("acme")}, tier).match(Batch.of([Post(id="1", content="")])) == []


def test_both_tiers_find_the_same_in_a_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over 6,000 posts, anchors learned on the way, the tiers and one in place of the other give the same pairs."""
    if not installed() and not os.environ.get("CI"):
        pytest.skip("numba is not installed; pip install 'ascolta[fast]'")
    monkeypatch.setattr("ascolta.core.match.BLOCK", 1_000)
    rng = random.Random(5)
    asked_for = queries(rng, 400)
    texts = [text(rng) for _ in range(6_000)]
    plain, *others = (Matcher(asked_for, tier).pairs(texts) for tier in (*TIERS, None))
    assert len(plain[0]) > 6_000
    for found in others:
        assert all(one.tolist() == other.tolist() for one, other in zip(plain, found, strict=True))
