"""plans/*.yaml: each kind of step is read, what is wrong is told at its line, and a crisis begins with silence."""

from pathlib import Path

import pytest

from ascolta.core.alert import ONCE_IN_DAYS, AlertChange, State
from ascolta.core.plan import StepKind, propose
from ascolta.errors import FileError
from ascolta.files.plans import load_plan, load_plans, plan_problems
from ascolta.files.statements import load_statements
from tests.conftest import ROOT

ACME = ROOT / "examples" / "acme"
PLAN = """\
plan: storm
title: A storm
owner: head of care
severity: crisis
when: stream:complaint
escalate: board
steps:
  - step: Stop
    who: lead
    do: Pause.
    within: 5 min
    kind: pause-speaking
  - step: Answer?
    who: head
    do: Decide.
    within: 10 min
    options: [answer, keep silent]
  - step: Say it
    who: PR
    do: Publish.
    within: 20 min
    publish: we-know
  - step: Tell operations
    who: lead
    do: Tell them.
    within: 30 min
    notify: operations
  - step: Listen
    who: lead
    do: Listen.
    within: 2 h
    lower-thresholds: 12 h
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The plan as a file."""
    made = tmp_path / "storm.yaml"
    made.write_text(PLAN, encoding="utf-8")
    return made


def alert(stream: str) -> AlertChange:
    """An alert on a stream."""
    return AlertChange(
        brand="acme", stream=stream, old=State.CALM, new=State.ALERT, at=0, score=1, once_in_days=10, why=""
    )


def test_each_kind_of_step_is_read(path: Path) -> None:
    """What a step names says what it is; lengths of time are minutes and days."""
    plan = load_plan(path)
    assert [str(step.kind) for step in plan.steps] == [
        "pause-speaking",
        "ask",
        "statement",
        "notify",
        "lower-thresholds",
    ]
    stop, asks, says, tells, lowers = plan.steps
    assert (stop.within, asks.options, says.statement) == (5, ("answer", "keep silent"), "we-know")
    assert (tells.desk, lowers.once_in_days, lowers.within) == ("operations", 0.5, 120)
    assert (plan.escalate, plan.severity, plan.by_hand) == ("board", "crisis", False)
    assert list(plan_problems(str(path), plan)) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("kind: pause-speaking", "kind: pause-speakin", 12, "did you mean 'pause-speaking'?"),
        ("options: [answer, keep silent]", "options: [answer]", 17, "two options at the least"),
        ("options: [answer, keep silent]", "options: [a, a]", 17, "two options are the same"),
        ("options: [answer, keep silent]", "kind: ask", 17, "needs 'options'"),
        ("options: [answer, keep silent]", "optoins: [answer, keep silent]", 17, "did you mean 'options'?"),
        ("publish: we-know", "publish: we-know\n    options: [a, b]", 23, "only a question has options"),
        ("publish: we-know", "publish: we-know\n    notify: ops", 23, "one step does one thing"),
        ("publish: we-know", "publish: we-know\n    kind: notify", 23, "leave out 'kind'"),
        ("notify: operations", "kind: notify", 27, "the name of a desk"),
        ("lower-thresholds: 12 h", "kind: lower-thresholds", 32, "such as lower-thresholds: 1 d"),
        ("lower-thresholds: 12 h", "lower-thresholds: 0 h", 32, "longer than nothing"),
        ("lower-thresholds: 12 h", "lower-thresholds: soon", 32, "a length of time"),
        ("severity: crisis", "severity: crises", 4, "did you mean 'crisis'?"),
        ("when: stream:complaint", "when: lang:es", 5, "a plan can ask about stream:, state:, topic:, brand:, grade:"),
        ("within: 5 min", "within: 0 min", 11, "longer than nothing"),
    ],
)
def test_what_cannot_be_read_is_told(path: Path, old: str, new: str, line: int, part: str) -> None:
    """At its line, with what to do."""
    assert PLAN.count(old) == 1
    path.write_text(PLAN.replace(old, new), encoding="utf-8")
    with pytest.raises(FileError, match=r"storm\.yaml") as caught:
        load_plan(path)
    assert caught.value.line == line, str(caught.value)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "severity", "part"),
    [
        ("    kind: pause-speaking\n", "", 8, "error", "its first step stops all speaking; put a step with 'kind:"),
        ("lower-thresholds: 12 h", "lower-thresholds: 30 d", 32, "error", f"once in {ONCE_IN_DAYS:g} days as it is"),
        ("step: Listen", "step: Answer?", 32, "warning", "two steps are called 'Answer?'"),
    ],
)
def test_what_its_author_did_not_mean_is_told(
    path: Path, old: str, new: str, line: int, severity: str, part: str
) -> None:
    """A crisis that does not begin with silence, a line that lowers nothing, two steps of one name."""
    path.write_text(PLAN.replace(old, new), encoding="utf-8")
    [found] = plan_problems(str(path), load_plan(path))
    assert (found.path, found.line, found.severity) == (str(path), line, severity)
    assert part in found.message


def test_only_a_crisis_must_begin_with_silence(path: Path) -> None:
    """A plan for less may begin with something else."""
    text = PLAN.replace("    kind: pause-speaking\n", "").replace("severity: crisis", "severity: warning")
    path.write_text(text, encoding="utf-8")
    assert list(plan_problems(str(path), load_plan(path))) == []


def test_a_plan_by_hand_is_never_proposed(path: Path) -> None:
    """No alert proposes it, also where no other plan fits."""
    path.write_text(PLAN.replace("when: stream:complaint", "when: by hand"), encoding="utf-8")
    plan = load_plan(path)
    assert plan.by_hand
    assert propose([plan], alert("complaint")) is None


def test_the_example_has_six_plans_worth_having() -> None:
    """Each begins with silence, ends by a rule, publishes what is there, and alerts find theirs."""
    plans = load_plans(ACME / "plans")
    assert {plan.name for plan in plans} == {
        "outage", "product-safety", "data-breach", "conduct", "misinformation", "own-post",
    }  # fmt: skip
    assert {plan.steps[0].kind for plan in plans} == {StepKind.PAUSE}
    assert all(plan.stand_down and len(plan.steps) >= 6 for plan in plans)
    named = {step.statement for plan in plans for step in plan.steps if step.statement}
    assert named <= set(load_statements(ACME))
    found = {
        stream: plan.name for stream in ("complaint", "negative", "all") if (plan := propose(plans, alert(stream)))
    }
    assert found == {"complaint": "outage", "negative": "own-post", "all": "misinformation"}
