"""Ways to use a page: by mouse or finger, or by nothing but the keyboard."""

import re
import time

from playwright.sync_api import Locator, Page, expect

from tests.cli.running import PATIENCE

WAITS = PATIENCE * 1_000
"""Milliseconds that a busy machine may take."""

MOST_TABS = 400
SEEN = """one => {
  const style = getComputedStyle(one);
  return one.matches(':focus-visible') && (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
}"""
Where = Page | Locator


class Hands:
    """Somebody with a mouse, or with a finger on a screen that is touched."""

    def __init__(self, page: Page, *, touches: bool = False, scripts: bool = True) -> None:
        self.page, self.touches, self.scripts = page, touches, scripts

    def go(self, address: str) -> None:
        """Follow a link from elsewhere, as from a terminal or a letter."""
        self.page.goto(address)

    def press(self, name: str | re.Pattern[str], where: Where | None = None, *, role: str = "button") -> None:
        """Press a button or follow a link, by the name that it is read out by."""
        self.push(self.found(role, name, where))

    def push(self, one: Locator) -> None:
        """Press what is there."""
        one.tap() if self.touches else one.click()

    def write(self, label: str, text: str, where: Where | None = None) -> None:
        """Write into a field, in the place of what stands there."""
        self.field(label, where).fill(text)

    def choose(self, label: str, option: str, where: Where | None = None) -> None:
        """Choose one of a field's options."""
        self.field(label, where).select_option(option)

    def unfold(self, summary: str, where: Where | None = None) -> None:
        """Open what is folded."""
        self.push((where or self.page).locator("summary", has_text=summary).first)

    def found(self, role: str, name: str | re.Pattern[str], where: Where | None = None) -> Locator:
        """The one thing of a role with a name."""
        return (where or self.page).get_by_role(role, name=name, exact=isinstance(name, str)).first  # type: ignore[arg-type]

    def field(self, label: str, where: Where | None = None) -> Locator:
        """A field by its label."""
        return (where or self.page).get_by_label(label, exact=False).first

    def arrives(self, path: str) -> None:
        """Wait until a page of this path, a regular expression, is there."""
        self.page.wait_for_url(re.compile(rf"://[^/]+{path}([?#].*)?$"), timeout=WAITS)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until a text is seen; without scripts the page is loaded anew now and then, as a person would."""
        one = self.page.get_by_text(text).locator("visible=true").first
        if self.scripts:
            expect(one).to_be_visible(timeout=WAITS)
            return
        limit = time.monotonic() + PATIENCE
        while not one.is_visible():
            assert time.monotonic() < limit, f"never seen: {text}"
            self.page.wait_for_timeout(500)
            self.page.goto(self.page.url)

    def misses(self, text: str) -> None:
        """A text is not on the page."""
        expect(self.page.get_by_text(text)).to_have_count(0, timeout=WAITS)

    def again(self) -> None:
        """Load the page anew."""
        self.page.goto(self.page.url.partition("#")[0])


class Keys(Hands):
    """Somebody without a mouse: the tab key, enter, space, arrows and letters. What has the focus must be seen."""

    def push(self, one: Locator) -> None:
        """Go there and press enter; a radio button takes space."""
        self.reach(one)
        self.page.keyboard.press("Space" if one.get_attribute("type") in ("radio", "checkbox") else "Enter")

    def write(self, label: str, text: str, where: Where | None = None) -> None:
        """Go there, mark all that stands there, and type."""
        self.reach(self.field(label, where))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def choose(self, label: str, option: str, where: Where | None = None) -> None:
        """Go there and type the option's name."""
        field = self.field(label, where)
        self.reach(field)
        self.page.keyboard.type(option)
        expect(field).to_have_value(option, timeout=WAITS)

    def reach(self, one: Locator) -> None:
        """Press tab until it has the focus, which then can be seen."""
        one.wait_for(timeout=WAITS)
        for _ in range(MOST_TABS):
            if one.evaluate("one => one === document.activeElement"):
                assert one.evaluate(SEEN), f"the focus cannot be seen on {one}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the tab key never comes to {one}")
