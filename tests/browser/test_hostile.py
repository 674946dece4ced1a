"""Hostile words through the real pages: as posts, names, searches, plans, answers, notes. Nothing runs or leaks."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from ascolta.core.people import Role
from tests.browser.conftest import Watched
from tests.browser.furnished import PASSWORD, Furnished, accept, answer, counted, invited, owner
from tests.browser.hands import Hands
from tests.browser.hostile import ALL, CANARY, MARKUP, OWN, PLACES
from tests.browser.place import PLAN, Here, brand, burst, post, running, write
from tests.cli.running import wait

NAME = f'"><img src=x onerror={OWN}> Ann'
OTHER = f"<b>Bob</b>{{{{7*7}}}}' onfocus={OWN} '"
MADE = """() => document.querySelectorAll(
  'script:not([src^="/static/"]), iframe, base, main :is(img:not([src^="/static/"]), math), meta[http-equiv]'
).length"""
EVIL = """<form method=post action="{}/speaking/acme"><input name=note value=taken></form>"""


@pytest.fixture(scope="module")
def desk(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A desk whose posts, accounts, plan, people, views, notes and answers are hostile."""
    folder = brand(tmp_path_factory.mktemp("hostile") / "acme", time.time())
    _make_hostile(folder)
    with running(folder) as here:
        with owner(chromium, here, NAME, timezone_id="UTC") as ann:
            wait(lambda: counted(ann.page, f"{here.home}/cases", "li[data-case]") >= len(ALL))
            link = invited(ann, here, OTHER, Role.AGENT)
            _work(ann, here)
            state = ann.page.context.storage_state()
        yield Furnished(here, state, None, link)


def _make_hostile(folder: Path) -> None:
    now = time.time()
    write(
        folder,
        *(
            post(f"e{n}", f"@acmeair {CANARY} where is my bag {said}", now - 900, author=f"{said}{CANARY}{n}", url=said)
            for n, said in enumerate(ALL)
        ),
    )  # fmt: skip
    title = json.dumps(f"{CANARY} {MARKUP[1]}{MARKUP[12]}")
    plan = PLAN.replace("Something is down and people say so", title).replace(
        "Find out what is true", json.dumps(MARKUP[0])
    )
    (folder / "plans" / "outage.yaml").write_text(plan, encoding="utf-8")


def _work(ann: Hands, here: Here) -> None:
    """Everything that a person can write somewhere is hostile, too."""
    said = f"{CANARY} {MARKUP[0]} {MARKUP[1]} We guarantee 100% compensation, contact our lawyers!!!"
    answer(ann, f"{here.home}/cases/4", said)
    ann.page.wait_for_selector("mark")
    here.post(*burst(time.time()))
    accept(ann, here)
    form = ann.page.locator("form[action$='/note']")
    ann.write("What should others know", f"{CANARY} {MARKUP[1]}", form)
    ann.press("Add the note", form)
    ann.arrives(r"/incidents/1")


@pytest.mark.slow
def test_hostile_words_do_nothing(desk: Furnished, chromium: Browser) -> None:
    """On every page of the desk they are words: no script runs, no element of theirs is there, no host is asked."""
    watched = Watched(desk.here.home)
    context = watched.look(desk.open(chromium, desk.admin))
    numbers = range(1, len(ALL) + 4)
    _open_all(context, desk, [*desk.pages(), *(f"/cases/{number}" for number in numbers)])
    _open_all(watched.look(desk.open(chromium)), desk, [desk.invited.removeprefix(desk.here.home)])
    assert watched.faults == []


@pytest.mark.slow
def test_hostile_searches_do_nothing(desk: Furnished, chromium: Browser) -> None:
    """A search, a sentence to say, or a name to log in with is shown as it was typed, and nothing else comes of it."""
    watched = Watched(desk.here.home)
    context = watched.look(desk.open(chromium, desk.admin))
    page = context.new_page()
    page.goto(f"{desk.here.home}/cases")
    for said in MARKUP:
        page.fill("#find", f"{said} {CANARY}")
        page.locator("form.search button").click()
        page.wait_for_url("**find=*")
        _is_calm(page)
        quoted = quote(f"{said} {CANARY}")
        for path in (f"/?find={quoted}", f"/risk?said={quoted}"):
            page.goto(f"{desk.here.home}{path}")
            _is_calm(page)
        page.goto(f"{desk.here.home}/cases?find={quoted}")
        assert page.locator("#find").input_value() == f"{said} {CANARY}"
    assert watched.faults == []


