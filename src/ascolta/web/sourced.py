"""The sources of a brand as they stand: how their listening goes, and whether it was weighed that we may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ascolta.core.brand import Brand
from ascolta.core.brand import FileSource as Declared
from ascolta.errors import FileError
from ascolta.files.assessments import KEYS, faults
from ascolta.files.reading import read_front
from ascolta.ports import Store
from ascolta.sources.files import names
from ascolta.web.health import Health
from ascolta.web.standing import Standing, standing
from ascolta.web.tongue import dated
from ascolta.web.tongue import gettext as _
from ascolta.web.vitals import Vitals
from ascolta.web.words import told

POSTS, LAG, ERRORS = "ascolta_posts_heard_total", "ascolta_source_lag_seconds", "ascolta_source_errors_total"
AT = "ascolta_source_heard_timestamp_seconds"
GOOD, BAD, WAIT = "good", "bad", "wait"
SOON = 30
"""Days before the review of an assessment from which on the page says so."""

Figures = Mapping[tuple[str, str, str], float]
"""By the name of a figure, the source and the kind of error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """An assessment as it stands: a word for its state, a sentence, and what is missing, if it does not hold."""

    state: str
    said: str
    file: str = ""
    signed: str = ""
    faults: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """One source. `last` is when its newest post came, `listened` when it was heard to its end; `lag` in seconds.

    `stands` is there for a network that this program hears.
    """

    path: str
    networks: Sequence[str]
    state: str
    said: str
    weighed: Weighed
    line: int = 0
    last: float | None = None
    listened: float | None = None
    lag: float | None = None
    posts: int = 0
    errors: Sequence[tuple[str, int]] = ()
    stands: Standing | None = None


def look(brand: Brand, folder: Path | None, kept: tuple[Store, Health], now: float) -> list[Sourced]:
    """The sources that a brand's file names; `folder` is the brand's own."""
    store, health = kept
    figures = _figures(health)
    files = names((source.path, source.path) for source in brand.sources if source.live is None)
    called = [files.get(source.path, source.name) for source in brand.sources]
    known = (store, figures, health)
    return [_one((source, name), folder, known, now) for source, name in zip(brand.sources, called, strict=True)]


def _one(
    called: tuple[Declared, str], folder: Path | None, known: tuple[Store, Figures, Health], now: float
) -> Sourced:
    (source, name), (store, figures, health) = called, known
    errors = [(kind, int(n)) for (figure, where, kind), n in figures.items() if (figure, where) == (ERRORS, name) and n]
    state, said = _health(health.vitals, name, has_failed=bool(errors), is_heard=(AT, name, "") in figures)
    return Sourced(
        path=source.path,
        networks=source.networks,
        state=state,
        said=said,
        weighed=_weighed(source, folder, now),
        line=source.line,
        last=store.heard_last(name) or None,
        listened=figures.get((AT, name, "")),
        lag=figures.get((LAG, name, "")),
        posts=int(figures.get((POSTS, name, ""), 0)),
        errors=sorted(errors),
        stands=standing(health.live[name], now) if name in health.live else None,
    )


def _health(vitals: Vitals, name: str, *, has_failed: bool, is_heard: bool) -> tuple[str, str]:
    """How the listening to one source goes, by how all of it goes and by what this one did."""
    listener = vitals.listener()
    if name in vitals.failing and listener not in ("none", "stopping"):
        return BAD, _("fails; it is tried no more") if vitals.failing[name] else _("fails; it is tried again")
    if listener == "none":
        return WAIT, _("not heard by this program")
    if listener in ("over", "failing") and has_failed:
        return BAD, _("fails; it is tried no more") if listener == "over" else _("fails; it is tried again")
    if listener == "over":
        return BAD, _("not heard any more: the listening ended")
    if listener == "silent":
        return BAD, _("gives no sign of life")
    if listener == "stopping":
        return WAIT, _("stops")
    return (GOOD, _("is heard")) if is_heard else (WAIT, _("is being read"))


def _figures(health: Health) -> Figures:
    """What the metrics know of sources; nothing of the store is read for it."""
    registry = health.metrics.registry.restricted_registry([POSTS, LAG, AT, ERRORS])
    return {
        (sample.name, sample.labels.get("source", ""), sample.labels.get("error", "")): sample.value
        for family in registry.collect()
        for sample in family.samples
    }


def _weighed(source: Declared, folder: Path | None, now: float) -> Weighed:
    if source.rehearsal:
        return Weighed(state=GOOD, said=_("A rehearsal: its posts are made up, so there is nothing to weigh."))
    if folder is None:
        return Weighed(state=WAIT, said=_("Its file is not at hand here."))
    today = date.fromtimestamp(now)
    file, wrong = source.assessment, list(faults(folder, source, today))
    try:
        front, _lines = read_front(folder / file, "its values")
        keys = {name: value.text() for name, value in front.mapping((), KEYS).items() if name != "source"}
    except FileError as error:
        wrong = wrong or [error]
    if wrong:
        said = _("It does not hold, so this source is not heard at the next start.")
        return Weighed(state=BAD, said=said, file=file, faults=[_plainly(error, folder) for error in wrong])
    days = {name: date.fromisoformat(keys[name]) for name in ("dated", "review")}
    said = _(
        "It holds: weighed on %(dated)s, to be weighed again by %(review)s.",
        dated=dated(days["dated"]),
        review=dated(days["review"]),
    )
    soon = (days["review"] - today).days <= SOON
    return Weighed(state=WAIT if soon else GOOD, said=said, file=file, signed=keys["signed"])


def _plainly(error: FileError, folder: Path) -> str:
    """An error in a file that is named as seen from the brand's folder."""
    path = Path(error.path)
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    return f"{name}{'' if error.line is None else f':{error.line}'}: {told(error.message)}"
