"""Opt-out signals."""

import pytest

from ascolta.core.consent import EVERYTHING, Known, Use, heed, refusals, tag_of
from ascolta.core.mention import Brands, Effect, Heard, Mention, Removal, hear
from ascolta.core.post import Actor, Batch, Event, EventKind, Page, Policy, Post
from ascolta.sources import plain
from ascolta.stores.memory import MemoryStore
from tests.conftest import ACME, NOW, OTHER, changed, foresee, keep


@pytest.mark.parametrize(
    ("actor", "network", "why"),
    [
        (Actor(indexable=False), "x", "indexable is off"),
        (Actor(noindex=True), "x", "noindex is on"),
        (Actor(locked=True), "x", "private"),
        (Actor(memorial=True), "x", "memorial"),
        (Actor(suspended=True), "x", "suspended"),
        (Actor(limited=True), "x", "limited"),
        (Actor(moved=True), "x", "moved"),
        (Actor(deleted=True), "x", "gone"),
        (Actor(unreadable=True), "x", "cannot be read"),
        (Actor(labels=("!no-unauthenticated",)), "bluesky", "without log-in"),
        (Actor(summary='tea <a href="/t">#<span>NoBot</span></a>'), "x", "#nobot"),
        (Actor(name="Ann #noAI"), "x", "#noai"),
        (Actor(), "mastodon", "opt-in"),
        (Actor(), "Mastodon ", "opt-in"),
        (Actor(fields=("Bots", "\uff03no\u200bbot")), "x", "#nobot"),
        (Actor(summary="x" * 49_000 + " #nobot"), "x", "#nobot"),
        (Actor(summary="x" * 60_000), "x", "cannot be read"),
        (Actor(hide_from_algorithmic_recommendations=True), "bluesky", "recommended"),
        (Actor(searchable_by=("followers",)), "x", "searched by everybody"),
        (Actor(blocked_by=True), "x", "blocks"),
    ],
)
def test_each_signal_refuses(actor: Actor, network: str, why: str) -> None:
    """Each signal alone is a refusal, told in words."""
    assert [why in said for said in refusals(actor, network)] == [True]


@pytest.mark.parametrize(
    ("actor", "network"),
    [
        (Actor(), "x"),
        (Actor(indexable=True), "mastodon"),
        (Actor(summary="no bots please, see #nobotanics"), "x"),
        (Actor(labels=("spam",)), "bluesky"),
        (Actor(type="Service"), "x"),
    ],
)
def test_what_is_no_signal_does_not_refuse(actor: Actor, network: str) -> None:
    """Nothing said, or something that only looks like a signal, is no refusal."""
    assert refusals(actor, network) == ()


def test_tags_differ_by_key_network_and_account_and_hold_nothing_readable() -> None:
    """A tag is 16 bytes, and changes with each of its parts."""
    tags = {tag_of(k, n, a) for k in (b"1" * 32, b"2" * 32) for n in ("x", "y") for a in ("ann", "bob\ud800")}
    assert len(tags) == 8
    assert {len(tag) for tag in tags} == {16}


HOUR = 3600.0
KNOWN = Known(key=b"k" * 32)


def heard(*events: Event, known: Known = KNOWN) -> Heard:
    """What comes of some events."""
    return hear(Batch(events=events, arrived=NOW), Brands([ACME, OTHER], foresee), known)


def said(text: str, actor: Actor | None = None, network: str = "x", **more: object) -> Event:
    """A post by somebody."""
    who = Actor(id="7", handle="ann") if actor is None else actor
    made = Post(id="1", content=text, network=network, published=NOW, attributed_to=who, **more)  # type: ignore[arg-type]
    return Event(kind=EventKind.PUBLISHED, network=network, post=made)


def only(*events: Event) -> Mention:
    """The one mention that comes of some events."""
    [mention] = heard(*events).mentions
    return mention


@pytest.mark.parametrize(
    ("read", "mentions"),
    [
        (None, 1), (NOW, 1), (NOW - 24 * HOUR, 1), (NOW - 24 * HOUR - 1, 0), (NOW + 25 * HOUR, 0), (0.0, 0),
        (float("nan"), 0), (float("-inf"), 0),
    ],
)  # fmt: skip
def test_a_profile_counts_for_a_day(read: float | None, mentions: int) -> None:
    """A profile that was read more than 24 hours before the post arrived, or at no possible time, is a no."""
    assert len(heard(said("acme", Actor(handle="ann", read=read))).mentions) == mentions


