"""`ascolta detect`: counts over time in, how seldom each is and where an alarm would rise."""

import importlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta.cli.band import Seen, drawn
from ascolta.cli.counted import Counted, read_counts, step
from ascolta.cli.show import tell, write_lines
from ascolta.core.alert import CALM, CEILING, FEW, ONCE_IN_DAYS, SHORT_HISTORY, told_history
from ascolta.core.days import iso
from ascolta.core.detect import ReturnPeriod
from ascolta.core.watching.pace import DAY, HOUR
from ascolta.errors import AscoltaError

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")

QUIET = 3
"""An episode is over after an hour without anything remarkable, and after so many counts at least."""

PICTURES = (".svg", ".png")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One count with what the detector says of it. `value` is None where the row had none."""

    at: float
    value: float | None
    score: float
    state: str
    begins: bool
    usual: float
    limits: tuple[float, float]
    to_go: float


@app.command()
def detect(
    counts: Annotated[str, typer.Argument(help="A CSV file of times and counts; - for standard input.", metavar="CSV")],
    once_in_days: Annotated[
        float, typer.Option("--once-in-days", min=0.1, max=3650, help="How seldom an alarm may be, by these counts.")
    ] = ONCE_IN_DAYS,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw volume, what is usual and the alarms, to an .svg or .png file.")
    ] = None,
    alarms: Annotated[bool, typer.Option("--alarms", help="Print only the lines at which an alarm rises.")] = False,
) -> None:
    """Say of each count how seldom the like was seen, and where an alarm would rise; as if it came in just now.

    A row is a time and a count: `2026-10-15T18:40:00Z,12`, or seconds since 1970; a header may name the columns
    `timestamp` and `value`, and an empty count is one that was lost. Counts may come every 10 seconds or once a week,
    the oldest first. Nothing later is looked at to judge a count, so the past can be replayed honestly.

    Out come JSON lines: `{"at", "value", "score", "once_in_days", "state"}`. `score` is the base-10 logarithm of
    `once_in_days`; `state` is `calm` or `alert`. While there is less than two weeks of history, `note` says so.

        ascolta detect counts.csv --alarms
        ascolta detect counts.csv --plot counts.svg > judged.jsonl
        zcat counts.csv.gz | ascolta detect - --once-in-days 30

    Exit code 2 if a row cannot be read; the message names its line.
    """
    if plot is not None and plot.suffix.lower() not in PICTURES:
        raise AscoltaError(f"--plot {plot}: expected a name that ends in .svg or .png")
    rows = read_counts(counts)
    judged = list(judge(rows, once_in_days, band=plot is not None))
    write_lines(_line(one) for one in judged if one.begins or not alarms)
    if plot is not None:
        _draw(plot, judged, once_in_days)
    tell(_summary(rows, judged))


def judge(rows: list[Counted], once_in_days: float, *, band: bool = False) -> Iterator[Judged]:
    """What the detector says of each count in turn. With `band`, what would have been remarkable is found as well."""
    seconds = step(rows)
    one, threshold = ReturnPeriod(seconds), math.log10(once_in_days)
    over = max(HOUR, QUIET * seconds)
    risen, remarkable = False, 0.0
    for at, count in rows:
        score = one.update(at, count)
        begins = not risen and score >= threshold and one.count * one.shortest >= FEW * one.minutes
        if begins or (risen and score >= CALM):
            risen, remarkable = True, at
        elif risen and at - remarkable >= over:
            risen = False
        span = one.expected_ticks
        yield Judged(
            at=at,
            value=None if count != count else count,
            score=score,
            state="alert" if risen else "calm",
            begins=begins,
            usual=one.expected / span,
            limits=(one.reaches(CALM) / span, one.reaches(threshold) / span) if band else (0.0, 0.0),
            to_go=SHORT_HISTORY / DAY - one.days,
        )


def _line(one: Judged) -> dict[str, Any]:
    value = int(one.value) if one.value is not None and one.value.is_integer() else one.value
    score = min(one.score, CEILING)
    said = {
        "at": iso(one.at),
        "value": value,
        "score": round(score, 3),
        "once_in_days": float(f"{10**score:.3g}"),
        "state": one.state,
    }
    return {**said, "note": told_history(one.to_go)} if one.to_go > 0 else said


def _summary(rows: list[Counted], judged: list[Judged]) -> str:
    """What a person wants to know first."""
    began = [one for one in judged if one.begins]
    days = (rows[-1][0] - rows[0][0]) / DAY
    said = f"{len(rows):,} counts, one every {_span(step(rows))}, over {days:.1f} days: "
    said += f"{len(began)} alarm{'' if len(began) == 1 else 's'}"
    if began:
        said += f", the last at {iso(began[-1].at)}"
    note = told_history(judged[-1].to_go)
    return f"{said}; {note}" if note else said


def _span(seconds: float) -> str:
    for unit, length in (("day", DAY), ("hour", HOUR), ("minute", 60.0)):
        if seconds >= length:
            count = round(seconds / length, 1)
            return unit if count == 1 else f"{count:g} {unit}s"
    return f"{seconds:g} seconds"


def _draw(path: Path, judged: list[Judged], once_in_days: float) -> None:
    seen = [
        Seen(
            at=one.at, count=one.value, usual=one.usual, limits=one.limits, alert=one.state == "alert", rose=one.begins
        )
        for one in judged
    ]
    svg = drawn(seen, f"Counts, what is usual, and alarms rarer than once in {once_in_days:g} days")
    try:
        if path.suffix.lower() == ".svg":
            path.write_text(svg, encoding="utf-8")
        else:
            path.write_bytes(_png(svg, path))
    except OSError as error:
        raise AscoltaError(f"--plot {path}: {error.strerror or error}; choose a place that can be written") from error


def _png(svg: str, path: Path) -> bytes:
    try:
        library: Any = importlib.import_module("resvg_py")
    except ImportError as error:
        raise AscoltaError(
            f"--plot {path}: a PNG needs the extra `plot`; run `pip install 'ascolta[plot]'`, or draw an .svg"
        ) from error
    return bytes(library.svg_to_bytes(svg_string=svg, zoom=2.0, background="#ffffff"))
