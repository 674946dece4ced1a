"""routes.yaml: what it says, and what is said of what it says wrongly, each with file and line."""

from datetime import date
from pathlib import Path

import pytest

from ascolta.core.parse import parse
from ascolta.core.routing import Desk, NewsKind, Route, Routes, Silence
from ascolta.errors import FileError
from ascolta.files.brands import load_brand
from ascolta.files.check import check
from ascolta.files.routes import FILE, load_routes, route_problems
from tests.conftest import ROOT

ACME = ROOT / "examples" / "acme"
TODAY = date(2026, 11, 25)
WHOLE = """\
link: https://desk.example.com/acme
gather: 1 min
desks:
  care: {to: ASCOLTA_DESK_CARE}
  room: {to: ASCOLTA_DESK_ROOM, secret: ASCOLTA_DESK_ROOM_SECRET}
routes:
  - route: complaints
    when: stream:complaint OR topic:bags
    desks: care
  - route: late
    on: [escalation, handover]
    desks: [room, care, room]
silences:
  - when: stream:complaint
    until: 2026-11-30T08:00:00+01:00
    why: The strike is announced.
"""
SHORT = """\
desks: {care: {to: ASCOLTA_DESK_CARE}}
routes:
  - {route: all, desks: [care]}
"""


def write(folder: Path, text: str) -> Path:
    """A brand's folder with these routes."""
    (folder / "brand.yaml").write_text("brand: acme\nname: Acme Air\n", encoding="utf-8")
    (folder / "queries.yaml").write_text("queries:\n  - {name: name, find: acme}\n", encoding="utf-8")
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    """What the check says, one line each."""
    brand = load_brand(folder)
    return [
        f"{Path(one.path).name}:{one.line}: {one.severity}: {one.message}"
        for one in route_problems(brand, folder, TODAY)
        if one.path.endswith(FILE) or "plans" in one.path
    ]


def test_a_whole_file_is_read_as_it_is_meant(tmp_path: Path) -> None:
    """Desks, routes, silences, gathering and link, each with its line."""
    assert load_routes(write(tmp_path, WHOLE), "acme") == Routes(
        desks={
            "care": Desk(name="care", to="ASCOLTA_DESK_CARE", line=4),
            "room": Desk(name="room", to="ASCOLTA_DESK_ROOM", secret="ASCOLTA_DESK_ROOM_SECRET", line=5),
        },
        routes=(
            Route(name="complaints", desks=("care",), when=parse("stream:complaint OR topic:bags"), line=7),
            Route(name="late", desks=("room", "care"), on=(NewsKind.ESCALATION, NewsKind.HANDOVER), line=10),
        ),
        silences=(
            Silence(
                brand="acme", when=parse("stream:complaint"), until=1_796_022_000.0, why="The strike is announced.",
                line=14,
            ),
        ),
        gather=60.0,
        link="https://desk.example.com/acme",
    )  # fmt: skip
    assert problems(tmp_path) == []


def test_without_a_file_nobody_is_told(tmp_path: Path) -> None:
    """It is no fault to have none."""
    write(tmp_path, SHORT)
    (tmp_path / FILE).unlink()
    assert load_routes(tmp_path, "acme") is None
    assert problems(tmp_path) == []