def test_a_person_is_known_by_id_and_by_handle() -> None:
    """Who refused, stopped or was answered under a handle is known again with an id, and the other way round."""
    both = Actor(id="7", handle="@Ann")
    assert both.keys == ("7", "ann")
    assert (Actor(handle="ann").keys, Actor(id="7").keys, Actor().keys) == (("ann",), ("7",), ())
    for key in both.keys:
        tag = KNOWN.tag("x", key)
        known = Known(
            key=KNOWN.key, refused=frozenset({tag}), stopped=frozenset({tag}), answered=frozenset({("a", tag)})
        )
        assert known.has_refused("x", both)
        assert known.has_stopped("x", both)
        assert known.has_answer("a", "x", both)
        assert not known.has_refused("y", both)


def test_a_handle_that_moves_on_does_not_carry_a_refusal_with_it() -> None:
    """A refusal is remembered by the id, so the next owner of the handle is heard; a stop is by all names."""
    store, brands = MemoryStore(), Brands([ACME], foresee)
    keep(store, brands, changed(id="7", handle="ann", indexable=False))
    assert not store.known().has_refused("x", Actor(id="8", handle="ann"))
    keep(store, brands, changed(id="7", handle="ann", blocked_by=True))
    assert store.known().has_stopped("x", Actor(id="8", handle="ann"))


@pytest.mark.parametrize(
    ("text", "actor", "network", "policy", "rule"),
    [
        ("to acme", Actor(handle="a", indexable=False), "x", None, "opted-out-but-spoke-to-us"),
        ("to acme", Actor(handle="a", memorial=True), "x", None, "no-way-to-answer"),
        ("to acme", Actor(handle="a"), "x", Policy(threadgate=("listRule",)), "closed-to-answers"),
        ("to @acmeair", Actor(handle="a"), "x", Policy(threadgate=("mentionRule",)), "spoken-to"),
        ("to acme", Actor(handle="a", followed_by=True), "x", Policy(threadgate=("followingRule",)), "spoken-to"),
        (
            "to acme",
            Actor(handle="a", followed_by=True),
            "x",
            Policy(threadgate=("followerRule",)),
            "closed-to-answers",
        ),
        ("to @acmeair", Actor(handle="a"), "x", Policy(can_reply=()), "spoken-to"),
        ("to acme", Actor(handle="a"), "x", Policy(can_reply=("followers",)), "closed-to-answers"),
        ("to acme", Actor(handle="a", following=True), "x", Policy(can_reply=("followers",)), "spoken-to"),
        ("to @acmeair", Actor(handle="a"), "bluesky", Policy(threadgate=()), "no-way-to-answer"),
        ("to @acmeair", Actor(handle="a", allow_incoming="all"), "bluesky", Policy(threadgate=()), "closed-to-answers"),
        ("acme is bad", Actor(handle="a"), "x", Policy(hidden=True), "not-to-be-approached"),
        ("acme is bad", Actor(handle="a"), "x", Policy(threadgate=()), "not-to-be-approached"),
    ],
)
def test_what_is_forbidden_turns_an_answer_into_less(
    text: str, actor: Actor, network: str, policy: Policy | None, rule: str
) -> None:
    """Opted out but spoke to us: a person. No public answer: a person, privately, or silence. Unasked: silence."""
    mention = only(said(text, actor, network, policy=policy))
    assert mention.decision.rule == rule
    assert mention.opens_case is (rule not in ("no-way-to-answer", "not-to-be-approached"))


def test_deep_in_a_thread_being_named_opens_no_gate() -> None:
    """Whom the opening post of a thread names cannot be told from an answer to it, so the gate stays shut."""
    gated = Policy(threadgate=("mentionRule",))
    assert only(said("to @acmeair", policy=gated, in_reply_to="0")).decision.rule == "closed-to-answers"


def test_a_block_is_for_good_and_leaves_no_case() -> None:
    """Whoever blocks us is on the list of those who said stop, whatever told us of it."""
    blocking = Actor(id="7", handle="ann", blocked_by=True)
    for event in (said("acme", blocking), changed(id="7", handle="ann", blocked_by=True)):
        removals = [act for act in heard(event).acts if isinstance(act, Removal)]
        assert [(act.effect, act.actor) for act in removals] == [(Effect.STOP, "7"), (Effect.STOP, "ann")]


