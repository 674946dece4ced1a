"""What a network forbids is not done, whatever an etiquette says; and every finding of `check` has its witness."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.brand import Brand, FileSource, Limits, Retention
from ascolta.core.consent import Known
from ascolta.core.etiquette import NONE_FITS, OPTED_OUT, Action, Decision, Etiquette
from ascolta.core.implied import Proof
from ascolta.core.label import VOCABULARY, Label
from ascolta.core.mention import Brands, Mention, hear
from ascolta.core.parse import parse
from ascolta.core.platform import (
    BY_LAW,
    PLATFORMS,
    UNKNOWN,
    allowed,
    answers_a_day,
    platform,
    shortened,
    spoken_to,
    terms_of,
    usual,
)
from ascolta.core.post import Actor, Batch, Post
from ascolta.core.query import And, Query
from ascolta.core.view import View, holds
from ascolta.core.witness import witness
from ascolta.errors import AscoltaError
from ascolta.files.networks import ROWS, page
from tests.conftest import ACME, ROOT, foresee, rule

NETWORKS = [*PLATFORMS, "blog", ""]


def decided(action: Action) -> Decision:
    return Decision(action=action, rule="a-rule", why="Because.", desk="care", approve=2)


def heard(text: str, network: str, etiquette: str, then: Action, **more: object) -> Mention:
    """The one mention of a post for a brand with one rule."""
    sources = more.pop("sources", ())
    brand = replace(
        ACME,
        etiquette=Etiquette(brand="acme", rules=(rule("only", etiquette, then),)),
        sources=sources,  # type: ignore[arg-type]
    )
    actor = Actor(handle="ann", indexable=True, discoverable=True)
    post = Post(id="1", content=text, network=network, attributed_to=actor, **more)  # type: ignore[arg-type]
    [mention] = hear(Batch.of([post]), Brands([brand], foresee), Known()).mentions
    return mention


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("action", Action)
def test_nothing_more_is_ever_allowed_than_was_decided(network: str, action: Action) -> None:
    """The clamp only lowers: to care or silence, never up, and what stays as it was is the same decision."""
    order = [Action.SILENCE, Action.CARE, Action.HANDOVER, Action.REPLY]
    for addressed in (True, False):
        for complaint in (True, False):
            made = allowed(decided(action), network, addressed=addressed, complaint=complaint)
            assert order.index(made.action) <= order.index(action)
            assert (made == decided(action)) is (made.action is action)
            assert made.rule == "a-rule"


@pytest.mark.parametrize("network", NETWORKS)
def test_nobody_is_answered_who_did_not_speak_to_the_brand(network: str) -> None:
    """On no network does a reply or a handover reach a post that was not addressed."""
    for action in (Action.REPLY, Action.HANDOVER):
        made = allowed(decided(action), network, addressed=False, complaint=True, approved=True)
        assert made.action in (Action.CARE, Action.SILENCE)


@pytest.mark.parametrize(
    ("action", "network", "complaint", "becomes"),
    [
        (Action.REPLY, "x", True, Action.CARE),
        (Action.REPLY, "x", False, Action.SILENCE),
        (Action.REPLY, "bluesky", True, Action.SILENCE),
        (Action.REPLY, "blog", True, Action.SILENCE),
        (Action.CARE, "x", True, Action.CARE),
        (Action.CARE, "Twitter", True, Action.CARE),
        (Action.CARE, "mastodon", True, Action.CARE),
        (Action.CARE, "file", True, Action.CARE),
        (Action.CARE, "facebook", True, Action.SILENCE),
        (Action.CARE, "instagram", True, Action.SILENCE),
        (Action.CARE, "bluesky", True, Action.SILENCE),
        (Action.CARE, "blog", True, Action.SILENCE),
        (Action.HANDOVER, "x", True, Action.SILENCE),
    ],
)
def test_what_was_not_said_to_us_is_lowered(action: Action, network: str, complaint: bool, becomes: Action) -> None:
    """Each network's own line between help by a person and silence."""
    assert allowed(decided(action), network, addressed=False, complaint=complaint).action is becomes


@pytest.mark.parametrize(
    ("said", "heard", "name"),
    [
        ("X ", (), "x"),
        ("Twitter", (), "x"),
        ("Blue sky", (), "bluesky"),
        ("Google Play", (), "googleplay"),
        ("Isso", (), "wordpress"),
        ("Isso", ("isso",), "isso"),
        ("TRÛTH", ("truth",), "truth"),
    ],
)
def test_a_network_has_its_usual_name(said: str, heard: tuple[str, ...], name: str) -> None:
    """However it is written down, by name or title, and what is heard here goes before other names."""
    assert usual(said, heard) == name


@pytest.mark.parametrize("said", ["", "instgram", "x y"])
def test_a_network_that_nobody_knows_is_refused(said: str) -> None:
    """One sentence names those that are known, and does not repeat what was written."""
    with pytest.raises(AscoltaError, match=r"known are activitypub, .*, mail, .*, youtube, and what brand.yaml"):
        usual(said, ["mail"])