def test_the_example_is_sound() -> None:
    """Everybody is told of complaints, late steps have somebody, and nothing is doubtful."""
    brand = load_brand(ACME)
    assert list(route_problems(brand, ACME, TODAY)) == []
    routes = load_routes(ACME, brand.id)
    assert routes is not None
    assert any(desk.secret for desk in routes.desks.values())


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("desks: care", "desks: car", 9, "there is no desk 'car', did you mean 'care'?; known are care, room"),
        ("desks: care", "desks: []", 9, "'desks' is empty"),
        ("when: stream:complaint OR", "when: lang:es OR", 8, "'when' asks about lang:, and an alert has"),
        ("when: stream:complaint OR", "when: refund OR", 8, "'when' asks about words, and an alert has"),
        ("when: stream:complaint OR", "when: stream:complain OR", 8, "did you mean 'complaint'?"),
        ("when: stream:complaint OR", "when: (stream:complaint OR", 8, "'(' is never closed"),
        ("route: late", "route: complaints", 10, "another route is called 'complaints' too"),
        ("on: [escalation, handover]", "on: escalated", 11, "did you mean 'escalation'?"),
        ("on: [escalation, handover]", "on: []", 11, "'on' is empty"),
        ("on: [escalation, handover]", "on: test", 11, "expected one of alert, handover, escalation"),
        ("on: [escalation, handover]", "on: handover\n    when: state:alert", 12, "known of alerts only"),
        ("    why: The strike is announced.\n", "", 14, "has no 'why'; add it"),
        ("    why: The strike is announced.\n", "    why: ''\n", 16, "'why' is empty"),
        ("    until: 2026-11-30T08:00:00+01:00\n", "", 14, "has no 'until'; add it"),
        ("2026-11-30T08:00:00+01:00", "next week", 15, "'until' is not a time"),
        ("gather: 1 min", "gather: 11 min", 2, "'gather' is 10 min at the most"),
        ("gather: 1 min", "gather: soon", 2, "'gather' must be a length of time"),
        ("link: https://desk", "link: ftp://desk", 1, "'link' is the address of the desk"),
        ("link: https://desk", "link: https://ann:pw@desk", 1, "'link' is the address of the desk"),
        ("com/acme", "com/enter/k3y", 1, "'link' must not open the desk by itself"),
        ("com/acme", "com/?key=k3y", 1, "'link' must not open the desk by itself"),
        ("  care: {to", "  Care Lead: {to", 4, "a desk has a short name"),
        ("  care: {to", "  escalation: {to", 4, "a desk has a short name"),
        ("{to: ASCOLTA_DESK_CARE}", "{}", 4, "'care' has no 'to'; add it"),
        ("{to: ASCOLTA_DESK_CARE}", "{to: DESK_CARE}", 4, "'to' names the environment variable"),
        ("secret: ASC", "secert: ASC", 5, "unknown key 'secert', did you mean 'secret'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, before: str, after: str, line: int, said: str) -> None:
    """Each mistake is one sentence that begins with file and line."""
    assert WHOLE.count(before) >= 1
    write(tmp_path, WHOLE.replace(before, after, 1))
    with pytest.raises(FileError) as wrong:
        load_routes(tmp_path, "acme")
    assert str(wrong.value).startswith(f"{tmp_path / FILE}:{line}: ")
    assert said in str(wrong.value)


@pytest.mark.parametrize("where", ["to: ASCOLTA_DESK_CARE", "secret: ASCOLTA_DESK_ROOM_SECRET"])
def test_an_address_in_the_file_is_refused_and_not_repeated(tmp_path: Path, where: str) -> None:
    """It would lie in every copy of the folder; the message does not repeat it."""
    key = where.partition(":")[0]
    write(tmp_path, WHOLE.replace(where, f"{key}: 'slack://canary-token-1/canary-2'"))
    with pytest.raises(FileError, match="an address holds secrets") as wrong:
        load_routes(tmp_path, "acme")
    assert "canary" not in str(wrong.value)


def test_what_is_doubtful_is_told(tmp_path: Path) -> None:
    """A query that never holds, a silence that is over or has no real end, a desk that hears of nothing."""
    text = WHOLE.replace("OR topic:bags", "NOT stream:complaint").replace("desks: [room, care, room]", "desks: [care]")
    text += "  - {when: 'state:alert', until: 2026-11-25, why: over}\n"
    text += "  - {when: 'state:alert', until: 2027-11-25, why: x}\n"
    nobody = "nobody is told of an alert on complaints; write a route with on: alert and when: stream:complaint"
    found = problems(write(tmp_path, text))
    assert any(one.startswith("routes.yaml:8: error: 'when': ") for one in found)
    rest = [one for one in found if ":8: " not in one]
    assert rest == [
        "routes.yaml:5: warning: desk 'room' is told of nothing by a route or a handover; only a plan can tell it",
        f"routes.yaml:1: warning: {nobody}",
        "routes.yaml:17: warning: this silence ended on 2026-11-25 00:00 UTC; take it out",
        "routes.yaml:18: warning: this silence holds for more than a month; give it an end that somebody remembers",
    ]


def test_a_handover_to_nobody_is_told(tmp_path: Path) -> None:
    """Unless a route tells somebody of all handovers, the etiquette's desk must be one of the file."""
    brand = load_brand(write(tmp_path, SHORT))
    said = [one for one in route_problems(brand, tmp_path, TODAY) if "hands over to" in one.message]
    assert said
    assert {one.severity for one in said} == {"warning"}
    write(tmp_path, SHORT.replace("route: all,", "route: all, on: [alert, handover],"))
    assert not [one for one in route_problems(brand, tmp_path, TODAY) if "hands over to" in one.message]


PLAN = """\
plan: outage
title: Something is down
owner: care
escalate: {late}
steps:
  - step: Tell them
    who: duty lead
    do: Say that we know.
    within: 5 min
    notify: {desk}
"""


@pytest.mark.parametrize(
    ("desk", "late", "said"),
    [
        ("care", "care", []),
        ("car", "care", ["outage.yaml:10: error: step 'Tell them' notifies the desk 'car', which is not there"]),
        ("care", "press", ["outage.yaml:1: error: plan 'outage' escalates to the desk 'press', which is not there"]),
        ("care", "escalation", ["outage.yaml:1: error: plan 'outage' escalates to the desk 'escalation'"]),
    ],
)
def test_a_plan_tells_desks_that_there_are(tmp_path: Path, desk: str, late: str, said: list[str]) -> None:
    """A desk that is not in the file is an error at the line of the plan."""
    write(tmp_path, SHORT)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "outage.yaml").write_text(PLAN.format(desk=desk, late=late), encoding="utf-8")
    found = [one for one in problems(tmp_path) if one.startswith("outage")]
    assert len(found) == len(said)
    assert all(one.startswith(start) for one, start in zip(found, said, strict=True))


