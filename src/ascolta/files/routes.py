"""routes.yaml: which people outside the desk are told of what. Their addresses stand in the environment only."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from ascolta.core.alert import AlertChange, State
from ascolta.core.brand import Brand, Offset
from ascolta.core.days import DAY, day_of, moment
from ascolta.core.etiquette import Action
from ascolta.core.grading import asks, odd
from ascolta.core.lint import lint
from ascolta.core.news import of_change
from ascolta.core.query import Query
from ascolta.core.routing import FIELDS, ROUTED, Desk, NewsKind, Route, Routes, Silence, notices
from ascolta.core.terms import hint
from ascolta.core.weekly import Weekly
from ascolta.files.hooks import load_hooks
from ascolta.files.hours import zone
from ascolta.files.plans import load_plan
from ascolta.files.problem import Problem
from ascolta.files.reading import Value, read

FILE = "routes.yaml"
PREFIX = "ASCOLTA_DESK_"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
KINDS = tuple(str(kind) for kind in ROUTED)
OF_ALERTS = frozenset(FIELDS) - {"brand"}
ALSO = ("silences", "gather", "link", "hooks", "brief")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST = 600.0
"""For so many seconds news may be gathered at the most."""

MONTH = 31.0 * DAY
"""Who silences alerts for longer than this has probably forgotten it."""


def load_routes(folder: Path, brand: str) -> Routes | None:
    """The routes of a brand's folder; None if it has no such file. Raises FileError."""
    path = folder / FILE
    if not path.exists():
        return None
    keys = read(path, "the routes").mapping(("desks", "routes"), ALSO)
    desks = {
        str(key.value): _desk(str(key.value), value, key.start_mark.line + 1) for key, value in keys["desks"].pairs()
    }
    gather = keys["gather"].seconds() if "gather" in keys else Routes().gather
    if not 0 <= gather <= LONGEST:
        keys["gather"].fail(f"'gather' is {LONGEST / 60:g} min at the most: an alarm that waits longer is late")
    return Routes(
        desks=desks,
        routes=_routes(keys["routes"], desks),
        silences=tuple(_silence(item, brand) for item in keys["silences"].items()) if "silences" in keys else (),
        gather=gather,
        link=_link(keys["link"]) if "link" in keys else "",
        hooks=load_hooks(keys["hooks"]) if "hooks" in keys else (),
        brief=_brief(keys["brief"], desks) if "brief" in keys else None,
    )


def route_problems(brand: Brand, folder: Path, today: date) -> Iterator[Problem]:
    """What `ascolta check` says of routes.yaml beyond what cannot be read. Raises FileError."""
    routes, path = load_routes(folder, brand.id), str(folder / FILE)
    yield from _plans(folder, routes or Routes())
    if routes is None:
        return
    now = day_of(today.year, today.month, today.day) * DAY
    yield from _queries(folder)
    yield from _unused(brand, routes, path)
    alarm = AlertChange(
        brand=brand.id, stream="complaint", old=State.CALM, new=State.ALERT, at=now, score=0, once_in_days=0, why=""
    )
    if not notices(routes, of_change((brand.id, brand.name), alarm, None), now):
        message = "nobody is told of an alert on complaints; write a route with on: alert and when: stream:complaint"
        yield Problem(path=path, line=1, severity="warning", message=message)
    for one in routes.silences:
        said = ""
        if one.until <= now:
            said = f"this silence ended on {moment(one.until)}; take it out"
        elif one.until > now + MONTH:
            said = "this silence holds for more than a month; give it an end that somebody remembers"
        if said:
            yield Problem(path=path, line=one.line, severity="warning", message=said)


def _unused(brand: Brand, routes: Routes, path: str) -> Iterator[Problem]:
    """Desks that nobody names, and names that are no desk."""
    named = {rule.desk for rule in brand.etiquette.rules if rule.then is Action.HANDOVER}
    told = {name for route in routes.routes for name in route.desks}
    told |= set(routes.brief.desks) if routes.brief is not None else set()
    for desk in routes.desks.values():
        if desk.name not in told | named:
            message = f"desk '{desk.name}' is told of nothing by a route or a handover; only a plan can tell it"
            yield Problem(path=path, line=desk.line, severity="warning", message=message)
    if any(NewsKind.HANDOVER in route.on for route in routes.routes):
        return
    for rule in brand.etiquette.rules:
        if rule.then is Action.HANDOVER and rule.desk not in routes.desks:
            message = (
                f"rule '{rule.name}' hands over to '{rule.desk}', which is no desk of {FILE}: nobody outside is told"
            )
            yield Problem(
                path=str(Path(path).parent / "etiquette.yaml"), line=rule.line, severity="warning", message=message
            )


def _plans(folder: Path, routes: Routes) -> Iterator[Problem]:
    """Desks that a plan tells and that there are not."""
    late = any(NewsKind.ESCALATION in route.on for route in routes.routes)
    known = (*routes.desks, *([str(NewsKind.ESCALATION)] if late else []))
    listed = f"known are {', '.join(known)}" if known else f"there is none in {FILE} yet"
    for path in sorted((folder / "plans").glob("*.yaml")):
        plan = load_plan(path)
        named = [(plan.escalate, f"plan '{plan.name}' escalates to", plan.line)]
        named += [(step.desk, f"step '{step.name}' notifies", step.line) for step in plan.steps]
        for desk, who, line in named:
            if desk and desk not in known:
                message = f"{who} the desk '{desk}', which is not there{hint(desk, known)}; {listed}"
                yield Problem(path=str(path), line=line, severity="error", message=message)


