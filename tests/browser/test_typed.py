"""What somebody types at a case: kept until it is saved or dropped, checked aloud, and gone with a log-out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import PHONE, Watched
from tests.browser.furnished import PASSWORD, Furnished, furnished
from tests.browser.hands import WAITS

TEXT = "I am sorry about your suitcase. Write to us privately: https://acmeair.example/bags"
FAULT = "We guarantee 100% compensation, we guarantee it!"


@pytest.fixture(scope="module")
def desk(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A desk on which something has happened."""
    with furnished(tmp_path_factory.mktemp("typed") / "acme", chromium) as made:
        yield made


@pytest.fixture
def context(desk: Furnished, chromium: Browser) -> Iterator[BrowserContext]:
    """A phone of the admin, watched."""
    watched = Watched(desk.here.home)
    made = watched.look(desk.open(chromium, desk.admin, viewport=PHONE))
    made.set_default_timeout(WAITS)
    yield made
    made.close()
    assert watched.faults == []


@pytest.fixture
def page(desk: Furnished, context: BrowserContext) -> Page:
    """A case at which nobody has written, with the field open."""
    made = context.new_page()
    made.goto(f"{desk.here.home}/cases/3")
    begin(made)
    return made


def begin(page: Page) -> None:
    """Write one's own; the field has the focus at once."""
    page.get_by_role("button", name="Write my own").click()
    expect(field(page)).to_be_focused()


def field(page: Page) -> Locator:
    """Where the answer is written."""
    return page.locator("form.writing textarea")


@pytest.mark.slow
def test_nothing_that_is_typed_is_lost(page: Page) -> None:
    """It stands there again after a reload and after each other button, until it is dropped."""
    field(page).fill(TEXT)
    page.reload()
    expect(field(page)).to_have_value(TEXT)
    page.get_by_role("button", name="Take it").click()
    expect(field(page)).to_have_value(TEXT)
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_text("What you typed is kept in this tab;")).to_be_visible()
    begin(page)
    expect(field(page)).to_have_value(TEXT)
    page.get_by_text("Drafts to begin with").click()
    page.get_by_role("button", name="Begin with this instead").first.click()
    expect(field(page)).not_to_have_value(TEXT)
    page.get_by_role("button", name="Put it back").click()
    expect(field(page)).to_have_value(TEXT)
    page.get_by_role("button", name="Drop it").click()
    field(page).fill("")
    page.reload()
    expect(field(page)).not_to_have_value(TEXT)
    assert page.evaluate("sessionStorage.length") == 0
    page.get_by_role("button", name="Leave it").click()


@pytest.mark.slow
def test_the_check_says_what_it_means_and_when_it_is_silent(page: Page) -> None:
    """Each thing stands once with its words, which are underlined; where nothing answers the page says that."""
    field(page).fill(FAULT)
    expect(page.locator("form.writing mark.block").first).to_be_visible()
    said = [one.partition("Blocked")[2] for one in page.locator("form.writing .finding").all_inner_texts()]
    assert len(said) == len(set(said))
    expect(page.locator("form.writing .finding q").first).to_be_visible()
    page.route("**/check", lambda route: route.fulfill(status=429, body="later"))
    field(page).fill(f"{FAULT} Again.")
    expect(page.get_by_text("The check did not answer")).to_be_visible()
    expect(page.locator("form.writing mark")).to_have_count(0)
    page.unroute("**/check")
    field(page).fill(FAULT)
    expect(page.get_by_text("The check did not answer")).to_be_hidden()
    page.get_by_role("button", name="Leave it").click()


@pytest.mark.slow
def test_it_waits_for_a_log_in_and_goes_with_a_log_out(desk: Furnished, context: BrowserContext, page: Page) -> None:
    """Once the session is over the page says so; whoever logs in is back at the case with what they typed."""
    page.request.post(f"{desk.here.home}/me/password", form={"new": PASSWORD}, headers={"origin": desk.here.home})
    context.request.post(f"{desk.here.home}/logout", headers={"origin": desk.here.home})
    field(page).fill(TEXT)
    expect(page.get_by_text("Your session is over")).to_be_visible()
    page.get_by_role("button", name="Save the answer").click()
    page.fill("input[name=name]", "Ann Lee")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/cases/3")
    expect(field(page)).to_have_value(TEXT)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    assert page.evaluate("sessionStorage.length") == 0
