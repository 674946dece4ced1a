"""Routes, silences, inhibition, gathering: what they mean, without any clock but the one given."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.days import moment
from ascolta.core.grading import asks
from ascolta.core.parse import parse
from ascolta.core.routing import (
    ASKED,
    FIELDS,
    SELDOM,
    SOON,
    Desk,
    News,
    NewsKind,
    Notice,
    Ongoing,
    Route,
    Routes,
    Silence,
    bundles,
    muted,
    notices,
    wait,
)
from tests.conftest import NOW

NEWS = News(
    kind=NewsKind.ALERT, brand="acme", at=NOW, key="n1", subject="Acme Air: complaints rise", stream="complaint",
    state="alert",
)  # fmt: skip
ROUTES = Routes(
    desks={name: Desk(name=name, to="ASCOLTA_DESK_X") for name in ("care", "pr", "people")},
    routes=(
        Route(name="one", desks=("care", "pr"), when=parse("stream:complaint OR stream:negative")),
        Route(name="two", desks=("pr",), when=parse("state:alert")),
        Route(name="three", desks=("people",), on=(NewsKind.ESCALATION,)),
    ),
)
SILENCE = Silence(brand="acme", when=parse("stream:complaint"), until=NOW + 60, why="the strike is announced", number=3)


def waiting(number: int, *, desk: str = "care", due: float = NOW, bundle: str = "", **news: object) -> Notice:
    """A notice that waits."""
    made = replace(NEWS, key=f"n{number}", at=NOW + number, **news)  # type: ignore[arg-type]
    return Notice(news=made, desk=desk, queued=NOW, due=due, bundle=bundle)


def test_every_route_that_fits_tells_its_desks_once() -> None:
    """Both routes fit a rise of complaints; a desk that both name is told once."""
    assert [one.desk for one in notices(ROUTES, NEWS, NOW)] == ["care", "pr"]
    assert [one.desk for one in notices(ROUTES, replace(NEWS, stream="all"), NOW)] == ["pr"]
    assert notices(ROUTES, replace(NEWS, stream="all", state="calm"), NOW) == []


def test_a_named_desk_is_told_if_it_is_one() -> None:
    """A handover goes to the desk of that name; a name that is no desk tells nobody."""
    handover = replace(NEWS, kind=NewsKind.HANDOVER, stream="", state="")
    assert [one.desk for one in notices(ROUTES, handover, NOW, "people")] == ["people"]
    assert notices(ROUTES, handover, NOW, "press") == []
    late = replace(handover, kind=NewsKind.ESCALATION)
    assert [one.desk for one in notices(ROUTES, late, NOW)] == ["people"]


def test_only_what_can_wait_is_gathered() -> None:
    """Alerts and handovers wait for others; a late step and a step of a plan do not."""
    dues = {kind: notices(ROUTES, replace(NEWS, kind=kind), NOW, "care")[0].due - NOW for kind in NewsKind}
    assert dues == {
        NewsKind.ALERT: 30, NewsKind.HANDOVER: 30, NewsKind.ESCALATION: 0, NewsKind.STEP: 0, NewsKind.BRIEF: 0,
        NewsKind.TEST: 0,
    }  # fmt: skip


def test_a_silence_holds_until_its_end_and_says_why() -> None:
    """It fits by its query, for its brand, until its time, and only alerts."""
    assert muted(NEWS, [SILENCE], [], NOW) == "silence 3, until 1970-01-12 13:47 UTC: the strike is announced"
    assert muted(NEWS, [replace(SILENCE, number=0)], [], NOW).startswith("a silence of routes.yaml, until")
    assert muted(NEWS, [SILENCE], [], NOW + 60) == ""
    assert muted(replace(NEWS, stream="negative"), [SILENCE], [], NOW) == ""
    assert muted(replace(NEWS, brand="other"), [SILENCE], [], NOW) == ""
    for kind in (NewsKind.HANDOVER, NewsKind.ESCALATION, NewsKind.STEP, NewsKind.TEST):
        assert muted(replace(NEWS, kind=kind), [SILENCE], [Ongoing(brand="acme", number=1)], NOW) == ""


def test_an_open_incident_inhibits_the_alerts_of_its_brand() -> None:
    """Its people know already; another brand's incident inhibits nothing."""
    assert muted(NEWS, [], [Ongoing(brand="acme", number=7)], NOW) == "incident 7 is open"
    assert muted(NEWS, [], [Ongoing(brand="other", number=7)], NOW) == ""


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("stream:complaint", True), ("brand:acme", True), ("state:alert", True), ("NOT state:calm", True),
        ("stream:complaint NOT brand:acme", False), ("topic:bags", False), ("stream:all OR state:alert", True),
    ],
)  # fmt: skip
def test_silences_speak_the_one_query_language(query: str, holds: bool) -> None:
    """Fields of an alert with AND, OR and NOT."""
    assert bool(muted(NEWS, [replace(SILENCE, when=parse(query))], [], NOW)) is holds


