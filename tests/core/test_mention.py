"""hear(): the laws that hold whatever is heard."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.consent import Known
from ascolta.core.etiquette import Action
from ascolta.core.label import says
from ascolta.core.mention import Brands, Effect, Mention, Removal, hear
from ascolta.core.post import Actor, Batch, Event, Post
from tests.conftest import ACME, OTHER, changed, edited, foresee, published, removed

BRANDS = Brands([ACME, OTHER], foresee)
KNOWN = Known(key=b"k" * 32)

said = st.sampled_from(
    ["acme", "to acme", "acme is bad", "to acme: bad", "other and acme", "weather", "#acmeair to", "stop"]
)
ids = st.integers(0, 9).map(str)
posts = st.builds(published, ids, said, st.integers(0, 5_000).map(float))
events = st.one_of(posts, posts, posts, st.builds(edited, ids, said), st.builds(removed, ids))


def heard(*happened: Event, known: Known = KNOWN):  # type: ignore[no-untyped-def]
    return hear(Batch(events=happened, arrived=6_000.0), BRANDS, known)


@given(st.lists(events, max_size=30))
def test_every_mention_has_exactly_one_decision(happened: list[Event]) -> None:
    """The decisions of a batch sum to its mentions, by brand too."""
    tally = heard(*happened).tally
    assert sum(tally.decisions.values()) == tally.mentions
    assert sum((Counter(by) for by in tally.by_brand.values()), Counter()) == tally.decisions


@given(st.lists(events, max_size=30), st.randoms())
def test_the_order_of_events_does_not_change_counts(happened: list[Event], random) -> None:  # type: ignore[no-untyped-def]
    """Whatever the order in which posts, edits and removals arrive, the counts are the same."""
    shuffled = list(happened)
    random.shuffle(shuffled)
    assert heard(*shuffled).counts == heard(*happened).counts


@given(st.lists(events, max_size=30), st.integers(0, 30))
def test_a_batch_cut_in_two_counts_the_same(happened: list[Event], cut: int) -> None:
    """Where batches begin and end does not matter."""
    one, two = heard(*happened[:cut]), heard(*happened[cut:])
    whole = heard(*happened)
    assert one.counts + two.counts == whole.counts
    assert (one.tally + two.tally).decisions == whole.tally.decisions


def test_two_queries_finding_one_post_make_one_mention() -> None:
    """One post, one brand, one mention, which names both queries."""
    [mention] = heard(published("1", "#acmeair from acme")).mentions
    assert (mention.brand, mention.queries) == ("acme", ("name", "tag"))


def test_one_post_about_two_brands_is_two_mentions() -> None:
    """Each brand decides for itself."""
    assert [mention.brand for mention in heard(published("1", "acme or other?")).mentions] == ["acme", "other"]


def test_a_post_that_says_its_brand_is_a_mention_without_a_query() -> None:
    """An export that names the brand is believed, by any of its names."""
    for brand in ("acme", "Acme Air", "ACME"):
        [mention] = heard(published("1", "no name in it", brand=brand)).mentions
        assert (mention.brand, mention.queries) == ("acme", ("brand",))


def test_the_brands_own_posts_are_no_mentions() -> None:
    """What the brand says itself is not talk about it."""
    assert heard(published("1", "we at acme", author="@AcmeAir")).mentions == ()


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("to acme: bad", {"repost": True}),
        ("RT @kate: to acme: bad", {}),
        (" rt @acmeair@example.social to acme", {}),
        ("RT @kate: to acme: bad", {"repost": True, "brand": "acme"}),
    ],
)
def test_words_that_are_passed_on_are_counted_and_met_with_silence(text: str, more: dict[str, Any]) -> None:
    """Who passes on another's words does not speak to us, whatever the words are; a complaint counts for alarms."""
    found = heard(published("1", text, **more))
    [mention] = found.mentions
    assert (mention.decision.action, mention.decision.rule) == (Action.SILENCE, "repost")
    assert says(mention.labels, "addressed", "no")
    streams = {stream for _, stream, _ in found.counts}
    assert streams & {"all", "addressed", "complaint"} == ({"all", "complaint"} if "bad" in text else {"all"})


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("to acme: see RT @kate", {}),
        ("RT @kate: to acme", {"brand": "acme", "addressed": True}),
        ("art @kate to acme", {}),
    ],
)
def test_words_of_ones_own_are_no_repost(text: str, more: dict[str, Any]) -> None:
    """A post that only speaks of one, or stands where the brand is spoken to, is its author's."""
    [mention] = heard(published("1", text, **more)).mentions
    assert mention.opens_case


