"""`ascolta notice`, started as its user would."""

import re
import shutil
from pathlib import Path

import pytest

from ascolta.core.notice import LANGUAGES
from ascolta.core.wording import WORDINGS
from ascolta.files.notice import FILE, TEMPLATE
from tests.cli.running import ACME, ascolta

SAID = 'controller: Acme Air SpA\ncontact: privacy@acme.example\nauthority: "Garante, https://garante.example"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A brand that says who is responsible."""
    shutil.copytree(ACME, tmp_path / "acme", ignore=shutil.ignore_patterns("*.jsonl", ".ascolta"))
    (tmp_path / "acme" / FILE).write_text(SAID, encoding="utf-8")
    return tmp_path / "acme"


def test_it_can_be_read_in_the_terminal(folder: Path) -> None:
    """It says who listens, how long things are kept, and follows brand.yaml; in other languages and as JSON as well."""
    said = ascolta("notice", folder)
    assert said.code == 0
    for part in ("Acme Air SpA", "privacy@acme.example", "72 hours", "30 days", "How long", "Garante"):
        assert part in said.out
    brand = folder / "brand.yaml"
    brand.write_text(brand.read_text(encoding="utf-8").replace("sealed: 72 h", "sealed: 7 h"), encoding="utf-8")
    assert "7 Stunden" in ascolta("notice", folder, "--lang", "de").out
    assert [one["lang"] for one in ascolta("notice", folder, "--lang", "it", "--json").json] == ["it"]


def test_it_can_be_published_without_a_server(folder: Path, tmp_path: Path) -> None:
    """A page in each language, with its styles inside, that loads nothing and links to the others by file name."""
    to = tmp_path / "site"
    said = ascolta("notice", folder, "--out", to, "--json")
    assert said.code == 0
    names = {path.name for path in to.iterdir()}
    assert names == {"index.html", *(f"notice-{lang}.html" for lang in LANGUAGES if lang != "en")}
    assert {Path(path).name for path in said.json["files"]} == names
    for path in to.iterdir():
        page = path.read_text(encoding="utf-8")
        assert "<style>" in page
        assert not re.search(r"<(script|link|img|form|iframe)|@import|url\(", page)
        links = set(re.findall(r'href="([^"#]+)"', page))
        assert {link for link in links if ":" not in link} == names
        assert {link for link in links if ":" in link} == {"mailto:privacy@acme.example", "https://garante.example"}
    german = (to / "notice-de.html").read_text(encoding="utf-8")
    assert WORDINGS["de"].words["optout"] in german
    assert WORDINGS["de"].words["optout.button"] not in german


def test_where_to_opt_out_is_said(folder: Path, tmp_path: Path) -> None:
    """A page without a form names the address of the one that has it."""
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write("public: https://acme.example/notice\n")
    ascolta("notice", folder, "--out", tmp_path / "site")
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert 'You get a code here: <a href="https://acme.example/notice">' in page


def test_a_first_file_is_written_and_never_overwritten(folder: Path) -> None:
    """`--new` writes a file that works at once, and refuses where one stands."""
    (folder / FILE).unlink()
    missing = ascolta("notice", folder)
    assert missing.code == 2
    assert "--new" in missing.err
    assert ascolta("notice", folder, "--new").code == 0
    assert ascolta("notice", folder).code == 0
    again = ascolta("notice", folder, "--new")
    assert again.code == 2
    assert "not overwritten" in again.err
    assert (folder / FILE).read_text(encoding="utf-8") == TEMPLATE.format(name='"Acme Air"')


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("controller: A\n", "has no 'contact'"),
        (SAID + "contakt: x\n", "notice.yaml:4: unknown key 'contakt', did you mean 'contact'"),
        (SAID + "public: acme.example\n", "notice.yaml:4: 'public' is the whole address"),
        (SAID + "public: javascript:alert(1)\n", "notice.yaml:4: 'public' is the whole address"),
        (SAID + "figures: maybe\n", "notice.yaml:4: 'figures' cannot be 'maybe'"),
        (SAID + "networks: [my space]\n", "notice.yaml:4: 'networks' are short names"),
        (SAID + "networks: []\n", "notice.yaml:4: 'networks' is empty"),
        (SAID + f"address: {'a' * 501}\n", "notice.yaml:4: 'address' is longer than 500"),
        ("- a list\n", "notice.yaml:1"),
        ("", "notice.yaml:1: is empty"),
    ],
)
def test_a_file_that_is_wrong_is_said_with_its_line(folder: Path, text: str, part: str) -> None:
    """Each mistake in notice.yaml is one sentence with file and line, and exit code 2."""
    (folder / FILE).write_text(text, encoding="utf-8")
    said = ascolta("notice", folder)
    assert (said.code, said.out) == (2, "")
    assert part in said.err


def test_an_unknown_language_and_a_place_that_cannot_be_written_are_said(folder: Path, tmp_path: Path) -> None:
    """Exit code 2 with what to do instead."""
    other = ascolta("notice", folder, "--lang", "tlh")
    assert other.code == 2
    assert "en, es, fr, de, pt, it, nl" in other.err
    (tmp_path / "taken").write_text("", encoding="utf-8")
    taken = ascolta("notice", folder, "--out", tmp_path / "taken")
    assert taken.code == 2
    assert "choose another folder" in taken.err
