"""A source is heard only after somebody weighed in writing, in words of their own, whether it may be."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.brand import FileSource
from ascolta.errors import FileError
from ascolta.files.assessments import STEPS, assessment_of, faults, require, stays_inside, template
from ascolta.files.brands import load_brand, load_brands
from ascolta.files.check import check
from ascolta.files.init import new_assessment, new_brand
from ascolta.labels import label
from tests.cli.running import ACME, ascolta
from tests.files.test_broken import BRAND, folder

TODAY = date(2026, 11, 25)
SOURCE = FileSource(path="posts.csv", assessment="assessments/posts.md")
ANSWER = "We answer people who wrote to our account, and count the rest; nobody else is looked at."
FRONT = "---\nsource: posts.csv\ndated: 2026-11-20\nsigned: Head of care\nreview: 2027-11-20\n---\n"
BODY = "".join(f"## {number}. {step}\n\n> A question?\n\n{ANSWER}\n\n" for number, step in enumerate(STEPS, 1))
SOURCES = "sources:\n  - file: posts.csv\n    networks: [x]\n"
POST = '{"id": "1", "text": "@acmeair where is my bag?", "network": "x"}\n'


def told(path: Path, text: str | None, source: FileSource = SOURCE) -> list[str]:
    """What is said of an assessment, without the folder."""
    (path / "assessments").mkdir(exist_ok=True)
    if text is not None:
        (path / "assessments" / "posts.md").write_text(text, encoding="utf-8")
    return [str(fault).removeprefix(f"{path}/") for fault in faults(path, source, TODAY)]


def test_one_that_is_filled_in_holds(tmp_path: Path) -> None:
    """Dated, signed, to be reviewed later, each step answered: the source may be heard."""
    assert told(tmp_path, FRONT + BODY) == []
    require(tmp_path, SOURCE, TODAY)


MISSING = {
    "dated in the future": (
        FRONT.replace("2026-11-20", "2026-11-26") + BODY,
        "assessments/posts.md:3: 'dated' lies in the future; write the day of signing",
    ),
    "review past": (
        FRONT.replace("2027-11-20", "2026-11-24") + BODY,
        "assessments/posts.md:5: its review was due on 2026-11-24; weigh it again, then set 'dated' and 'review' anew",
    ),
    "review before the day of signing": (
        FRONT.replace("2026-11-20", "2026-11-25").replace("2027-11-20", "2026-11-25") + BODY,
        "assessments/posts.md:5: 'review' is not after 'dated'; write a later day",
    ),
    "not signed": (
        FRONT.replace("Head of care", "") + BODY,
        "assessments/posts.md:4: 'signed' is empty; write who answers for it: a name or a function",
    ),
    "no review": (
        FRONT.replace("review: 2027-11-20\n", "") + BODY,
        "assessments/posts.md:1: 'review' is missing; write the day by which it is weighed again, such as 2027-11-25",
    ),
    "about another source": (
        FRONT.replace("posts.csv", "other.csv") + BODY,
        (
            "assessments/posts.md:2: this assessment is not about 'posts.csv'; weigh that source too, "
            "then add it to 'source'"
        ),
    ),
    "a step not filled in": (
        FRONT + BODY.replace(f"Balancing\n\n> A question?\n\n{ANSWER}", "Balancing\n\n> A question?\n\nok"),
        (
            "assessments/posts.md:19: the step 'Balancing' is not filled in; answer its questions below them, "
            "in words of your own"
        ),
    ),
    "a step in a comment": (
        FRONT + BODY.replace(f"Purpose\n\n> A question?\n\n{ANSWER}", f"Purpose\n\n<!--\n{ANSWER}\n-->"),
        (
            "assessments/posts.md:7: the step 'Purpose' is not filled in; answer its questions below them, "
            "in words of your own"
        ),
    ),
    "a step without its heading": (
        FRONT + BODY.replace("## 4. Safeguards", "## 4. Other"),
        "assessments/posts.md: has no heading '## 4. Safeguards'; write it, and what was weighed below it",
    ),
}


@pytest.mark.parametrize(("text", "sentence"), MISSING.values(), ids=MISSING)
def test_what_is_missing_is_said_at_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    """One sentence names file and line, what is missing, and what to do."""
    assert told(tmp_path, text) == [sentence]
    with pytest.raises(FileError) as caught:
        require(tmp_path, SOURCE, TODAY)
    assert str(caught.value) == f"{tmp_path}/{sentence}"


UNREADABLE = {
    "no front": (BODY, "posts.md:1: must begin with source, dated, signed, review between two lines '---'"),
    "an empty front": ("---\n---\n" + BODY, "posts.md:1: has nothing between its two lines '---'"),
    "an unknown key": (
        FRONT.replace("signed", "singed") + BODY,
        "posts.md:4: unknown key 'singed', did you mean 'signed'?",
    ),
    "no day": (FRONT.replace("2026-11-20", "soon") + BODY, "posts.md:3: 'dated' must be a day, written as 2026-11-25"),
    "no YAML": (FRONT.replace("signed:", "signed: 'a") + BODY, "posts.md:"),
}


@pytest.mark.parametrize(("text", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused_at_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    """A front that is none is one sentence with file and line."""
    with pytest.raises(FileError) as caught:
        told(tmp_path, text)
    assert f"/assessments/{sentence}" in str(caught.value)


def test_a_source_without_one_is_not_heard(tmp_path: Path) -> None:
    """The sentence names the file that should be there, and the command that lays it out."""
    [said] = told(tmp_path, None)
    assert said.startswith("assessments/posts.md: there is no such file; 'posts.csv' is heard only after")
    assert "ascolta init FOLDER --assessment SOURCE" in said


def test_the_words_of_the_template_are_no_answer(tmp_path: Path) -> None:
    """What `init` lays out is refused step by step, also with the marks of its questions taken away."""
    new_brand(tmp_path / "b", "Bella", "@bella")
    text = (tmp_path / "b" / "assessments" / "posts.md").read_text(encoding="utf-8")
    filled = text.replace("dated:", "dated: 2026-11-20").replace("signed:", "signed: me")
    filled = filled.replace("review:", "review: 2027-11-20")
    for laid in (filled, filled.replace("> ", "")):
        assert sum("is not filled in" in said for said in told(tmp_path, laid)) == len(STEPS)
    assert sum("is empty" in said for said in told(tmp_path, text)) == 3


def test_the_template_says_what_the_brand_really_does() -> None:
    """Sources, networks, terms, topics and limits stand in it as the brand's files have them."""
    [acme] = load_brands(ACME)
    text = template(acme, acme.sources[0])
    said = " ".join(line.removeprefix("> ").strip() for line in text.splitlines())
    for part in ("Acme Air", "day.jsonl", "x, bluesky, mastodon", "sealed ones 72 hours", "refunds, bags", "at most 3"):
        assert part in said
    assert "{" not in text


