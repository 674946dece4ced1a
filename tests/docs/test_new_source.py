"""The network of docs/developer/new-source.md: its package written as the page shows it, and heard from."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.case import Status
from ascolta.errors import AscoltaError, FileError
from ascolta.files.brands import load_brand
from ascolta.plugged import GROUP, plugged
from ascolta.sources import networks
from tests.cli.running import ascolta
from tests.conftest import ROOT
from tests.docs.board import OURS, TOKEN, Board, board
from tests.docs.page import Shown, steps
from tests.stories.wired import VARIABLE, Wired, brand_on, weigh, wired

PAGE = (ROOT / "docs" / "developer" / "new-source.md").read_text(encoding="utf-8")
AT = 1_795_003_200.0
MOST = 100
"""Lines of code, in all."""


def shown() -> dict[str, str]:
    """What the page shows, by file: what comes below is put below."""
    found: dict[str, str] = {}
    for step in steps(PAGE):
        if isinstance(step, Shown):
            name = step.title.partition(", below")[0]
            found[name] = found.get(name, "") + step.text
    return found


def install(folder: Path, entry: dict[str, str], code: str) -> None:
    """As pip leaves a package: its file, and beside it what it says of itself."""
    (folder / "ascolta_board.py").write_text(code, encoding="utf-8")
    told = folder / "ascolta_board-1.0.dist-info"
    told.mkdir(parents=True, exist_ok=True)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: ascolta-board\nVersion: 1.0\n", encoding="utf-8")
    lines = "".join(f"{name} = {module}\n" for name, module in entry.items())
    (told / "entry_points.txt").write_text(f"[{GROUP}]\n{lines}", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of packages in which the page's is installed."""
    folder, files = tmp_path / "site", shown()
    folder.mkdir()
    install(folder, tomllib.loads(files["pyproject.toml"])["project"]["entry-points"][GROUP], files["ascolta_board.py"])
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    sys.modules.pop("ascolta_board", None)


@pytest.fixture
def there() -> Iterator[Board]:
    """The board."""
    with board(AT) as made:
        yield made


@pytest.fixture
def brand(site: Path, there: Board, tmp_path: Path) -> Path:
    """The brand that hears it."""
    folder = brand_on(tmp_path / "brand", shown()["sources of brand.yaml"].format(url=there.url))
    weigh(folder, f"board:{there.url.removeprefix('http://')}")
    return folder


@pytest.fixture
def it(brand: Path) -> Iterator[Wired]:
    """The same, with its desk."""
    with wired(brand, TOKEN, AT) as made:
        yield made


def test_it_is_as_short_as_it_says() -> None:
    """The whole network has under a hundred lines of code."""
    lines = [line for line in shown()["ascolta_board.py"].splitlines() if line.strip()]
    assert 50 < len(lines) < MOST


def test_a_customer_is_heard_answered_and_forgotten(there: Board, it: Wired) -> None:
    """She answers the brand's post and names it; two people approve, the answer stands once; she takes hers back."""
    ours = there.says(OURS, "a good morning from Acme Air")
    post = there.says("lea", "@acmeair my suitcase is lost and nobody answers!", to=ours)
    assert it.hears() == 1
    template, words = it.offers("Ann")[0]
    it.does("Ann", "draft", note=words, template=template)
    for name in ("Ann", "Bob"):
        it.does(name, "approve")
    assert [it.speaks().sent for _ in range(3)] == [1, 0, 0]
    assert it.case().status is Status.SENT
    assert len(there.by(OURS)) == 2
    del there.posts[post]
    assert it.looks().removed == 1
    assert it.store.cases() == []


def test_a_stranger_leaves_a_number_and_nothing_else(there: Board, it: Wired) -> None:
    """Talk about the brand is counted; what is not listed, and what we say ourselves, is not heard."""
    there.says("eve", "flying acme air tomorrow")
    there.says("eve", "acme air, between us", listed=False)
    there.says(OURS, "acme air flies")
    for _ in range(45):
        there.says("bob", "a song")
    assert it.hears() == 0
    assert it.hears() == 0
    assert sum(it.store.counts("acme", "all", 0, 1 << 40).values()) == 1


def test_a_lost_answer_is_found(there: Board, it: Wired) -> None:
    """It was said, but we were not told: it is found, not said again."""
    there.says("lea", "where is my bag?", to=there.says(OURS, "good morning from acme air"))
    assert it.hears() == 1
    template, words = it.offers("Ann")[0]
    it.does("Ann", "draft", note=words, template=template)
    for name in ("Ann", "Bob"):
        it.does(name, "approve")
    there.loses_answers = True
    it.speaks()
    there.loses_answers = False
    it.speaks()
    assert len(there.by(OURS)) == 2
    assert it.case().status is Status.SENT


def test_the_commands_know_it(there: Board, site: Path, brand: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ascolta sources` says what waits there, and what it is like."""
    monkeypatch.setenv(VARIABLE, TOKEN)
    there.says("eve", "acme air is late")
    said = ascolta("sources", brand, cwd=site)
    assert "1 posts wait to be heard" in said.out
    assert "heard: all that is listed there" in said.out


def test_its_keys_are_read_as_ours_are(brand: Path) -> None:
    """One that it does not know, or lacks, is told with its line."""
    path = brand / "brand.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    account: acme\n", "    acount: acme\n"), encoding="utf-8")
    with pytest.raises(FileError, match="acount"):
        load_brand(brand)


@pytest.mark.parametrize(
    ("entry", "code", "why"),
    [
        ({"board": "nowhere"}, "", "cannot be read"),
        ({"board": "ascolta_board"}, "raise ValueError('a secret')", r"cannot be read \(ValueError\)"),
        ({"board": "ascolta_board"}, "KEYS = 1", "lacks DECLARED, opened"),
        ({"board": "ascolta_board"}, "KEYS = DECLARED = opened = 1", "are no ascolta.files.connections.Keys"),
        ({"board": "ascolta_board:x"}, "x = 1", "must name a module"),
        ({"other": "ascolta_board"}, "raise ValueError", "expected one of"),
    ],
)
def test_a_package_that_is_none_is_told(site: Path, brand: Path, entry: dict[str, str], code: str, why: str) -> None:
    """In one sentence at the line that names it, without what its code said; nothing of it is read unless named."""
    sys.modules.pop("ascolta_board", None)
    install(site, entry, code)
    with pytest.raises(FileError, match=why) as error:
        load_brand(brand)
    assert re.match(r"^\S+brand\.yaml:\d+: ", str(error.value))
    assert "secret" not in str(error.value)


def test_two_packages_for_one_name_are_too_many(site: Path) -> None:
    """Nobody guesses which is meant."""
    other = site / "other_board-1.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: other-board\nVersion: 1.0\n", encoding="utf-8")
    (other / "entry_points.txt").write_text(f"[{GROUP}]\nboard = ascolta_board\n", encoding="utf-8")
    with pytest.raises(AscoltaError, match="2 packages"):
        plugged("board")


def test_what_no_package_brings_is_no_network() -> None:
    """Here without one, and said so."""
    assert plugged("board") is None
    with pytest.raises(AscoltaError, match="no package brings it"):
        networks.declared_of("board")
