"""Steps act: speaking stops at once, what is said goes out once, and a late step is told once."""

from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.alert import AlertChange, State
from ascolta.core.incident import IncidentAct, StepState, lowered
from ascolta.core.plan import Plan
from ascolta.core.reply import ReplyState
from ascolta.errors import AscoltaError, CaseError, SourceError
from ascolta.incidents import Room, accept, act, reach, tick, words
from ascolta.sources import TwinNetwork
from tests.conftest import NOW
from tests.crises import BRAND, PLAN, Told, approved, do, event, joined, room, stand_down

ALERT = AlertChange(
    brand="acme", stream="complaint", old=State.CALM, new=State.ALERT, at=NOW - 120, score=1.5, once_in_days=30.0,
    why="41 complaints in 15 minutes where 3 are usual at this hour.",
)  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Room:
    """A room in memory."""
    return room(tmp_path)


def said(here: Room) -> list[str]:
    """What stands on the brand's own channels."""
    return [text for one in here.publishers.values() if isinstance(one, TwinNetwork) for text in one.posts.values()]


def herald(here: Room) -> Told:
    """Who tells people outside of the desk."""
    found = here.heralds["acme"]
    assert isinstance(found, Told)
    return found


def test_accepting_stops_all_speaking_at_once(here: Room) -> None:
    """The pause is there with the plan's name, its step is done, the clocks run, and the alert is remembered."""
    incident = accept(here, BRAND, PLAN, ALERT, ("Ann", NOW))
    assert here.store.paused("acme") == "Plan 'storm' was accepted: A storm."
    assert (incident.steps[0].state, incident.steps[0].by) == (StepState.DONE, "Ann")
    assert [one.state for one in incident.steps[1:]] == [StepState.OPEN] * 6
    assert incident.begun.alarm is not None
    assert (incident.begun.alarm.stream, incident.begun.alarm.at) == ("complaint", NOW - 120)
    assert here.incidents.incident(incident.number) == incident


def test_a_plan_that_does_not_begin_with_a_pause_pauses_nothing(here: Room) -> None:
    """Speaking goes on where the plan does not say otherwise."""
    accept(here, BRAND, replace(PLAN, steps=PLAN.steps[1:]), None, ("Ann", NOW))
    assert here.store.paused("acme") == ""


def test_without_a_name_nothing_begins(here: Room) -> None:
    """A plan has a person's name on it, or nothing is paused and nothing kept."""
    with pytest.raises(CaseError, match="who accepts"):
        accept(here, BRAND, PLAN, None, ("  ", NOW))
    assert (here.store.paused("acme"), here.incidents.all()) == ("", [])


def test_a_plan_is_accepted_once_at_a_time(here: Room) -> None:
    """A second click gives the incident that goes on and pauses nothing again; after its end a new one begins."""
    first = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    here.store.pause("acme", "", NOW)
    assert accept(here, BRAND, PLAN, None, ("Ben", NOW + 1)) == first
    assert here.store.paused("acme") == ""
    for step in range(2, 8):
        act(here, BRAND, first.number, event(IncidentAct.SKIPPED, step, why="it is over"))
    stand_down(here, first)
    assert accept(here, BRAND, PLAN, None, ("Ben", NOW + 2)).number == first.number + 1


def test_a_statement_is_read_then_published_although_all_is_paused(here: Room) -> None:
    """The very words are shown first; they go out at once, once, under the name of who pressed."""
    approved(here)
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    shown = words(here, BRAND, incident, 4, NOW)
    assert shown.posts == (("x", "en", "We stay."), ("mastodon", "en", "We stay."), ("mastodon", "de", "Wir bleiben."))
    assert (shown.lacks, shown.out) == ("", False)
    after = act(here, BRAND, incident.number, event(IncidentAct.DONE, 4, "Cleo"), shown.digest)
    assert sorted(said(here)) == ["We stay.", "We stay.", "Wir bleiben."]
    assert (after.steps[3].by, after.steps[3].said) == ("Cleo", "The statement 'we-stay' was released in 3 places.")
    assert words(here, BRAND, after, 4, NOW).out
    with pytest.raises(CaseError, match="done by Cleo already"):
        act(here, BRAND, incident.number, event(IncidentAct.DONE, 4), shown.digest)
    assert len(said(here)) == 3


