"""What changed after our own statements, on the page and in sentences: careful ones, in every case that there is."""

import math
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from random import Random

import pytest

from ascolta.core.bound import Epoch
from ascolta.core.cells import Cell, Exact, Kind
from ascolta.core.days import DAY, day_of
from ascolta.core.insight import Change, Level
from ascolta.core.insight_bounds import exact
from ascolta.core.insight_cases import Index
from ascolta.core.insight_statements import Response, Stage, Stated
from ascolta.core.label import Topic
from ascolta.core.mention import Brands
from ascolta.files.statements import load_statements
from ascolta.sources import TwinNetwork
from ascolta.stores.ledger import MemoryLedger
from ascolta.stores.memory import MemoryStore
from ascolta.stores.statements import Statements
from ascolta.voice import approve, prepare, publish, release
from ascolta.web import response
from ascolta.web.app import Desk
from tests.conftest import ACME, NOW, foresee
from tests.crises import room
from tests.web.entering import browsing

TODAY, BACK = int(NOW // DAY), 5
AT = (TODAY - BACK) * DAY + 30_000.0
BRAND = replace(ACME, topics=(Topic(name="delays"),))
SORRY = Stated(name="sorry", at=day_of(2026, 11, 12) * DAY + 9.0, kind="apology", topic="delays")
NAMED = "“sorry” (apology, 12 November 2026)"
WIDE = Level(mean=exact(100, 90, 110), days=3, hidden=0)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk at which a statement went out five days ago, with six weeks of figures: delays halved after it."""
    ledger, own = MemoryLedger(Random(1).getrandbits), room(tmp_path / "acme")
    path = tmp_path / "acme" / "statements" / "we-stay.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}topic: delays\n", encoding="utf-8")
    for day in range(TODAY - 42, TODAY):
        counts = {(Kind.DAY, ""): 400, (Kind.TOPIC, "delays"): 100 if day <= TODAY - BACK else 50}
        ledger.begin(Epoch(brand="acme", day=day, run=b"r", at=float(day * DAY), topics=("delays",)))
        ledger.add(b"r", {Cell(brand="acme", day=day, kind=k, part=p): Exact(n) for (k, p), n in counts.items()})
        ledger.close_cells((day + 1) * DAY)
    state(own.statements, tmp_path / "acme")
    return Desk(brands=Brands([BRAND], foresee), store=MemoryStore(), ledger=ledger, room=own, clock=lambda: NOW)


def state(kept: Statements, folder: Path) -> None:
    """The folder's statement goes out everywhere."""
    statement = load_statements(folder)["we-stay"]
    prepare(kept, "acme", statement, lambda name, language: None, ("Ann", AT - 3))
    approve(kept, "acme", statement, lambda name, language: None, ("Ann", AT - 2))
    release(kept, "acme", statement, lambda name, language: None, ("Ann", AT - 1, False))
    publish(MemoryStore(), kept, {name: TwinNetwork(name) for name in ("x", "mastodon")}, AT)


def page(desk: Desk, path: str = "/insight", lang: str = "en") -> str:
    """The page as it reads."""
    with browsing(desk) as ann:
        return unescape(ann.get(path, headers={"accept-language": lang}).text)


def told(*changes: Change, **more: object) -> Sequence[str]:
    """The sentences after the apology."""
    one = Response(statement=SORRY, stage=Stage.TOLD, changes=changes)
    return response.told(replace(one, **more), "Acme Air")  # type: ignore[arg-type]


def change(low: float, value: float, high: float, topic: str = "delays") -> Change:
    """A change with these bounds."""
    return Change(topic=topic, now=WIDE, before=WIDE, counted=exact(value, low, high), usual=exact(value, low, high))


def test_the_page_tells_what_changed(desk: Desk) -> None:
    """Half as many spoke of the topic, no change of the brand at all, with the statement's kind and its day."""
    shown = page(desk)
    assert "<h3>After our own statements</h3>" in shown
    assert "About half as many people a day spoke of delays in the three days after “we-stay” (all-clear, " in shown
    assert "No change could be told in how many people a day spoke of Acme Air in the three days after" in shown
    assert "After a statement is not because of it" in shown


def test_a_statement_of_before_the_weeks_is_left_out(desk: Desk) -> None:
    """Only statements of the weeks that are looked at are told, and without one there is no such part."""
    assert "After our own statements" in page(replace(desk, clock=lambda: NOW), "/insight?weeks=1")
    assert "After our own statements" not in page(replace(desk, room=None))
    assert "After our own statements" not in page(replace(desk, ledger=None))


def test_a_file_that_is_broken_or_gone_takes_the_kind_with_it(desk: Desk) -> None:
    """The page opens all the same, and tells of the brand alone."""
    assert desk.room is not None
    path = desk.room.folders["acme"] / "statements" / "we-stay.yaml"
    path.write_text("statement: [", encoding="utf-8")
    shown = page(desk)
    assert "after “we-stay” (7 January 1970); one above" in shown
    assert "spoke of delays in the three days" not in shown


def test_before_three_days_it_is_too_early(desk: Desk) -> None:
    """A statement of yesterday is named, and nothing is told of it yet."""
    early = f"It is too early to tell what changed after {NAMED}: three whole days have to be published."
    assert response.told(Response(statement=SORRY, stage=Stage.EARLY), "Acme Air") == [early]
    [new] = response.told(Response(statement=SORRY, stage=Stage.NEW), "Acme Air")
    assert new.startswith("How much days vary cannot be said yet")
    [gap] = response.told(Response(statement=SORRY, stage=Stage.UNPUBLISHED), "Acme Air")
    assert gap.startswith("Of the days around “sorry”")


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((0.4, 0.5, 0.7), "About half as many{}, between 0.4 and 0.7 times."),
        ((1.7, 2.0, 2.4), "About twice as many{}, between 1.7 and 2.4 times."),
        ((2.1, 3.0, 4.4), "About 3.0 times as many{}, between 2.1 and 4.4 times."),
        ((0.6, 0.8, 0.96), "About 0.80 times as many{}, between 0.60 and 0.96 times."),
        ((4.0, 9.0, math.inf), "At least 4.0 times as many{}."),
        ((0.0, 0.2, 0.6), "At most 0.6 times as many{}."),
    ],
)  # fmt: skip
def test_each_change_has_its_sentence(bounds: tuple[float, float, float], said: str) -> None:
    """A change of which bounds leave no doubt is told with them, half and twice in words."""
    of = f" people a day spoke of delays in the three days after {NAMED} as in the three before"
    assert told(change(*bounds)) == [said.format(of)]