def _queries(folder: Path) -> Iterator[Problem]:
    """What is doubtful in the queries of routes and silences."""
    keys = read(folder / FILE, "the routes").mapping(("desks", "routes"), ALSO)
    items = keys["routes"].items() + (keys["silences"].items() if "silences" in keys else [])
    for item in items:
        when = next((value for key, value in item.pairs() if str(key.value) == "when"), None)
        for finding in lint(when.query(), when.said().text, inner=True) if when is not None else ():
            where = when.said().where(finding.column or 1) if when is not None else None
            yield Problem(
                path=item.path,
                line=where.line if where else item.line,
                severity=finding.severity,
                message=f"'when': {finding.message}",
                column=where.column if where else None,
                excerpt=where.excerpt if where else "",
            )


def _desk(name: str, value: Value, line: int) -> Desk:
    if not NAME.fullmatch(name) or name in KINDS:
        value.fail("a desk has a short name of small letters, digits and hyphens, such as care-lead", line)
    keys = value.mapping(("to",), ("secret", "private"))
    inside = keys.pop("private").yes() if "private" in keys else False
    found = {key: _variable(said) for key, said in keys.items()}
    return Desk(name=name, to=found["to"], secret=found.get("secret", ""), private=inside, line=line)


def _variable(value: Value) -> str:
    """The name of a variable; what is none is never repeated, for it may be the address itself."""
    said = value.text()
    if not re.fullmatch(PREFIX + "[A-Z0-9_]{1,60}", said):
        value.fail(
            f"{value.what} names the environment variable that holds the address, such as {PREFIX}CARE; an address "
            "holds secrets, so it does not stand in a file"
        )
    return said


def _routes(value: Value, desks: dict[str, Desk]) -> tuple[Route, ...]:
    found: dict[str, Route] = {}
    for item in value.items():
        route = _route(item, desks)
        if route.name in found:
            item.fail(f"another route is called '{route.name}' too; give one another name")
        found[route.name] = route
    return tuple(found.values())


def _route(item: Value, desks: dict[str, Desk]) -> Route:
    keys = item.mapping(("route", "desks"), ("on", "when"))
    named = _named(keys["desks"], desks)
    on = tuple(NewsKind(one) for one in dict.fromkeys(_kinds(keys["on"]))) if "on" in keys else (NewsKind.ALERT,)
    when = _when(keys["when"]) if "when" in keys else None
    if when is not None and asks(when)[0] & OF_ALERTS and on != (NewsKind.ALERT,):
        keys["when"].fail(
            "stream:, state:, topic:, grade: and the like are known of alerts only; write a route with on: alert"
        )
    return Route(name=keys["route"].text(), desks=named, on=on, when=when, line=item.line)


def _named(value: Value, desks: dict[str, Desk]) -> tuple[str, ...]:
    """Desks by their names, each once."""
    named = tuple(dict.fromkeys(value.texts()))
    for name in named:
        if name not in desks:
            value.fail(f"there is no desk '{name}'{hint(name, tuple(desks))}; known are {', '.join(desks)}")
    if not named:
        value.fail(f"{value.what} is empty; name who is told")
    return named


def _brief(value: Value, desks: dict[str, Desk]) -> Weekly:
    """Which desks are sent the weekly brief, and when."""
    keys = value.mapping(("to", "at"), ("zone",))
    offset = _zone(keys["zone"]) if "zone" in keys else None
    return Weekly(desks=_named(keys["to"], desks), at=_moment(keys["at"]), offset=offset, line=value.line)


def _moment(value: Value) -> float:
    """A time of the week, such as monday 09:00, in seconds after Monday began."""
    day, _, time = value.text().partition(" ")
    if day not in WEEKDAYS:
        value.fail(
            f"{value.what} is a day and a time, such as monday 09:00{hint(day, WEEKDAYS)}; it is '{value.text()}'"
        )
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", time.strip(), re.ASCII)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        value.fail(f"{value.what} is a day and a time of day, such as monday 09:00; it is '{value.text()}'")
    return WEEKDAYS.index(day) * DAY + int(found[1]) * 3_600.0 + int(found[2]) * 60.0


def _zone(value: Value) -> Offset:
    name = value.text()
    found = zone(name)
    if found is None:
        value.fail(f"there is no time zone '{name}'; write one as in Europe/Paris")
    return found


def _kinds(value: Value) -> list[str]:
    several = value.items() if isinstance(value.node.value, list) else [value]
    if not several:
        value.fail(f"'on' is empty; expected one or more of {', '.join(KINDS)}")
    return [one.one_of(KINDS) for one in several]


def _when(value: Value) -> Query:
    query = value.query()
    strange = odd(query)
    if strange:
        known = ", ".join(f"{name}:" for name in FIELDS)
        value.fail(f"{value.what} asks about {strange}, and an alert has {known} only")
    return query


def _silence(item: Value, brand: str) -> Silence:
    keys = item.mapping(("when", "until", "why"))
    return Silence(
        brand=brand, when=_when(keys["when"]), until=keys["until"].moment(), why=keys["why"].text(), line=item.line
    )


def _link(value: Value) -> str:
    """A link to the desk; one that opens it would be a key in everybody's archive."""
    said = value.text()
    try:
        parts = urlsplit(said)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        sound = False
    if not sound or not said.isascii() or not said.isprintable() or " " in said:
        value.fail("'link' is the address of the desk, such as https://desk.example.com")
    if parts.query or parts.fragment or "/enter/" in said:
        value.fail("'link' must not open the desk by itself: leave out /enter/… and whatever stands after ? or #")
    return said
