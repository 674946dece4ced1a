"""Stopping all speaking from the command line."""

from pathlib import Path

from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME, ascolta


def test_all_speaking_stops_and_goes_on(tmp_path: Path) -> None:
    """A brand is paused with its reason, which the store remembers, and lifted again."""
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
