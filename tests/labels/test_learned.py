"""The learned labeller: its weights, what it says, how it treats odd text, how it is moved and asked why."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.label import Ask, Topic, values
from ascolta.labels.features import NONE, features, pairs, word_hash
from ascolta.labels.learned import Learned
from ascolta.labels.outputs import VALUES, WIDTH, columns
from ascolta.labels.scorer import WEIGHTS, Index, load, shipped
from ascolta.labels.words import FIRST, FLAGS, LAST, LINK, NAME, OTHER, OWN, cut

ODD = (
    "", "   ", "\0", "\ud800", "\ufeffhello", "a" * 1_000_000, "a" + "\u0301" * 10_000, "@ac\u202emeair hi",
    "\u2066unclosed @acmeair", "ac\u200dme", "hi\U000e0061\U000e0062", "аcme", "４１１１１１１１１１１１１１１１",
    "٠١٢٣٤٥٦٧٨٩", "a\u00adcme@example.com", "cafe\u0301 café", "👨‍👩‍👧‍👦", "ıI İi",
    "STRASSE straße ẞ", "x\ufe0f\U000e0100",
    "a\u2028b\u2029c", "\x1b[31mred\x1b[0m", "a\r\nb", "@", "#", "@@@", "<own>", "<first> <last>", "..", "?!", "http://",
)  # fmt: skip


def acme(text: str) -> Ask:
    """What is asked about a text by an airline."""
    return Ask(text=text, handles=("acmeair",), names=("acme air", "acme"))


@pytest.fixture(scope="module")
def learned() -> Learned:
    """The shipped labeller."""
    return Learned()


def test_the_weights_are_those_of_the_card() -> None:
    """The weights' hash stands in their card, and all that ships is at most 15 MB."""
    card = json.loads((WEIGHTS / "words.json").read_text(encoding="utf-8"))
    assert hashlib.sha256((WEIGHTS / "words.npz").read_bytes()).hexdigest() == card["sha256"]
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= 15_000_000


def test_the_table_is_as_wide_as_the_labels() -> None:
    """The shipped table has a column for each output that the labeller reads, and one for a feature's length."""
    scorer = shipped()
    assert scorer.table.shape[1] == WIDTH + 1
    assert len(scorer.bias) == WIDTH
    assert scorer.flags.shape == (len(FLAGS), WIDTH)
    assert list(scorer.card["values"]) == list(VALUES)
    assert columns("topic").stop == WIDTH


@pytest.mark.parametrize("text", ODD, ids=range(1, len(ODD) + 1))
def test_odd_text_is_met_calmly(learned: Learned, text: str) -> None:
    """Whatever the text, every label is given."""
    (found,) = learned.label([acme(text)], [()])
    assert {one.name for one in found} >= {"language", "addressed", "complaint", "polarity", "intent", "offensive"}


@given(st.lists(st.text(max_size=80), max_size=8))
def test_a_post_is_labelled_alike_alone_and_in_a_batch(learned: Learned, texts: list[str]) -> None:
    """What is said of a post does not hang on its neighbours, nor on what was read before."""
    asks = [Ask(text=text, handles=("acmeair",)) for text in texts]
    together = learned.probabilities([cut(ask) for ask in asks]) if asks else {}
    for row, ask in enumerate(asks):
        if row % 2:
            learned.scorer.words.forget()
        alone = learned.probabilities([cut(ask)])
        for name, found in together.items():
            assert np.allclose(found[row], alone[name][0], atol=1e-4)


def test_invisible_twins_are_read_alike(learned: Learned) -> None:
    """Case of accounts, composed accents, soft hyphens and zero-width characters make no difference."""
    plain = [acme("@acmeair mon café était froid, où est ma valise")]
    twin = [acme("@ACMEAIR mon cafe\u0301 e\u0301tait fro\u00adid, ou\u0300 est ma\u200b valise")]
    assert learned.label(plain, [()]) == learned.label(twin, [()])


def test_words_are_marked_from_the_brand_s_side() -> None:
    """Accounts, names and links become marks; the rest stays as it was written."""
    said = cut(acme("@AcmeAir @sam Acme Air's late again! https://example.com/x #acmeair"))
    assert said.words == [FIRST, OWN, OTHER, NAME, "late", "again", "!", LINK, NAME, LAST]
    told = {flag for bit, flag in enumerate(FLAGS) if said.flags >> bit & 1}
    assert told == {"leads", "own", "name", "other", "named first"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a piece about @acmeair today", {"own", "introduced", "woven"}),
        ("un artículo sobre @acmeair", {"own", "introduced"}),
        ("the old tower @acmeair, gone", {"own", "described"}),
        ("nobody answers me @acmeair", {"own", "ends"}),
        ("@acmeair is late, says @acmeair", {"own", "leads", "ends"}),
    ],
)
def test_how_an_account_stands_within_a_sentence_is_told(text: str, told: set[str]) -> None:
    """Whether a preposition or an article stands before it, and whether the sentence goes on."""
    flags = cut(acme(text)).flags
    assert {flag for bit, flag in enumerate(FLAGS) if flags >> bit & 1} == told


