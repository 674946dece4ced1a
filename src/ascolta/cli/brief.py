"""`ascolta brief`: a week on one page: what was said to us, what we learnt, how we behaved."""

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import DryRun, place_of
from ascolta.cli.show import Json, out, say_json
from ascolta.core.brand import Brand
from ascolta.core.brief import ENDS, Brief
from ascolta.core.days import DAY, moment, written
from ascolta.core.insight_bounds import Estimate
from ascolta.core.paper import markdown
from ascolta.core.routing import Routes
from ascolta.core.text import shown
from ascolta.core.weekly import WEEK, clock, due, last, latest, monday, named
from ascolta.desks import Unreachable, herald
from ascolta.errors import AscoltaError, FileError
from ascolta.files.routes import FILE as ROUTES
from ascolta.files.routes import load_routes
from ascolta.stores.ledger import read
from ascolta.web.brief import gather, lacking, sheet
from ascolta.web.briefed import paper, told
from ascolta.web.findings import own
from ascolta.web.pictures import installed
from ascolta.web.weekly import mail

app = typer.Typer(add_completion=False)

Made = Sequence[tuple[Brand, Brief]]


@app.command()
def brief(
    folder: Annotated[Path, typer.Argument(help="A folder with brand.yaml, or a folder of such folders.")] = Path(),
    brand: Annotated[str, typer.Option("--brand", "-b", help="Of which brand, by its id; all without.")] = "",
    week: Annotated[str, typer.Option("--week", help="Which week, such as 2026-W47; the last whole one without.")] = "",
    store: StoreFolder = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write one page with three pictures, which prints at A4.")
    ] = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, to pass on.")] = False,
    as_mail: Annotated[bool, typer.Option("--mail", help="Print it as desks are sent it: subject and text.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Tell a week on one page: what was said to you, what was learnt, and how you behaved; to print or to pass on.

    It is made of published figures and of counts, so it spends nothing and names nobody. routes.yaml says which desks
    `ascolta run` sends it to and when; --dry-run tells that, and what would be sent.

        ascolta brief my-brand
        ascolta brief my-brand --week 2026-W47 --html brief.html
        ascolta brief my-brand --dry-run
    """
    if sum((html is not None, as_markdown, as_mail, as_json)) > 1:
        raise AscoltaError("the brief takes one shape at a time: --html, --markdown, --mail or --json")
    made = _gather((folder, place_of(folder, store)), brand, _monday(week))
    if dry_run:
        _rehearse(folder, made, as_json=as_json)
    elif html is not None:
        _write(html, made)
    elif as_json:
        say_json([_json(*one) for one in made])
    else:
        for _brand, one in made:
            _say(one, as_markdown=as_markdown, as_mail=as_mail)


def _monday(week: str) -> int:
    """The first day of the week that is asked for, which must be over. Raises AscoltaError."""
    newest = last(time.time())
    if not week:
        return newest
    first = monday(week)
    if first is None:
        raise AscoltaError(f"--week {week[:20]}: there is no such week; write one as {named(newest)}")
    if first > newest:
        raise AscoltaError(f"--week {week[:20]}: that week is not over; the last one is {named(newest)}")
    return first


def _gather(where: tuple[Path, Path], wanted: str, first: int) -> Made:
    (folder, place), now = where, time.time()
    brands = bootstrap.brands(folder)
    mine = own(brands)
    chosen = [one for one in mine if wanted in ("", one.id)]
    if not chosen:
        raise AscoltaError(f"--brand {wanted[:40]}: no such brand; known are {', '.join(one.id for one in mine)}")
    with ExitStack() as opened:
        kept = bootstrap.store(place)
        opened.callback(kept.close)
        ledger = read(place)
        if ledger is not None:
            opened.callback(ledger.close)
        return [(one, gather((brands, (kept, ledger), lambda: now), one, first)) for one in chosen]


def _say(found: Brief, *, as_markdown: bool, as_mail: bool) -> None:
    if as_markdown:
        out.file.write(markdown(paper(told(found))))
        return
    subject, body = mail(found)
    title = f"Subject: {subject}" if as_mail else subject
    out.print(shown(title), style=None if as_mail else "bold", markup=False, soft_wrap=True)
    for line in ("", *body.split("\n"), ""):
        out.print(shown(line), markup=False, soft_wrap=True)


def _write(path: Path, made: Made) -> None:
    """The page as a file. Raises AscoltaError where there are several brands, FileError where it cannot be written."""
    if len(made) != 1:
        names = ", ".join(brand.id for brand, _ in made)
        raise AscoltaError(f"--html writes the page of one brand; name it with --brand: {names}")
    try:
        path.write_text(sheet(made[0][1], alone=True), encoding="utf-8")
    except OSError as error:
        raise FileError(path, None, f"cannot be written ({error.strerror}); choose another place") from None
    out.print(f"wrote {path}", markup=False, soft_wrap=True)
    if not installed():
        out.print(lacking(), markup=False, soft_wrap=True)


def _rehearse(folder: Path, made: Made, *, as_json: bool) -> None:
    """To whom the brief goes and when, and what would be said; nothing is sent."""
    owned = bootstrap.found(folder).own
    found = [_sending(brand, load_routes(owned[brand.id], brand.id), one) for brand, one in made]
    if as_json:
        say_json(found)
        return
    for one in found:
        for line in (*one["to"], one["when"], "", one["subject"], "", *str(one["body"]).split("\n"), ""):
            out.print(shown(line), markup=False, soft_wrap=True)


def _sending(brand: Brand, routes: Routes | None, found: Brief) -> dict[str, Any]:
    subject, body = mail(found)
    said = {"brand": brand.id, "week": named(found.monday), "subject": subject, "body": body}
    if routes is None or routes.brief is None:
        return {**said, "to": [], "when": f"{brand.id}: {ROUTES} says nothing of a brief, so nobody is sent it"}
    weekly, now = routes.brief, time.time()
    reached = {name: herald(routes.desks[name], os.environ, time.time) for name in weekly.desks}
    told_to = [f"{name}: {one.why if isinstance(one, Unreachable) else 'is sent it'}" for name, one in reached.items()]
    by = clock(weekly, brand)
    when = f"once a week, next on {moment(latest(now + WEEK * DAY, weekly.at, by))}"
    if due(now, weekly.at, by) is not None:
        when += ", and now if the one of last week did not go out yet"
    return {**said, "to": told_to, "when": when}


def _json(brand: Brand, found: Brief) -> dict[str, Any]:
    words = told(found)
    index = found.index
    return {
        "brand": brand.id,
        "week": named(found.monday),
        "from": written("date", found.monday),
        "to": written("date", found.sunday),
        "days": {written("date", one.day): _bounds(one.people) for one in found.days},
        "cases": {
            str(one.what): {"all": one.cases, **{str(end): count for end, count in zip(ENDS, one.ends, strict=True)}}
            for one in found.met
        },
        "topics": {
            one.topic: {"direction": str(one.direction), "times": _bounds(one.change), "asks": _bounds(one.asks)}
            for one in found.learnt
        },
        "index": None if index is None else {"now": _bounds(index.now), "before": _bounds(index.before)},
        "behaved": {str(one.what): _bounds(one.share) for one in found.behaved},
        "speeds": list(found.speeds),
        "sentences": {part.heading: list(part.said) for part in words.parts},
        "notes": list(words.notes),
    }


def _bounds(one: Estimate | None) -> dict[str, float | None] | None:
    if one is None:
        return None
    there = {"value": one.value, "low": one.low, "high": one.high}
    return {name: round(value, 4) if value != float("inf") else None for name, value in there.items()}
