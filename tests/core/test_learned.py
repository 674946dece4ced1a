"""What was learned of replies: what weights add to the lists, where they only doubt, and that they ship unchanged."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from bench.replies import GOOD, HELD_OUT, MUST, judged, ours, share
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.speaking import LANGUAGES, Fact, Severity, Standing, Talk, Turn, check
from ascolta.core.speaking.check import grounds_of, read, told_by_rules
from ascolta.core.speaking.families import SHORTEST
from ascolta.core.speaking.learned import DOUBTED, FAULTS, WEIGHTS, _reader, unpacked, weights
from ascolta.core.speaking.traits import Sentence, traits
from ascolta.training.replies import Example, fit, packed, sum_up

FAMILIES = Path(__file__).parents[2] / "src" / "ascolta" / "core" / "speaking" / "lexicons" / "families"
ANN = Turn(by="@ann_k", text="@acmeair my bag never came, flight AC1204 on Monday, 3 hours of waiting")
FACTS = (Fact(statement="Bags are traced at https://acmeair.example/bags within 5 days."),)


def talk(lang: str = "en", **more: object) -> Talk:
    """A complaint of Ann's."""
    return Talk(lang=lang, brand="Acme Air", thread=(ANN,), facts=FACTS, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "bad", "good"),
    [("fourth", 0.97, 0.03), ("fifth", 0.95, 0.051), ("sixth", 0.85, 0.099), ("seventh", 0.89, 0.094)],
)
def test_what_was_never_learned_from_is_judged_as_well_as_it_was(part: str, bad: float, good: float) -> None:
    """Of sets by hands that knew neither lists nor weights so much of what must not go out is blocked, so few good."""
    assert part in HELD_OUT
    counted = judged(ours, part=part)
    assert share(counted, *MUST) >= bad
    assert share(counted, GOOD) <= good


def test_a_presumption_that_no_rule_has_found_is_blocked_by_its_weight() -> None:
    """What only the weights find is told with the whole sentence, a rule's name, and that no list knows it."""
    reply = "Sorry about the bag. It sounded as though things have been rather lonely in the flat since the summer."
    where = talk()
    assert not any(one.severity is Severity.BLOCK for one in told_by_rules(read(reply, where), where))
    found = [one for one in check(reply, where) if one.severity is Severity.BLOCK]
    assert [reply[one.start : one.end] for one in found] == [reply[21:-1]]
    assert found[0].rule in FAULTS
    assert "no list knows" in found[0].why


def test_a_rule_that_is_often_wrong_only_warns_where_the_reply_weighs_little() -> None:
    """What a list takes for something personal stays told, as a warning, where the reply is like the good ones."""
    reply = "Thank you for keeping your composure, Ann. Sorry that your bag never came: bags are traced within 5 days."
    where = talk(name="Ann")
    rules = [one for one in told_by_rules(read(reply, where), where) if one.why in DOUBTED]
    assert rules
    assert {one.severity for one in rules} == {Severity.BLOCK}
    assert not any(one.severity is Severity.BLOCK for one in check(reply, where))
    assert any(one.rule == rules[0].rule and one.severity is Severity.WARN for one in check(reply, where))


@pytest.mark.parametrize(
    "reply",
    ["Thank you for your kind words, Ann, and have a look at https://evil.example/x when you have the time for it.",
     "Thank you for your kind words, Ann. We noticed that you fly a lot, and we are glad of it. Have a good day!",
     "Thank you for your kind words, Ann. Your booking QX7RT2 is with us, and we are glad of it. Have a good day!"],
)  # fmt: skip
def test_what_is_sure_is_never_cleared_by_weight(reply: str) -> None:
    """A link that no fact has, watching and personal data block however kind the reply is beside them."""
    thread = (Turn(by="@ann_k", text="@acmeair what a lovely crew, booking QX7RT2, thank you"),)
    where = Talk(lang="en", brand="Acme Air", thread=thread, name="Ann", standing=Standing(complaint=False))
    assert any(one.severity is Severity.BLOCK for one in check(reply, where))


@settings(deadline=None)  # the first text of a language has its words read
@given(st.text(max_size=200), st.sampled_from(["", *LANGUAGES]))
def test_any_text_can_be_weighed(text: str, lang: str) -> None:
    """Whatever is written has sentences whose places lie in it, and weighs the same as whole numbers and in words."""
    where = talk(lang)
    said = read(text, where)
    made = traits(said, grounds_of(where), told_by_rules(said, where))
    assert all(0 <= said.back(one.first, one.stop)[0] < said.back(one.first, one.stop)[1] <= len(text) for one in made)
    if made:
        assert weights().weigh(made) == weights().weigh(made)
        sums = [
            sum(one.traits)
            for one in _reader(said.language).sentences(said, grounds_of(where), told_by_rules(said, where))
        ]
        assert weights().judge(sums) == weights().weigh(made)


def test_weights_ship_as_they_were_fitted() -> None:
    """A reply weighs in the packed table what it weighed in training, within what eight bits can tell."""
    good = [Example("", [["w:sorry", "first", "last", f"w:{n % 7}"]], sure=False, part=n % 5) for n in range(60)]
    bad = [
        Example(fault, [["w:sorry", "first"], [f"w:{fault}", ("m", str(n % 3)), "last", "h:watch"]], False, n % 5)
        for n in range(40)
        for fault in FAULTS
    ]
    fitted = fit([*good, *bad])
    highest = fitted.scores([*good, *bad])
    summed = sum_up([*good, *bad], highest)
    shipped = unpacked(packed(fitted, summed, 0.25))
    for one in (good[0], bad[0], bad[-1]):
        rows = [Sentence(0, 1, row) for row in one.sentences]
        wanted = summed.scores([one], fitted.scores([one]))[0] - 0.25
        assert shipped.weigh(rows).score == pytest.approx(wanted, abs=0.1)


def test_the_card_tells_what_was_held_out() -> None:
    """The card beside the weights names the command, the licence and what is blocked of what was not learned from."""
    card = json.loads((WEIGHTS / "replies.json").read_text(encoding="utf-8"))
    assert card["command"].startswith("python -m ascolta.training.replies")
    assert card["learned from"]["good"] >= 5_000
    assert card["blocked of what was held out"]["good"] <= 0.06
    assert np.isfinite(weights().table).all()


def test_families_have_the_same_names_in_every_language() -> None:
    """What is learned of a family in one language holds in the others; no entry is too short to be told apart."""
    read_all = {lang: tomllib.loads((FAMILIES / f"{lang}.toml").read_text(encoding="utf-8")) for lang in LANGUAGES}
    assert len({frozenset(one) for one in read_all.values()}) == 1
    for lang, one in read_all.items():
        for name, entries in one.items():
            assert len(entries) == len(set(entries)), (lang, name)
            assert all(len(entry.rstrip("*")) >= SHORTEST or not entry.endswith("*") for entry in entries), (lang, name)