@pytest.mark.slow
def test_hostile_words_come_through_no_public_form(desk: Furnished, chromium: Browser) -> None:
    """The opt-out page and the log-in say what is wrong, in our words, and show theirs as words."""
    watched = Watched(desk.here.home)
    page = watched.look(desk.open(chromium)).new_page()
    for said in MARKUP:
        page.goto(f"{desk.here.home}/notice/acme")
        page.select_option("#network", "x")
        page.fill("#account", said)
        page.locator("main form button").click()
        page.wait_for_load_state()
        _is_calm(page)
    assert watched.faults == []


@pytest.mark.slow
def test_what_is_taken_along_holds_no_markup(desk: Furnished, chromium: Browser) -> None:
    """The review of the incident, taken along as a page, has nothing that would run; its name is ours."""
    context = desk.open(chromium, desk.admin)
    for kind in ("html", "md"):
        answer = context.request.get(f"{desk.here.home}/incidents/1/review.{kind}")
        assert answer.headers["content-disposition"] == f'attachment; filename="incident-1.{kind}"'
        if kind == "html":
            assert not re.search(r"<(script|img|svg|iframe)", answer.text())
    context.close()


@pytest.mark.slow
def test_nothing_hostile_is_logged(desk: Furnished) -> None:
    """After all of that no word of anybody stands in the log, and no request failed."""
    log = desk.here.log.read_text(encoding="utf-8")
    assert CANARY not in log
    assert "far.example" not in log
    assert "owned" not in log
    assert '"status": 500' not in log


@pytest.mark.slow
def test_another_site_cannot_act_for_somebody(desk: Furnished, chromium: Browser) -> None:
    """A form of another site is refused, whatever cookie a browser has, and nothing was done (CSRF)."""
    context = desk.open(chromium, desk.admin)
    context.route(f"{PLACES[6]}**", lambda route: route.abort())
    context.route(
        "http://evil.example/**",
        lambda route: route.fulfill(body=EVIL.format(desk.here.home), content_type="text/html"),
    )
    page = context.new_page()
    page.goto("http://evil.example/")
    with page.expect_response(re.compile("/speaking/acme")) as answer:
        page.evaluate("document.forms[0].submit()")
    assert answer.value.status == 403
    again = context.new_page()
    again.goto(f"{desk.here.home}/risk")
    assert "taken" not in again.inner_text("body")
    context.close()


@pytest.mark.slow
def test_a_session_is_its_own(desk: Furnished, chromium: Browser) -> None:
    """A session planted before log-in is not the one after it; the link's token stands in no address; none outlives."""
    context = desk.open(chromium)
    context.add_cookies([{"name": "ascolta", "value": "planted", "url": desk.here.home}])
    heads: list[str | None] = []
    context.on("request", lambda one: heads.append(one.headers.get("referer")))
    page = context.new_page()
    page.goto(desk.invited)
    page.fill("input[type=password]", PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/me")
    assert all(cookie["value"] != "planted" for cookie in context.cookies() if cookie["httpOnly"])
    token = desk.invited.rpartition("/")[2]
    assert token not in page.url
    assert not any(token in (head or "") for head in heads)
    stolen = context.storage_state()
    page.goto(f"{desk.here.home}/")
    page.locator("footer form button").click()
    page.wait_for_url("**/login")
    thief = desk.open(chromium, stolen)
    answer = thief.request.get(f"{desk.here.home}/cases")
    assert answer.status == 401
    assert CANARY not in answer.text()
    thief.close()
    context.close()


@pytest.mark.slow
def test_guessing_is_slowed_down_and_tells_nothing(desk: Furnished, chromium: Browser) -> None:
    """Wrong log-ins are answered alike for names that are there and not, and soon not at all."""
    context = desk.open(chromium)
    told: dict[str, list[tuple[int, str]]] = {}
    for _ in range(12):
        for name in (OTHER, "Nobody Known"):
            answer = context.request.post(
                f"{desk.here.home}/login",
                form={"name": name, "password": "wrong password here"},
                headers={"origin": desk.here.home},
            )
            said = answer.text().replace(name, "").replace("&lt;b&gt;Bob&lt;/b&gt;", "")
            told.setdefault(name, []).append((answer.status, "".join(re.findall(r'role="alert">([^<]*)', said))))
    assert set(told[OTHER]) == set(told["Nobody Known"])
    assert {status for status, _ in told[OTHER]} == {401, 429}
    context.close()


def _open_all(context: BrowserContext, desk: Furnished, paths: Sequence[str]) -> None:
    page = context.new_page()
    for path in paths:
        page.goto(f"{desk.here.home}{path}")
        _is_calm(page)
    context.close()


def _is_calm(page: Page) -> None:
    """Nothing ran, and no element is there that our templates do not make."""
    assert page.evaluate("window.owned") is None, page.url
    assert page.evaluate(MADE) == 0 or "/api" in page.url, page.url
