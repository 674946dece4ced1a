"""No page offers what whoever reads it may not do."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from starlette.routing import compile_path

from ascolta.core.people import MAY, Right, Role
from ascolta.web.app import Desk
from ascolta.web.signed import ACTS, DOORS
from tests.conftest import keep, published
from tests.web.entering import Browser
from tests.web.test_asvs import clock, desk

__all__ = ["clock", "desk"]
PAGES = 120
RESUMES = "#resumes"
"""What marks the form of the banner that lets a paused brand speak again."""


class Seen(HTMLParser):
    """What a page leads to: links, and where its forms and buttons send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sent: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A link, a form, or a button that sends elsewhere."""
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href", "").startswith("/"):
            self.links.append(said["href"])
        if tag == "form" and said.get("action") and said.get("method") != "dialog":
            lifts = RESUMES if "paused" in said.get("class", "") else ""
            self.sent.append((said.get("method", "get").upper(), said["action"] + lifts))
        if tag == "button" and said.get("formaction"):
            self.sent.append(("POST", said["formaction"]))


def asked(method: str, address: str) -> Right | None:
    """What the route of an address asks for."""
    path = address.partition("?")[0].partition("#")[0]
    for route, door in DOORS.items():
        verb, _, template = route.partition(" ")
        found = compile_path(template)[0].match(path) if verb == method else None
        if found is not None:
            right = ACTS.get(route, {}).get(found.groupdict().get("act", ""), door)
            return right if isinstance(right, Right) else None
    raise AssertionError(f"{method} {path} is no route")


def pages(browser: Browser) -> Iterator[tuple[str, Seen]]:
    """Every page to which links lead, from the first on."""
    left, known = ["/", "/cases?pile=sealed", "/cases?pile=done"], {"/"}
    for _ in range(PAGES):
        if not left:
            return
        address = left.pop(0)
        answer = browser.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert answer.status_code == 200, address
        found = Seen(answer.text)
        yield address, found
        for link in found.links:
            path = link.partition("#")[0]
            if path not in known and not path.startswith(("/static", "/notice", "/survey/", "/api")):
                known.add(path)
                left.append(path)


@pytest.mark.parametrize("role", list(Role))
def test_no_page_offers_what_its_reader_may_not_do(desk: Desk, role: Role) -> None:
    """From the first page on, every link opens, and every form and button is theirs to send."""
    keep(desk.store, desk.brands, published("2", "to acme"))
    seen = set()
    with Browser(desk, name="Boss") as boss:
        boss.post("/cases/2/write", headers={"origin": "http://127.0.0.1:8020"})
    with Browser(desk, name="Ann") as browser:
        browser.become(f"A {role}", role)
        for address, page in pages(browser):
            seen.add(address)
            for method, where in page.sent:
                right = asked(method, where)
                if where.startswith("/speaking/"):
                    right = Right.RESUME if where.endswith(RESUMES) else Right.PAUSE
                assert right is None or right in MAY[role], (address, method, where)
    assert {"/", "/cases", "/risk", "/cases/1", "/cases/2", "/incidents/1"} <= seen
