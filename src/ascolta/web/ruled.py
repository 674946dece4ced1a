"""What the pages of an etiquette show: its rules, what stands above them, how a draft stands, how a rehearsal went."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ascolta.amending import Rehearsed, Rules, brand_of, is_heard, look_over, moved, stands
from ascolta.core.amend import Draft, Edition, Line, differences
from ascolta.core.brand import Brand
from ascolta.core.contrast import Expected, Turn
from ascolta.core.days import DAY
from ascolta.core.etiquette import Action, Rule
from ascolta.core.platform import PLATFORMS, Term, platform
from ascolta.errors import AscoltaError, FileError
from ascolta.files.check import Checked
from ascolta.files.etiquette import AGED
from ascolta.files.problem import Problem
from ascolta.files.publish import Standing
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import ngettext
from ascolta.web.words import told

MONTH = 30 * DAY
SHOWN = 4
"""Examples of one kind of change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A rule on the page, and how many of the cases that are kept it brought. `is_added`: it stands in no file."""

    rule: Rule
    cases: int
    is_added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """A network, and what it says that no rule can loosen, each with where that is written."""

    title: str
    terms: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """An etiquette as it stands. `fault` is why the file cannot be read; then the rules are those that still decide.

    `edition` is what was published here last, `is_edition` whether the file is that one.
    """

    brand: Brand
    rules: Sequence[Ruled]
    above: Sequence[Above]
    standing: Standing | None
    is_heard: bool
    problems: Sequence[Problem]
    cases: int
    silent: int
    draft: Draft | None
    editions: Sequence[Edition]
    fault: str = ""

    @property
    def edition(self) -> Edition | None:
        """The edition that stands in the file; None if it was not published from here."""
        newest = self.editions[0] if self.editions else None
        same = newest is not None and self.standing is not None and newest.digest == self.standing.digest
        return newest if same else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """A draft on the page: the words in the field, which may not be saved yet, and the digest of those that are.

    `changes` are those to what is published, `unsaved` those to the draft that is saved. `moved`: the file is another
    one than the draft was begun from.
    """

    brand: Brand
    draft: Draft | None
    text: str
    seen: str
    checked: Checked
    lines: Sequence[tuple[str, Sequence[Problem]]]
    changes: Sequence[Line]
    unsaved: Sequence[Line]
    moved: bool
    is_mine: bool

    @property
    def is_saved(self) -> bool:
        """Whether the words in the field are those of the draft."""
        return self.draft is not None and self.draft.text == self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One kind of change, with some posts that it is about: their id and words."""

    turn: Turn
    examples: Sequence[tuple[str, str]]


class Looked:
    """What the check said of a text, for as long as nobody asks about another one of that brand."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, bool], tuple[tuple[str, object], Checked]] = {}

    def __call__(self, rules: Rules, brand: str, text: str, *, draft: bool = False) -> Checked:
        """What the check says of a text; of a `draft`, or of what stands in the file."""
        asked = (text, rules.brands.by_id[brand].queries)
        found = self._last.get((brand, draft))
        if found is None or found[0] != asked:
            found = (asked, look_over(rules, brand, text))
            self._last[brand, draft] = found
        return found[1]


def look(rules: Rules, looked: Looked, name: str, now: float) -> Shows:
    """Everything that the page of an etiquette shows. Raises CaseError if there is no such brand."""
    brand = brand_of(rules, name)
    stood, checked, fault = None, Checked(etiquette=None, problems=()), ""
    try:
        stood = stands(rules, name)
        checked = looked(rules, name, stood.text)
    except FileError as error:
        fault = said(error)
    if checked.etiquette is None and checked.problems:
        fault = _(
            "etiquette.yaml, line %(line)s: %(said)s", line=checked.problems[0].line, said=checked.problems[0].message
        )
    etiquette = checked.etiquette or brand.etiquette
    counted = _cases(rules, name)
    return Shows(
        brand=brand,
        rules=[Ruled(rule=rule, cases=counted[rule.name], is_added=rule.name == AGED) for rule in etiquette.rules],
        above=_above(brand),
        standing=stood,
        is_heard=is_heard(rules, name, checked),
        problems=[one for one in checked.problems if checked.etiquette is not None],
        cases=counted.total(),
        silent=sum(rules.store.counts(name, str(Action.SILENCE), int(now - MONTH), int(now) + 1).values()),
        draft=rules.kept.draft(name),
        editions=rules.kept.editions(name),
        fault=fault,
    )


def write(rules: Rules, looked: Looked, name: str, who: str, typed: str | None = None) -> Writes:
    """Everything that the page of a draft shows, with what somebody `typed` if it is not saved yet."""
    brand, stood, draft = brand_of(rules, name), stands(rules, name), rules.kept.draft(name)
    text = typed if typed is not None else draft.text if draft is not None else stood.text
    checked = looked(rules, name, text, draft=True)
    return Writes(
        brand=brand,
        draft=draft,
        text=text,
        seen=draft.digest if draft is not None else "",
        checked=checked,
        lines=lines(text, checked),
        changes=list(differences(stood.text, text)),
        unsaved=list(differences(draft.text, text)) if draft is not None else (),
        moved=draft is not None and moved(stood, draft),
        is_mine=draft is not None and draft.by.casefold() == who.casefold(),
    )


def lines(text: str, checked: Checked) -> list[tuple[str, Sequence[Problem]]]:
    """Each line of a text, with what the check says of it."""
    by_line: dict[int, list[Problem]] = {}
    for one in checked.problems:
        if is_here(one):
            by_line.setdefault(one.line, []).append(one)
    return [(line, by_line.get(number, ())) for number, line in enumerate(text.splitlines(), 1)]


def is_here(problem: Problem) -> bool:
    """Whether it stands in the etiquette, and not in another file of the brand's folder."""
    return Path(problem.path).name == "etiquette.yaml"


