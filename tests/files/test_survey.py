"""survey.yaml, sheets from CSV files, and proposals: what is good is read, what is not is said in one sentence."""

import re
from pathlib import Path

import pytest

from ascolta.core.notice import LANGUAGES as NOTICE
from ascolta.core.study import BY_AGE, FIGURES
from ascolta.core.survey import LEAST, Scale
from ascolta.core.survey_rules import Change, Proposal
from ascolta.errors import FileError
from ascolta.files.etiquette import load_etiquette
from ascolta.files.survey import FILE, LANGUAGES, load_survey, new_survey, shipped
from ascolta.files.survey_proposal import proposed, write_proposal
from ascolta.files.survey_sheets import LARGEST, MOST, Columns, read_sheets

PLACES = re.compile(r"\{(\w*)\}")
GOOD = "survey: acme\nopen: yes\n"
OWN = "questions:\n  - name: sundays\n    says: want answers on Sundays\n    ask: {en: Answer on Sundays.}\n"
NONE = Columns(named={})


def test_our_questions_are_those_of_the_study_in_seven_languages() -> None:
    """Each has its figure in the study under the same name, and every language of the notice has each of them."""
    known = {figure.name for figure in FIGURES} | {row.name for row in BY_AGE}
    found = shipped()
    assert set(found.languages) == set(NOTICE) == set(LANGUAGES)
    assert {question.name for question in found.questions} <= known
    assert {"when-spoken-to", "answer-complaints", "unheard", "intrusive"} <= {one.name for one in found.questions}
    assert all(question.ask.keys() == set(LANGUAGES) for question in found.questions)
    assert len({said for question in found.questions for said in question.ask.values()}) == 7 * len(found.questions)


def test_every_language_has_the_same_places() -> None:
    """What is filled in stands in each of them, and nothing else; no sentence was left in English."""
    found = shipped().words
    for name, english in found["en"].items():
        for lang in LANGUAGES:
            assert sorted(PLACES.findall(found[lang][name])) == sorted(PLACES.findall(english)), (lang, name)
            assert lang == "en" or len(english) < 20 or found[lang][name] != english, (lang, name)


def test_without_a_file_the_survey_is_shut(tmp_path: Path) -> None:
    """Our questions are there, and nobody can answer them in public."""
    found = load_survey(tmp_path, "acme")
    assert (found.brand, found.is_open, found.questions) == ("acme", False, shipped().questions)
    assert not found.takes(0)


def test_what_init_of_a_survey_writes_can_be_read(tmp_path: Path) -> None:
    """The file to begin with is shut, its comments hold when they are taken in, and it is not overwritten."""
    path = new_survey(tmp_path, "acme")
    assert not load_survey(tmp_path, "acme").is_open
    open_text = path.read_text(encoding="utf-8").replace("# languages: [en, es]", "languages: [en]")
    for key in ("until", "without", "questions", "margins", "margins_from"):
        open_text = open_text.replace(f"# {key}:", f"{key}:")
    open_text = re.sub(r"^#   ", "  ", open_text, flags=re.MULTILINE)
    path.write_text(open_text, encoding="utf-8")
    found = load_survey(tmp_path, "acme")
    assert found.named("sundays")
    assert found.named("answer-praise") is None
    assert found.margins[0].shares["55+"] == 30
    with pytest.raises(FileError, match="not overwritten"):
        new_survey(tmp_path, "acme")


def test_a_brand_adds_questions_and_chooses_languages(tmp_path: Path) -> None:
    """Its own come after ours, in the languages that it chose; after its last day it takes no more answers."""
    (tmp_path / FILE).write_text(GOOD + "languages: [en]\nuntil: 2027-01-31\n" + OWN, encoding="utf-8")
    found = load_survey(tmp_path, "acme")
    assert found.languages == ("en",)
    assert found.questions[-1].scale is Scale.AGREE
    assert found.until is not None
    assert found.takes(found.until)
    assert not found.takes(found.until + 1)


