"""Opt-out signals."""

import pytest

from ascolta.core.consent import refusals, says_stop, tag_of
from ascolta.core.post import Actor


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


@pytest.mark.parametrize(
    "text",
    [
        "stop", "@acmeair STOP!", "@acmeair please stop.", "@acmeair leave me alone", "unsubscribe",
        "don't reply, thanks",
        "@acmeair déjame en paz por favor", "laissez-moi tranquille", "Lasst mich in Ruhe!", "me deixem em paz",
        "lasciatemi in pace", "laat me met rust", "sto\u200bp",
    ],
)  # fmt: skip
def test_stop_is_understood_in_seven_languages(text: str) -> None:
    """A post that says no more than "leave me alone" is a stop."""
    assert says_stop(text)


@pytest.mark.parametrize(
    "text", ["", "is this the last stop?", "stop losing my bags", "how do I unsubscribe?", "non-stop flight"]
)
def test_a_sentence_with_the_word_in_it_is_no_stop(text: str) -> None:
    """The word alone inside a question or complaint silences nobody."""
    assert not says_stop(text)


def test_tags_differ_by_key_network_and_account_and_hold_nothing_readable() -> None:
    """A tag is 16 bytes, and changes with each of its parts."""
    tags = {tag_of(k, n, a) for k in (b"1" * 32, b"2" * 32) for n in ("x", "y") for a in ("ann", "bob\ud800")}
    assert len(tags) == 8
    assert {len(tag) for tag in tags} == {16}
