"""What changed after the brand's own statements: which days are compared, what is told of them, and when nothing is."""

from random import Random

import pytest

from ascolta.core.cells import Cell, Exact, Kind, publish
from ascolta.core.days import DAY
from ascolta.core.insight import Direction, series
from ascolta.core.insight_cases import Said
from ascolta.core.insight_statements import Response, Stage, Stated, Usual, indexed, responses, stated, usual
from ascolta.core.ledger import Entry
from ascolta.core.reply import ReplyState
from ascolta.core.statement import Posting, Statement, StatementKind

FIRST, AT = 20_000, 20_040
"""The first day that was published, and the day of the statement."""

APOLOGY = Stated(name="sorry", at=AT * DAY + 40_000.0, kind="apology", topic="delays")


def entries(days: range, **people: dict[int, int]) -> list[Entry]:
    """Days with noise: 400 people and 100 of delays each, or as `all` and `delays` say of single days."""
    bits, made = Random(3).getrandbits, []
    for day in days:
        counts = {
            (Kind.DAY, ""): people.get("all", {}).get(day, 400),
            (Kind.TOPIC, "delays"): people.get("delays", {}).get(day, 100),
        }
        cells = [publish(Cell(brand="a", day=day, kind=k, part=p), Exact(n), bits) for (k, p), n in counts.items()]
        made.append(Entry(brand="a", day=day, epochs=(float(day * DAY),), published=tuple(cells)))
    return made


def response(found: list[Entry], *more: Stated) -> Response:
    """What changed after the apology."""
    told = responses(("Acme", ["delays"]), found, [APOLOGY, *more], FIRST)
    return next(one for one in told if one.statement == APOLOGY)


def test_three_days_stand_beside_three_and_the_day_between_counts_for_neither() -> None:
    """Half as many speak of the topic after; a thousand on the very day change nothing."""
    loud = {AT: 1_000, **dict.fromkeys(range(AT - 3, AT), 300), **dict.fromkeys(range(AT + 1, AT + 4), 150)}
    found = response(entries(range(FIRST, AT + 4), delays=loud))
    volume, delays = found.changes
    assert (found.stage, volume.topic, delays.topic) == (Stage.TOLD, "", "delays")
    assert delays.usual is not None
    assert 0.35 < delays.usual.low < 0.5 < delays.usual.high < 0.7
    assert delays.direction is Direction.FEWER
    assert volume.direction is Direction.UNCLEAR
    assert volume.seen < 1.2


def test_bounds_hold_how_days_vary() -> None:
    """Where days of the weeks before went up and down, the same change is told with wider bounds, or not at all."""
    after = {**dict.fromkeys(range(AT - 3, AT), 150), **dict.fromkeys(range(AT + 1, AT + 4), 110)}
    wild = {day: 60 if day % 2 else 160 for day in range(FIRST, AT - 3)}
    calm, rough = (
        response(entries(range(FIRST, AT + 4), delays=days)).changes[1] for days in (after, {**wild, **after})
    )
    assert calm.direction is Direction.FEWER
    assert rough.direction is Direction.UNCLEAR
    assert rough.seen > calm.seen


def test_it_is_too_early_until_three_days_were_published() -> None:
    """With two days after the statement nothing is told, with three it is."""
    assert response(entries(range(FIRST, AT + 3))).stage is Stage.EARLY
    assert response(entries(range(FIRST, AT + 4))).stage is Stage.TOLD


def test_without_weeks_before_nothing_is_told() -> None:
    """Where only a few days were published before, nobody knows how days vary."""
    assert response(entries(range(AT - 5, AT + 4))).stage is Stage.NEW


def test_days_that_were_not_published_are_not_made_up() -> None:
    """One of three may be missing on a side; of two that miss, nothing is compared."""
    whole = entries(range(FIRST, AT + 4))
    one = [entry for entry in whole if entry.day != AT + 2]
    two = [entry for entry in whole if entry.day not in (AT - 1, AT - 2)]
    assert response(one).stage is Stage.TOLD
    assert response(two).stage is Stage.UNPUBLISHED


def test_a_topic_that_is_usually_too_small_varies_as_the_brand_does() -> None:
    """Days too small to show say nothing of how they vary; a storm of the topic is told all the same, as `at least`."""
    quiet = dict.fromkeys(range(FIRST, AT), 4)
    storm = dict.fromkeys(range(AT + 1, AT + 4), 500)
    delays = response(entries(range(FIRST, AT + 4), delays={**quiet, **storm})).changes[1]
    assert delays.direction is Direction.MORE
    assert delays.usual is not None
    assert delays.usual.low > 10


