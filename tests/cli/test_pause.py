"""Stopping all speaking from the command line."""

from pathlib import Path

from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME, ascolta


def test_all_speaking_stops_and_goes_on(tmp_path: Path) -> None:
    """A brand is paused with its reason, which the store remembers, and lifted again."""
    SqlStore(tmp_path).close()
    said = ascolta("pause", ACME, "--why", "outage", "--store", tmp_path, "--json")
    assert (said.code, said.json) == (0, {"paused": {"acme": "outage"}})
    store = SqlStore(tmp_path)
    assert store.paused("acme") == "outage"
    store.close()
    assert "may speak again" in ascolta("pause", ACME, "--lift", "--store", tmp_path).out


def test_an_unknown_brand_is_said(tmp_path: Path) -> None:
    """Naming a brand that is not there pauses nothing and says so."""
    said = ascolta("pause", ACME, "--brand", "nobody", "--store", tmp_path)
    assert said.code == 2
    assert "there is no such brand" in said.err
    assert not (tmp_path / "store.db").exists()


def test_a_brand_whose_files_are_broken_is_paused(tmp_path: Path) -> None:
    """In a crisis no query and no other brand's file stands in the way; what has no name is said, the rest is done."""
    for name, text in (("acme", "brand: acme  # ours\nname: [\n"), ("globex", 'brand: "globex"\nnonsense: 1\n')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "brand.yaml").write_text(text, encoding="utf-8")
    SqlStore(tmp_path / ".ascolta").close()
    assert ascolta("pause", tmp_path, "--brand", "acme", "--json").json == {
        "paused": {"acme": "paused on the command line"}
    }
    (tmp_path / "initech").mkdir()
    (tmp_path / "initech" / "brand.yaml").write_text("name: x", encoding="utf-8")
    said = ascolta("pause", tmp_path, "--why", "outage")
    assert said.code == 2
    assert "initech/brand.yaml: its line 'brand: short-name' cannot be read" in said.err
    store = SqlStore(tmp_path / ".ascolta")
    assert [store.paused(name) for name in ("acme", "globex")] == ["outage", "outage"]
    store.close()


def test_no_store_is_begun_for_a_pause(tmp_path: Path) -> None:
    """A desk on another store would not heed it, so a folder without a store is an error."""
    said = ascolta("pause", ACME, "--store", tmp_path / "none")
    assert said.code == 2
    assert "there is no store here" in said.err
    assert not (tmp_path / "none").exists()
