"""The first rule that fits decides; a plan is proposed and rehearsed; an answer is looked at before it goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.alert import AlertChange, State
from ascolta.core.etiquette import NONE_FITS, Action, Etiquette, decide, fits
from ascolta.core.label import Label
from ascolta.core.parse import parse
from ascolta.core.plan import Plan, Step, drill, propose
from ascolta.core.post import Post
from ascolta.core.reach import speaks_before_refusal, unreachable
from ascolta.core.reply import findings
from ascolta.core.study import figure
from ascolta.core.view import View, holds
from tests.conftest import rule

RULES = (
    rule("both", "red blue", Action.REPLY, approve=2),
    rule("red", "red", Action.SILENCE),
    rule("blue", "blue NOT green", Action.CARE),
)
STEPS = tuple(Step(name=name, who="care", do="it", within=minutes) for name, minutes in (("a", 5.0), ("b", 30.0)))


@given(st.lists(st.sampled_from(["red", "blue", "green", "grey"]), max_size=6))
def test_every_post_gets_the_first_rule_that_fits(words: list[str]) -> None:
    """Whatever a post says, it gets one decision: that of the topmost rule that fits, or silence."""
    decision = decide(Etiquette(brand="b", rules=RULES), View(Post(id="1", content=" ".join(words))))
    said = set(words)
    expected = (
        "both" if {"red", "blue"} <= said else "red" if "red" in said
        else "blue" if "blue" in said and "green" not in said else "none"
    )  # fmt: skip
    assert decision.rule == expected
    assert decision == NONE_FITS or decision.why


LABELS = tuple(
    Label(name=name, value=value, score=1.0, by="test")
    for name, value in (("addressed", "yes"), ("complaint", "yes"), ("topic", "Bags"), ("sensitive", "health"))
)
ASKED = (
    "addressed:yes", "addressed:no", "complaint:yes", "topic:bags", "sensitive:health", "author:answered", "network:x",
    "red", "red NEAR/2 blue", "lang:en", "is:reply",
)  # fmt: skip


QUERIES = st.recursive(
    st.sampled_from(ASKED),
    lambda some: st.one_of(
        st.tuples(some, some).map(lambda two: f"({two[0]} OR {two[1]})"),
        st.tuples(some, some).map(lambda two: f"({two[0]} AND {two[1]})"),
        some.map(lambda one: f"(NOT {one})"),
    ),
    max_leaves=6,
)
VIEWS = st.tuples(
    st.sets(st.sampled_from(LABELS)),
    st.sampled_from(["red and blue", "green", ""]),
    st.sampled_from([None, {"author": frozenset({"answered"})}]),
    st.sampled_from(["x", "reddit"]),
)


@given(
    QUERIES,
    st.sets(st.sampled_from(LABELS)),
    st.sampled_from(["red and blue", "green", ""]),
    st.sampled_from([None, {"author": frozenset({"answered"})}]),
)
def test_a_rule_fits_where_its_query_holds(
    said: str, labels: set[Label], words: str, states: dict[str, frozenset[str]] | None
) -> None:
    """What a rule asks is put together for speed, and says the same as the reference."""
    view = View(Post(id="1", content=words, network="x", language="en"), tuple(labels), states)
    assert fits(parse(said))(view) is holds(parse(said), view)


@given(st.lists(QUERIES, min_size=1, max_size=4), st.lists(VIEWS, max_size=12))
def test_what_was_decided_before_is_decided_again(
    asked: list[str], seen: list[tuple[set[Label], str, dict[str, frozenset[str]] | None, str]]
) -> None:
    """What an etiquette remembers of its decisions is what it would decide anew, whatever came before."""
    rules = tuple(rule(f"r{place}", said, Action.CARE) for place, said in enumerate(asked))
    etiquette = Etiquette(brand="b", rules=rules)
    for labels, words, states, network in seen:
        view = View(Post(id="1", content=words, network=network, language="en"), tuple(labels), states)
        expected = next((one.name for one in rules if holds(one.when, view)), NONE_FITS.rule)
        assert decide(etiquette, view).rule == expected


def test_rules_that_never_decide_are_found() -> None:
    """A rule below one that takes all its cases, and one that contradicts itself, can never be reached."""
    below = rule("below", "red green", Action.REPLY)
    never = rule("never", "complaint:yes complaint:no", Action.REPLY)
    assert [found.name for found, _ in unreachable((*RULES, below, never))] == ["below", "never"]
    assert unreachable(RULES) == []


def test_speaking_above_a_refusal_is_found() -> None:
    """A rule that lets the brand speak above one that forbids it is pointed out where both can fit."""
    assert [(a.name, b.name) for a, b in speaks_before_refusal(RULES)] == [("both", "red")]


def test_the_plan_that_fits_is_proposed() -> None:
    """The first plan whose `when` fits the alert is proposed; one without `when` fits any."""
    change = AlertChange(
        brand="b", stream="complaint", old=State.CALM, new=State.ALERT, at=0, score=1, once_in_days=10, why="w"
    )
    own = Plan(name="own", title="", owner="", steps=STEPS, when=parse("stream:negative"))
    any_ = Plan(name="any", title="", owner="", steps=STEPS)
    assert propose([own, any_], change) is any_
    assert propose([own], change) is None


def test_a_drill_says_which_steps_were_late() -> None:
    """A skipped step and one over its time are late; the slowest is the one that used most of its own time."""
    plan = Plan(name="p", title="", owner="", steps=STEPS)
    good = drill(plan, [4.0, 10.0])
    assert good.passed
    assert good.slowest is good.steps[0]
    assert [step.late for step in drill(plan, [6.0, None]).steps] == [True, True]
    with pytest.raises(ValueError, match="zip"):
        drill(plan, [1.0])


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("We are on it and will write to you here.", []),
        ("", ["empty"]),
        ("We noticed that you moved to Lunaro", ["watching"]),
        ("Please send us your booking code", ["public-data"]),
        ("We are sorry you feel that way", ["sorry-you-feel"]),
        ("x" * 2_001, ["length"]),
    ],
)
def test_an_answer_is_looked_at(text: str, rules: list[str]) -> None:
    """Each reason against an answer is found, and a plain answer has none."""
    assert [found.rule for found in findings(text)] == rules


def test_figures_have_their_number() -> None:
    """The figures behind the defaults are those of the survey."""
    assert figure("when-spoken-to").percent == 64
    with pytest.raises(KeyError):
        figure("made-up")
