"""The notebooks' door: declared columns of published figures come through, nothing else; it reads and never writes."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import narwhals
import pytest
from typer.testing import CliRunner

import ascolta
from ascolta import bootstrap, frames
from ascolta.cli import report
from ascolta.core import sheets, sheets_cases
from ascolta.core.days import DAY
from ascolta.core.sheet import Column, Holds, sheet, text
from ascolta.errors import AscoltaError
from ascolta.frames import Frame
from ascolta.notebook import Door
from ascolta.stores.ledger import SqlLedger
from tests.conftest import ROOT
from tests.weeks import BACK, CANARY, STATEMENT, WEEKS, simulated

EXAMPLE = ROOT / "examples" / "notebooks" / "insight.ipynb"
PAGE = ROOT / "docs" / "operator" / "notebooks.md"
THREADS = (
    {"id": f"{CANARY}1", "author": f"{CANARY}ann", "text": f"@acmeair where is my bag? {CANARY}",
     "published": "2026-11-02T08:00:00Z"},
    {"id": "2", "author": "acmeair", "text": f"Sorry! {CANARY}", "published": "2026-11-02T08:12:00Z",
     "in_reply_to": f"{CANARY}1"},
    {"id": "3", "author": f"{CANARY}bob", "text": "flying with acme again", "addressed": False,
     "published": "2026-11-02T09:00:00Z"},
)  # fmt: skip
TABLES: dict[str, tuple[Column, ...]] = {
    "people": sheets.PEOPLE,
    "hours": sheets.HOURS,
    "topics": sheets.TOPICS,
    "changes": sheets.CHANGES,
    "voice": sheets.VOICE,
    "asked": sheets_cases.ASKED,
    "index": sheets_cases.INDEX,
    "statements": sheets.STATEMENTS,
    "practice": sheets_cases.PRACTICE,
    "audit": sheets_cases.PRACTICE,
}

RUN = """
import sys, tempfile
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
with tempfile.TemporaryDirectory() as place:
    kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{place}/k")
    NotebookClient(notebook, km=kernel, timeout=300).execute()
nbformat.write(notebook, sys.argv[2])
"""
"""The example run by a program of its own: what its sockets leave behind is no concern of these tests."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def now() -> float:
    return time.time()


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory, now: float) -> Path:
    """The example brand after five weeks."""
    return simulated(tmp_path_factory.mktemp("weeks"), now)


@pytest.fixture
def threads(tmp_path: Path) -> Path:
    """A public history of two people."""
    path = tmp_path / "threads.jsonl"
    path.write_text("\n".join(map(json.dumps, THREADS)), encoding="utf-8")
    return path


@pytest.fixture
def door(brand: Path) -> Iterator[Door]:
    with ascolta.open(brand) as opened:
        yield opened


def frame(door: Door, name: str, threads: Path) -> Frame:
    """One of the door's tables."""
    found: Frame = door.audit(threads, accounts=["acmeair"]) if name == "audit" else getattr(door, name)()
    return found


