"""Practice: how the brand really behaves, from its own journal, beside what people expect; with what vouches for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import Response

from ascolta.core.conduct import Conduct
from ascolta.core.days import DAY, iso
from ascolta.core.interval import Share
from ascolta.core.journal import named
from ascolta.core.mention import Brands
from ascolta.core.paper import markdown
from ascolta.core.practice import Practice, figures, practice
from ascolta.core.study import figure
from ascolta.ports import Store
from ascolta.stores.conduct import Vouched, acted, vouched
from ascolta.stores.journal import MemoryJournal, SqlJournal
from ascolta.web import practice_notes, practised, say
from ascolta.web.shared import Shared
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import percent

PERIODS = (7, 28, 90)
USUAL = 28
FRESH = 60.0
"""Seconds for which what was read of a journal is shown again: it grows with every batch that is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One share, drawn: in percent, with the interval and the share of people who expect it, if that is known."""

    name: str
    share: float
    said: str
    low: float = 0.0
    high: float = 0.0
    expected: float | None = None
    expects: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of the journal, and when."""

    at: float
    told: Conduct
    proof: Vouched


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that the page shows. `name` is the brand's where one of several was chosen."""

    days: int
    brand: str
    name: str
    since: float
    until: float
    found: Practice
    questions: Sequence[practised.Question]
    bars: Sequence[Bar]
    speeds: Sequence[Bar]
    notes: Sequence[str]
    proof: Vouched
    told: Conduct

    @property
    def is_empty(self) -> bool:
        """Whether nothing was heard in this time, and nothing done."""
        return not (self.found.talks or self.found.around.mentions)


@dataclass(slots=True)
class Behaviour:
    """The journal of the desk's store, read at most once a minute for each period."""

    store: Store
    brands: Brands
    clock: Callable[[], float]
    _reads: Mapping[int, Shared[Read | None]] = field(init=False)

    def __post_init__(self) -> None:
        self._reads = {days: Shared(partial(self._read, days), FRESH, self.clock) for days in PERIODS}

    def look(self, days: int, brand: str) -> Shown | None:
        """What the page shows of one of the periods; None if nothing is written down here."""
        kept = self._reads[days]()
        if kept is None:
            return None
        one = self.brands.by_id.get(brand) if len(self.brands.by_id) > 1 else None
        told, own = kept.told, named(one.id) if one is not None else ""
        found = practice(told.of(own), told.around(own))
        return Shown(
            days=days,
            brand=one.id if one is not None else "",
            name=one.name if one is not None else "",
            since=kept.at - days * DAY,
            until=kept.at,
            found=found,
            questions=practised.questions(found),
            bars=_bars(found),
            speeds=_speeds(found),
            notes=[*practice_notes.own_notes(), *practice_notes.lacks(told)],
            proof=kept.proof,
            told=told,
        )

    def _read(self, days: int) -> Read | None:
        journal, at = self.store.journal, self.clock()
        if not isinstance(journal, MemoryJournal | SqlJournal):
            return None
        key = journal.signer.verifier if journal.signer is not None else None
        return Read(at=at, told=acted(journal, at - days * DAY, at), proof=vouched(journal, journal.second, key))


def add_practice(app: FastAPI, behaviour: Behaviour, page: Callable[..., Response]) -> None:
    """The page, and the same to take along."""

    @app.get("/practice")
    def show_practice(request: Request, days: int = USUAL, brand: str = "") -> Response:
        shown = behaviour.look(_period(days), brand)
        values = {"shown": shown, "periods": PERIODS, "days": _period(days), "source": practice_notes.source()}
        return page(request, "practice.html", values)

    @app.get("/practice.{kind}")
    def take_practice(request: Request, kind: str, days: int = USUAL, brand: str = "") -> Response:
        shown = behaviour.look(_period(days), brand)
        if shown is None or kind not in ("md", "json"):
            return page(request, "practice.html", {"shown": None, "periods": PERIODS, "days": _period(days)}, 404)
        name = {"content-disposition": f'attachment; filename="practice-{shown.days}-days.{kind}"'}
        if kind == "md":
            return Response(_markdown(shown), media_type="text/markdown; charset=utf-8", headers=name)
        body = msgspec.json.format(msgspec.json.encode(_json(shown)), indent=2)
        return Response(body, media_type="application/json", headers=name)


def _period(days: int) -> int:
    return days if days in PERIODS else USUAL


def _bars(found: Practice) -> Sequence[Bar]:
    """What the brand does, and how many people expect it."""
    wanted = (
        (_("Answered, of those who spoke to the brand"), found.spoken.answered, "when-spoken-to"),
        (_("Answered, of those who complained to it"), found.complaints.answered, "answer-complaints"),
        (_("Left alone, of what was not said to the brand"), found.alone, "unheard"),
    )
    return [_bar(name, share, figure(of).percent) for name, share, of in wanted if share is not None and share.whole]


def _bar(name: str, share: Share, expected: float) -> Bar:
    low, high = share.interval or (0.0, 0.0)
    return Bar(
        name=name,
        share=round(100 * (share.value or 0.0), 1),
        said=practised.of_all(share),
        low=round(100 * low, 1),
        high=round(100 * high, 1),
        expected=expected,
        expects=percent(expected),
    )


def _speeds(found: Practice) -> Sequence[Bar]:
    """How fast those who spoke to the brand were answered."""
    met = found.spoken
    whole = met.answered.whole
    if not whole:
        return ()
    names = (
        _("within a quarter of an hour"), _("within an hour"), _("within five hours"), _("within a day"), _("later"),
        _("not yet"),
    )  # fmt: skip
    counts = (*met.speeds, whole - met.answered.part)
    shares = [Share(part=count, whole=whole) for count in counts]
    return [
        Bar(name=name, share=round(100 * (share.value or 0.0), 1), said=practised.of_all(share))
        for name, share in zip(names, shares, strict=True)
    ]


def _markdown(shown: Shown) -> str:
    title = _("Practice of %(name)s", name=shown.name) if shown.name else _("Practice")
    lead = _("From %(since)s to %(until)s.", since=say.day(shown.since), until=say.day(shown.until))
    notes = [*shown.notes, practice_notes.signed(shown.proof)]
    return markdown(practised.paper(title, lead, shown.found, notes))


def _json(shown: Shown) -> dict[str, Any]:
    proof, told = shown.proof, shown.told
    return {
        "brand": shown.brand or None,
        "since": iso(shown.since),
        "until": iso(shown.until),
        "practice": figures(shown.found),
        "rests_on": {
            "journal": {"entries": proof.size, "root": proof.root, "key": proof.key},
            "checkpoint": {"entries": proof.signed, "root": proof.signed_root, "fits": proof.fits},
            "entries": told.entries,
            "left_out": {"cases": told.untold, "entries": told.unreadable},
        },
        "notes": list(shown.notes),
    }