def test_the_reason_says_which_network_forbids_what() -> None:
    """The rule's own reason stays, and the network's follows it in plain words."""
    made = allowed(decided(Action.CARE), "bluesky", addressed=False, complaint=True)
    assert made.why == "Because. But Bluesky lets a brand speak only when it is tagged, so we keep silent."
    made = allowed(decided(Action.REPLY), "x", addressed=False, complaint=True)
    assert made.why.endswith("did not engage with the account first, so only a person may help, once.")
    assert made.approve == 2


def test_reddit_is_off_until_its_approval_is_on_file() -> None:
    """Without approval everything is silence there, with it an answer to who spoke to us stands."""
    off = allowed(decided(Action.REPLY), "reddit", addressed=True)
    assert (off.action, "did not approve" in off.why) == (Action.SILENCE, True)
    assert allowed(decided(Action.REPLY), "reddit", addressed=True, approved=True).action is Action.REPLY
    assert allowed(decided(Action.CARE), "reddit", addressed=False, approved=True).action is Action.SILENCE


def test_silence_stays_as_it_is() -> None:
    """A decision to keep silent is handed through, the same object."""
    assert allowed(NONE_FITS, "x", addressed=False) is NONE_FITS


@pytest.mark.parametrize(
    ("network", "tagged", "speaks"), [("bluesky", False, False), ("bluesky", True, True), ("x", False, True)]
)
def test_who_speaks_to_us_is_what_the_network_says(network: str, tagged: bool, speaks: bool) -> None:
    """By name alone is enough on X; on Bluesky the account must be tagged."""
    assert spoken_to(network, addressed=True, tagged=lambda: tagged) is speaks
    assert spoken_to(network, addressed=False, tagged=lambda: True) is False


def test_hearing_heeds_the_network() -> None:
    """hear() lowers what the etiquette asks too much, and leaves the rest."""
    assert heard("bad acme", "x", "complaint:yes", Action.CARE).decision.action is Action.CARE
    assert heard("bad acme", "bluesky", "complaint:yes", Action.CARE).decision.action is Action.SILENCE
    assert heard("bad acme", "x", "complaint:yes", Action.REPLY).decision.action is Action.CARE
    assert heard("acme is here", "x", "acme", Action.REPLY).decision.action is Action.SILENCE
    assert heard("to @acmeair", "x", "acme OR @acmeair", Action.REPLY).decision.action is Action.REPLY


def test_on_bluesky_the_account_must_be_tagged_or_answered() -> None:
    """A post that calls the brand by its name only is not answered there; one that tags it, or answers, is."""
    asked = ("addressed:yes", Action.REPLY)
    assert heard("to acme", "bluesky", *asked).decision.action is Action.SILENCE
    assert heard("to @acmeair", "bluesky", *asked).decision.action is Action.REPLY
    assert heard("to acme", "bluesky", *asked, in_reply_to="9").decision.action is Action.REPLY
    assert heard("to acme", "x", *asked).decision.action is Action.REPLY


def test_an_approval_in_brand_yaml_switches_reddit_on() -> None:
    """A source that says what Reddit gave makes an answer there possible; so does a rehearsal."""
    asked = ("addressed:yes", Action.REPLY)
    assert heard("to acme", "reddit", *asked).decision.action is Action.SILENCE
    given = (FileSource(path="r.jsonl", networks=("reddit",), approval="contract 7 of May 2026"),)
    assert heard("to acme", "reddit", *asked, sources=given).decision.action is Action.REPLY
    played = (FileSource(path="r.jsonl", networks=("reddit",), rehearsal=True),)
    assert heard("to acme", "reddit", *asked, sources=played).decision.action is Action.REPLY


def test_opted_out_and_forbidden_is_silence() -> None:
    """Where the network forbids an answer, somebody who opted out is not handed to a person either."""
    brand = replace(ACME, etiquette=Etiquette(brand="acme", rules=(rule("a", "addressed:yes", Action.REPLY),)))
    for text, expected in (("to acme", Action.SILENCE), ("to @acmeair", OPTED_OUT.action)):
        actor = Actor(handle="ann", summary="#nobot", indexable=True)
        post = Post(id="1", content=text, network="bluesky", attributed_to=actor)
        [mention] = hear(Batch.of([post]), Brands([brand], foresee), Known()).mentions
        assert mention.decision.action is expected


def test_cases_go_as_early_as_the_network_wants() -> None:
    """Retention is the brand's or the network's, whichever is shorter."""
    own = Retention(open_hours=24, resolved_hours=100, sealed_hours=12)
    assert shortened(own, "x") is own
    assert shortened(own, "reddit") == Retention(open_hours=24, resolved_hours=48, sealed_hours=12)
    given = (FileSource(path="r.jsonl", networks=("reddit",), approval="contract 7"),)
    assert heard("to acme", "reddit", "addressed:yes", Action.REPLY, sources=given).retention.open_hours == 48


def test_answers_in_a_day_are_the_stricter_number() -> None:
    """A brand may say fewer than the network, not more."""
    assert [answers_a_day(Limits(a_person_a_day=n), "x") for n in (1, 3, 20)] == [1, 3, 3]
    assert answers_a_day(Limits(), "nowhere") == 1


