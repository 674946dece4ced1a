"""A survey on being listened to: its questions, the closed answers to them, and what one person's sheet may hold.

There is no free text in it, so nobody can write down who they are, and a sheet knows of its writer no more than an age
band and a month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ascolta.core.days import date_of
from ascolta.core.study import AGES

LEAST = 10
"""Sheets of one age band are counted once so many of them are there, and so many at a time: no table then differs from
the one before it by fewer people. A cell with fewer is not shown."""

KEPT = 24
"""Months after that in which it was filled in, a sheet goes."""

YOUNGEST, OLDEST = 18, 120
_BEGINS = (18, 25, 35, 45, 55)


class Scale(StrEnum):
    """How a question can be answered."""

    AGREE = "agree"
    YES_NO = "yes_no"

    @property
    def options(self) -> tuple[str, ...]:
        """The answers to choose from."""
        return ("agree", "neither", "disagree") if self is Scale.AGREE else ("yes", "no", "unsure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: `ask` by language; `counts` is the answer that is counted, and `says` what those people say."""

    name: str
    scale: Scale
    counts: str
    says: str
    ask: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How a population is made up, in shares by category, and who says so. `name` is `age` or that of a question."""

    name: str
    shares: Mapping[str, float]
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One brand's survey. `words` are those of the page, by language; after the day `until`, if any, it is over."""

    brand: str
    questions: tuple[Question, ...]
    words: Mapping[str, Mapping[str, str]]
    is_open: bool = False
    margins: tuple[Margin, ...] = ()
    until: int | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """In which it can be answered, in the order in which the page offers them."""
        return tuple(self.words)

    def named(self, name: str) -> Question | None:
        """The question of that name."""
        return next((one for one in self.questions if one.name == name), None)

    def takes(self, day: int) -> bool:
        """Whether it can be answered on a day, counted from 1970-01-01."""
        return self.is_open and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one person answered, by the names of questions. `age` is a band, empty where they did not say.

    `month` counts from January 1970; nothing finer is known.
    """

    month: int
    age: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


class Unfit(ValueError):
    """An answer that cannot be chosen; `name` says of which question. What was said instead is not repeated."""

    def __init__(self, name: str, options: Sequence[str]) -> None:
        super().__init__(f"'{name}' must be one of {', '.join(options)}, or empty")
        self.name = name


def sheet(survey: Survey, said: Mapping[str, str], month: int) -> Sheet:
    """A sheet of what somebody chose; questions that the survey does not ask are passed over. Raises Unfit."""
    answers: dict[str, str] = {}
    for question in survey.questions:
        answer = said.get(question.name, "")
        if answer and answer not in question.scale.options:
            raise Unfit(question.name, question.scale.options)
        answers.update({question.name: answer} if answer else {})
    age = said.get("age", "")
    if age and age not in AGES:
        raise Unfit("age", AGES)
    return Sheet(month=month, age=age, answers=answers)


def band(years: int) -> str:
    """The age band of somebody who is so old; empty for ages that the survey does not ask."""
    if not YOUNGEST <= years <= OLDEST:
        return ""
    return AGES[sum(years >= begin for begin in _BEGINS) - 1]


def month_of(day: int) -> int:
    """The month in which a day lies, counted from January 1970."""
    year, month, _ = date_of(day)
    return (year - 1970) * 12 + month - 1
