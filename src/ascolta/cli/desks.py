"""`ascolta desks`: who outside the desk is told of what, whether that works, and what is silenced."""

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import NO_STORE, By, Folder, is_store, needs_name, one_brand
from ascolta.cli.show import Json, out, say_json
from ascolta.core.brand import Brand
from ascolta.core.days import DAY, iso, moment
from ascolta.core.grading import asks
from ascolta.core.hooks import Hook, Place, trial
from ascolta.core.parse import parse
from ascolta.core.routing import FIELDS, Desk, Routes, Silence, Standing, key
from ascolta.core.text import shown
from ascolta.desks import Unreachable, herald, sender
from ascolta.errors import AscoltaError, SourceError
from ascolta.files.routes import FILE, load_routes
from ascolta.sources.times import seconds
from ascolta.stores.hooks import FILE as FOLLOWED
from ascolta.stores.hooks import Followed
from ascolta.stores.notices import Notices

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""Who outside the desk is told of what: by mail, in a chat room, by a webhook.

`routes.yaml` of the brand's folder says which desks are told of which alerts, handovers and escalations, and names for
each desk the environment variable that holds its address. `test` tells a desk something now; `silence` keeps alerts
from being told until a time, for a reason. A message never holds anything personal. `ascolta run` tells.
""",
)
silence = typer.Typer(
    no_args_is_help=True, rich_markup_mode="markdown", help="Keep alerts from being told, until a time, for a reason."
)
app.add_typer(silence, name="silence")

_SPAN = re.compile(r"(\d{1,4}) ?(min|h|d)")
_SIZES = {"min": 60.0, "h": 3_600.0, "d": DAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """One brand with its routes, and what waits to be told if it has a store."""

    brand: Brand
    routes: Routes
    notices: Notices | None


@app.command("list")
def list_(folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Show each desk: how it is told, of what, how much waits for it, and what went wrong last."""
    with _opened(folder, store) as ours:
        found = [_told(ours, desk) for desk in ours.routes.desks.values()]
    if as_json:
        say_json(found)
        return
    if not found:
        _say(f"There is no desk in {FILE} yet.")
    for one in found:
        counts = ", ".join(f"{count} {standing}" for standing, count in one["notices"].items() if count)
        told = ", ".join([*one["routes"], *(["the weekly brief"] if one["brief"] else [])]) or "no route"
        _say(f"{one['desk']}  {one['how']}  {told}{f'  {counts}' if counts else ''}")
        for said in dict.fromkeys((one["problem"], one["last"])):
            if said:
                _say(f"  {said}")


@app.command("test")
def rehearse(
    name: Annotated[str, typer.Argument(help="The desk or the hook, by its name.", metavar="DESK")],
    folder: Folder = Path(),
    as_json: Json = False,
) -> None:
    """Tell a desk, or a hook, that this is a test, now. Exit code 1 if it cannot be told."""
    _, brand, routes = _read(folder)
    hook = next((one for one in routes.hooks if one.name == name and name not in routes.desks), None)
    what, problem, now = "desk" if hook is None else "hook", "", time.time()
    marked = key("test", name, repr(now))
    try:
        if hook is not None:
            sender(hook, os.environ, time.time).send(name, trial(brand.id, now), marked)
        else:
            body = f"This is a test of desk '{name}', sent {moment(now)}. There is nothing to do."
            herald(_desk(routes, name), os.environ, time.time).tell(name, f"{brand.name}: a test", body, marked)
    except SourceError as error:
        problem = str(error)
    if as_json:
        say_json({what: name, "told": not problem, "problem": problem})
    else:
        _say(problem or f"{what} '{name}' was told")
    if problem:
        raise typer.Exit(1)