BROKEN = {
    "opened by halves": ("survey: acme\nopen: maybe\n", "2: 'open' cannot be 'maybe'"),
    "an unknown key": (GOOD + "opne: yes\n", "3: unknown key 'opne', did you mean 'open'?"),
    "a language that is none of ours": (GOOD + "languages: [en, xx]\n", "3: item 2 of 'languages' cannot be 'xx'"),
    "no language": (GOOD + "languages: []\n", "3: 'languages' is empty"),
    "a question that is not ours": (GOOD + "without: [praise]\n", "3: item 1 of 'without' cannot be 'praise'"),
    "a day that is none": (GOOD + "until: 2027-02-30\n", "3: 'until' is not a day"),
    "a question without one of the languages": (GOOD + OWN, "6: 'ask' has no 'es'; add it"),
    "a question twice": (
        GOOD + "languages: [en]\n" + OWN.replace("sundays", "unheard"),
        "5: another question is called 'unheard' already",
    ),
    "a question called by the age": (GOOD + "languages: [en]\n" + OWN.replace("sundays", "age"), "5: another question"),
    "a name with a blank": (GOOD + "languages: [en]\n" + OWN.replace("sundays", "on sundays"), "5: 'name' is a short"),
    "a question without end": (
        GOOD + "languages: [en]\n" + OWN.replace("Answer", "very " * 80),
        "7: 'en' is longer than 300 characters",
    ),
    "margins of nobody": (GOOD + "margins: {uses-networks: {yes: 80, no: 20}}\n", "3: 'margins' need 'margins_from'"),
    "margins that are not whole": (
        GOOD + "margins_from: x\nmargins: {uses-networks: {yes: 80, no: 30}}\n",
        "4: 'uses-networks' makes 110 in all",
    ),
    "a margin with a hole": (
        GOOD + "margins_from: x\nmargins: {age: {18-24: 50, 55+: 50}}\n",
        "4: 'age' has no '25-34'; add it",
    ),
    "a margin of nothing": (GOOD + "margins_from: x\nmargins: {sex: {f: 50, m: 50}}\n", "4: unknown key 'sex'"),
    "nothing to ask": (
        GOOD + f"without: [{', '.join(question.name for question in shipped().questions)}]\n",
        "1: the survey asks nothing",
    ),
    "too many questions": (
        GOOD + "languages: [en]\nquestions:\n"
        + "".join(f"  - {{name: q{n}, says: x, ask: {{en: x}}}}\n" for n in range(30)),
        "5: 'questions' are too many",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_gives_its_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """It names file and line, says what is wrong, and what to do."""
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_survey(tmp_path, "acme")
    assert str(caught.value).startswith(f"{tmp_path}/{FILE}:{sentence}")
    assert "\n" not in str(caught.value)


def rows(row: str, header: str = "age,unheard", many: int = LEAST) -> bytes:
    return "".join(f"{line}\n" for line in (header, *[row] * many)).encode()


def test_sheets_are_read_however_a_tool_writes_them() -> None:
    """Commas, semicolons or tabs, a mark before UTF-8, capitals, ages in years, empty rows and empty cells."""
    for data in (
        rows("34,Agree"),
        rows("25–34;AGREE", "Age;Unheard"),
        rows('" 25-34 "\tagree', "age\tunheard"),
        b"\xef\xbb\xbf" + rows("34,agree"),
        rows("34,agree\n\n,"),
    ):
        found = read_sheets(data, "f.csv", shipped(), NONE, 7)
        assert len(found) == LEAST
        assert {(one.month, one.age, *one.answers.items()) for one in found} == {(7, "25-34", ("unheard", "agree"))}


def test_columns_are_mapped_and_passed_over() -> None:
    """What another tool calls Q7 is a question of ours, and what is no question is not read."""
    data = rows("ann@example.com,34,agree", "e-mail,age,Q7")
    columns = Columns(named={"unheard": "Q7"}, skipped=("e-mail",))
    (one, *_) = read_sheets(data, "f.csv", shipped(), columns, 7)
    assert one.answers == {"unheard": "agree"}


SPOILT = {
    "nothing": (b"", "f.csv:1: has no question of this survey"),
    "no question": (rows("34", "age"), "f.csv:1: has no question of this survey"),
    "too few people": (rows("34,agree", many=9), "f.csv: has 9 sheets; with fewer than 10 people"),
    "a column that is none": (rows("34,agree,Ann", "age,unheard,name"), "f.csv:1: the column 'name' is none of this"),
    "a column misspelt": (rows("34,agree", "age,unherd"), "f.csv:1: the column 'unherd' is none of this survey's; did"),
    "a column twice": (rows("34,agree,agree", "age,unheard,unheard"), "f.csv:1: has two columns for 'unheard'"),
    "an answer that is none": (rows("34,secret"), "f.csv:2: 'unheard' must be one of agree, neither, disagree, or em"),
    "a formula": (rows("34,=1+1"), "f.csv:2: 'unheard' must be one of agree, neither, disagree, or empty"),
    "a child": (rows("17,agree"), "f.csv:2: 'age' must be one of 18-24, 25-34, 35-44, 45-54, 55+, a number of years"),
    "an age that is none": (rows("old,agree"), "f.csv:2: 'age' must be one of 18-24, 25-34, 35-44, 45-54, 55+, or"),
    "a row too long": (rows("34,agree,x"), "f.csv:2: has 3 cells where the first line has 2"),
    "UTF-16": ("age,unheard\n".encode("utf-16"), "f.csv:1: is UTF-16; save it as CSV in UTF-8"),
    "Latin-1": (rows("34,agree") + b"\xe9\n", "f.csv:12: is not UTF-8; save it as CSV in UTF-8"),
    "a program": (b"MZ\x00\x01" * 9, "f.csv:1: is no text; save it as CSV in UTF-8"),
    "gzip": (b"\x1f\x8b\x08\x00\x00", "f.csv:1: is not UTF-8; save it as CSV in UTF-8"),
    "a quotation mark never closed": (rows('34,"agree', many=1), "f.csv:2: is no CSV (unexpected end of data)"),
    "a cell without end": (rows("34," + "a" * 20_000, many=1), "f.csv:2: has a cell longer than any answer"),
    "more columns than anybody asks": (b"," * 500 + b"\n", "f.csv:1: has more than 200 columns"),
    "more people than there are": (rows("34,agree", many=MOST + 1), f"f.csv:{MOST + 2}: has more than 200,000 rows"),
    "a bomb": (b"a" * (LARGEST + 1), "f.csv: is larger than 16 MiB"),
}


@pytest.mark.parametrize(("data", "sentence"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_refused_whole(data: bytes, sentence: str) -> None:
    """One sentence with its line; what stood in the cell is not in it, for it may be about a person."""
    with pytest.raises(FileError) as caught:
        read_sheets(data, "f.csv", shipped(), NONE, 7)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)
    for cell in ("secret", "=1+1", "Ann", "17"):
        assert cell not in str(caught.value)


def test_a_mapped_column_must_be_there() -> None:
    """What --map or --skip name and the file does not have is told."""
    for columns in (Columns(named={"unheard": "Q7"}), Columns(named={}, skipped=("Q7",))):
        with pytest.raises(FileError, match="has no column 'Q7'"):
            read_sheets(rows("34,agree"), "f.csv", shipped(), columns, 7)
    with pytest.raises(FileError, match="--map: there is no question 'heard'"):
        read_sheets(rows("34,agree"), "f.csv", shipped(), Columns(named={"heard": "unheard"}), 7)


ETIQUETTE = """\
# Ours, by hand.
etiquette: acme
rules:
  - name: spoken-to
    when: addressed:yes # a comment
    then: reply
    why: >
      Because we
      always did.
    fits: ["@acme hello"]
  - {name: hush, when: 'complaint:yes', then: care, why: 'Old: "so"'}
"""


def change(rule: str, key: str, after: str) -> Change:
    return Change(rule=rule, key=key, before="before\nit", after=after, because="so")


def test_a_proposal_is_the_etiquette_with_its_changes(tmp_path: Path) -> None:
    """Comments, order and examples stay; it is an etiquette itself, and says on top that it is not in force."""
    hostile = 'He said: "50 %" # no \\ comment'
    changes = (
        change("spoken-to", "why", hostile), change("spoken-to", "approve", "two"),
        change("hush", "then", "silence"), change("hush", "approve", "two"), change("hush", "why", "New."),
    )  # fmt: skip
    text = proposed(ETIQUETTE, "etiquette.yaml", Proposal(changes=changes, remarks=("A remark.",)))
    to = tmp_path / "p.yaml"
    write_proposal(to, text)
    first, second = load_etiquette(to).rules
    assert (first.why, first.approve, first.fits) == (hostile, 2, ("@acme hello",))
    assert (second.why, str(second.then), second.approve) == ("New.", "silence", 2)
    assert text.startswith("# PROPOSED, and not in force.")
    assert "# Ours, by hand." in text
    assert "when: addressed:yes # a comment" in text
    assert "# A remark." in text
    with pytest.raises(FileError, match="not overwritten"):
        write_proposal(to, text)
