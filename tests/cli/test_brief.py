"""`ascolta brief`: the last week as text, Markdown, mail, JSON and a page, from a store that lies there."""

import json
import shutil
import time
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from ascolta import bootstrap
from ascolta.cli import brief
from ascolta.core.days import DAY, written
from ascolta.core.weekly import WEEK, last, named
from ascolta.errors import AscoltaError
from ascolta.stores.ledger import FILE, SqlLedger
from tests.briefed import publish
from tests.conftest import ROOT, keep, published
from tests.desks.receivers import SECRET
from tests.praised import brands

FIRST = last(time.time())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example brand with figures of the last five weeks, and with 25 cases of praise in the last of them."""
    own = tmp_path / "acme"
    shutil.copytree(ROOT / "examples" / "acme", own, ignore=shutil.ignore_patterns(".ascolta"))
    place, at = own / ".ascolta", FIRST * DAY + 5 * DAY
    store = bootstrap.store(place)
    for number in range(25):
        keep(store, brands(), published(f"p{number}", "thanks to acme", at=at, author=f"shy{number}"), at=at)
    store.close()
    ledger = SqlLedger(place / FILE, Random(1).getrandbits)
    publish(ledger, FIRST)
    ledger.close()
    return own


def run(folder: Path, *words: str, **environ: str) -> Result:
    """Run the command on the brand."""
    return CliRunner().invoke(brief.app, [str(folder), *words], env={"COLUMNS": "200", **environ})


def test_it_tells_the_last_week(folder: Path) -> None:
    """Three parts with sentences and figures; nobody is named in them."""
    said = run(folder)
    assert said.exit_code == 0, said.exception
    for there in (
        "Acme Air: the week from", "WHAT WAS SAID TO US", "About twice as many people a day spoke of refunds as before",
        "Of 100 cases that were said to us, 100 more are good than bad", "HOW WE BEHAVED",
    ):  # fmt: skip
        assert there in said.stdout, there
    assert "shy" not in said.stdout


def test_every_shape_says_the_same(folder: Path) -> None:
    """Markdown with tables, a mail with its subject, and JSON with the sentences and bounds."""
    told = json.loads(run(folder, "--json").stdout)[0]
    assert (told["brand"], told["week"], told["from"]) == ("acme", named(FIRST), written("date", FIRST))
    assert told["topics"]["refunds"]["direction"] == "more"
    assert 1.5 < told["topics"]["refunds"]["times"]["low"] < 2 < told["topics"]["refunds"]["times"]["high"] < 2.5
    assert len(told["days"]) == 7
    assert told["index"]["now"]["value"] == 100
    marked, mail = run(folder, "--markdown").stdout, run(folder, "--mail").stdout
    assert marked.startswith("# Acme Air: the week from")
    assert "## What we learnt" in marked
    assert "|---|--:|" in marked
    assert mail.startswith("Subject: Acme Air: the week from")
    for said in [one for part in told["sentences"].values() for one in part]:
        for shape in (marked, mail):
            assert " ".join(said.split()) in " ".join(shape.split()), said


def test_the_page_is_written(folder: Path, tmp_path: Path) -> None:
    """One file that needs nothing else, the same each time; where it cannot be written, that is said."""
    to = tmp_path / "brief.html"
    said = run(folder, "--html", str(to))
    assert said.exit_code == 0, said.exception
    assert said.stdout == f"wrote {to}\n"
    page = to.read_text(encoding="utf-8")
    assert page.count("<svg") == 6
    run(folder, "--html", str(to))
    assert to.read_text(encoding="utf-8") == page
    wrong = run(folder, "--html", str(tmp_path / "nowhere" / "brief.html"))
    assert "cannot be written" in str(wrong.exception)


def test_an_older_week_is_told(folder: Path) -> None:
    """Of the week before, nobody's case is known any more, and its figures are its own."""
    before = json.loads(run(folder, "--week", named(FIRST - WEEK), "--json").stdout)[0]
    assert before["from"] == written("date", FIRST - WEEK)
    assert before["cases"]["other"]["all"] == 0
    assert before["topics"]["refunds"]["direction"] != "more"


def test_a_dry_run_says_who_is_sent_it(folder: Path) -> None:
    """Without `brief` in routes.yaml nobody is; with it, which desks, whether they can be told, when, and the words."""
    assert "routes.yaml says nothing of a brief, so nobody is sent it" in run(folder, "--dry-run").stdout
    with (folder / "routes.yaml").open("a", encoding="utf-8") as routes:
        routes.write("brief: {to: [incident-room, pr], at: 'monday 09:00'}\n")
    environ = {"ASCOLTA_DESK_ROOM": "https://desk.example.com/room", "ASCOLTA_DESK_ROOM_SECRET": SECRET}
    said = run(folder, "--dry-run", **environ)
    assert said.exit_code == 0, said.exception
    lines = said.stdout.splitlines()
    assert lines[0] == "incident-room: is sent it"
    assert lines[1].startswith("pr: desk 'pr' has no address: ASCOLTA_DESK_PR is not set")
    assert lines[2].startswith("once a week, next on ")
    assert "WHAT WAS SAID TO US" in lines
    [told] = json.loads(run(folder, "--dry-run", "--json").stdout)
    assert (told["brand"], len(told["to"])) == ("acme", 2)
    assert not (folder / ".ascolta" / "notices.db").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--week", "2026-W60"), "--week 2026-W60: there is no such week; write one as "),
        (("--week", "2099-W01"), "--week 2099-W01: that week is not over; the last one is "),
        (("--brand", "globex"), "--brand globex: no such brand; known are acme"),
        (("--json", "--mail"), "the brief takes one shape at a time"),
    ],
)
def test_what_cannot_be_told_is_refused(folder: Path, words: tuple[str, ...], said: str) -> None:
    """One sentence that says what is wrong."""
    found = run(folder, *words)
    assert isinstance(found.exception, AscoltaError)
    assert said in str(found.exception)


def test_of_several_brands_one_page_is_written(folder: Path, tmp_path: Path) -> None:
    """--html asks which; --brand says so; as text all are told."""
    shutil.copytree(folder, folder.parent / "acme2")
    path = folder.parent / "acme2" / "brand.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("brand: acme", "brand: zeta"), encoding="utf-8")
    words = ("--store", str(folder / ".ascolta"))
    wrong = run(folder.parent, "--html", str(tmp_path / "b.html"), *words)
    assert "--html writes the page of one brand; name it with --brand: acme, zeta" in str(wrong.exception)
    assert run(folder.parent, "--html", str(tmp_path / "b.html"), "--brand", "zeta", *words).exit_code == 0
    assert len(json.loads(run(folder.parent, "--json", *words).stdout)) == 2