def test_made_up_posts_need_none(tmp_path: Path) -> None:
    """A rehearsal is heard without an assessment."""
    assert told(tmp_path, None, replace(SOURCE, rehearsal=True)) == []


def test_reddit_needs_its_approval_too(tmp_path: Path) -> None:
    """Without it the brand's own file is named; with it the assessment decides."""
    reddit = replace(SOURCE, networks=("reddit",), line=4)
    [said] = told(tmp_path, FRONT + BODY, reddit)
    assert said.startswith("brand.yaml:4: 'posts.csv' brings posts of reddit, which is off until this is on file: ")
    assert told(tmp_path, FRONT + BODY, replace(reddit, approval="contract 7 of May 2026")) == []


def test_the_example_of_a_complete_one_is_complete() -> None:
    """examples/acme/assessments/day.md would let its source be heard, were it a real one."""
    [acme] = load_brands(ACME)
    source = replace(acme.sources[0], rehearsal=False)
    assert list(faults(ACME, source, TODAY)) == []
    assert acme.sources[0].rehearsal


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("day.jsonl", "assessments/day.md"),
        ("in/of 2026.csv.gz", "assessments/of-2026.md"),
        ("-", "assessments/source.md"),
        ("..", "assessments/source.md"),
    ],
)
def test_an_assessment_is_called_as_its_source(source: str, path: str) -> None:
    """The name is that of the source without folder and endings."""
    assert assessment_of(source) == path


