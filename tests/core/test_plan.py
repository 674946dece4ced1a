"""A plan's steps say their terms as people do; of a drill is remembered how long each step took, and nobody's name."""

import pytest

from ascolta.core.plan import Plan, Step, drill, remembered


@pytest.mark.parametrize(
    ("within", "said"),
    [(5, "5 min"), (1.5, "1.5 min"), (60, "60 min"), (90, "90 min"), (120, "2 h"), (1_440, "24 h"), (4_320, "3 d")],
)
def test_a_term_is_said_as_plans_say_it(within: float, said: str) -> None:
    """Minutes up to two hours, then hours, then days, each where it comes out even."""
    assert Step(name="s", who="w", do="d", within=within).term == said


def test_what_is_remembered_of_a_drill() -> None:
    """When, how fast, each step's time, how many were late or skipped, and the one that used most of its time."""
    steps = tuple(Step(name=name, who="lead", do="d", within=10) for name in ("a", "b", "c"))
    plan = Plan(name="p", title="P", owner="o", steps=steps)
    found = remembered(drill(plan, [4.0, 12.0, None]), 1_000.0, 60.0)
    assert (found.plan, found.title, found.at, found.speed) == ("p", "P", 1_000.0, 60.0)
    assert [(one.step, one.who, one.within, one.minutes) for one in found.steps] == [
        ("a", "lead", 10, 4.0), ("b", "lead", 10, 12.0), ("c", "lead", 10, None),
    ]  # fmt: skip
    assert found.late == 2
    assert found.slowest == found.steps[1]
    assert remembered(drill(plan, [None] * 3), 0.0, 1.0).slowest is None
