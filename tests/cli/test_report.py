"""`ascolta report`: the same figures as sentences, Markdown and JSON, from a store that lies there."""

import json
import shutil
import time
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from ascolta.cli import report
from ascolta.core.bound import Epoch
from ascolta.core.cells import Cell, Exact, Kind
from ascolta.core.days import DAY, written
from ascolta.core.rising import ends, monday
from ascolta.errors import AscoltaError
from ascolta.stores.ledger import FILE, SqlLedger
from ascolta.stores.sql import SqlStore
from tests.conftest import ROOT, keep, published
from tests.praised import brands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example brand with five weeks of figures, refunds twice as often in the last; and with 20 cases of praise."""
    own = tmp_path / "acme"
    shutil.copytree(ROOT / "examples" / "acme", own)
    place, now = own / ".ascolta", time.time()
    store = SqlStore(place)
    for number in range(20):
        keep(
            store, brands(), published(f"p{number}", "thanks to acme", at=now - 60, author=f"shy{number}"), at=now - 60
        )
    store.close()
    ledger = SqlLedger(place / FILE, Random(1).getrandbits)
    for back in range(35, 0, -1):
        day = int(now // DAY) - back
        ledger.begin(Epoch(brand="acme", day=day, run=b"r", at=float(day * DAY), topics=("refunds", "food")))
        counts = {(Kind.DAY, ""): 400, (Kind.TOPIC, "refunds"): 150 if back <= 7 else 75, (Kind.TOPIC, "food"): 2}
        ledger.add(b"r", {Cell(brand="acme", day=day, kind=k, part=p): Exact(n) for (k, p), n in counts.items()})
        ledger.close_cells((day + 1) * DAY)
    ledger.close()
    return own


def run(folder: Path, *words: str) -> Result:
    """Run the command on the brand."""
    return CliRunner().invoke(report.app, [str(folder), *words], env={"COLUMNS": "200"})


def test_it_tells_a_manager_what_was_learnt(folder: Path) -> None:
    """Sentences with bounds, heading by heading; nobody is named in them."""
    said = run(folder)
    assert said.exit_code == 0, said.exception
    for there in (
        "people a day spoke of Acme Air in the week to",
        "About twice as many people a day spoke of refunds as before, between 1.",
        "Too few people spoke of food to compare with before.",
        "Of 100 cases that were said to us, 100 more are good than bad",
        "Compared with the 4 weeks before.",
    ):
        assert there in said.stdout, there
    assert "shy" not in said.stdout


def test_as_markdown_it_can_be_passed_on(folder: Path) -> None:
    """Headings and lists, and the same sentences."""
    said = run(folder, "--markdown", "--weeks", "1").stdout
    assert said.startswith("# Acme Air\n")
    assert "\n## Topics\n\n- About twice as many people a day spoke of refunds as before" in said
    assert "- Compared with the week before." in said


def test_as_json_it_has_all_figures(folder: Path) -> None:
    """Both bounds of each change, the stated size, the days as published with gaps as null, cases by topic."""
    told = json.loads(run(folder, "--json").stdout)
    [acme] = told["brands"]
    figures = acme["figures"]
    assert figures["last"] == written("date", int(time.time() // DAY) - 1)
    assert figures["topics"]["refunds"]["direction"] == "more"
    assert (
        1.5 < figures["topics"]["refunds"]["counted"]["low"] < 2 < figures["topics"]["refunds"]["counted"]["high"] < 2.5
    )
    assert figures["topics"]["food"]["shows_from"] is None
    assert figures["volume"]["now"]["days"] == 7
    assert figures["epsilon_a_day"] == 1.0
    assert len(figures["days"]) == 35
    assert (acme["cases"], acme["index"]["now"]["value"]) == (20, 100)
    assert acme["asked"][0]["intents"]["praise"] == 20


def test_before_anything_was_published_it_says_so(folder: Path) -> None:
    """Without a ledger there are no figures of talk, and the cases are told all the same."""
    (folder / ".ascolta" / FILE).unlink()
    said = run(folder).stdout
    assert "Nothing was published yet" in said
    assert "100 more are good than bad" in said


def test_without_a_store_it_is_refused(tmp_path: Path) -> None:
    """A folder in which nothing was heard is said in one sentence."""
    own = tmp_path / "acme"
    shutil.copytree(ROOT / "examples" / "acme", own)
    said = run(own)
    assert isinstance(said.exception, AscoltaError)
    assert "there is no store here" in str(said.exception)


def test_words_of_the_week_are_in_the_report(folder: Path) -> None:
    """A word that rose is a sentence under its own heading, and stands in JSON with its bounds and the weeks before."""
    ledger = SqlLedger(folder / ".ascolta" / FILE, Random(1).getrandbits)
    last = monday(int(time.time() // DAY)) - 7
    for first in (last - 14, last - 7, last):
        for day in range(first, first + 7):
            ledger.begin(Epoch(brand="acme", day=day, run=b"w", at=float(day * DAY), words=True))
        counts = {"fee": 600} if first < last else {"fee": 610, "gate change": 500, "lounge": 4}
        assert ledger.add_words(b"w", "acme", first, {term: Exact(n) for term, n in counts.items()}) == 0
        ledger.release(ends(first))
    ledger.close()
    said = run(folder, "--markdown").stdout
    assert "\n## Words of the week\n\n- “gate change” was said by about" in said
    assert "Said by many, without a clear rise: “fee” (about" in said
    [acme] = json.loads(run(folder, "--json").stdout)["brands"]
    words = acme["words"]
    assert (words["whole"], words["epsilon_a_day"], words["delta_a_day"], len(words["before"])) == (True, 0.5, 1e-6, 2)
    assert [(one["term"], one["rose"], one["shown_before"]) for one in words["words"]] == [
        ("gate change", True, 0), ("fee", False, 2),
    ]  # fmt: skip
    assert words["words"][0]["times"]["high"] is None