def test_words_that_nobody_read_do_not_go_out(here: Room, tmp_path: Path) -> None:
    """Without what was read, with other words than were read, and with words that changed since, nothing goes out."""
    approved(here)
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    seen = words(here, BRAND, incident, 4, NOW).digest
    for wrong in ("", "0" * 64):
        with pytest.raises(CaseError, match="others than those that you read"):
            act(here, BRAND, incident.number, event(IncidentAct.DONE, 4), wrong)
    path = tmp_path / "statements" / "we-stay.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("We stay.", "We go."), encoding="utf-8")
    assert "changed since it was approved" in words(here, BRAND, incident, 4, NOW).lacks
    with pytest.raises(CaseError, match="changed since"):
        act(here, BRAND, incident.number, event(IncidentAct.DONE, 4), seen)
    assert said(here) == []
    assert here.incidents.incident(incident.number).steps[3].state is StepState.OPEN


def test_what_is_not_approved_or_out_of_date_is_told(here: Room) -> None:
    """Not prepared, not approved, out since before the incident: each says what to do, and nothing goes out."""
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    assert "is not prepared" in words(here, BRAND, incident, 4, NOW).lacks
    approved(here, NOW - 50)
    before = act(here, BRAND, incident.number, event(IncidentAct.DONE, 4), words(here, BRAND, incident, 4, NOW).digest)
    assert before.steps[3].state is StepState.DONE
    for step in (2, 3, 5, 6, 7):
        act(here, BRAND, incident.number, event(IncidentAct.SKIPPED, step, why="w"))
    stand_down(here, incident)
    later = accept(here, BRAND, PLAN, None, ("Ann", NOW + 100))
    assert "went out before this incident began" in words(here, BRAND, later, 4, NOW + 100).lacks
    with pytest.raises(CaseError, match="prepare it anew"):
        do(here, later, 4, NOW + 100)
    assert len(said(here)) == 3


def test_what_went_out_another_way_is_out(here: Room) -> None:
    """A statement that somebody released by the command line since the incident began is not released again."""
    approved(here)
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    one = do(here, incident, 4)
    other = room(here.folders["acme"], store=here.store)
    twin = replace(here, incidents=other.incidents)
    again = accept(twin, BRAND, replace(PLAN, name="storm-two"), None, ("Ann", NOW))
    assert do(twin, again, 4).steps[3].state is StepState.DONE
    assert one.steps[3].said
    assert len(said(here)) == 3


def test_advocates_are_briefed_within_scope_once(here: Room) -> None:
    """As many as agreed to this are told, with approved words, and nobody twice about the same."""
    joined(here.advocates)
    approved(here)
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    assert reach(here, BRAND, incident, 5, NOW + 1) == 1
    assert words(here, BRAND, incident, 5, NOW).posts == (("", "en", "We stay."), ("", "de", "Wir bleiben."))
    after = do(here, incident, 5, NOW + 1)
    assert after.steps[4].said == "1 advocate was briefed."
    twin = here.messengers["x"]
    assert isinstance(twin, TwinNetwork)
    assert len(twin.messages) == 1
    other = accept(here, BRAND, replace(PLAN, name="storm-two"), None, ("Ann", NOW + 2))
    assert do(here, other, 5, NOW + 3).steps[4].said == "0 advocates were briefed."
    assert len(twin.messages) == 1


def test_advocates_get_approved_words_only(here: Room) -> None:
    """Without approval nobody is written to, and the step stays open."""
    joined(here.advocates)
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    assert "only what was approved" in words(here, BRAND, incident, 5, NOW).lacks
    with pytest.raises(CaseError, match="only what was approved"):
        do(here, incident, 5, NOW + 1)
    assert here.incidents.incident(incident.number).steps[4].is_open


def test_a_desk_is_told_and_thresholds_are_lowered(here: Room) -> None:
    """A step that notifies tells its desk once; one that lowers counts until the end."""
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    do(here, incident, 6)
    assert list(herald(here).told.values()) == [
        ("ops", "acme: A storm (crisis, incident 1)", "Tell operations: Tell them.")
    ]
    assert lowered(here.incidents.open("acme")) is None
    do(here, incident, 7)
    assert lowered(here.incidents.open("acme")) == 1.0
    assert lowered(here.incidents.open("other")) is None