@app.command("hooks")
def list_hooks(folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Show each program that is told of events: of which, how many it was told, and what went wrong last."""
    own, brand, routes = _read(folder)
    place = store or own / bootstrap.STORE
    known: dict[str, Place | None] = {}
    if (place / FOLLOWED).is_file():
        with closing(Followed(place)) as followed:
            known = {hook.name: followed.known(brand.id, hook.name) for hook in routes.hooks}
    found = [_followed(hook, known.get(hook.name) or Place(next=0)) for hook in routes.hooks]
    if as_json:
        say_json(found)
        return
    if not found:
        _say(f"There is no hook in {FILE} yet.")
    for one in found:
        _say(f"{one['hook']}  {', '.join(one['on'])}  {one['told']} told, {one['dead']} dead")
        for said in dict.fromkeys((one["problem"], one["last"])):
            if said:
                _say(f"  {said}")


@silence.command("add")
def add(
    query: Annotated[str, typer.Argument(help="Which alerts, such as stream:negative.", metavar="QUERY")],
    until: Annotated[str, typer.Option("--until", help="When it ends: 90 min, 4 h, 2 d, or a time.")],
    why: Annotated[str, typer.Option("--why", help="The reason; others read it.")],
    by: By = "",
    folder: Folder = Path(),
    store: StoreFolder = None,
    as_json: Json = False,
) -> None:
    """Keep alerts that a query fits from being told. They still show at the desk, where a plan can be accepted.

    Example: `ascolta desks silence add stream:negative --until 4h --why "the strike is announced" --by Ann`
    """
    when = parse(query)
    fields, only = asks(when)
    if odd := sorted(fields - frozenset(FIELDS)):
        raise AscoltaError(f"an alert has no {odd[0]}:, it has {', '.join(f'{name}:' for name in FIELDS)} only")
    if not only:
        raise AscoltaError("an alert has no words; ask for its fields, such as stream:negative")
    now = time.time()
    with _opened(folder, store) as ours:
        wanted = Silence(brand=ours.brand.id, when=when, until=_end(until, now), why=why, by=needs_name(by), at=now)
        made = _kept(ours).silence(wanted)
    say_json(_silence(made)) if as_json else _say(f"silence {made.number} holds until {moment(made.until)}")


@silence.command("list")
def list_silences(folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Show what is silenced now, until when, why and by whom; those of routes.yaml have no number."""
    now = time.time()
    with _opened(folder, store) as ours:
        own = ours.notices.silences(now, ours.brand.id) if ours.notices is not None else []
        found = [*own, *(one for one in ours.routes.silences if one.until > now)]
    if as_json:
        say_json([_silence(one) for one in found])
        return
    if not found:
        _say("Nothing is silenced.")
    for one in found:
        who = f"by {one.by}" if one.by else f"{FILE}:{one.line}"
        _say(f"{one.number or '–'}  {one.when}  until {moment(one.until)}  {who}: {one.why}")


@silence.command("end")
def end(
    number: Annotated[int, typer.Argument(help="The silence, by its number.", metavar="NUMBER")],
    by: By = "",
    folder: Folder = Path(),
    store: StoreFolder = None,
    as_json: Json = False,
) -> None:
    """End a silence before its time."""
    needs_name(by)
    with _opened(folder, store) as ours:
        _kept(ours).end(ours.brand.id, number, time.time())
    say_json({"ended": number}) if as_json else _say(f"silence {number} is over")


@contextmanager
def _opened(folder: Path, store: Path | None) -> Iterator[Ours]:
    """A brand with its notices, closed again afterwards."""
    own, brand, routes = _read(folder)
    place = store or own / bootstrap.STORE
    if not is_store(place):
        yield Ours(brand=brand, routes=routes, notices=None)
        return
    journal = bootstrap.journal(place)
    notices = Notices(place, journal)
    try:
        yield Ours(brand=brand, routes=routes, notices=notices)
    finally:
        notices.close()
        journal.close()


def _read(folder: Path) -> tuple[Path, Brand, Routes]:
    own, brand = one_brand(folder)
    return own, brand, load_routes(own, brand.id) or Routes()


def _kept(ours: Ours) -> Notices:
    """What is kept of notices and silences. Raises AscoltaError without a store."""
    if ours.notices is None:
        raise AscoltaError(NO_STORE)
    return ours.notices


def _desk(routes: Routes, name: str) -> Desk:
    if name not in routes.desks:
        known = f"known are {', '.join(routes.desks)}" if routes.desks else f"there is none in {FILE} yet"
        raise AscoltaError(f"there is no desk '{name}'; {known}")
    return routes.desks[name]


def _told(ours: Ours, desk: Desk) -> dict[str, Any]:
    """What is shown of a desk; its address never is."""
    weekly, reached = ours.routes.brief, herald(desk, os.environ, time.time)
    kept = ours.notices.listed(brand=ours.brand.id) if ours.notices is not None else []
    own = [one for one in kept if one.desk == desk.name]
    counts = Counter(str(one.standing) for one in own)
    failed = [one for one in own if one.note and one.standing in (Standing.QUEUED, Standing.FAILED)]
    return {
        "desk": desk.name,
        "to": desk.to,
        "how": "cannot be told" if isinstance(reached, Unreachable) else str(getattr(reached, "kind", "")),
        "problem": reached.why if isinstance(reached, Unreachable) else "",
        "routes": [route.name for route in ours.routes.routes if desk.name in route.desks],
        "brief": weekly is not None and desk.name in weekly.desks,
        "notices": {str(one): counts[str(one)] for one in Standing},
        "last": failed[-1].note if failed else "",
    }


def _followed(hook: Hook, place: Place) -> dict[str, Any]:
    """What is shown of a hook; its address never is."""
    reached = sender(hook, os.environ, time.time)
    return {
        "hook": hook.name,
        "to": hook.to,
        "on": list(hook.on),
        "problem": reached.why if isinstance(reached, Unreachable) else "",
        "told": place.told,
        "dead": place.dead,
        "tries": place.tries,
        "last": place.note,
    }


def _silence(one: Silence) -> dict[str, Any]:
    return {"number": one.number, "when": str(one.when), "until": iso(one.until), "why": one.why, "by": one.by}


def _end(said: str, now: float) -> float:
    """When a silence ends, from a span of time or a time. Raises AscoltaError."""
    span = _SPAN.fullmatch(said.strip())
    if span is not None:
        return now + int(span[1]) * _SIZES[span[2]]
    try:
        return seconds(said)
    except ValueError:
        raise AscoltaError("--until takes a span such as 90 min, 4 h or 2 d, or a time as 2026-12-01T08:00Z") from None


def _say(said: str) -> None:
    out.print(shown(said), markup=False, soft_wrap=True)
