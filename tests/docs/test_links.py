"""The documentation builds without a warning, and every link of it leads somewhere; nothing is asked of the network."""

import importlib.util
import os
import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.docs.site import Page, broken, build, read

DOCS = ROOT / "docs"
LACKING = importlib.util.find_spec("material") is None and not os.environ.get("CI")
pytestmark = pytest.mark.skipif(LACKING, reason="mkdocs-material is not installed: pip install 'ascolta[docs]'")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    said = build(folder)
    assert said == "", said
    return folder


@pytest.mark.slow
def test_every_link_leads_somewhere(site: Path) -> None:
    """Every link of every built page leads to a file and an anchor that are there, or to a sound address of the web."""
    pages = read(site)
    assert len(pages) > 40
    assert list(broken(pages, site)) == []


@pytest.mark.slow
def test_links_of_the_readme_lead_somewhere(site: Path) -> None:
    """Links of README, CONTRIBUTING and CHANGELOG lead to files that are there, and to anchors of their pages."""
    pages = read(site)
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for target in re.findall(r"\]\(([^):]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            path, _, anchor = target.partition("#")
            assert (ROOT / path).exists(), f"{name}: {target}"
            if anchor:
                built = (ROOT / path).relative_to(DOCS).with_suffix("").as_posix()
                page = "index.html" if built == "index" else f"{built.removesuffix('/index')}/index.html"
                assert anchor in pages[page].anchors, f"{name}: {target}"


def test_every_page_is_in_the_order_of_pages() -> None:
    """Every page stands once in mkdocs.yml, and the pages are sorted by kind."""
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    listed = list(leaves(nav))
    assert sorted(listed) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    assert [next(iter(part)) for part in nav] == ["Start here", "Tutorial", "How-to guides", "Reference", "Explanation"]


def leaves(node: object) -> list[str]:
    """The pages of a part of the order."""
    if isinstance(node, dict):
        return [page for value in node.values() for page in leaves(value)]
    return [page for value in node for page in leaves(value)] if isinstance(node, list) else [str(node)]


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    """A missing file, a missing anchor and an address without a host are told, each by its line; sound ones are not."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text("<h2 id='here'>a</h2><a href='../gone/'>x</a>\n<a href='#gone'>y</a>")
    (tmp_path / "index.html").write_text("<a href='a/#here'>x</a><a href='https://nowhere'>y</a><img src='a/'>")
    found: dict[str, Page] = read(tmp_path)
    assert list(broken(found, tmp_path)) == [
        "a/index.html:1: '../gone/' leads to no file",
        "a/index.html:2: '#gone' leads to no anchor",
        "index.html:1: 'https://nowhere' is no address of the web",
    ]