def test_who_refused_and_speaks_to_us_keeps_the_case_that_they_opened() -> None:
    """What an opted-out person asked us stays on the desk when they later say something that is not for us."""
    store, brands, ann = MemoryStore(), Brands([ACME], foresee), Actor(id="7", handle="ann", locked=True)
    keep(store, brands, said("to acme", ann), said("acme again", ann))
    assert [case.decision.rule for case in store.cases()] == ["opted-out-but-spoke-to-us"]
    assert store.known().refused == frozenset()


def test_an_edit_that_refuses_takes_the_case_of_every_brand() -> None:
    """A post that is edited to be quiet leaves no case, with whichever brand it was."""
    store, brands = MemoryStore(), Brands([ACME, OTHER], foresee)
    keep(store, brands, said("to acme and other"))
    assert len(store.cases()) == 2
    quiet = Post(id="1", content="acme and other", network="x", visibility="unlisted")
    keep(store, brands, Event(kind=EventKind.EDITED, network="x", post=quiet))
    assert store.cases() == []


@pytest.mark.parametrize("how", [{"in_reply_to": "0"}, {"visibility": "direct"}])
def test_stop_in_an_answer_or_a_message_needs_no_mention(how: dict[str, str]) -> None:
    """In an answer, or a message to us alone, "stop" is said to us; everything is then forbidden, for good."""
    result = heard(said("arrêtez de me répondre, acme", None, "x", brand="acme", **how))
    assert [mention.decision.rule for mention in result.mentions] == ["stop"]
    assert set(result.mentions[0].forbids) == EVERYTHING
    assert {act.effect for act in result.acts if isinstance(act, Removal)} >= {Effect.STOP}


def test_a_bot_counts_as_a_post_and_not_as_an_author() -> None:
    """What a bot writes is talk, but nobody talks."""
    for actor in (
        Actor(handle="a", bot=True),
        Actor(handle="a", type="Service"),
        Actor(handle="a", type="Application"),
    ):
        result = heard(said("acme", actor))
        assert [mention.counted_author for mention in result.mentions] == [False]
        assert sum(result.counts.values()) > 0
    assert only(said("acme")).counted_author


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ('"author": {"id": 7, "handle": "ann", "indexable": "yes"}', "the profile cannot be read"),
        ('"author": ["ann"]', "the profile cannot be read"),
        ('"author": true', "the profile cannot be read"),
        ('"author": {"handle": "ann", "labels": "!no-unauthenticated"}', "the profile cannot be read"),
        ('"author": "ann", "policy": {"sec_gpc": 1}', "what the post says about its use cannot be read"),
        ('"author": "ann", "page": []', "what the post says about its use cannot be read"),
        ('"author": "ann", "policy": {"searchable_by": []}', "the post may not be searched by everybody"),
        ('"author": {"handle": "ann", "name": null}', None),
        ('"author": {"id": 7, "handle": "ann"}', None),
    ],
)
def test_a_line_whose_author_cannot_be_read_is_read_as_a_no(field: str, why: str | None) -> None:
    """In the plain post format a wrong type makes the author refuse, and the line is not set aside."""
    line = f'{{"id": "1", "text": "acme", {field}}}'.encode()
    for read in (plain.decode(line), *(plain.decode_all(line) or ())):
        found = heed(plain.post(read), KNOWN)
        assert found.why == (() if why is None else (why,))
        assert found.hears is (why is None)


def test_a_page_that_reserves_its_use_is_not_heard_even_from_elsewhere() -> None:
    """What a site says about a page holds for a post that stands there, whoever wrote it."""
    for page, hears in (
        (Page(tdm_reservation=True), False),
        (Page(licensed=True), False),
        (Page(robots=("noai",)), True),
    ):
        found = heed(Post(id="1", content="acme", network="blog", page=page), KNOWN)
        assert found.hears is hears
        assert Use.MODEL in found.forbids


def test_two_people_who_say_the_same_are_not_mixed_up() -> None:
    """What follows from a profile is found once and holds for all who say just that, and for nobody else."""
    quiet, loud = Actor(id="1", handle="a", summary="tea #nobot"), Actor(id="1", handle="a", summary="tea")
    for _ in range(2):
        assert [heed(Post(id="1", content="", attributed_to=who), KNOWN).hears for who in (quiet, loud)] == [
            False,
            True,
        ]
    refused = Known(key=KNOWN.key, stopped=frozenset({KNOWN.tag("file", "1")}))
    assert not heed(Post(id="1", content="", attributed_to=loud), refused).hears
    assert heed(Post(id="1", content="", attributed_to=loud), KNOWN).hears
