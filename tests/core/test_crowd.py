"""Few in many voices, or many who speak for themselves: in shares, in memory, and of nobody in particular."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.consent import Known
from ascolta.core.mention import Brands, hear
from ascolta.core.post import Actor, Batch, Event, EventKind, Post
from ascolta.core.voices import Voices, looked_at
from ascolta.core.watching.copies import Copies
from ascolta.core.watching.crowd import AUTHORS, MOST, STEP, WINDOW, Crowd, Talk
from tests.conftest import ACME

KEY = b"k" * 32
START = 1_000_200.0
"""The start of a tick."""
SLOGAN = "everybody should know how this airline treats its own crew share this before they delete it"
WORDS = (
    "gate", "delay", "crew", "seat", "bag", "lost", "happy", "blue", "tea", "sky", "late", "queue", "plane", "kind",
    "rude", "again", "hotel", "train", "snow", "map",
)  # fmt: skip


def own_words(random: Random) -> str:
    """A post in somebody's own words."""
    return " ".join(random.choice(WORDS) for _ in range(14))


def crowd(posts: list[tuple[str, str]], at: float = START) -> Talk | None:
    """The shares of an hour in which these were posted, by author and words."""
    made = Crowd(KEY)
    for number, (author, text) in enumerate(posts):
        made.add(at + number * 0.1, author.encode(), text)
    return made.talk(at + 300)


def test_copies_with_edits_are_one_group() -> None:
    """The same words with another link, another account, another number or one word changed are near-copies."""
    copies = Copies(KEY)
    first = copies.add(SLOGAN)
    assert first is not None
    for other in (
        f"{SLOGAN} https://x.example/1", f"@ann {SLOGAN.upper()}", SLOGAN.replace("airline", "company"), f"{SLOGAN} 17",
    ):  # fmt: skip
        assert copies.add(other) == first
    assert copies.add("my bag is lost and nobody at the gate knows where it went to on tuesday") != first


def test_short_posts_are_nobodys_copies() -> None:
    """Many people say thank you."""
    copies = Copies(KEY)
    assert copies.add("thank you so much") is None
    assert copies.add("") is None


@settings(deadline=None)
@given(st.lists(st.text(max_size=80), max_size=30))
def test_what_left_leaves_nothing(texts: list[str]) -> None:
    """After every post has left, no group and no hash is remembered, whatever was said."""
    copies = Copies(KEY)
    groups = [group for text in texts if (group := copies.add(text)) is not None]
    copies.leave(groups)
    assert len(copies) == 0
    assert not copies._bands


def test_a_slogan_by_many_accounts_shows() -> None:
    """Thirty accounts with one slogan among forty in their own words: near-copies, and no few who post most."""
    random = Random(1)
    posts = [(f"own{n}", own_words(random)) for n in range(40)]
    posts += [(f"sock{n}", SLOGAN.replace("airline", random.choice(WORDS))) for n in range(30)]
    talk = crowd(posts)
    assert talk is not None
    assert (talk.copies, talk.authors) == (45, 70)
    assert talk.top <= 10
    assert talk.apart in (55, 60)


def test_five_accounts_that_never_stop_show() -> None:
    """Five accounts with ten posts each beside thirty people: the few who post most have most of it."""
    random = Random(2)
    posts = [(f"own{n}", own_words(random)) for n in range(30)]
    posts += [(f"loud{n % 5}", own_words(random)) for n in range(50)]
    talk = crowd(posts)
    assert talk is not None
    assert (talk.copies, talk.each) == (0, 10)
    assert talk.top in (60, 65)
    assert talk.apart in (40, 45)


def test_a_headline_that_is_passed_on_is_no_campaign() -> None:
    """Near-copies that carry a link count once, and are not told as near-copies."""
    random = Random(3)
    posts = [(f"own{n}", own_words(random)) for n in range(20)]
    posts += [(f"news{n}", f"{SLOGAN} https://news.example/{n}") for n in range(20)]
    talk = crowd(posts)
    assert talk is not None
    assert (talk.copies, talk.apart) == (0, 50)


def test_few_people_are_not_told_about() -> None:
    """With fewer than twenty authors no share is told, however alike their posts are."""
    talk = crowd([(f"a{n % (AUTHORS - 1)}", SLOGAN) for n in range(60)])
    assert talk == Talk(looked=60, heard=60)