@pytest.mark.parametrize("one", [*PLATFORMS.values(), UNKNOWN], ids=lambda one: one.name or "unknown")
def test_every_term_has_a_reason_and_a_source(one: object) -> None:
    """Each is a clause that follows "But …, so we keep silent", without a full stop, and says where it is written."""
    for name, term in terms_of(one):  # type: ignore[arg-type]
        assert term.why, name
        assert not term.why.endswith("."), name
        assert term.source, name


def test_the_unknown_network_is_the_strictest() -> None:
    """No known network forbids what an unknown one allows, reading it term by term."""
    for one in PLATFORMS.values():
        for name in ("unasked", "care", "automated", "names", "organised"):
            assert getattr(one, name).value >= getattr(UNKNOWN, name).value
        assert one.a_person_a_day.value >= UNKNOWN.a_person_a_day.value
        assert one.gone_within.value <= 48
        assert set(one.never.value) >= set(BY_LAW)
    assert platform("never heard of") is UNKNOWN
    assert platform(" X ") is platform("twitter") is PLATFORMS["x"]


def test_what_is_never_derived_is_what_the_vocabulary_calls_sensitive() -> None:
    """The matters are named as the labels name them."""
    for one in PLATFORMS.values():
        assert set(one.never.value) <= set(VOCABULARY["sensitive"])


def test_the_page_for_authors_is_what_the_data_says() -> None:
    """docs/author/networks.md ends with the table and the reasons as they are in core/platform.py."""
    said = (ROOT / "docs" / "author" / "networks.md").read_text(encoding="utf-8")
    assert said.endswith("\n\n" + page())
    assert list(ROWS) == [name for name, _ in terms_of(UNKNOWN)]


def test_a_brand_says_its_networks_only_if_every_source_does() -> None:
    """One source that does not say makes the networks unknown."""
    one, other = FileSource(path="a", networks=("x",)), FileSource(path="b")
    assert Brand(id="b", name="B", sources=(one,)).networks == frozenset({"x"})
    assert Brand(id="b", name="B", sources=(one, other)).networks is None
    assert Brand(id="b", name="B").networks is None


TERMS = st.sampled_from(
    ["addressed:yes", "addressed:no", "complaint:yes", "complaint:no", "network:x", "network:bluesky",
     "polarity:negative", "polarity:neutral", "polarity:positive", "blue", "red", "#red",
     "words:>3", "words:2", "is:reply"]
)  # fmt: skip
QUERIES = st.recursive(
    TERMS,
    lambda part: st.one_of(
        st.tuples(part, part).map(lambda two: f"({two[0]} OR {two[1]})"),
        st.tuples(part, part).map(lambda two: f"({two[0]} {two[1]})"),
        part.map(lambda one: f"(NOT {one})"),
    ),
    max_leaves=8,
)
WORLDS = [
    View(
        Post(id="1", content=text, network=network, in_reply_to=reply),
        tuple(
            Label(name=name, value=value, score=1, by="test")
            for name, value in (("addressed", addressed), ("complaint", complaint), ("polarity", polarity))
        ),
    )
    for text in ("blue", "red now", "blue red and more", "#red", "none of these here", "")
    for network in ("x", "bluesky", "file")
    for reply in (None, "9")
    for addressed in ("yes", "no")
    for complaint in ("yes", "no")
    for polarity in ("negative", "neutral", "positive")
]  # fmt: skip


@given(QUERIES)
def test_a_witness_is_found_where_there_is_one_and_proven_where_not(text: str) -> None:
    """If a post of a small world fits, a witness is found; a witness fits its query and contradicts no proof."""
    query = parse(text)
    found = witness(query)
    if any(holds(query, world) for world in WORLDS):
        assert found is not None
    if found is not None:
        assert _value(query, found)
        assert not Proof().never(query)


def _value(query: Query, known: dict[Query, bool]) -> bool:
    """Whether a query holds where only what a witness says holds."""
    said = type(query).__name__
    if said in ("And", "Or"):
        values = [_value(part, known) for part in query.parts]  # type: ignore[union-attr]
        return all(values) if said == "And" else any(values)
    if said == "Not":
        return not _value(query.part, known)  # type: ignore[union-attr]
    return known.get(query, False)


def test_a_witness_is_not_looked_for_without_end() -> None:
    """Where the steps are spent, none is claimed."""
    hard = And(tuple(parse(f"(a{n} OR b{n}) (NOT a{n} OR NOT b{n})") for n in range(12)))
    assert witness(hard, steps=5) is None
    assert witness(hard) is not None


def test_a_label_that_every_post_has_cannot_be_without_a_value() -> None:
    """Neither yes nor no, and none of the polarities, is no witness."""
    assert witness(parse("words:>3 NOT (addressed:yes OR addressed:no)")) is None
    assert witness(parse("red NOT (polarity:negative OR polarity:neutral OR polarity:positive)")) is None
    assert witness(parse("red NOT (sensitive:health OR sensitive:union)")) is not None
