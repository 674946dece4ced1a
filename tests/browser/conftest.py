"""One browser for a file of tests, and what it may never do: ask another host, run what somebody wrote, break."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, sync_playwright

from tests.browser.place import Here, brand, running

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
FLAGS = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
"""How Chromium is started: no name is looked up, so nothing but this machine can be asked."""

STATUS = "Failed to load resource"
"""How the console tells the status of a page; those are looked at as answers."""


@dataclass(slots=True)
class Watched:
    """What went wrong in the pages that are watched, and which other hosts they asked."""

    home: str
    faults: list[str] = field(default_factory=list)

    def look(self, context: BrowserContext) -> BrowserContext:
        """Watch all pages of a context."""
        context.on("request", lambda one: self._unless(one.url.startswith((self.home, "data:")), f"asked {one.url}"))
        context.on("response", lambda one: self._unless(one.status < 500, f"{one.status} {one.url}"))
        context.on("weberror", lambda one: self.faults.append(f"error {one.error}"))
        context.on("dialog", lambda one: self._dialog(one))  # noqa: PLW0108 - a bound method has no room for a mark
        context.on("console", lambda one: self._unless(one.type != "error" or STATUS in one.text, one.text))
        return context

    def _dialog(self, one: Dialog) -> None:
        self.faults.append(f"dialog {one.message}")
        one.dismiss()

    def _unless(self, good: bool, fault: str) -> None:
        if not good:
            self.faults.append(fault)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Where there is none these tests are left out, but not in CI."""
    path = shutil.which("chromium")
    if path is None:
        missing = "there is no chromium here; `apt-get install chromium` brings it"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    """A desk of its own for one test."""
    with running(brand(tmp_path / "acme", time.time())) as made:
        yield made


@pytest.fixture
def watched(here: Here) -> Iterator[Watched]:
    """Looks at whatever the pages of a test do; in the end nothing of it may have been wrong."""
    made = Watched(here.home)
    yield made
    assert made.faults == []


Opens = Callable[..., Page]


@pytest.fixture
def opens(chromium: Browser, watched: Watched) -> Iterator[Opens]:
    """What opens a page in a browser of somebody's own: with no cookie of anybody else."""
    contexts = []

    def page(size: dict[str, int] | None = None, **more: Any) -> Page:
        context = chromium.new_context(viewport=size or DESKTOP, locale="en-GB", timezone_id="UTC", **more)  # type: ignore[arg-type]
        contexts.append(watched.look(context))
        context.set_default_timeout(60_000)
        return context.new_page()

    yield page
    for context in contexts:
        context.close()
