"""`ascolta inventory`: the declared fields, the page of the documentation, a store against both."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ascolta.cli import inventory as command
from ascolta.stores.catalogue import FILES
from ascolta.stores.sql import SqlStore
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "operator" / "inventory.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A brand's folder with an empty store."""
    SqlStore(tmp_path / ".ascolta").close()
    return tmp_path


def run(*words: str | Path) -> Result:
    """Run the command with these words."""
    return CliRunner().invoke(command.app, [*map(str, words)], env={"COLUMNS": "200"})


def test_without_a_store_what_is_declared_is_printed() -> None:
    """Every file, table and field is named, and what the words for term and protection mean."""
    said = run()
    assert said.exit_code == 0
    for name, file in FILES.items():
        assert name in said.stdout
        for table, fields in file.tables.items():
            assert not [field for field in fields if f"{table}.{field} " not in said.stdout]
    assert "72 hours while it is sealed" in said.stdout


def test_the_page_of_the_documentation_is_the_declared_inventory() -> None:
    """docs/operator/inventory.md is what `ascolta inventory --markdown` prints; a new field needs it anew."""
    assert run("--markdown").stdout == PAGE.read_text(encoding="utf-8")


def test_a_store_as_declared_passes(folder: Path) -> None:
    """A new store holds what is declared; a brand's folder and that of its store are taken alike."""
    for place in (folder, folder / ".ascolta"):
        said = run(place)
        assert (said.exit_code, said.stdout.count("\n")) == (0, 1)
        assert "is declared" in said.stdout


def test_an_added_column_fails(folder: Path) -> None:
    """A column, hidden or not, an index over it, a table and a file that nobody declared: one line each, exit 1."""
    with closing(sqlite3.connect(folder / ".ascolta" / "store.db")) as file:
        file.execute("ALTER TABLE cases ADD COLUMN followers INTEGER")
        file.execute("ALTER TABLE cases ADD COLUMN again TEXT GENERATED ALWAYS AS (brand || network) VIRTUAL")
        file.execute("CREATE INDEX by_followers ON cases (followers)")
        file.execute("CREATE INDEX by_lower ON cases (lower(brand))")
        file.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
    (folder / ".ascolta" / "export\x1b[31m.csv").touch()
    said = run(folder)
    lines = said.stdout.splitlines()
    assert said.exit_code == 1
    assert "store.db: cases.followers is not declared" in lines
    assert "store.db: cases.again is not declared" in lines
    assert "store.db: the index by_followers holds cases.followers, which is not declared" in lines
    assert "store.db: the index by_lower of cases holds an expression, which nobody declared" in lines
    assert "store.db: the table words is not declared" in lines
    assert "\x1b" not in said.stdout
    assert any(line.startswith("export") and line.endswith(".csv: this file is not declared") for line in lines)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE alerts DROP COLUMN change", "store.db: alerts.change is declared and not there"),
        ("DROP TABLE vigils", "store.db: the table vigils is declared and not there"),
        ("CREATE VIEW talk AS SELECT * FROM cases", "store.db: the view talk is not declared"),
        ("ANALYZE", "store.db: the table sqlite_stat1 is not declared"),
    ],
)
def test_what_is_missing_or_made_beside_fails(folder: Path, change: str, told: str) -> None:
    """A declared column or table that is gone is told, and so is what SQLite was asked to add."""
    with closing(sqlite3.connect(folder / ".ascolta" / "store.db")) as file:
        file.execute("CREATE INDEX any_brand ON counts (brand)")
        file.execute(change)
    said = run(folder, "--json")
    assert said.exit_code == 1
    assert json.loads(said.stdout)["differences"] == [told]


def test_a_lost_key_file_is_told(folder: Path) -> None:
    """Without its keys no case can be read."""
    (folder / ".ascolta" / "keys.db").unlink()
    said = run(folder)
    assert (said.exit_code, said.stdout) == (1, "keys.db: this file is declared and not there\n")


def test_for_scripts_every_field_comes_with_all_it_declares() -> None:
    """`--json` tells place, content, purpose, term and protection of each field, and no difference without a store."""
    told = json.loads(run("--json").stdout)
    assert told["differences"] == []
    assert len(told["fields"]) == sum(len(fields) for file in FILES.values() for fields in file.tables.values())
    [content] = [one for one in told["fields"] if (one["table"], one["field"]) == ("cases", "content")]
    assert (content["file"], content["term"], content["personal"]) == ("store.db", "case", True)
    assert "AES-256-GCM" in content["guard"]


def test_the_terms_are_those_of_the_brand(folder: Path) -> None:
    """In a brand's folder the terms are the ones that its file sets."""
    shutil.copytree(ROOT / "examples" / "acme", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".ascolta"))
    path = folder / "brand.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("sealed: 72 h", "sealed: 24 h"), encoding="utf-8")
    fields = json.loads(run(folder, "--json").stdout)["fields"]
    assert "24 hours while it is sealed" in next(one["until"] for one in fields if one["field"] == "content")


@pytest.mark.parametrize("what", ["nowhere", "empty", "broken"])
def test_what_is_no_store_is_said_in_one_sentence(tmp_path: Path, what: str) -> None:
    """A folder that is not there, one without a store and a file that is no database are said, with what to do."""
    place = tmp_path / what
    if what != "nowhere":
        place.mkdir()
    if what == "broken":
        (place / "store.db").write_bytes(b"no database" * 200)
        (place / "keys.db").touch()
    said = run(place)
    assert said.exit_code == 1
    assert type(said.exception).__name__ == "StoreError"
    assert str(place) in str(said.exception)
