"""The weekly brief in a browser: it prints on one sheet, whatever the language and however long the names."""

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page

from ascolta.web.brief import sheet
from ascolta.web.tongue import LANGUAGES, NOBODY, Reader, read_by
from tests.briefed import LONG, TOPICS, week
from tests.browser.conftest import DESKTOP, PHONE

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TOPIC = "a very long topic that nobody says {}"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def sheets(chromium: Browser) -> Iterator[Page]:
    """A page without any network, for files that need nothing."""
    context = chromium.new_context(offline=True)
    yield context.new_page()
    context.close()
    read_by(NOBODY)


def printed(page: Page) -> int:
    """On how many sheets it prints at A4."""
    made = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b", made))


def test_what_is_longer_prints_on_more() -> None:
    """The count of sheets is of the file's pages, and of nothing else that a PDF names."""
    assert len(re.findall(rb"/Type\s*/Page\b", b"/Type /Pages /Type /Page\n/Type/Page /Type /PageLabel")) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_prints_on_one_sheet(sheets: Page, lang: str) -> None:
    """Six topics and names as long as can be, in every language."""
    read_by(Reader(lang=lang))
    names = [TOPIC.format(number) for number in range(len(TOPICS))]
    sheets.set_content(sheet(week(topics=names, name=LONG), alone=True))
    assert printed(sheets) == 1


def test_without_pictures_it_prints_on_one_sheet(sheets: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables in their place fit, too."""
    for place in ("pictures", "brief"):
        monkeypatch.setattr(f"ascolta.web.{place}.installed", lambda: False)
    sheets.set_content(sheet(week(), alone=True))
    assert "<svg" not in sheets.content()
    assert printed(sheets) == 1


def test_the_words_of_pictures_are_not_cut(sheets: Page) -> None:
    """Each text of a picture lies within it, at its real size."""
    asked: list[str] = []
    sheets.on("request", lambda one: asked.append(one.url))
    sheets.set_viewport_size({"width": 1000, "height": 1200})
    sheets.set_content(sheet(week(), alone=True))
    cut = sheets.evaluate(
        """() => [...document.querySelectorAll('svg')].flatMap((svg) => {
          const room = svg.getBoundingClientRect()
          return [...svg.querySelectorAll('text')].filter((one) => {
            const box = one.getBoundingClientRect()
            return box.width && (box.left < room.left - 1 || box.right > room.right + 1 || box.bottom > room.bottom + 1)
          }).map((one) => one.textContent)
        })"""
    )
    assert cut == []
    assert sheets.locator("svg").count() == 6
    assert asked == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_axe_finds_nothing_in_it(chromium: Browser, size: dict[str, int]) -> None:
    """As a file, on a wide screen and on a phone, with its tables open."""
    context = chromium.new_context(offline=True, viewport=size, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_content(sheet(week(), alone=True).replace("<details", "<details open"))
    page.add_script_tag(content=AXE)
    found = page.evaluate("axe.run(document)")["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    context.close()


def test_on_a_phone_it_is_no_wider_than_its_window(sheets: Page) -> None:
    """The pictures are as wide as there is room."""
    sheets.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sheets.set_content(sheet(week(), alone=True))
    assert sheets.evaluate(WIDER) <= 0
