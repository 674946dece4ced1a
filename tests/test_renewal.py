"""Queries that change while a brand is heard."""

import os
import shutil
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.consent import Known
from ascolta.core.mention import hear
from ascolta.core.post import Batch, Post
from ascolta.errors import AscoltaError
from ascolta.renewing import Renewal, Renewed
from tests.cli.running import ACME, ascolta

POST = Post(id="1", content="who else saw a borealis over the quincetown pier")


def written(folder: Path, said: str, name: str = "queries.yaml") -> None:
    """Another file in its place, surely with another time of change."""
    path = folder / name
    before = path.stat().st_mtime_ns
    path.write_text(said, encoding="utf-8")
    os.utime(path, ns=(before + 10**9, before + 10**9))


def test_queries_changed_on_disk_are_heard_from_the_next_batch_on(tmp_path: Path) -> None:
    """A query added or taken out is heard so without loading the brand anew; a mistake changes nothing."""
    folder = tmp_path / "acme"
    shutil.copytree(ACME, folder, ignore=shutil.ignore_patterns(".ascolta", "day.jsonl"))
    found_there = bootstrap.found(folder)
    brands, renewal = found_there.brands, Renewal(found_there.brands, found_there.own)
    before = (folder / "queries.yaml").read_text(encoding="utf-8")

    def found() -> tuple[str, ...]:
        mentions = hear(Batch.of([POST], arrived=1.8e9), brands, Known()).mentions
        return mentions[0].queries if mentions else ()

    assert (found(), renewal.heed()) == ((), {})
    written(folder, before + "  - name: pier\n    find: quincetown NEAR/3 pier\n")
    assert (renewal.heed(), found()) == ({"acme": Renewed(queries=1)}, ("pier",))
    written(folder, before + "  - name: pier\n    find: quincetown NEAR/\n")
    with pytest.raises(AscoltaError, match=r"queries\.yaml:\d+"):
        renewal.heed()
    assert (renewal.heed(), found()) == ({}, ("pier",))
    written(folder, before)
    assert (renewal.heed(), found()) == ({"acme": Renewed(queries=1)}, ())


def test_an_etiquette_changed_on_disk_decides_from_the_next_batch_on(tmp_path: Path) -> None:
    """Other rules hold without loading the brand anew, and older people are spared by them, too; a mistake does not."""
    folder = tmp_path / "acme"
    shutil.copytree(ACME, folder, ignore=shutil.ignore_patterns(".ascolta", "day.jsonl"))
    found_there = bootstrap.found(folder)
    brands, renewal = found_there.brands, Renewal(found_there.brands, found_there.own)
    said = Post(id="1", content="@acmeair where is my bag?", network="x", handles=("acmeair",))

    def decided() -> str:
        [mention] = hear(Batch.of([said], arrived=1.8e9), brands, Known()).mentions
        return mention.decision.rule

    rules = "etiquette: acme\nrules:\n  - {name: hush, when: 'addressed:yes', then: silence, why: Hush.}\n"
    help_once = "  - {name: once, when: 'addressed:no complaint:yes', then: care, why: Once.}\n"
    before = decided()
    written(folder, rules + help_once, "etiquette.yaml")
    assert before != "hush"
    assert (renewal.heed(), decided()) == ({"acme": Renewed(etiquette=True)}, "hush")
    assert [rule.name for rule in brands.by_id["acme"].etiquette.rules] == ["hush", "older-audience", "once"]
    written(folder, rules.replace("then: silence", "then: answer"), "etiquette.yaml")
    with pytest.raises(AscoltaError, match=r"etiquette\.yaml:3: .*expected one of"):
        renewal.heed()
    assert (renewal.heed(), decided()) == ({}, "hush")
    (folder / "etiquette.yaml").unlink()
    assert (renewal.heed(), decided()) == ({"acme": Renewed(etiquette=True)}, before)


def test_a_tier_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """ASCOLTA_MATCH is read by every command that matches; a wrong one is one sentence."""
    monkeypatch.setenv("ASCOLTA_MATCH", "warp")
    said = ascolta("match", "acme", stdin=b"")
    assert (said.code, "there is no tier 'warp'; expected one of plain, fast" in said.err) == (2, True)
