"""risk.yaml: how grave an alarm is, as its author writes it; and the networks on which nobody is judged."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ascolta.core.alert import AlertChange, State
from ascolta.core.grading import graded
from ascolta.core.risk import Company, Organised, Risk
from ascolta.core.watching.growth import Speed, Trend
from ascolta.errors import FileError
from ascolta.files.brands import load_brand
from ascolta.files.check import check
from ascolta.files.risk import FILE, load_risk
from ascolta.labels import label
from tests.conftest import NOW, ROOT
from tests.files.test_broken import BRAND, QUERIES, RULES

ACME = ROOT / "examples" / "acme"
WHOLE = """risk: acme
rules:
  - name: fast
    when: complaints:>40 doubling:<30
    grade: crisis
    why: It doubles within half an hour.
  - name: angry
    when: stream:complaint
    grade: warning
    why: People are angry.
"""


def write(folder: Path, said: str, brand: str = BRAND) -> Path:
    """A brand's folder with this risk.yaml."""
    for name, text in {"brand.yaml": brand, "queries.yaml": QUERIES, "etiquette.yaml": RULES, FILE: said}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def told(risk: Risk, stream: str = "complaint", once_in_days: float = 10.0) -> AlertChange:
    """An alert of this kind."""
    return AlertChange(
        brand="acme", stream=stream, old=State.CALM, new=State.ALERT, at=NOW, score=1, once_in_days=once_in_days,
        why="", risk=risk,
    )  # fmt: skip


def test_rules_are_read_in_order(tmp_path: Path) -> None:
    """Each rule with its name, its grade and its line, and the first that fits decides."""
    rules = load_brand(write(tmp_path, WHOLE)).grading
    assert [(rule.name, rule.grade, rule.line) for rule in rules] == [("fast", "crisis", 3), ("angry", "warning", 7)]
    assert graded(rules, told(Risk(complaints=50))).grade == "warning"


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("grade: crisis", "grade: disaster", 5, "'grade' cannot be 'disaster'"),
        ("    grade: crisis\n", "", 3, "item 1 of 'rules' has no 'grade'; add it"),
        ("when: complaints", "wen: complaints", 4, "unknown key 'wen', did you mean 'when'?"),
        ("complaints:>40", "complaints:many", 4, "expected a whole number"),
        ("complaints:>40", "complaint:yes", 4, "'when' asks about complaint: and an alert has stream:"),
        ("complaints:>40", "refund", 4, "'when' asks about words and an alert has stream:"),
        ("complaints:>40", "words:>4", 4, "'when' asks about words"),
        ("complaints:>40", "grade:watch", 4, "cannot ask about grade:, which these rules give"),
        ("name: angry", "name: fast", 7, "rule 'fast' stands twice (first at line 3)"),
        ("doubling:<30", "doubeling:<30", 4, "unknown field 'doubeling:', did you mean 'doubling'?"),
        ("risk: acme", "risk:", 1, "'risk' is empty"),
        ("rules:", "rulez:", 2, "unknown key 'rulez', did you mean 'rules'?"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, before: str, after: str, line: int, said: str) -> None:
    """Each mistake is one sentence that begins with file and line."""
    assert WHOLE.count(before) >= 1
    write(tmp_path, WHOLE.replace(before, after, 1))
    with pytest.raises(FileError) as wrong:
        load_brand(tmp_path)
    assert str(wrong.value).startswith(f"{tmp_path / FILE}:{line}: ")
    assert said in str(wrong.value)


def test_check_finds_what_was_not_meant(tmp_path: Path) -> None:
    """A topic that the brand does not have, and a part that can never hold, are told with their line."""
    said = WHOLE.replace("stream:complaint", "topic:refunds").replace("doubling:<30", "(count:>5 NOT count:>5)")
    problems = check(write(tmp_path, said), label, date(2026, 11, 26)).problems
    found = {(one.line, one.severity, one.message) for one in problems if one.path.endswith(FILE)}
    assert (8, "warning", "topic:refunds is no topic of brand.yaml") in found
    assert any(line == 4 for line, _, _ in found)


def test_shipped_rules_hold_where_a_brand_has_none(tmp_path: Path) -> None:
    """Without a file: what everybody shares is watched, organised talk is a warning, fast anger a crisis."""
    (write(tmp_path, WHOLE) / FILE).unlink()
    rules = load_brand(tmp_path).grading
    assert rules == load_risk(tmp_path)
    angry = Risk(
        complaints=60, negatives=80, speed=Speed(trend=Trend.RISING, doubling=12.0, now=40, likely=68, most=150)
    )
    assert graded(rules, told(angry)).grade == "crisis"
    assert graded(rules, told(replace(angry, rising=5, others=6))).grade == "watch"
    assert graded(rules, told(replace(angry, company=Company(organised=Organised.YES)))).grade == "warning"
    slow = replace(angry, speed=Speed(trend=Trend.EARLY, now=12, likely=20, most=50))
    assert graded(rules, told(slow)).grade == "warning"
    assert graded(rules, told(slow, once_in_days=40.0)).grade == "warning"
    assert (
        graded(rules, told(replace(slow, speed=Speed(trend=Trend.EARLY, now=25)), once_in_days=40.0)).grade == "crisis"
    )
    cheerful = Risk(complaints=5, negatives=5)
    assert graded(rules, told(cheerful, "all")).grade == "watch"
    assert graded(rules, told(cheerful, "all", 100.0)).grade == "warning"
    assert all(rule.why.endswith(".") for rule in rules)


def test_a_brand_says_where_nobody_is_judged(tmp_path: Path) -> None:
    """`organised: {bluesky: no}` switches it off there; what a network forbids cannot be switched on."""
    assert load_brand(write(tmp_path, WHOLE, BRAND + "organised: {bluesky: no, mastodon: yes}\n")).not_judged == {
        "bluesky"
    }
    assert load_brand(write(tmp_path, WHOLE)).not_judged == frozenset()
    with pytest.raises(FileError) as wrong:
        load_brand(write(tmp_path, WHOLE, BRAND + "organised: {twitter: yes}\n"))
    assert str(wrong.value) == (
        f"{tmp_path / 'brand.yaml'}:4: 'twitter' cannot be yes: X forbids judging who breaks its rules without its "
        "written leave; take it out"
    )


def test_the_examples_rules_are_sound() -> None:
    """The example brand has rules of its own, and `ascolta check` finds nothing in them."""
    assert "nobody-can-board" in [rule.name for rule in load_brand(ACME).grading]
    assert not [one for one in check(ACME, label, date(2026, 11, 26)).problems if one.path.endswith(FILE)]