def test_an_author_who_refused_is_forgotten_whole() -> None:
    """Neither a mention nor a count is left of talk by somebody who does not want to be heard."""
    result = heard(published("1", "acme is bad", author=Actor(handle="a", indexable=False)))
    assert (result.acts, dict(result.counts), result.tally.mentions, result.tally.forgotten) == ((), {}, 0, 1)


def test_an_author_who_refused_and_speaks_to_us_goes_to_a_person_and_is_not_counted() -> None:
    """They asked, so a person may answer; nothing else is kept."""
    result = heard(published("1", "to acme", author=Actor(handle="a", summary="likes tea #NoBot")))
    [mention] = result.mentions
    assert (str(mention.decision.action), mention.refused, dict(result.counts)) == ("handover", True, {})


def test_an_edit_is_not_counted_again() -> None:
    """Who mends a word has not spoken twice."""
    result = heard(edited("1", "acme is bad"), edited("2", "to acme"))
    assert (len(result.mentions), dict(result.counts), result.tally.mentions) == (2, {}, 0)


def test_stop_said_to_us_silences_us_for_good() -> None:
    """A stop makes silence, forgets the person's cases, and holds for what they say later in the same batch."""
    result = heard(published("0", "to acme", author="a"), published("1", "to @acmeair stop please", author="a"))
    assert [type(act) for act in result.acts] == [Mention, Mention]
    stop = Brands([ACME], lambda asks: [(*labels,) for labels in foresee([type(a)(text="to " + a.text) for a in asks])])
    again = hear(
        Batch(events=(published("1", "@acmeair stop please", author="a"), published("2", "acme", author="a"))),
        stop,
        KNOWN,
    )
    assert [act.effect for act in again.acts if isinstance(act, Removal)] == [Effect.STOP]
    assert [str(m.decision.rule) for m in again.mentions] == ["stop", "opted-out-but-spoke-to-us"]


def test_a_refusal_holds_from_its_event_on() -> None:
    """Within one batch, talk before an account's refusal counts and talk after it does not."""
    result = heard(
        published("1", "acme", author="a"), changed(handle="a", noindex=True), published("2", "acme", author="a")
    )
    assert (result.tally.mentions, result.tally.forgotten, result.tally.removals) == (1, 1, 1)


def test_known_refusals_and_stops_are_heeded() -> None:
    """What was remembered as keyed tags of a person is heeded, by account id where one is known."""
    ann = Actor(id="7", handle="ann")
    for known in (
        Known(key=KNOWN.key, refused=frozenset({KNOWN.tag("x", "7")})),
        Known(key=KNOWN.key, stopped=frozenset({KNOWN.tag("x", "7")})),
    ):
        assert heard(published("1", "acme", author=ann), known=known).tally.forgotten == 1


def test_an_answered_person_is_not_followed() -> None:
    """author:answered holds once the brand has answered this person."""
    known = Known(key=KNOWN.key, answered=frozenset({("acme", KNOWN.tag("x", "u1"))}))
    assert [str(m.decision.action) for m in heard(published("1", "acme is bad"), known=known).mentions] == ["silence"]
    assert [str(m.decision.action) for m in heard(published("2", "acme is bad"), known=known).mentions] == ["care"]


@pytest.mark.parametrize("ahead", [301.0, 7_200.0, 2 * 86_400.0])
def test_a_post_from_the_future_is_counted_when_it_arrived(ahead: float) -> None:
    """A wrong clock at the author's end does not move our counts."""
    result = heard(published("1", "acme", at=6_000.0 + ahead))
    assert {tick for _, _, tick in result.counts} == {6_000}


def test_posts_that_are_not_public_are_not_heard() -> None:
    """Quiet and private posts are forgotten unless they speak to us."""
    assert heard(published("1", "acme", visibility="unlisted")).tally.forgotten == 1


def test_mastodons_custom_is_opt_in() -> None:
    """On Mastodon a missing `indexable` means no."""
    for indexable, mentions in ((None, 0), (False, 0), (True, 1)):
        post = Post(id="1", content="acme", network="mastodon", attributed_to=Actor(handle="a", indexable=indexable))
        assert len(hear(Batch.of([post]), BRANDS, KNOWN).mentions) == mentions