def place(problem: Problem) -> str:
    """Where it stands, as `file:line`."""
    return f"{Path(problem.path).name}:{problem.line}"


def summed(checked: Checked) -> str:
    """What the check found, in a sentence."""
    warnings = len(checked.problems) - checked.errors
    if not checked.problems and checked.etiquette is not None:
        rules = checked.etiquette.rules
        return ngettext(
            "All is well: %(num)s rule.",
            "All is well: %(num)s rules, and every example is decided as it should be.",
            len(rules),
        )
    if not checked.errors:
        return ngettext(
            "%(num)s warning; it may be published all the same.",
            "%(num)s warnings; it may be published all the same.",
            warnings,
        )
    if not warnings:
        return ngettext(
            "%(num)s error; it cannot be published like this.",
            "%(num)s errors; it cannot be published like this.",
            checked.errors,
        )
    return _(
        "Errors: %(errors)s. Warnings: %(warnings)s. With errors it cannot be published.",
        errors=checked.errors,
        warnings=warnings,
    )


def said(error: AscoltaError) -> str:
    """An error as the page says it; of a file its name, and not where it lies."""
    if isinstance(error, FileError):
        line = f", {error.line}" if error.line else ""
        return f"{Path(error.path).name}{line}: {told(error.message)}"
    return told(error)


def changes(found: Rehearsed) -> list[Changed]:
    """What changes, with examples."""
    return [
        Changed(turn=turn, examples=[(post, found.texts[post]) for post in turn.posts[:SHOWN] if post in found.texts])
        for turn in found.contrast.turns
    ]


def meant(one: Expected) -> tuple[str, str]:
    """What is counted of an expectation, and what the study says of it."""
    share = f"{one.figure.percent:g}"
    return {
        "when-spoken-to": (
            _("Said to us: a person sees it"),
            _("%(share)s %% want an answer when they speak to a company", share=share),
        ),
        "answer-complaints": (
            _("Complaints: a person sees it"),
            _("%(share)s %% want complaints answered", share=share),
        ),
        "answer-praise": (
            _("Praise said to us: a person sees it"),
            _("%(share)s %% expect an answer to praise", share=share),
        ),
        "unheard": (
            _("Not said to us: left alone"),
            _("%(share)s %% want to talk without being listened to", share=share),
        ),
        "intrusive": (
            _("Complaints and unkind words to us: two people look at the answer"),
            _("%(share)s %% find listening intrusive, so take special care", share=share),
        ),
    }.get(one.figure.name, (one.what, ""))


def _cases(rules: Rules, brand: str) -> Counter[str]:
    """How many of the cases that are kept each rule brought."""
    found = Counter[str]()
    for lot in rules.store.stock():
        if lot.brand == brand:
            found[lot.rule] += lot.count
    return found


def _above(brand: Brand) -> list[Above]:
    """What networks say that stands above all rules: of those that the brand's sources bring, or of all known ones."""
    names = sorted(brand.networks) if brand.networks is not None else list(PLATFORMS)
    return [Above(title=platform(name).title if name in PLATFORMS else name, terms=_terms(name)) for name in names]


def _terms(name: str) -> list[tuple[str, str]]:
    """The terms of a network on speaking to people, each as a sentence with its source."""
    terms = platform(name)
    found: list[Term[bool] | Term[str]] = [terms.unasked, terms.care, terms.one_answer]
    found += [terms.needs] if terms.needs.value else []
    sentences = {told(term.why): term.source for term in found}
    return [(f"{why[:1].upper()}{why[1:]}.", told(source)) for why, source in sentences.items()]
