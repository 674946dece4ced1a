"""From an alarm to its meaning: what drives it, whether it looks organised, how grave it is, in plain words."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.alert import AlertChange, State, Vigil, up
from ascolta.core.grading import GradeRule, alert_view, graded, graver, gravity, odd, told
from ascolta.core.meaning import sentence
from ascolta.core.parse import parse
from ascolta.core.plan import Plan, Step, propose
from ascolta.core.query import Query
from ascolta.core.risk import Company, Driver, Organised, Reading, Risk, assess, company
from ascolta.core.terms import GRADES, of_alerts
from ascolta.core.view import holds
from ascolta.core.watching.crowd import Talk
from ascolta.core.watching.growth import Speed, Trend
from ascolta.core.watching.together import rises
from ascolta.errors import QueryError
from tests.conftest import NOW
from tests.core.test_alert import TICK

READING = Reading(
    stream="complaint",
    hours={
        "all": (60.0, 16.0), "complaint": (33.0, 4.0), "negative": (42.0, 5.0), "topic:refunds": (35.0, 4.0),
        "topic:bags": (9.0, 3.0), "topic:crew": (2.0, 2.0),
    },
    ticks=(0.0, 1.0, 1.0, 3.0, 7.0, 14.0),
    usual=0.4,
)  # fmt: skip
QUIET = Talk(looked=60, heard=60, copies=0, top=20, each=2, apart=80, authors=40)


def change(risk: Risk | None = None, **more: object) -> AlertChange:
    """An alert on complaints."""
    made = AlertChange(
        brand="acme", stream="complaint", old=State.CALM, new=State.ALERT, at=NOW, score=1.6, once_in_days=40.0,
        why="24 complaints in 15 minutes.", risk=risk,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def when(query: str, grade: str = "crisis", name: str = "r") -> GradeRule:
    """A rule."""
    return GradeRule(name=name, when=parse(query), grade=grade, why=f"because {name}")


def fits(query: str, risk: Risk | None, **more: object) -> bool:
    """Whether a query holds for an alert."""
    one = change(risk, **more)
    return holds(parse(query), alert_view(one.brand, one.stream, str(one.new), one.once_in_days, one.risk))


def test_the_topic_that_drives_it_is_named_with_its_share() -> None:
    """Of 44 mentions more than usual 31 are about refunds; a topic at its usual is not named."""
    risk = assess(READING, QUIET, (0, 3))
    assert (risk.hour, risk.more) == (60, 44)
    assert risk.drivers == (Driver(topic="refunds", more=31, share=70), Driver(topic="bags", more=6, share=14))
    assert (risk.complaints, risk.negatives) == (55, 70)
    assert (risk.speed.trend, risk.speed.now) == (Trend.RISING, 24)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["topic:a", "topic:b", "topic:c", "topic:d"]), st.tuples(
    st.floats(0, 1e4), st.floats(0, 1e4))), st.floats(0, 1e4), st.floats(0, 1e4))  # fmt: skip
def test_drivers_are_ranked_and_within_bounds(
    topics: dict[str, tuple[float, float]], count: float, usual: float
) -> None:
    """Whatever is counted: three topics at the most, the largest first, each with a share of 10 to 100 percent."""
    reading = replace(READING, hours={"all": (count, usual), **topics})
    shares = [driver.share for driver in assess(reading, None, (0, 0)).drivers]
    more = [driver.more for driver in assess(reading, None, (0, 0)).drivers]
    assert len(shares) <= 3
    assert more == sorted(more, reverse=True)
    assert all(10 <= share <= 100 for share in shares)


@pytest.mark.parametrize(
    ("talk", "organised", "why"),
    [
        (None, "unknown", "not known yet"),
        (Talk(looked=5, heard=5), "unknown", "not known yet"),
        (Talk(looked=20, heard=60), "unknown", "not asked"),
        (Talk(looked=60, heard=60), "unknown", "fewer than 20 authors"),
        (QUIET, "no", ""),
        (replace(QUIET, copies=20), "yes", ""),
        (replace(QUIET, top=30, each=6), "yes", ""),
        (replace(QUIET, top=45, each=4), "no", ""),
    ],
)
def test_whether_it_looks_organised(talk: Talk | None, organised: str, why: str) -> None:
    """Near-copies, or few who post again and again, look organised; where too little was seen, nothing is said."""
    found = company(talk, 60.0)
    assert found.organised == organised
    assert why in found.why
    if organised == "unknown":
        assert (found.copies, found.top, found.apart, found.authors) == (0, 0, 100, 0)


def test_without_copies_so_many_are_left() -> None:
    """Where 50 of a hundred are left, twelve of the last 24 are."""
    risk = assess(READING, replace(QUIET, copies=60, apart=50), (0, 0))
    assert risk.apart == 12
    assert "without them 12 of the 24" in sentence(risk)


def test_many_brands_at_once_are_the_network() -> None:
    """Two of three others are many, one of three is not, nor are two of twenty."""
    assert assess(READING, None, (2, 3)).is_common
    assert not assess(READING, None, (1, 3)).is_common
    assert not assess(READING, None, (2, 20)).is_common
    assert not assess(READING, None, (0, 0)).is_common


def test_a_brand_rises_above_its_day() -> None:
    """More than the largest quarter of an hour of the day before rises, the same again does not, little is not told."""
    day = {int(NOW // 300 * 300) - 300 * back: 10 for back in range(1, 300)}
    at = NOW // 300 * 300
    assert rises(day, at) is False
    assert rises({**day, int(at) - 300: 60}, at) is True
    assert rises({**day, int(at) - 300: 60, int(at) - 30_000: 60}, at) is False
    assert rises({int(at) - 300: 4}, at) is None


def test_every_field_of_an_alert_can_be_asked() -> None:
    """Stream, topic, grade, voices, brands and each number, each true and not true."""
    risk = replace(assess(READING, replace(QUIET, copies=30), (2, 3)), grade="warning")
    doubling = round(risk.speed.doubling or 0)
    for query, against in (
        ("stream:complaint", "stream:all"), ("state:alert", "state:calm"), ("topic:refunds", "topic:crew"),
        ("topic:bags", "topic:other"), ("brand:acme", "brand:other"), ("grade:warning", "grade:crisis"),
        ("organised:yes", "organised:no"), ("brands:many", "brands:one"), ("once_in_days:>30", "once_in_days:<=30"),
        ("count:>=24", "count:>24"), (f"doubling:<={doubling}", f"doubling:<{doubling}"),
        ("complaints:>50", "complaints:>55"), ("negatives:70", "negatives:<70"), ("copies:30..40", "copies:<30"),
        (f"peak:{risk.speed.likely}", "peak:0"),
    ):  # fmt: skip
        assert fits(query, risk), query
        assert not fits(against, risk), against


def test_what_is_not_known_fits_no_number() -> None:
    """While it is too early to tell how fast it grows, neither doubling:<60 nor doubling:>60 holds."""
    risk = assess(replace(READING, ticks=(1.0,) * 6), None, (0, 0))
    for query in ("doubling:<60", "doubling:>=60", "copies:>=0", "grade:watch"):
        assert not fits(query, risk)
    assert fits("organised:unknown brands:one", risk)
    assert not fits("count:>=0 OR organised:unknown", None)
    assert fits("stream:complaint once_in_days:40", None)


def test_only_alerts_are_asked_so() -> None:
    """The new fields take their own values only, and are told apart from what a post has."""
    for query in ("grade:bad", "organised:maybe", "brands:some", "doubling:soon", "complaints:>x"):
        with pytest.raises(QueryError):
            parse(query)
    assert of_alerts(parse("refund grade:crisis complaints:>50")) == {"grade", "complaints"}
    assert of_alerts(parse("refund words:>3 topic:bags")) == frozenset()
    assert (odd(parse("grade:crisis")), odd(parse("lang:es")), odd(parse("words:>3"))) == ("", "lang:", "words")


@settings(deadline=None)
@given(st.sampled_from(["count", "peak", "doubling", "complaints", "negatives", "copies", "once_in_days"]),
       st.integers(0, 999_999), st.integers(0, 999_999))  # fmt: skip
def test_numbers_of_alerts_are_said_back(name: str, low: int, high: int) -> None:
    """`parse(str(q)) == q` holds for the numbers of an alert, too."""
    for said in (f"{name}:{min(low, high)}..{max(low, high)}", f"{name}:>={low}", f"{name}:<={high}"):
        query: Query = parse(said)
        assert parse(str(query)) == query


def test_the_first_rule_that_fits_gives_the_grade() -> None:
    """Read top to bottom; if none fits, it is to be watched."""
    risk = assess(READING, QUIET, (0, 0))
    rules = (when("brands:many", "watch", "many"), when("complaints:>50", "crisis", "angry"), when("stream:complaint"))
    assert (graded(rules, change(risk)).grade, graded(rules, change(risk)).rule) == ("crisis", "angry")
    assert graded(rules, change(replace(risk, rising=3, others=3))).grade == "watch"
    assert graded((), change(risk)).grade == "watch"
    assert graded(rules, change(risk)).why == "because angry"


def test_grades_have_an_order() -> None:
    """Watch, warning, crisis; an unknown one is below all."""
    assert [gravity(one) for one in ("", *GRADES)] == [-1, 0, 1, 2]
    assert graver("warning", "crisis") == graver("crisis", "") == "crisis"


def raised() -> Vigil:
    """A vigil in whose brand an episode began."""
    vigil = Vigil("acme")
    for n in range(288 * 3):
        vigil.tick((n + 1) * TICK, {"all": 1, "negative": 1, "complaint": 1})
    assert vigil.tick((288 * 3 + 1) * TICK, {"all": 90, "negative": 80, "complaint": 80}) is not None
    return vigil


def test_worse_is_told_once_and_better_never() -> None:
    """Within an episode a graver grade is a change of its own, once; a lower one is none, also after a restart."""
    vigil = raised()
    rules = (when("complaints:>=60", "crisis", "a"), when("complaints:>=30", "warning", "b"))
    risk = assess(READING, None, (0, 0))
    first = told(vigil, change(), replace(risk, complaints=40), rules)
    assert first is not None
    assert first.risk is not None
    assert (first.risk.grade, first.begins) == ("warning", True)
    assert told(vigil, None, replace(risk, complaints=50), rules) is None
    again = Vigil.from_state("acme", vigil.state())
    worse = told(again, None, replace(risk, complaints=70), rules)
    assert worse is not None
    assert (worse.old, worse.new, worse.begins) == (State.ALERT, State.ALERT, False)
    assert worse.why.startswith("Graver: warning became crisis. ")
    assert told(again, None, replace(risk, complaints=90), rules) is None
    assert told(again, None, replace(risk, complaints=10), rules) is None


def test_an_episode_of_an_older_version_is_not_told_again() -> None:
    """An episode that began before there were grades is told as graver than to be watched only where it is."""
    vigil = raised()
    assert vigil.grade == ""
    assert told(vigil, None, Risk(), ()) is None
    worse = told(vigil, None, Risk(), (when("stream:complaint OR stream:negative OR stream:all", "warning"),))
    assert worse is not None
    assert worse.why.startswith("Graver: watch became warning. ")


def test_the_next_episode_is_graded_afresh() -> None:
    """What was told of one episode is forgotten when it is over."""
    vigil = raised()
    vigil.grade = "crisis"
    over = [vigil.tick((288 * 3 + 2 + n) * TICK, {"all": 1, "negative": 1, "complaint": 1}) for n in range(80)]
    assert [one.new for one in over if one] == [State.CALM]
    assert (vigil.grade, vigil.is_up) == ("", False)


def test_the_alert_that_is_up_began_when_it_began() -> None:
    """Of an episode that became graver, the beginning is told with the last risk; of one that is over, nothing."""
    first, worse = change(Risk(grade="watch")), change(Risk(grade="crisis"), old=State.ALERT, at=NOW + 600)
    found = up([first, worse])
    assert found is not None
    assert (found.at, found.risk) == (NOW, Risk(grade="crisis"))
    assert up([first, worse, change(old=State.ALERT, new=State.CALM)]) is None
    assert up([]) is None


def test_a_plan_may_ask_for_the_grade() -> None:
    """A plan for a crisis about refunds is proposed then, and not for a warning or another topic."""
    step = Step(name="look", who="care", do="look", within=5)
    plan = Plan(name="p", title="P", owner="care", steps=(step,), when=parse("grade:crisis topic:refunds"))
    risk = replace(assess(READING, None, (0, 0)), grade="crisis")
    assert propose([plan], change(risk)) is plan
    assert propose([plan], change(replace(risk, grade="warning"))) is None
    assert propose([plan], change(replace(risk, drivers=()))) is None
    assert propose([plan], change()) is None


def test_it_is_said_in_plain_words() -> None:
    """Grade with its reason, topics, tone, speed, peak, voices and the other brands, in sentences with figures."""
    speed = Speed(trend=Trend.RISING, doubling=12.4, fastest=8.0, slowest=None, now=24, likely=41, most=89, within=240)
    own = Company(organised=Organised.YES, copies=35, top=10, apart=50, authors=60)
    risk = replace(assess(READING, None, (3, 4)), grade="warning", rule="r", why="Look first", speed=speed, company=own)
    assert sentence(risk) == (
        "Warning: Look first. Mostly refunds: 31 of the 44 more than usual (bags 6). 55 % of the last hour's 60 "
        "mentions complain, 70 % are negative. It doubles in about 12 minutes (8 to over 600). Expect about 41 in a "
        "quarter of an hour at its peak, hardly more than 89, within 4 hours. It looks organised: 35 % are "
        "near-copies, 10 % come from the few who post most; without them 12 of the 24. 3 of 4 other brands rise at "
        "the same time: it is about the network or the trade more than about this brand."
    )


def test_what_drives_it_is_no_part_of_less() -> None:
    """Where other talk is below its usual, the topic has more than all together, and the sentence says so."""
    risk = assess(READING, None, (0, 0))
    [first, *_] = risk.drivers
    said = sentence(replace(risk, more=first.more - 5))
    assert f"Mostly refunds: {first.more} more than usual, while there is less other talk: {first.more - 5}" in said
    assert " of the " not in said.partition(" in all.")[0]


def test_what_is_not_known_is_said_honestly() -> None:
    """Too early to tell, not known yet; a level one does not grow, a sudden one came at once."""
    early = assess(replace(READING, ticks=(0.0, 0.0, 0.0, 0.0, 1.0, 1.0)), None, (0, 0))
    assert "It is too early to tell how fast it grows." in sentence(early)
    assert "Whether it is organised is not known yet" in sentence(early)
    assert "does not grow just now" in sentence(replace(early, speed=Speed(trend=Trend.LEVEL)))
    assert "came all at once" in sentence(replace(early, speed=Speed(trend=Trend.SUDDEN)))
    assert sentence(Risk()) == "It is too early to tell how fast it grows."
