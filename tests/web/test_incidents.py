"""The incident room on the desk: a plan is accepted by name, each step has its button, a review can be taken along."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ascolta.core.alert import AlertChange, State
from ascolta.core.incident import StepState
from ascolta.core.mention import Brands
from ascolta.core.plan import Rehearsal, Timed
from ascolta.core.risk import Risk
from ascolta.incidents import Room, accept
from ascolta.sources import TwinNetwork
from ascolta.web import risk
from ascolta.web.app import Desk
from ascolta.web.incidents import pulse, up
from tests.conftest import NOW, foresee
from tests.crises import BRAND, PLAN, approved, joined, room
from tests.web.entering import HOME, Browser, browsing

ALERT = AlertChange(
    brand="acme", stream="complaint", old=State.CALM, new=State.ALERT, at=NOW - 120, score=1.5, once_in_days=30.0,
    why="41 complaints in 15 minutes where 3 are usual at this hour.",
)  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Room:
    """A room in memory, with an alert that is up."""
    made = room(tmp_path)
    made.store.watched("acme", {}, [ALERT])
    return made


class Clock:
    """A clock that tests set."""

    now = NOW


@pytest.fixture
def clock() -> Clock:
    """At first it is NOW."""
    return Clock()


@pytest.fixture
def owner(here: Room, clock: Clock) -> Iterator[Browser]:
    """A browser at the desk of this room."""
    desk = Desk(brands=Brands([BRAND], foresee), store=here.store, room=here, clock=lambda: clock.now)
    with browsing(desk) as client:
        client.headers["origin"] = HOME
        yield client


def accepted(owner: TestClient) -> str:
    """The plan is accepted by Ann; the address of its room."""
    found = owner.post("/risk/acme/accept", data={"plan": "storm", "by": "Ann"})
    assert found.status_code == 200
    return found.url.path


def test_the_alert_offers_its_plan_and_a_person_accepts_it(owner: TestClient, here: Room) -> None:
    """The proposed plan has a button; pressed, speaking stops, the clocks run, and risk leads to the room."""
    assert "Accept the plan" in owner.get("/risk").text
    place = accepted(owner)
    assert place == "/incidents/1"
    assert here.store.paused("acme").startswith("Plan 'storm'")
    shown = owner.get(place).text
    for said in ("A storm", "crisis", "10 min left", "41 complaints in 15 minutes", "Accepted by Ann"):
        assert said in shown
    after = owner.get("/risk").text
    assert 'href="/incidents/1"' in after
    assert "1 of 7 steps" in after


def test_the_room_tells_what_kind_of_risk_it_was_and_became(owner: TestClient, here: Room, clock: Clock) -> None:
    """What was known when the plan was accepted stays on the page; that the alert became graver is told there, too."""
    risk = Risk(grade="watch", rule="r", why="Nobody complains.", hour=20, more=9)
    here.store.watched("acme", {}, [replace(ALERT, old=State.ALERT, risk=risk)])
    small = replace(PLAN, severity="watch")
    incident = accept(here, BRAND, small, up(here.store, "acme"), ("Ann", NOW))
    place = f"/incidents/{incident.number}"
    shown = owner.get(place).text
    assert "When it was accepted: Watch: Nobody complains." in shown
    assert "graver by now" not in shown
    worse = replace(ALERT, old=State.ALERT, at=NOW + 300, risk=replace(risk, grade="crisis", why="It doubles."))
    here.store.watched("acme", {}, [worse])
    assert "The alert is graver by now than this incident is graded. Crisis: It doubles." in owner.get(place).text
    owner.post(f"{place}/grade", data={"by": "Ann", "said": "crisis", "why": "the alert says so"})
    assert "graver by now" not in owner.get(place).text


def test_what_is_not_there_does_not_begin(owner: TestClient, here: Room) -> None:
    """A plan or a brand that is not there: a sentence on the page, and no pause."""
    for path, plan in (("acme", "none"), ("nobody", "storm")):
        assert "not there any more" in owner.post(f"/risk/{path}/accept", data={"plan": plan, "by": "Ann"}).text
    assert (here.store.paused("acme"), here.incidents.all()) == ("", [])


def test_each_step_has_its_button(owner: TestClient, here: Room, clock: Clock) -> None:
    """Begun, done, answered, published with the words on the page, briefed, told, lowered: each by one form."""
    joined(here.advocates)
    approved(here)
    place = accepted(owner)
    clock.now = NOW + 60
    shown = owner.get(place).text
    for said in ("Publish these words", "We stay.", "Wir bleiben.", "Brief 1 advocate<", "Tell ops", "once a day"):
        assert said in shown, said
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    assert len(seen) == 64
    assert "Ben is on it" in owner.post(f"{place}/begin", data={"step": "2", "by": "Ben"}).text
    owner.post(f"{place}/done", data={"step": "2", "by": "Ben", "said": "the gate's network"})
    owner.post(f"{place}/decide", data={"step": "3", "by": "Cleo", "said": "yes", "why": "people act on it"})
    for step in (4, 5, 6, 7):
        owner.post(f"{place}/done", data={"step": step, "by": "Ann", "seen": seen})
    found = here.incidents.incident(1)
    assert {one.state for one in found.steps} == {StepState.DONE}
    assert found.steps[2].why == "people act on it"
    twin = here.publishers["x"]
    assert isinstance(twin, TwinNetwork)
    assert (len(twin.posts), len(twin.messages)) == (1, 1)


@pytest.mark.parametrize(
    ("accounts", "says"),
    [({}, "Nobody will read it on x and mastodon:"), ({"acme": {"x"}}, "Nobody will read it on mastodon:"), (None, "")],
)
def test_where_nobody_reads_it_is_told_before(
    here: Room, clock: Clock, accounts: Mapping[str, set[str]] | None, says: str
) -> None:
    """Where the brand has no account that posts, that stands under the words; a rehearsal says nothing of it."""
    approved(here)
    wired = replace(here, accounts=accounts)
    desk = Desk(brands=Brands([BRAND], foresee), store=here.store, room=wired, clock=lambda: clock.now)
    with browsing(desk) as client:
        client.headers["origin"] = HOME
        shown = client.get(accepted(client)).text
    assert "We stay." in shown
    assert says in shown
    assert bool(says) == ("Nobody will read it" in shown)


def test_what_stands_in_the_way_is_told_instead_of_a_button(owner: TestClient) -> None:
    """A statement that nobody approved has no button, and a form sent all the same publishes nothing."""
    place = accepted(owner)
    shown = owner.get(place).text
    assert "Not yet: &#39;we-stay&#39; is not prepared" in shown
    assert "Publish these words" not in shown
    assert "is not prepared" in owner.post(f"{place}/done", data={"step": "4", "by": "Ann"}).text


def test_a_late_step_shows_by_how_much(owner: TestClient, clock: Clock) -> None:
    """The clocks are the server's: a page that is asked again shows the time then, and the pulse changes with it."""
    place = accepted(owner)
    clock.now = NOW + 13 * 60
    assert "late by 3 min" in owner.get(place).text


