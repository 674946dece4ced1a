"""`ascolta incident`: a risk that a person accepted, step by step, until it is over and reviewed."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from ascolta import bootstrap
from ascolta.cli.listen import StoreFolder
from ascolta.cli.owned import By, Folder, channels, needs_name, opened, twins, unread
from ascolta.cli.room import say, show, since, told
from ascolta.cli.show import Json, out, say_json
from ascolta.core.alert import AlertChange, up
from ascolta.core.brand import Brand
from ascolta.core.days import iso
from ascolta.core.incident import Incident, IncidentAct, IncidentEvent
from ascolta.core.meaning import sentence
from ascolta.core.paper import html, markdown
from ascolta.core.plan import Plan, StepKind, propose
from ascolta.errors import AscoltaError
from ascolta.files.routes import load_routes
from ascolta.incidents import Room, accept, act, reach, reviewed, words
from ascolta.ports import Lookup
from ascolta.stores.incidents import Incidents
from ascolta.stores.notices import Notices
from ascolta.telling import Outside, Queue

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""A risk that a person accepted: who does what by when, what was decided and why, until it is over.

`propose` says which plan the alert that is up calls for; `accept` begins it under your name: speaking stops at once if
that is its first step, and every step's clock runs from then. `step` says that one is begun, done or skipped; one that
publishes shows you the words first. `stand-down` ends it once nothing is open, and `review` tells the whole of it. The
same stands on the desk under Risk. Without an emergency, rehearse: `ascolta drill`.
""",
)
Number = Annotated[int, typer.Argument(help="The incident, by its number.")]
Why = Annotated[str, typer.Option("--why", help="The reason; it is recorded.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Publish or brief without asking: you read the words.")]


@contextmanager
def _opened(folder: Path, store: Path | None, *, speaking: bool = False) -> Iterator[tuple[Room, Brand]]:
    """The room of one brand's incidents, closed again afterwards. Raises AscoltaError if there is no store.

    Only where something may be published (`speaking`) are the brand's accounts opened.
    """
    with opened(folder, store) as ours:
        place, brand = store or ours.folder / bootstrap.STORE, ours.brand.id
        incidents = Incidents(place, ours.store.journal)
        publishers, accounts = channels(ours) if speaking else (bootstrap.publishers([]), None)
        notices, routes = Notices(place, ours.store.journal), load_routes(ours.folder, brand)
        outside = Outside(notices=notices, routes={brand: routes} if routes is not None else {})

        @cache
        def lookup(network: str) -> Lookup | None:
            return bootstrap.lookups(bootstrap.sources(bootstrap.found(ours.folder), [], bootstrap.Reading()))(network)

        try:
            yield Room(
                store=ours.store, incidents=incidents, statements=ours.statements, advocates=ours.advocates,
                publishers=publishers, messengers=twins(), folders={brand: ours.folder}, lookups=lookup,
                heralds={brand: Queue(outside, brand, time.time)} if routes is not None else {}, accounts=accounts,
            ), ours.brand  # fmt: skip
        finally:
            notices.close()
            incidents.close()


@app.command("list")
def list_(
    folder: Folder = Path(),
    store: StoreFolder = None,
    over: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_json: Json = False,
) -> None:
    """Show the incidents that go on, with what is late; and how ready the plans are by their last drills."""
    with _opened(folder, store) as (room, brand):
        found = room.incidents.all(brand.id) if over else room.incidents.open(brand.id)
        drills = {one.plan: one for one in room.incidents.drills(brand.id)}
    now = time.time()
    if as_json:
        say_json([told(one, now) for one in found])
        return
    for one in found:
        late = [str(step.number) for step in one.steps if step.is_open and step.is_late(now)]
        more = f", late: step {', '.join(late)}" if late else ""
        say(f"{one.number}  {one.severity}  {one.begun.title}  {since(one, now)}{more}")
    if not found:
        say("Nothing is going on." if not over else "There was no incident yet.")
    for plan in brand.plans:
        drilled = drills.get(plan.name)
        when = f"last drilled {int((now - drilled.at) // 86_400)} days ago" if drilled else "never drilled"
        say(f"  plan {plan.name}: {when}")