def prints(folder: Path) -> dict[str, str]:
    """What lies in a folder, each file by its content; the lists of locks beside a database are left out."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("name", TABLES)
def test_each_column_is_declared(door: Door, name: str, threads: Path) -> None:
    """A table has the columns that are declared, typed as they say; rows are there, save where no rival is named."""
    found = frame(door, name, threads)
    table = found.arrow()
    types = {Holds.TEXT: "string", Holds.DAY: "date32[day]", Holds.WHOLE: "int64", Holds.NUMBER: "double",
             Holds.FLAG: "bool"}  # fmt: skip
    assert [(one.name, str(one.type).removeprefix("large_")) for one in table.schema] == [
        (column.name, types[column.holds]) for column in TABLES[name]
    ]
    assert bool(len(found)) is (name != "voice")
    assert found.polars().shape == found.pandas().shape == (len(found), len(TABLES[name]))


def test_no_table_of_the_door_is_forgotten() -> None:
    """Each method that gives a frame is among the tables of these tests, and each is explained in the docs."""
    methods = {name for name in vars(Door) if not name.startswith("_")} - {"close"}
    assert methods == set(TABLES)
    page = PAGE.read_text(encoding="utf-8")
    for name, columns in TABLES.items():
        assert f"door.{name}(" in page, name
        for column in columns:
            assert f"`{column.name}`" in page, (name, column.name)


def test_nothing_of_anybody_comes_through(door: Door, threads: Path) -> None:
    """Every post, author, id and thread of the store carries a canary, and no frame does in any form."""
    for name in TABLES:
        found = frame(door, name, threads)
        for said in (repr(found), repr(list(found)), found.polars().write_json(), found.pandas().to_csv()):
            assert CANARY not in said, name
            assert "suitcase" not in said, name


def test_only_published_figures_come_through(door: Door, brand: Path) -> None:
    """Figures of talk are those of the ledger to the last one, and none below its threshold is there."""
    ledger = SqlLedger(brand / bootstrap.STORE / "ledger.db", reading=True)
    entries = ledger.entries("acme")
    ledger.close()
    wanted = {(entry.day, one.cell.name): one.value for entry in entries for one in entry.published}
    rows = [*door.people(), *door.hours(), *door.topics()]
    assert len(rows) == len(wanted) == 7 * WEEKS * (24 + 1 + 6)
    assert sorted(row["people"] or 0 for row in rows) == sorted(value or 0 for value in wanted.values())
    assert min(row["people"] for row in rows if row["shown"]) >= 26
    assert {row["people"] for row in rows if not row["shown"]} == {None}


def test_how_many_were_not_said_to_the_brand_is_not_told(door: Door, threads: Path) -> None:
    """Of the own journal the exact count of talk about the brand is left out; a public history tells it."""
    own = {row["figure"]: row for row in door.practice() if row["brand"] == ""}
    public = {row["figure"]: row for row in frame(door, "audit", threads) if row["brand"] == ""}
    assert "mentions" not in own
    assert own["left_alone"]["value"] == round(own["left_alone"]["value"], 3)
    assert {own["left_alone"][name] for name in ("low", "high", "part", "whole")} == {None}
    assert own["left_alone"]["expected"] == 0.51
    assert own["answered"]["part"] == 8
    assert (public["mentions"]["value"], public["left_alone"]["whole"]) == (2, 1)


def test_what_changed_after_a_statement_is_a_row(door: Door, now: float) -> None:
    """The brand and the statement's topic, fewer of both after the storm, with the day on which it went out."""
    rows = list(door.statements())
    assert [(row["statement"], row["topic"], row["stage"]) for row in rows] == [
        (STATEMENT, "", "told"), (STATEMENT, "delays", "told"),
    ]  # fmt: skip
    assert {row["day"] for row in rows} == {int(now // DAY) - BACK}
    delays = rows[1]
    assert delays["direction"] == "fewer"
    assert delays["times_low"] < 75 / 160 * 1.25
    assert delays["times_high"] < 1


def test_the_report_ends_with_what_changed(brand: Path) -> None:
    """`ascolta report` tells it in sentences, and that after is not because of; JSON has the same figures."""
    run = CliRunner().invoke(report.app, [str(brand), "--markdown"], env={"COLUMNS": "200"})
    section = run.stdout.split("## After our own statements\n")[1].split("\n## ")[0]
    assert "times as many people a day spoke of delays in the three days after “lunaro-stays” (correction, " in section
    assert "After a statement is not because of it" in section
    told = json.loads(CliRunner().invoke(report.app, [str(brand), "--json"]).stdout)
    [one] = told["brands"][0]["statements"]
    assert (one["statement"], one["kind"], one["topic"], one["stage"]) == (STATEMENT, "correction", "delays", "told")
    assert one["changes"]["delays"]["direction"] == "fewer"
    assert one["index"]["change"]["low"] <= one["index"]["change"]["value"] <= one["index"]["change"]["high"]


def test_the_door_writes_nothing(brand: Path, threads: Path) -> None:
    """After every table was read, every file of the store has the bytes that it had."""
    before = prints(brand)
    with ascolta.open(str(brand)) as door:
        for name in TABLES:
            assert len(frame(door, name, threads)) >= 0
    assert prints(brand) == before


def test_a_frame_is_what_its_reader_knows(door: Door) -> None:
    """Dates are dates, what is not shown is missing, and Arrow's own stream reads the frame as it is."""
    first = door.people().polars()["day"][0]
    assert isinstance(first, date)
    assert door.topics().pandas()["people"].isna().any()
    assert str(door.people().pandas()["day"].dtype).startswith("datetime64")
    assert narwhals.from_arrow(door.people(), backend="polars").shape[0] == len(door.people()) == 7 * WEEKS


def test_other_stores_and_empty_ones_are_said(brand: Path, tmp_path: Path) -> None:
    """A store elsewhere is named; without one, without a brand or without a file it is said in one sentence."""
    with ascolta.open(brand, store=brand / bootstrap.STORE) as door:
        assert repr(door) == "<door to acme>"
        with pytest.raises(AscoltaError, match="no post is by the brand"):
            door.audit(_written(tmp_path, '{"id": "1", "text": "hi", "author": "ann"}'))
        with pytest.raises(AscoltaError, match="weeks=0"):
            door.changes(weeks=0)
    with pytest.raises(AscoltaError, match="there is no store here"):
        ascolta.open(brand, store=tmp_path)
    with pytest.raises(AscoltaError, match=str(tmp_path)):
        ascolta.open(tmp_path)


def test_a_line_that_cannot_be_read_is_a_warning(door: Door, tmp_path: Path) -> None:
    """The others are counted, and the warning names the line and nothing of it."""
    lines = (*map(json.dumps, THREADS), f'{{"id": "{CANARY}", "text": 3}}')
    with pytest.warns(UserWarning, match=r"history\.jsonl:4: ") as told:
        found = door.audit(_written(tmp_path, "\n".join(lines)), accounts=["acmeair"], checks=False)
    assert CANARY not in str(told[0].message)
    assert len(found) > 10


def test_what_is_missing_is_named(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pandas the frame says what to install, and the others go on."""
    monkeypatch.setattr(frames, "installed", lambda *names: "pandas" not in names)
    with pytest.raises(AscoltaError, match=r"needs pandas; install it with: pip install 'ascolta\[frames\]'"):
        door.people().pandas()
    assert door.people().polars().height == 7 * WEEKS


def test_a_row_that_was_not_declared_is_refused() -> None:
    """A row with a further value makes no table."""
    with pytest.raises(ValueError, match="does not have the 1 columns"):
        sheet("odd", (text("brand", "a brand"),), [("acme", "ann")])


def test_importing_ascolta_stays_light() -> None:
    """Neither a database nor a frame is brought in by `import ascolta`, and `open` is there all the same."""
    code = (
        "import ascolta, sys\n"
        "heavy = {'sqlalchemy', 'pyarrow', 'pandas', 'polars', 'narwhals', 'numpy', 'fastapi', 'typer'}\n"
        "print(sorted(heavy & set(sys.modules)), 'open' in dir(ascolta), ascolta.open.__module__)\n"
        "print(sorted({'pyarrow', 'pandas', 'polars'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ended.stdout == "[] True ascolta.notebook\n[]\n", ended.stderr
    with pytest.raises(AttributeError, match="no attribute 'shut'"):
        ascolta.shut  # type: ignore[attr-defined] # noqa: B018 - asking is the test


def test_the_example_holds_no_figures() -> None:
    """The notebook is kept without outputs and without counts of runs."""
    for cell in json.loads(EXAMPLE.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_the_example_runs(brand: Path, tmp_path: Path) -> None:
    """Every cell runs; five pictures come out, each with its words read out, and nothing of anybody in any of them."""
    ran = tmp_path / "ran.ipynb"
    command = [sys.executable, "-W", "ignore", "-c", RUN, str(EXAMPLE), str(ran)]
    ended = subprocess.run(
        command, env={**os.environ, "BRAND": str(brand)}, capture_output=True, text=True, timeout=600
    )
    assert ended.returncode == 0, ended.stderr[-2_000:]
    cells = json.loads(ran.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    drawn = [
        "".join(output["data"]["image/svg+xml"]) for output in outputs if "image/svg+xml" in output.get("data", {})
    ]
    assert len(drawn) == 5
    for picture in drawn:
        label = picture.split('role="img" aria-label="')[1].split('"')[0]
        assert len(label) > 40
        assert label.endswith(".")
    assert "fewer" in drawn[3]
    assert CANARY not in ran.read_text(encoding="utf-8")


def _written(folder: Path, said: str) -> Path:
    path = folder / "history.jsonl"
    path.write_text(said, encoding="utf-8")
    return path