def test_the_pulse_beats_with_events_and_time(owner: TestClient, here: Room) -> None:
    """Nothing going on is no beat; an event and a quarter of a minute are one each, a second is none."""
    assert pulse(here, NOW) == ""
    place = accepted(owner)
    first = pulse(here, NOW)
    assert pulse(here, NOW + 1) == first
    assert pulse(here, NOW + 15) != first
    owner.post(f"{place}/note", data={"by": "Ann", "said": "look"})
    assert pulse(here, NOW) != first


def test_what_people_write_is_text(owner: TestClient) -> None:
    """Markup in a note, a reason or a name is shown and not obeyed, in the room, its review and its downloads."""
    place = accepted(owner)
    wrong = "<b onclick=alert(1)>"
    owner.post(f"{place}/note", data={"by": wrong, "said": wrong})
    owner.post(f"{place}/skip", data={"by": wrong, "step": "2", "why": wrong})
    for path in (place, f"{place}/review", f"{place}/review.html"):
        assert "<b " not in owner.get(path).text
        assert "&lt;b " in owner.get(path).text


def test_it_ends_with_a_reason_and_a_review(owner: TestClient, here: Room) -> None:
    """Open steps keep it open; after the end there are no buttons, and the review comes as page, HTML and Markdown."""
    place = accepted(owner)
    assert "6 steps are still open" in owner.get(place).text
    for step in range(2, 8):
        owner.post(f"{place}/skip", data={"step": step, "by": "Ann", "why": "a false alarm"})
    assert "to stand down needs a reason" in owner.post(f"{place}/stand-down", data={"by": "Ann", "why": ""}).text
    over = owner.post(f"{place}/stand-down", data={"by": "Ann", "why": "calm for an hour"}).text
    assert "Read the review" in over
    assert "<textarea" not in over
    assert "is still not speaking" in over
    assert "calm for an hour" in owner.get(f"{place}/review").text
    for kind, begin in (("md", "# Incident 1: A storm"), ("html", "<!doctype html>")):
        found = owner.get(f"{place}/review.{kind}")
        assert found.text.startswith(begin)
        assert found.headers["content-disposition"] == f'attachment; filename="incident-1.{kind}"'
    assert f'href="{place}/review"' in owner.get("/risk").text
    assert not here.incidents.open()


@pytest.mark.parametrize(
    "path", ["/incidents/9", "/incidents/9/review", "/incidents/9/review.md", "/incidents/1/review.exe"]
)
def test_what_is_not_there_is_said(owner: TestClient, path: str) -> None:
    """An unknown incident, or another kind of file, is a page that says so."""
    accepted(owner)
    found = owner.get(path)
    assert found.status_code == 404
    assert "not here" in found.text


def test_an_unknown_act_changes_nothing(owner: TestClient, here: Room) -> None:
    """An address that nobody drew a button for is refused in a sentence."""
    place = accepted(owner)
    before = here.incidents.incident(1)
    assert "is nothing that can be done" in owner.post(f"{place}/explode", data={"by": "Ann"}).text
    assert here.incidents.incident(1) == before


def test_readiness_shows_beside_each_plan(owner: Browser, here: Room, clock: Clock) -> None:
    """Never drilled, or how long ago, how many steps were late, and the slowest."""
    assert "never drilled" in owner.get("/risk").text
    steps = (
        Timed(step="Find out", who="lead", within=10, minutes=9.0),
        Timed(step="Brief", who="x", within=9, minutes=None),
    )  # fmt: skip
    here.incidents.drilled("acme", Rehearsal(plan="storm", title="A storm", at=NOW, speed=60.0, steps=steps))
    clock.now = NOW + 43 * 86_400 + 5
    owner.become("Ann")
    said = "last drilled 43 days ago; 1 of 2 steps late or skipped; slowest step: Find out, 9 of 10 min"
    assert said in owner.get("/risk").text


def test_without_a_room_plans_are_only_shown(here: Room) -> None:
    """A desk that keeps no incidents shows the plan and offers nothing."""
    found = risk.look(BRAND, here.store)
    assert (found.can_accept, list(found.going), list(found.drills)) == (False, [], [])
    assert PLAN in [plan for _, plan in found.changes]