def test_a_topic_is_asked_for_by_its_name() -> None:
    """An alert on a topic is found by topic:, whatever its capitals."""
    about = replace(NEWS, stream="", topic="bags")
    assert muted(about, [replace(SILENCE, when=parse("topic:Bags"))], [], NOW)
    assert not muted(about, [SILENCE], [], NOW)


def test_what_waits_for_one_desk_goes_out_together() -> None:
    """One message for each desk and kind, in the order of what happened, as soon as one of them is due."""
    made = [waiting(3), waiting(1, due=NOW + 20), waiting(2, desk="pr"), waiting(4, kind=NewsKind.STEP)]
    found = bundles(made, NOW)
    assert [[one.news.key for one in bundle] for bundle in found] == [["n1", "n3"], ["n2"], ["n4"]]
    assert bundles([waiting(1, due=NOW + 20)], NOW) == []
    assert len({one.bundle for bundle in found for one in bundle}) == 3


def test_a_message_keeps_its_key_and_its_parts_at_every_try() -> None:
    """What comes while a message is tried again is a message of its own."""
    [first] = bundles([waiting(1), waiting(2)], NOW)
    again, new = bundles([*first, waiting(3)], NOW)
    assert again == first
    assert [one.news.key for one in new] == ["n3"]
    assert new[0].bundle != first[0].bundle


@given(st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["care", "pr"]), st.floats(-60, 60)), max_size=40))
def test_nothing_is_lost_or_doubled_by_bundling(made: list[tuple[int, str, float]]) -> None:
    """Whatever waits, each due notice is in exactly one bundle, and a bundle has one desk."""
    wanted = {one.key: one for number, desk, due in made for one in [waiting(number, desk=desk, due=NOW + due)]}
    found = bundles(list(wanted.values()), NOW)
    keys = [one.key for bundle in found for one in bundle]
    assert len(keys) == len(set(keys))
    assert {key for key, one in wanted.items() if one.due <= NOW} <= set(keys) <= set(wanted)
    assert all(len({(one.desk, one.bundle) for one in bundle}) == 1 for bundle in found)


@given(st.integers(1, 10_000), st.floats(0, 1e12))
def test_waits_grow_and_have_an_end(tries: int, asked: float) -> None:
    """Each wait is at least as long as the one before; a service gets the time it asks for, an hour at the most."""
    assert SOON <= wait(tries) <= wait(tries + 1) <= SELDOM
    assert wait(tries, asked) >= min(asked, ASKED)
    assert wait(tries, asked) <= max(SELDOM, ASKED)
    assert [wait(one) for one in (1, 2, 3)] == [15, 30, 60]


def test_what_a_query_asks_about_is_known() -> None:
    """Its fields, and whether there is more in it: an alert has no words."""
    assert asks(parse("stream:all NOT topic:bags")) == (frozenset({"stream", "topic"}), True)
    for query in ("refund", "stream:all refund", "@ann", "words:>3", "#acme", 'raw:"x"'):
        assert not asks(parse(query))[1]
    assert {"stream", "state", "topic", "brand", "grade", "organised", "doubling"} <= set(FIELDS)


def test_a_time_is_written_to_the_minute() -> None:
    """In UTC, not rounded up."""
    assert moment(1_795_631_459) == "2026-11-25 18:30 UTC"