def test_the_check_of_a_brand_reads_its_routes(tmp_path: Path) -> None:
    """`ascolta check` tells what is doubtful here beside all else."""
    write(tmp_path, SHORT.replace("route: all", "route: all, on: escalation"))
    found = check(tmp_path, lambda asks: [() for _ in asks], TODAY).problems
    assert any(one.path.endswith(FILE) and "nobody is told of an alert" in one.message for one in found)


BRIEF = WHOLE + "brief: {to: [care, room, care], at: monday 09:00, zone: Europe/Paris}\n"


def test_the_weekly_brief_names_desks_and_a_time(tmp_path: Path) -> None:
    """Each desk once, seconds after Monday began, and the clocks of a zone; without a zone it names none."""
    routes = load_routes(write(tmp_path, BRIEF), "acme")
    assert routes is not None
    assert routes.brief is not None
    assert (routes.brief.desks, routes.brief.at, routes.brief.line) == (("care", "room"), 9 * 3600, 17)
    assert routes.brief.offset is not None
    assert routes.brief.offset(1_796_000_000.0) == 3600
    routes = load_routes(write(tmp_path, WHOLE + "brief: {to: room, at: sunday 23:05}\n"), "acme")
    assert routes is not None
    assert routes.brief is not None
    assert (routes.brief.desks, routes.brief.at, routes.brief.offset) == (("room",), 6 * 86_400 + 83_100, None)


def test_a_desk_that_is_sent_the_brief_is_told_of_something(tmp_path: Path) -> None:
    """`ascolta check` does not call it one that nobody tells."""
    more = WHOLE.replace("routes:", "  board: {to: ASCOLTA_DESK_BOARD}\nroutes:", 1)
    assert any("desk 'board' is told of nothing" in one for one in problems(write(tmp_path, more)))
    sent = more + "brief: {to: board, at: friday 16:00}\n"
    assert not any("desk 'board'" in one for one in problems(write(tmp_path, sent)))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("to: [care, room, care]", "to: [car]", "there is no desk 'car', did you mean 'care'?; known are care, room"),
        ("to: [care, room, care]", "to: []", "'to' is empty; name who is told"),
        ("to: [care, room, care], ", "", "has no 'to'; add it"),
        ("monday 09:00", "mondy 09:00", "such as monday 09:00, did you mean 'monday'?; it is 'mondy 09:00'"),
        ("monday 09:00", "monday", "'at' is a day and a time of day, such as monday 09:00"),
        ("monday 09:00", "monday 24:00", "'at' is a day and a time of day, such as monday 09:00"),
        ("Europe/Paris", "Paris", "there is no time zone 'Paris'; write one as in Europe/Paris"),
        ("zone:", "zones:", "unknown key 'zones', did you mean 'zone'?"),
    ],
)
def test_what_is_wrong_of_the_brief_is_said(tmp_path: Path, before: str, after: str, said: str) -> None:
    """Each mistake is one sentence with its line."""
    assert BRIEF.count(before) == 1
    write(tmp_path, BRIEF.replace(before, after))
    with pytest.raises(FileError) as wrong:
        load_routes(tmp_path, "acme")
    assert str(wrong.value).startswith(f"{tmp_path / FILE}:17: ")
    assert said in str(wrong.value)
