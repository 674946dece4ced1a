"""What the page does by itself, and the keys of the list of cases; what its first page weighs."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.browser.conftest import DESKTOP, Watched
from tests.browser.furnished import Furnished, furnished
from tests.browser.hands import WAITS
from tests.browser.place import post
from tests.cli.running import wait

HEAVIEST = 150_000
"""Bytes that Today may take in all, with nothing kept from before."""


@pytest.fixture(scope="module")
def desk(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A desk on which something has happened."""
    with furnished(tmp_path_factory.mktemp("keys") / "acme", chromium) as made:
        yield made


@pytest.fixture
def context(desk: Furnished, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of the admin, watched."""
    watched = Watched(desk.here.home)
    made = watched.look(desk.open(chromium, desk.admin, viewport=DESKTOP))
    made.set_default_timeout(WAITS)
    yield made
    made.close()
    assert watched.faults == []


@pytest.mark.slow
def test_a_page_that_renews_itself_keeps_the_focus(desk: Furnished, context: BrowserContext) -> None:
    """While a new case comes in by itself, the link that has the focus keeps it."""
    page = context.new_page()
    page.goto(f"{desk.here.home}/")
    page.locator("a[href='/cases/3']").focus()
    desk.here.post(post("new", "@acmeair may I bring a cello?", time.time(), author="cello_player"))
    expect(page.get_by_text("may I bring a cello?")).to_be_visible(timeout=WAITS)
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/cases/3"


@pytest.mark.slow
@pytest.mark.parametrize(("place", "script"), [("", "desk.js"), ("cases", "cases.js")])
def test_what_happens_while_a_page_is_on_its_way_is_seen(
    place: str, script: str, desk: Furnished, context: BrowserContext
) -> None:
    """A case that comes in after the page was written and before its script runs stands there in a moment."""
    page, text = context.new_page(), f"is there a piano on board, for {script}?"

    def hold(route: Route) -> None:
        desk.here.post(post(script, f"@acmeair {text}", time.time(), author=f"pianist_{len(script)}"))
        wait(lambda: text in context.request.get(f"{desk.here.home}/cases").text())
        route.continue_()

    page.route(f"**/static/{script}", hold)
    page.goto(f"{desk.here.home}/{place}")
    expect(page.get_by_text(text)).to_be_visible(timeout=WAITS)


@pytest.mark.slow
def test_what_is_begun_while_a_page_is_on_its_way_stays(desk: Furnished, context: BrowserContext) -> None:
    """Somebody begins to write after the page was asked for anew and before it is there: their words stay."""
    page = context.new_page()
    page.goto(f"{desk.here.home}/incidents/1")
    words, held = page.get_by_label("What should others know"), []

    def hold(route: Route) -> None:
        if "x-renewal" in route.request.headers:
            words.fill("The pilot is back")
            words.blur()
            held.append(route)
        route.continue_()

    page.route("**/incidents/1", hold)
    desk.here.post(post("calm", "flying acme air, seat 14, all is calm", time.time(), author="calm_seat"))
    wait(lambda: page.wait_for_timeout(100) or bool(held))  # type: ignore[func-returns-value]
    page.wait_for_timeout(2_000)
    assert words.input_value() == "The pilot is back"


@pytest.mark.slow
@pytest.mark.parametrize("place", ["", "cases"])
def test_nothing_moves_while_a_button_is_held_down(place: str, desk: Furnished, context: BrowserContext) -> None:
    """A case that comes in meanwhile stands there when the finger is lifted, and not before."""
    page, text = context.new_page(), f"is there a harp on board, as {place or 'today'} says?"
    page.goto(f"{desk.here.home}/{place}")
    page.locator("h1").hover()
    page.mouse.down()
    desk.here.post(post(f"harp{place}", f"@acmeair {text}", time.time(), author=f"harpist_{place}"))
    wait(lambda: text in context.request.get(f"{desk.here.home}/cases").text())
    page.wait_for_timeout(3_000)
    assert page.get_by_text(text).count() == 0
    page.mouse.up()
    expect(page.get_by_text(text)).to_be_visible(timeout=WAITS)


@pytest.mark.slow
def test_what_was_found_in_an_earlier_text_does_not_come_back(desk: Furnished, context: BrowserContext) -> None:
    """The answer to what stood there before comes after the answer to what stands there now: it is passed over."""
    page, held = context.new_page(), list[Route]()
    page.goto(f"{desk.here.home}/cases/3")
    page.get_by_role("button", name="Write my own").click()

    def hold(route: Route) -> None:
        if held or "guarantee" not in (route.request.post_data or ""):
            route.continue_()
        else:
            held.append(route)

    page.route("**/check", hold)
    words = page.get_by_label("What do we say?")
    words.fill("We guarantee 100% compensation, contact our lawyers!!!")
    wait(lambda: page.wait_for_timeout(100) or bool(held))  # type: ignore[func-returns-value]
    with page.expect_response("**/check"):
        words.fill("I am sorry. Please write to us privately.")
    with page.expect_response("**/check"):
        held[0].continue_()
    page.wait_for_timeout(500)
    assert page.locator(".finding.block").count() == 0


@pytest.mark.slow
def test_a_table_that_somebody_opened_stays_open(desk: Furnished, context: BrowserContext) -> None:
    """The figures behind the picture of the volume are still open after the page was renewed."""
    page = context.new_page()
    page.goto(f"{desk.here.home}/risk")
    page.locator("summary", has_text="The figures").first.click()
    page.evaluate("document.querySelector('main').dataset.old = 'yes'")
    desk.here.post(post("more", "flying acme air, seat 12, what a view", time.time(), author="window_seat"))
    expect(page.locator("main[data-old]")).to_have_count(0, timeout=WAITS)
    assert page.evaluate("[...document.querySelectorAll('main details')].some(one => one.open)")


@pytest.mark.slow
def test_the_keys_of_the_list(desk: Furnished, context: BrowserContext) -> None:
    """The keys j and k go up and down, x chooses, / searches, ? shows the keys, a takes, Enter opens, u leads back."""
    page = context.new_page()
    page.goto(f"{desk.here.home}/cases")
    page.wait_for_selector("li[data-case]")
    at = "document.activeElement.closest('li[data-case]')?.dataset.case"
    page.keyboard.press("j")
    first = page.evaluate(at)
    page.keyboard.press("j")
    assert page.evaluate(at) not in (None, first)
    page.keyboard.press("k")
    assert page.evaluate(at) == first
    page.keyboard.press("x")
    assert page.locator(".tick input:checked").count() == 1
    page.keyboard.press("x")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("li[data-case]").first).to_contain_text("Ann Lee’s", timeout=WAITS)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    page.keyboard.press("u")
    page.wait_for_url(re.compile("/cases$"))


@pytest.mark.slow
def test_what_may_come_next_is_offered(desk: Furnished, context: BrowserContext) -> None:
    """While one types a search, fields and values are offered; arrow down and Enter take one."""
    page = context.new_page()
    page.goto(f"{desk.here.home}/cases")
    page.locator("#find").press_sequentially("stat")
    expect(page.get_by_role("option").first).to_have_text("state:")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#find").input_value() == "state:"
    expect(page.get_by_role("option", name="state:open")).to_be_visible()


@pytest.mark.slow
def test_the_first_page_is_light(desk: Furnished, context: BrowserContext) -> None:
    """Today, with all that it loads and nothing kept from before, stays within what a slow line can bear."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda one: sizes.append(float(one["encodedDataLength"])))
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(f"{desk.here.home}/", wait_until="load")
    page.wait_for_timeout(500)
    assert len(sizes) >= 3
    assert sum(sizes) <= HEAVIEST
