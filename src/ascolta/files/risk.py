"""risk.yaml: how grave an alarm is, in rules that ask of the alert; and where it is not judged what is organised."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from ascolta.core.brand import Brand
from ascolta.core.grading import ASKABLE, GradeRule, Grading, asks, odd
from ascolta.core.lint import lint
from ascolta.core.platform import ALSO, platform
from ascolta.core.query import Field, leaves
from ascolta.core.terms import GRADES, hint
from ascolta.core.text import fold
from ascolta.files.problem import Problem
from ascolta.files.reading import Value, read

FILE = "risk.yaml"
NEEDS = ("risk", "rules")


def load_risk(folder: Path) -> Grading:
    """The rules of a brand's folder; those that are shipped if it has none of its own. Raises FileError."""
    path = folder / FILE
    if not path.exists():
        return _shipped()
    keys = read(path, "the grades").mapping(NEEDS)
    keys["risk"].text()
    return _rules(keys["rules"])


@cache
def _shipped() -> Grading:
    """Read once: thousands of brands may have none of their own."""
    with as_file(files("ascolta.files") / "default" / FILE) as path:
        return _rules(read(path, "the grades").mapping(NEEDS)["rules"])


def load_not_judged(value: Value) -> frozenset[str]:
    """The networks on which a brand does not want to know what is organised: `organised: {bluesky: no}`."""
    found = set()
    for key, said in value.pairs():
        name = fold(str(key.value))
        terms = platform(ALSO.get(name, name))
        if not said.yes():
            found.add(ALSO.get(name, name))
        elif not terms.organised.value:
            said.fail(f"'{name}' cannot be yes: {terms.organised.why}; take it out")
    return frozenset(found)


def risk_problems(brand: Brand, folder: Path) -> Iterator[Problem]:
    """What is doubtful in risk.yaml, though it can be read. Raises FileError."""
    path = folder / FILE
    if not path.exists():
        return
    topics = {topic.name for topic in brand.topics}
    for item in read(path, "the grades").mapping(NEEDS)["rules"].items():
        when = item.mapping(("name", "when", "grade", "why"))["when"]
        for leaf in leaves(when.query()):
            if isinstance(leaf, Field) and leaf.name == "topic" and leaf.value not in {fold(one) for one in topics}:
                message = f"topic:{leaf.value} is no topic of brand.yaml{hint(leaf.value, tuple(sorted(topics)))}"
                yield Problem(path=str(path), line=when.line, severity="warning", message=message)
        for finding in lint(when.query(), when.said().text, inner=True):
            where = when.said().where(finding.column or 1)
            yield Problem(
                path=str(path), line=where.line, severity=finding.severity, message=f"'when': {finding.message}",
                column=where.column, excerpt=where.excerpt,
            )  # fmt: skip


def _rules(value: Value) -> Grading:
    found: dict[str, GradeRule] = {}
    for item in value.items():
        rule = _rule(item)
        if rule.name in found:
            item.fail(f"rule '{rule.name}' stands twice (first at line {found[rule.name].line}); give it another name")
        found[rule.name] = rule
    return tuple(found.values())


def _rule(item: Value) -> GradeRule:
    keys = item.mapping(("name", "when", "grade", "why"))
    when = keys["when"].query()
    strange = odd(when, ASKABLE)
    if strange:
        keys["when"].fail(f"'when' asks about {strange} and an alert has {', '.join(f'{one}:' for one in _KNOWN)} only")
    if "grade" in asks(when)[0]:
        keys["when"].fail("'when' cannot ask about grade:, which these rules give; plans and routes can")
    return GradeRule(
        name=keys["name"].text(),
        when=when,
        grade=keys["grade"].one_of(GRADES),
        why=keys["why"].text(),
        line=item.line,
    )


_KNOWN = tuple(name for name in ASKABLE if name != "grade")
