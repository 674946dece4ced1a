"""The survey's arithmetic: weights, intervals, what is hidden, and what it would change in an etiquette."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.etiquette import Action, Etiquette, Rule
from ascolta.core.interval import wilson
from ascolta.core.parse import parse
from ascolta.core.study import AGES
from ascolta.core.survey import LEAST, Margin, Question, Scale, Sheet, Survey, Unfit, band, month_of, sheet
from ascolta.core.survey_rules import ENOUGH, propose
from ascolta.core.survey_tables import FEWEST, hidden, study_table, table
from ascolta.core.survey_weights import HEAVIEST, Group, design_effect, raked
from ascolta.errors import AscoltaError


def question(name: str, scale: Scale = Scale.AGREE, counts: str = "agree") -> Question:
    return Question(name=name, scale=scale, counts=counts, says=f"say {name}", ask={"en": f"{name}?"})


NAMES = (
    "unheard", "intrusive", "improve", "when-spoken-to", "answer-complaints", "answer-praise", "pay-attention",
)  # fmt: skip
SURVEY = Survey(
    brand="acme",
    questions=(question("uses-networks", Scale.YES_NO, "yes"), *(question(name) for name in NAMES)),
    words={"en": {}},
)
AGE = Margin(name="age", shares={"18-24": 10, "25-34": 15, "35-44": 20, "45-54": 25, "55+": 30}, source="a register")


def answered(age: str, agree: int, of: int, name: str = "unheard") -> list[Sheet]:
    """So many people of an age, of whom some agree."""
    return [Sheet(month=1, age=age, answers={name: "agree" if one < agree else "disagree"}) for one in range(of)]


def everybody(shares: Mapping[str, int], people: int = 500) -> list[Sheet]:
    """People of all ages, of whom so many percent agree with each."""
    return [
        Sheet(
            month=1,
            age=AGES[one % 5],
            answers={name: "agree" if (one // 5) % 100 < share else "disagree" for name, share in shares.items()},
        )
        for one in range(people)
    ]


def test_one_margin_gives_each_group_its_share_exactly() -> None:
    """Post-stratified by hand: the weight of a group is its share in the population by its share among answers."""
    found = raked({("18-24",): 60, ("55+",): 40}, [Margin(name="age", shares={"18-24": 30, "55+": 70})])
    assert found.of[("18-24",)] == pytest.approx(0.3 / 0.6)
    assert found.of[("55+",)] == pytest.approx(0.7 / 0.4)
    assert found.off == pytest.approx(0, abs=1e-6)
    assert not found.is_trimmed


def test_two_margins_hold_together() -> None:
    """Raking reaches both margins at once, though neither is independent of the other among the answers."""
    people: dict[Group, int] = {("18-24", "yes"): 50, ("18-24", "no"): 10, ("55+", "yes"): 15, ("55+", "no"): 25}
    margins = [
        Margin(name="age", shares={"18-24": 40, "55+": 60}),
        Margin(name="uses-networks", shares={"yes": 70, "no": 30}),
    ]
    found = raked(people, margins)
    total = sum(found.of[group] * count for group, count in people.items())
    young = sum(found.of[group] * count for group, count in people.items() if group[0] == "18-24")
    using = sum(found.of[group] * count for group, count in people.items() if group[1] == "yes")
    assert [total, young / total, using / total] == pytest.approx([100, 0.4, 0.7])


def test_people_of_unknown_age_keep_their_share() -> None:
    """Who says no age counts as much as before; the others are weighted among themselves."""
    found = raked({("18-24",): 60, ("55+",): 20, ("",): 20}, [Margin(name="age", shares={"18-24": 50, "55+": 50})])
    assert found.of[("",)] == pytest.approx(1)
    assert found.of[("55+",)] * 20 == pytest.approx(found.of[("18-24",)] * 60)


def test_a_group_from_which_nobody_answered_is_told() -> None:
    """The weights leave it out and say so; they do not divide by nothing."""
    found = raked({("18-24",): 10}, [AGE])
    assert found.of == {("18-24",): pytest.approx(1)}
    assert ("age", "55+") in found.missing
    assert raked({}, [AGE]).of == {}


def test_nobody_counts_for_much_more_than_others() -> None:
    """A weight is cut at five times the mean, and by how much a share is then missed is told."""
    found = raked({("18-24",): 98, ("55+",): 2}, [Margin(name="age", shares={"18-24": 50, "55+": 50})])
    assert max(found.of.values()) == pytest.approx(HEAVIEST)
    assert found.is_trimmed
    assert found.off == pytest.approx(100 * (0.5 - 0.02 * HEAVIEST))


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([(a, b) for a in (*AGES, "") for b in ("yes", "no", "")]), st.integers(1, 500)),
    st.lists(st.floats(1, 60), min_size=7, max_size=7),
)
def test_weights_are_sound_whoever_answers(people: dict[Group, int], shares: list[float]) -> None:
    """Their mean is 1, none is negative or above the bound, and the design effect is at least 1."""
    margins = [
        Margin(name="age", shares=dict(zip(AGES, shares, strict=False))),
        Margin(name="uses-networks", shares={"yes": shares[5], "no": shares[6]}),
    ]
    found = raked(people, margins)
    total = sum(people.values())
    assert sum(found.of[group] * count for group, count in people.items()) == pytest.approx(total)
    assert all(0 < weight <= HEAVIEST * 1.001 for weight in found.of.values())
    assert design_effect([(found.of[group], count) for group, count in people.items()]) >= 1 - 1e-9


def test_kish_by_hand() -> None:
    """Half of the people at weight 1.5 and half at 0.5 are worth 80 in 100."""
    assert design_effect([(1.5, 50), (0.5, 50)]) == pytest.approx(1.25)
    assert design_effect([(2.0, 10)]) == pytest.approx(1)
    assert design_effect([]) == 1


def test_wilson_by_its_published_example() -> None:
    """The interval of 81 in 263 (Newcombe, Statistics in Medicine 17, 1998); none and all stay within 0 and 1."""
    low, high = wilson(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert list(wilson(0, 20)) == pytest.approx([0, 0.1611], abs=1e-4)
    assert wilson(1, 20)[1] == 1.0


def test_weights_move_the_share_and_widen_the_interval() -> None:
    """Old people who answered rarely count for more, and the figure says what that costs."""
    sheets = [*answered("18-24", 60, 80), *answered("55+", 5, 20)]
    margin = Margin(name="age", shares={"18-24": 50, "55+": 50}, source="x")
    plain, weighted = table(SURVEY, sheets), table(replace(SURVEY, margins=(margin,)), sheets)
    before, after = plain.row("unheard"), weighted.row("unheard")
    assert before is not None
    assert after is not None
    assert before.everybody.percent == 65
    assert after.everybody.percent == 50
    assert weighted.effect == pytest.approx(100 * (80 * 0.625**2 + 20 * 2.5**2) / 100**2)
    assert weighted.effective == pytest.approx(100 / weighted.effect)
    widths = [(one.everybody.high or 0) - (one.everybody.low or 0) for one in (before, after)]
    assert widths[0] < widths[1]
    assert after.bands[0].percent == 75


def test_small_groups_are_hidden_and_cannot_be_subtracted() -> None:
    """Beside a group that is too small the next smallest goes, so that neither is the whole less the rest."""
    counts = {"18-24": (40, 20), "25-34": (30, 15), "35-44": (9, 4), "45-54": (25, 12)}
    assert hidden(counts) == {"35-44", "45-54"}
    assert hidden({"18-24": (40, 20), "25-34": (30, 15)}) == set()
    assert hidden({"18-24": (40, 20), "25-34": (30, 29)}) == {"18-24", "25-34"}
    assert hidden({"18-24": (40, 20), "": (3, 1)}) == {"18-24", ""}


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from((*AGES, "")),
        st.integers(0, 60).flatmap(lambda people: st.tuples(st.just(people), st.integers(0, people))),
    )
)
def test_what_is_hidden_is_enough_people_or_everything(counts: dict[str, tuple[int, int]]) -> None:
    """Whoever subtracts all that is shown from the whole gets a group that could be shown itself."""
    found = hidden(counts)
    people, said = (sum(counts[name][place] for name in found) for place in (0, 1))
    assert found == counts.keys() or not found or (people >= LEAST and FEWEST <= said <= people - FEWEST)
    assert all(
        counts[name][0] >= LEAST and FEWEST <= counts[name][1] <= counts[name][0] - FEWEST
        for name in counts.keys() - found
    )


def test_a_table_shows_no_cell_that_is_hidden() -> None:
    """No figure, no interval and no number of people stands in it; of too few people in all nothing is shown."""
    sheets = [*answered("18-24", 20, 40), *answered("25-34", 15, 30), *answered("55+", 2, 4)]
    row = table(SURVEY, sheets).row("unheard")
    assert row is not None
    assert [cell.is_hidden for cell in row.bands] == [False, True, False, False, True]
    assert all(cell.percent is None and cell.people is None for cell in row.bands if cell.is_hidden)
    assert row.everybody.people == 74
    few = table(SURVEY, answered("18-24", 4, 9)).row("unheard")
    assert few is not None
    assert few.everybody.is_hidden
    assert few.everybody.people is None


def test_the_study_keeps_its_gaps() -> None:
    """What the study does not give is no figure, and no interval is made up."""
    rows = {row.question.name: row for row in study_table(SURVEY).rows}
    assert rows["when-spoken-to"].everybody.percent == 64
    assert [cell.percent for cell in rows["intrusive"].bands] == [None, None, None, None, 54]
    assert rows["pay-attention"].everybody.percent is None
    assert all(cell.low is None for row in rows.values() for cell in (row.everybody, *row.bands))


@pytest.mark.parametrize(
    ("years", "expected"),
    [(17, ""), (18, "18-24"), (24, "18-24"), (25, "25-34"), (54, "45-54"), (55, "55+"), (120, "55+"), (121, "")],
)
def test_ages_fall_into_bands(years: int, expected: str) -> None:
    """The bands are those of the study; children are none of them."""
    assert band(years) == expected


def test_a_sheet_holds_what_can_be_chosen_and_nothing_else() -> None:
    """Questions that nobody asks are passed over, other words are refused without being repeated."""
    said = {"unheard": "agree", "age": "55+", "name": "Ann", "intrusive": ""}
    assert sheet(SURVEY, said, 5) == Sheet(month=5, age="55+", answers={"unheard": "agree"})
    for wrong in ({"unheard": "my name is Ann"}, {"age": "17"}, {"uses-networks": "agree"}):
        with pytest.raises(Unfit) as caught:
            sheet(SURVEY, wrong, 5)
        assert "Ann" not in str(caught.value)
    assert month_of(0) == 0
    assert month_of(20_783) == 682


RULES = Etiquette(
    brand="acme",
    rules=(
        Rule(name="grief", when=parse("sensitive:bereavement"), then=Action.HANDOVER, why="Only people."),
        Rule(name="complaint", when=parse("addressed:yes complaint:yes"), then=Action.REPLY, why="Old."),
        Rule(name="praise", when=parse("addressed:yes"), then=Action.REPLY, why="Old."),
        Rule(name="vips", when=parse("addressed:yes tag:vip"), then=Action.REPLY, why="Ours."),
        Rule(name="open", when=parse("complaint:yes"), then=Action.CARE, why="Old."),
        Rule(name="rest", when=parse("addressed:no"), then=Action.SILENCE, why="Old."),
    ),
)
FRIENDLY = {
    "unheard": 30, "intrusive": 30, "when-spoken-to": 60, "answer-complaints": 70, "answer-praise": 60,
    "pay-attention": 60,
}  # fmt: skip


def changes(sheets: Sequence[Sheet]) -> dict[tuple[str, str], str]:
    found = propose(RULES, table(SURVEY, sheets))
    return {(one.rule, one.key): one.after for one in found.changes}


def test_a_friendly_survey_changes_reasons_only() -> None:
    """Where most want complaints answered, rules stay, and their reasons are told in own figures."""
    found = changes(everybody(FRIENDLY))
    assert {rule for rule, _ in found} == {"complaint", "praise", "open", "rest"}
    assert {key for _, key in found} == {"why"}
    assert found["rest", "why"].startswith("500 people answered our survey: 30 % (")


def test_without_a_clear_majority_nobody_steps_in() -> None:
    """Half is not most: the offer of help to people who did not speak to us becomes silence."""
    assert changes(everybody({**FRIENDLY, "answer-complaints": 52}))["open", "then"] == "silence"
    assert changes(everybody({**FRIENDLY, "intrusive": 70}))["open", "then"] == "silence"


def test_where_most_feel_intruded_upon_two_people_look() -> None:
    """An answer to a complaint then needs a second person."""
    assert changes(everybody({**FRIENDLY, "intrusive": 70}))["complaint", "approve"] == "two"


@settings(deadline=None, max_examples=40)
@given(st.fixed_dictionaries({name: st.integers(0, 100) for name in NAMES}))
def test_no_survey_makes_a_brand_speak(shares: dict[str, int]) -> None:
    """Whatever people say, a rule that kept silent or handed over stays so, and no approval is dropped."""
    for (rule, key), after in changes(everybody(shares)).items():
        assert rule not in ("grief", "vips")
        assert key == "why" or (rule, key, after) in {("open", "then", "silence"), ("complaint", "approve", "two")}


def test_too_few_people_make_no_rule() -> None:
    """Below a hundred, as many drawn at random would be worth, nothing is proposed; it says so."""
    with pytest.raises(AscoltaError, match=f"fewer than {ENOUGH}"):
        changes(everybody(FRIENDLY, people=90))
    with pytest.raises(AscoltaError, match="follow the study already"):
        propose(RULES, study_table(SURVEY))


def test_what_an_age_band_says_is_remarked_and_makes_no_rule() -> None:
    """Nobody's age is inferred, so a band that wants to be left alone is told, and the audience is named as the way."""
    sheets = [*everybody(FRIENDLY), *answered("55+", 10, 200, "pay-attention")]
    found = propose(RULES, table(SURVEY, sheets))
    (remark,) = found.remarks
    assert "55+" in remark
    assert "'audience' in brand.yaml" in remark