def test_a_topic_that_is_not_counted_is_left_out() -> None:
    """A statement about something for which there is no cell is told of the brand alone."""
    other = Stated(name="other", at=AT * DAY + 1.0, topic="pilots")
    [found] = responses(("Acme", ["delays"]), entries(range(FIRST, AT + 4)), [other], FIRST)
    assert [change.topic for change in found.changes] == [""]


def test_statements_of_the_same_days_are_named() -> None:
    """What went out within the days that are compared is told, and a second edition of the same is not."""
    near, far = Stated(name="near", at=(AT + 3) * DAY), Stated(name="far", at=(AT + 4) * DAY)
    again = Stated(name="sorry", at=(AT - 1) * DAY)
    assert list(response(entries(range(FIRST, AT + 4)), near, far, again).beside) == ["near"]


def test_only_what_went_out_since_a_day_is_told_newest_first() -> None:
    """Older statements are left out; without any figure nothing is told."""
    old = Stated(name="old", at=(AT - 10) * DAY)
    told = responses(("Acme", []), entries(range(FIRST, AT + 4)), [old, APOLOGY], AT - 10)
    assert [one.statement.name for one in told] == ["sorry", "old"]
    assert responses(("Acme", []), entries(range(FIRST, AT + 4)), [old], AT - 9) == []
    assert responses(("Acme", []), [], [APOLOGY], FIRST) == []


def test_a_start_in_the_middle_of_a_day_is_counted() -> None:
    """Days on which an author may have been counted twice are told."""
    days = entries(range(FIRST, AT + 4))
    twice = [
        Entry(brand="a", day=one.day, epochs=(*one.epochs, one.epochs[0] + 9), published=one.published)
        if one.day in (AT + 1, AT)
        else one
        for one in days
    ]
    assert (response(days).restarts, response(twice).restarts) == (0, 1)


@pytest.mark.parametrize(("people", "varies"), [(10, 3.0), (100, 3.0), (1_000, 21.0)])
def test_louder_days_vary_in_proportion(people: int, varies: float) -> None:
    """Ten times as many people a day may vary ten times as much beyond chance; fewer vary no less than usual."""
    assert Usual(varies=3.0, mean=100.0, steps=2.0).at(people) == pytest.approx(varies)


def test_how_days_vary_is_read_before_the_days_that_are_compared() -> None:
    """A storm within the three days before leaves what is usual as it is."""
    calm, stormy = (
        usual(series(entries(range(FIRST, AT + 4), delays=days), Kind.TOPIC, "delays"), APOLOGY.before.start)
        for days in ({}, dict.fromkeys(range(AT - 3, AT), 5_000))
    )
    assert calm is not None
    assert calm == stormy


def test_what_went_out_is_read_from_postings() -> None:
    """An edition counts since it first stood somewhere; what failed did not go out; a lost file says no kind."""
    file = Statement(name="sorry", kind=StatementKind.APOLOGY, text={}, where={}, topic="delays")
    posts = [
        _posting("sorry", 1, 500.0),
        _posting("sorry", 1, 400.0),
        _posting("sorry", 2, 900.0),
        _posting("sorry", 3, 950.0, ReplyState.FAILED),
        _posting("gone", 1, 450.0),
    ]
    assert stated(posts, {"sorry": file}) == [
        Stated(name="sorry", at=400.0, kind="apology", topic="delays"),
        Stated(name="gone", at=450.0),
        Stated(name="sorry", at=900.0, kind="apology", topic="delays"),
    ]


def test_the_index_is_laid_hour_by_hour_around_a_statement() -> None:
    """30 bad cases before and 30 good ones after move it by about 200 points; fewer than 20 on a side tell nothing."""
    at, now = APOLOGY.at, APOLOGY.at + 4 * DAY
    before = [Said(at=at - 60, topics=(), intent="other", tone="negative")] * 30
    after = [Said(at=at + 60, topics=(), intent="other", tone="positive")] * 30
    response = Response(statement=APOLOGY, stage=Stage.TOLD)
    index = indexed(response, [*before, *after], now).index
    assert index is not None
    assert index.change is not None
    assert index.change.value == 200
    assert indexed(response, [*before, *after[:19]], now).index is None
    assert indexed(response, [*before, *after], at + 2 * DAY).index is None
    assert indexed(response, [*before, *after], at + 26 * DAY).index is None


def _posting(name: str, edition: int, since: float, state: ReplyState = ReplyState.SENT) -> Posting:
    return Posting(
        key=f"{name}{edition}{since}", brand="a", statement=name, edition=edition, network="x", language="en", text="",
        state=state, since=since,
    )  # fmt: skip
