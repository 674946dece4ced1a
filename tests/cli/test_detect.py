"""`ascolta detect`, started as its user would."""

import gzip
import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from random import Random

import pytest

from ascolta.core.days import iso
from tests.cli.running import ascolta
from tests.core.test_detect import day_and_night, drawn

START = 1_700_006_400.0
STORM = 288 * 20 + 200


def rows(days: int = 22, *, header: bool = True, seconds: bool = False) -> str:
    """Ordinary days, and two hours of much more talk on the last but one."""
    random = Random(21)
    said = ["timestamp,value"] if header else []
    for n in range(288 * days):
        at = START + n * 300
        count = drawn(random, day_and_night(at)) + (60 if STORM <= n < STORM + 24 else 0)
        said.append(f"{at:.0f},{count}" if seconds else f"{iso(at)},{count}")
    return "\n".join(said) + "\n"


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three weeks of counts with one storm."""
    path = tmp_path_factory.mktemp("counts") / "counts.csv"
    path.write_text(rows(), encoding="utf-8")
    return path


def test_each_count_is_judged_and_the_storm_is_an_alarm(counts: Path) -> None:
    """Every row comes out in order with its value, score and state; the storm is alarmed within ten minutes, once."""
    said = ascolta("detect", counts)
    assert said.code == 0
    assert len(said.lines) == 288 * 22
    assert set(said.lines[0]) == {"at", "value", "score", "once_in_days", "state", "note"}
    assert said.lines[0]["note"] == "not enough history: 14 days to go"
    assert "note" not in said.lines[-1]
    for line in said.lines[:50]:
        assert line["once_in_days"] == pytest.approx(10 ** line["score"], rel=0.01)
    states = [line["state"] for line in said.lines[STORM - 100 :]]
    first = states.index("alert")
    assert 100 <= first <= 102
    assert states[-1] == "calm"
    assert re.search(r"6,336 counts, one every 5 minutes, over 22\.0 days: \d+ alarms?, the last at ", said.err)


def test_only_alarms_may_be_asked_for(counts: Path) -> None:
    """With `--alarms` there are only the lines at which an alarm rises, and fewer where they are to be more seldom."""
    often = ascolta("detect", counts, "--alarms").lines
    seldom = ascolta("detect", counts, "--alarms", "--once-in-days", "60").lines
    assert iso(START + STORM * 300) <= often[-1]["at"] <= iso(START + STORM * 300 + 600)
    assert [line["state"] for line in seldom] == ["alert"]
    assert len(seldom) <= len(often) <= 6


def test_all_ways_of_writing_the_counts_are_one(counts: Path, tmp_path: Path) -> None:
    """Without header, by seconds, from standard input, gzip'd, with other columns: the same is said."""
    wanted = ascolta("detect", counts).out
    assert ascolta("detect", "-", stdin=rows(header=False).encode()).out == wanted
    assert ascolta("detect", "-", stdin=rows(seconds=True).encode()).out == wanted
    packed = tmp_path / "counts.csv.gz"
    packed.write_bytes(gzip.compress(rows().encode()))
    assert ascolta("detect", packed).out == wanted
    wide = "\n".join(f"x,{line.split(',')[1]},{line.split(',')[0]}" for line in rows().splitlines())
    assert ascolta("detect", "-", stdin=wide.encode()).out == wanted


def test_a_lost_count_is_told_as_lost() -> None:
    """An empty count has a null value, and no score is spoilt by it."""
    said = ascolta("detect", "-", stdin=b"2026-10-15,5\n2026-10-16,\n2026-10-17,5.5\n")
    assert [line["value"] for line in said.lines] == [5, None, 5.5]
    assert all(math.isfinite(line["score"]) for line in said.lines)


def test_days_are_counted_as_days() -> None:
    """Daily counts are taken as such, and a week of eight times as much is an alarm on its first or second day."""
    random = Random(3)
    daily = [drawn(random, 60) for _ in range(200)] + [500] * 7
    text = "".join(f"{iso(START + n * 86_400)},{count}\n" for n, count in enumerate(daily))
    said = ascolta("detect", "-", stdin=text.encode())
    assert "207 counts, one every day" in said.err
    assert "alert" in [line["state"] for line in said.lines[200:202]]


def test_the_picture_tells_the_alarms(counts: Path, tmp_path: Path) -> None:
    """The SVG is well-formed, has the volume, the band and one mark for each alarm, and tells the alarms in words."""
    said = ascolta("detect", counts, "--alarms", "--plot", tmp_path / "counts.svg")
    assert said.code == 0
    root = ET.fromstring((tmp_path / "counts.svg").read_text(encoding="utf-8"))  # noqa: S314 - we drew it
    space = "{http://www.w3.org/2000/svg}"
    classes = [path.get("class") for path in root.iter(f"{space}path")]
    assert {"volume", "band", "usual", "limit"} <= set(classes)
    assert classes.count("rose") == len(said.lines)
    assert all(line["at"] in (root.findtext(f"{space}desc") or "") for line in said.lines)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("timestamp,value\n2026-10-15,3\nyesterday,4\n", ":3: the time is none that can be read; write it as in "),
        ("2026-10-15,3\n2026-10-16,many\n", ":2: the count is not a number; "),
        ("2026-10-15,3\n2026-10-16,-1\n", ":2: the count is below zero; "),
        ("2026-10-15,3\n2026-10-16,inf\n", ":2: the count is not a number; "),
        ("2026-10-15,3\n2026-10-16\n", ":2: expected a time and a count with a comma between"),
        ("2026-10-16,3\n2026-10-15,3\n", ": the times run backwards; sort the rows by time, the oldest first"),
        ("timestamp,value\n", ": there are no counts; "),
        ("", ": there are no counts; "),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, where: str) -> None:
    """A wrong row is one sentence that names the line and what to do, with exit code 2 and nothing of its content."""
    said = ascolta("detect", "-", stdin=text.encode())
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"standard input{where}")
    assert said.err.count("\n") == 1
    assert "yesterday" not in said.err
    assert "many" not in said.err.removeprefix("standard input")


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    """A missing file, one of bytes, a cut gzip: one sentence each that begins with the name."""
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"2026-10-15,3\n" * 100)[:-12])
    for name in ("missing.csv", "bytes.csv", "cut.csv.gz"):
        said = ascolta("detect", tmp_path / name)
        assert said.code == 2
        assert said.err.startswith(f"{tmp_path / name}: ")
        assert said.err.count("\n") == 1


def test_a_picture_has_a_name_that_says_its_kind(counts: Path, tmp_path: Path) -> None:
    """A picture that is no SVG or PNG, or lies where nothing can be written, is refused in one sentence."""
    said = ascolta("detect", counts, "--plot", "counts.gif")
    assert (said.code, said.err) == (2, "--plot counts.gif: expected a name that ends in .svg or .png\n")
    said = ascolta("detect", counts, "--alarms", "--plot", tmp_path / "none" / "counts.svg")
    assert said.code == 2
    assert "choose a place that can be written" in said.err


def test_a_png_needs_its_extra_or_is_one(counts: Path, tmp_path: Path) -> None:
    """Without the extra `plot` the message says how to get it; with it, the file is a PNG."""
    picture = tmp_path / "counts.png"
    said = ascolta("detect", counts, "--alarms", "--plot", picture)
    if said.code == 0:
        assert picture.read_bytes().startswith(b"\x89PNG")
    else:
        assert said.code == 2
        assert "a PNG needs the extra `plot`; run" in said.err