def test_what_would_have_shown_is_said() -> None:
    """Where bounds do not say which way it went, the sentence says which change they would have; or that few spoke."""
    none = (
        f"No change could be told in how many people a day spoke of delays in the three days after {NAMED}; "
        "one above 1.6 times as many, or below 0.62, would have shown."
    )
    assert told(change(0.625, 1.0, 1.6)) == [none]
    few = [f"Too few people spoke of delays around {NAMED} to tell what changed."]
    assert told(change(0.01, 1.0, 9.0)) == told(change(0.0, 1.0, math.inf)) == few


def test_days_that_miss_are_said() -> None:
    """Of a topic whose days were not published nothing is told."""
    [said] = told(Change(topic="delays", now=None, before=None))
    assert said.startswith("Of delays too few days around “sorry”")


def test_the_index_has_its_sentence() -> None:
    """It moved, with bounds; or no move could be told, and which would have shown."""
    up = Index(now=exact(40, 30, 50), cases=30, before=exact(20, 10, 30), change=exact(20, 6, 34))
    level = replace(up, change=exact(5, -12, 20))
    [moved], [same] = told(index=up), told(index=level)
    assert moved == (
        f"From the three days before {NAMED} to the three after, the reputation index moved by +20, between +6 and +34."
    )
    assert same.endswith("one of more than 17 points would have shown.")


def test_what_else_went_out_is_said() -> None:
    """Other statements of these days and further starts of the program are named beside the change."""
    said = told(beside=("we-know", "it-works"), restarts=2)
    assert said == [
        f"In the days around {NAMED} “we-know” and “it-works” went out, too.",
        "On 2 days the program was started again, and an author may have been counted once more.",
    ]


def test_for_scripts_it_is_figures() -> None:
    """Times as RFC 3339 has them, and null for what nobody knows."""
    found = response.figures(Response(statement=Stated(name="sorry", at=0.0), stage=Stage.EARLY))
    assert found["published"] == "1970-01-01T00:00:00Z"
    assert found["kind"] is None
