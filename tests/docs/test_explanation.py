"""The pages that explain say what the code holds."""

import re

from ascolta.core.study import EVIDENCE, FIGURES
from tests.conftest import ROOT

SILENCE = (ROOT / "docs" / "explanation" / "silence.md").read_text(encoding="utf-8")


def test_every_figure_of_the_study_is_told() -> None:
    """The table of docs/explanation/silence.md has each figure of `ascolta study`, in its words, and no other."""
    rows = re.findall(r"^\| (.+?) \| (\d+) \|", SILENCE, re.MULTILINE)
    assert sorted(rows) == sorted((figure.says, f"{figure.percent:g}") for figure in FIGURES)


def test_what_was_found_since_is_told_with_its_source() -> None:
    """Each later figure stands in the page, and who says so stands in the same paragraph."""
    points = [point.replace("\n  ", " ") for point in SILENCE.split("\n- ")]
    for figure in EVIDENCE:
        name = figure.source.split(" and ")[0].split(",")[0]
        assert any(f"{figure.percent:g} %" in point and name in point for point in points), figure.name
