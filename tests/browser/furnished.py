"""A desk on which something has happened, so that its pages have something to show; and the list of all its pages."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from ascolta.core.people import Role
from ascolta.web.signed import DOORS
from tests.browser.hands import WAITS, Hands
from tests.browser.place import Here, brand, burst, running
from tests.cli.running import wait

PASSWORD = "quiet lantern over seven harbours"
STANDS_FOR = {
    "/cases/{number}": ("/cases/1",),
    "/incidents/{number}": ("/incidents/1",),
    "/incidents/{number}/review": ("/incidents/1/review",),
    "/notice/{brand}": ("/notice/acme", "/notice/acme?lang=de"),
    "/survey/{brand}": ("/survey/acme",),
    "/etiquette/{brand}": ("/etiquette/acme",),
    "/etiquette/{brand}/editions/{number}": ("/etiquette/acme/editions/1",),
    "/etiquette/{brand}/draft": ("/etiquette/acme/draft",),
    "/etiquette/{brand}/rehearse": ("/etiquette/acme/rehearse",),
}
"""What stands in the places of a route's path."""

BESIDE = (
    "/?find=refund+AND",
    "/cases?find=refund+AND",
    "/cases?find=lang:en",
    "/cases?pile=sealed",
    "/cases?pile=done",
    "/cases/2",
    "/cases/999999",
    "/incidents/999999",
)
"""Pages that routes alone do not lead to: searches, piles, a sealed case, what is gone."""

LEFT_OUT = re.compile(
    r"/(enter|invited)/\{token\}|/in/\{name\}|/privacy/checkpoint|/single.*|.*pulse|/api/.*|.*\{kind\}|"
    r".*\.(json|md|csv|html)"
)
"""Routes that are no pages, or that are looked at on their own."""


@dataclass(slots=True)
class Furnished:
    """The desk, what browsers keep of its admin and of a viewer, and a link by which somebody is invited."""

    here: Here
    admin: Any
    viewer: Any
    invited: str

    def pages(self) -> Sequence[str]:
        """Every page that an admin can open, by its path."""
        found = [path for route in DOORS for path in places(route)]
        return list(dict.fromkeys((*found, *BESIDE)))

    def open(self, chromium: Browser, state: Any = None, **more: Any) -> BrowserContext:
        """A browser that is signed in with what another has kept."""
        return chromium.new_context(storage_state=state, locale="en-GB", timezone_id="UTC", **more)


def places(route: str) -> Sequence[str]:
    """The paths of a route that can be opened; a route with a place that nothing is known of is an error."""
    verb, _, path = route.partition(" ")
    if verb != "GET" or LEFT_OUT.fullmatch(path):
        return ()
    if "{" not in path:
        return (path,)
    assert path in STANDS_FOR, f"{path}: say in tests/browser/furnished.py what stands in its place"
    return STANDS_FOR[path]


@contextmanager
def furnished(folder: Path, chromium: Browser) -> Iterator[Furnished]:
    """A desk with an answer that the check blocks, an alert, and an incident; and a second account."""
    with running(brand(folder, time.time())) as here:
        with owner(chromium, here, timezone_id="UTC") as ann:
            wait(lambda: counted(ann.page, here.home, "main :text('my suitcase')") > 0)
            viewer = joined(chromium, invited(ann, here, "Vera Vale", Role.VIEWER), "Vera Vale")
            answer(ann, f"{here.home}/cases/1", "We guarantee 100% compensation, contact our lawyers!!!")
            ann.page.wait_for_selector("mark")
            here.post(*burst(time.time()))
            accept(ann, here)
            link = invited(ann, here, "Bob Stone", Role.AGENT)
            state = ann.page.context.storage_state()
        yield Furnished(here, state, viewer, link)


@contextmanager
def owner(chromium: Browser, here: Here, name: str = "Ann Lee", **more: Any) -> Iterator[Hands]:
    """The owner at a browser of her own, signed in."""
    context = chromium.new_context(locale="en-GB", **more)
    context.set_default_timeout(WAITS)
    ann = Hands(context.new_page())
    come_in(ann, here, name)
    yield ann
    context.close()


def come_in(ann: Hands, here: Here, name: str) -> None:
    """The owner opens the link of the terminal, and says who she is."""
    ann.go(here.link)
    ann.write("Your name", name)
    ann.press("That is me")


def counted(page: Page, address: str, what: str) -> int:
    """How many of something are on the page at an address."""
    page.goto(address)
    return page.locator(what).count()


def invited(ann: Hands, here: Here, name: str, role: Role) -> str:
    """Somebody is invited; the link that is shown once."""
    ann.go(f"{here.home}/people")
    return invite(ann, name, role)


def invite(ann: Hands, name: str, role: Role) -> str:
    """On the page of people somebody is invited; the link that is shown once."""
    ann.write("Name to sign with", name)
    ann.choose("Role", role.value, ann.page.locator("form[action='/people']"))
    ann.press("Make the link")
    return ann.page.locator("code.link").inner_text()


def joined(chromium: Browser, link: str, name: str) -> Any:
    """Somebody comes in by their link and sets a password; what their browser keeps."""
    context = chromium.new_context(locale="en-GB", timezone_id="UTC")
    page = context.new_page()
    page.goto(link)
    page.fill("input[type=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/me")
    state = context.storage_state()
    context.close()
    return state


def answer(ann: Hands, case: str, said: str) -> None:
    """An answer of one's own to the case at an address is saved."""
    ann.go(case)
    ann.press("Write my own")
    ann.write("What do we say?", said)
    ann.press("Save the answer")


def accept(ann: Hands, here: Here) -> None:
    """The plan is accepted as soon as it is proposed."""
    wait(lambda: counted(ann.page, f"{here.home}/risk", "form.accept") > 0)
    ann.page.locator("form.accept button").first.click()
    ann.arrives(r"/incidents/1")