@settings(deadline=None)
@given(st.integers(AUTHORS, 80), st.integers(0, 60), st.integers(0, 2**32))
def test_shares_are_rounded(people: int, alike: int, seed: int) -> None:
    """Whatever is said, shares are whole steps of five percent between 0 and 100 and authors whole tens."""
    random = Random(seed)
    posts = [(f"p{n}", own_words(random)) for n in range(people)] + [(f"s{n}", SLOGAN) for n in range(alike)]
    talk = crowd(posts)
    assert talk is not None
    for share in (talk.copies, talk.top, talk.apart):
        assert share % STEP == 0
        assert 0 <= share <= 100
    assert talk.authors % 10 == 0


def test_an_hour_later_nobody_is_remembered() -> None:
    """What was said is out of sight after an hour, and its shares are those of the ticks that saw it."""
    made, random = Crowd(KEY), Random(4)
    for n in range(40):
        made.add(START, b"%d" % n, own_words(random))
    assert len(made) == 40
    made.passed(START + WINDOW + 600)
    assert len(made) == 0
    early, late = made.talk(START + 300), made.talk(START + WINDOW)
    assert early is not None
    assert late is not None
    assert (early.looked, late.looked) == (40, 40)
    assert made.talk(START + WINDOW + 600) is None


def test_memory_is_bounded() -> None:
    """Of more posts than it may remember the oldest go at once, and with them their authors and hashes."""
    made, random = Crowd(KEY), Random(5)
    for n in range(MOST + 500):
        made.add(START, b"%d" % n, own_words(random))
    assert len(made) == MOST
    assert len(made._authors) == MOST
    assert len(made._copies) <= MOST


def test_what_comes_an_hour_late_is_left_out() -> None:
    """A post that is older than the hour that is looked at changes nothing."""
    made = Crowd(KEY)
    made.add(START + 7_200, b"a", SLOGAN)
    made.add(START, b"b", SLOGAN)
    made.passed(START)
    assert len(made) == 1


def said(number: int, network: str = "mastodon", **more: object) -> Event:
    """A post about Acme."""
    text = str(more.pop("text", f"acme {SLOGAN}"))
    actor = Actor(id=f"id{number}", handle=f"h{number}", indexable=True)
    post = Post(id=f"p{number}", content=text, network=network, published=START, attributed_to=actor, **more)  # type: ignore[arg-type]
    return Event(kind=EventKind.PUBLISHED, network=network, post=post)


def heard_by(voices: Voices, brands: Brands, *events: Event) -> Talk | None:
    """What the voices know after a batch."""
    heard = hear(Batch(events=events, arrived=START), brands, Known())
    voices.hear(heard, brands.by_id)
    return voices.talk("acme", START + 300)


def test_networks_that_forbid_it_are_passed_over(brands: Brands) -> None:
    """Posts of X are counted as heard and not looked at, as are those of a network that nobody knows."""
    talk = heard_by(Voices(KEY), brands, *(said(n, "x") for n in range(30)), *(said(n, "odd") for n in range(5)))
    assert talk == Talk(looked=0, heard=35)
    assert looked_at("mastodon", ACME)
    assert not looked_at("x", ACME)


def test_a_brand_may_switch_a_network_off(brands: Brands) -> None:
    """Where the brand does not want to know, nothing is looked at."""
    own = replace(ACME, not_judged=frozenset({"mastodon"}))
    voices = Voices(KEY)
    heard = hear(Batch(events=[said(n) for n in range(30)], arrived=START), brands, Known())
    voices.hear(heard, {"acme": own})
    assert voices.talk("acme", START + 300) == Talk(looked=0, heard=30)


def test_shares_of_what_was_heard(brands: Brands) -> None:
    """A slogan of thirty accounts is seen in a batch, each post once; reposts are never copies."""
    talk = heard_by(Voices(KEY), brands, *(said(n) for n in range(30)))
    assert talk is not None
    assert (talk.copies, talk.authors, talk.looked) == (100, 30, 30)
    again = heard_by(Voices(KEY), brands, *(said(n, text=f"RT @x: acme {SLOGAN}") for n in range(30)))
    assert again is not None
    assert again.copies == 0


def test_before_anything_was_heard_nothing_is_known() -> None:
    """A program that was just started knows of no voices."""
    assert Voices(KEY).talk("acme", START) is None


@pytest.mark.parametrize("text", ["\ud800 \udfff lone halves of a pair are no words of anybody", "\x00" * 40])
def test_odd_texts_are_read(text: str) -> None:
    """Half a surrogate and other oddities neither raise nor are a copy of anything."""
    copies = Copies(KEY)
    copies.add(text)
    assert copies.add(SLOGAN) is not None
