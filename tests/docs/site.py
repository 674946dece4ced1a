"""The documentation as it is built: pages with their links and anchors."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.conftest import ROOT

OURS = "https://docs.example"
"""In place of the address at which the site will stand."""


@dataclass(slots=True)
class Page:
    """A page: the anchors that it has, and where it leads, each with the line of the HTML."""

    anchors: set[str] = field(default_factory=set)
    links: list[tuple[int, str]] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.page = Page()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What has an id or a name is an anchor; what has an address leads somewhere."""
        for name, value in attrs:
            if name == "id" or (name == "name" and tag == "a"):
                self.page.anchors.add(value or "")
            elif name in ("href", "src") and value is not None:
                self.page.links.append((self.getpos()[0], value))


def build(folder: Path) -> str:
    """Build the site into a folder, as `make docs` does; what was complained of."""
    command = [str(Path(sys.executable).parent / "mkdocs"), "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {"NO_MKDOCS_2_WARNING": "1", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    return ended.stderr + ended.stdout + ("" if ended.returncode == 0 else f"exit code {ended.returncode}")


def read(folder: Path) -> dict[str, Page]:
    """The pages of a site, by their path within it."""
    return {
        path.relative_to(folder).as_posix(): Reader(path.read_text(encoding="utf-8")).page
        for path in sorted(folder.rglob("*.html"))
    }


def broken(pages: dict[str, Page], folder: Path) -> Iterator[str]:
    """Links that lead nowhere: to no file, to no anchor, or to an address that is none."""
    for name, page in pages.items():
        for line, link in page.links:
            fault = _fault(name, link, pages, folder)
            if fault:
                yield f"{name}:{line}: '{link}' {fault}"


def _fault(name: str, link: str, pages: dict[str, Page], folder: Path) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        sound = parts.scheme == "https" and "." in parts.netloc and " " not in link
        return "" if sound or parts.scheme in ("mailto", "data") else "is no address of the web"
    place = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
    if parts.path.startswith("/"):
        place = folder / unquote(parts.path).lstrip("/")
    target = place / "index.html" if place.is_dir() else place
    if not target.is_file():
        return "leads to no file"
    there = pages.get(target.resolve().relative_to(folder.resolve()).as_posix())
    if parts.fragment and there is not None and unquote(parts.fragment) not in there.anchors:
        return "leads to no anchor"
    return ""
