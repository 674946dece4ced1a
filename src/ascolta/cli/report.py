"""`ascolta report`: what the published figures and the cases say of a brand, in sentences to pass on."""

import math
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import place_of
from ascolta.cli.show import Json, out, say_json
from ascolta.core.days import written
from ascolta.core.insight import LONGEST, Change, Insight, Level
from ascolta.core.insight_bounds import Estimate
from ascolta.core.insight_cases import Asked, Index
from ascolta.core.insight_rivals import Beside
from ascolta.core.insight_statements import Response
from ascolta.core.rising import BACK, Week, rises
from ascolta.core.text import shown
from ascolta.stores.ledger import read
from ascolta.stores.statements import Statements
from ascolta.web import response, rising, sentences
from ascolta.web.findings import Findings, find, own

app = typer.Typer(add_completion=False)

Part = tuple[str, Sequence[str]]
"""A heading and its sentences."""


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="A folder with brand.yaml, or a folder of such folders.")] = Path(),
    weeks: Annotated[
        int, typer.Option("--weeks", min=1, max=LONGEST, help="How many weeks before the last one to compare with.")
    ] = 4,
    store: StoreFolder = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, to pass on.")] = False,
    as_json: Json = False,
) -> None:
    """Tell what was learnt: who speaks, of what, what is asked of you, what moved your reputation; each with bounds.

    Figures about talk are the published ones, with their noise; what is asked of you is counted from cases that people
    opened by speaking to you. Reading spends nothing and names nobody.
    """
    found = _gather(folder, place_of(folder, store), weeks)
    if as_json:
        say_json({"weeks": weeks, "brands": [_told(one) for one in found]})
        return
    for one in found:
        _say(one, markdown=markdown)


def _gather(folder: Path, place: Path, weeks: int) -> list[Findings]:
    there, now = bootstrap.found(folder), time.time()
    with ExitStack() as opened:
        kept = bootstrap.store(place)
        opened.callback(kept.close)
        ledger = read(place)
        if ledger is not None:
            opened.callback(ledger.close)
        statements = Statements(place, reading=True) if response.is_there(place) else None
        if statements is not None:
            opened.callback(statements.close)
        went = response.went_out(statements, there.own) if statements is not None else response.nothing
        made = [find(brand, there.brands, (kept, ledger), (now, weeks)) for brand in own(there.brands)]
        return [
            replace(one, responses=response.answered(one.brand, ledger, went(one.brand.id), one.spoken, (now, weeks)))
            for one in made
        ]


def _say(found: Findings, *, markdown: bool) -> None:
    title = f"# {found.brand.name}" if markdown else found.brand.name
    out.print(shown(title), markup=False, soft_wrap=True)
    for heading, said in _parts(found):
        out.print(f"\n## {heading}\n" if markdown else f"\n  {heading}", markup=False)
        for sentence in said:
            out.print(shown(f"- {sentence}" if markdown else f"    {sentence}"), markup=False, soft_wrap=True)
    out.print()


def _parts(found: Findings) -> list[Part]:
    figures, parts = found.figures, list[Part]()
    if figures is None:
        parts.append(("Talk", ["Nothing was published yet; a figure is, once a whole day was listened to."]))
    else:
        volume = [sentences.headline(figures), sentences.changed(figures.volume, figures.brand)]
        parts.append(("Talk", volume))
        if figures.topics:
            parts.append(("Topics", [sentences.changed(one, one.topic) for one in figures.topics]))
        if voices := sentences.voiced(figures):
            parts.append(("Share of voice", voices))
        if others := sentences.besides(found.beside, found.brand.name):
            parts.append(("Beside competitors", others))
    if words := rising.told(found.words):
        parts.append(("Words of the week", words))
    asked = [said for one in found.asked if (said := sentences.wanted(one))]
    few = "Too few cases to tell; it takes five of a topic."
    parts.append(("Asked of us", asked or [few]))
    index = found.index
    moved = [sentences.stands(index), *sentences.moved(index)] if index is not None else []
    parts.append(("Reputation index", moved or ["It takes 20 cases of the last two weeks."]))
    if after := [said for one in found.responses for said in response.told(one, found.brand.name)]:
        parts.append(("After our own statements", [*after, *response.notes()]))
    return [*parts, ("How to read this", sentences.notes(figures))] if figures is not None else parts