def test_pairs_do_not_reach_into_the_next_text() -> None:
    """Texts laid end to end give the pairs that each gives alone."""
    one, two = (
        np.array([word_hash(word) for word in words], dtype=np.uint64) for words in (["a", "b"], ["c", "d", "e"])
    )
    together = pairs(np.concatenate([one, two]), np.array([0, 2]))
    for part, (first, second) in zip(
        together, zip(pairs(one, np.array([0])), pairs(two, np.array([0])), strict=True), strict=True
    ):
        assert part.tolist() == [*first.tolist(), *second.tolist()]
    assert together[0][1] == NONE


def test_every_feature_finds_its_own_row() -> None:
    """The index gives each known hash its row and unknown ones none, also where two share a place."""
    known = np.unique(np.random.default_rng(1).integers(0, 1 << 32, 150_000, dtype=np.uint64))
    index = Index.of(known)
    found = index.rows(known)
    right = found == np.arange(1, len(known) + 1)
    assert right.mean() > 0.99
    assert (found[~right] == 0).all()
    assert (index.rows(known + np.uint64(1 << 33)) == 0).all()


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of words is bounded, and what is said stays the same."""
    monkeypatch.setattr("ascolta.labels.scorer.MOST_WORDS", 10)
    small, asks = (
        Learned(load(WEIGHTS)),
        [acme(f"@acmeair where is my bag number {n} of {n}x") for n in range(9)],
    )
    assert small.label(asks, [()] * 9) == Learned().label(asks, [()] * 9)
    assert len(small.scorer.words.numbers) < 100


def test_a_brand_draws_its_own_lines(learned: Learned) -> None:
    """In one batch each brand's lines hold for its own posts."""
    usual = acme("@acmeair where is my bag?")
    shy = replace(usual, lines=(("addressed", 1.1),))
    found = learned.label([usual, shy, usual], [()] * 3)
    assert [values(labels, "addressed") for labels in found] == [("yes",), ("no",), ("yes",)]
    assert found[0] == learned.label([usual], [()])[0]
    (careful,) = Learned(thresholds={"health": 0.0}).label([usual], [()])
    assert "health" in values(careful, "sensitive")


def test_the_pieces_that_carried_a_label_are_told(learned: Learned) -> None:
    """Asked why, the labeller names the pieces without which it would have been less sure."""
    ask = acme("@acmeair you lost my bag, idiots")
    assert "idiots" in learned.because(ask, "offensive", "yes")
    assert "@acmeair" in learned.because(ask, "addressed", "yes")
    assert learned.because(Ask(text=""), "addressed", "yes") == ()


@pytest.mark.parametrize(
    ("text", "said", "language"),
    [
        ("where is my bag, nobody answers", None, "en"),
        ("¿dónde está mi maleta? nadie contesta", "es", "es"),
        ("ok", "de", "de"),
        ("ok", "sv-SE", "sv"),
        ("荷物はどこですか", None, "ja"),
        ("где мой багаж", "bg", "bg"),
        ("@acmeair 👍", None, "und"),
    ],
)
def test_language_follows_script_words_and_network(
    learned: Learned, text: str, said: str | None, language: str
) -> None:
    """Script decides where it can, then words; short texts take the network's word."""
    (found,) = learned.label([Ask(text=text, language=said)], [()])
    assert values(found, "language") == (language,)


def test_topics_come_by_word_and_by_example(learned: Learned) -> None:
    """A brand's topic is found by its words for sure, and by likeness to its examples; other brands' are not."""
    topics = (
        Topic(name="parcels", words=("parcel*", "my order")),
        Topic(name="price", like=("far too expensive", "why did the price go up again", "cheaper elsewhere")),
    )
    texts = ("my Parcels are gone", "that price is a rip off, so expensive", "good morning")
    found = learned.label([replace(acme(text), topics=topics) for text in texts] + [acme(texts[0])], [()] * 4)
    assert [values(labels, "topic") for labels in found] == [("parcels",), ("price",), (), ()]


def test_a_word_is_known_by_the_same_numbers_everywhere() -> None:
    """Hashes are the same in every run and on every machine."""
    assert word_hash("Bag") == features("bag")[0] == 455_239_745
