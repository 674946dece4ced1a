"""What a survey found, as the desk's page shows it: shares with their intervals, drawn and written."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core.brand import Brand
from ascolta.core.survey import LEAST, Question, Sheet, Survey
from ascolta.core.survey_tables import Cell, Table, study_table, table
from ascolta.web import say
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import listed, ngettext, number, percent, reader

UNEVEN = 2.0
"""From this design effect on, half of the precision is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One cell: what stands in it, and where it is drawn between 0 and 100; nothing is drawn where `at` is None."""

    said: str
    between: str = ""
    at: float | None = None
    low: float = 0.0
    wide: float = 0.0
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question with its cells; `counts` is the answer that is counted."""

    ask: str
    lang: str
    counts: str
    everybody: Share
    bands: Sequence[Share]
    study: Share

    @property
    def cells(self) -> Sequence[Share]:
        """All and each band, side by side."""
        return (self.everybody, *self.bands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One brand's survey on the desk. `address` is where people answer it; empty while nobody can."""

    brand: Brand
    lines: Sequence[Line]
    is_ours: bool
    people: int
    notes: Sequence[str]
    address: str = ""
    waits: bool = False


def look(brand: Brand, survey: Survey, sheets: Sequence[Sheet], *, waits: bool, address: str) -> Brief:
    """What the page shows of one brand: its own figures, or the study's as long as it has none."""
    is_ours = bool(sheets)
    found = table(survey, sheets) if is_ours else study_table(survey)
    return Brief(
        brand=brand,
        lines=lines(survey, found),
        is_ours=is_ours,
        people=found.people,
        notes=list(notes(found)) if is_ours else [],
        address=address,
        waits=waits,
    )


def lines(survey: Survey, found: Table) -> list[Line]:
    """The rows of a table, as they are shown."""
    return [_line(row.question, (row.everybody, row.bands, row.study), survey) for row in found.rows]


def notes(found: Table) -> Sequence[str]:
    """What has to be known in order to read a table, in sentences."""
    said = [_("The intervals tell what chance does to people drawn at random; they cannot tell who chose to answer.")]
    if found.weighted:
        names = [_("age") if name == "age" else name for name in found.weighted]
        said.append(
            _(
                "Weighted by %(margins)s (source: %(source)s): %(people)s answers are worth %(worth)s drawn at random "
                "(design effect %(effect)s).",
                margins=listed(names),
                source="; ".join(found.sources),
                people=number(found.people),
                worth=number(found.effective),
                effect=number(found.effect, 2),
            )
        )
    else:
        said.append(_("Not weighted: survey.yaml does not say how your customers are made up."))
    if found.effect >= UNEVEN:
        said.append(_("The weights are very uneven: more than half of the precision is lost."))
    said += [
        _("Nobody of %(part)s (%(margin)s) answered, so the weights leave them out.", part=part, margin=margin)
        for margin, part in found.missing
    ]
    if found.is_trimmed or found.off > 0.5:
        off = percent(found.off, 1)
        said.append(_("The weights do not reach every share that was stated: one is missed by %(off)s.", off=off))
    said.append(
        ngettext(
            "A dot hides what fewer than %(num)s person or nearly all of a band said, and what would give that away.",
            "A dot hides what fewer than %(num)s people or nearly all of a band said, and what would give that away.",
            LEAST,
        )
    )
    return said


def _line(question: Question, cells: tuple[Cell, Sequence[Cell], Cell], survey: Survey) -> Line:
    lang = next((one for one in (reader().lang, *survey.languages) if one in question.ask), "en")
    words = survey.words.get(lang) or survey.words[survey.languages[0]]
    everybody, bands, study = cells
    return Line(
        ask=question.ask[lang],
        lang=lang,
        counts=words[question.counts],
        everybody=_share(everybody),
        bands=[_share(cell) for cell in bands],
        study=_share(study),
    )


def _share(cell: Cell) -> Share:
    if cell.is_hidden:
        return Share(said="•", is_hidden=True)
    if cell.percent is None:
        return Share(said="–")
    if cell.low is None or cell.high is None:
        return Share(said=percent(cell.percent, 0 if cell.percent == round(cell.percent) else 1), at=cell.percent)
    between = say.between(number(cell.low), number(cell.high))
    return Share(
        said=percent(cell.percent), between=between, at=cell.percent, low=cell.low, wide=max(0.0, cell.high - cell.low)
    )
