"""The story of a day at the desk: by mouse, on a phone, by keyboard alone, and with scripts turned off."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
import pytest
from playwright.sync_api import expect

from ascolta.core.people import Role
from ascolta.stores.journal import SqlJournal
from tests.browser.conftest import DESKTOP, PHONE, Opens, Watched
from tests.browser.furnished import PASSWORD, come_in, invite
from tests.browser.hands import WAITS, Hands, Keys
from tests.browser.place import ASKED, LOST, SEALED, Here, burst, post

FAULT = "Contact our legal team, we guarantee 100% compensation!!!"
ANSWER = "I am sorry that your suitcase did not arrive. Please write to us privately, and we look for it: https://acmeair.example/bags"
TOLD = {
    "started", "opened", "invited", "signed-in", "drafted", "approved", "sent", "unsealed", "alerted", "accepted",
    "paused", "stepped", "stood-down", "resumed", "removed", "stopped", "checkpointed",
}  # fmt: skip
"""What the journal must tell of such a day."""


@dataclass(slots=True)
class Way:
    """How the day is lived through: the size of the window, whether scripts run, and with what hands."""

    size: dict[str, int]
    hands: Callable[..., Hands] = Hands
    touches: bool = False
    scripts: bool = True

    def sit(self, opens: Opens) -> Hands:
        """Somebody sits down at a browser of their own."""
        page = opens(self.size, has_touch=self.touches, java_script_enabled=self.scripts)
        return self.hands(page, touches=self.touches, scripts=self.scripts)


WAYS = {
    "by mouse on a wide screen": Way(DESKTOP),
    "by finger on a phone": Way(PHONE, touches=True),
    "by keyboard alone": Way(DESKTOP, hands=Keys),
    "with scripts turned off": Way(DESKTOP, scripts=False),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", WAYS)
def test_the_story_of_a_day(how: str, here: Here, opens: Opens, watched: Watched) -> None:
    """Two people answer, unseal, live through an alert until it is over, and a stranger opts out; all is journalled."""
    way = WAYS[how]
    ann, bob, stranger = way.sit(opens), way.sit(opens), way.sit(opens)
    begin(ann, here)
    join(bob, invited(ann, here), "Bob Stone")
    answer(ann, bob, here)
    unseal(ann, here)
    alert(ann, here)
    incident(ann)
    opt_out(stranger, ann, here)
    assert here.end() == 0
    assert told(here) >= TOLD


def begin(ann: Hands, here: Here) -> None:
    """The owner opens the link of the terminal, says who she is, and sees what was said to the brand."""
    come_in(ann, here, "Ann Lee")
    ann.sees("What deserves your voice")
    ann.sees("my suitcase did not arrive")
    ann.go(here.link)
    ann.sees("Not open")
    ann.go(f"{here.home}/")


def invited(ann: Hands, here: Here) -> str:
    """She invites a second person; the link that is shown once."""
    ann.press("People", role="link")
    link = invite(ann, "Bob Stone", Role.AGENT)
    assert link.startswith(f"{here.home}/invited/")
    return link


def join(bob: Hands, link: str, name: str) -> None:
    """The second person sets a password and a second factor, and logs in anew with both."""
    bob.go(link)
    bob.write("New password", PASSWORD)
    bob.press("Come in")
    bob.press("Set it up")
    totp = pyotp.TOTP(re.sub(r"\s", "", bob.page.locator(".scan code").inner_text()))
    bob.write("Code", totp.at(int(time.time())))
    bob.press("Confirm")
    bob.sees("Codes to recover with")
    bob.press(re.compile("Log out Bob"))
    bob.write("Your name", name)
    bob.write("Password", PASSWORD)
    # A code is taken once, so this is the next one; it is fresh for a minute and more, however slow the hands.
    bob.write("Code", totp.at(int(time.time()) + 30))
    bob.press("Log in")
    bob.sees("What deserves your voice")


def answer(ann: Hands, bob: Hands, here: Here) -> None:
    """A complaint said to us: the check finds a fault as one writes, it is mended, two approve, and it goes out."""
    ann.press("Today", role="link")
    ann.press(re.compile("my suitcase did not arrive"), role="link")
    ann.arrives(r"/cases/\d+")
    number = ann.page.url.rpartition("/")[2]
    ann.sees(LOST)
    ann.press("Write my own")
    ann.write("What do we say?", FAULT)
    form = ann.page.locator("form.writing")
    if ann.scripts:
        expect(form.locator(".finding.block").first).to_be_visible(timeout=WAITS)
    ann.press("Save the answer")
    expect(ann.page.locator("mark.block").first).to_be_visible(timeout=WAITS)
    expect(ann.found("button", "Approve")).to_have_count(0)
    ann.press("Change it")
    ann.write("What do we say?", ANSWER)
    if ann.scripts:
        expect(form.locator(".finding.block")).to_have_count(0, timeout=WAITS)
    ann.press("Save the answer")
    ann.press("Approve")
    ann.sees(re.compile("so far Ann Lee"))
    bob.go(f"{here.home}/cases/{number}")
    bob.press("Approve")
    settles(bob, "sent")


def settles(who: Hands, status: str) -> None:
    """Load the case anew until it is said to be so far."""
    limit = time.monotonic() + WAITS / 1_000
    while who.page.locator("h1 .chip.status").inner_text() != status:
        assert time.monotonic() < limit, "the outbox never sent it"
        who.page.wait_for_timeout(500)
        who.again()


def unseal(ann: Hands, here: Here) -> None:
    """A complaint that was not said to us shows no word of itself before somebody writes down why they step in."""
    ann.press("Today", role="link")
    ann.misses(SEALED)
    ann.press(re.compile("Sealed: "), role="link")
    ann.arrives(r"/cases/\d+")
    ann.misses(SEALED)
    ann.write("Why do you step in?", "We can find the bag, and nobody else will")
    ann.press("Unseal")
    ann.sees(SEALED)
    ann.sees(re.compile("unsealed by Ann Lee"))


def alert(ann: Hands, here: Here) -> None:
    """Sixty complaints come within five minutes, and the page that lies open tells it by itself."""
    ann.press("Today", role="link")
    here.post(*burst(time.time()))
    ann.sees(re.compile("Risk for Acme"))
    ann.press("See the plan", role="link")
    ann.arrives("/risk")
    ann.sees("Plan proposed: Something is down and people say so")


def incident(ann: Hands) -> None:
    """The plan is accepted: the brand is silent at once, each step is done, it is over, and the brand speaks again."""
    ann.press("Accept the plan")
    ann.arrives(r"/incidents/\d+")
    ann.sees("Acme Air is not speaking.")
    for number, button in ((1, "Pause all speaking"), (2, "Done"), (3, "Publish these words")):
        step = ann.page.locator(f"#step-{number}")
        if "done" not in str(step.get_attribute("class")):
            ann.press(button, step)
        expect(ann.page.locator(f"#step-{number}.done")).to_be_visible(timeout=WAITS)
    form = ann.page.locator("form[action$='/stand-down']")
    ann.write("Why is it over", "Calm for an hour, and operations confirmed it", form)
    ann.press("Stand down", form)
    ann.sees("Read the review")
    ann.press("Let it speak again")
    ann.misses("Acme Air is not speaking.")


def opt_out(stranger: Hands, ann: Hands, here: Here) -> None:
    """Somebody who asked us something opts out on the public page by a code that they post; their case goes at once."""
    ann.press("Today", role="link")
    ann.press(re.compile("what time does the desk"), role="link")
    ann.arrives(r"/cases/\d+")
    ann.sees(ASKED)
    stranger.go(f"{here.home}/notice/acme")
    stranger.choose("network", "x")
    stranger.write("account", "@sturdy_pine")
    stranger.press(re.compile("code", re.IGNORECASE))
    code = stranger.page.locator(".code code").inner_text()
    here.post(post("optout", f"@acmeair {code}", time.time(), author="sturdy_pine"))
    limit = time.monotonic() + WAITS / 1_000
    while ann.page.get_by_text(ASKED).count():
        assert time.monotonic() < limit, "the case never went"
        ann.page.wait_for_timeout(500)
        ann.again()
    ann.press("Today", role="link")
    ann.misses(ASKED)


def told(here: Here) -> set[str]:
    """The kinds of what stands in the journal, in which no word of anybody stands."""
    journal = SqlJournal(here.folder / ".ascolta" / "journal.db")
    entries = [json.loads(data) for _, data in journal.entries()]
    journal.close()
    assert not any(word in str(entries) for word in ("suitcase", "sturdy_pine", "Ann Lee", "Bob Stone"))
    return {entry["kind"] for entry in entries}
