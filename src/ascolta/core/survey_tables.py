"""The tables of a survey: shares by age band with their intervals, but none of groups so small that they show people.

Intervals are Wilson's (Journal of the American Statistical Association 22(158), 1927), at the effective number of
people that the design effect leaves (Korn and Graubard, Survey Methodology 24(2), 1998). Cells are hidden by threshold,
and more of them so that nothing can be had by subtraction (Willenborg and de Waal, Elements of Statistical Disclosure
Control, 2001).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ascolta.core.interval import wilson
from ascolta.core.study import AGES, BY_AGE, FIGURES, SURVEY
from ascolta.core.survey import LEAST, Question, Sheet, Survey
from ascolta.core.survey_weights import Group, Weights, design_effect, raked

FEWEST = 3
"""Where fewer people of a group said the one thing, or the other, it shows what each of them said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A share in whole percent with its interval, of `people` who answered; without one it is not known, or hidden."""

    percent: float | None = None
    low: float | None = None
    high: float | None = None
    people: int | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question: of all, by age band, and what the study found."""

    question: Question
    everybody: Cell
    bands: tuple[Cell, ...]
    study: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a survey found. `people` answered, worth `effective` of them drawn at random; `weighted` names the margins.

    `missing`, `off` and `is_trimmed` are those of the weights, `effect` is the design effect.
    """

    rows: tuple[Row, ...]
    people: int
    effective: float
    effect: float = 1.0
    weighted: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    off: float = 0.0
    is_trimmed: bool = False

    def row(self, name: str) -> Row | None:
        """The row of a question."""
        return next((row for row in self.rows if row.question.name == name), None)


def table(survey: Survey, sheets: Sequence[Sheet]) -> Table:
    """What these sheets say, weighted to the survey's margins if it states any."""
    margins = survey.margins if len(sheets) >= LEAST else ()
    names = [margin.name for margin in margins]
    groups = [tuple(one.age if name == "age" else one.answers.get(name, "") for name in names) for one in sheets]
    people = Counter(groups)
    weights = raked(people, margins)
    effect = design_effect([(weights.of[group], count) for group, count in people.items()])
    return Table(
        rows=tuple(_row(question, list(zip(sheets, groups, strict=True)), weights) for question in survey.questions),
        people=len(sheets),
        effective=len(sheets) / effect,
        effect=effect,
        weighted=tuple(names),
        sources=tuple(dict.fromkeys(margin.source for margin in margins)),
        missing=weights.missing,
        off=weights.off,
        is_trimmed=weights.is_trimmed,
    )


def hidden(counts: Mapping[str, tuple[int, int]]) -> frozenset[str]:
    """Which groups must not be shown, given how many people of each answered, and how many of them as counted.

    A group without a name is never shown, and stands for people of no known age. Whoever subtracts what is shown from
    the whole gets no more than the hidden groups together, and these are enough people.
    """
    found = {name for name, (people, said) in counts.items() if not name or not _is_safe(people, said)}
    while found and not _is_safe(*_together(counts, found)):
        rest = [name for name in counts if name not in found]
        if not rest:
            break
        found.add(min(rest, key=lambda name: (counts[name][0], name)))
    return frozenset(found)


def _row(question: Question, sheets: Sequence[tuple[Sheet, Group]], weights: Weights) -> Row:
    """One question's row."""
    by_age: dict[str, list[tuple[float, bool]]] = {}
    for one, group in sheets:
        if answer := one.answers.get(question.name, ""):
            by_age.setdefault(one.age, []).append((weights.of[group], answer == question.counts))
    counts = {age: (len(said), sum(yes for _, yes in said)) for age, said in by_age.items()}
    hides = hidden(counts)
    everybody = [one for said in by_age.values() for one in said]
    total = (len(everybody), sum(yes for _, yes in everybody))
    shown = _cell(everybody) if _is_safe(*total) else Cell(is_hidden=bool(everybody))
    bands = tuple(
        Cell(is_hidden=age in by_age) if age in hides or age not in by_age else _cell(by_age[age]) for age in AGES
    )
    return Row(question=question, everybody=shown, bands=bands, study=published(question.name))


def published(name: str) -> Cell:
    """What the study found for all ages; its gaps stay open, and it gives no intervals."""
    found = next((known.percent for known in FIGURES if known.name == name), None)
    return Cell(percent=found)


def study_table(survey: Survey) -> Table:
    """The study as the table of a survey: what it does not give stays open."""
    ages = {known.name: known.percents for known in BY_AGE}
    none = (None,) * len(AGES)
    rows = tuple(
        Row(
            question=question,
            everybody=published(question.name),
            bands=tuple(Cell(percent=percent) for percent in ages.get(question.name, none)),
            study=published(question.name),
        )
        for question in survey.questions
        if question.name in ages or published(question.name).percent is not None
    )
    return Table(rows=rows, people=0, effective=0.0, sources=(SURVEY,))


def _cell(said: Sequence[tuple[float, bool]]) -> Cell:
    total = sum(weight for weight, _ in said)
    share = sum(weight for weight, yes in said if yes) / total
    low, high = wilson(min(1.0, share), len(said) / design_effect([(weight, 1) for weight, _ in said]))
    whole = [float(round(100 * value)) for value in (share, low, high)]
    return Cell(percent=whole[0], low=whole[1], high=whole[2], people=len(said))


def _is_safe(people: int, said: int) -> bool:
    return people >= LEAST and FEWEST <= said <= people - FEWEST


def _together(counts: Mapping[str, tuple[int, int]], names: set[str]) -> tuple[int, int]:
    return sum(counts[name][0] for name in names), sum(counts[name][1] for name in names)
