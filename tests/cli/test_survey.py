"""`ascolta survey` as its user would call it: figures, files that are read in, pages, and a proposal."""

import csv
import io
import random
import re
from pathlib import Path

import pytest

from ascolta.core.study import AGES
from ascolta.files.survey import LANGUAGES, shipped
from tests.cli.running import ACME, ascolta


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A brand's folder with an etiquette and no survey."""
    words = ("init", tmp_path / "bella", "--name", "Bella", "--handle", "@bella")
    assert ascolta(*words).code == 0
    return tmp_path / "bella"


def written(path: Path, people: int = 600, **shares: float) -> Path:
    """A file of people who agree with each question in these shares, or by half."""
    draw, names = random.Random(7), [question.name for question in shipped().questions]
    lines = [",".join(["age", *names])]
    for one in range(people):
        chosen = []
        for question in shipped().questions:
            said = draw.random() < shares.get(question.name.replace("-", "_"), 0.5)
            other = next(option for option in question.scale.options if option != question.counts)
            chosen.append(question.counts if said else other)
        lines.append(",".join([AGES[one % 5], *chosen]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_without_answers_it_shows_the_study(folder: Path) -> None:
    """Its figures and its gaps, with the source; no interval is made up."""
    said = ascolta("survey", "--brand", folder)
    assert said.code == 0
    assert "J.D. Power" in said.out
    row = next(line for line in said.out.splitlines() if "intrusive" in line)
    assert re.search(r"43 +– +– +– +– +54", row)
    told = ascolta("survey", "--brand", folder, "--json").json
    assert told["people"] == 0
    assert all(row["all"]["low"] is None for row in told["rows"])


def test_a_file_becomes_figures_by_age(folder: Path, tmp_path: Path) -> None:
    """What is read in is shown with intervals, by band, beside the study; twice it is not read."""
    path = written(tmp_path / "panel.csv", when_spoken_to=0.7)
    assert "nothing was kept" in ascolta("survey", "import", path, "--brand", folder, "--dry-run").out
    assert ascolta("survey", "import", path, "--brand", folder, "--json").json == {"sheets": 600, "kept": True}
    again = ascolta("survey", "import", path, "--brand", folder)
    assert (again.code, again.err) == (2, "this file was read in already, and nobody is counted twice\n")
    told = ascolta("survey", "show", "--brand", folder, "--json").json
    found = {row["question"]: row for row in told["rows"]}["when-spoken-to"]
    assert told["people"] == 600
    assert found["all"]["low"] <= 70 <= found["all"]["high"]
    assert found["by_age"]["55+"]["people"] == 120
    assert found["study"] == 64
    assert "not weighted" in ascolta("survey", "--brand", folder).out.lower()
    assert "600 people's answers are gone." in ascolta("survey", "drop", "--brand", folder, "--yes").out


def test_weights_are_said_with_what_they_cost(folder: Path, tmp_path: Path) -> None:
    """Margins of survey.yaml weight the figures; their source, the effective number and the design effect are told."""
    text = "survey: bella\nopen: no\nmargins_from: the census\nmargins: {uses-networks: {yes: 80, no: 20}}\n"
    (folder / "survey.yaml").write_text(text, encoding="utf-8")
    ascolta("survey", "import", written(tmp_path / "panel.csv"), "--brand", folder)
    told = ascolta("survey", "--brand", folder, "--json").json
    assert told["weighted"] == ["uses-networks"]
    assert told["design_effect"] > 1.2
    found = {row["question"]: row for row in told["rows"]}["uses-networks"]
    assert found["all"]["percent"] == 80
    assert "(source: the census)" in ascolta("survey", "--brand", folder).out


def test_a_survey_proposes_and_changes_nothing(folder: Path, tmp_path: Path) -> None:
    """The proposal is an etiquette that replay can try, with the figures as reasons; the etiquette stays as it was."""
    before = (folder / "etiquette.yaml").read_bytes()
    ascolta("survey", "import", written(tmp_path / "panel.csv", answer_complaints=0.3), "--brand", folder)
    said = ascolta("survey", "--to-etiquette", "--brand", folder)
    assert said.code == 0
    assert "open-complaint: then: silence" in said.out
    assert (folder / "etiquette.yaml").read_bytes() == before
    proposed = folder / "etiquette.proposed.yaml"
    text = proposed.read_text(encoding="utf-8")
    assert text.startswith("# PROPOSED, and not in force.")
    assert "600 people answered our survey: " in text
    assert ascolta("check", folder).code == 0
    tried = ascolta("replay", ACME / "day.jsonl", "--brand", ACME, "--etiquette", proposed, "--json").json
    assert tried["decisions"]
    again = ascolta("survey", "--to-etiquette", "--brand", folder)
    assert (again.code, "not overwritten" in again.err) == (2, True)


def test_too_few_answers_propose_nothing(folder: Path) -> None:
    """It says how many there are, how many it takes, and leaves no file."""
    said = ascolta("survey", "--to-etiquette", "--brand", folder)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "fewer than 100" in said.err
    assert not (folder / "etiquette.proposed.yaml").exists()


def test_no_cell_of_an_export_is_a_formula(folder: Path, tmp_path: Path) -> None:
    """A question that begins like one stands in the CSV with a mark before it; small groups are empty there, too."""
    ask = "{" + ", ".join(f"{lang}: x" for lang in LANGUAGES) + "}"
    text = f"survey: bella\nopen: no\nquestions:\n  - {{name: odd, says: '=HYPERLINK(\"http://x\")', ask: {ask}}}\n"
    (folder / "survey.yaml").write_text(text, encoding="utf-8")
    people = "".join(f"18-24,{'agree' if one % 2 else 'disagree'}\n" for one in range(40))
    few = "".join("55+,agree\n" for _ in range(10))
    path = tmp_path / "p.csv"
    path.write_text(f"age,odd\n{people}{few}", encoding="utf-8")
    assert ascolta("survey", "import", path, "--brand", folder).code == 0
    said = ascolta("survey", "show", "--brand", folder, "--csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    odd = {row["of"]: row for row in rows if row["question"] == "odd"}
    assert odd["all"]["says"].startswith("'=HYPERLINK")
    assert odd["all"]["percent"] == "60.0"
    assert odd["55+"]["percent"] == odd["18-24"]["percent"] == odd["55+"]["people"] == ""
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]


def test_pages_stand_alone(folder: Path, tmp_path: Path) -> None:
    """The figures, and the questions in each language on paper: no form that goes nowhere, nothing loaded."""
    told = ascolta("survey", "html", "--brand", folder, "--out", tmp_path / "out", "--json").json
    assert len(told["files"]) == 1 + len(LANGUAGES)
    for path in map(Path, told["files"]):
        page = path.read_text(encoding="utf-8")
        assert not re.findall(r'(?:src|action)="|<link|<script|<button', page), path.name
    assert "A dash stands where it gives none." in (tmp_path / "out" / "figures.html").read_text(encoding="utf-8")


def test_a_survey_begins_with_a_file(folder: Path) -> None:
    """`--new` writes survey.yaml once; what is wrong in it is said with its line and exit code 2."""
    assert ascolta("survey", "--new", "--brand", folder).code == 0
    assert ascolta("survey", "--new", "--brand", folder).code == 2
    path = folder / "survey.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("open: no", "open: perhaps"), encoding="utf-8")
    said = ascolta("survey", "--brand", folder)
    assert said.code == 2
    assert "survey.yaml:4: 'open' cannot be 'perhaps'" in said.err


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"age,unheard\n34,maybe\n", "standard input:2: 'unheard' must be one of agree, neither, disagree, or empty"),
        (b"\xff\xfea\x00", "standard input:1: is UTF-16; save it as CSV in UTF-8"),
        (b"", "standard input:1: has no question of this survey"),
    ],
)
def test_a_spoilt_file_is_one_sentence(folder: Path, data: bytes, sentence: str) -> None:
    """Exit code 2, one line, nothing kept."""
    said = ascolta("survey", "import", "-", "--brand", folder, stdin=data)
    assert said.code == 2
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1
    assert ascolta("survey", "--brand", folder, "--json").json["people"] == 0
    gone = ascolta("survey", "import", folder / "nowhere.csv", "--brand", folder)
    assert (gone.code, gone.err.count("\n")) == (2, 1)


def test_options_stand_where_they_are_heeded(folder: Path) -> None:
    """An option before the word would be lost, so it is refused."""
    said = ascolta("survey", "--brand", folder, "show")
    assert (said.code, "options stand after the word" in said.err) == (2, True)
