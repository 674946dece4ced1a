"""What a survey would change in an etiquette. People decide about it; nothing here changes anything.

It goes one way only: a rule may become quieter or more careful, and its reason may be told in the figures of one's own
customers. That many people want answers is no reason to speak where nobody spoke to us.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ascolta.core.etiquette import Action, Etiquette, Rule
from ascolta.core.query import And, Field, Query
from ascolta.core.study import AGES
from ascolta.core.survey_tables import Cell, Table
from ascolta.core.terms import fields_of
from ascolta.errors import AscoltaError

ENOUGH = 100
"""Of fewer people than these, as many drawn at random would be worth, no rule is made."""

HALF = 50.0
PLAIN = frozenset({"addressed", "complaint", "polarity", "intent"})
"""A rule that asks about more than these has a reason of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key of one rule, as it stands and as it would stand; `because` says what the survey has to do with it."""

    rule: str
    key: str
    before: str
    after: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What would change, and what the figures say beyond rules."""

    changes: tuple[Change, ...]
    remarks: tuple[str, ...] = ()


def propose(etiquette: Etiquette, found: Table) -> Proposal:
    """The changes for which the figures are clear. Raises AscoltaError where too few people answered."""
    if found.effective < ENOUGH:
        raise AscoltaError(
            f"the survey has {found.people} answers, worth {found.effective:.0f} drawn at random; no rule is proposed "
            f"with fewer than {ENOUGH}, and the shipped rules follow the study already"
        )
    told = _Told(found)
    changes = [change for rule in etiquette.rules for change in _changes(rule, told)]
    return Proposal(changes=tuple(changes), remarks=tuple(_remarks(found)))


class _Told:
    """A table's figures as a rule's reason tells them."""

    def __init__(self, found: Table) -> None:
        self._found = found

    def cell(self, name: str) -> Cell | None:
        """The figure of all people; None where there is none, or it is hidden."""
        row = self._found.row(name)
        return row.everybody if row is not None and row.everybody.percent is not None else None

    def most(self, name: str) -> bool:
        """Whether more than half say so, chance allowed for."""
        cell = self.cell(name)
        return cell is not None and cell.low is not None and cell.low > HALF

    def why(self, *names: str) -> str:
        """Figures in a sentence; empty if there are none.

        Such as `412 people answered our survey: 61 % (56 to 66) want companies to respond to complaints.`
        """
        said = []
        for name in names:
            row, cell = self._found.row(name), self.cell(name)
            if row is not None and cell is not None:
                said.append(f"{cell.percent:.0f} % ({cell.low:.0f} to {cell.high:.0f}) {row.question.says}")
        return f"{self._found.people} people answered our survey: {', and '.join(said)}." if said else ""


def _changes(rule: Rule, told: _Told) -> Iterator[Change]:
    """What would change in one rule."""
    names = _matters(rule)
    if not names:
        return
    why = told.why(*names)
    if rule.then is Action.CARE and told.cell("answer-complaints") is not None and not _is_welcome(told):
        because = "no clear majority wants complaints answered, so nobody steps in where nobody spoke to us"
        if told.most("answer-complaints"):
            because = "a clear majority finds listening intrusive, so nobody steps in where nobody spoke to us"
        yield Change(rule=rule.name, key="then", before=str(rule.then), after=str(Action.SILENCE), because=because)
    if rule.then is Action.REPLY and "answer-complaints" in names and rule.approve == 1 and told.most("intrusive"):
        because = "a clear majority finds listening intrusive, so two people look at the answer"
        yield Change(rule=rule.name, key="approve", before="one", after="two", because=because)
    if why and why != rule.why:
        yield Change(rule=rule.name, key="why", before=rule.why, after=why, because="the figures are your own")


def _matters(rule: Rule) -> tuple[str, ...]:
    """The questions whose figures are a rule's reason, by what the rule does; none where it has another reason."""
    asked = fields_of(rule.when)
    if not asked or not asked <= PLAIN or _words(rule.when):
        return ()
    said = _said(rule.when)
    if rule.then is Action.REPLY and ("addressed", "yes") in said:
        if ("complaint", "yes") in said:
            return ("answer-complaints", "intrusive")
        return ("when-spoken-to", "intrusive" if ("polarity", "negative") in said else "answer-praise")
    if rule.then is Action.CARE and ("complaint", "yes") in said:
        return ("answer-complaints", "when-spoken-to")
    return ("unheard",) if rule.then is Action.SILENCE and ("addressed", "no") in said else ()


def _is_welcome(told: _Told) -> bool:
    """Whether help may be offered to those who complain in the open."""
    return told.most("answer-complaints") and not told.most("intrusive")


def _remarks(found: Table) -> Iterator[str]:
    """What no rule can heed, because nobody's age is ever inferred."""
    row = found.row("pay-attention")
    for age, cell in zip(AGES, row.bands if row is not None else (), strict=False):
        if cell.percent is not None and cell.high is not None and cell.high < HALF:
            where = "; where most of an audience is 55 or older, say so under 'audience' in brand.yaml"
            yield (
                f"Of those aged {age}, {cell.percent:.0f} % ({cell.low:.0f} to {cell.high:.0f}) want companies to pay "
                f"attention to what they say{where if age == AGES[-1] else ', and nobody can be told by their age'}."
            )


def _said(when: Query) -> frozenset[tuple[str, str]]:
    """The fields that must all hold."""
    parts = when.parts if isinstance(when, And) else (when,)
    return frozenset((part.name, part.value) for part in parts if isinstance(part, Field))


def _words(when: Query) -> bool:
    """Whether a rule asks for more than fields that must all hold."""
    parts = when.parts if isinstance(when, And) else (when,)
    return not all(isinstance(part, Field) for part in parts)
