"""Does a brand's folder say what its author means? Every `fits` and `spares` is run, every rule must be reachable."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ascolta.core.alert import AlertChange, State
from ascolta.core.brand import Brand
from ascolta.core.etiquette import Etiquette, Rule
from ascolta.core.label import Ask, Labels
from ascolta.core.lint import Finding, lint
from ascolta.core.plan import propose
from ascolta.core.post import Post
from ascolta.core.reach import speaks_before_refusal, unreachable
from ascolta.core.terms import fields_of
from ascolta.core.view import View, holds
from ascolta.errors import FileError
from ascolta.files.assessments import faults
from ascolta.files.beyond import beyond_settings, beyond_terms
from ascolta.files.brands import load_folders
from ascolta.files.desked import desk_problems
from ascolta.files.drafts import draft_problems
from ascolta.files.etiquette import FILE, parsed_etiquette, stricter
from ascolta.files.problem import Problem
from ascolta.files.queries import read_queries
from ascolta.files.risk import risk_problems
from ascolta.files.routes import route_problems
from ascolta.files.said import Said
from ascolta.files.voiced import voiced

PLAIN = frozenset({"addressed", "complaint", "polarity", "intent"})
"""A refusal that asks about no more than these is the rest of what speaks, not a ban on it."""

LabelBatch = Callable[[Sequence[Ask]], list[Labels]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at, and what was found."""

    brands: tuple[str, ...]
    rules: int
    examples: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An etiquette that may be; None if it cannot be read. What was found in it."""

    etiquette: Etiquette | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many of these keep it from being published."""
        return sum(problem.severity == "error" for problem in self.problems)


def check(folder: Path, label: LabelBatch, today: date | None = None) -> Report:
    """Look at every brand of a folder, on a day (this one). Raises FileError if a file cannot be read."""
    found = load_folders(folder)
    brands = [brand for _, brand in found]
    problems: list[Problem] = []
    for own, brand in found:
        problems += [*rule_problems(brand, own, label), *beyond_settings(brand, own)]
        day = today or date.today()
        problems += [
            *_queries(brand, own),
            *_plans(brand, own),
            *_assessments(brand, own, day),
            *_files(brand, own, folder),
            *voiced(brand, own, day),
            *route_problems(brand, own, day),
            *risk_problems(brand, own),
            *draft_problems(brand, own, day),
        ]
    rules = [rule for brand in brands for rule in brand.etiquette.rules]
    return Report(
        brands=tuple(brand.id for brand in brands),
        rules=len(rules),
        examples=sum(len(rule.fits) + len(rule.spares) for rule in rules),
        problems=tuple(problems),
    )


def _files(brand: Brand, own: Path, all_of: Path) -> Iterator[Problem]:
    """A file that is to be heard may come later; more often its name is wrong."""
    for source in brand.sources:
        if source.live is None and source.path != "-" and not any((at / source.path).exists() for at in (own, all_of)):
            said = f"there is no file '{source.path}', so nothing of it is heard; check the name"
            yield Problem(path=str(own / "brand.yaml"), line=source.line, severity="warning", message=said)


def checked(text: str, brand: Brand, folder: Path, label: LabelBatch) -> Checked:
    """Look at a text that would be a brand's etiquette.yaml, as `check` looks at the file."""
    path = folder / FILE
    try:
        etiquette = stricter(parsed_etiquette(text, path), brand.over_55)
    except FileError as error:
        found = Problem(path=str(path), line=error.line or 1, severity="error", message=error.message)
        return Checked(etiquette=None, problems=(found,))
    problems = rule_problems(replace(brand, etiquette=etiquette), folder, label)
    return Checked(etiquette=etiquette, problems=tuple(problems))


def rule_problems(brand: Brand, folder: Path, label: LabelBatch) -> list[Problem]:
    """What the brand's etiquette says that its author did not mean; it need not be the one that its folder holds."""
    known: dict[str, Labels] = {}

    def once(asks: Sequence[Ask]) -> list[Labels]:
        for ask in asks:
            if ask.text not in known:
                [known[ask.text]] = label([ask])
        return [known[ask.text] for ask in asks]

    return [
        *_examples(brand, folder, once),
        *_rules(brand, folder),
        *beyond_terms(brand, folder),
        *desk_problems(brand, folder),
    ]


def _examples(brand: Brand, folder: Path, label: LabelBatch) -> Iterator[Problem]:
    """A post in `fits` must be decided by its rule; for one in `spares` the rule's `when` must not hold."""
    path = str(folder / "etiquette.yaml")
    for rule in brand.etiquette.rules:
        for example in rule.fits:
            first = next((other for other in brand.etiquette.rules if _holds(other, example, brand, label)), None)
            if first is not rule:
                by = f"rule '{first.name}' decides" if first else "no rule fits"
                yield Problem(
                    path=path,
                    line=rule.line,
                    severity="error",
                    message=f"rule '{rule.name}' should fit «{example}», but {by}",
                )
        for example in rule.spares:
            if _holds(rule, example, brand, label):
                message = f"rule '{rule.name}' should spare «{example}», but it fits"
                yield Problem(path=path, line=rule.line, severity="error", message=message)


