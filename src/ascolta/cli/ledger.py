"""`ascolta ledger`: what the published figures spent, what that protects, what could still be learned."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.show import Json, out, say_json
from ascolta.core.bound import EPOCHS
from ascolta.core.cells import BUDGET, TERMS, Kind, Published
from ascolta.core.days import number
from ascolta.core.ledger import Entry, learned, plain, protects, together
from ascolta.core.rising import THRESHOLD, WEEK, Week, monday, reach
from ascolta.core.text import shown
from ascolta.errors import AscoltaError
from ascolta.stores.ledger import FILE, SqlLedger

app = typer.Typer(add_completion=False)
NAMES = {
    Kind.HOUR: "authors by the hour in which they were first heard",
    Kind.DAY: "authors of the day",
    Kind.TOPIC: "authors by topic",
}


@app.command()
def ledger(
    folder: Annotated[Path, typer.Argument(help="A brand's folder, or the folder of its store.", metavar="FOLDER")],
    brand: Annotated[str, typer.Option("--brand", "-b", help="One brand only, by its name in brand.yaml.")] = "",
    day: Annotated[str, typer.Option("--day", "-d", help="One day only, such as 2026-11-25 (UTC).")] = "",
    as_json: Json = False,
) -> None:
    """Show what was published and what it spent: the privacy ledger, readable by people.

    Figures count authors, carry noise, and are the same whenever they are read. Reading spends nothing.
    """
    date = _day(day)
    kept = SqlLedger(_place(folder), reading=True)
    try:
        entries, weeks = kept.entries(brand, date), kept.weeks(brand)
    finally:
        kept.close()
    if date is not None:
        weeks = [week for week in weeks if week.first == monday(date)]
    if not entries:
        about = " ".join(word for word in (brand and f"about '{brand}'", day and f"on {day}") if word)
        raise AscoltaError(
            f"{folder}: the ledger says nothing{about and ' '}{about}; leave out --brand and --day for all"
        )
    if as_json:
        told = [_told(entry) for entry in entries]
        say_json({"entries": told, "words": [_week(week) for week in weeks], "spent": float(together(entries))})
        return
    for entry in entries:
        _say(entry)
    for week in weeks:
        _say_week(week)
    if len(entries) > 1:
        whole = plain(together(entries))
        out.print(f"All {len(entries)} together, for somebody who spoke in each: epsilon {whole}.")


def _place(folder: Path) -> Path:
    here = folder / FILE
    return here if here.exists() else folder / bootstrap.STORE / FILE


def _day(said: str) -> int | None:
    try:
        return number("date", said) if said else None
    except ValueError as error:
        raise AscoltaError(f"--day {said}: expected {str(error).replace('date:', '')}") from None


def _say(entry: Entry) -> None:
    times = "once" if entry.charged == 1 else f"{entry.charged} times"
    most = BUDGET * max(1, entry.charged)
    spent = f"epsilon {plain(entry.spent)} of {plain(most)}; an author was counted {times} at the most"
    lines = [f"{entry.brand}, {entry.date}", f"  Spent: {spent}, {entry.open} cells are open."]
    if entry.words:
        epsilon, delta = entry.worded
        lines.append(f"  Spent by words of the week: epsilon {plain(epsilon)}, delta {delta:.1e}")
    for kind, found in _kinds(entry.published):
        here = list(found)
        paid = entry.by_kind.get(kind)
        lines.append(f"  {NAMES[kind]} (epsilon {plain(paid) if paid else 0})")
        lines += [f"    {_figure(one)}" for one in here if one.value is not None]
        hidden, gone = (sum(one.value is None and one.withheld is over for one in here) for over in (False, True))
        if hidden:
            lines.append(f"    {hidden} of {len(here)} not shown: below {TERMS[kind].threshold} after noise")
        if gone:
            lines.append(f"    {gone} of {len(here)} withheld: more than {EPOCHS} starts in one day")
    lines += ["  What it protects", f"    {protects(entry)}"]
    if still := learned(entry):
        lines += ["  What could still be learned", *(f"    - {said}" for said in still)]
    for line in lines:
        out.print(shown(line), markup=False, soft_wrap=True)
    out.print()


def _say_week(week: Week) -> None:
    """The words of a week, as they were published."""
    lines = [
        f"{week.brand}, words of the week from {week.name}",
        f"  {len(week.words)} shown, from {THRESHOLD} on after noise (19 in 20: within {reach()})",
        f"  {len(week.days)} of {WEEK} days heard; epsilon {plain(week.epsilon)}, delta {float(week.delta):.1e} a day",
        *(f"    {word.value:>8,}   {word.term}" for word in week.words),
    ]
    for line in lines:
        out.print(shown(line), markup=False, soft_wrap=True)
    out.print()


def _figure(one: Published) -> str:
    low, high = one.interval or (0, 0)
    label = {Kind.HOUR: f"{one.cell.part}:00", Kind.DAY: "all day", Kind.TOPIC: one.cell.part}[one.cell.kind]
    return f"{label:<12}{one.value:>8,}   (19 in 20: {low:,} to {high:,})"


def _kinds(published: Sequence[Published]) -> list[tuple[Kind, list[Published]]]:
    order = {kind: at for at, kind in enumerate((Kind.DAY, Kind.HOUR, Kind.TOPIC))}
    ranked = sorted(published, key=lambda one: (order[one.cell.kind], one.cell.part))
    return [(kind, list(found)) for kind, found in groupby(ranked, key=lambda one: one.cell.kind)]


def _week(week: Week) -> dict[str, Any]:
    return {
        "brand": week.brand,
        "week": week.name,
        "days": len(week.days),
        "epsilon_a_day": float(week.epsilon),
        "delta_a_day": float(week.delta),
        "threshold": THRESHOLD,
        "words": {word.term: word.value for word in week.words},
    }


def _told(entry: Entry) -> dict[str, Any]:
    figures = [
        {
            "kind": one.cell.kind,
            "part": one.cell.part,
            "value": one.value,
            "interval": one.interval,
            "epsilon": float(one.epsilon),
            "withheld": one.withheld,
        }
        for one in entry.published
    ]
    return {
        "brand": entry.brand,
        "day": entry.date,
        "epochs": len(entry.epochs),
        "spent": float(entry.spent),
        "words": {"epsilon": float(entry.worded[0]), "delta": entry.worded[1]},
        "by_kind": {str(kind): float(epsilon) for kind, epsilon in entry.by_kind.items()},
        "open": entry.open,
        "published": figures,
        "protects": protects(entry),
        "learned": learned(entry),
    }