@app.command("propose")
def propose_(folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Show the alert that is up and the plan that it calls for; nothing begins by itself. Exit code 1 if none is up."""
    with _opened(folder, store) as (room, brand):
        change = _up(room, brand)
    plan = propose(brand.plans, change) if change is not None else None
    if as_json:
        say_json({"alert": change, "plan": plan.name if plan else None, "plans": [one.name for one in brand.plans]})
    elif change is None:
        say("No alert is up. A plan may be accepted without one: `ascolta incident accept PLAN --by NAME`.")
    else:
        say(f"{iso(change.at)} {change.new}: {change.why}")
        if change.risk is not None:
            say(sentence(change.risk))
        say(f"Proposed: {plan.name}: {plan.title}" if plan else "No plan fits it; look at plans/.")
    if change is None:
        raise typer.Exit(1)


@app.command("accept")
def accept_(
    plan: Annotated[str, typer.Argument(help="The plan, by its name.")],
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Accept a plan under your name: its clocks run, and speaking stops at once if that is its first step.

    Where an incident of this plan goes on already, nothing new begins.
    """
    with _opened(folder, store) as (room, brand):
        change = _up(room, brand)
        incident = accept(room, brand, _plan(brand, plan), change, (needs_name(by), time.time()))
    show(incident, as_json=as_json)


@app.command("show")
def show_(number: Number, folder: Folder = Path(), store: StoreFolder = None, as_json: Json = False) -> None:
    """Show an incident: its steps with their clocks, and what happened."""
    with _opened(folder, store) as (room, brand):
        incident = _incident(room, brand, number)
    show(incident, as_json=as_json)


@app.command()
def step(
    number: Number,
    step: Annotated[int, typer.Argument(help="The step, counted from 1.")],
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    begin: Annotated[bool, typer.Option("--begin", help="It is begun, by you; not done yet.")] = False,
    skip: Annotated[str, typer.Option("--skip", help="Skip it, for this reason.", metavar="WHY")] = "",
    note: Annotated[str, typer.Option("--note", help="What to remember about it.")] = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Say that a step is done: what it does by itself is done first, such as publishing or briefing.

    A step that publishes or briefs shows the very words, and asks; they go out although speaking is paused. A question
    is answered by `decide`.
    """
    if begin and skip:
        raise AscoltaError("--begin and --skip are two things; leave out one")
    kind = IncidentAct.BEGUN if begin else IncidentAct.SKIPPED if skip else IncidentAct.DONE
    with _opened(folder, store, speaking=kind is IncidentAct.DONE) as (room, brand):
        incident = _incident(room, brand, number)
        event = IncidentEvent(kind=kind, at=time.time(), by=needs_name(by), step=step, said=note, why=skip)
        seen = _read(room, brand, incident, step, yes=yes) if kind is IncidentAct.DONE else ""
        incident = act(room, brand, number, event, seen)
    show(incident, as_json=as_json)


@app.command()
def decide(
    number: Number,
    what: Annotated[str, typer.Argument(help="What was decided; for a question one of its options, word for word.")],
    why: Why,
    step: Annotated[int | None, typer.Option("--step", min=1, help="The step that asks it.")] = None,
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Write down a decision with its reason; with --step it answers the question of that step."""
    event = IncidentEvent(
        kind=IncidentAct.DECIDED, at=time.time(), by=needs_name(by), step=step or 0, said=what, why=why
    )
    _acted(number, event, (folder, store), as_json=as_json)


@app.command()
def note(
    number: Number,
    words: Annotated[str, typer.Argument(help="What to remember. No names of people outside of the house.")],
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Add a note to the timeline."""
    event = IncidentEvent(kind=IncidentAct.NOTED, at=time.time(), by=needs_name(by), said=words)
    _acted(number, event, (folder, store), as_json=as_json)


@app.command()
def grade(
    number: Number,
    severity: Annotated[str, typer.Argument(help="watch, warning or crisis.")],
    why: Why,
    folder: Folder = Path(),
    store: StoreFolder = None,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Grade an incident as graver or less grave than it was, with a reason."""
    event = IncidentEvent(kind=IncidentAct.GRADED, at=time.time(), by=needs_name(by), said=severity, why=why)
    _acted(number, event, (folder, store), as_json=as_json)


@app.command("stand-down")
def stand_down(
    number: Number, why: Why, folder: Folder = Path(), store: StoreFolder = None, by: By = "", as_json: Json = False
) -> None:
    """End an incident, with a reason, once no step is open. Speaking stays paused until you let it go on."""
    event = IncidentEvent(kind=IncidentAct.STOOD_DOWN, at=time.time(), by=needs_name(by), why=why)
    _acted(number, event, (folder, store), as_json=as_json)


@app.command()
def review(
    number: Number,
    folder: Folder = Path(),
    store: StoreFolder = None,
    as_html: Annotated[bool, typer.Option("--html", help="As one page of HTML instead of Markdown.")] = False,
) -> None:
    """Print the review: what the detector saw, each step's time, what was late, every decision, the whole timeline."""
    with _opened(folder, store) as (room, brand):
        paper = reviewed(room, brand, _incident(room, brand, number), time.time())
    out.out(html(paper) if as_html else markdown(paper), end="")


def _acted(number: int, event: IncidentEvent, where: tuple[Path, Path | None], *, as_json: bool) -> None:
    with _opened(*where) as (room, brand):
        incident = act(room, brand, number, event)
    show(incident, as_json=as_json)


def _incident(room: Room, brand: Brand, number: int) -> Incident:
    found = room.incidents.incident(number)
    if found.brand != brand.id:
        raise AscoltaError(f"incident {number} is of another brand; name that one's folder with --brand")
    return found


def _up(room: Room, brand: Brand) -> AlertChange | None:
    """The alert that is up now, if one is."""
    return up(room.store.alerts(brand.id))


def _plan(brand: Brand, name: str) -> Plan:
    found = next((plan for plan in brand.plans if plan.name == name), None)
    if found is None:
        known = (
            f"known are {', '.join(plan.name for plan in brand.plans)}" if brand.plans else "there is none in plans/"
        )
        raise AscoltaError(f"there is no plan '{name}'; {known}")
    return found


def _read(room: Room, brand: Brand, incident: Incident, number: int, *, yes: bool) -> str:
    """Show what a step would publish or pass on, and ask; the digest of what was read."""
    one = incident.step(number).step
    if not one.statement:
        return ""
    found = words(room, brand, incident, number, time.time())
    if found.out and one.kind is StepKind.STATEMENT:
        return found.digest
    if found.lacks and one.kind is StepKind.STATEMENT:
        raise AscoltaError(found.lacks)
    whom = f"{reach(room, brand, incident, number, time.time())} advocates" if one.scope else ""
    for network, language, text in () if yes else found.posts:
        say(f"{network + ' in ' if network else ''}{language}: {text}")
    if not yes and found.unread:
        say(unread(found.unread))
    if not yes and not sys.stdin.isatty():
        raise AscoltaError(
            "a step that publishes or briefs wants to be read first; read the words above, then add --yes"
        )
    question = f"Pass this on to {whom}?" if whom else "Publish these words now?"
    if not yes and not typer.confirm(question):
        raise AscoltaError("nothing was published; the step is still open")
    return found.digest