def test_a_desk_that_cannot_be_told_leaves_the_step_open(here: Room) -> None:
    """It fails in a sentence and can be done again."""
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    herald(here).fails = AscoltaError("there is no desk 'ops'")
    with pytest.raises(AscoltaError, match="no desk"):
        do(here, incident, 6)
    assert here.incidents.incident(incident.number).steps[5].is_open


def test_late_steps_are_told_once(here: Room) -> None:
    """Under a chosen time: nothing before, then each late step once, to the plan's desk and on the timeline."""
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    assert tick(here, [BRAND], NOW + 600).escalated == 0
    assert tick(here, [BRAND], NOW + 601).escalated == 1
    assert tick(here, [BRAND], NOW + 602).escalated == 0
    assert tick(here, [BRAND], NOW + 1_300).escalated == 2
    bodies = [body for desk, _, body in herald(here).told.values() if desk == "board"]
    assert bodies[0] == "Late: 'Find out' should have been done within 10 min by lead."
    told = [one.step for one in here.incidents.incident(incident.number).events if one.kind is IncidentAct.ESCALATED]
    assert told == [2, 3, 4]


def test_a_desk_out_of_reach_is_told_later(here: Room) -> None:
    """Where trying again can help it is tried again; where it cannot, the timeline says it all the same."""
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    herald(here).fails = SourceError("no answer", retry=True)
    first = tick(here, [BRAND], NOW + 601)
    assert (first.escalated, first.untold) == (0, 1)
    herald(here).fails = SourceError("no such address", retry=False)
    assert tick(here, [BRAND], NOW + 602).escalated == 1
    assert here.incidents.incident(incident.number).steps[1].escalated == NOW + 602
    herald(here).fails = AscoltaError("there is no desk 'board'")
    assert tick(here, [BRAND], NOW + 901).escalated == 1


def test_a_round_says_what_was_cut_off(here: Room) -> None:
    """What was released and not yet said, as after a crash, goes out in the next round."""
    approved(here)
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    silent = replace(here, publishers={})
    do(silent, incident, 4)
    assert said(here) == []
    assert tick(here, [BRAND], NOW + 1).sent == 3
    assert {one.state for one in here.statements.postings()} == {ReplyState.SENT}


def test_what_changed_since_waits(here: Room) -> None:
    """Words that were released and are edited before they go out are not said, nor those of a file that is gone."""
    approved(here)
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    do(replace(here, publishers={}), incident, 4)
    path = here.folders["acme"] / "statements" / "we-stay.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("We stay.", "We go."), encoding="utf-8")
    assert (tick(here, [BRAND], NOW + 1).sent, said(here)) == (0, [])
    path.unlink()
    assert (tick(here, [BRAND], NOW + 2).sent, said(here)) == (0, [])
    path.write_text(text, encoding="utf-8")
    assert tick(here, [BRAND], NOW + 3).sent == 3


def test_another_brands_incident_is_left_alone(here: Room) -> None:
    """An act names the brand whose incident it is, or it is refused."""
    incident = accept(here, BRAND, PLAN, None, ("Ann", NOW))
    with pytest.raises(CaseError, match="of another brand"):
        act(here, replace(BRAND, id="other"), incident.number, event(IncidentAct.NOTED, said="hello"))


def test_a_step_by_hand_needs_no_more_than_a_name(here: Room) -> None:
    """A statement or a briefing that names nothing is done by people, and so is a notice without a herald."""
    plan = Plan(
        name="by-hand", title="T", owner="o",
        steps=tuple(replace(step, statement="", scope="") for step in PLAN.steps[3:6]),
    )  # fmt: skip
    alone = replace(here, heralds={})
    incident = accept(alone, BRAND, plan, None, ("Ann", NOW))
    for step in (1, 2, 3):
        after = act(alone, BRAND, incident.number, event(IncidentAct.DONE, step, said="by telephone"))
    assert [one.said for one in after.steps] == ["by telephone"] * 3
    assert said(here) == []