def _holds(rule: Rule, text: str, brand: Brand, label: LabelBatch) -> bool:
    [labels] = label([Ask(text=text, handles=brand.handles, names=brand.spoken)])
    return holds(rule.when, View(Post(id="", content=text, brand=brand.id), labels))


def _rules(brand: Brand, folder: Path) -> Iterator[Problem]:
    path = str(folder / "etiquette.yaml")
    for rule, takers in unreachable(brand.etiquette.rules):
        above = " and ".join(f"'{taker.name}'" for taker in takers)
        why = f"{above} above it already decides all that it fits" if takers else "no post can fit it"
        message = f"rule '{rule.name}' can never be reached: {why}"
        yield Problem(path=path, line=rule.line, severity="error", message=message)
    for speaking, refusal in speaks_before_refusal(brand.etiquette.rules):
        if fields_of(refusal.when) <= PLAIN:
            continue
        message = (
            f"rule '{refusal.name}' ({refusal.then}) stands below '{speaking.name}' ({speaking.then}), which speaks "
            "first where both fit; move it up if it should hold there too"
        )
        yield Problem(path=path, line=refusal.line, severity="warning", message=message)


def _queries(brand: Brand, folder: Path) -> Iterator[Problem]:
    path = folder / "queries.yaml"
    known = read_queries(path)
    for name, said in known.terms.items():
        for finding in lint(known.names[name], said.text, known.names, inner=True):
            yield _told(finding, f"sub-query '@@{name}'", said, said.path, said.line)
        if name in known.unused:
            message = f"sub-query '@@{name}' is needed by no query; take it out"
            yield Problem(path=said.path, line=said.line, severity="warning", message=message)
        yield from _cut(f"sub-query '@@{name}'", said)
    seen: dict[str, str] = {}
    for query in brand.queries:
        said = known.said[query.name]
        for finding in lint(query.find, said.text, known.names):
            yield _told(finding, f"query '{query.name}'", said, str(path), query.line)
        yield from _cut(f"query '{query.name}'", said)
        same = seen.setdefault(str(query.find), query.name)
        if same != query.name:
            message = f"query '{query.name}' finds the same as '{same}'; keep one"
            yield Problem(path=str(path), line=query.line, severity="warning", message=message)


def _told(finding: Finding, who: str, said: Said, path: str, line: int) -> Problem:
    """A finding at its place in the file; one without a column stands where the query begins."""
    rest = finding.message.removeprefix("the query ")
    message = f"{who}: {rest}" if rest == finding.message else f"{who} {rest}"
    if finding.column is None:
        return Problem(path=path, line=line, severity=finding.severity, message=message)
    where = said.where(finding.column)
    return Problem(
        path=where.path,
        line=where.line,
        severity=finding.severity,
        message=message,
        column=where.column,
        excerpt=where.excerpt,
    )


def _cut(who: str, said: Said) -> Iterator[Problem]:
    """A hashtag that YAML took for a comment."""
    rest = said.whole[said.end :].partition("\n")[0] if said.style == "" else ""
    hashtag = re.match(r"\s*(#\w+)", rest)
    if hashtag is not None:
        where = said.where(len(said.text) + 1)
        message = f"{who}: YAML takes '{hashtag[1]}' for a comment; put the whole query between ' and '"
        yield Problem(
            path=said.path,
            line=where.line,
            severity="warning",
            message=message,
            column=where.column + hashtag.start(1),
            excerpt=where.excerpt,
        )


def _plans(brand: Brand, folder: Path) -> Iterator[Problem]:
    alarm = AlertChange(
        brand=brand.id, stream="complaint", old=State.CALM, new=State.ALERT, at=0, score=0, once_in_days=0, why=""
    )
    if propose(brand.plans, alarm) is None:
        message = "no plan fits an alert on complaints; write one in plans/, with when: stream:complaint"
        yield Problem(path=str(folder / "brand.yaml"), line=1, severity="warning", message=message)
    for plan in brand.plans:
        for one, other in zip(plan.steps, plan.steps[1:], strict=False):
            if other.within < one.within:
                message = f"plan '{plan.name}': step '{other.name}' is due before '{one.name}', which stands above it"
                yield Problem(path=str(folder / "plans"), line=plan.line, severity="warning", message=message)


def _assessments(brand: Brand, folder: Path, today: date) -> Iterator[Problem]:
    """What keeps a source from being switched on."""
    for source in brand.sources:
        for fault in faults(folder, source, today):
            yield Problem(path=fault.path, line=fault.line or 1, severity="error", message=fault.message)