def _told(found: Findings) -> dict[str, Any]:
    return {
        "brand": found.brand.id,
        "figures": _figures(found.figures) if found.figures is not None else None,
        "beside": [_beside(one) for one in found.beside],
        "cases": found.cases,
        "asked": [_asked(one) for one in found.asked],
        "index": _index(found.index) if found.index is not None else None,
        "words": _words(found.words),
        "statements": [_response(one) for one in found.responses],
        "sentences": dict(_parts(found)),
    }


def _figures(found: Insight) -> dict[str, Any]:
    return {
        "last": written("date", found.last),
        "missing": found.missing,
        "restarts": found.restarts,
        "epsilon_a_day": float(found.epsilon),
        "volume": _change(found.volume),
        "topics": {one.topic: _change(one) for one in found.topics},
        "share_of_voice": {one.brand: _bounds(one.share) for one in found.voices},
        "days": {written("date", day): found.series.days.get(day) for day in (*found.before, *found.now)},
    }


def _beside(one: Beside) -> dict[str, Any]:
    parts = {"own": _bounds(one.own), "others": _bounds(one.others), "times": _bounds(one.times)}
    return {"topic": one.topic, "other": one.other, **parts}


def _change(one: Change) -> dict[str, Any]:
    return {
        "now": _level(one.now),
        "before": _level(one.before),
        "direction": str(one.direction),
        "counted": _bounds(one.counted),
        "usual": _bounds(one.usual),
        "shows_from": None if math.isinf(one.seen) else round(one.seen, 4),
    }


def _level(one: Level | None) -> dict[str, Any] | None:
    return None if one is None else {"days": one.days, "hidden": one.hidden, **(_bounds(one.mean) or {})}


def _bounds(one: Estimate | None) -> dict[str, float | None] | None:
    """An estimate as numbers; None stands for what has no bound."""
    if one is None:
        return None
    there = {"value": one.value, "low": one.low, "high": one.high}
    return {name: round(value, 4) if math.isfinite(value) else None for name, value in there.items()}


def _words(weeks: Sequence[Week]) -> dict[str, Any] | None:
    """The last week whose words were published, beside the weeks before it; None if there is none."""
    if not weeks:
        return None
    last = weeks[-1]
    return {
        "week": last.name,
        "whole": last.is_whole,
        "epsilon_a_day": float(last.epsilon),
        "delta_a_day": float(last.delta),
        "words": [
            {
                "term": one.term,
                "count": _bounds(one.now),
                "weeks_before": one.weeks,
                "shown_before": one.shown,
                "times": _bounds(one.times),
                "rose": one.is_clear,
            }
            for one in rises(weeks)
        ],
        "before": {week.name: {word.term: word.value for word in week.words} for week in weeks[-BACK - 1 : -1]},
    }


def _asked(one: Asked) -> dict[str, Any]:
    return {
        "topic": one.topic,
        "cases": one.cases,
        "intents": dict(one.intents),
        "tones": dict(one.tones),
        "asks": _bounds(one.asks),
        "negative": _bounds(one.negative),
    }


def _response(one: Response) -> dict[str, Any]:
    return {
        **response.figures(one),
        "changes": {change.topic: _change(change) for change in one.changes},
        "index": _index(one.index) if one.index is not None else None,
    }


def _index(one: Index) -> dict[str, Any]:
    return {
        "cases": one.cases,
        "now": _bounds(one.now),
        "before": _bounds(one.before),
        "change": _bounds(one.change),
        "moved": {part.topic: _bounds(part.points) for part in one.moved},
    }
