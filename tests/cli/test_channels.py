"""`ascolta statements publish` with an account of the brand's own: what goes out there, and what nobody will read."""

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ascolta import bootstrap
from ascolta.cli import statements as voice
from ascolta.errors import AscoltaError
from tests.sources.battery import TOKEN
from tests.sources.mastodon_twin import MastodonTwin, mastodon_twin
from tests.stories.wired import VARIABLE, brand_on, weigh


def run(folder: Path, *words: str) -> Result:
    """Run a command on the brand."""
    return CliRunner().invoke(voice.app, [*words, "--by", "Ann", "--brand", str(folder)], env={"COLUMNS": "200"})


def wired(tmp_path: Path, twin: MastodonTwin) -> Path:
    """The example's brand with an account on a server, and a statement that two people approved."""
    source = (
        f"  - network: mastodon\n    server: {twin.url}\n    token: {VARIABLE}\n    assessment: assessments/day.md\n"
    )
    folder = brand_on(tmp_path / "brand", source)
    weigh(folder, f"mastodon:{twin.url.removeprefix('http://')}")
    bootstrap.store(folder / bootstrap.STORE).close()
    run(folder, "prepare", "lunaro-stays")
    for who in ("Ann", "Bob"):
        CliRunner().invoke(voice.app, ["approve", "lunaro-stays", "--by", who, "--brand", str(folder)])
    return folder


def test_it_goes_out_by_the_brands_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the network where the brand has one it stands once; of the other it is said that nobody will read it."""
    monkeypatch.setenv(VARIABLE, TOKEN)
    with mastodon_twin(time.time()) as twin:
        folder = wired(tmp_path, twin)
        tried = run(folder, "publish", "lunaro-stays", "--dry-run")
        assert "Nobody will read it on x:" in tried.stdout
        assert twin.said_by_us() == []
        said = run(folder, "publish", "lunaro-stays", "--json")
        assert said.exit_code == 0, (said.output, said.exception)
        assert {one["state"] for one in json.loads(said.stdout)["postings"]} == {"sent"}
        [words] = twin.said_by_us()
        assert "Lunaro" in words


def test_without_its_token_nothing_is_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A brand that has an account does not speak past it: what is missing is said, and the statement waits."""
    with mastodon_twin(time.time()) as twin:
        monkeypatch.setenv(VARIABLE, TOKEN)
        folder = wired(tmp_path, twin)
        monkeypatch.delenv(VARIABLE)
        said = run(folder, "publish", "lunaro-stays")
        assert isinstance(said.exception, AscoltaError)
        assert f"{VARIABLE} is not set" in str(said.exception)
        shown = CliRunner().invoke(voice.app, ["show", "lunaro-stays", "--brand", str(folder)])
        assert "released" not in shown.stdout
        assert "approved" in shown.stdout
        assert twin.said_by_us() == []