def test_an_assessment_lies_in_the_brands_own_folder(tmp_path: Path) -> None:
    """A path that leads out of it is refused where it stands."""
    assert not any(map(stays_inside, ("../a.md", "/etc/a.md", "C:\\a.md", "a\\..\\..\\b.md")))
    more = SOURCES + "    assessment: ../a.md\n"
    with pytest.raises(FileError, match=r"brand\.yaml:7: 'assessment' names a file of this folder"):
        load_brand(folder(tmp_path, {"brand.yaml": BRAND + more}))


def test_check_reports_all_that_is_missing(tmp_path: Path) -> None:
    """Each fault is an error of the folder, at its line."""
    text = FRONT.replace("Head of care", "") + BODY.replace("## 4. Safeguards", "## 4. Other")
    folder(tmp_path, {"brand.yaml": BRAND + SOURCES, "assessments/posts.md": text, "posts.csv": ""})
    problems = check(tmp_path, label, TODAY).problems
    assert [(Path(one.path).name, one.line, one.severity) for one in problems] == [
        ("posts.md", 4, "error"),
        ("posts.md", 1, "error"),
    ]


def test_sources_of_brand_yaml_are_refused_and_files_named_by_hand_are_not(tmp_path: Path) -> None:
    """`listen` ends with 2 and one sentence; a file on the command line is a reading of what somebody holds already."""
    folder(tmp_path, {"brand.yaml": BRAND + SOURCES, "posts.csv": "id,text\n1,@acmeair where is my bag?\n"})
    said = ascolta("listen", tmp_path, "--store", tmp_path / "s", "--json")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert said.err.startswith(f"{tmp_path}/assessments/posts.md: there is no such file; 'posts.csv' is heard only")
    assert ascolta("listen", tmp_path, tmp_path / "posts.csv", "--dry-run").code == 0
    found = bootstrap.found(tmp_path)
    assert bootstrap.sources(found, [str(tmp_path / "posts.csv")], bootstrap.Reading())
    with pytest.raises(FileError):
        bootstrap.sources(found, [], bootstrap.Reading())
    (tmp_path / "assessments").mkdir()
    (tmp_path / "assessments" / "posts.md").write_text(
        FRONT.replace("2026-11-20", "2020-01-01").replace("2027-11-20", "9999-01-01") + BODY, encoding="utf-8"
    )
    assert ascolta("listen", tmp_path, "--store", tmp_path / "s").code == 0


def test_brands_in_folders_have_their_own_assessments(tmp_path: Path) -> None:
    """In a folder of brands each assessment lies in its brand's folder."""
    folder(tmp_path / "acme", {"brand.yaml": BRAND + SOURCES, "posts.csv": "id,text\n1,a\n"})
    with pytest.raises(FileError, match=r"acme/assessments/posts\.md"):
        bootstrap.sources(bootstrap.found(tmp_path), [], bootstrap.Reading())


def test_one_more_is_laid_out_on_request(tmp_path: Path) -> None:
    """`init --assessment` writes it for a brand that is there, where brand.yaml says, and overwrites nothing."""
    more = SOURCES + "    assessment: weighed/x.md\n"
    folder(tmp_path, {"brand.yaml": BRAND + more})
    said = ascolta("init", tmp_path, "--assessment", "posts.csv", "--json")
    assert (said.code, said.json["files"]) == (0, [str(tmp_path / "weighed" / "x.md")])
    assert "posts of x" in (tmp_path / "weighed" / "x.md").read_text(encoding="utf-8")
    assert ascolta("init", tmp_path, "--assessment", "posts.csv").code == 2
    assert new_assessment(tmp_path, "new.csv", dry=True) == tmp_path / "assessments" / "new.md"
    both = ascolta("init", tmp_path, "--assessment", "posts.csv", "--name", "B")
    assert (both.code, "is there already" in both.err) == (2, True)


def test_a_new_brand_runs_at_once(tmp_path: Path) -> None:
    """What `init` writes checks clean and is heard: posts to rehearse on, of which some open cases and some do not."""
    assert ascolta("init", tmp_path / "b", "--name", "Bella", "--handle", "@bella").code == 0
    assert "all is well" in ascolta("check", tmp_path / "b").out
    told = ascolta("listen", tmp_path / "b", "--json").json
    assert told["mentions"] == told["posts"] == 14
    assert all(told["decisions"][action] for action in ("reply", "care", "handover", "silence")), told
