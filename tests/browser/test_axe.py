"""What axe-core finds on each page, light and dark, on a wide screen and on a phone: nothing."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import DESKTOP, PHONE, Watched
from tests.browser.furnished import Furnished, furnished

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
SIZES = {"wide": DESKTOP, "on a phone": PHONE}
BY_COLOUR = ("color-contrast", "link-in-text-block")
"""The rules that can tell dark from light; in the dark only they are asked."""

OUTSIDE = ("/login", "/notice", "/notice/acme", "/notice/acme?lang=fr", "/survey/acme", "/cases")
"""What whoever is not signed in sees; the last is the closed door."""

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def desk(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A desk on which something has happened."""
    folder: Path = tmp_path_factory.mktemp("axe")
    with furnished(folder / "acme", chromium) as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(size: str, desk: Furnished, chromium: Browser) -> None:
    """Every page, also of errors and of whoever is not signed in: no violation, and none is wider than its window."""
    watched = Watched(desk.here.home)
    found = [
        *_visit(desk, watched.look(_browser(desk, chromium, size, desk.admin)), [*desk.pages(), "/nowhere"]),
        *_visit(desk, watched.look(_browser(desk, chromium, size, desk.viewer)), ["/people", "/me"]),
        *_visit(desk, watched.look(_browser(desk, chromium, size, None)), [*OUTSIDE, _path(desk, desk.invited)]),
        *_forms(desk, watched.look(_browser(desk, chromium, size, desk.admin))),
        *_outside(desk, watched.look(_browser(desk, chromium, size, None))),
    ]
    assert found == []
    assert watched.faults == []


def _browser(desk: Furnished, chromium: Browser, size: str, state: Any) -> BrowserContext:
    return desk.open(chromium, state, viewport=SIZES[size])


def _path(desk: Furnished, link: str) -> str:
    return link.removeprefix(desk.here.home)


def _visit(desk: Furnished, context: BrowserContext, paths: list[str]) -> list[str]:
    """What is wrong with each page, by its path; what is not there, or no page, is passed over."""
    page, found = context.new_page(), []
    for path in paths:
        answer = page.goto(f"{desk.here.home}{path}")
        assert answer is not None
        if "text/html" in answer.headers.get("content-type", ""):
            found += [f"{path}: {wrong}" for wrong in look_over(page)]
    context.close()
    return found


def _forms(desk: Furnished, context: BrowserContext) -> list[str]:
    """Pages that only forms lead to: what asks back before it is done, and what was refused."""
    page, found = context.new_page(), []
    page.goto(f"{desk.here.home}/cases")
    page.locator(".tick input").first.check()
    page.locator("button[value=snooze]").click()
    page.wait_for_url("**/cases/chosen")
    found += [f"sure: {wrong}" for wrong in look_over(page)]
    page.goto(f"{desk.here.home}/people")
    page.fill("form[action='/people'] input[name=name]", "Ann Lee")
    page.click("form[action='/people'] button")
    page.wait_for_selector(".banner.error")
    found += [f"people, refused: {wrong}" for wrong in look_over(page)]
    context.close()
    return found


def _outside(desk: Furnished, context: BrowserContext) -> list[str]:
    """The same for whoever is not signed in: a wrong log-in, and the code of an opt-out."""
    page, found = context.new_page(), []
    page.goto(f"{desk.here.home}/login")
    page.fill("input[name=name]", "Nobody")
    page.fill("input[name=password]", "not the password")
    page.click("main form button")
    page.wait_for_selector("[role=alert]")
    found += [f"login, refused: {wrong}" for wrong in look_over(page)]
    page.goto(f"{desk.here.home}/notice/acme")
    page.select_option("#network", "x")
    page.fill("#account", "@nobody_here")
    page.click("main form button")
    page.wait_for_selector(".code")
    found += [f"code: {wrong}" for wrong in look_over(page)]
    context.close()
    return found


def look_over(page: Page) -> list[str]:
    """What axe-core finds on a page, light and dark, one line each, and whether the page is wider than its window."""
    page.evaluate(AXE)
    told = [*_violations(page, "light", {}), *_violations(page, "dark", {"runOnly": [*BY_COLOUR]})]
    wider = page.evaluate(WIDER)
    return told + ([f"{wider} px wider than its window"] if wider > 0 else [])


def _violations(page: Page, scheme: Literal["light", "dark"], asked: dict[str, Any]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    result = page.evaluate("asked => axe.run({resultTypes: ['violations'], ...asked})", asked)
    return [
        f"{scheme}: {one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:300]!r}"
        for one in result["violations"]
        for node in one["nodes"][:3]
    ]
