"""Takes the pictures of every page, light and dark, on a wide screen and on a phone: `make screenshots`."""

import argparse
import io
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from ascolta.bootstrap import STORE
from ascolta.core.days import DAY
from ascolta.core.people import Role
from ascolta.core.weekly import WEEK
from ascolta.files.brands import load_brands
from ascolta.stores.ledger import FILE as LEDGER
from ascolta.stores.ledger import SqlLedger
from tests.briefed import publish
from tests.browser.conftest import DESKTOP, FLAGS, PHONE
from tests.browser.furnished import accept, answer, counted, invited, joined, owner
from tests.browser.hands import Hands
from tests.browser.place import Here, running, whole
from tests.cli.running import wait

SINCE = 70_500.0
"""How much of the example day has gone by, in seconds: it is 19:35, and something is down since half an hour."""

QUALITY = 36
TALLEST = {"wide": 900, "phone": 1_100}
"""A picture ends here, in pixels."""

LOOKS = {(size, scheme) for size in ("wide", "phone") for scheme in ("light", "dark")}
FIRST = {
    "today": "/", "cases": "/cases", "search": "/cases?find=lang:es", "case": "", "sealed": "", "risk": "/risk",
    "insight": "/insight", "brief": "", "practice": "/practice", "advocates": "/advocates",
    "etiquette": "/etiquette/acme", "etiquette-draft": "/etiquette/acme/draft",
    "rehearsal": "/etiquette/acme/rehearse?on=day.jsonl", "privacy": "/privacy",
    "stored": "/privacy/stored", "settings": "/settings", "people": "/people", "me": "/me", "tokens": "/me/tokens",
    "survey-figures": "/survey", "api": "/api", "opt-out": "/opt-out",
}  # fmt: skip
"""The pages by their pictures' names; those without a path are found on the desk."""

LATER = {"incident": "/incidents/1", "review": "/incidents/1/review"}
OUTSIDE = {"login": "/login", "notice": "/notice/acme", "survey": "/survey/acme"}
"""What comes once a plan is accepted, and what people see who do not work here."""


def main() -> None:
    """Take all pictures into a folder."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("folder", type=Path)
    folder: Path = wanted.parse_args().folder
    path = shutil.which("chromium")
    if path is None:
        sys.exit("screenshots: there is no chromium here; `apt-get install chromium fonts-inter` brings it")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="ascolta-screens-") as place,
        sync_playwright() as playwright,
        running(_figured(whole(Path(place) / "acme", time.time(), SINCE))) as here,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        _take_all(browser, here, folder)
        browser.close()


def _figured(folder: Path) -> Path:
    """The folder, with five weeks of published figures up to yesterday."""
    (folder / STORE).mkdir(exist_ok=True)
    ledger = SqlLedger(folder / STORE / LEDGER)
    publish(ledger, int(time.time() // DAY) - WEEK, [topic.name for topic in load_brands(folder)[0].topics])
    ledger.close()
    return folder


def _take_all(browser: Browser, here: Here, folder: Path) -> None:
    """The owner takes them once the day is heard and the alert is up, and the rest when she has accepted the plan."""
    with owner(browser, here, viewport=DESKTOP, timezone_id="Europe/Paris") as ann:
        wait(lambda: counted(ann.page, f"{here.home}/risk", "form.accept") > 0)
        state = ann.page.context.storage_state()
        found = _prepare(browser, ann, here)
        for look in sorted(LOOKS):
            _take(browser, here, (folder, look), state, {**FIRST, **found})
            _take(browser, here, (folder, look), None, OUTSIDE)
        _accept(ann, here)
        for look in sorted(LOOKS):
            _take(browser, here, (folder, look), state, LATER)


def _prepare(browser: Browser, ann: Hands, here: Here) -> dict[str, str]:
    """A second person, an answer with something to mend in it, and the paths of two cases."""
    joined(browser, invited(ann, here, "Bob Stone", Role.LEAD), "Bob Stone")
    ann.go(f"{here.home}/cases?find=complaint:yes+lang:en")
    found = {"case": str(ann.page.locator("li[data-case] a").first.get_attribute("href"))}
    ann.go(f"{here.home}/cases?pile=sealed")
    found["brief"] = "/insight/brief?week={}-W{:02}".format(*datetime.now(UTC).isocalendar()[:2])
    found["sealed"] = str(ann.page.locator("li[data-case] a").first.get_attribute("href"))
    answer(
        ann,
        f"{here.home}{found['case']}",
        "We are sorry that you wait and nobody answers. We guarantee that this never happens again. "
        "Write to us privately, and a person looks at it today: https://acmeair.example/write",
    )
    ann.page.wait_for_selector("h2#the-answer")
    ann.go(f"{here.home}/etiquette/acme/draft")
    rules = ann.page.locator("main textarea").first
    rules.fill(rules.input_value().replace("then: care", "then: silence"))
    ann.press("Save the draft")
    ann.page.wait_for_load_state()
    return found


def _accept(ann: Hands, here: Here) -> None:
    """The proposed plan is accepted, and its first steps are done."""
    accept(ann, here)
    ann.page.locator("#step-2 button").first.click()
    ann.page.wait_for_selector("#step-2.done")


def _take(browser: Browser, here: Here, to: tuple[Path, tuple[str, str]], state: Any, pages: dict[str, str]) -> None:
    folder, (size, scheme) = to
    context = browser.new_context(
        viewport=DESKTOP if size == "wide" else PHONE,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        storage_state=state,
        locale="en-GB",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
    )
    page = context.new_page()
    for name, path in pages.items():
        answer = page.goto(f"{here.home}{path}", wait_until="networkidle")
        if answer is None or answer.status >= 400:
            print(f"{name}: {path} is not there", file=sys.stderr)  # noqa: T201 - this is a command
            continue
        _keep(page.screenshot(full_page=True), folder / f"{name}-{size}-{scheme}.webp", TALLEST[size])
    context.close()


def _keep(shot: bytes, at: Path, tallest: int) -> None:
    """A picture as small as it can be read."""
    with Image.open(io.BytesIO(shot)) as picture:
        made = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, tallest)))
        made.save(at, "WEBP", quality=QUALITY, method=6)


def names() -> Sequence[str]:
    """The names of all pictures, without size and scheme."""
    return [*FIRST, *LATER, *OUTSIDE]


if __name__ == "__main__":
    main()
