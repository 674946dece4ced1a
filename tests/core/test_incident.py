"""An incident is a fold of events: clocks from acceptance, one escalation a step, an end that needs a reason."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.incident import (
    KEPT,
    Incident,
    IncidentAct,
    IncidentEvent,
    StepState,
    begin,
    escalations,
    fold,
    lowered,
)
from ascolta.core.plan import Plan, Step, StepKind
from ascolta.errors import CaseError

AT = 1_000_000.0
PLAN = Plan(
    name="storm",
    title="A storm",
    owner="care",
    severity="warning",
    steps=(
        Step(name="Stop", who="lead", do="Stop.", within=5, kind=StepKind.PAUSE),
        Step(name="Answer?", who="head", do="Decide.", within=10, kind=StepKind.ASK, options=("yes", "no")),
        Step(name="Listen", who="lead", do="Listen.", within=20, kind=StepKind.LOWER, once_in_days=1.5),
    ),
)


def event(kind: IncidentAct, minutes: float = 0.0, by: str = "Ann", **more: object) -> IncidentEvent:
    """Something that happens so many minutes after acceptance."""
    return IncidentEvent(kind=kind, at=AT + 60 * minutes, by=by, **more)  # type: ignore[arg-type]


def incident(*events: IncidentEvent) -> Incident:
    """The plan, accepted, and what happened then."""
    start = Incident(number=1, brand="acme", begun=begin(PLAN))
    return fold(start, [event(IncidentAct.ACCEPTED), *events])


STOPPED = event(IncidentAct.DONE, 1, step=1)
YES = event(IncidentAct.DECIDED, 2, step=2, said="yes", why="people act on it")
LOWERED = event(IncidentAct.DONE, 3, step=3)
OVER = event(IncidentAct.STOOD_DOWN, 60, why="calm for an hour")


def test_the_clock_of_each_step_runs_from_acceptance() -> None:
    """A step is due when its minutes are over; up to that very second it is not late."""
    found = incident()
    assert [one.due - AT for one in found.steps] == [300, 600, 1_200]
    assert not found.steps[0].is_late(AT + 300)
    assert found.steps[0].is_late(AT + 300.5)
    assert (found.since, found.accepted_by, found.severity) == (AT, "Ann", "warning")


def test_a_late_step_escalates_once() -> None:
    """It is told when its time is over, not before, and not again once it was told, done, skipped, or all is over."""
    found = incident()
    assert escalations(found, AT + 300) == ()
    assert escalations(found, AT + 301) == (1,)
    assert escalations(found, AT + 1_201) == (1, 2, 3)
    told = fold(found, [event(IncidentAct.ESCALATED, 6, by="ascolta", step=1)])
    assert escalations(told, AT + 601) == (2,)
    with pytest.raises(CaseError, match="told already"):
        fold(told, [event(IncidentAct.ESCALATED, 7, by="ascolta", step=1)])
    with pytest.raises(CaseError, match="is not late"):
        fold(told, [event(IncidentAct.ESCALATED, 9, by="ascolta", step=2)])
    done = fold(told, [event(IncidentAct.DONE, 8, step=1), event(IncidentAct.SKIPPED, 9, step=2, why="no use")])
    assert escalations(done, AT + 601) == ()
    assert escalations(incident(STOPPED, YES, LOWERED, OVER), AT + 10_000) == ()


def test_what_was_done_late_stays_late() -> None:
    """A step that ended after its time is late for good; one that was skipped is not."""
    found = incident(event(IncidentAct.DONE, 6, step=1), event(IncidentAct.SKIPPED, 30, step=2, why="no use"))
    assert found.steps[0].is_late(AT)
    assert not found.steps[1].is_late(AT + 10_000)


def test_a_person_takes_a_step_and_another_may_take_it_over() -> None:
    """Who is on it is known; the same person does not begin twice, and what is done is not begun."""
    found = incident(event(IncidentAct.BEGUN, 1, step=1))
    assert (found.steps[0].state, found.steps[0].by) == (StepState.BEGUN, "Ann")
    assert fold(found, [event(IncidentAct.BEGUN, 2, by="Ben", step=1)]).steps[0].by == "Ben"
    with pytest.raises(CaseError, match="on step 1 already"):
        fold(found, [event(IncidentAct.BEGUN, 2, step=1)])
    with pytest.raises(CaseError, match="done by Ann already"):
        incident(STOPPED, event(IncidentAct.BEGUN, 2, by="Ben", step=1))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (event(IncidentAct.DONE, step=4), "there is no step 4; this plan has 3"),
        (event(IncidentAct.DONE), "there is no step 0"),
        (event(IncidentAct.DONE, by=" ", step=1), "say who does this"),
        (event(IncidentAct.DONE, step=2), "asks a question"),
        (event(IncidentAct.SKIPPED, step=1), "needs a reason"),
        (event(IncidentAct.DECIDED, step=2, said="perhaps", why="w"), "none of the answers; they are yes, no"),
        (event(IncidentAct.DECIDED, step=1, said="yes", why="w"), "asks nothing"),
        (event(IncidentAct.DECIDED, step=2, said="yes"), "what was decided and why"),
        (event(IncidentAct.NOTED), "needs words"),
        (event(IncidentAct.GRADED, said="awful", why="w"), "no severity; they are watch, warning, crisis"),
        (event(IncidentAct.GRADED, said="crisis"), "needs a reason"),
        (event(IncidentAct.GRADED, said="warning", why="w"), "graded as warning already"),
        (event(IncidentAct.STOOD_DOWN, why="w"), "steps 1, 2, 3 are still open"),
        (event(IncidentAct.ACCEPTED), "accepted already"),
    ],
)
def test_what_does_not_fit_is_refused(wrong: IncidentEvent, said: str) -> None:
    """Each act that does not fit is one sentence that says what to do."""
    with pytest.raises(CaseError, match=said):
        incident(wrong)


def test_an_end_needs_a_reason_and_nothing_open() -> None:
    """Stood down, it takes no more events, and goes a year later."""
    with pytest.raises(CaseError, match="needs a reason"):
        incident(STOPPED, YES, LOWERED, replace(OVER, why=" "))
    found = incident(STOPPED, YES, LOWERED, OVER)
    assert (found.is_open, found.goes) == (False, OVER.at + KEPT)
    with pytest.raises(CaseError, match="was stood down"):
        fold(found, [event(IncidentAct.NOTED, 61, said="late")])


def test_nothing_happens_before_a_person_accepts() -> None:
    """An incident begins with a name; without one there is none."""
    start = Incident(number=1, brand="acme", begun=begin(PLAN))
    with pytest.raises(CaseError, match="a person accepts"):
        fold(start, [STOPPED])
    with pytest.raises(CaseError, match="who accepts"):
        fold(start, [event(IncidentAct.ACCEPTED, by="")])


def test_a_decision_and_another_severity_are_remembered() -> None:
    """The answer to a question closes its step, a decision beside it closes none, a grade takes effect."""
    found = incident(
        YES, event(IncidentAct.DECIDED, 3, said="wait", why="too early"),
        event(IncidentAct.GRADED, 4, said="crisis", why="it spreads"),
    )  # fmt: skip
    assert (found.steps[1].state, found.steps[1].said, found.severity) == (StepState.DONE, "yes", "crisis")
    assert found.steps[0].state is StepState.OPEN


def test_thresholds_are_lowered_while_it_goes_on() -> None:
    """Only a step that was done lowers them, only while the incident is open, and the lowest counts."""
    other = replace(PLAN, steps=(replace(PLAN.steps[2], once_in_days=0.5),))
    second = fold(Incident(number=2, brand="acme", begun=begin(other)), [event(IncidentAct.ACCEPTED)])
    assert lowered([incident()]) is None
    assert lowered([incident(LOWERED), second]) == 1.5
    assert lowered([incident(LOWERED), fold(second, [event(IncidentAct.DONE, 1, step=1)])]) == 0.5
    assert lowered([incident(STOPPED, YES, LOWERED, OVER)]) is None


ACTS = st.lists(
    st.builds(
        IncidentEvent,
        kind=st.sampled_from([kind for kind in IncidentAct if kind is not IncidentAct.ACCEPTED]),
        at=st.floats(AT, AT + 10_000),
        by=st.sampled_from(["Ann", "Ben"]),
        step=st.integers(0, 3),
        said=st.sampled_from(["", "yes", "crisis"]),
        why=st.sampled_from(["", "because"]),
    ),
    max_size=20,
)


@given(ACTS)
def test_folding_in_pieces_is_folding_at_once(events: list[IncidentEvent]) -> None:
    """Whatever fits, fits one by one as together, and no step is told as late twice."""
    found, fitting = incident(), []
    for one in events:
        try:
            found = fold(found, [one])
            fitting.append(one)
        except CaseError:
            continue
    assert incident(*fitting) == found
    told = [one.step for one in fitting if one.kind is IncidentAct.ESCALATED]
    assert len(told) == len(set(told))
    assert found.is_open or not any(one.is_open for one in found.steps)
