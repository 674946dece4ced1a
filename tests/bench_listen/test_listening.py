"""The bench of the whole flow, run small: what it makes up and measures, what it says when something is missing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench.listening import children, world

from ascolta import bootstrap
from ascolta.core.consent import Known
from ascolta.core.mention import hear
from ascolta.sources import FileSource
from tests.conftest import ROOT


def bench(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the bench as a user would."""
    own = {name: value for name, value in os.environ.items() if name != "OBSEI_PYTHON"}
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(
        [sys.executable, str(ROOT / "bench" / "listen.py"), *words],
        capture_output=True,
        text=True,
        env={**own, "PYTHONPATH": path, "PYTHONUTF8": "1", "COLUMNS": "120", **environment},
        timeout=300,
    )


def figures(*words: str, **environment: str) -> Any:
    """What the bench measured."""
    ended = bench(*words, "--json", **environment)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def small() -> Any:
    """A small run of every row of ours."""
    return figures("--posts", "2000", "--queries", "50", "--rounds", "1")


def test_posts_are_as_long_as_promised() -> None:
    """Texts have a mean of about 88 bytes, lines of about 320, and about 78 in a hundred texts are plain ASCII."""
    lines = list(world.lines(world.bodies(world.world(1_000), 10_000), 10_000))
    texts = [json.loads(line)["text"] for line in lines]
    assert 84 < sum(len(text.encode()) for text in texts) / len(texts) < 92
    assert 310 < sum(map(len, lines)) / len(lines) < 330
    assert 0.74 < sum(text.isascii() for text in texts) / len(texts) < 0.82


def test_lines_differ_when_texts_come_again() -> None:
    """A stream longer than the texts that were made goes through them again with ids of its own."""
    pool = world.bodies(world.world(10), 100)
    found = [json.loads(line) for line in world.lines(pool, 250)]
    assert len({post["id"] for post in found}) == 250
    assert found[0]["text"] == found[100]["text"]


def test_posts_about_brands_are_found(tmp_path: Path) -> None:
    """Every way of speaking of a brand is found by that brand's queries."""
    here = world.world(20)
    world.write_brands(here, tmp_path / "brands")
    words = here.brands[1]
    said = [text.format_map({**words, "rest": "and so on"}) for text in world.SAID]
    posts = [{"id": str(number), "network": "x", "text": text} for number, text in enumerate(said)]
    (tmp_path / "said.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts), encoding="utf-8")
    brands = bootstrap.brands(tmp_path / "brands")
    (batch,) = FileSource(str(tmp_path / "said.jsonl"), clock=None).batches("")
    found = {mention.post.id for mention in hear(batch, brands, Known()).mentions if mention.brand == words["handle"]}
    assert found == {post["id"] for post in posts}


def test_every_row_is_measured(small: Any) -> None:
    """Each row of ours tells posts, seconds and the peak of memory of a process of its own."""
    rows = {row["row"]: row for row in small["rows"]}
    assert list(rows) == ["decoding", "reading", "meant", "every"]
    assert [row["posts"] for row in rows.values()] == [2000, 2000, 2000, 200]
    assert all(0 <= row["waited"] < row["seconds"] for row in rows.values())
    assert all(row["peak"] > 10_000_000 for row in rows.values() if Path("/proc/self/status").exists())


def test_two_in_a_hundred_are_found(small: Any) -> None:
    """As meant, about 2 % of the posts are found, and only some of those open a case."""
    (meant,) = [row for row in small["rows"] if row["row"] == "meant"]
    assert 0.01 < meant["mentions"] / meant["posts"] < 0.035
    assert 0 < meant["cases"] < meant["mentions"]


def test_every_post_can_open_a_case(small: Any) -> None:
    """The brand that wants everything gets a case for every post whose author may be heard."""
    (every,) = [row for row in small["rows"] if row["row"] == "every"]
    assert 0.95 * every["posts"] < every["cases"] == every["mentions"]


def test_obsei_is_left_out_with_the_reason(small: Any) -> None:
    """Without an interpreter that has Obsei, its rows are left out, and it is said how to get one."""
    assert [left["row"] for left in small["left_out"]] == ["obsei bare", "obsei meant"]
    assert all("pip install obsei" in left["why"] and "OBSEI_PYTHON" in left["why"] for left in small["left_out"])


def test_an_interpreter_without_obsei_is_told(tmp_path: Path) -> None:
    """An interpreter that has no Obsei fails its row in one sentence, not the bench."""
    place = children.Workplace(tmp_path, queries=10, texts=20)
    place.write("peer.jsonl", 20)
    with pytest.raises(children.ChildFailed, match="obsei"):
        place.measure("obsei bare", "peer.jsonl", interpreter=sys.executable)
    with pytest.raises(children.ChildFailed, match="No such file"):
        place.measure("obsei bare", "peer.jsonl", interpreter=str(tmp_path / "none"))


def test_the_table_says_what_each_row_does() -> None:
    """The table names every row, and the remarks say what each does and does not do."""
    ended = bench("--posts", "500", "--queries", "10", "--rounds", "1", "--tier", "plain")
    assert ended.returncode == 0, ended.stderr
    for said in (
        "500 posts, 10 queries, matcher plain",
        "decoding alone",
        "Ascolta, as meant",
        "left out",
        "the yardstick",
    ):
        assert said in ended.stdout


@pytest.mark.slow
def test_memory_is_told_step_by_step() -> None:
    """With --memory every post of the pipe is heard, and what is held is told before the first and after each step.

    A step is longer than a batch, so none is jumped over.
    """
    found = figures("--memory", "--posts", "100000", "--queries", "20")["memory"]
    assert found["posts"] == found["fed"] == 100_000
    assert found["mentions"] > 0
    assert [posts // 10_000 for posts, _ in found["held"]] == list(range(11))


@pytest.mark.slow
def test_the_delay_at_a_rate_is_told() -> None:
    """With --record posts come at the rate that was asked for, all are heard, and the delays are in order."""
    found = figures("--record", "--rate", "1000", "--seconds", "2", "--queries", "20")["record"]
    assert found["posts"] == found["fed"] == 2_000
    assert found["took"] >= 1.9
    assert 0 < found["p50"] <= found["p90"] <= found["p99"] <= found["most"] <= found["took"]


@pytest.mark.parametrize("words", [("--posts", "many"), ("--posts", "0"), ("--tier", "quick")])
def test_a_wrong_option_is_told(words: tuple[str, str]) -> None:
    """An option that makes no sense ends with exit code 2 and a sentence that names it."""
    ended = bench(*words)
    assert ended.returncode == 2
    assert words[0] in ended.stderr
    assert "Traceback" not in ended.stderr
